"""The packet's counts -> the sheet Dashboard: numbers, and beside each block of them a chart of Excel's own.

Figures are values, and the charts carry them too: a preview pane, a phone or a reader that calculates nothing shows the
same. Each chart's alternative text says its numbers in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.chart import BarChart, PieChart, Reference, Series
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.pagebreak import Break, RowBreak

from srm_docs.errors import TemplateError
from srm_docs.packet.model import Packet, Shape
from srm_docs.render import cell, charts, fit
from srm_docs.render.grid import Lines, Part, middled
from srm_docs.render.native import protect
from srm_docs.render.paint import INK, RULE, Look
from srm_docs.render.sheets import Book, Figures, Kind
from srm_docs.render.views import severity

TITLE: Final = "Dashboard"
ABOUT: Final = "Figures of the packet, with charts."
WIDTHS: Final = (42.0, *(11.0,) * 5, 3.0, *(11.0,) * 7)
_SERIES: Final = 5
_LEFT: Final = "H"
_ROW: Final = 15.0
_LEAST: Final = 11
"""Points of a row, and the fewest rows that a chart stands beside."""
_COLOURS: Final = ("5B7C99", "8A2311", "C79A3B", "B9C0C8", "123A5C")
_PATTERNS: Final = (None, "wdUpDiag", "pct25", "ltHorz", "dkVert")
"""A second mark of each series, for greyscale and for eyes that take two of the colours for one."""
_SIDES: Final = tuple(colour.removeprefix("#") for colour in (charts.AWS, charts.SHARED, charts.CUSTOMER))
"""Who is responsible is no result, so it has none of their colours: greys, as in the PDF documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Numbers as they stand: the names of the series, and a line for each category."""

    series: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...]], ...]
    shapes: tuple[Shape, ...] = ()
    greys: tuple[str, ...] = ()


def write(lines: Lines, *, book: Book, packet: Packet) -> tuple[Part, list[str]]:
    """Write the sheet; also return the alternative text of each chart, in their order."""
    for at, width in enumerate(WIDTHS):
        lines.sheet.column_dimensions["ABCDEFGHIJKLMN"[at]].width = width
    lines.add([(TITLE, Look(role="title"))], 26)
    said = packet.meta.as_read_sentence
    for about in (packet.summary.lead, f"{said} Figures are values as of the making of this workbook."):
        lines.add([(cell.stored(about), Look(role="about"))], 16)
    described: list[str] = []
    breaks: list[int] = []
    for figures in book.dashboard:
        made = _BLOCKS.get(figures.source)
        if made is None or figures.chart not in _CHARTS:
            raise TemplateError(
                f'Dashboard, "{figures.heading}": no source "{figures.source}" or no chart "{figures.chart}"',
                hint=f"Sources: {', '.join(_BLOCKS)}. Charts: {', '.join(_CHARTS)}.",
            )
        block = made(packet)
        if block.lines:
            above = lines.at
            if not lines.pages.holds(sum(_heights(block))):  # a chart that is cut in two says nothing
                lines.pages.turn()
                breaks.append(above)
            described.append(_block(lines, figures, block))
    worksheet: Any = lines.sheet
    worksheet.row_breaks = RowBreak(brk=tuple(Break(id=at, max=16_383) for at in breaks))
    protect(lines.sheet)
    lines.widest = len(WIDTHS)
    return lines.part(), described


def _heights(block: _Block) -> list[float]:
    """The heights of the rows of a block: what stands above it, a line for each category, and blank ones."""
    heads = fit.height(max(fit.lines(name, 10, bold=True) for name in block.series)) + 3
    words = [fit.lines(cell.stored(name), WIDTHS[0], bold=True) for name, _ in block.lines]
    made = [fit.height(count) if count > 1 else _ROW for count in words]
    return [12.0, 20.0, 16.0, heads, *made, *[_ROW] * (_LEAST - len(made))]


def _block(lines: Lines, figures: Figures, block: _Block) -> str:
    heights = iter(_heights(block))
    lines.add([], next(heights))
    section = [(cell.stored(figures.heading), Look(role="section")), *[("", Look(role="section"))] * 13]
    lines.add(section, next(heights))
    lines.add([(cell.stored(figures.about), Look(role="about"))], next(heights))
    heads = [("", Look(role="head")), *((name, Look(role="head", kind=Kind.COUNT)) for name in block.series)]
    lines.add(heads, next(heights))
    head = lines.at
    shapes = block.shapes or (Shape.PLAIN,) * len(block.lines)
    for (name, counts), shape in zip(block.lines, shapes, strict=True):
        said = cell.stored(name)
        cells = [(said, Look(shape=shape, quote=cell.quoted(said))), *((n, Look(kind=Kind.COUNT)) for n in counts)]
        lines.add(middled(cells), next(heights))
    for rest in heights:
        lines.add([], rest)
    worksheet: Any = lines.sheet
    chart = _chart(worksheet, figures, block, head)
    chart.height = (_ROW * (lines.at - head) + 10) / 72 * 2.54
    chart.width = sum(WIDTHS[7:]) * fit.PIXELS / 96 * 2.54  # no wider than the columns, which are what is printed
    worksheet.add_chart(chart, f"{_LEFT}{head}")
    return _said(figures, block)


def _chart(worksheet: Any, figures: Figures, block: _Block, head: int) -> Any:
    made: Any = _CHARTS[figures.chart]()
    names = [name for name, _ in block.lines]
    last = head + len(names)
    where = Reference(worksheet, min_col=1, min_row=head + 1, max_row=last)
    for at, name in enumerate(block.series, 2):
        values = Reference(worksheet, min_col=at, min_row=head + 1, max_row=last)
        series: Any = Series(values, title=name)
        counts = [line[1][at - 2] for line in block.lines]
        series.val.numRef.numCache = NumData(
            formatCode="General", ptCount=len(counts), pt=[NumVal(idx=i, v=str(n)) for i, n in enumerate(counts)]
        )
        series.graphicalProperties = _paint(at - 2, block.greys)
        made.series.append(series)
    made.set_categories(where)
    for series in made.series:
        series.cat.strRef = _cached(series.cat.numRef.f, names)
        series.cat.numRef = None
    made.title = None
    made.roundedCorners = False
    if figures.chart == "pie":
        made.dataLabels = DataLabelList(showVal=True, showCatName=False, showSerName=False, showPercent=False)
        return made
    made.gapWidth = 40
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=RULE))
    made.y_axis.number_format = "#,##0"
    made.x_axis.scaling.orientation = "maxMin" if made.type == "bar" else "minMax"
    made.x_axis.delete = made.y_axis.delete = False
    if len(block.series) == 1:
        made.legend = None
        made.dataLabels = DataLabelList(showVal=True, showCatName=False, showSerName=False, showLegendKey=False)
    else:
        made.legend.position = "b"
    return made


def _paint(at: int, greys: Sequence[str]) -> Any:
    colour, pattern = (greys[at], None) if greys else (_COLOURS[at % len(_COLOURS)], _PATTERNS[at % len(_PATTERNS)])
    made: Any = GraphicalProperties(ln=LineProperties(solidFill=INK, w=3_175))
    if pattern is None:
        made.solidFill = colour
    else:
        fill: Any = PatternFillProperties
        choice: Any = ColorChoice
        made.pattFill = fill(prst=pattern, fgClr=choice(srgbClr=colour), bgClr=choice(srgbClr="FFFFFF"))
    return made


def _cached(reference: str, names: Sequence[str]) -> Any:
    points = [StrVal(idx=at, v=cell.stored(name)) for at, name in enumerate(names)]
    return StrRef(f=reference, strCache=StrData(ptCount=len(points), pt=points))


def _stacked() -> Any:
    made = BarChart()
    made.type, made.grouping, made.overlap = "bar", "stacked", 100
    return made


def _bars() -> Any:
    made = BarChart()
    made.type = "bar"
    return made


def _columns() -> Any:
    made = BarChart()
    made.type = "col"
    return made


_CHARTS: Final[Mapping[str, Callable[[], Any]]] = {
    "stacked": _stacked, "bar": _bars, "column": _columns, "pie": PieChart,
}  # fmt: skip


def _said(figures: Figures, block: _Block) -> str:
    """The alternative text: what is shown, then every number of it."""
    lines = (
        f"{name}: "
        + ", ".join(f"{count:,} {series.lower()}" for series, count in zip(block.series, counts, strict=True))
        for name, counts in block.lines
    )
    return cell.visible(f"{figures.heading}. {'; '.join(lines)}.").replace("\n", " ")


def _domains(packet: Packet) -> _Block:
    lines = tuple((d.title, (d.met, d.unmet, d.unknown, d.not_applicable)) for d in packet.domains)
    return _Block(series=("Met", "Deviation", "Not determined", "Not applicable"), lines=lines)


def _statements(name: str) -> Callable[[Packet], _Block]:
    def made(packet: Packet) -> _Block:
        pairs = getattr(packet.summary, name)
        lines = tuple((answer.text, (count,)) for answer, count in pairs)
        return _Block(series=("Number",), lines=lines, shapes=tuple(answer.shape for answer, _ in pairs))

    return made


def _split(packet: Packet) -> _Block:
    lines = tuple((name, tuple(counts)) for name, *counts in packet.summary.responsibility_split)
    return _Block(series=("AWS", "Shared", "Customer"), lines=lines, greys=_SIDES)


def _coverage(packet: Packet) -> _Block:
    lines = tuple((state, (count,)) for state, count in packet.summary.coverage_totals)
    shapes = {line.state: line.shape for line in packet.coverage}
    return _Block(
        series=("Planned reads",), lines=lines, shapes=tuple(shapes.get(name, Shape.PLAIN) for name, _ in lines)
    )


def _severities(packet: Packet) -> _Block:
    counts = Counter(line.severity for line in packet.findings)
    lines = tuple((word.capitalize(), (counts[word],)) for word in sorted(counts, key=severity))
    return _Block(series=("Findings",), lines=lines)


_BLOCKS: Final[Mapping[str, Callable[[Packet], _Block]]] = {
    "domains": _domains,
    "soc2": _statements("statements_soc2"),
    "iso": _statements("statements_iso"),
    "responsibilities": _split,
    "severities": _severities,
    "coverage": _coverage,
}
