"""A parsed table in, typed fields out; whatever is missing, misspelt or of the wrong type becomes a fault.

Written by hand rather than with cattrs: a reviewer of `controls/` is told the line of the very key, every
mistake at once, the near match of a misspelt key or word, and which part of a link is wrong. cattrs' errors
know paths, not lines or neighbours, and stop at the first wrong part of a link.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from srm_docs.sourcefile import Fault, Path, Source, near

E = TypeVar("E", bound=StrEnum)


class Table:
    """One mapping of a file, asked for its fields; `close` reports the keys that nobody asked for."""

    def __init__(self, source: Source, faults: list[Fault], path: Path = (), data: Any = None) -> None:
        """Look at the mapping at `path`; faults found are added to `faults`."""
        self.source, self.faults, self.path = source, faults, path
        given = source.data if not path else data
        self.data: dict[str, Any] = {}
        self.asked: list[str] = []
        if isinstance(given, dict):
            self.data = given
        else:
            self.fault(f"keys and values are wanted here, not {_what(given)}")

    def fault(self, message: str, *below: str | int) -> None:
        """Note a mistake at this table, or at something below it."""
        self.faults.append(self.source.fault((*self.path, *below), message))

    def text(self, key: str) -> str:
        """Return required text, not blank; an empty string after a fault."""
        self._require(key)
        return self.optional(key) or ""

    def optional(self, key: str) -> str | None:
        """Return text, or None where the key is absent."""
        self.asked.append(key)
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, str) and value.strip():
            return value
        self.fault(f'"{key}" wants text, not {_what(value)}', key)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of text; an absent key is an empty list."""
        self.asked.append(key)
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.fault(f'"{key}" wants a list, not {_what(value)}: write [{value}]', key)
            return ()
        for position, item in enumerate(value):
            if not (isinstance(item, str) and item.strip()):
                self.fault(f'"{key}" wants text in its list, not {_what(item)}', key, position)
        items = tuple(item for item in value if isinstance(item, str))
        for position, item in enumerate(items):
            if item in items[:position]:
                self.fault(f'"{item}" is in the list twice', key, position)
        return items

    def word(self, key: str, words: type[E]) -> E | None:
        """Return one of a closed set of words, or None after a fault."""
        text = self.text(key)
        return one_of(self, text, words, key) if text else None

    def table(self, key: str) -> Table | None:
        """Return the table below a key, or None where it is absent."""
        self.asked.append(key)
        return Table(self.source, self.faults, (*self.path, key), self.data[key]) if key in self.data else None

    def tables(self, key: str) -> Iterator[Table]:
        """Yield the tables in a required list."""
        self._require(key)
        self.asked.append(key)
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.fault(f'"{key}" wants a list, not {_what(value)}', key)
            return
        for position, item in enumerate(value):
            yield Table(self.source, self.faults, (*self.path, key, position), item)

    def pairs(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield the keys and values below an optional key."""
        below = self.table(key)
        yield from below.data.items() if below else ()

    def close(self) -> None:
        """Report every key that was not asked for."""
        for key in self.data:
            if key not in self.asked:
                self.fault(f'unknown key "{key}"{near(key, self.asked)}', key)

    def _require(self, key: str) -> None:
        if key not in self.data:
            self.fault(f'"{key}" is missing')


def one_of(table: Table, text: Any, words: type[E], *below: str | int) -> E | None:
    """Return the word that `text` is, or None after a fault that names the words there are."""
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        table.fault(f'"{text}" is not one of {known}{near(str(text), words)}', *below)
        return None


def _what(value: Any) -> str:
    """Name a value as a person would who does not know Python."""
    if value is None or value == "":
        return "nothing"
    for kind, name in (
        (bool, "yes or no"),
        (int, "a number"),
        (float, "a number"),
        (str, "text"),
        (list, "a list"),
    ):
        if isinstance(value, kind):
            return name
    return "keys and values" if isinstance(value, dict) else "a date"
