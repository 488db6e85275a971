"""One sheet's description and its rows -> worksheets: rows as XML in a file, everything else through openpyxl.

Rows are written here and not by openpyxl, because a cell must be text whatever it says, its bytes must not depend on
which XML library is installed, and 100,000 evidence lines must not become millions of Python objects.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import IO, Any, Final
from xml.sax.saxutils import escape

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from srm_docs.packet.model import NOT_PROVIDED, Answer, Shape
from srm_docs.packet.words import call_words
from srm_docs.render import cell, fit
from srm_docs.render.paint import Look, Paint
from srm_docs.render.sheets import LONGEST_TITLE, Book, Column, Items, Kind, Sheet

BANDS, HEAD = 3, 4
"""Rows of group headings and of column headings; title and explanation stand above."""
LAST_ROW: Final = 1_048_575
"""The last row that is used; Excel has one more."""
MOST_LISTED: Final = 12
MOST_EVIDENCE: Final = 3
"""Values in one cell, and further evidence beside the first. All of them are in findings.json, each an item."""
MOST_LINKS: Final = 65_000
"""Excel drops the links of a sheet that has more than 65,530."""
_IN_MEMORY: Final = 8 << 20

Target = Mapping[str, tuple[str, int] | str]
"""A key -> sheet and row, or the path of a file of the packet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One worksheet: its <row> elements in a file, and how far it reaches."""

    sheet: Worksheet
    rows: IO[bytes]
    last_row: int
    last_column: int


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


@dataclass(slots=True, kw_only=True)
class Lines:
    """Collects the rows of one worksheet."""

    sheet: Worksheet
    paint: Paint
    out: IO[bytes] = field(default_factory=_spool)
    at: int = 0
    links: int = 0
    widest: int = 1

    def add(self, cells: Iterable[tuple[Any, Look]], height: float) -> None:
        """Write the next row, from column A on; a None stands for no cell."""
        self.at += 1
        made = [
            _xml(f"{_letter(column)}{self.at}", value, look, self.paint)
            for column, (value, look) in enumerate(cells, 1)
        ]
        self.widest = max(self.widest, len(made))
        row = f'<row r="{self.at}" ht="{height:g}" customHeight="1">{"".join(made)}</row>'
        self.out.write(row.encode())

    def link(self, column: int, *, location: str = "", target: str = "") -> None:
        """Make a cell of the next row a link, as long as Excel keeps it."""
        if self.links < MOST_LINKS:
            self.links += 1
            linked = self.sheet.cell(self.at + 1, column)
            linked.hyperlink = Hyperlink(ref=linked.coordinate, location=location or None, target=target or None)

    def part(self) -> Part:
        """Close the worksheet; its last cell is named, because readers trust the range that a sheet states."""
        self.sheet.cell(max(1, self.at), self.widest)
        self.sheet.cell(1, 1)
        return Part(sheet=self.sheet, rows=self.out, last_row=self.at, last_column=self.widest)


def names(title: str, rows: int, last_row: int = LAST_ROW) -> list[str]:
    """Return the names of the worksheets that `rows` rows need: `Evidence index`, `Evidence index (2)` and so on."""
    count = max(1, -(-rows // (last_row - HEAD)))
    return [title] + [f"{title[: LONGEST_TITLE - len(f' ({at})')]} ({at})" for at in range(2, count + 1)]


def place(at: int, titles: list[str], last_row: int = LAST_ROW) -> tuple[str, int]:
    """Return the worksheet and the row of the item number `at`, from 0."""
    sheet, row = divmod(at, last_row - HEAD)
    return titles[sheet], HEAD + 1 + row


def location(title: str, row: int) -> str:
    """Return `'Evidence index'!A7`."""
    return "'{}'!A{}".format(title.replace("'", "''"), row)


def write(
    lines: Lines,
    *,
    book: Book,
    sheet: Sheet,
    title: str,
    about: str,
    rows: Iterator[tuple[tuple[Any, ...], bool]],
    targets: Mapping[str, Target],
) -> Part:
    """Write one worksheet from `rows`: the values of each row, and whether a rule stands above it."""
    _opening(lines, book=book, sheet=sheet, title=title, about=about)
    looks = [_look(book, column) for column in sheet.columns]
    none = True
    for values, ruled in rows:
        none = False
        cells, most = [], 1
        for at, (column, whole, look) in enumerate(zip(sheet.columns, values, looks, strict=True), 1):
            value = _items(column, whole)
            shown, kept = _shown(column, value, look, ruled=ruled)
            if (column.link or column.file) and isinstance(shown, str) and shown and shown != NOT_PROVIDED:
                kept = _linked(lines, at, column, value, targets, kept)
            if isinstance(shown, str) and shown:
                most = max(most, fit.lines(shown, column.width, bold=kept.shape in _HEAVY))
            cells.append((shown, kept))
        lines.add(middled(cells) if most == 1 else cells, fit.height(most))
    if none:
        lines.add([(sheet.empty, Look(role="about"))], fit.height(1))
    else:
        last = get_column_letter(len(sheet.columns))
        lines.sheet.auto_filter.ref = f"A{HEAD}:{last}{lines.at}"
    lines.widest = len(sheet.columns)
    return lines.part()


_HEAVY: Final = frozenset({Shape.DEVIATION, Shape.UNREAD, Shape.MISSING})
_SEPARATOR: Final = ", "
_OURS: Final = re.compile(r"evidence/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""Paths that may become links: files of the packet beside the workbook, and nothing else."""


def _opening(lines: Lines, *, book: Book, sheet: Sheet, title: str, about: str) -> None:
    groups = [book.groups.get(column.group) for column in sheet.columns]
    for at, column in enumerate(sheet.columns, 1):
        lines.sheet.column_dimensions[get_column_letter(at)].width = column.width
    lines.add([(cell.stored(title), Look(role="title"))], 26)
    # Printed on several pages across, the first columns repeat: the sentence begins after them, so that it is not cut.
    indent = sheet.freeze if fit.across(sheet.on_paper, sheet.freeze) > 1 else 0
    lines.add([*[("", Look(role="about"))] * indent, (cell.stored(about), Look(role="about"))], 16)
    bands: list[tuple[Any, Look]] = []
    for at, column in enumerate(sheet.columns):
        group = groups[at]
        first = at == 0 or sheet.columns[at - 1].group != column.group
        bands.append((group.heading if group and first else "", Look(role="band")))
    lines.add(bands, 18)
    heads: list[tuple[Any, Look]] = []
    most = 1
    for column, group in zip(sheet.columns, groups, strict=True):
        heads.append((column.heading, Look(role="head", kind=column.kind, by=group.by if group else "computed")))
        # the filter's button covers the end of the last line
        most = max(most, fit.lines(column.heading, max(4.0, column.width - 2.5), bold=True))
    lines.add(heads, fit.height(most) + 3)
    for at, column in enumerate(sheet.columns, 1):
        if column.note:
            comment = Comment(column.note, "srm-docs", height=30 + 18 * fit.lines(column.note, 36), width=300)
            lines.sheet.cell(HEAD, at).comment = comment


def _look(book: Book, column: Column) -> Look:
    group = book.groups.get(column.group)
    return Look(kind=column.kind, by=group.by if group else "computed", tint=bool(group and group.tint))


def _shown(column: Column, value: Any, look: Look, *, ruled: bool) -> tuple[Any, Look]:
    """Return what the cell holds (a number, or text fit to be stored) and how it looks."""
    shape = Shape.PLAIN
    if column.kind is Kind.BLANK:
        value = None
    elif isinstance(value, Answer):
        value, shape = value.text, value.shape
    elif column.kind is Kind.CALL:
        value = (
            _joined(tuple(map(call_words, value)), MOST_LISTED) if isinstance(value, tuple) else call_words(str(value))
        )
    elif isinstance(value, tuple):
        value = _joined(value, MOST_EVIDENCE if column.items is Items.REST else MOST_LISTED)
    elif isinstance(value, dt.date):
        value = _serial(value)
    exact = cell.number(value) if column.kind in {Kind.COUNT, Kind.DATE} else None
    shown: Any = exact if exact is not None else cell.stored(value)
    if shown == NOT_PROVIDED:
        shape = Shape.MISSING
    quote = isinstance(shown, str) and cell.quoted(shown)
    if not (ruled or quote or shape):
        return shown, look
    return shown, _varied(look, shape, ruled, quote)


def _items(column: Column, value: Any) -> Any:
    """Return what of a list the column prints."""
    if not isinstance(value, tuple) or column.items is Items.ALL:
        return value
    return value[:1] if column.items is Items.FIRST else value[1:]


def _joined(values: tuple[Any, ...], most: int) -> str:
    """Return `a, b, c and 12 more`: a row that is taller than a screen is a row that nobody reads."""
    if len(values) <= most + 1:
        return _SEPARATOR.join(map(str, values))
    return f"{_SEPARATOR.join(map(str, values[:most]))} and {len(values) - most:,} more"


@lru_cache(maxsize=1_024)
def _varied(look: Look, shape: Shape, ruled: bool, quote: bool) -> Look:  # noqa: FBT001
    return replace(look, shape=shape, ruled=ruled, quote=quote)


def middled(cells: list[tuple[Any, Look]]) -> list[tuple[Any, Look]]:
    """Return the cells of a row of one line, centred between its lines."""
    return [(value, _middle(look)) for value, look in cells]


@lru_cache(maxsize=1_024)
def _middle(look: Look) -> Look:
    return replace(look, middle=True)


def _linked(lines: Lines, at: int, column: Column, value: Any, targets: Mapping[str, Target], look: Look) -> Look:
    """Link the cell to the row of its only value, or to a file of the packet; leave it where there is none."""
    if column.file:
        return _to_file(lines, at, str(value), look)
    if isinstance(value, tuple) and len(value) > 1:
        return look  # one cell has one link, and office programs do not wrap a linked cell
    first = value[0] if isinstance(value, tuple) else value
    for title in column.link:
        found = targets[title].get(str(first))
        if isinstance(found, str):
            return _to_file(lines, at, found, look)
        if found:
            lines.link(at, location=location(*found))
            return _as_link(look)
    return look


def _to_file(lines: Lines, at: int, path: str, look: Look) -> Look:
    if _OURS.fullmatch(path) is None:
        return look
    lines.link(at, target=path)
    return _as_link(look)


@lru_cache(maxsize=1_024)
def _as_link(look: Look) -> Look:
    return replace(look, link=True)


def _serial(value: dt.date) -> float:
    """Return Excel's day number; a time is UTC, because Excel knows no zones."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return float(to_excel(value))  # type: ignore[no-untyped-call]


_letter = lru_cache(maxsize=256)(get_column_letter)


def _xml(ref: str, value: Any, look: Look, paint: Paint) -> str:
    """Return one <c>. Text is always an inline string: whatever it says, no program reads a formula in it."""
    style = paint.number(look)
    if value == "" or value is None:
        return f'<c r="{ref}" s="{style}"></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{ref}" s="{style}"><v>{value!r}</v></c>'
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
