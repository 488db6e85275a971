"""What a store of evidence can do, as protocols: bodies and snapshots in, the same bytes out by digest and by id."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final, Protocol

from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence import canonical

LEFT_OUT: Final = "left-out.json"
_LEFT_OUT: Final = "srm-docs left out 1"
SNAPSHOT_ID: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z-[0-9a-f]{6}")
MEND_BODY: Final = "Restore the file from a backup of the store, or collect again: a new run writes what AWS says now."


def left_out_to_bytes(snapshots: frozenset[str]) -> bytes:
    """What a copy keeps of the snapshots that it lacks."""
    return canonical.dumps({"format": _LEFT_OUT, "snapshots": sorted(snapshots)})


def left_out_from_bytes(body: bytes, where: str) -> frozenset[str]:
    """What was kept. EvidenceDamaged for anything else."""
    with contextlib.suppress(ValueError, TypeError, KeyError):
        data = canonical.loads(body)
        if data["format"] == _LEFT_OUT and all(SNAPSHOT_ID.fullmatch(name) for name in data["snapshots"]):
            return frozenset(data["snapshots"])
    raise EvidenceDamaged(f"{where} is no list of snapshots that were not copied.", hint="Export the copy again.")


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


class Archive(Bodies, Protocol):
    """Bodies, finished snapshots and the chain: what a store and a copy of one have in common."""

    @property
    def where(self) -> str:
        """The store's place, for messages."""
        ...

    def write(self, body: bytes) -> str:
        """Keep a body and tell its SHA-256 (hex). A body that is there already is not written again."""
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

    def links(self) -> tuple[int, ...]:
        """The numbers of the chain's links, ascending."""
        ...

    def read_link(self, number: int) -> bytes:
        """A link's bytes."""
        ...

    def write_link(self, number: int, body: bytes) -> None:
        """Keep a link, whole or not at all. One that is there is never written over."""
        ...

    def left_out(self) -> frozenset[str]:
        """Where this is a copy of some of a store's snapshots: those of its chain that were not copied."""
        ...

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """Put on record what was not copied; nothing of it where all was."""
        ...


class Store(Archive, Protocol):
    """An archive to work in: with journals of snapshots in the making, a lock, and things that can be removed."""

    def is_there(self) -> bool:
        """Whether anything was kept here yet."""
        ...

    def redaction_key(self, random: Callable[[int], bytes]) -> bytes:
        """The 32 bytes that redacted values are compared by, made of `random(32)` where there are none yet."""
        ...

    def holds(self, digest: str) -> bool:
        """Whether a body is there and whole, as far as can be told at the cost of looking."""
        ...

    def settle(self) -> None:
        """Make every body written so far outlive a power cut."""
        ...

    def locked(self, snapshot: str) -> str:
        """The day until which a finished snapshot cannot be removed, "" where it can."""
        ...

    def remove_snapshot(self, snapshot: str) -> None:
        """Remove a finished snapshot's record; one that is not there is no error. Its bodies stay."""
        ...

    def remove_journal(self, snapshot: str) -> None:
        """Remove a journal; one that is not there is no error. Its bodies stay."""
        ...

    def digests(self) -> Iterator[str]:
        """The digests of all bodies."""
        ...

    def size(self, digest: str) -> int:
        """A body's size; 0 for one that is not there."""
        ...

    def remove_body(self, digest: str) -> int:
        """Remove a body and tell its size; 0 for one that is not there or is locked."""
        ...

    def sweep(self) -> int:
        """Remove what broken-off writes left behind, and tell how many there were. Only under the lock."""
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
