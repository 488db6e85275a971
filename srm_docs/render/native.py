"""What Excel itself offers on a sheet of rows: a table with filters, lists to choose from, dates, colours by status.

A table marks its heading row for a screen reader and grows as people type below it. Colours are conditional, so that
they go with the word: a status that is changed by hand is not left in the colour of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from srm_docs.declare.fields import Form
from srm_docs.packet.model import NOT_PROVIDED, Shape
from srm_docs.render.paint import WORDS
from srm_docs.render.sheets import Book, Column, Sheet

_BELOW: Final = 1_000
"""Rows below the last one that offer the same lists, for what people add."""


def finish(worksheet: Worksheet, *, book: Book, sheet: Sheet, head: int, last: int) -> None:
    """Add what belongs to the rows after `head` up to `last`."""
    made: Any = worksheet
    made.add_table(_table(made.title, sheet, f"A{head}:{get_column_letter(len(sheet.columns))}{last}"))
    if sheet.protected:
        protect(worksheet)
    until = min(1_048_576, last + _BELOW) if sheet.kind else last
    for at, column in enumerate(sheet.columns, 1):
        if not column.edits:
            continue
        letter = get_column_letter(at)
        cells = f"{letter}{head + 1}:{letter}{until}"
        if offered := _offered(sheet, column):
            offered.add(cells)
            made.add_data_validation(offered)
        words = [(word, book.colours.get(word, "")) for word in _words(sheet, column)]
        _colour(made, cells, [*([(NOT_PROVIDED, Shape.MISSING.value)] if column.needed else []), *words])


def protect(worksheet: Worksheet) -> None:
    """Keep a sheet in which nobody types from being typed in; it has no password, and can be filtered and widened."""
    protection: Any = worksheet.protection
    protection.sheet = True
    protection.autoFilter = protection.sort = protection.formatColumns = protection.formatRows = False


def table_name(title: str) -> str:
    """Return the name of a sheet's table. It may not look like a cell: SOC2 is one."""
    return "rows_" + re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_").lower()


def _table(title: str, sheet: Sheet, ref: str) -> Table:
    columns = [TableColumn(id=at, name=column.heading) for at, column in enumerate(sheet.columns, 1)]
    table = Table(displayName=table_name(title), ref=ref, tableColumns=columns)
    table.autoFilter = AutoFilter(ref=ref)
    return table


def _words(sheet: Sheet, column: Column) -> tuple[str, ...]:
    said = sheet.field(column)
    return said.allowed if said else ()


def _offered(sheet: Sheet, column: Column) -> DataValidation | None:
    """Return the list or the check of a column; its words have no comma and fit the 255 characters of Excel."""
    said = sheet.field(column)
    if words := _words(sheet, column):
        made = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        made.error = f"One of: {', '.join(words)}. Or leave the cell empty."
        made.showErrorMessage = said is not None and said.form is not Form.LIST  # Excel's list knows one word
    elif said is not None and said.form is Form.DATE:
        made = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
        made.error, made.showErrorMessage = "A date, such as 2026-06-30. Or leave the cell empty.", True
    else:
        return None
    made.errorTitle = column.heading[:32]
    return made


def _colour(worksheet: Any, cells: str, words: Iterable[tuple[str, str]]) -> None:
    for word, shape in words:
        if not shape:
            continue
        colour, bold, fill = WORDS[Shape(shape)]
        rule: Any = CellIsRule
        made = rule(
            operator="equal",
            formula=[f'"{word}"'],
            font=Font(color=colour, bold=bold),
            fill=PatternFill("solid", bgColor=fill) if fill else None,
        )
        worksheet.conditional_formatting.add(cells, made)
