"""A store in a folder: bytes in, files that are whole or not there at all out; changed ones are found when read.

output/evidence/objects/3f/3f9a…            a reply body, canonical JSON, named by its SHA-256; never changed
output/evidence/snapshots/<id>.json         a finished snapshot; never changed
output/evidence/snapshots/<id>.journal      a snapshot that is being made or was interrupted
output/evidence/chain/000001.json           a link of the chain (`chain`); never changed
output/evidence/left-out.json               in a copy of some snapshots (`copy`): those of the chain that it lacks
output/evidence/redaction.key, lock         the store's own; in no snapshot and no packet
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from srm_docs import leftovers
from srm_docs.errors import EvidenceDamaged, OutputError, UsageError
from srm_docs.evidence.bodies import (
    LEFT_OUT,
    MEND_BODY,
    SNAPSHOT_ID,
    Journal,
    left_out_from_bytes,
    left_out_to_bytes,
)
from srm_docs.evidence.key import KEY_FILE, redaction_key

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LINK: Final = re.compile(r"(\d{6,})\.json")
_BROKEN_OFF: Final = re.compile(r"\..+\.\d+\.\d+")
"""What `_place` writes beside a file until it is whole."""


class FolderStore:
    """A store in a folder of a local file system. OutputError where it cannot be written."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something is first written."""
        self.folder = folder
        self._number = count()
        self._unsettled: set[Path] = set()

    @property
    def where(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def write(self, body: bytes) -> str:
        """Keep a body: written beside its place, synced, renamed. One that was damaged is made whole again."""
        digest = hashlib.sha256(body).hexdigest()
        path = self._object(digest)
        if not _holds(path, body):
            self._place(path, body)
            self._unsettled.add(path.parent)
        return digest

    def is_there(self) -> bool:
        """Whether the folder is."""
        return self.folder.is_dir()

    def redaction_key(self, random: Callable[[int], bytes]) -> bytes:
        """The file `redaction.key`, that only its owner may read."""
        return redaction_key(self.folder, random)

    def holds(self, digest: str) -> bool:
        """By reading it: after a power cut a file may be there and be another."""
        try:
            self.read(digest)
        except EvidenceDamaged:
            return False
        return True

    def settle(self) -> None:
        """Sync the folders whose names changed."""
        while self._unsettled:
            _sync_folder(self._unsettled.pop())

    def read(self, digest: str) -> bytes:
        """The body, compared with its name."""
        if not _DIGEST.fullmatch(digest):
            raise EvidenceDamaged(f"{digest[:80]!r} is no SHA-256 digest.", hint=MEND_BODY)
        path = self._object(digest)
        try:
            body = path.read_bytes()
        except OSError as fault:
            raise EvidenceDamaged(
                f"The evidence file {path} cannot be read: {fault.strerror}.", hint=MEND_BODY
            ) from fault
        if hashlib.sha256(body).hexdigest() != digest:
            raise EvidenceDamaged(
                f"The evidence file {path} is not what its name says: it was changed.", hint=MEND_BODY
            )
        return body

    def snapshots(self) -> tuple[str, ...]:
        """Read off the folder's names."""
        return self._named(".json")

    def unfinished(self) -> tuple[str, ...]:
        """Journals without a finished snapshot beside them."""
        return tuple(sorted(set(self._named(".journal")) - set(self.snapshots())))

    def read_snapshot(self, snapshot: str) -> bytes:
        """The file's bytes."""
        return self._read(self._snapshot(snapshot, ".json"))

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Refuses to write over a finished snapshot: evidence is never changed."""
        path = self._snapshot(snapshot, ".json")
        if path.exists():
            raise OutputError(
                f"The snapshot {path} exists already.", hint="Snapshots are never changed; make a new one."
            )
        self.settle()
        self._place(path, body)
        _sync_folder(path.parent)
        with self._writing(path):
            self._snapshot(snapshot, ".journal").unlink(missing_ok=True)

    def locked(self, snapshot: str) -> str:  # noqa: ARG002 - the protocol names it
        """A folder locks nothing."""
        return ""

    def remove_journal(self, snapshot: str) -> None:
        """Unlink the file."""
        self._remove(self._snapshot(snapshot, ".journal"))

    def remove_snapshot(self, snapshot: str) -> None:
        """Unlink the file and sync its folder: gone before a body of it goes."""
        self._remove(self._snapshot(snapshot, ".json"))
        _sync_folder(self.folder / "snapshots")

    def digests(self) -> Iterator[str]:
        """Read off the names in the folders of `objects`."""
        for path in (self.folder / "objects").glob("*/*"):
            if _DIGEST.fullmatch(path.name) and path.parent.name == path.name[:2]:
                yield path.name

    def size(self, digest: str) -> int:
        """The file's."""
        try:
            return self._object(digest).stat().st_size
        except OSError:
            return 0

    def remove_body(self, digest: str) -> int:
        """Unlink the file."""
        return self._remove(self._object(digest))

    def sweep(self) -> int:
        """Names that begin with a dot and end with a process and a number, in the folders of the store.

        The redaction key is written without the store's lock; who writes it holds a lock of its own.
        """
        leftovers.sweep(self.folder.glob(f".{KEY_FILE}.*"))
        found = [
            path
            for pattern in ("objects/*/.*", "snapshots/.*", "chain/.*", ".*")
            for path in self.folder.glob(pattern)
            if _BROKEN_OFF.fullmatch(path.name) and path.is_file() and not path.name.startswith(f".{KEY_FILE}.")
        ]
        for path in found:
            self._remove(path)
        return len(found)

    def links(self) -> tuple[int, ...]:
        """Read off the names in the folder `chain`."""
        found = (_LINK.fullmatch(path.name) for path in (self.folder / "chain").glob("*.json"))
        return tuple(sorted({int(name[1]) for name in found if name and name[0] == self._link(int(name[1])).name}))

    def read_link(self, number: int) -> bytes:
        """The file's bytes."""
        return self._read(self._link(number))

    def write_link(self, number: int, body: bytes) -> None:
        """As a snapshot's file is written."""
        path = self._link(number)
        if path.exists():
            raise OutputError(f"The link {path} exists already.", hint="Links of the chain are never changed.")
        self._place(path, body)
        _sync_folder(path.parent)

    def left_out(self) -> frozenset[str]:
        """What the file `left-out.json` names."""
        path = self.folder / LEFT_OUT
        return left_out_from_bytes(self._read(path), str(path)) if path.exists() else frozenset()

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """The file goes where nothing is left out."""
        path = self.folder / LEFT_OUT
        if snapshots:
            self._place(path, left_out_to_bytes(snapshots))
        else:
            self._remove(path)

    def read_journal(self, snapshot: str) -> bytes:
        """The file's bytes."""
        return self._read(self._snapshot(snapshot, ".journal"))

    def journal(self, snapshot: str, keep: int) -> Journal:
        """The file, cut to `keep` bytes: what a broken-off write left behind it goes."""
        path = self._snapshot(snapshot, ".journal")
        with self._writing(path):
            _folder(path.parent)
            return _FileJournal(path, keep)

    @contextlib.contextmanager
    def lock(self, waiting: Callable[[], None]) -> Iterator[None]:
        """`flock` on the file `lock`: the system lets go of it when a process ends, however it ends."""
        path = self.folder / "lock"
        with self._writing(path):
            _folder(self.folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with self._writing(path):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waiting()
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _object(self, digest: str) -> Path:
        return self.folder / "objects" / digest[:2] / digest

    def _snapshot(self, snapshot: str, suffix: str) -> Path:
        if not SNAPSHOT_ID.fullmatch(snapshot):
            raise UsageError(
                f"{snapshot!r} is no snapshot id.", hint="Snapshot ids look like 2026-11-23T200805Z-1f3a9c."
            )
        return self.folder / "snapshots" / f"{snapshot}{suffix}"

    def _link(self, number: int) -> Path:
        return self.folder / "chain" / f"{number:06}.json"

    def _remove(self, path: Path) -> int:
        with self._writing(path), contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            return size
        return 0

    def _named(self, suffix: str) -> tuple[str, ...]:
        found = (path.name.removesuffix(suffix) for path in (self.folder / "snapshots").glob(f"*{suffix}"))
        return tuple(sorted(name for name in found if SNAPSHOT_ID.fullmatch(name)))

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as fault:
            raise EvidenceDamaged(
                f"The evidence file {path} cannot be read: {fault.strerror}.", hint=MEND_BODY
            ) from fault

    def _place(self, path: Path, body: bytes) -> None:
        beside = path.parent / f".{path.name}.{os.getpid()}.{next(self._number)}"
        with self._writing(path):
            _folder(path.parent)
            try:
                descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(descriptor)
                beside.rename(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def _writing(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise OutputError(
                f"The evidence file {path} cannot be written: {fault.strerror}.",
                hint=f"Mend the permissions or the space of {self.folder}, or name another folder.",
            ) from fault


class _FileJournal:
    def __init__(self, path: Path, keep: int) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._descriptor, keep)
        _sync_folder(path.parent)

    def append(self, line: bytes) -> None:
        try:
            while line:  # a short write is followed by the error that says why
                line = line[os.write(self._descriptor, line) :]
        except OSError as fault:
            raise OutputError(
                f"The evidence file {self._path} cannot be written: {fault.strerror}.",
                hint="Make space, then finish the snapshot with `srm-docs collect --resume`.",
            ) from fault

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sync()
        os.close(self._descriptor)


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False


def _folder(path: Path) -> None:
    # The store names accounts, people and weaknesses: nobody but its owner enters a folder that we make.
    for missing in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(path: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot; what is in the files is synced anyway
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
