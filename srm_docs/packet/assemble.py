"""Put the packet together: catalog, snapshot, conclusions and the declared frame in, the frozen model out. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from srm_docs import __version__
from srm_docs.catalog.model import Catalog, Side
from srm_docs.collect.scope import LeftOut
from srm_docs.declare.audit import Audit, AuditType, Category
from srm_docs.declare.register import in_force
from srm_docs.evidence.entry import Header
from srm_docs.findings.conclude import as_of
from srm_docs.findings.reports import Listed, ReportResult
from srm_docs.findings.rollup import ReportState
from srm_docs.packet.accounts import account_pages
from srm_docs.packet.components import component_lines
from srm_docs.packet.coverage import accounts_words, completeness, coverage_line, unread_lines
from srm_docs.packet.declared import Declared
from srm_docs.packet.description import description_gaps, description_lines
from srm_docs.packet.domains import domain_lines, responsibility_lines
from srm_docs.packet.evidence_index import SKEW_SHOWN, evidence_lines, redaction_lines, review_words
from srm_docs.packet.gaps import DATE_COVERED, LETTER, NOT_RELIED_ON, THROUGHOUT, gap_lines, period_words
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.leftout import part
from srm_docs.packet.letters import letter_gaps, letter_lines
from srm_docs.packet.model import (
    NOT_PROVIDED,
    AccountLine,
    AccountOutLine,
    Answer,
    ControlStatement,
    FileLine,
    Meta,
    Packet,
    ParameterLine,
    ReportLine,
    RequirementLine,
    ResponsibilityLine,
    Scope,
    Shape,
)
from srm_docs.packet.network import network_accounts
from srm_docs.packet.populations import population_lines
from srm_docs.packet.recorded import change_lines, incident_lines, part_lines, record_lines, recorded_gaps
from srm_docs.packet.requirements import Requirements
from srm_docs.packet.second_counts import second_count_lines, second_count_totals, second_count_words
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.since import since_of
from srm_docs.packet.summary import statement_lines, summary_of
from srm_docs.packet.terms import heading, term
from srm_docs.packet.words import count, joined, listed, moment, of_catalog, plural, say, sentence, span

STATEMENT = say("Prepared by management, not audited")
ONE_SNAPSHOT = say("This packet rests on one snapshot. Operation over the period is not evidenced by it.")
FRAMEWORK_TITLES = {"soc2": "SOC 2", "iso27001": "ISO/IEC 27001:2022"}


def assemble(given: Ingredients) -> Packet:
    """The whole model, but for the list of contents: `with_contents` adds it when the files exist."""
    audit, header = given.audit, given.header
    catalog = in_force(given.catalog, audit, given.register)
    declared = Declared(given.register, as_of(header), given.conclusions.results)
    as_read = moment(header.ended or header.began)
    calls = {c.id: c for c in given.calls}
    in_scope, results = given.conclusions.requirements, given.conclusions.results
    selftests = Selftests(catalog, results, as_read, in_scope, given.entries, declared)
    unread = unread_lines(given.ledger, calls, results)
    bullets = responsibility_lines(catalog, given.conclusions, selftests, audit, declared)
    requirements = Requirements(catalog, given.conclusions, selftests, {b.id: b for b in bullets}, audit, declared)
    reports = tuple(_report(r, requirements.lines, catalog, given, declared) for r in given.conclusions.reports)
    scope = _scope(given)
    soc2 = requirements.of("soc2", "criterion")
    annex_a = requirements.of("iso27001", "control")
    clauses = requirements.of("iso27001", "clause")
    compared = given.conclusions.comparisons
    stated = _statements(bullets, Side.AWS, catalog, soc2), _statements(bullets, Side.CUSTOMER, catalog, soc2)
    parts = component_lines(given.ledger, calls)
    since = since_of(
        given.earlier,
        results,
        (*soc2, *annex_a, *clauses),
        check_set=given.check_set,
        catalog_digest=given.catalog.digest,
    )
    described = description_lines(given, scope, parts, soc2, stated, reports, since, declared) if soc2 else ()
    letters = letter_lines(given.audit, given.register, as_of(header)) if soc2 else ()
    seconds = second_count_words(compared)
    evidence = evidence_lines(header, given.entries, calls, results, catalog, in_scope, seconds, declared)
    by_check = {r.check.id: r for r in results}
    return Packet(
        meta=_meta(given, as_read),
        scope=scope,
        summary=summary_of(given, selftests, bullets, (soc2, annex_a), reports, scope),
        domains=domain_lines(catalog, bullets, selftests, unread, _inspected(given, scope, as_read)),
        soc2=soc2,
        annex_a=annex_a,
        clauses=clauses,
        soc2_matrix=requirements.matrix("soc2"),
        iso_matrix=requirements.matrix("iso27001"),
        tests=selftests.lines,
        findings=selftests.findings,
        unread=unread,
        reports=reports,
        csocs=stated[0],
        cuecs=stated[1],
        evidence=evidence,
        coverage=tuple(map(coverage_line, given.ledger)),
        redactions=redaction_lines(given.entries),
        gaps=(
            *gap_lines(given, reports, (*soc2, *annex_a, *clauses), selftests, bullets, evidence, declared),
            *description_gaps(described),
            *letter_gaps(letters),
            *recorded_gaps(given.register),
            *declared.suppression_gaps(by_check),
        ),
        parameters=_parameters(given),
        statements=statement_lines(soc2, annex_a),
        sources=_sources(catalog),
        second_counts=second_count_lines(compared),
        second_count_totals=second_count_totals(compared),
        own_controls=declared.controls(by_check),
        exceptions=declared.exceptions(),
        risk_acceptances=declared.risk_acceptances(),
        suppressions=declared.suppressions(by_check),
        own_cuecs=declared.own_cuecs(),
        requests=declared.requests(line.id for line in evidence),
        incidents=incident_lines(given.register),
        system_changes=change_lines(given.register),
        records=record_lines(given.register, as_of(header)),
        system_parts=part_lines(given.register, given.audit) if soc2 else (),
        declared_words=declared.words(selftests.findings),
        evidence_review=review_words(evidence),
        accounts=account_pages(scope.accounts, results, given.ledger, given.entries),
        components=parts,
        description=described,
        populations=population_lines(results, given.ledger, compared),
        letters=letters,
        since=since,
        networks=network_accounts(given.evidence),
    )


def with_contents(packet: Packet, files: Iterable[FileLine], digest: str) -> Packet:
    """The same packet, able to print its list of contents and that list's digest (SHA-256, hex)."""
    return replace(packet, contents=tuple(files), contents_digest=digest)


FIRST_OF_CHAIN: Final = say("none: the first snapshot of its store")
"""Where no link of the chain stood before a snapshot."""


def _meta(given: Ingredients, as_read: str) -> Meta:
    audit, header = given.audit, given.header
    type_2 = audit.type is AuditType.TYPE_2
    approval = audit.approval
    if approval is None:
        approved = say("Mapping not approved by management")
    elif approval.catalog_digest == given.catalog.digest:
        approved = say("Mapping approved by {name}, {day}", name=approval.name, day=approval.date)
    else:
        approved = say(
            "Mapping not approved by management: {name} approved another version on {day}",
            name=approval.name,
            day=approval.date,
        )
    return Meta(
        organization=audit.organization or NOT_PROVIDED,
        system=audit.system or NOT_PROVIDED,
        audit_type=say("Type 2") if type_2 else say("Type 1"),
        period=period_words(audit) or NOT_PROVIDED,
        as_read=as_read,
        snapshot=header.id,
        snapshot_digest=given.snapshot_digest,
        chain_head=header.previous or FIRST_OF_CHAIN,
        packet=given.packet_name,
        tool=f"srm-docs {__version__}",
        catalog_digest=given.catalog.digest,
        version=audit.version or NOT_PROVIDED,
        classification=audit.classification,
        prepared_by=audit.prepared_by or NOT_PROVIDED,
        accent=audit.accent,
        second=audit.second,
        legal_name=audit.legal_name,
        paper=audit.paper,
        demo=audit.demo,
        statement=STATEMENT,
        as_read_sentence=say("As read on {when}; shows that time only.", when=as_read),
        type_2_sentence=joined(" ", filter(None, (ONE_SNAPSHOT, _outside(audit, header)))) if type_2 else "",
        mapping_approval=approved,
        generated=header.ended or header.began,
    )


def _outside(audit: Audit, header: Header) -> str:
    """How far from the period the evidence was read: evidence of another time is evidence of that time only."""
    read = (header.ended or header.began).astimezone(dt.UTC).date()
    if audit.period_end and read > audit.period_end:
        return plural(
            (read - audit.period_end).days,
            "It was read {n:,} day after the period ended.",
            "It was read {n:,} days after the period ended.",
        )
    if audit.period_start and read < audit.period_start:
        return plural(
            (audit.period_start - read).days,
            "It was read {n:,} day before the period began.",
            "It was read {n:,} days before the period began.",
        )
    return ""


def _scope(given: Ingredients) -> Scope:
    audit, header = given.audit, given.header
    accounts = tuple(
        AccountLine(
            id=a.id,
            name=a.name,
            caller_arn=a.caller_arn,
            entered=Answer(text=say("Yes"), shape=Shape.MET)
            if a.entered
            else Answer(
                text=say("Not entered: {code}", code=a.refusal.code if a.refusal else say("unknown")),
                shape=Shape.UNREAD,
            ),
            regions=a.regions,
            left_out=a.left_out,
            regions_listed=a.regions_listed,
        )
        for a in header.accounts
    )
    skews = [s for e in given.entries if e.circumstances and (s := e.circumstances.skew_seconds) > SKEW_SHOWN]
    skew = (
        say("This machine's clock differed from AWS's by up to {seconds:,} seconds.", seconds=max(skews))
        if skews
        else ""
    )
    chosen = tuple(term(c) for c in audit.categories)
    return Scope(
        accounts=accounts,
        regions=tuple(sorted({r for a in accounts for r in a.regions})),
        left_out=tuple(sorted({r for a in accounts for r in a.left_out})),
        completeness=completeness(header, given.ledger),
        frameworks=tuple(FRAMEWORK_TITLES[f] for f in audit.frameworks),
        categories=chosen,
        categories_out=tuple(term(c) for c in Category if c not in audit.categories),
        offices=say("Offices and staff devices are in scope.")
        if audit.offices_in_scope
        else say("Offices and staff devices are declared out of scope."),
        skew=skew,
        accounts_out=_accounts_out(header),
        accounts_found=_accounts_found(header),
        part=part(header),
    )


def _accounts_out(header: Header) -> tuple[AccountOutLine, ...]:
    out = header.organization.left_out if header.organization else ()
    return tuple(AccountOutLine(id=a.id, name=a.name, why=_why_out(a)) for a in out)


def _why_out(account: LeftOut) -> str:
    return sentence(joined(": ", (term(account.out), account.why)))


def _accounts_found(header: Header) -> str:
    found = header.organization
    if found is None:
        return say("Named by the configuration.")
    if found.refusal:
        return say(
            "Named by the configuration; the organization's own list was refused: {code}.", code=found.refusal.code
        )
    listing = {"members": count(found.members, "account", "accounts"), "lister": found.lister}
    if found.lister == found.management:
        return say("Listed by AWS Organizations: {members}, asked from {lister}, its management account.", **listing)
    return say("Listed by AWS Organizations: {members}, asked from {lister}, a delegated administrator.", **listing)


def _inspected(given: Ingredients, scope: Scope, as_read: str) -> str:
    """How the tests were done, never claiming more than was read."""
    entered = [a.id for a in given.header.accounts if a.entered]
    if not entered:
        return say("Nothing was inspected: no account could be entered.")
    whole = scope.completeness.shape is Shape.MET
    inspected = say(
        "Management inspected the configuration of all resources of the kinds tested in {accounts}, in {regions}, as "
        "the AWS API returned it on {when}.",
        accounts=accounts_words(entered),
        regions=listed(scope.regions, most=6),
        when=as_read,
    )
    but = say("What AWS did not answer in full is named and is not in the counts.")
    samples = say("No samples were taken; the auditor decides on any sample.")
    return joined(" ", (inspected, samples) if whole else (inspected, but, samples))


def _report(
    result: ReportResult,
    lines: Sequence[RequirementLine],
    catalog: Catalog,
    given: Ingredients,
    declared: Declared,
) -> ReportLine:
    newest = result.listed[0] if result.listed else None
    answers = {
        ReportState.LISTED: Answer(text=say("Available in AWS Artifact"), shape=Shape.INHERITED),
        ReportState.NOT_LISTED: Answer(text=say("Not listed in AWS Artifact"), shape=Shape.MISSING),
        ReportState.REFUSED: Answer(text=say("Not determinable: list refused"), shape=Shape.UNREAD),
        ReportState.NONE: Answer(text=NOT_PROVIDED, shape=Shape.MISSING),
    }
    relying = {(r.framework, r.id) for r in catalog.requirements() if result.report.id in r.inherit_from}
    relied_on_by = sum(1 for line in lines if (line.framework, line.id) in relying)
    relied_on = relied_on_by or any(result.report.id in b.reports for b in catalog.responsibilities)
    columns = _review_columns(result, given, declared) if relied_on else {}
    return ReportLine(
        id=result.report.id,
        title=result.report.title.partition(":")[0],  # what it covers is what AWS lists, not what we expect
        listed_as=newest.title if newest else "",
        series=newest.series if newest else "",
        version=newest.version if newest else "",
        period=span(newest.start, newest.end) if newest else "",
        answer=answers[result.state],
        uncovered=_uncovered(result, given),
        review=declared.report_review(result.report.id, newest.end if newest else None, columns)
        if relied_on
        else NOT_RELIED_ON,
        evidence=tuple(dict.fromkeys(i.evidence for i in result.listed)),
        relied_on_by=relied_on_by,
        gap=_gap_to_our_end(result, given.audit.period_end),
        **columns,
    )


def _review_columns(result: ReportResult, given: Ingredients, declared: Declared) -> dict[str, str]:
    """The columns of management's review, but for what no review has to say."""
    theirs = result.listed[0].end if result.listed else None
    columns = declared.review_columns(result.report.id, theirs)
    if result.report.kind == "certificate" and columns.get("cuecs") == NOT_PROVIDED:
        columns["cuecs"] = say("Not applicable: a certificate lists none")
    # the ends alone would hide days at the beginning that nothing covers
    whole = result.uncovered == 0 or _uncovered(result, given) == THROUGHOUT
    if whole and columns.get("bridged", NOT_PROVIDED) == NOT_PROVIDED:
        columns["bridged"] = say("No gap")
    return columns


def _gap_to_our_end(result: ReportResult, end: dt.date | None) -> str:
    """How the end of the newest listed one lies to the end of the audit period."""
    theirs = result.listed[0].end if result.listed else None
    if theirs is None:
        return say("AWS Artifact gives no end") if result.listed else ""
    if end is None:
        return say("Ends {day}; audit period NOT PROVIDED", day=theirs)
    days = (end - theirs).days
    if days <= 0:
        return say("Reaches the end of ours")
    return plural(days, "Ends {n:,} day before ours", "Ends {n:,} days before ours")


def _uncovered(result: ReportResult, given: Ingredients) -> str:
    """The days of the audit period that no listed report covers, or why nobody knows."""
    start, end = given.audit.period_start or given.audit.period_end, given.audit.period_end
    if result.report.kind == "certificate" and start and end:
        return THROUGHOUT if covered(result.listed, start, end) else ""
    if result.report.kind != "attestation":
        return ""
    if result.period_days is None:
        return say("Not determinable: audit period NOT PROVIDED")
    if result.uncovered is not None:
        if given.audit.type is AuditType.TYPE_1 and given.audit.period_start is None:
            # a date is covered or not; no letter of a period after it can bridge that
            return say("The audit's date is not covered") if result.uncovered else DATE_COVERED
        days = plural(
            result.period_days,
            "{uncovered:,} of {n:,} day of the audit period not covered",
            "{uncovered:,} of {n:,} days of the audit period not covered",
            uncovered=result.uncovered,
        )
        letters = [row for r in given.conclusions.reports if r.report.kind == "letter" for row in r.listed]
        bridged = result.uncovered and start and end and covered((*result.listed, *letters), start, end)
        # only the SOC reports have such a letter, and no other kind of attestation is relied on
        return joined(", ", (days, LETTER)) if bridged and letters else days
    refused = result.state is ReportState.REFUSED
    return say("Not determinable: list refused") if refused else say("Not determinable: AWS Artifact gives no dates")


def covered(listed_as: Sequence[Listed], start: dt.date, end: dt.date) -> bool:
    """Whether the periods that AWS lists leave no day between start and end open."""
    reached = start - dt.timedelta(days=1)
    for row in sorted((r for r in listed_as if r.start and r.end), key=lambda r: (r.start, r.end)):
        if row.start and row.end and row.start <= reached + dt.timedelta(days=1):
            reached = max(reached, row.end)
    return reached >= end


def _statements(
    bullets: Sequence[ResponsibilityLine], side: Side, catalog: Catalog, criteria: Sequence[RequirementLine]
) -> tuple[ControlStatement, ...]:
    known = {line.id for line in criteria}
    domains = {d.id: d.title for d in catalog.domains}
    return tuple(
        ControlStatement(
            id=b.id,
            domain=domains[b.domain],
            text=b.text,
            statement=b.expectation,
            soc2=tuple(c for c in b.soc2_primary if c in known),
            soc2_supporting=tuple(c for c in b.soc2_supporting if c in known),
            monitored_by=b.own_control,
            relied_on=b.relied_on,
            answer=b.answer,
            evidence=b.evidence,
        )
        for b in bullets
        if b.side == side and b.expectation
    )


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
            unit=term(p.unit),
            tests=tuple(tests.get(p.id, ())),
        )
        for p in given.parameters
    )


def _sources(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    s = catalog.sources
    return (
        (say("How to read the links"), of_catalog(s.reading)),
        (say("How they were made"), of_catalog(s.method)),
        (say("What that is worth"), of_catalog(s.limit)),
        *((heading(f"{c} confidence"), of_catalog(text)) for c, text in s.confidence.items()),
    )
