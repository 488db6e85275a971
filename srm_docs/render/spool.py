"""Rows of a worksheet on their way into the file: compressed, in memory while few, else in a temporary file.

A million findings are a gigabyte of XML. It must be known whole before the sheet's head can be written (links, range),
and neither memory nor the disk should have to hold it as it is.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

_IN_MEMORY: Final = 8 << 20
_TOGETHER: Final = 1 << 18
_CHUNK: Final = 1 << 18


class Spool:
    """Text in, the same text out again as often as wanted, in UTF-8."""

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self._kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as self
        self._packer = zlib.compressobj(1)
        self._waiting: list[str] = []
        self._length = 0
        self._whole = False

    def write(self, text: str) -> None:
        """Add text."""
        self._waiting.append(text)
        self._length += len(text)
        if self._length > _TOGETHER:
            self._pack()

    def chunks(self) -> Iterator[bytes]:
        """Yield everything that was written; nothing can be added after."""
        if not self._whole:
            self._pack()
            self._kept.write(self._packer.flush())
            self._whole = True
        self._kept.seek(0)
        unpacker = zlib.decompressobj()
        while packed := self._kept.read(_CHUNK):
            while packed:
                yield unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()

    def close(self) -> None:
        """Give back memory and disk."""
        self._kept.close()

    def _pack(self) -> None:
        body = "".join(self._waiting).encode()
        self.size += len(body)
        self._kept.write(self._packer.compress(body))
        self._waiting.clear()
        self._length = 0
