"""The kept evidence as the stages use it: its folders, its store, and the ledger of a snapshot."""

from __future__ import annotations

import datetime as dt

from srm_docs.checks import discover
from srm_docs.config import Config
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.ledger import LedgerRow, ledger
from srm_docs.evidence.place import working_store
from srm_docs.evidence.snapshot import Snapshot

FOLDERS = ("evidence", "evidence/objects", "evidence/snapshots")
"""Below the output folder; both stages look whether they can be used before they begin."""


def store_of(config: Config) -> Store:
    """The store that the configuration names."""
    return working_store(config.store, config.output, now=dt.datetime.now(dt.UTC))


def ledger_of(snapshot: Snapshot) -> tuple[LedgerRow, ...]:
    """Every planned call of the snapshot at every place with its one state, as today's calls describe them."""
    calls = {c.id: c for c in discover.calls()}
    return ledger(snapshot.header, snapshot.entries, calls, snapshot.pages)
