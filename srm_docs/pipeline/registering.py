"""The register in use: the folder of the configuration or the demo's own, linted, drafted and opened for writing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from srm_docs.checks import discover
from srm_docs.declare import load
from srm_docs.declare.drafts import drafts, part_drafts
from srm_docs.declare.fields import fields_of
from srm_docs.declare.items import BRIDGE, Item, OwnControl, SystemPart
from srm_docs.declare.notes import Matter, Note, notes
from srm_docs.declare.register import FOLDER, Register, in_force
from srm_docs.findings.conclude import in_scope
from srm_docs.sourcefile import Fault

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog, Requirement
    from srm_docs.config import Config
    from srm_docs.declare.write import Editor
    from srm_docs.evidence.entry import Header


def register_folder(config: Config) -> Path | None:
    """The folder in use: the one that is configured, or register/ in the working folder where it is there."""
    if config.register is not None:
        return config.register
    return Path(FOLDER) if os.path.isdir(FOLDER) else None  # noqa: PTH112 - Path.is_dir raises where it may not look


def no_register(config: Config) -> str:
    """That there is no register where it was looked for, as a sentence with the mend; empty where there is one."""
    folder = (config.register or Path(FOLDER)).absolute()
    if os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where it may not look
        return ""
    return f"There is no register at {folder}. `srm-docs init --controls` begins one there."


def register_of(config: Config, catalog: Catalog, header: Header) -> Register:
    """What management registered. Raises RegisterError with every fault. The demo's company has its own, made up."""
    if header.demo and config.register is None:
        from srm_docs.demo.registered import registered

        return registered(header, catalog)
    return load.load(register_folder(config), catalog)


def lint_register(config: Config, catalog: Catalog) -> tuple[Register | None, tuple[Fault, ...], tuple[Note, ...]]:
    """The register in use, its faults, and notes of what is sound and yet to be looked at, by today's date.

    Without a folder there is no register, no fault and no note.
    """
    folder = register_folder(config)
    if folder is None:
        return None, (), ()
    found = load.survey(folder, load.known_ids(catalog))
    if found.register is None:
        return None, found.faults, ()
    today = dt.datetime.now(dt.UTC).date()
    said = [*notes(found.register, today, scope_of(config, catalog, found.register), root=folder.name)]
    said += _letter_notes(config, found.register, folder.name, today)
    said += [
        Note(
            file=f"{folder.name}/{name}",
            line=0,
            message="no item of evidence.yaml names this file; no packet has it",
            matter=Matter.UNNAMED,
        )
        for name in found.strays
    ]
    return found.register, (), tuple(sorted(said))


def _letter_notes(config: Config, register: Register, root: str, today: dt.date) -> list[Note]:
    """What the bridge letter would print as refused or to be considered."""
    from srm_docs.packet.letters import bridge_letter, bridge_of

    letter = bridge_letter(config.audit, bridge_of(register, today))
    line = register.lines.get(("letters", BRIDGE), 0)
    return [
        Note(file=f"{root}/letters.yaml", line=line, message=said, matter=Matter.LETTER)
        for said in (*letter.refused, *letter.warned)
    ]


def scope_of(config: Config, catalog: Catalog, register: Register) -> tuple[Requirement, ...]:
    """The criteria, controls and clauses in scope."""
    audit = config.audit
    return tuple(r for r in in_force(catalog, audit, register).requirements() if in_scope(r, audit))


def editor(config: Config, catalog: Catalog) -> Editor:
    """The register in use, to be changed; register/ in the working folder where there is none yet."""
    from srm_docs.declare.write import Editor

    return Editor(register_folder(config) or Path(FOLDER), load.known_ids(catalog))


def draft_controls(config: Config, catalog: Catalog, folder: Path) -> tuple[Sequence[OwnControl], Sequence[Path]]:
    """Add the drafts that are missing to controls.yaml in `folder`, and return them with the files written."""
    from srm_docs.declare.write import Editor

    opened = Editor(folder, load.known_ids(catalog))
    scope = scope_of(config, catalog, opened.register)
    made = drafts(catalog, discover.checks(), scope, opened.register.controls)
    _add(opened, made)
    return made, opened.save()


def draft_system(config: Config, catalog: Catalog, folder: Path) -> tuple[Sequence[SystemPart], Sequence[Path]]:
    """Add the parts of the system description that are missing to system.yaml in `folder`, as drafts."""
    from srm_docs.declare.write import Editor

    opened = Editor(folder, load.known_ids(catalog))
    made = part_drafts(config.audit, opened.register)
    _add(opened, made)
    return made, opened.save()


def _add(opened: Editor, items: Sequence[Item]) -> None:
    from srm_docs.declare.write import Cell

    for item in items:
        for name in fields_of(type(item)):
            if name != "id" and (value := getattr(item, name)):
                opened.set(Cell(item.KIND, item.id, name), value)
