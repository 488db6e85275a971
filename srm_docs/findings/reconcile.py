"""Compare each list with the number that AWS itself states: snapshot in, one comparison a list and place out.

It decides no verdict: both were read at different moments, and AWS Config lags behind. It shows where a list may not
be whole although AWS said that it was, and where nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from srm_docs.checks.place import UNLISTED, Place
from srm_docs.checks.row import NotAnswered
from srm_docs.checks.second_count import SecondCount
from srm_docs.findings.gather import Gap, Gathered, Gatherer


class Agreement(StrEnum):
    """What a comparison came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_STATED = "not stated"
    NOT_DETERMINABLE = "not determinable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One list at one place beside AWS's own number.

    listed    how many were listed, None where the list is not whole or a row does not say whether it counts
    stated    AWS's number, None where it states none or was refused
    gaps      what was not answered of either
    evidence  ids behind the list and behind the number, the list's first
    """

    of: SecondCount
    place: Place
    listed: int | None
    stated: int | None
    gaps: tuple[Gap, ...]
    evidence: tuple[str, ...]
    stated_evidence: tuple[str, ...]

    @property
    def agreement(self) -> Agreement:
        """Equal or not, where both numbers are there."""
        if self.gaps or self.listed is None:
            return Agreement.NOT_DETERMINABLE
        if self.stated is None:
            return Agreement.NOT_STATED
        return Agreement.AGREES if self.listed == self.stated else Agreement.DIFFERS


def reconcile(counts: Iterable[SecondCount], gatherer: Gatherer) -> tuple[Comparison, ...]:
    """Every comparison, by subject in the order given, then by place."""
    counts = tuple(counts)
    found: list[list[Comparison]] = [[] for _ in counts]
    for account in gatherer.one_by_one():
        for count, compared in zip(counts, found, strict=True):
            compared.extend(_compared(count, account, gatherer))
    return tuple(one for compared in found for one in compared)


def _compared(count: SecondCount, account: str, gatherer: Gatherer) -> Iterator[Comparison]:
    for place in gatherer.units(account, count.listed.scope):
        if place.region == UNLISTED:
            continue  # the page on scope names what could not be entered or listed
        listed = gatherer.within(count.listed, place)
        stated = [gatherer.within(call, place) for call in count.stated]
        yield _comparison(count, place, listed, stated)


def _comparison(count: SecondCount, place: Place, listed: Gathered, stated: list[Gathered]) -> Comparison:
    unstated = any(part.gaps for part in stated)
    try:
        number = None if listed.gaps else sum(1 for row in listed.rows if not row.absent and count.counts(row))
    except (NotAnswered, TypeError, AttributeError):  # a reply of another form than AWS's models promise
        number = None
    return Comparison(
        of=count,
        place=place,
        listed=number,
        stated=None if unstated else count.number(*(part.rows for part in stated)),
        gaps=tuple(dict.fromkeys([*listed.gaps, *(gap for part in stated for gap in part.gaps)])),
        evidence=listed.evidence,
        stated_evidence=tuple(dict.fromkeys(e for part in stated for e in part.evidence)),
    )


def to_data(compared: Comparison) -> dict[str, Any]:
    """Plain JSON types, for findings.json."""
    return {
        "agreement": str(compared.agreement),
        "evidence": [*compared.evidence, *compared.stated_evidence],
        "gaps": [{"call": g.call, "code": g.code, "place": str(g.place), "state": str(g.state)} for g in compared.gaps],
        "id": compared.of.id,
        "listed": compared.listed,
        "place": str(compared.place),
        "stated": compared.stated,
    }
