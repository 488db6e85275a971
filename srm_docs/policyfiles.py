"""What `policy` gives, as files: calls in, policies or a template as texts by name out, and into a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from srm_docs.checks import role
from srm_docs.checks.actions import POLICY_LIMIT, policies
from srm_docs.checks.discover import calls
from srm_docs.errors import OutputError

ATTACHED = 10
"""Managed policies that AWS attaches to one role unless its quota was raised."""


def parts(*, partition: str) -> dict[str, str]:
    """The policy of the role that reads an account, in parts as `aws iam create-policy` takes them."""
    documents = policies(role.of_accounts(calls()), partition=partition)
    return {f"srm-docs-{n}.json": text(document) for n, document in enumerate(documents, 1)}


def template(form: str) -> dict[str, str]:
    """A template that makes the role with its policies: `cloudformation` or `terraform`."""
    if form == "terraform":
        return {"srm-docs-role.tf": role.terraform(calls()) + "\n"}
    return {"srm-docs-role.json": role.cloudformation(calls()) + "\n"}


def lister(*, role_name: str, partition: str) -> dict[str, str]:
    """The policy of the session that lists the organization and enters the role of that name."""
    return {"srm-docs-org.json": text(role.lister(calls(), role_name=role_name, partition=partition))}


def text(data: Any) -> str:
    """JSON as `--json` prints it."""
    return json.dumps(data, indent=2, sort_keys=True) + "\n"


def listed(files: Mapping[str, str]) -> str:
    """All parts as one JSON list, to print."""
    return text([json.loads(content) for content in files.values()])


def advice(number: int) -> str:
    """What to know of a policy in parts."""
    return (
        f"{number} policies, for IAM takes {POLICY_LIMIT:,} characters in one. Attach all to the role; "
        f"it takes {ATTACHED} managed policies unless its quota is raised."
    )


def write(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write the files, each whole or not at all, and return their paths. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            half = folder / f".{name}.part"
            half.write_text(content, encoding="utf-8")
            half.replace(folder / name)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written: {error.strerror}", hint="Choose a folder you may write to: --output"
        ) from error
    return tuple(str(folder / name) for name in files)


def left_over(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Parts in the folder that belong to no policy any more: an earlier run had more of them."""
    return tuple(sorted(path.name for path in folder.glob("srm-docs-[0-9]*.json") if path.name not in files))
