"""A logo from the user's folder -> an image that carries nothing but shapes or pixels, or a sentence why not.

A PNG is decoded and written anew on white, without metadata. Of an SVG only shapes, gradients and their plain
attributes are kept: no script, style sheet, text, image or address can come along, and no transparency, which fails
PDF/UA.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from srm_docs.errors import ConfigError

LARGEST: Final = 512 << 10
"""Bytes of the file."""
MOST_PIXELS: Final = 4_000_000
_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    "svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop clipPath".split()  # noqa: SIM905
)
_DROPPED: Final = frozenset({"title", "desc", "metadata"})
_ATTRIBUTES: Final = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points viewBox preserveAspectRatio transform offset fill "  # noqa: SIM905
    "stroke fill-rule clip-rule clip-path clipPathUnits stroke-width stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-dasharray stop-color gradientUnits gradientTransform spreadMethod".split()
)
_OPACITY: Final = frozenset({"opacity", "fill-opacity", "stroke-opacity", "stop-opacity"})
_VALUE: Final = re.compile(r"[\w\s.,:;#%()+*/-]*")
_ADDRESS: Final = re.compile(r"url\(\s*(?!#[\w.-]+\s*\))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """An image as the asset `name`; `words` is its alternative text."""

    name: str
    content: bytes
    words: str


def read(path: Path, words: str) -> Logo:
    """Read a logo. Raises ConfigError for what cannot be read, is too large, or holds what a logo does not need."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from error
    if len(body) > LARGEST:
        raise _wrong(path, f"is larger than {LARGEST >> 10} KiB")
    if path.suffix.lower() == ".png":
        return Logo(name="logo.png", content=_png(path, body), words=words)
    if path.suffix.lower() == ".svg":
        return Logo(name="logo.svg", content=_svg(path, body), words=words)
    raise _wrong(path, "is neither .png nor .svg")


def _wrong(path: Path, why: str) -> ConfigError:
    return ConfigError(f"The logo {path} {why}.", hint="Give a PNG, or an SVG of plain shapes, under [branding].")


def _png(path: Path, body: bytes) -> bytes:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(body), formats=["PNG"]) as image:
                drawn = image.convert("RGBA") if image.width * image.height <= MOST_PIXELS else None
    except Exception as error:
        raise _wrong(path, "is no PNG that can be read") from error
    if drawn is None:
        raise _wrong(path, f"has over {MOST_PIXELS:,} pixels")
    flat = Image.new("RGB", drawn.size, "white")
    flat.paste(drawn, mask=drawn.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=False)
    return out.getvalue()


def _svg(path: Path, body: bytes) -> bytes:
    if b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper() or b"\0" in body:
        raise _wrong(path, "has a document type or entities, which a logo does not need")
    try:
        root = ET.fromstring(body)  # noqa: S314 - without a document type there are no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _wrong(path, f"is no SVG that can be read ({error})") from error
    if root.tag != f"{_SVG}svg":
        raise _wrong(path, "is no SVG: its first element must be <svg> of the SVG namespace")
    ET.register_namespace("", _SVG[1:-1])
    drawn: bytes = ET.tostring(_kept(path, root), encoding="utf-8")
    return drawn


def _kept(path: Path, element: ET.Element) -> ET.Element:
    made = ET.Element(element.tag)
    for name, value in _attributes(element):
        if name in _OPACITY:
            if value.strip() not in ("1", "1.0", "100%"):
                raise _wrong(path, f"is transparent ({name}={value[:20]}), which accessible PDF does not allow")
        elif name in _ATTRIBUTES:
            if not _VALUE.fullmatch(value) or _ADDRESS.search(value):
                raise _wrong(path, f"has the value {value[:40]!r} for {name}")
            made.set(name, value)
    for child in element:
        name = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
        if not isinstance(child.tag, str) or not child.tag.startswith(_SVG) or name in _DROPPED:
            continue  # a comment, or what an editor keeps for itself
        if name not in _SHAPES:
            raise _wrong(path, f"holds <{name}>; only shapes and gradients are taken")
        made.append(_kept(path, child))
    return made


def _attributes(element: ET.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "style":
            for part in value.split(";"):
                key, _, said = part.partition(":")
                yield key.strip(), said.strip()
        elif not name.startswith("{"):
            yield name, value
