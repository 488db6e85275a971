"""The ledger: every planned call at every place has exactly one of fifteen states, and each can be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.checks.call import Call
from srm_docs.checks.place import Place, Scope
from srm_docs.collect.answer import ANSWERS, NOT_OFFERED, REFUSALS, Answer, Question, Refusal, State, summarise
from srm_docs.collect.scope import AccountScope
from srm_docs.evidence.entry import Header, PlannedCall
from srm_docs.evidence.ledger import LedgerRow, ledger, totals
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot

NOW = dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC)
LIST = Call(service="ec2", operation="DescribeThings", noun="thing", nouns="things", rows="Things", name="Id")
GET = Call(
    service="ec2", operation="GetThing", noun="detail", nouns="details", per=LIST, bind={"Id": "Id"},
    when=lambda row: bool(row.get("Needs")), absent=("NoSuchThing",),
)  # fmt: skip
DEEP = Call(service="ec2", operation="GetDeep", noun="deep", nouns="deep", per=GET, bind={"Id": "Inner"})
USERS = Call(service="iam", operation="ListUsers", noun="user", nouns="users", rows="Users", scope=Scope.ACCOUNT)
CALLS = {call.id: call for call in (LIST, GET, DEEP, USERS)}
ACCOUNT = AccountScope(
    id="111122223333", name="", partition="aws", caller_arn="", entered=True, refusal=None,
    regions=("eu-west-1",), left_out=(), regions_listed=True,
)  # fmt: skip
HERE = Place(account=ACCOUNT.id, region="eu-west-1")
GLOBALLY = Place(account=ACCOUNT.id, region="global")


def page(*needs: bool) -> dict[str, Any]:
    return {"Things": [{"Id": f"t{number}", "Needs": need} for number, need in enumerate(needs)]}


def refused(state: State, pages: tuple[Mapping[str, Any], ...] = ()) -> Answer:
    return Answer(pages=pages, refusal=Refusal(state=state, code="C", message="m"))


def snapshot(
    *kept: tuple[Call, Mapping[str, Any], Answer], accounts: tuple[AccountScope, ...] = (ACCOUNT,)
) -> Snapshot:
    header = Header(
        id="2026-11-23T200805Z-1f3a9c", began=NOW, ended=None, tool_version="0", catalog_digest="", demo=True,
        accounts=accounts,
        calls=tuple(
            PlannedCall(id=call.id, scope=call.scope, per=call.per.id if call.per else "") for call in CALLS.values()
        ),
    )  # fmt: skip
    with Recorder.begin(MemoryStore(), Redactor(b"k"), header, clock=lambda: NOW) as recorder:
        for call, params, answer in kept:
            place = GLOBALLY if call.scope is Scope.ACCOUNT else HERE
            recorder.keep(call, Question(call=call.id, place=place, params=params), answer)
        return recorder.finish()


def book(found: Snapshot) -> dict[tuple[str, str], LedgerRow]:
    rows = ledger(found.header, found.entries, CALLS, found.pages)
    assert rows == tuple(sorted(rows, key=lambda row: (row.call, row.place)))
    assert len({(row.call, row.place) for row in rows}) == len(rows)
    return {(row.call.split(":")[1], row.place.region): row for row in rows}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(pages=(page(False),)), State.OK),
        (Answer(pages=(page(),)), State.EMPTY),
        (Answer(absent="NoSuchThing"), State.ABSENT),
        (Answer(absent=NOT_OFFERED), State.NOT_OFFERED),
        (refused(State.THROTTLED, (page(False),)), State.PARTIAL),
        *[
            (refused(state), state)
            for state in (
                State.DENIED,
                State.THROTTLED,
                State.TIMED_OUT,
                State.FAILED,
                State.DISABLED,
                State.UNSUPPORTED,
            )
        ],
        (refused(State.NOT_RUN), State.NOT_RUN),
    ],
)
def test_the_state_of_one_answer(answer: Answer, state: State) -> None:
    row = book(snapshot((LIST, {}, answer)))["DescribeThings", "eu-west-1"]
    assert (row.state, row.planned, row.asked) == (state, 1, 1)
    assert row.answered == (state in {State.OK, State.EMPTY, State.ABSENT, State.NOT_OFFERED})
    assert [refusal.code for refusal, _ in row.refusals] == (["C"] if answer.refusal else [])
    assert len(row.evidence) == 1


def test_a_refused_parent() -> None:
    rows = book(snapshot((LIST, {}, refused(State.DENIED))))
    assert rows["GetThing", "eu-west-1"].state is State.PARENT_REFUSED
    assert rows["GetDeep", "eu-west-1"].state is State.PARENT_REFUSED


@pytest.mark.parametrize(
    "answer",
    [Answer(pages=(page(),)), Answer(pages=(page(False, False),)), Answer(absent="X"), Answer(absent=NOT_OFFERED)],
)
def test_a_parent_without_rows_or_without_one_that_needs_it(answer: Answer) -> None:
    rows = book(snapshot((LIST, {}, answer)))
    assert rows["GetThing", "eu-west-1"].state is State.PARENT_EMPTY
    assert rows["GetDeep", "eu-west-1"].state is State.PARENT_EMPTY


def test_what_nobody_asked_is_not_run() -> None:
    rows = book(snapshot())
    assert {row.state for row in rows.values()} == {State.NOT_RUN}
    rows = book(snapshot((LIST, {}, Answer(pages=(page(True, False),)))))
    assert rows["GetThing", "eu-west-1"].state is State.NOT_RUN
    assert (rows["GetThing", "eu-west-1"].planned, rows["GetThing", "eu-west-1"].asked) == (1, 0)


def test_some_asked_and_some_not_is_partial() -> None:
    rows = book(
        snapshot((LIST, {}, Answer(pages=(page(True, True),))), (GET, {"Id": "t0"}, Answer(pages=({"Inner": None},))))
    )
    row = rows["GetThing", "eu-west-1"]
    assert (row.state, row.planned, row.asked, row.answered) == (State.PARTIAL, 2, 1, 1)


ANSWERED, EMPTY = Answer(pages=({"Inner": None},)), Answer(absent="NoSuchThing")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ((refused(State.THROTTLED), refused(State.DENIED)), State.DENIED),
        ((refused(State.TIMED_OUT), refused(State.THROTTLED)), State.THROTTLED),
        ((refused(State.FAILED),), State.FAILED),  # and the other was not asked
        ((refused(State.DENIED), refused(State.DENIED)), State.DENIED),
        ((refused(State.TIMED_OUT), ANSWERED), State.PARTIAL),
        ((refused(State.DENIED), EMPTY), State.PARTIAL),
        ((refused(State.DENIED), refused(State.THROTTLED, ({"Inner": None},))), State.PARTIAL),
    ],
)
def test_partial_is_only_what_was_answered_in_part(answers: tuple[Answer, ...], state: State) -> None:
    kept = [(GET, {"Id": f"t{number}"}, answer) for number, answer in enumerate(answers)]
    row = book(snapshot((LIST, {}, Answer(pages=(page(True, True),))), *kept))["GetThing", "eu-west-1"]
    assert row.state is state
    assert (row.state is State.PARTIAL) == bool(row.answered or row.pages)
    assert row.state is State.PARTIAL or row.refusals[0][0].state is row.state


@given(st.lists(st.sampled_from(State), min_size=1, max_size=5))
def test_a_summary_claims_no_answer_that_is_not_there(states: list[State]) -> None:
    said = summarise(states)
    assert said in {*states, State.PARTIAL}
    if said is State.PARTIAL:
        assert State.PARTIAL in states or set(states) & ANSWERS
    assert (said in REFUSALS) == bool(set(states) & REFUSALS)


def test_a_parent_read_in_part_leaves_its_children_partial() -> None:
    kept = (LIST, {}, refused(State.THROTTLED, (page(True),))), (GET, {"Id": "t0"}, Answer(pages=({"a": 1},)))
    assert book(snapshot(*kept))["GetThing", "eu-west-1"].state is State.PARTIAL
    assert book(snapshot((LIST, {}, refused(State.THROTTLED, (page(False),)))))["GetThing", "eu-west-1"].state is (
        State.PARENT_REFUSED
    )


def test_dependent_answers_in_whole() -> None:
    kept = (
        (LIST, {}, Answer(pages=(page(True, True),))),
        (GET, {"Id": "t0"}, Answer(pages=({"Inner": "i"},))),
        (GET, {"Id": "t1"}, Answer(absent="NoSuchThing")),
        (DEEP, {"Id": "i"}, Answer(pages=({"x": 1},))),
    )
    rows = book(snapshot(*kept))
    assert (rows["GetThing", "eu-west-1"].state, rows["GetThing", "eu-west-1"].answered) == (State.OK, 2)
    assert rows["GetDeep", "eu-west-1"].state is State.OK


def test_regions_left_out_and_regions_unlisted() -> None:
    left = replace(
        ACCOUNT,
        left_out=("us-east-1",),
        regions_listed=False,
        refusal=Refusal(state=State.DENIED, code="R", message=""),
    )
    rows = book(snapshot((LIST, {}, Answer(pages=(page(),))), accounts=(left,)))
    assert rows["DescribeThings", "us-east-1"].state is State.OUT_OF_SCOPE
    assert rows["GetThing", "us-east-1"].state is State.OUT_OF_SCOPE
    unlisted = rows["DescribeThings", "unlisted"]
    assert (unlisted.state, unlisted.refusals[0][0].code) == (State.NOT_RUN, "R")
    assert ("ListUsers", "unlisted") not in rows
    assert rows["ListUsers", "global"].state is State.NOT_RUN


def test_an_account_that_was_not_entered() -> None:
    shut = replace(
        ACCOUNT,
        entered=False,
        regions=(),
        regions_listed=False,
        refusal=Refusal(state=State.DENIED, code="A", message=""),
    )
    rows = book(snapshot(accounts=(shut,)))
    assert {(call, region) for call, region in rows} == {
        ("DescribeThings", "unlisted"), ("GetThing", "unlisted"), ("GetDeep", "unlisted"), ("ListUsers", "global"),
    }  # fmt: skip
    assert {row.state for row in rows.values()} == {State.NOT_RUN}
    assert all(row.refusals[0][0].code == "A" for row in rows.values())


def test_answers_outside_the_plan_are_in_the_ledger_too() -> None:
    other = Call(service="sts", operation="GetCallerIdentity", noun="caller", nouns="callers")
    assert (
        book(snapshot((other, {}, Answer(pages=({"Arn": "a"},)))))["GetCallerIdentity", "eu-west-1"].state is State.OK
    )


def test_without_pages_the_counts_decide() -> None:
    found = snapshot((LIST, {}, Answer(pages=(page(True),))))
    rows = {row.call: row.state for row in ledger(found.header, found.entries, {})}
    assert rows[GET.id] is State.PARENT_EMPTY
    rows = {row.call: row.state for row in ledger(replace(found.header, ended=None), found.entries, {})}
    assert rows[GET.id] is State.NOT_RUN


def test_refusals_are_counted_by_kind() -> None:
    kept = (
        (LIST, {}, Answer(pages=(page(True, True, True),))),
        (GET, {"Id": "t0"}, refused(State.DENIED)),
        (GET, {"Id": "t1"}, refused(State.DENIED)),
        (GET, {"Id": "t2"}, refused(State.THROTTLED)),
    )
    row = book(snapshot(*kept))["GetThing", "eu-west-1"]
    assert (row.state, row.answered) == (State.DENIED, 0)
    assert [(refusal.state, count) for refusal, count in row.refusals] == [(State.DENIED, 2), (State.THROTTLED, 1)]


def test_totals_name_all_fifteen_states() -> None:
    one = snapshot((LIST, {}, Answer(pages=(page(),))))
    found = ledger(one.header, one.entries, CALLS, one.pages)
    assert list(totals(found)) == list(State)
    assert len(State) == 15
    assert totals(found)[State.EMPTY] == 1
    assert sum(totals(found).values()) == len(found)


def test_what_was_not_asked_after_the_credentials_ended_says_so() -> None:
    end = Answer(refusal=Refusal(state=State.DENIED, code="ExpiredToken", message="The token has expired."))
    rows = book(snapshot((LIST, {}, end)))
    assert (rows["DescribeThings", "eu-west-1"].state, rows["DescribeThings", "eu-west-1"].asked) == (State.DENIED, 1)
    for call in ("GetThing", "GetDeep"):
        row = rows[call, "eu-west-1"]
        assert (row.state, [r.code for r, _ in row.refusals]) == (State.NOT_RUN, ["ExpiredToken"]), call
    half = (LIST, {}, Answer(pages=(page(True, True),))), (GET, {"Id": "t0"}, end)
    row = book(snapshot(*half))["GetThing", "eu-west-1"]
    assert [(r.state, n) for r, n in row.refusals] == [(State.DENIED, 1), (State.NOT_RUN, 1)]
    # a key that one region does not know ends nothing
    local = Answer(refusal=Refusal(state=State.DENIED, code="InvalidClientTokenId", message=""))
    assert book(snapshot((LIST, {}, local)))["GetThing", "eu-west-1"].state is State.PARENT_REFUSED
