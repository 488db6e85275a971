"""Say where each criterion, control and clause stands: conclusions in, requirement lines and matrix rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from srm_docs.catalog.model import Catalog, Owner, Responsibility, Side, Strength
from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.findings.conclude import Conclusions, RequirementResult
from srm_docs.findings.rollup import ReportState, Statement
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
from srm_docs.packet.words import count, listed

STATEMENT_SHAPES = {
    Statement.DEVIATION: Shape.DEVIATION,
    Statement.NOT_DETERMINABLE: Shape.UNREAD,
    Statement.NOT_PROVIDED: Shape.MISSING,
    Statement.PARTLY: Shape.PARTLY,
    Statement.INHERITED: Shape.INHERITED,
    Statement.NO_DEVIATION: Shape.MET,
    Statement.NOT_APPLICABLE: Shape.NOT_APPLICABLE,
}
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """What the matrix says of a responsibility's tests, the same beside every requirement."""

    procedure: str
    population: str
    result: Answer
    detail: str
    evidence: tuple[str, ...]


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
    ) -> None:
        """`responsibilities` are the bullets' lines by id."""
        self._catalog, self._selftests, self._bullets, self._audit = catalog, selftests, responsibilities, audit
        self._reports = {r.report.id: r for r in conclusions.reports}
        self._tests = {line.id: line for line in selftests.lines}
        self._tested: dict[str, _Tested] = {}
        self.lines = tuple(self._line(r) for r in conclusions.requirements)

    def of(self, framework: str, *kinds: str) -> tuple[RequirementLine, ...]:
        """The lines of one framework and the kinds named, in the framework's order."""
        return tuple(line for line in self.lines if line.framework == framework and line.kind in kinds)

    def matrix(self, framework: str) -> tuple[MatrixRow, ...]:
        """A row for every requirement and the customer responsibilities that bear on it; none is left without a row."""
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
        evidence = worst_first([self._selftests.by_id[t] for t in tests])
        statement = str(result.statement)
        if result.statement is Statement.NO_DEVIATION:
            applied = sum(self._selftests.by_id[t].status is Status.MET for t in tests)
            statement = f"no deviation in {count(applied, 'self-test', 'self-tests')}"
        responsibility = "inherited" if requirement.owner is Owner.AWS else str(requirement.owner)
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
            because=self._because(result),
            bring="; ".join(requirement.manual_evidence),
            tests=len(tests),
            tests_line=self._tests_line(tests),
            primary=tuple(link.responsibility for link in links if link.strength == "primary"),
            supporting=tuple(link.responsibility for link in links if link.strength == "supporting"),
            evidence=evidence,
            links=links,
            applicable="No" if requirement.exclude else "Yes",
            inclusion="" if requirement.exclude else NOT_PROVIDED,
            exclusion=requirement.exclude or "",
            implemented=NOT_PROVIDED,
            own_control=NOT_PROVIDED,
            own_description=NOT_PROVIDED,
            own_owner=NOT_PROVIDED,
            own_frequency=NOT_PROVIDED,
        )

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

    def _because(self, result: RequirementResult) -> str:
        said: list[str] = []
        primary = [t for t in result.deviating if t in result.primary]
        supporting = [t for t in result.deviating if t in result.supporting]
        if primary:
            n = count(len(result.primary), "self-test", "self-tests")
            said.append(f"{len(primary)} of {n} behind primary links deviated: {listed(primary, _MOST)}.")
        if supporting:
            n = count(len(result.supporting), "self-test", "self-tests")
            said.append(f"{len(supporting)} of {n} behind supporting links deviated: {listed(supporting, _MOST)}.")
        if result.refused:
            gaps = dict.fromkeys(g for t in result.refused for g in self._tests[t].gaps)
            n = count(len(result.refused), "self-test", "self-tests")
            said.append(f"{n} not determined" + (f": {listed(tuple(gaps), _MOST)}." if gaps else "."))
        if result.requirement.inherit_from and result.report is not ReportState.NONE:
            said.append(self._report_words(result))
        if result.documents:
            said.append("Documents NOT PROVIDED.")
        return " ".join([*self._at_first(result), *said, *self._at_last(result)])

    def _at_first(self, result: RequirementResult) -> list[str]:
        """What the statement itself says, where no deviation and no refusal says it."""
        tests = (*result.primary, *result.supporting)
        if result.statement is Statement.NO_DEVIATION:
            return ["No self-test deviated."]
        if result.statement is Statement.NOT_APPLICABLE:
            return ["Nothing of the kind was found in scope."]
        if result.statement is Statement.NOT_PROVIDED:
            return ["No self-test applies: nothing of the kind was found." if tests else "No self-test reaches it."]
        return []

    def _at_last(self, result: RequirementResult) -> list[str]:
        if result.statement is Statement.NO_DEVIATION:
            return self._from_people(result)
        if result.statement is Statement.PARTLY and not self._applied(result.primary):
            none = (
                "No self-test behind a primary link applies." if result.primary else "Only supporting links are tested."
            )
            return [none]
        return []

    def _applied(self, tests: Sequence[str]) -> bool:
        return any(self._selftests.by_id[t].status is not Status.NOT_APPLICABLE for t in tests)

    def _from_people(self, result: RequirementResult) -> list[str]:
        """What AWS cannot show of the responsibilities behind primary links, so that good news is not read as whole."""
        requirement = result.requirement
        texts = [
            bullet.text
            for bullet, link in self._catalog.links_to(requirement.framework, requirement.id)
            if link.strength is Strength.PRIMARY and bullet.side is Side.CUSTOMER and bullet.otherwise
        ]
        return [f"Evidence from people NOT PROVIDED for: {'; '.join(texts)}."] if texts else []

    def _report_words(self, result: RequirementResult) -> str:
        titles = [self._reports[name].report.title.partition(":")[0] for name in result.requirement.inherit_from]
        if result.report is ReportState.LISTED:
            available = [
                self._reports[n].report.title.partition(":")[0]
                for n in result.requirement.inherit_from
                if self._reports[n].state is ReportState.LISTED
            ]
            return f"AWS part: {listed(available)} listed in AWS Artifact; review NOT PROVIDED."
        if result.report is ReportState.NOT_LISTED:
            return f"AWS part: {listed(titles)} not listed in AWS Artifact."
        return f"AWS part: AWS Artifact could not be read, so {listed(titles)} is not determinable."

    def _rows(self, line: RequirementLine) -> list[MatrixRow]:
        rows = [
            self._row(line, link)
            for link in line.links
            if link.side == Side.CUSTOMER and self._bullets[link.responsibility].tests
        ]
        if line.responsibility == "inherited":
            texts = [link.responsibility_text for link in line.links if link.side == Side.AWS]
            bare = self._bare(
                line,
                responsibility=f"Inherited from AWS: {listed(texts)}",
                procedure="Not tested: carve-out. It rests on the AWS report.",
            )
            return [bare, *rows]
        if rows:
            return rows
        return [
            self._bare(
                line,
                responsibility="No self-test reaches it",
                procedure=f"To bring: {line.bring}." if line.bring else NOT_PROVIDED,
            )
        ]

    def _row(self, line: RequirementLine, link: LinkLine) -> MatrixRow:
        if link.responsibility not in self._tested:
            self._tested[link.responsibility] = self._test(self._bullets[link.responsibility])
        tested = self._tested[link.responsibility]
        return MatrixRow(
            framework=line.framework,
            requirement=line.id,
            requirement_title=line.title,
            responsibility=link.responsibility,
            responsibility_text=link.responsibility_text,
            strength=link.strength,
            procedure=tested.procedure,
            population=tested.population,
            result=tested.result,
            detail=tested.detail,
            evidence=tested.evidence,
            own_control=NOT_PROVIDED,
            own_description=NOT_PROVIDED,
            own_owner=NOT_PROVIDED,
            own_frequency=NOT_PROVIDED,
        )

    def _test(self, bullet: ResponsibilityLine) -> _Tested:
        results = [self._selftests.by_id[t] for t in bullet.tests]
        statuses = [r.status for r in results]
        bad, unread, good = (statuses.count(s) for s in (Status.UNMET, Status.UNKNOWN, Status.MET))
        n = len(results)
        of = f"of {count(n, 'test', 'tests')}"
        if bad:
            result, detail = Answer(text="Exception noted", shape=Shape.DEVIATION), f"{bad} {of} deviated"
            if unread:
                detail += f", {unread} not determined"
        elif unread:
            result, detail = Answer(text="Not determined", shape=Shape.UNREAD), f"{unread} {of} not determined"
        elif good:
            result, detail = Answer(text="No exceptions noted", shape=Shape.MET), f"{good} {of}"
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
            evidence=bullet.evidence,
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
            own_control=NOT_PROVIDED,
            own_description=NOT_PROVIDED,
            own_owner=NOT_PROVIDED,
            own_frequency=NOT_PROVIDED,
        )
