"""Domain 8, identity and access management: how strong passwords, devices and providers are, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.accessanalyzer import ANALYZERS, UNUSED, UNUSED_FINDINGS
from srm_docs.checks.calls.iam import (
    ACCOUNT_SUMMARY,
    CREDENTIALS,
    PASSWORD_POLICY,
    SAML_PROVIDERS,
    SERVER_CERTIFICATES,
    VIRTUAL_MFA_DEVICES,
)
from srm_docs.checks.data import DATA
from srm_docs.checks.data_keys import CERTIFICATE_DAYS, until
from srm_docs.checks.identity_access_management import (
    IS_ROOT,
    LEAST_PRIVILEGE,
    NO_SUMMARY,
    POLICIES_BULLET,
    ROOT,
    active_keys,
)
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

Rows = tuple[Row, ...]

PASSWORD_DAYS = Parameter(
    id="password_days",
    title="Days after which a password of an IAM user has been changed, at most",
    default=90,
    loosest=365,
    unit="days",
)

_KINDS = {
    "RequireUppercaseCharacters": "upper case",
    "RequireLowercaseCharacters": "lower case",
    "RequireNumbers": "digits",
    "RequireSymbols": "symbols",
}
NO_PASSWORD_POLICY = unmet("No password policy is set.")


@check(POLICIES_BULLET, each=PASSWORD_POLICY, none=NO_PASSWORD_POLICY, severity="low")
def passwords_mix_kinds_of_characters(policy: Row) -> Observation:
    """Passwords of IAM users must hold upper and lower case letters, digits and symbols.

    A password of one kind of characters is guessed sooner than its length promises.

    Remedy: Require all four kinds in the account's password policy.

    Met:
      PasswordPolicy: {RequireUppercaseCharacters: true, RequireLowercaseCharacters: true, RequireNumbers: true,
        RequireSymbols: true}
    Unmet:
      PasswordPolicy: {RequireUppercaseCharacters: true, RequireLowercaseCharacters: true, RequireNumbers: true,
        RequireSymbols: false}
    Unmet: absent
    """
    if policy.absent:
        return unmet("No password policy is set, so AWS's default of three kinds out of four applies.")
    missing = [word for field, word in _KINDS.items() if not policy["PasswordPolicy"][field]]
    if missing:
        return unmet(f"Not required: {', '.join(missing)}.")
    return met("All four kinds of characters are required.")


@check(POLICIES_BULLET, each=PASSWORD_POLICY, none=NO_PASSWORD_POLICY, severity="low", parameters=[PASSWORD_DAYS])
def passwords_expire(policy: Row, given: Given) -> Observation:
    """Passwords of IAM users must be changed within the agreed time.

    A password that leaked unnoticed then serves for a while only.

    Remedy: Set the expiry in the account's password policy, or let people sign in through IAM Identity Center.

    Met:   {PasswordPolicy: {ExpirePasswords: true, MaxPasswordAge: 90}}
    Unmet: {PasswordPolicy: {ExpirePasswords: true, MaxPasswordAge: 365}}
    Unmet: {PasswordPolicy: {ExpirePasswords: false}}
    Unmet: absent
    """
    if policy.absent or not policy["PasswordPolicy"]["ExpirePasswords"]:
        return unmet("Passwords never expire.")
    days = policy.at("PasswordPolicy.MaxPasswordAge")
    note = f"Passwords expire after {days} days."
    return met(note) if days <= given[PASSWORD_DAYS] else unmet(note)


def _has_virtual(arn: str, devices: Rows) -> bool:
    return any(device.get("User", {}).get("Arn") == arn for device in devices)


@check(POLICIES_BULLET, whole=(ACCOUNT_SUMMARY, VIRTUAL_MFA_DEVICES), none=NO_SUMMARY)
def root_user_has_a_hardware_mfa_device(accounts: Rows, devices: Rows) -> Iterator[Observation]:
    """The root user's second factor is a device of its own, and no app.

    What an app holds can be copied from a telephone or its backup.

    Remedy: Assign a FIDO2 security key or another hardware device to the root user, and remove the virtual one.

    Met:
      iam:GetAccountSummary: [{AccountMFAEnabled: 1}]
      iam:ListVirtualMFADevices: [{User: {Arn: "arn:aws:iam::111122223333:user/alice"}}, {}]
    Met:
      iam:GetAccountSummary: [{AccountMFAEnabled: 0, AccountPasswordPresent: 0}]
      iam:ListVirtualMFADevices: []
    Unmet:
      iam:GetAccountSummary: [{AccountMFAEnabled: 1}]
      iam:ListVirtualMFADevices: [{User: {Arn: "arn:aws:iam::111122223333:root"}}]
    Unmet:
      iam:GetAccountSummary: [{AccountMFAEnabled: 0, AccountPasswordPresent: 1}]
      iam:ListVirtualMFADevices: []
    """
    virtual = any(str(device.get("User", {}).get("Arn", "")).endswith(":root") for device in devices)
    for account in accounts:
        if account["AccountMFAEnabled"]:
            yield (unmet("The device is a virtual one.") if virtual else met("The device is of hardware.")).about(
                account
            )
        elif account.get("AccountPasswordPresent", 1):
            yield unmet("The root user has no MFA device.").about(account)
        else:
            yield met("The root user has no password.").about(account)


@check(
    POLICIES_BULLET,
    whole=(CREDENTIALS, VIRTUAL_MFA_DEVICES),
    none=not_applicable("No IAM user has a password."),
    severity="low",
)
def console_users_have_hardware_mfa(users: Rows, devices: Rows) -> Iterator[Observation]:
    """The second factor of every user with a password is a device of its own, and no app.

    A code from an app can be asked for on a false page; a security key does not answer there.

    Remedy: Assign a FIDO2 security key or another hardware device to the user.

    Met:
      iam:GetCredentialReport:
      - {user: alice, arn: "arn:aws:iam::111122223333:user/alice", password_enabled: true, mfa_active: true}
      iam:ListVirtualMFADevices: [{User: {Arn: "arn:aws:iam::111122223333:user/bob"}}]
    Unmet:
      iam:GetCredentialReport:
      - {user: bob, arn: "arn:aws:iam::111122223333:user/bob", password_enabled: true, mfa_active: true}
      iam:ListVirtualMFADevices: [{User: {Arn: "arn:aws:iam::111122223333:user/bob"}}]
    Unmet:
      iam:GetCredentialReport:
      - {user: bob, arn: "arn:aws:iam::111122223333:user/bob", password_enabled: true, mfa_active: false}
      iam:ListVirtualMFADevices: []
    Not applicable:
      iam:GetCredentialReport: [{user: robot, arn: "arn:aws:iam::111122223333:user/robot", password_enabled: false}]
      iam:ListVirtualMFADevices: []
    Not applicable:
      iam:GetCredentialReport:
      - {user: <root_account>, arn: "arn:aws:iam::111122223333:root", password_enabled: true, mfa_active: true}
      iam:ListVirtualMFADevices: []
    """
    for user in users:
        if user["user"] == ROOT:
            yield IS_ROOT.about(user)
        elif not user.get("password_enabled"):
            yield not_applicable("The user has no password.").about(user)
        elif not user["mfa_active"]:
            yield unmet("The user has no MFA device.").about(user)
        elif _has_virtual(user["arn"], devices):
            yield unmet("The device is a virtual one.").about(user)
        else:
            yield met("The device is of hardware.").about(user)


@check(POLICIES_BULLET, each=CREDENTIALS, none=not_applicable("No access key is active."))
def users_have_one_active_key(user: Row) -> Observation:
    """No IAM user has two active access keys.

    The second key is for the days of a replacement; left active, it is one more that can leak.

    Remedy: Deactivate the older key, and delete it after a few days.

    Met:   {user: robot, access_key_1_active: true, access_key_2_active: false}
    Unmet: {user: robot, access_key_1_active: true, access_key_2_active: true}
    Not applicable: {user: alice, access_key_1_active: false, access_key_2_active: false}
    """
    keys = active_keys(user)
    if not keys:
        return not_applicable("The user has no active access key.")
    if len(keys) > 1:
        return unmet("Both access keys are active.")
    return met("One access key is active.")


@check(
    DATA,
    POLICIES_BULLET,
    each=SERVER_CERTIFICATES,
    none=met("IAM holds no server certificate."),
    severity="high",
    parameters=[CERTIFICATE_DAYS],
)
def server_certificates_have_not_ended(certificate: Row, given: Given) -> Observation:
    """No server certificate that IAM holds has ended or is about to.

    IAM renews nothing and reminds nobody; an expired certificate can still be chosen for a load balancer.

    Remedy: Delete the certificate, and use one of AWS Certificate Manager.

    Met:   {Expiration: 2026-06-01T00:00:00Z}
    Unmet: {Expiration: 2026-01-10T00:00:00Z}
    """
    left = -given.days_since(certificate["Expiration"])
    note = until("The certificate", given.day(certificate["Expiration"]), left)
    return unmet(note) if left < given[CERTIFICATE_DAYS] else met(note)


@check(
    POLICIES_BULLET,
    each=SAML_PROVIDERS,
    none=not_applicable("IAM holds no SAML identity provider."),
    severity="low",
    parameters=[CERTIFICATE_DAYS],
)
def identity_providers_have_not_ended(provider: Row, given: Given) -> Observation:
    """No SAML identity provider has metadata that has ended or is about to.

    When it ends, people who sign in through it are locked out, and somebody will make users with passwords.

    Remedy: Upload the provider's current metadata, or delete the provider.

    Met:   {ValidUntil: 2027-01-01T00:00:00Z}
    Unmet: {ValidUntil: 2026-01-10T00:00:00Z}
    """
    left = -given.days_since(provider["ValidUntil"])
    note = until("The metadata", given.day(provider["ValidUntil"]), left)
    return unmet(note) if left < given[CERTIFICATE_DAYS] else met(note)


@check(
    LEAST_PRIVILEGE,
    whole=(ANALYZERS, UNUSED_FINDINGS),
    counts=("analyzer or open finding", "analyzers and open findings"),
    none=not_applicable("No analyzer here looks for unused access."),
)
def unused_access_is_taken_back(analyzers: Rows, findings: Rows) -> Iterator[Observation]:
    """Every unused role, key, password and right that IAM Access Analyzer found was taken back, or archived.

    It reports, for each user and role, the services and actions that were granted and not used in the analyzer's time.

    Remedy: Take the right back, or archive the finding with a rule that says why it is kept.

    Met:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT_UNUSED_ACCESS, status: ACTIVE}]
      accessanalyzer:ListFindingsV2#unused: []
    Unmet:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT_UNUSED_ACCESS, status: ACTIVE}]
      accessanalyzer:ListFindingsV2#unused:
      - {resource: "arn:aws:iam::111122223333:role/app", findingType: UnusedPermission}
    Not applicable:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT, status: ACTIVE}]
      accessanalyzer:ListFindingsV2#unused: []
    """
    for finding in findings:
        yield unmet(f"{finding.get('findingType', 'Unused access')} awaits review.").about(finding)
    for analyzer in analyzers:
        if analyzer["type"] in UNUSED:
            yield met("The analyzer looks for unused access.").about(analyzer)
        else:
            yield not_applicable("The analyzer looks for something else.").about(analyzer)
