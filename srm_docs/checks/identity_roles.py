"""Domain 8, identity and access management: whom roles trust and whether they are used, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.iam import ROLES, is_kept_by_aws
from srm_docs.checks.data import TRUSTED_ACCOUNTS, known_accounts
from srm_docs.checks.identity_access_management import LEAST_PRIVILEGE, POLICIES_BULLET
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import named_accounts, open_to_everyone, subject_unnamed, web_identities
from srm_docs.checks.row import Given, Row

NO_ROLE = not_applicable("The account has no role of its own.")
KEPT_BY_AWS = not_applicable("AWS keeps this role and its policies.")

ROLE_DAYS = Parameter(
    id="unused_role_days",
    title="Days without use after which a role has been removed, at most",
    default=90,
    loosest=400,
    unit="days",
)


@check(LEAST_PRIVILEGE, POLICIES_BULLET, each=ROLES, none=NO_ROLE, severity="critical")
def roles_do_not_trust_everyone(role: Row) -> Observation:
    """No role can be assumed by everyone.

    A trust policy with a wildcard principal offers the role to every AWS account. An external id narrows nothing: it
    is not a secret.

    Remedy: Name the principals in the trust policy, or add a condition on the organization.

    Met:
      Path: /
      AssumeRolePolicyDocument:
        {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
    Unmet:
      Path: /
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]}
    Not applicable:
      Path: /aws-service-role/support.amazonaws.com/
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]}
    """
    if is_kept_by_aws(role):
        return KEPT_BY_AWS
    if open_to_everyone(read(role["AssumeRolePolicyDocument"])):
        return unmet("Any AWS account may assume the role.")
    return met("Only named principals may assume the role.")


@check(LEAST_PRIVILEGE, each=ROLES, none=NO_ROLE, severity="high", parameters=[TRUSTED_ACCOUNTS])
def roles_trust_known_accounts(role: Row, given: Given) -> Observation:
    """Every other account that a role trusts is on the list of trusted accounts.

    An account that nobody listed may be a supplier who has left, or a mistyped number.

    Remedy: Remove the account from the trust policy, or list it under trusted_accounts.

    Met:
      Path: /
      AssumeRolePolicyDocument:
        {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "sts:AssumeRole"}]}
    Unmet:
      Path: /
      AssumeRolePolicyDocument:
        {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::444455556666:root"}, Action: "sts:AssumeRole"}]}
    Not applicable:
      Path: /aws-reserved/sso.amazonaws.com/
      AssumeRolePolicyDocument:
        {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::444455556666:root"}, Action: "sts:AssumeRole"}]}
    """
    if is_kept_by_aws(role):
        return KEPT_BY_AWS
    strangers = named_accounts(read(role["AssumeRolePolicyDocument"])) - known_accounts(role, given)
    if strangers:
        return unmet(f"The role trusts accounts that are not listed: {', '.join(sorted(strangers))}.")
    return met("The role trusts no account that is not listed.")


@check(LEAST_PRIVILEGE, each=ROLES, none=not_applicable("No role is for web identities."), severity="critical")
def web_identity_roles_name_their_subject(role: Row) -> Observation:
    """Every role for web identities (build systems, clusters) names whose identities it means.

    A provider such as GitHub signs tokens for all its users. Without a condition on the subject, any of them may assume
    the role.

    Remedy: Add a condition on the provider's sub claim that names the repository or service account.

    Met:
      AssumeRolePolicyDocument:
        Statement:
        - Effect: Allow
          Principal: {Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
          Action: sts:AssumeRoleWithWebIdentity
          Condition: {StringLike: {"token.actions.githubusercontent.com:sub": "repo:example/app:*"}}
    Unmet:
      AssumeRolePolicyDocument:
        Statement:
        - Effect: Allow
          Principal: {Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
          Action: sts:AssumeRoleWithWebIdentity
          Condition: {StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}}
    Not applicable:
      AssumeRolePolicyDocument:
        {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
    """
    statements = read(role["AssumeRolePolicyDocument"])
    if not web_identities(statements):
        return not_applicable("The role is not for web identities.")
    providers = subject_unnamed(statements)
    if providers:
        return unmet(f"Any identity may assume the role that is signed by {', '.join(providers)}.")
    return met("The trust policy names whose web identities it means.")


@check(LEAST_PRIVILEGE, each=ROLES, none=NO_ROLE, parameters=[ROLE_DAYS])
def roles_are_in_use(role: Row, given: Given) -> Observation:
    """Every role was used, or made, within the agreed time.

    A role that nobody uses is a way in that nobody watches.

    Remedy: Delete the role, or record why it is kept.

    Met:   {Path: /, CreateDate: 2024-01-01T00:00:00Z, RoleLastUsed: {LastUsedDate: 2025-12-20T00:00:00Z}}
    Met:   {Path: /, CreateDate: 2025-12-20T00:00:00Z, RoleLastUsed: {}}
    Unmet: {Path: /, CreateDate: 2024-01-01T00:00:00Z}
    Not applicable: {Path: /aws-service-role/support.amazonaws.com/, CreateDate: 2024-01-01T00:00:00Z}
    """
    if is_kept_by_aws(role):
        return KEPT_BY_AWS
    days = given.days_since(role.get("RoleLastUsed", {}).get("LastUsedDate", role["CreateDate"]))
    note = f"The role was last used, or made, {days} days ago."
    return unmet(note) if days > given[ROLE_DAYS] else met(note)
