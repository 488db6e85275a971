"""The workbook's own description -> what people fill in, for a workbook that lost its base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from srm_docs.render import sheets
from srm_docs.render.workbook import id_heading
from srm_docs.roundtrip.book import Book
from srm_docs.roundtrip.origin import Filled


def sheets_of(book: Book, users: Path | None) -> tuple[Filled, ...]:
    """The sheets that people fill in, with those that continue them (`Evidence index (2)`)."""
    described = sheets.read("workbook", users)
    return tuple(
        Filled(
            title=title,
            kind=sheet.kind,
            id_heading=id_heading(sheet),
            columns={column.heading: column.edits for column in sheet.edited},
        )
        for sheet in described.sheets
        if sheet.kind
        for title in _titles(sheet.title, book)
    )


def _titles(title: str, book: Book) -> Iterator[str]:
    yield title
    for sheet in book.sheets:
        found = re.fullmatch(r"(.+) \([0-9]+\)", sheet.title)
        if found and title.startswith(found[1]):
            yield sheet.title
