"""Three-valued logic: observations and whether anything was refused in, one status out.

The law: a verdict never flips when more is learned. Met and unmet stay, unknown may become either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Observation, Status, unknown
from srm_docs.checks.row import Given, NotAnswered, Row

_WORST_FIRST = (Status.UNMET, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst status: unmet, unknown, met, not applicable. Not applicable where there is none."""
    found = set(statuses)
    return next((s for s in _WORST_FIRST if s in found), Status.NOT_APPLICABLE)


def observe(check: Check, rows: Sequence[Sequence[Row]], given: Given) -> tuple[Observation, ...]:
    """Every observation of a check on the rows of its calls (one sequence a call, in the order of `check.calls`).

    A row whose reply lacks a field that the check insists on is unknown. For whole= the rows must be complete:
    the caller does not ask where anything was refused.
    """
    extra: dict[str, Any] = {"given": given} if check.wants_given else {}
    if check.quantifier is Quantifier.WHOLE:
        if not any(rows):
            return ()
        return _insist(lambda: _listed(check.judge(*(tuple(r) for r in rows), **extra)))
    return tuple(
        replace(said, subject=row)
        for row in rows[0]
        for said in _insist(lambda row=row: _listed(check.judge(row, **extra)))  # type: ignore[misc]
    )


def settle(check: Check, observations: Sequence[Observation], *, refused: bool) -> tuple[Status, str]:
    """The status of a check at its place, and the sentence of `none=` where that decided.

    each, whole   any unmet: unmet; else anything unknown or refused: unknown; else met
    some          any met: met; else anything unknown or refused: unknown; else unmet
    Rows that do not apply are left out; where none is left and nothing was refused, `none=` speaks.
    """
    statuses = {o.status for o in observations} - {Status.NOT_APPLICABLE}
    decisive = Status.MET if check.quantifier is Quantifier.SOME else Status.UNMET
    if decisive in statuses:
        return decisive, ""
    if refused or Status.UNKNOWN in statuses:
        return Status.UNKNOWN, ""
    if not statuses:
        return check.none.status, check.none.note
    return statuses.pop(), ""


def _listed(said: Observation | Iterable[Observation]) -> tuple[Observation, ...]:
    return (said,) if isinstance(said, Observation) else tuple(said)


def _insist(judge: Callable[[], tuple[Observation, ...]]) -> tuple[Observation, ...]:
    """What is said, or "unknown": a missing key deeper in a reply counts as a missing field of the row.

    A reply of another form than a check reads (a null in a list, text where a number should be) leaves that row open.
    It must not end the judging of everything else, nor be passed over: the fault is named in the note.
    """
    try:
        return judge()
    except (NotAnswered, KeyError) as missing:
        return (unknown(f"The reply does not hold {missing.args[0]}."),)
    except Exception as fault:  # noqa: BLE001 - a judge knows nothing but the reply, so the reply is what it trips over
        return (unknown(f"The reply is not of the form that this test reads ({type(fault).__name__})."),)
