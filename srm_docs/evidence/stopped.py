"""What a run had no credentials or no time for: entries in, an account's refusal or a number out.

What was not asked of such an account has one reason and one mend, however many calls it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from srm_docs.collect.answer import Refusal, State
from srm_docs.collect.run import DEADLINES, STOPPED, stops
from srm_docs.evidence.entry import Entry, Header

WHY: Final = "The credentials had stopped working before it was asked."


def stopped(entries: Iterable[Entry]) -> dict[str, Refusal]:
    """For each account whose credentials stopped working, why its further questions were not asked."""
    found: dict[str, Refusal] = {}
    for entry in sorted(entries, key=lambda e: e.question.key):
        place, refusal = entry.question.place, entry.refusal
        if refusal is not None and place.account not in found and stops(place, refusal.code):
            found[place.account] = Refusal(state=State.NOT_RUN, code=refusal.code, message=WHY)
    return found


def late(entries: Iterable[Entry]) -> int:
    """How many questions were not asked because a deadline had passed."""
    return sum(entry.refusal is not None and entry.refusal.code in DEADLINES for entry in entries)


def can_go_on(header: Header, entries: Collection[Entry]) -> bool:
    """Whether renewed credentials or more time would read what a finished snapshot lacks."""
    return (
        bool(stopped(entries))
        or late(entries) > 0
        or any(a.refusal is not None and a.refusal.code in STOPPED for a in header.accounts)
    )
