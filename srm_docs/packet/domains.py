"""Tell each domain's story: bullets, tests, deviations and refusals in, one chapter a domain out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from srm_docs.catalog.model import Catalog, Domain, Kind, Responsibility, Side, Strength
from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.findings.conclude import Conclusions, ResponsibilityResult
from srm_docs.findings.reports import ReportResult
from srm_docs.packet.declared import NO_OWN, Declared
from srm_docs.packet.evidence_index import worst_first
from srm_docs.packet.model import (
    NOT_PROVIDED,
    Answer,
    DomainLine,
    ResponsibilityLine,
    Shape,
    UnreadLine,
)
from srm_docs.packet.requirements import link_lines, report_answer
from srm_docs.packet.selftests import SHAPES, WORDS, Selftests
from srm_docs.packet.words import count, joined, listed, plural, say

KINDS = {
    Kind.INHERITED: say("inherited"),
    Kind.SHARED: say("shared"),
    Kind.CUSTOMER: say("customer"),
    Kind.NOT_APPLICABLE: say("not applicable"),
}


def responsibility_lines(
    catalog: Catalog, conclusions: Conclusions, selftests: Selftests, audit: Audit, declared: Declared
) -> tuple[ResponsibilityLine, ...]:
    """A line for every bullet, in the order of the model."""
    results = {r.id: r for r in conclusions.responsibilities}
    reviews = {
        r.report.id: declared.reviewed_in_short(r.report.id, r.listed[0].end if r.listed else None)
        for r in conclusions.reports
    }
    given = _Given(conclusions=conclusions, selftests=selftests, audit=audit, declared=declared, reviews=reviews)
    return tuple(_line(catalog, r, results[r.id], given) for r in catalog.responsibilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What every line is made from; `reviews` are management's of AWS reports, in words."""

    conclusions: Conclusions
    selftests: Selftests
    audit: Audit
    declared: Declared
    reviews: Mapping[str, str]


def _line(
    catalog: Catalog,
    item: Responsibility,
    result: ResponsibilityResult,
    given: _Given,
) -> ResponsibilityLine:
    links = link_lines(catalog, item, given.audit.frameworks)
    selftests, declared = given.selftests, given.declared

    def ids(framework: str, strength: Strength) -> tuple[str, ...]:
        return tuple(x.requirement for x in links if x.framework == framework and x.strength == strength)

    reports = [r for r in given.conclusions.reports if r.report.id in item.reports]
    tested = worst_first([selftests.by_id[t] for t in result.tests])
    by_aws = item.side is Side.AWS
    listed_in = dict.fromkeys(row.evidence for r in reports for row in r.listed)
    people = declared.provided(item.id)
    evidence = (*(tuple(listed_in) if by_aws else tested), *people)
    no_duty = item.kind is Kind.NOT_APPLICABLE
    implemented, said = ("", "") if no_duty else declared.status_of(item.id)
    return ResponsibilityLine(
        id=item.id,
        domain=item.domain,
        text=item.text,
        side=str(item.side),
        kind=KINDS[item.kind],
        expectation=item.csoc or item.aws_cuec or "",
        caveat=item.caveat or "",
        otherwise=item.otherwise or "",
        implemented=implemented,
        statement=said,
        **(NO_OWN if no_duty else declared.answering(item.id)).columns,
        soc2_primary=ids("soc2", Strength.PRIMARY),
        soc2_supporting=ids("soc2", Strength.SUPPORTING),
        iso_primary=ids("iso27001", Strength.PRIMARY),
        iso_supporting=ids("iso27001", Strength.SUPPORTING),
        answer=_answer(item, result, selftests, reports),
        tests=result.tests,
        relied_on=tuple(r.report.title.partition(":")[0] for r in reports),
        review=_review(reports, given.reviews) if by_aws else "",
        evidence=evidence,
        links=links,
        part=_tested(result, selftests) if by_aws and result.tests else None,
        part_evidence=tuple(tested) if by_aws else (),
    )


def _review(reports: Sequence[ReportResult], reviews: Mapping[str, str]) -> str:
    """Report by report, because a review of the certificate is none of the SOC 2 report."""
    said = [(r.report.title.partition(":")[0], reviews[r.report.id]) for r in reports]
    if all(words == NOT_PROVIDED for _, words in said):
        return NOT_PROVIDED
    return joined("; ", [joined(": ", (report, words)) for report, words in said])


def _answer(
    item: Responsibility, result: ResponsibilityResult, selftests: Selftests, reports: Sequence[ReportResult]
) -> Answer:
    if item.kind is Kind.NOT_APPLICABLE:
        return Answer(text=say("Not applicable"), shape=Shape.NOT_APPLICABLE)
    if item.side is Side.AWS:
        return report_answer(reports)
    return _tested(result, selftests)


def _tested(result: ResponsibilityResult, selftests: Selftests) -> Answer:
    """What the self-tests say of the customer's responsibility, or of its part of one that is shared with AWS."""
    if result.status is None:
        return Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
    statuses = [selftests.by_id[t].status for t in result.tests]
    n = statuses.count(result.status)
    of = say("{number} of {tests}", number=n, tests=count(len(statuses), "test", "tests"))
    text = joined(", ", (WORDS[result.status], of))
    unread = statuses.count(Status.UNKNOWN)
    if unread and result.status is not Status.UNKNOWN:
        # a deviation is worse, but what was not determined is no less true beside it
        text = joined("; ", (text, say("{number} not determined", number=unread)))
    return Answer(text=text, shape=SHAPES[result.status])


def domain_lines(
    catalog: Catalog,
    responsibilities: Sequence[ResponsibilityLine],
    selftests: Selftests,
    unread: Sequence[UnreadLine],
    inspected: str,
) -> tuple[DomainLine, ...]:
    """One chapter a domain."""
    return tuple(_domain(d, responsibilities, selftests, unread, inspected) for d in catalog.domains)


def _domain(
    domain: Domain,
    responsibilities: Sequence[ResponsibilityLine],
    selftests: Selftests,
    unread: Sequence[UnreadLine],
    inspected: str,
) -> DomainLine:
    mine = [r for r in responsibilities if r.domain == domain.id]
    tests = tuple(t for t in selftests.lines if t.domain == domain.id)
    findings = tuple(f for f in selftests.findings if f.domain == domain.id)
    ids = {t.id for t in tests}
    statuses = [selftests.by_id[t.id].status for t in tests]
    met, unmet, unknown, skipped = (
        statuses.count(s) for s in (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)
    )
    na = next((r for r in mine if r.kind == "not applicable"), None)
    return DomainLine(
        number=domain.number,
        id=domain.id,
        title=domain.title,
        lead=joined(
            " ",
            filter(None, (domain.aws_does, domain.customer_does, _found(len(tests), met, unmet, unknown, skipped))),
        ),
        met=met,
        unmet=unmet,
        unknown=unknown,
        not_applicable=skipped,
        evidence_items=len({e for t in tests for e in t.evidence}),
        aws=tuple(r for r in mine if r.side == Side.AWS),
        customer=tuple(r for r in mine if r.side == Side.CUSTOMER and r is not na),
        not_applicable_line=na,
        tests=tests,
        findings=findings,
        unread=tuple(u for u in unread if ids & set(u.affects)),
        inspected=inspected if tests else "",
    )


def _found(tests: int, met: int, unmet: int, unknown: int, skipped: int) -> str:
    if not tests:
        return ""
    said = [
        plural(met, "{n} of {tests} was met", "{n} of {tests} were met", tests=count(tests, "self-test", "self-tests"))
    ]
    if unmet:
        said.append(plural(unmet, "{n} found a deviation", "{n} found deviations"))
    if unknown:
        said.append(plural(unknown, "{n} could not be determined", "{n} could not be determined"))
    if skipped:
        said.append(plural(skipped, "{n} did not apply", "{n} did not apply"))
    return joined("", (listed(said), "."))
