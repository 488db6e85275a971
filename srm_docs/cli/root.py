"""The root of the command line, and every command below it."""

from __future__ import annotations

import sys
from typing import Any

import click

import srm_docs
from srm_docs.cli.build import build
from srm_docs.cli.checks import checks
from srm_docs.cli.codes import MEANINGS, exit_codes
from srm_docs.cli.collect import collect
from srm_docs.cli.controls import controls, lint
from srm_docs.cli.doctor import doctor
from srm_docs.cli.evidence import evidence
from srm_docs.cli.export import export
from srm_docs.cli.importing import import_
from srm_docs.cli.init import init
from srm_docs.cli.policy import policy
from srm_docs.cli.register import register
from srm_docs.cli.render import render
from srm_docs.cli.seal import seal
from srm_docs.cli.stdout import ReaderGone
from srm_docs.cli.templates import templates
from srm_docs.cli.verify import verify


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and write out what it said, while it is known what to do if nobody listens."""
        try:
            try:
                result = super().invoke(ctx)
            except SystemExit:
                sys.stdout.flush()
                raise
            sys.stdout.flush()
        except BrokenPipeError as closed:
            raise ReaderGone from closed
        return result


@click.group(
    cls=_Commands,
    epilog=exit_codes(*MEANINGS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(srm_docs.__version__, prog_name="srm-docs")
def cli() -> None:
    """Turn the AWS shared responsibility model into audit packets.

    \b
    See one without an AWS account:   srm-docs build --demo
    Begin with your own account:      srm-docs init, then srm-docs build
    """


for command in (
    build, render, collect, seal, verify, lint, checks, controls, policy, doctor, init, evidence, export, import_,
    register, templates,
):  # fmt: skip
    cli.add_command(command)
