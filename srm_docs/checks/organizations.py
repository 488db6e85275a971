"""Domain 8, identity and access management: the organization above the account, and what it shares, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.organizations import (
    CONTROL_POLICIES,
    DELEGATED_ADMINISTRATORS,
    ORGANIZATION,
    TAG_POLICY,
    leads,
)
from srm_docs.checks.calls.servicecatalog import PORTFOLIO_SHARES
from srm_docs.checks.data import TRUSTED_ACCOUNTS
from srm_docs.checks.identity_access_management import LEAST_PRIVILEGE, POLICIES_BULLET
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, Row

Rows = tuple[Row, ...]

DATA = "data.data-classification-encryption"

NO_ANSWER = unknown("AWS did not say whether the account belongs to an organization.")
ALONE = unmet("The account belongs to no organization.")
ELSEWHERE = not_applicable("Only the management account can tell.")


@check(POLICIES_BULLET, LEAST_PRIVILEGE, each=ORGANIZATION, none=NO_ANSWER)
def the_account_belongs_to_an_organization(account: Row) -> Observation:
    """The account belongs to an organization that has all features.

    Only an organization with all features can set limits that the account's own administrators cannot lift.

    Remedy: Invite the account into the organization, and enable all features there.

    Met:   {Organization: {Id: o-a1b2c3d4e5, FeatureSet: ALL}}
    Unmet: {Organization: {Id: o-a1b2c3d4e5, FeatureSet: CONSOLIDATED_BILLING}}
    Unmet: absent
    """
    if account.absent:
        return unmet("The account belongs to no organization.")
    if account.at("Organization.FeatureSet") == "ALL":
        return met(f"The account belongs to organization {account.at('Organization.Id')}.")
    return unmet("The organization shares bills only.")


@check(LEAST_PRIVILEGE, whole=(ORGANIZATION, CONTROL_POLICIES), none=ELSEWHERE, severity="high")
def the_organization_limits_its_accounts(organizations: Rows, policies: Rows) -> list[Observation]:
    """The organization has service control policies of its own, beside the one of AWS's that allows everything.

    They hold whatever an administrator of an account does: leaving it, switching off trails, using other regions.

    Remedy: Write service control policies for what no account may do, and attach them to the root or its units.

    Met:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "111122223333"}}]
      organizations:ListPolicies#service-control: [{Name: FullAWSAccess, AwsManaged: true},
                                                   {Name: guard-rails, AwsManaged: false}]
    Unmet:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "111122223333"}}]
      organizations:ListPolicies#service-control: [{Name: FullAWSAccess, AwsManaged: true}]
    Unmet:
      organizations:DescribeOrganization: [absent]
      organizations:ListPolicies#service-control: []
    Not applicable:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "222233334444"}}]
      organizations:ListPolicies#service-control: []
    """
    own = [policy["Name"] for policy in policies if not policy["AwsManaged"]]
    said = []
    for organization in organizations:
        if organization.absent:
            said.append(ALONE.about(organization))
        elif not leads(organization):
            said.append(ELSEWHERE.about(organization))
        elif own:
            said.append(met(f"Own policies: {quoted(own)}.").about(organization))
        else:
            said.append(unmet("The organization has no service control policy of its own.").about(organization))
    return said


@check(LEAST_PRIVILEGE, whole=(ORGANIZATION, DELEGATED_ADMINISTRATORS), none=ELSEWHERE)
def administration_is_delegated(organizations: Rows, delegates: Rows) -> list[Observation]:
    """The organization lets an account other than the management account administer its security services.

    No policy limits the management account, so daily work does not belong there.

    Remedy: Register a security account as delegated administrator of GuardDuty, Security Hub, Config and the like.

    Met:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "111122223333"}}]
      organizations:ListDelegatedAdministrators: [{Id: "222233334444", Status: ACTIVE}]
    Unmet:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "111122223333"}}]
      organizations:ListDelegatedAdministrators: []
    Unmet:
      organizations:DescribeOrganization: [absent]
      organizations:ListDelegatedAdministrators: []
    Not applicable:
      organizations:DescribeOrganization: [{Organization: {MasterAccountId: "222233334444"}}]
      organizations:ListDelegatedAdministrators: []
    """
    named = [delegate["Id"] for delegate in delegates]
    said = []
    for organization in organizations:
        if organization.absent:
            said.append(ALONE.about(organization))
        elif not leads(organization):
            said.append(ELSEWHERE.about(organization))
        elif named:
            said.append(met(f"Delegated to {', '.join(named)}.").about(organization))
        else:
            said.append(unmet("No account is a delegated administrator.").about(organization))
    return said


@check(DATA, each=TAG_POLICY, none=NO_ANSWER, severity="low")
def a_tag_policy_is_in_force(policy: Row) -> Observation:
    """A tag policy of the organization is in force for the account.

    Class and owner of data can be relied on only where all accounts write their tags alike.

    Remedy: Enable tag policies in the organization, and attach one to the root or the account's unit.

    Met:   {EffectivePolicy: {PolicyType: TAG_POLICY, PolicyContent: '{"tags": {"owner": {"tag_key": "owner"}}}'}}
    Unmet: {EffectivePolicy: {PolicyType: TAG_POLICY, PolicyContent: '{}'}}
    Unmet: absent
    """
    if policy.absent:
        return unmet("No tag policy is in force.")
    if '"tags"' in policy.at("EffectivePolicy.PolicyContent"):
        return met("A tag policy is in force.")
    return unmet("The tag policy in force names no tag.")


@check(
    LEAST_PRIVILEGE,
    each=PORTFOLIO_SHARES,
    none=not_applicable("No portfolio is shared with an account here."),
    parameters=[TRUSTED_ACCOUNTS],
)
def portfolios_are_shared_with_known_accounts(share: Row, given: Given) -> Observation:
    """Every account that a Service Catalog portfolio is shared with is on the list of trusted accounts.

    A share with an account, unlike one with the organization, stays when that account leaves.

    Remedy: Share the portfolio with the organization or one of its units, or list the account under trusted_accounts.

    Met:   {PrincipalId: "111122223333"}
    Unmet: {PrincipalId: "444455556666"}
    """
    if share["PrincipalId"] in {share.place.account, *given[TRUSTED_ACCOUNTS]}:
        return met("The account is listed.")
    return unmet("The account is not listed.")
