"""Counts, dates and lists as a reader wants them: values in, words out that can be said in other languages."""

from __future__ import annotations

import datetime as dt
from typing import Final

from srm_docs.checks.place import GLOBAL, UNLISTED
from srm_docs.said import Said, capital, day, joined, listed, moment, of_catalog, of_check, plural, say, sentence

__all__ = [
    "amount", "call_words", "capital", "count", "day", "instant", "joined", "listed", "moment", "of_catalog",
    "of_check", "plural", "region_words", "say", "sentence", "span",
]  # fmt: skip


def instant(value: dt.datetime) -> str:
    """`2026-07-03T04:12:09.123Z`, for columns that are compared."""
    utc = value.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def span(start: dt.date | None, end: dt.date | None) -> str:
    """`1 July 2025 to 30 June 2026`; empty where neither is known."""
    if start and end:
        return say("{start} to {end}", start=start, end=end)
    return say("from {start}", start=start) if start else say("to {end}", end=end) if end else ""


def count(number: int, one: str, many: str) -> Said:
    """`1 region`, `1,204 regions`: words of ours. Nouns that are data are for `amount`."""
    return plural(number, "{n:,} " + one, "{n:,} " + many)


def amount(number: int, noun: str, nouns: str) -> Said:
    """`1 key`, `1,204 keys`: the noun is that of a call or check, and stands as it is in every language."""
    return say("{number:,} {noun}", number=number, noun=noun if number == 1 else nouns)


_NO_REGIONS: Final = {GLOBAL: say("account-wide"), UNLISTED: say("regions not listed")}


def region_words(region: str) -> str:
    """`eu-west-1`, `account-wide` or `regions not listed`."""
    return _NO_REGIONS.get(region, region)


def call_words(call: str) -> str:
    """`ec2:DescribeImages (filter: in use)` from `ec2:DescribeImages#in-use`: only what stands before it is AWS's."""
    operation, _, variant = call.partition("#")
    return f"{operation} (filter: {variant.replace('-', ' ')})" if variant else operation
