"""Edits of a workbook -> the register with those that are sound, and every fault of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from srm_docs.declare.fields import WrongValue
from srm_docs.declare.write import Cell, Change, Editor
from srm_docs.errors import RegisterError
from srm_docs.roundtrip.merge import Conflict, Merged, Side, merge
from srm_docs.roundtrip.read import Edit, Fault, Found, Place
from srm_docs.sourcefile import Fault as FileFault
from srm_docs.sourcefile import read_yaml

_ROUNDS: Final = 50
Item = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What an import would do. `editor` holds the changes and has written nothing yet."""

    editor: Editor
    changes: tuple[tuple[Place, Change], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: tuple[Edit, ...] = ()
    """Edits that are sound alone but belong to an item with a fault."""
    notes: list[str] = field(default_factory=list)


def apply(
    found: Found,
    editor: Callable[[], Editor],
    *,
    side: Side | None = None,
    decided: Mapping[Cell, Side] | None = None,
) -> Outcome:
    """Set the edits that are sound; those of an item with a fault are left out together, and listed.

    The outcome's editor is always sound. Raises RegisterError where the register itself is not, without the workbook.
    """
    bad: set[Item] = {(cell.kind, cell.item) for cell in found.wrong}
    faults = list(found.faults)
    for _ in range(_ROUNDS):
        opened = editor()
        merged = merge(found.edits, opened.value, side=side, decided=decided)
        # a conflict that nobody decided leaves its cell alone, not its item
        wrong = _set(opened, [edit for edit in merged.changes if _item(edit) not in bad])
        wrong += _linted(opened, merged) if not wrong else []
        if not wrong:
            return _outcome(opened, found, merged, bad, faults)
        faults += [fault for fault, _ in wrong]
        bad |= {item for _, item in wrong}
    raise RegisterError("Nothing was written: the workbook's items depend on each other's faults.", hint="Mend those.")


def _outcome(opened: Editor, found: Found, merged: Merged, bad: set[Item], faults: list[Fault]) -> Outcome:
    places = {edit.cell: edit.place for edit in merged.changes}
    return Outcome(
        editor=opened,
        # an item that was only blank until now gets its id without anybody typing it
        changes=tuple((places[change.cell], change) for change in opened.changes() if change.cell in places),
        conflicts=tuple(merged.conflicts),
        faults=tuple(sorted(set(faults), key=lambda fault: (fault.place, fault.message))),
        skipped=tuple(edit for edit in merged.changes if _item(edit) in bad),
        notes=list(found.notes),
    )


def _item(edit: Edit) -> Item:
    return edit.cell.kind, edit.cell.item


def _set(opened: Editor, edits: Iterable[Edit]) -> list[tuple[Fault, Item]]:
    wrong = []
    for edit in edits:
        try:
            opened.set(edit.cell, edit.value)
        except WrongValue as fault:
            wrong.append((Fault(place=edit.place, message=f'"{edit.cell.field}" {fault}'), _item(edit)))
    return wrong


def _linted(opened: Editor, merged: Merged) -> list[tuple[Fault, Item]]:
    """What is wrong with the whole register, each at the cell of the workbook that brought it."""
    if not opened.changes():
        return []
    found = opened.survey()
    if found.register is not None:
        return []
    changed = {change.cell for change in opened.changes()}
    edits = {edit.cell: edit for edit in merged.changes if edit.cell in changed}
    located = _Located({**dict(opened.register.files), **opened.files()})
    wrong, rest = [], []
    for fault in found.faults:
        cell = located.cell(fault)
        edit = _nearest(cell, edits) if cell else None
        if edit is None:
            rest.append(fault)
        else:
            wrong.append((Fault(place=edit.place, message=f"{edit.cell.item}: {fault.message}"), _item(edit)))
    if not wrong:
        raise RegisterError(
            "Nothing was written, because the register would not be sound:", faults=[str(fault) for fault in rest]
        )
    return wrong


def _nearest(cell: Cell, edits: Mapping[Cell, Edit]) -> Edit | None:
    """The edit of a cell, or else the first of its item."""
    if cell in edits:
        return edits[cell]
    return next((edit for at, edit in edits.items() if (at.kind, at.item) == (cell.kind, cell.item)), None)


class _Located:
    """Finds the cell that stands on a line of a file."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._read: dict[str, list[tuple[int, Cell]]] = {}

    def cell(self, fault: FileFault) -> Cell | None:
        """The last cell that begins on the line of a fault or above it."""
        name = fault.file.rpartition("/")[2]
        if name not in self._read:
            self._read[name] = list(_cells(name, self._files.get(name, b"")))
        above = [(line, cell) for line, cell in self._read[name] if line <= fault.line]
        if not above:
            return None
        line, last = max(above, key=lambda pair: pair[0])
        named = [cell for at, cell in above if at == line and f'"{cell.field}"' in fault.message]
        return named[0] if named else last


def _cells(name: str, body: bytes) -> Iterable[tuple[int, Cell]]:
    kind = name.removesuffix(".yaml")
    source, _ = read_yaml(body, file=name)
    if source is None or not isinstance(source.data, dict):
        return
    for at, item in enumerate(source.data.get(kind) or ()):
        for key in item:
            yield source.line_of((kind, at, key)), Cell(kind, str(item.get("id", "")), str(key))


def log(editor: Editor, *, ident: str, values: Sequence[tuple[str, str]]) -> None:
    """Write down who imported what, as an item of imports.yaml."""
    for name, value in values:
        editor.set(Cell("imports", ident, name), value)
