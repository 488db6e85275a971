"""`srm-docs import` and `register import-requests`: what is written, who is noted, and what a person decides."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from srm_docs.cli.root import cli
from srm_docs.declare.write import Cell
from srm_docs.errors import RegisterError, SrmDocsError, UsageError
from srm_docs.roundtrip import conflicts
from tests import roundtrip_sample as sample


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sample.export(sample.folder(tmp_path_factory.mktemp("exported")))


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return sample.folder(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def filled(content: bytes, **values: str) -> None:
    """workbook.xlsx in the working folder, with these values in the row of NET-02."""
    book = sample.opened_book(content)
    own = book["Own controls"]
    for heading, value in values.items():
        sample.type_in(own, sample.row_of(own, "NET-02"), heading, value)
    sample.saved(book, Path("workbook.xlsx"))


def test_who_and_when_is_noted_with_what_was_imported(content: bytes, register: Path) -> None:
    filled(content, Owner="Compliance lead")
    result = run("import", "workbook.xlsx", "--by", "Head of Compliance")
    assert result.exit_code == 0, result.output
    assert 'controls NET-02 owner: "Platform lead" -> "Compliance lead"' in result.output
    (noted,) = sample.editor(register).register.imports
    assert (noted.by, noted.file, noted.changed) == ("Head of Compliance", "workbook.xlsx", "1 value")
    assert noted.packet
    assert noted.at.endswith(" UTC")
    assert b"  # reviewed in May" in (register / "controls.yaml").read_bytes()
    again = run("import", "workbook.xlsx", "--by", "Head of Compliance")
    assert "Nothing changes." in again.output
    assert len(sample.editor(register).register.imports) == 1


def test_without_a_name_nothing_is_written_and_a_dry_run_needs_none(content: bytes, register: Path) -> None:
    filled(content, Owner="Compliance lead")
    before = sample.contents(register)
    result = run("import", "workbook.xlsx")
    assert isinstance(result.exception, UsageError)
    assert "--by NAME" in result.exception.message
    two_lines = run("import", "workbook.xlsx", "--by", "a\nb")
    assert isinstance(two_lines.exception, UsageError)
    shown = run("import", "workbook.xlsx", "--dry-run", "--json")
    assert json.loads(shown.output)["changes"] == [
        'Own controls!G5: controls NET-02 owner: "Platform lead" -> "Compliance lead"'
    ]
    assert sample.contents(register) == before


def test_a_file_that_is_not_there_is_told_before_the_name(register: Path) -> None:
    for command in (("import",), ("register", "import-requests", "--columns", "Number=A,Text=B")):
        result = run(*command, "none.xlsx")
        assert isinstance(result.exception, UsageError)
        assert "none.xlsx cannot be read: No such file" in result.exception.message
    assert register.is_dir()


def test_a_workbook_with_items_beside_no_register_is_told(
    content: bytes, register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(content, Owner="Compliance lead")
    note = "The workbook was made of a register with "
    assert note not in run("import", "workbook.xlsx", "--dry-run").output
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    output = run("import", str(tmp_path / "workbook.xlsx"), "--dry-run").output
    assert note in output
    assert f"There is no register at {elsewhere / 'register'}" in output
    (elsewhere / "register").mkdir()
    assert (
        f"The register at {elsewhere / 'register'} has none."
        in run("import", str(tmp_path / "workbook.xlsx"), "--dry-run").output
    )
    assert register.is_dir()


def test_faults_stop_everything_and_partial_says_what_it_skipped(content: bytes, register: Path) -> None:
    book = sample.opened_book(content)
    own = book["Own controls"]
    place = sample.type_in(own, sample.row_of(own, "NET-02"), "Frequency", "monthy")
    skipped = sample.type_in(own, sample.row_of(own, "NET-02"), "Owner", "Skipped")
    sample.type_in(own, sample.row_of(own, "PPL-01"), "Owner", "Head of People")
    sample.saved(book, Path("workbook.xlsx"))
    before = sample.contents(register)
    result = run("import", "workbook.xlsx", "--by", "x")
    assert isinstance(result.exception, RegisterError)
    assert [fault.split(":")[0] for fault in result.exception.faults] == [place]
    assert sample.contents(register) == before
    partial = run("import", "workbook.xlsx", "--by", "x", "--partial")
    assert partial.exit_code == 0
    assert place in partial.output
    assert f"{skipped}: controls NET-02 owner" in partial.output
    said = (register / "controls.yaml").read_text()
    assert "Head of People" in said
    assert "Skipped" not in said


def test_a_person_decides_conflicts_in_a_workbook(content: bytes, register: Path) -> None:
    filled(content, Owner="Workbook's", Title="=Workbook's")
    here = sample.editor(register)
    here.set(Cell("controls", "NET-02", "owner"), "Register's")
    here.set(Cell("controls", "NET-02", "title"), "Register's title")
    here.save()
    command = ("import", "workbook.xlsx", "--by", "x", "--conflicts", "decide.xlsx")
    result = run(*command)
    assert isinstance(result.exception, RegisterError)
    assert len(result.exception.faults) == 2
    undecided = run(*command)
    assert isinstance(undecided.exception, UsageError)
    assert "decides nothing" in undecided.exception.message
    book = openpyxl.load_workbook("decide.xlsx")
    sheet = book[conflicts.TITLE]
    by_field = {sheet.cell(row, 4).value: row for row in (3, 4)}
    assert sheet.cell(by_field["title"], 6).data_type == "s"
    sheet.cell(by_field["owner"], 1).value = "workbook"
    sheet.cell(by_field["title"], 1).value = "Register"
    book.save("decide.xlsx")
    decided = run(*command)
    assert decided.exit_code == 0, decided.exception
    control = next(c for c in sample.editor(register).register.controls if c.id == "NET-02")
    assert (control.owner, control.title) == ("Workbook's", "Register's title")


def test_ours_and_theirs_exclude_each_other(content: bytes, register: Path) -> None:
    result = run("import", "workbook.xlsx", "--by", "x", "--ours", "--theirs")
    assert result.exit_code == 2
    assert "exclude each other" in result.output


def pbc(*rows: tuple[object, ...], name: str = "PBC.xlsx") -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(name)


@pytest.mark.parametrize("columns", ["Number=A,Text=C,Due=D", "id=Ref.,text=What we need,due=Due date"])
def test_the_auditors_list_is_read_by_a_column_map(columns: str, register: Path) -> None:
    pbc(
        ("Example Auditors LLP: request list",), (), ("Ref.", "Area", "What we need", "Due date"),
        (1, "Access", "List of users", "31.12.2026"), ("B-2", "Change", "=Change tickets", None), (None,) * 4,
    )  # fmt: skip
    first = () if "Ref." in columns else ("--first", "4")
    book = openpyxl.load_workbook("PBC.xlsx")
    book.active["C5"].data_type = "s"
    book.save("PBC.xlsx")
    result = run("register", "import-requests", "PBC.xlsx", "--columns", columns, "--by", "Auditor", *first)
    assert result.exit_code == 0, (result.output, result.exception, getattr(result.exception, "faults", ""))
    found = {r.id: (r.text, str(r.due)) for r in sample.editor(register).register.requests}
    assert found == {"1": ("List of users", "2026-12-31"), "B-2": ("=Change tickets", "None")}
    opened = sample.editor(register)
    opened.set(Cell("requests", "1", "status"), "provided")
    opened.save()
    pbc(("Ref.", "Area", "What we need", "Due date"), (1, "", "All users", ""))
    again = run(
        "register", "import-requests", "PBC.xlsx", "--columns", "id=Ref.,text=What we need,due=Due date", "--by", "A"
    )
    assert again.exit_code == 0, again.exception
    request = next(r for r in sample.editor(register).register.requests if r.id == "1")
    assert (request.text, str(request.due), request.status) == ("All users", "2026-12-31", "provided")


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("Nummer=A,Text=B", "is no field of a request"), ("Number=A", "number and text"),
        ("id=Nope,text=B", "headings"),
        ("id=A,number=B,text=C", "no FIELD=COLUMN"),
    ],
)  # fmt: skip
def test_a_column_map_that_does_not_fit_is_refused(columns: str, why: str, register: Path) -> None:
    pbc(("Ref.", "Text"), (1, "x"))
    result = run("register", "import-requests", "PBC.xlsx", "--columns", columns, "--by", "x")
    assert isinstance(result.exception, SrmDocsError)
    assert why in result.exception.message
    assert not sample.editor(register).register.requests


def test_faults_of_a_list_name_their_cells(register: Path) -> None:
    pbc(("Ref.", "Text", "Due"), (1, "x", "03/04/2026"), (1, "y", None), (None, "z", None))
    result = run("register", "import-requests", "PBC.xlsx", "--columns", "id=Ref.,text=Text,due=Due", "--by", "x")
    assert isinstance(result.exception, RegisterError)
    assert [fault.split(":")[0] for fault in result.exception.faults] == ["Sheet!C2", "Sheet!A3", "Sheet!A4"]


def test_a_try_ends_as_the_import_would(content: bytes, register: Path) -> None:
    filled(content, Frequency="monthy")
    tried = run("import", "workbook.xlsx", "--dry-run")
    assert tried.exit_code == 3
    assert "1 to mend or decide" in tried.output


def test_another_workbook_is_not_taken_for_one_without_changes(register: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Number"
    book.save("PBC.xlsx")
    result = run("import", "PBC.xlsx", "--by", "External auditor")
    assert isinstance(result.exception, UsageError)
    assert "none of the sheets" in result.exception.message
    assert "import-requests" in result.exception.hint
