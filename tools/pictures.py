"""Make the pictures of the README: a demo packet's folder in, PNG pages in docs/images out.

python tools/pictures.py output/packets/latest
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PICTURES = {
    "soc2-summary.png": ("soc2-packet.pdf", "1 Executive summary"),
    "soc2-domain.png": ("soc2-packet.pdf", "8.3.1 What AWS does"),
    "iso27001-soa.png": ("iso27001-packet.pdf", "A.5.1"),
    "responsibility-matrix.png": ("responsibility-matrix.pdf", "VPC configuration"),
}
"""Picture -> document, and words that only its page begins with."""
_FRONT = 4  # cover, contents and lists name every section
_SCALE = 1.25  # 90 dpi: sharp enough to read, small enough for a repository


def main(packet: Path) -> None:
    """Find each page by its words and write it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (file, words) in PICTURES.items():
        document = pypdfium2.PdfDocument(packet / file)
        texts = [page.get_textpage().get_text_range() for page in document]
        number = next(n for n, text in enumerate(texts) if words in text and n >= _FRONT)
        image = document[number].render(scale=_SCALE).to_pil().convert("P", palette=1, colors=64)
        image.save(IMAGES / name, optimize=True)
        print(f"{IMAGES / name}: page {number + 1} of {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
