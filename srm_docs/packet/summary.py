"""Write page one: conclusions, reports and scope in, the lead, the counts and what to read first out."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.catalog.model import Side
from srm_docs.checks.kit import Severity
from srm_docs.checks.observation import Status
from srm_docs.collect.answer import REFUSALS, State
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.findings.judge import Result
from srm_docs.findings.rollup import WHEN, Statement
from srm_docs.packet.coverage import for_its_parent, not_made, totals
from srm_docs.packet.gaps import is_late
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.leftout import out_of_scope
from srm_docs.packet.model import (
    Answer,
    ReportLine,
    RequirementLine,
    ResponsibilityLine,
    Scope,
    Shape,
    StatementLine,
    Summary,
)
from srm_docs.packet.requirements import STATEMENT_SHAPES, STATEMENTS
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.words import count, joined, of_catalog, plural, say


def summary_of(
    given: Ingredients,
    selftests: Selftests,
    bullets: Sequence[ResponsibilityLine],
    requirements: tuple[Sequence[RequirementLine], Sequence[RequirementLine]],
    reports: Sequence[ReportLine],
    scope: Scope,
) -> Summary:
    """Page one. `requirements` are the SOC 2 criteria and the Annex A controls in scope."""
    statuses = [r.status for r in given.conclusions.results]
    met, unmet, unknown, skipped = (
        statuses.count(s) for s in (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)
    )
    n = len(statuses)
    lead = say(
        "{who} met {met} of {tests} of its part.",
        who=given.audit.organization or say("The organization"),
        met=met,
        tests=count(n, "self-test", "self-tests"),
    )
    others: list[str] = [plural(unmet, "{n} found a deviation", "{n} found deviations")]
    others += _undetermined([r for r in given.conclusions.results if r.status is Status.UNKNOWN])
    if skipped:
        others.append(plural(skipped, "{n} did not apply", "{n} did not apply"))
    soc2, annex_a = requirements
    real = [b for b in bullets if b.kind != "not applicable"]
    split = [(say("{number} responsibilities of the AWS model", number=len(real)), *_split([b.kind for b in real]))]
    if soc2:
        split.append(
            (say("{number} SOC 2 criteria in scope", number=len(soc2)), *_split([r.responsibility for r in soc2]))
        )
    if annex_a:
        split.append(
            (say("{number} Annex A controls", number=len(annex_a)), *_split([r.responsibility for r in annex_a]))
        )
    out_text = out_of_scope(given.header, not_made(given.ledger))
    refused = [r for r in given.ledger if r.state in REFUSALS]
    return Summary(
        lead=joined(" ", (lead, joined("", (joined("; ", others), ".")))),
        tests=n,
        met=met,
        unmet=unmet,
        unknown=unknown,
        not_applicable=skipped,
        aws_bullets=sum(b.side == Side.AWS for b in real),
        customer_bullets=sum(b.side == Side.CUSTOMER for b in real),
        links=sum(len(b.links) for b in bullets),
        read_first=_read_first(given, selftests, reports, scope, out_text),
        read_first_iso=_read_first(given, selftests, [r for r in reports if "certificate" in r.title], scope, out_text),
        out_of_scope=out_text,
        refused=_refused(refused) if refused else "",
        responsibility_split=tuple(split),
        statements_soc2=_statement_counts(soc2),
        statements_iso=_statement_counts(annex_a),
        coverage_totals=totals(given.ledger),
    )


def _refused(refused: Sequence[LedgerRow]) -> str:
    """How many of the reads were missed themselves, and how many only because of the read that they depend on."""
    refused_for = sum(r.state is State.PARENT_REFUSED for r in refused)
    because = sum(for_its_parent(r) for r in refused)
    if not because:
        return plural(
            len(refused),
            "{n:,} planned read was not answered in full.",
            "{n:,} planned reads were not answered in full.",
        )
    return plural(
        len(refused),
        "{n:,} planned read was not answered in full: {themselves:,} itself, {refused:,} because a read that "
        "it depends on was not answered, and {incomplete:,} because of an incomplete list.",
        "{n:,} planned reads were not answered in full: {themselves:,} themselves, {refused:,} because a read that "
        "they depend on was not answered, and {incomplete:,} because of an incomplete list.",
        themselves=len(refused) - because,
        refused=refused_for,
        incomplete=because - refused_for,
    )


def _undetermined(results: Sequence[Result]) -> list[str]:
    """How many self-tests were not determined, by cause: an answer that is missing, or one that lacks a field."""
    unread = sum(1 for r in results if r.gaps)
    lacking = len(results) - unread
    said: list[str] = []
    if unread:
        said.append(
            plural(
                unread,
                "{n} could not be determined, because AWS did not answer in full",
                "{n} could not be determined, because AWS did not answer in full",
            )
        )
    if lacking:
        said.append(
            plural(
                lacking,
                "{n} could not be determined, because AWS's answer lacks what is judged",
                "{n} could not be determined, because AWS's answer lacks what is judged",
            )
        )
    return said


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
    results = given.conclusions.results
    n = sum(r.status in (Status.MET, Status.NOT_APPLICABLE) for r in results)
    worst = [f for f in selftests.findings if f.severity in (Severity.CRITICAL, Severity.HIGH)] or selftests.findings
    if worst:
        more = len(selftests.findings) - 1
        rest = [
            say("Severity {severity}, {domain}.", severity=worst[0].severity, domain=of_catalog(worst[0].domain_title))
        ]
        rest += [plural(more, "{n:,} other finding.", "{n:,} other findings.")] if more else []
        lines.append((joined("", (worst[0].title, ".")), joined(" ", rest)))
    else:
        judged = say("{number} of {tests} could be judged.", number=n, tests=len(results))
        lines.append((say("No self-test found a deviation."), judged))
    if scope.completeness.shape is not Shape.MET:
        lines.append((say("Not everything could be read."), scope.completeness.text))
    if out_text:
        lines.append((say("Not everything is in scope."), out_text))
    late = next((r for r in reports if r.relied_on_by and (is_late(r) or "certificate" in r.title)), None)
    if late:
        words = late.uncovered or late.answer.text
        reviewed = late.review.startswith("Reviewed by")
        review = say("{report}; reviewed by management.", report=words)
        lines.append((f"{late.title}.", review if reviewed else say("{report}; review NOT PROVIDED.", report=words)))
    elif any(r.relied_on_by and not r.review.startswith("Reviewed by") for r in reports):
        words = say("Management's review of the AWS reports relied on: NOT PROVIDED.")
        lines.append((say("AWS reports."), words))
    if given.audit.approval is None or given.audit.approval.catalog_digest != given.catalog.digest:
        by = given.audit.approval
        words = say("{name} approved another version.", name=by.name) if by else say("Approval NOT PROVIDED.")
        lines.append((say("The mapping is not approved by management."), words))
    return tuple(lines)


def statement_lines(soc2: Sequence[RequirementLine], annex_a: Sequence[RequirementLine]) -> tuple[StatementLine, ...]:
    """The truth table of the seven statements, with how many requirements each was made of."""
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
    if statement is Statement.NO_DEVIATION:
        return say("No deviation in N self-tests")
    return STATEMENTS[statement]


def _tally(lines: Sequence[RequirementLine], statement: Statement) -> int:
    return sum(1 for line in lines if line.statement.shape is STATEMENT_SHAPES[statement])
