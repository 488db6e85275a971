"""Packet -> workbook.xlsx and responsibility-matrix.xlsx as bytes; sheets and columns are data in templates/workbook/.

The same packet gives the same bytes. Nothing in a workbook calculates, links out of the packet, or names a clock.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from srm_docs.errors import TemplateError
from srm_docs.packet.model import Meta, Packet
from srm_docs.render import rows, sheets
from srm_docs.render.sheets import Book, Kind, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from srm_docs.render.grid import Part, Target

DEMO: Final = "Demonstration, fictional data"
_PAPER: Final = {"A4": 9, "LETTER": 1}
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


def workbook(packet: Packet, *, users: Path | None = None, last_row: int | None = None) -> bytes:
    """Return workbook.xlsx: matrix, requirements, tests, findings, evidence index, coverage, gaps and legend.

    `users` is a folder whose YAML files win over ours; `last_row` is where a sheet continues on the next one.
    A wrong template is a TemplateError.
    """
    return _built("workbook", packet, users, last_row)


def matrix_workbook(packet: Packet, *, users: Path | None = None, last_row: int | None = None) -> bytes:
    """Return responsibility-matrix.xlsx: AWS beside customer, every link, and the way back from each requirement."""
    return _built("responsibility-matrix", packet, users, last_row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A sheet, the number of its rows, and the worksheets that they fill."""

    sheet: Sheet
    count: int
    titles: list[str]
    about: str


def _built(name: str, packet: Packet, users: Path | None, last_row: int | None) -> bytes:
    # Loaded here, so that a command that prints nothing does not load openpyxl.
    import openpyxl

    from srm_docs.render import archive, grid, readme
    from srm_docs.render.paint import Paint

    last_row = last_row or grid.LAST_ROW
    book = sheets.read(name, users)
    made = openpyxl.Workbook()
    front: Any = made.active
    front.title = readme.TITLE
    paint = Paint(made, front, packet.meta.accent)
    planned = [_planned(sheet, book, packet, last_row) for sheet in book.sheets]
    targets = _targets(planned, book, packet, last_row)
    listed = [
        readme.Listed(title=title, about=plan.about if at == 0 else "Continues the sheet before it.", rows=count)
        for plan in planned
        for at, (title, count) in enumerate(zip(plan.titles, _counts(plan, last_row), strict=True))
    ]
    lines = grid.Lines(sheet=front, paint=paint)
    parts = [readme.write(lines, book=book, packet=packet, listed=listed)]
    _set_up(parts[0], packet.meta, widths=readme.WIDTHS, landscape=False)
    for plan in planned:
        values = _values(plan.sheet, book, packet)
        for at, title in enumerate(plan.titles):
            worksheet: Any = made.create_sheet(title)
            _freeze(worksheet, plan.sheet)
            part = grid.write(
                grid.Lines(sheet=worksheet, paint=paint),
                book=book,
                sheet=plan.sheet,
                title=title,
                about=_announced(plan, at, last_row, packet.meta),
                rows=islice(values, last_row - grid.HEAD),
                targets=targets,
            )
            _set_up(part, packet.meta, widths=plan.sheet.on_paper, sheet=plan.sheet)
            parts.append(part)
    _describe(made.properties, book, packet.meta)
    contents = {f"xl/worksheets/sheet{at}.xml": part.rows for at, part in enumerate(parts, 1)}
    out = BytesIO()
    with tempfile.SpooledTemporaryFile(max_size=1 << 25) as saved:
        made.save(saved)
        archive.write(saved, out, rows=contents, when=packet.meta.generated)
    for part in parts:
        part.rows.close()
    return out.getvalue()


def _planned(sheet: Sheet, book: Book, packet: Packet, last_row: int) -> _Planned:
    from srm_docs.render import grid

    if sheet.source not in rows.known():
        raise TemplateError(
            f'Sheet "{sheet.title}": no source "{sheet.source}"', hint=f"Sources: {', '.join(rows.known())}."
        )
    count = sum(1 for _ in rows.of(sheet.source, packet, book))
    about = _FIELD.sub(lambda found: _field(packet.meta, sheet, found[1]), sheet.about)
    return _Planned(sheet=sheet, count=count, titles=grid.names(sheet.title, count, last_row), about=about)


def _field(meta: Meta, sheet: Sheet, name: str) -> str:
    if name not in Meta.__dataclass_fields__:
        raise TemplateError(f'Sheet "{sheet.title}": `about` names {{{name}}}, which the packet does not have')
    return str(getattr(meta, name))


def _counts(plan: _Planned, last_row: int) -> list[int]:
    from srm_docs.render import grid

    room = last_row - grid.HEAD
    return [min(room, plan.count - at * room) for at in range(len(plan.titles))]


def _announced(plan: _Planned, at: int, last_row: int, meta: Meta) -> str:
    """Say what the sheet shows, when it was read, and which rows of a longer list stand here."""
    said = f"{plan.about} {meta.as_read_sentence}"
    if len(plan.titles) == 1:
        return said
    counts = _counts(plan, last_row)
    first = sum(counts[:at]) + 1
    more = f"; continues on the sheet {plan.titles[at + 1]}" if at + 1 < len(plan.titles) else ""
    return f"Rows {first:,} to {first + counts[at] - 1:,} of {plan.count:,}{more}. {said}"


def _targets(planned: list[_Planned], book: Book, packet: Packet, last_row: int) -> dict[str, Target]:
    """Find the row of each key in each sheet that others link to, and the file of each evidence id."""
    from srm_docs.render import grid

    wanted = {title for plan in planned for column in plan.sheet.columns for title in column.link}
    found: dict[str, Target] = {}
    if sheets.FILES in wanted:
        found[sheets.FILES] = {line.id: line.file for line in packet.evidence if line.file}
    for plan in planned:
        if plan.sheet.title not in wanted:
            continue
        get = _getter(plan.sheet, "key", plan.sheet.key)
        places: dict[str, tuple[str, int]] = {}
        for at, row in enumerate(rows.of(plan.sheet.source, packet, book)):
            places.setdefault(str(get(row)), grid.place(at, plan.titles, last_row))
        found[plan.sheet.title] = places
    return found


def _values(sheet: Sheet, book: Book, packet: Packet) -> Iterator[tuple[tuple[Any, ...], bool]]:
    gets = [_getter(sheet, column.heading, column.path) for column in sheet.columns]
    words = [column.kind is Kind.WORD for column in sheet.columns]
    rule = _getter(sheet, "rule", sheet.rule)
    before: Any = None
    for at, row in enumerate(rows.of(sheet.source, packet, book)):
        now = rule(row)
        yield (
            tuple(
                book.words.get(str(get(row)), get(row)) if word else get(row)
                for get, word in zip(gets, words, strict=True)
            ),
            at > 0 and now != before,
        )
        before = now


def _getter(sheet: Sheet, name: str, path: str) -> Callable[[Mapping[str, Any]], Any]:
    def get(row: Mapping[str, Any]) -> Any:
        try:
            return rows.value(row, path)
        except (AttributeError, KeyError):
            raise TemplateError(f'Sheet "{sheet.title}", "{name}": the source has no {path}') from None

    return get if path else lambda _: None


def _freeze(worksheet: Worksheet, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    from srm_docs.render import grid

    worksheet.freeze_panes = f"{get_column_letter(sheet.freeze + 1)}{grid.HEAD + 1}"
    worksheet.print_title_rows = f"{grid.BANDS}:{grid.HEAD}"


def _set_up(
    part: Part, meta: Meta, *, widths: tuple[float, ...], sheet: Sheet | None = None, landscape: bool = True
) -> None:
    """Set the view and the page: fit to width, never under 7 points, whose it is and that it is not audited."""
    from openpyxl.utils import get_column_letter

    from srm_docs.render import fit

    worksheet: Any = part.sheet
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 100
    paper = meta.paper.upper() if meta.paper.upper() in _PAPER else "A4"
    across = 1
    if sheet is not None:
        worksheet.sheet_properties.tabColor = sheet.tab.removeprefix("#") or None
        across = fit.across(widths, sheet.freeze)
        if across > 1 and sheet.freeze:
            worksheet.print_title_cols = f"A:{get_column_letter(sheet.freeze)}"
    last = (sheet and sheet.printed) or part.last_column
    worksheet.print_area = f"A1:{get_column_letter(last)}{part.last_row}"
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    page = worksheet.page_setup
    page.paperSize, page.fitToWidth, page.fitToHeight = _PAPER[paper], across, 0
    page.orientation = "landscape" if landscape else "portrait"
    page.pageOrder = "overThenDown"
    margins = worksheet.page_margins
    margins.left = margins.right = 0.39
    margins.top, margins.bottom, margins.header, margins.footer = 0.75, 0.7, 0.35, 0.35
    top = f"{meta.organization[:60]} · {meta.snapshot[:60]}"
    _say(worksheet.oddHeader, left=top, centre=DEMO if meta.demo else "", right=worksheet.title)
    label = " · ".join(filter(None, (meta.classification[:40], meta.version[:40])))
    _say(worksheet.oddFooter, left=meta.statement, centre=label, right="Page &P of &N", fields=True)


def _say(line: Any, *, left: str, centre: str, right: str, fields: bool = False) -> None:
    """Fill a header or footer; `&` begins a code there, so in names it is doubled."""
    from srm_docs.render import cell, paint

    for place, text in ((line.left, left), (line.center, centre), (line.right, right)):
        code = fields and place is line.right
        place.text = (text if code else cell.visible(text).replace("&", "&&").replace("\n", " ")) or None
        place.size, place.font = 8, f"{paint.FACE},Regular"


def _describe(properties: Any, book: Book, meta: Meta) -> None:
    from srm_docs.render import cell

    properties.title = cell.visible(f"{book.title}: {meta.organization}")
    properties.subject = cell.visible(f"{meta.audit_type}, {meta.period}")
    properties.creator = properties.lastModifiedBy = meta.tool
    properties.description = f"{meta.statement}. Snapshot {meta.snapshot}."
    properties.identifier = meta.snapshot
    properties.category = cell.visible(meta.classification)
    properties.version = cell.visible(meta.version)
    properties.language = "en-GB"
