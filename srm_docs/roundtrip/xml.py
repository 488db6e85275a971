"""XML of a stranger, block by block, into a handler: no DTD, no entity, no depth and no tag without end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol
from xml.parsers import expat

from srm_docs.roundtrip.archive import damaged, refuse

_DEEPEST: Final = 64
_LONGEST: Final = 4 << 20
"""Bytes of one tag or comment."""


class Handler(Protocol):
    """What is told of the elements of a part, by their names without prefix."""

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None:
        """An element begins."""

    def end(self, tag: str, /) -> None:
        """An element ends."""

    def text(self, data: str, /) -> None:
        """Characters stand here; one text may come in several pieces."""


class Enough(Exception):
    """Raised by a handler that has seen all it wants."""


class Feed:
    """Reads a part as it comes. UsageError where it is not well formed or says what no workbook needs."""

    def __init__(self, handler: Handler, name: str) -> None:
        """Tell the handler of everything; `name` is the file's, for what is refused."""
        self._handler, self._name = handler, name
        self._depth = self._fed = 0
        self._parser: Any = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler = handler.text
        self._parser.StartDoctypeDeclHandler = self._parser.EntityDeclHandler = self._doctype

    def feed(self, block: bytes) -> None:
        """Read the next block."""
        self._parse(block, last=False)
        self._fed += len(block)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST:
            raise refuse(self._name, "its XML has a tag without end")

    def close(self) -> None:
        """Say that nothing more comes."""
        self._parse(b"", last=True)

    def _parse(self, block: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(block, last)
        except (expat.ExpatError, ValueError, UnicodeError) as fault:
            raise damaged(self._name) from fault

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refuse(self._name, "its XML is nested too deeply")
        local = {key.rpartition("}")[2]: said for key, said in attributes.items()}
        self._handler.start(tag.rpartition("}")[2], local)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(tag.rpartition("}")[2])

    def _doctype(self, *_: object) -> None:
        raise refuse(self._name, "its XML has a document type, which could name other files or grow without end")


def parse(blocks: Iterable[bytes], handler: Handler, name: str) -> None:
    """Read a part that has its end at hand."""
    feed = Feed(handler, name)
    try:
        for block in blocks:
            feed.feed(block)
        feed.close()
    except Enough:
        return
