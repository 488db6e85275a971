"""Domain 8, identity and access management: which of AWS's own managed policies the customer uses, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from srm_docs.checks.calls.iam import AWS_POLICIES_IN_USE, GROUPS, ROLES, USERS, is_kept_by_aws
from srm_docs.checks.identity_access_management import HOLDERS, LEAST_PRIVILEGE, MANAGED_ROLES
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

BROAD_POLICIES = Parameter(
    id="broad_policies",
    title="AWS-managed policies (names, with * for any part) that are too broad to be held",
    default=("*FullAccess", "PowerUserAccess"),
)

_OF_AWS = ":iam::aws:policy/"

Rows = Sequence[Row]


@check(
    MANAGED_ROLES,
    LEAST_PRIVILEGE,
    whole=(USERS, GROUPS, ROLES),
    counts=HOLDERS,
    none=not_applicable("The account has no user, group or role."),
    severity="high",
    parameters=[BROAD_POLICIES],
)
def broad_policies_of_aws_are_not_held(users: Rows, groups: Rows, roles: Rows, given: Given) -> Iterator[Observation]:
    """No user, group or role holds an AWS-managed policy that the organization lists as too broad.

    AWS writes such policies for every customer: all actions of a service on all its resources.

    Remedy: Replace the policy by one of the organization's own that names actions and resources.

    Met:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [{PolicyName: a, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
      iam:GetAccountAuthorizationDetails#groups:
      - {AttachedManagedPolicies: [{PolicyName: a, PolicyArn: "arn:aws:iam::111122223333:policy/OwnFullAccess"}]}
      iam:GetAccountAuthorizationDetails#roles:
      - Path: /aws-service-role/x/
        AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess"}]
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles:
      - {Path: /, AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"}]}
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess"}]}
      iam:GetAccountAuthorizationDetails#roles: []
    """
    for holder in (*users, *groups, *(role for role in roles if not is_kept_by_aws(role))):
        found = _broad(holder, given[BROAD_POLICIES])
        if found:
            yield unmet(f"Too broad: {', '.join(found)}.").about(holder)
        else:
            yield met("No policy that is listed as too broad is held.").about(holder)


def _broad(holder: Row, patterns: Sequence[str]) -> list[str]:
    """The AWS-managed policies of a holder whose name fits a pattern; those of the organization's own do not count."""
    arns = [policy["PolicyArn"] for policy in holder["AttachedManagedPolicies"]]
    names = [arn.rpartition("/")[2] for arn in arns if _OF_AWS in arn]
    return sorted(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


@check(MANAGED_ROLES, each=AWS_POLICIES_IN_USE, none=not_applicable("No AWS-managed policy is in use."))
def policies_of_aws_in_use_are_not_retired(policy: Row) -> Observation:
    """No AWS-managed policy in use is one that AWS has retired.

    AWS changes and retires its policies. A retired one stays with its holders, but is mended no more.

    Remedy: Attach the policy that AWS names in its place, and detach the retired one.

    Met:   {PolicyName: ReadOnlyAccess, IsAttachable: true}
    Unmet: {PolicyName: AmazonEC2RoleforSSM, IsAttachable: false}
    """
    if policy["IsAttachable"]:
        return met("AWS keeps the policy.")
    return unmet("AWS lets the policy be attached no more.")
