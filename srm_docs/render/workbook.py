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
from typing import IO, TYPE_CHECKING, Any, Final

from srm_docs.declare.fields import Value, spell
from srm_docs.declare.register import EMPTY, Register
from srm_docs.errors import TemplateError
from srm_docs.packet.model import NOT_PROVIDED, Answer, Meta, Packet, Shape
from srm_docs.packet.requirements import ASSUMED
from srm_docs.render import rows, sheets
from srm_docs.render.sheets import Book, Column, Kind, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from srm_docs.render.base import Base
    from srm_docs.render.grid import Part, Target

DEMO: Final = "Demonstration, fictional data"
_HEAD: Final = 4
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


def workbook(
    packet: Packet, *, register: Register = EMPTY, users: Path | None = None, last_row: int | None = None
) -> bytes:
    """Return workbook.xlsx, the working paper: what was read and judged, and columns for the organization to fill in.

    `register` is what management said until now; `users` is a folder whose workbook/*.yaml win over ours; `last_row` is
    where a sheet continues on the next one. A wrong template is a TemplateError.
    """
    return _bytes("workbook", packet, register, users, last_row)


def matrix_workbook(
    packet: Packet, *, register: Register = EMPTY, users: Path | None = None, last_row: int | None = None
) -> bytes:
    """Return responsibility-matrix.xlsx: AWS beside customer, every link, and the way back from each requirement."""
    return _bytes("responsibility-matrix", packet, register, users, last_row)


def _bytes(name: str, packet: Packet, register: Register, users: Path | None, last_row: int | None) -> bytes:
    out = BytesIO()
    write(name, packet, out, register=register, users=users, last_row=last_row)
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A sheet, the number of its rows, and the worksheets that they fill."""

    sheet: Sheet
    count: int
    titles: list[str]
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What rows are made from."""

    book: Book
    packet: Packet
    register: Register

    def rows(self, sheet: Sheet) -> Iterator[rows.Row]:
        return rows.of(sheet.source, self.packet, self.book, self.register)


def write(
    name: str,
    packet: Packet,
    out: IO[bytes],
    *,
    register: Register = EMPTY,
    users: Path | None = None,
    last_row: int | None = None,
) -> None:
    """Write the workbook that templates/workbook/`name`.yaml describes to a file, whatever its size."""
    # Loaded here, so that a command that prints nothing does not load openpyxl.
    import openpyxl

    from srm_docs.render import archive, base, dashboard, grid, pages, readme
    from srm_docs.render.paint import Paint

    last_row = last_row or grid.LAST_ROW
    book = sheets.read(name, users)
    source = _Source(book=book, packet=packet, register=register)
    made = openpyxl.Workbook()
    front: Any = made.active
    front.title = readme.TITLE
    paint = Paint(made, front, packet.meta.accent)
    planned = [_planned(sheet, source, last_row) for sheet in book.sheets]
    targets = _targets(planned, source, last_row)
    paper = packet.meta.paper
    parts: list[Part] = []
    listed: list[readme.Listed] = []
    described: dict[str, list[str]] = {}
    if book.dashboard:
        room = pages.height(paper, dashboard.WIDTHS)
        lines = grid.Lines(sheet=made.create_sheet(dashboard.TITLE), paint=paint, pages=pages.Pages(room=room))
        part, described["xl/drawings/drawing1.xml"] = dashboard.write(lines, book=book, packet=packet)
        _set_up(part, packet.meta)
        parts.append(part)
        listed.append(readme.Listed(title=dashboard.TITLE, about=dashboard.ABOUT, rows=None, pages=part.pages))
    kept = base.Base(packet=packet.meta.packet, register=register.digest, tool=packet.meta.tool)
    for plan in planned:
        values = _values(plan, source, kept, last_row)
        widths, freeze = plan.sheet.on_paper, plan.sheet.freeze
        for at, (title, count) in enumerate(zip(plan.titles, _counts(plan, last_row), strict=True)):
            worksheet: Any = made.create_sheet(title)
            _freeze(worksheet, plan.sheet)
            part = grid.write(
                grid.Lines(
                    sheet=worksheet,
                    paint=paint,
                    pages=pages.Pages(room=pages.height(paper, widths, freeze)),
                ),
                book=book,
                sheet=plan.sheet,
                announced=grid.Announced(
                    title=title,
                    about=_announced(plan, at, last_row),
                    as_read="" if plan.sheet.room else packet.meta.as_read_sentence,
                    filled=count,
                ),
                rows=islice(values, last_row - grid.HEAD),
                targets=targets,
            )
            _set_up(part, packet.meta, sheet=plan.sheet)
            parts.append(part)
            said = plan.about if at == 0 else "Continues the sheet before it."
            taken = part.pages * pages.across(widths, freeze)
            listed.append(readme.Listed(title=title, about=said, rows=count, pages=taken))
    room = pages.height(paper, readme.WIDTHS, landscape=False)
    lines = grid.Lines(sheet=front, paint=paint, pages=pages.Pages(room=room))
    parts.insert(0, readme.write(lines, book=book, packet=packet, listed=listed))
    _set_up(parts[0], packet.meta, landscape=False)
    parts += _hidden(made, kept, last_row) if book.edited else []
    _describe(made.properties, book, packet.meta)
    names = {f"xl/worksheets/sheet{at}.xml": part for at, part in enumerate(parts, 1)}
    contents = {name: part.rows for name, part in names.items()}
    links = {name: part.links for name, part in names.items()}
    with tempfile.SpooledTemporaryFile(max_size=1 << 25) as saved:
        made.save(saved)
        archive.write(saved, out, rows=contents, links=links, when=packet.meta.generated, described=described)
    for part in parts:
        part.rows.close()


def _hidden(made: Any, kept: Base, last_row: int) -> Iterator[Part]:
    """Write the base of an import on as many very-hidden sheets as it takes."""
    from srm_docs.render import base, grid
    from srm_docs.render.native import protect
    from srm_docs.render.spool import Spool

    everything = iter(kept.rows())
    number = 0
    while first := next(everything, None):
        number += 1
        worksheet = made.create_sheet(base.TITLE if number == 1 else f"{base.TITLE} ({number})")
        worksheet.sheet_state = "veryHidden"
        protect(worksheet)
        out, at = Spool(), 1
        out.write(base.xml(at, first))
        for row in islice(everything, last_row - 1):
            at += 1
            out.write(base.xml(at, row))
        worksheet.cell(1, 1)
        worksheet.cell(at, 6)
        yield grid.Part(sheet=worksheet, rows=out, last_row=at, last_column=6)


def _planned(sheet: Sheet, source: _Source, last_row: int) -> _Planned:
    from srm_docs.render import grid

    if sheet.source not in rows.known():
        raise TemplateError(
            f'Sheet "{sheet.title}": no source "{sheet.source}"', hint=f"Sources: {', '.join(rows.known())}."
        )
    count = sum(1 for _ in source.rows(sheet))
    meta = source.packet.meta
    about = _FIELD.sub(lambda found: _field(meta, sheet, found[1]), sheet.about)
    return _Planned(sheet=sheet, count=count, titles=grid.names(sheet.title, count, last_row), about=about)


def _field(meta: Meta, sheet: Sheet, name: str) -> str:
    if name not in Meta.__dataclass_fields__:
        raise TemplateError(f'Sheet "{sheet.title}": `about` names {{{name}}}, which the packet does not have')
    return str(getattr(meta, name))


def _counts(plan: _Planned, last_row: int) -> list[int]:
    from srm_docs.render import grid

    room = last_row - grid.HEAD
    return [min(room, plan.count - at * room) for at in range(len(plan.titles))]


def _announced(plan: _Planned, at: int, last_row: int) -> Answer:
    """Say what the sheet shows, and which rows of a longer list stand here."""
    if plan.sheet.room and not plan.count:
        return Answer(text=f"{NOT_PROVIDED}: {plan.sheet.empty}", shape=Shape.MISSING)
    said = plan.about
    if len(plan.titles) > 1:
        counts = _counts(plan, last_row)
        first = sum(counts[:at]) + 1
        more = f"; continues on the sheet {plan.titles[at + 1]}" if at + 1 < len(plan.titles) else ""
        said = f"Rows {first:,} to {first + counts[at] - 1:,} of {plan.count:,}{more}. {said}"
    return Answer(text=said, shape=Shape.PLAIN)


def _targets(planned: list[_Planned], source: _Source, last_row: int) -> dict[str, Target]:
    """Find the row of each key in each sheet that others link to, and the file of each evidence id."""
    from srm_docs.render import grid

    wanted = {title for plan in planned for column in plan.sheet.columns for title in column.link}
    found: dict[str, Target] = {}
    if sheets.FILES in wanted:
        found[sheets.FILES] = {line.id: line.file for line in source.packet.evidence if line.file}
    for plan in planned:
        if plan.sheet.title not in wanted:
            continue
        get = _getter(plan.sheet, "key", plan.sheet.key)
        places: dict[str, tuple[str, int]] = {}
        for at, row in enumerate(source.rows(plan.sheet)):
            places.setdefault(str(get(row)), grid.place(at, plan.titles, last_row))
        found[plan.sheet.title] = places
    return found


def _values(plan: _Planned, source: _Source, kept: Base, last_row: int) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Yield the values of each row, and of blank rows for new items; note in `kept` what people may fill in."""
    from srm_docs.render import grid

    sheet = plan.sheet
    gets = [_column(sheet, column, source) for column in sheet.columns]
    rule = _getter(sheet, "rule", sheet.rule)
    item = _item(sheet, source)
    edited = [(at, column.edits) for at, column in enumerate(sheet.columns) if column.edits]
    computed = _computed(sheet, source.book)
    if sheet.kind:
        for title in plan.titles:
            headings = [column.heading for _, column in computed]
            kept.sheet(title, sheet.kind, id_heading(sheet), [(c.heading, c.edits) for c in sheet.edited], headings)
    before: Any = None
    for at, row in enumerate(source.rows(sheet)):
        now = rule(row)
        values = tuple([get(row) for get in gets])
        if edited and (named := item(row)) is not None:
            for place, name in edited:
                kept.add(sheet.kind, str(named), name, "" if assumed(values[place]) else spell(values[place]))
        if computed:
            kept.shown(sheet.kind, str(values[-1]), (grid.shown(column, values[place]) for place, column in computed))
        yield values, at > 0 and now != before
        before = now
    for _ in range(max(0, min(sheet.room, last_row - _HEAD - plan.count))):
        yield ("",) * len(gets), False


def _computed(sheet: Sheet, book: Book) -> list[tuple[int, Column]]:
    """Return the columns in which nobody types, of a sheet in which people fill in others and rows have an id."""
    if not sheet.kind or not sheet.row:
        return []
    auditor = {name for name, group in book.groups.items() if group.by == "auditor"}
    return [
        (at, column)
        for at, column in enumerate(sheet.columns)
        if not column.edits and column.kind is not Kind.BLANK and column is not sheets.ROW_ID
        if column.group not in auditor
    ]


def id_heading(sheet: Sheet) -> str:
    """Return the heading of the column that holds the id of a row's item."""
    for column in sheet.columns:
        if column.edits == "id" or (column.kind is Kind.ID and column.path in {sheet.item, sheet.key} - {""}):
            return column.heading
    if sheet.row == (sheet.item,):
        return sheets.ROW_ID.heading
    raise TemplateError(f'Sheet "{sheet.title}": no column of kind id shows the item\'s id, {sheet.item}')


def _item(sheet: Sheet, source: _Source) -> Callable[[Mapping[str, Any]], Any]:
    """Return what gives the id of the item that people fill in in a row; None where there is nothing to fill in.

    Nobody is asked about what is no duty; where the register says something of it, it is printed.
    """
    get = _getter(sheet, "item", sheet.item)
    said = {item.id for item in source.register.items(sheet.kind)} if sheet.kind else set()

    def item(row: Mapping[str, Any]) -> Any:
        named = get(row)
        return None if rows.no_duty(row) and str(named) not in said else named

    return item


def _column(sheet: Sheet, column: Column, source: _Source) -> Callable[[Mapping[str, Any]], Any]:
    """Return what gives a column's value of a row."""
    from srm_docs.render import grid

    if column is sheets.ROW_ID:
        parts = [_getter(sheet, column.heading, path) for path in sheet.row]
        return lambda row: " | ".join(str(part) for get in parts if (part := get(row)) not in {None, ""})
    if column.edits:
        items = {item.id: item for item in source.register.items(sheet.kind)}
        which = _item(sheet, source)
        until = _getter(sheet, column.heading, column.meanwhile)

        def filled(row: Mapping[str, Any]) -> Any:
            named = which(row)
            if named is None:
                return grid.SHUT
            given = _given(items.get(str(named)), column.edits)
            if given is None and (words := until(row)) in ASSUMED:
                return Answer(text=words, shape=Shape.PLAIN)
            return given

        return filled
    get = _getter(sheet, column.heading, column.path)
    if column.mark:
        return lambda row: "X" if str(get(row) or "").casefold().startswith(column.mark) else ""
    if column.kind is not Kind.WORD:
        return get
    words = source.book.words

    def worded(row: Mapping[str, Any]) -> Any:
        raw = get(row)
        return words.get(str(raw), raw)

    return worded


def assumed(value: Any) -> bool:
    """Whether a column that people fill in prints what the packet assumes, and nobody gave a value."""
    return isinstance(value, Answer)


def _given(item: Any, name: str) -> Value:
    """Return what an item of the register says; None where nothing was provided, in whatever way that is said."""
    given: Value = getattr(item, name, None)
    return None if given is None or given in ("", ()) else given


def _getter(sheet: Sheet, name: str, path: str) -> Callable[[Mapping[str, Any]], Any]:
    steps = path.split(".")

    def get(row: Mapping[str, Any]) -> Any:
        try:
            return rows.walk(row, steps)
        except (AttributeError, KeyError):
            raise TemplateError(f'Sheet "{sheet.title}", "{name}": the source has no {path}') from None

    return get if path else lambda _: None


def _freeze(worksheet: Worksheet, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    from srm_docs.render import grid

    worksheet.freeze_panes = f"{get_column_letter(sheet.freeze + 1)}{grid.HEAD + 1}"
    worksheet.print_title_rows = f"{grid.BANDS}:{grid.HEAD}"


def _set_up(
    part: Part,
    meta: Meta,
    *,
    sheet: Sheet | None = None,
    landscape: bool = True,
) -> None:
    """Set the view and the page: fit to width, never under 7 points, whose it is and that it is not audited."""
    from openpyxl.utils import get_column_letter

    from srm_docs.render import pages

    worksheet: Any = part.sheet
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 100
    across = 1
    if sheet is not None:
        worksheet.sheet_properties.tabColor = sheet.tab.removeprefix("#") or None
        across = pages.across(sheet.on_paper, sheet.freeze)
        if across > 1 and sheet.freeze:
            worksheet.print_title_cols = f"A:{get_column_letter(sheet.freeze)}"
    last = (sheet and sheet.printed) or part.last_column
    worksheet.print_area = f"A1:{get_column_letter(last)}{part.last_printed}"
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    page = worksheet.page_setup
    page.paperSize, page.fitToWidth, page.fitToHeight = pages.paper(meta.paper).number, across, 0
    page.orientation = "landscape" if landscape else "portrait"
    page.pageOrder = "overThenDown"
    margins = worksheet.page_margins
    margins.left = margins.right = pages.SIDES
    margins.top, margins.bottom, margins.header, margins.footer = pages.TOP, pages.BOTTOM, pages.LINE, pages.LINE
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


def contents(
    name: str, packet: Packet, *, register: Register = EMPTY, users: Path | None = None
) -> Iterator[tuple[Sheet, Iterator[tuple[Any, ...]]]]:
    """Yield each sheet of a workbook with the values of its rows, for other files than a workbook."""
    book = sheets.read(name, users)
    source = _Source(book=book, packet=packet, register=register)
    for sheet in book.sheets:
        gets = [_column(sheet, column, source) for column in sheet.columns]
        yield sheet, (tuple([get(row) for get in gets]) for row in source.rows(sheet))
