"""A check's docstring is product text: docstring in, title, reason, remedy and examples out.

Sections after the title and the reason, each begun by its word at the margin:

    Remedy: one or two sentences.
    Met:   one YAML row, or (for whole=) a mapping from call id to a list of rows; several Met sections are welcome
    Unmet: the same
    Not applicable, Unknown: the same

`absent` instead of a row stands for an answer that means "off". In a row `_parent:` gives the parent's fields, and
`_region:` the region.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from srm_docs.errors import UsageError

_SECTION = re.compile(r"^(Remedy|Met|Unmet|Not applicable|Unknown):", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row (or rows) as YAML text, and the status that it must be judged to have."""

    expected: str
    yaml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What a reader needs to know about a check."""

    title: str
    reason: str
    remedy: str
    examples: tuple[Example, ...]


def read(name: str, docstring: str | None) -> Doc:
    """Split a docstring; a check without one is refused, because its title is printed in packets."""
    if docstring is None:
        raise UsageError(
            f"the check {name} has no docstring",
            hint="Write one, and do not run Python with -OO, which strips docstrings that packets print.",
        )
    text = inspect.cleandoc(docstring)
    parts = _SECTION.split(text)
    title, _, reason = parts[0].partition("\n\n")
    remedy, examples = "", []
    for word, body in zip(parts[1::2], parts[2::2], strict=True):
        if word == "Remedy":
            remedy = " ".join(body.split())
        else:
            examples.append(
                Example(expected=word.lower(), yaml=inspect.cleandoc("\n" + body) if "\n" in body.strip() else body)
            )
    return Doc(
        title=" ".join(title.split()).rstrip("."),
        reason=" ".join(reason.split()),
        remedy=remedy,
        examples=tuple(examples),
    )
