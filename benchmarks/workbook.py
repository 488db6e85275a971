"""A sheet of findings beside plain openpyxl: CPU seconds per million cells, memory, and their ratio.

Both write the same rows. `plain` is what one would write first: openpyxl in write-only mode, one font, fill, border and
alignment made once and given to each cell. Each run is a process of its own; the two take turns.

    .venv/bin/python benchmarks/workbook.py [rows] [runs]      default 20,000 rows of 10 columns, 3 runs each
    .venv/bin/python benchmarks/workbook.py 1000000 1 ours     ours alone, at the size that a large estate has
    .venv/bin/python benchmarks/workbook.py 100000 1 import import-shared read      a file of ours read back

`import` reads the workbook back as `srm-docs import` does, `import-shared` the same file with its texts shared, as
Excel saves it; `read` is openpyxl in read-only mode, going through every row of the file. The cells are those of the
sheet Resources.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))


class Many:
    """`count` resources like those of the sample, each with its own name, made while they are asked for."""

    def __init__(self, like: Any, count: int) -> None:
        """Take a resource to make the others like."""
        self.like, self.count = like, count

    def __len__(self) -> int:
        """Say how many there are."""
        return self.count

    def __iter__(self) -> Iterator[Any]:
        """Make them one by one."""
        for at in range(self.count):
            yield replace(self.like, name=f"arn:aws:s3:::bucket-{at:07}-of-a-large-estate", account=f"{at % 50:012}")


def estate(rows: int) -> Any:
    """Return a packet in which one self-test found `rows` deviations."""
    from tests.packet_sample import packet

    found = packet()
    test = next(test for test in found.tests if test.deviations)
    many: Any = Many(test.deviations[0], rows)
    return replace(found, tests=(replace(test, deviations=many, not_determined=()),))


def ours(rows: int, out: Path) -> int:
    """Write the whole workbook; return the cells of its sheet Resources."""
    from srm_docs.render import sheets, workbook

    columns = next(len(s.columns) for s in sheets.read("workbook").sheets if s.title == "Resources")
    with out.open("wb") as made:
        workbook.write("workbook", estate(rows), made)
    return rows * columns


def plain(rows: int, out: Path) -> int:
    """Write the same rows with openpyxl, a style given to each cell."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    from srm_docs.packet.model import Answer
    from srm_docs.render import rows as sources
    from srm_docs.render import sheets

    book = sheets.read("workbook")
    sheet = next(s for s in book.sheets if s.title == "Resources")
    made: Any = openpyxl.Workbook(write_only=True)
    worksheet = made.create_sheet("Resources")
    font, fill = Font(name="Arial", size=9, color="16191D"), PatternFill("solid", fgColor="F3F5F7")
    border = Border(bottom=Side("thin", color="C8CED5"))
    alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    cells = 0
    for row in sources.of("resources", estate(rows), book):
        line = []
        for column in sheet.columns:
            value = sources.value(row, column.path) if column.path else " | ".join(
                str(sources.value(row, path)) for path in sheet.row
            )  # fmt: skip
            value = value.text if isinstance(value, Answer) else ", ".join(value) if isinstance(value, tuple) else value
            cell: Any = WriteOnlyCell(worksheet, value)
            cell.font, cell.fill, cell.border, cell.alignment = font, fill, border, alignment
            line.append(cell)
            cells += 1
        worksheet.append(line)
    made.save(out)
    return cells


def imported(path: Path) -> None:
    """Read a workbook back into the register that it was made of, which is empty."""
    from srm_docs.declare.register import EMPTY
    from srm_docs.roundtrip import origin, read
    from srm_docs.roundtrip.archive import opened
    from srm_docs.roundtrip.book import Book

    with opened(path) as archive:
        book = Book(archive)
        found = read.read(book, origin.read(book), EMPTY)
    if found.edits or found.faults:
        raise SystemExit(f"what nobody edited was read as edited: {found.edits[:3]} {found.faults[:3]}")


def through(path: Path) -> None:
    """Go through every row with openpyxl."""
    import openpyxl

    for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def share(path: Path) -> None:
    """Move the texts of a workbook of ours into xl/sharedStrings.xml."""
    import re
    import zipfile

    texts: dict[str, int] = {}
    inline = re.compile(r't="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is>')
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_suffix(".shared"), "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if not info.filename.startswith("xl/worksheets/sheet"):
                new.writestr(info.filename, old.read(info))
                continue
            with old.open(info) as part, new.open(info.filename, "w", force_zip64=True) as made:
                rest = ""
                while block := part.read(1 << 22).decode("utf-8", "ignore"):
                    whole, end, rest = (rest + block).rpartition("</row>")
                    made.write(
                        inline.sub(
                            lambda found: f't="s"><v>{texts.setdefault(found[1], len(texts))}</v>', whole + end
                        ).encode()
                    )
                made.write(rest.encode())
        items = "".join(f"<si>{text}</si>" for text in texts)
        name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{name}">{items}</sst>')
    path.with_suffix(".shared").replace(path)


WAYS = {"plain": plain, "ours": ours}
READ = {"import": imported, "import-shared": imported, "read": through}


def one(way: str, rows: int) -> None:
    """Do one run in this process, and print its figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        if way in READ:
            columns = json.loads(
                subprocess.check_output([sys.executable, __file__, "--make", way, str(rows), str(path)])
            )
        began = time.process_time()
        cells = WAYS[way](rows, path) if way in WAYS else rows * columns
        if way in READ:
            READ[way](path)
        taken = time.process_time() - began
        size = path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": taken, "cells": cells, "rss": peak, "mb": size / 1e6}))


def main() -> None:
    """Take turns and print medians, or do one run and print its figures."""
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
        return
    if sys.argv[1:2] == ["--make"]:  # in a process of its own, so that its memory is not counted
        way, rows, path = sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
        print(ours(rows, path) // rows)
        if way == "import-shared":
            share(path)
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3  # noqa: PLR2004 - the second word of the command line
    ways = sys.argv[3:] or [*WAYS]  # "import" and "read" take the time of making a file on top
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(runs):
        for way in ways:
            run = subprocess.run(
                [sys.executable, __file__, "--one", way, str(rows)], check=True, stdout=subprocess.PIPE
            )
            said = json.loads(run.stdout)
            taken[way].append(said["cpu"] / said["cells"] * 1e6)
            print(f"{way:<13} {said['cpu']:7.1f} s CPU  {said['cells']:>11,} cells  {said['rss']:5.0f} MB  "
                  f"file {said['mb']:.1f} MB")  # fmt: skip
    for way, times in taken.items():
        print(f"{way:<13} median {statistics.median(times):6.1f} s CPU per million cells "
              f"({min(times):.1f} to {max(times):.1f}, {runs} runs)")  # fmt: skip
    for way, other in (("ours", "plain"), ("import", "read"), ("import-shared", "read")):
        if {way, other} <= taken.keys():
            print(f"ratio {way} to {other}: {statistics.median(taken[way]) / statistics.median(taken[other]):.3f}")


if __name__ == "__main__":
    main()
