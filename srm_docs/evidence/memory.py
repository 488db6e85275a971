"""A store that ends with the process: bytes in, the same bytes out; for laws in tests and for trying checks out."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator

from srm_docs.errors import EvidenceDamaged, OutputError
from srm_docs.evidence.bodies import MEND_BODY, Journal
from srm_docs.evidence.key import LENGTH


class MemoryStore:
    """A store in dictionaries."""

    where = "memory"

    def __init__(self) -> None:
        """Begin empty."""
        self.bodies: dict[str, bytes] = {}
        self.finished: dict[str, bytes] = {}
        self.journals: dict[str, bytearray] = {}
        self.chain: dict[int, bytes] = {}
        self._lock = threading.Lock()
        self._key = b""

    def write(self, body: bytes) -> str:
        """Keep a body."""
        digest = hashlib.sha256(body).hexdigest()
        self.bodies.setdefault(digest, body)
        return digest

    def is_there(self) -> bool:
        """It always is."""
        return True

    def redaction_key(self, random: Callable[[int], bytes]) -> bytes:
        """As long as the store lasts."""
        self._key = self._key or random(LENGTH)
        return self._key

    def holds(self, digest: str) -> bool:
        """By its name."""
        return digest in self.bodies

    def settle(self) -> None:
        """Nothing to do."""

    def read(self, digest: str) -> bytes:
        """The body, compared with its name."""
        body = self.bodies.get(digest)
        if body is None or hashlib.sha256(body).hexdigest() != digest:
            raise EvidenceDamaged(f"The body {digest} is missing or was changed.", hint=MEND_BODY)
        return body

    def snapshots(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(self.finished))

    def unfinished(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(set(self.journals) - set(self.finished)))

    def read_snapshot(self, snapshot: str) -> bytes:
        """As written."""
        return self.finished[snapshot]

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Keep it; the journal goes."""
        self.finished[snapshot] = body
        self.journals.pop(snapshot, None)

    def locked(self, snapshot: str) -> str:  # noqa: ARG002 - the protocol names it
        """Nothing is."""
        return ""

    def remove_journal(self, snapshot: str) -> None:
        """Forget it."""
        self.journals.pop(snapshot, None)

    def remove_snapshot(self, snapshot: str) -> None:
        """Forget it."""
        self.finished.pop(snapshot, None)

    def digests(self) -> Iterator[str]:
        """Sorted."""
        return iter(sorted(self.bodies))

    def size(self, digest: str) -> int:
        """Its length."""
        return len(self.bodies.get(digest, b""))

    def remove_body(self, digest: str) -> int:
        """Forget it."""
        return len(self.bodies.pop(digest, b""))

    def sweep(self) -> int:
        """Nothing breaks off here."""
        return 0

    def links(self) -> tuple[int, ...]:
        """Sorted."""
        return tuple(sorted(self.chain))

    def read_link(self, number: int) -> bytes:
        """As written."""
        return self.chain[number]

    def write_link(self, number: int, body: bytes) -> None:
        """Keep it."""
        if number in self.chain:
            raise OutputError(f"Link {number} of the chain exists already.", hint="Links are never changed.")
        self.chain[number] = body

    def left_out(self) -> frozenset[str]:
        """It is no copy."""
        return frozenset()

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """It holds all."""

    def read_journal(self, snapshot: str) -> bytes:
        """As appended so far."""
        return bytes(self.journals[snapshot])

    def journal(self, snapshot: str, keep: int) -> Journal:
        """Cut to `keep` bytes."""
        lines = self.journals.setdefault(snapshot, bytearray())
        del lines[keep:]
        return _MemoryJournal(lines)

    @contextlib.contextmanager
    def lock(self, waiting: Callable[[], None]) -> Iterator[None]:
        """One writer at a time."""
        if not self._lock.acquire(blocking=False):
            waiting()
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()


class _MemoryJournal:
    def __init__(self, lines: bytearray) -> None:
        self._lines = lines

    def append(self, line: bytes) -> None:
        self._lines += line

    def sync(self) -> None:
        pass

    def close(self) -> None:
        pass
