"""Lines of a report: text in, at most 80 columns out, ASCII where a stranger wrote it. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from srm_docs.seal.manifest import path_fault
from srm_docs.verify.bounds import plain, shown

WIDTH: Final = 80
LABEL: Final = 13
LONG: Final = 400
SHA256: Final = re.compile(r"\b([0-9a-f]{16})[0-9a-f]{48}\b")


def labelled(label: str, text: str) -> Iterator[str]:
    """A paragraph with its label in the margin."""
    yield from textwrap.wrap(text, WIDTH, initial_indent=f"{label:<{LABEL}}", subsequent_indent=" " * LABEL)


def item(text: str, *, deeper: bool = False) -> Iterator[str]:
    """One thing said below a label."""
    indent = " " * (LABEL + 2 if deeper else LABEL)
    yield from textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def path_of(path: str) -> str:
    """A path as it is where a packet may hold it, else in quotes with what cannot be printed spelt out."""
    return shown(path) if path_fault(path) else path


def short(text: str) -> str:
    """Digests cut to 16 digits, and nothing that a terminal could take for more than text."""
    return SHA256.sub(r"\1...", plain(text, LONG))
