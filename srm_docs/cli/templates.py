"""`srm-docs templates`: what documents are printed from, and a copy of it to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, configured, print_json


@click.group()
def templates() -> None:
    """List what documents are printed from, or copy it to change it.

    \b
    srm-docs templates list
    srm-docs templates eject my-templates
    """


@templates.command("list", epilog=exit_codes(6), short_help="Every template, and which of them your folder replaces.")
@CONFIG
@JSON
def templates_list(*, config_file: Path | None, as_json: bool) -> None:
    """Every template, style sheet, mark and font, and which of them your folder replaces.

    \b
    srm-docs templates list
    """
    from srm_docs import console, eject

    found = eject.listing(configured(config_file).templates)
    if as_json:
        print_json([{"about": f.about, "name": f.name, "yours": f.yours} for f in found])
        return
    console.entries("Templates of documents", [(f.name, "yours" if f.yours else "", f.about) for f in found])
    console.out("`srm-docs templates eject FOLDER` copies them; docs/templates.md says how to change them.")


@templates.command("eject", epilog=exit_codes(), short_help="Copy our templates into a folder as a start.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, metavar="[NAMES]")
@JSON
def templates_eject(*, folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Copy our templates into FOLDER as a start: all of them, or those named. What is there is never replaced.

    \b
    srm-docs templates eject my-templates
    srm-docs templates eject my-templates parts/cover.html css/text.css
    """
    from srm_docs import console, eject

    written = eject.eject(folder, names)
    if as_json:
        print_json({"folder": str(folder), "written": list(written)})
        return
    console.out(f"Wrote {len(written)} file{'' if len(written) == 1 else 's'} into {folder}.")
    console.out(f'Use them: templates = "{folder}" under [paths] in srm-docs.toml. Delete what you do not change.')
