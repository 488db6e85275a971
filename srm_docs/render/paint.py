"""What a cell means (kind, status, who fills it) -> the number of its style in the workbook.

Word first, then weight, then a pale fill: every status reads in greyscale. Two things have a warning colour, a
deviation (brick) and something not read (ochre). Styles are registered once and shared, because a style per cell is
what makes large workbooks slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from srm_docs.packet.model import Shape
from srm_docs.render import fit
from srm_docs.render.sheets import Kind

INK, INK_2, RULE, PANEL, HEAD = "16191D", "4A525B", "C8CED5", "F3F5F7", "DDE1E5"
YOURS, YOURS_HEAD = "EDF5FC", "CFE3F5"
"""Columns for people to fill in, and their headings."""
DEVIATION, UNREAD = "8A2311", "7A5300"
TITLE_POINTS: Final = 16
FACE: Final = "Arial"
"""Everywhere, or as its metric twin Liberation Sans: heights of rows hold."""

WORDS: Final = {
    Shape.DEVIATION: (DEVIATION, True, "F5E6E2"),
    Shape.UNREAD: (UNREAD, True, "F8F0DD"),
    Shape.MISSING: (DEVIATION, True, ""),
    Shape.PARTLY: (INK, False, "E4EAEF"),
    Shape.INHERITED: (INK, False, "ECEEF1"),
    Shape.NOT_APPLICABLE: (INK_2, False, ""),
    Shape.MET: (INK, False, ""),
    Shape.PLAIN: (INK, False, ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that decides a style. `role`: body, head, band, title, about, section, label.

    `middle` is for rows of one line, whose text would touch the line above; `words` for text among numbers.
    """

    role: str = "body"
    kind: Kind = Kind.TEXT
    shape: Shape = Shape.PLAIN
    by: str = "computed"
    tint: bool = False
    ruled: bool = False
    link: bool = False
    quote: bool = False
    middle: bool = False
    edits: bool = False
    words: bool = False


class Paint:
    """The styles of one workbook."""

    def __init__(self, workbook: Workbook, sheet: Worksheet, accent: str) -> None:
        """Make Arial 10 the standard font, by which Excel measures columns."""
        normal: Any = workbook._named_styles["Normal"]  # type: ignore[attr-defined]  # noqa: SLF001
        normal.font = Font(name=FACE, size=10)
        workbook._fonts[0] = normal.font  # type: ignore[attr-defined]  # noqa: SLF001
        self._sheet = sheet
        self._accent = accent.removeprefix("#")
        self._made: dict[Look, int] = {}

    def number(self, look: Look) -> int:
        """Return the style's number, the `s` of a cell."""
        if look not in self._made:
            cell = WriteOnlyCell(self._sheet)
            cell.font = self._font(look)
            cell.fill = _fill(look)
            cell.border = _border(look, self._accent)
            cell.alignment = _alignment(look)
            if look.role == "body":
                formats = {Kind.COUNT: "#,##0", Kind.DATE: "yyyy-mm-dd" if look.edits else "d mmmm yyyy"}
                cell.number_format = formats.get(look.kind, "@" if look.kind in {Kind.ID, Kind.CALL} else "General")
            if look.quote:
                cell.quotePrefix = True
            self._made[look] = cell.style_id
        return self._made[look]

    def _font(self, look: Look) -> Font:
        if look.role == "title":
            return Font(name=FACE, size=TITLE_POINTS, color=self._accent)
        if look.role == "section":
            return Font(name=FACE, size=11, bold=True, color=INK)
        if look.role in {"head", "band"}:
            return Font(name=FACE, size=fit.POINTS, bold=True, color=INK if look.role == "head" else INK_2)
        if look.role in {"about", "label"}:
            missing = look.shape is Shape.MISSING
            return Font(name=FACE, size=fit.POINTS, color=DEVIATION if missing else INK_2, bold=missing)
        colour, bold, _ = WORDS[look.shape]
        if look.link and look.shape is Shape.PLAIN:
            colour = self._accent
        if look.kind is Kind.HASH:
            return Font(name="Courier New", size=8, color=colour)
        return Font(name=FACE, size=fit.POINTS, bold=bold, color=colour)


def _fill(look: Look) -> PatternFill:
    colour = ""
    if look.role == "head":
        colour = {"computed": HEAD, "organization": YOURS_HEAD}.get(look.by, "")
    elif look.role == "band":
        colour = YOURS_HEAD if look.by == "organization" else ""
    elif look.role == "body":
        colour = WORDS[look.shape][2] or (YOURS if look.edits else PANEL if look.tint else "")
    return PatternFill("solid", fgColor=colour) if colour else PatternFill()


def _border(look: Look, accent: str) -> Border:
    hair, line = Side("thin", color=RULE), Side("thin", color=INK)
    grid = hair if look.by == "auditor" and look.role != "band" else None
    if look.role == "head":
        bottom = Side("medium", color=accent) if look.by == "organization" else line
        return Border(top=Side("medium", color=INK), bottom=bottom, left=grid, right=grid)
    if look.role == "section":
        return Border(bottom=line)
    if look.role in {"body", "label"}:
        top = Side("thin", color=INK_2) if look.ruled else None
        return Border(top=top, bottom=hair, left=grid, right=grid)
    return Border()


def _alignment(look: Look) -> Alignment:
    if look.role in {"title", "about", "band"}:
        return Alignment(vertical="center")
    right = look.kind is Kind.COUNT and not look.words
    return Alignment(
        horizontal="right" if right else "left",
        indent=1 if right and look.role == "body" else 0,  # text of the next column would touch the number
        vertical="bottom" if look.role in {"head", "section"} else "center" if look.middle else "top",
        wrap_text=look.role != "section",
    )
