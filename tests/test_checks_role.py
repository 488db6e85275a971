"""The role as CloudFormation and Terraform: what AWS's schemas take, exactly the policy's actions, always the same."""

from __future__ import annotations

import json
import re
from typing import Any

import hcl2
import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from srm_docs.checks import actions, discover, role
from srm_docs.checks.calls.membership import MEMBERS, PARENTS, TAGS
from srm_docs.checks.place import Scope

CALLS = discover.calls()
ALLOWED = {a for s in actions.policy(role.of_accounts(CALLS))["Statement"] for a in s["Action"]}


def template() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(role.cloudformation(CALLS))
    return made


def documents() -> list[dict[str, Any]]:
    kept = template()["Resources"].values()
    return [r["Properties"]["PolicyDocument"] for r in kept if r["Type"] == "AWS::IAM::ManagedPolicy"]


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
def test_cfn_lint_finds_nothing(region: str) -> None:
    assert lint(role.cloudformation(CALLS), config=ManualArgs(regions=[region], include_checks=["I"])) == []


def test_cfn_lint_would_find_something() -> None:
    wrong = role.cloudformation(CALLS).replace('"ManagedPolicyArns"', '"ManagedPolicies"')
    assert lint(wrong, config=ManualArgs(regions=["us-east-1"]))


def test_the_templates_allow_what_the_policy_allows() -> None:
    assert {a for d in documents() for s in d["Statement"] for a in s["Action"]} == ALLOWED
    listing = {a for call in (MEMBERS, PARENTS, TAGS) for a in actions.actions(call)}
    assert listing
    assert not listing & ALLOWED, "a member is not asked for the organization's accounts"
    text = role.terraform(CALLS)
    assert set(re.findall(r'"([a-z0-9-]+:[A-Za-z0-9]+)",\n', text)) == ALLOWED
    whole = [actions.policies(role.of_accounts(CALLS), partition="${AWS::Partition}")]
    assert len(documents()) == len(whole[0]) <= 10, "AWS attaches ten policies to a role"


def test_every_policy_is_of_a_size_that_aws_takes() -> None:
    for document in documents():
        text = json.dumps(document).replace('{"Fn::Sub": ', "").replace("${AWS::Partition}", "aws-us-gov")
        assert len(re.sub(r"\s", "", text)) <= actions.POLICY_LIMIT


def test_the_trust_asks_for_the_external_id_where_there_is_one() -> None:
    made = template()
    (statement,) = made["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Ref": "TrustedPrincipalArn"}}
    condition, asked, _ = statement["Condition"]["Fn::If"]
    assert made["Conditions"][condition]
    assert asked == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert set(made["Parameters"]) == {"TrustedPrincipalArn", "ExternalId", "RoleName"}
    pattern = re.compile(made["Parameters"]["TrustedPrincipalArn"]["AllowedPattern"])
    assert pattern.match("arn:aws-cn:iam::111122223333:role/a")
    assert pattern.match("arn:aws:iam::111122223333:root")
    assert not pattern.match("*")


def plain(value: Any) -> Any:
    return value.strip('"') if isinstance(value, str) else value


def blocks(parsed: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in parsed[kind]:
        for name, inner in block.items():
            found.setdefault(plain(name), {}).update({plain(k): v for k, v in inner.items()})
    return found


def test_the_terraform_module_has_its_parts() -> None:
    parsed = hcl2.loads(role.terraform(CALLS) + "\n")
    assert set(blocks(parsed, "variable")) == {"trusted_principal_arn", "external_id", "role_name"}
    made = blocks(parsed, "resource")
    assert set(made) == {"aws_iam_role", "aws_iam_policy", "aws_iam_role_policy_attachment"}
    assert set(made["aws_iam_policy"]) == set(made["aws_iam_role_policy_attachment"])
    assert len(made["aws_iam_policy"]) == len(documents())
    assert all("jsonencode(" in p["policy"] for p in made["aws_iam_policy"].values())
    assert "trust" in made["aws_iam_role"]["reader"]["assume_role_policy"]
    assert set(blocks(parsed, "data")) == {"aws_partition", "aws_iam_policy_document"}
    assert set(blocks(parsed, "output")) == {"role_arn"}


def test_the_same_calls_give_the_same_text() -> None:
    for make in (role.cloudformation, role.terraform):
        assert make(reversed(CALLS)) == make(CALLS)


def test_whoever_lists_may_list_and_enter_and_nothing_else() -> None:
    document = role.lister(CALLS, role_name="audit", partition="aws-cn")
    allowed = {a for s in document["Statement"] for a in s["Action"]}
    listing = {a for c in CALLS if c.scope is Scope.ORGANIZATION for a in actions.actions(c)}
    assert allowed == {*listing, "sts:AssumeRole"}
    assert document["Statement"][-1]["Resource"] == "arn:aws-cn:iam::*:role/audit"
