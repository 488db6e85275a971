"""Names in a note: what people chose to call things in, the same in quotes out."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(names: Iterable[str]) -> str:
    """`“use”, “read”`: a policy may be called `everything`, and then reads like a part of the sentence."""
    return ", ".join(f"“{name}”" for name in names)
