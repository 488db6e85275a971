"""A collected snapshot asked again without AWS: what was answered in, the same answers (or a refusal put in) out."""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


class Replay:
    """Implements Ask from a snapshot. `refuse` says, per question, after how many pages it is refused (None: never)."""

    def __init__(self, snapshot: Snapshot, refuse: Any = lambda call, place, params, pages: None) -> None:
        self._snapshot, self._refuse = snapshot, refuse
        self._pages = {key: snapshot.pages(key) for key in snapshot.entries}
        self.asked: list[Question] = []

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        question = Question(call=call.id, place=place, params=params)
        self.asked.append(question)
        entry = self._snapshot.entries[question.key]
        pages = self._pages[question.key]
        after = self._refuse(call, place, params, len(pages))
        if after is not None:
            return Answer(pages=pages[:after], refusal=DENIED, circumstances=entry.circumstances)
        return Answer(pages=pages, refusal=entry.refusal, absent=entry.absent, circumstances=entry.circumstances)

    def release(self, service: str) -> None:
        pass


def replay(snapshot: Snapshot, calls: Iterable[Call], ask: Replay, header: Header | None = None) -> Kept:
    """Collect again through the real planner and runner, in one thread."""
    header = header or snapshot.header
    kept = Kept(header=header)
    regions: Mapping[str, Sequence[str]] = {a.id: a.regions for a in header.accounts if a.entered}
    with cf.ThreadPoolExecutor(max_workers=1) as executor:
        collect(calls, regions, ask=ask, keep=kept, executor=executor)
    return kept
