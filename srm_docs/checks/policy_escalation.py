"""Ways from few rights to all of them: an identity policy's statements in, the ways that it opens out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.checks.policy_document import POSITIVE, Statement
from srm_docs.checks.policy_judgement import passes_any_role

WAYS: tuple[tuple[str, ...], ...] = (
    ("iam:CreatePolicyVersion",),
    ("iam:SetDefaultPolicyVersion",),
    ("iam:AttachUserPolicy",),
    ("iam:AttachGroupPolicy",),
    ("iam:AttachRolePolicy",),
    ("iam:PutUserPolicy",),
    ("iam:PutGroupPolicy",),
    ("iam:PutRolePolicy",),
    ("iam:AddUserToGroup",),
    ("iam:UpdateAssumeRolePolicy",),
    ("iam:CreateAccessKey",),
    ("iam:CreateLoginProfile",),
    ("iam:UpdateLoginProfile",),
    ("iam:DeleteUserPermissionsBoundary",),
    ("iam:DeleteRolePermissionsBoundary",),
    ("iam:PassRole", "ec2:RunInstances"),
    ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"),
    ("iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    ("iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"),
    ("iam:PassRole", "cloudformation:CreateStack"),
    ("iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"),
    ("iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    ("iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    ("iam:PassRole", "glue:CreateDevEndpoint"),
    ("iam:PassRole", "glue:CreateJob", "glue:StartJobRun"),
    ("iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    ("iam:PassRole", "sagemaker:CreateProcessingJob"),
    ("iam:PassRole", "sagemaker:CreateTrainingJob"),
    ("iam:PassRole", "states:CreateStateMachine", "states:StartExecution"),
    ("iam:PassRole", "scheduler:CreateSchedule"),
    ("iam:PassRole", "ssm:StartAutomationExecution"),
    ("iam:PassRole", "bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"),
)
"""Actions that together let their holder take on, or write, rights that nobody gave: each line is one way."""

_REACH = {
    "iam:CreatePolicyVersion": "policy",
    "iam:SetDefaultPolicyVersion": "policy",
    "iam:AttachGroupPolicy": "group",
    "iam:PutGroupPolicy": "group",
    "iam:AddUserToGroup": "group",
    "iam:AttachRolePolicy": "role",
    "iam:PutRolePolicy": "role",
    "iam:UpdateAssumeRolePolicy": "role",
    "iam:DeleteRolePermissionsBoundary": "role",
}
"""What an action on IAM is done to; users where it is not listed."""

_GUARDS = ("iam:permissionsboundary", "iam:policyarn", "iam:resourcetag/", "aws:resourcetag/")
"""Keys of conditions by which an administrator of a part is kept to it."""


def ways_up(statements: Iterable[Statement], account: str) -> tuple[str, ...]:
    """The ways that an identity policy opens, as `iam:PassRole + ec2:RunInstances`, in the order of the table.

    An action on IAM counts where it reaches every user, group, role or policy of the account and no condition keeps it
    to some; actions of other services count wherever they are allowed, since the role that is passed decides.
    """
    listed = tuple(statements)
    return tuple(" + ".join(way) for way in WAYS if all(_may(action, listed, account) for action in way))


def _may(action: str, statements: tuple[Statement, ...], account: str) -> bool:
    if action == "iam:PassRole":
        return passes_any_role(statements, account)
    if any(not s.allows and not s.conditions and s.takes_action(action) and s.takes_resource("*") for s in statements):
        return False
    allowing = [s for s in statements if s.allows and s.takes_action(action)]
    if not action.startswith("iam:"):
        return bool(allowing)
    kind = _REACH.get(action, "user")
    reach = [f"arn:{partition}:iam::{account}:{kind}/*" for partition in ("aws", "aws-us-gov", "aws-cn")]
    return any(any(s.takes_resource(arn) for arn in reach) and not _guarded(s) for s in allowing)


def _guarded(s: Statement) -> bool:
    return any(c.operator in POSITIVE and not c.lenient and c.key.startswith(_GUARDS) for c in s.conditions)
