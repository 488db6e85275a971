"""Speak to people: results on stdout, progress and mends on stderr; no control character gets through."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from srm_docs.errors import SrmDocsError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from srm_docs.collect.run import Step


def harmless(text: str) -> str:
    """The text without control, bidirectional and private characters: each is shown as `<U+202E>`."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else f"<U+{ord(c):04X}>"
        for c in text
    )


def out(text: str = "") -> None:
    """One line of result on stdout."""
    sys.stdout.write(harmless(text) + "\n")


def err(text: str = "", indent: int = 0) -> None:
    """A line for people on stderr; on a terminal broken between words, what follows indented.

    A full disk behind it ends no run: the exit code and the packet tell the same.
    """
    try:
        sys.stderr.write(_hanging(text, indent, _width() if sys.stderr.isatty() else 0) + "\n")
    except BrokenPipeError:
        raise
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def complain(error: SrmDocsError) -> None:
    """An expected error: what happened, then what to do."""
    for n, line in enumerate(error.message.split("\n")):
        err(f"Error: {line}" if n == 0 else f"       {line}", 7)
    for fault in getattr(error, "faults", ()):
        err(f"  {fault}", 4)
    if error.hint:
        err(f"Mend:  {error.hint}", 7)


def entries(title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """A list on stdout of (what, a word on it, a sentence): a line for the first two, the sentence indented below."""
    out(title)
    out()
    for what, word, sentence in rows:
        out(_hanging(f"  {what}  {word}", 6, _width()))
        out(_hanging(f"    {sentence}", 4, _width()))
    out()


def paragraph(text: str, indent: int = 0) -> None:
    """A sentence or more of result on stdout, broken between words, what follows the first line indented."""
    out(_hanging(text, indent, _width()))


def item(text: str, indent: int = 4) -> None:
    """A line of a list on stdout: as `paragraph` on a terminal, and whole for what reads line by line elsewhere."""
    out(_hanging(text, indent, _width() if sys.stdout.isatty() else 0))


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """A line for each name and text on stdout, the texts below each other.

    On a terminal a line that is too long ends with an ellipsis; elsewhere it is whole.
    """
    names = [_one_line(name) for name, _ in rows]
    side = max(map(_cells, names), default=0)
    room = _width() if sys.stdout.isatty() else 0
    for name, (_, text) in zip(names, rows, strict=True):
        line = f"{name}{' ' * (side - _cells(name))}  {_one_line(text)}".rstrip()
        out(_cut(line, room) if room else line)


def _one_line(text: str) -> str:
    return harmless(" ".join(text.split()))


def _cell(character: str) -> int:
    """How many columns a terminal gives to it."""
    return 1 + (unicodedata.east_asian_width(character) in ("W", "F")) - (unicodedata.combining(character) > 0)


def _cells(text: str) -> int:
    return sum(map(_cell, text))


def _cut(line: str, room: int) -> str:
    """The line, or as much of it as leaves a column for the ellipsis; nothing behind that is measured."""
    cells = kept = 0
    for n, character in enumerate(line):
        cells += _cell(character)
        if cells < room:
            kept = n + 1
        elif cells > room:
            return f"{line[:kept].rstrip()}…"
    return line


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 100) - 1


def _hanging(text: str, indent: int, width: int) -> str:
    """Each line of a text broken between words; what is on a new line is indented. Without a width, as it is."""
    shown = harmless(text)  # first, because what stands for a character is longer than it
    if not width:
        return shown
    margin = " " * indent
    lines = []
    for n, line in enumerate(shown.split("\n")):
        lines += textwrap.wrap(
            line if n == 0 or line.startswith(margin) else margin + line,
            width,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def table(
    title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], *, footer: Sequence[str] = ()
) -> None:
    """A table on stdout; `columns` are (heading, `left` or `right`). It fits 80 columns by wrapping words."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=title or None, box=box.SIMPLE_HEAD, title_justify="left", show_footer=bool(footer), pad_edge=False
    )
    for n, (heading, side) in enumerate(columns):
        drawn.add_column(
            heading,
            justify="right" if side == "right" else "left",
            footer=footer[n] if footer else "",
            no_wrap=side == "right",
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(Text(harmless(cell)) for cell in row))
    _console(stderr=False).print(drawn)


class Progress:
    """A bar on a terminal, a plain line for each service elsewhere. On stderr in both cases."""

    def __init__(self, *, quiet: bool = False) -> None:
        """`quiet` shows nothing at all."""
        self._quiet = quiet
        self._bar: object | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        if not self._quiet and sys.stderr.isatty():
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            bar = Bar(
                TextColumn("{task.description:<28}"), BarColumn(bar_width=24),
                TextColumn("{task.fields[count]}"), TimeElapsedColumn(), console=_console(stderr=True), transient=True,
            )  # fmt: skip
            bar.start()
            self._bar, self._task = bar, bar.add_task("Beginning", total=None, count="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop showing, whatever happened."""
        if self._bar is not None:
            self._bar.stop()  # type: ignore[attr-defined]

    def step(self, step: Step) -> None:
        """Progress of collecting."""
        if self._bar is not None:
            self._bar.update(  # type: ignore[attr-defined]
                self._task,
                description=f"Reading {step.service}",
                completed=step.services_done,
                total=step.services,
                count=f"{step.services_done} of {step.services} services",
            )
        elif not self._quiet and step.finished and step.total:
            answers = "1 answer" if step.total == 1 else f"{step.total:,} answers"
            err(f"Read {step.service}: {answers} ({step.services_done} of {step.services} services)")

    def say(self, text: str) -> None:
        """A stage begins."""
        if self._bar is not None:
            self._bar.update(self._task, description=text, total=None, count="")  # type: ignore[attr-defined]
        elif not self._quiet:
            err(text)
