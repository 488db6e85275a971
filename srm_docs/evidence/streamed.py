"""JSON that is too long to be held: a table whose lists are read and written one item at a time.

Read as plain data, a snapshot of 200,000 questions or the findings of 1,000 accounts are a gigabyte. Here only one item
of a list is there at once, and the bytes are those that the whole would have.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_STEP: Final = 1 << 20
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"[-+.0-9eE]*")


@dataclass(frozen=True, slots=True)
class Each:
    """A list whose items are made when they are written; `items` gives them anew each time."""

    items: Callable[[], Iterable[Any]]


class NotJson(ValueError):
    """What is wrong, and in which line."""


def pieces(data: Mapping[str, Any]) -> Iterator[bytes]:
    """JSON that people can read and tools can compare: sorted keys, ASCII only, one fact a line, newline at the end.

    A list of the table that is an `Each` is written item by item, and so is a list of such an item.
    """
    waiting: list[str] = []
    length = 0
    for text in _lines(data, "\n"):
        waiting.append(text)
        length += len(text)
        if length >= _STEP:
            yield "".join(waiting).encode()
            waiting.clear()
            length = 0
    yield "".join((*waiting, "\n")).encode()


def _lines(value: Any, newline: str) -> Iterator[str]:
    """The text of a value; `newline` also holds the spaces that its own lines begin with."""
    deeper = newline + " "
    if isinstance(value, Each):
        before = "["
        for item in value.items():
            yield before + deeper
            yield from _lines(item, deeper)
            before = ","
        yield "[]" if before == "[" else newline + "]"
    elif isinstance(value, Mapping) and any(isinstance(inner, Each) for inner in value.values()):
        before = "{"
        for key in sorted(value):
            yield f"{before}{deeper}{json.dumps(key)}: "
            yield from _lines(value[key], deeper)
            before = ","
        yield newline + "}"
    else:  # a line break within a text is written as two characters: what is broken here are lines
        yield json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True).replace("\n", newline)


def read_table(
    body: bytes, each: Mapping[str, Callable[[Any], object]], decoder: json.JSONDecoder | None = None
) -> Any:
    """The table that `body` is; the items of the lists that `each` names are handed over, and the lists come empty.

    What is no table, or no list, is given back as it is, so that the caller can say so. NotJson for what is
    not JSON, ValueError for a table that has a key twice and for what the decoder refuses.
    """
    text = _Text(body, decoder or json.JSONDecoder())
    found = text.table(each) if text.next() == "{" else text.value()
    if text.next():
        raise text.fault("Extra data")
    return found


class _Text:
    """A text and how far it was read; of what is behind that, nothing is held."""

    def __init__(self, body: bytes, decoder: json.JSONDecoder) -> None:
        self._body, self._decoder = memoryview(body), decoder
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._taken = self._at = 0
        self._window = ""
        self._lines = 1

    def table(self, each: Mapping[str, Callable[[Any], object]]) -> dict[str, Any]:
        """A table, from its brace on."""
        found: dict[str, Any] = {}
        seen: set[str] = set()
        self._at += 1
        if self._took("}"):
            return found
        while True:
            if self.next() != '"':
                raise self.fault("Expecting property name enclosed in double quotes")
            key = self.value()
            if key in seen:
                raise ValueError("has a key twice in one place")
            seen.add(key)
            self._need(":")
            if key in each and self.next() == "[":
                self._list(each[key])
                found[key] = []
            else:
                found[key] = self.value()
            if self._took("}"):
                return found
            self._need(",")

    def _list(self, hand: Callable[[Any], object]) -> None:
        self._at += 1
        if self._took("]"):
            return
        while True:
            hand(self.value())
            if self._took("]"):
                return
            self._need(",")

    def next(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            space = _SPACE.match(self._window, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more(_STEP):
                return ""

    def value(self) -> Any:
        """The next value, whole."""
        self.next()
        step = _STEP
        while True:
            fault = None
            try:
                found, end = self._decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as wrong:
                fault = wrong
            except RecursionError:
                raise ValueError("is nested too deeply") from None
            else:
                goes_on = _NUMBER.match(self._window, end)  # of `1.5`, `1.` alone reads as 1: so does `1e+` of `1e+5`
                if (goes_on.end() if goes_on else end) < len(self._window):
                    self._at = end
                    return found
            if not self._more(step):
                if fault:
                    raise self.fault(fault.msg, fault.pos)
                self._at = end
                return found
            step *= 2  # so that a long value is not tried at every mebibyte

    def fault(self, said: str, at: int | None = None) -> NotJson:
        """What is wrong, and in which line."""
        line = self._lines + self._window.count("\n", 0, self._at if at is None else at)
        return NotJson(f"{said} in line {line}")

    def _took(self, character: str) -> bool:
        took = self.next() == character
        self._at += took
        return took

    def _need(self, character: str) -> None:
        if not self._took(character):
            raise self.fault(f"Expecting '{character}' delimiter")

    def _more(self, step: int) -> bool:
        """Read on; False at the end. What was read before is let go."""
        if self._taken == len(self._body):
            return False
        self._lines += self._window.count("\n", 0, self._at)
        piece = self._body[self._taken : self._taken + step]
        self._taken += len(piece)
        self._window = self._window[self._at :] + self._utf8.decode(piece, final=self._taken == len(self._body))
        self._at = 0
        return True
