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
@click.option("--system", is_flag=True, help="Draft the system description into register/, each part marked DRAFT.")
@CONFIG
@JSON
def init(
    *,
    folder: Path,
    printed: bool,
    force: bool,
    controls: bool,
    system: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Write a commented srm-docs.toml to begin with, or drafts of what only you can say.

    \b
    srm-docs init
    srm-docs init --print
    srm-docs init --controls     register/controls.yaml; what is there stays
    srm-docs init --system       register/system.yaml, parts of DC 1 to DC 9
    """
    from srm_docs import console, starter

    if controls or system:
        if printed or force or (controls and system):
            raise click.UsageError(
                "--controls and --system add drafts to what is there: give one, without --print and --force."
            )
        _drafts(folder, config_file, controls=controls, as_json=as_json)
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


def _drafts(folder: Path, config_file: Path | None, *, controls: bool, as_json: bool) -> None:
    from srm_docs import console, pipeline
    from srm_docs.declare.register import FOLDER

    config = configured(config_file)
    where = folder / FOLDER if config.register is None else config.register
    draft = pipeline.draft_controls if controls else pipeline.draft_system
    made, written = draft(config, pipeline.catalog(config), where)
    if as_json:
        print_json({"drafts": [item.id for item in made], "written": [str(path) for path in written]})
    elif written:
        really = "what is really done" if controls else "what the description is to say"
        console.paragraph(f"Wrote {len(made)} drafts into {written[0]}. Next: write {really}, and take `draft` away.")
    else:
        done = "own controls serve all that is in scope" if controls else "every part is there"
        console.out(f"Nothing to draft: {done}.")
