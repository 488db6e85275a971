"""Items as they were read in, the faults of each and between them out: unknown ids, approvers, dates, exclusions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from srm_docs.catalog.fields import Table
from srm_docs.catalog.model import Catalog, RequirementKind, blames_aws
from srm_docs.checks.kit import Check
from srm_docs.checks.number import finding_number
from srm_docs.declare.fields import Form, Refers, fields_of, unknown
from srm_docs.declare.items import (
    UNWRITTEN,
    Applicability,
    Implementation,
    Implemented,
    Item,
    KnownException,
    ManualEvidence,
    OwnControl,
    Progress,
    ReportReview,
    Response,
    Responsibility,
    RiskAcceptance,
    Suppression,
)
from srm_docs.declare.register import served
from srm_docs.sourcefile import near

EVIDENCE_ID: Final = re.compile(r"EV-[A-Z2-7]{8}")
_CALL: Final = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+(#[a-z0-9-]+)?")

Read = tuple[Item, Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The ids that there are, outside the register: those of the catalog and of the checks."""

    ids: Mapping[Refers, frozenset[str]]
    excluded: Mapping[str, str]

    @classmethod
    def of(cls, catalog: Catalog, checks: Iterable[Check], calls: Iterable[str]) -> Known:
        """Look everything up once."""
        names = [check.id for check in checks]
        iso = {r.id: r for r in catalog.requirements("iso27001")}
        return cls(
            ids={
                Refers.SOC2: frozenset(r.id for r in catalog.requirements("soc2")),
                Refers.ISO: frozenset(iso),
                Refers.ANNEX_A: frozenset(name for name, r in iso.items() if r.kind is RequirementKind.CONTROL),
                Refers.RESPONSIBILITY: frozenset(r.id for r in catalog.responsibilities),
                Refers.CHECK: frozenset(names),
                Refers.FINDING: frozenset(map(finding_number, names)),
                Refers.REPORT: frozenset(r.id for r in catalog.reports),
                Refers.COLLECTED: frozenset(calls),
            },
            excluded={name: r.exclude for name, r in iso.items() if r.exclude},
        )


def lint(read: Mapping[str, list[Read]], known: Known) -> None:
    """Note every fault that shows only when an item is whole or the files are seen together."""
    own = {item.id for item, _ in read.get("controls", ())}
    manual = {item.id for item, _ in read.get("evidence", ())}
    ids = {**known.ids, Refers.CONTROL: frozenset(own), Refers.EVIDENCE: frozenset(manual)}
    for pairs in read.values():
        _twice(pairs)
        for item, table in pairs:
            _references(item, table, ids)
            _people(item, table)
            _dates(item, table)
            for model, rule in _RULES.items():
                if isinstance(item, model):
                    rule(item, table)
    _across(read)
    for item, table in read.get("soa", ()):
        if item.id in known.excluded:
            table.fault(f'"{item.id}" is excluded in controls/frameworks/iso27001.yaml: say it in one of the two', "id")


def _twice(pairs: Iterable[Read]) -> None:
    first: dict[str, int] = {}
    for item, table in pairs:
        if not item.id:
            continue
        line = table.source.line_of((*table.path, "id"))
        if item.id.casefold() in first:
            table.fault(f'duplicate id "{item.id}"; it is already on line {first[item.id.casefold()]}', "id")
        first.setdefault(item.id.casefold(), line)


def _references(item: Item, table: Table, ids: Mapping[Refers, frozenset[str]]) -> None:
    for field in fields_of(type(item)).values():
        if not field.refers:
            continue
        value = getattr(item, field.name)
        names = [(name, (at,)) for at, name in enumerate(value)] if field.form is Form.LIST else [(value, ())]
        for name, below in names:
            if name and name not in ids[field.refers] and not _elsewhere(field.refers, name):
                table.fault(unknown(name, ids[field.refers], str(field.refers)), field.name, *below)


def _elsewhere(refers: Refers, name: str) -> bool:
    """Whether an id may be that of something AWS returned, which only a snapshot knows."""
    collected = refers in (Refers.EVIDENCE, Refers.COLLECTED) and EVIDENCE_ID.fullmatch(name)
    return bool(collected)


def _people(item: Any, table: Table) -> None:
    """Nobody approves their own request, and a review has a name and a day."""
    approver = getattr(item, "approved_by", "")
    asked = "reviewed_by" if isinstance(item, ReportReview) else "requested_by"
    if approver and _same(approver, getattr(item, asked, "")):
        table.fault(f'"approved_by" and "{asked}" are the same, {approver}: somebody else must approve', "approved_by")
    for who, when in (("reviewed_by", "reviewed_on"), ("approved_by", "approved_on")):
        if not (hasattr(item, who) and hasattr(item, when)):
            continue
        name, day = getattr(item, who), getattr(item, when)
        if bool(name) != bool(day):
            given, missing = (who, when) if name else (when, who)
            table.fault(f'"{given}" needs "{missing}" beside it', given)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


_ORDER: Final = (
    ("period_from", "period_to"),
    ("affected_from", "affected_to"),
    ("approved_on", "expires"),
    ("obtained_on", "valid_until"),
    ("reviewed_on", "valid_until"),
    ("found_on", "closed_on"),
    ("obtained_on", "reviewed_on"),
)


def _dates(item: Any, table: Table) -> None:
    for first, last in _ORDER:
        start, end = getattr(item, first, None), getattr(item, last, None)
        if isinstance(start, dt.date) and isinstance(end, dt.date) and end < start:
            table.fault(f'"{last}" ({end}) is before "{first}" ({start})', last)


def _soa(item: Any, table: Table) -> None:
    if item.applicable is None:
        table.fault('"applicable" is missing: write yes or no', "id")
    elif not item.applicable:
        if not item.exclusion:
            table.fault('a control that is not applicable needs its reason under "exclusion"', "applicable")
        for name in ("reasons", "inclusion", "implemented", "planned_for"):
            if getattr(item, name):
                table.fault(f'a control that is not applicable has no "{name}"', name)
    elif item.exclusion:
        table.fault('an applicable control has no "exclusion"', "exclusion")
    if item.exclusion and blames_aws(item.exclusion):
        table.fault(
            "that AWS or a provider runs a control is no reason to exclude it: it is applicable and inherited",
            "exclusion",
        )
    _planned(item.implemented == Implemented.PLANNED, item, table)


def _responsibility(item: Any, table: Table) -> None:
    _planned(item.status == Implementation.PLANNED, item, table)
    if item.status in (Implementation.NOT_APPLICABLE, Implementation.ALTERNATIVE) and not item.statement:
        table.fault(f'"{item.status}" needs a statement that says why', "status")


def _planned(planned: bool, item: Any, table: Table) -> None:  # noqa: FBT001 - one private fact
    if planned and item.planned_for is None:
        table.fault('what is planned needs a day: "planned_for"', "id")
    if item.planned_for is not None and not planned:
        table.fault('"planned_for" is only for what is planned', "planned_for")


def _closed(item: Any, table: Table) -> None:
    if item.status == Progress.CLOSED and item.closed_on is None:
        table.fault('what is closed needs a day: "closed_on"', "status")
    if item.closed_on is not None and item.status != Progress.CLOSED:
        table.fault(f'"closed_on" needs the status {Progress.CLOSED}', "closed_on")


def _exception(item: Any, table: Table) -> None:
    _closed(item, table)
    if item.approved_by and not item.requested_by:
        table.fault(
            '"approved_by" needs "requested_by" beside it: approver and requester are two people', "approved_by"
        )
    if item.approved_by and not item.compensating_control:
        table.fault('an approved exception needs "compensating_control", if only "none"', "approved_by")
    if item.approved_by and item.expires is None:
        table.fault('an approved exception needs the last day on which it holds: "expires"', "approved_by")
    if not (item.findings or item.controls or item.soc2 or item.iso27001):
        table.fault("an exception needs findings, controls, soc2 or iso27001: what it is about", "id")


def _acceptance(item: Any, table: Table) -> None:
    if not (item.findings or item.controls):
        table.fault("a risk acceptance needs findings or controls: what it is about", "id")


def _evidence(item: Any, table: Table) -> None:
    known = served(item)
    for at, name in enumerate(item.completes):
        if name not in known:
            message = f'"completes" names "{name}", which the item does not serve{near(name, known)}'
            table.fault(message, "completes", at)
    if not known and not item.controls:
        table.fault("the item serves nothing: name soc2, iso27001, responsibilities or controls", "id")
    if item.file.split("/")[0].endswith((".yaml", ".yml")):
        table.fault("files of the register itself are no evidence: put it into a folder, evidence/", "file")


def _control(item: OwnControl, table: Table) -> None:
    if not item.draft and item.description.startswith(UNWRITTEN):
        table.fault(
            f'{item.id} is no draft any more, but its description still begins "{UNWRITTEN}": write it, or set draft',
            "description",
        )


_RULES: Final = {
    OwnControl: _control,
    Applicability: _soa,
    Responsibility: _responsibility,
    Response: _closed,
    KnownException: _exception,
    RiskAcceptance: _acceptance,
    ManualEvidence: _evidence,
}


def _across(read: Mapping[str, list[Read]]) -> None:
    """An exception, an accepted risk and a false positive are three things: none has another's id or subject."""
    seen: dict[str, str] = {}
    for kind in ("exceptions", "risk-acceptances", "suppressions"):
        for item, table in read.get(kind, ()):
            other = seen.setdefault(item.id.casefold(), kind) if item.id else kind
            if other != kind:
                table.fault(f'"{item.id}" is already an id in {other}.yaml', "id")
    for kind, name in (("evidence", "file"), ("suppressions", "")):
        taken: dict[tuple[str, ...], str] = {}
        for item, table in read.get(kind, ()):
            key = _subject(item) if isinstance(item, Suppression) else (getattr(item, name).casefold(),)
            if key in taken:
                table.fault(f'"{taken[key]}" is about the same already', name or "resource")
            taken.setdefault(key, item.id)


def _subject(item: Suppression) -> tuple[str, ...]:
    return item.check, item.account, item.region, item.resource
