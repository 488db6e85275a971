"""The denial law, over every call there is: a refusal leaves a verdict as it was or makes it unknown.

Never met, never not applicable, never missing. What was read before the refusal stays. Each call that can be refused
without anything changing is a call that nobody needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from srm_docs import pipeline
from srm_docs.catalog.model import Catalog
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.observation import Status
from srm_docs.checks.place import Place
from srm_docs.checks.role import of_accounts
from srm_docs.collect.answer import ANSWERS, REFUSALS
from srm_docs.declare.audit import Audit
from srm_docs.evidence.ledger import ledger
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.conclude import Conclusions, conclude
from srm_docs.findings.rollup import Statement
from tests.replay import Kept, Replay, replay

# the organization is asked before anything is judged, and no check rests on it: tests/test_collect_membership.py
CALLS = {c.id: c for c in of_accounts(discover.calls())}
AUDIT = Audit()
Before = tuple[Kept, Conclusions]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return pipeline.catalog(pipeline.Config())


def judged(catalog: Catalog, evidence: Kept | Snapshot) -> Conclusions:
    return conclude(catalog, discover.checks(), discover.calls(), evidence, AUDIT)


def verdicts(conclusions: Conclusions) -> dict[tuple[str, Place], Status]:
    return {(r.check.id, f.place): f.status for r in conclusions.results for f in r.findings}


@pytest.fixture(scope="module")
def before(catalog: Catalog, demo_snapshot: Snapshot) -> Before:
    kept = replay(demo_snapshot, CALLS.values(), Replay(demo_snapshot))
    return kept, judged(catalog, kept)


def test_replaying_gives_the_same_conclusions(catalog: Catalog, before: Before, demo_snapshot: Snapshot) -> None:
    kept, conclusions = before
    assert set(kept.entries) == set(demo_snapshot.entries)
    assert verdicts(conclusions) == verdicts(judged(catalog, demo_snapshot))


def assert_the_law(before: Conclusions, after: Conclusions) -> set[tuple[str, Place]]:
    was, now = verdicts(before), verdicts(after)
    assert set(was) == set(now), "a verdict went missing"
    changed = {key for key in was if was[key] != now[key]}
    for key in changed:
        assert now[key] is Status.UNKNOWN, f"{key}: {was[key]} became {now[key]}"
    for a, b in zip(before.requirements, after.requirements, strict=True):
        assert b.statement in (a.statement, Statement.NOT_DETERMINABLE), (
            f"{a.requirement.id}: {a.statement} -> {b.statement}"
        )
    return changed


def things(conclusions: Conclusions) -> Counter[tuple[str, str, Place, str, Status]]:
    return Counter(
        (r.check.id, j.name, j.place, j.evidence, j.status)
        for r in conclusions.results
        for f in r.findings
        for j in f.judged
        if not j.is_place
    )


def rows_stay(before: Conclusions, after: Conclusions) -> None:
    """What was judged before and can still be read is judged the same."""
    assert things(after) <= things(before), things(after) - things(before)


def places_of(kept: Kept, call: Call) -> Iterator[Place]:
    yield from sorted({e.question.place for e in kept.entries.values() if e.question.call == call.id})


@pytest.mark.parametrize("call_id", sorted(CALLS))
def test_refusing_a_call_everywhere(call_id: str, catalog: Catalog, before: Before, demo_snapshot: Snapshot) -> None:
    kept, conclusions = before
    call = CALLS[call_id]
    assert list(places_of(kept, call)), f"{call_id} is never asked in the demo, so nothing proves it"
    refused = Replay(demo_snapshot, lambda c, *_: 0 if c.id == call_id else None)
    after_kept = replay(demo_snapshot, CALLS.values(), refused)
    after = judged(catalog, after_kept)
    changed = assert_the_law(conclusions, after)
    rows_stay(conclusions, after)
    reports = [r.state for r in after.reports] != [r.state for r in conclusions.reports]
    assert changed or reports or call.exhibit, f"{call_id} can be refused and nothing changes: nobody needs it"
    rows = [r for r in ledger(after_kept.header, after_kept.entries, CALLS, after_kept.pages) if r.call == call_id]
    for row in rows:
        if row.place in set(places_of(kept, call)):
            assert row.state in REFUSALS, row


@pytest.mark.parametrize("call_id", sorted(CALLS))
def test_refusing_a_call_at_one_place(call_id: str, catalog: Catalog, before: Before, demo_snapshot: Snapshot) -> None:
    kept, conclusions = before
    place = next(iter(places_of(kept, CALLS[call_id])))
    refused = Replay(demo_snapshot, lambda c, p, *_: 0 if c.id == call_id and p == place else None)
    after = judged(catalog, replay(demo_snapshot, CALLS.values(), refused))
    for check, at in assert_the_law(conclusions, after):
        assert at.account == place.account, f"{check} changed in another account"
    rows_stay(conclusions, after)


def test_refusing_a_later_page(catalog: Catalog, before: Before, demo_snapshot: Snapshot) -> None:
    kept, conclusions = before
    paged = sorted({(e.question.call, e.question.key) for e in kept.entries.values() if e.pages > 1})
    assert len({call for call, _ in paged}) >= 3, "the demo pages too few calls to prove anything"
    for call_id, key in paged:
        question = kept.entries[key].question
        for page in range(1, kept.entries[key].pages):
            refused = Replay(
                demo_snapshot,
                lambda c, p, params, n, q=question, after=page: (
                    after if (c.id, p, params) == (q.call, q.place, q.params) else None
                ),
            )
            after = judged(catalog, replay(demo_snapshot, CALLS.values(), refused))
            assert_the_law(conclusions, after)
            rows_stay(conclusions, after)
            assert call_id in CALLS


def test_every_planned_question_is_asked_once(demo_snapshot: Snapshot) -> None:
    ask = Replay(demo_snapshot)
    replay(demo_snapshot, CALLS.values(), ask)
    keys = [q.key for q in ask.asked]
    assert len(keys) == len(set(keys))
    assert ANSWERS.isdisjoint(REFUSALS)
