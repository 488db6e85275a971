"""Prove the join of checks and responsibilities both ways: catalog and checks in, faults out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.catalog.model import Catalog, Kind
from srm_docs.checks.kit import Check
from srm_docs.sourcefile import Fault, near

TESTED = (Kind.CUSTOMER, Kind.SHARED)
"""The kinds of responsibility that a check may speak of; of a shared one on AWS's side, the customer's part."""


def faults(catalog: Catalog, checks: Iterable[Check]) -> tuple[Fault, ...]:
    """Every check names responsibilities that exist and of which the customer does something.

    Every responsibility of the customer, and every one that AWS shares with it, has a check or says how else it is
    evidenced. What is inherited whole is not the customer's to configure: AWS's report speaks of it, never a check.
    """
    known = {r.id: r for r in catalog.responsibilities}
    found: list[Fault] = []
    tested: set[str] = set()
    for check in checks:
        code = check.judge.__code__
        file = "srm_docs/" + code.co_filename.replace("\\", "/").rpartition("srm_docs/")[2]
        for bullet in check.bullets:
            if bullet not in known:
                message = f'the check {check.id} names no responsibility: "{bullet}"{near(bullet, known)}'
                found.append(Fault(file=file, line=code.co_firstlineno, message=message))
            elif known[bullet].kind not in TESTED:
                message = f'the check {check.id} names "{bullet}", of which the customer does nothing in AWS'
                found.append(Fault(file=file, line=code.co_firstlineno, message=message))
            tested.add(bullet)
    for domain in catalog.domains:
        file = f"controls/domains/{domain.number:02d}-{domain.id}.yaml"
        for r in domain.responsibilities:
            if r.kind in TESTED and r.id not in tested and not r.otherwise:
                message = f'"{r.id}" has neither a check nor `otherwise:`, a word on how else it is evidenced'
                found.append(Fault(file=file, line=0, message=message))
    return tuple(sorted(found))
