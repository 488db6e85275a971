"""A collected snapshot asked again without AWS: what was answered in, the same answers (or a refusal put in) out."""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from srm_docs.checks.call import Call
from srm_docs.checks.place import Place
from srm_docs.collect.answer import Answer, Question, Refusal, State
from srm_docs.collect.run import collect
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.snapshot import Snapshot

DENIED = Refusal(state=State.DENIED, code="AccessDenied", message="put in by the test", http_status=403)


@dataclass(frozen=True)
class Kept:
    """In memory: what judging reads, without store and redaction (the pages were redacted when they were kept)."""

    header: Header
    entries: dict[str, Entry] = field(default_factory=dict)
    bodies: dict[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def kept(self, question: Question) -> State | None:
        entry = self.entries.get(question.key)
        return entry.state if entry else None

    def keep(self, call: Call, question: Question, answer: Answer) -> State:
        count = sum(len(call.rows_in(page)) for page in answer.pages)
        self.entries[question.key] = Entry(
            question=question,
            state=answer.state(count),
            rows=count,
            pages=len(answer.pages),
            digest="0" * 64 if answer.pages else None,
            size=0,
            circumstances=answer.circumstances,
            refusal=answer.refusal,
            absent=answer.absent,
            redactions=(),
            evidence_id=question.evidence_id,
        )
        self.bodies[question.key] = answer.pages
        return self.entries[question.key].state

    def pages(self, key: str | Question) -> tuple[Mapping[str, Any], ...]:
        return self.bodies[key if isinstance(key, str) else key.key]


class Inline(cf.Executor):
    """Does at once what it is given, in the caller's own thread: a replay waits for nobody."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> cf.Future[Any]:
        future: cf.Future[Any] = cf.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - the runner asks the future for it, as it would a thread's
            future.set_exception(error)
        return future


class Replay:
    """Implements Ask from a snapshot, whose pages are read once. `instead` holds other answers, by question key."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._entries = snapshot.entries
        self._pages = {key: snapshot.pages(key) for key in snapshot.entries}
        self.instead: Mapping[str, Answer] = {}
        self.asked: list[Question] = []

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        question = Question(call=call.id, place=place, params=params)
        self.asked.append(question)
        entry, other = self._entries[question.key], self.instead.get(question.key)
        if other is not None:
            return replace(other, circumstances=entry.circumstances)
        return Answer(
            pages=self._pages[question.key],
            refusal=entry.refusal,
            absent=entry.absent,
            circumstances=entry.circumstances,
        )

    def release(self, service: str) -> None:
        pass


def replay(ask: Replay, calls: Iterable[Call], header: Header, before: Kept | None = None) -> Kept:
    """Collect again through the real planner and runner; what `before` holds is not asked again."""
    kept = Kept(header, dict(before.entries), dict(before.bodies)) if before else Kept(header=header)
    regions: Mapping[str, Sequence[str]] = {a.id: a.regions for a in header.accounts if a.entered}
    collect(calls, regions, ask=ask, keep=kept, executor=Inline())
    return kept
