"""`srm-docs checks`: the self-tests, listed and explained."""

from __future__ import annotations

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import JSON, print_json


@click.group()
def checks() -> None:
    """List the self-tests, or show one.

    \b
    srm-docs checks list
    srm-docs checks show volumes_are_encrypted
    """


@checks.command("list", epilog=exit_codes())
@JSON
def checks_list(*, as_json: bool) -> None:
    """All self-tests: id, severity, title.

    \b
    srm-docs checks list
    srm-docs checks list --json
    """
    from srm_docs import console
    from srm_docs.checks.discover import checks as all_checks

    if as_json:
        print_json(
            [
                {"bullets": list(c.bullets), "id": c.id, "severity": str(c.severity), "title": c.title}
                for c in all_checks()
            ]
        )
        return
    found = all_checks()
    console.entries("Self-tests, and what is true when they are met", [(c.id, str(c.severity), c.title) for c in found])
    console.out(f"{len(found)} checks. `srm-docs checks show ID` tells all about one.")


@checks.command("show", epilog=exit_codes())
@click.argument("name", metavar="ID")
@JSON
def checks_show(*, name: str, as_json: bool) -> None:
    """One self-test: what it asks, why, and how it is judged.

    \b
    srm-docs checks show volumes_are_encrypted
    """
    from srm_docs import console, reference

    data = reference.check(name)
    if as_json:
        print_json(data)
    else:
        for line in reference.lines(data):
            console.out(line)
