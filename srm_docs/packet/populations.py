"""What the self-tests were done on: results and the ledger in, a line for each kind of thing out.

A self-test inspects a whole population, so that nothing is sampled here. What an auditor samples from (leavers,
changes, incidents) is no reply of AWS: it is for people to bring, and the documents say so.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence

from srm_docs.collect.answer import REFUSALS, State
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.findings.judge import Result
from srm_docs.findings.reconcile import Agreement, Comparison
from srm_docs.packet.model import Answer, PopulationLine, Shape
from srm_docs.packet.words import count, joined, plural, say

_NOT_PLACES = (State.OUT_OF_SCOPE, State.NOT_OFFERED)


def population_number(call: str) -> str:
    """`POP-7KQ2M`: of the call alone, so that it is the same in every packet."""
    return "POP-" + base64.b32encode(hashlib.sha256(call.encode()).digest()).decode()[:5]


def population_lines(
    results: Sequence[Result], ledger: Iterable[LedgerRow], compared: Sequence[Comparison]
) -> tuple[PopulationLine, ...]:
    """A line for each call whose rows are the population of a self-test, in the order of the self-tests."""
    rows: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        rows.setdefault(row.call, []).append(row)
    tests: dict[str, list[Result]] = {}
    for result in results:
        tests.setdefault(result.check.calls[0].id, []).append(result)
    agreed: dict[str, list[Agreement]] = {}
    for one in compared:
        agreed.setdefault(one.of.listed.id, []).append(one.agreement)
    return tuple(_line(call, found, rows.get(call, []), agreed.get(call, [])) for call, found in tests.items())


def _line(
    call: str, results: Sequence[Result], rows: Sequence[LedgerRow], agreed: Sequence[Agreement]
) -> PopulationLine:
    places = [row for row in rows if row.state not in _NOT_PLACES]
    unread = sum(row.state in REFUSALS for row in places)
    return PopulationLine(
        id=population_number(call),
        what=results[0].check.calls[0].nouns,
        call=call,
        size=sum(row.rows for row in rows),
        places=len(places),
        unread=unread,
        completeness=_completeness(len(places), unread, agreed),
        tests=tuple(r.check.id for r in results),
        evidence=tuple(dict.fromkeys(e for row in rows for e in row.evidence)),
    )


def _completeness(places: int, unread: int, agreed: Sequence[Agreement]) -> Answer:
    if not places or unread:
        text = plural(
            places,
            "Not read in full at {unread:,} of {n:,} place",
            "Not read in full at {unread:,} of {n:,} places",
            unread=unread,
        )
        return Answer(text=text if places else say("Not asked"), shape=Shape.UNREAD)
    differ, same = agreed.count(Agreement.DIFFERS), agreed.count(Agreement.AGREES)
    if differ:
        text = say("AWS's own count differs at {places}", places=count(differ, "place", "places"))
        return Answer(text=text, shape=Shape.UNREAD)
    read = say("To the last page at {places}", places=count(places, "place", "places"))
    second = [say("AWS's own count agrees at {number:,}", number=same)] if same else []
    return Answer(text=joined("; ", (read, *second)), shape=Shape.MET)
