"""Domain 8, identity and access management: what policies grant, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from srm_docs.checks.calls.iam import GROUPS, POLICIES, ROLES, USERS, is_kept_by_aws
from srm_docs.checks.identity_access_management import HOLDERS, LEAST_PRIVILEGE, MANAGED_ROLES, NO_USER, POLICIES_BULLET
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import (
    grants_everything,
    passes_any_role,
)
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

NO_POLICY = not_applicable("No customer-managed policy is in use.")
_ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"


def default_version(policy: Row) -> Any:
    """The document of a customer-managed policy that is in force."""
    return policy.at("PolicyVersionList[?IsDefaultVersion] | [0].Document")


@check(LEAST_PRIVILEGE, POLICIES_BULLET, each=POLICIES, none=NO_POLICY, severity="critical")
def own_policies_do_not_grant_everything(policy: Row) -> Observation:
    """No customer-managed policy that is in use grants every action on every resource.

    Whoever holds such a policy is an administrator, whatever its name says.

    Remedy: Name the actions and resources that the work needs; IAM Access Analyzer can propose them from past use.

    Met:
      AttachmentCount: 1
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
      - {IsDefaultVersion: false, Document: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    Unmet:
      AttachmentCount: 1
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    Not applicable:
      AttachmentCount: 0
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    """
    if not policy["AttachmentCount"]:
        return not_applicable("Nobody has the policy.")
    if grants_everything(read(default_version(policy))):
        return unmet("The policy grants every action on every resource.")
    return met("The policy does not grant everything.")


@check(LEAST_PRIVILEGE, each=POLICIES, none=NO_POLICY, severity="high")
def own_policies_do_not_pass_any_role(policy: Row) -> Observation:
    """No customer-managed policy that is in use lets its holder hand any role to any service.

    Who may pass every role takes on the rights of the strongest one.

    Remedy: Name the roles under iam:PassRole, or add a condition on iam:PassedToService.

    Met:
      AttachmentCount: 1
      PolicyVersionList:
      - IsDefaultVersion: true
        Document: {Statement: [{Effect: Allow, Action: "iam:PassRole", Resource: "arn:aws:iam::111122223333:role/app"}]}
    Unmet:
      AttachmentCount: 1
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "iam:Pass*", Resource: "*"}]}}
    Not applicable:
      AttachmentCount: 0
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "iam:Pass*", Resource: "*"}]}}
    """
    if not policy["AttachmentCount"]:
        return not_applicable("Nobody has the policy.")
    if passes_any_role(read(default_version(policy)), policy.place.account):
        return unmet("iam:PassRole is granted on every role.")
    return met("iam:PassRole is not granted on every role.")


def _inline(holder: Row) -> list[Mapping[str, Any]]:
    """The policies written into a user, group or role."""
    lists = ("UserPolicyList", "GroupPolicyList", "RolePolicyList")
    return [policy for name in lists for policy in holder.get(name, ())]


@check(
    LEAST_PRIVILEGE,
    POLICIES_BULLET,
    whole=(USERS, GROUPS, ROLES),
    counts=HOLDERS,
    none=not_applicable("The account has no user, group or role."),
    severity="critical",
)
def inline_policies_do_not_grant_everything(
    users: tuple[Row, ...], groups: tuple[Row, ...], roles: tuple[Row, ...]
) -> Iterator[Observation]:
    """No policy written into a user, group or role grants every action on every resource.

    Such a policy is in no list of policies, and so is easily overlooked.

    Remedy: Replace it by a managed policy that names what the work needs.

    Met:
      iam:GetAccountAuthorizationDetails#users:
      - UserPolicyList:
        - {PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
      iam:GetAccountAuthorizationDetails#groups:
      - {GroupPolicyList: []}
      iam:GetAccountAuthorizationDetails#roles:
      - {Path: /, RolePolicyList: []}
      - Path: /aws-reserved/sso.amazonaws.com/
        RolePolicyList: [{PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}]
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups:
      - {GroupPolicyList: [{PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}]}
      iam:GetAccountAuthorizationDetails#roles: []
    """
    for holder in (*users, *groups, *(r for r in roles if not is_kept_by_aws(r))):
        broad = [p["PolicyName"] for p in _inline(holder) if grants_everything(read(p["PolicyDocument"]))]
        said = (
            unmet(f"Inline policies that grant everything: {quoted(broad)}.")
            if broad
            else met("No inline policy grants everything.")
        )
        yield said.about(holder)


@check(LEAST_PRIVILEGE, MANAGED_ROLES, whole=(USERS, GROUPS), none=NO_USER, severity="critical")
def users_are_not_administrators(users: tuple[Row, ...], groups: tuple[Row, ...]) -> Iterator[Observation]:
    """No IAM user holds AWS's AdministratorAccess, of its own or through a group.

    Users have lasting credentials. Administration belongs to roles, which are taken on for a while and leave a trace.

    Remedy: Give administrators a role to assume, and take AdministratorAccess from the user or its group.

    Met:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}], GroupList: [people]}
      iam:GetAccountAuthorizationDetails#groups:
      - {GroupName: people, AttachedManagedPolicies: []}
      - {GroupName: admins, AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}]}
    Unmet:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}]}
      iam:GetAccountAuthorizationDetails#groups: []
    Unmet:
      iam:GetAccountAuthorizationDetails#users:
      - {AttachedManagedPolicies: [], GroupList: [admins]}
      iam:GetAccountAuthorizationDetails#groups:
      - {GroupName: admins, AttachedManagedPolicies: [{PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess"}]}
    """
    strong = {group["GroupName"] for group in groups if _is_administrator(group)}
    for user in users:
        through = sorted(strong.intersection(user.get("GroupList", ())))
        if _is_administrator(user):
            yield unmet("The user holds AdministratorAccess of its own.").about(user)
        elif through:
            yield unmet(f"The user holds AdministratorAccess through {quoted(through)}.").about(user)
        else:
            yield met("The user does not hold AdministratorAccess.").about(user)


def _is_administrator(holder: Row) -> bool:
    return any(p["PolicyArn"].endswith(_ADMINISTRATOR) for p in holder["AttachedManagedPolicies"])


@check(POLICIES_BULLET, LEAST_PRIVILEGE, each=USERS, none=NO_USER)
def users_get_rights_from_groups(user: Row) -> Observation:
    """Users get their rights from groups only.

    Rights given one by one are forgotten one by one when a person changes duties.

    Remedy: Move the policies that are attached to the user, or written into it, to a group.

    Met:   {AttachedManagedPolicies: [], UserPolicyList: []}
    Met:   {AttachedManagedPolicies: []}
    Unmet: {AttachedManagedPolicies: [{PolicyName: ReadOnlyAccess}]}
    Unmet: {AttachedManagedPolicies: [], UserPolicyList: [{PolicyName: own}]}
    """
    own = [p["PolicyName"] for p in (*user["AttachedManagedPolicies"], *user.get("UserPolicyList", ()))]
    if own:
        return unmet(f"Policies of the user's own: {quoted(own)}.")
    return met("The user has no policy of its own.")
