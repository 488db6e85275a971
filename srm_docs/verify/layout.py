"""Whether a zip is its files and nothing else: an opened zip in, a refusal where bytes belong to no file.

A zip is read from its end, so bytes before, between and after its files pass unseen by most programs, and a zip that
was cut off inside a workbook (a zip itself) is taken for that workbook. Here each file has to begin where the one
before ends, and the table of contents has to be the end. Programs that read from the front then see the same files.
"""

from __future__ import annotations

import struct
import zipfile
from typing import IO, Final

from srm_docs.verify.bounds import refuse, shown

_LOCAL: Final = struct.Struct("<4s2xHH4x3LHH")
"""Before a file: signature, flags, method, (time), CRC, packed size, size, length of its name and of its extra."""
_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_END_64_BODY: Final = _END_64.size - 12
_STREAMED: Final = 0x08
"""The flag of a file whose size was not known when it was begun: its sizes follow it."""
_IN_EXTRA: Final = 0xFFFFFFFF
"""In place of a size that needs 8 bytes and stands in the extra."""


def check_layout(archive: zipfile.ZipFile, file: IO[bytes], size: int) -> None:
    """Refuse a zip of `size` bytes that holds more or less than its table of contents says."""
    _check_end(archive, file, size)
    reached = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset != reached:
            before = "before its first file" if not reached else f"before {shown(info.filename)}"
            raise refuse(f"the zip was cut off, or holds bytes {before} that belong to no file")
        reached = _end_of(info, file)
    if reached != archive.start_dir:
        raise refuse("the zip holds bytes behind its last file that belong to no file")


def _check_end(archive: zipfile.ZipFile, file: IO[bytes], size: int) -> None:
    at = size - _END.size
    signature, _, _, _, _, length, start, comment = _END.unpack(_read(file, at, _END.size))
    if signature != b"PK\5\6" or comment:
        raise refuse("the zip was cut off, or bytes were added behind its end")
    if at >= _LOCATOR.size + _END_64.size:
        mark, _, place, _ = _LOCATOR.unpack(_read(file, at - _LOCATOR.size, _LOCATOR.size))
        if mark == b"PK\6\7":
            at -= _LOCATOR.size + _END_64.size
            mark, body, *_, length, start = _END_64.unpack(_read(file, at, _END_64.size))
            if (mark, body, place) != (b"PK\6\6", _END_64_BODY, at):
                raise refuse("the zip's end is damaged, or holds bytes that belong to no file")
    if (start, start + length) != (archive.start_dir, at):
        raise refuse("the zip was cut off, or holds bytes that its table of contents does not know")


def _end_of(info: zipfile.ZipInfo, file: IO[bytes]) -> int:
    """Where the packed bytes of a file end, and the record after them where there is one."""
    head = _LOCAL.unpack(_read(file, info.header_offset, _LOCAL.size))
    signature, flags, method, crc, packed, size, name, extra = head
    said = (info.CRC, info.compress_size, info.file_size)
    later = (_IN_EXTRA, 0) if flags & _STREAMED else (_IN_EXTRA,)
    agrees = all(one in (due, *later) for one, due in zip((crc, packed, size), said, strict=True))
    if signature != b"PK\3\4" or flags != info.flag_bits or method != info.compress_type or not agrees:
        raise refuse(f"{shown(info.filename)} in the zip is not what the zip's table of contents says")
    end: int = info.header_offset + _LOCAL.size + name + extra + info.compress_size
    return end + _record_after(info, file, end) if flags & _STREAMED else end


def _record_after(info: zipfile.ZipInfo, file: IO[bytes], end: int) -> int:
    """The length of the record behind a streamed file: CRC and sizes, with or without a signature, in 4 or 8 bytes."""
    for sizes in ("<LL", "<QQ"):
        record = struct.pack("<L", info.CRC) + struct.pack(sizes, info.compress_size, info.file_size)
        for whole in (b"PK\7\x08" + record, record):
            if _read(file, end, len(whole)) == whole:
                return len(whole)
    raise refuse(f"{shown(info.filename)} in the zip is not what the zip's table of contents says")


def _read(file: IO[bytes], at: int, length: int) -> bytes:
    if at < 0:
        raise refuse("the zip was cut off")
    file.seek(at)
    return file.read(length).ljust(length, b"\0")
