"""PDF/A-3a and PDF/UA-1, judged by veraPDF: the sample with hostile strings, and every glyph we claim."""

from __future__ import annotations

import html as markup

import pytest
import render_sample
import verapdf

from srm_docs.render import assets, pdf, text

pytestmark = pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
FLAVOURS = pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
PAGE = (
    '<!doctype html><html lang="en"><head><title>t</title>'
    '<link rel="stylesheet" href="srm-asset:css/tokens.css">'
    '<link rel="stylesheet" href="srm-asset:css/text.css"></head><body><h1>t</h1>{}</body></html>'
)


@pytest.fixture(scope="module")
def sample() -> bytes:
    return render_sample.printed().content


@pytest.fixture(scope="module")
def glyphs() -> bytes:
    sans, mono = (
        markup.escape(" ".join(text.visible(chr(c), face=f) for c in sorted(text.coverage(f))))
        for f in ("sans", "mono")
    )
    dressed = f'<p>{sans}</p><p><b>{sans}</b></p><p class="lead">{sans}</p><p class="id">{mono}</p>'
    return pdf.write(PAGE.format(dressed), assets=assets.bundled()).content


@FLAVOURS
def test_the_sample_conforms(sample: bytes, flavour: str) -> None:
    assert verapdf.failures(sample, flavour) == {}


@FLAVOURS
def test_every_covered_character_is_drawn_in_every_face(glyphs: bytes, flavour: str) -> None:
    assert verapdf.failures(glyphs, flavour) == {}


@pytest.mark.parametrize(
    ("body", "flavour"),
    [
        ("<p>漢</p>", "PDFA_3_A"),
        ("<p>\ue000</p>", "PDFUA_1"),
        ("<h3>skipped</h3>", "PDFUA_1"),
        ('<p style="opacity: .5">x</p>', "PDFUA_1"),
        ("<svg width='9' height='9'><rect width='9' height='9'/></svg>", "PDFUA_1"),
        ('<p id="x"><a href="#x"><b>x</b></a></p>', "PDFUA_1"),
    ],
)
def test_the_judge_finds_what_is_wrong(body: str, flavour: str) -> None:
    made = pdf.write(PAGE.format(body), assets=assets.bundled())
    assert verapdf.failures(made.content, flavour)
