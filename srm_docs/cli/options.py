"""What commands share: options, the configuration in use, and JSON on stdout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from srm_docs.config import Config

FRAMEWORKS = ("soc2", "iso27001")
CONFIG = click.option(
    "--config", "config_file", type=click.Path(path_type=Path), help="Configuration (default: ./srm-docs.toml)."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
ORG = click.option("--org", is_flag=True, help="Read the accounts that AWS Organizations lists.")
QUIET = click.option("--quiet", is_flag=True, help="Show no progress.")
LANGUAGE = click.option("--language", metavar="CODE", default="", help="Of the PDFs: en, de (default: as configured).")
OUTPUT = click.option("--output", type=click.Path(path_type=Path), help="Output folder (default: ./output).")


def configured(
    config_file: Path | None,
    *,
    output: Path | None = None,
    frameworks: tuple[str, ...] = (),
    demo: bool = False,
    org: bool = False,
    language: str = "",
) -> Config:
    """The configuration file's, or the one in this folder, with what the command line says instead."""
    from dataclasses import replace

    from srm_docs import config as configuration
    from srm_docs.collect.access import Organization

    path = config_file or (None if demo else configuration.find())
    config = configuration.load(path) if path else configuration.Config()
    if output:
        config = replace(config, output=output)
    if language:
        config = replace(config, language=language)
    if org and config.organization is None:
        config = replace(config, organization=Organization())
    if frameworks:
        chosen = tuple(f for f in FRAMEWORKS if f in frameworks)
        config = replace(config, audit=replace(config.audit, frameworks=chosen))
    return config


def print_json(data: Any) -> None:
    """The result of a command, for programs."""
    import json

    click.echo(json.dumps(data, indent=2, sort_keys=True))
