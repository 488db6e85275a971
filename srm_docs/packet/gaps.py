"""List what nobody provided: declarations, reports and lines in, a row for every NOT PROVIDED out."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.catalog.model import Side
from srm_docs.declare.audit import Audit, AuditType
from srm_docs.packet.declared import Declared
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import (
    NOT_PROVIDED,
    EvidenceLine,
    GapLine,
    ReportLine,
    RequirementLine,
    ResponsibilityLine,
    Shape,
)
from srm_docs.packet.requirements import CONFLICT
from srm_docs.packet.second_counts import second_count_gaps
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.words import count, day, listed, span

LETTER = "within the period of the listed letter"
NOT_RELIED_ON = "Not relied on"
THROUGHOUT = "Valid throughout the audit period"


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
    evidence: Sequence[EvidenceLine],
    declared: Declared,
) -> tuple[GapLine, ...]:
    """A row for everything that prints NOT PROVIDED, the declared frame first."""
    gaps = [*undeclared(given.audit, given.catalog.digest), *_report_gaps(reports)]
    soc2 = [r for r in requirements if r.framework == "soc2"]
    # an excluded control asks for no more than its reason, which is there
    annex_a = [r for r in requirements if r.framework == "iso27001" and r.kind == "control" and not r.exclusion]
    gaps += _own(soc2, "criterion", "criteria", "soc2") if soc2 else []
    gaps += _soc2_gaps(declared) if soc2 else []
    if annex_a:
        gaps += _own(annex_a, "Annex A control", "Annex A controls", "iso27001")
        if undecided := [r for r in annex_a if NOT_PROVIDED in (r.inclusion, r.implemented)]:
            controls = count(len(undecided), "Annex A control", "Annex A controls")
            what = f"Inclusion and implementation of {controls} {NOT_PROVIDED}"
            bring = "Risk treatment, law, contract or need; status"
            gaps.append(_gap("Statement of Applicability", what, bring, "Register", "iso27001"))
        if conflicts := [r.id for r in annex_a if r.applicable == CONFLICT]:
            what = f"{listed(conflicts)}: conflict with the declared scope, decision {NOT_PROVIDED}"
            bring = "Offices and devices into the scope, or the exclusion with its reason"
            gaps.append(_gap("Statement of Applicability", what, bring, "Register", "iso27001"))
    cuecs = [b for b in bullets if b.side == Side.CUSTOMER and b.expectation and b.own_control == NOT_PROVIDED]
    if cuecs:
        what = f"Own monitoring of {count(len(cuecs), 'AWS CUEC', 'AWS CUECs')} {NOT_PROVIDED}"
        gaps.append(_gap("AWS CUECs", what, "The own control that answers each", "Register", "soc2" if soc2 else ""))
    if unreviewed := [e for e in evidence if e.reviewed == NOT_PROVIDED]:
        what = f"Review of {count(len(unreviewed), 'evidence item', 'evidence items')} {NOT_PROVIDED}"
        gaps.append(_gap("Evidence review", what, "Reviewer and date", "Register"))
    gaps += second_count_gaps(given.conclusions.comparisons)
    gaps += [
        _gap(subject_of(r), "Documents NOT PROVIDED", r.bring or "What shows it", r.group_title, r.framework)
        for r in requirements
        if r.bring or r.statement.shape is Shape.MISSING
    ]
    titles = {d.id: d.title for d in given.catalog.domains}
    gaps += [
        _gap(b.text, "Evidence from people NOT PROVIDED", b.otherwise, titles[b.domain])
        for b in bullets
        if b.otherwise and not declared.register.completed(b.id, declared.today)
    ]
    gaps += _register_gaps(declared)
    if unanswered := [f for f in selftests.findings if NOT_PROVIDED in (f.response, f.owner, f.due)]:
        n = count(len(unanswered), "finding", "findings")
        what = f"Response, owner or due date of {n} NOT PROVIDED"
        gaps.append(_gap("Responses to findings", what, "Cause, mend, owner, due date", "Register"))
    return tuple(gaps)


def subject_of(line: RequirementLine) -> str:
    """`CC6.1 …`, `A.5.1 …` or `Clause 4.1 …`: a requirement as the list of gaps names it."""
    name = line.id.replace("clause-", "Clause ") if line.kind == "clause" else line.id
    return f"{name} {line.title}"


def _gap(subject: str, what: str, bring: str, where: str, framework: str = "") -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where=where, framework=framework)


def _own(lines: Sequence[RequirementLine], one: str, many: str, framework: str) -> list[GapLine]:
    lacking = [r for r in lines if r.own_control == NOT_PROVIDED]
    if not lacking:
        return []
    what = f"Own control id, description, owner and frequency of {count(len(lacking), one, many)} {NOT_PROVIDED}"
    return [_gap("Organization's own controls", what, "The organization's control list", "Register", framework)]


def _register_gaps(declared: Declared) -> list[GapLine]:
    """What is registered and is over, still a draft, or lacks what an own control must say."""
    gaps = [_gap(name, what, "Renewal, or what takes its place", "Register") for name, what in declared.expired()]
    controls = declared.register.controls
    if drafts := [c.id for c in controls if c.draft]:
        n = count(len(drafts), "own control is a draft", "own controls are drafts")
        what = f"{n} and {'was' if len(drafts) == 1 else 'were'} not adopted: {listed(drafts, most=6)}"
        gaps.append(_gap("Organization's own controls", what, "What is really done, in place of the draft", "Register"))
    if short := [c.id for c in controls if not (c.draft or (c.description and c.owner and c.frequency))]:
        n = count(len(short), "own control", "own controls")
        what = f"Description, owner or frequency of {n} {NOT_PROVIDED}: {listed(short, most=6)}"
        gaps.append(_gap("Organization's own controls", what, "Who does what, how often, with what record", "Register"))
    return gaps


def _soc2_gaps(declared: Declared) -> list[GapLine]:
    """What the report of a service auditor rests on and no interface of AWS knows."""
    own = () if declared.register.cuecs else (
        ("Own user-entity controls", "What the organization expects of its own users (not the AWS CUECs)"),
    )  # fmt: skip
    needed = (
        *own,
        (
            "Populations and samples",
            "Lists of leavers, changes, incidents and the like, each with proof that it is whole",
        ),
    )
    return [_gap(subject, NOT_PROVIDED, bring, "Register", "soc2") for subject, bring in needed]


def undeclared(audit: Audit, catalog_digest: str) -> list[GapLine]:
    """A row for each part of the declared frame that nobody gave."""
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
        if report.review == NOT_RELIED_ON:
            continue
        if report.answer.shape is not Shape.INHERITED:
            gaps.append(
                _gap(report.title, report.answer.text, "The report, downloaded in AWS Artifact", "AWS Artifact")
            )
        if not report.review.startswith("Reviewed by"):
            bring = "A dated review: scope, period, exceptions, CUECs"
            what = f"Review {NOT_PROVIDED}" if report.review == NOT_PROVIDED else report.review
            gaps.append(_gap(report.title, what, bring, "Register"))
        if is_late(report):
            bring = (
                "A review of the listed letter: it covers the days"
                if LETTER in report.uncovered
                else "A later report, or AWS's Continued Operations Letter"
            )
            gaps.append(_gap(report.title, report.uncovered, bring, "AWS Artifact", "soc2"))
    return gaps


def is_late(report: ReportLine) -> bool:
    """Whether days of the audit period are covered by no listed report, or nobody knows."""
    return bool(report.uncovered) and not report.uncovered.startswith(("0 ", THROUGHOUT))
