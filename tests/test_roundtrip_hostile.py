"""A file given to an import is a stranger's: refused in a sentence, in bounded memory, and nothing is written."""

from __future__ import annotations

import io
import random
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from srm_docs.cli.root import cli
from srm_docs.errors import UsageError
from srm_docs.roundtrip.archive import Limits, opened
from srm_docs.roundtrip.book import Book
from tests import roundtrip_sample as sample

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_BOOK = f'<workbook {_MAIN} {_REL}><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_BOMB = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><workbook>&lol2;</workbook>'
_XXE = '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'


def rows(inside: str) -> str:
    return f"<worksheet {_MAIN}><sheetData>{inside}</sheetData></worksheet>"


def made(sheet: str = rows(""), *, book: str = _BOOK, more: dict[str, str | bytes] | None = None) -> bytes:
    """A smallest workbook."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _RELS,
        "xl/worksheets/sheet1.xml": sheet,
    } | (more or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in parts.items():
            zipped.writestr(name, body)
    return out.getvalue()


def _patched(content: bytes, before: bytes, after: bytes) -> bytes:
    assert before in content
    return content.replace(before, after)


def _encrypted_entry() -> bytes:
    content = bytearray(made())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    return bytes(content)


def _said_larger() -> bytes:
    """A part that unpacks to more than its entry says."""
    content = bytearray(made(rows("<row r='1'/>" * 100_000)))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def _shared_bytes() -> bytes:
    """Entries that together claim more bytes than the file has."""
    content = bytearray(made())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 20, 1 << 20)
    return bytes(content)


CORPUS: dict[str, tuple[str, bytes, str]] = {
    "empty": ("w.xlsx", b"", "it is empty"),
    "csv": ("w.csv", b"Control,Title\nNET-02,x\n", "text file such as CSV"),
    "csv named xlsx": ("w.xlsx", b"Control;Title\nNET-02;x\n", "text file such as CSV"),
    "html": ("w.xls", b"<html><table></table></html>", "XML or a web page"),
    "picture": ("w.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "no workbook of Excel"),
    "xls": ("w.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "before 2007 (.xls)"),
    "encrypted": (
        "w.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
        "protected with a password",
    ),
    "ods": ("w.ods", made(more={"mimetype": "x", "content.xml": "<x/>"}), "OpenDocument"),
    "xlsb": ("w.xlsb", made(more={"xl/workbook.bin": b"x"}), "binary workbook"),
    "zip": ("w.xlsx", _patched(made(), b"xl/workbook.xml", b"xl/workbooj.xml"), "a zip, but no workbook"),
    "cut off": ("w.xlsx", made()[:300], "damaged or cut off"),
    "only the letters": ("w.xlsx", b"PK\x03\x04", "damaged or cut off"),
    "no sheet": ("w.xlsx", _patched(made(), b"worksheets/sheet1.xml", b"worksheets/sheet2.xml"), "missing in it"),
    "macros": ("w.xlsm", made(more={"xl/vbaProject.bin": b"x"}), "it holds macros"),
    "macros by type": (
        "w.xlsx", made(more={"[Content_Types].xml": "<Types x='application/vnd.ms-excel.sheet.macroEnabled'/>"}),
        "it holds macros",
    ),
    "other workbooks": ("w.xlsx", made(more={"xl/externalLinks/link1.xml": "<x/>"}), "refers to other workbooks"),
    "connection": ("w.xlsx", made(more={"xl/connections.xml": "<x/>"}), "fetches data from elsewhere"),
    "embedded": ("w.xlsx", made(more={"xl/embeddings/oleObject1.bin": b"x"}), "other files are embedded"),
    "encrypted part": ("w.xlsx", _encrypted_entry(), "it is encrypted"),
    "bomb": ("w.xlsx", made(more={"xl/media/x.bin": b"\0" * (40 << 20)}), "as a zip bomb does"),
    "padded bomb": (
        "w.xlsx", made(more={"xl/media/x": b"\0" * (40 << 20), "xl/media/y": random.Random(1).randbytes(1 << 20)}),
        "as a zip bomb does",
    ),
    "shared bytes": ("w.xlsx", _shared_bytes(), "share their bytes"),
    "lying size": ("w.xlsx", _said_larger(), "damaged or cut off"),
    "billion laughs": ("w.xlsx", made(book=_BOMB), "document type"),
    "entity of a file": ("w.xlsx", made(_XXE + rows("<row r='1'><c t='str'><v>&xxe;</v></c></row>")), "document type"),
    "not well formed": ("w.xlsx", made(rows("<row r='1'>")), "damaged or cut off"),
    "deep": ("w.xlsx", made(rows("<a>" * 100 + "</a>" * 100)), "nested too deeply"),
    "row of nowhere": ("w.xlsx", made(rows("<row r='2000000'/>")), "below the last one"),
    "rows backwards": ("w.xlsx", made(rows("<row r='5'/><row r='4'/>")), "out of order"),
    "column of nowhere": ("w.xlsx", made(rows("<row r='1'><c r='XFE1'/></row>")), "right of the last column"),
    "text of nowhere": ("w.xlsx", made(rows("<row><c t='s'><v>9</v></c></row>")), "text that is not there"),
    "long cell": (
        "w.xlsx", made(rows(f"<row><c t='str'><v>{'xyz' * 40_000}</v></c></row>")), "longer than Excel allows",
    ),
    "binary in xml": ("w.xlsx", made(book="\x00\x01\x02"), "damaged or cut off"),
    "utf-16 nonsense": ("w.xlsx", made(rows("").replace("<w", "\ufffe<w")), "damaged or cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_file_is_refused_in_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, content, why = CORPUS[name]
    register = sample.folder(tmp_path)
    before = sample.contents(register)
    (tmp_path / file).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("srm_docs.roundtrip.book.Book.__init__", _reads_all(Book.__init__))
    result = CliRunner().invoke(cli, ["import", file, "--by", "x"])
    assert isinstance(result.exception, (SystemExit, UsageError)), result.exception
    said = str(getattr(result.exception, "message", "")) + result.output
    assert why in said, said
    assert "Traceback" not in said
    assert getattr(result.exception, "exit_code", 2) == 2
    assert sample.contents(register) == before


def _reads_all(init: object) -> object:
    """A reader that looks at every sheet, as if people filled all of them in."""

    def looked(self: Book, archive: object) -> None:
        init(self, archive)  # type: ignore[operator]
        for sheet in self.sheets:
            for _ in self.rows(sheet):
                pass

    return looked


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"), opened(path):
            pass


def test_a_large_sheet_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    line = "<row>" + "<c t='inlineStr'><is><t>a cell like any other</t></is></c>" * 8 + "</row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as zipped:
        for name, body in {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _RELS,
        }.items():
            zipped.writestr(name, body)
        zipped.writestr("xl/worksheets/sheet1.xml", rows(line * 20_000))
    tracemalloc.start()
    try:
        with opened(path) as archive:
            book = Book(archive)
            count = sum(1 for _ in book.rows(book.sheets[0]))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert path.stat().st_size > 8 << 20
    assert most < 6 << 20


def test_texts_that_nobody_asks_for_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    many = 120_000
    texts = "".join(f"<si><t>text number {at} of a workbook that Excel saved, é</t></si>" for at in range(many))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as zipped:
        for name, body in {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _RELS,
            "xl/sharedStrings.xml": f"<sst>{texts}</sst>",
            "xl/worksheets/sheet1.xml": rows(f"<row><c t='s'><v>0</v></c><c t='s'><v>{many - 1}</v></c></row>"),
        }.items():
            zipped.writestr(name, body)
    tracemalloc.start()
    try:
        with opened(path) as archive:
            book = Book(archive)
            ((_, cells),) = book.rows(book.sheets[0])
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    said = [cells[column].value for column in (1, 2)]
    assert said == [f"text number {at} of a workbook that Excel saved, é" for at in (0, many - 1)]
    assert most < 8 << 20, "as a list they took 16 MiB"


def test_the_table_of_contents_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    path.write_bytes(made(more={f"xl/x{at}.xml": "" for at in range(600)}))
    for limits, why in (
        (Limits(listing=4_096), "damaged"),
        (Limits(entries=99), "more than 99 files"),
        (Limits(packed=99), "larger"),
    ):
        with pytest.raises(UsageError, match=why), opened(path, limits):
            pass


def test_a_name_with_escapes_does_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "w\x1b[31m.xlsx"
    path.write_bytes(b"")
    with pytest.raises(UsageError) as caught, opened(path):
        pass
    assert re.fullmatch(r"[\x20-\x7e]+", caught.value.message)
