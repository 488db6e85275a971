"""The sections of `readme` in a workbook's YAML and the packet -> the sheet Read me: what this is and where to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from srm_docs.errors import TemplateError
from srm_docs.packet.model import NOT_PROVIDED, Answer, Packet, Shape
from srm_docs.render import cell, fit, rows
from srm_docs.render.grid import Lines, Part, location, middled
from srm_docs.render.native import protect
from srm_docs.render.paint import Look
from srm_docs.render.sheets import Book, Fact, Kind, Section

TITLE: Final = "Read me"
WIDTHS: Final = (34.0, 88.0, 9.0, 9.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A worksheet as Read me lists it."""

    title: str
    about: str
    rows: int | None
    pages: int


def write(lines: Lines, *, book: Book, packet: Packet, listed: Iterable[Listed]) -> Part:
    """Write the sheet; each worksheet of `listed` gets a line that leads to it."""
    for letter, width in zip("ABCD", WIDTHS, strict=True):
        lines.sheet.column_dimensions[letter].width = width
    lines.add([(cell.stored(book.title), Look(role="title"))], 30)
    lines.add([(cell.stored(f"{packet.meta.organization}: {packet.meta.system}"), Look(role="about"))], 16)
    for section in book.readme:
        lines.add([], 12)
        lines.add([(cell.stored(section.heading), Look(role="section")), *_heads(section)], 20)
        for fact in section.facts:
            _line(lines, fact.label, _said(fact, packet))
        if section.rows == "sheets":
            _sheets(lines, listed)
        elif section.rows:
            for label, value in _list(section, packet):
                _line(lines, label, value)
    protect(lines.sheet)
    return lines.part()


def _heads(section: Section) -> list[tuple[str, Look]]:
    """Head the list of the sheets, where figures stand; elsewhere only the rule goes on."""
    names = ("", "Rows", "Pages") if section.rows == "sheets" else ("", "", "")
    return [(name, Look(role="section", kind=Kind.COUNT)) for name in names]


def _sheets(lines: Lines, listed: Iterable[Listed]) -> None:
    for sheet in listed:
        lines.link(1, location=location(sheet.title, 1))
        cells = [
            (cell.stored(sheet.title), Look(link=True)),
            (cell.stored(sheet.about), Look()),
            ("" if sheet.rows is None else sheet.rows, Look(kind=Kind.COUNT)),
            (sheet.pages, Look(kind=Kind.COUNT)),
        ]
        most = fit.lines(sheet.about, WIDTHS[1])
        lines.add(middled(cells) if most == 1 else cells, fit.height(most))


def _line(lines: Lines, label: str, value: Any) -> None:
    shape = Shape.PLAIN
    if isinstance(value, Answer):
        value, shape = value.text, value.shape
    if isinstance(value, tuple):
        value = ", ".join(map(str, value)) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:,}"
    text = cell.stored(value) or NOT_PROVIDED
    name = cell.stored(label)
    look = Look(shape=Shape.MISSING if text == NOT_PROVIDED else shape, quote=cell.quoted(text))
    most = max(fit.lines(name, WIDTHS[0]), fit.lines(text, WIDTHS[1], bold=look.shape is Shape.MISSING))
    cells = [(name, Look(role="label", quote=cell.quoted(name))), (text, look), ("", Look()), ("", Look())]
    lines.add(middled(cells) if most == 1 else cells, fit.height(most))


def _said(fact: Fact, packet: Packet) -> Any:
    if not fact.path:
        return fact.text
    try:
        return rows.value(packet, fact.path)
    except (AttributeError, KeyError):
        raise TemplateError(f'Read me, "{fact.label}": the packet has no {fact.path}') from None


def _list(section: Section, packet: Packet) -> Iterator[tuple[str, Any]]:
    made = _LISTS.get(section.rows)
    if made is None:
        raise TemplateError(f'Read me: `rows` is one of {", ".join(("sheets", *_LISTS))}, not "{section.rows}"')
    yield from made(packet)


def _accounts(packet: Packet) -> Iterator[tuple[str, str]]:
    for line in packet.scope.accounts:
        regions = ", ".join(line.regions) or "none"
        out = f"; left out by configuration: {', '.join(line.left_out)}" if line.left_out else ""
        who = f"Entered as {line.caller_arn}" if line.entered.shape is Shape.MET else line.entered.text
        listed = "" if line.regions_listed else "; enabled regions could not be listed"
        yield f"{line.id} {line.name}".strip(), f"{who}; {regions}{out}{listed}"


def _counted(packet: Packet) -> Iterator[tuple[str, str]]:
    planned = sum(count for state, count in packet.summary.coverage_totals if state != "out of scope")
    for state, count in packet.summary.coverage_totals:
        out = state == "out of scope"
        yield state, f"{count:,} reads not made" if out else f"{count:,} of {planned:,} planned reads"


def _changes(packet: Packet) -> Iterator[tuple[str, str]]:
    since = packet.since
    if since is None:
        yield "Earlier packet", "None was given. `srm-docs build --since PACKET` compares with one."
        return
    yield "Earlier packet", f"{since.packet}, as read {since.as_read}. Same rules? {since.comparable}"
    for word, before, now in since.tests:
        yield f"Self-tests: {word}", f"{before:,} then, {now:,} now"
    worse = sum(change.worse for change in since.changes)
    yield "Results that differ", f"{len(since.changes):,}, {worse:,} of them for the worse: sheet Changes"


_LISTS: Final[Mapping[str, Any]] = {
    "accounts": _accounts,
    "changes": _changes,
    "coverage": _counted,
    "read first": lambda packet: packet.summary.read_first,
}
