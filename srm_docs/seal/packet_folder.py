"""Put a packet in its place: files in, a folder that nobody ever sees half-written out.

It is built beside its place, synced, and renamed once. From then on it is never modified: its files are read-only, its
folders are not, so that a person can delete it. A builder holds a lock on the folder it builds in; the system lets go
of the lock when the process ends, however it ends, so what a dead builder left is told apart from a live one's.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Final

from srm_docs import leftovers
from srm_docs.errors import EvidenceDamaged, OutputError, VerificationFailed
from srm_docs.seal import manifest
from srm_docs.seal.manifest import Listed
from srm_docs.seal.zip import BESIDE as ZIP_BESIDE

LATEST: Final = "latest"
PACKET_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{6}Z)-[0-9a-f]{6}-[0-9a-f]{8}")
"""`<snapshot id>-<8 hex of all inputs>`; the group is the snapshot's time."""
SIGNED_NAME: Final = re.compile(rf"(?P<built>{PACKET_NAME.pattern})-signed-[0-9a-f]{{8}}")
"""`<name of the unsigned packet>-signed-<8 hex of the signer's certificate>`."""
_BUILDING: Final = ".building-"
_LINK: Final = re.compile(rf"\.{LATEST}-\d+-\d+")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_BLOCK: Final = 1 << 20
_TAKEN: Final = (errno.EEXIST, errno.ENOTEMPTY)

Close = Callable[[Sequence[Listed]], tuple[bytes, bytes]]
"""The files of a packet -> its manifest and the signature of that; empty where it has none."""
Files = Mapping[str, bytes | Path] | Iterable[tuple[str, bytes | Path]]
"""Path in the packet -> its bytes, or the file that holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A packet in its place. `already` where it was there before; `manifest_digest` stands for all of it."""

    path: Path
    already: bool
    manifest_digest: str


def already_built(packets: Path, name: str) -> Sealed | None:
    """The packet of this name if it is there, whole, and `latest` pointed to it as if it were built now.

    Asked before rendering, it saves the rendering: the name is made of all inputs.
    VerificationFailed where it is there and was changed.
    """
    found = _there(packets, name)
    if found is not None:
        check_latest(packets)
        with contextlib.suppress(OSError):  # a packet on a read-only disk is no less built
            _sweep(packets)
            _point_latest(packets, name)
    return found


def _there(packets: Path, name: str) -> Sealed | None:
    place = packets / name
    if not os.path.lexists(place):
        return None
    digest = intact(place)
    if digest is None:
        raise VerificationFailed(
            f"The packet {place} is there already, and it was changed since it was sealed.",
            hint=f"See what differs with `srm-docs verify {place}`; move it away, then build again.",
        )
    return Sealed(path=place, already=True, manifest_digest=digest)


@contextlib.contextmanager
def workplace(packets: Path, name: str) -> Iterator[Path]:
    """A folder beside the packet's place, for what is too large to be held in memory until it is sealed; then gone.

    It is swept like the folder that the packet is built in: what a killed builder leaves, the next one removes.
    """
    _prepare(packets)
    with _building_folder(packets, name) as folder:
        yield folder


@contextlib.contextmanager
def written(packets: Path, path: Path) -> Iterator[IO[bytes]]:
    """A file in the workplace, to write to. OutputError where the disk does not take it."""
    with _writing(packets):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield file


def seal(files: Files, *, packets: Path, name: str) -> Sealed:
    """Write the packet `packets/name`, close it with its two lists, and point `latest` to the newest.

    The same name again is "already built": what is there stays. OutputError where the folder cannot be written,
    EvidenceDamaged where a file is not what contents.json says, ValueError for a path that no packet may hold.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a packet")
    _prepare(packets)
    found = _there(packets, name) or _build(files, packets, name, lambda listed: (manifest.encode(name, listed), b""))
    with _writing(packets):
        _point_latest(packets, name)
    return found


def _prepare(packets: Path) -> None:
    with _writing(packets):
        for missing in reversed([folder for folder in (packets, *packets.parents) if not folder.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        check_latest(packets)
        _sweep(packets)


def seal_signed(files: Files, *, packets: Path, name: str, close: Close) -> Sealed:
    """Write the signed packet `packets/name`. `latest` stays with the packet that was built.

    OutputError where something of that name is there: a signature is never the same twice, and none is replaced.
    """
    place = packets / name
    if os.path.lexists(place):
        raise OutputError(
            f"{place} is there already, and a signed packet is never written over.",
            hint=f"See what it is with `srm-docs verify {place}`; move it away to sign again.",
        )
    sealed = _build(files, packets, name, close)
    if sealed.already:  # made by another process in the meantime
        raise OutputError(f"{place} was made meanwhile, by another run.", hint="Use that one, or move it away.")
    return sealed


def intact(folder: Path) -> str | None:
    """The manifest's digest if every byte is as the lists say and nothing was added, else None. Raises OSError."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        return None
    found: dict[str, Listed] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            return None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = path.relative_to(folder).as_posix()
        found[name] = Listed(path=name, sha256=digest, size=path.stat().st_size)
    try:
        body = (folder / manifest.MANIFEST).read_bytes()
        closing = manifest.decode(body).closing
        inside = sorted(file for name, file in found.items() if name not in closing)
        signature = found[manifest.SIGNATURE].sha256 if manifest.SIGNATURE in closing else ""
        whole = list(manifest.decode(body).files) == inside
        whole = whole and (folder / manifest.SUMS).read_bytes() == manifest.sums(inside, body, signature)
    except (FileNotFoundError, KeyError, ValueError):
        return None
    return manifest.manifest_digest(body) if whole else None


def _build(files: Files, packets: Path, name: str, close: Close) -> Sealed:
    with _building_folder(packets, name) as building:
        listed = _write_all(files, building)
        body, signature = close(listed)
        with _writing(packets):
            _write(building / manifest.MANIFEST, body)
            digest = _write(building / manifest.SIGNATURE, signature)[0] if signature else ""
            _write(building / manifest.SUMS, manifest.sums(listed, body, digest))
            _sync(building)
            try:
                building.rename(packets / name)
            except OSError as fault:
                if fault.errno not in _TAKEN:
                    raise
                other = _there(packets, name)
                if other is None:
                    raise
                return other  # two builders at once: the first to finish has made the packet
            _sync_one(packets)
    return Sealed(path=packets / name, already=False, manifest_digest=manifest.manifest_digest(body))


def _write_all(files: Files, building: Path) -> list[Listed]:
    listed: dict[str, Listed] = {}
    contents = b""
    for path, content in files.items() if isinstance(files, Mapping) else files:
        closes = path in (*manifest.CLOSING, manifest.SIGNATURE)
        fault = "closes the packet" if closes else manifest.path_fault(path)
        if fault or path.casefold() in listed:
            raise ValueError(f"the packet's file {path!r} {fault or 'is there twice'}")
        with contextlib.ExitStack() as stack:
            source: bytes | IO[bytes] = content if isinstance(content, bytes) else stack.enter_context(_read(content))
            with _writing(building.parent):
                digest, size = _write(building / path, source)
        listed[path.casefold()] = Listed(path=path, sha256=digest, size=size)
        if path == manifest.CONTENTS:
            contents = content if isinstance(content, bytes) else content.read_bytes()
    if contents:
        _agree(contents, listed)
    return sorted(listed.values())


def _agree(contents: bytes, listed: Mapping[str, Listed]) -> None:
    # PDFs print contents.json: a body that was damaged between listing and copying must not be sealed beside them.
    for file in manifest.listed(manifest.strict_json(contents).get("files")):
        if listed.get(file.path.casefold()) != file:
            raise EvidenceDamaged(f"{file.path} changed while the packet was being built.", hint="Build it again.")


@contextlib.contextmanager
def _read(source: Path) -> Iterator[IO[bytes]]:
    try:
        with source.open("rb") as file:
            yield file
    except OSError as fault:
        if fault.filename != str(source):
            raise
        raise EvidenceDamaged(f"{source} cannot be read: {fault.strerror}.", hint="Build it again.") from fault


def _write(path: Path, source: bytes | IO[bytes]) -> tuple[str, int]:
    """Digest and size of what was written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    with os.fdopen(descriptor, "wb") as file:
        blocks = (source,) if isinstance(source, bytes) else iter(lambda: source.read(_BLOCK), b"")
        for block in blocks:
            file.write(block)
            hasher.update(block)
            size += len(block)
    return hasher.hexdigest(), size


def _sync(folder: Path) -> None:
    # All files are written before the first is synced: the disk then takes thousands of small ones in one go.
    for path in (*folder.rglob("*"), folder):
        _sync_one(path)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # some file systems cannot sync a folder
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _building_folder(packets: Path, name: str) -> Iterator[Path]:
    """A locked folder beside the packet's place; gone at the end unless it was renamed."""
    numbers = count()
    lock: int | None = None
    while lock is None:
        number = next(numbers)
        folder = packets / f"{_BUILDING}{name}-{os.getpid()}{f'-{number}' if number else ''}"
        with _writing(packets), contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            lock = leftovers.lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _sweep(packets: Path) -> None:
    """Remove what builders left that are dead: folders, zips and links that were to be renamed into their place."""
    beside = [path for path in packets.iterdir() if path.name.startswith(".")]
    leftovers.sweep(path for path in beside if path.name.startswith(_BUILDING) or ZIP_BESIDE.fullmatch(path.name))
    with _turn(packets):
        for path in packets.iterdir():
            if _LINK.fullmatch(path.name):
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _turn(packets: Path) -> Iterator[None]:
    """Alone with `latest`: a link has no lock of its own, so whoever makes one beside it locks the folder."""
    descriptor = os.open(packets, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def check_latest(packets: Path) -> None:
    """OutputError where `latest` is something that we did not make, and would have to replace."""
    latest = packets / LATEST
    if os.path.lexists(latest) and not latest.is_symlink() and not read_latest(latest):
        what = "a folder" if latest.is_dir() else "a file"
        raise OutputError(
            f"{latest} is {what} that srm-docs did not make; there it keeps a link to the newest packet.",
            hint=f"Move it away: mv {latest} {latest}.old",
        )


def _point_latest(packets: Path, name: str) -> None:
    """Point to the packet of the newest snapshot; of several from one snapshot, to the one just built."""
    check_latest(packets)
    with _turn(packets):
        _replace_latest(packets, _newest(packets, name))


def _newest(packets: Path, name: str) -> str:
    times = {path.name: found[1] for path in packets.iterdir() if (found := PACKET_NAME.fullmatch(path.name))}
    if not times or times.get(name, "") == max(times.values()):
        return name
    now = read_latest(packets / LATEST)
    newest = sorted(other for other in times if times[other] == max(times.values()))
    return now if now in newest else newest[-1]


def _replace_latest(packets: Path, target: str) -> None:
    beside = packets / f".{LATEST}-{os.getpid()}-{threading.get_ident()}"
    beside.unlink(missing_ok=True)
    try:
        beside.symlink_to(target, target_is_directory=True)
    except (OSError, NotImplementedError):  # a file system without symbolic links: the name as text
        beside.write_text(f"{target}\n", encoding="ascii")
    beside.replace(packets / LATEST)


def read_latest(latest: Path) -> str:
    """The packet's name that `latest` holds, be it a symbolic link or a text file; empty where it holds none."""
    try:
        text = str(latest.readlink()) if latest.is_symlink() else latest.read_bytes()[:256].decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if _NAME.fullmatch(text) else ""


@contextlib.contextmanager
def _writing(packets: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise OutputError(
            f"The packet cannot be written to {packets}: {fault.strerror or fault}.",
            hint="Mend the permissions or the space of that folder, or name another one with --output.",
        ) from fault
