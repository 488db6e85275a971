"""A zip of a packet: bytes in, its files by path out, nothing written to the disk; what could harm is refused first."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from srm_docs.errors import UsageError
from srm_docs.seal.manifest import MANIFEST
from srm_docs.verify import bounds
from srm_docs.verify.bounds import Limits, refuse, shown
from srm_docs.verify.core import Found
from srm_docs.verify.layout import check_layout

OUTSIDE: Final = "../"
"""Before the path of a file that is in the zip but beside the packet's folder. No path inside begins so."""
_BLOCK: Final = 1 << 20
_ENCRYPTED: Final = 0x41
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class _Bounded(io.BufferedReader):
    """A file that hands out no more at once than a table of contents may have: zipfile reads that in one go."""

    limit = bounds.DEFAULT.listing

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:  # the rest, which is a comment
            size = min(self.limit, os.fstat(self.fileno()).st_size - self.tell())
        if size > self.limit:
            raise refuse(f"the zip's table of contents is larger than {self.limit >> 20} MiB")
        return super().read(size)


class Zipped:
    """An opened zip whose names and sizes were found harmless."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        """Take the entries by their path in the packet."""
        self._archive, self._limits = archive, limits
        self._entries = _inside({info.filename: info for info in archive.infolist()})

    def found(self) -> dict[str, Found]:
        """Every file, unpacked in memory block by block and hashed, and every folder that holds none."""
        files = {path: self._hash(info) for path, info in self._entries.items() if not info.is_dir()}
        folders = {f"{path[:at]}/" for path in files for at, letter in enumerate(path) if letter == "/"}
        empty = {path for path, info in self._entries.items() if info.is_dir()} - folders - {""}
        return files | dict.fromkeys(empty, Found(problem="an empty folder"))

    def read(self, path: str) -> bytes:
        """One file. ValueError, as half a sentence, where it cannot be unpacked or is too large."""
        info = self._entries[path]
        if info.file_size > self._limits.parsed:
            raise ValueError(f"is larger than {self._limits.parsed >> 20} MiB")
        try:
            with self._archive.open(info) as file:
                return b"".join(iter(lambda: file.read(_BLOCK), b""))
        except _UNREADABLE as fault:
            raise ValueError(f"cannot be unpacked: {fault}") from fault

    def _hash(self, info: zipfile.ZipInfo) -> Found:
        hasher, size = hashlib.sha256(), 0
        try:
            with self._archive.open(info) as file:
                while block := file.read(_BLOCK):
                    hasher.update(block)
                    size += len(block)
        except _UNREADABLE:
            return Found(problem="bytes that cannot be unpacked")
        return Found(sha256=hasher.hexdigest(), size=size)


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Zipped]:
    """The zip at `path`. UsageError where it is none, VerificationFailed where it is damaged or refused."""
    with _Bounded(io.FileIO(path)) as file:
        file.limit = limits.listing
        if not zipfile.is_zipfile(file):
            file.seek(0)
            if file.read(2) == b"PK" or path.suffix.lower() == ".zip":
                raise refuse("the zip is damaged or cut off")
            raise UsageError(f"{path} is no packet: neither a folder nor a zip.", hint="Name a packet's folder or zip.")
        try:
            archive = zipfile.ZipFile(file)
        except _UNREADABLE as fault:
            raise refuse(f"the zip is damaged: {fault}") from fault
        with archive:
            size = path.stat().st_size
            _check(archive.infolist(), size, limits)
            check_layout(archive, file, size)
            yield Zipped(archive, limits)


def _check(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    if len(infos) > limits.entries:
        raise refuse(f"the zip holds more than {limits.entries} files")
    # zipfile cuts a name at a zero byte; the name as it stands in the zip is the one to judge.
    bounds.check_names((info.orig_filename for info in infos), limits)
    for info in infos:
        if fault := _fault(info, limits):
            raise refuse(f"{shown(info.filename)} in the zip {fault}")
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        raise refuse(f"the zip unpacks to more than {limits.total >> 30} GiB")
    if total > limits.ratio_from and total > packed * limits.ratio:
        raise refuse(f"the zip unpacks to more than {limits.ratio} times its size, as a zip bomb does")


def _fault(info: zipfile.ZipInfo, limits: Limits) -> str:
    """Why an entry is not read, as half a sentence; empty where it is."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    faults = {
        "is a symbolic link": kind == stat.S_IFLNK,
        "is a device or another special file": kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK),
        "is a file to some systems and a folder to others": kind in (stat.S_IFDIR, stat.S_IFREG)
        and (kind == stat.S_IFDIR) != info.is_dir(),
        "is a folder with content of its own": info.is_dir() and info.file_size > 0,
        "is encrypted": bool(info.flag_bits & _ENCRYPTED),
        "is packed in a way other than deflate": info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        f"unpacks to more than {limits.file >> 20} MiB": info.file_size > limits.file,
    }
    return next((fault for fault, true in faults.items() if true), "")


def _inside(infos: Mapping[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Entries by their path in the packet: below the one folder that holds a manifest, or that holds everything."""
    if MANIFEST in infos:
        return dict(infos)
    tops = {name.split("/", 1)[0] for name in infos if "/" in name}
    sealed = [top for top in sorted(tops) if f"{top}/{MANIFEST}" in infos]
    if len(sealed) > 1:
        raise refuse(f"the zip holds {len(sealed)} packets, {shown(sealed[0])} and {shown(sealed[1])} among them")
    if len(sealed) == 1:
        top = sealed[0]
    elif len(tops) == 1 and all("/" in name for name in infos):
        top = tops.pop()
    else:
        return dict(infos)
    prefix = f"{top}/"
    return {
        name.removeprefix(prefix) if name.startswith(prefix) else f"{OUTSIDE}{name}": info
        for name, info in infos.items()
    }
