"""templates/workbook/*.yaml -> frozen description of a workbook: sheets, columns, groups, words and legend.

A team adds, hides or renames columns in YAML. Every fault is a TemplateError with file and line; a name of a sheet
that Excel refuses is a fault, not something to repair in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from srm_docs import resources
from srm_docs.declare.fields import Field, fields_of
from srm_docs.declare.items import KINDS
from srm_docs.errors import TemplateError
from srm_docs.sourcefile import Source, near, read_yaml

LONGEST_TITLE: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_PATH: Final = re.compile(r"[a-z_0-9]+(\.[a-z_0-9]+)*")


class Kind(StrEnum):
    """How a column prints its values."""

    TEXT = "text"
    COUNT = "count"
    STATUS = "status"
    ID = "id"
    CALL = "call"
    LIST = "list"
    DATE = "date"
    HASH = "hash"
    WORD = "word"
    BLANK = "blank"


class Items(StrEnum):
    """Which values of a list a column prints. A cell has one link, so the first value has a column of its own."""

    ALL = "all"
    FIRST = "first"
    REST = "rest"


FILES: Final = "evidence/"
"""In place of a sheet's title in `link`: the file beside the workbook that holds the evidence of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Neighbouring columns under one heading, `short` where they are narrow.

    `by` says who fills them: computed, organization or auditor.
    """

    heading: str = ""
    short: str = ""
    by: str = "computed"
    tint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: heading, path into the row, width in characters.

    `link` names sheets whose key is this cell's only value, or FILES; `file` makes the cell a link to that path in the
    packet. `mark` prints X where the value begins with one of these words. `edits` is the field of the register that
    the organization fills in here (what it may hold, the register says), and `needed` prints NOT PROVIDED until it is
    given; `meanwhile` is the path of what the packet assumes until then, printed in its place. `without` is left out
    where a value begins with it.
    """

    heading: str
    path: str = ""
    width: float = 12
    kind: Kind = Kind.TEXT
    note: str = ""
    group: str = ""
    items: Items = Items.ALL
    link: tuple[str, ...] = ()
    file: str = ""
    mark: tuple[str, ...] = ()
    edits: str = ""
    needed: bool = False
    meanwhile: str = ""
    without: str = ""

    def part(self, value: Any) -> Any:
        """What of a list the column prints; any other value as it is."""
        if not isinstance(value, tuple) or self.items is Items.ALL:
            return value
        return value[:1] if self.items is Items.FIRST else value[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: where its rows come from and how they stand.

    `key` is the path whose value other sheets link to; a hairline turns into a rule where the value of `rule`
    changes; `freeze` counts the columns that stay in view, `printed` those on paper (0: all); `empty` is printed
    instead of rows. `row` are the paths whose values make up the row's id, the last column. Where columns edit the
    register, `kind` is the kind of their items and `item` the path of the item's id; `room` are blank rows for new
    ones. `protected` is for sheets in which nobody types.
    """

    title: str
    source: str
    about: str
    columns: tuple[Column, ...] = ()
    key: str = ""
    rule: str = ""
    freeze: int = 1
    printed: int = 0
    tab: str = ""
    empty: str = "None."
    row: tuple[str, ...] = ()
    kind: str = ""
    item: str = ""
    room: int = 0
    protected: bool = False

    @property
    def edited(self) -> tuple[Column, ...]:
        """The columns that the organization fills in and whose values go to the register."""
        return tuple(column for column in self.columns if column.edits)

    def field(self, column: Column) -> Field | None:
        """What the register says of the field that a column edits."""
        return fields_of(KINDS[self.kind])[column.edits] if column.edits else None

    @property
    def on_paper(self) -> tuple[float, ...]:
        """The widths of the columns that are printed."""
        return tuple(column.width for column in self.columns[: self.printed or len(self.columns)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of Read me: a label and a path into the packet or a sentence."""

    label: str
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of Read me: facts, or one of the lists that the packet gives (`rows`)."""

    heading: str
    facts: tuple[Fact, ...] = ()
    rows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One row of the legend."""

    about: str
    word: str
    shape: str = ""
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A block of the dashboard: numbers from `source`, and the chart (stacked, bar, column or pie) that shows them."""

    heading: str
    source: str
    chart: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook as its YAML describes it. `colours`: a word that people choose -> the shape whose colour it has."""

    title: str
    readme: tuple[Section, ...]
    sheets: tuple[Sheet, ...]
    groups: Mapping[str, Group]
    words: Mapping[str, str]
    legend: tuple[Meaning, ...]
    dashboard: tuple[Figures, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def edited(self) -> bool:
        """Whether people fill in columns that go to the register."""
        return any(sheet.kind for sheet in self.sheets)


LAYOUTS: Final = ("fedramp-cis-crm", "caiq-ssrm", "pci-responsibility-summary")
"""Workbooks in the shapes that other frameworks ask for, beside the two of every packet."""
BOOKS: Final = ("workbook", "responsibility-matrix", *LAYOUTS)


def read(name: str, users: Path | None = None) -> Book:
    """Return the book `name` (no suffix), its words and legend; the same file in `workbook/` of `users` wins."""
    shared, own = _source("words", users), _source(name, users)
    _only(shared, (), {"groups", "words", "legend", "colours"})
    _only(own, (), {"title", "readme", "dashboard", "sheets"})
    book = Book(
        title=str(own.data.get("title", "")),
        readme=_many(own, ("readme",), Section, facts=Fact),
        sheets=tuple(_with_row_id(sheet) for sheet in _many(own, ("sheets",), Sheet, columns=Column)),
        groups={key: _one(shared, ("groups", key), Group) for key in shared.data.get("groups", {})},
        words={key: str(word) for key, word in shared.data.get("words", {}).items()},
        legend=_many(shared, ("legend",), Meaning),
        dashboard=_many(own, ("dashboard",), Figures) if "dashboard" in own.data else (),
        colours={str(word): str(shape) for word, shape in shared.data.get("colours", {}).items()},
    )
    _check(own, book)
    return book


ROW_ID: Final = Column(
    heading="Row id", width=48, kind=Kind.ID, note="Stays the same in every packet, wherever the row is sorted to."
)
"""The column that is added to each sheet with `row`."""


def _with_row_id(sheet: Sheet) -> Sheet:
    if not sheet.row:
        return sheet
    printed = sheet.printed or len(sheet.columns)
    return replace(sheet, columns=(*sheet.columns, ROW_ID), printed=printed)


def _source(name: str, users: Path | None) -> Source:
    own = users / "workbook" / f"{name}.yaml" if users is not None else None
    file = own if own is not None and own.is_file() else resources.templates() / "workbook" / f"{name}.yaml"
    source, faults = read_yaml(file.read_bytes(), file=f"templates/workbook/{name}.yaml")
    if faults or source is None or not isinstance(source.data, dict):
        raise TemplateError("; ".join(map(str, faults)) or f"{name}.yaml holds no table")
    return source


def _check(source: Source, book: Book) -> None:
    if not book.sheets or not book.readme:
        raise _fault(source, (), "a workbook needs `readme` and at least one of `sheets`")
    names: set[str] = {"read me", "dashboard"}
    for at, sheet in enumerate(book.sheets):
        here = ("sheets", at)
        if problem := title_problem(sheet.title):
            raise _fault(source, (*here, "title"), problem)
        if sheet.title.casefold() in names:
            raise _fault(source, (*here, "title"), f'two sheets are named "{sheet.title}"')
        names.add(sheet.title.casefold())
        if sheet.kind and (sheet.kind not in KINDS or not sheet.item):
            wanted = f"with `item`, one of {', '.join(KINDS)} is needed"
            raise _fault(source, (*here, "kind"), f'{wanted}, not "{sheet.kind}"')
        if (
            not sheet.columns
            or not 0 <= sheet.freeze <= len(sheet.columns)
            or not 0 <= sheet.printed <= len(sheet.columns)
        ):
            raise _fault(source, here, "a sheet needs columns, and `freeze` and `printed` count some of them")
    _check_columns(source, book)


def _check_columns(source: Source, book: Book) -> None:
    titles = {FILES, *(sheet.title for sheet in book.sheets)}
    for at, sheet in enumerate(book.sheets):
        headings: set[str] = set()
        for col, column in enumerate(sheet.columns):
            here = ("sheets", at, "columns", col) if column is not ROW_ID else ("sheets", at)
            if problem := _column_problem(book, sheet, column, titles, headings):
                raise _fault(source, here, problem)
            headings.add(column.heading.casefold())


def _column_problem(book: Book, sheet: Sheet, column: Column, titles: set[str], headings: set[str]) -> str:
    """Say what is wrong with a column, in half a sentence; empty where nothing is."""
    if column.heading.casefold() in headings:
        return f'two columns are headed "{column.heading}": a table of Excel needs each heading once'
    if column.edits and not sheet.kind:
        return "a column that `edits` needs the sheet's `kind` and `item`"
    if column.edits and column.edits not in (known := fields_of(KINDS[sheet.kind])):
        return f'{sheet.kind} have no field "{column.edits}"{near(column.edits, known)}'
    for path in filter(None, (column.path, column.file, column.meanwhile)):
        if not _PATH.fullmatch(path):
            return f'"{path}" is not a path such as line.title'
    if column.group and column.group not in book.groups:
        return f'no group "{column.group}"{near(column.group, book.groups)}'
    unknown = next((link for link in column.link if link not in titles), None)
    return f'no sheet "{unknown}"{near(unknown, titles)}' if unknown is not None else ""


def title_problem(title: str) -> str:
    """Return why Excel refuses title as the name of a sheet, or an empty string."""
    if not title or len(title) > LONGEST_TITLE:
        return f"a sheet's name has 1 to {LONGEST_TITLE} characters"
    if _FORBIDDEN.search(title) or title.startswith("'") or title.endswith("'"):
        return r"a sheet's name has none of [ ] : * ? / \ and no apostrophe at its ends"
    return "Excel keeps the name History for itself" if title.casefold() == "history" else ""


def _many(source: Source, path: tuple[str | int, ...], made: type, **inner: type) -> tuple[Any, ...]:
    items = _at(source, path) or []
    if not isinstance(items, list):
        raise _fault(source, path, "a list is needed here")
    return tuple(_one(source, (*path, at), made, **inner) for at in range(len(items)))


def _one(source: Source, path: tuple[str | int, ...], made: type, **inner: type) -> Any:
    data = _at(source, path)
    if not isinstance(data, dict):
        raise _fault(source, path, "keys and values are needed here")
    known = {field.name: field for field in fields(made)}
    _only(source, path, set(known))
    if missing := [name for name, field in known.items() if field.default is MISSING and name not in data]:
        raise _fault(source, path, f"`{missing[0]}` is missing")
    values: dict[str, Any] = {}
    for key, value in data.items():
        here = (*path, key)
        if key in inner:
            values[key] = _many(source, here, inner[key])
        else:
            convert = _CONVERT.get(str(known[key].type), partial(_typed, want=str))
            try:
                values[key] = convert(value)
            except (TypeError, ValueError):
                raise _fault(source, here, f"`{key}` cannot be {value!r}") from None
    return made(**values)


def _typed(value: Any, *, want: type) -> Any:
    if not isinstance(value, want) or (isinstance(value, bool) and want is not bool):
        raise TypeError
    return value


def _positive(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 200:  # noqa: PLR2004
        raise TypeError
    return float(value)


def _titles(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


_CONVERT: Final[Mapping[str, Any]] = {
    "float": _positive,
    "int": partial(_typed, want=int),
    "bool": partial(_typed, want=bool),
    "Kind": Kind,
    "Items": Items,
    "tuple[str, ...]": _titles,
}


def _at(source: Source, path: tuple[str | int, ...]) -> Any:
    data = source.data
    for step in path:
        data = data.get(step) if isinstance(step, str) else data[step]
    return data


def _only(source: Source, path: tuple[str | int, ...], known: set[str]) -> None:
    for key in _at(source, path):
        if key not in known:
            raise _fault(source, (*path, key), f'unknown key "{key}"{near(key, known)}')


def _fault(source: Source, path: tuple[str | int, ...], message: str) -> TemplateError:
    return TemplateError(str(source.fault(path, message)))
