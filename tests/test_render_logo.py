"""A logo carries shapes or pixels and nothing else; whatever else it holds is refused in a sentence."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import packet_sample
import pytest
import verapdf
from PIL import Image

from srm_docs import config
from srm_docs.errors import ConfigError
from srm_docs.render import documents, logo, pdf

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="urn:i" viewBox="0 0 40 12" width="40" height="12">{}</svg>'
GOOD = SVG.format(
    '<!-- x --><i:view a="1"/><metadata>secret</metadata><defs><linearGradient id="g"><stop offset="0" '
    'stop-color="#123A5C"/></linearGradient></defs><rect width="12" height="12" style="fill:url(#g);opacity:1" '
    'onclick="x()" i:label="y" href="http://127.0.0.1:9/"/><path d="M14 1h20v10z" fill="#123A5C"/>'
)


def written(tmp_path: Path, body: str | bytes, name: str = "logo.svg") -> Path:
    path = tmp_path / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (SVG.format("<script>x()</script>"), "holds <script>"),
        (SVG.format('<image href="file:///etc/passwd"/>'), "holds <image>"),
        (SVG.format("<style>@import 'http://x'</style>"), "holds <style>"),
        (SVG.format("<foreignObject/>"), "holds <foreignObject>"),
        (SVG.format("<text>x</text>"), "holds <text>"),
        (SVG.format('<use href="#a"/>'), "holds <use>"),
        (SVG.format('<rect fill="url(http://127.0.0.1/)"/>'), "has the value"),
        (SVG.format('<rect style="fill:URL( file:///x )"/>'), "has the value"),
        (SVG.format('<rect fill-opacity=".5"/>'), "is transparent"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format(""), "document type"),
        (SVG.format("<g>"), "no SVG that can be read"),
        ("<html/>", "first element must be <svg>"),
        (SVG.format(" " * logo.LARGEST), "larger than 512 KiB"),
    ],
)
def test_what_a_logo_does_not_need_is_refused(tmp_path: Path, body: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        logo.read(written(tmp_path, body), "x")
    assert says in caught.value.message


def test_of_an_svg_only_shapes_are_kept(tmp_path: Path) -> None:
    kept = logo.read(written(tmp_path, GOOD), "x").content.decode()
    assert 'fill="url(#g)"' in kept
    assert "<path" in kept
    for gone in ("secret", "onclick", "127.0.0.1", "style", "label", "opacity", "view "):
        assert gone not in kept


def png(size: tuple[int, int] = (80, 24)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, (18, 58, 92, 128)).save(out, "PNG")
    return out.getvalue()


def test_a_png_is_written_anew_on_white(tmp_path: Path) -> None:
    made = logo.read(written(tmp_path, png(), "logo.png"), "x")
    image = Image.open(io.BytesIO(made.content))
    assert (image.mode, image.size, image.getpixel((0, 0))) == ("RGB", (80, 24), (136, 156, 173))
    for body, says in ((b"\x89PNG\r\n", "no PNG"), (png((2_001, 2_000)), "4,000,000 pixels")):
        with pytest.raises(ConfigError, match=says):
            logo.read(written(tmp_path, body, "logo.png"), "x")
    with pytest.raises(ConfigError, match="neither"):
        logo.read(written(tmp_path, b"GIF89a", "logo.gif"), "x")


@pytest.mark.parametrize("name", ["logo.svg", pytest.param("logo.png", marks=pytest.mark.slow)])
def test_the_cover_shows_it_in_conforming_bytes(tmp_path: Path, name: str) -> None:
    given = logo.read(written(tmp_path, GOOD if name.endswith("svg") else png(), name), "The sign of Example")
    packet = packet_sample.packet()
    few = dataclasses.replace(
        packet, domains=packet.domains[:1], soc2=packet.soc2[:3], annex_a=(),
        meta=dataclasses.replace(packet.meta, second="#4A6B8A", legal_name="Example Trading Limited"),
    )  # fmt: skip
    made: pdf.Pdf = documents.printed(few, "responsibility-matrix", documents.Press(logo=given))
    assert b"The sign of Example".hex() in made.content.hex() or made.pages > 2
    if not verapdf.missing():
        assert {f: verapdf.failures(made.content, f) for f in verapdf.PROFILES} == {f: {} for f in verapdf.PROFILES}


def test_branding_is_read_from_the_configuration() -> None:
    text = (
        '[organization]\nname = "Example"\nlegal_name = "Example Trading Limited"\n'
        '[branding]\nsecond = "#4A6B8A"\nlogo = "brand/logo.svg"\nlogo_words = "Example"\n'
    )
    read, faults = config.read(text)
    assert faults == ()
    assert read is not None
    assert (read.audit.legal_name, read.audit.second) == ("Example Trading Limited", "#4A6B8A")
    assert (read.logo, read.logo_words) == (Path("brand/logo.svg"), "Example")
    for second, says in (
        ("#EEEEEE", "hardly be seen"),
        ("#A01010", "colours of deviations"),
        ("blue", "must look like"),
    ):
        _, (fault,) = config.read(f'[branding]\nsecond = "{second}"\n')
        assert says in str(fault)
