"""Counts, dates and lists as a reader wants them: values in, British English out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from srm_docs.dates import day

__all__ = ["count", "day", "instant", "listed", "moment", "sentence", "span"]


def moment(value: dt.datetime) -> str:
    """`3 July 2026 04:12 UTC`."""
    utc = value.astimezone(dt.UTC)
    return f"{day(utc)} {utc:%H:%M} UTC"


def instant(value: dt.datetime) -> str:
    """`2026-07-03T04:12:09.123Z`, for columns that are compared."""
    utc = value.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def span(start: dt.date | None, end: dt.date | None) -> str:
    """`1 July 2025 to 30 June 2026`; empty where neither is known."""
    if start and end:
        return f"{day(start)} to {day(end)}"
    return f"from {day(start)}" if start else f"to {day(end)}" if end else ""


def count(number: int, one: str, many: str) -> str:
    """`1 region`, `1,204 regions`."""
    return f"{number:,} {one if number == 1 else many}"


def listed(items: Sequence[str], most: int = 0) -> str:
    """`a, b and c`; with `most`, the rest as `and 3 more`."""
    items = list(items)
    if most and len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    if len(items) < 2:  # noqa: PLR2004 - no comma and no "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def call_words(call: str) -> str:
    """`ec2:DescribeImages (filter: in use)` from `ec2:DescribeImages#in-use`: only what stands before it is AWS's."""
    operation, _, variant = call.partition("#")
    return f"{operation} (filter: {variant.replace('-', ' ')})" if variant else operation


def sentence(text: str) -> str:
    """The text with a full stop, and a capital at its start."""
    text = text.strip()
    return text and text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
