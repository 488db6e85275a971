"""A shared responsibility of AWS has two halves: AWS's report, and the self-tests of the customer's part."""

from __future__ import annotations

import pytest

from srm_docs import pipeline
from srm_docs.checks import discover
from srm_docs.checks.kit import Check
from srm_docs.checks.observation import Status
from srm_docs.config import Config
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.conclude import conclude
from srm_docs.findings.rollup import Statement
from srm_docs.packet import model as m
from srm_docs.packet.assemble import assemble
from srm_docs.render import documents, html, rows, sheets
from tests.whole import data_files

DDOS = "infrastructure-security.ddos-protection"


@pytest.fixture(scope="module")
def packet(demo_snapshot: Snapshot) -> m.Packet:
    config = Config()
    audit = pipeline.demo_audit(config, demo_snapshot.header)
    return assemble(pipeline.ingredients(pipeline.catalog(config), demo_snapshot, audit, config))


@pytest.fixture(scope="module")
def aws(packet: m.Packet) -> dict[str, m.ResponsibilityLine]:
    return {line.id: line for domain in packet.domains for line in domain.aws}


def test_shared_ones_have_a_part_and_inherited_ones_have_none(aws: dict[str, m.ResponsibilityLine]) -> None:
    for line in aws.values():
        assert bool(line.part) is bool(line.tests) is bool(line.part_evidence) is (line.kind == "shared"), line.id
        assert line.review == m.NOT_PROVIDED, "the report is reviewed by management, whatever the tests say"
    assert aws[DDOS].part == m.Answer(text=f"Deviation, 2 of {len(aws[DDOS].tests)} tests", shape=m.Shape.DEVIATION)
    assert aws[DDOS].answer.shape is m.Shape.INHERITED


def test_the_control_matrix_has_a_row_for_the_part(packet: m.Packet, aws: dict[str, m.ResponsibilityLine]) -> None:
    row = next(r for r in packet.soc2_matrix if (r.requirement, r.responsibility) == ("CC6.6", DDOS))
    assert row.responsibility_text == "DDoS protection: the organization's part"
    assert row.evidence == aws[DDOS].part_evidence
    assert row.result.shape is m.Shape.DEVIATION
    inherited = {line.id for line in aws.values() if line.kind == "inherited"}
    assert not inherited & {r.responsibility for r in (*packet.soc2_matrix, *packet.iso_matrix)}


def test_both_workbooks_say_it(packet: m.Packet) -> None:
    for name, source, title in (("workbook", "matrix", "Matrix"), ("responsibility-matrix", "sides", "Matrix")):
        book = sheets.read(name)
        sheet = next(s for s in book.sheets if s.title == title)
        path = next(c.path for c in sheet.columns if c.path.endswith(".part"))
        said = [rows.value(row, path) for row in rows.of(source, packet, book)]
        assert m.Shape.DEVIATION in {answer.shape for answer in said if answer}
        assert None in said


@pytest.mark.parametrize("kind", ["soc2-packet", "responsibility-matrix"])
def test_the_documents_say_it(packet: m.Packet, kind: str) -> None:
    text = html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text
    shared = sum(1 for domain in packet.domains for line in domain.aws if line.part)
    assert text.count(f"Part of {packet.meta.organization}") == shared


def test_an_unmet_test_of_the_part_is_a_deviation_of_its_primary_requirements(demo_snapshot: Snapshot) -> None:
    """Alone, without any test of the customer's own responsibilities, and without a word in the catalog."""
    found = conclude(
        pipeline.catalog(Config()),
        [c for c in discover.checks() if c.id == "shield_protects_what_faces_the_internet"],
        discover.calls(),
        demo_snapshot,
        pipeline.demo_audit(Config(), demo_snapshot.header),
    )
    statements = {r.requirement.id: r.statement for r in found.requirements}
    assert statements["CC6.6"] is Statement.DEVIATION
    assert statements["A1.2"] is Statement.DEVIATION
    (result,) = [r for r in found.responsibilities if r.tests]
    assert (result.id, result.status) == (DDOS, Status.UNMET)


def test_the_json_says_it(demo_snapshot: Snapshot, packet: m.Packet) -> None:
    config = Config()
    audit = pipeline.demo_audit(config, demo_snapshot.header)
    given = pipeline.ingredients(pipeline.catalog(config), demo_snapshot, audit, config)
    checks: tuple[Check, ...] = discover.checks()
    said = data_files(given, [c.id for c in checks])["findings.json"].decode()
    assert f'"id": "{DDOS}",\n   "report": "listed",\n   "status": "unmet"' in said
