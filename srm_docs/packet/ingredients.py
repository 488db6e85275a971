"""Everything that a packet is made of, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from srm_docs.catalog.model import Catalog
from srm_docs.checks.call import Call
from srm_docs.checks.parameter import Parameter
from srm_docs.declare.audit import Audit
from srm_docs.declare.register import EMPTY, Register
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.findings.conclude import Conclusions
from srm_docs.findings.gather import Evidence
from srm_docs.packet.since import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """Everything a packet is made of. `entries` and `ledger` are of the snapshot that was concluded from.

    earlier   the packet that it is compared with, named by whoever builds it
    evidence  that snapshot, for what is drawn from replies themselves; None where only the JSON files are made
    """

    catalog: Catalog
    header: Header
    entries: Sequence[Entry]
    ledger: Sequence[LedgerRow]
    conclusions: Conclusions
    calls: Sequence[Call]
    parameters: Sequence[Parameter]
    parameter_values: Mapping[str, object]
    audit: Audit
    snapshot_digest: str
    packet_name: str
    check_set: str
    register: Register = EMPTY
    evidence: Evidence | None = None
    earlier: Earlier | None = None
