"""A register in a folder, the workbook that prints it, and hands that fill the workbook in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from srm_docs import resources
from srm_docs.declare.load import load
from srm_docs.declare.register import Register
from srm_docs.declare.write import Editor
from srm_docs.packet.assemble import assemble
from srm_docs.render import cell, workbook
from srm_docs.roundtrip import origin, read
from srm_docs.roundtrip.apply import Outcome, apply
from srm_docs.roundtrip.archive import opened
from srm_docs.roundtrip.book import Book
from srm_docs.roundtrip.merge import Side
from srm_docs.sourcefile import read_yaml
from tests import register_files
from tests import sealed_sample as sample

HEAD = 4


def folder(at: Path, **more: bytes) -> Path:
    """A sound register on the disk."""
    for name, body in register_files.files(**more).items():
        (at / "register" / name).parent.mkdir(parents=True, exist_ok=True)
        (at / "register" / name).write_bytes(body)
    return at / "register"


def contents(register: Path) -> dict[str, bytes]:
    """All its files."""
    return {
        str(path.relative_to(register)): path.read_bytes() for path in sorted(register.rglob("*")) if path.is_file()
    }


def editor(register: Path) -> Editor:
    """The register opened for writing."""
    return Editor(register, register_files.known())


@cache
def small_template() -> Path:
    """Our own description of the workbook with the sheets alone that people fill in, which is quick to print."""
    import tempfile

    at = Path(tempfile.mkdtemp(prefix="srm-docs-test-"))
    (at / "workbook").mkdir()
    source, _ = read_yaml((resources.templates() / "workbook" / "workbook.yaml").read_bytes(), file="workbook.yaml")
    assert source is not None
    data = source.data
    data["sheets"] = [sheet for sheet in data["sheets"] if sheet.get("kind")]
    kept = {sheet["title"] for sheet in data["sheets"]}
    for sheet in data["sheets"]:
        for column in sheet["columns"]:
            link = column.get("link", [])
            if any(title not in {*kept, "evidence/"} for title in ([link] if isinstance(link, str) else link)):
                del column["link"]
    data.pop("dashboard", None)
    (at / "workbook" / "workbook.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return at


def export(register: Path) -> bytes:
    """The workbook of a register."""
    said: Register = load(register, register_files.catalog())
    return workbook.workbook(assemble(sample.ingredients(said)), register=said, users=small_template())


def opened_book(content: bytes) -> Any:
    """A workbook to be edited as a person would."""
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: Any, path: Path) -> Path:
    """It is saved."""
    book.save(path)
    return path


def heads(sheet: Any) -> dict[str, int]:
    """Heading -> column."""
    for row in sheet.iter_rows(min_row=1, max_row=HEAD + 5):
        if row[-1].value == "Row id" or any(c.value == "Row id" for c in row):
            return {str(c.value): c.column for c in row if c.value is not None}
    raise AssertionError(sheet.title)


def head_row(sheet: Any) -> int:
    """The row of the headings."""
    return next(row[0].row for row in sheet.iter_rows(max_row=12) if any(c.value == "Row id" for c in row))


def row_of(sheet: Any, ident: str) -> int:
    """The row with this id in its Row id column."""
    at = heads(sheet)["Row id"]
    return next(row for row in range(HEAD + 1, sheet.max_row + 1) if sheet.cell(row, at).value == ident)


def free_row(sheet: Any) -> int:
    """The first row for a new item."""
    at = heads(sheet)["Row id"]
    return next(
        r for r in range(head_row(sheet) + 1, 10_000) if not sheet.cell(r, at).value and not sheet.cell(r, 1).value
    )


def type_in(sheet: Any, row: int, heading: str, value: Any) -> str:
    """Type a value, as text where it is text; returns the cell's address."""
    made = sheet.cell(row, heads(sheet)[heading])
    if isinstance(value, str):
        made.value = cell.stored(value)
        made.data_type = "s"
        made.number_format = "@"
    else:
        made.value = value
    return f"{sheet.title}!{made.coordinate}"


def brought(path: Path, register: Path, *, side: Side | None = None, users: Path | None = None) -> Outcome:
    """What an import of the file would do."""
    from dataclasses import replace

    from srm_docs.roundtrip.template import sheets_of

    with opened(path) as archive:
        book = Book(archive)
        based = origin.read(book)
        if based.problem:
            based = replace(based, sheets=sheets_of(book, users or small_template()))
        found = read.read(book, based, editor(register).register)
    return apply(found, lambda: editor(register), side=side)


def repacked(content: bytes, change: Mapping[str, bytes | None], *, add: Mapping[str, bytes] | None = None) -> bytes:
    """The workbook with parts replaced, removed (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = change.get(info.filename, old.read(info.filename))
            if body is not None:
                new.writestr(info.filename, body)
        for name, body in (add or {}).items():
            new.writestr(name, body)
    return out.getvalue()
