"""The very-hidden sheet of a workbook -> what its cells said when it was made; or half a sentence why it is no base.

The format is docs/decisions/0017-the-base-of-a-workbook.md. Blank cells are kept as the ids of their items alone, so
that a million rows that nobody filled in take little memory.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from srm_docs.declare.write import Cell, fields, kinds
from srm_docs.render import base
from srm_docs.roundtrip.book import Book

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FIRST: Final = (base.FORMAT, "packet", "register", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A worksheet that people fill in: its kind, the heading of the ids, and the field under each heading."""

    title: str
    kind: str
    id_heading: str
    columns: Mapping[str, str]
    computed: tuple[str, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether new items may be typed: only where people type the id too."""
        return "id" in self.columns.values()


@dataclass(slots=True, kw_only=True)
class Origin:
    """What a workbook said when it was made. Without a base `columns` are those of the template, the rest is empty."""

    packet: str = ""
    register: str = ""
    sheets: tuple[Filled, ...] = ()
    problem: str = ""
    """Why there is no base: an import then compares two ways."""
    values: dict[Cell, str] = field(default_factory=dict)
    long: dict[Cell, str] = field(default_factory=dict)
    """Cells whose value was too long to be kept, with its digest."""
    ids: dict[str, set[str]] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    """The marks of what computed columns showed, by the kind of the sheet and the row's id."""

    def said(self, cell: Cell) -> str | None:
        """What a cell said; None where the workbook had no such cell."""
        if cell in self.values:
            return self.values[cell]
        there = (cell.kind, cell.field) in self.names and cell.item in self.ids.get(cell.kind, ())
        return "" if there else None


class _NoBase(Exception):
    pass


def read(book: Book) -> Origin:
    """The base of a workbook; `problem` says what is wrong where it cannot be relied on."""
    try:
        return _read(book)
    except _NoBase as why:
        return Origin(problem=str(why))
    except (UnicodeError, RecursionError):  # text that no export of ours writes
        return Origin(problem="the base was altered")


def _read(book: Book) -> Origin:
    rows = _rows(book)
    made = Origin()
    head: dict[str, str] = {}
    for name in _FIRST:
        row = next(rows, [])
        if len(row) < 1 or row[0] != name:
            raise _NoBase("the base was altered" if head else "it carries no base")
        head[name] = row[1] if len(row) > 1 else ""
    if head[base.FORMAT] != base.VERSION:
        raise _NoBase(f"its base is of version {head[base.FORMAT][:20]}, not {base.VERSION}")
    made.packet, made.register = head["packet"], head["register"]
    columns: list[list[str]] = []
    total, count = hashlib.sha256(), 0
    for row in rows:
        if (row[0], len(row)) in {("column", 6), ("computed", 4)} and not count and not made.shown:
            columns.append(row)
        elif row[:1] == ["shown"] and len(row) == 4:  # noqa: PLR2004 - as the format says
            made.shown[row[1], row[2]] = row[3]
            total.update(row[3].encode())
        elif row[:1] == ["cell"] and len(row) == 6:  # noqa: PLR2004
            _cell(made, row)
            total.update(row[5].encode())
            count += 1
        elif row[:1] == ["end"] and len(row) == 3:  # noqa: PLR2004
            _check(row, columns, head, total, count)
            made.sheets = _sheets(columns)
            made.names = {(sheet.kind, name) for sheet in made.sheets for name in sheet.columns.values()}
            if next(rows, None) is not None:
                break
            return made
        else:
            break
    raise _NoBase("the base was altered or cut off")


def _rows(book: Book) -> Iterator[list[str]]:
    """The rows of the base, on however many sheets; other programs may name a sheet in other letters."""
    for sheet in book.sheets:
        if not re.fullmatch(rf"{re.escape(base.TITLE)}( \([0-9]+\))?", sheet.title, re.IGNORECASE):
            continue
        for row in book.rows(sheet):
            if not row.cells:
                continue
            if any(got.problem or not isinstance(got.value, str) for got in row.cells.values()):
                raise _NoBase("the base was altered")
            yield [str(row.cells[at].value) if at in row.cells else "" for at in range(1, max(row.cells) + 1)]


def _cell(made: Origin, row: list[str]) -> None:
    _, kind, item, name, said, digest = row
    cell = Cell(kind, item, name)
    made.ids.setdefault(kind, set()).add(item)
    if said == base.TOO_LONG:
        made.long[cell] = digest
        return
    try:
        value = json.loads(said)
    except ValueError:
        raise _NoBase("the base was altered") from None
    if not isinstance(value, str) or base.digest(kind, item, name, value) != digest:
        raise _NoBase(f"the base was altered at {cell}"[:200])
    if value:
        made.values[cell] = value


def _check(row: list[str], columns: list[list[str]], head: Mapping[str, str], total: hashlib._Hash, count: int) -> None:
    for column in columns:
        total.update(json.dumps(column, separators=(",", ":")).encode())
    said = [base.FORMAT, base.VERSION, head["packet"], head["register"]]
    total.update(json.dumps(said, separators=(",", ":")).encode())
    if not _SHA256.fullmatch(row[2]) or row[1] != str(count) or row[2] != total.hexdigest():
        raise _NoBase("the base was altered")


def _sheets(columns: list[list[str]]) -> tuple[Filled, ...]:
    found: dict[str, Filled] = {}
    for _, title, kind, name, heading, id_heading in (row for row in columns if row[0] == "column"):
        if kind not in kinds() or name not in fields(kind):
            raise _NoBase(f"the base names {kind} {name}, which this version does not know"[:200])
        before = found.get(title) or Filled(title=title, kind=kind, id_heading=id_heading, columns={})
        if (before.kind, before.id_heading) != (kind, id_heading):
            raise _NoBase("the base was altered")
        found[title] = replace(before, columns={**before.columns, heading: name})
    for _, title, kind, heading in (row for row in columns if row[0] == "computed"):
        if title not in found or found[title].kind != kind:
            raise _NoBase("the base was altered")
        found[title] = replace(found[title], computed=(*found[title].computed, heading))
    return tuple(found.values())
