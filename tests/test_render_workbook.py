"""The workbooks: complete, harmless, the same bytes each time, and readable by a real office program."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from srm_docs.packet.gaps import subject_of
from srm_docs.packet.model import Answer, Packet, Shape
from srm_docs.render import workbook
from tests.packet_sample import HOSTILE, packet

SHEETS = [
    "Read me",
    "Matrix",
    "SOC 2",
    "ISO SoA",
    "Findings",
    "Evidence index",
    "Coverage",
    "Redactions",
    "Gaps",
    "Legend",
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def sample() -> Packet:
    return packet()


@pytest.fixture(scope="module")
def made(sample: Packet) -> bytes:
    return workbook.workbook(sample)


@pytest.fixture(scope="module")
def book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


def cells(book: openpyxl.Workbook, title: str) -> list[list[str]]:
    return [["" if c is None else str(c) for c in row] for row in book[title].iter_rows(values_only=True)]


def test_every_sheet_is_there(book: openpyxl.Workbook) -> None:
    assert set(SHEETS) <= set(book.sheetnames)
    assert book.sheetnames[0] == "Read me"


def test_no_sheet_is_printed_on_more_than_two_pages_across(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.sheet_state != "visible" or sheet.page_setup.fitToWidth <= 2, sheet.title


def test_the_organizations_own_control_is_never_a_report_of_aws(sample: Packet, book: openpyxl.Workbook) -> None:
    rows = cells(book, "Matrix")
    at = rows[3].index("Control id")
    assert {row[at] for row in rows[4:]} <= {"", "NOT PROVIDED"}
    reports = {report.title for report in sample.reports}
    rows = cells(book, "CSOCs")
    assert not reports & {row[rows[3].index("Watched by our control")] for row in rows[4:]}


def test_parameters_are_numbers(book: openpyxl.Workbook) -> None:
    heads, first = (list(book["Parameters"].iter_rows(values_only=True))[at] for at in (3, 4))
    assert first[heads.index("In force")] == 90


def test_every_line_of_the_model_has_its_row(sample: Packet, book: openpyxl.Workbook) -> None:
    def column(title: str) -> set[str]:
        return {c for row in cells(book, title) for c in row}

    links = [link for d in sample.domains for r in (*d.aws, *d.customer) for link in r.links]
    assert links
    assert {link.because for link in links} <= column("Matrix")
    assert {r.id for r in sample.soc2} <= column("SOC 2")
    assert {r.id for r in sample.annex_a} <= column("ISO SoA")
    assert {f.id for f in sample.findings} <= column("Findings")
    assert {e.id for e in sample.evidence} <= column("Evidence index")
    assert {e.sha256 for e in sample.evidence} <= column("Evidence index")
    assert {c.call for c in sample.coverage} <= column("Coverage")
    assert {g.what for g in sample.gaps} <= column("Gaps")


def test_read_me_says_who_entered_an_account_and_why_nobody_did(sample: Packet) -> None:
    closed = Answer(text="Not entered: AccessDenied", shape=Shape.UNREAD)
    last = replace(sample.scope.accounts[-1], entered=closed, caller_arn="", regions=())
    scope = replace(sample.scope, accounts=(*sample.scope.accounts[:-1], last))
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(replace(sample, scope=scope))))
    said = {row[0]: row[1] for row in cells(book, "Read me")}
    for line in scope.accounts[:-1]:
        assert said[f"{line.id} {line.name}".strip()].startswith(f"Entered as {line.caller_arn}; ")
    assert said[f"{last.id} {last.name}".strip()].startswith("Not entered: AccessDenied; none")


def test_sheets_are_set_up_for_screen_and_print(book: openpyxl.Workbook) -> None:
    for title in SHEETS[1:]:
        sheet = book[title]
        assert sheet.freeze_panes, title
        assert sheet.auto_filter.ref or sheet.tables, title
        assert sheet.page_setup.orientation == "landscape", title
        assert sheet.print_title_rows, title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, title
        assert not sheet.merged_cells.ranges, title
        assert "not audited" in (sheet.oddFooter.left.text or ""), title
        assert "&P" in (sheet.oddFooter.right.text or ""), title


def test_links_lead_somewhere(made: bytes, sample: Packet, book: openpyxl.Workbook) -> None:
    files = {e.file for e in sample.evidence if e.file}
    inside = outside = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                link = cell.hyperlink
                if link is None:
                    continue
                if link.location:
                    title, _, place = link.location.rpartition("!")
                    target = book[title.strip("'").replace("''", "'")][place.replace("$", "")]
                    assert target.value is not None, link.location
                    inside += 1
                else:
                    assert link.target in files, link.target
                    outside += 1
    assert inside
    assert outside


def first_column(book: openpyxl.Workbook, title: str, heading: str) -> list[tuple[str, Any]]:
    """What each cell of a column says, and its link."""
    sheet = book[title]
    at = [c.value for c in sheet[4]].index(heading) + 1
    column = [sheet.cell(row, at) for row in range(5, sheet.max_row + 1)]
    return [(str(c.value), c.hyperlink) for c in column if c.value not in {None, "", "NOT PROVIDED"}]


def test_each_first_evidence_id_leads_to_its_row(sample: Packet, book: openpyxl.Workbook) -> None:
    """A cell has one link and an office program does not wrap it, so the first id stands alone."""
    several, indexed = 0, {line.id for line in sample.evidence}  # the sample also cites two that it does not list
    for title in book.sheetnames:
        heads = [str(c.value) for c in book[title][4]]
        for heading in {"Evidence", "Evidence of that part"} & {*heads} if title != "Evidence index" else ():
            for said, link in first_column(book, title, heading):
                assert (link is None) == (said not in indexed), (title, said)
                if link is None:
                    continue
                sheet, _, place = link.location.rpartition("!")
                assert book[sheet.strip("'")][place].value == said
            further = heading.replace("Evidence", "Further evidence")
            assert (further in heads) == (title != "Redactions"), title
            for said, link in first_column(book, title, further) if further in heads else ():
                assert link is None, (title, said)
                several += 1
    assert several
    ids = [ident for line in sample.tests for ident in line.evidence[1:]]
    assert {*", ".join(said for said, _ in first_column(book, "Tests", "Further evidence")).split(", ")} <= {*ids}


def test_each_gap_of_a_criterion_or_control_leads_to_its_row(sample: Packet) -> None:
    gaps = tuple(
        replace(sample.gaps[0], subject=subject_of(line), what=f"{line.id} is missed")
        for line in (sample.soc2[0], sample.annex_a[0], sample.clauses[0])
    )
    held = openpyxl.load_workbook(io.BytesIO(workbook.workbook(replace(sample, gaps=(*gaps, sample.gaps[0])))))
    found = first_column(held, "Gaps", "Criterion, control or clause")
    clause = sample.clauses[0].id.removeprefix("clause-")  # as the standard names it
    assert [said for said, _ in found][:3] == [sample.soc2[0].id, sample.annex_a[0].id, clause]
    assert [link.location.rpartition("!")[0].strip("'") for _, link in found][:3] == ["SOC 2", "ISO SoA", "ISO clauses"]


def test_the_responsibility_matrix_opens_the_files(sample: Packet) -> None:
    files = {e.id: e.file for e in sample.evidence if e.file}
    held = openpyxl.load_workbook(io.BytesIO(workbook.matrix_workbook(sample)))
    found = [
        (said, link.target if link else None)
        for heading in ("Evidence", "Evidence of that part")
        for said, link in first_column(held, "Matrix", heading)
    ]
    assert found
    assert all(target == files.get(said) for said, target in found), found


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/x",
        "file:///etc/passwd",
        "evidence/../../x",
        "evidence/a b",
        "\\\\host\\share",
        '=HYPERLINK("x")',
    ],
)
def test_no_link_leads_out_of_the_packet(path: str, sample: Packet) -> None:
    lines = tuple(replace(line, file=path) for line in sample.evidence)
    for body in (workbook.workbook(bad := replace(sample, evidence=lines)), workbook.matrix_workbook(bad)):
        held = openpyxl.load_workbook(io.BytesIO(body))
        links = [c.hyperlink for sheet in held for row in sheet.iter_rows() for c in row if c.hyperlink]
        assert not [link.target for link in links if link.target]
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            assert not [n for n in parts.namelist() if n.startswith("xl/worksheets/_rels") and b"evil" in parts.read(n)]


def hostile(sample: Packet, text: str) -> Packet:
    finding = sample.findings[0]
    resource = replace(finding.resources[0], name=text, note=text)
    changed = replace(finding, resources=(resource, *finding.resources[1:]), cause=text)
    return replace(sample, findings=(changed, *sample.findings[1:]))


ATTACKS = [
    '=HYPERLINK("http://evil.example/","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", "#REF!", "TRUE",
    "_x0041_", "a\x00b\x07c\x1b[31m", "\ud800lone", "\ufffe", "\u202egnp.exe", "x" * 40_000, "<script>&amp;]]>", "https://evil.example/",
    "{{ 7*7 }}", "1e999", "'quoted",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_cloud_strings_are_text(attack: str, sample: Packet) -> None:
    body = workbook.workbook(hostile(sample, attack))
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert not [n for n in parts.namelist() if "externalLink" in n or "vbaProject" in n]
        for name in parts.namelist():
            text = parts.read(name)
            if name.startswith("xl/worksheets/sheet"):
                root = ET.fromstring(text)
                assert not list(root.iter(f"{MAIN}f")), f"{name} holds a formula"
                assert all(c.get("t") != "e" for c in root.iter(f"{MAIN}c")), f"{name} holds an error value"
            if name.endswith(".rels"):
                assert b"evil.example" not in text
    book = openpyxl.load_workbook(io.BytesIO(body))
    held = [c for row in cells(book, "Findings") for c in row]
    start = re.sub(r"[^\w=+@#<{'-].*", "", attack.lstrip("\t"))[:8]
    assert any(start in c for c in held)
    assert all(len(c) <= 32_767 for c in held)
    assert not any(re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\u202e]", c) for c in held)
    if len(attack) > 32_767:
        assert any(re.search(r"more characters", c) for c in held), "a cut must be said"


def test_office_program_shows_what_was_written(sample: Packet, tmp_path: Path) -> None:
    text = '=HYPERLINK("http://evil.example/","x") _x0041_'
    (tmp_path / "w.xlsx").write_bytes(workbook.workbook(hostile(sample, text)))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    run = subprocess.run(
        [*command, "--outdir", str(tmp_path / "again"), str(tmp_path / "w.xlsx")],
        capture_output=True,
        timeout=170,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    again = openpyxl.load_workbook(tmp_path / "again" / "w.xlsx")
    assert set(SHEETS) <= set(again.sheetnames)
    shown = [c for row in cells(again, "Findings") for c in row]
    assert any(text in c for c in shown)
    ids = {c for row in cells(again, "Evidence index") for c in row}
    assert {e.id for e in sample.evidence} <= ids


AGAIN = """
import hashlib, sys
if sys.argv[1] == "weasyprint first":
    import weasyprint
from srm_docs.render import workbook
from tests.packet_sample import packet
p = packet()
print(hashlib.sha256(workbook.workbook(p)).hexdigest(), hashlib.sha256(workbook.matrix_workbook(p)).hexdigest())
"""


@pytest.mark.parametrize("order", ["weasyprint first", "alone"])
def test_same_bytes_in_another_process_zone_and_order_of_imports(order: str, made: bytes, sample: Packet) -> None:
    """WeasyPrint changes a global table of XML prefixes when it is imported; ours must not depend on it."""
    env = {**os.environ, "PYTHONHASHSEED": "99", "TZ": "Asia/Kathmandu", "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", AGAIN, order], env=env, capture_output=True, text=True, check=True)
    matrix = workbook.matrix_workbook(sample)
    assert run.stdout.split() == [hashlib.sha256(made).hexdigest(), hashlib.sha256(matrix).hexdigest()]


def test_no_clock_in_the_file(made: bytes, sample: Packet) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {i.date_time for i in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r"W3CDTF\">([^<]*)<", core)) == {f"{sample.meta.generated:%Y-%m-%dT%H:%M:%SZ}"}


def test_many_lines_take_bounded_memory_and_stay_whole(sample: Packet) -> None:
    lines = tuple(replace(sample.coverage[0], call=f"ec2:Call{n}") for n in range(20_000))
    body = workbook.workbook(replace(sample, coverage=lines))
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    found = {str(row[0]) for row in book["Coverage"].iter_rows(values_only=True)} | {
        str(c) for row in book["Coverage"].iter_rows(values_only=True, max_col=3) for c in row
    }
    assert {"ec2:Call0", "ec2:Call19999"} <= found


def test_the_sample_is_hostile_itself(book: openpyxl.Workbook) -> None:
    assert HOSTILE
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)
