"""One sheet's description and its rows -> worksheets: rows as XML in a file, everything else through openpyxl.

Rows are written here and not by openpyxl, because a cell must be text whatever it says, its bytes must not depend on
which XML library is installed, and a million lines must not become Python objects. What a value looks like is worked
out once for each column (`_Made`), the number of a style once for each look: styles make large workbooks slow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from srm_docs.declare.fields import Form, spell
from srm_docs.packet.model import NOT_PROVIDED, Answer, Shape
from srm_docs.packet.words import call_words
from srm_docs.render import cell, fit, native
from srm_docs.render.pages import Pages, across, first_page
from srm_docs.render.paint import TITLE_POINTS, Look, Paint
from srm_docs.render.sheets import LONGEST_TITLE, Book, Column, Group, Items, Kind, Sheet
from srm_docs.render.spool import Spool

BANDS, HEAD = 3, 4
"""Rows of group headings and of column headings; title and explanation stand above."""
LAST_ROW: Final = 1_048_575
"""The last row that is used; Excel has one more."""
MOST_LISTED: Final = 12
MOST_EVIDENCE: Final = 3
"""Values in one cell, and further evidence beside the first. All of them are in findings.json, each an item."""
MOST_LINKS: Final = 65_000
"""Excel drops the links of a sheet that has more than 65,530."""
BEGINNING: Final = 2
"""Lines that a row shows of a column that is neither printed nor filled in: on screen its cell shows a beginning."""
_BLANKS: Final = 3
"""Blank rows for new items that are printed in any case; more of them where the page has room."""
_REMEMBERED: Final = 2_048

Target = Mapping[str, tuple[str, int] | str]
"""A key -> sheet and row, or the path of a file of the packet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One worksheet: its <row> elements in a file, how far it reaches, and the links to places in the workbook.

    `last_printed` is the last row on paper, and `pages` how many pages stand below each other up to there.
    """

    sheet: Worksheet
    rows: Spool
    last_row: int
    last_column: int
    links: tuple[str, ...] = ()
    last_printed: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What stands above the rows of a worksheet, and how many of the rows are filled: blank ones follow."""

    title: str
    about: Answer
    as_read: str
    filled: int


@dataclass(slots=True, kw_only=True)
class Lines:
    """Collects the rows of one worksheet."""

    sheet: Worksheet
    paint: Paint
    pages: Pages
    out: Spool = field(default_factory=Spool)
    at: int = 0
    links: int = 0
    inside: list[str] = field(default_factory=list)
    widest: int = 1
    printed: int = 0
    """The last row on paper; 0: all rows are printed."""

    def add(self, cells: Iterable[tuple[Any, Look]], height: float) -> None:
        """Write the next row, from column A on; a None stands for no cell."""
        self.at += 1
        self.pages.add(height)
        made = [
            _xml(f"{_letter(column)}{self.at}", value, look, self.paint)
            for column, (value, look) in enumerate(cells, 1)
        ]
        self.widest = max(self.widest, len(made))
        self.out.write(f'<row r="{self.at}" ht="{height:g}" customHeight="1">{"".join(made)}</row>')

    def link(self, column: int, *, location: str = "", target: str = "") -> None:
        """Make a cell of the next row a link, as long as Excel keeps it."""
        if self.links == MOST_LINKS:
            return
        self.links += 1
        ref = f"{_letter(column)}{self.at + 1}"
        if location:  # there may be 65,000 of these: no object for each
            self.inside.append(f'<hyperlink location={quoteattr(location)} ref="{ref}"/>')
            return
        self.sheet[ref].hyperlink = Hyperlink(ref=ref, target=target)

    def part(self) -> Part:
        """Close the worksheet; its last cell is named, because readers trust the range that a sheet states."""
        self.sheet.cell(max(1, self.at), self.widest)
        self.sheet.cell(1, 1)
        links = tuple(self.inside)
        return Part(
            sheet=self.sheet,
            rows=self.out,
            last_row=self.at,
            last_column=self.widest,
            links=links,
            last_printed=self.printed or self.at,
            pages=self.pages.count,
        )


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
    announced: Announced,
    rows: Iterator[tuple[tuple[Any, ...], bool]],
    targets: Mapping[str, Target],
) -> Part:
    """Write one worksheet from `rows`: the values of each row, and whether a rule stands above it."""
    _opening(lines, book=book, sheet=sheet, announced=announced)
    columns = [_Printer(lines, book, sheet, at, targets) for at in range(len(sheet.columns))]
    for values, ruled in rows:
        made, most, at = [], 1, lines.at + 1
        for column, value in zip(columns, values, strict=True):
            one = column.made(value)
            most = max(most, one.lines if column.whole else min(one.lines, BEGINNING))
            made.append(one)
        flags, middle = _RULED * ruled, _MIDDLE * (most == 1)
        cells = [
            column.xml(at, one, flags | middle if one.lines == 1 else flags)
            for column, one in zip(columns, made, strict=True)
        ]
        high = fit.height(most)
        lines.out.write(f'<row r="{at}" ht="{_said(high)}" customHeight="1">{"".join(cells)}</row>')
        lines.at = at
        if at - HEAD <= announced.filled + _BLANKS or (lines.printed == at - 1 and lines.pages.spare(high)):
            lines.pages.add(high)
            lines.printed = at
    lines.widest = len(sheet.columns)
    if lines.at == HEAD:
        lines.add([(sheet.empty, Look(role="about"))], fit.height(1))
    else:
        native.finish(lines.sheet, book=book, sheet=sheet, head=HEAD, last=lines.at)
    return lines.part()


_HEAVY: Final = frozenset({Shape.DEVIATION, Shape.UNREAD, Shape.MISSING})
_SEPARATOR: Final = ", "
_OURS: Final = re.compile(r"evidence/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""Paths that may become links: files of the packet beside the workbook, and nothing else."""


def _opening(lines: Lines, *, book: Book, sheet: Sheet, announced: Announced) -> None:
    title, about, as_read = announced.title, announced.about, announced.as_read
    groups = [book.groups.get(column.group) for column in sheet.columns]
    for at, column in enumerate(sheet.columns, 1):
        lines.sheet.column_dimensions[get_column_letter(at)].width = column.width
    # Printed on several pages across, the first columns repeat: what is wider begins after them, so that it is not cut.
    split = across(sheet.on_paper, sheet.freeze) > 1
    ends = first_page(sheet.on_paper, sheet.freeze)
    after = sheet.freeze if split else 0
    held = sum(column.width for column in sheet.columns[:after])
    before = after if fit.width(title, points=TITLE_POINTS) > held else 0
    look, small = Look(role="title"), Look(role="about", shape=about.shape)
    heading: list[tuple[Any, Look]] = [*[("", look)] * before, (cell.stored(title), look)]
    said = " ".join(filter(None, (about.text, as_read)))
    if split and as_read:  # the first page may be too narrow for both sentences: the day stands beside the title
        room = fit.width(title, points=TITLE_POINTS)
        places = range(max(before + 1, after), ends + 1)
        beside = next((at for at in places if _span(sheet, before, at) > room), ends)
        heading += [*[("", look)] * (beside - len(heading)), (cell.stored(as_read), Look(role="about"))]
        said = about.text
    lines.add(heading, 26)
    lines.add([*[("", small)] * after, (cell.stored(said), small)], 16)
    bands: list[tuple[Any, Look]] = []
    for at, column in enumerate(sheet.columns):
        group = groups[at]
        first = at == 0 or sheet.columns[at - 1].group != column.group
        by = group.by if group else "computed"
        said = _band(sheet, group, _beside(sheet, at, ends)) if first else ""
        bands.append((said, Look(role="band", by=by if sheet.kind else "computed")))
    lines.add(bands, 18)
    heads: list[tuple[Any, Look]] = []
    most = 1
    for column, group in zip(sheet.columns, groups, strict=True):
        heads.append((column.heading, Look(role="head", kind=column.kind, by=group.by if group else "computed")))
        # the filter's button covers the end of the last line
        most = max(most, fit.lines(column.heading, max(4.0, column.width - 2.5), bold=True))
    lines.add(heads, fit.height(most) + 3)
    lines.pages.repeated = 18 + fit.height(most) + 3
    for at, column in enumerate(sheet.columns, 1):
        if note := _note(sheet, column):
            comment = Comment(note, "srm-docs", height=30 + 18 * fit.lines(note, 36), width=300)
            lines.sheet.cell(HEAD, at).comment = comment


def _span(sheet: Sheet, start: int, end: int) -> float:
    return sum(column.width for column in sheet.columns[start:end])


def _beside(sheet: Sheet, at: int, ends: int) -> float:
    """Return the width of the columns of one group from this one on, up to the end of the printed page."""
    room = 0.0
    for place, column in enumerate(sheet.columns[at:], at):
        if column.group != sheet.columns[at].group or (place > at and place in {ends, sheet.printed}):
            break
        room += column.width
    return room


def _band(sheet: Sheet, group: Group | None, room: float) -> str:
    """Head a computed group so where other columns are for people to fill in; shorter where it is narrow."""
    heading, short = (group.heading, group.short) if group else ("", "")
    words = [heading, short]
    if sheet.kind and (group is None or group.by == "computed"):
        words = [f"Computed: {word[:1].lower()}{word[1:]}" for word in words if word] + ["Computed"]
    words = [word for word in words if word]
    return next((word for word in words if fit.width(word, bold=True) <= room), words[-1] if words else "")


def _note(sheet: Sheet, column: Column) -> str:
    """Explain a column, and what may stand in a cell that people fill in."""
    said = sheet.field(column)
    if said is None:
        return column.note
    several = " or several, with commas between" if said.form is Form.LIST else ""
    form = {
        Form.DATE: "A date, such as 2026-06-30.",
        Form.LIST: "Several: with commas between, or each on a line of its own.",
    }.get(said.form, f"Such as {said.like}." if said.like else "")
    return " ".join(
        filter(
            None, (column.note or said.about, f"One{several} of: {', '.join(said.allowed)}." if said.allowed else form)
        )
    )


def _look(book: Book, sheet: Sheet, column: Column) -> Look:
    group = book.groups.get(column.group)
    by = group.by if group else "computed"
    tint = bool(group and group.tint) or (bool(sheet.kind) and by == "computed")
    return Look(kind=column.kind, by=by, tint=tint, edits=bool(column.edits))


class _Made(NamedTuple):
    """What a value becomes in a column, wherever it stands: the end of its <c>, its lines, its look, its link."""

    end: str
    lines: int
    shape: Shape
    flags: int
    location: str = ""
    target: str = ""


_RULED, _MIDDLE, _QUOTE, _LINK, _SHUT, _WORDS = 1, 2, 4, 8, 16, 32
SHUT: Final = Answer(text="", shape=Shape.PLAIN)
"""In a column that people fill in: nothing is asked for in this row. It stays blank, shaded as what is computed."""
_EMPTY: Final = _Made("/>", 1, Shape.PLAIN, 0)
_KEPT: Final = frozenset({str, tuple, Answer})
"""Types whose equal values print the same; True and 1 are equal too, and do not."""


class _Printer:
    """Prints the cells of one column."""

    __slots__ = ("_column", "_letter", "_lines", "_look", "_number", "_seen", "_styles", "_targets", "whole")

    def __init__(self, lines: Lines, book: Book, sheet: Sheet, at: int, targets: Mapping[str, Target]) -> None:
        self._lines, self._targets = lines, targets
        self._column, self._number, self._letter = sheet.columns[at], at + 1, _letter(at + 1)
        self._look = _look(book, sheet, self._column)
        self.whole = bool(self._column.edits) or at < len(sheet.on_paper)
        """Whether a row must be as high as this column's words."""
        self._seen: dict[Any, _Made] = {}
        self._styles: dict[tuple[Shape, int], int] = {}

    def made(self, value: Any) -> _Made:
        """Work out what a value becomes, or remember it."""
        if type(value) not in _KEPT:
            return self._make(value)
        found = self._seen.get(value)
        if found is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            found = self._seen[value] = self._make(value)
        return found

    def xml(self, row: int, made: _Made, flags: int) -> str:
        """Return the <c> of a value in a row that has these flags; a link is noted with the sheet."""
        key = made.shape, made.flags | flags
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._lines.paint.number(_varied(self._look, *key))
        if made.location or made.target:
            self._lines.link(self._number, location=made.location, target=made.target)
        return f'<c r="{self._letter}{row}" s="{style}"{made.end}'

    def _make(self, value: Any) -> _Made:
        column = self._column
        value = column.part(value)
        shape = Shape.PLAIN
        if column.kind is Kind.BLANK:
            return _EMPTY
        if column.edits and value is SHUT:
            return _Made("/>", 1, Shape.PLAIN, _SHUT)
        if isinstance(value, Answer):
            text, shape = value.text, value.shape
        elif isinstance(value, (int, float, dt.date)) and (exact := _exact(column, value)) is not None:
            return _Made(f"><v>{exact!r}</v></c>", 1, Shape.PLAIN, 0)
        else:
            text = _text(column, value)
        if not text:
            return _EMPTY
        if text == NOT_PROVIDED and not column.edits:
            shape = Shape.MISSING  # in a column that is filled in, the colour must go with the words
        shown = cell.stored(text)
        flags = _QUOTE if cell.quoted(shown) else 0
        if column.kind is Kind.COUNT:
            flags |= _WORDS  # words among numbers are read from the left
        location, target = self._link(value) if shown != NOT_PROVIDED else ("", "")
        if location or target:
            flags |= _LINK
        height = fit.lines(shown, column.width, bold=shape in _HEAVY)
        return _Made(_inline(shown), height, shape, flags, location, target)

    def _link(self, value: Any) -> tuple[str, str]:
        """Return the place of the cell's only value, or a file of the packet; nothing where there is none."""
        if self._column.file:
            return "", _ours(str(value))
        if isinstance(value, tuple) and len(value) > 1:
            return "", ""  # one cell has one link, and office programs do not wrap a linked cell
        first = value[0] if isinstance(value, tuple) else value
        for title in self._column.link:
            found = self._targets[title].get(str(first))
            if isinstance(found, str):
                return "", _ours(found)
            if found:
                return location(*found), ""
        return "", ""


def _exact(column: Column, value: float | dt.date) -> float | None:
    if column.kind not in {Kind.COUNT, Kind.DATE}:
        return None
    return _serial(value) if isinstance(value, dt.date) else cell.number(value)


def shown(column: Column, value: Any) -> str:
    """Return what a cell shows, as it is read back from any program: a day as 2026-06-30, a number in its digits."""
    value = column.part(value)
    if isinstance(value, Answer):
        return cell.fitted(value.text)
    if isinstance(value, (int, float, dt.date)) and _exact(column, value) is not None:
        if isinstance(value, dt.datetime):
            return (value.astimezone(dt.UTC) if value.tzinfo else value).date().isoformat()
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return cell.fitted(_text(column, value))


def _text(column: Column, value: Any) -> str:
    """Return what the cell says, not yet fit to be stored."""
    if column.edits:
        return spell(value) if value is not None else NOT_PROVIDED if column.needed else ""
    if column.kind is Kind.CALL:
        return (
            _joined(tuple(map(call_words, value)), MOST_LISTED) if isinstance(value, tuple) else call_words(str(value))
        )
    if isinstance(value, tuple):
        return _joined(value, MOST_EVIDENCE if column.items is Items.REST else MOST_LISTED)
    return cell.plain(value).removeprefix(column.without)


def _joined(values: tuple[Any, ...], most: int) -> str:
    """Return `a, b, c and 12 more`: a row that is taller than a screen is a row that nobody reads."""
    if len(values) <= most + 1:
        return _SEPARATOR.join(map(str, values))
    return f"{_SEPARATOR.join(map(str, values[:most]))} and {len(values) - most:,} more"


def _varied(look: Look, shape: Shape, flags: int) -> Look:
    return replace(
        look,
        shape=shape,
        edits=look.edits and not flags & _SHUT,
        tint=look.tint or bool(flags & _SHUT),
        ruled=bool(flags & _RULED),
        middle=bool(flags & _MIDDLE),
        quote=bool(flags & _QUOTE),
        link=bool(flags & _LINK),
        words=bool(flags & _WORDS),
    )


@lru_cache(maxsize=64)
def _said(points: float) -> str:
    return f"{points:g}"


def middled(cells: list[tuple[Any, Look]]) -> list[tuple[Any, Look]]:
    """Return the cells of a row of one line, centred between its lines."""
    return [(value, _middle(look)) for value, look in cells]


@lru_cache(maxsize=1_024)
def _middle(look: Look) -> Look:
    return replace(look, middle=True)


def _ours(path: str) -> str:
    return path if _OURS.fullmatch(path) else ""


def _serial(value: dt.date) -> float:
    """Return Excel's day number; a time is UTC, because Excel knows no zones."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return float(to_excel(value))  # type: ignore[no-untyped-call]


_letter = lru_cache(maxsize=256)(get_column_letter)


def _xml(ref: str, value: Any, look: Look, paint: Paint) -> str:
    """Return one <c>. Text is always an inline string: whatever it says, no program reads a formula in it."""
    start = f'<c r="{ref}" s="{paint.number(look)}"'
    if value == "" or value is None:
        return f"{start}/>"
    if isinstance(value, (int, float)):
        return f"{start}><v>{value!r}</v></c>"
    return start + _inline(value)


def _inline(text: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
