"""`srm-docs policy`: what AWS must allow."""

from __future__ import annotations

from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, configured


@click.command(epilog=exit_codes(), short_help="Print the least-privilege IAM policy for collecting, or its role.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "cloudformation", "terraform"]),
    default="json",
    help="The policy, or a template that makes the role with it (default: json).",
)
@click.option("--org", is_flag=True, help="What the session needs that lists the organization; json only.")
@click.option(
    "--partition",
    type=click.Choice(["aws", "aws-us-gov", "aws-cn"]),
    default="aws",
    help="Of the ARNs in the json; a template asks AWS (default: aws).",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write files into this folder instead of printing.")
@CONFIG
@JSON
def policy(
    *, form: str, org: bool, partition: str, output: Path | None, config_file: Path | None, as_json: bool
) -> None:
    """Print the least-privilege IAM policy that `collect` needs, derived from the calls.

    IAM takes 6,144 characters in one managed policy, so it comes in parts: a JSON list of policies, or with --output
    a file each. Attach all of them to the role.

    \b
    srm-docs policy --output policies         srm-docs-1.json and so on
    srm-docs policy --format cloudformation > srm-docs-role.json
    srm-docs policy --format terraform > srm-docs-role.tf
    srm-docs policy --org                     for the session that lists accounts
    """
    from srm_docs import console, policyfiles

    if org and form != "json":
        raise click.UsageError("--org prints a policy for a session that exists: leave --format away.")
    if as_json and form == "terraform" and output is None:
        raise click.UsageError("Terraform is not JSON: leave --json away, or write a file with --output.")
    if form != "json":
        files = policyfiles.template(form)
    elif org:
        wanted = configured(config_file, org=True).organization
        files = policyfiles.lister(role_name=wanted.role_name if wanted else "", partition=partition)
    else:
        files = policyfiles.parts(partition=partition)
    in_parts = form == "json" and not org
    if output is not None:
        paths = policyfiles.write(output, files)
        console.out(policyfiles.text({"files": paths}).rstrip() if as_json else "\n".join(f"Wrote {p}" for p in paths))
    else:
        click.echo(policyfiles.listed(files) if in_parts else "".join(files.values()), nl=False)
    if in_parts:
        console.err(policyfiles.advice(len(files)))
        for name in policyfiles.left_over(output, files) if output else ():
            console.err(f"{name} in that folder is of an earlier run and no part of the policy any more.")
