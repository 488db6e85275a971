"""Text that people type for a day -> the day, or half a sentence; what could be two days is never guessed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from srm_docs.declare.fields import WrongValue

_ISO: Final = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_PARTED: Final = re.compile(r"(\d{1,2})([-./ ])\s?(\d{1,2})\2\s?(\d{4})")
_NAMED: Final = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.IGNORECASE)
_NAMED_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_EAST: Final = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MOST_MONTHS: Final = 12
FIRST, LAST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
"""Days outside are typing errors: a year typed into a cell for dates is a day of 1905."""


def of_text(text: str) -> dt.date:
    """The day that a text means. Raises WrongValue.

    >>> of_text("2026-06-30"), of_text("30.6.2026"), of_text("30 Jun 2026")
    (datetime.date(2026, 6, 30), datetime.date(2026, 6, 30), datetime.date(2026, 6, 30))
    """
    said = " ".join(text.split())
    if found := _ISO.fullmatch(said):
        return _day(said, int(found[1]), int(found[3]), int(found[4]))
    if found := _EAST.fullmatch(said):
        return _day(said, *map(int, found.groups()))
    if found := _PARTED.fullmatch(said):
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        if one <= _MOST_MONTHS and other <= _MOST_MONTHS and one != other:
            both = f"{_shown(year, other, one)} or {_shown(year, one, other)}"
            raise WrongValue(f'could be two days, {both}: write the one that is meant in that way, not "{said}"')
        day, month = (one, other) if other <= _MOST_MONTHS else (other, one)
        return _day(said, year, month, day)
    if found := _NAMED.fullmatch(said):
        return _day(said, int(found[3]), _month(found[2], said), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(said):
        return _day(said, int(found[3]), _month(found[1], said), int(found[2]))
    raise WrongValue(f'must be a date such as 2026-06-30 (year, month, day), not "{said[:80]}"')


def of_number(serial: float, *, from_1904: bool) -> dt.date:
    """The day that Excel's number means. Raises WrongValue."""
    first = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
    try:
        day = first + dt.timedelta(days=int(serial))
    except (OverflowError, ValueError):
        raise WrongValue(f"must be a date such as 2026-06-30, not the number {serial:g}") from None
    return _within(day, f"the number {serial:g}")


def _month(name: str, said: str) -> int:
    found = [
        at for at, month in enumerate(_MONTHS, 1) if month.startswith(name.casefold()) or name.casefold() == "sept"
    ]
    if name.casefold() == "sept":
        return 9
    if len(found) != 1:
        raise WrongValue(f'must be a date such as 2026-06-30 (year, month, day), not "{said[:80]}"')
    return found[0]


def _day(said: str, year: int, month: int, day: int) -> dt.date:
    try:
        return _within(dt.date(year, month, day), f'"{said}"')
    except ValueError as fault:
        if isinstance(fault, WrongValue):
            raise
        raise WrongValue(f"is no day of the calendar: {said}") from None


def _within(day: dt.date, said: str) -> dt.date:
    if not FIRST <= day <= LAST:
        raise WrongValue(f"must be a date such as 2026-06-30; {said} is the day {day.isoformat()}")
    return day


def _shown(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"
