"""A workbook and its base -> what people changed in it, cell by cell, and every cell that cannot be read.

Rows are known by the id in them, columns by their heading, sheets by their name or that of their table: wherever they
were sorted, moved or pasted to. What stands anywhere else is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from srm_docs.declare.fields import Value, WrongValue, read_value, spell
from srm_docs.declare.register import Register
from srm_docs.declare.write import Cell, fields
from srm_docs.errors import UsageError
from srm_docs.render import base
from srm_docs.render.cell import visible
from srm_docs.render.native import table_name
from srm_docs.render.sheets import ROW_ID
from srm_docs.roundtrip import meant
from srm_docs.roundtrip.archive import refuse
from srm_docs.roundtrip.book import EMPTY, Book, Got, Row, Sheet, letters
from srm_docs.roundtrip.origin import Filled, Origin
from srm_docs.sourcefile import near

_HEADINGS_WITHIN: Final = 60
"""Rows from the top within which the headings stand: people add a line or two above them."""
_MOST_NEW: Final = 10_000
"""New items in one workbook. More of them is no work of people, and would take hours and gigabytes to refuse."""
_MOST_TOLD: Final = 200_000
"""Changed cells and faults in one workbook, likewise."""
_PARTS: Final = "Import it in parts, or ask its sender what it is."
_NAMED: Final = 20
"""Ids named in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A cell of a workbook as Excel names it: `Own controls!D7`."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        """As in Excel's name box, with the sheet before it."""
        return f"{self.sheet}!{letters(self.column)}{self.row}" if self.row else self.sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where, and a sentence that says what was found and what is allowed."""

    place: Place
    message: str

    def __str__(self) -> str:
        """`Own controls!D7: "monthy" …`, in characters that a terminal can show and that reorder nothing."""
        return visible(f"{self.place}: {self.message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A value that differs from what the workbook said when it was made; `base` is None where that is not known."""

    cell: Cell
    place: Place
    base: str | None
    value: Value


@dataclass(slots=True, kw_only=True)
class Found:
    """What a workbook says; `wrong` are the cells that have a fault."""

    edits: list[Edit] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wrong: set[Cell] = field(default_factory=set)
    computed: list[Place] = field(default_factory=list)
    """Computed cells that were changed."""


def read(book: Book, origin: Origin, register: Register) -> Found:
    """Read every sheet that people fill in."""
    found = Found()
    seen: dict[str, _Kind] = {}
    sheets = {sheet.title.casefold(): sheet for sheet in book.sheets}
    for filled in origin.sheets:
        sheet = sheets.get(filled.title.casefold()) or _by_table(book, filled)
        if sheet is None:
            found.notes.append(f'There is no sheet "{filled.title}": what it held is left as it is.')
            continue
        kind = seen.setdefault(filled.kind, _Kind(filled, origin, register))
        _Reader(book, sheet, filled, kind, origin, found).read()
    if not seen:
        raise UsageError(
            f"{book.name} is no workbook of srm-docs: it has none of the sheets that people fill in.",
            hint="An auditor's list of requests: srm-docs register import-requests FILE.xlsx --columns …",
        )
    for kind in seen.values():
        kind.close(found)
    if found.computed:
        said = ", ".join(map(str, found.computed[:_NAMED]))
        more = f" and {len(found.computed) - _NAMED:,} more" if len(found.computed) > _NAMED else ""
        found.notes.append(f"Computed cells were changed, which changes nothing: {said}{more}.")
    return found


def _by_table(book: Book, filled: Filled) -> Sheet | None:
    """A sheet that was renamed still holds its table."""
    return next((sheet for sheet in book.sheets if table_name(filled.title) in sheet.tables), None)


class _Kind:
    """The items of one kind: those that there are, and the rows that were seen."""

    def __init__(self, filled: Filled, origin: Origin, register: Register) -> None:
        self.name, self.adds = filled.kind, filled.adds
        self.based = origin.ids.get(filled.kind, set())
        here = {item.id for item in register.items(filled.kind)}
        self.ids = {name.casefold(): name for name in (*here, *self.based)}
        self.open = bool(origin.problem)  # without a base only the register's own rules know the ids
        self.rows: dict[str, tuple[Place, Mapping[str, Got]]] = {}
        self.renamed: list[tuple[str, str, Place]] = []
        self.new: list[str] = []

    def close(self, found: Found) -> None:
        """Say which rows are gone, and which id was written over."""
        gone = self.based - self.rows.keys()
        for was, now, place in self.renamed:
            if was in gone:
                found.faults.append(
                    Fault(
                        place=place, message=f'"{now}" stands where {was} was (Row id): an id stays. Write {was} back'
                    )
                )
                found.wrong.add(Cell(self.name, now, "id"))
                gone.discard(was)
        if gone:
            said = ", ".join(sorted(gone)[:_NAMED]) + (
                f" and {len(gone) - _NAMED:,} more" if len(gone) > _NAMED else ""
            )
            found.notes.append(f"{self.name}: no row for {said}; the register keeps what it has.")


class _Reader:
    """Reads one sheet."""

    def __init__(self, book: Book, sheet: Sheet, filled: Filled, kind: _Kind, origin: Origin, found: Found) -> None:
        self._book, self._sheet, self._filled, self._kind = book, sheet, filled, kind
        self._origin, self._found = origin, found
        self._fields = fields(filled.kind)
        self._columns: dict[str, int] = {}
        self._computed: dict[str, int] = {}
        self._id = self._row_id = 0

    def read(self) -> None:
        rows = self._book.rows(self._sheet)
        if not self._head(rows):
            # what was read is not kept: the sheet may have a million rows
            self._fault(
                0, 0, f'no row has the headings "{self._filled.id_heading}" and those to fill in: put them back'
            )
            return
        for row in rows:
            self._row(row)
            if len(self._kind.new) > _MOST_NEW:
                raise refuse(self._book.name, f"{self._sheet.title} in it has more than {_MOST_NEW:,} new rows", _PARTS)
            if len(self._found.edits) + len(self._found.faults) > _MOST_TOLD:
                why = f"more than {_MOST_TOLD:,} cells in it were changed or are wrong"
                raise refuse(self._book.name, why, _PARTS)

    def _head(self, rows: Iterator[Row]) -> bool:
        wanted = {_folded(heading): name for heading, name in self._filled.columns.items()}
        key = _folded(self._filled.id_heading)
        for row in rows:
            if row.at > _HEADINGS_WITHIN:
                return False
            said = {at: _folded(got.value) for at, got in row.cells.items() if isinstance(got.value, str)}
            if key not in said.values() or not (wanted.keys() - {key}) & set(said.values()):
                continue
            self._find(row.at, said, wanted)
            return True
        return False

    def _find(self, row: int, said: Mapping[int, str], wanted: Mapping[str, str]) -> None:
        """Note in which column stands what."""
        computed = {_folded(heading): heading for heading in self._filled.computed}
        twice: set[str] = set()
        for at, heading in said.items():
            if heading in wanted and wanted[heading] in self._columns:
                self._fault(row, at, "this heading is there twice: keep one of the two columns")
                twice.add(wanted[heading])
            elif heading in wanted:
                self._columns[wanted[heading]] = at
            if heading in computed:
                self._computed[computed[heading]] = at
            if heading == _folded(self._filled.id_heading) and not self._id:
                self._id = at
            if heading == _folded(ROW_ID.heading):
                self._row_id = at
        for name in twice:  # which of the two is meant, nobody knows
            del self._columns[name]
        for heading, name in self._filled.columns.items():
            if name not in self._columns and name not in twice:
                self._found.notes.append(
                    f'{self._sheet.title}: there is no column "{heading}"; what it held is left as it is.'
                )

    def _row(self, row: Row) -> None:
        self._compare(row)
        cells = {name: row.cells.get(at, EMPTY) for name, at in self._columns.items()}
        typed = any(not meant.blank(got) for name, got in cells.items() if name != "id")
        item, problem = self._item(row)
        if problem and typed:
            self._fault(row.at, self._id, problem)
        if problem or not item:
            return
        place = self._place(row.at, self._id)
        if item in self._kind.rows:
            first, there = self._kind.rows[item]
            if any(_differs(there.get(name, EMPTY), got) for name, got in cells.items()):
                self._fault(row.at, self._id, f"{item} is already in {first} and says something else there: keep one")
                self._found.wrong.add(Cell(self._kind.name, item, "id"))
            return
        self._kind.rows[item] = (place, {name: got for name, got in cells.items() if got != EMPTY} if typed else {})
        if self._kind.adds and item not in self._kind.based and item.casefold() not in self._kind.ids:
            try:
                read_value(self._fields["id"], item)
            except WrongValue as wrong:
                self._fault(row.at, self._id, str(wrong))
                return
            self._kind.ids[item.casefold()] = item
            self._kind.new.append(item)
            before = None if self._origin.problem else ""
            self._found.edits.append(Edit(cell=Cell(self._kind.name, item, "id"), place=place, base=before, value=item))
        self._note_renamed(row, item, place)
        for name, got in cells.items():
            if name != "id":
                self._cell(Cell(self._kind.name, item, name), got, self._place(row.at, self._columns[name]))

    def _item(self, row: Row) -> tuple[str, str]:
        """The id of a row, or why it has none."""
        given = row.cells.get(self._id, EMPTY)
        if meant.blank(given):
            return "", self._without_id(row)
        if given.problem:
            return "", given.problem
        said = " ".join(meant.shown(given).split())
        item = self._kind.ids.get(said.casefold())
        if item is None and not self._kind.adds and not self._kind.open:
            row_id = row.cells.get(self._row_id, EMPTY).value if self._row_id else None
            meant_another = "" if row_id == given.value else near(said, self._kind.ids.values())
            return "", f'"{said[:80]}" is the id of no row that is to be filled in{meant_another}'
        return item or said, ""

    def _compare(self, row: Row) -> None:
        """Note computed cells that somebody changed: they are told, and what they typed is left."""
        said = row.cells.get(self._row_id, EMPTY).value if self._row_id else None
        marks = self._origin.shown.get((self._filled.kind, said.strip())) if isinstance(said, str) else None
        if marks is None:
            return
        for heading, was in zip(self._filled.computed, marks.split(" "), strict=False):
            at = self._computed.get(heading)
            if at is None:
                continue
            got = row.cells.get(at, EMPTY)
            if got.problem or base.mark(meant.shown(got)) != was:
                self._found.computed.append(self._place(row.at, at))

    def _note_renamed(self, row: Row, item: str, place: Place) -> None:
        was = row.cells.get(self._row_id, EMPTY).value if self._row_id and self._kind.adds else None
        if isinstance(was, str) and was.strip() in self._kind.based and was.strip() != item:
            self._kind.renamed.append((was.strip(), item, place))

    def _without_id(self, row: Row) -> str:
        was = row.cells.get(self._row_id, EMPTY).value if self._row_id else None
        if isinstance(was, str) and was.strip():
            return f"the id is gone: write {was.strip()[:80]} back"
        if self._kind.adds:
            return f"a new row needs an id of its own here, such as {self._fields['id'].like}"
        return f'the row has no id under "{self._filled.id_heading}", so that nobody knows what it is about'

    def _cell(self, cell: Cell, got: Got, place: Place) -> None:
        before = self._origin.said(cell)
        described = self._fields[cell.field]
        if cell in self._origin.long:
            self._long(cell, got, place)
            return
        try:
            new = meant.value(described, got, from_1904=self._book.from_1904)
        except WrongValue as wrong:
            if before and meant.unchanged(got, before):
                return
            offered = f" (allowed: {', '.join(described.allowed)})" if described.allowed and got.problem else ""
            self._fault(place.row, place.column, f"{meant.found(got, str(wrong))}{wrong}{offered}")
            self._found.wrong.add(cell)
            return
        if before is None and not self._origin.problem:
            before = ""  # the item is new
        if before is not None and (spell(new) == before or (before and meant.unchanged(got, before))):
            return
        self._found.edits.append(Edit(cell=cell, place=place, base=before, value=new))

    def _long(self, cell: Cell, got: Got, place: Place) -> None:
        """A text that no cell can hold whole is left alone, and cannot be edited in a workbook."""
        if isinstance(got.value, str) and got.value.endswith("more characters, cut here"):
            return
        message = "was too long for a cell and cannot be changed in a workbook: change it in the register"
        self._fault(place.row, place.column, message)
        self._found.wrong.add(cell)

    def _fault(self, row: int, column: int, message: str) -> None:
        self._found.faults.append(Fault(place=self._place(row, column), message=message))

    def _place(self, row: int, column: int) -> Place:
        return Place(sheet=self._sheet.title, row=row, column=column)


def _differs(one: Got, other: Got) -> bool:
    return not (meant.blank(one) and meant.blank(other)) and one != other


def _folded(said: object) -> str:
    return " ".join(str(said).split()).casefold()
