"""Domain 8, identity and access management: policies that reach further than they look, as checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from srm_docs.checks.calls.iam import GROUPS, POLICIES, ROLES, USERS, is_kept_by_aws
from srm_docs.checks.identity_access_management import LEAST_PRIVILEGE, POLICIES_BULLET
from srm_docs.checks.identity_policies import NO_POLICY, default_version
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import POSITIVE, Statement, read
from srm_docs.checks.policy_escalation import ways_up
from srm_docs.checks.policy_judgement import grants_everything
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]
Held = tuple[Row, str, tuple[Statement, ...]]

NOBODY = not_applicable("The account has no policy of its own.")
KEYS = "data.key-usage-policies"
LOGS = "monitoring-logging.enable-analyze-logs"
_SHOWN = 4


def inline(holders: Sequence[Row]) -> Iterator[Held]:
    """Each policy written into a user, group or role of the customer's: its holder, its name and what it states."""
    for holder in holders:
        if "RolePolicyList" in holder and is_kept_by_aws(holder):
            continue
        for name in ("UserPolicyList", "GroupPolicyList", "RolePolicyList"):
            for policy in holder.get(name, ()):
                yield holder, policy["PolicyName"], read(policy["PolicyDocument"])


def in_use(policies: Sequence[Row]) -> Iterator[Held]:
    """Each customer-managed policy that somebody has, in the same form."""
    for policy in policies:
        if policy["AttachmentCount"]:
            yield policy, policy.get("PolicyName", policy.name), read(default_version(policy))


def every_policy(users: Rows, groups: Rows, roles: Rows, policies: Rows) -> Iterator[Held]:
    """Each policy of the customer's that is in force, wherever it is written."""
    yield from inline((*users, *groups, *roles))
    yield from in_use(policies)


def _shown(ways: Sequence[str]) -> str:
    more = f" and {len(ways) - _SHOWN} more" if len(ways) > _SHOWN else ""
    return "; ".join(ways[:_SHOWN]) + more


_PICKED_BY = ("aws:resourcetag/", "kms:resourcealiases", "kms:requestalias", "aws-marketplace:productid")
"""Keys of conditions that pick some of the resources."""


def allows(statements: Sequence[Statement], action: str) -> bool:
    """Whether an identity policy lets its holder do `action` to every resource: no condition picks some of them."""
    if any(not s.allows and not s.conditions and s.takes_action(action) and s.takes_resource("*") for s in statements):
        return False
    return any(s.allows and s.takes_action(action) and s.takes_resource("*") and not _picks(s) for s in statements)


def _picks(s: Statement) -> bool:
    return any(c.operator in POSITIVE and not c.lenient and c.key.startswith(_PICKED_BY) for c in s.conditions)


def _reaching(held: Iterable[Held], actions: Sequence[str], reaches: str, else_: str) -> Iterator[Observation]:
    """Each policy: whether it allows any of the actions on everything. One that grants all is judged elsewhere."""
    for holder, name, statements in held:
        if grants_everything(statements):
            yield not_applicable(f"Policy {quoted((name,))} grants everything, which is judged as such.").about(holder)
        elif any(allows(statements, action) for action in actions):
            yield unmet(f"Policy {quoted((name,))} {reaches}.").about(holder)
        else:
            yield met(f"Policy {quoted((name,))} {else_}.").about(holder)


@check(LEAST_PRIVILEGE, POLICIES_BULLET, each=POLICIES, none=NO_POLICY, severity="high")
def own_policies_open_no_way_up(policy: Row) -> Observation:
    """No customer-managed policy that is in use lets its holder obtain rights that nobody gave.

    Who may write policies, hand out keys of others, or start a machine with a strong role is an administrator too.

    Remedy: Name the users, roles or policies meant as resources, or demand a permissions boundary by a condition.

    Met:
      AttachmentCount: 1
      PolicyVersionList:
      - IsDefaultVersion: true
        Document:
          Statement: [{Effect: Allow, Action: "iam:CreateAccessKey", Resource: "arn:aws:iam::*:user/${aws:username}"}]
    Unmet:
      AttachmentCount: 1
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "iam:Create*", Resource: "*"}]}}
    Unmet:
      AttachmentCount: 1
      PolicyVersionList:
      - IsDefaultVersion: true
        Document: {Statement: [{Effect: Allow, Action: ["iam:PassRole", "ec2:RunInstances"], Resource: "*"}]}
    Not applicable:
      AttachmentCount: 0
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "iam:*", Resource: "*"}]}}
    """
    if not policy["AttachmentCount"]:
        return not_applicable("Nobody has the policy.")
    ways = ways_up(read(default_version(policy)), policy.place.account)
    if ways:
        return unmet(f"Ways to further rights: {_shown(ways)}.")
    return met("The policy opens no known way to further rights.")


@check(
    LEAST_PRIVILEGE,
    whole=(USERS, GROUPS, ROLES),
    counts=("inline policy", "inline policies"),
    none=not_applicable("No policy is written into a user, group or role."),
    severity="high",
)
def inline_policies_open_no_way_up(users: Rows, groups: Rows, roles: Rows) -> Iterator[Observation]:
    """No policy written into a user, group or role lets its holder obtain rights that nobody gave.

    Such a policy is in no list of policies, and so is easily overlooked.

    Remedy: Name the users, roles or policies meant as resources, or demand a permissions boundary by a condition.

    Met:
      iam:GetAccountAuthorizationDetails#users:
      - UserPolicyList:
        - PolicyName: a
          PolicyDocument:
            Statement:
            - {Effect: Allow, Action: "iam:AttachRolePolicy", Resource: "*",
               Condition: {ArnEquals: {"iam:PolicyARN": "arn:aws:iam::111122223333:policy/read"}}}
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles:
      - RoleName: kept
        Path: /aws-reserved/sso.amazonaws.com/
        RolePolicyList: [{PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}]
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups:
      - Path: /
        GroupPolicyList:
        - {PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "iam:PutUserPolicy", Resource: "*"}]}}
      iam:GetAccountAuthorizationDetails#roles: []
    """
    for holder, name, statements in inline((*users, *groups, *roles)):
        ways = ways_up(statements, holder.place.account)
        if ways:
            yield unmet(f"Policy {quoted((name,))} opens ways to further rights: {_shown(ways)}.").about(holder)
        else:
            yield met(f"Policy {quoted((name,))} opens no known way to further rights.").about(holder)


@check(
    LEAST_PRIVILEGE,
    each=POLICIES,
    none=not_applicable("No policy of the account's own lacks a holder."),
    severity="low",
)
def unattached_policies_do_not_grant_everything(policy: Row) -> Observation:
    """No customer-managed policy that nobody has grants every action on every resource.

    It lies ready: whoever may attach policies becomes an administrator with it.

    Remedy: Delete the policy.

    Met:
      AttachmentCount: 0
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
    Unmet:
      AttachmentCount: 0
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    Not applicable:
      AttachmentCount: 1
      PolicyVersionList:
      - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
    """
    if policy["AttachmentCount"]:
        return not_applicable("The policy is in use, and judged there.")
    if grants_everything(read(default_version(policy))):
        return unmet("The policy grants every action on every resource.")
    return met("The policy does not grant everything.")


_WHOLE = (USERS, GROUPS, ROLES, POLICIES)
IN_FORCE = ("policy in force", "policies in force")


@check(LEAST_PRIVILEGE, LOGS, whole=_WHOLE, counts=IN_FORCE, none=NOBODY, severity="high")
def policies_leave_trails_alone(users: Rows, groups: Rows, roles: Rows, policies: Rows) -> Iterator[Observation]:
    """No policy in force, beside those of administrators, lets its holder switch off or delete every trail.

    Who can end the record can act without one.

    Remedy: Replace cloudtrail:* by the actions that the work needs, most often those that read.

    Met:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "cloudtrail:Get*", Resource: "*"}]}}
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "cloudtrail:*", Resource: "*"}]}}
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - IsDefaultVersion: true
          Document: {Statement: [{Effect: Allow, Action: "cloudtrail:DeleteTrail", Resource: "*"}]}
    Not applicable:
      iam:GetAccountAuthorizationDetails#users:
      - UserPolicyList:
        - {PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
        Path: /
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies: []
    """
    found = every_policy(users, groups, roles, policies)
    yield from _reaching(
        found,
        ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail"),
        "lets its holder switch off or delete every trail",
        "leaves the trails alone",
    )


@check(LEAST_PRIVILEGE, KEYS, whole=_WHOLE, counts=IN_FORCE, none=NOBODY, severity="high")
def policies_do_not_decrypt_with_every_key(
    users: Rows, groups: Rows, roles: Rows, policies: Rows
) -> Iterator[Observation]:
    """No policy in force, beside those of administrators, lets its holder decrypt with every key.

    Keys part data from data only where each is used by those who need it.

    Remedy: Name the keys as resources of kms:Decrypt.

    Met:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - IsDefaultVersion: true
          Document:
            Statement: [{Effect: Allow, Action: "kms:*", Resource: "arn:aws:kms:eu-west-1:111122223333:key/1"}]
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - {IsDefaultVersion: true, Document: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: "*"}]}}
    Not applicable:
      iam:GetAccountAuthorizationDetails#users:
      - UserPolicyList:
        - {PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
        Path: /
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies: []
    """
    found = every_policy(users, groups, roles, policies)
    yield from _reaching(found, ("kms:Decrypt",), "lets its holder decrypt with every key", "does not reach every key")


@check(LEAST_PRIVILEGE, whole=_WHOLE, counts=IN_FORCE, none=NOBODY, severity="low")
def policies_do_not_buy_everything(users: Rows, groups: Rows, roles: Rows, policies: Rows) -> Iterator[Observation]:
    """No policy in force, beside those of administrators, lets its holder buy every product of the Marketplace.

    What is bought there runs inside the account, with software that nobody approved.

    Remedy: Leave aws-marketplace:Subscribe to those who buy, or name the products by a condition.

    Met:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies:
      - AttachmentCount: 1
        PolicyVersionList:
        - IsDefaultVersion: true
          Document: {Statement: [{Effect: Allow, Action: "aws-marketplace:View*", Resource: "*"}]}
    Unmet:
      iam:GetAccountAuthorizationDetails#users: []
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles:
      - RoleName: shopper
        Path: /
        RolePolicyList:
        - PolicyName: buy
          PolicyDocument: {Statement: [{Effect: Allow, Action: "aws-marketplace:*", Resource: "*"}]}
      iam:GetAccountAuthorizationDetails#customer-managed-policies: []
    Not applicable:
      iam:GetAccountAuthorizationDetails#users:
      - UserPolicyList:
        - {PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
        Path: /
      iam:GetAccountAuthorizationDetails#groups: []
      iam:GetAccountAuthorizationDetails#roles: []
      iam:GetAccountAuthorizationDetails#customer-managed-policies: []
    """
    found = every_policy(users, groups, roles, policies)
    yield from _reaching(
        found,
        ("aws-marketplace:Subscribe",),
        "lets its holder subscribe to every product",
        "does not reach every product",
    )
