"""Ask every planned question once: plan and places in, everything kept. The only module with concurrency.

It takes any `concurrent.futures.Executor`. Completion order cannot show: a snapshot sorts its entries.
"""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.collect.answer import Question, State
from srm_docs.collect.ask import Ask, Keep
from srm_docs.collect.plan import Group, plan
from srm_docs.collect.questions import questions, rows

STOPPED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "TokenRefreshRequired",
                     "UnauthorizedSSOTokenError", "TokenRetrievalError"})  # fmt: skip
"""Codes after which nothing more can be asked of an account: its credentials stopped working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Progress: questions answered so far in a service, of how many known so far."""

    service: str
    done: int
    total: int
    services_done: int
    services: int


def collect(
    calls: Iterable[Call],
    regions: Mapping[str, Sequence[str]],
    *,
    ask: Ask,
    keep: Keep,
    executor: cf.Executor,
    progress: Callable[[Step], None] = lambda _: None,
) -> frozenset[str]:
    """Ask all calls at all places (`regions`: account -> its regions in scope). Returns accounts that stopped answering.

    An account whose credentials stop working is not asked further: its remaining questions are "not run".
    """
    groups = plan(calls)
    runner = _Runner(ask=ask, keep=keep, executor=executor, regions=regions)
    for number, group in enumerate(groups):
        runner.group(group, lambda done, total, g=group, n=number: progress(  # type: ignore[misc]
            Step(service=g.service, done=done, total=total, services_done=n, services=len(groups))))  # fmt: skip
        if all(later.service != group.service for later in groups[number + 1 :]):
            ask.release(group.service)
    return frozenset(runner.stopped)


class _Runner:
    def __init__(self, *, ask: Ask, keep: Keep, executor: cf.Executor, regions: Mapping[str, Sequence[str]]) -> None:
        self._ask, self._keep, self._executor, self._regions = ask, keep, executor, regions
        self.stopped: set[str] = set()

    def group(self, group: Group, progress: Callable[[int, int], None]) -> None:
        done = total = 0
        for wave in group.waves:
            todo = [
                (call, question)
                for call in wave
                for place in self._places(call)
                for question, _ in self._questions(call, place)
            ]
            total += len(todo)
            progress(done, total)
            futures = [self._executor.submit(self._one, call, question) for call, question in todo]
            try:
                for future in cf.as_completed(futures):
                    future.result()
                    done += 1
                    progress(done, total)
            except BaseException:
                # what is being asked is finished and kept; what was not begun is left for the next run
                for future in futures:
                    future.cancel()
                cf.wait(futures)
                raise

    def _one(self, call: Call, question: Question) -> None:
        if question.place.account in self.stopped:
            return
        if self._keep.kept(question) is not None:
            return
        answer = self._ask.ask(call, question.place, question.params)
        if answer.refusal is not None and answer.refusal.code in STOPPED:
            self.stopped.add(question.place.account)
        self._keep.keep(call, question, answer)

    def _places(self, call: Call) -> Iterator[Place]:
        for account, regions in sorted(self._regions.items()):
            for region in [GLOBAL] if call.scope is Scope.ACCOUNT else sorted(regions):
                yield Place(account=account, region=region)

    def _questions(self, call: Call, place: Place) -> Iterator[tuple[Question, Row | None]]:
        parents = self._rows(call.per, place) if call.per is not None else ()
        return questions(call, place, parents)

    def _rows(self, call: Call, place: Place) -> tuple[Row, ...]:
        """The rows kept for a parent call. They are redacted, and so is what is asked with them."""
        found: list[Row] = []
        for question, parent in self._questions(call, place):
            state = self._keep.kept(question)
            if state in (None, State.ABSENT):
                continue
            found += rows(call, question, self._keep.pages(question), parent=parent)
        return tuple(found)
