"""Values of the packet model -> the words and marks that templates print: dates, counts, ids, hashes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from srm_docs import dates
from srm_docs.packet.words import call_words
from srm_docs.render import text

NARROWEST, PORTRAIT, LANDSCAPE = 12, 170, 247  # mm
UNBROKEN = 14  # characters of an id that stay on one line; longer ones may break
_CODE, _PLAIN = Markup("<code>{}</code>"), Markup("{}")
_SHORT = 20  # characters of a word that does not break at its capitals
_JOINTS = re.compile(r"(?<=[:/,;=&?|\\_])(?=.)")
_CAPITALS = re.compile(rf"{_JOINTS.pattern}|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_REGION = re.compile(r"\b[a-z]{2}(?:-[a-z]+)+-\d\b|\bsrm-docs\b(?:\.toml)?")
_PART = re.compile(r"\A.{1,16}\Z|(?<![\w-])(?=[\w-]{3,16}(?![\w-]))\w+(?:-\w+)+")


class Sanitise(Protocol):
    """Make a string printable and keep count of what was replaced."""

    def __call__(self, raw: str, face: text.Face, *, strict: bool) -> str:
        """Return raw as `text.visible` shows it."""


def day(value: dt.date | str) -> str:
    """Return `11 March 2026` from a date, a datetime or an ISO string."""
    when = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return dates.day(when)


def moment(value: dt.datetime | str, *, seconds: bool = False) -> str:
    """Return `3 July 2026 04:12 UTC`; a time without an offset is refused, because it could be any time."""
    when = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no offset from UTC")
    when = when.astimezone(dt.UTC)
    return f"{day(when)} {when.strftime('%H:%M:%S' if seconds else '%H:%M')} UTC"


def plain(value: object) -> str:
    """Return value unless it is markup: WeasyPrint tags a link wrongly when it holds an element."""
    if isinstance(value, Markup):
        raise ValueError("a link holds plain text only (PDF/UA): pass the string itself")  # noqa: TRY004
    return str(value)


def thousands(value: int) -> str:
    """Return `1,204`."""
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 security group` or `25 security groups`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def of(count: int, whole: int, one: str, many: str = "") -> str:
    """Return `1 of 25 security groups`: the noun counts the population."""
    return f"{count:,} of {plural(whole, one, many)}"


def listed(values: Sequence[object], *, last: str = "and") -> str:
    """Return `a, b and c`."""
    words = [str(value) for value in values]
    return " ".join(filter(None, [", ".join(words[:-1]), last if len(words) > 1 else "", *words[-1:]]))


def hashed(digest: str) -> Markup:
    """Return a digest in groups of 8 that copy as one string; lines break between groups only."""
    groups = [digest[at : at + 8] for at in range(0, len(digest), 8)]
    return Markup('<span class="hash">{}</span>').format(
        Markup("<wbr>").join(Markup("<i>{}</i>").format(group) for group in groups)
    )


def breaking(shown: str, short: int = _SHORT) -> Markup:
    """Return text with a chance to break after the joints of an ARN, a path or a dotted name, and at capitals.

    A chance is zero-width and not part of the text. Names of regions and the parts of a word longer than `short` are
    never broken themselves: at the start of a line the layout would rather break a part than use a chance before it.
    """
    return Markup(" ").join(
        Markup("<wbr>").join(_unbroken(piece, _REGION if len(word) <= short else _PART) for piece in parts)
        for word in shown.split(" ")
        for parts in [(_JOINTS if len(word) <= short else _CAPITALS).split(word)]
    )


def _unbroken(piece: str, kept: re.Pattern[str]) -> Markup:
    out: list[Markup | str] = []
    end = 0
    for found in kept.finditer(piece):
        out += [escape(piece[end : found.start()]), Markup('<span class="nb">{}</span>').format(found[0])]
        end = found.end()
    return Markup("").join([*out, escape(piece[end:])])


def columns(given: Sequence[Sequence[object]], measure: int = PORTRAIT) -> list[tuple[str, float | None, str]]:
    """Return (head, width in mm or None, class) per column; refuse what cannot be read or does not fit.

    Each column is given as (head, width) or (head, width, class); one width may be None and takes the rest.
    """
    made: list[tuple[str, float | None, str]] = []
    for column in given:
        head, width, *rest = column
        if width is not None and (not isinstance(width, (int, float)) or width < NARROWEST):
            raise ValueError(f"column {head!r} is {width} mm wide; {NARROWEST} mm is the least")
        made.append((str(head), width, str(rest[0]) if rest else ""))
    fixed = sum(width for _, width, _ in made if width is not None)
    rests = sum(width is None for _, width, _ in made)
    if rests > 1 or (rests == 1 and measure - fixed < NARROWEST) or (rests == 0 and fixed != measure):
        raise ValueError(f"the columns take {fixed:g} mm and {rests} take the rest; the measure is {measure} mm")
    return made


def markup_filters(sanitise: Sanitise) -> dict[str, Callable[..., Markup]]:
    """Return the filters that print strings from the cloud, bound to the sanitiser that keeps the log."""

    def ident(value: object) -> Markup:
        """Print an id or a name; HTML may not swallow any of its characters."""
        raw = str(value)
        shown = sanitise(text.cut(raw, 300), "mono", strict=True)
        kind = "id" if len(shown) <= UNBROKEN else "id long"
        return Markup('<span class="{}">{}</span>').format(kind, breaking(shown, UNBROKEN))

    def call(raw: object) -> Markup:
        """Print an API call as AWS names it, and what we filter it by in words after it."""
        operation, _, words = call_words(str(raw)).partition(" ")
        return Markup("{} {}").format(ident(operation), value(words)) if words else ident(operation)

    def coded(raw: object) -> Markup:
        """Print a sentence in which back quotes mark a command or a name of the configuration."""
        parts = text.cut(str(raw)).split("`")
        return Markup("").join(
            (_CODE if at % 2 else _PLAIN).format(breaking(sanitise(part, "sans", strict=False)))
            for at, part in enumerate(parts)
        )

    def value(raw: object, most: int = 500, whole_in: str = "") -> Markup:
        """Print a string from the cloud in the running face; HTML may not swallow any of its characters."""
        return breaking(sanitise(text.cut(str(raw), most, whole_in), "sans", strict=True))

    def block(raw: object, most: int = 6_000, whole_in: str = "") -> Markup:
        """Print lines in mono, as they are."""
        lines = sanitise(text.cut(str(raw), most, whole_in), "mono", strict=False)
        return Markup("<pre>{}</pre>").format(lines)

    return {"id": ident, "value": value, "block": block, "call": call, "coded": coded}
