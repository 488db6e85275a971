"""Show what was planned and what came of it: the ledger in, coverage lines and "could not be read" lines out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from srm_docs.checks.actions import actions as actions_of
from srm_docs.checks.call import Call
from srm_docs.checks.place import UNLISTED, Place, Scope
from srm_docs.collect.answer import ANSWERS, REFUSALS, State
from srm_docs.collect.run import DEADLINES, STOPPED, stops
from srm_docs.evidence.entry import Header
from srm_docs.evidence.ledger import ALL_CALLS, LedgerRow
from srm_docs.findings.judge import Result
from srm_docs.packet.model import Answer, CoverageLine, Shape, UnreadLine
from srm_docs.packet.terms import term
from srm_docs.packet.words import call_words, joined, listed, plural, region_words, say, sentence

GO_ON: Final = say("Sign in again (for SSO: `aws sso login`); then `srm-docs collect --resume` reads the rest.")
"""The mend where credentials stopped working."""
GO_ON_LATER: Final = say(
    "`srm-docs collect --resume` reads the rest; `run_minutes` and `place_minutes` in [collect] give a run more time."
)
"""The mend where a deadline had passed."""
_MENDS: Final = {
    State.THROTTLED: say("Repeat the run with a lower `concurrency` or more `attempts`."),
    State.TIMED_OUT: say("Repeat the run with a longer `read_timeout`."),
    State.FAILED: say("Repeat the run; if it fails again, ask AWS Support with the request id."),
    State.DISABLED: say("Enable the service or subscription for this account, or say why it is not used."),
    State.UNSUPPORTED: say("This endpoint does not offer the operation; evidence it by other means."),
    State.NOT_RUN: say("Repeat the run; allow ec2:DescribeRegions if the regions could not be listed."),
}
_AGAIN: Final = say("Repeat the run.")
_LET_IN: Final = say("Let the run enter this account: check its role_arn, external_id and trust policy.")
_LIST_REGIONS: Final = say("Allow ec2:DescribeRegions to the role that reads, and repeat the run.")


def coverage_line(row: LedgerRow) -> CoverageLine:
    """The line of a planned call and place."""
    return CoverageLine(
        call=row.call,
        account=row.place.account,
        region=region_words(row.place.region),
        state=term(row.state),
        shape=shape(row.state),
        asked=row.asked,
        answered=row.answered,
        rows=row.rows,
        pages=row.pages,
        why=why(row),
        evidence=row.evidence,
    )


def shape(state: State) -> Shape:
    """The mark of a state."""
    if state in (State.OUT_OF_SCOPE, State.NOT_OFFERED):
        return Shape.NOT_APPLICABLE
    return Shape.MET if state in ANSWERS else Shape.UNREAD


def why(row: LedgerRow) -> str:
    """AWS's code and message, or our own reason."""
    if row.state is State.OUT_OF_SCOPE:
        said = ": ".join(f"{r.code}: {r.message}" for r, _ in row.refusals)
        return sentence(said or term("out of scope by configuration"))
    if row.state is State.NOT_OFFERED:
        return say("AWS does not offer the service in this region.")
    if row.state is State.PARENT_REFUSED:
        return say("The call it depends on was refused.")
    if for_its_parent(row):
        return say("The call it depends on was not answered in full.")
    if row.state is State.NOT_RUN and not row.refusals:
        unlisted = row.place.region == UNLISTED
        return say("The enabled regions could not be listed.") if unlisted else say("It was not asked.")
    return joined("; ", (_times(f"{r.code}: {r.message}".strip(": "), n) for r, n in row.refusals))


def _times(refusal: str, number: int) -> str:
    return say("{refusal} ({n:,} times)", refusal=refusal, n=number) if number > 1 else refusal


def totals(rows: Sequence[LedgerRow]) -> tuple[tuple[str, int], ...]:
    """How many rows of the ledger are in each state that occurs, in the order of the states."""
    found = Counter(row.state for row in rows)
    return tuple((term(s), found[s]) for s in State if found[s])


def completeness(header: Header, rows: Sequence[LedgerRow]) -> Answer:
    """How much of what was planned AWS answered in full, or why nobody knows."""
    closed = [a.id for a in header.accounts if not a.entered]
    unlisted = [a.id for a in header.accounts if a.entered and not a.regions_listed]
    unknown = [say("{accounts} could not be entered", accounts=accounts_words(closed))] if closed else []
    if header.organization and header.organization.refusal:
        code = header.organization.refusal.code
        unknown.append(say("the organization's accounts could not be listed ({code})", code=code))
    if unlisted:
        accounts = accounts_words(unlisted)
        unknown.append(say("the enabled regions of {accounts} could not be listed", accounts=accounts))
    if unknown or not header.accounts:
        why = joined("; ", unknown) or say("no account was entered")
        return Answer(text=say("Not determinable: {why}.", why=why), shape=Shape.UNREAD)
    planned = [r for r in rows if r.state not in (State.OUT_OF_SCOPE, State.NOT_OFFERED)]
    refused = sum(r.state in REFUSALS for r in planned)
    idle = sum(r.state is State.PARENT_EMPTY for r in planned)  # never sent: nothing answered them
    asked = len(planned) - idle
    nothing = [say("{idle:,} more had nothing to ask about", idle=idle)] if idle else []
    if refused:
        said: list[str] = [
            plural(
                asked,
                "{answered:,} of {n:,} planned read answered in full, {refused:,} not",
                "{answered:,} of {n:,} planned reads answered in full, {refused:,} not",
                answered=asked - refused,
                refused=refused,
            ),
            *nothing,
        ]
        return Answer(text=joined("", (joined("; ", said), ".")), shape=Shape.UNREAD)
    whole: list[str] = [say("All {number:,} planned reads were answered in full", number=asked), *nothing]
    return Answer(text=joined("", (joined("; ", whole), ".")), shape=Shape.MET)


def accounts_words(ids: Sequence[str]) -> str:
    """`account 111122223333`, or `accounts` and the first few."""
    return plural(len(ids), "account {ids}", "accounts {ids}", ids=listed(ids, most=4))


def not_made(rows: Sequence[LedgerRow]) -> int:
    """How many reads were not made because configuration leaves their region out."""
    return sum(row.state is State.OUT_OF_SCOPE and row.call != ALL_CALLS for row in rows)


def unread_lines(
    rows: Sequence[LedgerRow], calls: Mapping[str, Call], results: Sequence[Result]
) -> tuple[UnreadLine, ...]:
    """A line for every call and place that AWS did not answer in full, with the tests that this leaves undetermined.

    What was not asked because the call that it depends on was not answered has its line too, and names that call.
    Calls of an account that could not be entered, or of regions that nobody could list, are one line, "all calls", and
    so is what nobody could read once an account's credentials had stopped working.
    """
    ended = {row.place.account for row in rows if row.asked and any(stops(row.place, r.code) for r, _ in row.refusals)}
    lost = [row for row in rows if row.place.account in ended and _for_want_of_credentials(row)]
    gone = set(map(id, lost))
    affected: dict[tuple[str, Place], dict[str, None]] = {}
    for result in results:
        for gap in result.gaps:
            affected.setdefault((gap.call, gap.place), {})[result.check.id] = None
    one_by_one = (
        UnreadLine(
            call=row.call,
            account=row.place.account,
            region=region_words(row.place.region),
            state=_state(row),
            code=", ".join(r.code for r, _ in row.refusals) or ("" if for_its_parent(row) else _code(row)),
            message="; ".join(r.message for r, _ in row.refusals if r.message) or _for_its_parent_words(row),
            asked=row.asked,
            answered=row.answered,
            affects=tuple(sorted(affected.get((row.call, row.place), ()))),
            mend=mend(row, calls.get(row.call)),
            evidence=row.evidence,
            depends_on=_parent(row, calls.get(row.call)),
        )
        for row in rows
        if row.state in REFUSALS and not _unasked(row) and id(row) not in gone
    )
    together = (*_nowhere([row for row in rows if id(row) not in gone], affected), *_afterwards(lost, affected))
    return tuple(sorted((*together, *one_by_one), key=lambda u: (u.call, u.account, u.region)))


def for_its_parent(row: LedgerRow) -> bool:
    """Whether all that was asked was answered, and only the parent's answer leaves open what else there was to ask."""
    return row.state is State.PARENT_REFUSED or (
        row.state is State.PARTIAL and not row.refusals and row.answered == row.planned
    )


def _state(row: LedgerRow) -> str:
    """The state in words. Where all that was asked was answered there was more to ask, and nobody knows what."""
    if row.state is State.PARTIAL and for_its_parent(row):
        return say("incomplete, because its list was incomplete")
    return term(row.state)


def _for_its_parent_words(row: LedgerRow) -> str:
    return why(row) if for_its_parent(row) else ""


def _parent(row: LedgerRow, call: Call | None) -> str:
    return call.per.id if for_its_parent(row) and call and call.per else ""


def _unasked(row: LedgerRow) -> bool:
    """Whether the place itself could not be reached: its account was not entered, or its regions were not listed."""
    return row.state is State.NOT_RUN and not row.asked and (bool(row.refusals) or row.place.region == UNLISTED)


def _for_want_of_credentials(row: LedgerRow) -> bool:
    """Whether only the end of the credentials kept a call from being read, in an account that had been entered."""
    why_not = [refusal for refusal, _ in row.refusals]
    entered = row.asked or any(refusal.state is State.NOT_RUN for refusal in why_not)
    ended = bool(why_not) and all(refusal.code in STOPPED for refusal in why_not)
    return bool(entered and ended) and row.state in REFUSALS and not row.answered


def _afterwards(
    rows: Sequence[LedgerRow], affected: Mapping[tuple[str, Place], Mapping[str, None]]
) -> Iterator[UnreadLine]:
    """A line for each account whose credentials stopped working: one reason, one mend."""
    for account in sorted({row.place.account for row in rows}):
        group = [row for row in rows if row.place.account == account]
        first = next(refusal for row in group for refusal, _ in row.refusals)
        yield UnreadLine(
            call=say("all further calls ({number:,})", number=len({r.call for r in group})),
            account=account,
            region=say("credentials stopped working"),
            state=term(State.NOT_RUN),
            code=first.code,
            message=say("The credentials stopped working during the run."),
            asked=sum(r.asked for r in group),
            answered=0,
            affects=tuple(sorted({c for r in group for c in affected.get((r.call, r.place), ())})),
            mend=GO_ON,
            evidence=tuple(sorted({e for r in group for e in r.evidence})),
            reads=len(group),
        )


def _nowhere(
    rows: Sequence[LedgerRow], affected: Mapping[tuple[str, Place], Mapping[str, None]]
) -> Iterator[UnreadLine]:
    groups: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        if _unasked(row):
            refusal = row.refusals[0][0] if row.refusals else None
            region = say("account not entered") if refusal else region_words(row.place.region)
            groups.setdefault((row.place.account, region), []).append(row)
    for (account, region), group in groups.items():
        refusal = group[0].refusals[0][0] if group[0].refusals else None
        yield UnreadLine(
            call=say("all calls ({number:,})", number=len({r.call for r in group})),
            account=account,
            region=region,
            state=term(State.NOT_RUN),
            code=refusal.code if refusal else _code(group[0]),
            message=refusal.message if refusal else say("There may be more regions than those that were read."),
            asked=0,
            answered=0,
            affects=tuple(sorted({c for r in group for c in affected.get((r.call, r.place), ())})),
            mend=(GO_ON if refusal.code in STOPPED else _LET_IN) if refusal else _LIST_REGIONS,
            evidence=(),
            reads=len(group),
        )


def _code(row: LedgerRow) -> str:
    return "RegionsNotListed" if row.place.region == UNLISTED else "NotRun"


def mend(row: LedgerRow, call: Call | None) -> str:
    """What a person can do so that the next run reads it."""
    if for_its_parent(row):
        parent = call_words(_parent(row, call))
        if not parent:
            return say("Mend the call first, which this depends on.")
        return say("Mend {call} first, which this depends on.", call=parent)
    first = row.refusals[0][0] if row.refusals else None
    state = first.state if first else row.state
    if first and first.code in STOPPED:
        return GO_ON
    if first and first.code in DEADLINES:
        return GO_ON_LATER
    if state is State.DENIED:
        actions = listed(actions_of(call)) if call else row.call
        if call and call.scope is Scope.ORGANIZATION:
            return say(
                "Allow {actions} to the session that lists accounts; `srm-docs policy --org` prints its policy.",
                actions=actions,
            )
        return say(
            "Allow {actions} to the role that reads; `srm-docs policy` prints the whole policy.", actions=actions
        )
    return _MENDS.get(state, _AGAIN)
