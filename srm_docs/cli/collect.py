"""`srm-docs collect`: read AWS and keep the answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, ORG, OUTPUT, QUIET, configured, print_json


@click.command(epilog=exit_codes(3, 4, 5, 8))
@click.option("--demo", is_flag=True, help="Use a made-up estate on this machine.")
@click.option("--resume", is_flag=True, help="Finish the newest interrupted collection.")
@click.option("--allow-refusals", is_flag=True, help="Exit 0 although planned calls were refused.")
@ORG
@OUTPUT
@CONFIG
@JSON
@QUIET
def collect(
    *,
    demo: bool,
    org: bool,
    resume: bool,
    allow_refusals: bool,
    output: Path | None,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read AWS and keep the answers; print no document.

    \b
    srm-docs collect             a new snapshot
    srm-docs collect --org       of every account of the AWS organization
    srm-docs collect --resume    go on where an interrupted one stopped
    """
    from srm_docs import console, pipeline

    config = configured(config_file, output=output, demo=demo, org=org)
    with console.Progress(quiet=quiet) as progress:
        done = pipeline.collect(config, demo=demo, resume=resume, progress=progress)
    if as_json:
        print_json({"answers": done.answers, "late": done.late, "out_of_scope": done.out_of_scope,
                    "record": done.record, "snapshot": done.snapshot, "states": dict(done.states),
                    "stopped": list(done.stopped)})  # fmt: skip
    else:
        console.table("Planned reads", [("State", "left"), ("Reads", "right")], [(s, f"{n:,}") for s, n in done.states])
        if done.out_of_scope:
            console.paragraph(done.out_of_scope)
        console.out(f"Snapshot {done.snapshot}")
        console.out(f"Build from it with: srm-docs build --from {done.snapshot}")
    refused = done.refused and not (allow_refusals or done.demo)
    say_stopped(done.stopped)
    say_late(done.late)
    sys.exit(4 if done.stopped else 8 if refused else 0)


def say_late(number: int) -> None:
    """That a run had no time for some of it, likewise."""
    from srm_docs import console
    from srm_docs.packet.coverage import GO_ON_LATER

    if number:
        console.err(f"{number:,} {'read was' if number == 1 else 'reads were'} not made, because the time was over.")
        console.err(f"Mend:  {GO_ON_LATER}", 7)


def say_stopped(accounts: Sequence[str]) -> None:
    """The one thing to know of a run whose credentials ran out, after everything else and on stderr."""
    from srm_docs import console
    from srm_docs.packet.coverage import GO_ON

    if accounts:
        console.err(f"The credentials of {', '.join(accounts)} stopped working during the run.")
        console.err(f"Mend:  {GO_ON}", 7)
