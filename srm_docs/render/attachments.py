"""The packet's files in, those that a main packet PDF carries out, with the sentence that says which.

A reader who has the PDF alone then has what it rests on. All are carried up to a limit; beyond it the findings, the
indexes and the list of contents, and the rest is cited by its hash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from srm_docs.render.pdf import Attached
from srm_docs.said import plural, say

MEGABYTE: Final = 1_000_000
ALWAYS: Final = {
    "contents.json": say("List of contents with digests"),
    "coverage.json": say("Coverage ledger: every planned call and place"),
    "evidence-index.json": say("Evidence index: every question with its circumstances"),
    "findings.json": say("Conclusions: self-tests, responsibilities, criteria and controls"),
    "inputs.json": say("Declared frame and parameters in force"),
}
_WORKBOOK: Final = "workbook.xlsx"
_EVIDENCE: Final = "evidence/"


NOTHING: Final = say("No file is embedded in this document.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a PDF carries, by name, and `sentence`, which says so on its last pages."""

    files: tuple[Attached, ...] = ()
    sentence: str = NOTHING


def carried(
    sizes: Mapping[str, int], content: Callable[[str], bytes | Path], *, limit: int, at: dt.datetime
) -> Carried:
    """What to embed of a packet's files, by path: all within `limit` bytes, else what is in ALWAYS.

    `content` gives a file, or where it is; `at` is the snapshot's time.
    """
    chosen = {path: size for path, size in sizes.items() if _wanted(path)}
    total = sum(chosen.values())
    whole = total <= limit
    # A name tree is sorted by its keys, which is how readers look a name up.
    names = sorted(
        (path for path in chosen if whole or path in ALWAYS), key=lambda path: PurePosixPath(path).name.encode()
    )
    attached = tuple(
        Attached(
            name=PurePosixPath(path).name,
            content=content(path),
            description=ALWAYS.get(path, say("Workbook") if path == _WORKBOOK else say("Reply of AWS, canonical JSON")),
            at=at,
            relationship="Supplement" if path in (_WORKBOOK, "contents.json") else "Data",
        )
        for path in names
    )
    return Carried(files=attached, sentence=_sentence(len(attached), total, limit, whole=whole))


def _wanted(path: str) -> bool:
    return path in ALWAYS or path == _WORKBOOK or path.startswith(_EVIDENCE)


def _sentence(number: int, total: int, limit: int, *, whole: bool) -> str:
    files = plural(number, "{n:,} file is", "{n:,} files are")
    if whole:
        return say(
            "{files} embedded in this document, under the names in contents.json: AWS’s replies, the findings "
            "and indexes, the workbook and contents.json. A PDF reader lists them as attachments.",
            files=files,
        )
    return say(
        "{files} embedded in this document: findings, indexes and contents.json. With AWS’s replies and the workbook "
        "they would be {total} MB, over the limit of {limit} MB, so those are cited by hash.",
        files=files,
        total=_megabytes(total),
        limit=_megabytes(limit),
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f}".removesuffix(".0")
