"""Hands -> the company's organization: four accounts in two units, of which one is suspended and one shuts us out."""

from __future__ import annotations

from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import (
    CLOSED,
    DEVELOPMENT,
    NAMES,
    PRODUCTION,
    ROOT,
    SANDBOX,
    UNIT_SANDBOXES,
    UNIT_WORKLOADS,
)
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal, denied

_ABOVE = {
    PRODUCTION: (ROOT, "ROOT"),
    DEVELOPMENT: (UNIT_WORKLOADS, "ORGANIZATIONAL_UNIT"),
    SANDBOX: (UNIT_SANDBOXES, "ORGANIZATIONAL_UNIT"),
    CLOSED: (UNIT_SANDBOXES, "ORGANIZATIONAL_UNIT"),
    UNIT_WORKLOADS: (ROOT, "ROOT"),
    UNIT_SANDBOXES: (UNIT_WORKLOADS, "ORGANIZATIONAL_UNIT"),
}
_TAGS = {PRODUCTION: "production", DEVELOPMENT: "development", SANDBOX: "sandbox", CLOSED: "sandbox"}
_SAY_NO = "because no resource-based policy allows it: the account is neither the management account nor a delegate"


def seed(hands: Hands) -> None:
    """Production is the management account; the others may not ask."""
    names = {**NAMES, SANDBOX: "example-sandbox", CLOSED: "example-closed"}
    rows = [
        {
            "Id": account,
            "Arn": f"arn:aws:organizations::{PRODUCTION}:account/o-exampleorg1/{account}",
            "Email": f"aws+{name}@example.com",
            "Name": name,
            "State": "SUSPENDED" if account == CLOSED else "ACTIVE",
            "Status": "SUSPENDED" if account == CLOSED else "ACTIVE",
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": hands.clock.ago(900),
        }
        for account, name in sorted(names.items())
    ]
    hands.rules.answer("organizations:ListAccounts", {"Accounts": rows}, account=PRODUCTION)
    hands.rules.answer("organizations:ListParents", _parents, account=PRODUCTION)
    hands.rules.answer("organizations:ListTagsForResource", _tags, account=PRODUCTION)
    hands.rules.refuse(
        "organizations:ListAccounts",
        _refused,
        account=DEVELOPMENT,
        region="",
        kind="denied",
        about="a member account asking for the organization",
    )
    for operation in ("ListParents", "ListTagsForResource"):
        hands.rules.answer(f"organizations:{operation}", _refused, account=DEVELOPMENT)


def _refused(asked: Asked) -> Refusal:
    return denied(asked, "*", _SAY_NO)


def _parents(asked: Asked) -> Reply | Refusal:
    above = _ABOVE.get(str(asked.params.get("ChildId")))
    if above is None:
        return Refusal(code="ChildNotFoundException", message="You specified a child that does not exist.")
    return {"Parents": [{"Id": above[0], "Type": above[1]}]}


def _tags(asked: Asked) -> Reply:
    said: list[dict[str, Any]] = []
    if word := _TAGS.get(str(asked.params.get("ResourceId"))):
        said = [{"Key": "environment", "Value": word}]
    return {"Tags": said}
