"""`srm-docs register`, `init --controls` and `lint`: what people type reaches the register, or nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from register_files import catalog, files, known, register

from srm_docs.checks import discover
from srm_docs.cli import cli
from srm_docs.declare.audit import Audit, Category
from srm_docs.declare.drafts import drafts, part_drafts
from srm_docs.declare.items import PARTS, UNWRITTEN
from srm_docs.declare.load import survey
from srm_docs.errors import RegisterError, UsageError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "register"


@pytest.fixture
def filled(folder: Path) -> Path:
    for name, body in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return folder


def run(*args: str) -> Result:
    result = CliRunner().invoke(cli, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_drafts_serve_all_that_is_in_scope_and_are_marked(folder: Path) -> None:
    assert "Wrote" in run("init", "--controls").output
    found = survey(folder, known()).register
    assert found is not None
    assert all(control.draft for control in found.controls)
    notes = json.loads(run("lint", "--json").output)["notes"]
    assert notes
    assert not [note for note in notes if "no own control" in note["message"]]
    before = (folder / "controls.yaml").read_bytes()
    assert "Nothing to draft" in run("init", "--controls").output
    assert (folder / "controls.yaml").read_bytes() == before


def test_what_is_there_is_not_drafted_again(filled: Path) -> None:
    before = (filled / "controls.yaml").read_text("utf-8")
    run("init", "--controls")
    assert (filled / "controls.yaml").read_text("utf-8").startswith(before.rstrip())
    made = drafts(catalog(), discover.checks(), tuple(catalog().requirements()), ())
    assert len({control.id.casefold() for control in made}) == len(made)


def test_fields_are_set_together_and_comments_stay(filled: Path) -> None:
    said = run("register", "set", "soa", "A.8.30", "applicable=no", "exclusion=No work is outsourced").output
    assert 'soa A.8.30 applicable: "" -> "no"' in said
    run("register", "set", "controls", "NET-02", "owner=Network lead")
    text = (filled / "controls.yaml").read_text("utf-8")
    assert "owner: Network lead" in text
    assert "# a role, not a name" in text
    shown = json.loads(run("register", "show", "controls", "NET-02", "--json").output)
    assert shown["item"]["owner"] == "Network lead"
    assert shown["fields"]["nature"]["allowed"] == ["preventive", "detective", "corrective"]


def test_wrong_value_is_told_and_nothing_is_written(filled: Path) -> None:
    before = {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()}
    with pytest.raises(RegisterError) as error:
        run("register", "set", "controls", "NET-02", "nature=prevent", "reviewed_on=1/2/26", "owner=x")
    assert [fault.split(" must")[0] for fault in error.value.faults] == ['"nature"', '"reviewed_on"']
    with pytest.raises(RegisterError, match="would not be sound"):
        run("register", "set", "soa", "A.8.30", "applicable=no", "--dry-run")
    with pytest.raises(UsageError, match="did you mean"):
        run("register", "set", "controls", "NET-02", "onwer=x")
    with pytest.raises(UsageError, match="did you mean"):
        run("register", "show", "controls", "NET-2")
    assert run("register", "set", "controls", "NET-02", "owner").exit_code == 2
    assert "Nothing was written" in run("register", "set", "controls", "NET-02", "owner=x", "--dry-run").output
    assert {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()} == before


def test_list_counts_and_names(filled: Path) -> None:
    assert json.loads(run("register", "list", "--json").output)["controls"] == 2
    assert "NET-02  " in run("register", "list", "controls").output
    assert "Own controls: 2." in run("register", "list", "controls").output
    assert filled.is_dir()


def test_lint_covers_the_register(filled: Path) -> None:
    sound = run("lint")
    assert sound.exit_code == 0
    assert "The register is sound" in sound.output
    assert "Still a draft: 1\n  register/controls.yaml:14: PPL-01 is still a draft\n" in sound.output
    (filled / "controls.yaml").write_text("controls:\n- id: A-1\n  titel: x\n")
    wrong = run("lint")
    assert wrong.exit_code == 3
    assert 'register/controls.yaml:3: unknown key "titel"; did you mean "title"?' in wrong.output


def test_without_a_register_lint_says_what_it_said(folder: Path) -> None:
    found = json.loads(run("lint", "--json").output)
    assert (found["faults"], found["notes"]) == ([], [])
    assert not folder.exists()


@pytest.mark.parametrize("command", [("lint",), ("register", "list"), ("register", "list", "controls")])
def test_where_no_register_is_it_is_said_where_it_was_looked_for(command: tuple[str, ...], folder: Path) -> None:
    said = f"There is no register at {folder}. `srm-docs init --controls` begins one there."
    result = run(*command)
    assert (result.exit_code, said in " ".join(result.output.split())) == (0, True)
    run("init", "--controls")
    assert "There is no register" not in run(*command).output


def test_the_record_of_imports_is_not_set_by_hand(filled: Path) -> None:
    with pytest.raises(UsageError, match="`srm-docs import` writes them, so that the record of who handed in what"):
        run("register", "set", "imports", "IM-1", "by=Somebody")
    assert not (filled / "imports.yaml").exists()
    with pytest.raises(UsageError, match="no kind"):
        run("register", "set", "import", "IM-1", "by=Somebody")


def test_parts_of_the_description_are_drafted_once_and_marked(folder: Path) -> None:
    assert "13 drafts" in run("init", "--system").output
    found = survey(folder, known()).register
    assert found is not None
    assert {part.id for part in found.system} == PARTS.keys()
    assert all(part.draft and part.statement.startswith(UNWRITTEN) for part in found.system)
    notes = [note["message"] for note in json.loads(run("lint", "--json").output)["notes"]]
    assert "commitments is still a draft" in notes
    assert "Nothing to draft: every part is there." in run("init", "--system").output
    assert run("init", "--system", "--controls").exit_code == 2


def test_what_is_registered_elsewhere_or_not_asked_for_is_not_drafted() -> None:
    cuecs = register(cuecs=b"cuecs:\n- {id: UC-1, statement: x}\n", system=b"system:\n- {id: data, statement: x}\n")
    whole = Audit(categories=tuple(Category))
    left = {part.id for part in part_drafts(whole, cuecs)}
    assert PARTS.keys() - left == {"user-controls", "data", "categories-left-out"}


def test_lint_tells_what_the_bridge_letter_would_refuse(filled: Path) -> None:
    (filled / "letters.yaml").write_text(
        "letters:\n- {id: bridge-letter, report_end: 2026-06-30, bridge_to: 2026-07-31, no_changes: yes}\n"
    )
    (filled / "changes.yaml").write_text("changes:\n- {id: CH-1, date: 2026-07-15, title: New region}\n")
    output = run("lint").output
    assert "Bridge letter: 3" in output
    assert "  register/letters.yaml:2: “No material changes” is refused: the record has 1 change" in output
    assert "register/letters.yaml:2: The record of changes is said to be whole for no days" in output
    assert run("lint").exit_code == 0
