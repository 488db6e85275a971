"""Parts of the packets as HTML: what is said once, what leads where, and what each framework leaves out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import packet_sample
import pytest

from srm_docs.packet import model as m
from srm_docs.packet.gaps import subject_of
from srm_docs.render import documents, filters, html, views

OWN = {"own_control": "IAM-01", "own_description": "Users are reviewed.", "own_owner": "A lead",
       "own_frequency": "quarterly"}  # fmt: skip
NOT_ASKED = dict.fromkeys(OWN, "")


def printed(packet: m.Packet, kind: str = "soc2-packet") -> str:
    return html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text


@cache
def whole(kind: str = "soc2-packet") -> str:
    return printed(packet_sample.packet(), kind)


def section(page: str, anchor: str) -> str:
    return page.partition(f'<h1 id="{anchor}"')[2].partition("</section>")[0]


def chapter(page: str, anchor: str) -> str:
    return page.partition(f'<h2 class="chapter" id="{anchor}"')[2].partition("</section>")[0]


def words(page: str) -> str:
    return " ".join(re.sub(r"<wbr>|</?span[^>]*>", "", page).replace("<br>", " ").split())


def test_an_own_control_stands_once_under_its_criterion_and_by_its_id_in_the_rows() -> None:
    packet = packet_sample.packet()
    rows = tuple(replace(r, **OWN) if r.requirement == "CC6.1" else r for r in packet.soc2_matrix)
    n = sum(r.requirement == "CC6.1" for r in rows)
    assert n > 2
    made = section(printed(replace(packet, soc2_matrix=rows)), "matrix")
    assert made.count("Users are reviewed") == 1
    said = "Own control <b>IAM-01</b>: Users are reviewed. Owner: A lead. Frequency: quarterly."
    assert f'<tr class="under"><td colspan="11">{said}' in made
    assert made.count("IAM-01") == n + 1


def test_an_excluded_control_is_asked_for_nothing() -> None:
    packet = packet_sample.packet()
    excluded = next(r for r in packet.annex_a if not r.primary)
    line = replace(excluded, exclusion="Nobody does it.", bring="", applicable="No", **NOT_ASKED)
    row = replace(packet.iso_matrix[0], requirement=line.id, **NOT_ASKED)
    packet = replace(
        packet, annex_a=tuple(line if r is excluded else r for r in packet.annex_a), iso_matrix=(row,)
    )  # fmt: skip
    cells = section(printed(packet, "iso27001-packet"), "matrix").partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Not asked: the control is excluded" in cells
    assert "NOT PROVIDED" not in cells
    matrix = section(printed(packet, "responsibility-matrix"), "gaps")
    assert f'<th scope="row">{line.id}</th>' in matrix
    assert "Excluded by management: Nobody does it." in words(matrix)


def test_reviews_of_reports_are_led_to_and_not_repeated() -> None:
    packet = packet_sample.packet()
    for domain in packet.domains:
        made = chapter(whole(), domain.id)
        table = made.partition("<tbody>")[2].partition("</tbody>")[0]
        assert made.count('href="#report-review"') == 1
        assert "Review:" not in table
        assert "certificate and Statement" not in table


def test_what_most_csocs_rely_on_is_said_once() -> None:
    packet = packet_sample.packet()
    table = section(whole(), "subservice").partition("What is expected of AWS</h2>")[2]
    usual = max((c.relied_on for c in packet.csocs), key=[c.relied_on for c in packet.csocs].count)
    others = [c for c in packet.csocs if c.relied_on != usual]
    assert all(table.count(title) == 1 for title in usual)
    assert table.count("Relied on: ") == len(others)


def test_the_head_of_a_group_of_self_tests_adds_up() -> None:
    packet = packet_sample.packet()
    first, second = [p.line for p in views.procedures(packet) if p.count > 1][:2]
    both = replace(second, tests=(*second.tests, first.tests[0]))
    domains = tuple(
        replace(d, customer=tuple(both if line is second else line for line in d.customer)) for d in packet.domains
    )
    markup = printed(replace(packet, domains=domains))
    home = next(p for p in views.procedures(packet) if p.line is first)
    link = f'<a class="on" href="#procedure-{first.id}">{home.ref}</a> (1)'
    assert "".join(link.split()) in "".join(markup.split()), "where the other one stands, with its page"
    page = words(markup)
    n = len(second.tests)
    assert f"{second.text}: {n + 1} self-tests: {n} below, 1 in other groups" in page.replace("&amp;", "&")
    assert page.count("in other groups") == 1


def test_a_domain_without_self_tests_has_no_figures_of_nothing() -> None:
    packet = packet_sample.packet()
    for domain in packet.domains:
        assert ('class="kpi"' in chapter(whole(), domain.id)) == bool(domain.tests)


def test_the_soc_2_packet_names_no_annex_a_control_beside_a_duty() -> None:
    packet = packet_sample.packet()
    line = packet.domains[0].not_applicable_line
    assert line is not None
    assert "A.7.7" in line.caveat
    made = words(chapter(whole(), packet.domains[0].id))
    assert "remain with the customer." in made
    assert packet.scope.offices in made
    assert "A.7." not in made
    assert "N/A<" not in chapter(whole(), packet.domains[0].id)
    assert "(see A.7.7, A.7.9, A.7.10)" in words(whole("responsibility-matrix"))


def test_names_of_controls_do_not_break() -> None:
    shown = filters.breaking("see A.7.7, CC6.1 and A1.2")
    assert re.findall(r'<span class="nb">([^<]+)</span>', shown) == ["A.7.7", "CC6.1", "A1.2"]


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet"])
def test_what_all_gaps_of_a_group_lack_is_said_in_its_head_and_each_leads_to_its_line(kind: str) -> None:
    packet = packet_sample.packet()
    lines = packet.soc2[:3] if kind == "soc2-packet" else packet.clauses[:3]
    gaps = tuple(
        m.GapLine(subject=subject_of(line), what="Documents NOT PROVIDED", bring="Minutes", where="One group")
        for line in lines
    )  # fmt: skip
    packet = replace(packet, gaps=(*packet.gaps, *gaps))
    view = views.view(packet, documents.KINDS[kind].framework)
    made = section(printed(packet, kind), "gaps")
    assert 'One group: Documents <b class="missing">NOT PROVIDED</b>' in made
    assert len(gaps) == 3
    for gap in gaps:
        assert f'href="#{view.stands[gap.subject]}"' in made
    for before in made.partition("<tbody>")[2].split("NOT PROVIDED")[:-1]:
        assert before.endswith('<b class="missing">')


def test_the_glossary_has_the_words_of_its_framework() -> None:
    soc2, iso = section(whole(), "glossary"), section(whole("iso27001-packet"), "glossary")
    for word in ("CCM, SCF", "PBC", "SIEM", "Carve-out"):
        assert f'<th scope="row">{word}</th>' in soc2
        assert f'<th scope="row">{word}</th>' in iso
    for word in ("DC", "POP- and 5 characters", "Assertion", "Criterion"):
        assert f'<th scope="row">{word}</th>' in soc2
        assert f'<th scope="row">{word}</th>' not in iso
    assert '<th scope="row">ISMS</th>' in iso
    assert '<th scope="row">ISMS</th>' not in soc2


def test_a_default_is_printed_where_the_value_differs_from_it() -> None:
    packet = packet_sample.packet()
    same = replace(packet.parameters[0], value="90", default="90")
    other = replace(packet.parameters[0], id="other", value="30", default="45")
    made = section(printed(replace(packet, parameters=(same, other))), "reading")
    assert re.findall(r"Default: (\d+)", words(made)) == ["45"]


def test_a_declaration_leads_to_its_finding_and_names_what_is_missing() -> None:
    packet = packet_sample.packet()
    finding = packet.findings[0]
    plain = m.Answer(text="In force", shape=m.Shape.PLAIN)
    line = m.DeclaredLine(
        id="EX-1", about=(finding.number, finding.id), text="x", reason="y", compensating="", requested_by="",
        approved=m.NOT_PROVIDED, state=plain, owner="", response="", due="", evidence=("ME-1",),
    )  # fmt: skip
    own = m.OwnControlLine(
        id="IAM-01", draft="", title="t", description=m.NOT_PROVIDED, nature="", operation="", frequency="yearly",
        owner=m.NOT_PROVIDED, soc2=(), iso=("A.5.1",), responsibilities=(), tests=(), result=plain, evidence=(),
        reviewed="",
    )  # fmt: skip
    packet = replace(packet, exceptions=(line,), own_controls=(own,))
    made = section(printed(packet), "register")
    assert made.count(f'href="#finding-{finding.id}"') == 2
    said = words(made)
    for text in ("Approved exceptions (waivers)", "Proof: ME-1", "Frequency: yearly"):
        assert text in said
    for label in ("Description", "Owner", "Approved"):
        assert f'{label} <b class="missing">NOT PROVIDED</b>' in said
    assert "register/" not in said
    iso = section(printed(packet, "iso27001-packet"), "register")
    assert '<th scope="col">Controls</th>' in iso
    assert '<th scope="col">Criteria</th>' not in iso
