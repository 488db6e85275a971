"""The sheets of a workbook as CSV or Parquet, a file each, for estates that outgrow a spreadsheet. Rows are streamed.

A CSV has no types: a spreadsheet that opens one takes a text such as =1+1 for a formula. So in CSV such a text begins
with an apostrophe, as OWASP advises; a number, which is ours, does not. Parquet keeps texts as texts.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from srm_docs import folders
from srm_docs.declare.fields import spell
from srm_docs.declare.register import EMPTY, Register
from srm_docs.errors import MissingLibrary
from srm_docs.packet.model import NOT_PROVIDED, Answer, Packet
from srm_docs.packet.words import call_words
from srm_docs.render import cell, workbook
from srm_docs.render.sheets import Column, Kind, Sheet

FORMATS: Final = ("csv", "parquet")
_TOGETHER: Final = 50_000
"""Rows of a row group of Parquet."""
_LEADS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def write(
    kind: str,
    packet: Packet,
    folder: Path,
    *,
    name: str = "workbook",
    register: Register = EMPTY,
    users: Path | None = None,
) -> Iterator[tuple[Path, int]]:
    """Write each sheet of a workbook to a file in `folder`; yield the file and the number of its rows."""
    save = {"csv": _csv, "parquet": _parquet}[kind]
    for sheet, values in workbook.contents(name, packet, register=register, users=users):
        columns = [column for column in sheet.columns if column.kind is not Kind.BLANK]
        path = folder / f"{file_name(sheet.title)}.{kind}"
        kept = _kept(sheet)
        with folders.whole(path) as made:
            count = save(made, columns, ([_value(column, row[at]) for at, column in kept] for row in values))
        yield path, count


def require_parquet() -> None:
    """Raise before anything is judged where Parquet cannot be written."""
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingLibrary(
            "Parquet needs pyarrow, which is not installed.", hint="pip install '.[parquet]'. CSV needs nothing."
        )


def file_name(title: str) -> str:
    """Return `evidence-index` for the sheet Evidence index."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "sheet"


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, and from which the first apostrophe can be taken off again.

    >>> safe("=1+1"), safe("-"), safe("'quoted"), safe("plain")
    ("'=1+1", "'-", "''quoted", 'plain')
    """
    return f"'{text}" if text.startswith(_LEADS) or text.lstrip().startswith(_LEADS) else text


def _kept(sheet: Sheet) -> list[tuple[int, Column]]:
    return [(at, column) for at, column in enumerate(sheet.columns) if column.kind is not Kind.BLANK]


def _value(column: Column, value: Any) -> str | int | float:
    """Return a number, or text in which every character can be seen; lists are whole."""
    value = column.part(value)
    if isinstance(value, Answer):
        return cell.visible(value.text)
    if column.kind is Kind.COUNT and (exact := cell.number(value)) is not None:
        return exact
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if column.edits:
        return cell.visible(spell(value)) or (NOT_PROVIDED if column.needed else "")
    if isinstance(value, tuple):
        return cell.visible(", ".join(call_words(str(v)) if column.kind is Kind.CALL else str(v) for v in value))
    return cell.visible(call_words(str(value)) if column.kind is Kind.CALL and value else cell.plain(value))


def _csv(out: IO[bytes], columns: Sequence[Column], rows: Iterator[list[Any]]) -> int:
    """Write UTF-8 with a mark, by which Excel knows it, and CR LF, as RFC 4180 has it."""
    count = 0
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    made = csv.writer(text)
    made.writerow([safe(column.heading) for column in columns])
    for row in rows:
        made.writerow([safe(value) if isinstance(value, str) else value for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _parquet(out: IO[bytes], columns: Sequence[Column], rows: Iterator[list[Any]]) -> int:
    """Write row groups of a bounded size. Every column is text, as it is printed: a count may be NOT PROVIDED."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(column.heading, pa.string()) for column in columns])
    count = 0
    with parquet.ParquetWriter(out, schema, compression="zstd") as made:
        while chunk := list(islice(rows, _TOGETHER)):
            held = [[None if row[at] == "" else str(row[at]) for row in chunk] for at in range(len(columns))]
            made.write_table(pa.table([pa.array(values, pa.string()) for values in held], schema=schema))
            count += len(chunk)
    return count
