"""HTML and bundled assets -> a PDF that claims PDF/A-3a and PDF/UA-1; the same input gives the same bytes."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import gc
import hashlib
import io
import logging
import os
import re
import tempfile
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from srm_docs.errors import ConfigError, MissingLibrary, TemplateError
from srm_docs.render.assets import packet_templates
from srm_docs.render.colour import contrast_on_white, hue

SCHEME = "srm-asset:"
_BLOCK = 1 << 20
_LONG = 100
"""Pages of a document whose layout is worth collecting: it takes some seconds, and gives hundreds of MiB."""
APT = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_MEDIA = {
    ".css": "text/css",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_EMBEDDED = {
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# WeasyPrint claims PDF/A-3a; PDF/UA-1 is added to the same file with its PDF/A extension schema.
_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file to carry inside the PDF, or the path of one; `at` is the snapshot's time, never the clock's.

    `relationship` is what it is to the document, in PDF's words: Data, Supplement.
    """

    name: str
    content: bytes | Path
    description: str
    at: dt.datetime
    relationship: str = "Data"

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        if isinstance(self.content, bytes):
            return hashlib.sha256(self.content).hexdigest()
        with self.content.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """A finished document. `warnings` is empty unless a template or style sheet is wrong."""

    content: bytes
    pages: int
    warnings: tuple[str, ...]


def write(html: str, *, assets: Mapping[str, bytes], attachments: Sequence[Attached] = ()) -> Pdf:
    """Lay out html; `srm-asset:NAME` is served from assets, every other address ends the run.

    The title, language and date are the html's own (`<title>`, `lang`, `<meta name="dcterms.created">`).
    Raises MissingLibrary without WeasyPrint or Pango, TemplateError where html or CSS asks for anything else.
    """
    with _only_our_fonts():
        weasyprint = _weasyprint()
        fetcher = _fetcher(weasyprint, assets)
        carried = [
            weasyprint.Attachment(
                string=item.content if isinstance(item.content, bytes) else b"",
                name=item.name,
                description=item.description,
                created=item.at,
                modified=item.at,
                relationship=item.relationship,
                url_fetcher=fetcher,
            )
            for item in attachments
        ]
        with _complaints() as complaints, _gc_frozen():
            content, pages = b"", 0
            with contextlib.suppress(weasyprint.urls.FatalURLFetchingError):
                document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
                    pdf_variant="pdf/a-3a", attachments=carried
                )
                pages = len(document.pages)
                if pages > _LONG:
                    gc.collect()  # each pass of the layout leaves as much as a drawing needs
                finisher = functools.partial(_finish, attachments)
                content = document.write_pdf(finisher=finisher, pdf_variant="pdf/a-3a", attachments=carried)
        if fetcher.refused:  # inside an SVG, WeasyPrint swallows the fetcher's exception and goes on
            raise TemplateError(
                f"the document asks for {fetcher.refused[0]}, which is not bundled",
                hint="Put the file into the templates folder and name it with srm-asset:.",
            )
        return Pdf(content=content, pages=pages, warnings=tuple(complaints))


def brand_css(accent: str, second: str = "") -> bytes:
    """Return the asset `css/brand.css` for an accent such as `#123A5C`, and a second colour that no text has.

    Raises ConfigError where it is no six-digit hex, is under 4.5:1 on white, or has the hue of a warning
    (red, orange, yellow): structure may not look like a deviation.
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", accent):
        raise ConfigError(f"branding.accent is {accent!r}", hint="Write six hex digits, e.g. #123A5C.")
    if (ratio := contrast_on_white(accent)) < 4.5:  # noqa: PLR2004
        raise ConfigError(
            f"branding.accent {accent} has a contrast of {ratio:.1f}:1 on white",
            hint="Choose a darker colour: 4.5:1 is the least.",
        )
    angle = hue(accent)
    if angle is not None and (angle < 70 or angle > 340):  # noqa: PLR2004
        raise ConfigError(
            f"branding.accent {accent} is red, orange or yellow, the colours of deviations",
            hint="Choose a green, blue, violet or grey.",
        )
    second = second if re.fullmatch(r"#[0-9A-Fa-f]{6}", second) else accent
    return f":root {{ --brand-accent: {accent.upper()}; --brand-second: {second.upper()}; }}\n".encode("ascii")


def require() -> None:
    """Raise MissingLibrary now, where nothing can be printed later."""
    _weasyprint()


def _weasyprint() -> Any:
    """Import WeasyPrint late: it costs half a second, and libraries that `verify` does not need."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses system fonts, which is what we want
            import weasyprint
            import weasyprint.urls
    except ImportError as exc:
        raise MissingLibrary(f"WeasyPrint is not installed ({exc})", hint="pip install srm-docs") from exc
    except OSError as exc:
        first = str(exc).split(":")[0].replace("\n", " ")
        raise MissingLibrary(f"PDFs need Pango, which is not installed ({first})", hint=APT) from exc
    return weasyprint


def _fetcher(weasyprint: Any, assets: Mapping[str, bytes]) -> Any:
    urls = weasyprint.urls

    class Bundled(urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Serve bundled assets; anything else ends the run, so that nothing is fetched or embedded unseen."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002
            name = unquote(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else ""
            media = _MEDIA.get(Path(name).suffix)
            if name not in assets or media is None:
                self.refused.append(url[:120])
                raise urls.FatalURLFetchingError(url[:120])
            return urls.URLFetcherResponse(url, assets[name], {"Content-Type": media})

    return Bundled()


def _finish(attachments: Sequence[Attached], document: Any, pdf: Any) -> None:
    if len(document.pages) > _LONG:
        document.pages.clear()  # all are drawn, and attachments come next
        gc.collect()
    _claim_ua(pdf)
    _mend_attachments(pdf, {item.name: item.content for item in attachments if isinstance(item.content, Path)})


def _mend_attachments(pdf: Any, large: Mapping[str, Path]) -> None:
    """List each attachment once, and give it a media type that does not depend on the machine's own table.

    WeasyPrint 70 writes both the names of the name tree and every file specification into /AF, so each is there twice.
    """
    if "AF" not in pdf.catalog:
        return
    pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/Filespec":
            name = item["UF"].string
            media = _EMBEDDED.get(Path(name).suffix, "application/octet-stream")
            stream = pdf.objects[int(item["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = f"/{media.replace('/', '#2f')}"
            if name in large:
                _fill(stream, large[name])


def _fill(stream: Any, path: Path) -> None:
    """Put in a file that was left out until now: WeasyPrint holds each as it is, twice, and findings may be 300 MB."""
    packer, digest, size = zlib.compressobj(level=9), hashlib.md5(usedforsecurity=False), 0
    packed = []
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            packed.append(packer.compress(block))
            digest.update(block)
            size += len(block)
    packed.append(packer.flush())
    stream.stream, stream.compress = [b"".join(packed)], False
    stream.extra["Params"] |= {"CheckSum": f"<{digest.hexdigest()}>", "Size": size}
    stream.extra["Filter"] = "/FlateDecode"


def _claim_ua(pdf: Any) -> None:
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    (xmp,) = stream.stream
    if xmp.count(b"</rdf:RDF>") != 1:
        raise RuntimeError("WeasyPrint's XMP has changed: PDF/UA cannot be claimed")
    stream.stream = [xmp.replace(b"</rdf:RDF>", _UA)]


@functools.cache
def _fallback() -> bytes:
    """Return our upright face unpacked, because FreeType reads woff2 only where it was built with Brotli."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    face = packet_templates() / "fonts" / "IBMPlexSans-Regular.woff2"
    font = TTFont(io.BytesIO(face.read_bytes()), recalcTimestamp=False)
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked)
    return unpacked.getvalue()


@contextlib.contextmanager
def _only_our_fonts() -> Iterator[None]:
    """Show fontconfig one face of ours, so that no machine's own fonts can be reached.

    Faces come by @font-face; the one here is for a style sheet that names none, where Pango would crash.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="srm-docs-fonts-") as folder:
        config = Path(folder) / "fonts.conf"
        (Path(folder) / "fallback.ttf").write_bytes(_fallback())
        config.write_text(
            f'<?xml version="1.0"?><fontconfig><dir>{escape(folder)}</dir>'
            f"<cachedir>{escape(folder)}/cache</cachedir></fontconfig>\n",
            "utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(config)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@contextlib.contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs instead of raising."""
    said: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    handler = Collect(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


@contextlib.contextmanager
def _gc_frozen() -> Iterator[None]:
    """Layout makes millions of objects that live to its end: collecting costs a fifth of the time."""
    was = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()
