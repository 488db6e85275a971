"""What a workbook said when it was made, what it says now and what the register says -> changes and conflicts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from srm_docs.declare.fields import Value, spell
from srm_docs.declare.write import Cell
from srm_docs.render.cell import visible
from srm_docs.roundtrip.read import Edit, Place


class Side(StrEnum):
    """Whose value stays where both were changed."""

    REGISTER = "register"
    WORKBOOK = "workbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A cell that says one thing in the workbook and another in the register; `base` is None where it is not known."""

    cell: Cell
    place: Place
    base: str | None
    register: Value
    workbook: Value

    def __str__(self) -> str:
        """All of it on one line."""
        was = f'was "{_short(self.base)}", ' if self.base is not None else ""
        said = f'the register says "{_short(spell(self.register))}", the workbook "{_short(spell(self.workbook))}"'
        return visible(f"{self.place}: {self.cell}: {was}{said}")


@dataclass(slots=True, kw_only=True)
class Merged:
    """What to set in the register, and what a person has to decide."""

    changes: list[Edit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def merge(
    edits: Iterable[Edit],
    says: Callable[[Cell], Value],
    *,
    side: Side | None = None,
    decided: Mapping[Cell, Side] | None = None,
) -> Merged:
    """Merge cell by cell. `says` is the register; `side` and `decided` say whose value stays in a conflict."""
    made = Merged()
    for edit in edits:
        here = says(edit.cell)
        if here == edit.value:
            continue
        if edit.base is not None and spell(here) == edit.base:
            made.changes.append(edit)
            continue
        chosen = (decided or {}).get(edit.cell, side)
        if chosen is Side.WORKBOOK:
            made.changes.append(edit)
        elif chosen is None:
            made.conflicts.append(
                Conflict(cell=edit.cell, place=edit.place, base=edit.base, register=here, workbook=edit.value)
            )
    return made


def _short(text: str, most: int = 120) -> str:
    line = text.replace("\n", " / ")
    return line if len(line) <= most else f"{line[:most]}…"
