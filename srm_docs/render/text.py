"""Any string -> the same string in characters that the bundled faces can draw, reversibly.

The notation: a run of characters that cannot be drawn, or that would hide or reorder text, is printed as
its code points between single guillemets, `‹U+202E›` or `‹U+05E9 05DC 05D5›`. A guillemet that would begin
such a group is itself written so (`‹U+2039›U+…`), hence `restore(visible(s)) == s` for every string.
Replaced are: characters that the face lacks; control, format (bidi, zero width, soft hyphen), private-use,
surrogate and unassigned code points and noncharacters; line and paragraph separators; spaces other than
space and no-break space; a combining mark without a base and every mark after the second on one base. A
line feed stays: HTML prints it as a space, `<pre>` as a new line.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Literal

from srm_docs.render import assets
from srm_docs.render.languages import ENGLISH
from srm_docs.said import Language, plural, say, translated

Face = Literal["sans", "mono"]
OPEN, CLOSE = "‹", "›"
SPARED = 120  # characters over the limit that are printed all the same: two lines of a table's widest column
MOST_MARKS = 2  # Vietnamese decomposed needs two; a stack of more prints over its neighbours
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_KEPT = frozenset(" \u00a0\n")
_GROUP = re.compile(f"{OPEN}U\\+([0-9A-F]{{4,6}}(?: [0-9A-F]{{4,6}})*){CLOSE}")


@cache
def coverage(face: Face) -> frozenset[int]:
    """Return the code points that a face draws; mono falls back to sans, as its style sheet does."""
    ranges = json.loads((assets.packet_templates() / "fonts" / "coverage.json").read_text("ascii"))
    found: set[int] = set()
    for name in ("sans",) if face == "sans" else ("sans", "mono"):
        for part in ranges[name].split():
            first, _, last = part.partition("-")
            found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def visible(text: str, *, face: Face = "sans", strict: bool = False) -> str:
    """Return text in drawable characters; `strict` also shows the white space that HTML swallows."""
    if not strict and text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    run: list[str] = []
    for char, fits in _judged(text, face, strict=strict):
        if fits and run:
            out.append(f"{OPEN}U+{' '.join(run)}{CLOSE}")
            run.clear()
        if fits:
            out.append(char)
        else:
            run.append(f"{ord(char):04X}")
    if run:
        out.append(f"{OPEN}U+{' '.join(run)}{CLOSE}")
    return "".join(out)


def replaced(text: str, *, face: Face = "sans", strict: bool = False) -> Counter[int]:
    """Return how often each code point of text would be replaced by `visible`."""
    if not strict and text.isascii() and text.isprintable():
        return Counter()
    return Counter(ord(char) for char, fits in _judged(text, face, strict=strict) if not fits)


def restore(text: str) -> str:
    """Return the string that `visible` was given."""
    return _GROUP.sub(lambda m: "".join(chr(int(point, 16)) for point in m[1].split()), text)


def _judged(text: str, face: Face, *, strict: bool) -> list[tuple[str, bool]]:
    covered = coverage(face)
    judged: list[tuple[str, bool]] = []
    marks = MOST_MARKS  # a mark at the start has no base of its own
    last = len(text) - 1
    for at, char in enumerate(text):
        category = unicodedata.category(char)
        if category in {"Mn", "Me", "Mc"}:
            fits = marks < MOST_MARKS and ord(char) in covered
            marks += 1
        elif char in _KEPT:
            fits = not strict or char == "\u00a0" or (char == " " and 0 < at < last and text[at - 1] != " ")
            marks = MOST_MARKS
        else:
            opens = char == OPEN and text.startswith("U+", at + 1)
            fits = category not in _HIDDEN and ord(char) in covered and not opens
            marks = 0 if fits else MOST_MARKS
        judged.append((char, fits))
    return judged


def cut(text: str, most: int = 500, whole_in: str = "", *, language: Language = ENGLISH) -> str:
    """Return about `most` characters of text, then how many more there are and where the whole is.

    A cut ends with a word, and is made only where it saves more than the two lines that saying so may take.
    """
    if len(text) <= most + min(most, SPARED):
        return text
    kept = text[:most]
    if not text[most].isspace() and (space := kept.rfind(" ")) > most // 2:
        kept = kept[:space]
    kept = kept.rstrip()
    more = plural(len(text) - len(kept), "{n:,} more characters", "{n:,} more characters")
    made = say("{more}; whole in {where}", more=more, where=language.message(whole_in)) if whole_in else more
    return f"{kept}… {translated(made, language)}"
