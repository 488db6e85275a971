"""The denial law, over every call there is: a refusal leaves a verdict as it was or makes it unknown.

Never met, never not applicable, never missing. What was read before the refusal stays and is judged as it was. Each
call that can be refused without anything changing is a call that nobody needs.

A fault is put into the recorded answers of the demo: a call refused everywhere, or at one place, or after some pages,
or one question of many. What must come of it is told by a second collection, in which the answers simply end where the
refusal came. The same rows are then judged; but an answer that ended is whole, and a refusal never is. So:

each    the same rows, judged the same; unmet if one of them deviates, else unknown
some    met with the same row if one of them is met, else unknown
whole   unknown, and no row is judged, for half a population is none

Only what reads the refused call is collected and judged anew; the rest is held against a judging of everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from srm_docs import pipeline
from srm_docs.catalog.model import Catalog
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.calls.entry import CALLER, REGIONS
from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Status
from srm_docs.checks.parameter import resolve
from srm_docs.checks.place import GLOBAL, UNLISTED, Place, Scope
from srm_docs.checks.role import of_accounts
from srm_docs.checks.second_counts import SECOND_COUNTS
from srm_docs.collect.access import Access
from srm_docs.collect.answer import ANSWERS, REFUSALS, Answer, Question, Refusal, State
from srm_docs.collect.enter import Opened, enter
from srm_docs.config import Config
from srm_docs.declare.audit import Audit
from srm_docs.evidence.entry import Entry
from srm_docs.evidence.ledger import ledger
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings import gather, judge
from srm_docs.findings.conclude import ARTIFACT, Conclusions, conclude, roll_up
from srm_docs.findings.gather import Gathered, Gatherer
from srm_docs.findings.judge import Finding, Judged, Result
from srm_docs.findings.rollup import ReportState, Statement
from tests.aws_models import comes_in_pages
from tests.replay import DENIED, Kept, Replay, replay

# the organization is asked before anything is judged, and no check rests on it: tests/test_collect_membership.py
CALLS = {c.id: c for c in of_accounts(discover.calls())}
CHECKS = discover.checks()
AUDIT = Audit()
VALUES = resolve([p for c in CHECKS for p in c.parameters], AUDIT.parameters)
Pages = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is refused: a call's questions by key, each with the pages that were read before."""

    call: Call
    where: str
    read: Mapping[str, Pages]

    def __str__(self) -> str:
        return f"{self.call.id} refused {self.where}"


class Demo:
    """The demo as it was recorded and concluded, and as it is with a fault in it."""

    def __init__(self, snapshot: Snapshot, catalog: Catalog) -> None:
        self.catalog = catalog
        self.ask = Replay(snapshot)
        self.kept = replay(self.ask, CALLS.values(), snapshot.header)
        self.conclusions = conclude(catalog, CHECKS, discover.calls(), self.kept, AUDIT)
        self.results = {r.check.id: r for r in self.conclusions.results}
        self.entries: dict[str, list[Entry]] = {}
        for entry in self.kept.entries.values():
            self.entries.setdefault(entry.question.call, []).append(entry)
        self.readers = {
            id_: tuple(c for c in CHECKS if any(call.id == id_ for top in c.calls for call in top.lineage))
            for id_ in CALLS
        }
        self.below = {
            id_: tuple(c for c in CALLS.values() if any(above.id == id_ for above in c.lineage)) for id_ in CALLS
        }

    def places(self, call: Call) -> list[Place]:
        return sorted({e.question.place for e in self.entries.get(call.id, ())})

    def at(self, call: Call, *places: Place) -> list[Entry]:
        return [e for e in self.entries.get(call.id, ()) if e.question.place in places]

    def again(self, call: Call, instead: Mapping[str, Answer]) -> Kept:
        """Collected with other answers to some questions of a call: it and all that depends on it are asked anew."""
        anew = {c.id for c in self.below[call.id]}
        others = {key: entry for key, entry in self.kept.entries.items() if entry.question.call not in anew}
        self.ask.instead = instead
        return replay(self.ask, self.below[call.id], self.kept.header, replace(self.kept, entries=others))

    def refused(self, fault: Fault) -> Kept:
        said = {key: Answer(pages=pages, refusal=replace(DENIED, page=len(pages))) for key, pages in fault.read.items()}
        return self.again(fault.call, said)

    def ended(self, fault: Fault) -> Kept:
        return self.again(fault.call, {key: Answer(pages=pages) for key, pages in fault.read.items()})

    def judged(self, fault: Fault, kept: Kept, *, row_by_row: bool = False) -> tuple[Result, ...]:
        """What rests on the call; `row_by_row`: of that, what judges each row by itself."""
        readers = [c for c in self.readers[fault.call.id] if not (row_by_row and c.quantifier is Quantifier.WHOLE)]
        return judge.judge(readers, kept, VALUES)

    def concluded(self, part: Iterable[Result], kept: Kept) -> Conclusions:
        """All conclusions, some of the results being others."""
        results = {**self.results, **{r.check.id: r for r in part}}
        return roll_up(self.catalog, tuple(results.values()), discover.calls(), kept, AUDIT)


@pytest.fixture(scope="module")
def demo(demo_snapshot: Snapshot) -> Demo:
    return Demo(demo_snapshot, pipeline.catalog(Config()))


def things(finding: Finding) -> list[Judged]:
    return [j for j in finding.judged if not j.is_place]


def expected(check: Check, ended: Finding) -> tuple[Status, list[Judged] | None]:
    """The verdict that a refusal allows and the things it names (None: that is said by the status alone)."""
    if check.quantifier is Quantifier.WHOLE:
        return Status.UNKNOWN, []
    if check.quantifier is Quantifier.EACH:
        named = things(ended)
        return (Status.UNMET if any(j.status is Status.UNMET for j in named) else Status.UNKNOWN), named
    found = [j for j in ended.judged if j.status is Status.MET and j.note != check.none.note]
    return (Status.MET, found) if found else (Status.UNKNOWN, None)


def rests_on(check: Check, unit: Place, call: Call, place: Place) -> bool:
    """Whether a verdict at `unit` needs the call's answer at `place`."""
    reads = any(above.id == call.id for top in check.calls for above in top.lineage)
    same = GLOBAL in (unit.region, place.region) or unit.region == place.region
    return reads and unit.account == place.account and same


def breaches(demo: Demo, fault: Fault) -> Iterator[str]:
    """Each verdict that a fault leaves as it must not be, in words."""
    kept = demo.refused(fault)
    refused = [kept.entries[key] for key in fault.read]
    ended = {r.check.id: r.findings for r in demo.judged(fault, demo.ended(fault), row_by_row=True)}
    for now in demo.judged(fault, kept):
        was = demo.results[now.check.id]
        if [f.place for f in now.findings] != [f.place for f in was.findings]:
            yield f"{fault}: {now.check.id} has other places"
            continue
        for finding, shorter, before in zip(
            now.findings, ended.get(now.check.id, was.findings), was.findings, strict=True
        ):
            about = f"{fault}: {now.check.id} at {finding.place}"
            needed = [e for e in refused if rests_on(now.check, finding.place, fault.call, e.question.place)]
            if not needed:
                if finding != before:
                    yield f"{about} changed, but does not rest on it"
                continue
            yield from (f"{about} {fault_found}" for fault_found in _faults(now.check, finding, shorter, before))
            told = {
                (g.call, g.place, g.evidence) for g in finding.gaps if g.code == DENIED.code and g.state in REFUSALS
            }
            if silent := {(fault.call.id, e.question.place, e.evidence_id) for e in needed} - told:
                yield f"{about} does not tell what was refused: {silent}"


def _faults(check: Check, now: Finding, ended: Finding, before: Finding) -> Iterator[str]:
    status, named = expected(check, ended)
    if now.status is not status:
        yield f"is {now.status} and must be {status}"
    if now.status not in (before.status, Status.UNKNOWN):
        yield f"was {before.status} and became {now.status}"
    of_rows = list(now.judged) if check.quantifier is Quantifier.SOME else things(now)
    if named is not None and of_rows != named:
        yield f"names {len(of_rows)} things and must name {len(named)} just as they are without the refusal"


def all_breaches(demo: Demo, faults: Iterable[Fault]) -> list[str]:
    return [said for fault in faults for said in breaches(demo, fault)]


def nothing_read(entries: Iterable[Entry]) -> dict[str, Pages]:
    return {entry.question.key: () for entry in entries}


def everywhere(demo: Demo) -> list[Fault]:
    return [
        Fault(call=call, where="everywhere", read=nothing_read(demo.entries[call.id]))
        for call in CALLS.values()
        if demo.places(call)
    ]


def at_one_place(demo: Demo) -> Iterator[Fault]:
    """Each place of every call: the first, and every other."""
    for call in CALLS.values():
        for place in demo.places(call):
            yield Fault(call=call, where=f"at {place}", read=nothing_read(demo.at(call, place)))


def after_a_page(demo: Demo) -> Iterator[Fault]:
    """Every call that comes in pages, at each place, cut after its first row; and where the demo's pages end."""
    for call in filter(comes_in_pages, CALLS.values()):
        for place in demo.places(call):
            entries = [e for e in demo.at(call, place) if e.pages]
            if entries:
                cut = {e.question.key: (halves(call, demo.kept.pages(e.question))[0],) for e in entries}
                yield Fault(call=call, where=f"after a first row at {place}", read=cut)
            for entry in entries:
                for page in range(1, entry.pages):
                    read = {entry.question.key: demo.kept.pages(entry.question)[:page]}
                    yield Fault(call=call, where=f"after page {page} of {entry.evidence_id}", read=read)


def one_question(demo: Demo) -> Iterator[Fault]:
    """Every single question of those asked once a row of another call, where there are several."""
    for call in CALLS.values():
        for place in demo.places(call) if call.per else ():
            entries = demo.at(call, place)
            for entry in entries if len(entries) > 1 else ():
                yield Fault(call=call, where=f"in {entry.question.params} at {place}", read=nothing_read([entry]))


def halves(call: Call, pages: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """An answer's first page cut in two: with its first row, and with the others; None where nothing can be cut."""
    page = pages[0]
    if not call.rows:
        return page, None  # each page is a row
    rows = list(call.rows_in(page))
    for first, rest in _cut(page):
        if [*call.rows_in(first), *call.rows_in(rest)] == rows and len(call.rows_in(first)) == min(1, len(rows)):
            return first, rest
    assert not rows, f"{call.id}: no list in the reply holds its rows"
    return page, None


def _cut(value: Any) -> Iterator[tuple[Any, Any]]:
    """A value cut in two at one of its lists, in every way that leaves one element in the first part of that list."""
    if isinstance(value, Mapping):
        for key, held in value.items():
            for first, rest in _cut(held):
                yield {**value, key: first}, {**value, key: rest}
    elif isinstance(value, list):
        yield value[:1], value[1:]
        if value:
            for first, rest in _cut(value[0]):
                yield [first], [rest, *value[1:]]


# ---- the demo proves something ----------------------------------------------------------------------------------


def test_replaying_gives_the_same_conclusions(demo: Demo, demo_snapshot: Snapshot) -> None:
    assert set(demo.kept.entries) == set(demo_snapshot.entries)
    whole = conclude(demo.catalog, CHECKS, discover.calls(), demo_snapshot, AUDIT)
    assert demo.conclusions == whole


def test_every_planned_question_is_asked_once(demo_snapshot: Snapshot) -> None:
    ask = Replay(demo_snapshot)
    replay(ask, CALLS.values(), demo_snapshot.header)
    keys = [q.key for q in ask.asked]
    assert len(keys) == len(set(keys))
    assert set(keys) == {key for key, e in demo_snapshot.entries.items() if e.question.call in CALLS}
    assert ANSWERS.isdisjoint(REFUSALS)


def test_every_call_is_asked_in_the_demo(demo: Demo) -> None:
    assert [id_ for id_, call in CALLS.items() if not demo.places(call)] == [], "nothing proves these"


def test_judging_a_part_is_judging_it_all(demo: Demo) -> None:
    """The short cut of this file, held against the long way, for calls that many checks and many calls rest on."""
    busiest = sorted(CALLS.values(), key=lambda c: -len(demo.below[c.id]) - len(demo.readers[c.id]))[:3]
    for call in (*busiest, CALLS[ARTIFACT]):
        fault = Fault(call=call, where="everywhere", read=nothing_read(demo.entries[call.id]))
        kept = demo.refused(fault)
        long = conclude(demo.catalog, CHECKS, discover.calls(), kept, AUDIT)
        assert demo.concluded(demo.judged(fault, kept), kept) == long


def test_an_answer_in_two_pages_is_the_same_answer(demo: Demo) -> None:
    """The cuts of `after_a_page` are honest: with both halves, every verdict is as it was."""
    cut = 0
    for call in filter(comes_in_pages, CALLS.values()):
        said = {}
        for entry in demo.entries[call.id]:
            if entry.pages and entry.state is State.OK:
                first, rest = halves(call, demo.kept.pages(entry.question))
                if rest is not None:
                    said[entry.question.key] = Answer(pages=(first, rest, *demo.kept.pages(entry.question)[1:]))
        fault = Fault(call=call, where="", read={})
        assert demo.judged(fault, demo.again(call, said)) == tuple(demo.results[c.id] for c in demo.readers[call.id])
        cut += bool(said)
    assert cut > 100


# ---- the law ----------------------------------------------------------------------------------------------------


def test_refusing_a_call_everywhere(demo: Demo) -> None:
    assert all_breaches(demo, everywhere(demo)) == []


def test_refusing_a_call_at_one_place(demo: Demo) -> None:
    faults = list(at_one_place(demo))
    assert len(faults) > len(CALLS)
    assert all_breaches(demo, faults) == []


def test_refusing_a_later_page(demo: Demo) -> None:
    faults = list(after_a_page(demo))
    assert {f.call.id for f in faults} == {c.id for c in CALLS.values() if comes_in_pages(c)}, "a call is left out"
    assert len({f.call.id for f in faults if "after page" in f.where}) >= 3, "the demo itself pages too few calls"
    assert all_breaches(demo, faults) == []


def test_refusing_one_question_of_many(demo: Demo) -> None:
    faults = list(one_question(demo))
    assert len({f.call.id for f in faults}) > 30, "too few calls are asked for more than one row at a place"
    assert all_breaches(demo, faults) == []


def test_what_a_refusal_does_to_requirements_and_to_the_ledger(demo: Demo) -> None:
    """A statement stays or becomes "not determinable", the ledger says "refused", and somebody misses the call."""
    found = []
    for fault in everywhere(demo):
        kept = demo.refused(fault)
        after = demo.concluded(demo.judged(fault, kept), kept)
        for was, now in zip(demo.conclusions.requirements, after.requirements, strict=True):
            if now.statement not in (was.statement, Statement.NOT_DETERMINABLE):
                found.append(f"{fault}: {now.requirement.id}: {was.statement} became {now.statement}")
        if not fault.call.exhibit and all(r == demo.results[r.check.id] for r in after.results):
            found.append(f"{fault}: nothing changes, so nobody needs it")
        found += [f"{fault}: the ledger says {state} at {place}" for place, state in unsaid(demo, fault, kept)]
    assert found == []


def unsaid(demo: Demo, fault: Fault, kept: Kept) -> Iterator[tuple[Place, State]]:
    """Places of a refused call where the ledger does not say so, with AWS's code."""
    planned = tuple(c for c in kept.header.calls if c.id in {above.id for above in fault.call.lineage})
    entries = {key: e for key, e in kept.entries.items() if e.question.call in {c.id for c in planned}}
    rows = ledger(replace(kept.header, calls=planned), entries, CALLS, kept.pages)
    for row in rows:
        if row.call == fault.call.id and row.place in demo.places(fault.call):
            said = {refusal.code for refusal, _ in row.refusals}
            if row.state not in REFUSALS or DENIED.code not in said or row.answered:
                yield row.place, row.state


# ---- the calls that no check reads ------------------------------------------------------------------------------


class Door:
    """Enters the demo's accounts: the caller is known from the snapshot, or refused."""

    def __init__(self, demo: Demo, refuse: str = "") -> None:
        self._demo, self._refuse = demo, refuse

    def enter(self, account: Access, caller: Call) -> Opened | Refusal:
        scope = next(a for a in self._demo.kept.header.accounts if a.id == account.account)
        if account.account == self._refuse:
            return DENIED
        place = Place(account=scope.id, region=GLOBAL)
        answer = self._demo.ask.ask(caller, place, caller.params)
        return Opened(account=scope.id, arn=scope.caller_arn, partition=scope.partition, answer=answer)


def entered(demo: Demo, *, caller: str = "", regions: str = "") -> Conclusions:
    """Everything concluded anew from the door on, with the caller or the regions of one account refused."""
    kept = Kept(header=demo.kept.header)
    of_account = Question(call=REGIONS.id, place=Place(account=regions, region=GLOBAL), params=REGIONS.params)
    demo.ask.instead = {of_account.key: Answer(refusal=DENIED)}
    scopes = enter(
        [Access(name=a.name, account=a.id) for a in kept.header.accounts],
        door=Door(demo, caller),
        ask=demo.ask,
        keep=kept,
        caller=CALLER,
        regions=REGIONS,
        wanted=kept.header.accounts[0].regions,
    )
    again = replay(demo.ask, CALLS.values(), replace(kept.header, accounts=scopes), kept)
    return conclude(demo.catalog, CHECKS, discover.calls(), again, AUDIT)


def verdicts(conclusions: Conclusions) -> dict[tuple[str, Place], Status]:
    return {(r.check.id, f.place): f.status for r in conclusions.results for f in r.findings}


def test_exhibits_are_these() -> None:
    """What each of them is needed for is tested below; a new one is given a test of its own.

    Second counts decide no verdict: tests/test_findings_reconcile.py has their own law of denial.
    """
    counting = {call.id for count in SECOND_COUNTS for call in count.stated if call.exhibit}
    assert {id_ for id_, call in CALLS.items() if call.exhibit} == {ARTIFACT, CALLER.id, REGIONS.id, *counting}


def test_a_refused_list_of_reports_leaves_no_report_known(demo: Demo) -> None:
    call = CALLS[ARTIFACT]
    assert ReportState.LISTED in {r.state for r in demo.conclusions.reports}
    fault = Fault(call=call, where="everywhere", read=nothing_read(demo.entries[call.id]))
    kept = demo.refused(fault)
    after = demo.concluded((), kept)
    assert {r.state for r in after.reports} == {ReportState.REFUSED}
    assert all(g.code == DENIED.code for r in after.reports for g in r.gaps)
    assert all(r.gaps for r in after.reports)
    inherited = [r for r in demo.conclusions.requirements if r.statement is Statement.INHERITED]
    now = {(r.requirement.framework, r.requirement.id): r.statement for r in after.requirements}
    assert inherited
    assert {now[r.requirement.framework, r.requirement.id] for r in inherited} == {Statement.NOT_DETERMINABLE}


def test_a_refused_page_of_reports_never_says_that_one_is_not_listed(demo: Demo) -> None:
    faults = [f for f in after_a_page(demo) if f.call.id == ARTIFACT]
    assert faults
    for fault in faults:
        kept = demo.refused(fault)
        for was, now in zip(demo.conclusions.reports, demo.concluded((), kept).reports, strict=True):
            assert now.state in {was.state, ReportState.REFUSED}, f"{fault}: {now.report.id}"


def test_a_refused_caller_leaves_nothing_known_of_the_account(demo: Demo) -> None:
    """An account that says not who we are is not entered, and everything about it is unknown."""
    for account in (a.id for a in demo.kept.header.accounts):
        now, was = verdicts(entered(demo, caller=account)), verdicts(demo.conclusions)
        of_account = {key: status for key, status in now.items() if key[1].account == account}
        assert {check for check, _ in of_account} == {c.id for c in CHECKS}
        assert set(of_account.values()) == {Status.UNKNOWN}
        assert {k: s for k, s in now.items() if k not in of_account} == {
            k: s for k, s in was.items() if k[1].account != account
        }


def test_refused_regions_leave_every_regional_verdict_open(demo: Demo) -> None:
    """Where nobody lists the regions, there may be more: unknown in those, and for the account no longer met."""
    for account in (a.id for a in demo.kept.header.accounts):
        now, was = entered(demo, regions=account), verdicts(demo.conclusions)
        for result in now.results:
            regional = any(c.scope is Scope.REGION for c in result.check.calls)
            for finding in result.findings:
                known = was.get((result.check.id, finding.place))
                if finding.place.account != account or not regional:
                    assert finding.status is known
                elif finding.place.region == UNLISTED:
                    assert finding.status is Status.UNKNOWN
                    assert finding.gaps
                else:
                    assert finding.status in (known, Status.UNKNOWN)
            if regional:
                region = UNLISTED if result.check.scope is Scope.REGION else GLOBAL
                (open_,) = [f for f in result.findings if f.place == Place(account=account, region=region)]
                decided = Status.MET if result.check.quantifier is Quantifier.SOME else Status.UNMET
                assert open_.status in (decided, Status.UNKNOWN)


# ---- the test of tests ------------------------------------------------------------------------------------------


def _refused_is_an_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gather, "REFUSALS", frozenset())


def _a_refused_page_leaves_no_mark(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gather, "REFUSALS", REFUSALS - {State.PARTIAL})


def _gathered(patch: pytest.MonkeyPatch, turn: Callable[[Call, Gathered], Gathered]) -> None:
    whole = Gatherer._gather
    patch.setattr(Gatherer, "_gather", lambda self, call, place: turn(call, whole(self, call, place)))


def _one_refused_question_of_many_is_ignored(patch: pytest.MonkeyPatch) -> None:
    _gathered(patch, lambda call, found: replace(found, gaps=()) if call.per and len(found.gaps) == 1 else found)


def _the_second_refused_question_is_ignored(patch: pytest.MonkeyPatch) -> None:
    _gathered(patch, lambda _, found: replace(found, gaps=found.gaps[:1]))


def _a_refused_parent_is_ignored(patch: pytest.MonkeyPatch) -> None:
    _gathered(patch, lambda c, found: replace(found, gaps=tuple(g for g in found.gaps if g.call == c.id)))


def _rows_before_a_refusal_are_thrown_away(patch: pytest.MonkeyPatch) -> None:
    _gathered(patch, lambda _, found: replace(found, rows=()) if found.gaps else found)


def _rows_suffice(patch: pytest.MonkeyPatch) -> None:
    settle = judge.settle
    patch.setattr(judge, "settle", lambda c, seen, *, refused: settle(c, seen, refused=refused and not seen))


def _half_a_population_is_judged(patch: pytest.MonkeyPatch) -> None:
    def finding(check: Check, unit: Place, gatherer: Gatherer, given: Any, *, judged: Any) -> Finding:
        if check.quantifier is not Quantifier.WHOLE:
            return judged(check, unit, gatherer, given)
        blind = gatherer.within
        patch.setattr(gatherer, "within", lambda *at: replace(blind(*at), gaps=()))
        found = judged(check, unit, gatherer, given)
        gatherer.within = blind  # type: ignore[method-assign]
        return replace(found, gaps=tuple(g for call in check.calls for g in blind(call, unit).gaps))

    patch.setattr(judge, "_finding", partial(finding, judged=judge._finding))


def _another_places_refusal_counts(patch: pytest.MonkeyPatch) -> None:
    at = Gatherer.at
    patch.setattr(
        Gatherer, "at",
        lambda self, call, place: at(
            self, call, min(p for a in self._accounts for p in self.units(a, call.scope) if p.region != UNLISTED)
        ),
    )  # fmt: skip


BROKEN: dict[Callable[[pytest.MonkeyPatch], None], Callable[[Demo], Iterable[Fault]]] = {
    _refused_is_an_answer: everywhere,
    _a_refused_page_leaves_no_mark: after_a_page,
    _one_refused_question_of_many_is_ignored: one_question,
    _the_second_refused_question_is_ignored: everywhere,
    _a_refused_parent_is_ignored: everywhere,
    _rows_before_a_refusal_are_thrown_away: after_a_page,
    _rows_suffice: one_question,
    _half_a_population_is_judged: at_one_place,
    _another_places_refusal_counts: at_one_place,
}
"""Ways to break the judge, each with the faults that must show it."""


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda f: f.__name__.strip("_"))
def test_a_broken_judge_breaks_the_law(
    break_it: Callable[[pytest.MonkeyPatch], None], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = BROKEN[break_it](demo)
    break_it(monkeypatch)
    assert any(_sees(demo, fault) for fault in faults), "the law does not see it"


def _sees(demo: Demo, fault: Fault) -> bool:
    try:
        return any(breaches(demo, fault))
    except Exception:  # noqa: BLE001 - a check that is given half a population may do whatever it will
        return True
