"""`srm-docs doctor`: look before a run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, ORG, QUIET, configured, print_json


@click.command(
    epilog=exit_codes(
        said={
            0: "nothing would be refused",
            3: "controls/ is wrong",
            4: "a run could not begin",
            8: "something would be refused",
        }
    ),
    short_help="Look before a run: what would be refused or missing.",
)
@ORG
@CONFIG
@JSON
@QUIET
def doctor(*, org: bool, config_file: Path | None, as_json: bool, quiet: bool) -> None:
    """Look before a run: who we are, what would be refused, and what is missing.

    Asks each call that depends on no other once an account, in one region, and keeps nothing.

    \b
    srm-docs doctor
    srm-docs doctor --org --json
    """
    from srm_docs import console
    from srm_docs import doctor as examination

    with console.Progress(quiet=quiet) as progress:
        report = examination.examine(configured(config_file, org=org), progress)
    if as_json:
        print_json(examination.to_data(report))
    else:
        for title, rows in examination.entries(report):
            console.entries(title, rows)
        console.paragraph(examination.verdict(report))
    sys.exit(report.exit_code)
