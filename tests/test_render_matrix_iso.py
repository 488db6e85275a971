"""The matrix and the ISO packet as printed: every bullet, control and reason, nothing like an opinion."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import packet_sample
import pypdfium2
import pytest
import verapdf
import yaml

from srm_docs.packet import model as m
from srm_docs.render import documents

MATRIX, ISO = "responsibility-matrix", "iso27001-packet"
KINDS = pytest.mark.parametrize("kind", [MATRIX, ISO])
BULLETS = tuple(
    item["text"]
    for path in sorted((packet_sample.CONTROLS / "domains").glob("*.yaml"))
    for item in yaml.safe_load(path.read_text("utf-8"))["responsibilities"]
    if item["kind"] != "not_applicable"
)
OPINION = re.compile(r"\b(compliant|satisf(?:y|ied|ies)|pass(?:ed|es)?|effective|adequate|certified)\b", re.IGNORECASE)
SMALLEST = 7.0  # pt


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A document, its text page by page, and its whole text without the spaces, since a line may break anywhere."""

    content: bytes
    warnings: tuple[str, ...]
    pages: tuple[str, ...]
    solid: str


def read(packet: m.Packet, kind: str) -> Printed:
    made = documents.printed(packet, kind)
    pages = tuple(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made.content))
    solid = "".join(squeezed(body(page)) for page in pages)
    return Printed(content=made.content, warnings=made.warnings, pages=pages, solid=solid)


@cache
def printed(kind: str) -> Printed:
    return read(packet_sample.packet(), kind)


@cache
def small() -> m.Packet:
    """One domain, a few controls, one excluded; no findings, no refusals, no evidence, no SOC 2; approved."""
    whole = packet_sample.packet()
    within = [
        c for c in whole.annex_a if {link.responsibility.split(".")[0] for link in c.links} == {whole.domains[0].id}
    ][:3]
    excluded = replace(
        whole.annex_a[-1], applicable="No", inclusion="", exclusion="No development is outsourced.", links=(),
        primary=(), supporting=(), evidence=(),
    )  # fmt: skip
    return replace(
        whole,
        meta=replace(whole.meta, mapping_approval="Mapping approved by A. Person", paper="Letter", demo=False),
        domains=whole.domains[:1], soc2=(), soc2_matrix=(), annex_a=(*within, excluded),
        clauses=whole.clauses[:2], iso_matrix=whole.iso_matrix[:2], tests=(), findings=(), unread=(), reports=(),
        evidence=(), coverage=(), gaps=(), contents=(), parameters=(),
    )  # fmt: skip


def squeezed(text: str) -> str:
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")  # print makes its own of a source's apostrophe
    return re.sub(r"[\s\ufffe\u00ad-]+", "", plain)  # pdfium drops a hyphen at the end of a line


def body(page: str) -> str:
    """A page without its running lines."""
    lines = page.splitlines()
    return "\n".join(
        line for line in lines if not re.match(r"Example Ltd · |Prepared by management, not|Page \d", line)
    )


@KINDS
def test_nothing_is_dropped_by_the_layout_engine(kind: str) -> None:
    assert printed(kind).warnings == ()


@KINDS
@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
def test_the_document_conforms(kind: str, flavour: str) -> None:
    assert verapdf.failures(printed(kind).content, flavour) == {}


def test_the_model_stands_on_one_page_in_its_own_words() -> None:
    assert len(BULLETS) == 39
    (page,) = [p for p in printed(MATRIX).pages if "The model on one page" in p and "AWS is responsible for" in p]
    for words in (*BULLETS, "N/A", *(d.title for d in packet_sample.packet().domains)):
        assert squeezed(words) in squeezed(page), words


def test_every_link_is_printed_with_its_strength_confidence_and_reason() -> None:
    links = [
        link for d in packet_sample.packet().domains for line in (*d.aws, *d.customer) for link in line.links
    ]  # fmt: skip
    assert len(links) == 430
    for link in links:
        row = f"{link.requirement}{link.requirement_title}{link.strength}{link.confidence}{link.because}"
        assert squeezed(row).lower() in printed(MATRIX).solid.lower(), row


def test_the_side_without_a_duty_prints_its_caveat() -> None:
    line = packet_sample.packet().domains[0].not_applicable_line
    assert line is not None
    assert squeezed(line.caveat) in printed(MATRIX).solid


def test_the_matrix_says_that_management_has_not_approved_it_until_it_has() -> None:
    (model,) = [p for p in printed(MATRIX).pages if "The model on one page" in p and "AWS is responsible for" in p]
    assert "Mapping not approved by management" in printed(MATRIX).pages[0]
    assert "Mapping not approved by management" in model
    approved = read(small(), MATRIX)
    assert "notapprovedbymanagement" not in approved.solid
    assert "MappingapprovedbyA.Person" in approved.solid


def test_the_matrix_claims_nothing_that_only_the_packets_hold() -> None:
    """It states where no criterion or control stands, leaves no column to the auditor, and lists no missing input."""
    cover = printed(MATRIX).pages[0]
    assert "Columns for the auditor" not in cover
    assert "Columns for the auditor" in printed(ISO).pages[0]
    assert "NOT PROVIDED. Workbook, sheet Gaps" in " ".join(cover.split())
    front = " ".join(printed(MATRIX).pages[1:4])
    assert "seven statements" not in front
    assert "Partly evidenced" not in front
    assert "seven statements" in " ".join(printed(ISO).pages[1:4])


def test_a_reason_of_a_link_is_no_statement_of_what_was_found() -> None:
    chapters = [p for p in printed(MATRIX).pages if "links and their reasons" in p]
    assert len(chapters) == 10
    for chapter in chapters:
        assert squeezed("It does not say what was found.") in squeezed(chapter)


def test_no_chapter_of_the_matrix_begins_with_a_page_of_its_heading_alone() -> None:
    """Three rows of many lines that may not be parted went to the next page, and left the heading behind."""
    begin = [p for p in printed(MATRIX).pages if re.match(r"\s*2\.\d+ ", body(p))]
    assert len(begin) >= 10
    for page in begin:
        assert "Report and evidence" in page, page


@pytest.mark.parametrize("kind", [MATRIX, ISO])
def test_every_annex_a_control_is_there(kind: str) -> None:
    controls = packet_sample.packet().annex_a
    assert len(controls) == 93
    for line in controls:
        assert squeezed(line.id + line.title) in printed(kind).solid, line.id


def test_every_criterion_is_in_the_index_of_the_matrix() -> None:
    for line in packet_sample.packet().soc2:
        assert squeezed(line.id + line.title) in printed(MATRIX).solid, line.id


def test_what_no_primary_link_reaches_says_what_to_bring() -> None:
    solid = printed(MATRIX).solid
    at = solid.rindex("Whatthemodeldoesnotreach")
    for line in (*packet_sample.packet().soc2, *packet_sample.packet().annex_a):
        row = squeezed(f"{line.id}{line.title}{'Supporting only' if line.supporting else 'No link'}")
        assert (row in solid[at:]) == (not line.primary), line.id
        assert line.primary or squeezed(line.bring) in solid[at:]


def test_a_control_that_aws_runs_is_applicable_and_inherited() -> None:
    for line in packet_sample.packet().annex_a:
        if line.id.startswith("A.7.") and line.responsibility == "aws":
            row = f"{line.id}{line.title}{line.applicable}NOTPROVIDEDNOTPROVIDEDInherited{line.statement.text}"
            assert squeezed(row) in printed(ISO).solid, line.id
    lead = "Of93AnnexAcontrols:noneisexcluded;noneisconfirmedbymanagement;93aretakenasapplicablebydefault"
    assert lead in printed(ISO).solid
    assert "statedfornoneofthe93whetheritisimplemented" in printed(ISO).solid


def test_an_exclusion_prints_its_reason() -> None:
    line = small().annex_a[-1]
    solid = read(small(), ISO).solid
    assert squeezed(f"{line.id}{line.title}No{line.exclusion}") in solid
    assert "Of4AnnexAcontrols:1isexcluded,withitsreason;noneisconfirmed" in solid


def test_every_clause_says_what_to_bring() -> None:
    for line in packet_sample.packet().clauses:
        number = line.id.removeprefix("clause-")
        assert squeezed(number + line.title + line.summary) in printed(ISO).solid, number
        assert squeezed(line.bring) in printed(ISO).solid, number


@KINDS
def test_nothing_reads_like_an_opinion(kind: str) -> None:
    for page in printed(kind).pages:
        assert OPINION.search(page) is None, OPINION.search(page)


@KINDS
def test_page_one_holds_scope_date_gaps_and_the_worst_finding(kind: str) -> None:
    page, packet = printed(kind).pages[0], packet_sample.packet()
    worst = next(f for f in packet.findings if f.severity == "critical")
    for words in (packet.meta.as_read_sentence, "2 accounts, 2 regions", "Gaps", worst.title, "Demonstration"):
        assert squeezed(words) in squeezed(page), words
    assert "Contents" in printed(kind).pages[1], "the cover is one page"


@KINDS
def test_every_page_says_whose_it_is(kind: str) -> None:
    for number, page in enumerate(printed(kind).pages, 1):
        assert "Prepared by management, not audited" in page
        assert f"Page {number} of {len(printed(kind).pages)}" in page
        assert "Example Ltd" in page


@KINDS
@pytest.mark.slow
def test_a_packet_with_almost_nothing_prints_too_and_always_the_same_bytes(kind: str) -> None:
    first = read(small(), kind)
    assert first.warnings == ()
    assert documents.document(small(), kind) == first.content
