"""Whatever people type into the columns that are theirs: export, edit, import and export again agree, byte for byte.

What is right is decided by a second copy of the register, edited directly: a value that its editor takes is typed into
the workbook too, and one that it refuses into neither.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srm_docs.declare.fields import Field, Form, Refers, WrongValue, spell
from srm_docs.declare.items import KINDS
from srm_docs.declare.write import Cell, fault, fields
from srm_docs.demo.registered import content as demo
from srm_docs.render import sheets
from srm_docs.render.sheets import Sheet
from srm_docs.render.workbook import id_heading
from tests import register_files
from tests import roundtrip_sample as sample

TODAY = dt.date(2026, 11, 23)
_BLANK = (None, "", ())
HOSTILE = (
    "=1+1", "_x0041_", "+A1", "-1", "@SUM(1)", "'quoted", "''", '<&>"]]>', "1.10", "007", "1e3", "TRUE", "no", "null",
    "~", "- item", "a: b", "# no comment", "{x}", "[x]", "!!str x", "*x", "%s", "‹U+202E›x", "‹U+2039›",
    "漢字 עברית 🙂", "é e\u0301", "a  b", '=HYPERLINK("http://x")', "2026-06-30", "1/2", "\\n", "x" * 300,
    '"a", "b"', "#REF!", "n/a",
)  # fmt: skip
"""Texts that Excel, YAML or our own notation could take for something else."""


@dataclass(frozen=True)
class Typed:
    """What stands in the cell, and what it means."""

    cell: Any
    means: Any


@cache
def edited() -> tuple[Sheet, ...]:
    """The sheets that people fill in."""
    return tuple(s for s in sheets.read("workbook", sample.small_template()).sheets if s.edited)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with items of every kind."""
    at = tmp_path_factory.mktemp("first") / "register"
    for name, body in demo(TODAY).items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(body)
    return at


@pytest.fixture(scope="module")
def content(register: Path) -> bytes:
    return sample.export(register)


# -- what may be typed ------------------------------------------------------------------------------------------------


def _plain(typed: Any) -> Typed:
    return Typed(typed, typed)


def _text(*, lines: bool) -> st.SearchStrategy[str]:
    letters = st.characters(
        exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" " + ("\n" if lines else "")
    )
    some = st.text(letters, min_size=1, max_size=60).map(str.strip)
    return (some | st.sampled_from(HOSTILE)).filter(
        lambda t: " ".join(t.split()).casefold() not in ("", "not provided")
    )


def _date() -> st.SearchStrategy[Typed]:
    days = st.dates(dt.date(2025, 1, 1), dt.date(2028, 12, 31))
    spelled = st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%Y/%m/%d", "%b %d, %Y"])
    as_text = st.builds(lambda day, form: Typed(day.strftime(form), day), days, spelled)
    return days.map(_plain) | as_text | days.map(lambda d: Typed(dt.datetime.combine(d, dt.time()), d))


def _flag() -> st.SearchStrategy[Typed]:
    words = {"yes": True, "No": False, "TRUE": True, "false ": False}
    return st.booleans().map(_plain) | st.sampled_from([Typed(word, value) for word, value in words.items()])


def _list(field: Field) -> st.SearchStrategy[Typed]:
    if field.words or field.refers:
        ids = field.words or _ids(field.refers)
        some = st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True)
        return st.builds(lambda one, by: _plain(by.join(one)), some, st.sampled_from([", ", "; ", "\n", ",", " ;\n"]))
    entries = st.lists(_text(lines=False), min_size=1, max_size=4, unique=True)
    return entries.map(lambda one: _plain(spell(tuple(one)))) | entries.map(lambda one: _plain("\n".join(one)))


@cache
def _ids(refers: Refers) -> tuple[str, ...]:
    known = register_files.known().ids.get(refers)
    mine = {Refers.CONTROL: ("IAM-01", "NET-02", "PPL-01"), Refers.EVIDENCE: ("ME-001",), Refers.COLLECTED: ("x",)}
    return tuple(sorted(known)[:40]) if known else mine.get(refers, ("x",))


def _value(field: Field) -> st.SearchStrategy[Typed]:
    """Anything that a person may type under a heading; a blank one is "not provided"."""
    blank = st.sampled_from([Typed(None, None), Typed("", None), Typed("NOT PROVIDED", None), Typed("  ", None)])
    by_form: dict[Form, st.SearchStrategy[Typed]] = {
        Form.TEXT: _text(lines=True).map(_plain),
        Form.LINE: st.sampled_from([field.like or "x", *(_ids(field.refers) if field.refers else ())]).map(_plain)
        if field.pattern or field.refers
        else _text(lines=False).map(_plain),
        Form.WORD: st.sampled_from(field.words or ("x",)).flatmap(
            lambda word: st.sampled_from([word, word.upper(), f" {word} "]).map(lambda said: Typed(said, word))
        ),
        Form.FLAG: _flag(),
        Form.DATE: _date(),
    }
    some = _list(field) if field.form is Form.LIST else by_form[field.form]
    return st.one_of(some, some, some, blank)


# -- a workbook and the register that it should become ----------------------------------------------------------------


_LEAD, _DAY, _TEXT = _plain("Lead"), _plain(TODAY), _plain("=1+1 and more")
_COUPLED: tuple[Mapping[str, Typed], ...] = (
    {"reviewed_by": _LEAD, "reviewed_on": _DAY},
    {"reviewed_by": _LEAD, "reviewed_on": _DAY, "note": _TEXT},
    {"status": _plain("planned"), "planned_for": _DAY},
    {"implemented": _plain("planned"), "planned_for": _DAY},
    {"status": _plain("closed"), "closed_on": _DAY},
    {"response": _TEXT, "owner": _LEAD, "due": _DAY, "cause": _TEXT, "retest": _TEXT, "status": _plain("in progress")},
)
"""What is sound only together."""
NEVER_ALONE = {
    ("aws-reports", "sha256"), ("evidence", "completes"), ("evidence", "file"), ("evidence", "sha256"),
    ("records", "holds"), ("suppressions", "account"),
    *(("findings", name) for name in fields("findings") if name != "id"),  # of checks that only the sample has
}  # fmt: skip
"""What no value of these tests fits into: digests and files in the folder, and what must agree with other cells."""


def _coupled(sheet: Sheet, name: str, typed: Typed) -> Mapping[str, Typed]:
    """A value with what it needs beside it, as far as the sheet has it."""
    known = fields(sheet.kind)
    for together in _COUPLED:
        if name in together and len([*filter(known.__contains__, together)]) > 1:
            return {key: value for key, value in together.items() if key in known}
    return {name: typed}


class Hands:
    """Types into a workbook what the register takes."""

    def __init__(self, book: Any, right: Path) -> None:
        self.book, self.editor = book, sample.editor(right)
        self.rows: dict[tuple[str, str], int] = {}
        for sheet in edited():
            worksheet, key = book[sheet.title], id_heading(sheet)
            at = sample.heads(worksheet)[key]
            for row in range(sample.head_row(worksheet) + 1, worksheet.max_row + 1):
                ident = worksheet.cell(row, at).value
                if ident and not (sheet.kind == "responsibilities" and str(ident).endswith("customer-na")):
                    self.rows[sheet.title, str(ident)] = row

    def items(self, sheet: Sheet) -> list[str]:
        return [ident for title, ident in self.rows if title == sheet.title]

    def type(self, sheet: Sheet, item: str, typed: Mapping[str, Typed]) -> bool:
        """Type values into a row, unless the register refuses them together."""
        new = not self.editor.has(sheet.kind, item)
        before = {name: self.editor.value(Cell(sheet.kind, item, name)) for name in typed}
        try:
            for name, one in typed.items():
                self.editor.set(Cell(sheet.kind, item, name), one.means)
            sound = self.editor.survey().register is not None
        except WrongValue:
            sound = False
        if not sound and new and self.editor.has(sheet.kind, item):
            self.editor.remove(sheet.kind, item)
        elif not sound and not new:
            for name, value in before.items():
                self.editor.set(Cell(sheet.kind, item, name), value)
        if sound:
            headings = {column.edits: column.heading for column in sheet.edited}
            for name, one in typed.items():
                sample.type_in(self.book[sheet.title], self.rows[sheet.title, item], headings[name], one.cell)
        return sound

    def add(self, sheet: Sheet, like: str, number: int) -> str:
        """A new row that says what another one does, under an id of its own; nothing where that may not be twice."""
        ident = next((one for one in _new_ids(sheet.kind, like, number) if not self.editor.has(sheet.kind, one)), "")
        values = {c.edits: self.editor.value(Cell(sheet.kind, like, c.edits)) for c in sheet.edited if c.edits != "id"}
        if not ident or not self.editor.has(sheet.kind, like):
            return ""
        for name in fields(sheet.kind):
            if values.get(name) not in _BLANK:
                self.editor.set(Cell(sheet.kind, ident, name), values[name])
        if not self.editor.has(sheet.kind, ident) or self.editor.survey().register is None:
            if self.editor.has(sheet.kind, ident):
                self.editor.remove(sheet.kind, ident)
            return ""
        row = self.rows[sheet.title, ident] = sample.free_row(self.book[sheet.title])
        for column in sheet.edited:
            said = ident if column.edits == "id" else values[column.edits]
            typed = spell(said) if isinstance(said, tuple) else said
            if typed not in (None, ""):
                sample.type_in(self.book[sheet.title], row, column.heading, typed)
        return ident


def _new_ids(kind: str, like: str, number: int) -> Iterator[str]:
    """Ids that the kind takes: another number at the end of one that is there."""
    stem = like.rstrip("0123456789")
    for ident in (f"{stem}{number:0{max(1, len(like) - len(stem))}}", f"{stem}{900 + number}", f"NEW-{number:02}"):
        if not fault(Cell(kind, ident, "id"), ident):
            yield ident


def _added(book: Any, sheet: Sheet, before: set[str]) -> list[str]:
    """The new ids of a sheet in the order of its rows, which is that in which an import adds them."""
    worksheet = book[sheet.title]
    at = sample.heads(worksheet)[id_heading(sheet)]
    said = (worksheet.cell(row, at).value for row in range(sample.head_row(worksheet) + 1, worksheet.max_row + 1))
    return [str(ident) for ident in said if ident and str(ident) not in before]


def shuffled(sheet: Any, order: random.Random) -> None:
    """The rows stand in another order, as after sorting."""
    first = sample.head_row(sheet) + 1
    rows = [[(c.value, c.data_type) for c in row] for row in sheet.iter_rows(min_row=first)]
    order.shuffle(rows)
    for at, row in enumerate(rows, first):
        for column, (value, kind) in enumerate(row, 1):
            sheet.cell(at, column).value = value
            sheet.cell(at, column).data_type = kind


def agree(hands: Hands, register: Path, folder: Path, *, order: random.Random | None, wider: bool = False) -> None:
    """Import the workbook into `register`, and hold it against the register that was edited directly."""
    typed, right = folder / "typed" / "register", folder / "right" / "register"
    for at in (typed, right):
        shutil.copytree(register, at)
    old = {kind: {item.id for item in hands.editor.register.items(kind)} for kind in KINDS}
    for sheet in edited():
        worksheet = hands.book[sheet.title]
        if order is not None:
            shuffled(worksheet, order)
        if wider:
            worksheet.insert_cols(2)
            worksheet.insert_rows(1)
            worksheet.cell(sample.head_row(worksheet), 2).value = "My notes"
            worksheet.cell(sample.head_row(worksheet) + 1, 2).value = "=SUM(A1:A9)"
    directly = sample.editor(right)
    changed = {change.cell: change.after for change in hands.editor.changes()}
    said = {(cell.kind, cell.item) for cell, value in changed.items() if cell.field != "id" and value not in _BLANK}
    for sheet in edited():
        for ident in _added(hands.book, sheet, old[sheet.kind]):
            if (sheet.kind, ident) in said:
                directly.set(Cell(sheet.kind, ident, "id"), ident)
    for cell, value in changed.items():
        if directly.has(cell.kind, cell.item):
            directly.set(cell, value)
    directly.save()
    outcome = sample.brought(sample.saved(hands.book, folder / "filled in.xlsx"), typed)
    assert (outcome.faults, outcome.conflicts, outcome.skipped) == ((), (), ())
    assert outcome.notes == []
    outcome.editor.save()
    assert sample.contents(typed) == sample.contents(right)
    second = sample.export(typed)
    assert second == sample.export(right)
    (folder / "second.xlsx").write_bytes(second)
    again = sample.brought(folder / "second.xlsx", typed)
    assert (again.changes, again.faults, again.conflicts, again.notes) == ((), (), (), [])
    assert again.editor.save() == ()


# -- the tests --------------------------------------------------------------------------------------------------------


def _some(field: Field) -> Iterator[Typed]:
    """Values to try one after another until the register takes one."""
    if field.form is Form.DATE:
        yield from (_plain(TODAY + dt.timedelta(days=days)) for days in (-40, -1, 0, 10, 400, -500))
    elif field.form is Form.FLAG:
        yield from (_plain(True), _plain(False))
    elif field.words:
        yield from (Typed(word.upper(), word) for word in field.words)
    elif field.refers:
        yield from (_plain(one) for one in _ids(field.refers))
    elif field.pattern:
        yield _plain(field.like)
    else:
        yield from map(_plain, HOSTILE)


def test_every_column_that_is_theirs_comes_back(content: bytes, register: Path, tmp_path: Path) -> None:
    shutil.copytree(register, tmp_path / "tried" / "register")
    hands = Hands(sample.opened_book(content), tmp_path / "tried" / "register")
    never = set()
    turn = 0
    for sheet in edited():
        for column in sheet.edited:
            described = fields(sheet.kind)[column.edits]
            if column.edits == "id":
                continue
            values = [*_some(described)]
            turn += 1
            took = any(
                hands.editor.value(Cell(sheet.kind, item, column.edits)) != typed.means
                and hands.type(sheet, item, {column.edits: typed})
                for item in hands.items(sheet)[:2]
                for typed in (values[turn % len(values) :] + values[: turn % len(values)])[:8]
            )
            took = took or any(
                hands.type(sheet, item, _coupled(sheet, column.edits, values[turn % len(values)]))
                for item in hands.items(sheet)
            )
            if not took:
                never.add((sheet.kind, column.edits))
    assert never == NEVER_ALONE
    agree(hands, register, tmp_path, order=random.Random(1), wider=True)


def test_an_export_of_the_unedited_is_the_first(content: bytes, register: Path, tmp_path: Path) -> None:
    assert sample.export(register) == content
    shutil.copytree(register, tmp_path / "tried" / "register")
    agree(Hands(sample.opened_book(content), tmp_path / "tried" / "register"), register, tmp_path, order=None)


def holds(data: st.DataObject, content: bytes, register: Path, folder: Path) -> None:
    """Draw edits, new rows, an order and more columns, and hold both ways against each other."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(register, folder / "tried" / "register")
    hands = Hands(sample.opened_book(content), folder / "tried" / "register")
    for number in range(1, data.draw(st.integers(1, 12), label="edits") + 1):
        sheet = data.draw(st.sampled_from(edited()).filter(lambda one: bool(hands.items(one))), label="sheet")
        item = data.draw(st.sampled_from(hands.items(sheet)), label="row")
        if any(c.edits == "id" for c in sheet.edited) and data.draw(st.booleans(), label="new row"):
            item = hands.add(sheet, item, number) or item
        column = data.draw(st.sampled_from([c for c in sheet.edited if c.edits != "id"]), label="column")
        typed = data.draw(_value(fields(sheet.kind)[column.edits]), label="value")
        hands.type(
            sheet, item, _coupled(sheet, column.edits, typed) if data.draw(st.booleans()) else {column.edits: typed}
        )
    order = random.Random(data.draw(st.integers(0, 99), label="order")) if data.draw(st.booleans()) else None
    agree(hands, register, folder, order=order, wider=data.draw(st.booleans(), label="more columns"))


_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=4, deadline=None, suppress_health_check=_HEALTH)
@given(data=st.data())
def test_both_ways_agree(data: st.DataObject, content: bytes, register: Path, tmp_path: Path) -> None:
    holds(data, content, register, tmp_path / "one")


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=_HEALTH)
@given(data=st.data())
def test_both_ways_agree_often(data: st.DataObject, content: bytes, register: Path, tmp_path: Path) -> None:
    holds(data, content, register, tmp_path / "one")
