"""The very-hidden sheet of a workbook: every cell that people fill in, as it was when the workbook was made.

An import compares three things, cell by cell: what stood here (the base), what stands in the workbook, and what stands
in the register by then. The format is docs/decisions/0017-the-base-of-a-workbook.md; a change of it is a new VERSION.
Every cell is text. Values are JSON strings of visible characters, which no office program rewrites.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from srm_docs.render import cell
from srm_docs.render.spool import Spool

TITLE: Final = "srm-docs base"
FORMAT: Final = "srm-docs workbook base"
VERSION: Final = "1"
TOO_LONG: Final = "TOO LONG"
"""In place of a value that a cell cannot hold; its digest still says whether it was changed."""

_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|‹(?=U\\+)")


def encoded(value: str) -> str:
    r"""Return a value as a JSON string in which every character can be seen and none means anything to Excel.

    >>> encoded('=1+1'), encoded('two\nlines'), encoded('_x0041_')
    ('"=1+1"', '"two\\nlines"', '"\\u005fx0041_"')
    """
    said = json.dumps(value, ensure_ascii=False)
    said = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", said)
    if cell.visible(said) != said:
        said = "".join(char if cell.visible(char) == char else json.dumps(char)[1:-1] for char in said)
    return said


def digest(kind: str, item: str, name: str, value: str) -> str:
    """Return the SHA-256 of a cell: of the JSON list of its address and its value, in ASCII, without spaces."""
    return hashlib.sha256(json.dumps([kind, item, name, value], separators=(",", ":")).encode()).hexdigest()


def mark(text: str) -> str:
    """Return four digits that tell whether a text was changed: enough to say so to a person, and little to carry."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:4]


@dataclass(slots=True, kw_only=True)
class Base:
    """Collects the cells while the sheets are written."""

    packet: str
    register: str
    tool: str
    columns: list[tuple[str, ...]] = field(default_factory=list)
    cells: int = 0
    _rows: Spool = field(default_factory=Spool)
    _sum: Any = field(default_factory=hashlib.sha256)

    def sheet(
        self, title: str, kind: str, id_heading: str, edited: Iterable[tuple[str, str]], computed: Iterable[str]
    ) -> None:
        """Note a sheet: the kind of its items, the column of their ids, heading and field of each filled-in column.

        `computed` are the headings of the columns that nobody fills in, in the order of the marks of `shown`.
        """
        self.columns += [("column", title, kind, name, heading, id_heading) for heading, name in edited]
        self.columns += [("computed", title, kind, heading) for heading in computed]

    def add(self, kind: str, item: str, name: str, value: str) -> None:
        """Note a cell as it is printed; blank is "not provided"."""
        said = encoded(value)
        if len(said.encode("utf-16-le")) // 2 > cell.MOST:
            said = TOO_LONG
        made = digest(kind, item, name, value)
        self._sum.update(made.encode())
        self.cells += 1
        self._rows.write(json.dumps(("cell", kind, item, name, said, made)) + "\n")

    def shown(self, kind: str, row: str, texts: Iterable[str]) -> None:
        """Note what the computed columns of a row show, so that a changed one can be named. `row` is its Row id."""
        made = " ".join(map(mark, texts))
        self._sum.update(made.encode())
        self._rows.write(json.dumps(("shown", kind, row, made)) + "\n")

    def rows(self) -> Iterator[Sequence[str]]:
        """Yield all rows: who made it, the columns, the cells, and the digest over them."""
        yield (FORMAT, VERSION)
        yield ("packet", self.packet)
        yield ("register", self.register)
        yield ("tool", self.tool)
        yield from self.columns
        rest = b""
        for chunk in self._rows.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line) for line in lines)
        for row in self.columns:
            self._sum.update(json.dumps(row, separators=(",", ":")).encode())
        head = [FORMAT, VERSION, self.packet, self.register]
        self._sum.update(json.dumps(head, separators=(",", ":")).encode())
        yield ("end", str(self.cells), self._sum.hexdigest())
        self._rows.close()


def xml(at: int, row: Sequence[str]) -> str:
    """Return one row of the sheet, every cell as text."""
    cells = "".join(
        f'<c r="{letter}{at}" t="inlineStr"><is><t xml:space="preserve">{escape(cell.stored(text))}</t></is></c>'
        for letter, text in zip("ABCDEF", row, strict=False)
    )
    return f'<row r="{at}">{cells}</row>'
