"""Ask every planned question once: plan and places in, everything kept. The only module with concurrency.

It takes any `concurrent.futures.Executor`. Completion order cannot show: a snapshot sorts its entries.
"""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.collect.answer import Answer, Question, Refusal, State
from srm_docs.collect.ask import Ask, Keep
from srm_docs.collect.plan import Group, plan
from srm_docs.collect.questions import questions, rows

_EVERYWHERE = frozenset({
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "NoCredentialsError",
    "CredentialRetrievalError", "MetadataRetrievalError", "SSOTokenLoadError", "TokenRetrievalError",
    "UnauthorizedSSOTokenError", "LoginRefreshRequired", "LoginTokenLoadError",
})  # fmt: skip
_AT_HOME = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"})
# in a region these may only mean that the region does not know this kind of token

STOPPED = _EVERYWHERE | _AT_HOME
"""Codes with which credentials stop working, so that what they refused is worth asking again."""


def _unaskable(question: Question) -> Answer | None:
    """The refusal of a question whose parent's row does not hold what it must be asked with."""
    missing = sorted(name for name, value in question.params.items() if value is None)
    if not missing:
        return None
    message = f"The reply before it does not say by which {' and '.join(missing)} to ask."
    return Answer(refusal=Refusal(state=State.FAILED, code="NothingToAskBy", message=message))


def stops(question: Question, refusal: Refusal) -> bool:
    """Whether nothing more can be asked of the question's account."""
    return refusal.code in _EVERYWHERE or (refusal.code in _AT_HOME and question.place.region == GLOBAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Progress: questions answered so far in a service, of how many known so far.

    `finished` once a service: when its last place is done.
    """

    service: str
    done: int
    total: int
    services_done: int
    services: int
    finished: bool = False


def collect(
    calls: Iterable[Call],
    regions: Mapping[str, Sequence[str]],
    *,
    ask: Ask,
    keep: Keep,
    executor: cf.Executor,
    progress: Callable[[Step], None] = lambda _: None,
) -> frozenset[str]:
    """Ask all calls at all places (`regions`: account -> its regions in scope). Returns the accounts that stopped.

    An account whose credentials stop working is not asked further: its remaining questions are "not run".
    """
    groups = plan(calls)
    runner = _Runner(ask=ask, keep=keep, executor=executor, regions=regions)
    services = len({group.service for group in groups})
    tallies: dict[str, _Tally] = {}
    ended = 0
    for number, group in enumerate(groups):
        tally = tallies.setdefault(group.service, _Tally())
        step = partial(_step, group.service, tally, services)
        runner.group(group, tally, lambda step=step, ended=ended: progress(step(ended)))  # type: ignore[misc]
        if all(later.service != group.service for later in groups[number + 1 :]):
            ask.release(group.service)
            ended += 1
            progress(replace(step(ended), finished=True))
    return frozenset(runner.stopped)


@dataclass(slots=True)
class _Tally:
    done: int = 0
    total: int = 0


def _step(service: str, tally: _Tally, services: int, ended: int) -> Step:
    return Step(service=service, done=tally.done, total=tally.total, services_done=ended, services=services)


class _Runner:
    def __init__(self, *, ask: Ask, keep: Keep, executor: cf.Executor, regions: Mapping[str, Sequence[str]]) -> None:
        self._ask, self._keep, self._executor, self._regions = ask, keep, executor, regions
        self.stopped: set[str] = set()

    def group(self, group: Group, tally: _Tally, tell: Callable[[], None]) -> None:
        for wave in group.waves:
            todo = [
                (call, question)
                for call in wave
                for place in self._places(call)
                for question, _ in self._questions(call, place)
            ]
            tally.total += len(todo)
            tell()
            futures: list[cf.Future[None]] = []
            try:
                for call, question in todo:
                    futures.append(self._executor.submit(self._one, call, question))
                for future in cf.as_completed(futures):
                    future.result()
                    tally.done += 1
                    tell()
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
        answer = _unaskable(question) or self._ask.ask(call, question.place, question.params)
        if answer.refusal is not None and stops(question, answer.refusal):
            self.stopped.add(question.place.account)
        self._keep.keep(call, question, answer)

    def _places(self, call: Call) -> Iterator[Place]:
        if call.scope is Scope.ORGANIZATION:
            return
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
