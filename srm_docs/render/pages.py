"""Widths of columns and heights of rows -> the pages that a worksheet takes on paper.

Office programs fit a sheet to its pages by themselves, each by its own fonts, and ignore breaks between columns then.
So these are estimates: how many pages to say, and what surely stands on the first of two pages side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, NamedTuple

from srm_docs.render.fit import PIXELS


class Paper(NamedTuple):
    """Excel's number of a paper, and its short and its long side in points."""

    number: int
    short: float
    long: float


PAPERS: Final = {"A4": Paper(9, 595.3, 841.9), "LETTER": Paper(1, 612.0, 792.0)}
SIDES: Final = 0.39
TOP: Final = 0.75
BOTTOM: Final = 0.7
LINE: Final = 0.35
"""Margins in inches: left and right, above, below, and of the lines that are printed in the margins."""
_LEAST: Final = 7 / 9
"""The least scale: 9-point text becomes 7 points. A wider sheet takes more pages across."""
_INCH: Final = 72.0
_POINTS: Final = 0.75 * PIXELS
"""Points of one unit of column width."""
ROOM: Final = (PAPERS["LETTER"].long - 2 * SIDES * _INCH) / _POINTS / _LEAST
"""The widest page in units of column width: that of a landscape Letter page; A4 is wider."""
_SAFE: Final = 0.01
_SPARE: Final = 0.92
_SURE: Final = 0.98
"""The shares of a page that blank rows may fill, and what must not be cut: programs measure a little differently."""


def paper(name: str) -> Paper:
    """Return the paper that the packet names, A4 where it names none that we know."""
    return PAPERS.get(name.upper(), PAPERS["A4"])


def across(widths: Sequence[float], freeze: int) -> int:
    """Return how many pages a sheet takes side by side, its first `freeze` columns repeated on each."""
    kept = sum(widths[:freeze])
    if sum(widths) <= ROOM:
        return 1
    return ceil((sum(widths) - kept) / max(ROOM - kept, ROOM / 4))


def first_page(widths: Sequence[float], freeze: int) -> int:
    """Return how many columns surely stand on the first page, whatever fonts a program measures them by.

    Programs shrink a sheet no more than its pages need, so the first page is full but for a column that did not fit.
    """
    count = across(widths, freeze)
    share = (sum(widths) + (count - 1) * sum(widths[:freeze])) / count
    return next((at for at in range(1, len(widths) + 1) if sum(widths[: at + 1]) > share + _SAFE), len(widths))


def height(name: str, widths: Sequence[float], freeze: int = 0, *, landscape: bool = True) -> float:
    """Return the points of rows that fit on a page, where columns of these widths are fitted to the pages across."""
    sheet = paper(name)
    high, wide = (sheet.short, sheet.long) if landscape else (sheet.long, sheet.short)
    count = across(widths, freeze) if landscape else 1
    share = (sum(widths) + (count - 1) * sum(widths[:freeze])) / count
    return (high - (TOP + BOTTOM) * _INCH) / min(1.0, (wide - 2 * SIDES * _INCH) / (share * _POINTS))


@dataclass(slots=True, kw_only=True)
class Pages:
    """Counts the pages of the rows of one worksheet; `repeated` is the height of what stands again on each."""

    room: float
    repeated: float = 0.0
    count: int = 1
    _used: float = 0.0

    def add(self, height: float) -> None:
        """Add a row, on a new page where it does not fit."""
        if self._used + height > self.room and self._used > self.repeated:
            self.turn()
        self._used += height

    def holds(self, height: float) -> bool:
        """Whether rows of that height surely fit on the page that is begun."""
        return self._used + height <= self.room * _SURE

    def turn(self) -> None:
        """Begin a page."""
        self.count, self._used = self.count + 1, self.repeated

    def spare(self, height: float) -> bool:
        """Whether a blank row surely fits on the page."""
        return self._used + height <= self.room * _SPARE
