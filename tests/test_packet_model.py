"""Laws of the model that every document prints, on the demo estate: nothing lost, nothing counted twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from srm_docs import pipeline
from srm_docs.checks.observation import Status
from srm_docs.cli.build import unread
from srm_docs.config import Config
from srm_docs.declare.audit import Approval, Audit, AuditType, Category
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.rollup import WHEN, ReportState, Statement
from srm_docs.packet.assemble import FIRST_OF_CHAIN, assemble
from srm_docs.packet.evidence_index import SKEW_SHOWN
from srm_docs.packet.gaps import gap_lines, subject_of
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import COLLECTED, NOT_PROVIDED, Answer, MatrixRow, Packet, RequirementLine, Shape
from srm_docs.packet.requirements import STATEMENT_SHAPES
from srm_docs.pipeline.registering import register_of
from srm_docs.render import documents, html
from srm_docs.resources import templates

ALL = tuple(Category)
SEVEN = re.compile(
    r"(Deviation noted|Not determinable|Not provided|Partly evidenced|Inherited: report listed, review not provided|"
    r"No deviation in (1 self-test|[\d,]+ self-tests)|Not applicable)"
)


def made(snapshot: Snapshot, **declared: Any) -> Ingredients:
    config = Config()
    audit = replace(pipeline.demo_audit(config, snapshot.header), **declared)
    return pipeline.ingredients(pipeline.catalog(config), snapshot, audit, config)


@pytest.fixture(scope="module")
def given(demo_snapshot: Snapshot) -> Ingredients:
    return made(demo_snapshot, categories=ALL)


@pytest.fixture(scope="module")
def packet(given: Ingredients) -> Packet:
    return assemble(given)


@pytest.fixture(scope="module")
def registered(demo_snapshot: Snapshot) -> Packet:
    """The same with the register of the demo's management."""
    config, catalog = Config(), pipeline.catalog(Config())
    register = register_of(config, catalog, demo_snapshot.header)
    audit = pipeline.demo_audit(config, demo_snapshot.header)
    return assemble(pipeline.ingredients(catalog, demo_snapshot, audit, config, register))


def test_the_newest_link_before_the_snapshot_is_named(given: Ingredients, packet: Packet) -> None:
    assert packet.meta.chain_head == FIRST_OF_CHAIN
    later = replace(given, header=replace(given.header, previous="ab" * 32))
    assert assemble(later).meta.chain_head == "ab" * 32


def requirements(packet: Packet) -> tuple[RequirementLine, ...]:
    return (*packet.soc2, *packet.annex_a, *packet.clauses)


# -- nothing is lost --------------------------------------------------------------------------------------------------


def test_all_bullets_and_links_are_there_from_both_ends(packet: Packet) -> None:
    bullets = [b for d in packet.domains for b in (*d.aws, *d.customer)]
    assert len(packet.domains) == 10
    assert (len(bullets), len({b.id for b in bullets})) == (39, 39)
    assert Counter(b.side for b in bullets) == {"aws": 21, "customer": 18}
    assert [d.id for d in packet.domains if d.not_applicable_line] == ["physical-infrastructure"]
    forth = {(k.responsibility, k.framework, k.requirement, k.strength) for b in bullets for k in b.links}
    back = {(k.responsibility, k.framework, k.requirement, k.strength) for r in requirements(packet) for k in r.links}
    assert len(forth) == 430
    assert forth == back
    assert (packet.summary.links, packet.summary.aws_bullets, packet.summary.customer_bullets) == (430, 21, 18)
    for b in bullets:
        named = (b.soc2_primary, b.soc2_supporting, b.iso_primary, b.iso_supporting)
        assert sum(map(len, named)) == len(b.links)
        assert all(k.because and k.confidence for k in b.links)


def test_every_requirement_is_there_once_with_one_of_the_seven(packet: Packet) -> None:
    assert (len(packet.soc2), len(packet.annex_a)) == (61, 93)
    assert len(packet.clauses) > 20
    ids = [(r.framework, r.id) for r in requirements(packet)]
    assert len(ids) == len(set(ids))
    for r in requirements(packet):
        assert SEVEN.fullmatch(r.statement.text), (r.id, r.statement)
        assert r.statement.shape in STATEMENT_SHAPES.values()
        assert r.because, f"{r.id} does not say why"


def test_statements_are_those_concluded(given: Ingredients, packet: Packet) -> None:
    concluded = {(r.requirement.framework, r.requirement.id): r for r in given.conclusions.requirements}
    for r in requirements(packet):
        said = concluded[r.framework, r.id]
        assert r.statement.shape is STATEMENT_SHAPES[said.statement]
        assert r.statement.text.casefold().startswith(str(said.statement).casefold().split(" in ")[0])


def test_a_requirements_tests_are_those_that_its_links_reach(given: Ingredients, packet: Packet) -> None:
    behind: dict[str, set[str]] = {}
    for result in given.conclusions.results:
        for bullet in result.check.bullets:
            behind.setdefault(bullet, set()).add(result.check.id)
    concluded = {(r.requirement.framework, r.requirement.id): r for r in given.conclusions.requirements}
    for r in requirements(packet):
        reached = {t for k in r.links for t in behind.get(k.responsibility, ())}
        primary = {t for k in r.links if k.strength == "primary" for t in behind.get(k.responsibility, ())}
        said = concluded[r.framework, r.id]
        assert (set(said.primary), set(said.supporting)) == (primary, reached - primary), r.id
        assert r.tests == len(reached)
        assert r.tests_line.startswith("No self-test" if not reached else f"{len(reached)} self-test")


def test_the_matrix_leaves_out_no_requirement_and_no_tested_responsibility(packet: Packet) -> None:
    tested = {b.id for d in packet.domains for b in (*d.aws, *d.customer) if b.tests}
    assert len(tested) == 18 + 7
    for lines, matrix in ((packet.soc2, packet.soc2_matrix), (packet.annex_a, packet.iso_matrix)):
        rows: dict[str, list[MatrixRow]] = {r.id: [] for r in lines}
        for row in matrix:
            rows[row.requirement].append(row)
        for r in lines:
            assert rows[r.id], f"{r.id} has no row"
            named = [row.responsibility for row in rows[r.id] if row.responsibility]
            assert Counter(named) == Counter(k.responsibility for k in r.links if k.responsibility in tested), r.id
            for row in rows[r.id]:
                if not row.responsibility and r.responsibility != "inherited":
                    assert (row.result, row.detail) == (r.statement, r.because), "the matrix contradicts its criterion"


def test_an_inherited_row_says_where_the_report_stands_and_what_the_customer_tests_stands_apart(packet: Packet) -> None:
    reports = {e for report in packet.reports for e in report.evidence}
    for lines, matrix in ((packet.soc2, packet.soc2_matrix), (packet.annex_a, packet.iso_matrix)):
        inherited = [r.id for r in lines if r.responsibility == "inherited"]
        rows = [row for row in matrix if row.requirement in inherited]
        assert {row.requirement for row in rows if not row.responsibility} == set(inherited)
        for row in rows:
            if row.responsibility:
                assert "tested" not in row.result.text
            else:
                assert row.result.text == "Report listed, review not provided"
                assert row.evidence and set(row.evidence) <= reports  # noqa: PT018 - one fact


def test_the_words_of_a_result_are_those_of_its_framework(packet: Packet) -> None:
    assert "Exception noted" in {row.result.text for row in packet.soc2_matrix}
    assert not any("xception" in row.result.text for row in packet.iso_matrix)


def test_what_decided_a_statement_is_short_lines_with_the_worst_tests_by_title(packet: Packet) -> None:
    titles = {t.id: t.title for t in packet.tests}
    for r in requirements(packet):
        assert r.because == " ".join(f"{label}: {said}" for label, said in r.decided)
        for label, said in r.decided:
            assert len(said) < 400, (r.id, label)
            assert "AccessDenied" not in said
            assert not any(name in said for name in titles), (r.id, "a test is named by its id")
    worst = next(f for f in packet.findings if "CC6.1" in f.soc2)
    assert titles[worst.id] in next(r for r in packet.soc2 if r.id == "CC6.1").because


def test_each_read_that_was_not_answered_whole_has_its_line(packet: Packet) -> None:
    """Lead, list, workbook (the same lines) and terminal agree in their counts, and what depends on a call names it."""
    refused = {(c.call, c.account, c.region) for c in packet.coverage if c.shape is Shape.UNREAD}
    assert {(u.call, u.account, u.region) for u in packet.unread} == refused
    assert sum(u.reads for u in packet.unread) == len(refused)
    because = [u for u in packet.unread if u.depends_on]
    assert because
    incomplete = [u for u in because if u.state == "incomplete, because its list was incomplete"]
    assert {u.state for u in because} == {"parent refused", "incomplete, because its list was incomplete"}
    assert packet.summary.refused == (
        f"{len(refused)} planned reads were not answered in full: {len(refused) - len(because)} themselves, "
        f"{len(because) - len(incomplete)} because a read that they depend on was not answered, and {len(incomplete)} "
        "because of an incomplete list."
    )
    answered = sum(c.state in ("ok", "empty", "absent") for c in packet.coverage)
    idle = sum(c.state == "parent empty" for c in packet.coverage)
    assert idle, "what was never sent is no answer"
    assert packet.scope.completeness.text == (
        f"{answered:,} of {answered + len(refused):,} planned reads answered in full, {len(refused)} not; "
        f"{idle:,} more had nothing to ask about."
    )
    for u in because:
        assert (u.depends_on, u.account, u.region) in refused
        assert u.depends_on in u.mend
    listed = unread(packet.unread)
    told = [re.search(r", ([\d,]+) reads, in ", where) for _, where, _ in listed]
    assert sum(int(found[1].replace(",", "")) if found else 1 for found in told) == len(refused)
    assert len({(where.partition(",")[0].partition(" in ")[0], mend) for _, where, mend in listed}) == len(listed)


def test_the_first_evidence_of_a_line_is_an_own_answer_and_shows_what_the_line_says(packet: Packet) -> None:
    call = {e.id: e.call for e in packet.evidence}
    bullets = [b for d in packet.domains for b in d.customer]
    lines = (*bullets, *requirements(packet), *packet.soc2_matrix, *packet.iso_matrix, *packet.tests, *packet.findings)
    led = {call[line.evidence[0]] for line in lines if line.evidence}
    assert led
    assert not led & {"sts:GetCallerIdentity", "ec2:DescribeRegions"}
    for test in packet.tests:
        assert not test.evidence or call[test.evidence[0]] in test.calls, test.id
    tests = {t.id: t for t in packet.tests}
    for bullet in bullets:
        deviating = {e for t in bullet.tests for r in tests[t].deviations for e in r.evidence}
        assert not deviating or bullet.evidence[0] in deviating, bullet.id


# -- counts -----------------------------------------------------------------------------------------------------------


def test_tests_add_up(given: Ingredients, packet: Packet) -> None:
    s = packet.summary
    assert s.tests == len(packet.tests) == len(given.conclusions.results)
    assert s.met + s.unmet + s.unknown + s.not_applicable == s.tests
    assert s.unmet == len(packet.findings)
    for name in ("met", "unmet", "unknown", "not_applicable"):
        assert sum(getattr(d, name) for d in packet.domains) == getattr(s, name)
    assert [t for d in packet.domains for t in d.tests].sort(key=str) == list(packet.tests).sort(key=str)
    assert sum(len(d.tests) for d in packet.domains) == s.tests
    assert sum(len(d.findings) for d in packet.domains) == s.unmet


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
def test_a_chapter_prints_the_tests_that_it_counts_also_those_of_a_part_of_awss(packet: Packet, kind: str) -> None:
    """A test that judges the customer's part of a responsibility of AWS alone has its row all the same."""
    context = documents.context(packet, kind)
    view = context["view"]
    printed = [test.id for procedure in view.procedures for test in procedure.tests]
    assert sorted(printed) == sorted(test.id for test in packet.tests)
    for domain in packet.domains:
        there = [test.id for procedure in view.procedures_of(domain) for test in procedure.tests]
        assert sorted(there) == sorted(test.id for test in domain.tests), domain.id
    for procedure in view.procedures:
        assert re.fullmatch(r"T\d+", procedure.ref), "P1 to P8 are the privacy criteria of SOC 2"
        assert procedure.line.text.endswith(": the organization's part") == (procedure.line.side == "aws")
    text = html.render(documents.KINDS[kind].template, **context).text
    heads = {as_read(head) for head in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', text, re.DOTALL)}
    missing = [test.id for test in packet.tests if as_read(test.title) not in heads]
    assert not missing


def test_what_could_not_be_determined_is_told_by_its_cause(packet: Packet) -> None:
    unknown = [t for t in packet.tests if t.answer.shape is Shape.UNREAD]
    unread = [t for t in unknown if t.gaps]
    assert unread
    assert len(unread) < len(unknown)
    assert f"{len(unread)} could not be determined, because AWS did not answer in full" in packet.summary.lead
    lacking = len(unknown) - len(unread)
    assert f"{lacking} could not be determined, because AWS's answer lacks what is judged" in packet.summary.lead
    for t in unknown:
        assert t.gaps or t.notes[0].startswith("Not determined"), "a document can say why"


def test_what_does_not_apply_says_of_how_many(given: Ingredients, packet: Packet) -> None:
    results = {r.check.id: r for r in given.conclusions.results}
    seen = set()
    for t in packet.tests:
        places = len(results[t.id].findings)
        things = sum(not j.is_place for f in results[t.id].findings for j in f.judged)
        for note in t.notes:
            head = note.partition(": ")[0]
            assert re.fullmatch(rf"Not (applicable|determined)(, \d+ of {things}| in \d+ of {places} places?)", head), (
                t.id
            )
            seen.add(head.partition(" of ")[0].rstrip("0123456789 "))
    assert {"Not applicable,", "Not applicable in", "Not determined,"} <= seen


def test_a_review_of_one_report_is_none_of_another(demo_snapshot: Snapshot) -> None:
    """The demo's management reviewed the certificate and not the SOC 2 report. Both are listed, most rely on both."""
    config, catalog = Config(), pipeline.catalog(Config())
    audit = pipeline.demo_audit(config, demo_snapshot.header)
    register = register_of(config, catalog, demo_snapshot.header)
    given = pipeline.ingredients(catalog, demo_snapshot, audit, config, register)
    reviewed = {r.report.id for r in given.conclusions.reports if r.reviewed}
    listed = {r.report.id for r in given.conclusions.reports if r.state is ReportState.LISTED}
    assert reviewed == {"aws-iso27001-cert-soa"}
    assert {"aws-soc2-type2", *reviewed} <= listed
    for result in given.conclusions.requirements:
        relied_on = listed & set(result.requirement.inherit_from)
        assert result.reviewed == (bool(relied_on) and relied_on <= reviewed), result.requirement.id
    packet = assemble(given)
    said = {str(b.answer.text) for d in packet.domains for b in d.aws}
    said |= {str(line.statement.text) for line in requirements(packet) if line.responsibility == "inherited"}
    said |= {str(words) for line in requirements(packet) for _, words in line.decided}
    one_of_two = [words for words in said if "1 of 2" in words]
    assert {words.partition(":")[0].partition(",")[0] for words in one_of_two} >= {"Inherited", "Reports listed"}
    assert any("1 of 2 reviewed by management" in words for words in one_of_two)
    for words in said:
        assert "SOC 2" not in words or "reviewed by management" not in words or "1 of" in words, words


def test_type_1_has_a_date_and_asks_for_nothing_of_a_period(demo_snapshot: Snapshot) -> None:
    date = {"type": AuditType.TYPE_1, "period_start": None, "categories": ALL}
    one, two = (assemble(made(demo_snapshot, **more)) for more in (date, {"categories": ALL}))
    assert any(g.subject == "Populations and samples" for g in two.gaps)
    assert not any(g.subject == "Populations and samples" for g in one.gaps)
    said = [r.uncovered for r in one.reports if r.uncovered]
    assert "The audit's date is not covered" in said
    assert not any("of the audit period" in words and "throughout" not in words for words in said)
    assert any("The audit's date is not covered" in g.what for g in one.gaps)
    incidents = next(line for line in one.description if line.id == "DC 4")
    assert not any("period" in words for words in incidents.missing)


def test_a_certificate_that_nobody_reviewed_says_nothing_but_that_no_gap_is_to_bridge(packet: Packet) -> None:
    certificates = [r for r in packet.reports if "certificate" in r.title and r.relied_on_by]
    assert certificates
    assert {r.cuecs for r in certificates} == {NOT_PROVIDED}
    assert {r.bridged for r in certificates if r.uncovered == "Valid throughout the audit period"} == {"No gap"}


def test_a_review_its_columns_and_the_list_of_gaps_name_the_same_missing_fields(registered: Packet) -> None:
    """The sentence under the report, the table of reviews and the gap said different things of one review."""
    (line,) = [r for r in registered.reports if r.review.startswith("Reviewed by")]
    (gap,) = [g for g in registered.gaps if g.subject == line.title and g.what.startswith("Of the review")]
    columns = {"auditor": line.auditor, "opinion": line.opinion, "exceptions": line.exceptions,
               "CUECs mapped": line.cuecs, "bridge": line.bridged, "approver": line.approver}  # fmt: skip
    for name, value in columns.items():
        assert f"; {name}: {value}" in line.review, name
    missing = [name for name, value in columns.items() if value == NOT_PROVIDED]
    assert missing
    for name in missing:
        assert name.removesuffix(" mapped") in gap.what
    assert ("approver" in gap.what) == (line.approver == NOT_PROVIDED)


def test_what_was_not_determined_stands_beside_a_deviation(given: Ingredients, packet: Packet) -> None:
    by_id = {r.id: r for r in given.conclusions.responsibilities}
    results = {r.check.id: r.status for r in given.conclusions.results}
    seen = 0
    for bullet in (b for d in packet.domains for b in d.customer if b.answer.shape is Shape.DEVIATION):
        n = sum(results[t] is Status.UNKNOWN for t in by_id[bullet.id].tests)
        assert (f"; {n} not determined" in bullet.answer.text) == bool(n), bullet.id
        seen += bool(n)
    assert seen


def test_a_control_names_the_manual_evidence_that_its_rows_name(registered: Packet) -> None:
    """Statement of Applicability and control matrix counted the evidence of one control differently."""
    lines = {(r.framework, r.id): r for r in requirements(registered)}
    brought = {e.id for e in registered.evidence if e.kind != COLLECTED}
    rows = [row for row in (*registered.soc2_matrix, *registered.iso_matrix) if brought & {*row.evidence}]
    assert any(row.strength == "supporting" for row in rows)
    for row in rows:
        assert {*row.evidence} <= {*lines[row.framework, row.requirement].evidence}, row.requirement


def test_a_population_is_of_the_same_things_as_the_result(packet: Packet) -> None:
    """`1 trail, and 1 of 2 accounts as a whole` beside `1 of 2 accounts`: the denominators are told."""
    parted = [t for t in packet.tests if " as a whole" in t.population]
    assert parted
    for t in parted:
        assert re.search(r", and [\d,]+ of [\d,]+ (accounts?|regions?) as a whole", t.population), t.population
        if t.answer.shape is Shape.DEVIATION:
            assert re.match(r"Deviation, [\d,]+ of [\d,]+ [a-z]", t.answer.text), t.answer.text
    for t in packet.tests:
        assert not t.population.startswith("0 ") or " more " not in t.population, t.population
        # a list of the whole account: `1 account summary read in 2 accounts` gives neither of them one
        assert not re.search(r"(?<! read) in [\d,]+ accounts?(;|$)", t.population), t.population


def test_regions_that_deviate_as_a_whole_share_a_line(packet: Packet) -> None:
    view = documents.context(packet, "soc2-packet")["view"]
    places = [place for f in packet.findings for place in view.places(f.resources, 1_000)]
    whole = [place for place in places if "The regions themselves" in place.names]
    assert whole
    assert all(place.names == ("The regions themselves",) and " and " in place.region for place in whole)


def as_read(marked_up: str) -> str:
    """Text without its markup and anything that only makes lines break, with the apostrophes of sources."""
    plain = re.sub(r"[\s\u00ad\u200b\u2060]+", "", unescape(re.sub(r"<[^>]*>", "", marked_up)))
    return plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_each_test_counts_what_it_judged(given: Ingredients, packet: Packet) -> None:
    results = {r.check.id: r for r in given.conclusions.results}
    for t in packet.tests:
        judged = Counter(j.status for f in results[t.id].findings for j in f.judged)
        assert (t.met, t.unmet, t.unknown, t.not_applicable) == (
            judged[Status.MET], judged[Status.UNMET], judged[Status.UNKNOWN], judged[Status.NOT_APPLICABLE],
        )  # fmt: skip
        assert (len(t.deviations), len(t.not_determined)) == (t.unmet, t.unknown)
        assert t.places_unread == sum(1 for f in results[t.id].findings if f.gaps)
        assert bool(t.places_unread) == ("as far as" in t.population), t.id
        said = " ".join((t.procedure, t.population, t.answer.text, *t.notes))
        assert said.count("not read in full") <= 1, "it is said once, with the result"
        assert bool(t.places_unread) == bool(t.gaps)
        assert (t.answer.shape is Shape.MET) <= (not t.unmet and not t.unknown and not t.places_unread)


def test_a_whole_population_is_claimed_only_where_everything_was_read(given: Ingredients, packet: Packet) -> None:
    results = {r.check.id: r for r in given.conclusions.results}
    tests = {b.id: b.tests for d in packet.domains for b in (*d.aws, *d.customer)}
    claimed = Counter[bool]()
    for row in (*packet.soc2_matrix, *packet.iso_matrix):
        if row.responsibility:
            gaps = any(f.gaps for t in tests[row.responsibility] for f in results[t].findings)
            assert ("whole population" in row.population) is not gaps, row
            claimed[gaps] += 1
    assert claimed[True] and claimed[False], "the demo proves one side only"  # noqa: PT018 - one fact


def test_statement_counts_add_up(packet: Packet) -> None:
    s = packet.summary
    assert (
        sum(n for _, n in s.statements_soc2) == len(packet.soc2) == sum(line.count_soc2 for line in packet.statements)
    )
    assert sum(n for _, n in s.statements_iso) == len(packet.annex_a) == sum(x.count_iso for x in packet.statements)
    assert [line.when for line in packet.statements] == [WHEN[x] for x in Statement]


def test_coverage_and_evidence_are_whole(given: Ingredients, packet: Packet) -> None:
    assert len(packet.coverage) == len(given.ledger) == sum(n for _, n in packet.summary.coverage_totals)
    ids = [e.id for e in packet.evidence]
    assert (len(ids), set(ids)) == (len(given.entries), {e.evidence_id for e in given.entries})
    files = [e.file for e in packet.evidence if e.file]
    assert len(files) == len(set(files))
    assert sum(e.redactions for e in packet.evidence) == len(packet.redactions) > 0


def test_every_evidence_id_that_is_named_is_in_the_index(packet: Packet) -> None:
    known = {e.id for e in packet.evidence}

    def named(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield from re.findall(r"EV-[A-Z2-7]{8,}", value)
        elif isinstance(value, tuple):
            for item in value:
                yield from named(item)
        elif dataclasses.is_dataclass(value):
            for f in dataclasses.fields(value):
                yield from named(getattr(value, f.name))

    assert set(named(packet)) <= known
    for t in packet.tests:
        assert t.evidence or t.gaps, f"{t.id} rests on nothing"


def test_every_item_of_evidence_carries_what_an_auditor_asks_of_it(packet: Packet) -> None:
    for e in packet.evidence:
        assert e.title and e.call and e.account and e.region and e.state and e.caller_arn and e.tool  # noqa: PT018
        assert e.covers.endswith("only")
        assert e.completeness
        assert bool(e.accuracy) == bool(e.sha256) == bool(e.file)
        assert e.reviewed == NOT_PROVIDED
        if e.state in ("ok", "empty", "absent"):
            assert "Not complete" not in e.completeness
        else:
            assert e.completeness.startswith("Not complete: ")
            assert e.error


# -- clocks -----------------------------------------------------------------------------------------------------------


def with_clock_off_by(given: Ingredients, *seconds: int) -> Packet:
    """The packet, had AWS's own dates differed so from this machine's clock in its first answers."""
    entries = list(given.entries)
    told = [n for n, e in enumerate(entries) if e.circumstances is not None]
    for n, off in zip(told, seconds, strict=False):
        said = entries[n].circumstances
        assert said is not None
        aws_date = said.ended + dt.timedelta(seconds=off)
        entries[n] = replace(entries[n], circumstances=replace(said, aws_date=aws_date))
    return assemble(replace(given, entries=tuple(entries)))


def test_a_clock_that_is_off_is_told_with_the_worst_difference_and_at_each_answer(given: Ingredients) -> None:
    packet = with_clock_off_by(given, SKEW_SHOWN + 1, -7205, SKEW_SHOWN)
    assert packet.scope.skew == "This machine's clock differed from AWS's by up to 7,205 seconds."
    assert Counter(line.skew for line in packet.evidence if line.skew) == {f"{SKEW_SHOWN + 1} s": 1, "7205 s": 1}


def test_a_small_difference_is_not_told(given: Ingredients) -> None:
    packet = with_clock_off_by(given, SKEW_SHOWN, -SKEW_SHOWN)
    assert packet.scope.skew == ""
    assert not any(line.skew for line in packet.evidence)


def test_what_is_printed_of_a_true_clock_names_the_limit() -> None:
    """Two templates say from which difference on it would be told: the same as the code."""
    said = [
        found
        for path in sorted(templates().rglob("*.html"))
        for found in re.findall(
            r"difference of over (\d+) seconds|clock by over (\d+) seconds", path.read_text("utf-8")
        )
    ]
    assert [a or b for a, b in said] == [str(SKEW_SHOWN)] * 2


# -- words ------------------------------------------------------------------------------------------------------------

OPINION = re.compile(
    r"\b(met|compliant|comply|complies|compliance with|satisf\w+|pass(ed|es)?|in our opinion|fairly|effective(ly)?|"
    r"adequate\w*|conforms?|certif(y|ied) that|assur(e|es|ed) that)\b",
    re.IGNORECASE,
)


def test_nothing_beside_a_criterion_reads_like_an_opinion(packet: Packet) -> None:
    assert OPINION.search("The criterion was met.")
    titles = re.compile("|".join(re.escape(t.title) for t in packet.tests))  # a test's own name judges no criterion
    for r in requirements(packet):
        for text in (
            r.statement.text,
            titles.sub("", r.because),
            r.tests_line,
            r.applicable,
            r.inclusion,
            r.implemented,
        ):
            assert not OPINION.search(text), (r.id, text)
    for row in (*packet.soc2_matrix, *packet.iso_matrix):
        for text in (row.result.text, row.detail, row.procedure, row.population):
            assert not OPINION.search(text), (row.requirement, text)
    for line in packet.statements:
        assert not OPINION.search(f"{line.statement.text} {line.when}"), line


def test_physical_controls_that_aws_runs_are_applicable(packet: Packet) -> None:
    physical = [r for r in packet.annex_a if r.id.startswith("A.7.") and r.responsibility == "inherited"]
    assert physical
    assert {(r.applicable, r.exclusion) for r in physical} == {("Yes, by default; not confirmed", "")}


def test_controls_about_what_is_declared_out_of_scope_are_to_be_decided(
    demo_snapshot: Snapshot, packet: Packet
) -> None:
    conflicts = [r.id for r in packet.annex_a if "Conflicts" in r.applicable]
    assert conflicts == ["A.6.7", "A.7.7", "A.7.9", "A.8.1"]
    assert any("A.6.7, A.7.7, A.7.9 and A.8.1" in g.what for g in packet.gaps)
    inside = assemble(made(demo_snapshot, categories=ALL, offices_in_scope=True))
    assert {r.applicable for r in inside.annex_a} == {"Yes, by default; not confirmed"}


def test_days_that_a_report_leaves_open_are_within_the_letter_and_certificates_are_valid(packet: Packet) -> None:
    said = {r.id: r.uncovered for r in packet.reports}
    assert said["aws-soc2-type2"].endswith("within the period of the listed letter; letter not reviewed")
    assert said["aws-iso27001-cert-soa"] == "Valid throughout the audit period"
    assert "A review of the listed letter: it covers the days" in {g.bring for g in packet.gaps}
    assert not any("Privacy" in r.title for r in packet.reports), "a report is named by more than AWS lists of it"


def test_only_primary_criteria_in_scope_stand_under_primary(packet: Packet) -> None:
    bullets = {b.id: b for d in packet.domains for b in (*d.aws, *d.customer)}
    for line in (*packet.csocs, *packet.cuecs):
        assert set(line.soc2) <= set(bullets[line.id].soc2_primary) & {r.id for r in packet.soc2}
        assert set(line.soc2_supporting) <= set(bullets[line.id].soc2_supporting)
        assert line.monitored_by == NOT_PROVIDED


# -- NOT PROVIDED -----------------------------------------------------------------------------------------------------


def test_everything_that_is_not_provided_has_a_row_in_gaps(packet: Packet) -> None:
    subjects, words = {g.subject for g in packet.gaps}, " ".join(g.what for g in packet.gaps)
    assert len({(g.subject, g.what) for g in packet.gaps}) == len(packet.gaps), "a gap is listed twice"
    for r in requirements(packet):
        decided = dict(r.decided)
        people = decided.pop("People", "").removeprefix("Evidence NOT PROVIDED for: ").removesuffix(".")
        assert set(people.split("; ")) <= {*subjects, ""}, "what people must bring stands under their responsibility"
        if NOT_PROVIDED in " ".join(decided.values()).replace("review NOT PROVIDED", "") or r.bring:
            assert subject_of(r) in subjects, r.id
        if r.statement.shape is Shape.MISSING:
            assert subject_of(r) in subjects or "AWS part" in r.because, r.id
    assert "Clause 4.1 Internal and external issues" in subjects, "an internal id is printed"
    for report in packet.reports:
        assert (report.review == NOT_PROVIDED) == (report.title in subjects), report.id
    for d in packet.domains:
        for b in (*d.aws, *d.customer):
            assert not b.otherwise or b.text in subjects, b.id
            assert b.answer.text != NOT_PROVIDED or b.text in subjects, b.id
            if b.review == NOT_PROVIDED:
                assert b.relied_on, f"{b.id} relies on no report, so nobody is asked to review one"
    assert f"frequency of {len(packet.soc2)} criteria NOT PROVIDED" in words
    assert f"frequency of {len(packet.annex_a)} Annex A controls NOT PROVIDED" in words
    assert {"Own user-entity controls", "Management’s assertion"} <= subjects
    assert any(subject.startswith("System description, DC ") for subject in subjects), sorted(subjects)
    assert f"implementation of {len(packet.annex_a)} Annex A controls NOT PROVIDED" in words
    assert f"of {len(packet.findings)} findings NOT PROVIDED" in words
    assert f"of {len(packet.evidence)} evidence items NOT PROVIDED" in words
    assert f"Own control for {len(packet.cuecs)} AWS CUECs NOT PROVIDED" in words
    assert f"Own monitoring of {len(packet.csocs)} CSOCs NOT PROVIDED" in words


def test_what_nobody_declared_prints_not_provided(demo_snapshot: Snapshot) -> None:
    bare = made(demo_snapshot, organization="", system="", version="", prepared_by="", type=AuditType.TYPE_1,
                period_start=None, period_end=None)  # fmt: skip
    packet = assemble(bare)
    m = packet.meta
    assert {m.organization, m.system, m.period, m.version, m.prepared_by} == {NOT_PROVIDED}
    declared = [g.subject for g in packet.gaps if g.where == "Configuration of this packet"]
    assert declared == ["Organization", "System", "Audit period", "Version of this packet", "Prepared by",
                        "Control mapping"]  # fmt: skip
    assert packet.summary.lead.startswith("The organization ")
    soc2 = next(r for r in packet.reports if r.id == "aws-soc2-type2")
    assert soc2.uncovered == "Not determinable: audit period NOT PROVIDED"


# -- switches ---------------------------------------------------------------------------------------------------------


def test_offices_in_scope_bring_physical_controls_back(demo_snapshot: Snapshot, packet: Packet) -> None:
    inside = assemble(made(demo_snapshot, categories=ALL, offices_in_scope=True))
    assert inside.scope.offices != packet.scope.offices
    before = {r.id: r.responsibility for r in requirements(packet)}
    brought = {r.id for r in requirements(inside) if r.responsibility == "shared" and before[r.id] == "inherited"}
    assert brought
    assert all(r.bring for r in requirements(inside) if r.id in brought)
    assert not any(r.statement.shape is Shape.INHERITED for r in requirements(inside) if r.id in brought)
    assert (inside.summary.links, len(inside.soc2), len(inside.annex_a)) == (430, 61, 93)


@pytest.mark.parametrize(
    ("categories", "criteria"),
    [((Category.SECURITY,), 33), ((Category.SECURITY, Category.PRIVACY), 51), (ALL, 61)],
)
def test_categories_filter_every_table(
    demo_snapshot: Snapshot, categories: tuple[Category, ...], criteria: int
) -> None:
    packet = assemble(made(demo_snapshot, categories=categories))
    inside = {r.id for r in packet.soc2}
    assert len(inside) == criteria
    assert packet.scope.categories == tuple(map(str, categories))
    assert {*packet.scope.categories, *packet.scope.categories_out} == set(map(str, Category))
    assert {r.requirement for r in packet.soc2_matrix} == inside
    for lines in (packet.tests, packet.findings):
        assert {c for line in lines for c in line.soc2} <= inside
    iso = {r.id for r in (*packet.annex_a, *packet.clauses)}
    assert {r for e in packet.evidence for r in e.requirements} <= inside | iso
    assert packet.summary.links == 430, "the matrix of the model is whole whatever the audit is about"


@pytest.mark.parametrize(("framework", "other"), [("soc2", "iso27001"), ("iso27001", "soc2")])
def test_one_framework_alone(demo_snapshot: Snapshot, framework: str, other: str) -> None:
    packet = assemble(made(demo_snapshot, frameworks=(framework,)))
    assert {r.framework for r in requirements(packet)} == {framework}
    assert bool(packet.soc2) is (framework == "soc2") is not bool(packet.annex_a)
    assert all(not (t.iso if framework == "soc2" else t.soc2) for t in packet.tests)
    assert {k.framework for d in packet.domains for b in (*d.aws, *d.customer) for k in b.links} == {framework}
    assert len(packet.scope.frameworks) == 1
    assert ("Statement of Applicability" in {g.subject for g in packet.gaps}) is (framework == "iso27001")
    assert other not in {r.framework for r in (*packet.soc2_matrix, *packet.iso_matrix)}


def test_type_1_and_type_2_say_what_one_snapshot_is_worth(demo_snapshot: Snapshot) -> None:
    read = demo_snapshot.header.ended
    assert read is not None
    day = read.astimezone(dt.UTC).date()

    def meta(**declared: Any) -> Any:
        return assemble(made(demo_snapshot, **declared)).meta

    two = meta(period_start=day - dt.timedelta(days=300), period_end=day + dt.timedelta(days=64))
    assert two.audit_type == "Type 2"
    assert two.type_2_sentence.endswith("Operation over the period is not evidenced by it.")
    late = meta(period_start=day - dt.timedelta(days=366), period_end=day - dt.timedelta(days=1))
    assert late.type_2_sentence.endswith(" It was read 1 day after the period ended.")
    early = meta(period_start=day + dt.timedelta(days=2), period_end=day + dt.timedelta(days=90))
    assert early.type_2_sentence.endswith(" It was read 2 days before the period began.")
    one = meta(type=AuditType.TYPE_1, period_start=None, period_end=dt.date(2026, 6, 30))
    assert (one.audit_type, one.type_2_sentence, one.period) == ("Type 1", "", "as of 30 June 2026")
    for m in (one, two, late):
        assert m.as_read_sentence.endswith("shows that time only.")


@pytest.mark.parametrize("right", [True, False, None])
def test_an_approval_is_of_one_catalog(demo_snapshot: Snapshot, right: bool | None) -> None:
    digest = {True: pipeline.catalog(Config()).digest, False: "0" * 64}
    approval = None if right is None else Approval(name="Ada", date=dt.date(2026, 5, 1), catalog_digest=digest[right])
    packet = assemble(made(demo_snapshot, approval=approval))
    first = [line for line, _ in packet.summary.read_first]
    gap = [g.what for g in packet.gaps if g.subject == "Control mapping"]
    if right:
        assert packet.meta.mapping_approval == "Mapping approved by Ada, 1 May 2026"
        assert not gap
    else:
        assert packet.meta.mapping_approval.startswith("Mapping not approved by management")
        assert len(gap) == 1
    assert ("The mapping is not approved by management." in first) is (right is not True)
    assert ("Ada" in packet.meta.mapping_approval) is (right is not None)


def test_the_same_snapshot_gives_the_same_model(demo_snapshot: Snapshot, given: Ingredients, packet: Packet) -> None:
    assert assemble(given) == packet
    shuffled = replace(given, entries=given.entries[::-1])
    assert assemble(shuffled) == packet
    assert gap_lines  # the list of gaps has a home of its own
    assert isinstance(packet.scope.completeness, Answer)
    assert made(demo_snapshot).audit != Audit()
