"""The executive summary: two pages on either paper, each chart with its numbers beside it, and nothing hidden."""

from __future__ import annotations

import dataclasses

import content_sample
import packet_sample
import pytest
import verapdf

from srm_docs.collect.answer import State
from srm_docs.packet.model import Packet
from srm_docs.render import charts, documents, pdf, views

pdfium = pytest.importorskip("pypdfium2")
KIND = "executive-summary"


def packet(paper: str = "A4", *, sealed: bool = True) -> Packet:
    made = packet_sample.packet()
    return dataclasses.replace(made, meta=dataclasses.replace(made.meta, paper=paper, sealed=sealed))


@pytest.fixture(scope="module")
def made() -> pdf.Pdf:
    return documents.printed(packet(), KIND)


@pytest.fixture(scope="module")
def pages(made: pdf.Pdf) -> list[str]:
    return ["".join(page.get_textpage().get_text_range().split()) for page in pdfium.PdfDocument(made.content)]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_is_two_pages_with_every_category_sealed_or_not(paper: str) -> None:
    made = documents.printed(packet(paper, sealed=False), KIND)
    assert (made.pages, made.warnings) == (2, ())
    text = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made.content)]
    assert "Not sealed" in text[0]
    assert "Not sealed" in text[1]


def test_each_number_of_the_charts_stands_beside_it(pages: list[str]) -> None:
    p = packet()
    for domain in p.domains:
        title = "".join(domain.title.split())
        counts = f"{domain.met}{domain.unmet}{domain.unknown}{domain.not_applicable}"
        assert f"{title}Noself-test{counts}" in pages[0] or f"{title}{counts}" in pages[0], domain.title
    for answer, count in (*p.summary.statements_soc2, *p.summary.statements_iso):
        assert not count or "".join(f"{answer.text}{count}".split()) in pages[0]
    for _, *counts in p.summary.responsibility_split:
        for count in filter(None, counts):
            assert str(count) in pages[1]
    for line in views.view(p).reads:
        assert "".join(f"{line.title}{'' if line.count else 'None'}{line.count:,}".split()) in pages[1], line.title


def test_every_state_of_the_ledger_is_in_one_line_of_the_reads() -> None:
    lines = views.reads([(str(state), 1) for state in State])
    assert sorted(name for line in lines for name in line.states) == sorted(map(str, State))
    assert sum(line.count for line in lines) == len(State)


def test_a_read_that_was_never_sent_is_no_answer_of_aws() -> None:
    whole, nothing, *_ = views.reads([(str(state), 1) for state in State])
    assert (whole.title, set(whole.states)) == ("Answered in full", {"ok", "empty", "absent"})
    assert (nothing.title, set(nothing.states)) == ("Nothing to ask about", {"parent empty", "not offered"})


def test_it_names_the_worst_findings_what_was_not_read_and_what_is_missing(pages: list[str]) -> None:
    p = packet()
    for line in sorted(p.findings, key=lambda f: views.severity(f.severity))[:5]:
        assert "".join(line.title.split())[:60] in pages[1]
    for text in ("NOTPROVIDED", "Noearlierpacketgiven.", "Mappingnotapproved"):
        assert text in pages[1]
    assert "".join(p.scope.completeness.text.split()) in pages[1]
    assert "".join(p.meta.type_2_sentence.split()) in pages[1]
    assert all("Preparedbymanagement,notaudited" in page for page in pages)


def test_an_empty_packet_says_none(pages: list[str]) -> None:
    p = dataclasses.replace(packet(), findings=(), unread=(), soc2=(), annex_a=(), gaps=())
    text = "".join("".join(p.get_textpage().get_text_range().split())
                   for p in pdfium.PdfDocument(documents.printed(p, KIND).content))  # fmt: skip
    assert "None:noself-testfoundadeviation." in text
    assert "SOC2:" not in text


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())
@pytest.mark.parametrize("flavour", sorted(verapdf.PROFILES))
def test_it_conforms(made: pdf.Pdf, flavour: str) -> None:
    assert verapdf.failures(made.content, flavour) == {}


def test_the_two_bars_of_the_change_have_one_scale() -> None:
    since = dataclasses.replace(
        content_sample.filled(packet()).since,  # type: ignore[type-var]
        tests=(("Met", 100, 50), ("Deviation", 0, 0), ("Not determined", 0, 0), ("Not applicable", 0, 0)),
    )
    before, now = (next(s for s in t.bar.shapes if isinstance(s, charts.Rect)) for t in views.then_and_now(since))
    assert before.width > 50
    assert now.width == pytest.approx(before.width / 2, rel=0.02)


def test_a_packet_compared_with_an_earlier_one_says_what_changed() -> None:
    since = content_sample.filled(packet()).since
    assert since is not None
    made = documents.printed(dataclasses.replace(packet(), since=since), KIND)
    assert made.pages == 2
    last = "".join(pdfium.PdfDocument(made.content)[1].get_textpage().get_text_range().split())
    for at, title in ((1, "Earlierpacket"), (2, "Thispacket")):
        assert title + "".join(str(row[at]) for row in since.tests) in last, "the numbers beside the bar"
    assert "".join(since.packet.split()) in last
    assert "Noearlierpacketgiven" not in last
