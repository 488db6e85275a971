"""Numbers -> the geometry of our charts in mm, and the sentence that says the same; macros draw it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from srm_docs.render import text as printable
from srm_docs.said import Language, joined, of_catalog, plural, say, translated

INK, INK_2, RULE = "#16191D", "#4A525B", "#C8CED5"
MET, MET_LIGHT, DEVIATION, UNREAD = "#56758E", "#C5D1DB", "#8A2311", "#7A5300"
AWS, SHARED, CUSTOMER = "#DDE1E5", "#8A929B", "#3A424B"
FACE = "IBM Plex Sans"
SMALL, NORMAL = 2.52, 2.82  # mm: 7.1 pt and 8 pt
CHARACTER = 0.53  # of the size: the mean width of the face, capitals and digits included
_WIDEST, _NARROWEST, _TALL = 3.7, 3.2, 3.2  # mm from mark to mark in the cover field, and the height of a mark
Outcome = Literal["met", "partly", "inherited", "documents", "unread", "missing", "deviation", "na"]
Side = Literal["aws", "shared", "customer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A box; `dash` in mm, e.g. `.8 .5`, or empty."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = "none"
    line: float = 0.0
    dash: str = ""
    tag: Literal["rect"] = "rect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A line or a filled outline."""

    d: str
    fill: str = "none"
    stroke: str = "none"
    line: float = 0.0
    tag: Literal["path"] = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A label; x and y are the anchor and the baseline.

    What is wider than `room` (mm) is cut when it is drawn, in the language that it is drawn in; `rest` stays whole.
    """

    x: float
    y: float
    text: str
    size: float = NORMAL
    weight: int = 400
    fill: str = INK
    anchor: Literal["start", "middle", "end"] = "start"
    room: float = 0.0
    rest: str = ""
    tag: Literal["text"] = "text"


Shape = Rect | Path | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing of width × height mm; `title` is the sentence; one mark stands for `unit`."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]
    unit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One row of the cover field: AWS bullets on the left, self-tests of the customer part on the right."""

    title: str
    aws: int
    met: int
    unread: int
    deviation: int
    na: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One criterion or control of the coverage grid."""

    label: str
    outcome: Outcome


def cover_field(domains: Sequence[Domain], *, entity: str, width: float = 164) -> Figure:
    """Draw one mark a test, AWS left of the axis; marks shrink with many, then one stands for up to `unit` tests."""
    axis, step = 62.0, 5.4
    space, unit = width - axis - 1.6, 1
    while any(sum(_marks(d, unit)) > int(space // _NARROWEST) for d in domains):
        unit += 1
    most = max((sum(_marks(d, unit)) for d in domains), default=0)
    pitch = min(_WIDEST, space / max(most, 1))
    size, apart = pitch - 0.5, _WIDEST
    aws = sum(d.aws for d in domains)
    tests = sum(d.met + d.unread + d.deviation + d.na for d in domains)
    shapes: list[Shape] = [
        Text(x=axis - 2.5, y=3.2, text=say("AWS does, {n}", n=aws), weight=600, anchor="end"),
        Text(
            x=axis + 2.5,
            y=3.2,
            text=say("{entity} does, {tests}", entity=_short(entity, 40), tests=_tests(tests)),
            weight=600,
        ),
    ]
    for row, domain in enumerate(domains):
        y = 6 + row * step
        shapes.append(Text(x=0, y=y + 2.75, text=of_catalog(domain.title), fill=INK_2))
        shapes += [
            Rect(
                x=axis - 1.1 - (n + 1) * apart,
                y=y,
                width=apart - 0.5,
                height=_TALL,
                fill=AWS,
                stroke=SHARED,
                line=0.2,
            )
            for n in range(domain.aws)
        ]
        met, na, unread, deviation = _marks(domain, unit)
        for n in range(met + na + unread + deviation):
            x = axis + 1.6 + n * pitch
            if n < met:
                shapes.append(Rect(x=x, y=y, width=size, height=_TALL, fill=MET))
            elif n < met + na:
                shapes.append(
                    Rect(
                        x=x + 0.1, y=y + 0.1, width=size - 0.2, height=_TALL - 0.2,
                        fill="#FFFFFF", stroke=INK_2, line=0.2,
                    )
                )  # fmt: skip
            elif n < met + na + unread:
                shapes += hatched(x, y, size, _TALL)
            else:
                shapes.append(_triangle(x, y - 0.1, size + 0.2, _TALL + 0.2))
    height = 6 + len(domains) * step - 1
    shapes.append(Path(d=f"M{axis:g} 0V{height:g}", stroke=INK, line=0.35))
    deviations, unreads = sum(d.deviation for d in domains), sum(d.unread for d in domains)
    skipped = sum(d.na for d in domains)
    title = say(
        "{rows} rows, one a domain. Left of the line, {aws} AWS responsibilities; right of it, {tests} of the customer "
        "part: {met} met, {skipped} not applicable, {unread} not determined, {deviations}.",
        rows=len(domains),
        aws=aws,
        tests=_tests(tests),
        met=tests - deviations - unreads - skipped,
        skipped=skipped,
        unread=unreads,
        deviations=_deviations(deviations),
    )
    return Figure(width=width, height=height, title=title, shapes=tuple(shapes), unit=unit)


def status_bar(*, met: int, unread: int, deviation: int, na: int = 0, most: int, width: float = 74) -> Figure:
    """Draw a row's bar; all bars of a table share `most`, the largest total, as their scale."""
    gap, per = 0.3, (width - 1.2) / max(most, 1)
    x, shapes = 0.0, list[Shape]()
    for count, kind in ((met, "met"), (na, "na"), (unread, "unread"), (deviation, "deviation")):
        if not count:
            continue
        length = max(count * per - gap, 0.8)
        if kind == "met":
            shapes.append(Rect(x=x, y=0.7, width=length, height=2.3, fill=MET))
        elif kind == "na":
            shapes.append(
                Rect(x=x + 0.1, y=0.8, width=length - 0.2, height=2.1, fill="#FFFFFF", stroke=INK_2, line=0.2)
            )
        elif kind == "unread":
            shapes += hatched(x, 0.7, length, 2.3)
        else:
            shapes.append(Rect(x=x, y=0, width=length, height=3.0, fill=DEVIATION))
        x += length + gap
    counts = (
        say("{n} met", n=met),
        *[say("{n} not applicable", n=na)] * bool(na),
        say("{n} not determined", n=unread),
        _deviations(deviation),
    )
    title = say("Bar: {counts}", counts=joined(", ", counts))
    return Figure(width=width, height=3.4, title=title, shapes=tuple(shapes))


def split(bars: Sequence[tuple[str, Sequence[tuple[Side, int]]]], *, width: float = 81) -> Figure:
    """Draw who is responsible: a bar of (side, count) segments under each label; every count is printed."""
    fills = {"aws": AWS, "shared": SHARED, "customer": CUSTOMER}
    shapes: list[Shape] = []
    said: list[str] = []
    for row, (label, given) in enumerate(bars):
        parts = [(side, count) for side, count in given if count]
        y = row * 14.0
        shapes.append(Text(x=0, y=y + 3.2, text=label))
        x = 0.0
        for (side, count), length in zip(parts, _lengths([c for _, c in parts], width), strict=True):
            stroke, line = (SHARED, 0.2) if side == "aws" else ("none", 0.0)
            shapes.append(
                Rect(x=x, y=y + 4.6, width=length - 0.3, height=5.2, fill=fills[side], stroke=stroke, line=line)
            )
            fill = "#FFFFFF" if side == "customer" else INK
            shapes.append(Text(x=x + 1.1, y=y + 8.2, text=str(count), weight=600, fill=fill))
            x += length
        said.append(joined(": ", (label, joined(", ", [_SIDES[side](count) for side, count in parts]))))
    title = say("{bars}.", bars=joined(". ", said))
    return Figure(width=width, height=len(bars) * 14 - 4, title=title, shapes=tuple(shapes))


def grid(
    rows: Sequence[tuple[str, Sequence[Cell]]],
    *,
    width: float = 170,
    label: float = 28,
    cell: float = 8.8,
    step: float = 7.2,
) -> Figure:
    """Draw one cell a criterion or control, a row a series; a long series goes on in the next line.

    A deviation stands taller, a hatch is not read, a dashed box is not provided, a half box is inherited.
    """
    tall = 5.0
    a_line = int((width - label) // cell)
    shapes: list[Shape] = []
    y = 0.8
    for title, cells in rows:
        shapes.append(Text(x=0, y=y + 3.4, text=title))
        for n, each in enumerate(cells):
            x = label + (n % a_line) * cell
            if n and n % a_line == 0:
                y += step
            shapes += _cell(each, x, y, cell - 0.5, tall)
        y += step
    tally = {o: sum(c.outcome == o for _, cs in rows for c in cs) for o in _OUTCOMES}
    said = joined(", ", [_OUTCOMES[o](count) for o, count in tally.items() if count])
    missing = [c.label for _, cs in rows for c in cs if c.outcome == "missing"]
    words: list[str] = [say("{n} cells: {outcomes}.", n=sum(tally.values()), outcomes=said)]
    if missing:
        words.append(say("Not provided: {cells}.", cells=", ".join(missing)))
    height = y - step + tall + 0.8
    return Figure(width=width, height=height, title=joined(" ", words), shapes=tuple(shapes))


_OUTCOMES: dict[Outcome, Callable[[int], str]] = {
    "deviation": lambda n: say("{n} with a deviation noted", n=n),
    "unread": lambda n: say("{n} not determinable", n=n),
    "missing": lambda n: say("{n} not provided", n=n),
    "partly": lambda n: say("{n} partly evidenced", n=n),
    "documents": lambda n: say("{n} evidenced by documents", n=n),
    "inherited": lambda n: say("{n} inherited", n=n),
    "met": lambda n: say("{n} with no deviation in self-tests", n=n),
    "na": lambda n: say("{n} not applicable", n=n),
}
_SIDES: dict[Side, Callable[[int], str]] = {
    "aws": lambda n: say("{n} inherited from AWS", n=n),
    "shared": lambda n: say("{n} shared", n=n),
    "customer": lambda n: say("{n} customer", n=n),
}


def _cell(cell: Cell, x: float, y: float, width: float, height: float) -> list[Shape]:
    def box(fill: str, stroke: str, *, line: float = 0.25, dash: str = "") -> Rect:
        return Rect(
            x=x + line / 2, y=y + line / 2, width=width - line, height=height - line,
            fill=fill, stroke=stroke, line=line, dash=dash,
        )  # fmt: skip

    ink, weight, shapes = INK, 400, list[Shape]()
    match cell.outcome:
        case "met":
            shapes, ink = [Rect(x=x, y=y, width=width, height=height, fill=MET)], "#FFFFFF"
        case "deviation":
            shapes = [Rect(x=x, y=y - 0.8, width=width, height=height + 1.6, fill=DEVIATION)]
            ink, weight = "#FFFFFF", 600
        case "partly":
            shapes = [box(MET_LIGHT, MET)]
        case "documents":
            shapes = [box("#FFFFFF", MET)]
        case "inherited":
            half = Rect(x=x, y=y, width=width / 2, height=height, fill=AWS)
            shapes = [half, box("none", SHARED, line=0.2)]
        case "unread":
            shapes = [*hatched(x, y + height - 1.3, width, 1.3), box("none", UNREAD)]
            ink, weight = UNREAD, 600
        case "missing":
            shapes, ink, weight = [box("#FFFFFF", DEVIATION, line=0.35, dash="1 .6")], DEVIATION, 600
        case "na":
            shapes, ink = [box("#FFFFFF", RULE, line=0.2)], INK_2
    baseline = y + (3.0 if cell.outcome == "unread" else 3.4)
    return [
        *shapes,
        Text(x=x + width / 2, y=baseline, text=cell.label, size=SMALL, weight=weight, fill=ink, anchor="middle"),
    ]


def _marks(domain: Domain, unit: int) -> tuple[int, int, int, int]:
    """Round up, so that no deviation and nothing unread disappears."""
    met, na, unread, deviation = (
        math.ceil(count / unit) for count in (domain.met, domain.na, domain.unread, domain.deviation)
    )
    return met, na, unread, deviation


def _lengths(counts: Sequence[int], width: float) -> list[float]:
    """Share width in proportion, but give each count room for its digits."""
    least = [2.4 + 1.7 * len(str(count)) for count in counts]
    spare = max(width - sum(least), 0.0)
    over = [max(count * width / max(sum(counts), 1) - low, 0.0) for count, low in zip(counts, least, strict=True)]
    whole = sum(over) or 1.0
    return [low + spare * extra / whole for low, extra in zip(least, over, strict=True)]


def _triangle(x: float, y: float, width: float, height: float) -> Path:
    return Path(
        d=f"M{x + width / 2:.3f} {y:.3f}L{x + width:.3f} {y + height:.3f} {x:.3f} {y + height:.3f}z",
        fill=DEVIATION,
    )


def hatched(x: float, y: float, width: float, height: float) -> list[Shape]:
    """Draw what was not read: a box of computed diagonals, because patterns and clip paths cost conformance."""
    left, top, wide, tall = x + 0.12, y + 0.12, width - 0.24, height - 0.24
    shapes: list[Shape] = [Rect(x=left, y=top, width=wide, height=tall, fill="#FFFFFF", stroke=UNREAD, line=0.25)]
    at = 0.63
    while at < wide + tall:
        x1, y1 = (left + at, top) if at <= wide else (left + wide, top + at - wide)
        x2, y2 = (left, top + at) if at <= tall else (left + at - tall, top + tall)
        shapes.append(Path(d=f"M{x1:.3f} {y1:.3f}L{x2:.3f} {y2:.3f}", stroke=UNREAD, line=0.22))
        at += 1.05
    return shapes


def fitted(label: Text, language: Language) -> str:
    """Return a label's words in a language, cut to its room as they will be printed: a hidden character takes nine."""
    words, rest = translated(label.text, language), translated(label.rest, language)
    if not label.room:
        return words + rest
    room = label.room - len(rest) * SMALL * CHARACTER
    most = max(int(room / (label.size * CHARACTER)), 4)
    line = " ".join(words[: 4 * most].split("\n"))
    if len(printable.visible(line)) <= most and len(line) == len(words):
        return line + rest
    while line and len(printable.visible(line)) > most - 1:
        line = line[:-1]
    return line.rstrip() + "…" + rest


def _tests(n: int) -> str:
    return plural(n, "{n} test", "{n} tests")


def _deviations(n: int) -> str:
    return plural(n, "{n} deviation", "{n} deviations")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
