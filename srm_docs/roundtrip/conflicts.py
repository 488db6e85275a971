"""Conflicts -> a workbook in which a person decides each of them; the same workbook, filled in -> the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from srm_docs import folders
from srm_docs.declare.fields import spell
from srm_docs.declare.write import Cell
from srm_docs.errors import UsageError
from srm_docs.render import cell as cells
from srm_docs.roundtrip import meant
from srm_docs.roundtrip.archive import opened
from srm_docs.roundtrip.book import EMPTY, Book
from srm_docs.roundtrip.merge import Conflict, Side

TITLE: Final = "Conflicts"
_HEADS: Final = (
    ("Decision", 13), ("Kind", 16), ("Item", 24), ("Field", 18), ("In the register now", 44),
    ("In the workbook", 44), ("When the workbook was made", 44), ("Cell of the workbook", 26),
)  # fmt: skip
_ABOUT: Final = (
    "Both the register and the workbook were changed since the workbook was made. Choose under Decision whose value "
    "stays, save, and import the workbook again with this file."
)
_HEAD: Final = 2


def write(path: Path, conflicts: Sequence[Conflict]) -> None:
    """Write a row for each conflict."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = TITLE
    _text(sheet, 1, 1, _ABOUT)
    for at, (heading, width) in enumerate(_HEADS, 1):
        _text(sheet, _HEAD, at, heading)
        sheet.cell(_HEAD, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, one in enumerate(conflicts, _HEAD + 1):
        values = (
            "", one.cell.kind, one.cell.item, one.cell.field, spell(one.register), spell(one.workbook),
            one.base if one.base is not None else "not known", str(one.place),
        )  # fmt: skip
        for at, value in enumerate(values, 1):
            _text(sheet, row, at, value)
            sheet.cell(row, at).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor="DDEBF7")
    offered = DataValidation(type="list", formula1=f'"{",".join(Side)}"', allow_blank=True)
    offered.add(f"A{_HEAD + 1}:A{_HEAD + max(1, len(conflicts))}")
    sheet.add_data_validation(offered)
    sheet.freeze_panes = f"B{_HEAD + 1}"
    with folders.whole(path) as out:
        made.save(out)


def _text(sheet: Any, row: int, column: int, value: str) -> None:
    said = cells.stored(value)
    if said:
        made = sheet.cell(row, column, said)
        made.data_type = "s"
        made.quotePrefix = cells.quoted(said)


def read(path: Path) -> dict[Cell, tuple[Side, str, str]]:
    """The decisions, each with what the two sides said when it was made. UsageError where a row has none."""
    with opened(path) as archive:
        book = Book(archive)
        sheet = next((one for one in book.sheets if one.title == TITLE), None)
        if sheet is None:
            raise UsageError(f'{path.name} has no sheet "{TITLE}".', hint="Name a file that --conflicts wrote.")
        found: dict[Cell, tuple[Side, str, str]] = {}
        columns: dict[str, int] = {}
        for row in book.rows(sheet):
            said = {at: meant.shown(got).strip() for at, got in row.cells.items()}
            if not columns:
                names = {text: at for at, text in said.items()}
                if all(heading in names for heading, _ in _HEADS[:6]):
                    columns = names
                continue
            kind, item, name, here, there = (said.get(columns[heading], "") for heading, _ in _HEADS[1:6])
            chosen = meant.shown(row.cells.get(columns["Decision"], EMPTY)).strip().casefold()
            if not kind:
                continue
            if chosen not in {*Side}:
                raise UsageError(
                    f'{path.name}: {TITLE}!A{row.at} decides nothing: "{chosen[:40]}" is not one of {", ".join(Side)}.',
                    hint="Choose one in every row, save, and import again.",
                )
            found[Cell(kind, item, name)] = (Side(chosen), here, there)
        return found


def decisions(path: Path, conflicts: Sequence[Conflict]) -> dict[Cell, Side]:
    """The decisions that still fit: what was decided about has not changed again."""
    made = read(path)
    fits: dict[Cell, Side] = {}
    for one in conflicts:
        side, here, there = made.get(one.cell, (None, "", ""))
        if side is not None and (here, there) == (_printed(spell(one.register)), _printed(spell(one.workbook))):
            fits[one.cell] = side
    return fits


def _printed(value: str) -> str:
    """A value as it comes back from a cell."""
    return cells.fitted(value).strip()
