"""Domain 8, identity and access management: AWS's own policies, and who holds them, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.iam import GROUPS, ROLES, USERS, is_kept_by_aws
from srm_docs.checks.identity_access_management import HOLDERS, LEAST_PRIVILEGE, POLICIES_BULLET
from srm_docs.checks.identity_roles import KEPT_BY_AWS, NO_ROLE
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

MANAGED = "identity-access-management.aws-managed-roles"
NOBODY = not_applicable("The account has no user, group or role.")

_ADMINISTRATOR = "AdministratorAccess"
_OVER_IDENTITIES = frozenset(
    {"IAMFullAccess", "PowerUserAccess", "AWSOrganizationsFullAccess", "AWSSSOMasterAccountAdministrator"}
)
"""AWS's policies with which one can become an administrator, or nearly so."""


def aws_policies(holder: Row) -> set[str]:
    """The names of AWS's own policies that a user, group or role holds, without their path."""
    arns = [p["PolicyArn"] for p in holder["AttachedManagedPolicies"]]
    return {arn.rpartition("/")[2] for arn in arns if ":iam::aws:policy/" in arn}


@check(LEAST_PRIVILEGE, MANAGED, each=ROLES, none=NO_ROLE, severity="high")
def roles_are_not_administrators(role: Row) -> Observation:
    """No role holds AWS's AdministratorAccess, beside those that AWS keeps for people who sign in through it.

    A machine or supplier with such a role can do everything to everything.

    Remedy: Give the role what its work needs; let people administer through a permission set of IAM Identity Center.

    Met:   {Path: /, AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
    Unmet: {Path: /, AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}]}
    Not applicable:
      Path: /aws-reserved/sso.amazonaws.com/
      AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}]
    """
    if is_kept_by_aws(role):
        return KEPT_BY_AWS
    if _ADMINISTRATOR in aws_policies(role):
        return unmet("The role holds AdministratorAccess.")
    return met("The role does not hold AdministratorAccess.")


@check(LEAST_PRIVILEGE, MANAGED, whole=(USERS, GROUPS, ROLES), counts=HOLDERS, none=NOBODY, severity="high")
def aws_policies_give_no_power_over_identities(users: Rows, groups: Rows, roles: Rows) -> Iterator[Observation]:
    """No user, group or role holds a policy of AWS's that gives power over identities or nearly every service.

    IAMFullAccess makes its holder an administrator in one step, PowerUserAccess in few.

    Remedy: Replace the policy by one of your own that names what the work needs.

    Met:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles:
      - Path: /aws-reserved/sso.amazonaws.com/
        AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess"}]
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/IAMFullAccess"}]}
      iam:GetAccountAuthorizationDetails#roles: []
    """
    for holder in (*users, *groups, *(role for role in roles if not is_kept_by_aws(role))):
        strong = sorted(_OVER_IDENTITIES & aws_policies(holder))
        if strong:
            yield unmet(f"Holds {', '.join(strong)}.").about(holder)
        else:
            yield met("Holds no such policy of AWS's.").about(holder)


@check(MANAGED, POLICIES_BULLET, some=ROLES, none=unmet("The account has no role."), severity="low")
def somebody_can_audit_the_account(role: Row) -> Observation:
    """At least one role holds AWS's SecurityAudit, so that settings can be reviewed without changing them.

    A reviewer who needs an administrator's rights is one more administrator.

    Remedy: Create a role with the policy SecurityAudit for those who review.

    Met:   {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit"}]}
    Unmet: {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
    """
    if "SecurityAudit" in aws_policies(role):
        return met("The role holds SecurityAudit.")
    return unmet("No role holds SecurityAudit.")


@check(MANAGED, POLICIES_BULLET, whole=(USERS, GROUPS, ROLES), counts=HOLDERS, none=NOBODY, severity="low")
def somebody_can_ask_aws_for_support(users: Rows, groups: Rows, roles: Rows) -> Observation:
    """At least one user, group or role holds AWS's AWSSupportAccess.

    In an incident nobody should first have to find out who may open a case.

    Remedy: Create a role with the policy AWSSupportAccess for those who handle incidents.

    Met:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AWSSupportAccess"}]}
    Unmet:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
    """
    able = [holder for holder in (*users, *groups, *roles) if "AWSSupportAccess" in aws_policies(holder)]
    if able:
        return met(f"Held by {quoted(holder.name for holder in able)}.").about(able[0])
    return unmet("Nobody holds AWSSupportAccess.")
