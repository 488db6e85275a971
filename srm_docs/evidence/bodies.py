"""What a store of evidence can do, as protocols: bodies and snapshots in, the same bytes out by digest and by id."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol

SNAPSHOT_ID: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z-[0-9a-f]{6}")
MEND_BODY: Final = "Restore the file from a backup of the store, or collect again: a new run writes what AWS says now."


class Bodies(Protocol):
    """Reply bodies by digest: a store, or the evidence folder of a packet."""

    def read(self, digest: str) -> bytes:
        """The body with this SHA-256. EvidenceDamaged where it is missing or is another one."""
        ...


class Journal(Protocol):
    """An append-only file of lines."""

    def append(self, line: bytes) -> None:
        """Hand the line to the operating system, so that the end of this process does not lose it."""
        ...

    def sync(self) -> None:
        """Make what was appended outlive a power cut."""
        ...

    def close(self) -> None:
        """Sync and release."""
        ...


class Store(Bodies, Protocol):
    """Bodies, snapshots and the journals of snapshots in the making."""

    @property
    def where(self) -> str:
        """The store's place, for messages."""
        ...

    def write(self, body: bytes) -> str:
        """Keep a body and tell its SHA-256 (hex). A body that is there already is not written again."""
        ...

    def settle(self) -> None:
        """Make every body written so far outlive a power cut."""
        ...

    def snapshots(self) -> tuple[str, ...]:
        """The ids of finished snapshots, the oldest first."""
        ...

    def unfinished(self) -> tuple[str, ...]:
        """The ids of snapshots with a journal only, the oldest first."""
        ...

    def read_snapshot(self, snapshot: str) -> bytes:
        """A finished snapshot's bytes."""
        ...

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Keep a finished snapshot, whole or not at all; its journal goes."""
        ...

    def read_journal(self, snapshot: str) -> bytes:
        """A journal's bytes."""
        ...

    def journal(self, snapshot: str, keep: int) -> Journal:
        """Go on with a journal after its first `keep` bytes; 0 begins a new one."""
        ...

    def lock(self, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """Be the only writer; `waiting` is called once where another one has to end first."""
        ...
