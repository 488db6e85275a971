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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """Everything a packet is made of. `entries` and `ledger` are of the snapshot that was concluded from."""

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
