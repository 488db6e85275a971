"""Bring the rows of a call at a place together: snapshot in, rows and gaps out.

A gap is whatever keeps the rows from being whole: a refusal at this call or at the call it depends on, a question
that was never asked, an account that could not be entered, regions that nobody could list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, UNLISTED, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.collect.answer import REFUSALS, Question, Refusal, State
from srm_docs.collect.questions import questions, rows
from srm_docs.collect.scope import AccountScope
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.stopped import stopped


class Evidence(Protocol):
    """What judging reads: a store's snapshot, or a packet's own copy of it."""

    @property
    def header(self) -> Header:
        """Who asked, where, when."""
        ...

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is on record, by question key."""
        ...

    def pages(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """The pages that were kept for a question that is on record."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """Why rows may be missing: the call and place that failed, its state, AWS's code and message."""

    call: str
    place: Place
    state: State
    code: str
    message: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Rows in the order AWS gave them, the gaps, and the evidence ids that were read, the call's own first.

    `offered` is False where AWS offers the call's service in none of the regions: then there can be no row.
    """

    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    evidence: tuple[str, ...]
    offered: bool = True


class Gatherer:
    """Reads each call at each place once, however many checks ask."""

    def __init__(self, evidence: Evidence) -> None:
        """Hold the snapshot; nothing is read yet."""
        self._evidence = evidence
        self._accounts = {a.id: a for a in evidence.header.accounts}
        self._stopped = stopped(evidence.entries.values())
        self._seen: dict[tuple[str, Place], Gathered] = {}
        self._units: dict[tuple[str, Scope], tuple[Place, ...]] = {}

    def one_by_one(self) -> Iterator[str]:
        """The accounts' ids, sorted; the rows of each are let go before the next: those of a thousand are gigabytes."""
        for account in sorted(self._accounts):
            yield account
            self._seen.clear()

    def units(self, account: str, scope: Scope) -> tuple[Place, ...]:
        """The places of an account at which a check of this scope is settled, sorted.

        Regions that could not be listed, and an account that could not be entered, are one place: `unlisted`.
        """
        known = self._units.get((account, scope))
        if known is None:
            known = self._units[account, scope] = self._units_of(self._accounts[account], scope)
        return known

    def _units_of(self, account: AccountScope, scope: Scope) -> tuple[Place, ...]:
        if scope is Scope.ACCOUNT:
            return (Place(account=account.id, region=GLOBAL),)
        units = [Place(account=account.id, region=r) for r in account.regions if account.entered]
        if not account.entered or not account.regions_listed:
            units.append(Place(account=account.id, region=UNLISTED))
        return tuple(sorted(units))

    def within(self, call: Call, unit: Place) -> Gathered:
        """All rows of a call that a verdict at `unit` rests on: one region, or every region of the account."""
        account = self._accounts[unit.account]
        if not account.entered:
            return Gathered(rows=(), gaps=(_not_entered(call, account),), evidence=())
        if call.scope is Scope.ACCOUNT:
            return self.at(call, Place(account=unit.account, region=GLOBAL))
        if unit.region == UNLISTED:
            return Gathered(rows=(), gaps=(_unlisted(call, account),), evidence=())
        if unit.region != GLOBAL:
            return self.at(call, unit)
        parts = [self.at(call, Place(account=account.id, region=r)) for r in sorted(account.regions)]
        if not account.regions_listed:
            parts.append(Gathered(rows=(), gaps=(_unlisted(call, account),), evidence=()))
        return Gathered(
            rows=tuple(r for p in parts for r in p.rows),
            gaps=tuple(g for p in parts for g in p.gaps),
            evidence=tuple(e for p in parts for e in p.evidence),
            offered=not parts or any(p.offered for p in parts),
        )

    def at(self, call: Call, place: Place) -> Gathered:
        """The rows of one call at exactly one place."""
        known = self._seen.get((call.id, place))
        if known is None:
            known = self._seen[call.id, place] = self._gather(call, place)
        return known

    def _gather(self, call: Call, place: Place) -> Gathered:
        found: list[Row] = []
        gaps: list[Gap] = []
        evidence: dict[str, None] = {}
        parents: tuple[Row, ...] = ()
        above = None if call.per is None else self.at(call.per, place)
        offered = above is None or above.offered
        if above is not None:
            parents, gaps = above.rows, list(above.gaps)
        for question, parent in questions(call, place, parents):
            entry = self._evidence.entries.get(question.key)
            if entry is None:
                gaps.append(_not_run(question, self._stopped.get(place.account)))
                continue
            evidence[entry.evidence_id] = None
            offered = offered and entry.state is not State.NOT_OFFERED
            if entry.state in REFUSALS:
                gaps.append(_refused(entry))
            pages = self._evidence.pages(question.key)
            found += rows(call, question, pages, parent=parent, absent=entry.absent, evidence=entry.evidence_id)
        if above is not None:
            # that there is nothing more to ask about rests on the parent's answer; it comes last, so that the first id
            # that a reader looks up is the call's own
            evidence.update(dict.fromkeys(above.evidence))
        return Gathered(rows=tuple(found), gaps=tuple(gaps), evidence=tuple(evidence), offered=offered)


def _refused(entry: Entry) -> Gap:
    refusal = entry.refusal
    return Gap(
        call=entry.question.call,
        place=entry.question.place,
        state=entry.state,
        code=refusal.code if refusal else str(entry.state),
        message=refusal.message if refusal else "",
        evidence=entry.evidence_id,
    )


def _not_run(question: Question, why: Refusal | None) -> Gap:
    return Gap(
        call=question.call,
        place=question.place,
        state=State.NOT_RUN,
        code=why.code if why else "NotRun",
        message=why.message if why else "It was not asked.",
    )


def _unlisted(call: Call, account: AccountScope) -> Gap:
    place = Place(account=account.id, region=UNLISTED)
    message = "The enabled regions could not be listed, so there may be more than those that were read."
    return Gap(call=call.id, place=place, state=State.NOT_RUN, code="RegionsNotListed", message=message)


def _not_entered(call: Call, account: AccountScope) -> Gap:
    refusal = account.refusal
    return Gap(
        call=call.id,
        place=Place(account=account.id, region=GLOBAL if call.scope is Scope.ACCOUNT else UNLISTED),
        state=State.NOT_RUN,
        code=refusal.code if refusal else "AccountNotEntered",
        message=refusal.message if refusal else "The account could not be entered.",
    )
