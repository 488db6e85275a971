"""Text and a column's width -> the number of lines it wraps to, so that a row is as high as its words.

Excel does not measure rows of a file that a program wrote. Widths are those of Arial and of Liberation Sans, its
metric twin, in thousandths of an em; other scripts are taken as wide or middling. Estimates lean to one line more.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

POINTS: Final = 9.0
"""Size of the text in cells."""
LINE: Final = 11.5
PADDING: Final = 6.0
TALLEST: Final = 408.0
"""Points: a line, what stands above and below, and the highest row that Excel knows (409.5)."""
PIXELS: Final = 7.0
"""Pixels of one unit of column width: the digits of the workbook's standard font, Arial 10."""
_MARGIN: Final = 6.0
_SAFE: Final = 1.0
_BOLD: Final = 1.09
_EM: Final = POINTS * 96 / 72

# Space to tilde.
_WIDTHS: Final = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_WIDE: Final = frozenset("WF")
_ASCII: Final = (*(600,) * 32, *_WIDTHS, 600)
"""Width of each ASCII character by its code."""


def height(lines: int) -> float:
    """Return the height in points of a row whose longest cell has `lines` lines."""
    return min(TALLEST, max(1, lines) * LINE + PADDING)


def width(text: str, *, points: float = POINTS, bold: bool = False) -> float:
    """Return the width of a text on one line, in units of column width."""
    return (sum(map(_width, text)) / 1000 * points * 96 / 72 * (_BOLD if bold else 1) + _MARGIN) / PIXELS


@lru_cache(maxsize=8_192)
def lines(text: str, width: float, *, bold: bool = False) -> int:
    """Return how many lines text takes in a column `width` units wide, words first, then characters."""
    room = (width * PIXELS - _MARGIN) * _SAFE / _EM * 1000 / (_BOLD if bold else 1)
    if text.isascii() and "\n" not in text and sum(map(_ASCII.__getitem__, text.encode())) <= room:
        return 1
    return sum(_wrapped(part, room) for part in text.split("\n"))


def _wrapped(text: str, room: float) -> int:
    count, used, space = 1, 0.0, float(_WIDTHS[0])
    for word in text.split(" "):
        wide = sum(map(_ASCII.__getitem__, word.encode())) if word.isascii() else sum(map(_width, word))
        if used and used + space + wide <= room:
            used += space + wide
            continue
        count += bool(used)
        while wide > room:  # broken within the word
            count += 1
            wide -= room
        used = wide or space
    return count


@lru_cache(maxsize=4_096)
def _width(char: str) -> float:
    if char.isascii():
        return _ASCII[ord(char)]
    return 1000 if unicodedata.east_asian_width(char) in _WIDE else 600
