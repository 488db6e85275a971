"""The role that reads an account, to be made by others: calls in, a CloudFormation template or a Terraform module out.

Both hold the policies of `actions`, cut to the size that AWS takes, and the trust of one principal, with an external id
where one is given. Neither knows a clock or an order but ours: the same calls give the same text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from srm_docs.checks.actions import policies
from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

ROLE_NAME: Final = "srm-docs"
"""The role's name where nobody chose another: here and in `[aws_organization]`."""
_PRINCIPAL: Final = r"^arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(role|user|assumed-role)/.+)$"
_ABOUT: Final = "Read-only role for srm-docs: settings of services, never the data in them."


def of_accounts(calls: Iterable[Call]) -> tuple[Call, ...]:
    """The calls that are asked in every account, without those that list the organization."""
    return tuple(call for call in calls if call.scope is not Scope.ORGANIZATION)


def lister(calls: Iterable[Call], *, role_name: str = ROLE_NAME, partition: str = "aws") -> dict[str, Any]:
    """What the session needs that lists an organization and enters its accounts, besides reading its own."""
    (listing,) = policies((c for c in calls if c.scope is Scope.ORGANIZATION), partition=partition)
    entering = {
        "Sid": "EnterAccounts",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:{partition}:iam::*:role/{role_name}",
    }
    return {**listing, "Statement": [*listing["Statement"], entering]}


def cloudformation(calls: Iterable[Call]) -> str:
    """A template for one stack, or for a StackSet over an organization, as JSON."""
    documents = policies(of_accounts(calls), partition="${AWS::Partition}")
    names = [f"Read{number}" for number in range(1, len(documents) + 1)]
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _ABOUT,
        "Parameters": {
            "TrustedPrincipalArn": {
                "Type": "String",
                "Description": "Who may enter: arn:aws:iam::111122223333:role/auditor, or …:root for a whole account.",
                "AllowedPattern": _PRINCIPAL,
            },
            "ExternalId": {
                "Type": "String",
                "Default": "",
                "NoEcho": True,
                "Description": "The external_id of srm-docs.toml; empty: none is asked for.",
            },
            "RoleName": {
                "Type": "String",
                "Default": ROLE_NAME,
                "Description": "The role_name of srm-docs.toml.",
                "AllowedPattern": r"^[\w+=,.@-]{1,64}$",
            },
        },
        "Conditions": {"HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}},
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "Description": _ABOUT,
                    "AssumeRolePolicyDocument": _trust(),
                    "ManagedPolicyArns": [{"Ref": name} for name in names],
                },
            },
            **{
                name: {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"Description": _ABOUT, "PolicyDocument": _substituted(document)},
                }
                for name, document in zip(names, documents, strict=True)
            },
        },
        "Outputs": {"RoleArn": {"Description": "The role's ARN.", "Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    return json.dumps(template, indent=2, ensure_ascii=False)


def _trust() -> dict[str, Any]:
    external = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Ref": "TrustedPrincipalArn"}},
        "Action": "sts:AssumeRole",
        "Condition": {"Fn::If": ["HasExternalId", external, {"Ref": "AWS::NoValue"}]},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _substituted(value: Any) -> Any:
    """The same with `Fn::Sub` around each text that names a pseudo parameter."""
    if isinstance(value, Mapping):
        return {key: _substituted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_substituted(item) for item in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def terraform(calls: Iterable[Call]) -> str:
    """A Terraform module in one file: three variables, the role, its policies and the role's ARN."""
    documents = policies(of_accounts(calls), partition="${data.aws_partition.current.partition}")
    parts = [_TERRAFORM]
    for number, document in enumerate(documents, 1):
        parts.append(
            f'resource "aws_iam_policy" "read_{number}" {{\n'
            f'  name        = "${{var.role_name}}-read-{number}"\n'
            f'  description = "{_ABOUT}"\n'
            f"  policy      = jsonencode({_hcl(document, '  ')})\n"
            "}\n\n"
            f'resource "aws_iam_role_policy_attachment" "read_{number}" {{\n'
            "  role       = aws_iam_role.reader.name\n"
            f"  policy_arn = aws_iam_policy.read_{number}.arn\n"
            "}\n"
        )
    return "\n".join(parts).rstrip("\n")


def _hcl(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, Mapping):
        lines = (f"{inner}{key} = {_hcl(item, inner)}\n" for key, item in value.items())
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{inner}{_hcl(item, inner)},\n" for item in value) + indent + "]"
    return json.dumps(value)


_TERRAFORM: Final = f"""\
# {_ABOUT}

variable "trusted_principal_arn" {{
  type        = string
  description = "Who may enter: arn:aws:iam::111122223333:role/auditor, or the root ARN for a whole account."
}}

variable "external_id" {{
  type        = string
  default     = ""
  description = "The external_id of srm-docs.toml; empty: none is asked for."
}}

variable "role_name" {{
  type        = string
  default     = "{ROLE_NAME}"
  description = "The role_name of srm-docs.toml."
}}

data "aws_partition" "current" {{}}

data "aws_iam_policy_document" "trust" {{
  statement {{
    actions = ["sts:AssumeRole"]

    principals {{
      type        = "AWS"
      identifiers = [var.trusted_principal_arn]
    }}

    dynamic "condition" {{
      for_each = var.external_id == "" ? [] : [var.external_id]
      content {{
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = [condition.value]
      }}
    }}
  }}
}}

resource "aws_iam_role" "reader" {{
  name               = var.role_name
  description        = "{_ABOUT}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}}

output "role_arn" {{
  value = aws_iam_role.reader.arn
}}
"""
