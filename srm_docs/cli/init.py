"""`srm-docs init`: a configuration to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.options import JSON, print_json


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--print", "printed", is_flag=True, help="Print it instead of writing it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@JSON
def init(*, folder: Path, printed: bool, force: bool, as_json: bool) -> None:
    """Write a commented srm-docs.toml to begin with.

    \b
    srm-docs init
    srm-docs init --print
    """
    from srm_docs import console, starter

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
        console.out(f"Wrote {path}. Next: edit it, then `srm-docs build`.")
