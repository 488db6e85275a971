"""What the estate adds to moto -> a table of answers, amendments and refusals, looked up by what is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from srm_docs.demo import pages
from srm_docs.demo.asked import Asked, model
from srm_docs.demo.planned import PlannedRefusal
from srm_docs.demo.wire import Refusal

Reply = dict[str, Any]
Amend = Callable[[Asked, Reply], Reply]
Compute = Callable[[Asked], Reply | Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing to say. Empty `account`, `region` or `params` match all; `page` counts from 1.

    Exactly one of `compute` (we answer) and `amend` (moto answers, we edit what it said) is there.
    """

    service: str
    operation: str
    account: str = ""
    region: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    page: int | None = None
    compute: Compute | None = None
    amend: Amend | None = None

    def matches(self, asked: Asked) -> bool:
        """Whether this rule speaks to `asked`."""
        return (
            self.account in ("", asked.account)
            and self.region in ("", asked.region)
            and all(asked.params.get(name) == value for name, value in self.params.items())
            and (self.page is None or self.page == pages.number(asked))
        )


class Rules:
    """The table. Refusals are looked at before answers; within each, the first that matches wins."""

    def __init__(self) -> None:
        """Begin empty."""
        self._refusals: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)
        self._answers: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)
        self.planned: list[PlannedRefusal] = []

    def answer(self, call: str, reply: Reply | Compute, *, account: str = "", region: str = "", **params: str) -> None:
        """Say `reply` (or what it computes) instead of asking moto. `call` is "service:Operation"."""
        service, _, operation = call.partition(":")
        compute: Compute = reply if callable(reply) else lambda _asked: reply
        rule = Rule(
            service=service, operation=operation, account=account, region=region, params=params, compute=compute
        )
        self._answers[service, operation].append(rule)

    def amend(self, call: str, edit: Amend, *, account: str = "", region: str = "", **params: str) -> None:
        """Let moto answer and `edit` what it said."""
        service, _, operation = call.partition(":")
        rule = Rule(service=service, operation=operation, account=account, region=region, params=params, amend=edit)
        self._answers[service, operation].append(rule)

    def refuse(
        self,
        call: str,
        refusal: Callable[[Asked], Refusal],
        *,
        account: str,
        region: str,
        kind: str,
        about: str,
        page: int | None = None,
        **params: str,
    ) -> None:
        """Refuse `call` at that place, and remember that the demo does so."""
        service, _, operation = call.partition(":")
        rule = Rule(
            service=service,
            operation=operation,
            account=account,
            region=region,
            params=params,
            page=page,
            compute=refusal,
        )
        self._refusals[service, operation].append(rule)
        asked = Asked(
            key="",
            region=region,
            service=service,
            operation=operation,
            protocol=model(service).protocol,
            params=params,
            account=account,
        )
        code = refusal(asked).code
        self.planned.append(
            PlannedRefusal(call=call, account=account, region=region, kind=kind, code=code, about=about)
        )

    def find(self, asked: Asked) -> Rule | None:
        """The rule that speaks to `asked`, or None: moto answers alone."""
        name = (asked.service, asked.operation)
        rules: list[Rule] = [*self._refusals.get(name, []), *self._answers.get(name, [])]
        return next((rule for rule in rules if rule.matches(asked)), None)
