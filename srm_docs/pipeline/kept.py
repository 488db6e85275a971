"""The kept evidence as the stages use it: its folders, and the ledger of a snapshot."""

from __future__ import annotations

from srm_docs.checks import discover
from srm_docs.evidence.ledger import LedgerRow, ledger
from srm_docs.evidence.snapshot import Snapshot

FOLDERS = ("evidence", "evidence/objects", "evidence/snapshots")
"""Below the output folder; both stages look whether they can be used before they begin."""


def ledger_of(snapshot: Snapshot) -> tuple[LedgerRow, ...]:
    """Every planned call of the snapshot at every place with its one state, as today's calls describe them."""
    calls = {c.id: c for c in discover.calls()}
    return ledger(snapshot.header, snapshot.entries, calls, snapshot.pages)
