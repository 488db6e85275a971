"""The same tables printed by WeasyPrint as we use it, by ReportLab and by Typst: pages a CPU second and peak memory.

Ten checks, each with its table of resources: 10, 100 and 1,000 rows. Each engine runs in a process of its own. What is
not installed is skipped and named; neither ReportLab nor Typst is a dependency of ours (`pip install reportlab typst`).
Only WeasyPrint's output is PDF/A-3a and PDF/UA-1 in one file; ReportLab's is not tagged, Typst's is PDF/UA-1.
"""

from __future__ import annotations

import html
import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

CHECKS, SIZES = 10, (10, 100, 1_000)
HEADS = ("Resource", "Account", "Region", "Result", "Evidence")
MILLIMETRES = (62, 30, 26, 24, 28)


def rows(check: int, size: int) -> Iterator[tuple[str, ...]]:
    """Yield the resources of a check."""
    for at in range(size):
        yield (
            f"arn:aws:ec2:eu-west-1:111122223333:volume/vol-{check:02d}{at:015x}", "111122223333", "eu-west-1",
            "Deviation" if at % 9 == 0 else "Met", f"EV-{check:02d}{at:06d}",
        )  # fmt: skip


def weasyprint(size: int) -> bytes:
    """Print as our documents are printed: our style sheets and fonts, tagged and archival."""
    from srm_docs.render import assets, pdf

    sheets = "".join(
        f'<link rel=stylesheet href="srm-asset:css/{s}.css">' for s in ("tokens", "brand", "pages", "text", "tables")
    )
    columns = "".join(f'<col style="width:{mm}mm">' for mm in MILLIMETRES)
    head = "".join(f"<th scope=col>{h}</th>" for h in HEADS)
    tables = ""
    for check in range(CHECKS):
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows(check, size)
        )
        tables += f"<section><h1>Check {check}</h1><table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>"
        tables += f"<tbody>{body}</tbody></table></section>"
    page = f"<!doctype html><html lang=en><head><title>x</title>{sheets}</head><body>{tables}</body></html>"
    return pdf.write(page, assets=assets.bundled()).content


def reportlab(size: int) -> bytes:
    """Print with LongTable and Paragraphs, which wrap as ours do."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.units import mm
    from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]
    style.fontSize, style.leading, style.splitLongWords = 8, 11, 1
    story = []
    for check in range(CHECKS):
        cells = [[Paragraph(html.escape(cell), style) for cell in row] for row in rows(check, size)]
        table = LongTable([list(HEADS), *cells], colWidths=[w * mm for w in MILLIMETRES], repeatRows=1)
        story += [Paragraph(f"Check {check}", style), table, PageBreak()]
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


def typst(size: int) -> bytes:
    """Print with a table whose head repeats, as PDF/UA-1."""
    import typst as engine

    def text(cell: str) -> str:
        return "[#" + json.dumps(cell) + "]"

    parts = ['#set document(title: "x")\n#set text(size: 8pt, lang: "en")\n#set page(paper: "a4", margin: 20mm)\n']
    for check in range(CHECKS):
        cells = ",\n".join(", ".join(map(text, row)) for row in rows(check, size))
        widths = ", ".join(f"{mm}mm" for mm in MILLIMETRES)
        head = ", ".join(map(text, HEADS))
        parts.append(f"= Check {check}\n#table(columns: ({widths}), table.header({head}),\n{cells})\n#pagebreak()\n")
    return bytes(engine.compile("".join(parts).encode(), format="pdf", pdf_standards="ua-1"))


ENGINES = {"WeasyPrint": weasyprint, "ReportLab": reportlab, "Typst": typst}


def one(name: str, size: int) -> None:
    """Print once in this process and say what it took."""
    try:
        began = time.process_time()
        content = ENGINES[name](size)
        seconds = time.process_time() - began
    except ModuleNotFoundError as missing:
        print(json.dumps({"missing": missing.name}))
        return
    import pypdfium2

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # of the engine: pages are counted after it
    pages = len(pypdfium2.PdfDocument(content))
    print(json.dumps({"pages": pages, "seconds": seconds, "peak": peak, "bytes": len(content)}))


def main() -> None:
    """Run every engine at every size, each in a new process."""
    print(
        "| resources a check | engine | pages | CPU s | pages a CPU s | peak MiB | KB |\n|---|---|---|---|---|---|---|"
    )
    for size in SIZES:
        for name in ENGINES:
            command = [sys.executable, __file__, name, str(size)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            made = json.loads(said.splitlines()[-1])
            if "missing" in made:
                print(f"| {size:,} | {name} | skipped: {made['missing']} is not installed | | | | |")
                continue
            rate = made["pages"] / made["seconds"]
            print(f"| {size:,} | {name} | {made['pages']} | {made['seconds']:.1f} | {rate:.1f} | {made['peak']:,} "
                  f"| {made['bytes'] // 1000:,} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:]:
        one(sys.argv[1], int(sys.argv[2]))
    else:
        main()
