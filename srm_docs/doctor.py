"""Look before a run: configuration in, what would be refused, missing or other than the default out. Nothing is kept.

Each call that depends on no other is asked once an account, in one region, for its first page, and the answer is thrown
away. What that leaves untried is said too: other regions, later pages, and the calls that depend on these.
"""

from __future__ import annotations

import concurrent.futures as cf
import datetime as dt
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from srm_docs import demo, pipeline
from srm_docs.checks import discover
from srm_docs.checks.actions import actions
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check
from srm_docs.checks.parameter import resolve
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.collect.answer import REFUSALS, Answer, Refusal
from srm_docs.collect.enter import Early
from srm_docs.collect.scope import AccountScope, LeftOut
from srm_docs.config import Config
from srm_docs.errors import CannotBegin, MissingLibrary
from srm_docs.evidence.place import tried as tried_at
from srm_docs.packet.gaps import undeclared
from srm_docs.said import listed

if TYPE_CHECKING:
    from srm_docs.collect.aws import Aws
    from srm_docs.evidence.s3_bucket import Tried

CANNOT_BEGIN, REFUSED = 4, 8
_PLACES = 3
"""Places that are named of a call that is refused."""


class Taste(Protocol):
    """The first page of an answer, or why there is none."""

    def taste(self, call: Call, place: Place) -> Answer:
        """Ask, and keep nothing."""
        ...

    def release(self, service: str) -> None:
        """The service's last place is done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A call that was tried and refused, with the IAM actions that it needs."""

    call: str
    place: Place
    refusal: Refusal
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What doctor found. `fault` is why nothing can begin, with its mend; `tried` counts calls asked.

    `place_tried` is what S3 says to who lists, reads and writes at `place`, where evidence lives there.
    """

    fault: tuple[str, str] = ("", "")
    place: str = ""
    place_tried: tuple[Tried, ...] = ()
    accounts: tuple[AccountScope, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    tried: int = 0
    dependent: int = 0
    refused: tuple[Refused, ...] = ()
    undetermined: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parameters: tuple[tuple[str, Any, Any], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    not_provided: tuple[tuple[str, str], ...] = ()

    @property
    def exit_code(self) -> int:
        """4 where a run could not begin, 8 where something would be refused, else 0."""
        if self.fault[0] or any(one.fault for one in self.place_tried):
            return CANNOT_BEGIN
        return REFUSED if self.refused or any(not a.entered or not a.regions_listed for a in self.accounts) else 0


def examine(config: Config, progress: Any = None) -> Report:
    """Everything that can be known before a run. Raises CatalogError where controls/ is wrong."""
    progress = progress or pipeline.Progress()
    found = pipeline.catalog(config)
    given: dict[str, Any] = {
        "parameters": _parameters(config),
        "missing": tuple(_missing()),
        "not_provided": tuple((g.subject, g.bring) for g in undeclared(config.audit, found.digest)),
    }
    if config.store.place:
        progress.say(f"Trying {config.store.place}")
        given |= {"place": config.store.place, "place_tried": tried_at(config.store, now=dt.datetime.now(dt.UTC))}
    progress.say("Entering accounts")
    aws = pipeline.connect(config)
    try:
        scopes, organization = pipeline.entered(config, aws, Early())
    except CannotBegin as error:
        return Report(fault=(error.message, error.hint), **given)
    roots = [c for c in discover.calls() if c.per is None and c.scope is not Scope.ORGANIZATION]
    tried, refused = _tried(roots, scopes, aws, config.concurrency, progress.say)
    return Report(
        accounts=scopes,
        left_out=organization.left_out if organization else (),
        tried=tried,
        dependent=sum(c.per is not None and c.scope is not Scope.ORGANIZATION for c in discover.calls()),
        refused=refused,
        undetermined=_undetermined(discover.checks(), refused),
        **given,
    )


def _tried(
    roots: Sequence[Call], scopes: Iterable[AccountScope], aws: Taste | Aws, most: int, say: Callable[[str], None]
) -> tuple[int, tuple[Refused, ...]]:
    tried, found = 0, list[Refused]()
    entered = [a for a in scopes if a.entered]
    with cf.ThreadPoolExecutor(max_workers=most, thread_name_prefix="taste") as executor:
        for service, calls in groupby(sorted(roots, key=lambda c: (c.service, c.id)), key=lambda c: c.service):
            say(f"Trying {service}")
            asked = [(call, place) for call in calls for a in entered for place in _where(call, a)]
            tried += len(asked)
            answers = executor.map(lambda one: aws.taste(*one), asked)
            for (call, place), answer in zip(asked, answers, strict=True):
                if answer.refusal is not None and answer.state(1) in REFUSALS:
                    found.append(Refused(call=call.id, place=place, refusal=answer.refusal, actions=actions(call)))
            aws.release(service)
    return tried, tuple(found)


def _where(call: Call, account: AccountScope) -> Iterator[Place]:
    """The account itself, or the first of its regions in scope."""
    for region in (GLOBAL,) if call.scope is Scope.ACCOUNT else account.regions[:1]:
        yield Place(account=account.id, region=region)


def _undetermined(checks: Iterable[Check], refused: Iterable[Refused]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The checks that rest on a refused call, each with the accounts where that was so."""
    accounts: dict[str, dict[str, None]] = {}
    for one in refused:
        accounts.setdefault(one.call, {})[one.place.account] = None
    rows = []
    for check in checks:
        needed = {ancestor.id for call in check.calls for ancestor in call.lineage}
        where = dict.fromkeys(account for call in sorted(needed) for account in accounts.get(call, ()))
        if where:
            rows.append((check.id, tuple(where)))
    return tuple(rows)


def _parameters(config: Config) -> tuple[tuple[str, Any, Any], ...]:
    known = discover.parameters()
    defaults, values = resolve(known, {}), resolve(known, config.audit.parameters)
    return tuple((p.id, values[p.id], defaults[p.id]) for p in known if values[p.id] != defaults[p.id])


def _missing() -> Iterator[tuple[str, str]]:
    from srm_docs.render import pdf

    for need in (pdf.require, demo.require):
        try:
            need()
        except MissingLibrary as error:
            yield error.message, error.hint
    if importlib.util.find_spec("openpyxl") is None:
        yield "Workbooks need openpyxl, which is not installed.", "pip install srm-docs"


def to_data(report: Report) -> dict[str, Any]:
    """What `doctor --json` prints."""
    return {
        "accounts": [
            {
                "caller": a.caller_arn,
                "entered": a.entered,
                "id": a.id,
                "name": a.name,
                "partition": a.partition,
                "refusal": f"{a.refusal.code}: {a.refusal.message}" if a.refusal else "",
                "regions": list(a.regions),
                "regions_left_out": list(a.left_out),
                "regions_listed": a.regions_listed,
            }
            for a in report.accounts
        ],
        "exit_code": report.exit_code,
        "fault": {"mend": report.fault[1], "message": report.fault[0]} if report.fault[0] else None,
        "missing": [{"mend": mend, "message": message} for message, mend in report.missing],
        "not_provided": [{"bring": bring, "subject": subject} for subject, bring in report.not_provided],
        "out_of_scope": [{"account": a.id, "name": a.name, "why": f"{a.out}: {a.why}"} for a in report.left_out],
        "place": {
            "tried": {one.asked: "refused" if one.fault else "allowed" for one in report.place_tried},
            "faults": [{"mend": f.hint, "message": f.message} for one in report.place_tried if (f := one.fault)],
            "left": [one.left for one in report.place_tried if one.left],
            "where": report.place,
        }
        if report.place
        else None,
        "parameters": [{"default": d, "id": name, "value": v} for name, v, d in report.parameters],
        "refused": [_refused(r) for r in report.refused],
        "tried": {"calls": report.tried, "dependent_calls_not_tried": report.dependent},
        "undetermined": [{"accounts": list(where), "check": check} for check, where in report.undetermined],
    }


def _refused(one: Refused) -> Mapping[str, Any]:
    return {
        "account": one.place.account,
        "actions": list(one.actions),
        "call": one.call,
        "code": one.refusal.code,
        "message": one.refusal.message,
        "region": one.place.region,
        "state": str(one.refusal.state),
    }


def entries(report: Report) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """What `doctor` prints for people: (title, lines of what, a word on it, and a sentence)."""
    if report.fault[0]:
        yield "A run could not begin", [("credentials", "", f"{report.fault[0]} {report.fault[1]}")]
    if report.place:
        yield "Where evidence lives", [line for one in report.place_tried for line in _place(report, one)]
    if report.accounts:
        yield "Accounts", [(a.id, a.name or a.partition, _account(a)) for a in report.accounts]
    if report.left_out:
        yield "Accounts left out", [(a.id, a.name, f"{a.out}: {a.why}.") for a in report.left_out]
    if report.refused:
        yield "Would be refused", [*_refusals(report.refused)]
    if report.undetermined:
        yield (
            "Self-tests that could not be determined",
            [(check, "", f"in {', '.join(where)}") for check, where in report.undetermined],
        )
    if report.parameters:
        yield (
            "Parameters other than the default",
            [(name, "", f"{value} instead of {default}") for name, value, default in report.parameters],
        )
    if report.missing:
        yield "Not installed", [(message, "", mend) for message, mend in report.missing]
    if report.not_provided:
        yield "Would print as NOT PROVIDED", [(subject, "", bring) for subject, bring in report.not_provided]


def _place(report: Report, one: Tried) -> Iterator[tuple[str, str, str]]:
    fault = one.fault
    allowed = "Allowed." if one.left else "Allowed; nothing was left there."
    said = f"{fault.message.removesuffix('.')}. {fault.hint}" if fault else allowed
    yield report.place, f"{one.asked}: {'refused' if fault else 'allowed'}", said
    if one.left:
        yield report.place, "left behind", one.left


def _refusals(refused: Iterable[Refused]) -> Iterator[tuple[str, str, str]]:
    """A line for each call that is refused for the same reason, with where that is so."""
    places: dict[tuple[str, Any, str, tuple[str, ...]], list[str]] = {}
    for r in refused:
        places.setdefault((r.call, r.refusal.state, r.refusal.code, r.actions), []).append(str(r.place))
    for (call, state, code, needed), where in places.items():
        yield call, f"{state} in {listed(where, most=_PLACES)}", f"{code}. Needs {', '.join(needed)}."


def _account(account: AccountScope) -> str:
    if not account.entered:
        why = f"{account.refusal.code}: {account.refusal.message}" if account.refusal else "no reason given"
        return f"Not entered: {why}"
    regions = f"{', '.join(account.regions) or 'none'} in scope"
    out = f"; enabled and left out: {', '.join(account.left_out)}" if account.left_out else ""
    listed = "" if account.regions_listed else "; the enabled regions could not be listed"
    return f"{account.caller_arn}, partition {account.partition}; {regions}{out}{listed}."


def verdict(report: Report) -> str:
    """What is said at the end: what was refused where evidence lives, and then no more than was tried."""
    refused = [one.asked for one in report.place_tried if one.fault]
    place = (
        f"Where evidence lives, {listed(refused)} {'was' if len(refused) == 1 else 'were'} refused. " if refused else ""
    )
    if report.fault[0]:
        return f"{place}Nothing was asked of AWS but who we are{' and where evidence lives' if report.place else ''}."
    if report.place:
        removing = "" if any(one.asked == "remove" for one in report.place_tried) else " and removing"
        place += f"Object Lock{',' if removing else ' and'} the KMS key{removing} were not tried there. "
    tried = f"{place}{report.tried:,} calls were tried, each once an account, in one region, for its first page"
    rest = f"the {report.dependent:,} kinds of call that depend on them and other regions were not."
    said = f"{len(report.refused):,} of them would be refused" if report.refused else "none of them was refused"
    return f"{tried}: {said}; {rest}"
