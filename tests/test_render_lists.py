"""Figures and tables are numbered in the order of the pages, and the lists name each with its page."""

from __future__ import annotations

import re

import packet_sample
import pytest

from srm_docs.render import documents, html, lists

PAGE = (
    f'<h1>Contents</h1>{lists.PLACE}<h2><span class="no">1</span> <b>First</b> &amp; more</h2>'
    '<table class="tight"><thead></thead></table>'
    '<table>\n<caption>Said here.</caption></table><div class="fig"><h2>2 of 3</h2><table class="bars"></table></div>'
    '<table class="facts first"></table><h3><span class="no">1.2</span> Last</h3><table></table>'
    '<table class="tight" data-title="Of one &quot;name&quot;">\n<caption>More.</caption></table>'
    '<table data-title="Bare"></table><table data-title="Bare"></table><div class="fig words"><h2>Text</h2></div>'
    '<h2 class="chapter" id="x"><span class="no">2.3</span> Data</h2><h3>Tests</h3><table></table>'
    '<h1>Other</h1><h3>Tests</h3><table></table><table class="bars" data-title="x"></table>'
)


def test_each_is_numbered_and_listed_under_its_heading() -> None:
    made = lists.numbered(PAGE)
    assert re.findall(r'<a href="#(\S+)">([^<]+)</a>', made) == [
        ("figure-1", "2 of 3"), ("table-1", "First &amp; more"), ("table-2", "First &amp; more (2)"),
        ("table-3", "Last"), ("table-4", "Of one &quot;name&quot;"), ("table-5", "Bare"), ("table-6", "Bare (2)"),
        ("table-7", "Data: Tests"), ("table-8", "Tests"),
    ]  # fmt: skip
    assert "data-title" not in made
    assert '<div class="fig words"><h2>Text</h2>' in made, "words are no figure"
    bare = '<caption class="bare"><span class="no">Table 1</span> First &amp; more</caption>'
    assert f'<table class="tight" id="table-1">{bare}' in made
    named = '<caption><span class="no">Table 4</span> Of one &quot;name&quot;. More.</caption>'
    assert f'<table class="tight" id="table-4">{named}' in made
    assert '<table id="table-2"><caption><span class="no">Table 2</span> Said here.</caption>' in made
    assert '<div class="fig"><h2 id="figure-1"><span class="no">Figure 1</span> 2 of 3</h2>' in made
    assert '<table class="bars"></table>' in made
    assert '<table class="facts first"></table>' in made


def test_a_document_that_asks_for_no_lists_is_left_as_it_is() -> None:
    page = PAGE.replace(lists.PLACE, "")
    assert lists.numbered(page) is page
    assert lists.numbered(f"{lists.PLACE}<p>x</p>") == "<p>x</p>"


@pytest.mark.parametrize("kind", ["soc2-packet", "iso27001-packet", "responsibility-matrix"])
def test_every_anchor_of_a_document_is_there_once(kind: str) -> None:
    packet = packet_sample.packet()
    page = lists.numbered(html.render(documents.KINDS[kind].template, **documents.context(packet, kind)).text)
    anchors = re.findall(r'\bid="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    linked = set(re.findall(r'href="#([^"]+)"', page))
    assert linked <= set(anchors)
    assert {name for name in anchors if re.match(r"(table|figure)-\d", name)} <= linked
    assert sum(name.startswith("table-") for name in anchors) > 5
