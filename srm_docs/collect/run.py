"""Ask every planned question once: plan and places in, everything kept. The only module with concurrency.

It takes any `concurrent.futures.Executor`. Completion order cannot show: a snapshot sorts its entries.

A few services are asked at once, each by a part of the workers only, so that a slow one does not hold the rest; more
would cost memory, because a service's clients and model stay until its last place is done.
"""

from __future__ import annotations

import concurrent.futures as cf
import queue
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

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


RUN_OVER: Final = "RunDeadlinePassed"
DEADLINES: Final = frozenset({"DeadlinePassed", RUN_OVER})
"""Our own codes: a service's time at a place was over, or the run's. Nobody refused anything."""


def _unaskable(question: Question) -> Answer | None:
    """The refusal of a question whose parent's row does not hold what it must be asked with."""
    missing = sorted(name for name, value in question.params.items() if value is None)
    if not missing:
        return None
    message = f"The reply before it does not say by which {' and '.join(missing)} to ask."
    return Answer(refusal=Refusal(state=State.FAILED, code="NothingToAskBy", message=message))


def stops(place: Place, code: str) -> bool:
    """Whether nothing more can be asked of the place's account once AWS has refused with this code."""
    return code in _EVERYWHERE or (code in _AT_HOME and place.region == GLOBAL)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much runs at once, and how long one service may take at one place.

    total, service, account  questions at once: of all, of a service, of an account
    services                 services at once
    place_seconds            from its first question at a place, a service's other questions there are begun
    lost_seconds             as long may a service's questions at a place wait in vain, all together
    run_seconds              so long may all of it take, None: as long as it takes; `spent_seconds` of them are over

    What is over is recorded: a service's time at a place as timed out, the run's as not run.
    """

    total: int = 8
    service: int = 4
    account: int = 16
    services: int = 3
    place_seconds: float = 3600.0
    lost_seconds: float = 300.0
    run_seconds: float | None = None
    spent_seconds: float = 0.0


def collect(
    calls: Iterable[Call],
    regions: Mapping[str, Sequence[str]],
    *,
    ask: Ask,
    keep: Keep,
    executor: cf.Executor,
    progress: Callable[[Step], None] = lambda _: None,
    bounds: Bounds | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> frozenset[str]:
    """Ask all calls at all places (`regions`: account -> its regions in scope). Returns the accounts that stopped.

    An account whose credentials stop working is not asked further: its remaining questions are "not run".
    """
    runner = _Runner(ask=ask, keep=keep, executor=executor, regions=regions, bounds=bounds or Bounds(), clock=clock)
    groups = plan(calls)
    runner.run(groups, _Telling(groups, progress))
    return frozenset(runner.stopped)


class _Telling:
    """How far each service is, told at every step."""

    def __init__(self, groups: Sequence[Group], progress: Callable[[Step], None]) -> None:
        self._progress = progress
        self._groups = Counter(group.service for group in groups)
        self._services = len(self._groups)
        self._done, self._total = Counter[str](), Counter[str]()
        self._ended = 0

    def planned(self, service: str, more: int) -> None:
        self._total[service] += more
        self._tell(service)

    def answered(self, service: str) -> None:
        self._done[service] += 1
        self._tell(service)

    def is_last(self, service: str) -> bool:
        """A group of the service has ended: whether it was its last."""
        self._groups[service] -= 1
        return not self._groups[service]

    def finished(self, service: str) -> None:
        self._ended += 1
        self._tell(service, finished=True)

    def _tell(self, service: str, *, finished: bool = False) -> None:
        done, total = self._done[service], self._total[service]
        self._progress(
            Step(service=service, done=done, total=total, services_done=self._ended, services=self._services,
                 finished=finished)
        )  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A group that is being asked: the waves to come, and the present one by account."""

    group: Group
    waves: list[tuple[Call, ...]]
    todo: dict[str, deque[tuple[Call, Question]]] = field(default_factory=dict)
    running: int = 0


class _Deadlines:
    """When a service has had its time at a place. Safe to share by threads: what two lose at once may count once."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float]) -> None:
        self._bounds, self._clock = bounds, clock
        self._run_began = clock() - bounds.spent_seconds
        self._began: dict[tuple[str, Place], float] = {}
        self._lost: dict[tuple[str, Place], float] = {}

    def over(self, service: str, place: Place) -> str:
        """Why nothing more is asked, or ""; the time begins with the first look."""
        if self._lost.get((service, place), 0.0) > self._bounds.lost_seconds:
            return f"{service} did not answer here for {self._bounds.lost_seconds:,.0f} seconds"
        if self._clock() - self._began.setdefault((service, place), self._clock()) > self._bounds.place_seconds:
            return f"{service} took more than {self._bounds.place_seconds:,.0f} seconds here"
        return ""

    def run_over(self) -> str:
        """Why nothing more is asked of anybody, or ""."""
        most = self._bounds.run_seconds
        if most is None or self._clock() - self._run_began <= most:
            return ""
        return f"The run took more than {most:,.0f} seconds"

    def lost(self, service: str, place: Place, since: float) -> None:
        """A question that was begun at `since` waited in vain."""
        self._lost[service, place] = self._lost.get((service, place), 0.0) + self._clock() - since


def _needs(groups: Sequence[Group]) -> tuple[set[int], ...]:
    """For each group, by number, the groups that its calls' parents are in."""
    home = {call.id: number for number, group in enumerate(groups) for wave in group.waves for call in wave}
    return tuple(
        {home[call.per.id] for wave in group.waves for call in wave if call.per is not None} - {number}
        for number, group in enumerate(groups)
    )


class _Runner:
    def __init__(
        self, *, ask: Ask, keep: Keep, executor: cf.Executor, regions: Mapping[str, Sequence[str]], bounds: Bounds,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self._ask, self._keep, self._executor, self._regions, self._bounds = ask, keep, executor, regions, bounds
        self._clock, self._deadlines = clock, _Deadlines(bounds, clock)
        self._running: Counter[str] = Counter()
        self._in_flight: dict[cf.Future[None], tuple[_Open, str]] = {}
        self.stopped: set[str] = set()

    def run(self, groups: Sequence[Group], telling: _Telling) -> None:
        """Every group, each once those that it waits for are done."""
        waiting, opened, done = dict(enumerate(groups)), dict[int, _Open](), set[int]()
        needs = _needs(groups)
        # a queue, because waiting for any of many futures costs more the more there are
        finished: queue.SimpleQueue[cf.Future[None]] = queue.SimpleQueue()
        try:
            while waiting or opened:
                for number in [n for n in waiting if needs[n] <= done][: self._bounds.services - len(opened)]:
                    opened[number] = _Open(group=(group := waiting.pop(number)), waves=list(group.waves))
                ended = {number for number, one in opened.items() if not self._go_on(one, finished, telling)}
                for number in sorted(ended):
                    service = opened.pop(number).group.service
                    if telling.is_last(service):
                        self._ask.release(service)
                        telling.finished(service)
                done |= ended
                if not ended:  # else there may be room for another
                    telling.answered(self._take(finished.get()))
        except BaseException:
            # what is being asked is finished and kept; what was not begun is left for the next run
            for future in self._in_flight:
                future.cancel()
            cf.wait(self._in_flight)
            raise

    def _go_on(self, one: _Open, finished: queue.SimpleQueue[cf.Future[None]], telling: _Telling) -> bool:
        """Ask what may be asked of a group now. Whether there is anything left of it."""
        while not one.running and not one.todo and one.waves:
            telling.planned(one.group.service, self._next_wave(one))
        self._submit(one, finished)
        return bool(one.running or one.todo)

    def _next_wave(self, one: _Open) -> int:
        number = 0
        pairs = [(place, call) for call in one.waves.pop(0) for place in self._places(call)]
        # place by place, so that a client is asked all of a wave and need not be made again (`aws.Aws` keeps a few)
        for place, call in sorted(pairs, key=lambda pair: pair[0].region):
            for question, _ in self._questions(call, place):
                one.todo.setdefault(place.account, deque()).append((call, question))
                number += 1
        return number

    def _submit(self, one: _Open, finished: queue.SimpleQueue[cf.Future[None]]) -> None:
        """As many of a group's questions as the bounds allow, the account's with the fewest running first."""
        while len(self._in_flight) < self._bounds.total and one.running < self._bounds.service and one.todo:
            account = min(one.todo, key=lambda a: (self._running[a], a))
            if self._running[account] >= self._bounds.account:
                return
            call, question = one.todo[account].popleft()
            if not one.todo[account]:
                del one.todo[account]
            future = self._executor.submit(self._one, call, question)
            self._in_flight[future] = (one, account)
            one.running += 1
            self._running[account] += 1
            future.add_done_callback(finished.put)

    def _take(self, future: cf.Future[None]) -> str:
        one, account = self._in_flight.pop(future)
        one.running -= 1
        self._running[account] -= 1
        future.result()
        return one.group.service

    def _one(self, call: Call, question: Question) -> None:
        place = question.place
        if place.account in self.stopped or self._keep.kept(question) is not None:
            return
        run_over = self._deadlines.run_over()
        if why := run_over or self._deadlines.over(call.service, place):
            state, code = (State.NOT_RUN, RUN_OVER) if run_over else (State.TIMED_OUT, "DeadlinePassed")
            refusal = Refusal(state=state, code=code, message=f"{why}, so that this was not asked.")
            self._keep.keep(call, question, Answer(refusal=refusal))
            return
        began = self._clock()
        answer = _unaskable(question) or self._ask.ask(call, place, question.params)
        if answer.refusal is not None and answer.refusal.state is State.TIMED_OUT:
            self._deadlines.lost(call.service, place, began)
        if answer.refusal is not None and stops(place, answer.refusal.code):
            self.stopped.add(place.account)
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
            if state in (None, State.ABSENT, State.NOT_OFFERED):
                continue
            found += rows(call, question, self._keep.pages(question), parent=parent)
        return tuple(found)
