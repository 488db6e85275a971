"""Evidence ids: the same question has the same id, and no two questions of a packet share one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from srm_docs.checks.call import Call
from srm_docs.checks.place import Place
from srm_docs.collect.answer import Answer, Question, evidence_id
from srm_docs.evidence import snapshot as snapshot_module
from srm_docs.evidence.entry import Entry, Header, State
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import open_snapshot, with_own_ids
from srm_docs.packet.evidence_index import file_of
from tests.whole import evidence_files

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
HOME = Place(account="111122223333", region="eu-west-1")
THINGS = Call(service="ec2", operation="DescribeThings", noun="thing", nouns="things", rows="Things")
HEADER = Header(
    id="2026-11-23T000000Z-1f3a9c", began=NOW, ended=None, tool_version="0", catalog_digest="0" * 64, demo=False,
    accounts=(), calls=(),
)  # fmt: skip


def entry(number: int) -> Entry:
    question = Question(call=THINGS.id, place=HOME, params={"N": number})
    return Entry(
        question=question, state=State.OK, rows=1, pages=1, digest="0" * 64, size=1, circumstances=None, refusal=None,
        absent="", redactions=(), evidence_id=question.evidence_id,
    )  # fmt: skip


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world in which the first characters of an id say little, so that questions share them."""

    def short(key: str, length: int = 8) -> str:
        shared = {8: 1, 12: 2}.get(length, length)
        return evidence_id(key, shared) + "A" * (length - shared)

    monkeypatch.setattr(snapshot_module, "evidence_id", short)


def ids(entries: Sequence[Entry]) -> dict[str, str]:
    return {e.question.key: e.evidence_id for e in entries}


def test_ids_stay_eight_characters_where_nothing_is_shared() -> None:
    entries = [entry(n) for n in range(500)]
    assert [e.evidence_id for e in with_own_ids(entries)] == [e.question.evidence_id for e in entries]


@pytest.mark.usefixtures("crowded")
def test_shared_ids_grow_until_they_differ_whatever_the_order() -> None:
    entries = [entry(n) for n in range(90)]
    own = with_own_ids(entries)
    assert len({e.evidence_id for e in own}) == len(entries)
    lengths = {len(e.evidence_id) - len("EV-") for e in own}
    assert {12, 16} <= lengths <= {8, 12, 16}, "no id is longer than it must be"
    assert ids(with_own_ids(entries[::-1])) == ids(own)
    assert ids(with_own_ids(own)) == ids(own), "doing it twice changes nothing"


def test_the_same_question_twice_ends() -> None:
    assert len(with_own_ids([entry(1), entry(1)])) == 2


@pytest.mark.usefixtures("crowded")
def test_every_question_of_a_finished_snapshot_has_a_file_of_its_own() -> None:
    store = MemoryStore()
    with Recorder.begin(store, Redactor(b"k" * 32), HEADER, clock=lambda: NOW) as recorder:
        for number in range(60):
            pages: tuple[dict[str, Any], ...] = ({"Things": [{"Id": number}]},)
            question = Question(call=THINGS.id, place=HOME, params={"N": number})
            recorder.keep(THINGS, question, Answer(pages=pages))
        finished = recorder.finish()
    assert len(evidence_files(finished)) == 60
    again = open_snapshot(store)
    assert ids(tuple(again.entries.values())) == ids(tuple(finished.entries.values()))
    assert again.record == finished.record


def test_two_entries_with_one_file_are_never_written_over_each_other() -> None:
    store = MemoryStore()
    with Recorder.begin(store, Redactor(b"k" * 32), HEADER, clock=lambda: NOW) as recorder:
        for number in range(2):
            question = Question(call=THINGS.id, place=HOME, params={"N": number})
            recorder.keep(THINGS, question, Answer(pages=({"Things": [{"Id": number}]},)))
        finished = recorder.finish()
    same = {k: replace(e, evidence_id="EV-AAAAAAAA") for k, e in finished.entries.items()}
    with pytest.raises(ValueError, match="EV-AAAAAAAA"):
        evidence_files(replace(finished, entries=same))
    assert file_of(next(iter(same.values()))) == "evidence/EV-AAAAAAAA.json"
