"""Say where each criterion, control and clause stands: conclusions in, requirement lines and matrix rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from srm_docs.catalog.model import Catalog, Owner, Responsibility, Side, Strength
from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.findings.conclude import Conclusions, RequirementResult
from srm_docs.findings.rollup import ReportState, Statement
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
        evidence = dict.fromkeys(e for t in tests for e in self._selftests.by_id[t].evidence)
        statement = str(result.statement)
        if result.statement is Statement.NO_DEVIATION:
            statement = f"no deviation in {count(len(tests), 'self-test', 'self-tests')}"
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
            evidence=tuple(evidence),
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
            lines = {line.id: line for line in self._selftests.lines}
            gaps = dict.fromkeys(g for t in result.refused for g in lines[t].gaps)
            n = count(len(result.refused), "self-test", "self-tests")
            said.append(f"{n} not determined" + (f": {listed(tuple(gaps), _MOST)}." if gaps else "."))
        if result.statement is Statement.PARTLY and not result.primary and result.supporting:
            said.append("Only supporting links are tested.")
        if result.requirement.inherit_from and result.report is not ReportState.NONE:
            said.append(self._report_words(result))
        if result.documents:
            said.append("Documents NOT PROVIDED.")
        if result.statement is Statement.NOT_PROVIDED and not said:
            said.append("No self-test reaches it, and no document was provided.")
        if result.statement is Statement.NO_DEVIATION:
            said.insert(0, "No self-test behind a primary link deviated.")
        if result.statement is Statement.NOT_APPLICABLE:
            said.insert(0, "Nothing of the kind was found in scope.")
        return " ".join(said)

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
        if rows:
            return rows
        if line.responsibility == "inherited":
            texts = [link.responsibility_text for link in line.links if link.side == Side.AWS]
            return [
                self._bare(
                    line,
                    responsibility=f"Inherited from AWS: {listed(texts)}",
                    procedure="Not tested: carve-out. It rests on the AWS report.",
                    result=line.statement,
                    detail=line.because,
                )
            ]
        return [
            self._bare(
                line,
                responsibility="No self-test reaches it",
                procedure=f"To bring: {line.bring}." if line.bring else NOT_PROVIDED,
                result=Answer(text=NOT_PROVIDED, shape=Shape.MISSING),
                detail="",
            )
        ]

    def _row(self, line: RequirementLine, link: LinkLine) -> MatrixRow:
        bullet = self._bullets[link.responsibility]
        results = [self._selftests.by_id[t] for t in bullet.tests]
        statuses = [r.status for r in results]
        bad, unread, good = (statuses.count(s) for s in (Status.UNMET, Status.UNKNOWN, Status.MET))
        n = len(results)
        if bad:
            result, detail = Answer(text="Exception noted", shape=Shape.DEVIATION), f"{bad} of {n} tests deviated"
            if unread:
                detail += f", {unread} not determined"
        elif unread:
            result, detail = Answer(text="Not determined", shape=Shape.UNREAD), f"{unread} of {n} tests not determined"
        elif good:
            result, detail = Answer(text="No exceptions noted", shape=Shape.MET), f"{good} of {n} tests"
            if good < n:
                detail += f", {n - good} not applicable"
        else:
            result, detail = Answer(text="Not applicable", shape=Shape.NOT_APPLICABLE), "nothing of the kind exists"
        looked = dict.fromkeys(r.check.call.nouns for r in results)
        resources = sum(len(r.judged(Status.MET, Status.UNMET, Status.UNKNOWN)) for r in results)
        return MatrixRow(
            framework=line.framework,
            requirement=line.id,
            requirement_title=line.title,
            responsibility=link.responsibility,
            responsibility_text=link.responsibility_text,
            strength=link.strength,
            procedure=f"Inspected {listed(tuple(looked), most=4)} as returned by the AWS API: "
            f"{count(n, 'test', 'tests')}.",
            population=f"{resources:,} items, whole population"
            if not unread
            else f"{resources:,} items, as far as read",
            result=result,
            detail=detail,
            evidence=tuple(dict.fromkeys(e for r in results for e in r.evidence)),
            own_control=NOT_PROVIDED,
            own_description=NOT_PROVIDED,
            own_owner=NOT_PROVIDED,
            own_frequency=NOT_PROVIDED,
        )

    def _bare(
        self, line: RequirementLine, *, responsibility: str, procedure: str, result: Answer, detail: str
    ) -> MatrixRow:
        return MatrixRow(
            framework=line.framework,
            requirement=line.id,
            requirement_title=line.title,
            responsibility="",
            responsibility_text=responsibility,
            strength="",
            procedure=procedure,
            population="",
            result=result,
            detail=detail,
            evidence=(),
            own_control=NOT_PROVIDED,
            own_description=NOT_PROVIDED,
            own_owner=NOT_PROVIDED,
            own_frequency=NOT_PROVIDED,
        )
