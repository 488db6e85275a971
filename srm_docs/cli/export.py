"""`srm-docs export`: a workbook in another shape, or its sheets as CSV or Parquet."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, OUTPUT, QUIET, configured, print_json

_BOOKS = ("workbook", "responsibility-matrix", "fedramp-cis-crm", "caiq-ssrm", "pci-responsibility-summary")
_CODES = exit_codes(3, 5, 6, said={4: "evidence on S3 could not be read"})


@click.command(epilog=_CODES, short_help="A workbook in another shape, or as CSV or Parquet.")
@click.argument("names", metavar="[WORKBOOK]...", nargs=-1, type=click.Choice(_BOOKS))
@click.option("--from", "snapshot", metavar="SNAPSHOT", default="latest", help="The snapshot (default: latest).")
@click.option("--as", "form", type=click.Choice(["xlsx", "csv", "parquet"]), default="xlsx", help="Default: xlsx.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="Folder to write to (default: exports/ of the output folder)."
)
@click.option("--account", "accounts", metavar="ID", multiple=True, help="Of this account only; repeatable.")
@OUTPUT
@CONFIG
@JSON
@QUIET
def export(
    *,
    names: tuple[str, ...],
    snapshot: str,
    form: str,
    to: Path | None,
    accounts: tuple[str, ...],
    output: Path | None,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write workbooks outside a packet: in another shape, or their sheets as CSV or Parquet.

    WORKBOOK is workbook (the default), responsibility-matrix, fedramp-cis-crm, caiq-ssrm or
    pci-responsibility-summary.

    \b
    srm-docs export                        workbook.xlsx of the latest snapshot
    srm-docs export caiq-ssrm              the same rows in another shape
    srm-docs export --as csv               a file for each sheet
    srm-docs export --as parquet           likewise, with the extra `parquet`

    What is written is not sealed: an auditor checks the packet that `srm-docs build` writes.
    """
    from srm_docs import console, pipeline

    config = configured(config_file, output=output)
    folder = to or config.output / "exports"
    with console.Progress(quiet=quiet) as progress:
        made = [
            *pipeline.export(
                config, snapshot, folder, names=names or _BOOKS[:1], form=form, accounts=accounts, progress=progress
            )
        ]
    if as_json:
        print_json([{"path": str(one.path), "rows": one.rows} for one in made])
        return
    for one in made:
        console.out(
            f"{one.path}" if one.rows is None else f"{one.path}: {one.rows:,} row{'' if one.rows == 1 else 's'}"
        )
