"""The whole path, once: what a person gets from `srm-docs build --demo` holds what the project promises."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest

import srm_docs.checks
from srm_docs import demo
from srm_docs.catalog.load import load
from srm_docs.checks.observation import Status
from srm_docs.declare import items
from srm_docs.findings.rollup import ReportState, Statement
from srm_docs.packet import description, letters, recorded
from srm_docs.resources import controls
from tests.verdict_words import REQUIREMENT, VERDICT, Prose, verdicts

EXPECTED = {
    "executive-summary.pdf", "responsibility-matrix.pdf", "responsibility-matrix.xlsx", "soc2-packet.pdf",
    "iso27001-packet.pdf", "management-assertion.pdf", "bridge-letter.pdf",
    "workbook.xlsx", "findings.json", "coverage.json", "evidence-index.json", "inputs.json", "contents.json",
    "manifest.json", "SHA256SUMS",
}  # fmt: skip


Books = dict[str, list[tuple[str, list[list[str]]]]]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def pdf_text(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def sheets(body: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    for sheet in book:
        yield sheet.title, [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def books(demo_packet: Path) -> Books:
    """Both workbooks, read once: name -> title and rows of each sheet."""
    names = ("workbook.xlsx", "responsibility-matrix.xlsx")
    return {name: list(sheets((demo_packet / name).read_bytes())) for name in names}


def squeezed(text: str) -> str:
    """One space between words, and the apostrophes of sources, of which print makes its own."""
    return re.sub(r"\s+", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@pytest.fixture(scope="module")
def texts(demo_packet: Path) -> dict[str, str]:
    return {p.name: squeezed(pdf_text(p.read_bytes())) for p in sorted(demo_packet.glob("*.pdf"))}


def test_the_packet_is_whole(demo_packet: Path) -> None:
    names = {name for name, _ in files(demo_packet)}
    assert names >= EXPECTED
    assert any(n.startswith("evidence/EV-") for n in names)
    assert any(n.startswith("catalog/domains/") for n in names)


def test_matrix_and_workbook_hold_every_bullet_and_link(books: Books, texts: dict[str, str]) -> None:
    catalog = load(controls())
    real = [r for r in catalog.responsibilities if r.links]
    assert len(real) == 39
    for r in real:
        assert squeezed(r.text) in texts["responsibility-matrix.pdf"], r.id
    links = [(r.id, link.requirement, link.because) for r in real for link in r.links]
    assert len(links) == 430
    for name, book in books.items():
        cells = {squeezed(c) for _, rows in book for row in rows for c in row}
        for bullet, requirement, because in links:
            assert squeezed(because) in cells, (name, bullet, requirement)
    matrix = texts["responsibility-matrix.pdf"].replace(" ", "").replace("\u00ad", "")
    missing = [(b, q) for b, q, because in links if because.replace(" ", "") not in matrix]
    assert not missing


def haystacks(output: Path) -> Iterator[tuple[str, bytes]]:
    """Every byte under output/, and what is packed inside workbooks and PDFs."""
    for name, body in files(output):
        yield name, body
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                yield from ((f"{name}:{part}", book.read(part)) for part in book.namelist())
        if name.endswith(".pdf"):
            yield f"{name}:text", pdf_text(body).encode("utf-8", "surrogatepass")
            with pikepdf.open(io.BytesIO(body)) as pdf:
                for number, thing in enumerate(pdf.objects):
                    if isinstance(thing, pikepdf.Stream):
                        yield f"{name}:{number}", thing.read_bytes(pikepdf.StreamDecodeLevel.generalized)


def test_no_planted_secret_is_anywhere_under_output(demo_output: Path) -> None:
    needles = {
        line.encode(): where
        for where, secret in demo.PLANTED.items()
        for line in (secret, *secret.splitlines())
        if len(line) > 15 and not line.startswith("-----")
    }
    assert len(needles) >= len(demo.PLANTED)
    found = [(name, needles[n]) for name, body in haystacks(demo_output) for n in needles if n in body]
    assert not found


def test_the_redaction_key_stays_in_the_store(demo_output: Path, demo_packet: Path) -> None:
    key = demo_output / "evidence" / "redaction.key"
    assert key.stat().st_mode & 0o777 == 0o600
    body = key.read_bytes()
    for name, content in files(demo_packet):
        assert body not in content, name
        assert body.hex().encode() not in content, name


@pytest.fixture(scope="module")
def prose(demo_packet: Path) -> Prose:
    """The catalog that the packet carries, the checks with their notes, and the blanks that management fills in.

    None of them judges a criterion: what the letters and the description say is unsigned, and management's to strike.
    """
    catalog = [p.read_text(encoding="utf-8") for p in sorted((demo_packet / "catalog").rglob("*.yaml"))]
    source = Path(srm_docs.checks.__file__).parent
    blanks = [Path(module.__file__) for module in (letters, description, recorded, items)]
    return Prose([*catalog, *(p.read_text(encoding="utf-8") for p in (*sorted(source.rglob("*.py")), *blanks))])


def test_no_check_knows_of_a_criterion() -> None:
    """What a check says is prose to the search below, because it speaks of resources and of nothing else."""
    for path in sorted(Path(srm_docs.checks.__file__).parent.rglob("*.py")):
        assert not REQUIREMENT.search(path.read_text(encoding="utf-8")), path


def test_the_search_finds_verdicts(prose: Prose) -> None:
    for said in (
        "CC6.1 Logical access Met",
        "A.8.24 Use of cryptography: not met",
        "Criterion CC7.2 passes",
        "The control A.5.1 is compliant, 4 of 4",
        "CC6.6 was operating effectively",
        "Met Met, 2 of 2",
        "PI1.1 FAILED",
        "A.5.9 conforms to the standard",
    ):
        assert list(verdicts(said, prose, of_tests=True)), said
    for said in ("Every delivery stream encrypts what passes through it", "Population: 2. Met, 2 of 2 EV-WKADCSQN"):
        assert not list(verdicts(said, prose, of_tests=True)), said
    assert list(verdicts("Met, 2 of 2", prose, of_tests=False))


def test_no_verdict_is_printed_but_of_a_counted_self_test(texts: dict[str, str], prose: Prose) -> None:
    """In a PDF, Met stands with a self-test's count or in the key; no other word of a verdict stands anywhere."""
    for name, text in texts.items():
        assert not list(verdicts(text, prose, of_tests=True)), name


OF_TESTS = {"Findings", "Tests"}
"""Sheets whose rows are self-tests, with the criteria and controls that each bears on."""


def test_no_verdict_stands_in_a_row_of_a_criterion(books: Books, prose: Prose) -> None:
    searched = set()
    for name, book in books.items():
        for title, rows in book:
            for row in rows:
                if any(REQUIREMENT.search(c) for c in row):
                    searched.add(title)
                    said = [s for c in row for s in verdicts(c, prose, of_tests=title in OF_TESTS)]
                    assert not said, (name, title, row[0], said)
    assert searched >= OF_TESTS | {"SOC 2", "SOC 2 control matrix", "ISO SoA", "ISO control matrix", "ISO clauses"}
    assert searched >= {"Matrix", "Links", "By SOC 2", "By ISO", "CSOCs", "AWS CUECs"}


READ = ("coverage.json", "rows.shape")
"""The mark of a read that was answered in full has the name of a test's."""
WORDS = {str(status) for status in Status}


def _strings(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text in JSON data with its path; list indices are left out."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, where)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{where}.{key}".lstrip("."))


def test_no_verdict_stands_beside_a_criterion_in_json(demo_packet: Path, prose: Prose) -> None:
    """A requirement is said of in findings.json alone, in one of seven statements; no status is beside it."""
    data = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in sorted(demo_packet.glob("*.json"))}
    assert set(data) == {name for name in EXPECTED if name.endswith(".json")}
    named = {(name, where) for name, body in data.items() for where, said in _strings(body) if REQUIREMENT.search(said)}
    # a document that management brings names what it is for, and says no more of it
    assert named == {("findings.json", "requirements.id"), ("evidence-index.json", "provided.requirements")}
    judged = {
        (name, where)
        for name, body in data.items()
        for where, said in _strings(body)
        if said.casefold() in WORDS - {"not applicable"} or (VERDICT.fullmatch(said) and name != "evidence-index.json")
    }
    of_tests = ("checks.status", "checks.places.status", "checks.places.judged.status", "responsibilities.status")
    assert judged == {READ, *(("findings.json", where) for where in of_tests)}
    ids = {check["id"] for check in data["findings.json"]["checks"]}
    for requirement in data["findings.json"]["requirements"]:
        assert set(requirement) == {
            "deviating", "framework", "id", "primary_tests", "recorded", "refused", "report", "report_reviewed",
            "statement", "supporting_tests",
        }  # fmt: skip
        assert requirement["report_reviewed"] in {True, False}
        assert requirement["statement"] in set(Statement)
        assert requirement["report"] in set(ReportState)
        tests = [requirement[key] for key in ("deviating", "refused", "primary_tests", "supporting_tests")]
        assert {test for named in tests for test in named} <= ids
    for name in ("contents.json", "manifest.json", "coverage.json", "inputs.json"):
        ours = [text for where, text in _strings(data[name]) if (name, where) != READ and text not in ids]
        said = [s for text in ours for s in verdicts(text, prose, of_tests=False)]
        assert not said, name


def test_every_page_says_whose_it_is_and_that_it_is_not_audited(demo_packet: Path) -> None:
    for path in sorted(demo_packet.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path.read_bytes())
        for number, page in enumerate(document, 1):
            text = squeezed(page.get_textpage().get_text_range())
            assert "Prepared by management, not audited" in text, (path.name, number)
            assert demo.ORGANIZATION in text, (path.name, number)
            assert f"{number} of {len(document)}" in text, (path.name, number)
            assert re.search(r"(?i)\bdemo(nstration)?\b", text), (path.name, number)


def test_page_one_says_what_a_reader_must_know_first(demo_packet: Path) -> None:
    for name in ("soc2-packet.pdf", "iso27001-packet.pdf"):
        first = squeezed(pypdfium2.PdfDocument((demo_packet / name).read_bytes())[0].get_textpage().get_text_range())
        for needed in ("shows that time only", "out of scope", "answered in full", "Worst finding", "NOT PROVIDED"):
            assert needed in first, (name, needed)
    soc2 = squeezed(
        pypdfium2.PdfDocument((demo_packet / "soc2-packet.pdf").read_bytes())[0].get_textpage().get_text_range()
    )
    assert "Operation over the period is not evidenced" in soc2


BUILD = (
    "import sys; from srm_docs.cli import main; main(['build', '--from', 'latest', '--output', sys.argv[1], '--quiet'])"
)


ONE_DOCUMENT = (
    "from srm_docs.render import documents; kinds = documents.KINDS;"
    "documents.KINDS = {n: k for n, k in kinds.items() if n == 'executive-summary'};"
)
"""Printing all of them again takes two minutes of processor time."""


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["one document", "whole"])
def test_the_same_snapshot_gives_the_same_bytes(
    every: bool, demo_output: Path, demo_packet: Path, tmp_path: Path
) -> None:
    """Another hash seed, time zone, locale and folder: every file is the same."""
    other = tmp_path / "an other place"
    shutil.copytree(demo_output / "evidence", other / "evidence")
    env = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C.UTF-8",
        "HOME": str(tmp_path),
    }
    env["PYTHONPATH"] = str(Path(__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", BUILD if every else ONE_DOCUMENT + BUILD, str(other)],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    again = {n: hashlib.sha256(b).hexdigest() for n, b in files((other / "packets" / "latest").resolve())}
    first = {n: hashlib.sha256(b).hexdigest() for n, b in files(demo_packet)}
    if not every:
        left_out = {name for name in first if name.endswith(".pdf")} - {"executive-summary.pdf"}
        assert left_out == set(first) - set(again)
        for name in (*left_out, "manifest.json", "SHA256SUMS"):  # the last two name the others
            first.pop(name), again.pop(name, None)
    assert again == first
    assert (other / "packets" / "latest").resolve().name == demo_packet.name


def test_building_again_says_already_built(demo_output: Path, demo_packet: Path) -> None:
    stamp = {name: (demo_packet / name).stat().st_mtime_ns for name, _ in files(demo_packet)}
    run = subprocess.run(
        [sys.executable, "-c", BUILD, str(demo_output)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert run.returncode == 0, run.stderr
    assert "Already built" in run.stdout
    assert stamp == {name: (demo_packet / name).stat().st_mtime_ns for name, _ in files(demo_packet)}


def test_the_packet_verifies(demo_packet: Path) -> None:
    from srm_docs.verify.open import verify

    report = verify(demo_packet)
    assert report.sound, report.lines()
    assert any("as stated" in line or "same" in line for line in report.lines()), report.lines()
