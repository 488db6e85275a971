"""The whole path, once: what a person gets from `srm-docs build --demo` holds what the project promises."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest

from srm_docs import demo
from srm_docs.catalog.load import load
from srm_docs.resources import controls

EXPECTED = {
    "responsibility-matrix.pdf", "responsibility-matrix.xlsx", "soc2-packet.pdf", "iso27001-packet.pdf",
    "workbook.xlsx", "findings.json", "coverage.json", "evidence-index.json", "inputs.json", "contents.json",
    "manifest.json", "SHA256SUMS",
}  # fmt: skip


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


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def texts(demo_packet: Path) -> dict[str, str]:
    return {p.name: squeezed(pdf_text(p.read_bytes())) for p in sorted(demo_packet.glob("*.pdf"))}


def test_the_packet_is_whole(demo_packet: Path) -> None:
    names = {name for name, _ in files(demo_packet)}
    assert names >= EXPECTED
    assert any(n.startswith("evidence/EV-") for n in names)
    assert any(n.startswith("catalog/domains/") for n in names)


def test_matrix_and_workbook_hold_every_bullet_and_link(demo_packet: Path, texts: dict[str, str]) -> None:
    catalog = load(controls())
    real = [r for r in catalog.responsibilities if r.links]
    assert len(real) == 39
    for r in real:
        assert squeezed(r.text) in texts["responsibility-matrix.pdf"], r.id
    links = [(r.id, link.requirement, link.because) for r in real for link in r.links]
    assert len(links) == 430
    for name in ("workbook.xlsx", "responsibility-matrix.xlsx"):
        cells = {squeezed(c) for _, rows in sheets((demo_packet / name).read_bytes()) for row in rows for c in row}
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


# As verdicts; "passes through it" and "may pass a role" are plain English.
FORBIDDEN = re.compile(
    r"\b(compliant|satisf(?:y|ies|ied)|pass(?:ed|es)?\b(?! (?:through|on\b|every|any|a role|roles)))", re.IGNORECASE
)
REQUIREMENT = re.compile(r"^(CC\d\.\d|A1\.\d|C1\.\d|PI1\.\d|P\d\.\d|A\.[5-8]\.\d{1,2}|clause-\d+(\.\d+)*)$")


def test_no_word_of_an_opinion_stands_beside_a_criterion(demo_packet: Path, texts: dict[str, str]) -> None:
    """Met belongs to tests and bullets; the other words belong nowhere."""
    for name, text in texts.items():
        found = {m.group(0) for m in FORBIDDEN.finditer(text)}
        assert not found, f"{name} says {found}"
    for name in ("workbook.xlsx", "responsibility-matrix.xlsx"):
        for title, rows in sheets((demo_packet / name).read_bytes()):
            for row in rows:
                assert not any(FORBIDDEN.search(c) for c in row), (name, title, row)
                if row and any(REQUIREMENT.match(c) for c in row[:3]):
                    assert not any(re.match(r"(?i)met\b", c) for c in row), (name, title, row)
    for name in ("findings.json", "coverage.json", "inputs.json"):
        body = (demo_packet / name).read_text()
        assert not FORBIDDEN.search(body), name


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
        for needed in ("shows that time only", "out of scope", "answered whole", "Worst finding", "NOT PROVIDED"):
            assert needed in first, (name, needed)
    soc2 = squeezed(
        pypdfium2.PdfDocument((demo_packet / "soc2-packet.pdf").read_bytes())[0].get_textpage().get_text_range()
    )
    assert "Operation over the period is not evidenced" in soc2


BUILD = (
    "import sys; from srm_docs.cli import main; main(['build', '--from', 'latest', '--output', sys.argv[1], '--quiet'])"
)


def test_the_same_snapshot_gives_the_same_bytes(demo_output: Path, demo_packet: Path, tmp_path: Path) -> None:
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
        [sys.executable, "-c", BUILD, str(other)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    again = {n: hashlib.sha256(b).hexdigest() for n, b in files((other / "packets" / "latest").resolve())}
    first = {n: hashlib.sha256(b).hexdigest() for n, b in files(demo_packet)}
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
