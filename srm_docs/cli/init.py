"""`srm-docs init`: a configuration to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, configured, print_json


@click.command(epilog=exit_codes(3), short_help="Write a configuration, or draft own controls.")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--print", "printed", is_flag=True, help="Print it instead of writing it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--controls", is_flag=True, help="Draft own controls into register/ instead, each marked DRAFT.")
@CONFIG
@JSON
def init(*, folder: Path, printed: bool, force: bool, controls: bool, config_file: Path | None, as_json: bool) -> None:
    """Write a commented srm-docs.toml to begin with, or drafts of your own controls.

    \b
    srm-docs init
    srm-docs init --print
    srm-docs init --controls     register/controls.yaml; what is there stays
    """
    from srm_docs import console, starter

    if controls:
        if printed or force:
            raise click.UsageError("--controls adds drafts to what is there: leave --print and --force away.")
        _controls(folder, config_file, as_json=as_json)
        return
    if printed:
        if as_json:
            print_json({"text": starter.text()})
        else:
            console.out(starter.text())
        return
    path = starter.write(folder, force=force)
    if as_json:
        print_json({"file": str(path)})
    else:
        console.paragraph(
            f"Wrote {path}. Next: edit it, then `srm-docs policy`, `srm-docs doctor` and `srm-docs build`."
        )


def _controls(folder: Path, config_file: Path | None, *, as_json: bool) -> None:
    from srm_docs import console, pipeline
    from srm_docs.declare.register import FOLDER

    config = configured(config_file)
    where = folder / FOLDER if config.register is None else config.register
    made, written = pipeline.draft_controls(config, pipeline.catalog(config), where)
    if as_json:
        print_json({"drafts": [control.id for control in made], "written": [str(path) for path in written]})
    elif written:
        console.paragraph(
            f"Wrote {len(made)} drafts into {written[0]}. Next: write what is really done, and take `draft` away."
        )
    else:
        console.out("Nothing to draft: own controls serve all that is in scope.")
