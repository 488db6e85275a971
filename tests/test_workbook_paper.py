"""The working paper: what people may fill in, what an import will rest on, figures, other shapes and other files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from srm_docs import folders
from srm_docs.declare.audit import Audit
from srm_docs.declare.fields import Form, fields_of, spell
from srm_docs.declare.items import KINDS, Implementation, Responsibility
from srm_docs.declare.register import EMPTY, Register
from srm_docs.errors import TemplateError
from srm_docs.packet.letters import letter_lines
from srm_docs.packet.model import NOT_PROVIDED, Packet
from srm_docs.packet.recorded import part_lines, record_lines
from srm_docs.packet.requirements import ASSUMED
from srm_docs.render import base, grid, native, sheets, tables, text, workbook
from srm_docs.render.spool import Spool
from tests.packet_sample import packet
from tests.register_files import register

HOSTILE = '=HYPERLINK("http://evil.example","x")\n_x0041_ ‹U+202E›, \'quoted\''
BULLET = "networking.security-groups-nacls"
FRONT = {"Read me", "Dashboard"}


@pytest.fixture(scope="module")
def sample() -> Packet:
    return replace(
        packet(),
        records=record_lines(EMPTY, dt.date(2026, 11, 23)),
        system_parts=part_lines(EMPTY, Audit()),
        letters=letter_lines(Audit(), EMPTY, dt.date(2026, 11, 23)),
    )


@pytest.fixture(scope="module")
def said() -> Register:
    line = Responsibility(
        id=BULLET, status=Implementation.PLANNED, statement=HOSTILE, planned_for=dt.date(2026, 6, 30), owner="Lead"
    )
    return replace(register(), responsibilities=(line,))


@pytest.fixture(scope="module")
def made(sample: Packet, said: Register) -> bytes:
    return workbook.workbook(sample, register=said)


@pytest.fixture(scope="module")
def book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


def rows(book: openpyxl.Workbook, title: str) -> list[dict[str, Any]]:
    """The rows below the heading, by heading."""
    heads, *found = book[title].iter_rows(min_row=grid.HEAD, values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in found]


def visible(book: openpyxl.Workbook) -> list[str]:
    return [title for title in book.sheetnames if title not in FRONT and not title.startswith(base.TITLE)]


def nothing(sheet: Any) -> bool:
    """Whether a sheet only says that it has no rows."""
    return re.match(r"None[:.]", str(sheet.cell(grid.HEAD + 1, 1).value)) is not None


def read_base(book: openpyxl.Workbook) -> list[list[str]]:
    return [[c for c in row if c is not None] for row in book[base.TITLE].iter_rows(values_only=True)]


def test_each_sheet_is_a_table_whose_columns_are_its_headings(book: openpyxl.Workbook) -> None:
    names = set()
    for title in visible(book):
        sheet = book[title]
        heads = [c.value for c in sheet[grid.HEAD]]
        assert len({str(head).casefold() for head in heads}) == len(heads), title
        if nothing(sheet):
            assert not sheet.tables, title
            continue
        (table,) = sheet.tables.values()
        assert [column.name for column in table.tableColumns] == heads
        assert table.ref == f"A{grid.HEAD}:{openpyxl.utils.get_column_letter(len(heads))}{sheet.max_row}"
        assert table.autoFilter.ref == table.ref
        assert sheet.auto_filter.ref is None  # Excel repairs a sheet whose table and sheet filter the same cells
        assert table.headerRowCount == 1
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", table.displayName), "a cell's name"
        names.add(table.displayName)
    assert len(names) > 20


def test_each_row_has_an_id_of_its_own(book: openpyxl.Workbook) -> None:
    for title in visible(book):
        found = [row["Row id"] for row in rows(book, title) if any(row.values())]
        if nothing(book[title]):
            continue
        assert all(found), title
        if title not in {"Resources", "Not read", "Redactions", "Second counts", "Gaps"}:  # the sample repeats itself
            assert len(set(found)) == len(found), title


def test_every_enum_and_date_that_people_fill_in_is_offered_and_explained(book: openpyxl.Workbook) -> None:
    seen = set()
    for sheet in sheets.read("workbook").sheets:
        worksheet = book[sheet.title]
        offered = {str(v.sqref).partition(":")[0]: v for v in worksheet.data_validations.dataValidation}
        for at, column in enumerate(sheet.columns, 1):
            field = sheet.field(column)
            if field is None or worksheet.max_row <= grid.HEAD + 1:
                continue
            seen.add((sheet.kind, column.edits))
            head = worksheet.cell(grid.HEAD, at)
            assert head.comment, (sheet.title, column.heading)
            cell = f"{openpyxl.utils.get_column_letter(at)}{grid.HEAD + 1}"
            if field.allowed:
                assert offered[cell].formula1 == f'"{",".join(field.allowed)}"'
                assert offered[cell].showErrorMessage == (field.form is not Form.LIST)
                assert field.allowed[0] in head.comment.text
                assert len(offered[cell].formula1) <= 257
            elif field.form is Form.DATE:
                assert offered[cell].type == "date"
            else:
                assert cell not in offered
    typed = {kind: model for kind, model in KINDS.items() if kind != "imports"}  # which an import writes itself
    assert {kind for kind, _ in seen} == {*typed}
    for kind, model in typed.items():
        lacking = {name for name, f in fields_of(model).items() if f.needed and (kind, name) not in seen} - {"id"}
        assert not lacking, f"nobody can enter {kind} without {lacking}"


def test_what_is_missing_says_so_until_somebody_fills_it_in(book: openpyxl.Workbook) -> None:
    found = {row["Responsibility id"]: row for row in rows(book, "Responsibilities")}
    assert found[BULLET]["Implemented?"] == "planned"
    assert found[BULLET]["Planned for"] == dt.datetime(2026, 6, 30)  # noqa: DTZ001 - Excel knows no zones
    assert text.restore(found[BULLET]["How it is implemented"]).replace("_x005F_", "_") == HOSTILE
    nobodys = found.pop("physical-infrastructure.customer-na")
    assert nobodys["Implemented?"] is None  # no duty: nothing is asked for
    others = [row for name, row in found.items() if name != BULLET]
    assert {row["Implemented?"] for row in others} == {NOT_PROVIDED}
    assert {row["Planned for"] for row in others} == {None}, "what need not be given is blank"
    worksheet = book["Responsibilities"]
    rules = [rule for area in worksheet.conditional_formatting for rule in area.rules]
    assert {f'"{NOT_PROVIDED}"', '"planned"'} <= {rule.formula[0] for rule in rules}
    heads = [c.value for c in worksheet[grid.HEAD]]
    cell = worksheet.cell(grid.HEAD + 1, heads.index("Implemented?") + 1)
    assert not cell.font.bold, "the colour goes with the word, not with the cell"
    bands = {c.value for c in worksheet[grid.BANDS]}
    assert {"Yours to complete", "Computed"} <= bands
    computed = worksheet.cell(grid.HEAD + 1, 1).fill.fgColor.rgb, worksheet.cell(grid.HEAD, 1).fill.fgColor.rgb
    yours = cell.fill.fgColor.rgb, worksheet.cell(grid.HEAD, cell.column).fill.fgColor.rgb
    assert len({*computed, *yours}) == 4


def test_only_sheets_in_which_nobody_types_are_protected(book: openpyxl.Workbook) -> None:
    closed = {sheet.title for sheet in book if sheet.protection.sheet}
    assert closed == {"Read me", "Dashboard", "Legend", base.TITLE}
    assert not any(sheet.protection.password for sheet in book)


def test_a_sheet_for_what_nobody_registered_is_there_with_room_to_type(sample: Packet) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(sample)))
    for title in ("Own controls", "Requests", "Exceptions", "Risk acceptances", "Suppressions", "Manual evidence"):
        sheet = book[title]
        above = [c.value for c in sheet[2] if c.value]
        assert above[0].startswith(f"{NOT_PROVIDED}: "), title
        blank = rows(book, title)
        assert len(blank) >= 15, title
        assert not any(value for row in blank for value in row.values()), title


def test_the_base_holds_every_cell_that_people_fill_in(book: openpyxl.Workbook, sample: Packet, said: Register) -> None:
    sheet = book[base.TITLE]
    assert sheet.sheet_state == "veryHidden"
    lines = read_base(book)
    assert lines[0] == [base.FORMAT, base.VERSION]
    assert dict(line[:2] for line in lines[1:4]) == {
        "packet": sample.meta.packet, "register": said.digest, "tool": sample.meta.tool,
    }  # fmt: skip
    columns = [line[1:] for line in lines if line[0] == "column"]
    cells = {tuple(line[1:4]): (json.loads(line[4]), line[5]) for line in lines if line[0] == "cell"}
    assert cells["responsibilities", BULLET, "statement"][0] == HOSTILE
    assert cells["responsibilities", BULLET, "planned_for"][0] == "2026-06-30"
    for address, (value, digest) in cells.items():
        made = json.dumps([*address, value], separators=(",", ":")).encode()
        assert digest == hashlib.sha256(made).hexdigest()
    end = lines[-1]
    assert end[:2] == ["end", str(len(cells))]
    digests = {"cell": 5, "shown": 3}
    whole = hashlib.sha256("".join(line[digests[line[0]]] for line in lines if line[0] in digests).encode())
    for line in lines:
        if line[0] in {"column", "computed"}:
            whole.update(json.dumps(line, separators=(",", ":")).encode())
    whole.update(json.dumps([*lines[0], lines[1][1], lines[2][1]], separators=(",", ":")).encode())
    assert end[2] == whole.hexdigest()
    # every cell on a sheet is found by its column and its row's id, and says what the base says
    checked = 0
    for title, kind, name, heading, id_heading in columns:
        for row in rows(book, title):
            ident = row[id_heading]
            if ident is None or (kind, ident, name) not in cells:
                assert not row[heading] or ident is not None
                continue
            shown = row[heading]
            shown = shown.date() if isinstance(shown, dt.datetime) else shown
            shown = (
                "" if shown in {None, NOT_PROVIDED, *ASSUMED} else text.restore(spell(shown)).replace("_x005F_", "_")
            )
            assert shown == cells[kind, ident, name][0], (title, heading, ident)
            checked += 1
    assert checked == len(cells)


@pytest.mark.parametrize("value", [HOSTILE, "", "‍zero‌width", "ünïcode 日本", "\ttab\r\n", "_x005F_x0041_", '"\\'])
def test_a_value_of_the_base_is_plain_to_see_and_comes_back(value: str) -> None:
    said = base.encoded(value)
    assert json.loads(said) == value
    assert said.startswith('"')
    assert grid.cell.stored(said) == said


def test_a_value_that_no_cell_can_hold_keeps_its_digest() -> None:
    kept = base.Base(packet="p", register="", tool="t")
    kept.add("controls", "A", "description", "‍" * 8_000)
    cell = next(row for row in kept.rows() if row[0] == "cell")
    assert cell[4] == base.TOO_LONG
    assert cell[5] == base.digest("controls", "A", "description", "‍" * 8_000)


def test_charts_have_words_and_carry_the_figures_beside_them(made: bytes, sample: Packet) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        charts = sorted(name for name in parts.namelist() if re.match(r"xl/charts/chart\d+\.xml", name))
        described = re.findall(r'descr="([^"]+)"', drawing)
        assert len(described) == len(charts) == 6
        assert len(set(described)) == 6
        assert f"{sample.summary.met:,}" or described
        board = openpyxl.load_workbook(io.BytesIO(made), data_only=True)["Dashboard"]
        for name in charts:
            chart = parts.read(name).decode()
            for formula, cache in re.findall(
                r"<(?:c:)?f>([^<]*)</(?:c:)?f><(?:c:)?numCache>(.*?)</(?:c:)?numCache>", chart
            ):
                area = formula.rpartition("!")[2].replace("$", "")
                cells = [cell for row in board[area] for cell in (row if isinstance(row, tuple) else (row,))]
                assert [str(cell.value) for cell in cells] == re.findall(r"<(?:c:)?v>([^<]*)</", cache)
                assert all(isinstance(cell.value, int) for cell in cells)
    shown = {c.value: c.offset(0, 1).value for c in board["A"] if isinstance(c.offset(0, 1).value, int)}
    assert shown[sample.domains[0].title] == sample.domains[0].met
    assert {answer.text for answer, _ in sample.summary.statements_soc2} <= set(shown)


def test_a_list_past_the_end_of_a_sheet_goes_on_and_says_so(sample: Packet) -> None:
    body = workbook.workbook(sample, last_row=40)
    book = openpyxl.load_workbook(io.BytesIO(body))
    parts = [title for title in book.sheetnames if title.startswith("Evidence index")]
    assert len(parts) == -(-len(sample.evidence) // 36) > 1
    found = [row["Evidence"] for title in parts for row in rows(book, title)]
    assert found == [line.id for line in sample.evidence]
    for at, title in enumerate(parts):
        said = " ".join(str(c.value) for c in book[title][2] if c.value)
        assert f"of {len(sample.evidence):,}" in said
        following = parts[at + 1 : at + 2]
        assert re.findall(r"continues on the sheet (Evidence index \(\d+\))", said) == following
        assert title in [c.value for c in book["Read me"]["A"]]
    assert len([title for title in book.sheetnames if title.startswith(base.TITLE)]) > 1


def test_csv_holds_every_row_and_no_formula(tmp_path: Path, sample: Packet) -> None:
    finding = replace(sample.findings[0], cause='=HYPERLINK("x")', effect=" @SUM(1)", remedy="plain, with comma")
    held = replace(sample, findings=(finding, *sample.findings[1:]))
    written = {path.name: count for path, count in tables.write("csv", held, tmp_path)}
    assert written["evidence-index.csv"] == len(sample.evidence)
    assert {path.name for path in tmp_path.iterdir()} == set(written)
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as opened:
        first = next(csv.DictReader(opened))
    assert first["Condition"] == '\'=HYPERLINK("x")'
    assert first["Effect"] == "' @SUM(1)"
    assert first["How to mend it"] == "plain, with comma"
    assert first["Response"] == NOT_PROVIDED
    for path in tmp_path.iterdir():
        with path.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened):
                assert not [c for c in row if c.lstrip().startswith(("=", "+", "-", "@"))], path.name
    again = tmp_path / "again"
    list(tables.write("csv", held, again))
    assert all((again / name).read_bytes() == (tmp_path / name).read_bytes() for name in written)


def test_parquet_holds_the_same_rows(tmp_path: Path, sample: Packet) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    written = {path.name: count for path, count in tables.write("parquet", sample, tmp_path)}
    found = parquet.read_table(tmp_path / "coverage.parquet").to_pylist()
    assert len(found) == written["coverage.parquet"] == len(sample.coverage)
    assert [row["State"] for row in found] == [line.state for line in sample.coverage]
    assert found[0]["Row id"].startswith(f"{sample.coverage[0].call} | ")


@pytest.mark.parametrize("name", sheets.LAYOUTS)
def test_each_layout_says_whose_each_responsibility_is(name: str, sample: Packet, said: Register) -> None:
    out = io.BytesIO()
    workbook.write(name, sample, out, register=said)
    book = openpyxl.load_workbook(out)
    title = book.sheetnames[1]
    whose = {"fedramp-cis-crm": ("Provided by AWS", "Shared", "Provided by the customer")}.get(name) or (
        ("CSP-owned", "Shared CSP and CSC", "CSC-owned")
        if name == "caiq-ssrm"
        else ("AWS", "Shared", "The organization")
    )
    bullets = {line.id: line for domain in sample.domains for line in (*domain.aws, *domain.customer)}
    found = set()
    for row in rows(book, title):
        ident = next(value for value in row.values() if value in bullets) if any(
            value in bullets for value in row.values()
        ) else None  # fmt: skip
        if ident is None:
            continue
        found.add(ident)
        marked = [heading for heading in whose if row[heading] == "X"]
        kind = bullets[ident].kind.replace("_", " ")
        assert marked == [whose[("inherited", "shared", "customer").index(kind)]], row
    assert found == set(bullets)
    assert base.TITLE not in book.sheetnames, "nothing in it goes to the register"


def test_a_template_of_the_users_wins_and_its_faults_have_a_line(tmp_path: Path, sample: Packet) -> None:
    (tmp_path / "workbook").mkdir()
    ours = (sheets.resources.templates() / "workbook" / "responsibility-matrix.yaml").read_text("utf-8")
    mine = tmp_path / "workbook" / "responsibility-matrix.yaml"
    mine.write_text(ours.replace("heading: AWS report relied on,", "heading: Our reliance,"), "utf-8")
    book = openpyxl.load_workbook(io.BytesIO(workbook.matrix_workbook(sample, users=tmp_path)))
    assert "Our reliance" in [c.value for c in book["Matrix"][grid.HEAD]]
    for wrong, word in (
        (ours.replace("heading: AWS report relied on,", "heading: Domain,"), "twice|once"),
        (ours.replace("width: 24, kind: list, group: aws}", "edits: owner, width: 24, group: aws}", 1), "`kind`"),
        (
            ours.replace("    source: sides\n", "    source: sides\n    kind: nothing\n    item: aws.id\n"),
            "one of controls",
        ),
    ):
        assert wrong != ours
        mine.write_text(wrong, "utf-8")
        with pytest.raises(TemplateError, match=word) as raised:
            workbook.matrix_workbook(sample, users=tmp_path)
        assert re.search(r"responsibility-matrix\.yaml:\d+", str(raised.value))


def test_an_office_program_keeps_figures_lists_colours_and_the_base(made: bytes, tmp_path: Path) -> None:
    """It calculates all that it opens: what it saves is what a calculation comes to."""
    (tmp_path / "w.xlsx").write_bytes(made)
    run = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again"), str(tmp_path / "w.xlsx")],
        capture_output=True, timeout=170, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    before = openpyxl.load_workbook(io.BytesIO(made))
    again = openpyxl.load_workbook(tmp_path / "again" / "w.xlsx")
    assert read_base(again) == read_base(before)
    assert again[base.TITLE].sheet_state != "visible"

    def shown(book: openpyxl.Workbook, title: str) -> list[list[Any]]:
        return [[("" if c is None else c) for c in row] for row in book[title].iter_rows(values_only=True)]

    assert shown(again, "Dashboard") == shown(before, "Dashboard")
    sheet = again["Responsibilities"]
    assert {v.type for v in sheet.data_validations.dataValidation} == {"list", "date"}
    assert list(sheet.conditional_formatting)
    assert sheet.cell(grid.HEAD, 6).comment
    found = {row["Responsibility id"]: row for row in rows(again, "Responsibilities")}
    assert HOSTILE.partition("\n")[0] in found[BULLET]["How it is implemented"]
    assert all(c.data_type != "f" for worksheet in again for row in worksheet.iter_rows() for c in row)


def test_the_same_register_gives_the_same_bytes(sample: Packet, said: Register, made: bytes) -> None:
    assert workbook.workbook(sample, register=said) == made


def test_names_of_tables_differ_where_titles_do() -> None:
    titles = [sheet.title for name in sheets.BOOKS for sheet in sheets.read(name).sheets]
    assert len({native.table_name(title) for title in titles}) == len(set(titles))


def test_a_file_takes_its_place_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "w.xlsx"

    def interrupted() -> None:
        with folders.whole(path) as made:
            made.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(path.parent.iterdir())
    with folders.whole(path) as made:
        made.write(b"all")
    assert path.read_bytes() == b"all"
    assert [p.name for p in path.parent.iterdir()] == ["w.xlsx"]


def test_a_million_rows_wait_compressed() -> None:
    kept = Spool()
    line = "<row>" + "x" * 995 + "\n"
    for _ in range(20_000):
        kept.write(line)
    assert sum(map(len, kept.chunks())) == kept.size == 20_000 * len(line)
    assert b"".join(kept.chunks()) == line.encode() * 20_000
    assert kept._kept.tell() < kept.size / 20
