"""Enter the accounts and list their regions: how each is entered in, one scope an account out, both calls kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import REFUSALS, Answer, Question, Refusal, State
from srm_docs.collect.ask import Ask, Keep
from srm_docs.collect.questions import rows
from srm_docs.collect.scope import AccountScope, check_wanted, regions_in_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An account that was entered, and AWS's answer to the question who we are: asked once, and kept as evidence."""

    account: str
    arn: str
    partition: str
    answer: Answer


class Door(Protocol):
    """Entering one account."""

    def enter(self, account: Access, caller: Call) -> Opened | Refusal:
        """Raises CannotBegin where nothing can be tried at all."""
        ...


class Early:
    """Implements `Keep` in memory: what was answered before it is known that there is anything to keep."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._kept: dict[str, tuple[Call, Question, Answer]] = {}

    def kept(self, question: Question) -> State | None:
        """Its state, if it was answered."""
        found = self._kept.get(question.key)
        return _state(found[0], found[2]) if found else None

    def keep(self, call: Call, question: Question, answer: Answer) -> State:
        """Remember it."""
        self._kept[question.key] = (call, question, answer)
        return _state(call, answer)

    def pages(self, question: Question) -> tuple[Mapping[str, Any], ...]:
        """Its pages; here they are not redacted yet."""
        return self._kept[question.key][2].pages

    def hand_over(self, keep: Keep) -> None:
        """Give everything to one that writes it down, but what is on record there already."""
        for call, question, answer in self._kept.values():
            if keep.kept(question) is None:
                keep.keep(call, question, answer)


def _state(call: Call, answer: Answer) -> State:
    return answer.state(sum(len(call.rows_in(page)) for page in answer.pages))


def enter(
    accounts: Sequence[Access],
    *,
    door: Door,
    ask: Ask,
    keep: Keep,
    caller: Call,
    regions: Call,
    wanted: Sequence[str] = (),
    home: Callable[[Access], str] = lambda _: "us-east-1",
) -> tuple[AccountScope, ...]:
    """Enter every account, in order. An account that cannot be entered is a scope with its refusal, not an error.

    Raises CannotBegin on a wanted region that no account knows or has enabled. `home` gives the region that is asked
    where an account's regions cannot be listed.
    """
    scopes, listings = [], []
    for account in accounts:
        opened = door.enter(account, caller)
        if isinstance(opened, Refusal):
            scopes.append(_closed(account, opened))
            continue
        place = Place(account=opened.account, region=GLOBAL)
        asked = Question(call=caller.id, place=place, params=dict(caller.params))
        if keep.kept(asked) is None:
            keep.keep(caller, asked, opened.answer)
        question, state = _ask(regions, place, ask, keep)
        whole = state not in REFUSALS
        listed = [r.fields for r in rows(regions, question, keep.pages(question), parent=None)] if whole else None
        chosen, left_out = regions_in_scope(listed, wanted, home(account))
        listings.append(listed)
        scopes.append(
            AccountScope(
                id=opened.account,
                name=account.name,
                partition=opened.partition,
                caller_arn=opened.arn,
                entered=True,
                refusal=None,
                regions=chosen,
                left_out=left_out,
                regions_listed=whole,
            )
        )
    whole_listings = [listed for listed in listings if listed is not None]
    if listings and len(whole_listings) == len(listings):
        check_wanted(wanted, whole_listings)
    return tuple(scopes)


def _ask(call: Call, place: Place, ask: Ask, keep: Keep) -> tuple[Question, State]:
    question = Question(call=call.id, place=place, params=dict(call.params))
    kept = keep.kept(question)
    return question, kept if kept is not None else keep.keep(call, question, ask.ask(call, place, question.params))


def _closed(account: Access, refusal: Refusal) -> AccountScope:
    return AccountScope(
        id=account.account or "unknown",
        name=account.name,
        partition="aws",
        caller_arn="",
        entered=False,
        refusal=refusal,
        regions=(),
        left_out=(),
        regions_listed=False,
    )
