"""What is asked of AWS IAM: users, groups, roles, policies and credentials, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call, Job
from srm_docs.checks.calls.credential_report import credential_rows
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

ACCOUNT_SUMMARY = Call(
    service="iam",
    operation="GetAccountSummary",
    noun="account summary",
    nouns="account summaries",
    rows="SummaryMap",
    scope=Scope.ACCOUNT,
)

CREDENTIALS = Call(
    service="iam",
    operation="GetCredentialReport",
    noun="user in the credential report",
    nouns="users in the credential report",
    parse=credential_rows,
    name="(user == '<root_account>' && 'root user') || user",
    scope=Scope.ACCOUNT,
    job=Job(operation="GenerateCredentialReport", field="State", ready="COMPLETE"),
)

PASSWORD_POLICY = Call(
    service="iam",
    operation="GetAccountPasswordPolicy",
    noun="password policy",
    nouns="password policies",
    scope=Scope.ACCOUNT,
    absent=("NoSuchEntity",),
)

VIRTUAL_MFA_DEVICES = Call(
    service="iam",
    operation="ListVirtualMFADevices",
    noun="virtual MFA device",
    nouns="virtual MFA devices",
    rows="VirtualMFADevices",
    name="SerialNumber",
    scope=Scope.ACCOUNT,
    redact=("VirtualMFADevices[].Base32StringSeed", "VirtualMFADevices[].QRCodePNG"),
)


def _details(of: str, rows: str, name: str, noun: str, nouns: str) -> Call:
    """One kind of entity a call: AWS pages through them all either way, and a row is then one kind of thing."""
    return Call(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        variant=nouns.replace(" ", "-"),
        noun=noun,
        nouns=nouns,
        rows=rows,
        name=name,
        scope=Scope.ACCOUNT,
        params={"Filter": [of]},
    )


USERS = _details("User", "UserDetailList", "UserName", "user", "users")
GROUPS = _details("Group", "GroupDetailList", "GroupName", "group", "groups")
ROLES = _details("Role", "RoleDetailList", "RoleName", "role", "roles")
POLICIES = _details(
    "LocalManagedPolicy", "Policies", "PolicyName || Arn", "customer-managed policy", "customer-managed policies"
)

AWS_POLICIES_IN_USE = Call(
    service="iam",
    operation="ListPolicies",
    variant="aws-in-use",
    noun="AWS-managed policy in use",
    nouns="AWS-managed policies in use",
    rows="Policies",
    name="PolicyName",
    scope=Scope.ACCOUNT,
    params={"Scope": "AWS", "OnlyAttached": True},
)


def is_kept_by_aws(role: Row) -> bool:
    """Whether AWS keeps a role: service-linked roles, and those of IAM Identity Center's permission sets."""
    return bool(role["Path"].startswith(("/aws-service-role/", "/aws-reserved/")))


SERVER_CERTIFICATES = Call(
    service="iam",
    operation="ListServerCertificates",
    noun="server certificate in IAM",
    nouns="server certificates in IAM",
    rows="ServerCertificateMetadataList",
    name="ServerCertificateName",
    scope=Scope.ACCOUNT,
)

SAML_PROVIDERS = Call(
    service="iam",
    operation="ListSAMLProviders",
    noun="SAML identity provider",
    nouns="SAML identity providers",
    rows="SAMLProviderList",
    name="Arn",
    scope=Scope.ACCOUNT,
)
