"""Make the pictures of docs/workbook.md: a workbook of the demo in, PNG pages in docs/images out. Needs LibreOffice.

python tools/workbook_pictures.py output/packets/latest/workbook.xlsx
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
import pypdfium2

from srm_docs.declare.write import Cell
from srm_docs.render.grid import HEAD
from srm_docs.roundtrip import conflicts
from srm_docs.roundtrip.merge import Conflict
from srm_docs.roundtrip.read import Place

IMAGES = Path(__file__).parents[1] / "docs" / "images"
MOST: Final = 60_000
"""Bytes of a picture, so that the guide opens at once."""
_SCALE: Final = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A sheet and how much of its first page is shown; of its columns those under `headings`, or all on paper."""

    name: str
    sheet: str
    share: float = 1.0
    headings: tuple[str, ...] = ()
    above: float = 0.0
    scale: float = _SCALE


FRONT: Final = (
    Picture(name="workbook-read-me.png", sheet="Read me", share=0.5),
    Picture(name="workbook-dashboard.png", sheet="Dashboard", share=0.75),
)
"""Taken from the workbook as it is: openpyxl may not keep all of a chart."""
_PAGES: Final = 6
PICTURES: Final = (
    Picture(name="workbook-own-controls.png", sheet="Own controls", share=0.6),
    Picture(name="workbook-responsibilities.png", sheet="Responsibilities", share=0.75),
    Picture(
        name="workbook-findings.png",
        sheet="Findings",
        share=0.7,
        headings=("Finding", "What was found", "Severity", "Cause", "Response", "Owner", "Due date", "Status"),
    ),
)
CONFLICTS: Final = Picture(name="workbook-conflicts.png", sheet=conflicts.TITLE, above=0.06, share=0.2, scale=1.9)
_NARROWER: Final = {"B": 10, "C": 9, "D": 11, "E": 19, "F": 21, "G": 32, "H": 20}
"""So that its text can be read in the guide."""


def main(workbook: Path) -> None:
    """Print the first page of each sheet, as an office program shows it."""
    with tempfile.TemporaryDirectory() as folder:
        pages = _pdf(workbook, Path(folder), f"1-{_PAGES}")
        for picture in FRONT:
            _save(next(page for page in pages if _title(page) == picture.sheet), picture)
        for picture in PICTURES:
            book = openpyxl.load_workbook(workbook)
            _only(book, picture)
            _print(book, picture, Path(folder))
        decided = Path(folder) / "decide.xlsx"
        conflicts.write(decided, list(_conflicts()))
        book = openpyxl.load_workbook(decided)
        sheet: Any = book.active
        sheet.cell(3, 1).value = "register"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        for letter, width in _NARROWER.items():
            sheet.column_dimensions[letter].width = width
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        _print(book, CONFLICTS, Path(folder))


def _conflicts() -> Iterator[Conflict]:
    """What two people changed at once; the first of the two is decided in the picture."""
    for field, column, base, ours, theirs in (
        ("owner", 7, "Platform lead", "Head of Platform", "Platform lead, Berlin"),
        ("frequency", 6, "monthly", "weekly", "quarterly"),
    ):
        yield Conflict(
            cell=Cell("controls", "NET-01", field),
            place=Place(sheet="Own controls", row=HEAD + 1, column=column),
            base=base,
            register=ours,
            workbook=theirs,
        )


def _only(book: Any, picture: Picture) -> None:
    """Leave one sheet, and of it the columns that the picture names."""
    for other in book.sheetnames:
        if other != picture.sheet:
            del book[other]
    sheet = book[picture.sheet]
    if not picture.headings:
        return
    heads = {cell.value: cell.column_letter for cell in sheet[HEAD]}
    for heading, letter in heads.items():
        sheet.column_dimensions[letter].hidden = heading not in picture.headings
    last = max((heads[heading] for heading in picture.headings), key=lambda letter: (len(letter), letter))
    sheet.print_area = f"A1:{last}{sheet.max_row}"
    sheet.page_setup.fitToWidth = 1


def _print(book: Any, picture: Picture, folder: Path) -> None:
    book.save(folder / "one.xlsx")
    _save(_pdf(folder / "one.xlsx", folder, "1")[0], picture)


def _pdf(workbook: Path, folder: Path, pages: str) -> Any:
    """Print some pages, as an office program does."""
    only = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"{pages}"}}}}'
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", only]
    subprocess.run([*command, "--outdir", folder, workbook], check=True, capture_output=True)
    return pypdfium2.PdfDocument((folder / f"{workbook.stem}.pdf").read_bytes())


def _title(page: Any) -> str:
    """The name of the sheet, which stands at the right of the line above it."""
    width, height = page.get_size()
    said = page.get_textpage().get_text_bounded(left=width * 0.6, bottom=height - 45, right=width, top=height)
    return str(said).strip().splitlines()[-1] if said.strip() else ""


def _save(page: Any, picture: Picture) -> None:
    image = page.render(scale=picture.scale).to_pil()
    image = image.crop((0, round(image.height * picture.above), image.width, round(image.height * picture.share)))
    target = IMAGES / picture.name
    image.convert("P", palette=1, colors=128).save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target} {size:,} bytes{' TOO LARGE' if size > MOST else ''}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
