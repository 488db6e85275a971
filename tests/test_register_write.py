"""Cells are written so that comments and order survive, and nothing is written unless all is sound."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from register_files import files, known, register

from srm_docs.declare.fields import Form, WrongValue, read_value, spell
from srm_docs.declare.items import KINDS
from srm_docs.declare.load import survey
from srm_docs.declare.write import Cell, Editor, cells, fault, field_of, fields, kinds
from srm_docs.errors import RegisterError, UsageError

OWNER = Cell("controls", "NET-02", "owner")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "register"
    for name, body in files().items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(body)
    return top


def _text(folder: Path, kind: str = "controls") -> str:
    return (folder / f"{kind}.yaml").read_text("utf-8")


def test_one_value_changes_and_every_comment_stays(folder: Path) -> None:
    editor = Editor(folder, known())
    before = _text(folder)
    editor.set(OWNER, "Network leads")
    assert [str(change) for change in editor.changes()] == ['controls NET-02 owner: "Platform lead" -> "Network leads"']
    assert editor.save() == (folder / "controls.yaml",)
    assert _text(folder) == before.replace("owner: Platform lead ", "owner: Network leads ")


def test_what_is_set_back_is_no_change_and_writes_nothing(folder: Path) -> None:
    editor = Editor(folder, known())
    editor.set(OWNER, "x")
    editor.set(OWNER, "Platform lead")
    assert editor.changes() == ()
    assert editor.save() == ()


def test_new_item_and_new_file_are_made(folder: Path) -> None:
    editor = Editor(folder, known())
    cell = Cell("requests", "PBC 1", "text")
    assert not editor.has("requests", "PBC 1")
    editor.set(cell, "The list of users")
    editor.set(Cell("requests", "PBC 1", "due"), dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC))
    editor.save()
    assert _text(folder, "requests").splitlines()[1:] == [
        "requests:", "  - id: PBC 1", "    text: The list of users", "    due: 2026-01-31",
    ]  # fmt: skip
    assert Editor(folder, known()).value(cell) == "The list of users"


def test_blank_takes_the_key_away_and_what_is_needed_stays(folder: Path) -> None:
    editor = Editor(folder, known())
    editor.set(OWNER, None)
    editor.set(Cell("controls", "NET-02", "soc2"), "")
    with pytest.raises(WrongValue, match="cannot be blank"):
        editor.set(Cell("controls", "NET-02", "title"), "")
    with pytest.raises(WrongValue, match="an id is a promise"):
        editor.set(Cell("controls", "NET-02", "id"), "NET-03")
    editor.save()
    assert "owner" not in _text(folder)
    assert Editor(folder, known()).value(OWNER) == ""


def test_nothing_is_written_unless_all_is_sound(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    editor = Editor(folder, known())
    editor.set(OWNER, "Network leads")
    editor.set(Cell("controls", "PPL-01", "soc2"), "CC1.111")
    editor.set(Cell("risk-acceptances", "RA-001", "approved_by"), "Platform lead")
    with pytest.raises(RegisterError) as error:
        editor.save()
    assert ["CC1.111" in error.value.faults[0], "the same" in error.value.faults[1]] == [True, True]
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_failed_write_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(folder, known())
    editor.set(OWNER, "Network leads")
    before = _text(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Exception, match="No space left"):
        editor.save()
    assert _text(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == sorted({name.split("/")[0] for name in files()})


def test_removed_item_is_gone_with_its_comments(folder: Path) -> None:
    editor = Editor(folder, known())
    editor.remove("controls", "PPL-01")
    editor.save()
    assert "PPL-01" not in _text(folder)
    assert "# reviewed in May" in _text(folder)
    with pytest.raises(UsageError, match="NET-02"):
        editor.remove("controls", "NET-2")


def test_wrong_register_is_mended_first(folder: Path) -> None:
    (folder / "controls.yaml").write_text("controls: 3\n")
    with pytest.raises(RegisterError, match="must be sound"):
        Editor(folder, known())


def test_words_of_a_field_are_data() -> None:
    assert field_of(Cell("controls", "x", "nature")).allowed == ("preventive", "detective", "corrective")
    assert field_of(Cell("soa", "x", "applicable")).allowed == ("yes", "no")
    assert fault(Cell("controls", "x", "nature"), "prevent").startswith("must be one of preventive, detective")
    assert fault(Cell("controls", "x", "nature"), "Preventive") == ""
    with pytest.raises(UsageError, match="did you mean"):
        field_of(Cell("controls", "x", "natur"))
    with pytest.raises(UsageError, match="did you mean"):
        fields("control")


def test_every_value_is_read_back_from_the_cell_that_shows_it() -> None:
    for cell, value in cells(register()):
        assert read_value(field_of(cell), spell(value)) == value, cell


ENTRIES = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")),
        st.sampled_from(list('",; ')),
    ),
    max_size=12,
)
RISKS = field_of(Cell("soa", "A.8.20", "risks"))


@settings(max_examples=400, deadline=None)
@example(["a, b"])
@example(['"a"'])
@example(['a""', '""b'])
@example(['"', '"'])
@example(["a;b", '"c"'])
@given(entries=st.lists(ENTRIES, max_size=4))
def test_every_list_is_read_back_from_the_cell_that_shows_it(entries: list[str]) -> None:
    try:
        value = read_value(RISKS, entries)
    except WrongValue:
        return  # an entry is empty, or there twice
    assert read_value(RISKS, spell(value)) == value
    assert read_value(RISKS, spell(value).strip()) == value, "a cell is read without the space around it"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=200
)
AWKWARD = st.sampled_from(
    ["yes", "null", "~", "12", "1.10", "2026-01-01", "- x", "# no comment", "a: b", "'", '"', "{a}", "[a]", "!x", "&a",
     "*a", "%", "@", "`", "x #y", "=1+1", "a\nb", " a\n\n  b", "|", ">", "0x1F", "1:30", "on", "---", "...", "?"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(TEXTS, AWKWARD, st.builds("\n".join, st.lists(st.one_of(TEXTS, AWKWARD), max_size=4))),
    listed=st.lists(st.one_of(TEXTS, AWKWARD), max_size=6),
)
def test_what_is_set_is_what_is_read(text: str, listed: list[str], folder: Path) -> None:
    editor = Editor(folder, known())
    wanted = {}
    for cell, value in (
        (Cell("controls", "NET-02", "description"), text),
        (Cell("soa", "A.8.20", "applicable"), True),
        (Cell("soa", "A.8.20", "risks"), listed),
    ):
        try:
            editor.set(cell, value)
        except WrongValue:
            continue
        wanted[cell] = read_value(field_of(cell), value)
    editor.save()
    again = Editor(folder, known())
    assert {cell: again.value(cell) for cell in wanted} == wanted
    assert survey(folder, known()).faults == ()
    assert "# reviewed in May" in _text(folder)


def test_every_kind_can_be_addressed() -> None:
    assert kinds() == tuple(KINDS)
    for kind in kinds():
        for name, field in fields(kind).items():
            assert field.about, (kind, name)
            assert field.about.endswith((".", '…"', '."')), (kind, name)
            assert (field.form is Form.WORD) <= bool(field.words), (kind, name)


@pytest.mark.parametrize("ident", ["1e3", "0o17"])
def test_an_id_that_yaml_1_2_reads_as_a_number_is_found(ident: str, folder: Path) -> None:
    (folder / "requests.yaml").write_text(f"requests:\n  - id: {ident}\n    text: The list of users\n", "utf-8")
    editor = Editor(folder, known())
    assert editor.has("requests", ident), "our own reader takes it for text"
    editor.set(Cell("requests", ident, "text"), "All users")
    editor.save()
    assert Editor(folder, known()).value(Cell("requests", ident, "text")) == "All users"
    other = Editor(folder, known())
    other.remove("requests", ident)
    other.save()
    assert not Editor(folder, known()).has("requests", ident)


def test_what_somebody_saved_meanwhile_is_not_written_over(folder: Path) -> None:
    (folder / "controls.yaml").chmod(0o600)
    first, second = Editor(folder, known()), Editor(folder, known())
    first.set(OWNER, "First")
    second.set(OWNER, "Second")
    first.save()
    assert (folder / "controls.yaml").stat().st_mode & 0o777 == 0o600, "the file's rights stay"
    with pytest.raises(RegisterError, match="changed by somebody meanwhile"):
        second.save()
    assert Editor(folder, known()).value(OWNER) == "First"


def test_one_day_in_two_places_is_written_out_twice(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    today = dt.date(2026, 6, 30)
    editor = Editor(folder, known())
    for name in ("networking.security-groups-nacls", "networking.vpc-configuration"):
        editor.set(Cell("responsibilities", name, "reviewed_by"), "Lead")
        editor.set(Cell("responsibilities", name, "reviewed_on"), today)
    editor.save()
    assert (folder / "responsibilities.yaml").read_text().count("reviewed_on: 2026-06-30") == 2
