"""What can be reached through a policy: the statements of a VPC endpoint's policy in, "anything at all?" out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.checks.policy_document import Condition, Statement
from srm_docs.checks.policy_judgement import open_to_everyone

_OWNERS = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"})
_HOLDING = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})


def reaches_anything(statements: Iterable[Statement]) -> bool:
    """Whether a statement lets everyone reach resources that nobody has named, in whoever's account."""
    return any(
        (s.not_resources or any(map(_names_nothing, s.resources))) and not any(map(_holds_owner, s.conditions))
        for s in open_to_everyone(statements)
    )


def _names_nothing(resource: str) -> bool:
    """Whether a resource pattern names neither an account nor a part of a resource's name."""
    parts = resource.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - the parts of an ARN
        return True
    return parts[4] in {"", "*"} and parts[5].strip("*/?") == ""


def _holds_owner(condition: Condition) -> bool:
    """Whether a condition must hold and names the owners of what is reached."""
    missing_is_fine = condition.lenient or condition.quantifier == "forallvalues"
    named = condition.values and all(value.strip("*") for value in condition.values)
    return condition.key in _OWNERS and condition.operator in _HOLDING and not missing_is_fine and bool(named)
