"""Judge everything once: catalog, checks, snapshot and declared frame in, all conclusions out. Pure.

`verify` calls this very function on what a packet carries, so that conclusions can be proved and not only bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from srm_docs.catalog.model import Catalog, Owner, Requirement, RequirementKind, Side, Strength
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check
from srm_docs.checks.observation import Status
from srm_docs.checks.parameter import resolve
from srm_docs.checks.second_counts import SECOND_COUNTS
from srm_docs.declare.audit import Audit, AuditType
from srm_docs.declare.register import EMPTY, Register, in_force, past
from srm_docs.evidence.entry import Header
from srm_docs.evidence.streamed import Each
from srm_docs.findings.gather import Evidence, Gap, Gatherer
from srm_docs.findings.judge import Finding, Result, judge
from srm_docs.findings.reconcile import Comparison, reconcile
from srm_docs.findings.reconcile import to_data as comparison_to_data
from srm_docs.findings.reports import ReportResult, combined, reports
from srm_docs.findings.rollup import Grounds, ReportState, Statement, responsibility_status, statement

ARTIFACT = "artifact:ListReports"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityResult:
    """Where a bullet stands: the worst of its tests, and on the AWS side the state of its reports.

    An AWS bullet that is shared has both: the tests are of the part that the customer configures.
    """

    id: str
    status: Status | None
    tests: tuple[str, ...]
    report: ReportState


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """Where a criterion, control or clause stands, with the tests behind its primary and supporting links.

    A test behind links of both strengths counts as primary. `deviating` and `refused` name what decided. `people` are
    the responsibilities behind primary links of which a part can only be shown by people, and was not; `documents` are
    those outstanding. `recorded` are the ids of manual evidence that counts, `reviewed` says whether management
    reviewed every listed report relied on: a review of one is none of another.
    """

    requirement: Requirement
    statement: Statement
    primary: tuple[str, ...]
    supporting: tuple[str, ...]
    deviating: tuple[str, ...]
    refused: tuple[str, ...]
    report: ReportState
    documents: tuple[str, ...]
    people: tuple[str, ...]
    recorded: tuple[str, ...] = ()
    reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusions:
    """Everything that is concluded from one snapshot under one frame."""

    results: tuple[Result, ...]
    reports: tuple[ReportResult, ...]
    responsibilities: tuple[ResponsibilityResult, ...]
    requirements: tuple[RequirementResult, ...]
    comparisons: tuple[Comparison, ...] = ()


def conclude(
    catalog: Catalog,
    checks: Iterable[Check],
    calls: Iterable[Call],
    evidence: Evidence,
    audit: Audit,
    register: Register = EMPTY,
) -> Conclusions:
    """All conclusions. `catalog` is as in `controls/`; the audit's switches and the register are applied here.

    No result of a self-test depends on the register: what management says stands beside what AWS said.
    """
    checks = tuple(checks)
    parameters = resolve([p for c in checks for p in c.parameters], audit.parameters)
    return roll_up(catalog, judge(checks, evidence, parameters), calls, evidence, audit, register)


def as_of(header: Header) -> dt.date:
    """The day of a snapshot, by which what is registered counts, is overdue or has expired."""
    return (header.ended or header.began).astimezone(dt.UTC).date()


def roll_up(
    catalog: Catalog,
    results: tuple[Result, ...],
    calls: Iterable[Call],
    evidence: Evidence,
    audit: Audit,
    register: Register = EMPTY,
) -> Conclusions:
    """What results come to: the second half of `conclude`."""
    catalog, today = in_force(catalog, audit, register), as_of(evidence.header)
    known, gatherer = {c.id: c for c in calls}, Gatherer(evidence)
    start = audit.period_start or (audit.period_end if audit.type is AuditType.TYPE_1 else None)
    found = reports(catalog, gatherer, known.get(ARTIFACT), start, audit.period_end)
    found = tuple(replace(r, reviewed=_reviewed(r, register, today)) for r in found)
    reviewed = {r.report.id for r in found if r.reviewed}
    states = {r.report.id: r.state for r in found}
    by_bullet: dict[str, list[Result]] = {}
    for result in results:
        for bullet in result.check.bullets:
            by_bullet.setdefault(bullet, []).append(result)
    responsibilities = tuple(
        ResponsibilityResult(
            id=r.id,
            status=responsibility_status([t.status for t in by_bullet.get(r.id, ())]),
            tests=tuple(t.check.id for t in by_bullet.get(r.id, ())),
            report=combined(states[name] for name in r.reports) if r.side is Side.AWS else ReportState.NONE,
        )
        for r in catalog.responsibilities
    )
    requirements = tuple(
        _requirement(r, catalog, by_bullet, states, _Said(register=register, today=today, reviewed=reviewed))
        for r in catalog.requirements()
        if r.framework in audit.frameworks and in_scope(r, audit)
    )
    counted = [c for c in SECOND_COUNTS if {call.id for call in (c.listed, *c.stated)} <= known.keys()]
    return Conclusions(
        results=results,
        reports=found,
        responsibilities=responsibilities,
        requirements=requirements,
        comparisons=reconcile(counted, gatherer),
    )


def in_scope(requirement: Requirement, audit: Audit) -> bool:
    """Whether a requirement belongs to the categories of the audit; a framework other than SOC 2 has none."""
    if requirement.framework != "soc2":
        return True
    category = requirement.category.split("(")[0].strip().casefold()
    return category in {str(c) for c in audit.categories}


def _reviewed(result: ReportResult, register: Register, today: dt.date) -> bool:
    """Whether management's review counts: not expired, and of the newest report that AWS lists, not of an older one."""
    review = register.review_of(result.report.id, today)
    if review is None or past(review.valid_until, today) or not result.listed:
        return False
    newest = result.listed[0].end
    return newest is None or (review.period_to is not None and review.period_to >= newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What management registered, by the day that counts; `reviewed` are reports of AWS."""

    register: Register
    today: dt.date
    reviewed: AbstractSet[str]

    def recorded(self, *names: str) -> tuple[str, ...]:
        """The ids of the manual evidence that counts for any of the names."""
        return tuple(dict.fromkeys(e.id for name in names for e in self.register.serving(name, self.today)))

    def outstanding(self, name: str) -> bool:
        """Whether management has not yet said that nothing more is to be brought."""
        return not self.register.completed(name, self.today)


def _requirement(
    requirement: Requirement,
    catalog: Catalog,
    by_bullet: Mapping[str, list[Result]],
    states: Mapping[str, ReportState],
    said: _Said,
) -> RequirementResult:
    primary: dict[str, Result] = {}
    supporting: dict[str, Result] = {}
    people, primary_bullets = [], []
    for bullet, link in catalog.links_to(requirement.framework, requirement.id):
        tests = primary if link.strength is Strength.PRIMARY else supporting
        tests.update((r.check.id, r) for r in by_bullet.get(bullet.id, ()))
        if link.strength is Strength.PRIMARY and bullet.side is Side.CUSTOMER and bullet.otherwise:
            primary_bullets.append(bullet.id)
            if said.outstanding(bullet.id):
                people.append(bullet.id)
    supporting = {key: r for key, r in supporting.items() if key not in primary}
    both = {**primary, **supporting}
    report = combined(states[name] for name in requirement.inherit_from)
    listed = [name for name in requirement.inherit_from if states[name] is ReportState.LISTED]
    inherited = requirement.owner is Owner.AWS
    outstanding = said.outstanding(requirement.id)
    recorded = said.recorded(requirement.id, *primary_bullets)
    grounds = Grounds(
        primary=[r.status for r in primary.values()],
        supporting=[r.status for r in supporting.values()],
        report=report,
        inherited=inherited,
        documents=outstanding and (bool(requirement.manual_evidence) or requirement.kind is RequirementKind.CLAUSE),
        people=bool(people),
        recorded=bool(recorded),
        excluded=bool(requirement.exclude),
    )
    return RequirementResult(
        requirement=requirement,
        statement=statement(grounds),
        primary=tuple(primary),
        supporting=tuple(supporting),
        deviating=tuple(key for key, r in both.items() if r.status is Status.UNMET),
        refused=tuple(key for key, r in both.items() if r.status is Status.UNKNOWN),
        report=report,
        documents=requirement.manual_evidence if outstanding else (),
        people=tuple(people),
        recorded=recorded,
        reviewed=bool(listed) and all(name in said.reviewed for name in listed),
    )


def to_data(conclusions: Conclusions) -> dict[str, Any]:
    """Plain JSON types, sorted by id within each list: the body of findings.json, to be written item by item."""
    return {
        "checks": Each(lambda: map(_check, conclusions.results)),
        "comparisons": Each(lambda: map(comparison_to_data, conclusions.comparisons)),
        "reports": [
            {
                "id": r.report.id,
                "reviewed": r.reviewed,
                "listed": [
                    {"period_end": _iso(i.end), "period_start": _iso(i.start), "title": i.title} for i in r.listed
                ],
                "state": str(r.state),
                "uncovered_days": r.uncovered,
            }
            for r in conclusions.reports
        ],
        "requirements": [
            {
                "deviating": list(r.deviating),
                "framework": r.requirement.framework,
                "id": r.requirement.id,
                "primary_tests": list(r.primary),
                "recorded": list(r.recorded),
                "refused": list(r.refused),
                "report": str(r.report),
                "report_reviewed": r.reviewed,
                "statement": str(r.statement),
                "supporting_tests": list(r.supporting),
            }
            for r in conclusions.requirements
        ],
        "responsibilities": [
            {"id": r.id, "report": str(r.report), "status": str(r.status) if r.status else None, "tests": list(r.tests)}
            for r in conclusions.responsibilities
        ],
    }


def _check(result: Result) -> dict[str, Any]:
    return {
        "id": result.check.id,
        "places": Each(lambda: map(_place, result.findings)),
        "responsibilities": list(result.check.bullets),
        "severity": str(result.check.severity),
        "status": str(result.status),
        "title": result.check.title,
    }


def _place(finding: Finding) -> dict[str, Any]:
    return {
        "evidence": list(finding.evidence),
        "gaps": [_gap(g) for g in finding.gaps],
        "judged": [
            {
                "evidence": j.evidence,
                "is_place": j.is_place,
                "name": j.name,
                "note": j.note,
                "place": str(j.place),
                "status": str(j.status),
            }
            for j in finding.judged
        ],
        "place": str(finding.place),
        "status": str(finding.status),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "call": gap.call,
        "code": gap.code,
        "evidence": gap.evidence,
        "place": str(gap.place),
        "state": str(gap.state),
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None
