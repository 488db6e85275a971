"""Planning and asking: parents before children, each question once a place, and nothing lost when it is interrupted."""

from __future__ import annotations

import concurrent.futures as cf
import contextlib
import datetime as dt
import gc
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.calls.entry import CALLER, REGIONS
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.collect.access import Access
from srm_docs.collect.answer import Answer, Circumstances, Question, Refusal, State
from srm_docs.collect.enter import Early, Opened, enter
from srm_docs.collect.garbage import settled
from srm_docs.collect.plan import plan
from srm_docs.collect.questions import questions, rows
from srm_docs.collect.run import RUN_OVER, STOPPED, Bounds, Step, collect
from srm_docs.collect.scope import AccountScope, LeftOut, OrganizationScope, Out, check_wanted, regions_in_scope
from srm_docs.errors import CannotBegin
from srm_docs.evidence.entry import Header
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.evidence.stopped import can_go_on, late

A, B = "111111111111", "222222222222"
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DENIED = Refusal(state=State.DENIED, code="AccessDenied", message="No.", http_status=403)


def call(service: str, operation: str, per: Call | None = None, **more: Any) -> Call:
    given: dict[str, Any] = {"noun": "thing", "nouns": "things", "rows": "Things", "name": "Id"}
    if per is not None:
        given |= {"per": per, "bind": {"Id": "Id"}}
    return Call(service=service, operation=operation, **(given | more))


LIST = call("alpha", "ListThings")
GET = call("alpha", "GetThing", LIST, rows="")
R1 = Place(account=A, region="r1")
PART = call("alpha", "GetPart", GET, rows="Parts")
WIDE = call("beta", "ListWide", scope=Scope.ACCOUNT)


def things(*ids: str) -> Answer:
    return Answer(pages=({"Things": [{"Id": i} for i in ids]},))


@dataclass
class World:
    """Implements Ask: what each question is answered with."""

    say: Callable[[Call, Place, Mapping[str, Any]], Answer]
    asked: list[Question] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        with self.lock:
            self.asked.append(Question(call=call.id, place=place, params=params))
        told = Circumstances(caller_arn="arn:aws:iam::1:user/x", partition="aws", service=call.service, aws_date=None,
                             operation=call.operation, started=NOW, ended=NOW, request_ids=())  # fmt: skip
        return replace(self.say(call, place, params), circumstances=told)

    def release(self, service: str) -> None:
        self.released.append(service)

    def order(self) -> list[str]:
        return [q.call for q in self.asked]


def usual(call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
    if call.per is None:
        return things(f"{place.region}-1", f"{place.region}-2")
    return Answer(pages=({"Id": params["Id"], "Parts": [{"Id": "p"}]},))


HEADER = Header(id="2026-06-01T120000Z-abcdef", began=NOW, ended=None, tool_version="0", catalog_digest="0" * 64,
                demo=False, accounts=(), calls=())  # fmt: skip


IN_TURN = Bounds(services=1)


def recorder(store: MemoryStore | None = None) -> Recorder:
    return Recorder.begin(store or MemoryStore(), Redactor(b"k" * 32), HEADER, clock=lambda: NOW)


def run(world: World, calls: list[Call], keep: Any = None, regions: Any = None, workers: int = 4, **more: Any) -> Any:
    keep = keep or recorder()
    with cf.ThreadPoolExecutor(max_workers=workers) as pool:
        stopped = collect(calls, regions or {A: ["r1", "r2"]}, ask=world, keep=keep, executor=pool, **more)
    return keep, stopped


# -- plan ---------------------------------------------------------------------------------------------------------


def test_parents_come_before_children_and_services_stay_together() -> None:
    groups = plan([PART, WIDE])
    assert [g.service for g in groups] == ["alpha", "beta"]
    assert [[c.id for c in wave] for wave in groups[0].waves] == [
        ["alpha:ListThings"],
        ["alpha:GetThing"],
        ["alpha:GetPart"],
    ]


def test_a_service_waits_for_the_one_it_depends_on() -> None:
    first = call("zeta", "List")
    assert [g.service for g in plan([call("alpha", "Get", first), first])] == ["zeta", "alpha"]


def test_services_that_wait_for_each_other_are_split_by_depth() -> None:
    one, two = call("one", "List"), call("two", "List")
    both = [call("one", "Get", two), call("two", "Get", one)]
    order = [c.id for g in plan(both) for wave in g.waves for c in wave]
    assert sorted(order) == ["one:Get", "one:List", "two:Get", "two:List"]
    assert max(map(order.index, ("one:List", "two:List"))) < min(map(order.index, ("one:Get", "two:Get")))
    world = World(usual)
    steps: list[Step] = []
    run(world, both, progress=steps.append, bounds=IN_TURN)
    assert world.released == ["one", "two"]  # not before its last place is done
    assert [(s.service, s.done, s.total, s.services_done) for s in steps if s.finished] == [
        ("one", 6, 6, 1),
        ("two", 6, 6, 2),
    ]


def test_the_real_plan_holds_every_call_once_after_its_parent() -> None:
    groups = plan(discover.calls())
    order = [c.id for g in groups for wave in g.waves for c in wave]
    assert sorted(order) == sorted({c.id for each in discover.calls() for c in each.lineage})
    assert len({g.service for g in groups}) == len(groups), "a service split would hold its model twice"
    for each in discover.calls():
        if each.per is not None:
            assert order.index(each.per.id) < order.index(each.id)


# -- questions ----------------------------------------------------------------------------------------------------


def test_a_question_is_asked_once_however_many_rows_lead_to_it() -> None:
    place = Place(account=A, region="r1")
    asked = Question(call=LIST.id, place=place, params={})
    parents = rows(LIST, asked, [{"Things": [{"Id": "a"}, {"Id": "b"}, {"Id": "a"}, {"Other": 1}]}], parent=None)
    assert [q.params for q, _ in questions(GET, place, parents[:3])] == [{"Id": "a"}, {"Id": "b"}]
    assert [q.params for q, _ in questions(GET, place, parents)][2:] == [{"Id": None}], "it is not passed over"
    only = replace(GET, when=lambda row: row["Id"] == "b")
    assert [q.params for q, _ in questions(only, place, parents[:3])] == [{"Id": "b"}]


def test_a_row_without_what_to_ask_by_is_a_refusal_and_aws_is_not_asked() -> None:
    world = World(lambda c, *_: things("a", *[None] * 2) if c is LIST else Answer(pages=({"Name": "x"},)))  # type: ignore[arg-type]
    keep, _ = run(world, [GET])
    assert [q.params for q in world.asked if q.call == GET.id] == [{"Id": "a"}] * len({q.place for q in world.asked})
    snapshot = keep.finish()
    refused = [e for e in snapshot.entries.values() if e.refusal]
    assert {e.question.place for e in refused} == {q.place for q in world.asked}
    for entry in refused:
        assert (entry.question.call, entry.state, entry.question.params) == (GET.id, State.FAILED, {"Id": None})
        assert entry.refusal is not None
        assert (entry.refusal.code, "Id" in entry.refusal.message) == ("NothingToAskBy", True)


def test_an_answer_that_means_off_is_one_empty_row_and_a_listing_that_is_off_none() -> None:
    place = Place(account=A, region="r1")
    asked = Question(call="x", place=place, params={})
    assert [r.absent for r in rows(replace(LIST, rows=""), asked, (), parent=None, absent="Off")] == ["Off"]
    assert rows(LIST, asked, (), parent=None, absent="Off") == ()


# -- run ----------------------------------------------------------------------------------------------------------


def test_every_question_is_asked_once_at_every_place() -> None:
    world = World(usual)
    _, stopped = run(world, [PART, GET, LIST, WIDE], regions={A: ["r1", "r2"], B: ["r1"]})
    keys = [q.key for q in world.asked]
    assert len(keys) == len(set(keys))
    assert {c: world.order().count(c) for c in set(world.order())} == {
        "alpha:ListThings": 3, "alpha:GetThing": 6, "alpha:GetPart": 6, "beta:ListWide": 2,
    }  # fmt: skip
    assert {q.place.region for q in world.asked if q.call == WIDE.id} == {GLOBAL}
    assert stopped == frozenset()


def test_the_order_of_completion_does_not_show() -> None:
    def late(call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        threading.Event().wait(random.random() / 200)
        return usual(call, place, params)

    digests = {run(World(late), [PART, WIDE], workers=n)[0].finish().answers for n in (1, 3, 8)}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (Answer(refusal=DENIED), []),
        (replace(things("a"), refusal=DENIED), ["a"]),
        (Answer(absent="Off"), []),
        (things(), []),
        (things("a", "b"), ["a", "b"]),
    ],
    ids=["refused", "partial", "absent", "empty", "whole"],
)
def test_children_are_asked_for_the_rows_that_were_read(parent: Answer, children: list[str]) -> None:
    world = World(lambda call, place, params: parent if call.per is None else usual(call, place, params))
    run(world, [GET], regions={A: ["r1"]})
    assert sorted(q.params["Id"] for q in world.asked if q.call == GET.id) == children


def test_what_is_kept_is_not_asked_again() -> None:
    store = MemoryStore()
    first = World(
        lambda c, p, q: Answer(refusal=replace(DENIED, state=State.THROTTLED)) if p.region == "r2" else usual(c, p, q)
    )
    keep, _ = run(first, [LIST], keep=recorder(store))
    keep.close()
    again = World(usual)
    keep = Recorder.resume(store, Redactor(b"k" * 32), clock=lambda: NOW)
    run(again, [PART, WIDE], keep=keep)
    assert [q.place.region for q in again.asked if q.call == LIST.id] == ["r2"]  # what the weather refused
    assert keep.finish().answers == run(World(usual), [PART, WIDE])[0].finish().answers


@pytest.mark.parametrize(
    "code", ["ExpiredToken", "RequestExpired", "UnauthorizedSSOTokenError", "CredentialRetrievalError"]
)
def test_an_account_whose_credentials_stop_is_not_asked_further_and_others_are(code: str) -> None:
    def say(call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        if place == Place(account=A, region="r1") and call is GET:
            return Answer(refusal=replace(DENIED, code=code))
        return usual(call, place, params)

    world = World(say)
    keep, stopped = run(world, [PART, WIDE], regions={A: ["r1"], B: ["r1"]}, workers=1, bounds=IN_TURN)
    assert stopped == {A}
    assert [q.call for q in world.asked if q.place.account == A] == ["alpha:ListThings", "alpha:GetThing"]
    assert sum(q.place.account == B for q in world.asked) == 6
    entries = keep.finish().entries.values()
    assert sum(e.question.place.account == A for e in entries) == 2  # the rest is "not run" in the ledger


def test_a_token_that_one_region_does_not_know_stops_nothing_but_a_key_that_is_gone_everywhere_does() -> None:
    gone = Answer(refusal=replace(DENIED, code="UnrecognizedClientException"))
    world = World(lambda c, p, q: gone if p.region == "r1" else usual(c, p, q))
    assert run(world, [GET, WIDE])[1] == frozenset()
    assert WIDE.id in world.order()
    world = World(lambda c, p, q: gone if p.region == GLOBAL else usual(c, p, q))
    assert run(world, [WIDE])[1] == {A}
    assert "UnrecognizedClientException" in STOPPED


def test_services_are_released_once_when_they_are_done_and_progress_says_so_once() -> None:
    world = World(usual)
    steps: list[Step] = []
    run(world, [PART, WIDE], progress=steps.append, bounds=IN_TURN)
    assert world.released == ["alpha", "beta"]
    finished = [s for s in steps if s.finished]
    assert [(s.service, s.done, s.total, s.services_done, s.services) for s in finished] == [
        ("alpha", 10, 10, 1, 2), ("beta", 1, 1, 2, 2),
    ]  # fmt: skip
    assert all(s.done <= s.total for s in steps)


def test_a_service_that_hangs_does_not_hold_the_rest() -> None:
    others, done = [call(f"other{n}", "List") for n in range(9)], threading.Event()
    hangs = [call("hangs", f"List{n}") for n in range(9)]
    answered = 0

    def say(asked: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        nonlocal answered
        if asked.service == "hangs":
            assert done.wait(20), "the others wait for the one that hangs"
        else:
            answered += 1
            if answered == len(others):
                done.set()
        return usual(asked, place, params)

    world = World(say)
    bounds = Bounds(total=4, service=3, services=2)
    keep, _ = run(world, [*hangs, *others], regions={A: ["r1"]}, bounds=bounds)
    assert world.order()[:3] == ["hangs:List0", "hangs:List1", "hangs:List2"]
    assert len(keep.finish().entries) == 18


@pytest.mark.parametrize(
    ("bounds", "most"),
    [
        (Bounds(total=5, service=64, account=64, services=3), {"all": 5}),
        (Bounds(total=64, service=3, account=64, services=3), {"service": 3, "all": 9}),
        (Bounds(total=64, service=64, account=2, services=3), {"account": 2, "all": 4}),
        (Bounds(total=64, service=64, account=64, services=1), {"services": 1}),
    ],
)
def test_no_more_runs_at_once_than_the_bounds_allow(bounds: Bounds, most: dict[str, int]) -> None:
    running: Counter[tuple[str, str]] = Counter()
    lock, seen = threading.Lock(), Counter[str]()

    def say(asked: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        with lock:
            running[asked.service, place.account] += 1
            now = [key for key, n in running.items() for _ in range(n)]
            for what, n in (
                ("all", len(now)), ("services", len({s for s, _ in now})),
                ("service", max(Counter(s for s, _ in now).values())),
                ("account", max(Counter(a for _, a in now).values())),
            ):  # fmt: skip
                seen[what] = max(seen[what], n)
        threading.Event().wait(0.01)
        with lock:
            running[asked.service, place.account] -= 1
        return usual(asked, place, params)

    calls = [call(service, f"List{n}") for service in ("one", "two", "three", "four") for n in range(4)]
    world = World(say)
    run(world, calls, regions={A: ["r1", "r2"], B: ["r1", "r2"]}, workers=64, bounds=bounds)
    assert len(world.asked) == 64
    assert {what: seen[what] for what in most} == most


def test_what_a_silent_service_leaves_is_timed_out_at_that_place_only_and_asked_again_by_resume() -> None:
    store, now = MemoryStore(), [0.0]
    silent = Answer(refusal=replace(DENIED, state=State.TIMED_OUT, code="ReadTimeoutError"))

    def say(asked: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        if (asked.service, place.region) == ("alpha", "r1"):
            now[0] += 60
            return silent
        return usual(asked, place, params)

    calls = [*(call("alpha", f"List{n}") for n in range(6)), WIDE]
    world = World(say)
    bounds = Bounds(total=1, lost_seconds=150)
    keep, _ = run(world, calls, keep=recorder(store), workers=1, bounds=bounds, clock=lambda: now[0])
    assert sum((q.call[:5], q.place.region) == ("alpha", "r1") for q in world.asked) == 3
    assert sum((q.call[:5], q.place.region) == ("alpha", "r2") for q in world.asked) == 6
    kept = {q.key: (keep.kept(q), q) for c in calls[:6] for q in [Question(call=c.id, place=R1, params={})]}
    assert {state for state, _ in kept.values()} == {State.TIMED_OUT}
    keep.close()
    later = World(usual)
    again = Recorder.resume(store, Redactor(b"k" * 32), clock=lambda: NOW)
    run(later, calls, keep=again)
    assert {q.place.region for q in later.asked} == {"r1"}
    found = again.finish()
    assert found.answers == run(World(usual), calls)[0].finish().answers


def test_a_service_has_so_long_at_a_place_and_what_is_over_says_so() -> None:
    now = [0.0]

    def say(asked: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        now[0] += 50
        return usual(asked, place, params)

    world = World(say)
    calls = [call("alpha", f"List{n}") for n in range(6)]
    keep, _ = run(world, calls, regions={A: ["r1"]}, workers=1, bounds=Bounds(total=1, place_seconds=120),
                  clock=lambda: now[0])  # fmt: skip
    entries = keep.finish().entries.values()
    over = [e for e in entries if e.refusal]
    assert (len(world.asked), len(over)) == (3, 3)
    assert {(e.state, e.refusal.code, e.refusal.message) for e in over if e.refusal} == {
        (State.TIMED_OUT, "DeadlinePassed", "alpha took more than 120 seconds here, so that this was not asked.")
    }


def test_a_run_has_so_long_and_what_it_had_no_time_for_is_on_record_and_read_later() -> None:
    store, now = MemoryStore(), [0.0]

    def say(asked: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        now[0] += 50
        return usual(asked, place, params)

    world = World(say)
    calls = [*(call("alpha", f"List{n}") for n in range(6)), WIDE, PART]
    bounds = Bounds(total=1, services=1, run_seconds=300, spent_seconds=100)
    keep, stopped = run(world, calls, keep=recorder(store), workers=1, bounds=bounds, clock=lambda: now[0])
    found = keep.finish()
    over = [e for e in found.entries.values() if e.refusal]
    assert (len(world.asked), stopped) == (5, frozenset())
    assert {(e.state, e.refusal.code, e.refusal.message) for e in over if e.refusal} == {
        (State.NOT_RUN, RUN_OVER, "The run took more than 300 seconds, so that this was not asked.")
    }
    assert {e.question.call for e in found.entries.values()} >= {c.id for c in calls[:7]}, "none is passed over"
    assert late(found.entries.values()) == len(over) > 5
    assert can_go_on(found.header, found.entries.values())
    again = Recorder.begin(
        store, Redactor(b"k" * 32), replace(HEADER, id="2026-06-02T120000Z-abcdef"), clock=lambda: NOW
    )
    again.take_over(found.entries.values())
    later = World(usual)
    run(later, calls, keep=again)
    assert not {q.key for q in later.asked} & {q.key for q in world.asked}
    assert again.finish().answers == run(World(usual), calls)[0].finish().answers


def test_an_interruption_keeps_what_runs_and_asks_nothing_more() -> None:
    store = MemoryStore()
    begun = threading.Semaphore(0)
    go_on = threading.Event()

    def slow(call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        begun.release()
        go_on.wait(5)
        return usual(call, place, params)

    def interrupt(step: Step) -> None:
        if step.total:
            begun.acquire(timeout=5)
            begun.acquire(timeout=5)
            threading.Timer(0.05, go_on.set).start()
            raise KeyboardInterrupt

    world = World(slow)
    keep = recorder(store)
    calls = [call("alpha", f"List{n}") for n in range(20)]
    steps = iter(range(1))
    with pytest.raises(KeyboardInterrupt):
        run(world, calls, keep=keep, workers=2, progress=lambda s: interrupt(s) if next(steps, None) is None else None)
    keep.close()
    assert 2 <= len(world.asked) <= 6
    resumed = Recorder.resume(store, Redactor(b"k" * 32), clock=lambda: NOW)
    assert all(resumed.kept(q) is State.OK for q in world.asked)
    later = World(usual)
    run(later, calls, keep=resumed)
    assert len(later.asked) == 40 - len(world.asked)
    assert resumed.finish().answers == run(World(usual), calls)[0].finish().answers


def test_a_fault_while_keeping_ends_the_run_and_what_was_not_begun_is_not_asked() -> None:
    class Full(Exception):
        pass

    class Disk(Early):
        def keep(self, call: Call, question: Question, answer: Answer) -> State:
            raise Full

    world = World(usual)
    with pytest.raises(Full):
        run(world, [call("alpha", f"List{n}") for n in range(50)], keep=Disk(), workers=1)
    assert len(world.asked) < 10


# -- enter and scope ----------------------------------------------------------------------------------------------

LISTED = [
    {"RegionName": "eu-west-1"},
    {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
    {"RegionName": "af-south-1", "OptInStatus": "not-opted-in"},
    {"RegionName": "me-south-1", "OptInStatus": "opted-in"},
]


def test_all_enabled_regions_unless_some_are_wanted() -> None:
    assert regions_in_scope(LISTED, (), "x") == (("eu-west-1", "me-south-1", "us-east-1"), ())
    assert regions_in_scope(LISTED, ("us-east-1", "us-east-1"), "x") == (("us-east-1",), ("eu-west-1", "me-south-1"))


def test_regions_that_nobody_could_list() -> None:
    assert regions_in_scope(None, (), "eu-west-1") == (("eu-west-1",), ())
    assert regions_in_scope(None, ("b-1", "a-1"), "eu-west-1") == (("a-1", "b-1"), ())


def test_a_wanted_region_must_exist_and_be_enabled() -> None:
    with pytest.raises(CannotBegin, match="knows no region 'eu-wset-1'") as caught:
        check_wanted(("eu-wset-1",), [LISTED])
    assert caught.value.hint == "Did you mean eu-west-1?"
    with pytest.raises(CannotBegin, match="af-south-1 is not enabled"):
        check_wanted(("af-south-1",), [LISTED])
    with pytest.raises(CannotBegin, match="af-south-1 is not enabled in any account"):
        check_wanted(("af-south-1",), [LISTED, LISTED])


def test_a_region_that_one_account_has_and_another_has_not_is_no_gap() -> None:
    other = [{**r, "OptInStatus": "not-opted-in"} if r["RegionName"] == "me-south-1" else r for r in LISTED]
    gov = [{"RegionName": "us-gov-west-1"}]
    wanted = ("me-south-1", "us-gov-west-1", "eu-west-1")
    check_wanted(wanted, [LISTED, other, gov])
    assert regions_in_scope(LISTED, wanted, "x") == (("eu-west-1", "me-south-1"), ("us-east-1",))
    assert regions_in_scope(other, wanted, "x") == (("eu-west-1",), ("us-east-1",))
    assert regions_in_scope(gov, wanted, "x") == (("us-gov-west-1",), ())


def test_wanted_regions_are_looked_at_over_all_accounts() -> None:
    world = World(
        lambda c, p, q: Answer(pages=({"Regions": LISTED if p.account == A else [{"RegionName": "cn-north-1"}]},))
    )
    accounts = [Access(account=A), Access(account=B)]
    given: dict[str, Any] = {"ask": world, "caller": CALLER, "regions": REGIONS}
    scopes = enter(accounts, door=Door(A, B), keep=Early(), wanted=("cn-north-1", "eu-west-1"), **given)
    assert [s.regions for s in scopes] == [("eu-west-1",), ("cn-north-1",)]
    with pytest.raises(CannotBegin, match="knows no region 'eu-wset-1'"):
        enter(accounts, door=Door(A, B), keep=Early(), wanted=("eu-wset-1",), **given)


class Door:
    def __init__(self, *said: str | Refusal) -> None:
        self.said = list(said)

    def enter(self, account: Access, caller: Call) -> Opened | Refusal:
        said = self.said.pop(0)
        if isinstance(said, Refusal):
            return said
        page = {"Account": said, "Arn": f"arn:aws:iam::{said}:user/x"}
        return Opened(account=said, arn=page["Arn"], partition="aws", answer=Answer(pages=(page,)))


def test_entering_asks_for_the_regions_once_and_keeps_who_we_are_without_asking() -> None:
    world = World(lambda *_: Answer(pages=({"Regions": LISTED},)))
    early = Early()
    accounts = [Access(account=A), Access(account=B, name="prod")]
    scopes = enter(accounts, door=Door(A, DENIED), ask=world, keep=early, caller=CALLER, regions=REGIONS)
    assert world.order() == ["ec2:DescribeRegions"]
    assert [(s.id, s.entered, s.regions_listed, s.refusal) for s in scopes] == [
        (A, True, True, None),
        (B, False, False, DENIED),
    ]
    keep = recorder()
    early.hand_over(keep)
    place = Place(account=A, region=GLOBAL)
    for asked in (CALLER, REGIONS):
        assert keep.kept(Question(call=asked.id, place=place, params=dict(asked.params))) is State.OK
    run(world, [CALLER, REGIONS], keep=keep)
    assert world.order() == ["ec2:DescribeRegions"]


def test_a_refused_list_of_regions_leaves_the_home_region_and_says_so() -> None:
    world = World(lambda *_: Answer(refusal=DENIED))
    (scope,) = enter(
        [Access()], door=Door(A), ask=world, keep=Early(), caller=CALLER, regions=REGIONS, home=lambda _: "eu-north-1"
    )
    assert (scope.regions, scope.regions_listed, scope.entered) == (("eu-north-1",), False, True)


def test_what_only_says_where_the_next_page_begins_is_not_kept(demo_snapshot: Snapshot) -> None:
    """A continuation token is another each time: kept, it would make two snapshots of one account differ."""
    assert any(entry.pages > 1 for entry in demo_snapshot.entries.values())
    held = {field for key in demo_snapshot.entries for page in demo_snapshot.pages(key) for field in page}
    assert not held & {"NextToken", "nextToken", "NextMarker", "Marker", "PaginationToken", "ResponseMetadata"}


def test_a_secret_in_an_accounts_name_is_not_written_down() -> None:
    secret = "ghp_" + "a1B2" * 9
    shut = AccountScope(id=A, name=f"x {secret}", partition="aws", caller_arn="", entered=False, refusal=DENIED,
                        regions=(), left_out=(), regions_listed=False)  # fmt: skip
    out = LeftOut(id=B, name=secret, out=Out.CONFIGURATION, why="exclude_accounts names it")
    found = OrganizationScope(lister=A, management=A, members=2, left_out=(out,))
    store = MemoryStore()
    keep = recorder(store)
    keep.amend(replace(keep.header, accounts=(shut,), organization=found))
    assert secret.encode() not in bytes(store.journals[HEADER.id])
    header = keep.finish().header
    assert header.organization is not None
    assert header.organization.left_out[0].name.startswith("[redacted:")
    assert secret.encode() not in store.finished[HEADER.id]


def test_a_wave_is_asked_place_by_place_so_that_few_clients_are_needed_at_once() -> None:
    other = call("alpha", "ListOthers")
    world = World(lambda *_: things())
    run(world, [LIST, other], regions={A: ["r1", "r2", "r3"]}, workers=1, bounds=Bounds(total=1))
    assert [q.place.region for q in world.asked] == ["r1", "r1", "r2", "r2", "r3", "r3"]


def test_the_garbage_collector_is_left_as_it_was() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with contextlib.suppress(KeyboardInterrupt), settled():
        assert gc.get_freeze_count() > before[1]
        assert gc.get_threshold() != before[0]
        raise KeyboardInterrupt
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before[0], 0)
