"""The kept evidence as the stages use it: its folders, its store, and the ledger of a snapshot."""

from __future__ import annotations

import datetime as dt

from srm_docs.checks import discover
from srm_docs.config import Config
from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.chain import place_faults
from srm_docs.evidence.ledger import LedgerRow, ledger
from srm_docs.evidence.place import working_store
from srm_docs.evidence.snapshot import Snapshot, open_snapshot

FOLDERS = ("evidence", "evidence/objects", "evidence/snapshots")
"""Below the output folder; both stages look whether they can be used before they begin."""


def store_of(config: Config) -> Store:
    """The store that the configuration names."""
    return working_store(config.store, config.output, now=dt.datetime.now(dt.UTC))


def in_its_place(store: Store, snapshot: str) -> Snapshot:
    """A finished snapshot, once its place in the store's history is as the chain says. EvidenceDamaged where not."""
    found = open_snapshot(store, snapshot)
    if faults := place_faults(store, found.header.id):
        said = "\n".join(faults)
        raise EvidenceDamaged(
            f"Nothing was built, because the history of the evidence does not hold:\n{said}",
            hint="`srm-docs evidence list` names every fault, docs/evidence.md what to do about each.",
        )
    return found


def ledger_of(snapshot: Snapshot) -> tuple[LedgerRow, ...]:
    """Every planned call of the snapshot at every place with its one state, as today's calls describe them."""
    calls = {c.id: c for c in discover.calls()}
    return ledger(snapshot.header, snapshot.entries, calls, snapshot.pages)
