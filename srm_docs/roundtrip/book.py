"""The parts of a workbook -> its sheets, row by row: what each cell holds, as the program that saved it meant it.

Excel, LibreOffice and others write the same sheet in different ways: texts in place or shared, dates as numbers with
a style or as text. Only what an import needs is read; formulas, links and pictures are seen and never followed.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from srm_docs.roundtrip import days, xml
from srm_docs.roundtrip.archive import BOOK, Archive, refuse

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
_LONGEST: Final = 32_767 * 2
_MOST_SHEETS: Final = 512
_MOST_SHARED: Final = 5_000_000
_LARGEST_SHARED: Final = 256 << 20
_IN_MEMORY: Final = 4 << 20
_SMALL: Final = 16 << 20
_TRUTHS: Final = frozenset({"TRUE()", "FALSE()"})
_PIECES: Final = 4
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_REF: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DATED: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENT: Final = frozenset({9, 10})
_NOT_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Got(NamedTuple):
    """What a cell holds. `problem` is half a sentence where it is nothing that a person typed."""

    value: str | bool | float | dt.date | None = None
    problem: str = ""


EMPTY: Final = Got()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet: its name, where it is in the zip, and the names of its tables."""

    title: str
    part: str
    tables: frozenset[str] = frozenset()


class Row(NamedTuple):
    """The number of a row, and its cells that hold something by the number of their column, from 1."""

    at: int
    cells: Mapping[int, Got]


class Book:
    """An opened workbook."""

    def __init__(self, archive: Archive) -> None:
        """Read the list of sheets; texts and styles are read when a sheet first needs them."""
        self.name = archive.name
        self._archive = archive
        listed = _Listed()
        self._parse(BOOK, listed, _SMALL)
        self.from_1904 = listed.from_1904
        targets = self._targets(BOOK)
        if len(listed.sheets) > _MOST_SHEETS:
            raise refuse(self.name, f"it has more than {_MOST_SHEETS} sheets")
        self.sheets = tuple(
            Sheet(title=title, part=targets[ident], tables=self._tables(targets[ident]))
            for title, ident in listed.sheets
            if ident in targets and "worksheets/" in targets[ident].casefold()
        )
        self._texts: _Texts | None = None
        self._styles: _Styles | None = None

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet from the top, block by block."""
        if self._texts is None:
            self._texts = self._shared()
        if self._styles is None:
            self._styles = _Styles()
            if self._archive.has("xl/styles.xml"):
                self._parse("xl/styles.xml", self._styles, 4 * _SMALL)
        handler = _Cells(self.name, self._texts, self._styles, from_1904=self.from_1904)
        parser = xml.Feed(handler, self.name)
        for block in self._archive.blocks(sheet.part):
            parser.feed(block)
            yield from handler.done
            handler.done.clear()
        parser.close()
        yield from handler.done

    def _shared(self) -> _Texts:
        part = "xl/sharedStrings.xml"
        texts = _Texts(self.name)
        if self._archive.has(part):
            self._parse(part, texts, _LARGEST_SHARED)
        return texts

    def _parse(self, part: str, handler: xml.Handler, most: int) -> None:
        if self._archive.has(part) and self._archive.size(part) > most:
            raise refuse(self.name, f"{part} in it is larger than {most >> 20} MiB")
        xml.parse(self._archive.blocks(part), handler, self.name)

    def _targets(self, part: str, kind: str = "") -> dict[str, str]:
        """The parts that a part names, by the id under which it names them."""
        folder, _, file = part.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if not self._archive.has(rels):
            return {}
        found = _Relations()
        self._parse(rels, found, 4 * _SMALL)
        return {
            ident: target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            for ident, target, of in found.found
            if not kind or of.endswith(f"/{kind}")
        }

    def _tables(self, part: str) -> frozenset[str]:
        names = set()
        for target in self._targets(part, "table").values():
            if self._archive.has(target):
                seen = _Table()
                self._parse(target, seen, _SMALL)
                names.add(seen.name.casefold())
        return frozenset(names - {""})


@dataclass(slots=True)
class _Quiet:
    """A handler that looks at beginnings only."""

    def end(self, tag: str) -> None:
        """Nothing to do."""

    def text(self, data: str) -> None:
        """Nothing to do."""


@dataclass(slots=True)
class _Listed(_Quiet):
    sheets: list[tuple[str, str]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and "name" in attributes:
            self.sheets.append((attributes["name"], attributes.get("id", "")))
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904", "").casefold() in {"1", "true", "on"}


@dataclass(slots=True)
class _Relations(_Quiet):
    found: list[tuple[str, str, str]] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append((attributes.get("Id", ""), attributes.get("Target", ""), attributes.get("Type", "")))


@dataclass(slots=True)
class _Table(_Quiet):
    name: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self.name = attributes.get("displayName", "")
            raise xml.Enough


@dataclass(slots=True)
class _Styles(_Quiet):
    """Which styles show a number as a date or in percent."""

    dated: set[int] = field(default_factory=set)
    percent: set[int] = field(default_factory=set)
    _codes: dict[str, str] = field(default_factory=dict)
    _inside: bool = False
    _count: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            known = attributes.get("numFmtId", "0")
            code = _NOT_CODE.sub("", self._codes.get(known, "")).casefold()
            number = int(known) if known.isascii() and known.isdigit() and len(known) < 9 else 0  # noqa: PLR2004
            if (number in _DATED and not code) or (code and code != "general" and re.search("[ymdhs]", code)):
                self.dated.add(self._count)
            elif number in _PERCENT or "%" in code:
                self.percent.add(self._count)
            self._count += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False


class _Pieces:
    """Collects one text; what is spoken above a text (phonetic) is not part of it."""

    __slots__ = ("_length", "_name", "_parts", "_silent", "inside")

    def __init__(self, name: str) -> None:
        self._name, self._parts, self._length, self._silent, self.inside = name, [""], 0, 0, False

    def start(self, tag: str) -> None:
        if tag == "rPh":
            self._silent += 1
        elif tag == "t":
            self.inside = not self._silent

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._silent -= 1
        elif tag == "t":
            self.inside = False

    def add(self, data: str) -> None:
        self._length += len(data)
        if self._length > _LONGEST:
            raise refuse(self._name, "a cell in it is longer than Excel allows")
        self._parts.append(data)

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return text


class _Texts:
    """The shared texts, on the disk: most are of sheets that nobody fills in, and an import asks for few of them."""

    def __init__(self, name: str) -> None:
        self._name, self._pieces = name, _Pieces(name)
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it is let go of
        self._ends = array("Q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, at: int) -> str:
        begin = self._ends[at - 1] if at else 0
        self._file.seek(begin)
        return self._file.read(self._ends[at] - begin).decode("utf-8", "surrogatepass")

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        self._pieces.start(tag)

    def end(self, tag: str) -> None:
        self._pieces.end(tag)
        if tag == "si":
            if len(self._ends) == _MOST_SHARED:
                raise refuse(self._name, f"it has more than {_MOST_SHARED:,} texts")
            self._end += self._file.write(_unescaped(self._pieces.taken()).encode("utf-8", "surrogatepass"))
            self._ends.append(self._end)

    def text(self, data: str) -> None:
        if self._pieces.inside:
            self._pieces.add(data)


class _Cells:
    """The cells of a sheet; whole rows stand in `done` until they are taken."""

    def __init__(self, name: str, texts: _Texts, styles: _Styles, *, from_1904: bool) -> None:
        self._name, self._texts, self._styles, self._from_1904 = name, texts, styles, from_1904
        self._pieces, self._number = _Pieces(name), _Pieces(name)
        self._row = self._column = 0
        self._kind = self._style = ""
        self._formula: list[str] | None = None
        self._calculates = self._value = False
        self._cells: dict[int, Got] = {}
        self.done: list[Row] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            given = attributes.get("r", "")
            at = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else self._row + 1  # noqa: PLR2004
            if not self._row < at <= MOST_ROWS:
                raise refuse(self._name, f"row {at:,} in it is out of order or below the last one of Excel")
            self._row, self._column, self._cells = at, 0, {}
        elif tag == "f":
            self._formula, self._calculates = [], True
        elif tag == "v":
            self._value = True
        else:
            self._pieces.start(tag)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        found = _REF.fullmatch(attributes.get("r", ""))
        self._column = _column(found[1]) if found else self._column + 1
        if self._column > MOST_COLUMNS:
            raise refuse(self._name, "it has a cell right of the last column of Excel")
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._formula = None

    def end(self, tag: str) -> None:
        if tag == "c":
            got = self._got()
            if got != EMPTY:
                self._cells[self._column] = got
        elif tag == "row":
            self.done.append(Row(self._row, self._cells))
        elif tag == "v":
            self._value = False
        elif tag == "f":
            self._calculates = False
        else:
            self._pieces.end(tag)

    def text(self, data: str) -> None:
        if self._calculates and self._formula is not None:
            if len(self._formula) < _PIECES:
                self._formula.append(data)
        elif self._value:
            self._number.add(data)
        elif self._pieces.inside:
            self._pieces.add(data)

    def _got(self) -> Got:
        said, text = self._number.taken(), self._pieces.taken()
        # LibreOffice saves a truth value that somebody typed as a formula
        if self._formula is not None and not (self._kind == "b" and "".join(self._formula) in _TRUTHS):
            return Got(problem="is a formula: type the value itself (copy the cell, then paste values only)")
        if self._kind in {"inlineStr", "str"}:
            return _worded(text if self._kind == "inlineStr" else said)
        said = said.strip()
        return self._valued(said) if said else EMPTY

    def _valued(self, said: str) -> Got:
        if self._kind == "s":
            at = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else -1  # noqa: PLR2004
            if not 0 <= at < len(self._texts):
                raise refuse(self._name, "it is damaged: a cell names a text that is not there")
            return _worded(self._texts[at], done=True)
        if self._kind == "b":
            return Got(said in {"1", "true"})
        if self._kind == "e":
            return Got(problem=f"shows the error {said[:20]}")
        return Got(said) if self._kind == "d" else self._numeric(said)

    def _numeric(self, said: str) -> Got:
        try:
            number = float(said)
        except ValueError:
            return Got(problem=f'holds "{said[:40]}", which is no number')
        style = int(self._style) if self._style.isascii() and self._style.isdigit() and len(self._style) < 9 else 0  # noqa: PLR2004
        if style in self._styles.dated:
            try:
                return Got(days.of_number(number, from_1904=self._from_1904))
            except ValueError as wrong:
                return Got(problem=str(wrong))
        if style in self._styles.percent:
            return Got(f"{number * 100:.15g}%")  # as far as Excel counts: 99.99999 is not 100
        return Got(number)


def _worded(text: str, *, done: bool = False) -> Got:
    text = text if done else _unescaped(text)
    return Got(text) if text else EMPTY


def _unescaped(text: str) -> str:
    """Undo what Excel writes for characters that XML cannot hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters(column: int) -> str:
    """The letters of a column's number: 28 is AB."""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
