"""PDF: only bundled assets are read, hostile strings are text, the bytes depend on the input only."""

from __future__ import annotations

import builtins
import datetime as dt
import gc
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import render_sample

from srm_docs.errors import ConfigError, MissingLibrary, TemplateError
from srm_docs.render import assets, pdf, text

HERE = Path(__file__).parent
HEAD = '<!doctype html><html lang="en"><head><title>t</title>{}</head><body><h1>t</h1>{}</body></html>'


@pytest.fixture(scope="module")
def sample() -> pdf.Pdf:
    return render_sample.printed()


def words(content: bytes) -> str:
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(content)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_sample_prints_without_a_complaint(sample: pdf.Pdf) -> None:
    assert sample.warnings == ()
    assert sample.pages == len(pikepdf.open(io.BytesIO(sample.content)).pages)


def test_complaints_are_kept() -> None:
    made = pdf.write(HEAD.format("<style>p { colr: red }</style>", "<p>x</p>"), assets={})
    assert any("colr" in said for said in made.warnings)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<img alt="x" src="http://127.0.0.1:9/x.png">'),
        ("", '<img alt="x" src="file:///etc/passwd">'),
        ("", '<img alt="x" src="data:image/svg+xml,<svg/>">'),
        ("", '<img alt="x" src="srm-asset:fonts/../../x.png">'),
        ("", '<a rel=attachment href="file:///etc/passwd">x</a>'),
        ('<link rel=attachment href="file:///etc/passwd">', ""),
        ('<link rel=stylesheet href="https://example.com/x.css">', ""),
        ("<style>@import url(http://127.0.0.1:9/x.css)</style>", ""),
        ("<style>p { background: url(file:///etc/hostname) }</style>", "<p>x"),
        (
            "<style>@font-face { font-family: z; src: url(http://[::1]:9/f) } p { font-family: z }</style>",
            "<p>x",
        ),
        ("", '<svg width="9" height="9"><image href="http://127.0.0.1:9/x" width="9" height="9"/></svg>'),
        ("", '<object data="file:///etc/passwd"></object>'),
    ],
)
def test_the_fetcher_refuses_everything_that_is_not_bundled(head: str, body: str) -> None:
    with pytest.raises(TemplateError, match="not bundled"):
        pdf.write(HEAD.format(head, body), assets=assets.bundled())


def test_hostile_strings_are_printed_as_text(sample: pdf.Pdf) -> None:
    said = "".join(words(sample.content).replace("\ufffe", "").split())
    for name in (
        "markup",
        "css",
        "link",
        "template",
        "formula",
        "bidi",
        "hebrew arabic",
        "private",
        "surrogate",
    ):
        shown = "".join(text.visible(render_sample.HOSTILE[name]).split())
        assert shown in said.replace("\u200b", ""), name
    document = pikepdf.open(io.BytesIO(sample.content))
    assert not document.attachments
    for page in document.pages:
        for note in page.get("/Annots", []):
            assert "/A" not in note or note.A.S != "/URI"
            assert "/Dest" in note or note.A.S == "/GoTo"


def test_running_lines_are_on_every_page(sample: pdf.Pdf) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    for number, page in enumerate(pdfium.PdfDocument(sample.content), 1):
        said = page.get_textpage().get_text_range()
        assert "Prepared by management, not audited" in said
        assert f"Page {number} of {sample.pages}" in said
        assert "Snapshot 3f9a7c21" in said
        assert "Example Ltd" in said


def test_only_our_faces_are_embedded(sample: pdf.Pdf) -> None:
    document = pikepdf.open(io.BytesIO(sample.content))
    fonts = {str(font.BaseFont).partition("+")[2] for page in document.pages for font in page.Resources.Font.values()}
    assert fonts == {"IBM-Plex-Sans", "IBM-Plex-Sans-Light", "IBM-Plex-Sans-Semi-Bold", "IBM-Plex-Mono"}


def test_same_bytes_under_another_hash_seed_zone_locale_and_folder(sample: pdf.Pdf, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(HERE / "render_sample.py"), str(tmp_path / "again.pdf")],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "LC_ALL": "C",
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": str(HERE.parent),
            "TZ": "Asia/Tokyo",
        },
    )
    again = (tmp_path / "again.pdf").read_bytes()
    assert hashlib.sha256(again).digest() == hashlib.sha256(sample.content).digest()


def test_attachments_are_dated_by_the_snapshot() -> None:
    at = dt.datetime(2026, 7, 3, 4, 12, tzinfo=dt.UTC)
    carried = pdf.Attached(name="contents.json", content=b"{}", description="List of contents", at=at)
    made = [pdf.write(HEAD.format("", ""), assets={}, attachments=[carried]).content for _ in range(2)]
    assert made[0] == made[1]
    document = pikepdf.open(io.BytesIO(made[0]))  # named, because pikepdf crashes when it dies before its parts
    file = document.attachments["contents.json"]
    assert file.get_file().read_bytes() == b"{}"
    assert str(file.obj.AFRelationship) == "/Data"


def test_a_long_documents_layout_is_gone_before_files_are_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 190 pages it is hundreds of MiB, and the bytes are those of a document that kept it."""
    at = dt.datetime(2026, 7, 3, 4, 12, tzinfo=dt.UTC)
    carried = pdf.Attached(name="contents.json", content=b"{}", description="List of contents", at=at)
    there: list[int] = []
    mend = pdf._mend_attachments

    def counted(*given: Any) -> None:
        there.append(sum(type(thing).__name__ == "PageBox" for thing in gc.get_objects()))
        mend(*given)

    monkeypatch.setattr(pdf, "_mend_attachments", counted)
    page = HEAD.format("", "<p>one<p style='break-before: page'>two")
    kept = pdf.write(page, assets={}, attachments=[carried])
    monkeypatch.setattr(pdf, "_LONG", 1)
    assert pdf.write(page, assets={}, attachments=[carried]) == kept
    assert kept.pages == 2
    assert there == [2, 0]


def test_gc_and_environment_are_as_before() -> None:
    before = os.environ.get("FONTCONFIG_FILE")
    pdf.write(HEAD.format("", ""), assets={})
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert os.environ.get("FONTCONFIG_FILE") == before


def test_missing_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0': error 0x7e")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingLibrary) as caught:
        pdf.write("", assets={})
    assert "libpango-1.0-0" in caught.value.message
    assert caught.value.hint.startswith("sudo apt-get install -y libpango-1.0-0")


def test_letter_paper() -> None:
    document = pikepdf.open(io.BytesIO(render_sample.printed("letter").content))
    box = document.pages[0].MediaBox
    assert [round(float(side)) for side in box] == [0, 0, 612, 792]


@pytest.mark.parametrize("accent", ["red", "#12345", "#123A5C;}", "#FFEEDD", "#8A2311", "#7A5300", "#777777"])
def test_an_accent_that_hides_or_misleads_is_refused(accent: str) -> None:
    with pytest.raises(ConfigError):
        pdf.brand_css(accent)


@pytest.mark.parametrize("accent", ["#123A5C", "#006644", "#5b2a86", "#333333"])
def test_an_accent_is_served_as_css(accent: str) -> None:
    ours = accent.upper()
    assert pdf.brand_css(accent) == f":root {{ --brand-accent: {ours}; --brand-second: {ours}; }}\n".encode()
    assert b"--brand-second: #FFCC00" in pdf.brand_css(accent, "#ffcc00")


def test_rendering_starts_without_weasyprint() -> None:
    code = "import sys; from srm_docs.render import pdf, html, charts; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(HERE.parent)})
