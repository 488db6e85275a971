"""Say where each criterion, control and clause stands: conclusions in, requirement lines and matrix rows out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from srm_docs.catalog.model import Catalog, Owner, Requirement, Responsibility, Side, Strength
from srm_docs.checks.observation import Status
from srm_docs.declare.audit import Audit
from srm_docs.findings.conclude import Conclusions, RequirementResult
from srm_docs.findings.reports import ReportResult, combined
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
from srm_docs.packet.terms import term
from srm_docs.packet.words import count, joined, listed, of_catalog, plural, say, sentence
from srm_docs.said import Said, Value

STATEMENT_SHAPES = {
    Statement.DEVIATION: Shape.DEVIATION,
    Statement.NOT_DETERMINABLE: Shape.UNREAD,
    Statement.NOT_PROVIDED: Shape.MISSING,
    Statement.PARTLY: Shape.PARTLY,
    Statement.INHERITED: Shape.INHERITED,
    Statement.NO_DEVIATION: Shape.MET,
    Statement.NOT_APPLICABLE: Shape.NOT_APPLICABLE,
}
STATEMENTS = {
    Statement.DEVIATION: say("Deviation noted"),
    Statement.NOT_DETERMINABLE: say("Not determinable"),
    Statement.NOT_PROVIDED: say("Not provided"),
    Statement.PARTLY: say("Partly evidenced"),
    Statement.INHERITED: say("Inherited"),
    Statement.NO_DEVIATION: say("No deviation in self-tests"),
    Statement.NOT_APPLICABLE: say("Not applicable"),
}
"""The seven statements as they begin a line."""
AWS_PART = say("AWS part")
_SELF_TESTS, _DOCUMENTS = say("Self-tests"), say("Documents")
_MOST = 3
_WORST = 2
EXCLUDED = say("No, the control is excluded")
BY_DEFAULT = say("Yes, by default; not confirmed")
CONFLICT = say("Conflicts with the declared scope: to be decided")
ASSUMED: frozenset[str] = frozenset({BY_DEFAULT, CONFLICT})
"""What stands in place of a decision that management has not made. None of it is a value of the register."""
OFFICES_AND_DEVICES = frozenset({"A.6.7", "A.7.7", "A.7.9", "A.8.1"})
"""Annex A controls that are only about offices, staff devices and work outside: what is declared out of scope."""
_NOTED = {"soc2": (say("Exception noted"), say("No exceptions noted"))}
_DEVIATION = say("Deviation"), say("No deviation")
_LEFT_OUT = {"soc2": say("Not tested: carve-out. It rests on the AWS report.")}
_AWS_WORK = say("AWS's own work, not tested here. It rests on the AWS report.")


REPORT_ANSWERS = {
    ReportState.LISTED: Answer(text=say("Report listed, review not provided"), shape=Shape.INHERITED),
    ReportState.NOT_LISTED: Answer(text=say("Report not listed"), shape=Shape.MISSING),
    ReportState.REFUSED: Answer(text=say("Not determinable"), shape=Shape.UNREAD),
    ReportState.NONE: Answer(text=NOT_PROVIDED, shape=Shape.MISSING),
}


REPORT_REVIEWED = Answer(text=say("Report listed and reviewed"), shape=Shape.INHERITED)


def report_answer(reports: Sequence[ReportResult]) -> Answer:
    """What a row says of the AWS reports that it rests on, any of which will do. A review of one is none of another."""
    state = combined(report.state for report in reports)
    reviewed = [report.reviewed for report in reports if report.state is ReportState.LISTED]
    if not any(reviewed):
        return REPORT_ANSWERS[state]
    if all(reviewed):
        return REPORT_REVIEWED
    said = say("Reports listed, {number} of {all} reviewed", number=sum(reviewed), all=len(reviewed))
    return Answer(text=said, shape=Shape.INHERITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """What the matrix says of a responsibility's tests, the same beside every requirement."""

    procedure: str
    population: str
    result: Answer
    detail: str
    evidence: tuple[str, ...]


def _joined(lines: Sequence[tuple[str, str]]) -> str:
    return joined(" ", (joined(": ", line) for line in lines))


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
                strength=term(link.strength),
                confidence=term(link.confidence),
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
                strength=term(link.strength),
                confidence=term(link.confidence),
                because=link.because,
            )
            for bullet, link in sorted(pairs, key=lambda pair: pair[1].strength is not Strength.PRIMARY)
        )
        tests = (*result.primary, *result.supporting)
        evidence = tuple(
            dict.fromkeys(
                (*worst_first([self._selftests.by_id[t] for t in tests]), *result.recorded, *self._brought(links))
            )
        )
        statement: str = STATEMENTS[result.statement]
        if result.statement is Statement.NO_DEVIATION:
            applied = sum(self._selftests.by_id[t].status is Status.MET for t in tests)
            statement = plural(applied, "No deviation in {n:,} self-test", "No deviation in {n:,} self-tests")
        elif result.statement is Statement.INHERITED:
            statement = self._inherited(requirement)
        responsibility = term("inherited" if requirement.owner is Owner.AWS else requirement.owner)
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
            statement=Answer(text=statement, shape=STATEMENT_SHAPES[result.statement]),
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

    def _brought(self, links: Sequence[LinkLine]) -> tuple[str, ...]:
        """The manual evidence that the rows of the matrix name, whatever the strength of their links."""
        rows = [self._bullets[link.responsibility] for link in links if link.side == Side.CUSTOMER]
        return self._declared.provided(*(bullet.id for bullet in rows if bullet.tests))

    def _applicable(self, result: RequirementResult) -> str:
        """What is assumed until management decides. A framework other than ISO has no such column."""
        if result.requirement.exclude:
            return say("No")
        if decided := self._declared.applicable(result.requirement.id):
            return decided
        out = not self._audit.offices_in_scope and result.requirement.id in OFFICES_AND_DEVICES
        return CONFLICT if out else BY_DEFAULT

    def _tests_line(self, tests: Sequence[str]) -> str:
        if not tests:
            return say("No self-test")
        statuses = [self._selftests.by_id[t].status for t in tests]
        met, unmet, unknown, skipped = (
            statuses.count(s) for s in (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)
        )
        said = (
            say("{number} without deviation", number=met) if met else "",
            say("{number} with deviation", number=unmet) if unmet else "",
            say("{number} not determined", number=unknown) if unknown else "",
            say("{number} not applicable", number=skipped) if skipped else "",
        )
        tally = joined(", ", filter(None, said))
        return joined(": ", (count(len(tests), "self-test", "self-tests"), tally))

    def _decided(self, result: RequirementResult) -> tuple[tuple[str, str], ...]:
        """Short labelled lines: what the tests found, what was not read, what the report gives, what is missing."""
        said = [*self._at_first(result)]
        said += self._of_tests(say("Primary"), result.primary, result)
        said += self._of_tests(say("Supporting"), result.supporting, result)
        if result.refused:
            calls = dict.fromkeys(
                g.call.partition("#")[0] for t in result.refused for g in self._selftests.by_id[t].gaps
            )
            n = count(len(result.refused), "self-test", "self-tests")
            what = (
                say("{tests} not determined: AWS did not answer {calls} whole.", tests=n, calls=listed(calls, _MOST))
                if calls
                else say("{tests} not determined.", tests=n)
            )
            said.append((say("Not read"), what))
        if result.requirement.inherit_from and result.report is not ReportState.NONE:
            said.append((AWS_PART, self._report_words(result)))
        if not result.requirement.exclude:
            said += self._documents(result)
        return (*said, *self._at_last(result))

    def _documents(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What people brought, by id, and what of it is outstanding."""
        ids = listed(result.recorded, _MOST)
        if result.documents and ids:
            return [(_DOCUMENTS, say("{ids} recorded; others NOT PROVIDED.", ids=ids))]
        if result.documents:
            return [(_DOCUMENTS, say("NOT PROVIDED."))]
        return [(_DOCUMENTS, say("{ids} recorded.", ids=ids))] if ids else []

    def _of_tests(self, label: str, tests: Sequence[str], result: RequirementResult) -> list[tuple[str, str]]:
        """`3 of 19 deviated: …`, the worst by title and the place where all are listed."""
        bad = {*tests} & {*result.deviating}
        if not bad:
            return []
        worst = [f.id for f in self._selftests.findings if f.id in bad]
        titles = joined("; ", [of_catalog(self._tests[t].title) for t in worst[:_WORST]])
        what: dict[str, Value] = {
            "bad": len(bad),
            "tests": count(len(tests), "self-test", "self-tests"),
            "titles": titles,
        }
        if more := max(0, len(worst) - _WORST):
            return [
                (label, say("{bad} of {tests} deviated: {titles}; and {more} more under Findings.", **what, more=more))
            ]
        return [(label, say("{bad} of {tests} deviated: {titles}.", **what))]

    def _at_first(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What the statement itself says, where no deviation and no refusal says it."""
        if result.requirement.exclude:
            return [(say("Excluded by management"), sentence(result.requirement.exclude))]
        tests = (*result.primary, *result.supporting)
        if result.statement is Statement.NO_DEVIATION:
            return [(_SELF_TESTS, say("None deviated."))]
        if result.statement is Statement.NOT_APPLICABLE:
            return [(_SELF_TESTS, say("Nothing of the kind was found in scope."))]
        if result.statement is Statement.NOT_PROVIDED:
            return [
                (_SELF_TESTS, say("None applies: nothing of the kind was found.") if tests else say("None reaches it."))
            ]
        if result.statement is Statement.PARTLY and not tests:
            return [(_SELF_TESTS, say("None reaches it; it rests on documents alone."))]
        return []

    def _at_last(self, result: RequirementResult) -> list[tuple[str, str]]:
        said = [] if result.requirement.exclude else self._from_people(result)
        tested = result.primary or result.supporting
        if result.statement is Statement.PARTLY and tested and not self._applied(result.primary):
            none = (
                say("No self-test behind a primary link applies.")
                if result.primary
                else say("Tested by supporting links only.")
            )
            said.append((_SELF_TESTS, none))
        return said

    def _applied(self, tests: Sequence[str]) -> bool:
        return any(self._selftests.by_id[t].status is not Status.NOT_APPLICABLE for t in tests)

    def _from_people(self, result: RequirementResult) -> list[tuple[str, str]]:
        """What AWS cannot show of the responsibilities behind primary links; under Gaps it stands what would."""
        texts = [of_catalog(self._bullets[bullet].text) for bullet in result.people]
        return [(say("People"), say("Evidence NOT PROVIDED for: {texts}.", texts=joined("; ", texts)))] if texts else []

    def _available(self, requirement: Requirement) -> list[ReportResult]:
        """The reports relied on that AWS Artifact lists."""
        found = [self._reports[name] for name in requirement.inherit_from]
        return [report for report in found if report.state is ReportState.LISTED]

    def _inherited(self, requirement: Requirement) -> Said:
        reviewed = [report.reviewed for report in self._available(requirement)]
        if not any(reviewed):
            return say("Inherited: report listed, review not provided")
        if all(reviewed):
            return say("Inherited: report listed, reviewed")
        number, whole = sum(reviewed), len(reviewed)
        return say("Inherited: reports listed, {number} of {all} reviewed", number=number, all=whole)

    def _report_words(self, result: RequirementResult) -> str:
        titles = [self._reports[name].report.title.partition(":")[0] for name in result.requirement.inherit_from]
        if result.report is ReportState.LISTED:
            available = self._available(result.requirement)
            named = listed([r.report.title.partition(":")[0] for r in available])
            done = sum(r.reviewed for r in available)
            if not done:
                return say("{reports} listed in AWS Artifact; review NOT PROVIDED.", reports=named)
            if done == len(available):
                return say("{reports} listed in AWS Artifact; reviewed by management.", reports=named)
            return say(
                "{reports} listed in AWS Artifact; {number} of {all} reviewed by management.",
                reports=named, number=done, all=len(available),
            )  # fmt: skip
        if result.report is ReportState.NOT_LISTED:
            return say("{reports} not listed in AWS Artifact.", reports=listed(titles))
        return say("AWS Artifact could not be read, so {reports} is not determinable.", reports=listed(titles))

    def _rows(self, line: RequirementLine) -> list[MatrixRow]:
        rows = [self._row(line, link) for link in line.links if self._bullets[link.responsibility].tests]
        if line.responsibility == "inherited":
            texts = [of_catalog(link.responsibility_text) for link in line.links if link.side == Side.AWS]
            bare = self._bare(
                line,
                responsibility=say("Inherited from AWS: {texts}", texts=listed(texts)),
                procedure=_LEFT_OUT.get(line.framework, _AWS_WORK),
            )
            return [self._of_report(line, bare), *rows]
        if rows:
            return rows
        procedure = say("To bring: {documents}.", documents=line.bring) if line.bring else NOT_PROVIDED
        if line.exclusion:
            procedure = say("Not tested: the control is excluded.")
        return [self._bare(line, responsibility=say("No self-test reaches it"), procedure=procedure)]

    def _of_report(self, line: RequirementLine, bare: MatrixRow) -> MatrixRow:
        """An inherited row says where the report stands; what the customer tests beside it has rows of its own."""
        named = self._catalog.requirement(line.framework, line.id).inherit_from
        reports = [self._reports[name] for name in named]
        evidence = dict.fromkeys(row.evidence for r in reports for row in r.listed)
        detail = dict(line.decided).get(AWS_PART, "")
        answer = report_answer(reports)
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
            responsibility_text=say(
                "{responsibility}: the organization's part", responsibility=link.responsibility_text
            )
            if link.side == Side.AWS
            else link.responsibility_text,
            strength=link.strength,
            procedure=tested.procedure,
            population=tested.population,
            result=tested.result,
            detail=tested.detail,
            evidence=tested.evidence,
            **(NO_OWN if line.exclusion else self._declared.own(line.id, link.responsibility)).columns,
        )

    def _test(self, bullet: ResponsibilityLine, framework: str) -> _Tested:
        noted, none_noted = _NOTED.get(framework, _DEVIATION)
        results = [self._selftests.by_id[t] for t in bullet.tests]
        statuses = [r.status for r in results]
        bad, unread, good = (statuses.count(s) for s in (Status.UNMET, Status.UNKNOWN, Status.MET))
        n = len(results)
        tests = count(n, "test", "tests")
        if bad:
            result = Answer(text=noted, shape=Shape.DEVIATION)
            parts = [say("{number} of {tests} deviated", number=bad, tests=tests)]
            if unread:
                parts.append(say("{number} not determined", number=unread))
        elif unread:
            result = Answer(text=say("Not determined"), shape=Shape.UNREAD)
            parts = [say("{number} of {tests} not determined", number=unread, tests=tests)]
        elif good:
            result = Answer(text=none_noted, shape=Shape.MET)
            parts = [say("{number} of {tests}", number=good, tests=tests)]
            if good < n:
                parts.append(say("{number} not applicable", number=n - good))
        else:
            result = Answer(text=say("Not applicable"), shape=Shape.NOT_APPLICABLE)
            parts = [say("nothing of the kind exists")]
        looked = dict.fromkeys(r.check.call.nouns for r in results)
        # a resource that several tests look at is one item of the population
        items: Counter[tuple[str, str, object, str]] = Counter()
        for r in results:
            judged = r.judged(Status.MET, Status.UNMET, Status.UNKNOWN)
            items |= Counter(("" if j.is_place else r.check.call.id, j.name, j.place, j.evidence) for j in judged)
        whole = not any(f.gaps for r in results for f in r.findings)
        extent = say("whole population in scope") if whole else say("as far as read")
        return _Tested(
            procedure=say(
                "Inspected {things} as returned by the AWS API: {tests}.", things=listed(looked, most=4), tests=tests
            ),
            population=plural(items.total(), "{n:,} item, {extent}", "{n:,} items, {extent}", extent=extent),
            result=result,
            detail=joined(", ", parts),
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
