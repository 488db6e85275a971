"""`srm-docs import`: a workbook that people filled in, back into the register."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, configured, print_json

if TYPE_CHECKING:
    from srm_docs.pipeline.importing import Imported

_CODES = exit_codes(
    6,
    said={
        0: "done; with --dry-run: would be done",
        2: "usage, configuration or a file that is refused",
        3: "nothing was written: cells to mend, conflicts, or register/ is wrong",
    },
)
BY = click.option("--by", metavar="NAME", default="", help="Whose words these are; kept in register/imports.yaml.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
PARTIAL = click.option("--partial", is_flag=True, help="Take what is sound and say what was skipped.")


@click.command("import", epilog=_CODES, short_help="Read a filled-in workbook back into register/.")
@click.argument("workbook", type=click.Path(path_type=Path))
@BY
@DRY_RUN
@click.option("--ours", is_flag=True, help="Changed on both sides: keep what the register says.")
@click.option("--theirs", is_flag=True, help="Changed on both sides: take what the workbook says.")
@click.option(
    "--conflicts",
    metavar="FILE.xlsx",
    type=click.Path(path_type=Path),
    help="Changed on both sides: write them there to decide; if it is there, follow it.",
)
@PARTIAL
@CONFIG
@JSON
def import_(
    *,
    workbook: Path,
    by: str,
    dry_run: bool,
    ours: bool,
    theirs: bool,
    conflicts: Path | None,
    partial: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Read what people filled in in a workbook back into register/.

    \b
    srm-docs import workbook.xlsx --dry-run
    srm-docs import workbook.xlsx --by "Head of Compliance"
    srm-docs import workbook.xlsx --by "Platform lead" --conflicts decide.xlsx

    Every cell is checked and merged with what the register says by now. Nothing is written unless all is sound. How to
    fill in a workbook: docs/workbook.md.
    """
    from srm_docs import pipeline
    from srm_docs.roundtrip.merge import Side

    if ours + theirs + bool(conflicts) > 1:
        raise click.UsageError("--ours, --theirs and --conflicts exclude each other.")
    side = Side.REGISTER if ours else Side.WORKBOOK if theirs else None
    how = pipeline.Handed(by=by, side=side, decisions=conflicts, partial=partial, dry_run=dry_run)
    made = pipeline.import_workbook(configured(config_file), workbook, how)
    show(made, how.dry_run, as_json=as_json)
    sys.exit(code(made, dry_run))


def code(made: Imported, dry_run: bool) -> int:
    """What a try ends with is what the import would; `--partial` has said what it left out."""
    return 3 if dry_run and (made.outcome.faults or made.outcome.conflicts) else 0


def show(made: Imported, dry_run: bool, *, as_json: bool) -> None:
    """Say what an import changed, skipped and noticed."""
    from srm_docs import console
    from srm_docs.render.cell import visible

    outcome = made.outcome
    notes = list(outcome.notes)
    if made.two_way:
        notes.insert(0, f"Compared two ways, because {made.two_way}.")
    data = {
        "changes": [f"{place}: {change}" for place, change in outcome.changes],
        "conflicts": [str(one) for one in outcome.conflicts],
        "faults": [str(one) for one in outcome.faults],
        "notes": notes,
        "skipped": [f"{edit.place}: {edit.cell}" for edit in outcome.skipped],
        "written": [str(path) for path in made.written],
    }
    if as_json:
        print_json(data)
        return
    heads = {
        "notes": "", "faults": "To mend:", "conflicts": "Changed on both sides:",
        "skipped": "Skipped, because something else of the item is to be mended:", "changes": "Changes:",
    }  # fmt: skip
    for key, head in heads.items():
        if data[key] and head:
            console.out(head)
        for line in data[key]:
            said = visible(line).replace("\n", " / ")
            console.item(f"  {said}" if head else said)
    if made.written:
        console.out(f"Wrote {', '.join(data['written'])}")
    elif not outcome.changes:
        open_ = len(outcome.faults) + len(outcome.conflicts)
        console.out(f"Nothing was written; {open_} to mend or decide." if open_ else "Nothing changes.")
    else:
        console.out("Nothing was written." if dry_run else "Nothing changes.")
