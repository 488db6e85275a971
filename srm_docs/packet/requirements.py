"""Say where each criterion, control and clause stands: conclusions in, requirement lines and matrix rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from srm_docs.catalog.model import Catalog, Owner, Responsibility, Side, Strength
from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.findings.conclude import Conclusions, RequirementResult
from srm_docs.findings.reports import combined
from srm_docs.findings.rollup import ReportState, Statement
from srm_docs.packet.declared import NO_OWN, Declared
from srm_docs.packet.evidence_index import worst_first
from srm_docs.packet.model import (
    NOT_PROVIDED,
    Answer,
    LinkLine,
    MatrixRow,
    RequirementLine,
    ResponsibilityLine,
    Shape,
)
from srm_docs.packet.selftests import Selftests
from srm_docs.packet.words import count, listed, sentence

STATEMENT_SHAPES = {
    Statement.DEVIATION: Shape.DEVIATION,
    Statement.NOT_DETERMINABLE: Shape.UNREAD,
    Statement.NOT_PROVIDED: Shape.MISSING,
    Statement.PARTLY: Shape.PARTLY,
    Statement.INHERITED: Shape.INHERITED,
    Statement.NO_DEVIATION: Shape.MET,
    Statement.NOT_APPLICABLE: Shape.NOT_APPLICABLE,
}
OWN_PART = ": the organization's part"
"""What follows the name of a responsibility of AWS where a row tests what the customer configures of it."""
_MOST = 3
_WORST = 2
EXCLUDED = "No, the control is excluded"
BY_DEFAULT = "Yes, by default; not confirmed"
CONFLICT = "Conflicts with the declared scope: to be decided"
OFFICES_AND_DEVICES = frozenset({"A.6.7", "A.7.7", "A.7.9", "A.8.1"})
"""Annex A controls that are only about offices, staff devices and work outside: what is declared out of scope."""
_NOTED = {"soc2": ("Exception noted", "No exceptions noted")}


REPORT_ANSWERS = {
    ReportState.LISTED: Answer(text="Report listed, review not provided", shape=Shape.INHERITED),
    ReportState.NOT_LISTED: Answer(text="Report not listed", shape=Shape.MISSING),
    ReportState.REFUSED: Answer(text="Not determinable", shape=Shape.UNREAD),
    ReportState.NONE: Answer(text=NOT_PROVIDED, shape=Shape.MISSING),
}


REPORT_REVIEWED = Answer(text="Report listed and reviewed", shape=Shape.INHERITED)


def report_answer(state: ReportState, *, reviewed: bool) -> Answer:
    """What a row says of the AWS report that it rests on."""
    return REPORT_REVIEWED if reviewed and state is ReportState.LISTED else REPORT_ANSWERS[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """What the matrix says of a responsibility's tests, the same beside every requirement."""

    procedure: str
    population: str
    result: Answer
    detail: str
    evidence: tuple[str, ...]


def _joined(lines: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{label}: {words}" for label, words in lines)


def link_lines(catalog: Catalog, responsibility: Responsibility, frameworks: Sequence[str]) -> tuple[LinkLine, ...]:
    """The links of one bullet, SOC 2 first, primary before supporting within a framework."""
    lines = []
    for framework in frameworks:
        order = {r.id: (n, r.title) for n, r in enumerate(catalog.requirements(framework))}
        links = sorted(
            responsibility.links_of(framework),
            key=lambda link: (link.strength is not Strength.PRIMARY, order[link.requirement][0]),
        )
        lines += [
            LinkLine(
                responsibility=responsibility.id,
                responsibility_text=responsibility.text,
                side=str(responsibility.side),
                framework=framework,
                requirement=link.requirement,
                requirement_title=order[link.requirement][1],
                strength=str(link.strength),
                confidence=str(link.confidence),
                because=link.because,
            )
            for link in links
        ]
    return tuple(lines)


class Requirements:
    """Lines for every requirement in scope."""

    def __init__(
        self,
        catalog: Catalog,
        conclusions: Conclusions,
        selftests: Selftests,
        responsibilities: Mapping[str, ResponsibilityLine],
        audit: Audit,
        declared: Declared,
    ) -> None:
        """`responsibilities` are the bullets' lines by id."""
        self._declared = declared
        self._catalog, self._selftests, self._bullets, self._audit = catalog, selftests, responsibilities, audit
        self._reports = {r.report.id: r for r in conclusions.reports}
        self._tests = {line.id: line for line in selftests.lines}
        self._tested: dict[tuple[str, str], _Tested] = {}
        self.lines = tuple(self._line(r) for r in conclusions.requirements)

    def of(self, framework: str, *kinds: str) -> tuple[RequirementLine, ...]:
        """The lines of one framework and the kinds named, in the framework's order."""
        return tuple(line for line in self.lines if line.framework == framework and line.kind in kinds)

    def matrix(self, framework: str) -> tuple[MatrixRow, ...]:
        """A row for every requirement and the tested responsibilities that bear on it; none is left without a row."""
        return tuple(
            row
            for line in self.lines
            if line.framework == framework and line.kind != "clause"
            for row in self._rows(line)
        )

    def _line(self, result: RequirementResult) -> RequirementLine:
        requirement = result.requirement
        pairs = self._catalog.links_to(requirement.framework, requirement.id)
        links = tuple(
            LinkLine(
                responsibility=bullet.id,
                responsibility_text=bullet.text,
                side=str(bullet.side),
                framework=requirement.framework,
                requirement=requirement.id,
                requirement_title=requirement.title,
                strength=str(link.strength),
                confidence=str(link.confidence),
                because=link.because,
            )
            for bullet, link in sorted(pairs, key=lambda pair: pair[1].strength is not Strength.PRIMARY)
        )
        tests = (*result.primary, *result.supporting)
        evidence = (*worst_first([self._selftests.by_id[t] for t in tests]), *result.recorded)
        statement = str(result.statement)
        if result.statement is Statement.NO_DEVIATION:
            applied = sum(self._selftests.by_id[t].status is Status.MET for t in tests)
            statement = f"no deviation in {count(applied, 'self-test', 'self-tests')}"
        elif result.statement is Statement.INHERITED:
            statement = f"inherited: report listed, {'reviewed' if result.reviewed else 'review not provided'}"
        responsibility = "inherited" if requirement.owner is Owner.AWS else str(requirement.owner)
        # an excluded control asks for no more than its reason
        own = NO_OWN if requirement.exclude else self._declared.own(requirement.id)
        return RequirementLine(
            framework=requirement.framework,
            kind=str(requirement.kind),
            id=requirement.id,
            title=requirement.title,
            summary=requirement.summary,
            group=requirement.group,
            group_title=requirement.group_title,
            category=requirement.category,
            responsibility=responsibility,
            owner_because=requirement.owner_because,
            statement=Answer(text=statement[0].upper() + statement[1:], shape=STATEMENT_SHAPES[result.statement]),
            because=_joined(decided := self._decided(result)),
            decided=decided,
            bring="" if requirement.exclude else "; ".join(result.documents),
            tests=len(tests),
            tests_line=self._tests_line(tests),
            primary=tuple(link.responsibility for link in links if link.strength == "primary"),
            supporting=tuple(link.responsibility for link in links if link.strength == "supporting"),
            evidence=evidence,
            links=links,
            applicable=self._applicable(result),
            inclusion="" if requirement.exclude else self._declared.inclusion(requirement.id),
            exclusion=requirement.exclude or "",
            implemented=EXCLUDED if requirement.exclude else self._declared.implemented(requirement.id),
            **own.columns,
        )

    def _applicable(self, result: RequirementResult) -> str:
        """What is assumed until management decides. A framework other than ISO has no such column."""
        if result.requirement.exclude:
            return "No"
        if decided := self._declared.applicable(result.requirement.id):
            return decided
        out = not self._audit.offices_in_scope and result.requirement.id in OFFICES_AND_DEVICES
        return CONFLICT if out else BY_DEFAULT

    def _tests_line(self, tests: Sequence[str]) -> str:
        if not tests:
            return "No self-test"
        statuses = [self._selftests.by_id[t].status for t in tests]
        words = (
            (Status.MET, "without deviation"),
            (Status.UNMET, "with deviation"),
            (Status.UNKNOWN, "not determined"),
            (Status.NOT_APPLICABLE, "not applicable"),
        )
        said = [f"{statuses.count(s)} {word}" for s, word in words if s in statuses]
        return f"{count(len(tests), 'self-test', 'self-tests')}: {', '.join(said)}"

    def _decided(self, result: RequirementResult) -> tuple[tuple[str, str], ...]:
        """Short labelled lines: what the tests found, what was not read, what the report gives, what is missing."""
        said = [*self._at_first(result)]
        said += self._of_tests("Primary", result.primary, result)
        said += self._of_tests("Supporting", result.supporting, result)
        if result.refused:
            calls = dict.fromkeys(
                g.call.partition("#")[0] for t in result.refused for g in self._selftests.by_id[t].gaps
            )
            n = count(len(result.refused), "self-test", "self-tests")
            what = f": AWS did not answer {listed(tuple(calls), _MOST)} whole" if calls else ""
            said.append(("Not read", f"{n} not determined{what}."))
        if result.requirement.inherit_from and result.report is not ReportState.NONE:
            said.append(("AWS part", self._report_words(result)))
        if not result.requirement.exclude:
            said += self._documents(result)
        return (*said, *self._at_last(result))

    def _documents(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What people brought, by id, and what of it is outstanding."""
        recorded = f"{listed(result.recorded, _MOST)} recorded" if result.recorded else ""
        if result.documents:
            return [("Documents", f"{recorded}; others {NOT_PROVIDED}." if recorded else f"{NOT_PROVIDED}.")]
        return [("Documents", f"{recorded}.")] if recorded else []

    def _of_tests(self, label: str, tests: Sequence[str], result: RequirementResult) -> list[tuple[str, str]]:
        """`3 of 19 deviated: …`, the worst by title and the place where all are listed."""
        bad = {*tests} & {*result.deviating}
        if not bad:
            return []
        worst = [f.id for f in self._selftests.findings if f.id in bad]
        titles = "; ".join(self._tests[t].title for t in worst[:_WORST])
        more = f"; and {len(worst) - _WORST} more under Findings" if len(worst) > _WORST else ""
        return [(label, f"{len(bad)} of {count(len(tests), 'self-test', 'self-tests')} deviated: {titles}{more}.")]

    def _at_first(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What the statement itself says, where no deviation and no refusal says it."""
        if result.requirement.exclude:
            return [("Excluded by management", sentence(result.requirement.exclude))]
        tests = (*result.primary, *result.supporting)
        if result.statement is Statement.NO_DEVIATION:
            return [("Self-tests", "None deviated.")]
        if result.statement is Statement.NOT_APPLICABLE:
            return [("Self-tests", "Nothing of the kind was found in scope.")]
        if result.statement is Statement.NOT_PROVIDED:
            return [("Self-tests", "None applies: nothing of the kind was found." if tests else "None reaches it.")]
        if result.statement is Statement.PARTLY and not tests:
            return [("Self-tests", "None reaches it; it rests on documents alone.")]
        return []

    def _at_last(self, result: RequirementResult) -> list[tuple[str, str]]:
        said = [] if result.requirement.exclude else self._from_people(result)
        tested = result.primary or result.supporting
        if result.statement is Statement.PARTLY and tested and not self._applied(result.primary):
            none = (
                "No self-test behind a primary link applies." if result.primary else "Tested by supporting links only."
            )
            said.append(("Self-tests", none))
        return said

    def _applied(self, tests: Sequence[str]) -> bool:
        return any(self._selftests.by_id[t].status is not Status.NOT_APPLICABLE for t in tests)

    def _from_people(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What AWS cannot show of the responsibilities behind primary links; under Gaps it stands what would."""
        texts = [self._bullets[bullet].text for bullet in result.people]
        return [("People", f"Evidence NOT PROVIDED for: {'; '.join(texts)}.")] if texts else []

    def _report_words(self, result: RequirementResult) -> str:
        titles = [self._reports[name].report.title.partition(":")[0] for name in result.requirement.inherit_from]
        if result.report is ReportState.LISTED:
            available = [
                self._reports[n].report.title.partition(":")[0]
                for n in result.requirement.inherit_from
                if self._reports[n].state is ReportState.LISTED
            ]
            review = "reviewed by management" if result.reviewed else f"review {NOT_PROVIDED}"
            return f"{listed(available)} listed in AWS Artifact; {review}."
        if result.report is ReportState.NOT_LISTED:
            return f"{listed(titles)} not listed in AWS Artifact."
        return f"AWS Artifact could not be read, so {listed(titles)} is not determinable."

    def _rows(self, line: RequirementLine) -> list[MatrixRow]:
        rows = [self._row(line, link) for link in line.links if self._bullets[link.responsibility].tests]
        if line.responsibility == "inherited":
            texts = [link.responsibility_text for link in line.links if link.side == Side.AWS]
            bare = self._bare(
                line,
                responsibility=f"Inherited from AWS: {listed(texts)}",
                procedure="Not tested: carve-out. It rests on the AWS report.",
            )
            return [self._of_report(line, bare), *rows]
        if rows:
            return rows
        procedure = f"To bring: {line.bring}." if line.bring else NOT_PROVIDED
        if line.exclusion:
            procedure = "Not tested: the control is excluded."
        return [self._bare(line, responsibility="No self-test reaches it", procedure=procedure)]

    def _of_report(self, line: RequirementLine, bare: MatrixRow) -> MatrixRow:
        """An inherited row says where the report stands; what the customer tests beside it has rows of its own."""
        named = self._catalog.requirement(line.framework, line.id).inherit_from
        reports = [self._reports[name] for name in named]
        state = combined(r.state for r in reports)
        evidence = dict.fromkeys(row.evidence for r in reports for row in r.listed)
        detail = dict(line.decided).get("AWS part", "")
        answer = report_answer(state, reviewed=any(r.reviewed for r in reports))
        return replace(bare, result=answer, detail=detail, evidence=tuple(evidence))

    def _row(self, line: RequirementLine, link: LinkLine) -> MatrixRow:
        key = link.framework, link.responsibility
        if key not in self._tested:
            self._tested[key] = self._test(self._bullets[link.responsibility], link.framework)
        tested = self._tested[key]
        return MatrixRow(
            framework=line.framework,
            requirement=line.id,
            requirement_title=line.title,
            responsibility=link.responsibility,
            responsibility_text=link.responsibility_text + (OWN_PART if link.side == Side.AWS else ""),
            strength=link.strength,
            procedure=tested.procedure,
            population=tested.population,
            result=tested.result,
            detail=tested.detail,
            evidence=tested.evidence,
            **(NO_OWN if line.exclusion else self._declared.own(line.id, link.responsibility)).columns,
        )

    def _test(self, bullet: ResponsibilityLine, framework: str) -> _Tested:
        noted, none_noted = _NOTED.get(framework, ("Deviation", "No deviation"))
        results = [self._selftests.by_id[t] for t in bullet.tests]
        statuses = [r.status for r in results]
        bad, unread, good = (statuses.count(s) for s in (Status.UNMET, Status.UNKNOWN, Status.MET))
        n = len(results)
        of = f"of {count(n, 'test', 'tests')}"
        if bad:
            result, detail = Answer(text=noted, shape=Shape.DEVIATION), f"{bad} {of} deviated"
            if unread:
                detail += f", {unread} not determined"
        elif unread:
            result, detail = Answer(text="Not determined", shape=Shape.UNREAD), f"{unread} {of} not determined"
        elif good:
            result, detail = Answer(text=none_noted, shape=Shape.MET), f"{good} {of}"
            if good < n:
                detail += f", {n - good} not applicable"
        else:
            result, detail = Answer(text="Not applicable", shape=Shape.NOT_APPLICABLE), "nothing of the kind exists"
        looked = dict.fromkeys(r.check.call.nouns for r in results)
        # a resource that several tests look at is one item of the population
        items: Counter[tuple[str, str, object, str]] = Counter()
        for r in results:
            judged = r.judged(Status.MET, Status.UNMET, Status.UNKNOWN)
            items |= Counter(("" if j.is_place else r.check.call.id, j.name, j.place, j.evidence) for j in judged)
        whole = not any(f.gaps for r in results for f in r.findings)
        extent = "whole population in scope" if whole else "as far as read"
        return _Tested(
            procedure=f"Inspected {listed(tuple(looked), most=4)} as returned by the AWS API: "
            f"{count(n, 'test', 'tests')}.",
            population=f"{count(items.total(), 'item', 'items')}, {extent}",
            result=result,
            detail=detail,
            evidence=bullet.part_evidence if bullet.side == Side.AWS else bullet.evidence,
        )

    def _bare(self, line: RequirementLine, *, responsibility: str, procedure: str) -> MatrixRow:
        """The row of a requirement that no test speaks for: it says what the requirement's own line says."""
        return MatrixRow(
            framework=line.framework,
            requirement=line.id,
            requirement_title=line.title,
            responsibility="",
            responsibility_text=responsibility,
            strength="",
            procedure=procedure,
            population="",
            result=line.statement,
            detail=line.because,
            evidence=(),
            own_control=line.own_control,
            own_description=line.own_description,
            own_owner=line.own_owner,
            own_frequency=line.own_frequency,
        )
