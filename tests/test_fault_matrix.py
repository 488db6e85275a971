"""Every fault of the wire × every call, over loopback: each is on record with its place and state, none is an answer.

A server gives the fault to whatever it is asked. The calls go the real way: botocore, recorder, ledger, judge. Every
run takes each fault with a call of each protocol, never the same ones; the slow run takes all of them. What comes in
pages breaks off in the second page too: the first one, whole as it is, must not read as all that there is.
"""

from __future__ import annotations

import concurrent.futures as cf
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.serialize import SerializationContext, get_serializer_class

sys.path.insert(0, str(Path(__file__).parent))

from scripted_server import ACCOUNT, Heard, Say
from test_collect_aws import (
    HTML,
    aws_environment,
    ec2_error,
    entered,
    json_error,
    place_of,
    query_error,
    rest_json_error,
    s3_error,
)

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Quantifier
from srm_docs.checks.observation import Status
from srm_docs.checks.place import Scope
from srm_docs.checks.role import of_accounts
from srm_docs.collect.answer import Question, State
from srm_docs.collect.aws import Aws, Limits
from srm_docs.collect.run import collect
from srm_docs.collect.scope import AccountScope
from srm_docs.demo.asked import model
from srm_docs.evidence.entry import Header, PlannedCall
from srm_docs.evidence.ledger import ledger
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.judge import judge
from tests.aws_models import comes_in_pages, model_of, paginators

__all__ = ["aws_environment"]  # its fixture clears the environment here too

CALLS = of_accounts(discover.calls())
NOW = dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC)
LIMITS = Limits(connect_timeout=10, read_timeout=10, attempts=1)
SILENCE = 0.6
REGION = ("eu-west-1",)


def protocol_of(call: Call) -> str:
    return str(model_of(call).service_model.resolved_protocol)


_ERRORS = {"json": json_error, "rest-json": rest_json_error, "query": query_error, "ec2": ec2_error}


def error(code: str, status: int) -> Callable[[Call], Say]:
    """AWS's refusal with this code, as the call's protocol writes it."""

    def say(call: Call) -> Say:
        write = _ERRORS.get(protocol_of(call), s3_error if call.service == "s3" else query_error)
        return write(code, "It says why.", status)

    return say


def is_json(call: Call) -> bool:
    return "json" in protocol_of(call)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the wire does, and what the ledger must say of it: a state, and AWS's code or ours."""

    say: Callable[[Call], Say]
    state: State
    codes: frozenset[str]


def fault(say: Callable[[Call], Say] | Say, state: State, *codes: str) -> Fault:
    said = say if callable(say) else lambda _: say
    return Fault(say=said, state=state, codes=frozenset(codes))


FAULTS = {
    "denied": fault(error("AccessDenied", 403), State.DENIED, "AccessDenied"),
    "throttled": fault(error("Throttling", 400), State.THROTTLED, "Throttling"),
    "expired": fault(error("ExpiredToken", 403), State.DENIED, "ExpiredToken"),
    "silent": fault(Say(delay=SILENCE), State.TIMED_OUT, "ReadTimeoutError"),
    "reset": fault(Say(reset=True), State.FAILED, "ConnectionClosedError"),
    "broken": fault(error("InternalFailure", 500), State.FAILED, "InternalFailure"),
    "web page": fault(Say(HTML, headers={"content-type": "text/html"}), State.UNSUPPORTED, "200"),
    "torn": fault(lambda c: Say("{}   " if is_json(c) else "<a></a>   ", short=3), State.FAILED, "TornReply"),
    "garbled": fault(lambda c: Say("{garbled" if is_json(c) else "<garbled"), State.FAILED, "GarbledReply", "500"),
    "cut": fault(lambda c: Say('{"a": [' if is_json(c) else "<a><b></b>"), State.FAILED, "GarbledReply", "500"),
    "not opted in": fault(error("OptInRequired", 403), State.DISABLED, "OptInRequired"),
    "region disabled": fault(error("RegionDisabledException", 403), State.DISABLED, "RegionDisabledException"),
}
names = pytest.mark.parametrize("name", FAULTS)


def diagonal(name: str) -> list[Call]:
    """A call of each protocol, another one for each fault."""
    turn = list(FAULTS).index(name)
    found = []
    for protocol in sorted({protocol_of(c) for c in CALLS}):
        of_it = [c for c in CALLS if protocol_of(c) == protocol]
        found.append(of_it[turn * 7 % len(of_it)])
    return found


def asked_with(call: Call) -> dict[str, Any]:
    """Parameters that botocore sends: a call for each row of another needs those that the row would give."""
    shape = model_of(call).input_shape
    bound = {name: some(shape.members[name], name) for name in call.bind} if shape else {}
    return {**call.params, **bound}


def some(shape: Shape, name: str) -> Any:
    """Something that the shape allows."""
    if isinstance(shape, StructureShape):
        return {n: some(shape.members[n], n) for n in shape.required_members}
    if isinstance(shape, ListShape):
        return [some(shape.member, name)]
    if shape.type_name in ("integer", "long"):
        return max(1, int(shape.metadata.get("min", 1)))
    if getattr(shape, "enum", None):
        return shape.enum[0]
    if "arn" in name.lower():
        return f"arn:aws:x:eu-west-1:{ACCOUNT}:thing/a-thing-of-the-test"
    return ACCOUNT if name == "AccountId" else "a-thing-of-the-test".ljust(int(shape.metadata.get("min", 1)), "x")


def header(calls: Sequence[Call], regions: Sequence[str]) -> Header:
    scope = AccountScope(
        id=ACCOUNT, name="", partition="aws", caller_arn="", entered=True, refusal=None, regions=tuple(regions),
        left_out=(), regions_listed=True,
    )  # fmt: skip
    planned = tuple(PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "") for c in calls)
    return Header(
        id="2026-11-23T200805Z-1f3a9c", began=NOW, ended=None, tool_version="0", catalog_digest="0" * 64, demo=False,
        accounts=(scope,), calls=planned,
    )  # fmt: skip


def recorded(said: Fault, calls: Sequence[Call]) -> Snapshot:
    """Each call asked once, kept by a real recorder."""
    now: list[Call] = []
    limits = replace(LIMITS, read_timeout=SILENCE / 3) if said is FAULTS["silent"] else LIMITS

    def script(heard: Heard, _: int) -> Say | None:
        return said.say(now[-1]) if now else None  # before the first call it is asked who we are

    with (
        Recorder.begin(MemoryStore(), Redactor(b"k" * 32), header(calls, REGION), clock=lambda: NOW) as recorder,
        entered(script, limits) as (aws, _),  # type: ignore[arg-type]
    ):
        for group in by_protocol(calls):
            now.append(group[0])
            with cf.ThreadPoolExecutor(4) as pool:
                list(pool.map(partial(ask, aws, recorder), group))
        return recorder.finish()


def by_protocol(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """The calls that the same words answer."""
    kinds: dict[tuple[str, bool], list[Call]] = {}
    for call in calls:
        kinds.setdefault((protocol_of(call), call.service == "s3"), []).append(call)
    yield from kinds.values()


def ask(aws: Aws, recorder: Recorder, call: Call) -> None:
    question = Question(call=call.id, place=place_of(call), params=asked_with(call))
    recorder.keep(call, question, aws.ask(call, question.place, question.params))


def is_text(call: Call) -> bool:
    """Whether the whole body is one text to AWS's model (a bucket's policy): there any text is a reply."""
    shape = model_of(call).output_shape
    payload = shape and shape.serialization.get("payload")
    return bool(payload) and shape.members[payload].type_name in ("string", "blob")


def faults_found(name: str, calls: Sequence[Call]) -> Iterator[str]:
    said = FAULTS[name]
    snapshot = recorded(said, calls)
    rows = {(row.call, row.place): row for row in ledger(snapshot.header, snapshot.entries, {c.id: c for c in calls})}
    for call in calls:
        if name in ("garbled", "cut") and is_text(call):
            continue  # that no verdict comes of it is seen below, as of all others
        row = rows[call.id, place_of(call)]
        if (row.state, row.rows, row.pages, row.answered) != (said.state, 0, 0, 0):
            yield f"{call.id} is {row.state} with {row.rows} rows after {name}: {row.refusals}"
        elif not {refusal.code for refusal, _ in row.refusals} <= said.codes or not row.refusals:
            yield f"{call.id} tells of {name} as {row.refusals}"
    asked = {call.id for call in calls}
    for result in judge([c for c in discover.checks() if asked.issuperset(k.id for k in c.calls)], snapshot, {}):
        if result.status is not Status.UNKNOWN or not result.gaps:
            yield f"{result.check.id} is {result.status} after {name}"


@names
def test_a_fault_is_on_record_and_answers_nothing(name: str) -> None:
    calls = diagonal(name)
    assert {protocol_of(c) for c in calls} == {"json", "rest-json", "query", "ec2", "rest-xml"}
    assert list(faults_found(name, calls)) == []


@pytest.mark.slow
@names
def test_a_fault_of_every_call_is_on_record_and_answers_nothing(name: str) -> None:
    assert list(faults_found(name, CALLS)) == []


def test_only_a_buckets_policy_is_any_text() -> None:
    assert [c.id for c in CALLS if is_text(c)] == ["s3:GetBucketPolicy"]


def test_an_answer_is_no_fault() -> None:
    """The test of tests: an empty reply of every protocol is seen by it."""
    empty = replace(FAULTS["denied"], say=lambda c: Say("{}" if is_json(c) else "<a></a>"))
    calls = diagonal("denied")
    snapshot = recorded(empty, calls)
    assert {e.state for e in snapshot.entries.values()} & {State.EMPTY, State.OK}


def test_an_empty_region_costs_one_request_a_root_call_and_none_that_depends() -> None:
    """All calls of all checks, the real way, to a server that knows of nothing."""
    region = "eu-north-1"  # none of the global services is asked here
    json_of = {model_of(c).service_model.signing_name: is_json(c) for c in CALLS}

    def script(heard: Heard, _: int) -> Say | None:
        if heard.asked.startswith("sts"):
            return None
        service, _, operation = heard.asked.split(" ")[0].partition(".")
        result = f"<{operation}Result></{operation}Result>" if operation else ""
        return Say("{}" if json_of[service] else f"<a>{result}</a>")

    with (
        Recorder.begin(MemoryStore(), Redactor(b"k" * 32), header(CALLS, [region]), clock=lambda: NOW) as recorder,
        entered(script, LIMITS, wait=lambda _: None) as (aws, server),
        cf.ThreadPoolExecutor(4) as pool,
    ):
        collect(CALLS, {ACCOUNT: [region]}, ask=aws, keep=recorder, executor=pool)
        snapshot = recorder.finish()
    here = [entry for entry in snapshot.entries.values() if entry.question.place.region == region]
    roots = sorted(c.id for c in CALLS if c.scope is Scope.REGION and c.per is None)
    assert sorted(entry.question.call for entry in here) == roots
    assert [(e.question.call, e.refusal) for e in here if e.state not in (State.OK, State.EMPTY)] == []
    assert sum(f"/{region}/" in heard.headers.get("authorization", "") for heard in server.heard) == len(roots)
    needed = {ancestor.id for check in discover.checks() for call in check.calls for ancestor in call.lineage}
    shown = {ancestor.id for call in CALLS if call.exhibit for ancestor in call.lineage}
    assert set(roots) <= needed | shown


# -- after a whole first page ----------------------------------------------------------------------------------------

PAGED = [c for c in CALLS if comes_in_pages(c)]
SECOND = ("torn", "cut", "reset", "web page", "expired")


def full(shape: Shape, name: str = "", within: tuple[str, ...] = ()) -> Any:
    """A value in which every list has one element and every structure all its members."""
    if isinstance(shape, StructureShape):
        inside = (*within, shape.name)
        members = list(shape.members.items())[: 1 if shape.is_tagged_union else None]
        return {n: full(m, n, inside) for n, m in members if m.name not in within}
    if isinstance(shape, ListShape):
        return [] if shape.member.name in within else [full(shape.member, name, within)]
    if isinstance(shape, MapShape):
        return {"a": full(shape.value, name, within)}
    plain = {"boolean": False, "integer": 1, "long": 1, "float": 1.0, "double": 1.0, "timestamp": NOW, "blob": b"{}"}
    return plain[shape.type_name] if shape.type_name in plain else (getattr(shape, "enum", None) or ["a-thing"])[0]


def first_page(call: Call) -> Say:
    """A page with rows that names a next one, in the words of the call's protocol."""
    page = full(model_of(call).output_shape)
    for path, value in named_next(call):
        *above, last = path.split(".")
        holder = page
        for step in above:
            holder = holder[step]
        holder[last] = value
    assert call.rows_in(page), f"{call.id}: no row in {page}"
    operation = model(call.service).operation_model(call.operation)  # moto writes what its own model describes
    serializer = get_serializer_class(call.service, protocol_of(call))(operation, SerializationContext("first"))
    made = serializer.serialize(page)
    body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
    return Say(body, made["status_code"], {str(k): str(v) for k, v in made["headers"].items()})


def named_next(call: Call) -> Iterator[tuple[str, Any]]:
    """The fields that say that there is a next page."""
    if call.token is not None:
        flag, also, _ = call.token[1].partition(" && ")
        yield flag, bool(also) or "next"
        return
    known = paginators(call.service)
    assert known is not None
    rules = known.get_paginator(call.operation)
    tokens = rules["output_token"]
    for path in [tokens] if isinstance(tokens, str) else tokens:
        yield path.split("||")[0].strip(), "next"
    if more := rules.get("more_results"):
        yield more, True


def broken_off(said: Fault, calls: Sequence[Call]) -> Snapshot:
    """Each call asked once, with a whole first page and then the fault."""
    now: list[Say] = []

    def script(_: Heard, __: int) -> Say | None:
        return now.pop(0) if now else None

    with (
        Recorder.begin(MemoryStore(), Redactor(b"k" * 32), header(calls, REGION), clock=lambda: NOW) as recorder,
        entered(script, LIMITS) as (aws, _),  # type: ignore[arg-type]
    ):
        for call in calls:
            now[:] = [first_page(call), said.say(call)]
            ask(aws, recorder, call)
            assert not now, f"{call.id} was content with the first page"
        return recorder.finish()


def half_read(name: str, calls: Sequence[Call]) -> Iterator[str]:
    said = FAULTS[name]
    snapshot = broken_off(said, calls)
    rows = {(row.call, row.place): row for row in ledger(snapshot.header, snapshot.entries, {c.id: c for c in calls})}
    by_call = {entry.question.call: entry for entry in snapshot.entries.values()}
    for call in calls:
        entry, row = by_call[call.id], rows[call.id, place_of(call)]
        if (entry.state, entry.pages) != (State.PARTIAL, 1) or not entry.rows or not entry.digest:
            yield f"{call.id} is {entry.state} with {entry.pages} pages, {entry.rows} rows after {name} in page 2"
        elif not entry.refusal or entry.refusal.page != 1 or entry.refusal.code not in said.codes:
            yield f"{call.id} tells of {name} in page 2 as {entry.refusal}"
        if row.state not in (State.PARTIAL, State.PARENT_REFUSED) or row.answered or not row.refusals:
            yield f"the ledger says {row.state} of {call.id} after {name} in page 2: {row.refusals}"
    asked = {call.id for call in calls}
    for result in judge([c for c in discover.checks() if asked & {k.id for k in c.calls}], snapshot, {}):
        one_is_enough = result.check.quantifier is Quantifier.SOME
        if not result.gaps or (result.status in (Status.MET, Status.NOT_APPLICABLE) and not one_is_enough):
            yield f"{result.check.id} is {result.status} after {name} in page 2"


@pytest.mark.parametrize("name", SECOND)
def test_a_first_page_is_not_all_that_there_is(name: str) -> None:
    turn = SECOND.index(name)
    calls = [of[turn * 3 % len(of)] for p in sorted(map(protocol_of, PAGED)) if (of := by_name(p))]
    calls = list(dict.fromkeys(calls))
    assert {protocol_of(c) for c in calls} == {"json", "rest-json", "query", "ec2", "rest-xml"}
    assert list(half_read(name, calls)) == []


def by_name(protocol: str) -> list[Call]:
    return [c for c in PAGED if protocol_of(c) == protocol]


@pytest.mark.slow
@pytest.mark.parametrize("name", SECOND)
def test_no_first_page_of_any_call_is_all_that_there_is(name: str) -> None:
    assert len(PAGED) > 150
    assert list(half_read(name, PAGED)) == []
