"""A file from a stranger -> the parts of a workbook, or one sentence that says why it is not opened.

Nothing is unpacked to the disk and nothing is read whole: names, sizes and kinds are judged from the zip's table of
contents first, and a part is then read block by block. Parts that an import does not need are never opened.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from srm_docs.errors import UsageError
from srm_docs.verify import bounds

BOOK: Final = "xl/workbook.xml"
_BLOCK: Final = 1 << 18
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = 0x41
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_AGAIN: Final = "Save it as an Excel workbook (.xlsx) and import that."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that is read.

    packed, entries   bytes and files of the zip             listing   bytes of its table of contents
    part, total       unpacked bytes of one file, of all     ratio     unpacked to packed, from `ratio_from` bytes on
    """

    packed: int = 1 << 30
    entries: int = 4_096
    listing: int = 4 << 20
    part: int = 2 << 30
    total: int = 8 << 30
    ratio: int = 150
    ratio_from: int = 16 << 20


DEFAULT: Final = Limits()


class Archive:
    """An opened workbook whose table of contents was found harmless."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        """Keep the names of the parts; some programs write them with other letters in upper case."""
        self.name = path.name
        self._zipped = zipped
        self._parts = {info.filename.casefold(): info for info in zipped.infolist()}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.casefold() in self._parts

    def parts(self, folder: str) -> list[str]:
        """The names of the parts below a folder, sorted."""
        return sorted(info.filename for name, info in self._parts.items() if name.startswith(folder.casefold()))

    def size(self, part: str) -> int:
        """How many bytes a part says it unpacks to."""
        return self._parts[part.casefold()].file_size

    def blocks(self, part: str) -> Iterator[bytes]:
        """A part, block by block. UsageError where it is missing or cannot be unpacked."""
        info = self._parts.get(part.casefold())
        if info is None:
            raise refuse(self.name, f"{bounds.shown(part)} is missing in it")
        try:
            with self._zipped.open(info) as file:
                while block := file.read(_BLOCK):
                    yield block
        except _UNREADABLE as fault:
            raise damaged(self.name) from fault


def refuse(name: str, why: str, hint: str = _AGAIN) -> UsageError:
    """The refusal of a whole file, to be raised. Nothing was written by then."""
    return UsageError(f"{bounds.plain(name)} is refused: {why}.", hint=hint)


def damaged(name: str) -> UsageError:
    """The refusal of a file that is cut off or broken."""
    return refuse(name, "it is damaged or cut off", "Ask its sender for the file again.")


@contextmanager
def opened(path: Path, limits: Limits = DEFAULT) -> Iterator[Archive]:
    """The workbook at `path`. UsageError with one sentence where it is none or could harm."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4_096)
            if problem := _kind_problem(head, path):
                raise refuse(path.name, problem)
            if size > limits.packed:
                raise refuse(path.name, f"it is larger than {limits.packed >> 20} MiB", "Import a smaller one.")
            listing = _Listed(file.raw, limits.listing)
            try:
                zipped = zipfile.ZipFile(listing)
            except _UNREADABLE as fault:
                raise damaged(path.name) from fault
            with zipped:
                listing.limit = limits.part
                if problem := _problem(zipped.infolist(), size, limits):
                    raise refuse(path.name, problem, "Do not open it. Ask its sender what it is.")
                if problem := _foreign(zipped):
                    raise refuse(path.name, problem)
                yield Archive(path, zipped)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint="Name a workbook (.xlsx).") from None


class _Listed:
    """A file that hands out no more at once than a table of contents may have: zipfile reads that in one go."""

    def __init__(self, file: object, limit: int) -> None:
        self._file, self.limit = file, limit

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            here = self._file.tell()  # type: ignore[attr-defined]
            end = self._file.seek(0, os.SEEK_END)  # type: ignore[attr-defined]
            self._file.seek(here)  # type: ignore[attr-defined]
            size = end - here
        if size > self.limit:
            raise ValueError("more than a table of contents may have")
        return self._file.read(size)  # type: ignore[attr-defined, no-any-return]

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)  # type: ignore[attr-defined, no-any-return]

    def tell(self) -> int:
        return self._file.tell()  # type: ignore[attr-defined, no-any-return]

    def seekable(self) -> bool:
        return True


def _kind_problem(head: bytes, path: Path) -> str:
    """Why a file is no .xlsx, from how it begins; empty where it may be one."""
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in head or path.suffix.casefold() != ".xls":
            return "it is protected with a password, or in Excel's format of before 2007"
        return "it is in Excel's format of before 2007 (.xls)"
    if head.startswith(b"PK"):
        return ""
    if not head:
        return "it is empty"
    try:
        text = head[:-4].decode("utf-8-sig") if len(head) > 4 else head.decode("utf-8-sig")  # noqa: PLR2004
    except UnicodeDecodeError:
        return "it is no workbook of Excel"
    if text.lstrip().startswith("<"):
        return "it is XML or a web page, not a workbook of Excel"
    if any(mark in text.split("\n")[0] for mark in ",;\t"):
        return "it is a text file such as CSV, which has no sheets and no row ids"
    return "it is no workbook of Excel"


def _problem(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> str:
    """Why a zip is not opened, as half a sentence; empty where it is."""
    if len(infos) > limits.entries:
        return f"it holds more than {limits.entries:,} files"
    names: set[str] = set()
    for info in infos:
        if info.orig_filename.casefold() in names:
            return f"{bounds.shown(info.orig_filename)} is in it twice"
        names.add(info.orig_filename.casefold())
        if fault := _fault(info, limits):
            return fault
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        return f"it unpacks to more than {limits.total >> 30} GiB"
    if total > limits.ratio_from and total > packed * limits.ratio:
        return f"it unpacks to more than {limits.ratio} times its size, as a zip bomb does"
    if sum(info.compress_size for info in infos) > packed:
        return "files in it share their bytes, as in a zip bomb"
    return ""


def _fault(info: zipfile.ZipInfo, limits: Limits) -> str:
    """Why one file of a zip is not read; empty where it is."""
    name = bounds.shown(info.orig_filename)
    bomb = info.file_size > limits.ratio_from and info.file_size > max(1, info.compress_size) * limits.ratio
    faults = {
        "it is encrypted": bool(info.flag_bits & _ENCRYPTED),
        f"{name} in it is packed in a way that Excel does not use": info.compress_type
        not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        f"{name} in it unpacks to more than {limits.part >> 20} MiB": info.file_size > limits.part,
        f"{name} in it unpacks to more than {limits.ratio} times its size, as a zip bomb does": bomb,
    }
    return next((fault for fault, true in faults.items() if true), "")


_REFUSED: Final = (
    ("vbaproject", "it holds macros", "Save it without macros, as .xlsx."),
    ("xl/externallinks/", "it refers to other workbooks", ""),
    ("xl/connections.xml", "it fetches data from elsewhere", ""),
    ("xl/querytables/", "it fetches data from elsewhere", ""),
    ("xl/embeddings/", "other files are embedded in it", ""),
    ("xl/activex/", "it holds programs (ActiveX)", ""),
    ("xl/macrosheets/", "it holds macros", ""),
)


def _foreign(zipped: zipfile.ZipFile) -> str:
    """Why the parts are not those of a plain .xlsx, as half a sentence; empty where they are."""
    names = {info.filename.casefold() for info in zipped.infolist()}
    if "mimetype" in names and "content.xml" in names:
        return "it is an OpenDocument file (.ods)"
    if "xl/workbook.bin" in names:
        return "it is a binary workbook (.xlsb)"
    for mark, why, how in _REFUSED:
        if any(mark in name for name in names):
            return f"{why}. {how}".rstrip(". ")
    if BOOK not in names or "[content_types].xml" not in names:
        return "it is a zip, but no workbook of Excel"
    types = zipped.getinfo(
        next(info.filename for info in zipped.infolist() if info.filename.casefold() == "[content_types].xml")
    )
    if types.file_size > 1 << 20:
        return "its list of contents is too large"
    try:
        said = zipped.read(types).lower()
    except _UNREADABLE:
        return "it is damaged or cut off"
    return "it holds macros" if b"macroenabled" in said or b"vbaproject" in said else ""
