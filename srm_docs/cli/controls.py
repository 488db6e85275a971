"""`srm-docs lint` and `srm-docs controls`: the catalog, checked and looked up."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, FRAMEWORKS, JSON, configured, print_json

if TYPE_CHECKING:
    from srm_docs.declare.notes import Note

_SHOWN = 3
"""Notes of one matter that are told one by one."""
_CODES = exit_codes(said={3: "controls/ is wrong"})


@click.command(
    epilog=exit_codes(said={0: "sound", 3: "faults in controls/ or register/"}),
    short_help="Check controls/ and register/.",
)
@click.option("--controls", type=click.Path(path_type=Path), help="The folder to check (default: the one in use).")
@CONFIG
@JSON
def lint(*, controls: Path | None, config_file: Path | None, as_json: bool) -> None:
    """Check controls/, its join with the checks, and register/; name every fault with file and line.

    What is sound and yet to be looked at (expired, overdue, no own control) is a note and no fault.

    \b
    srm-docs lint
    srm-docs lint --controls my-controls
    """
    from srm_docs import console, pipeline

    config = configured(config_file)
    catalog, faults = pipeline.lint(controls or config.controls)
    looked = pipeline.lint_register(config, catalog) if catalog is not None and not faults else (None, (), ())
    registered, faults, notes = looked[0], (*faults, *looked[1]), looked[2]
    if as_json:
        print_json(pipeline.lint_data(catalog, faults, notes))
    elif faults or catalog is None:
        for fault in faults:
            console.item(str(fault))
        console.err(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}")
    else:
        console.paragraph(pipeline.catalog_words(catalog))
        if registered is not None:
            console.out("The register is sound.")
            console.out(f"Register digest {registered.digest or 'none: it has no file'}")
        elif said := pipeline.no_register(config):
            console.paragraph(said)
        _say(notes)
    sys.exit(3 if faults else 0)


def _say(notes: Sequence[Note]) -> None:
    """A head for each matter with its number, and the first lines of it: a fresh register has a note a control."""
    from srm_docs import console
    from srm_docs.declare.notes import by_matter

    if not notes:
        return
    console.out(f"\n{len(notes):,} {'note' if len(notes) == 1 else 'notes'}: sound, and yet to be looked at.")
    hidden = 0
    for matter, found in by_matter(notes).items():
        console.out(f"\n{matter}: {len(found):,}")
        shown = found if len(found) <= _SHOWN + 1 else found[:_SHOWN]
        for note in shown:
            console.item(f"  {note}")
        if len(shown) < len(found):
            hidden += len(found) - len(shown)
            files = dict.fromkeys(note.file for note in found[len(shown) :])
            console.item(f"  and {len(found) - len(shown):,} more in {', '.join(files)}")
    if hidden:
        console.out("\n`srm-docs lint --json` names them all.")


@click.group()
def controls() -> None:
    """List criteria, controls and responsibilities, or show one.

    \b
    srm-docs controls list --framework iso27001
    srm-docs controls show A.8.20
    """


@controls.command(
    "list", epilog=_CODES, short_help="All criteria and controls, then the responsibilities with their checks."
)
@click.option("--framework", type=click.Choice(FRAMEWORKS), help="Only this framework.")
@CONFIG
@JSON
def controls_list(*, framework: str | None, config_file: Path | None, as_json: bool) -> None:
    """All criteria, controls and clauses, then the responsibilities of the AWS model and how many checks speak of each.

    \b
    srm-docs controls list
    srm-docs controls list --framework soc2
    """
    from srm_docs import console, pipeline, reference

    data = reference.listing(pipeline.catalog(configured(config_file)), framework)
    if as_json:
        print_json(data)
        return
    rows = [(r["id"], r["owner"], str(r["links"]), r["title"]) for r in data["requirements"]]
    console.table("", [("Id", "left"), ("Owner", "left"), ("Links", "right"), ("Title", "left")], rows)
    console.entries(
        "Responsibilities of the AWS model, and how many checks speak of them",
        [
            (b["id"], f"{', '.join(dict.fromkeys((b['side'], b['kind'])))}, checks: {b['checks']}", b["text"])
            for b in data["responsibilities"]
        ],
    )
    no_duty = sum(b["kind"] == "not applicable" for b in data["responsibilities"])
    if no_duty:
        console.paragraph(
            f"{len(data['responsibilities']) - no_duty} responsibilities. Not counted: {no_duty} more line, N/A, which "
            "says that the customer has no duty there."
        )


@controls.command("show", epilog=_CODES)
@click.argument("name", metavar="ID")
@CONFIG
@JSON
def controls_show(*, name: str, config_file: Path | None, as_json: bool) -> None:
    """One criterion, control, clause or responsibility with its links.

    \b
    srm-docs controls show CC6.6
    srm-docs controls show networking.security-groups-nacls
    """
    from srm_docs import console, pipeline, reference

    data = reference.control(pipeline.catalog(configured(config_file)), name)
    if as_json:
        print_json(data)
    else:
        for line in reference.lines(data):
            console.out(line)
