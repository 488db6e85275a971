"""What a requirement's line says of people's evidence and of exclusions, in the model and in every print of it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from srm_docs.declare.audit import Audit
from srm_docs.packet.assemble import assemble
from srm_docs.packet.model import NOT_PROVIDED, Packet, RequirementLine, Shape
from srm_docs.render import documents, html, rows, sheets
from tests import small_estate as small
from tests.small_estate import VOLUMES, Estate

TESTED, UNTESTED = "A.8.20", "A.8.30"
REASONS = {UNTESTED: "No development is outsourced <b>ever</b>", TESTED: "The system has no network of its own"}


@cache
def packet(*, excluded: bool) -> Packet:
    """One account whose only volume is not encrypted: a deviation behind a primary link of A.8.20."""
    estate = Estate(small.everywhere(VOLUMES, small.volumes(False)))
    catalog = small.excluding(REASONS) if excluded else small.catalog()
    return assemble(small.ingredients(small.collected(estate), Audit(), judged_by=catalog))


def line(name: str, *, excluded: bool = True) -> RequirementLine:
    return next(r for r in (*packet(excluded=excluded).soc2, *packet(excluded=excluded).annex_a) if r.id == name)


def test_an_excluded_control_is_not_applicable_with_its_reason_and_asks_for_nothing() -> None:
    for name, reason in REASONS.items():
        said = line(name)
        assert (said.statement.text, said.statement.shape) == ("Not applicable", Shape.NOT_APPLICABLE)
        assert said.because.startswith(f"Excluded by management: {reason}.")
        assert (said.applicable, said.exclusion, said.bring) == ("No", reason, "")
        assert NOT_PROVIDED not in (said.inclusion, said.implemented, said.own_control, said.own_owner)
        assert not any(g.subject.startswith(name) for g in packet(excluded=True).gaps)
    (row,) = (r for r in packet(excluded=True).iso_matrix if r.requirement == UNTESTED)
    assert row.procedure == "Not tested: the control is excluded."


def test_an_exclusion_hides_no_deviation() -> None:
    assert line(TESTED, excluded=False).statement.text == "Deviation noted"
    assert "deviated: Every volume of the account is encrypted" in line(TESTED).because
    assert packet(excluded=True).findings == packet(excluded=False).findings


def test_what_is_counted_follows_the_exclusion() -> None:
    def of(excluded: bool) -> dict[str, int]:
        return {answer.text: n for answer, n in packet(excluded=excluded).summary.statements_iso}

    assert of(True)["Not applicable"] == of(False)["Not applicable"] + 2
    assert sum(of(True).values()) == sum(of(False).values()) == 93
    assert "91 Annex A controls" in next(
        g.what for g in packet(excluded=True).gaps if g.subject == "Statement of Applicability"
    )


def test_the_iso_document_prints_the_reason() -> None:
    text = html.render(documents.KINDS["iso27001-packet"].template, **documents.context(packet(excluded=True),
                       "iso27001-packet")).text  # fmt: skip
    assert "<td>No development is outsourced &lt;b&gt;ever&lt;/b&gt;</td>" in text
    assert "2 are excluded, each with its reason" in text
    row = re.search(r"<tr><th[^>]*>A\.8\.30.*?</tr>", text, re.DOTALL)
    assert row
    assert "NOT PROVIDED" not in row[0]
    assert "Not applicable" in row[0]


def test_the_workbook_prints_the_reason() -> None:
    book = sheets.read("workbook")
    sheet = next(s for s in book.sheets if s.title == "ISO SoA")
    (row,) = (r for r in rows.of("annex_a", packet(excluded=True), book) if rows.value(r, "line.id") == UNTESTED)
    said = {c.heading: rows.value(row, c.path) for c in sheet.columns if c.path}
    assert (said["Applicable in force"], said["Exclusion in force"]) == ("No", REASONS[UNTESTED])
    assert said["Where it stands"].shape is Shape.NOT_APPLICABLE
    assert NOT_PROVIDED not in said.values()


@pytest.mark.parametrize("name", ["CC6.6", "CC7.1", "A.8.20", "A.8.8"])
def test_evidence_that_only_people_can_bring_is_named_whatever_the_statement(name: str) -> None:
    said = line(name, excluded=False)
    people = dict(said.decided)["People"]
    assert people.startswith("Evidence NOT PROVIDED for: ")
    bullets = {b.id: b for b in small.catalog().responsibilities}
    wanted = [bullets[b] for b in said.primary if bullets[b].otherwise]
    assert wanted
    assert all(b.text in people for b in wanted)
    gaps = {g.subject: g.bring for g in packet(excluded=False).gaps if g.what == "Evidence from people NOT PROVIDED"}
    assert all(gaps[b.text] == b.otherwise for b in wanted)
