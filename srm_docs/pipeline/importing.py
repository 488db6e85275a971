"""A workbook that people filled in, or an auditor's list, into the register: read, merged, and written or refused."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srm_docs.declare.items import KINDS
from srm_docs.declare.register import FOLDER
from srm_docs.errors import RegisterError, UsageError
from srm_docs.pipeline.controls import catalog as read_catalog
from srm_docs.pipeline.registering import editor, no_register, register_folder

if TYPE_CHECKING:
    from srm_docs.config import Config
    from srm_docs.declare.register import Register
    from srm_docs.declare.write import Cell, Editor
    from srm_docs.roundtrip.apply import Outcome
    from srm_docs.roundtrip.merge import Side
    from srm_docs.roundtrip.origin import Origin
    from srm_docs.roundtrip.read import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """How an import is to be done. `by` is whose words they are; without it nothing is written."""

    by: str = ""
    side: Side | None = None
    decisions: Path | None = None
    partial: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import found and did. `two_way` says why the workbook could not be compared with what it once said."""

    outcome: Outcome
    written: tuple[Path, ...] = ()
    two_way: str = ""
    decide: Path | None = None


def import_workbook(config: Config, path: Path, how: Handed) -> Imported:
    """Read a workbook back into the register.

    Raises UsageError for a file that is refused, RegisterError with every fault and conflict; nothing is written then.
    """
    from srm_docs.roundtrip import origin, read
    from srm_docs.roundtrip.archive import opened
    from srm_docs.roundtrip.book import Book
    from srm_docs.roundtrip.template import sheets_of

    with opened(path) as archive:
        _named(how)  # after the file: a name for one that is not there helps nobody
        catalog = read_catalog(config)
        start = editor(config, catalog)
        book = Book(archive)
        based = origin.read(book)
        if based.problem:
            based = replace(based, sheets=sheets_of(book, config.templates))
        found = read.read(book, based, start.register)
    found.notes[:0] = _elsewhere(config, start.register, based)
    return _finish(lambda: editor(config, catalog), path, found, how, packet=based.packet, two_way=based.problem)


def import_requests(
    config: Config, path: Path, how: Handed, *, columns: str, sheet: str = "", first: int = 0
) -> Imported:
    """Read the auditor's list of requests into requests.yaml. Raises as `import_workbook` does."""
    from srm_docs.roundtrip import requests
    from srm_docs.roundtrip.archive import opened
    from srm_docs.roundtrip.book import Book

    with opened(path) as archive:
        _named(how)
        wanted = requests.Columns.of(columns)
        catalog = read_catalog(config)
        start = editor(config, catalog)
        found = requests.read(Book(archive), wanted, start.register, title=sheet, first=first)
    return _finish(lambda: editor(config, catalog), path, found, how)


def _elsewhere(config: Config, register: Register, based: Origin) -> list[str]:
    """A note where the workbook was made of a register that had items and the one in use has none."""
    had = {(cell.kind, cell.item) for cell in based.values}
    if not had or any(register.items(kind) for kind in KINDS):
        return []
    here = no_register(config) or f"The register at {(register_folder(config) or Path(FOLDER)).absolute()} has none."
    many = f"{len(had):,} item" if len(had) == 1 else f"{len(had):,} items"
    return [f"The workbook was made of a register with {many}. {here} Is this the folder that you mean?"]


def _named(how: Handed) -> None:
    from srm_docs.declare.write import Cell, fault

    if not how.by.strip() and not how.dry_run:
        raise UsageError(
            "Whose words are these? Say it with --by NAME.", hint="--dry-run shows what would change, without a name."
        )
    if wrong := fault(Cell("imports", "", "by"), how.by):
        raise UsageError(f"--by {wrong}.")


def _finish(
    fresh: Callable[[], Editor], path: Path, found: Found, how: Handed, *, packet: str = "", two_way: str = ""
) -> Imported:
    from srm_docs.roundtrip import apply, conflicts

    decided: Mapping[Cell, Side] = {}
    outcome = apply.apply(found, fresh, side=how.side)
    if outcome.conflicts and how.decisions is not None and how.decisions.exists():
        decided = conflicts.decisions(how.decisions, outcome.conflicts)
        outcome = apply.apply(found, fresh, side=how.side, decided=decided)
    decide = None
    if outcome.conflicts and how.decisions is not None and not how.decisions.exists():
        conflicts.write(how.decisions, outcome.conflicts)
        decide = how.decisions
    made = Imported(outcome=outcome, two_way=two_way, decide=decide)
    if how.dry_run:
        return made
    if (outcome.faults or outcome.conflicts) and not how.partial:
        raise refused(made)
    if not outcome.changes:
        return made
    _log(outcome, path, how, packet)
    return replace(made, written=outcome.editor.save())


def refused(made: Imported) -> RegisterError:
    """Everything that stands against writing, as one error."""
    faults = [*map(str, made.outcome.faults), *map(str, made.outcome.conflicts)]
    many = [f"{len(made.outcome.faults)} to mend"] * bool(made.outcome.faults)
    many += [f"{len(made.outcome.conflicts)} changed on both sides"] * bool(made.outcome.conflicts)
    hint = "Mend the cells named and import again; --partial takes what is sound." if made.outcome.faults else ""
    if made.two_way:
        hint = (
            f"{made.two_way[0].upper()}{made.two_way[1:]}, so every difference counts as changed on both sides. {hint}"
        ).rstrip()
    if made.decide:
        hint = f"{made.decide} has a row for each conflict: decide there, and give the same command again."
    elif made.outcome.conflicts:
        hint += (
            " For conflicts: --ours keeps the register's, --theirs takes the workbook's, --conflicts FILE.xlsx asks."
        )
    return RegisterError(f"Nothing was written: {' and '.join(many)}.", faults=faults, hint=hint.strip())


def _log(outcome: Outcome, path: Path, how: Handed, packet: str) -> None:
    """Note who and when; the id is the time, so that two branches of a register do not give the same one."""
    from srm_docs.roundtrip.apply import log
    from srm_docs.seal.packet_folder import PACKET_NAME, SIGNED_NAME
    from srm_docs.verify.bounds import plain

    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    while outcome.editor.has("imports", f"IM-{now:%Y%m%d-%H%M%S}"):
        now += dt.timedelta(seconds=1)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    many = len(outcome.changes)
    log(
        outcome.editor,
        ident=f"IM-{now:%Y%m%d-%H%M%S}",
        values=[
            ("by", how.by),
            ("at", f"{now:%Y-%m-%d %H:%M:%S} UTC"),
            ("file", plain(path.name)),
            ("sha256", sha256),
            # whoever made the file chose this text, and it stands beside the name of who imports it
            ("packet", packet if PACKET_NAME.fullmatch(packet) or SIGNED_NAME.fullmatch(packet) else ""),
            ("changed", f"{many} value{'' if many == 1 else 's'}"),
        ],
    )
