"""What the working paper is on paper: rows as high as what is printed, nothing sawn in two, and how many pages."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from srm_docs.declare.fields import WrongValue, fields_of
from srm_docs.declare.items import KINDS
from srm_docs.packet.model import Packet
from srm_docs.packet.requirements import ASSUMED, BY_DEFAULT
from srm_docs.render import base, charts, fit, grid, pages, paint, sheets, workbook
from srm_docs.roundtrip import meant
from srm_docs.roundtrip.book import Got
from tests.packet_sample import packet
from tests.register_files import register


@pytest.fixture(scope="module")
def sample() -> Packet:
    made = packet()
    first, *others = made.annex_a
    redactions = (replace(made.redactions[0], why="declared"), *made.redactions[1:])
    return replace(made, annex_a=(replace(first, applicable=BY_DEFAULT), *others), redactions=redactions)


@pytest.fixture(scope="module")
def made(sample: Packet) -> bytes:
    return workbook.workbook(sample, register=register())


@pytest.fixture(scope="module")
def book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


DESCRIBED = sheets.read("workbook").sheets


def on_paper(sheet: Any) -> tuple[int, int]:
    """The last column and the last row that are printed."""
    (area,) = re.findall(r"\$A\$1:\$([A-Z]+)\$(\d+)", sheet.print_area)
    return range_boundaries(f"A1:{area[0]}{area[1]}")[2:]  # type: ignore[return-value]


def shows(sheet: Any) -> bool:
    return not re.match(r"None[:.]", str(sheet.cell(grid.HEAD + 1, 1).value))


def test_a_row_is_as_high_as_what_is_printed_or_filled_in(book: openpyxl.Workbook) -> None:
    cut = 0
    for described in DESCRIBED:
        sheet = book[described.title]
        for row in range(grid.HEAD + 1, sheet.max_row + 1 if shows(sheet) else 0):
            whole, others = 1, 1
            for at, column in enumerate(described.columns, 1):
                value = sheet.cell(row, at).value
                if not isinstance(value, str):
                    continue
                bold = sheet.cell(row, at).font.bold
                lines = fit.lines(value, column.width, bold=bool(bold))
                if column.edits or at <= len(described.on_paper):
                    whole = max(whole, lines)
                else:
                    others = max(others, lines)
            cut += others > max(whole, grid.BEGINNING)
            expected = fit.height(max(whole, min(others, grid.BEGINNING)))
            assert sheet.row_dimensions[row].height == pytest.approx(expected), (described.title, row)
    assert cut > 20, "no text behind the printed columns is long: nothing was shown"


def test_a_text_that_is_cut_shows_its_beginning(book: openpyxl.Workbook) -> None:
    sheet = book["Tests"]
    tops = {
        cell.alignment.vertical
        for row in sheet.iter_rows(min_row=grid.HEAD + 1)
        for cell, column in zip(row, sheets.read("workbook").sheets[0].columns, strict=False)
        if isinstance(cell.value, str) and fit.lines(cell.value, sheet.column_dimensions[cell.column_letter].width) > 1
    }
    assert tops == {"top"}


def test_what_stands_above_the_rows_is_not_sawn_in_two(book: openpyxl.Workbook, sample: Packet) -> None:
    split = 0
    for described in DESCRIBED:
        sheet = book[described.title]
        widths = described.on_paper
        count = pages.across(widths, described.freeze)
        assert sheet.page_setup.fitToWidth == count
        assert count == 1 or described.title in {"SOC 2 control matrix", "ISO control matrix", "Letters"}
        ends = pages.first_page(widths, described.freeze)
        assert count > 1 or ends == len(widths)
        split += count > 1
        said = ""
        for row in (1, 2):
            texts = [(at, c.value) for at, c in enumerate(sheet[row]) if c.value]
            for (at, text), (after, _) in zip(texts, [*texts[1:], (ends, "")], strict=True):
                points = paint.TITLE_POINTS if text == described.title else fit.POINTS
                assert fit.width(str(text), points=points) <= sum(widths[at:after]), (described.title, text)
                # the first columns are printed again on the second page: what is wider would be cut there
                held = sum(widths[: described.freeze])
                assert count == 1 or at >= described.freeze or fit.width(str(text), points=points) <= held
                said += f"{text} "
        if not described.room:
            assert sample.meta.as_read_sentence in said, described.title
    assert split


def test_bands_fit_over_their_columns(book: openpyxl.Workbook) -> None:
    groups = sheets.read("workbook").groups
    for described in DESCRIBED:
        sheet = book[described.title]
        widths = [column.width for column in described.columns]
        for at, column in enumerate(described.columns):
            text = sheet.cell(grid.BANDS, at + 1).value
            if not text:
                continue
            ends = next(
                (n for n in range(at + 1, len(widths)) if described.columns[n].group != column.group), len(widths)
            )
            if at < len(described.on_paper):
                ends = min(ends, len(described.on_paper))
            shortest = {"Computed", "Yours"} | {g.short or g.heading for g in groups.values()}
            assert fit.width(text, bold=True) <= sum(widths[at:ends]) or text in shortest, (described.title, text)
    texts = {c.value for c in book["Risk acceptances"][grid.BANDS] if c.value}
    assert texts == {"Yours to complete", "Computed"}


def test_blank_rows_do_not_take_a_page_of_their_own(book: openpyxl.Workbook) -> None:
    ended = 0
    for described in DESCRIBED:
        sheet = book[described.title]
        column, last = on_paper(sheet)
        assert column == len(described.on_paper)
        filled = max(
            (row for row in range(grid.HEAD, sheet.max_row + 1) if sheet.cell(row, len(described.columns)).value),
            default=grid.HEAD,
        )
        if not described.room:
            assert last == sheet.max_row, described.title
            continue
        assert last >= min(filled + 3, sheet.max_row), described.title
        room = pages.Pages(room=pages.height("A4", described.on_paper))
        for row in range(1, last + 1):
            room.add(sheet.row_dimensions[row].height)
        assert room.count == 1, described.title
        ended += last < sheet.max_row
    assert ended, "no sheet has more blank rows than a page"


def test_blank_rows_fill_the_page_that_is_begun() -> None:
    room = pages.Pages(room=100, repeated=20)
    for _ in range(4):
        room.add(30)
    assert room.count == 2
    assert room.spare(20)
    assert not room.spare(45)
    assert room.holds(45)
    room.turn()
    room.add(100)  # taller than what is left under the headings: it stands there all the same
    assert room.count == 3


def test_read_me_says_how_many_pages_each_sheet_takes(book: openpyxl.Workbook) -> None:
    listed = {
        row[0]: row[2:4] for row in book["Read me"].iter_rows(values_only=True, max_col=4) if isinstance(row[3], int)
    }
    assert {*listed} == {"Dashboard", *(sheet.title for sheet in DESCRIBED)}
    assert all(count >= 1 for _, count in listed.values())
    assert listed["Own controls"][1] == 1
    assert listed["Evidence index"][1] > 1
    heads = [row for row in book["Read me"].iter_rows(values_only=True, max_col=4) if row[3] == "Pages"]
    assert [row[:3] for row in heads] == [("Sheets and their rows", None, "Rows")]


def test_a_chart_stands_on_one_page_beside_its_figures(book: openpyxl.Workbook, made: bytes) -> None:
    sheet = book["Dashboard"]
    cuts = [cut.id for cut in sheet.row_breaks.brk]
    assert cuts
    wide = sum(sheet.column_dimensions[letter].width for letter in "HIJKLMN") * fit.PIXELS * 9_525
    heads = [c.row for c in sheet["A"] if c.font.size == 11]  # the headings of the blocks
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    anchors = re.findall(r"<row>(\d+)</row>.*?<ext cx=\"(\d+)\" cy=\"(\d+)\"", re.sub(r"<(/?)xdr:", r"<\1", drawing))
    assert len(anchors) == len(heads) == 6
    for (start, cx, cy), head in zip(anchors, heads, strict=True):
        assert int(cx) <= wide, "wider than what is printed"
        high, row = int(cy) / 12_700, int(start) + 1
        while high > 0:
            high -= sheet.row_dimensions[row].height or 15
            row += 1
        assert not [cut for cut in cuts if head <= cut < row - 1], "a page ends within a block"
    room = pages.height("A4", [d.width for d in map(sheet.column_dimensions.get, "ABCDEFGHIJKLMN")])
    for start, end in zip([0, *cuts], [*cuts, sheet.max_row], strict=True):
        assert sum(sheet.row_dimensions[row].height for row in range(start + 1, end + 1)) <= room
    assert len(cuts) == 2, "two blocks a page"


def test_who_is_responsible_has_no_colour_of_a_result(made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        drawn = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    (chart,) = [text for text in drawn if ">Shared<" in text and ">Customer<" in text]
    for grey in (charts.AWS, charts.SHARED, charts.CUSTOMER):
        assert f'val="{grey.removeprefix("#")}"' in chart
    assert "pattFill" not in chart
    assert "8A2311" not in chart


def test_words_among_numbers_stand_left(sample: Packet) -> None:
    line = replace(sample.parameters[0], value="TLSv1.2, TLSv1.3")
    held = openpyxl.load_workbook(io.BytesIO(workbook.workbook(replace(sample, parameters=(line,)))))
    sheet = held["Parameters"]
    heads = [c.value for c in sheet[grid.HEAD]]
    words = sheet.cell(grid.HEAD + 1, heads.index("In force") + 1)
    number = sheet.cell(grid.HEAD + 1, heads.index("Default") + 1)
    assert (words.value, words.alignment.horizontal) == ("TLSv1.2, TLSv1.3", "left")
    assert (number.alignment.horizontal, number.alignment.indent) == ("right", 1)


def test_a_clause_is_named_as_the_standard_does_and_keeps_its_id(book: openpyxl.Workbook, sample: Packet) -> None:
    sheet = book["ISO clauses"]
    heads = [c.value for c in sheet[grid.HEAD]]
    shown = [sheet.cell(row, 1).value for row in range(grid.HEAD + 1, sheet.max_row + 1)]
    ids = [sheet.cell(row, heads.index("Row id") + 1).value for row in range(grid.HEAD + 1, sheet.max_row + 1)]
    assert ids == [line.id for line in sample.clauses]
    assert shown == [line.id.removeprefix("clause-") for line in sample.clauses]
    assert "4.1" in shown


def test_what_the_packet_assumes_stands_where_nobody_decided(book: openpyxl.Workbook, sample: Packet) -> None:
    sheet = book["ISO SoA"]
    heads = [c.value for c in sheet[grid.HEAD]]
    at = heads.index("Applicable?") + 1
    decided = {item.id for item in register().items("soa") if item.applicable is not None}
    first, second = sample.annex_a[0].id, sample.annex_a[1].id
    assert not decided & {first, second}
    assert sheet.cell(grid.HEAD + 1, at).value == BY_DEFAULT
    assert sheet.cell(grid.HEAD + 2, at).value == BY_DEFAULT
    lines = [[c for c in row if c is not None] for row in book[base.TITLE].iter_rows(values_only=True)]
    said = {line[2]: line[4] for line in lines if line[:2] == ["cell", "soa"] and line[3] == "applicable"}
    assert said[first] == '""'


@pytest.mark.parametrize("words", sorted(ASSUMED))
def test_an_assumption_is_no_decision_and_in_a_sentence_it_is_what_was_typed(words: str) -> None:
    soa = fields_of(KINDS["soa"])
    assert meant.value(soa["applicable"], Got(words)) is None
    assert meant.value(soa["inclusion"], Got(words)) == words
    with pytest.raises(WrongValue):
        meant.value(soa["applicable"], Got("Yes, perhaps"))


def test_the_second_page_has_the_columns_that_say_which_row_it_is(book: openpyxl.Workbook) -> None:
    sheet = book["SOC 2 control matrix"]
    described = next(one for one in DESCRIBED if one.title == sheet.title)
    assert sheet.print_title_cols == f"$A:${get_column_letter(described.freeze)}"


def test_a_redaction_says_why_in_words(book: openpyxl.Workbook, sample: Packet) -> None:
    sheet = book["Redactions"]
    at = [c.value for c in sheet[grid.HEAD]].index("Why") + 1
    assert sample.redactions[0].why == "declared"
    assert sheet.cell(grid.HEAD + 1, at).value == "The declaration of the call names the place"
