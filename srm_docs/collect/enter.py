"""Enter the accounts and list their regions: how each is entered in, one scope an account out, both calls kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import REFUSALS, Question, Refusal, State
from srm_docs.collect.ask import Ask, Keep
from srm_docs.collect.questions import rows
from srm_docs.collect.scope import AccountScope, regions_in_scope


class Door(Protocol):
    """Entering one account: its id, caller ARN and partition, or a refusal."""

    def enter(self, account: Access) -> tuple[str, str, str] | Refusal:
        """Raises CannotBegin where nothing can be tried at all."""
        ...


def enter(  # noqa: PLR0913 - the two seams, the two calls, and what was asked for
    accounts: Sequence[Access],
    *,
    door: Door,
    ask: Ask,
    keep: Keep,
    caller: Call,
    regions: Call,
    wanted: Sequence[str] = (),
    home: str = "us-east-1",
) -> tuple[AccountScope, ...]:
    """Enter every account, in order. An account that cannot be entered is a scope with its refusal, not an error."""
    scopes = []
    for account in accounts:
        opened = door.enter(account)
        if isinstance(opened, Refusal):
            scopes.append(_closed(account, opened))
            continue
        account_id, arn, partition = opened
        place = Place(account=account_id, region=GLOBAL)
        _ask(caller, place, ask, keep)
        question, state = _ask(regions, place, ask, keep)
        whole = state not in REFUSALS
        listed = [r.fields for r in rows(regions, question, keep.pages(question), parent=None)] if whole else None
        chosen, left_out = regions_in_scope(listed, wanted, home)
        scopes.append(
            AccountScope(
                id=account_id,
                name=account.name,
                partition=partition,
                caller_arn=arn,
                entered=True,
                refusal=None,
                regions=chosen,
                left_out=left_out,
                regions_listed=whole,
            )
        )
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
