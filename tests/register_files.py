"""A register in memory, small and sound, for the tests of everything that reads one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from srm_docs import resources
from srm_docs.catalog import load as catalog_load
from srm_docs.catalog.model import Catalog
from srm_docs.checks.number import finding_number
from srm_docs.declare.lint import Known
from srm_docs.declare.load import Survey, known_ids, read_files
from srm_docs.declare.register import Register

SCAN = b"%PDF-1.7 an access review, made up"
CHECK = "volumes_are_encrypted"
FINDING = finding_number(CHECK)

CONTROLS = b"""\
# The organization's own controls.
controls:
  # reviewed in May
  - id: NET-02
    title: Rules are reviewed
    description: The platform lead reviews all rules each quarter and records it in a ticket.
    nature: detective
    operation: manual
    frequency: quarterly
    owner: Platform lead   # a role, not a name
    soc2: [CC6.1, CC6.6]
    iso27001: [A.8.20]
    responsibilities: [networking.security-groups-nacls]
  - id: PPL-01
    draft: true
    title: Code of conduct
    soc2: [CC1.1]
"""
EVIDENCE = b"""\
evidence:
  - id: ME-001
    title: Access review
    file: evidence/review.pdf
    sha256: %s
    material: document
    source: Ticket system
    how_obtained: Exported as PDF
    obtained_by: Compliance officer
    obtained_on: 2026-06-30
    valid_until: 2027-06-30
    soc2: [CC1.1, CC6.1]
    completes: [CC1.1]
    status: ready
    reviewed_by: Head of Compliance
    reviewed_on: 2026-07-02
"""
RISKS = b"""\
risk-acceptances:
  - id: RA-001
    risk: Unencrypted test volumes
    findings: [%s]
    reason: They hold no data
    compensating_control: none
    requested_by: Platform lead
    approved_by: Head of Compliance
    approved_on: 2026-01-15
    expires: 2026-12-31
"""


def files(**more: bytes) -> dict[str, bytes]:
    """The sound register; a keyword (`risk_acceptances=`) adds a file or puts one in another's place."""
    found = {
        "controls.yaml": CONTROLS,
        "evidence.yaml": EVIDENCE % hashlib.sha256(SCAN).hexdigest().encode(),
        "risk-acceptances.yaml": RISKS % FINDING.encode(),
        "evidence/review.pdf": SCAN,
    }
    return found | {f"{name.replace('_', '-')}.yaml": body for name, body in more.items()}


@cache
def catalog() -> Catalog:
    """Our own catalog."""
    return catalog_load.load(resources.controls())


@cache
def known() -> Known:
    """Its ids and those of the checks."""
    return known_ids(catalog())


def surveyed(found: Mapping[str, bytes]) -> Survey:
    """What the reader says of files in memory."""
    return read_files(sorted(found), found.__getitem__, known())


def register(**more: bytes) -> Register:
    """A register from `files(**more)`, which must be sound."""
    found = surveyed(files(**more))
    assert found.register is not None, [str(fault) for fault in found.faults]
    return found.register


def faults(**more: bytes) -> list[str]:
    """What is wrong with `files(**more)`."""
    return [str(fault) for fault in surveyed(files(**more)).faults]
