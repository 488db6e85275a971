"""The lock of a store on S3: one small object that its owner renews; another takes it over only once it has run out.

Each change of it is on condition of what was seen before, so that of two who want it S3 lets one. How old it is, S3's
own clock says: the clocks of two machines need not agree. An owner that could not renew in time stops writing.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from srm_docs.errors import OutputError, SrmDocsError
from srm_docs.evidence import canonical
from srm_docs.evidence.s3_bucket import Bucket, Seen

LEASE: Final = 120.0
"""Seconds that a lock holds without being renewed: so long another run waits for one that was killed."""
LOCK: Final = "lock"
_FORMAT: Final = "srm-docs lock 1"
_POLL: Final = 3.0
_RENEWALS: Final = 4
_SAFE: Final = 0.8
"""The part of a lease in which its owner trusts it: what S3 is asked just before the end may arrive after it."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the object says. One that nobody can read runs out like any other."""

    owner: str
    seconds: float

    @classmethod
    def of(cls, seen: Seen) -> _Held:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            data = canonical.loads(seen.body)
            if data["format"] == _FORMAT:
                return cls(str(data["owner"]), float(data["seconds"]))
        return cls("", LEASE)


class Lease:
    """The lock of one store, for one process."""

    def __init__(self, bucket: Bucket, *, seconds: float = LEASE) -> None:
        """Nothing is asked yet."""
        self._bucket, self._seconds = bucket, seconds
        self._owner = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(8)}"
        self._tag = self._version = ""
        self._since = _now()
        self._lost = False
        self._mutex = threading.Lock()
        self._ended = threading.Event()

    @contextlib.contextmanager
    def held(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold it; `waiting` is called once where another one has to end first."""
        self._lost = False
        self._take(waiting)
        self._ended.clear()
        renewing = threading.Thread(target=self._renew_until_ended, name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            self._ended.set()
            self._let_go()

    def check(self) -> None:
        """OutputError where the lock is not surely ours any more."""
        if self._lost or max(now - then for now, then in zip(_now(), self._since, strict=True)) > _SAFE * self._seconds:
            raise OutputError(
                f"The lock of {self._bucket.where} could not be renewed in time, so that another run may have it.",
                hint="Check the network, then go on with what was kept: srm-docs collect --resume",
            )

    def _take(self, waiting: Callable[[], None]) -> None:
        told = False
        while True:
            began, seen = _now(), self._bucket.look(LOCK)
            held = _Held.of(seen) if seen else None
            if seen and held and held.owner == self._owner and held.seconds:  # the reply to our own put was lost
                self._found(began, seen)
                return
            if seen is None or held is None or seen.age > held.seconds or not held.seconds:
                said = self._put(self._seconds, over=seen.tag if seen else "")
                if said is not None:
                    self._have(began, said)
                    self._bucket.drop(LOCK, seen.version if seen else "")
                    return
                continue
            if not told:
                told = True
                waiting()
            time.sleep(min(_POLL, max(0.2, held.seconds - seen.age)))

    def _renew_until_ended(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS) and not self._lost:
            with self._mutex, contextlib.suppress(SrmDocsError):  # not reached: `check` says so once it matters
                self._renew()

    def _renew(self) -> None:
        if self._ended.is_set():
            return
        began, before = _now(), self._version
        said = self._put(self._seconds, over=self._tag)
        if said is None:
            seen = self._bucket.look(LOCK)
            if seen is None or _Held.of(seen).owner != self._owner:
                self._lost = True
                return
            self._found(began, seen)
        else:
            self._have(began, said)
        self._bucket.drop(LOCK, before)

    def _found(self, began: tuple[float, float], seen: Seen) -> None:
        """Ours stands there, written by a put whose reply was lost, or before: it counts from when S3 wrote it."""
        then, wall = began
        self._have((then - seen.age, wall - seen.age), {"ETag": seen.tag, "VersionId": seen.version})

    def _have(self, began: tuple[float, float], said: Mapping[str, Any]) -> None:
        self._tag, self._version = str(said.get("ETag", "")), str(said.get("VersionId", ""))
        self._since = began

    def _put(self, seconds: float, *, over: str) -> Mapping[str, Any] | None:
        data = {"format": _FORMAT, "owner": self._owner, "seconds": seconds}
        return self._bucket.put(LOCK, canonical.dumps(data), locked=False, over=over)

    def _let_go(self) -> None:
        """A lock of no seconds is free. One that cannot be let go of runs out by itself."""
        if self._lost or not self._mutex.acquire(timeout=self._seconds / _RENEWALS):
            return
        try:
            with contextlib.suppress(SrmDocsError):
                if self._put(0, over=self._tag) is not None:
                    self._bucket.drop(LOCK, self._version)
        finally:
            self._mutex.release()


def _now() -> tuple[float, float]:
    """By the clock that nobody sets and by the one that goes on while a machine sleeps."""
    return time.monotonic(), time.time()
