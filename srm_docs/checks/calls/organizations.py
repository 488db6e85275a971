"""What is asked of AWS Organizations: the organization, its policies and whom it lets administer, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

ORGANIZATION = Call(
    service="organizations",
    operation="DescribeOrganization",
    noun="organization of the account",
    nouns="organizations of the accounts",
    scope=Scope.ACCOUNT,
    absent=("AWSOrganizationsNotInUseException",),
    redact=("Organization.MasterAccountEmail",),
)

# A member account may ask what applies to itself, though not which policies there are.
TAG_POLICY = Call(
    service="organizations",
    operation="DescribeEffectivePolicy",
    variant="tags",
    noun="tag policy in force",
    nouns="tag policies in force",
    scope=Scope.ACCOUNT,
    params={"PolicyType": "TAG_POLICY"},
    absent=("EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"),
)


def leads(organization: Row) -> bool:
    """Whether this account is the management account, the only one that AWS tells about the whole organization."""
    said = organization.get("Organization") or {}
    return bool(said.get("MasterAccountId") == organization.place.account)


CONTROL_POLICIES = Call(
    service="organizations",
    operation="ListPolicies",
    variant="service-control",
    noun="service control policy",
    nouns="service control policies",
    rows="Policies",
    name="Name",
    scope=Scope.ACCOUNT,
    per=ORGANIZATION,
    bind={"Filter": lambda _organization: "SERVICE_CONTROL_POLICY"},
    when=leads,
)

DELEGATED_ADMINISTRATORS = Call(
    service="organizations",
    operation="ListDelegatedAdministrators",
    noun="delegated administrator",
    nouns="delegated administrators",
    rows="DelegatedAdministrators",
    name="Id",
    scope=Scope.ACCOUNT,
    per=ORGANIZATION,
    bind={"MaxResults": lambda _organization: 20},
    when=leads,
    redact=("DelegatedAdministrators[].Email", "DelegatedAdministrators[].Name"),
)
