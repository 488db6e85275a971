"""A whole reply and the tokens asked with -> one page of it, where moto would answer in one piece however long."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import cache
from typing import Any

from srm_docs.demo.asked import LOADER, Asked, model
from srm_docs.demo.wire import Refusal

PAGE_SIZES = {
    ("iam", "GetAccountAuthorizationDetails"): 3,
    ("iam", "ListUsers"): 3,
    ("ec2", "DescribeSecurityGroups"): 5,
    ("ec2", "DescribeInstances"): 3,
    ("ec2", "DescribeVolumes"): 3,
    ("lambda", "ListFunctions"): 2,
    ("kms", "ListKeys"): 2,
    ("kms", "ListAliases"): 2,
    ("artifact", "ListReports"): 4,
    ("ssm", "DescribeInstanceInformation"): 3,
    ("ssm", "DescribeInstancePatchStates"): 3,
    ("accessanalyzer", "ListFindingsV2"): 2,
    ("inspector2", "ListCoverage"): 3,
    ("secretsmanager", "ListSecrets"): 2,
}
"""Rows a page at most. Far below AWS's own limits, so that a small estate still has second pages."""


@cache
def _paginator(service: str, operation: str) -> dict[str, Any]:
    pages: dict[str, Any] = LOADER.load_service_model(service, "paginators-1")["pagination"]
    rules: dict[str, Any] = pages[operation]
    return rules


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _wire_name(asked: Asked, member: str) -> str:
    """How the parameter `member` is called on the wire; the ec2 protocol has a rule of its own."""
    shape = model(asked.service).operation_model(asked.operation).input_shape
    written = shape.members[member].serialization if shape is not None else {}
    name = str(written.get("name", member))
    return str(written.get("queryName", name[0].upper() + name[1:])) if asked.protocol == "ec2" else name


def _sent(asked: Asked, member: str | None) -> Any:
    """The parameter `member` as it stood on the wire, or None."""
    return None if member is None else asked.params.get(_wire_name(asked, member))


def number(asked: Asked) -> int | None:
    """Which page is asked for, from 1; None where the operation does not page here."""
    if (asked.service, asked.operation) not in PAGE_SIZES:
        return None
    rules = _paginator(asked.service, asked.operation)
    token = _sent(asked, _several(rules["input_token"])[0])
    return 1 if not token else 2 if (start := _start(str(token))) is None else 2 + (start - 1) // size(asked)


def size(asked: Asked) -> int:
    """Rows on a page: the caller's limit where it is the smaller."""
    most = PAGE_SIZES[asked.service, asked.operation]
    wanted = _sent(asked, _paginator(asked.service, asked.operation).get("limit_key"))
    return min(most, int(wanted)) if wanted else most


def _start(token: str) -> int | None:
    try:
        mark, _, start = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(start) if mark == "after" and start.isdecimal() else None


def tokens(asked: Asked) -> frozenset[str]:
    """The wire names of the parameters by which a page is chosen: moto must not see them."""
    rules = _paginator(asked.service, asked.operation)
    members = [name for name in (*_several(rules["input_token"]), rules.get("limit_key")) if name]
    return frozenset(_wire_name(asked, name) for name in members)


def page(asked: Asked, whole: Mapping[str, Any]) -> dict[str, Any] | Refusal:
    """The page of `whole` that `asked` names. Several result lists (IAM's) are paged as one, in the model's order."""
    rules = _paginator(asked.service, asked.operation)
    token = _sent(asked, _several(rules["input_token"])[0])
    start = _start(str(token)) if token else 0
    if start is None:
        return Refusal(
            code="InvalidNextTokenException" if asked.protocol == "json" else "ValidationError",
            message="The pagination token is not valid.",
        )
    stop, seen, reply = start + size(asked), 0, dict(whole)
    for key in _several(rules["result_key"]):
        rows = list(whole.get(key) or [])
        reply[key] = rows[max(0, start - seen) : max(0, stop - seen)]
        seen += len(rows)
    out = _several(rules["output_token"])[0]
    reply.pop(out, None)
    if more := rules.get("more_results"):
        reply[more] = seen > stop
    if seen > stop:
        reply[out] = base64.b64encode(f"after:{stop}".encode()).decode()
    return reply
