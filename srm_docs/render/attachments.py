"""The packet's files in, those that a main packet PDF carries out, with the sentence that says which.

A reader who has the PDF alone then has what it rests on. All are carried up to a limit; beyond it the findings, the
indexes and the list of contents, and the rest is cited by its hash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from srm_docs.render.pdf import Attached

MEGABYTE: Final = 1_000_000
ALWAYS: Final = {
    "contents.json": "List of contents with digests",
    "coverage.json": "Coverage ledger: every planned call and place",
    "evidence-index.json": "Evidence index: every question with its circumstances",
    "findings.json": "Conclusions: self-tests, responsibilities, criteria and controls",
    "inputs.json": "Declared frame and parameters in force",
}
_WORKBOOK: Final = "workbook.xlsx"
_EVIDENCE: Final = "evidence/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a PDF carries, by name, and `sentence`, which says so on its last pages."""

    files: tuple[Attached, ...] = ()
    sentence: str = "No file is embedded in this document."


def carried(files: Mapping[str, bytes], *, limit: int, at: dt.datetime) -> Carried:
    """What to embed of a packet's files, by path: all within `limit` bytes, else what is in ALWAYS.

    `at` is the snapshot's time.
    """
    chosen = {path: files[path] for path in files if _wanted(path)}
    total = sum(map(len, chosen.values()))
    whole = total <= limit
    if not whole:
        chosen = {path: body for path, body in chosen.items() if path in ALWAYS}
    # A name tree is sorted by its keys, which is how readers look a name up.
    names = sorted(chosen, key=lambda path: PurePosixPath(path).name.encode())
    attached = tuple(
        Attached(
            name=PurePosixPath(path).name,
            content=chosen[path],
            description=ALWAYS.get(path, "Workbook" if path == _WORKBOOK else "Reply of AWS, canonical JSON"),
            at=at,
            relationship="Supplement" if path in (_WORKBOOK, "contents.json") else "Data",
        )
        for path in names
    )
    return Carried(files=attached, sentence=_sentence(len(attached), total, limit, whole=whole))


def _wanted(path: str) -> bool:
    return path in ALWAYS or path == _WORKBOOK or path.startswith(_EVIDENCE)


def _sentence(number: int, total: int, limit: int, *, whole: bool) -> str:
    files = f"{number:,} {'file is' if number == 1 else 'files are'}"
    if whole:
        return (
            f"{files} embedded in this document, under the names above: AWS’s replies, the findings and indexes, the "
            "workbook and contents.json. A PDF reader lists them as attachments."
        )
    return (
        f"{files} embedded in this document: findings, indexes and contents.json. With AWS’s replies and the workbook "
        f"they would be {_megabytes(total)} MB, over the limit of {_megabytes(limit)} MB, so those are cited by hash."
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f}".removesuffix(".0")
