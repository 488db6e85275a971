"""The packet model -> what a page needs besides: chart geometry, groups and shortened lists; never a new fact.

A view chooses, groups, orders and cuts. It counts only what it cut away or put on one line, and says where that is.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from srm_docs.catalog.model import Side
from srm_docs.checks.observation import Status
from srm_docs.checks.place import Place
from srm_docs.collect.answer import ANSWERS, REFUSALS, State
from srm_docs.packet.declared import itself
from srm_docs.packet.evidence_index import index_words
from srm_docs.packet.gaps import subject_of
from srm_docs.packet.model import (
    COLLECTED,
    AccountPage,
    Answer,
    DomainLine,
    EvidenceLine,
    FileLine,
    FindingLine,
    GapLine,
    MatrixRow,
    Meta,
    NetworkAccount,
    Packet,
    ReportLine,
    RequirementLine,
    ResourceLine,
    ResponsibilityLine,
    Shape,
    Since,
    TestLine,
    UnreadLine,
)
from srm_docs.packet.selftests import WORDS
from srm_docs.render import charts, network
from srm_docs.render.grid import HEAD
from srm_docs.render.languages import ENGLISH, Wording
from srm_docs.said import joined, listed, of_catalog, say, translated

_ROOMY = 45
"""Criteria or controls up to which each gets a wide cell; more of them would push the summary off its page."""

_THEMES = {
    "Organizational controls": say("Organizational"),
    "People controls": say("People"),
    "Physical controls": say("Physical"),
    "Technological controls": say("Technological"),
}
"""The themes of Annex A, short enough for a row's label."""
_ISO_ASIDE = re.compile(r" \((?:see )?A\.\d+\.\d+(?:, A\.\d+\.\d+)*\)")

T = TypeVar("T")

MOST_HASHED, MOST_EVIDENCE, MOST_FILES = 150, 1_000, 150
"""Items of the evidence index with their hashes, then without; files of the list of contents, which has the hashes."""
AT_LENGTH = ("critical", "high")
"""Severities whose findings have a block each; of less weight, they are rows of a table."""
MOST_CITED = 4
"""Evidence ids of one line that the index surely lists, however many items there are: as many as a line cites."""
MOST_ACCOUNT_BLOCKS = 6
"""Accounts with a block each; more of them are a table."""
MOST_ACCOUNTS = 100
"""Accounts with a line each; of more of them the worst, and a line that counts all."""
MOST_GAPS = 150
"""Gaps listed under one place where they are missed: as many as there are controls and clauses, and some."""
MOST_CONTROLS, MOST_REGISTERED = 150, 40
"""Own controls, and lines of every other list of the register; each is a line of the workbook all the same."""
_REGION = itself(Place(account="", region="any"))
_REGIONS = say("The regions themselves")
SEVERITIES = ("critical", "high", "medium", "low")
OUTCOMES: Mapping[Shape, charts.Outcome] = {
    Shape.DEVIATION: "deviation",
    Shape.UNREAD: "unread",
    Shape.MISSING: "missing",
    Shape.PARTLY: "partly",
    Shape.INHERITED: "inherited",
    Shape.MET: "met",
    Shape.NOT_APPLICABLE: "na",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the contents: `6.3 Networking`; level 1 or 2."""

    no: str
    title: str
    anchor: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sections of a document in order; `plan[anchor]` is the section's own entry."""

    entries: tuple[Entry, ...]

    def __getitem__(self, anchor: str) -> Entry:
        return next(entry for entry in self.entries if entry.anchor == anchor)

    @property
    def lines(self) -> tuple[tuple[str, str, str, int], ...]:
        """Return what `front.toc` prints."""
        return tuple((e.no, e.title, e.anchor, e.level) for e in self.entries)


def plan(sections: Sequence[Sequence[object]]) -> Plan:
    """Number sections given as (anchor, title) or (anchor, title, domains): each domain is a chapter below."""
    made: list[Entry] = []
    for number, (anchor, title, *chapters) in enumerate(sections, 1):
        made.append(Entry(no=f"{number}", title=str(title), anchor=str(anchor), level=1))
        domains: Sequence[DomainLine] = chapters[0] if chapters else ()  # type: ignore[assignment]
        made += [Entry(no=f"{number}.{d.number}", title=of_catalog(d.title), anchor=d.id, level=2) for d in domains]
    return Plan(entries=tuple(made))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGroup:
    """A call in the evidence index: the items that are printed below it, of `count`; `rows` of the workbook."""

    call: str
    anchor: str
    count: int
    rows: str
    requirements: tuple[str, ...]
    responsibilities: frozenset[str]
    items: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Places where the same call was refused in the same way, on one line."""

    first: UnreadLine
    places: tuple[str, ...]
    affects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Resources of one place that have the same note."""

    account: str
    region: str
    note: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The self-tests of one responsibility; of those that stand under another one only where, and how many.

    `also` holds that one's reference, its responsibility, and the number of self-tests.
    """

    ref: str
    line: ResponsibilityLine
    count: int
    tests: tuple[TestLine, ...]
    also: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the requirements of one framework stand: `one` and `many` are what they are called."""

    title: str
    one: str
    many: str
    grid: charts.Figure
    statements: tuple[tuple[Answer, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Planned reads that came to the same: how many, with a bar; `states` are the ledger's words for it."""

    title: str
    count: int
    states: tuple[str, ...]
    bar: charts.Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """The self-tests of one of two packets by their result: a count of each word, and a bar on the scale of both."""

    title: str
    counts: tuple[int, ...]
    bar: charts.Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One document's view of the packet; `framework` is soc2, iso27001 or empty for both."""

    framework: str
    field: charts.Figure
    bars: tuple[tuple[DomainLine, charts.Figure | None], ...]
    split: charts.Figure
    grid: charts.Figure | None
    requirements: tuple[RequirementLine, ...]
    statements: tuple[tuple[Answer, int], ...]
    groups: tuple[tuple[str, tuple[RequirementLine, ...]], ...]
    matrix: tuple[tuple[str, Answer | None, tuple[MatrixRow, ...]], ...]
    procedures: tuple[Procedure, ...]
    reports: tuple[ReportLine, ...]
    read_first: tuple[tuple[str, str], ...]
    worst: FindingLine | None
    severities: tuple[tuple[str, tuple[FindingLine, ...]], ...]
    refusals: tuple[Refusal, ...]
    gaps: tuple[GapLine, ...]
    evidence: tuple[EvidenceGroup, ...]
    evidence_words: str
    hashed: bool
    files: tuple[FileLine, ...]
    callers: tuple[tuple[str, str], ...]
    anchors: Mapping[str, str]
    titles: Mapping[str, str]
    numbers: Mapping[str, str]
    rules: Mapping[str, str]
    known: frozenset[str]
    accounts: tuple[AccountPage, ...]
    frames: tuple[Frame, ...] = ()
    reads: tuple[Read, ...] = ()
    then_and_now: tuple[Then, ...] = ()
    logo: str = ""
    logo_words: str = ""
    most_account_blocks: int = MOST_ACCOUNT_BLOCKS
    most_accounts: int = MOST_ACCOUNTS
    most_gaps: int = MOST_GAPS
    most_controls: int = MOST_CONTROLS
    most_registered: int = MOST_REGISTERED
    networks: tuple[NetworkAccount, ...] = ()
    pictures: tuple[network.Picture, ...] = ()
    own_controls: frozenset[str] = frozenset()

    @property
    def refs(self) -> Mapping[str, str]:
        """Return the reference of each responsibility's self-tests: `T7`."""
        return {p.line.id: p.ref for p in self.procedures}

    def procedures_of(self, domain: DomainLine) -> tuple[Procedure, ...]:
        """Return the self-tests of a domain's responsibilities."""
        return tuple(p for p in self.procedures if p.line.domain == domain.id)

    def homes(self, responsibility: str) -> tuple[str, ...]:
        """Return the responsibilities under which a responsibility's self-tests are listed: its own, or several."""
        if responsibility in self.refs:
            return (responsibility,)
        return tuple(p.line.id for p in self.procedures if any(responsibility in t.responsibilities for t in p.tests))

    def supported(self, group: EvidenceGroup) -> tuple[str, ...]:
        """Return the references of the self-tests that a call's items support, or the requirements without one."""
        refs = tuple(p.ref for p in self.procedures if p.line.id in group.responsibilities)
        return refs or self.ids(group.requirements)

    def named(self, tests: Iterable[str]) -> tuple[str, ...]:
        """Return the titles of self-tests, those of the worst findings first: an id says little to a reader."""
        ranks = {test: rank for rank, test in enumerate(self.numbers)}
        return tuple(self.rules.get(test, test) for test in sorted(tests, key=lambda test: ranks.get(test, len(ranks))))

    def at_length(self, severity: str) -> bool:
        """Say whether each finding of a severity has a block of its own; words that are not ours do."""
        return severity in AT_LENGTH or severity not in SEVERITIES

    def by_severity(self, findings: Sequence[FindingLine]) -> tuple[tuple[str, int], ...]:
        """Return how many findings there are of each severity, worst first."""
        counts = Counter(line.severity for line in findings)
        return tuple(sorted(counts.items(), key=lambda pair: severity(pair[0])))

    @property
    def weightiest(self) -> tuple[Refusal, ...]:
        """Return the refusals, those first that leave most self-tests open."""
        return tuple(sorted(self.refusals, key=lambda line: -len(line.affects)))

    @property
    def condensed(self) -> bool:
        """Say whether the evidence index leaves out items that no page cites."""
        return any(group.count > len(group.items) for group in self.evidence)

    @property
    def gaps_by(self) -> tuple[tuple[str, tuple[GapLine, ...]], ...]:
        """Return the gaps under the place where each is missed."""
        by: dict[str, list[GapLine]] = {}
        for gap in self.gaps:
            by.setdefault(self.titles.get(gap.where, gap.where), []).append(gap)
        return tuple((title, tuple(same)) for title, same in by.items())

    def places(self, resources: Sequence[ResourceLine], most: int) -> tuple[Where, ...]:
        """Return the first `most` resources, those of one place with the same note on one line.

        Regions of an account that deviate as a whole share a line too: their names are where they are.
        """
        same: dict[tuple[str, str, str], list[ResourceLine]] = {}
        for line in resources[:most]:
            region = "" if line.name == _REGION else line.region
            same.setdefault((line.note, line.account, region), []).append(line)
        return tuple(
            Where(account=account, region=region, note=note, names=tuple(line.name for line in lines))
            if region
            else Where(
                account=account,
                region=listed(line.region for line in lines),
                note=note,
                names=(_REGIONS if len(lines) > 1 else _REGION,),
            )
            for (note, account, region), lines in same.items()
        )

    def refusals_of(self, lines: Sequence[UnreadLine]) -> tuple[Refusal, ...]:
        """Return a domain's refusals, those of one kind on one line."""
        return refusals(lines)

    def ids(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the criteria and controls that this document is about, in the order given."""
        return tuple(ident for ident in ids if ident in self.known)

    def of_record(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return what a record of the register is about, without the requirements of another framework."""
        return tuple(ident for ident in ids if ident in self.known or ident in self.own_controls)

    @staticmethod
    def asked(params: str, most: int) -> str:
        """Return parameters as `Name=value, …`. A long ARN or path loses its middle: the name stands at its end."""
        shown, named = params, False
        with contextlib.suppress(ValueError, AttributeError):
            given = json.loads(params)
            named = len(given) == 1 and all(isinstance(v, str) and re.search("[:/]", v) for v in given.values())
            shown = ", ".join(f"{key}={v if isinstance(v, str) else json.dumps(v)}" for key, v in given.items())
        if len(shown) <= most:
            return shown
        if not named:
            return f"{shown[: most - 1]}…"
        begin = min(shown.find("=") + 1, most // 2)
        return f"{shown[:begin]}…{shown[begin + 1 - most :]}"

    def about(self, text: str) -> str:
        """Return a text of the catalog, marked as it was, without the controls of another framework in brackets."""
        return type(text)(_ISO_ASIDE.sub("", text)) if self.framework == "soc2" else text

    @property
    def stands(self) -> Mapping[str, str]:
        """Return the anchor of each requirement of this document, by the name that the list of gaps gives it."""
        return {subject_of(line): f"req-{line.id}" for line in self.requirements}

    def anchor(self, evidence: str) -> str:
        """Return the anchor of the line that holds an evidence id; empty where there is none."""
        return self.anchors.get(evidence, "")


def view(packet: Packet, framework: str = "") -> View:
    """Prepare the pages of one document."""
    requirements = {"soc2": packet.soc2, "iso27001": (*packet.annex_a, *packet.clauses)}.get(framework, ())
    charted = {"soc2": packet.soc2, "iso27001": packet.annex_a}.get(framework, ())
    rows = {"soc2": packet.soc2_matrix, "iso27001": packet.iso_matrix}.get(framework, ())
    by_id = {line.id: line for line in requirements}
    evidence = evidence_groups(packet.evidence, cited(packet))
    findings = sorted(packet.findings, key=lambda line: severity(line.severity))
    return View(
        framework=framework,
        field=charts.cover_field([_charted(d) for d in packet.domains], entity=packet.meta.organization),
        bars=bars(packet.domains),
        split=charts.split(
            [_thirds(*bar) for bar in packet.summary.responsibility_split if _about(bar[0], framework)], width=62
        ),
        grid=grid(charted) if charted else None,
        requirements=requirements,
        statements={"soc2": packet.summary.statements_soc2, "iso27001": packet.summary.statements_iso}.get(
            framework, ()
        ),
        groups=grouped((line.group_title, line) for line in requirements),
        matrix=tuple(
            (title, by_id[same[0].requirement].statement if same[0].requirement in by_id else None, same)
            for title, same in grouped(
                (joined(" ", (row.requirement, of_catalog(row.requirement_title))), row) for row in rows
            )
        ),
        procedures=procedures(packet),
        reports=tuple(sorted(packet.reports, key=lambda line: framework == "iso27001" and "ISO" not in line.title)),
        read_first=packet.summary.read_first_iso
        if framework == "iso27001" and packet.summary.read_first_iso
        else packet.summary.read_first,
        worst=findings[0] if findings else None,
        severities=grouped((line.severity, line) for line in findings),
        refusals=refusals(packet.unread),
        gaps=gaps(packet, framework),
        evidence=evidence,
        evidence_words=index_words(packet.evidence),
        hashed=len(packet.evidence) <= MOST_HASHED,
        files=_files(packet.contents),
        callers=tuple(
            dict.fromkeys((e.account, e.caller_arn) for e in packet.evidence if e.caller_arn and e.kind == COLLECTED)
        ),
        anchors=_anchors(packet.evidence, evidence),
        titles={d.id: d.title for d in packet.domains},
        numbers={line.id: line.number for line in findings},
        rules={line.id: line.title for line in packet.tests},
        networks=network.ranked(packet.networks)[: network.MOST_ROWS],
        pictures=network.pictures(packet.networks),
        known=frozenset(line.id for line in requirements or (*packet.soc2, *packet.annex_a, *packet.clauses)),
        accounts=accounts(packet.accounts),
        own_controls=frozenset(c.id for c in packet.own_controls),
        frames=frames(packet),
        reads=reads(packet.summary.coverage_totals),
        then_and_now=then_and_now(packet.since) if packet.since else (),
    )


def frames(packet: Packet) -> tuple[Frame, ...]:
    """Return where each framework in scope stands."""
    given = (
        ("SOC 2", "criterion", "criteria", packet.soc2, packet.summary.statements_soc2),
        (say("Annex A"), "control", "controls", packet.annex_a, packet.summary.statements_iso),
    )
    return tuple(
        Frame(title=title, one=one, many=many, grid=grid(lines, narrow=True), statements=statements)
        for title, one, many, lines, statements in given
        if lines
    )


_NOTHING_TO_ASK = frozenset({State.PARENT_EMPTY, State.NOT_OFFERED})
"""Planned reads that were never sent, because nothing can be there: no answer of AWS, and none is missing."""
_READS: tuple[tuple[str, str, frozenset[State]], ...] = (
    (say("Answered in full"), "met", ANSWERS - _NOTHING_TO_ASK),
    (say("Nothing to ask about"), "na", _NOTHING_TO_ASK),
    (say("Answered in part"), "unread", frozenset({State.PARTIAL})),
    (say("Not answered"), "unread", REFUSALS - {State.PARTIAL}),
    (say("Out of scope"), "na", frozenset({State.OUT_OF_SCOPE})),
)


def reads(totals: Sequence[tuple[str, int]]) -> tuple[Read, ...]:
    """Return the planned reads by what they came to; each state of the ledger is in one of them."""
    sums = {title: sum(count for state, count in totals if state in states) for title, _, states in _READS}
    return tuple(
        Read(
            title=title,
            count=sums[title],
            states=tuple(state for state, count in totals if state in states and count),
            bar=charts.status_bar(
                met=sums[title] if fill == "met" else 0,
                unread=sums[title] if fill == "unread" else 0,
                na=sums[title] if fill == "na" else 0,
                deviation=0,
                most=max(sums.values()),
                width=30,
            ),
        )
        for title, fill, states in _READS
    )


def then_and_now(since: Since) -> tuple[Then, ...]:
    """Return the earlier packet's self-tests and this one's, the longer bar as wide as its column."""
    most = max(sum(row[1] for row in since.tests), sum(row[2] for row in since.tests))
    made = []
    for at, title in ((1, say("Earlier packet")), (2, say("This packet"))):
        counts = {str(row[0]): int(row[at]) for row in since.tests}
        met, unmet, unknown, skipped = (
            counts.get(WORDS[s], 0) for s in (Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE)
        )
        bar = charts.status_bar(met=met, deviation=unmet, unread=unknown, na=skipped, most=most, width=56)
        made.append(Then(title=title, counts=tuple(counts.values()), bar=bar))
    return tuple(made)


def accounts(pages: tuple[AccountPage, ...]) -> tuple[AccountPage, ...]:
    """Return the accounts that have a line: all, or of very many those with the most that is not in order."""
    if len(pages) <= MOST_ACCOUNTS:
        return pages
    ranked = sorted(
        pages, key=lambda a: (a.entered.shape is Shape.MET, not a.unread, -a.unmet, -a.unread, -a.unknown, a.id)
    )
    return tuple(ranked[:MOST_ACCOUNTS])


def procedures(packet: Packet) -> tuple[Procedure, ...]:
    """Return the self-tests of each responsibility with the reference by which the matrix names them.

    Each test is printed once, in the chapter that counts it: under a responsibility of the customer, or under one of
    AWS where it judges the customer's part of that alone.
    """
    tests = {line.id: line for line in packet.tests}
    homes = _homes(packet)
    used = {*homes.values()}
    lines = [
        line
        for d in packet.domains
        for line in (*d.customer, *d.aws)
        if line.id in used or (line.side == Side.CUSTOMER and any(name in tests for name in line.tests))
    ]
    # not P: P1 to P8 are the privacy criteria of SOC 2
    refs = {line.id: f"T{number}" for number, line in enumerate(lines, 1)}
    made = []
    for line in lines:
        mine = [tests[name] for name in line.tests if name in tests]
        elsewhere = Counter(homes[test.id] for test in mine if homes[test.id] != line.id)
        made.append(
            Procedure(
                ref=refs[line.id],
                line=_own_part(line) if line.side == Side.AWS else line,
                count=len(mine),
                tests=tuple(test for test in mine if homes[test.id] == line.id),
                also=tuple((refs[home], home, number) for home, number in elsewhere.items()),
            )
        )
    return tuple(made)


def _own_part(line: ResponsibilityLine) -> ResponsibilityLine:
    """Return a responsibility of AWS under the name of what the customer configures of it, as the matrix has it."""
    return replace(line, text=say("{responsibility}: the organization's part", responsibility=line.text))


def _homes(packet: Packet) -> Mapping[str, str]:
    """Return the responsibility under which each self-test is printed."""
    sides = {line.id: line for d in packet.domains for line in (*d.customer, *d.aws)}
    homes = {}
    for test in packet.tests:
        named = [sides[name] for name in test.responsibilities if name in sides]
        ranked = sorted(named, key=lambda line: (line.domain != test.domain, line.side != Side.CUSTOMER))
        if ranked:
            homes[test.id] = ranked[0].id
    return homes


def grouped(pairs: Iterable[tuple[str, T]]) -> tuple[tuple[str, tuple[T, ...]], ...]:
    """Return neighbours that share a title under that title, in the order given."""
    return tuple((title, tuple(line for _, line in same)) for title, same in groupby(pairs, key=lambda pair: pair[0]))


def severity(word: str) -> int:
    """Return the rank of a severity, worst first; words that are not ours come last."""
    return SEVERITIES.index(word) if word in SEVERITIES else len(SEVERITIES)


def bars(domains: Sequence[DomainLine]) -> tuple[tuple[DomainLine, charts.Figure | None], ...]:
    """Return a bar of self-tests per domain, all on one scale; None where there is no test."""
    most = max((d.met + d.unmet + d.unknown + d.not_applicable for d in domains), default=0)
    return tuple(
        (
            d,
            charts.status_bar(met=d.met, unread=d.unknown, deviation=d.unmet, na=d.not_applicable, most=most, width=50)
            if d.met + d.unmet + d.unknown + d.not_applicable
            else None,
        )
        for d in domains
    )


def grid(lines: Sequence[RequirementLine], *, narrow: bool = False) -> charts.Figure:
    """Return a cell per criterion by category, or per control by theme; `narrow` has more of them on a line."""
    by_category = grouped((_row(line), line) for line in lines)
    cells = [(title, [_cell(line) for line in same]) for title, same in by_category]
    if narrow:  # five characters do not fit: the row says what is left out of its labels
        cells = [
            (joined(" ", (title, *["(CC)"] * any(c.label.startswith("CC") for c in same))),
             [charts.Cell(label=c.label.removeprefix("CC"), outcome=c.outcome) for c in same])
            for title, same in cells
        ]  # fmt: skip
        return charts.grid(cells, label=28, cell=7.1, step=6.2)
    if len(lines) <= _ROOMY:
        return charts.grid(cells)
    # 37 controls of one theme in two lines; a label of five characters needs more room
    short = all(len(c.label) < len("CC6.1") for _, same in cells for c in same)
    return charts.grid(cells, label=26, cell=7.5 if short else 8.0)


def _cell(line: RequirementLine) -> charts.Cell:
    """Return a cell; its row says Annex A, so that the label fits: `A.5.12` is `5.12` under `A.5 Organizational`."""
    return charts.Cell(label=line.id.removeprefix("A."), outcome=OUTCOMES[line.statement.shape])


def _row(line: RequirementLine) -> str:
    if line.kind == "control":
        theme = _THEMES.get(line.group_title) or of_catalog(line.group_title)
        return joined(" ", (f"A.{line.id.split('.')[1]}", theme))
    return of_catalog(line.category or line.group_title)


def gaps(packet: Packet, framework: str) -> tuple[GapLine, ...]:
    """Return what is missed, without the requirements of the framework that this document is not about."""
    others = {"soc2": (*packet.annex_a, *packet.clauses), "iso27001": packet.soc2}.get(framework, ())
    names = {subject_of(line) for line in others} | {line.id for line in others}
    mine = {"", framework} if framework else {"", "soc2", "iso27001"}
    return tuple(gap for gap in packet.gaps if gap.framework in mine and gap.subject not in names)


def refusals(lines: Sequence[UnreadLine]) -> tuple[Refusal, ...]:
    """Put places where a call was refused in the same way on one line, in the order of the first."""
    same: dict[Hashable, list[UnreadLine]] = {}
    for line in lines:
        same.setdefault((line.call, line.state, line.code, line.mend), []).append(line)
    return tuple(
        Refusal(
            first=group[0],
            places=tuple(dict.fromkeys(joined(" ", (line.account, line.region)) for line in group)),
            affects=tuple(dict.fromkeys(test for line in group for test in line.affects)),
        )
        for group in same.values()
    )


def evidence_groups(lines: Sequence[EvidenceLine], cited: Container[str] = ()) -> tuple[EvidenceGroup, ...]:
    """Return the items by call; of more than MOST_EVIDENCE only those `cited`, the rest by rows of the workbook."""
    same: dict[str, list[tuple[int, EvidenceLine]]] = {}
    for at, line in enumerate(lines):
        same.setdefault(line.call, []).append((at, line))
    whole = len(lines) <= MOST_EVIDENCE
    return tuple(
        EvidenceGroup(
            call=call,
            anchor=f"call-{number}",
            count=len(group),
            rows=_rows([HEAD + 1 + at for at, _ in group]),
            requirements=tuple(dict.fromkeys(name for _, line in group for name in line.requirements)),
            responsibilities=frozenset(name for _, line in group for name in line.responsibilities),
            items=tuple(line for _, line in group if whole or line.id in cited or line.kind != COLLECTED),
        )
        for number, (call, group) in enumerate(same.items(), 1)
    )


def _files(lines: tuple[FileLine, ...]) -> tuple[FileLine, ...]:
    """Of a long list return what is no reply of AWS: those are in the evidence index, their hashes in contents.json."""
    if len(lines) <= MOST_FILES:
        return lines
    return tuple(line for line in lines if not line.path.startswith("evidence/"))[:MOST_FILES]


def _rows(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return say("row {row:,}", row=rows[0])
    if rows[-1] - rows[0] + 1 == len(rows):
        return say("rows {first:,} to {last:,}", first=rows[0], last=rows[-1])
    return say("{n:,} rows from row {first:,}", n=len(rows), first=rows[0])


def cited(packet: Packet) -> frozenset[str]:
    """Return the evidence ids that a page of a document may cite: the first of every line and every finding."""
    bullets = [b.evidence for d in packet.domains for b in (*d.aws, *d.customer)]
    requirements = [r.evidence for r in (*packet.soc2, *packet.annex_a, *packet.clauses)]
    rows = [r.evidence for r in (*packet.soc2_matrix, *packet.iso_matrix)]
    tests, reports = [t.evidence for t in packet.tests], [r.evidence for r in packet.reports]
    lists = [*(c.evidence for c in packet.components), *(p.evidence for p in packet.populations)]
    found = {i for ids in (*bullets, *requirements, *rows, *tests, *reports, *lists) for i in ids[:MOST_CITED]}
    found.update(ident for finding in packet.findings for ident in finding.evidence[:MOST_CITED])
    return frozenset(found)


def _anchors(lines: Sequence[EvidenceLine], groups: Sequence[EvidenceGroup]) -> dict[str, str]:
    printed = {line.id for group in groups for line in group.items}
    by_call = {group.call: group.anchor for group in groups}
    # the ids of what people brought are theirs to choose, so that one might be that of a section
    own = {line.id: line.id if line.kind == COLLECTED else f"brought-{line.id}" for line in lines}
    return {line.id: own[line.id] if line.id in printed else by_call[line.call] for line in lines}


def _charted(line: DomainLine) -> charts.Domain:
    return charts.Domain(
        title=line.title, aws=len(line.aws), met=line.met, unread=line.unknown, deviation=line.unmet,
        na=line.not_applicable,
    )  # fmt: skip


def _thirds(label: str, aws: int, shared: int, customer: int) -> tuple[str, list[tuple[charts.Side, int]]]:
    return label, [("aws", aws), ("shared", shared), ("customer", customer)]


def _about(label: str, framework: str) -> bool:
    """Leave out the bar of the framework that the document is not about."""
    return {"soc2": "Annex A" not in label, "iso27001": "SOC 2" not in label}.get(framework, True)


def foot(meta: Meta, language: Wording = ENGLISH, *, period: bool = True) -> str:
    """Return the audit period with short months, and the end of the snapshot's id: what fits under a page."""
    snapshot = meta.snapshot.rpartition("-")[2]
    if not period:
        return say("Snapshot {id}", id=snapshot)
    short = dict(zip(language.months, language.short, strict=True))
    shown = re.sub("|".join(short), lambda found: short[found[0]], translated(meta.period, language))
    return say("{period} · Snapshot {id}", period=shown, id=snapshot)
