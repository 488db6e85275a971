"""A store on S3 to work in: the layout of a folder's, one listing a run, and nothing put twice.

snapshots/<id>.journal/000001  what was appended since the part before, put once; parts follow without a gap
lock                           who works here (`s3_lease`)
redaction.key                  encrypted under the KMS key of [store], or not kept at all

The bucket is what counts. Bodies are read from a folder beside the output where they lie there too, but none that the
bucket lacks. Lock and journals are put without Object Lock; where the bucket locks what it is given by itself, they are
put out of sight when they are done with, and go when their time is over.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from srm_docs.errors import EvidenceDamaged, OutputError, SrmDocsError, UsageError
from srm_docs.evidence.bodies import LEFT_OUT, MEND_BODY, SNAPSHOT_ID, Journal
from srm_docs.evidence.key import KEY_FILE, LENGTH
from srm_docs.evidence.s3 import TOLERANCE, S3Archive, link_path, object_path, snapshot_path
from srm_docs.evidence.s3_lease import LEASE, Lease
from srm_docs.evidence.settings import StoreSettings
from srm_docs.evidence.store import FolderStore

_PART: Final = re.compile(rf"snapshots/({SNAPSHOT_ID.pattern})\.journal/(\d{{6,}})")
_BODY: Final = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_PATIENCE: Final = 10.0
"""Seconds after which a line that was appended is put, however few there are."""
_GO_ON: Final = " What was kept is whole; `srm-docs collect --resume` goes on with it."


class S3Store(S3Archive):
    """A store on S3. CannotBegin where S3 cannot be asked or read, OutputError where it refuses a write."""

    def __init__(
        self, url: str, settings: StoreSettings, *, now: dt.datetime, cache: Path | None = None, lease: float = LEASE
    ) -> None:
        """Nothing is asked yet."""
        super().__init__(url, settings, now=now, protect=False)
        self._lease = Lease(self.bucket, seconds=lease)
        self._cache = FolderStore(cache) if cache else None
        self._versions: dict[str, str] = {}
        self._links: dict[int, bytes] = {}
        self._sure: set[str] = set()
        self._proved = False

    def is_there(self) -> bool:
        """Whether anything lies below the prefix."""
        return bool(self._keys())

    def holds(self, digest: str) -> bool:
        """As listed: S3 has an object whole or not at all."""
        return object_path(digest) in self._keys()

    def read(self, digest: str) -> bytes:
        """From the folder beside, where the bucket has it too."""
        path = object_path(digest)
        if path not in self._keys():
            raise EvidenceDamaged(f"The object {self.bucket.said(path)} is not there.", hint=MEND_BODY)
        if self._cache:
            with contextlib.suppress(EvidenceDamaged):
                return self._cache.read(digest)
        body = super().read(digest)
        self._beside(body)
        return body

    def write(self, body: bytes) -> str:
        """Put it where it is not there yet; where it is, its lock is made longer."""
        digest = hashlib.sha256(body).hexdigest()
        path = object_path(digest)
        if digest in self._sure:
            return digest
        if path in self._keys() or not self._put(path, body):
            if self.bucket.settings.lock:
                self.bucket.hold(path, self.bucket.head(path) or {}, TOLERANCE)
        elif not self._proved:
            self._prove(path)
            self._proved = True
        self._sure.add(digest)
        self._beside(body)
        return digest

    def settle(self) -> None:
        """Nothing to do: what was put is there."""

    def unfinished(self) -> tuple[str, ...]:
        """Those with parts of a journal and no snapshot."""
        begun = {found[1] for key in self._keys() if (found := _PART.fullmatch(key))}
        return tuple(sorted(begun - set(self.snapshots())))

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Refuses to write over a finished snapshot. Its journal goes, now or when somebody works here next."""
        self._put_once(snapshot_path(snapshot), body, "Snapshots are never changed; make a new one.")
        with contextlib.suppress(OutputError):
            self.remove_journal(snapshot)

    def locked(self, snapshot: str) -> str:
        """As S3 says."""
        return self.bucket.locked_until(snapshot_path(snapshot))

    def remove_snapshot(self, snapshot: str) -> None:
        """Each version of the object."""
        path = snapshot_path(snapshot)
        if path in self._keys() and not self._erase(path):
            raise OutputError(
                f"The object {self.bucket.said(path)} is locked and cannot be removed.",
                hint="Repeat it once it is not.",
            )

    def remove_journal(self, snapshot: str) -> None:
        """All parts in one request."""
        parts = [key for key in self._keys() if (found := _PART.fullmatch(key)) and found[1] == snapshot]
        versions = {key: self._version(key) for key in parts}
        if parts:
            self._lease.check()
            self.bucket.clear(versions)
        for key in parts:
            self._keys().pop(key, None)

    def digests(self) -> Iterator[str]:
        """Read off the keys."""
        yield from [found[2] for key in self._keys() if (found := _BODY.fullmatch(key))]

    def size(self, digest: str) -> int:
        """As listed."""
        return self._keys().get(object_path(digest), 0)

    def remove_body(self, digest: str) -> int:
        """Each version of the object; a locked one stays."""
        self._sure.discard(digest)
        if self._cache:
            with contextlib.suppress(OutputError):
                self._cache.remove_body(digest)
        return self._erase(object_path(digest))

    def sweep(self) -> int:
        """Journals of finished snapshots."""
        found = [part[1] for key in self._keys() if (part := _PART.fullmatch(key))]
        finished = set(self.snapshots()).intersection(found)
        for name in finished:
            self.remove_journal(name)
        return sum(name in finished for name in found)

    def read_link(self, number: int) -> bytes:
        """A link never changes, so it is read once while nobody else works here."""
        if number not in self._links:
            self._links[number] = super().read_link(number)
        return self._links[number]

    def write_link(self, number: int, body: bytes) -> None:
        """As a snapshot's file is written."""
        self._put_once(link_path(number), body, "Links of the chain are never changed.")

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """The object goes where nothing is left out."""
        if snapshots:
            super().write_left_out(snapshots)
        elif LEFT_OUT in self._keys():
            self._erase(LEFT_OUT)

    def read_journal(self, snapshot: str) -> bytes:
        """Its parts. EvidenceDamaged where one between them is gone."""
        parts = self._parts(snapshot)
        if parts != list(range(1, len(parts) + 1)):
            raise EvidenceDamaged(
                f"The journal of {snapshot} in {self.where} lacks a part.",
                hint="Restore the object, or collect again without --resume.",
            )
        return b"".join(self.bucket.get(_part(snapshot, number)).body for number in parts)

    def journal(self, snapshot: str, keep: int) -> Journal:
        """Parts are whole or not there, so what is to be cut off was no broken-off write but a change."""
        parts = self._parts(snapshot)
        if keep != sum(self._keys()[_part(snapshot, number)] for number in parts):
            raise EvidenceDamaged(
                f"The end of the journal of {snapshot} in {self.where} was changed.",
                hint=f"{MEND_BODY} Or collect again without --resume.",
            )
        self.bucket.mend = _GO_ON
        return _Parts(self, snapshot, len(parts) + 1)

    @contextlib.contextmanager
    def lock(self, waiting: Callable[[], None]) -> Iterator[None]:
        """A lease. What was listed before is listed anew: only now nobody else changes it."""
        with self._lease.held(waiting):
            self._listed = None
            self._links.clear()
            self._sweep_beside()
            yield

    def redaction_key(self, random: Callable[[int], bytes]) -> bytes:
        """The store's, made of `random(32)` where there is none; kept under the KMS key of [store] or not at all."""
        if not self.bucket.settings.kms_key:
            raise UsageError(
                f"The redaction key of {self.where} is kept only under a KMS key, and none is named.",
                hint="Name one: `kms_key` in [store].",
            )
        if KEY_FILE not in self._keys():
            # of two runs that begin at once, the first one's key stands and both read it
            self.bucket.put(KEY_FILE, random(LENGTH), locked=False)
            self._keys()[KEY_FILE] = LENGTH
        seen = self.bucket.get(KEY_FILE)
        self.bucket.must_be_encrypted(KEY_FILE, seen.said)
        if len(seen.body) != LENGTH:
            raise EvidenceDamaged(
                f"The redaction key {self.bucket.said(KEY_FILE)} holds {len(seen.body)} bytes instead of {LENGTH}.",
                hint="Restore it, or collect into a new place: values under a new key compare with none.",
            )
        return seen.body

    def put_part(self, snapshot: str, number: int, lines: bytes) -> None:
        """A part of a journal. OutputError where another run has gone on with it."""
        self._put_once(_part(snapshot, number), lines, "Another run has gone on with this snapshot: let it end.")

    def _parts(self, snapshot: str) -> list[int]:
        found = (_PART.fullmatch(key) for key in self._keys())
        return sorted(int(part[2]) for part in found if part and part[1] == snapshot)

    def _put(self, path: str, body: bytes) -> bool:
        self._lease.check()
        keys, evidence = self._keys(), path != LEFT_OUT
        said = self.bucket.put(path, body, locked=evidence and not _PART.fullmatch(path), over="" if evidence else None)
        keys[path] = len(body)
        if said is not None:
            self._versions[path] = str(said.get("VersionId", ""))
        return said is not None

    def _put_once(self, path: str, body: bytes, hint: str) -> None:
        # a put whose reply was lost and that was repeated is refused, although it is ours that stands there
        if not self._put(path, body) and self.bucket.get(path).body != body:
            raise OutputError(f"The object {self.bucket.said(path)} exists already.", hint=hint)
        if not _PART.fullmatch(path):
            self._prove(path)

    def _prove(self, path: str) -> None:
        """What S3 was asked to lock is locked."""
        if self.bucket.settings.lock:
            self.bucket.hold(path, self.bucket.head(path) or {}, TOLERANCE)

    def _erase(self, path: str) -> int:
        self._lease.check()
        size = self.bucket.erase(path)
        if size:
            self._keys().pop(path, None)
        return size

    def _version(self, path: str) -> str:
        known = self._versions.get(path)
        return str((self.bucket.head(path) or {}).get("VersionId", "")) if known is None else known

    def _beside(self, body: bytes) -> None:
        if self._cache:
            with contextlib.suppress(OutputError):  # a full disk here keeps nothing from S3
                self._cache.write(body)

    def _sweep_beside(self) -> None:
        """Nothing stays beside that the bucket has let go of."""
        keys = self._keys()
        if self._cache:
            with contextlib.suppress(OutputError):
                for digest in list(self._cache.digests()):
                    if object_path(digest) not in keys:
                        self._cache.remove_body(digest)


class _Parts:
    """A journal whose lines are put in parts: when it is synced, or after a while."""

    def __init__(self, store: S3Store, snapshot: str, number: int) -> None:
        self._store, self._snapshot, self._number = store, snapshot, number
        self._lines: list[bytes] = []
        self._since = 0.0

    def append(self, line: bytes) -> None:
        if not self._lines:
            self._since = time.monotonic()
        self._lines.append(line)
        if time.monotonic() - self._since > _PATIENCE:
            self.sync()

    def sync(self) -> None:
        if self._lines:
            self._store.put_part(self._snapshot, self._number, b"".join(self._lines))
            self._number += 1
            self._lines.clear()

    def close(self) -> None:
        with contextlib.suppress(SrmDocsError):  # what is lost now is asked again by who goes on
            self.sync()


def _part(snapshot: str, number: int) -> str:
    return f"snapshots/{snapshot}.journal/{number:06}"
