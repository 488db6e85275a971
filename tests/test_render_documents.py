"""The SOC 2 packet in PDF: it says what the model says, on pages that can be forwarded, in the same bytes each time."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import packet_sample
import pikepdf
import pytest
import verapdf
from markupsafe import Markup

from srm_docs import resources
from srm_docs.collect.answer import State
from srm_docs.errors import TemplateError
from srm_docs.packet.model import NOT_PROVIDED, Answer, EvidenceLine, LetterLine, Packet, Shape
from srm_docs.render import assets, charts, documents, filters, html, pdf, text, views

pdfium = pytest.importorskip("pypdfium2")
EVIDENCE = re.compile(r"EV[A-Z2-7]{8}")  # as `squeezed` leaves it
LISTS = ("Evidence index", "List of contents and verification")
FORBIDDEN = re.compile(
    r"\b(compliant|compliance with|satisfied|satisfies|passed|passes|effective|adequate)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def packet() -> Packet:
    return packet_sample.packet()


@pytest.fixture(scope="module")
def made(packet: Packet) -> pdf.Pdf:
    return documents.printed(packet, "soc2-packet")


@pytest.fixture(scope="module")
def pages(made: pdf.Pdf) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made.content)]


@pytest.fixture(scope="module")
def sections(made: pdf.Pdf, pages: list[str]) -> dict[str, str]:
    """Return the squeezed text of each bookmarked section or chapter by its title without number."""
    starts = numbered(made.content)
    ends = [at for _, at in starts[1:]] + [len(pages)]
    return {
        title.split(" ", 1)[1]: squeezed("".join(pages[at : max(end, at + 1)]))
        for (title, at), end in zip(starts, ends, strict=True)
    }


def bookmarks(content: bytes) -> list[tuple[str, int]]:
    document = pdfium.PdfDocument(content)
    return [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]


def numbered(content: bytes) -> list[tuple[str, int]]:
    """Return the bookmarks of sections and chapters: `6.3 Networking`, but not `2 of 25 groups`."""
    return [(title, at) for title, at in bookmarks(content) if re.match(r"\d+(\.\d+)? (?!of )", title)]


def squeezed(said: str) -> str:
    """Return text without white space and hyphens: at the end of a line, pdfium takes a hyphen for a broken word.

    Its apostrophes are those of sources: print makes its own of them.
    """
    plain = said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return "".join(re.sub("[-\ufffe\u200b\u00ad]", "", plain).split())


def small(packet: Packet, **changed: object) -> Packet:
    """Return the packet with one domain and few lines, so that a test that only needs page 1 prints fast."""
    few = {
        "domains": packet.domains[:1], "soc2": packet.soc2[:5], "soc2_matrix": packet.soc2_matrix[:5], "findings": (),
        "evidence": (), "contents": packet.contents[:3], "gaps": packet.gaps[:3], "tests": (), "unread": (),
    }  # fmt: skip
    return dataclasses.replace(packet, **{**few, **changed})


def words(packet: Packet) -> str:
    """Return the squeezed text of the SOC 2 packet before it is laid out: where no page matters, that is enough."""
    drawn = html.render("soc2-packet.html", **documents.context(packet, "soc2-packet")).text
    return squeezed(unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", drawn, flags=re.DOTALL)))


def page_one(content: bytes) -> str:
    return squeezed(pdfium.PdfDocument(content)[0].get_textpage().get_text_range())


# ---- what is said


def test_nothing_is_dropped_by_the_layout(made: pdf.Pdf) -> None:
    assert made.warnings == ()


def test_page_one_has_scope_date_gaps_and_the_worst_finding(packet: Packet, pages: list[str]) -> None:
    said = squeezed(pages[0])
    for fact in (
        packet.meta.organization,
        packet.meta.system,
        packet.meta.period,
        packet.meta.as_read_sentence,
        packet.meta.type_2_sentence,
        packet.meta.mapping_approval,
        packet.meta.version,
        packet.meta.prepared_by,
        packet.meta.classification,
        packet.meta.snapshot,
        packet.scope.completeness.text,
        packet.summary.out_of_scope,
        "eu-west-1, us-east-1",
        "16 of 28 buckets deviated",
        "not provided: 23 of 61 criteria",
        "Demonstration",
        "Prepared by management, not audited",
    ):
        assert squeezed(fact) in said, fact
    assert squeezed(pages[1]).find("Contents") >= 0, "the cover is one page"


def test_each_of_the_39_bullets_is_in_its_chapter_on_its_side(packet: Packet, sections: dict[str, str]) -> None:
    bullets = 0
    for domain in packet.domains:
        said = sections[domain.title]
        aws, customer = said.split(squeezed(f"What {packet.meta.organization} must do"), 1)
        for side, lines in ((aws, domain.aws), (customer, domain.customer)):
            for line in lines:
                bullets += 1
                assert squeezed(line.text + ("Inherited" if line.kind == "inherited" else "")) in side, line.id
                assert squeezed(line.expectation) in side, line.id
    assert bullets == 39


def test_each_criterion_has_its_statement_and_none_is_called_met(packet: Packet, sections: dict[str, str]) -> None:
    said = sections["Where each criterion stands"]
    for line in packet.soc2:
        assert re.search(
            re.escape(squeezed(line.id + line.title)) + r"\w{0,14}" + re.escape(squeezed(line.statement.text)), said
        ), line.id
    assert not re.search(r"(Inherited|Shared|Customer)(Met|Pass|Compliant|Satisfied)", said)


def test_each_finding_has_its_count_in_its_chapter_and_in_the_list(packet: Packet, sections: dict[str, str]) -> None:
    for finding in packet.findings:
        assert squeezed(finding.title) in sections["Findings"]
        assert squeezed(finding.number) in sections[finding.domain_title]
        test = next(test for test in packet.tests if test.id == finding.id)
        assert squeezed(f"{test.title}") in sections[finding.domain_title]
        assert squeezed(f"{test.answer.text} {finding.number}, page") in sections[finding.domain_title]
    assert "and4more:workbook,sheetFindings" in sections["Findings"]


def test_each_domain_has_all_its_parts_and_says_none_where_one_is_empty(
    packet: Packet, sections: dict[str, str]
) -> None:
    parts = ("What AWS does", "must do", "How it was inspected", "Self-tests", "Deviations", "What could not be read")
    for domain in packet.domains:
        for part in parts:
            assert squeezed(part).lower() in sections[domain.title].lower(), (domain.id, part)
    assert "None:noselftestbelongstothisdomain" in sections["Physical Infrastructure"]


def test_each_self_test_is_listed_once_under_the_reference_that_the_matrix_names(
    packet: Packet, sections: dict[str, str]
) -> None:
    procedures = views.view(packet, "soc2").procedures
    listed = [test.id for procedure in procedures for test in procedure.tests]
    assert sorted(listed) == sorted(test.id for test in packet.tests)
    for procedure in procedures:
        title = next(d.title for d in packet.domains if d.id == procedure.line.domain)
        assert squeezed(f"{procedure.ref}{procedure.line.text}: {procedure.count} self") in sections[title]
    said = sections["Control matrix and management self-test"]
    for line in packet.soc2:
        if any(row.requirement == line.id for row in packet.soc2_matrix):
            assert said.count(squeezed(f"{line.id} {line.title}: {line.statement.text}")) == 1, line.id
    assert "Initials,date" in said


def test_a_document_says_nothing_of_the_other_framework(packet: Packet, pages: list[str]) -> None:
    said = squeezed("".join(pages[2:7]))
    assert "Annex" not in said
    assert "27001:2022" not in said.replace(squeezed(packet.meta.audit_type), "")


def test_what_was_refused_names_its_mend(packet: Packet, sections: dict[str, str]) -> None:
    for line in packet.unread:
        assert squeezed(line.call) in sections["What could not be read"]
        assert squeezed(line.mend) in sections["What could not be read"]


def test_evidence_and_contents_are_listed_with_their_hashes(packet: Packet, sections: dict[str, str]) -> None:
    for item in packet.evidence:
        region = "" if item.region == "global" else item.region
        assert squeezed(f"{item.id}{item.account}{region}") in sections["Evidence index"]
        assert squeezed(item.call) in sections["Evidence index"]
        assert item.sha256 in sections["Evidence index"]
    listed = sections["List of contents and verification"]
    assert packet.contents_digest in listed
    assert packet.meta.chain_head in listed
    assert "manifest.json" in listed
    for file in packet.contents:
        folder, _, name = file.path.rpartition("/")
        assert squeezed(f"{name}{file.size:,}{file.sha256}") in listed, file.path
        assert not folder or squeezed(f"{folder}/") in listed, file.path


def test_each_evidence_id_that_a_page_cites_stands_in_the_index(packet: Packet, sections: dict[str, str]) -> None:
    index = set(EVIDENCE.findall(sections["Evidence index"]))
    printed = set(EVIDENCE.findall("".join(said for title, said in sections.items() if title not in LISTS)))
    assert len(printed) > 10
    assert printed <= index
    assert printed <= {squeezed(ident) for ident in views.cited(packet)}, (
        "an index of thousands of items lists only what is known to be cited"
    )


def test_a_long_list_of_contents_leaves_out_only_replies_of_aws(packet: Packet) -> None:
    """A reply's hash is in contents.json, whose own hash is printed: 20 pages of digests nobody compares by eye."""
    file = packet.contents[0]
    replies = tuple(dataclasses.replace(file, path=f"evidence/EV-{at:08}.json") for at in range(views.MOST_FILES))
    ours = tuple(dataclasses.replace(file, path=path) for path in ("coverage.json", "catalog/aws-reports.yaml"))
    assert views.view(dataclasses.replace(packet, contents=replies)).files == replies
    assert views.view(dataclasses.replace(packet, contents=(*replies, *ours))).files == ours


def test_findings_of_less_weight_lose_nothing_in_their_table(packet: Packet) -> None:
    findings = tuple(dataclasses.replace(f, severity="medium", also_unread="1 VPC") for f in packet.findings)
    given = dataclasses.replace(findings[0], response="Closed at night.", owner="Network lead")
    said = words(small(packet, domains=packet.domains, findings=(given, *findings[1:]), tests=packet.tests))
    for finding in findings:
        assert said.count(squeezed(f"{finding.number} {finding.title}")) == 1
        for fact in (finding.id, finding.effect, finding.remedy, "Not read: 1 VPC"):
            assert squeezed(fact) in said, (finding.number, fact)
        assert {squeezed(ident) for ident in finding.evidence[:4]} <= {*EVIDENCE.findall(said)}
    assert squeezed("Response: Closed at night. Owner: Network lead") in said
    assert squeezed("is NOT PROVIDED where a row does not give it") in said


def test_a_chapter_names_the_number_and_the_page_of_each_finding(
    packet: Packet, sections: dict[str, str], pages: list[str]
) -> None:
    for finding in packet.findings:
        found = re.search(squeezed(f"{finding.number}, page ") + r"(\d{1,3})", sections[finding.domain_title])
        assert found, finding.number
        number = next(n for n in (found[1], found[1][:2], found[1][:1]) if int(n) <= len(pages))
        assert squeezed(finding.number) in squeezed(pages[int(number) - 1])


def test_each_tested_row_of_the_matrix_leads_to_its_self_tests(packet: Packet) -> None:
    """What the organization sets of AWS's own part is tested under customer responsibilities."""
    view = views.view(packet, "soc2")
    tests = {test.id: test for test in packet.tests}
    sides = [line for domain in packet.domains for line in (*domain.aws, *domain.customer)]
    for line in sides:
        homes = view.homes(line.id)
        assert bool(homes) == any(test in tests for test in line.tests), line.id
        assert set(homes) <= set(view.refs)


def test_a_cut_list_of_contents_says_how_many_it_names(packet: Packet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_FILES", 2)
    monkeypatch.setattr(views, "MOST_HASHED", 1)
    file = packet.contents[0]
    three = tuple(dataclasses.replace(file, path=path) for path in ("a.json", "b.json", "evidence/EV-AAAAAAAA.json"))
    said = words(small(packet, evidence=packet.evidence[:3], contents=three))
    assert "2of3arenamedhere,allofthemincontents.json" in said
    assert "Eachisnamed" not in said
    assert "SHA256ofeachfile:contents.json,andworkbook" in said, "no hash may be promised in a list that is cut"


def test_the_seven_statements_and_the_notation_are_explained(packet: Packet, sections: dict[str, str]) -> None:
    said = sections["How to read this"]
    for line in packet.statements:
        assert squeezed(line.statement.text) in said
        assert squeezed(line.when) in said
    assert "‹U+202E›" in said
    for name, why in packet.sources:
        assert squeezed(name + why) in said


def test_nothing_reads_like_an_opinion(packet: Packet, pages: list[str]) -> None:
    said = "\n".join(pages)
    assert not (found := FORBIDDEN.search(said)), said[found.start() - 40 : found.end() + 40]
    auditor = [page for page in pages if "left blank" in page and "Test" in page]
    assert auditor, "the control matrix keeps columns for the auditor"


def test_hostile_names_are_printed_as_text(sections: dict[str, str]) -> None:
    said = sections["Findings"]
    for name in packet_sample.HOSTILE[:12]:
        assert squeezed(text.visible(name, face="mono", strict=True)) in said, name


def test_every_page_says_whose_it_is(packet: Packet, made: pdf.Pdf, pages: list[str]) -> None:
    for number, said in enumerate(pages, 1):
        assert f"Page {number} of {made.pages}" in said
        assert "Prepared by management, not audited" in said
        if number > 1:
            assert "Example Ltd · SOC 2 audit packet · Version 0.3 draft for walkthrough · Confidential" in said


# ---- how it is laid out


def test_contents_name_the_page_on_which_each_section_begins(made: pdf.Pdf, pages: list[str]) -> None:
    lines = {}
    for line in pages[1].splitlines():
        if found := re.match(r"^(\d+(?:\.\d+)?) (.+?) (\d+)$", line.strip()):
            lines[f"{found[1]} {found[2]}"] = int(found[3])
    begin = {title: at + 1 for title, at in numbered(made.content)}
    assert lines == begin
    assert len(lines) == 19 + 10


def test_every_link_leads_to_a_page(made: pdf.Pdf) -> None:
    document = pikepdf.open(io.BytesIO(made.content))
    known = {str(name) for name in pikepdf.NameTree(document.Root.Names.Dests)}
    links = [str(note.Dest) for page in document.pages for note in page.get("/Annots", []) if "/Dest" in note]
    assert len(links) > 100
    assert set(links) <= known


def test_no_text_is_too_small_to_read(made: pdf.Pdf) -> None:
    assert charts.SMALL * 72 / 25.4 >= 7
    for page in pdfium.PdfDocument(made.content):
        for item in page.get_objects(filter=[1], max_depth=1):  # 1 is text; charts are forms with a scale of their own
            box = item.get_matrix()
            size = pdfium_size(item) * (box.a**2 + box.b**2) ** 0.5
            assert size > 7


def pdfium_size(item: object) -> float:
    import ctypes

    from pypdfium2 import raw

    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(item.raw, ctypes.byref(size))  # type: ignore[attr-defined]
    return size.value


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
def test_it_conforms(made: pdf.Pdf, flavour: str) -> None:
    assert verapdf.failures(made.content, flavour) == {}


@pytest.mark.slow
def test_the_same_packet_gives_the_same_bytes(packet: Packet) -> None:
    few = small(packet, findings=packet.findings, evidence=packet.evidence[:3])
    first, again = (hashlib.sha256(documents.document(few, "soc2-packet")).digest() for _ in range(2))
    assert first == again


@pytest.mark.slow
def test_letter_paper_keeps_the_cover_on_one_page(packet: Packet) -> None:
    letter = small(packet, meta=dataclasses.replace(packet.meta, paper="Letter"), findings=packet.findings)
    content = documents.document(letter, "soc2-packet")
    document = pikepdf.open(io.BytesIO(content))
    assert [round(float(side)) for side in document.pages[0].MediaBox] == [0, 0, 612, 792]
    assert "Contents" in pdfium.PdfDocument(content)[1].get_textpage().get_text_range()


@pytest.mark.slow
def test_the_summary_is_one_page_with_every_category_on_letter_paper(packet: Packet) -> None:
    first = tuple(
        (f"{at} of 4,196 security groups deviate from a rule that is named here at length.", "w" * 40)
        for at in range(5)
    )
    crowded = small(
        packet, domains=packet.domains, findings=packet.findings, soc2=packet.soc2,
        meta=dataclasses.replace(packet.meta, paper="Letter"),
        summary=dataclasses.replace(packet.summary, read_first=first),
    )  # fmt: skip
    begin = dict(numbered(documents.document(crowded, "soc2-packet")))
    assert begin["2 Scope and basis of preparation"] - begin["1 Executive summary"] == 1


@pytest.mark.slow
def test_what_nobody_gave_is_printed_as_not_provided(packet: Packet) -> None:
    bare = dataclasses.replace(
        packet.meta, organization=NOT_PROVIDED, system=NOT_PROVIDED, period=NOT_PROVIDED, version=NOT_PROVIDED,
        prepared_by=NOT_PROVIDED, type_2_sentence="", demo=False,
    )  # fmt: skip
    content = documents.document(small(packet, meta=bare), "soc2-packet")
    assert page_one(content).count("NOTPROVIDED") >= 5
    assert "Demonstration" not in page_one(content)


def test_an_empty_packet_says_none_in_every_part(packet: Packet) -> None:
    domain = dataclasses.replace(packet.domains[0], aws=(), customer=(), not_applicable_line=None)
    empty = small(
        packet, domains=(domain,), soc2_matrix=(), reports=(), csocs=(), cuecs=(), parameters=(), sources=(), gaps=(),
        contents=(), contents_digest="", annex_a=(), clauses=(),
        scope=dataclasses.replace(packet.scope, accounts=(), regions=()),
        summary=dataclasses.replace(packet.summary, coverage_totals=(), read_first=(), out_of_scope=""),
    )  # fmt: skip
    said = words(empty)
    assert said.count("None.") >= 14
    assert squeezed("None: no self-test found a deviation") in said


# ---- the functions


def test_a_document_is_made_only_where_its_framework_is_in_scope(packet: Packet) -> None:
    alone = dataclasses.replace(packet, annex_a=(), clauses=())
    assert [name for name, kind in documents.KINDS.items() if kind.wanted(alone)] == [
        "executive-summary",
        "responsibility-matrix",
        "soc2-packet",
        "management-assertion",
        "bridge-letter",
    ]
    assert all(kind.wanted(packet) for kind in documents.KINDS.values())


def test_a_users_template_is_used_and_its_mistakes_are_named(packet: Packet, tmp_path: Path) -> None:
    own = tmp_path / "soc2-packet.html"
    own.write_text('{% extends "layout.html" %}{% block body %}<h1>{{ packet.meta.system }}, ours</h1>{% endblock %}')
    assert "Billingplatform,ours" in page_one(
        documents.document(packet, "soc2-packet", documents.Press(templates=tmp_path))
    )
    own.write_text('{% extends "layout.html" %}\n{% block body %}<h1>x</h1><a href="#nowhere">x</a>{% endblock %}')
    with pytest.raises(TemplateError, match="nowhere"):
        documents.document(packet, "soc2-packet", documents.Press(templates=tmp_path))


def items(count: int) -> Iterator[EvidenceLine]:
    line = packet_sample.packet().evidence[0]
    for at in range(count):
        yield dataclasses.replace(line, id=f"EV-{at:08}", call=f"ec2:Describe{at // 4}", rows=1)


def test_a_long_evidence_index_lists_what_is_cited_and_names_the_rows_of_the_workbook() -> None:
    lines = tuple(items(views.MOST_EVIDENCE))
    groups = views.evidence_groups(lines)
    assert tuple(line for group in groups for line in group.items) == lines
    lines = tuple(items(views.MOST_EVIDENCE + 4))
    groups = views.evidence_groups(lines, {lines[5].id, lines[6].id})
    assert [group.rows for group in groups[:2]] == ["rows 5 to 8", "rows 9 to 12"]
    assert [(group.count, len(group.items)) for group in groups[:3]] == [(4, 0), (4, 2), (4, 0)]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("AWSManagedRulesCommonRuleSet", ["AWS", "Managed", "Rules", "Common", "Rule", "Set"]),
        ("SubscriptionRequiredException", ["Subscription", "Required", "Exception"]),
        ("role/srm-docs-reader/srm-docs", ["role/", "srm-docs-reader/", "srm-docs"]),
    ],
)
def test_a_name_breaks_at_its_capitals_and_joints_only(name: str, parts: list[str]) -> None:
    made = html.environment().filters["id"](name)
    assert made.striptags() == name, "a chance to break is no character"
    assert [Markup(part).striptags() for part in made.split("<wbr>")] == parts


def test_a_name_that_begins_a_line_is_not_broken_within_a_part() -> None:
    """The layout engine breaks a part at the start of a line where it can, so the parts must not be breakable."""
    name = html.environment().filters["id"]("codepipeline:ListPipelinesException")
    head = '<html lang="en"><title>x</title><link rel="stylesheet" href="srm-asset:css/text.css">'
    page = f'{head}<p style="width:45mm; font-size:12pt">{name}'
    lines = pdfium.PdfDocument(pdf.write(page, assets=assets.bundled(None)).content)[0].get_textpage().get_text_range()
    parts = {"codepipeline:", "List", "Pipelines", "Exception"}
    assert len(lines.splitlines()) > 1
    for line in lines.splitlines():
        assert set(re.findall(r"[a-z]+:|[A-Z][a-z]+|.", line.strip())) <= parts, line


def test_a_name_that_begins_with_a_stroke_stays_in_its_column() -> None:
    """No line breaks before a stroke, not even after a space: `/vpc/flow-logs` once ran over the next column."""
    ident = html.environment().filters["id"]
    assert ident("/vpc/flow-logs").striptags() == "/vpc/flow-logs"
    head = '<html lang="en"><title>x</title><link rel="stylesheet" href="srm-asset:css/text.css">'
    names = ", ".join(ident(name) for name in ["/aws/lambda/legacy-import", "/ecs/billing", "/vpc/flow-logs"] * 4)
    content = pdf.write(
        f'{head}<div style="width:50mm; font-size:8pt">{names}</div>', assets=assets.bundled(None)
    ).content
    page = pdfium.PdfDocument(content)[0].get_textpage()
    boxes = [page.get_charbox(at) for at in range(page.count_chars())]
    left = min(box[0] for box in boxes)
    assert max(box[2] for box in boxes) - left < 50 * 72 / 25.4 + 1


def test_a_long_parameter_loses_its_middle_and_keeps_its_name() -> None:
    asked = views.View.asked
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/billing-db"
    shown = asked(json.dumps({"SecretId": arn}), 40)
    assert shown.startswith("SecretId=…")
    assert shown.endswith("secret:prod/billing-db")
    assert len(shown) == 40
    assert asked('{"Max": 5, "Name": "a"}', 40) == "Max=5, Name=a"
    assert asked("no JSON", 40) == "no JSON"
    assert asked('{"Includes": ["RSA_1024", "RSA_2048", "RSA_3072"]}', 24) == 'Includes=["RSA_1024", "…', (
        "a list begins"
    )


@pytest.mark.slow
def test_a_hash_of_the_list_of_contents_stands_on_one_line(packet: Packet) -> None:
    content = documents.document(small(packet), "soc2-packet")
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content)]
    lines = [line for line in "\n".join(pages).splitlines() if "SHA256SUMS" not in line]
    hashes = [file.sha256 for file in packet.contents[:3]]
    assert len(hashes) == 3
    assert all(any(digest in "".join(line.split()) for line in lines) for digest in hashes)


def test_the_audits_period_is_not_under_a_letter_about_other_days(packet: Packet) -> None:
    foot = documents.context(packet, "bridge-letter")["document"].foot
    assert str(foot).startswith("Snapshot ")
    assert packet.meta.period[:5] in str(documents.context(packet, "management-assertion")["document"].foot)


def test_what_management_signs_is_never_cut(packet: Packet) -> None:
    said = " ".join(f"Exception {number} of the period." for number in range(200))
    letter = LetterLine(
        id="management-assertion", title="Management’s assertion", refused=(said,), warned=(),
        parts=(("Exceptions to the above", Answer(text=said, shape=Shape.PLAIN)),),
    )  # fmt: skip
    text = html.render(
        "management-assertion.html", **documents.context(dataclasses.replace(packet, letters=(letter,)), letter.id)
    ).text
    assert text.count("Exception 199 of the period.") == 2


def test_a_region_and_a_group_of_a_hash_are_never_broken() -> None:
    filters_of = html.environment().filters
    assert filters_of["value"]("in eu-north-1 alone") == 'in <span class="nb">eu-north-1</span> alone'
    assert '<span class="nb">srm-docs-reader/</span>' in filters_of["id"]("assumed-role/srm-docs-reader/x")
    assert '<span class="nb">Exception</span>' in filters_of["id"]("SubscriptionRequiredException")
    style = (resources.templates() / "packet" / "css" / "text.css").read_text("utf-8")
    assert re.search(r"\.hash i \{[^}]*white-space: nowrap", style)


def test_a_call_is_printed_as_aws_names_it_and_a_command_as_code() -> None:
    filters_of = html.environment().filters
    assert filters_of["call"]("ec2:DescribeImages#in-use").striptags() == "ec2:DescribeImages (filter: in use)"
    coded = filters_of["coded"]("Try `srm-docs policy`.")
    assert coded == 'Try <code><span class="nb">srm-docs</span> policy</code>.'


def test_resources_of_a_place_with_the_same_note_share_a_line(packet: Packet) -> None:
    finding = next(line for line in packet.findings if len(line.resources) > 12)
    places = views.view(packet, "soc2").places(finding.resources, 12)
    assert sum(len(place.names) for place in places) == 12
    assert {name for place in places for name in place.names} <= {line.name for line in finding.resources}


def test_each_state_of_the_ledger_is_explained() -> None:
    source = (resources.templates() / "packet" / "parts" / "scope.html").read_text("utf-8")
    for state in State:
        assert f'"{state}": _("' in source, state


def test_sections_are_numbered_in_order(packet: Packet) -> None:
    made = views.plan([("a", "First"), ("b", "Second", packet.domains)])
    assert made["b"].no == "2"
    assert made[packet.domains[2].id].no == "2.3"
    assert len(made.lines) == 12


def test_words_break_after_an_underscore() -> None:
    assert "<wbr>" in filters.breaking("a_b")


def test_printing_needs_nothing_but_the_packet(packet: Packet) -> None:
    names = set(documents.context(packet, "soc2-packet"))
    assert names == {"packet", "view", "plan", "document"}
    assert isinstance(documents.context(packet, "soc2-packet")["document"], html.Document)


def test_a_self_test_is_named_by_its_title_the_worst_finding_first(packet: Packet, sections: dict[str, str]) -> None:
    view = views.view(packet, "soc2")
    tests = [test.id for test in packet.tests]
    titles = {test.id: test.title for test in packet.tests}
    assert sorted(view.named(tests)) == sorted(titles.values())
    assert view.named(reversed(tests))[0] == titles[next(iter(view.numbers))]
    assert view.named(["of-another-version"]) == ("of-another-version",)
    refused = next(line for line in packet.unread if line.affects)
    assert squeezed(titles[refused.affects[0]]) in sections["What could not be read"]


def test_an_answer_that_there_is_none_prints_its_code_and_no_broken_sentence(packet: Packet) -> None:
    none = dataclasses.replace(
        packet.evidence[0], state="absent", error="PolicyNotFound (an answer: it is off or does not exist)", pages=0
    )
    said = words(small(packet, evidence=(none,)))
    assert squeezed("absent; AWS’s code for that: PolicyNotFound") in squeezed(said), "an answer, not a refusal"
    assert "(ananswer" not in said
