"""Put the packet together: catalog, snapshot, conclusions and the declared frame in, the frozen model out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from srm_docs.catalog.model import Catalog, Side
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Severity
from srm_docs.checks.observation import Status
from srm_docs.checks.parameter import Parameter
from srm_docs.collect.answer import REFUSALS, State
from srm_docs.declare.audit import Audit, AuditType, Category
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.findings.conclude import Conclusions
from srm_docs.findings.reports import ReportResult
from srm_docs.findings.rollup import WHEN, ReportState, Statement
from srm_docs.packet.coverage import coverage_lines, totals, unread_lines
from srm_docs.packet.domains import domain_lines, responsibility_lines
from srm_docs.packet.evidence_index import SKEW_SHOWN, evidence_lines, redaction_lines
from srm_docs.packet.model import (
    NOT_PROVIDED,
    AccountLine,
    Answer,
    ControlStatement,
    FileLine,
    GapLine,
    Meta,
    Packet,
    ParameterLine,
    ReportLine,
    RequirementLine,
    ResponsibilityLine,
    Scope,
    Shape,
    StatementLine,
    Summary,
)
from srm_docs.packet.requirements import STATEMENT_SHAPES, Requirements
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.words import count, day, listed, moment, span

STATEMENT = "Prepared by management, not audited"
FRAMEWORK_TITLES = {"soc2": "SOC 2", "iso27001": "ISO/IEC 27001:2022"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """Everything a packet is made of. `entries` and `ledger` are of the snapshot that was concluded from."""

    catalog: Catalog
    header: Header
    entries: Sequence[Entry]
    ledger: Sequence[LedgerRow]
    conclusions: Conclusions
    calls: Sequence[Call]
    parameters: Sequence[Parameter]
    parameter_values: Mapping[str, object]
    audit: Audit
    snapshot_digest: str
    packet_name: str
    check_set: str


def assemble(given: Ingredients) -> Packet:
    """The whole model, but for the list of contents: `with_contents` adds it when the files exist."""
    audit, header = given.audit, given.header
    catalog = given.catalog.with_offices() if audit.offices_in_scope else given.catalog
    as_read = moment(header.ended or header.began)
    calls = {c.id: c for c in given.calls}
    selftests = Selftests(catalog, given.conclusions.results, as_read, audit.frameworks)
    unread = unread_lines(given.ledger, calls, given.conclusions.results)
    bullets = responsibility_lines(catalog, given.conclusions, selftests, audit)
    requirements = Requirements(catalog, given.conclusions, selftests, {b.id: b for b in bullets}, audit)
    reports = tuple(_report(r, requirements.lines, catalog) for r in given.conclusions.reports)
    scope = _scope(given)
    soc2 = requirements.of("soc2", "criterion")
    annex_a = requirements.of("iso27001", "control")
    clauses = requirements.of("iso27001", "clause")
    evidence = evidence_lines(header, given.entries, calls, given.conclusions.results, catalog, audit.frameworks)
    return Packet(
        meta=_meta(given, as_read),
        scope=scope,
        summary=_summary(given, selftests, bullets, (soc2, annex_a), reports, scope),
        domains=domain_lines(catalog, bullets, selftests, unread, _inspected(scope, as_read)),
        soc2=soc2,
        annex_a=annex_a,
        clauses=clauses,
        soc2_matrix=requirements.matrix("soc2"),
        iso_matrix=requirements.matrix("iso27001"),
        tests=selftests.lines,
        findings=selftests.findings,
        unread=unread,
        reports=reports,
        csocs=_statements(bullets, Side.AWS, catalog),
        cuecs=_statements(bullets, Side.CUSTOMER, catalog),
        evidence=evidence,
        coverage=coverage_lines(given.ledger),
        redactions=redaction_lines(given.entries),
        gaps=_gaps(given, reports, (*soc2, *annex_a, *clauses), selftests, bullets),
        parameters=_parameters(given),
        statements=_statement_lines(soc2, annex_a),
        sources=_sources(catalog),
    )


def with_contents(packet: Packet, files: Iterable[FileLine], digest: str) -> Packet:
    """The same packet, able to print its list of contents and that list's digest (SHA-256, hex)."""
    return replace(packet, contents=tuple(files), contents_digest=digest)


def _meta(given: Ingredients, as_read: str) -> Meta:
    audit, header = given.audit, given.header
    type_2 = audit.type is AuditType.TYPE_2
    approval = audit.approval
    if approval is None:
        approved = "Mapping not approved by management"
    elif approval.catalog_digest == given.catalog.digest:
        approved = f"Mapping approved by {approval.name}, {day(approval.date)}"
    else:
        approved = (
            f"Mapping not approved by management: {approval.name} approved another version on {day(approval.date)}"
        )
    return Meta(
        organization=audit.organization or NOT_PROVIDED,
        system=audit.system or NOT_PROVIDED,
        audit_type=f"Type {str(audit.type).split()[1]}",
        period=span(audit.period_start, audit.period_end) or NOT_PROVIDED,
        as_read=as_read,
        snapshot=header.id,
        snapshot_digest=given.snapshot_digest,
        packet=given.packet_name,
        tool=f"srm-docs {header.tool_version}",
        catalog_digest=given.catalog.digest,
        version=audit.version or NOT_PROVIDED,
        classification=audit.classification,
        prepared_by=audit.prepared_by or NOT_PROVIDED,
        accent=audit.accent,
        paper=audit.paper,
        demo=audit.demo,
        statement=STATEMENT,
        as_read_sentence=f"As read on {as_read}; shows that time only.",
        type_2_sentence="This packet rests on one snapshot. Operation over the period is not evidenced by it."
        if type_2
        else "",
        mapping_approval=approved,
        generated=header.ended or header.began,
    )


def _scope(given: Ingredients) -> Scope:
    audit, header = given.audit, given.header
    accounts = tuple(
        AccountLine(
            id=a.id,
            name=a.name,
            caller_arn=a.caller_arn,
            entered=Answer(text="Entered", shape=Shape.MET)
            if a.entered
            else Answer(text=f"Not entered: {a.refusal.code if a.refusal else 'unknown'}", shape=Shape.UNREAD),
            regions=a.regions,
            left_out=a.left_out,
            regions_listed=a.regions_listed,
        )
        for a in header.accounts
    )
    skews = [s for e in given.entries if e.circumstances and (s := e.circumstances.skew_seconds) > SKEW_SHOWN]
    skew = f"This machine's clock differed from AWS's by up to {max(skews):,} seconds." if skews else ""
    chosen = tuple(str(c) for c in audit.categories)
    return Scope(
        accounts=accounts,
        regions=tuple(sorted({r for a in accounts for r in a.regions})),
        left_out=tuple(sorted({r for a in accounts for r in a.left_out})),
        completeness=_completeness(given, accounts),
        frameworks=tuple(FRAMEWORK_TITLES[f] for f in audit.frameworks),
        categories=chosen,
        categories_out=tuple(str(c) for c in Category if str(c) not in chosen),
        offices="Offices and staff devices are in scope."
        if audit.offices_in_scope
        else "Offices and staff devices are declared out of scope.",
        skew=skew,
    )


def _completeness(given: Ingredients, accounts: Sequence[AccountLine]) -> Answer:
    unlisted = [a.id for a in accounts if not a.regions_listed]
    if unlisted:
        where = f"account {unlisted[0]}" if len(unlisted) == 1 else f"accounts {listed(unlisted)}"
        return Answer(text=f"Not determinable: the enabled regions of {where} could not be listed.", shape=Shape.UNREAD)
    planned = [r for r in given.ledger if r.state is not State.OUT_OF_SCOPE]
    refused = [r for r in planned if r.state in REFUSALS]
    if refused:
        return Answer(
            text=f"{len(planned) - len(refused):,} of {count(len(planned), 'planned read', 'planned reads')} "
            f"answered whole; {len(refused):,} not.",
            shape=Shape.UNREAD,
        )
    return Answer(text=f"All {len(planned):,} planned reads were answered whole.", shape=Shape.MET)


def _inspected(scope: Scope, as_read: str) -> str:
    accounts = listed([a.id for a in scope.accounts if a.regions], most=4)
    noun = "accounts" if len(scope.accounts) > 1 else "account"
    return (
        f"Management inspected the configuration of all resources in {noun} {accounts}, "
        f"in {listed(scope.regions, most=6)}, as the AWS API returned it on {as_read}. "
        "Whole populations were tested, no samples; the auditor decides on any sample."
    )


def _report(result: ReportResult, lines: Sequence[RequirementLine], catalog: Catalog) -> ReportLine:
    newest = result.listed[0] if result.listed else None
    answers = {
        ReportState.LISTED: Answer(text="Available in AWS Artifact", shape=Shape.INHERITED),
        ReportState.NOT_LISTED: Answer(text="Not listed in AWS Artifact", shape=Shape.MISSING),
        ReportState.REFUSED: Answer(text="Not determinable: list refused", shape=Shape.UNREAD),
        ReportState.NONE: Answer(text=NOT_PROVIDED, shape=Shape.MISSING),
    }
    uncovered = ""
    if result.uncovered is not None and result.period_days:
        uncovered = (
            f"{result.uncovered:,} of {count(result.period_days, 'day', 'days')} of the audit period not covered"
        )
    relying = {r.id for r in catalog.requirements() if result.report.id in r.inherit_from}
    return ReportLine(
        id=result.report.id,
        title=result.report.title,
        listed_as=newest.title if newest else "",
        series=newest.series if newest else "",
        version=newest.version if newest else "",
        period=span(newest.start, newest.end) if newest else "",
        answer=answers[result.state],
        uncovered=uncovered,
        review=NOT_PROVIDED,
        evidence=tuple(dict.fromkeys(i.evidence for i in result.listed)),
        relied_on_by=sum(1 for line in lines if line.id in relying),
    )


def _statements(bullets: Sequence[ResponsibilityLine], side: Side, catalog: Catalog) -> tuple[ControlStatement, ...]:
    domains = {d.id: d.title for d in catalog.domains}
    return tuple(
        ControlStatement(
            id=b.id,
            domain=domains[b.domain],
            text=b.text,
            statement=b.expectation,
            soc2=(*b.soc2_primary, *b.soc2_supporting),
            monitored_by=", ".join(b.relied_on) if side is Side.AWS else NOT_PROVIDED,
            answer=b.answer,
            evidence=b.evidence,
        )
        for b in bullets
        if b.side == side and b.expectation
    )


def _gaps(
    given: Ingredients,
    reports: Sequence[ReportLine],
    requirements: Sequence[RequirementLine],
    selftests: Selftests,
    bullets: Sequence[ResponsibilityLine],
) -> tuple[GapLine, ...]:
    gaps = [*_undeclared(given.audit), *_report_gaps(reports)]
    controls = [r for r in requirements if r.kind != "clause"]
    if controls:
        what = (
            f"Own control id, description, owner and frequency of {len(controls):,} criteria and controls NOT PROVIDED"
        )
        gaps.append(_gap("Organization's own controls", what, "The organization's control list", "Register"))
    gaps += [
        _gap(f"{r.id} {r.title}", "Documents NOT PROVIDED", r.bring, r.group_title) for r in requirements if r.bring
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


def _gap(subject: str, what: str, bring: str, where: str) -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where=where)


def _undeclared(audit: Audit) -> list[GapLine]:
    where = "srm-docs.toml"
    declared = (
        ("Organization", audit.organization, "name under [organization]"),
        ("System", audit.system, "system under [organization]"),
        ("Audit period", span(audit.period_start, audit.period_end), "period_start and period_end under [audit]"),
        ("Version of this packet", audit.version, "version under [audit]"),
        ("Prepared by", audit.prepared_by, "prepared_by under [audit]"),
    )
    gaps = [_gap(subject, NOT_PROVIDED, bring, where) for subject, value, bring in declared if not value]
    if audit.approval is None:
        bring = "name, date and catalog_digest under [approval]"
        gaps.append(_gap("Control mapping", "Not approved by management", bring, where))
    return gaps


def _report_gaps(reports: Sequence[ReportLine]) -> list[GapLine]:
    gaps = []
    for report in reports:
        if report.relied_on_by:
            bring = "A dated review: scope, period, exceptions, CUECs"
            gaps.append(_gap(report.title, "Review NOT PROVIDED", bring, "Register"))
        if report.uncovered and not report.uncovered.startswith("0 "):
            bring = "A later report, or AWS's Continued Operations Letter"
            gaps.append(_gap(report.title, report.uncovered, bring, "AWS Artifact"))
    return gaps


def _parameters(given: Ingredients) -> tuple[ParameterLine, ...]:
    def words(value: object) -> str:
        return ", ".join(str(v) for v in value) if isinstance(value, (list, tuple)) else str(value)

    tests: dict[str, list[str]] = {}
    for result in given.conclusions.results:
        for p in result.check.parameters:
            tests.setdefault(p.id, []).append(result.check.id)
    return tuple(
        ParameterLine(
            id=p.id,
            title=p.title,
            value=words(given.parameter_values[p.id]),
            default=words(p.default),
            loosest=words(p.loosest) if p.loosest is not None else "",
            unit=p.unit,
            tests=tuple(tests.get(p.id, ())),
        )
        for p in given.parameters
    )


def _statement_lines(soc2: Sequence[RequirementLine], annex_a: Sequence[RequirementLine]) -> tuple[StatementLine, ...]:
    return tuple(
        StatementLine(
            statement=Answer(text=_heading(s), shape=STATEMENT_SHAPES[s]),
            when=WHEN[s],
            count_soc2=_tally(soc2, s),
            count_iso=_tally(annex_a, s),
        )
        for s in Statement
    )


def _heading(statement: Statement) -> str:
    text = "no deviation in N self-tests" if statement is Statement.NO_DEVIATION else str(statement)
    return text[0].upper() + text[1:]


def _tally(lines: Sequence[RequirementLine], statement: Statement) -> int:
    return sum(1 for line in lines if line.statement.shape is STATEMENT_SHAPES[statement])


def _summary(
    given: Ingredients,
    selftests: Selftests,
    bullets: Sequence[ResponsibilityLine],
    requirements: tuple[Sequence[RequirementLine], Sequence[RequirementLine]],
    reports: Sequence[ReportLine],
    scope: Scope,
) -> Summary:
    statuses = [r.status for r in given.conclusions.results]
    met, unmet, unknown, skipped = (
        statuses.count(s) for s in (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)
    )
    n = len(statuses)
    who = given.audit.organization or "The organization"
    lead = f"{who} met {met} of {count(n, 'self-test', 'self-tests')} of its part. {unmet} found deviations"
    lead += f"; {unknown} could not be determined because something was not read" if unknown else ""
    lead += f"; {skipped} did not apply." if skipped else "."
    soc2, annex_a = requirements
    real = [b for b in bullets if b.kind != "not applicable"]
    split = [("responsibilities of the AWS model", *_split([b.kind for b in real]))]
    if soc2:
        split.append(("SOC 2 criteria in scope", *_split([r.responsibility for r in soc2])))
    if annex_a:
        split.append(("Annex A controls", *_split([r.responsibility for r in annex_a])))
    out = [r for r in given.ledger if r.state is State.OUT_OF_SCOPE]
    out_text = ""
    if scope.left_out:
        regions = count(len(scope.left_out), "enabled region is", "enabled regions are")
        out_text = (
            f"{regions} out of scope by configuration: {listed(scope.left_out, most=6)} ({len(out):,} reads not made)."
        )
    refused = [r for r in given.ledger if r.state in REFUSALS]
    refused_text = (
        f"{count(len(refused), 'planned read was', 'planned reads were')} not answered whole." if refused else ""
    )
    return Summary(
        lead=lead,
        tests=n,
        met=met,
        unmet=unmet,
        unknown=unknown,
        not_applicable=skipped,
        aws_bullets=sum(b.side == Side.AWS for b in real),
        customer_bullets=sum(b.side == Side.CUSTOMER for b in real),
        links=sum(len(b.links) for b in bullets),
        read_first=_read_first(given, selftests, reports, scope, out_text),
        out_of_scope=out_text,
        refused=refused_text,
        responsibility_split=tuple(split),
        statements_soc2=_statement_counts(soc2),
        statements_iso=_statement_counts(annex_a),
        coverage_totals=totals(given.ledger),
    )


def _split(kinds: Sequence[str]) -> tuple[int, int, int]:
    return kinds.count("inherited"), kinds.count("shared"), kinds.count("customer")


def _statement_counts(lines: Sequence[RequirementLine]) -> tuple[tuple[Answer, int], ...]:
    return tuple(
        (Answer(text=_heading(s), shape=STATEMENT_SHAPES[s]), n) for s in Statement if (n := _tally(lines, s)) or lines
    )


def _read_first(
    given: Ingredients, selftests: Selftests, reports: Sequence[ReportLine], scope: Scope, out_text: str
) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    worst = [f for f in selftests.findings if f.severity in (Severity.CRITICAL, Severity.HIGH)] or selftests.findings
    if worst:
        more = len(selftests.findings) - 1
        rest = f"Severity {worst[0].severity}, {worst[0].domain_title}."
        lines.append(
            (f"{worst[0].title}.", rest + (f" {count(more, 'other finding', 'other findings')}." if more else ""))
        )
    if scope.completeness.shape is not Shape.MET:
        lines.append(("Not everything could be read.", scope.completeness.text))
    if out_text:
        lines.append(("Not everything is in scope.", out_text))
    late = next((r for r in reports if r.uncovered and not r.uncovered.startswith("0 ")), None)
    if late:
        lines.append((f"{late.title.partition(':')[0]}.", f"{late.uncovered}; review NOT PROVIDED."))
    else:
        lines.append(("AWS reports.", "Management's review of the AWS reports relied on: NOT PROVIDED."))
    if given.audit.approval is None or given.audit.approval.catalog_digest != given.catalog.digest:
        lines.append(("The mapping is not approved by management.", "Approval NOT PROVIDED."))
    return tuple(lines)


def _sources(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    s = catalog.sources
    return (
        ("How to read the links", s.reading),
        ("How they were made", s.method),
        ("What that is worth", s.limit),
        *((str(c).capitalize() + " confidence", text) for c, text in s.confidence.items()),
    )
