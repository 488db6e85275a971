"""The auditor's own list of requests (PBC), in whatever shape, and a column map -> edits of requests.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from srm_docs.declare.fields import WrongValue, spell
from srm_docs.declare.items import Item
from srm_docs.declare.register import Register
from srm_docs.declare.write import Cell, fields
from srm_docs.errors import UsageError
from srm_docs.roundtrip import meant
from srm_docs.roundtrip.book import EMPTY, Book, Got, Row, Sheet, letters
from srm_docs.roundtrip.read import Edit, Fault, Found, Place
from srm_docs.sourcefile import near

KIND: Final = "requests"
_ALSO: Final = {"number": "id", "no": "id", "request": "text", "description": "text", "due date": "due"}
_WITHIN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Field of a request -> the letter of a column, or its heading."""

    wanted: Mapping[str, str]

    @classmethod
    def of(cls, said: str) -> Columns:
        """`Number=A,Text=Request description,Due=D`. UsageError where it names no field, or lacks id or text."""
        known = fields(KIND)
        wanted: dict[str, str] = {}
        for part in said.split(","):
            name, equals, column = (piece.strip() for piece in part.partition("="))
            name = _ALSO.get(name.casefold(), name.casefold())
            if equals and column and name not in known:
                raise UsageError(
                    f'--columns: "{part.partition("=")[0].strip()}" is no field of a request{near(name, known)}',
                    hint=f"Fields: {', '.join(known)}.",
                )
            if not equals or not column or name in wanted:
                raise UsageError(
                    f'--columns: "{part.strip()}" is no FIELD=COLUMN{near(name, known)}',
                    hint=f"Fields, each once: {', '.join(known)}. Columns: a letter or a heading. Number=A,Text=C",
                )
            wanted[name] = column
        if not {"id", "text"} <= wanted.keys():
            raise UsageError("--columns must say where number and text stand: Number=A,Text=C.")
        return cls(wanted=wanted)


def read(book: Book, columns: Columns, register: Register, *, title: str = "", first: int = 0) -> Found:
    """Read one sheet: the one named `title`, else the first. `first` is the row of the first request.

    A blank cell changes nothing, because an auditor's list says nothing about what it leaves out.
    """
    sheet = _sheet(book, title)
    found = Found()
    items = {item.id: item for item in register.items(KIND)}
    seen: dict[str, Place] = {}
    for row, places in _rows(book, sheet, columns, first):
        cells = {name: row.cells.get(at, EMPTY) for name, at in places.items()}
        if all(meant.blank(got) for got in cells.values()):
            continue
        where = {name: Place(sheet=sheet.title, row=row.at, column=at) for name, at in places.items()}
        number = " ".join(meant.shown(cells["id"]).split())
        if not number:
            if not meant.blank(cells["text"]):
                found.faults.append(Fault(place=where["id"], message="this request has no number"))
            continue
        if number in seen:
            found.faults.append(Fault(place=where["id"], message=f"{number} is already in {seen[number]}"))
            found.wrong.add(Cell(KIND, number, "id"))
            continue
        seen[number] = where["id"]
        for name, got in cells.items():
            if not meant.blank(got):
                _cell(found, Cell(KIND, number, name), got, where[name], items.get(number), from_1904=book.from_1904)
    if not seen and not found.faults:
        raise UsageError(f"{book.name}: no request was found in the sheet {sheet.title}.", hint="See --sheet, --first.")
    return found


def _cell(found: Found, cell: Cell, got: Got, place: Place, item: Item | None, *, from_1904: bool) -> None:
    try:
        value = meant.value(fields(KIND)[cell.field], got, from_1904=from_1904)
    except WrongValue as wrong:
        found.faults.append(Fault(place=place, message=f"{meant.found(got, str(wrong))}{wrong}"))
        found.wrong.add(cell)
        return
    before = getattr(item, cell.field, None)
    if value != before:
        found.edits.append(Edit(cell=cell, place=place, base=spell(before), value=value))


def _sheet(book: Book, title: str) -> Sheet:
    if not book.sheets:
        raise UsageError(f"{book.name} has no sheet.")
    if not title:
        return book.sheets[0]
    for sheet in book.sheets:
        if sheet.title.casefold() == title.casefold():
            return sheet
    titles = [sheet.title for sheet in book.sheets]
    raise UsageError(
        f'{book.name} has no sheet "{title}"{near(title, titles)}', hint=f"Sheets: {', '.join(titles)[:500]}"
    )


def _rows(book: Book, sheet: Sheet, columns: Columns, first: int) -> Iterator[tuple[Row, Mapping[str, int]]]:
    """The rows below the headings, with the column of each field.

    Where every column is a letter, the list begins at `first`, else below its first row that has a number and a text.
    """
    by_letter = {name: _number(said) for name, said in columns.wanted.items()}
    headings = {name: _folded(columns.wanted[name]) for name, at in by_letter.items() if not at}
    places = dict(by_letter) if not headings else None
    begun = bool(first)
    for row in book.rows(sheet):
        if places is None:
            said = {_folded(meant.shown(got)): at for at, got in reversed(list(row.cells.items()))}
            if row.at > _WITHIN:
                break
            if set(headings.values()) <= said.keys():
                places = {name: at or said[headings[name]] for name, at in by_letter.items()}
                begun = True
            continue
        if row.at < first:
            continue
        if not begun:
            begun = all(not meant.blank(row.cells.get(places[name], EMPTY)) for name in ("id", "text"))
            continue
        yield row, places
    if places is None:
        missing = ", ".join(f'"{columns.wanted[name]}"' for name in headings)
        raise UsageError(f"{book.name}: no row of {sheet.title} has the headings {missing}.")


def _number(said: str) -> int:
    """The number of a column from its letters in capitals, 0 where it is a heading."""
    if not (said.isascii() and said.isalpha() and said.isupper() and len(said) <= 3):  # noqa: PLR2004 - XFD is the last
        return 0
    number = 0
    for letter in said:
        number = number * 26 + ord(letter) - 64
    return number if letters(number) == said else 0


def _folded(said: str) -> str:
    return " ".join(said.split()).casefold()
