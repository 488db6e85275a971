"""A workbook as openpyxl saved it, and the rows of its sheets -> the same bytes at every time, place and machine.

openpyxl writes the clock into the zip and into docProps, and other XML where lxml is installed. So each part is
written again: canonical XML, fixed times, sorted names. Rows come from files of ours and are streamed.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Mapping
from typing import IO, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

WHEN: Final = (1980, 1, 1, 0, 0, 0)
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIRST: Final = "[Content_Types].xml"
_ROWS: Final = re.compile(r"<sheetData>.*?</sheetData>|<sheetData></sheetData>", re.DOTALL)
_SPACES: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_DATES: Final = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write(saved: IO[bytes], made: IO[bytes], *, rows: Mapping[str, IO[bytes]], when: dt.datetime) -> None:
    """Copy the zip `saved` into `made`; `rows` holds the <row> elements of a part by its name."""
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
            if name not in rows:
                new.writestr(info, content if text is None else text)
                continue
            before, after = _ROWS.split(text or "")
            info.file_size = rows[name].seek(0, 2) + len(content)  # decides about zip64; the true size is set on close
            rows[name].seek(0)
            with new.open(info, "w") as part:
                part.write(f"{before}<sheetData>".encode())
                shutil.copyfileobj(rows[name], part, 1 << 20)
                part.write(f"</sheetData>{after}".encode())


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
