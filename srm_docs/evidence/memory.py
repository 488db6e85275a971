"""A store that ends with the process: bytes in, the same bytes out; for laws in tests and for trying checks out."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator

from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence.bodies import MEND_BODY, Journal


class MemoryStore:
    """A store in dictionaries."""

    where = "memory"

    def __init__(self) -> None:
        """Begin empty."""
        self.bodies: dict[str, bytes] = {}
        self.finished: dict[str, bytes] = {}
        self.journals: dict[str, bytearray] = {}
        self._lock = threading.Lock()

    def write(self, body: bytes) -> str:
        """Keep a body."""
        digest = hashlib.sha256(body).hexdigest()
        self.bodies.setdefault(digest, body)
        return digest

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
