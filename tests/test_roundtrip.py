"""What people type into a workbook comes back: the register says what they said, and nothing else changed."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srm_docs.declare.fields import WrongValue
from srm_docs.declare.write import Cell
from srm_docs.errors import UsageError
from srm_docs.render import base
from srm_docs.roundtrip import days, read
from srm_docs.roundtrip.merge import Side
from tests import excel_saved
from tests import roundtrip_sample as sample

BULLET = "networking.security-groups-nacls"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sample.export(sample.folder(tmp_path_factory.mktemp("exported")))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return sample.folder(tmp_path)


def said(outcome: Any) -> dict[str, str]:
    return {str(change.cell): str(change.after) for _, change in outcome.changes}


def test_without_an_edit_nothing_changes(content: bytes, register: Path, tmp_path: Path) -> None:
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(content)
    before = sample.contents(register)
    for one in (path, sample.saved(sample.opened_book(content), tmp_path / "saved again.xlsx")):
        outcome = sample.brought(one, register)
        assert (outcome.changes, outcome.conflicts, outcome.faults, outcome.notes) == ((), (), (), [])
        assert outcome.editor.save() == ()
    assert sample.contents(register) == before


def _text(**more: Any) -> Any:
    return st.text(
        st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" "), max_size=40, **more
    ).map(lambda text: " ".join(text.split()))


_HOSTILE = st.sampled_from(["=1+1", "_x0041_", "+A1", "‹U+202E›x", "@SUM(1)", "'quoted", "a\nb", "<&>", "1.10", "yes"])
_LINE = _text(min_size=1).filter(lambda text: text and text.casefold() != "not provided")
_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("Responsibilities"), st.just(BULLET), st.just("How it is implemented"), _LINE | _HOSTILE),
        st.tuples(st.just("Responsibilities"), st.just(BULLET), st.just("Owner"), _LINE),
        st.tuples(
            st.just("Own controls"),
            st.sampled_from(["NET-02", "PPL-01", "NEW-01", "NEW-02"]),
            st.sampled_from(["Owner", "Description: who does what, how often"]),
            _LINE | st.just(""),
        ),
        st.tuples(
            st.just("Own controls"), st.sampled_from(["NET-02", "NEW-01"]), st.just("Frequency"),
            st.sampled_from(["Quarterly", "DAILY", "as needed", ""]),
        ),
        st.tuples(
            st.just("Own controls"), st.sampled_from(["PPL-01", "NEW-02"]), st.just("Draft?"),
            st.sampled_from([True, False, "YES", "no", ""]),
        ),
        st.tuples(
            st.just("Own controls"), st.just("NET-02"), st.just("Criteria (SOC 2)"),
            st.sets(st.sampled_from(["CC6.1", "CC6.6", "CC7.1"])).map(lambda ids: "; ".join(sorted(ids))),
        ),
        st.tuples(
            st.just("Requests"), st.sampled_from(["PBC-1", "PBC-2"]), st.just("Due"),
            st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
        ),
    ),
    min_size=1, max_size=6,
)  # fmt: skip
_FIELDS = {
    "How it is implemented": ("responsibilities", "statement"), "Frequency": ("controls", "frequency"),
    "Description: who does what, how often": ("controls", "description"), "Draft?": ("controls", "draft"),
    "Criteria (SOC 2)": ("controls", "soc2"), "Due": ("requests", "due"),
}  # fmt: skip
_NEW = {"Own controls": ("Control", "Title", "title"), "Requests": ("Request", "What is asked for", "text")}


def _shuffled(sheet: Any, order: random.Random) -> None:
    """The rows stand in another order, as after sorting."""
    first = sample.HEAD + 1
    rows = [[(c.value, c.data_type) for c in row] for row in sheet.iter_rows(min_row=first)]
    order.shuffle(rows)
    for at, row in enumerate(rows, first):
        for column, (value, kind) in enumerate(row, 1):
            sheet.cell(at, column).value = value
            sheet.cell(at, column).data_type = kind


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(edits=_EDITS, seed=st.integers(0, 99), moved=st.booleans())
def test_edits_come_back_as_if_typed_into_the_register(
    edits: list[tuple[str, str, str, Any]], seed: int, moved: bool, content: bytes, tmp_path: Path
) -> None:
    for name in ("typed", "direct"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    typed, direct = sample.folder(tmp_path / "typed"), sample.folder(tmp_path / "direct")
    book, editor = sample.opened_book(content), sample.editor(direct)
    rows: dict[tuple[str, str], int] = {}
    for title, item, heading, value in edits:
        sheet = book[title]
        kind, name = _FIELDS.get(heading, ("responsibilities" if title == "Responsibilities" else "controls", "owner"))
        if (title, item) not in rows and item.startswith(("NEW", "PBC")):
            rows[title, item] = sample.free_row(sheet)
            ident, what, field = _NEW[title]
            sample.type_in(sheet, rows[title, item], ident, item)
            sample.type_in(sheet, rows[title, item], what, f"New {item}")
            editor.set(Cell(kind, item, field), f"New {item}")
        elif (title, item) not in rows:
            rows[title, item] = sample.row_of(sheet, item)
        sample.type_in(sheet, rows[title, item], heading, value)
        editor.set(Cell(kind, item, name), value)
    for title in ("Own controls", "Responsibilities", "Requests"):
        _shuffled(book[title], random.Random(seed))
        if moved:
            book[title].insert_cols(2)
            book[title].insert_rows(1)
    editor.save()
    outcome = sample.brought(sample.saved(book, tmp_path / "filled in.xlsx"), typed)
    assert (outcome.faults, outcome.conflicts) == ((), ())
    outcome.editor.save()
    assert {k: _sorted(v) for k, v in _values(typed).items()} == {k: _sorted(v) for k, v in _values(direct).items()}


def _values(register: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    opened = sample.editor(register).register
    for kind in ("controls", "responsibilities", "requests", "evidence", "risk-acceptances"):
        found[kind] = {item.id: item for item in opened.items(kind)}
    return found


def _sorted(items: dict[str, Any]) -> list[Any]:
    return [items[name] for name in sorted(items)]


def test_second_export_is_that_of_the_register_edited_directly(content: bytes, tmp_path: Path) -> None:
    typed, direct = sample.folder(tmp_path / "typed"), sample.folder(tmp_path / "direct")
    book = sample.opened_book(content)
    sheet = book["Own controls"]
    sample.type_in(sheet, sample.row_of(sheet, "NET-02"), "Owner", "=1+1")
    row = sample.free_row(sheet)
    sample.type_in(sheet, row, "Control", "NEW-01")
    sample.type_in(sheet, row, "Title", "New")
    sample.brought(sample.saved(book, tmp_path / "w.xlsx"), typed).editor.save()
    editor = sample.editor(direct)
    editor.set(Cell("controls", "NET-02", "owner"), "=1+1")
    editor.set(Cell("controls", "NEW-01", "title"), "New")
    editor.save()
    assert sample.contents(typed) == sample.contents(direct)
    assert sample.export(typed) == sample.export(direct) != content


def test_records_description_and_letters_come_back_and_print(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    incidents, changes = book["Incidents"], book["Material changes"]
    row = sample.free_row(incidents)
    for heading, value in (
        ("Incident", "INC-1"), ("Began on", dt.date(2026, 3, 5)), ("Title", "Late invoices"), ("Kind", "Incident"),
        ("Commitment missed?", "no"),
    ):  # fmt: skip
        sample.type_in(incidents, row, heading, value)
    row = sample.free_row(changes)
    for heading, value in (("Change", "CH-1"), ("In force from", dt.date(2026, 7, 15)), ("Title", "New region")):
        sample.type_in(changes, row, heading, value)
    records = book["Records"]
    for heading, value in (
        ("First day", dt.date(2026, 1, 1)), ("Last day", dt.date(2026, 6, 30)), ("Looked at by", "Ann"),
        ("None, or all that is on record", "all"), ("Looked at on", dt.date(2026, 7, 2)),
    ):  # fmt: skip
        sample.type_in(records, sample.row_of(records, "incidents"), heading, value)
    system, letters = book["System description"], book["Letters"]
    sample.type_in(system, sample.row_of(system, "people"), "Management's words", "Four teams.")
    bridge = sample.row_of(letters, "bridge-letter")
    sample.type_in(letters, bridge, "Its last day (bridge letter)", dt.date(2026, 6, 30))
    sample.type_in(letters, bridge, "State: no changes? (bridge letter)", "yes")
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    assert (outcome.faults, outcome.conflicts) == ((), ())
    outcome.editor.save()
    found = sample.editor(register).register
    assert found.incidents[0].commitments_missed is False
    assert found.changes[0].date == dt.date(2026, 7, 15)
    assert (found.records[0].holds, found.records[0].period_to) == ("all", dt.date(2026, 6, 30))
    assert (found.system[0].id, found.system[0].statement) == ("people", "Four teams.")
    assert [(letter.id, letter.no_changes) for letter in found.letters] == [("bridge-letter", True)]
    again = sample.opened_book(sample.export(register))
    shown = again["Letters"].cell(bridge, sample.heads(again["Letters"])["Refused by the record"]).value
    assert "“No material changes” is refused" in shown
    assert again["Incidents"].cell(sample.row_of(again["Incidents"], "INC-1"), 3).value == "Late invoices"


def test_an_incident_that_the_record_denies_is_named_at_its_cell(
    content: bytes, register: Path, tmp_path: Path
) -> None:
    (register / "records.yaml").write_text(
        "records:\n- {id: incidents, period_from: 2026-01-01, period_to: 2026-06-30, holds: none, reviewed_by: Ann, "
        "reviewed_on: 2026-07-02}\n"
    )
    book = sample.opened_book(content)
    sheet = book["Incidents"]
    row = sample.free_row(sheet)
    sample.type_in(sheet, row, "Incident", "INC-1")
    sample.type_in(sheet, row, "Title", "Late invoices")
    place = sample.type_in(sheet, row, "Began on", dt.date(2026, 3, 5))
    (fault,) = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register).faults
    assert (str(fault.place), "records.yaml says that there were none" in fault.message) == (place, True)


def test_every_fault_is_named_with_its_cell_at_once(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    own, bullets = book["Own controls"], book["Responsibilities"]
    row = sample.row_of(own, "NET-02")
    wrong = {
        sample.type_in(own, row, "Frequency", "monthy"): 'did you mean "monthly"?',
        sample.type_in(own, row, "Draft?", "perhaps"): "must be yes or no",
        sample.type_in(own, row, "Controls (Annex A)", "A.99.1"): 'unknown Annex A control or clause "A.99.1"',
        sample.type_in(bullets, 5, "Planned for", "03/04/2026"): "could be two days, 2026-04-03 or 2026-03-04",
        sample.type_in(bullets, 6, "Planned for", 2026): "is the day 1905-07-18",
        sample.type_in(bullets, 7, "Owner", "a\nb"): "must be one line",
    }
    own.cell(row, sample.heads(own)["Owner"]).value = "=CMD()"
    wrong[f"Own controls!{own.cell(row, sample.heads(own)['Owner']).coordinate}"] = "is a formula"
    free = sample.free_row(own)
    sample.type_in(own, free, "Title", "Nobody knows which")
    wrong[f"Own controls!A{free}"] = "a new row needs an id of its own"
    ident = bullets.cell(8, sample.heads(bullets)["Row id"]).value
    for cell in bullets[8]:
        cell.value = "no.such-bullet" if cell.value == ident else cell.value
    sample.type_in(bullets, 8, "Owner", "Somebody")
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    found = {str(fault.place): fault.message for fault in outcome.faults}
    for place, message in wrong.items():
        if "A.99.1" not in message:  # the rest of NET-02 is looked at when its cells can be read
            assert message in found.get(place, ""), (place, found)
    assert any('"no.such-bullet" is the id of no row' in message for message in found.values())
    assert not {str(c.cell.item) for _, c in outcome.changes} & {"NET-02", "no.such-bullet"}


def test_what_only_the_whole_register_knows_is_named_at_its_cell(
    content: bytes, register: Path, tmp_path: Path
) -> None:
    book = sample.opened_book(content)
    own = book["Own controls"]
    place = sample.type_in(own, sample.row_of(own, "NET-02"), "Controls (Annex A)", "A.99.1")
    sample.type_in(own, sample.row_of(own, "PPL-01"), "Owner", "Head of People")
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    assert [str(fault.place) for fault in outcome.faults] == [place]
    assert 'unknown Annex A control or clause "A.99.1"' in outcome.faults[0].message
    assert said(outcome) == {"controls PPL-01 owner": "Head of People"}  # what --partial would write


def test_both_sides_changed_is_a_conflict_and_one_side_is_not(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    own = book["Own controls"]
    row = sample.row_of(own, "NET-02")
    sample.type_in(own, row, "Owner", "Workbook's")
    sample.type_in(own, row, "Frequency", "monthly")
    path = sample.saved(book, tmp_path / "w.xlsx")
    here = sample.editor(register)
    here.set(Cell("controls", "NET-02", "owner"), "Register's")
    here.set(Cell("controls", "NET-02", "title"), "Changed here alone")
    here.save()
    outcome = sample.brought(path, register)
    assert [(str(c.cell), c.base, c.register, c.workbook) for c in outcome.conflicts] == [
        ("controls NET-02 owner", "Platform lead", "Register's", "Workbook's")
    ]
    assert said(outcome) == {"controls NET-02 frequency": "monthly"}
    assert said(sample.brought(path, register, side=Side.REGISTER)) == {"controls NET-02 frequency": "monthly"}
    theirs = sample.brought(path, register, side=Side.WORKBOOK)
    assert said(theirs) == {"controls NET-02 owner": "Workbook's", "controls NET-02 frequency": "monthly"}
    theirs.editor.save()
    assert b"Changed here alone" in (register / "controls.yaml").read_bytes()


@pytest.mark.parametrize("how", ["gone", "value", "address", "deep", "surrogate", "row"])
def test_without_a_sound_base_every_difference_is_a_conflict(
    how: str, content: bytes, register: Path, tmp_path: Path
) -> None:
    book = sample.opened_book(content)
    hidden = book[base.TITLE]
    row = next(
        r for r in range(1, hidden.max_row) if hidden.cell(r, 1).value == "cell" and hidden.cell(r, 5).value != '""'
    )
    if how == "gone":
        book.remove(hidden)
    elif how == "value":
        hidden.cell(row, 5).value = '"forged"'
    elif how == "address":
        hidden.cell(row, 3).value = "NET-99"
    elif how == "deep":
        hidden.cell(row, 5).value = "[" * 30_000
    elif how == "surrogate":
        hidden.cell(row, 6).value = "_xD800_"
    else:
        hidden.delete_rows(row)
    own = book["Own controls"]
    sample.type_in(own, sample.row_of(own, "NET-02"), "Owner", "Workbook's")
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    assert outcome.changes == ()
    assert [str(c.cell) for c in outcome.conflicts] == ["controls NET-02 owner"]


def test_rows_pasted_twice_written_over_and_deleted(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    own, bullets = book["Own controls"], book["Responsibilities"]
    at = sample.heads(own)
    first, free = sample.row_of(own, "NET-02"), sample.free_row(own)
    for column in range(1, own.max_column + 1):
        own.cell(free, column).value = own.cell(first, column).value
    own.cell(free, at["Owner"]).value = "Another"
    own.cell(sample.row_of(own, "PPL-01"), at["Control"]).value = "PPL-99"
    bullets.delete_rows(5)
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    found = [str(fault) for fault in outcome.faults]
    assert (
        f"Own controls!A{free}: NET-02 is already in Own controls!A{first} and says something else there: keep one"
        in found
    )
    assert any('"PPL-99" stands where PPL-01 was' in one for one in found)
    assert any("no row for" in note for note in outcome.notes)
    assert outcome.changes == ()


def test_libreoffice_saves_it_and_everything_comes_back(content: bytes, register: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    book = sample.opened_book(content)
    own = book["Own controls"]
    row = sample.row_of(own, "NET-02")
    sample.type_in(own, row, "Owner", "=1+1")
    sample.type_in(own, row, "Description: who does what, how often", "one\ntwo _x0041_ ‹U+2039›")
    sample.type_in(own, row, "Reviewed by", "Lead")
    sample.type_in(own, row, "Reviewed on", dt.date(2026, 6, 30))
    sample.type_in(own, sample.row_of(own, "PPL-01"), "Draft?", True)
    sample.saved(book, tmp_path / "w.xlsx")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", tmp_path / "out", tmp_path / "w.xlsx"], check=True, capture_output=True, timeout=240
    )
    outcome = sample.brought(tmp_path / "out" / "w.xlsx", register)
    assert (outcome.faults, outcome.conflicts, outcome.notes) == ((), (), [])
    assert said(outcome) == {
        "controls NET-02 description": "one\ntwo _x0041_ ‹U+2039›",
        "controls NET-02 owner": "=1+1",
        "controls NET-02 reviewed_by": "Lead",
        "controls NET-02 reviewed_on": "2026-06-30",
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", "2026-12-31"), ("31.12.2026", "2026-12-31"), ("31. 12. 2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"), ("2026/6/3", "2026-06-03"), ("3.3.2026", "2026-03-03"),
        ("31 Dec 2026", "2026-12-31"), ("December 31, 2026", "2026-12-31"), ("3 Sept 2026", "2026-09-03"),
        ("2026年6月30日", "2026-06-30"), ("2026-12-31T00:00:00", "2026-12-31"),
    ],
)  # fmt: skip
def test_a_day_that_can_be_one_day_only_is_read(text: str, day: str) -> None:
    assert days.of_text(text) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2026", "two days"), ("3.4.2026", "two days"), ("31.12.26", "must be a date"),
        ("soon", "must be a date"), ("2026-02-30", "no day"), ("31.02.2026", "no day"),
        ("0001-01-01", "is the day"), ("Q3 2026", "must be a date"),
    ],
)  # fmt: skip
def test_any_other_is_not_guessed(text: str, why: str) -> None:
    with pytest.raises(WrongValue, match=why):
        days.of_text(text)


def test_a_changed_computed_cell_is_named_and_ignored(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    own = book["Own controls"]
    row = sample.row_of(own, "NET-02")
    place = sample.type_in(own, row, "Result of those self-tests", "Met")
    sample.type_in(own, row, "Owner", "New owner")
    _shuffled(book["Responsibilities"], random.Random(1))
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    assert outcome.notes == [f"Computed cells were changed, which changes nothing: {place}."]
    assert said(outcome) == {"controls NET-02 owner": "New owner"}


def test_what_cannot_be_seen_is_named_and_reaches_no_terminal(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    own = book["Own controls"]
    row, at = sample.row_of(own, "NET-02"), sample.heads(own)
    own.cell(row, at["Frequency"]).value = "_xD800_monthly"  # as Excel writes half a pair
    own.cell(row, at["Owner"]).value = "\u202eevil"
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    said = [str(fault) for fault in outcome.faults]
    assert ["U+D800" in said[0], "U+202E" in said[1], len(said)] == [True, True, 2]
    assert all(line.encode() and "\u202e" not in line for line in said)


NO_DUTY = "physical-infrastructure.customer-na"


def test_the_row_without_a_duty_asks_for_nothing(content: bytes, register: Path, tmp_path: Path) -> None:
    book = sample.opened_book(content)
    sheet = book["Responsibilities"]
    row, at = sample.row_of(sheet, NO_DUTY), sample.heads(sheet)
    said = {heading: sheet.cell(row, column).value for heading, column in at.items()}
    assert (said["Responsibility"], said["Type"], said["Result"]) == ("N/A", "Not applicable", "Not applicable")
    assert "NOT PROVIDED" not in said.values()
    yours, other = (sheet.cell(r, at["Owner"]).fill.fgColor.rgb for r in (sample.row_of(sheet, BULLET), row))
    assert yours != other == sheet.cell(row, at["Result"]).fill.fgColor.rgb
    place = sample.type_in(sheet, row, "Owner", "Nobody")
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), register)
    assert [str(fault).partition(": ")[2] for fault in outcome.faults] == [
        f'"{NO_DUTY}" is the id of no row that is to be filled in'
    ]
    assert str(outcome.faults[0].place)[-1] == place[-1]


def test_what_the_register_says_of_it_is_printed(tmp_path: Path) -> None:
    here = sample.folder(tmp_path)
    editor = sample.editor(here)
    editor.set(Cell("responsibilities", NO_DUTY, "owner"), "Head of Facilities")
    editor.save()
    book = sample.opened_book(sample.export(here))
    sheet = book["Responsibilities"]
    assert sheet.cell(sample.row_of(sheet, NO_DUTY), sample.heads(sheet)["Owner"]).value == "Head of Facilities"
    outcome = sample.brought(sample.saved(book, tmp_path / "w.xlsx"), here)
    assert (outcome.changes, outcome.faults, outcome.conflicts) == ((), (), ())


@pytest.mark.parametrize("from_1904", [False, True])
def test_excel_saves_it_and_everything_comes_back(
    from_1904: bool, content: bytes, register: Path, tmp_path: Path
) -> None:
    path = tmp_path / "w.xlsx"
    path.write_bytes(excel_saved.saved(content, from_1904=from_1904))
    untouched = sample.brought(path, register)
    assert (untouched.changes, untouched.faults, untouched.conflicts, untouched.notes) == ((), (), (), [])
    book = sample.opened_book(content)
    own = book["Own controls"]
    row = sample.row_of(own, "NET-02")
    typed = {
        "Owner": "=1+1", "Description: who does what, how often": "one\n two _x0041_ ‹U+2039› <&>", "Title": 4711,
        "Reviewed by": "Lead", "Reviewed on": dt.date(2026, 6, 30), "Criteria (SOC 2)": "CC6.1;CC7.1",
    }  # fmt: skip
    for heading, value in typed.items():
        sample.type_in(own, row, heading, value)
    sample.type_in(own, sample.row_of(own, "PPL-01"), "Draft?", False)
    sample.type_in(own, sample.row_of(own, "PPL-01"), "Title", 2.50)
    sample.saved(book, path)
    direct = said(sample.brought(path, register))
    assert direct["controls NET-02 title"] == "4711"
    assert direct["controls PPL-01 title"] == "2.5"
    assert direct["controls NET-02 reviewed_on"] == "2026-06-30"
    assert direct["controls PPL-01 draft"] == "False"
    path.write_bytes(excel_saved.saved(path.read_bytes(), from_1904=from_1904, seed=2))
    outcome = sample.brought(path, register)
    assert (outcome.faults, outcome.conflicts, outcome.notes) == ((), (), [])
    assert said(outcome) == direct


@pytest.mark.parametrize(("bound", "why"), [("_MOST_NEW", "more than 3 new rows"), ("_MOST_TOLD", "more than 3 cells")])
def test_more_than_people_type_is_refused_while_it_is_read(
    bound: str, why: str, content: bytes, register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, bound, 3)
    book = sample.opened_book(content)
    own = book["Own controls"]
    for n in range(3):
        sample.type_in(own, sample.free_row(own), "Control", f"NEW-{n}")
    path = sample.saved(book, tmp_path / "w.xlsx")
    assert len(sample.brought(path, register).changes) == 0  # ids alone: each item lacks a title
    sample.type_in(own, sample.free_row(own), "Control", "NEW-3")
    with pytest.raises(UsageError, match=why):
        sample.brought(sample.saved(book, path), register)
