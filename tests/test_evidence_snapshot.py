"""Snapshots: order cannot show, a killed run is finished later with the same answers, changes are found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srm_docs.checks.call import Call
from srm_docs.checks.place import Place, Scope
from srm_docs.collect.answer import Answer, Circumstances, Question, Refusal, State
from srm_docs.collect.scope import AccountScope
from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence import canonical
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.data import entry_from_data, entry_to_data, header_from_data, header_to_data
from srm_docs.evidence.entry import Header, PlannedCall, snapshot_id
from srm_docs.evidence.key import redaction_key
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.recorder import ASK_AGAIN, Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot, open_snapshot, snapshot_from_data, snapshot_to_bytes
from srm_docs.evidence.store import FolderStore

NOW = dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC)
HOME = Place(account="111122223333", region="eu-west-1")
LIST = Call(
    service="ec2", operation="DescribeThings", noun="thing", nouns="things", rows="Things", redact=("Things[].Env.*",)
)
ACCOUNT = AccountScope(
    id=HOME.account, name="Prod \ud800", partition="aws", caller_arn="arn:aws:sts::111122223333:assumed-role/a/b",
    entered=True, refusal=Refusal(state=State.DENIED, code="X", message="\udfff"), regions=("eu-west-1",),
    left_out=("us-east-1",), regions_listed=True,
)  # fmt: skip
HEADER = Header(
    id="2026-11-23T200805Z-1f3a9c", began=NOW, ended=None, tool_version="0", catalog_digest="0" * 64, demo=True,
    accounts=(ACCOUNT,), calls=(PlannedCall(id=LIST.id, scope=Scope.REGION),),
)  # fmt: skip
REDACTOR = Redactor(b"k" * 32)


def question(number: int, **params: Any) -> Question:
    return Question(call=LIST.id, place=HOME, params={"N": number, **params})


def asked(number: int) -> Circumstances:
    return Circumstances(
        caller_arn=ACCOUNT.caller_arn, partition="aws", service="ec2", operation="DescribeThings",
        started=NOW + dt.timedelta(seconds=number), ended=NOW + dt.timedelta(seconds=number, microseconds=5),
        aws_date=NOW if number % 2 else None, request_ids=(f"r{number}",),
        region="us-east-1" if number % 2 else "",
    )  # fmt: skip


def answer(number: int) -> Answer:
    """One of five kinds of answers, always the same for the same number."""
    page = {"Things": [{"Id": number, "At": NOW, "Blob": b"\xff", "Env": {"A": "secret value"}}], "Big": 2**60}
    kinds = (
        Answer(pages=(page, {"Things": []}), circumstances=asked(number)),
        Answer(pages=({"Things": []},), circumstances=asked(number)),
        Answer(refusal=Refusal(state=State.DENIED, code="AccessDenied", message="no"), circumstances=asked(number)),
        Answer(pages=(page,), refusal=Refusal(state=State.THROTTLED, code="Slow", message="x", page=1)),
        Answer(absent="NoSuchThing"),
    )
    return kinds[number % 5]


def begin(store: Store, header: Header = HEADER) -> Recorder:
    return Recorder.begin(store, REDACTOR, header, clock=lambda: NOW + dt.timedelta(hours=1))


def resume(store: Store, name: str | None = None) -> Recorder:
    return Recorder.resume(store, REDACTOR, name, clock=lambda: NOW + dt.timedelta(hours=2))


def record(store: Store, numbers: Any, header: Header = HEADER) -> Snapshot:
    with begin(store, header) as recorder:
        for number in numbers:
            recorder.keep(LIST, question(number), answer(number))
        return recorder.finish()


def test_what_is_kept_can_be_read() -> None:
    store = MemoryStore()
    snapshot = record(store, range(5))
    again = open_snapshot(store)
    assert (again.header, dict(again.entries), again.answers, again.record) == (
        snapshot.header, dict(snapshot.entries), snapshot.answers, snapshot.record,
    )  # fmt: skip
    states = {entry.question.params["N"]: entry.state for entry in again.entries.values()}
    assert states == {0: State.OK, 1: State.EMPTY, 2: State.DENIED, 3: State.PARTIAL, 4: State.ABSENT}
    entry = again.entries[question(0).key]
    assert (entry.rows, entry.pages, entry.evidence_id) == (1, 2, question(0).evidence_id)
    pages = again.pages(question(0).key)
    assert pages[0]["Things"][0]["At"] == NOW
    assert pages[0]["Things"][0]["Env"]["A"].startswith("[redacted:declared:")
    assert [(one.path, one.why) for one in entry.redactions] == [("[0].Things[0].Env.A", "declared")]
    assert again.pages(question(2).key) == ()
    assert entry.size == len(store.read(entry.digest or ""))
    assert again.header.ended == NOW + dt.timedelta(hours=1)


@given(st.permutations(range(10)))
@settings(max_examples=25)
def test_the_order_of_arrival_cannot_show(numbers: list[int]) -> None:
    store = MemoryStore()
    assert snapshot_to_bytes(record(store, numbers)) == snapshot_to_bytes(record(MemoryStore(), range(10)))


@given(st.integers(0, 10), st.integers(0, 400))
@settings(max_examples=40)
def test_a_run_that_broke_off_anywhere_ends_with_the_same_answers(kept: int, cut: int) -> None:
    store = MemoryStore()
    with begin(store) as recorder:
        for number in range(kept):
            recorder.keep(LIST, question(number), answer(number))
    journal = store.journals[HEADER.id]
    header_length = journal.index(b"\n") + 1
    del journal[max(header_length, len(journal) - cut) :]
    with resume(store) as recorder:
        for number in reversed(range(10)):
            if recorder.kept(question(number)) is None:
                recorder.keep(LIST, question(number), answer(number))
        snapshot = recorder.finish()
    assert snapshot.answers == record(MemoryStore(), range(10)).answers
    assert len(snapshot.header.interrupted) == 1
    assert open_snapshot(store).record == snapshot.record
    assert store.unfinished() == ()


def test_answers_know_no_times_and_record_does() -> None:
    one = record(MemoryStore(), range(5))
    store = MemoryStore()
    with begin(store) as recorder:
        for number in range(5):
            later = answer(number)
            later = replace(later, circumstances=asked(number + 60)) if later.circumstances else later
            recorder.keep(LIST, question(number), later)
        two = recorder.finish()
    assert one.answers == two.answers
    assert one.record != two.record
    assert record(MemoryStore(), range(4)).answers != one.answers


def test_only_the_weather_is_asked_again() -> None:
    for state in (State.DENIED, State.DISABLED, State.UNSUPPORTED, *ASK_AGAIN):
        for code in ("Any", "ExpiredToken"):
            store = MemoryStore()
            with begin(store) as recorder:
                refusal = Refusal(state=state, code=code, message="")
                recorder.keep(LIST, question(1), Answer(refusal=refusal))
                recorder.keep(LIST, question(2), Answer(pages=({"Things": []},), refusal=refusal))
                assert recorder.kept(question(1)) is state
                assert recorder.kept(question(3)) is None
            with resume(store) as recorder:
                again = state in ASK_AGAIN or code == "ExpiredToken"
                assert (recorder.kept(question(1)) is None) is again
                assert (recorder.kept(question(2)) is None) is again
                recorder.keep(LIST, question(1), answer(0))
                assert recorder.kept(question(1)) is State.OK


def test_a_body_that_got_lost_is_asked_again() -> None:
    store = MemoryStore()
    with begin(store) as recorder:
        recorder.keep(LIST, question(0), answer(0))
        recorder.keep(LIST, question(1), answer(1))
    del store.bodies[next(iter(store.bodies))]
    with resume(store) as recorder:
        assert recorder.kept(question(0)) is None
        assert recorder.kept(question(1)) is State.EMPTY


def test_what_is_known_later_is_put_on_record() -> None:
    store = MemoryStore()
    with begin(store, replace(HEADER, accounts=())) as recorder:
        recorder.amend(replace(recorder.header, accounts=(ACCOUNT,), notes=("found",)))
    with resume(store) as recorder:
        assert recorder.finish().header.accounts == (ACCOUNT,)
    assert open_snapshot(store).header.notes == ("found",)


def test_interruptions_are_on_record() -> None:
    store = MemoryStore()
    begin(store).close()
    with resume(store) as recorder:
        recorder.keep(LIST, question(0), answer(0))
    with resume(store) as recorder:
        found = recorder.finish().header
    assert found.interrupted == (NOW, asked(0).ended)


def test_messages_and_callers_are_redacted() -> None:
    secret = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a"
    store = MemoryStore()
    with begin(store) as recorder:
        refusal = Refusal(state=State.FAILED, code=f"E {secret}", message=f"bad token {secret}")
        circumstances = replace(asked(1), caller_arn=f"arn:aws:sts::1:assumed-role/a/{secret}")
        recorder.keep(LIST, question(1, Filter=secret), Answer(refusal=refusal, circumstances=circumstances))
        assert recorder.kept(question(1, Filter=secret)) is State.FAILED
        assert secret.encode() not in bytes(store.journals[HEADER.id])
        recorder.finish()
    assert secret.encode() not in store.finished[HEADER.id]
    (entry,) = open_snapshot(store).entries.values()
    assert entry.refusal is not None
    assert entry.refusal.message.startswith("bad token [redacted:github-token:")


def test_data_goes_there_and_back_as_json() -> None:
    snapshot = record(MemoryStore(), range(5))
    for entry in snapshot.entries.values():
        assert entry_from_data(json.loads(json.dumps(entry_to_data(entry)))) == entry
    header = replace(snapshot.header, interrupted=(NOW,), notes=("a",))
    assert header_from_data(json.loads(json.dumps(header_to_data(header)))) == header
    odd = replace(next(iter(snapshot.entries.values())), question=replace(question(1), params={"At": NOW, "$x": b"y"}))
    assert entry_from_data(json.loads(json.dumps(entry_to_data(odd)))) == odd


def test_pieces_are_the_canonical_json_of_the_whole() -> None:
    """What is written and hashed a piece at a time is what anybody computes from the whole by RFC 8785."""
    for count in (0, 1, 5):
        snapshot = record(MemoryStore(), range(count))
        body = snapshot_to_bytes(snapshot)
        data = canonical.loads(body)
        assert canonical.dumps(data) == body
        whole = canonical.dumps({"entries": data["entries"], "header": data["header"]})
        assert snapshot.record == hashlib.sha256(whole).hexdigest()
        said = {
            key: {"absent": e.absent, "digest": e.digest, "refusal": e.refusal.state.value if e.refusal else ""}
            for key, e in snapshot.entries.items()
        }
        assert snapshot.answers == hashlib.sha256(canonical.dumps(said)).hexdigest()


def test_a_snapshot_needs_no_store_to_be_read() -> None:
    store = MemoryStore()
    snapshot = record(store, range(5))
    data = json.loads(snapshot_to_bytes(snapshot))

    class Packet:
        def read(self, digest: str) -> bytes:
            return store.bodies[digest]

    again = snapshot_from_data(data, Packet())
    assert again.pages(question(0).key) == snapshot.pages(question(0).key)
    store.bodies[snapshot.entries[question(0).key].digest or ""] = b"[]"
    with pytest.raises(EvidenceDamaged, match=question(0).evidence_id):
        again.pages(question(0).key)


def _fields(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(data, Mapping):
        return found + [p for key in data for p in _fields(data[key], (*path, key))]
    if isinstance(data, list):
        return found + [p for index, item in enumerate(data) for p in _fields(item, (*path, index))]
    return found


DATA = json.loads(snapshot_to_bytes(record(MemoryStore(), range(5))))


@pytest.mark.parametrize("path", _fields(DATA), ids=str)
@pytest.mark.parametrize("put", ["remove", None, 7, "x", [], {}, [None], {"$int": []}], ids=str)
def test_data_that_somebody_changed_is_damage_and_never_a_crash(path: tuple[Any, ...], put: Any) -> None:
    data = json.loads(json.dumps(DATA))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    if put == "remove":
        del inner[path[-1]]
    elif inner[path[-1]] == put:
        return
    else:
        inner[path[-1]] = put
    with pytest.raises(EvidenceDamaged):
        snapshot_from_data(data, MemoryStore())


def test_any_flipped_byte_of_a_snapshot_is_found() -> None:
    store = MemoryStore()
    record(store, range(2))
    whole = store.finished[HEADER.id]
    for index in range(0, len(whole), 3):
        flipped = bytearray(whole)
        flipped[index] ^= 1 << index % 8
        store.finished[HEADER.id] = bytes(flipped)
        with pytest.raises(EvidenceDamaged):
            open_snapshot(store)


def test_a_changed_journal_is_found() -> None:
    store = MemoryStore()
    with begin(store) as recorder:
        for number in range(3):
            recorder.keep(LIST, question(number), answer(number))
    journal = store.journals[HEADER.id]
    journal[len(journal) // 2] ^= 1
    with pytest.raises(EvidenceDamaged, match="of the journal of"):
        resume(store)
    journal[len(journal) // 2] ^= 1
    journal[5] ^= 1
    with pytest.raises(EvidenceDamaged, match="Line 1"):
        resume(store)
    with store.lock(lambda: pytest.fail("the lock was not let go")):
        pass


def test_opening_by_name() -> None:
    store = MemoryStore()
    with pytest.raises(UsageError, match="There is no snapshot in"):
        open_snapshot(store)
    begin(store).close()
    with pytest.raises(UsageError, match="was not finished") as caught:
        open_snapshot(store)
    assert "--resume" in caught.value.hint
    with resume(store, HEADER.id) as recorder:
        recorder.finish()
    later = record(store, [1], replace(HEADER, id="2026-12-01T000000Z-000000"))
    assert open_snapshot(store).header.id == later.header.id
    assert open_snapshot(store, HEADER.id).header.id == HEADER.id
    with pytest.raises(UsageError) as caught:
        open_snapshot(store, HEADER.id[:-1] + "d")
    assert caught.value.hint == f"Did you mean {HEADER.id}?"


def test_resuming_by_name() -> None:
    store = MemoryStore()
    with pytest.raises(UsageError, match="no unfinished snapshot in"):
        resume(store)
    record(store, [1])
    with pytest.raises(UsageError, match="is finished"):
        resume(store, HEADER.id)
    with pytest.raises(UsageError, match="There is a snapshot"):
        begin(store)
    with pytest.raises(UsageError, match="no unfinished snapshot"):
        resume(store, "2026-12-01T000000Z-000000")


def test_ids_say_when() -> None:
    east = dt.datetime(2026, 11, 23, 22, 8, 5, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert snapshot_id(east, "1f3a9c") == HEADER.id


KILLED = """
import os, signal, sys, time
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
import test_evidence_snapshot as t
store = t.FolderStore(Path({folder!r}))
recorder = t.begin(store)
for number in range(200):
    recorder.keep(t.LIST, t.question(number), t.answer(number))
    print(number, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_a_run_killed_at_a_hundred_moments_loses_nothing_it_kept(tmp_path: Path) -> None:
    """Moments by chance: after an answer, and some thousandths of a second into the keeping of those behind it."""
    chance = random.Random(20261123)
    for number in range(100):
        killed(tmp_path / str(number), chance.randrange(200), wait=chance.random() / 100)


@pytest.mark.parametrize("after", [0, 37, 150])
def test_a_killed_run_loses_nothing_it_kept(tmp_path: Path, after: int) -> None:
    killed(tmp_path, after)


def killed(tmp_path: Path, after: int, wait: float = 0.0) -> None:
    """Kill a run when it has told of so many answers (and `wait` seconds later), and resume it."""
    code = KILLED.format(tests=str(Path(__file__).parent), root=str(Path(__file__).parent.parent), folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if int(line) >= after:
                time.sleep(wait)
                os.kill(run.pid, signal.SIGKILL)
                break
    store = FolderStore(tmp_path)
    asked_again = 0
    with resume(store) as recorder:
        for number in range(200):
            if recorder.kept(question(number)) is None:
                asked_again += 1
                recorder.keep(LIST, question(number), answer(number))
        snapshot = recorder.finish()
    weather = sum(number % 5 == 3 for number in range(after + 1))
    assert asked_again <= 200 - (after + 1) + weather + 40  # kind 3 is throttled and may have been kept beyond `after`
    for number in range(after + 1):
        assert question(number).key in snapshot.entries
    assert snapshot.answers == record(MemoryStore(), range(200)).answers
    assert all(snapshot.pages(key) is not None for key in snapshot.entries)


def test_planted_secrets_and_the_key_are_nowhere_in_the_folder(tmp_path: Path) -> None:
    from test_evidence_redact import PLANTED, READ, places

    key = redaction_key(tmp_path, os.urandom)
    header = replace(HEADER, calls=(PlannedCall(id=READ.id, scope=Scope.REGION),))
    with Recorder.begin(FolderStore(tmp_path), Redactor(key), header, clock=lambda: NOW) as recorder:
        for number, (carrier, _, _) in enumerate(PLANTED.values()):
            planted = Question(call=READ.id, place=HOME, params={"N": number})
            refusal = Refusal(state=State.FAILED, code="X", message=carrier) if number % 2 else None
            recorder.keep(READ, planted, Answer(pages=(places(carrier),), refusal=refusal))
        journal = next(tmp_path.rglob("*.journal")).read_bytes()
        recorder.finish()
    assert len(PLANTED) >= 20
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for name, (_, secret, _) in PLANTED.items():
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3]):
            assert form.encode() not in journal, name
            assert not [path for path, body in written.items() if form.encode() in body], name
    assert [path.name for path, body in written.items() if key in body or key.hex().encode() in body] == [
        "redaction.key"
    ]
