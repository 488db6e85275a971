"""`srm-docs render`: one document."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, LANGUAGE, QUIET, configured, print_json

KINDS = (
    "executive-summary", "responsibility-matrix", "soc2-packet", "management-assertion", "bridge-letter",
    "iso27001-packet",
)  # fmt: skip


@click.command(
    epilog=exit_codes(3, 5, 6, said={4: "evidence on S3 could not be read"}),
    short_help="Print one document from kept evidence.",
)
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.option(
    "--from", "snapshot", metavar="SNAPSHOT", default="latest", help="A kept snapshot's id (default: latest)."
)
@click.option("--account", "accounts", metavar="ID", multiple=True, help="Of this account only; repeatable.")
@click.option("--output", "to", metavar="FILE", type=click.Path(path_type=Path), help="Default: ./KIND.pdf.")
@click.option(
    "--kept",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Output folder with the evidence (default: ./output).",
)
@LANGUAGE
@click.option("--no-cache", is_flag=True, help="Lay it out anew, also where it did not change.")
@CONFIG
@JSON
@QUIET
def render(
    *,
    kind: str,
    snapshot: str,
    accounts: tuple[str, ...],
    to: Path | None,
    kept: Path | None,
    language: str,
    no_cache: bool,
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print one document from kept evidence, offline.

    KIND is executive-summary, responsibility-matrix, soc2-packet,
    iso27001-packet, management-assertion or bridge-letter.

    Where the packet of the same evidence and configuration is built, the file is a copy of the sealed one. Otherwise it
    says on each page that it is not sealed.

    \b
    srm-docs render executive-summary
    srm-docs render soc2-packet --account 111122223333 --output soc2.pdf
    srm-docs render executive-summary --language de
    """
    from srm_docs import console, pipeline

    config = configured(config_file, output=kept, language=language)
    pipeline.can_print(config)
    with console.Progress(quiet=quiet) as progress:
        made = pipeline.render(
            config,
            kind,
            snapshot,
            to=to or Path(f"{kind}.pdf"),
            accounts=accounts,
            cached=not no_cache,
            progress=progress,
        )
    if as_json:
        print_json(
            {
                "file": str(made.path),
                "kind": kind,
                "packet": str(made.packet) if made.packet else None,
                "size": made.size,
            }
        )
        return
    console.out(f"Document: {made.path}")
    if made.packet:
        console.out(f"It is the sealed one of {made.packet}.")
    else:
        console.out("It is not sealed and says so: `srm-docs build` makes the packet that an auditor can verify.")
