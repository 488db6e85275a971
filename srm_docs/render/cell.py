"""Any value -> text that Excel and LibreOffice show as it is: never a formula, an error, a link or a control.

What cannot stand in a cell, or would hide or reorder text, is printed as in the PDFs (see render.text): its code
points between single guillemets, `‹U+202E›`; `text.restore` gives the string back. Other scripts stay, because Excel
finds a face for them. The list of characters is written out here so that it does not change with Python's Unicode.
"""

from __future__ import annotations

import math
import re
from typing import Final

MOST: Final = 32_767
"""UTF-16 units that Excel keeps in a cell; it drops the rest without a word."""
DIGITS: Final = 15
"""Digits that a number keeps; a longer integer is written as text."""

_HIDDEN: Final = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 without the line feed, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"  # drawn as nothing, or ordering what stands around them
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]+|‹(?=U\\+)"  # a guillemet that would look like ours
)
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LEADS: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def visible(text: str) -> str:
    """Return text in characters that a cell can hold and a reader can see; line feeds stay, CR LF is one."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_points, text.replace("\r\n", "\n"))


def stored(value: object) -> str:
    """Return the text to write into the file for any value: visible, cut to what a cell holds, `_xHHHH_` escaped.

    None is empty. A number that is not finite is printed as a word, so that no cell is silently blank.
    """
    return _fitted(visible(plain(value)))


def fitted(text: str) -> str:
    """Return what a reader of the file gets of a text that was stored: an office program undoes the escapes."""
    return stored(text).replace("_x005F_", "_")


def plain(value: object) -> str:
    """Return the text of any value, not yet fit to be stored."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    return str(value)


def quoted(text: str) -> bool:
    """Say whether the cell needs Excel's quote prefix: editing it in place must not turn it into a formula."""
    return text.startswith(_LEADS)


def number(value: object) -> int | float | None:
    """Return value if a cell can hold it as a number without losing a digit, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if abs(value) < 10**DIGITS else None


def _points(found: re.Match[str]) -> str:
    return f"‹U+{' '.join(f'{ord(char):04X}' for char in found[0])}›"


def _escaped(text: str) -> str:
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _fitted(text: str) -> str:
    """Cut text so that its escaped form fits, and say how many characters are left out."""
    whole = _escaped(text)
    if len(whole) * 2 <= MOST or _units(whole) <= MOST:
        return whole
    room = MOST - len(f"… {len(text):,} more characters, cut here") - 1
    kept = text[:room]
    while (over := _units(_escaped(kept)) - room) > 0:
        kept = kept[: len(kept) - max(1, over // 8)]
    return f"{_escaped(kept)}… {len(text) - len(kept):,} more characters, cut here"
