"""Make the pictures of docs/workbook.md: a workbook of the demo in, PNG pages in docs/images out. Needs LibreOffice.

python tools/workbook_pictures.py output/packets/latest/workbook.xlsx
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
import pypdfium2

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PICTURES = {"workbook-own-controls.png": "Own controls", "workbook-responsibilities.png": "Responsibilities"}
_SCALE = 1.25


def main(workbook: Path) -> None:
    """Print the first page of each sheet, as an office program shows it."""
    for name, title in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            book = openpyxl.load_workbook(workbook)
            for other in book.sheetnames:
                if other != title:
                    del book[other]
            book.save(Path(folder) / "one.xlsx")
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
            subprocess.run([*command, f"{folder}/one.xlsx"], check=True, capture_output=True)
            page = pypdfium2.PdfDocument(Path(folder) / "one.pdf")[0]
            page.render(scale=_SCALE).to_pil().convert("P", palette=1, colors=64).save(IMAGES / name, optimize=True)
            print(IMAGES / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
