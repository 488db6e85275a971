"""List what nobody provided: declarations, reports and lines in, a row for every NOT PROVIDED out."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.catalog.model import Side
from srm_docs.declare.audit import Audit, AuditType
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import NOT_PROVIDED, GapLine, ReportLine, RequirementLine, ResponsibilityLine, Shape
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.words import count, day, span


def period_words(audit: Audit) -> str:
    """The audit's period, or (type 1) its date; empty where it was not declared."""
    if audit.type is AuditType.TYPE_1 and audit.period_end and not audit.period_start:
        return f"as of {day(audit.period_end)}"
    return span(audit.period_start, audit.period_end)


def gap_lines(
    given: Ingredients,
    reports: Sequence[ReportLine],
    requirements: Sequence[RequirementLine],
    selftests: Selftests,
    bullets: Sequence[ResponsibilityLine],
) -> tuple[GapLine, ...]:
    """A row for everything that prints NOT PROVIDED, the declared frame first."""
    gaps = [*_undeclared(given.audit, given.catalog.digest), *_report_gaps(reports)]
    controls = [r for r in requirements if r.kind != "clause"]
    if controls:
        what = (
            f"Own control id, description, owner and frequency of {len(controls):,} criteria and controls NOT PROVIDED"
        )
        gaps.append(_gap("Organization's own controls", what, "The organization's control list", "Register"))
    annex_a = sum(1 for r in controls if r.framework == "iso27001")
    if annex_a:
        what = f"Inclusion and implementation of {count(annex_a, 'Annex A control', 'Annex A controls')} {NOT_PROVIDED}"
        gaps.append(
            _gap("Statement of Applicability", what, "Risk treatment, law, contract or need; status", "Register")
        )
    cuecs = [b for b in bullets if b.side == Side.CUSTOMER and b.expectation]
    if cuecs:
        what = f"Own monitoring of {count(len(cuecs), 'AWS CUEC', 'AWS CUECs')} {NOT_PROVIDED}"
        gaps.append(_gap("AWS CUECs", what, "The own control that answers each", "Register"))
    if given.entries:
        what = f"Review of {count(len(given.entries), 'evidence item', 'evidence items')} {NOT_PROVIDED}"
        gaps.append(_gap("Evidence review", what, "Reviewer and date", "Register"))
    gaps += [
        _gap(subject_of(r), "Documents NOT PROVIDED", r.bring or "What shows it", r.group_title)
        for r in requirements
        if r.bring or r.statement.shape is Shape.MISSING
    ]
    titles = {d.id: d.title for d in given.catalog.domains}
    gaps += [
        _gap(b.text, "Evidence from people NOT PROVIDED", b.otherwise, titles[b.domain]) for b in bullets if b.otherwise
    ]
    if selftests.findings:
        n = count(len(selftests.findings), "finding", "findings")
        what = f"Response and owner of {n} NOT PROVIDED"
        gaps.append(_gap("Responses to findings", what, "Cause, mend, owner, due date", "Register"))
    return tuple(gaps)


def subject_of(line: RequirementLine) -> str:
    """`CC6.1 …`, `A.5.1 …` or `Clause 4.1 …`: a requirement as the list of gaps names it."""
    name = line.id.replace("clause-", "Clause ") if line.kind == "clause" else line.id
    return f"{name} {line.title}"


def _gap(subject: str, what: str, bring: str, where: str) -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where=where)


def _undeclared(audit: Audit, catalog_digest: str) -> list[GapLine]:
    where = "Configuration of this packet"
    # a type 1 audit has a date, a type 2 audit a period: half a period is none
    dated = period_words(audit) if audit.period_end and (audit.period_start or audit.type is AuditType.TYPE_1) else ""
    declared = (
        ("Organization", audit.organization, "name under [organization] in srm-docs.toml"),
        ("System", audit.system, "system under [organization] in srm-docs.toml"),
        ("Audit period", dated, "period_start and period_end under [audit] in srm-docs.toml"),
        ("Version of this packet", audit.version, "version under [audit] in srm-docs.toml"),
        ("Prepared by", audit.prepared_by, "prepared_by under [audit] in srm-docs.toml"),
    )
    gaps = [_gap(subject, NOT_PROVIDED, bring, where) for subject, value, bring in declared if not value]
    if audit.approval is None or audit.approval.catalog_digest != catalog_digest:
        bring = "name, date and catalog_digest under [approval] in srm-docs.toml"
        what = f"Approval {NOT_PROVIDED}" if audit.approval is None else "Another version was approved"
        gaps.append(_gap("Control mapping", f"Not approved by management: {what[0].lower()}{what[1:]}", bring, where))
    return gaps


def _report_gaps(reports: Sequence[ReportLine]) -> list[GapLine]:
    gaps = []
    for report in reports:
        if report.review != NOT_PROVIDED:
            continue
        if report.answer.shape is not Shape.INHERITED:
            gaps.append(
                _gap(report.title, report.answer.text, "The report, downloaded in AWS Artifact", "AWS Artifact")
            )
        bring = "A dated review: scope, period, exceptions, CUECs"
        gaps.append(_gap(report.title, f"Review {NOT_PROVIDED}", bring, "Register"))
        if is_late(report):
            bring = "A later report, or AWS's Continued Operations Letter"
            gaps.append(_gap(report.title, report.uncovered, bring, "AWS Artifact"))
    return gaps


def is_late(report: ReportLine) -> bool:
    """Whether days of the audit period are covered by no listed report, or nobody knows."""
    return bool(report.uncovered) and not report.uncovered.startswith("0 ")
