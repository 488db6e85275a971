"""List what nobody provided: declarations, reports and lines in, a row for every NOT PROVIDED out."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.catalog.model import Side
from srm_docs.declare.audit import Audit, AuditType
from srm_docs.packet.declared import Declared, adopted
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
from srm_docs.packet.words import count, joined, listed, of_catalog, plural, say, span

LETTER = say("within the period of the listed letter; letter not reviewed")
NOT_RELIED_ON = say("Not relied on")
DATE_COVERED = say("The audit's date is covered")
THROUGHOUT = say("Valid throughout the audit period")
_REGISTER, _ARTIFACT = say("Register"), say("AWS Artifact")
_SOA = say("Statement of Applicability")
_OWN_CONTROLS = say("Organization's own controls")


def period_words(audit: Audit) -> str:
    """The audit's period, or (type 1) its date; empty where it was not declared."""
    if audit.type is AuditType.TYPE_1 and audit.period_end and not audit.period_start:
        return say("as of {day}", day=audit.period_end)
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
    gaps += _own(soc2, "soc2") if soc2 else []
    gaps += _soc2_gaps(declared, given.audit) if soc2 else []
    if annex_a:
        gaps += _own(annex_a, "iso27001")
        if undecided := [r for r in annex_a if NOT_PROVIDED in (r.inclusion, r.implemented)]:
            what = plural(
                len(undecided),
                "Inclusion and implementation of {n:,} Annex A control NOT PROVIDED",
                "Inclusion and implementation of {n:,} Annex A controls NOT PROVIDED",
            )
            bring = say("Risk treatment, law, contract or need; status")
            gaps.append(_gap(_SOA, what, bring, _REGISTER, "iso27001"))
        if conflicts := [r.id for r in annex_a if r.applicable == CONFLICT]:
            what = say(
                "{controls}: conflict with the declared scope, decision NOT PROVIDED", controls=listed(conflicts)
            )
            bring = say("Offices and devices into the scope, or the exclusion with its reason")
            gaps.append(_gap(_SOA, what, bring, _REGISTER, "iso27001"))
    cuecs = [b for b in bullets if b.side == Side.CUSTOMER and b.expectation and not adopted(b.own_control)]
    if cuecs:
        what = plural(
            len(cuecs),
            "Own control for {n:,} AWS CUEC NOT PROVIDED",
            "Own control for {n:,} AWS CUECs NOT PROVIDED",
        )
        bring = say("The own control that answers each")
        gaps.append(_gap(say("AWS CUECs"), what, bring, _REGISTER, "soc2" if soc2 else ""))
    if csocs := [b for b in bullets if b.side == Side.AWS and b.expectation and not adopted(b.own_control)]:
        what = plural(
            len(csocs), "Own monitoring of {n:,} CSOC NOT PROVIDED", "Own monitoring of {n:,} CSOCs NOT PROVIDED"
        )
        bring = say("The own control that watches what is expected of AWS")
        gaps.append(_gap(say("CSOCs"), what, bring, _REGISTER, "soc2" if soc2 else ""))
    if unreviewed := [e for e in evidence if e.reviewed == NOT_PROVIDED]:
        what = plural(
            len(unreviewed), "Review of {n:,} evidence item NOT PROVIDED", "Review of {n:,} evidence items NOT PROVIDED"
        )
        gaps.append(_gap(say("Evidence review"), what, say("Reviewer and date"), _REGISTER))
    gaps += second_count_gaps(given.conclusions.comparisons)
    gaps += [
        _gap(subject_of(r), say("Documents NOT PROVIDED"), r.bring or say("What shows it"), r.group_title, r.framework)
        for r in requirements
        if r.bring or r.statement.shape is Shape.MISSING
    ]
    titles = {d.id: d.title for d in given.catalog.domains}
    gaps += [
        _gap(of_catalog(b.text), say("Evidence from people NOT PROVIDED"), b.otherwise, titles[b.domain])
        for b in bullets
        if b.otherwise and not declared.register.completed(b.id, declared.today)
    ]
    gaps += _register_gaps(declared)
    if unanswered := [f for f in selftests.findings if NOT_PROVIDED in (f.response, f.owner, f.due)]:
        what = plural(
            len(unanswered),
            "Response, owner or due date of {n:,} finding NOT PROVIDED",
            "Response, owner or due date of {n:,} findings NOT PROVIDED",
        )
        gaps.append(_gap(say("Responses to findings"), what, say("Cause, mend, owner, due date"), _REGISTER))
    return tuple(gaps)


def subject_of(line: RequirementLine) -> str:
    """`CC6.1 …`, `A.5.1 …` or `Clause 4.1 …`: a requirement as the list of gaps names it."""
    if line.kind == "clause":
        return say("Clause {number} {title}", number=line.id.removeprefix("clause-"), title=of_catalog(line.title))
    return joined(" ", (line.id, of_catalog(line.title)))


def _gap(subject: str, what: str, bring: str, where: str, framework: str = "") -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where=where, framework=framework)


def _own(lines: Sequence[RequirementLine], framework: str) -> list[GapLine]:
    lacking = [r for r in lines if not adopted(r.own_control)]
    if not lacking:
        return []
    n = len(lacking)
    lines_of = (
        count(n, "criterion", "criteria") if framework == "soc2" else count(n, "Annex A control", "Annex A controls")
    )
    what = say("Own control id, description, owner and frequency of {lines} NOT PROVIDED", lines=lines_of)
    return [_gap(_OWN_CONTROLS, what, say("The organization's control list"), _REGISTER, framework)]


def _register_gaps(declared: Declared) -> list[GapLine]:
    """What is registered and is over, still a draft, or lacks what an own control must say."""
    renewal = say("Renewal, or what takes its place")
    gaps = [_gap(name, what, renewal, _REGISTER) for name, what in declared.expired()]
    controls = declared.register.controls
    if drafts := [c.id for c in controls if c.draft]:
        what = plural(
            len(drafts),
            "{n:,} own control is a draft and was not adopted: {ids}",
            "{n:,} own controls are drafts and were not adopted: {ids}",
            ids=listed(drafts, most=6),
        )
        gaps.append(_gap(_OWN_CONTROLS, what, say("What is really done, in place of the draft"), _REGISTER))
    if short := [c.id for c in controls if not (c.draft or (c.description and c.owner and c.frequency))]:
        what = plural(
            len(short),
            "Description, owner or frequency of {n:,} own control NOT PROVIDED: {ids}",
            "Description, owner or frequency of {n:,} own controls NOT PROVIDED: {ids}",
            ids=listed(short, most=6),
        )
        gaps.append(_gap(_OWN_CONTROLS, what, say("Who does what, how often, with what record"), _REGISTER))
    return gaps


def _soc2_gaps(declared: Declared, audit: Audit) -> list[GapLine]:
    """What the report of a service auditor rests on and no interface of AWS knows."""
    own = () if declared.register.cuecs else (
        (say("Own user-entity controls"), say("What the organization expects of its own users (not the AWS CUECs)")),
    )  # fmt: skip
    # samples are of a period: a type 1 audit has none
    sampled = () if audit.type is AuditType.TYPE_1 else (
        (
            say("Populations and samples"),
            say("Lists of leavers, changes, incidents and the like, each with proof that it is whole"),
        ),
    )  # fmt: skip
    return [_gap(subject, NOT_PROVIDED, bring, _REGISTER, "soc2") for subject, bring in (*own, *sampled)]


def undeclared(audit: Audit, catalog_digest: str) -> list[GapLine]:
    """A row for each part of the declared frame that nobody gave."""
    where = say("Configuration of this packet")
    # a type 1 audit has a date, a type 2 audit a period: half a period is none
    dated = period_words(audit) if audit.period_end and (audit.period_start or audit.type is AuditType.TYPE_1) else ""
    declared = (
        (say("Organization"), audit.organization, say("name under [organization] in srm-docs.toml")),
        (say("System"), audit.system, say("system under [organization] in srm-docs.toml")),
        (say("Audit period"), dated, say("period_start and period_end under [audit] in srm-docs.toml")),
        (say("Version of this packet"), audit.version, say("version under [audit] in srm-docs.toml")),
        (say("Prepared by"), audit.prepared_by, say("prepared_by under [audit] in srm-docs.toml")),
    )
    gaps = [_gap(subject, NOT_PROVIDED, bring, where) for subject, value, bring in declared if not value]
    if audit.approval is None or audit.approval.catalog_digest != catalog_digest:
        bring = say("name, date and catalog_digest under [approval] in srm-docs.toml")
        what = (
            say("Not approved by management: approval NOT PROVIDED")
            if audit.approval is None
            else say("Not approved by management: another version was approved")
        )
        gaps.append(_gap(say("Control mapping"), what, bring, where))
    return gaps


def _report_gaps(reports: Sequence[ReportLine]) -> list[GapLine]:
    gaps = []
    for report in reports:
        if report.review == NOT_RELIED_ON:
            continue
        if report.answer.shape is not Shape.INHERITED:
            gaps.append(
                _gap(report.title, report.answer.text, say("The report, downloaded in AWS Artifact"), _ARTIFACT)
            )
        if not report.review.startswith("Reviewed by"):
            bring = say("A dated review: scope, period, exceptions, CUECs")
            what = say("Review NOT PROVIDED") if report.review == NOT_PROVIDED else report.review
            gaps.append(_gap(report.title, what, bring, _REGISTER))
        elif open_fields := _open_fields(report):
            what = say("Of the review NOT PROVIDED: {fields}", fields=listed(open_fields))
            gaps.append(_gap(report.title, what, say("The rest of the review"), _REGISTER))
        if is_late(report):
            bring = (
                say("A review of the listed letter: it covers the days")
                if LETTER in report.uncovered
                else say("A later report, or AWS's Continued Operations Letter")
            )
            gaps.append(_gap(report.title, report.uncovered, bring, _ARTIFACT, "soc2"))
    return gaps


def _open_fields(report: ReportLine) -> list[str]:
    """The columns of a review in force that nobody filled in."""
    columns = (
        (say("auditor"), report.auditor),
        (say("opinion"), report.opinion),
        (say("services and regions"), report.services),
        (say("exceptions"), report.exceptions),
        (say("CUECs"), report.cuecs),
        (say("how a gap is bridged"), report.bridged),
        (say("approver"), report.approver),
    )
    return [name for name, said in columns if NOT_PROVIDED in said]


def is_late(report: ReportLine) -> bool:
    """Whether days of the audit period are covered by no listed report, or nobody knows."""
    return bool(report.uncovered) and not report.uncovered.startswith(("0 ", THROUGHOUT, DATE_COVERED))
