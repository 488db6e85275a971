"""Dates as people write them: a date in, `3 July 2026` out, in every locale."""

from __future__ import annotations

import datetime as dt
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(value: dt.date) -> str:
    """`3 July 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
