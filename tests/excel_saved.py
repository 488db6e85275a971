"""A workbook as Excel saves it: what it says is the same, and hardly a byte is.

Texts are shared, in another order, some in runs of formats and with what is spoken above them; styles stand in another
order with formats of a locale; days are counted from 1904 where asked; elements of later Excels stand in between.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LATER = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"'
    ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
_CHOICE = (
    '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\\Users\\lead\\" '
    'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>'
    "Microsoft Excel</Application><DocSecurity>0</DocSecurity><AppVersion>16.0300</AppVersion></Properties>"
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
LOCALES = ("[$-407]d\\.\\ mmmm\\ yyyy;@", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "m/d/yy;@", 'yyyy"年"m"月"d"日"')


class _Styles:
    """Another order of the styles, one more before them, and days in a locale's format."""

    def __init__(self, body: bytes, order: random.Random) -> None:
        root = ET.fromstring(body)
        formats = root.find(f"{{{MAIN}}}numFmts")
        if formats is None:
            formats = ET.Element(f"{{{MAIN}}}numFmts")
            root.insert(0, formats)
        codes = {f.get("numFmtId", ""): f.get("formatCode", "") for f in formats}
        listed = root.find(f"{{{MAIN}}}cellXfs")
        assert listed is not None
        old = list(listed)
        self.dated = {
            at for at, xf in enumerate(old)
            if xf.get("numFmtId") in {"14", "22"} or "yy" in codes.get(xf.get("numFmtId", ""), "")
        }  # fmt: skip
        places = list(range(1, len(old) + 1))
        order.shuffle(places)
        self.number = dict(enumerate(places))
        made: list[ET.Element] = [ET.Element(f"{{{MAIN}}}xf", {"numFmtId": "0"})] * (len(old) + 1)
        for at, xf in enumerate(old):
            if at in self.dated:
                code = order.choice(LOCALES)
                ident = str(300 + at)
                ET.SubElement(formats, f"{{{MAIN}}}numFmt", {"numFmtId": ident, "formatCode": code})
                xf.set("numFmtId", ident)
            made[self.number[at]] = xf
        for xf in old:
            listed.remove(xf)
        listed.extend(made)
        self.body = ET.tostring(root)


class _Texts:
    """The shared texts, in the order in which they turn up backwards."""

    def __init__(self, order: random.Random) -> None:
        self.order, self.items = order, dict[str, int]()

    def at(self, text: str) -> int:
        return self.items.setdefault(text, len(self.items))

    def item(self, text: str) -> str:
        """A text whole, or in runs; Excel escapes what XML cannot hold and looks like such an escape."""
        said = escape(re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)).replace("\r", "_x000D_")
        cut = self.order.randrange(len(text) + 1) if "_x" not in text and "&" not in said else 0
        space = ' xml:space="preserve"'
        if not cut:
            return f"<si><t{space}>{said}</t></si>"
        first, rest = escape(text[:cut]), escape(text[cut:])
        runs = f'<r><t{space}>{first}</t></r><r><rPr><b/><sz val="9"/></rPr><t{space}>{rest}</t></r>'
        return f'<si>{runs}<rPh sb="0" eb="1"><t>spoken</t></rPh><phoneticPr fontId="1"/></si>'

    def xml(self) -> str:
        return f'<sst xmlns="{MAIN}" count="9" uniqueCount="9">{"".join(map(self.item, self.items))}</sst>'


def saved(content: bytes, *, from_1904: bool = False, seed: int = 1) -> bytes:
    """The workbook as Excel saves it."""
    order = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {info.filename: old.read(info.filename) for info in old.infolist()}
    styles, texts = _Styles(parts["xl/styles.xml"], order), _Texts(order)
    shared = [_whole(si) for si in ET.fromstring(parts.get("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"/>'.encode()))]
    for name in sorted(parts, reverse=True):
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = _sheet(parts[name], shared, styles, texts, from_1904=from_1904)
    parts["xl/styles.xml"] = styles.body
    parts["xl/sharedStrings.xml"] = (_HEAD + texts.xml()).encode()
    parts["xl/calcChain.xml"] = f'{_HEAD}<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'.encode()
    parts["docProps/app.xml"] = (_HEAD + _APP).encode()
    book = parts["xl/workbook.xml"].decode()
    book = re.sub(r"<workbookPr[^>]*(/>|></workbookPr>)", "", book)
    start = re.search(r"<workbook[^>]*>", book)
    assert start is not None
    since = ' date1904="1"' if from_1904 else ""
    properties = f'<workbookPr{since} defaultThemeVersion="166925"/>{_CHOICE}'
    book = f"{book[: start.end() - 1]}{_LATER}>{properties}{book[start.end() :]}"
    name = '<definedName name="_xlnm._FilterDatabase" localSheetId="2" hidden="1">Legend!$A$1:$B$2</definedName>'
    parts["xl/workbook.xml"] = book.replace("<definedNames>", f"<definedNames>{name}").encode()
    types, rels = parts["[Content_Types].xml"].decode(), parts["xl/_rels/workbook.xml.rels"].decode()
    for part, kind in (("sharedStrings", "sharedStrings"), ("calcChain", "calcChain")):
        if f"{part}.xml" not in types:
            override = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
            types = types.replace("</Types>", f'<Override PartName="/xl/{part}.xml" ContentType="{override}"/></Types>')
        if f"{part}.xml" not in rels:
            related = f'<Relationship Id="x{part}" Type="{_RELS}/{kind}" Target="{part}.xml"/>'
            rels = rels.replace("</Relationships>", f"{related}</Relationships>")
    parts["[Content_Types].xml"], parts["xl/_rels/workbook.xml.rels"] = types.encode(), rels.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in ["[Content_Types].xml", *(n for n in parts if n != "[Content_Types].xml")]:
            new.writestr(name, parts[name])
    return out.getvalue()


def _whole(si: ET.Element) -> str:
    return _read("".join(t.text or "" for t in si.iter(f"{{{MAIN}}}t")))


def _read(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _sheet(body: bytes, shared: list[str], styles: _Styles, texts: _Texts, *, from_1904: bool) -> bytes:
    root = ET.fromstring(body)
    for row in root.iter(f"{{{MAIN}}}row"):
        row.set("spans", "1:30")
        for cell in row.findall(f"{{{MAIN}}}c"):
            style = int(cell.get("s", "0"))
            cell.set("s", str(styles.number[style]))
            kind, value = cell.get("t", "n"), cell.find(f"{{{MAIN}}}v")
            inline = cell.find(f"{{{MAIN}}}is")
            if kind == "d" and value is not None:
                days = (dt.date.fromisoformat((value.text or "")[:10]) - dt.date(1899, 12, 30)).days
                value.text, kind = str(days), "n"
                cell.attrib.pop("t")
            if inline is not None or kind == "s":
                said = _whole(inline) if inline is not None else shared[int((value is not None and value.text) or 0)]
                for child in list(cell):
                    cell.remove(child)
                cell.set("t", "s")
                ET.SubElement(cell, f"{{{MAIN}}}v").text = str(texts.at(said))
            elif from_1904 and kind == "n" and value is not None and style in styles.dated:
                value.text = str(float(value.text or 0) - 1462)
    made = ET.tostring(root).decode()
    start = re.search(r"<(?:\w+:)?worksheet[^>]*>", made)
    assert start is not None
    made = f"{made[: start.end() - 1]}{_LATER}>{made[start.end() :]}"
    return (_HEAD + re.sub(r"(<(?:\w+:)?row )", r'\1x14ac:dyDescent="0.25" ', made)).encode()
