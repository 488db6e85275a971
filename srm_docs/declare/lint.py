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
    ASSERTION,
    PARTS,
    UNWRITTEN,
    Applicability,
    Holds,
    Implementation,
    Implemented,
    Incident,
    Item,
    KnownException,
    LetterFacts,
    ManualEvidence,
    OwnControl,
    Progress,
    RecordKept,
    ReportReview,
    Response,
    Responsibility,
    RiskAcceptance,
    Suppression,
    SystemChange,
    SystemPart,
)
from srm_docs.declare.pattern import names_all
from srm_docs.declare.register import meets, served
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
                Refers.PART: frozenset(PARTS),
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
    _records(read)
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
    ("date", "resolved_on"),
    ("report_end", "bridge_to"),
    ("report_end", "next_report"),
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
    _unwritten(item.id, "description", item.description, item.draft, table)


def _suppression(item: Suppression, table: Table) -> None:
    if names_all(item.resource):
        table.fault(
            f'"{item.resource}" fits every resource: a suppression is of resources that are named, by a part at least',
            "resource",
        )


def _part(item: SystemPart, table: Table) -> None:
    _unwritten(item.id, "statement", item.statement, item.draft, table)


def _unwritten(ident: str, field: str, text: str, draft: bool | None, table: Table) -> None:  # noqa: FBT001
    if not draft and text.startswith(UNWRITTEN):
        table.fault(
            f'{ident} is no draft any more, but its {field} still begins "{UNWRITTEN}": write it, or set draft', field
        )


def _letter(item: LetterFacts, table: Table) -> None:
    """A fact of the other letter would be lost in silence, because nothing prints it."""
    assertion = item.id == ASSERTION
    strange = _OF_THE_BRIDGE if assertion else ("exceptions",)
    for name in strange:
        if getattr(item, name) not in (None, ""):
            table.fault(f'"{name}" is of the {"bridge letter" if assertion else "assertion"}, not of this letter', name)


def _kept(item: RecordKept, table: Table) -> None:
    if item.period_to and item.reviewed_on and item.reviewed_on < item.period_to:
        message = f'"reviewed_on" ({item.reviewed_on}) is before "period_to" ({item.period_to})'
        table.fault(f"{message}: of days to come nobody knows that a list is whole", "reviewed_on")


_OF_THE_BRIDGE: Final = (
    "addressee", "report", "auditor", "report_end", "bridge_to", "next_report", "no_changes", "no_incidents",
)  # fmt: skip
_RULES: Final = {
    OwnControl: _control,
    Applicability: _soa,
    Responsibility: _responsibility,
    Response: _closed,
    KnownException: _exception,
    RiskAcceptance: _acceptance,
    ManualEvidence: _evidence,
    Suppression: _suppression,
    SystemPart: _part,
    LetterFacts: _letter,
    RecordKept: _kept,
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


def _records(read: Mapping[str, list[Read]]) -> None:
    """What management says of a list must be so: `none` with an entry in these days, or `all` of nothing, is a slip."""
    for kept, table in read.get("records", ()):
        if not isinstance(kept, RecordKept) or not (kept.period_from and kept.period_to):
            continue
        inside = [
            (item, where)
            for item, where in read.get(kept.id, ())
            if isinstance(item, (Incident, SystemChange)) and meets(item, kept.period_from, kept.period_to)
        ]
        if kept.holds == Holds.NONE:
            for item, where in inside:
                said = f"records.yaml says that there were none from {kept.period_from} to {kept.period_to}"
                where.fault(f"{said}, and {item.id} is of these days: mend one of the two", "date")
        elif kept.holds == Holds.ALL and not inside:
            table.fault(f'"holds" is all, and {kept.id}.yaml has none in these days: write none', "holds")


def _subject(item: Suppression) -> tuple[str, ...]:
    return item.check, item.account, item.region, item.resource
