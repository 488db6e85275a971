"""A workbook as openpyxl saved it, and the rows of its sheets -> the same bytes at every time, place and machine.

openpyxl writes the clock into the zip and into docProps, and other XML where lxml is installed. So each part is
written again: canonical XML, fixed times, sorted names. Rows come from files of ours and are streamed.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from srm_docs.render.spool import Spool

WHEN: Final = (1980, 1, 1, 0, 0, 0)
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIRST: Final = "[Content_Types].xml"
_ROWS: Final = re.compile(r"<sheetData>.*?</sheetData>|<sheetData></sheetData>", re.DOTALL)
_SPACES: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_DATES: Final = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write(
    saved: IO[bytes],
    made: IO[bytes],
    *,
    rows: Mapping[str, Spool],
    links: Mapping[str, Sequence[str]],
    when: dt.datetime,
    described: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Copy the zip `saved` into `made`; `rows` and `links` hold the <row> and <hyperlink> elements of a part by name.

    `described` are the alternative texts of a drawing's charts, in their order, by the drawing's name.
    """
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            content = old.read(name)
            text = _canonical(content) if name.endswith((".xml", ".rels", ".vml")) else None
            if name == "docProps/core.xml" and text is not None:
                text = _DATES.sub(rf"\g<1>{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", text)
            for at, words in enumerate((described or {}).get(name, ()), 1):
                text = (text or "").replace(f'<cNvPr id="{at}"', f'<cNvPr descr={quoteattr(words)} id="{at}"', 1)
            if name not in rows:
                new.writestr(info, content if text is None else text)
                continue
            before, after = _ROWS.split(text or "")
            after = _linked(after, links.get(name, ()))
            chunks = rows[name].chunks()
            first = next(chunks)  # from here on the size is known
            info.file_size = rows[name].size + len(content)  # decides about zip64; the true size is set on close
            with new.open(info, "w") as part:
                part.write(f"{before}<sheetData>".encode())
                part.write(first)
                part.writelines(chunks)
                part.write(f"</sheetData>{after}".encode())


def _linked(after: str, links: Sequence[str]) -> str:
    """Add links in the place that the standard gives them: before the page's margins, with those that are there."""
    if not links:
        return after
    if "<hyperlinks>" in after:
        return after.replace("<hyperlinks>", f"<hyperlinks>{''.join(links)}", 1)
    at = min(found for name in ("<printOptions", "<pageMargins") if (found := after.find(name)) >= 0)
    return f"{after[:at]}<hyperlinks>{''.join(links)}</hyperlinks>{after[at:]}"


def _canonical(content: bytes) -> str:
    """The same XML with attributes in order; names keep their prefixes.

    No namespace is looked up: the standard library's own canonical form follows a table that any imported package may
    change, and WeasyPrint does.
    """
    out: list[str] = [DECLARATION]
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: out.append(
        f"<{name}{''.join(f' {key}={quoteattr(attributes[key], _SPACES)}' for key in sorted(attributes))}>"
    )
    parser.EndElementHandler = lambda name: out.append(f"</{name}>")
    parser.CharacterDataHandler = lambda text: out.append(escape(text, {"\r": "&#13;"}))
    parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword
    return "".join(out)
