"""Domain 8, identity and access management: the root user, people's credentials and passwords, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.iam import ACCOUNT_SUMMARY, CREDENTIALS, PASSWORD_POLICY, VIRTUAL_MFA_DEVICES
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

POLICIES_BULLET = "identity-access-management.iam-policies"
LEAST_PRIVILEGE = "identity-access-management.least-privilege"
MANAGED_ROLES = "identity-access-management.aws-managed-roles"

HOLDERS = ("user, group or role", "users, groups and roles")
"""What is counted where users, groups and roles are judged alike."""
NO_SUMMARY = unknown("AWS sent no account summary.")
NO_USER = not_applicable("The account has no IAM user.")
IS_ROOT = not_applicable("The root user has checks of its own.")
ROOT = "<root_account>"

KEY_DAYS = Parameter(
    id="access_key_days",
    title="Days after which an access key has been replaced, at most",
    default=90,
    loosest=365,
    unit="days",
)

UNUSED_DAYS = Parameter(
    id="unused_credential_days",
    title="Days without use after which a password or an access key has been disabled, at most",
    default=45,
    loosest=180,
    unit="days",
)

ROOT_DAYS = Parameter(
    id="root_unused_days",
    title="Days for which the root user has not been used, at least",
    default=90,
    loosest=7,
    unit="days",
    at_most=False,
)

PASSWORD_LENGTH = Parameter(
    id="password_length",
    title="Characters in a password, at least",
    default=14,
    loosest=8,
    unit="characters",
    at_most=False,
)

PASSWORDS_REMEMBERED = Parameter(
    id="passwords_remembered",
    title="Former passwords that cannot be used again, at least",
    default=24,
    loosest=1,
    unit="passwords",
    at_most=False,
)


@check(POLICIES_BULLET, each=ACCOUNT_SUMMARY, none=NO_SUMMARY, severity="critical")
def root_user_has_mfa(account: Row) -> Observation:
    """The root user signs in with a second factor, or has no password at all.

    Nothing in the account is out of the root user's reach.

    Remedy: Assign an MFA device to the root user, or remove its credentials centrally through AWS Organizations.

    Met:   {AccountMFAEnabled: 1, AccountPasswordPresent: 1}
    Met:   {AccountMFAEnabled: 0, AccountPasswordPresent: 0}
    Unmet: {AccountMFAEnabled: 0, AccountPasswordPresent: 1}
    Unmet: {AccountMFAEnabled: 0}
    """
    if account["AccountMFAEnabled"]:
        return met("The root user has an MFA device.")
    # Older replies do not tell whether there is a password: then there may be one.
    if account.get("AccountPasswordPresent", 1):
        return unmet("The root user has no MFA device.")
    return met("The root user has no password.")


@check(POLICIES_BULLET, each=ACCOUNT_SUMMARY, none=NO_SUMMARY, severity="critical")
def root_user_has_no_access_keys(account: Row) -> Observation:
    """The root user has no access keys.

    A leaked root key gives away the account, and no policy can limit it.

    Remedy: Delete the root user's access keys and use roles instead.

    Met:   {AccountAccessKeysPresent: 0}
    Unmet: {AccountAccessKeysPresent: 1}
    """
    if account["AccountAccessKeysPresent"]:
        return unmet("The root user has an access key.")
    return met("The root user has no access key.")


@check(
    POLICIES_BULLET,
    LEAST_PRIVILEGE,
    each=CREDENTIALS,
    none=unknown("The credential report has no root user."),
    severity="high",
    parameters=[ROOT_DAYS],
)
def root_user_is_at_rest(user: Row, given: Given) -> Observation:
    """Nobody has signed in as the root user recently.

    Daily work does not need the root user; who uses it leaves no trace of which person it was.

    Remedy: Keep root credentials for the few tasks that need them, and record each use.

    Met:   {user: <root_account>, password_last_used: 2025-01-01T00:00:00Z}
    Met:   {user: <root_account>}
    Unmet: {user: <root_account>, password_last_used: 2025-12-20T00:00:00Z}
    """
    if user["user"] != ROOT:
        return not_applicable("This is not the root user.")
    used = [user.fields[c] for c in ("password_last_used", *LAST_USED.values()) if c in user]
    last = min(used, key=given.days_since, default=None)
    if last is None:
        return met("No use of the root user is on record.")
    days, when = given.days_since(last), given.day(last)
    note = f"The root user was last used on {when}, {days} days before this was read."
    return unmet(note) if days < given[ROOT_DAYS] else met(note)


@check(POLICIES_BULLET, each=CREDENTIALS, none=not_applicable("No IAM user has a password."), severity="critical")
def console_users_have_mfa(user: Row) -> Observation:
    """Every user with a password signs in with a second factor.

    A password alone can be guessed, reused or phished.

    Remedy: Assign an MFA device to the user, or let people sign in through IAM Identity Center.

    Met:   {user: alice, password_enabled: true, mfa_active: true}
    Unmet: {user: bob, password_enabled: true, mfa_active: false}
    Not applicable: {user: robot, password_enabled: false, mfa_active: false}
    Not applicable: {user: <root_account>, password_enabled: true, mfa_active: false}
    """
    if user["user"] == ROOT:
        return IS_ROOT
    # AWS leaves the column without a value for users that can have no password.
    if not user.get("password_enabled"):
        return not_applicable("The user has no password.")
    if user["mfa_active"]:
        return met("The user has an MFA device.")
    return unmet("The user has a password and no MFA device.")


LAST_USED = {n: f"access_key_{n}_last_used_date" for n in (1, 2)}
"""Column of the credential report by number of the access key."""


def active_keys(user: Row) -> list[int]:
    """The numbers of a user's access keys that are active."""
    return [n for n in LAST_USED if user[f"access_key_{n}_active"]]


@check(
    POLICIES_BULLET,
    each=CREDENTIALS,
    none=not_applicable("No access key is active."),
    severity="high",
    parameters=[KEY_DAYS],
)
def access_keys_are_young(user: Row, given: Given) -> Observation:
    """Every active access key was replaced within the agreed time.

    The older a key is, the more places it may have been copied to.

    Remedy: Replace the key, or use roles, which need none.

    Met:
      {user: robot, access_key_1_active: true, access_key_1_last_rotated: 2025-12-01T00:00:00Z,
       access_key_2_active: false}
    Unmet:
      {user: robot, access_key_1_active: false, access_key_2_active: true,
       access_key_2_last_rotated: 2025-06-01T00:00:00Z}
    Not applicable: {user: alice, access_key_1_active: false, access_key_2_active: false}
    """
    made = {n: user[f"access_key_{n}_last_rotated"] for n in active_keys(user)}
    if not made:
        return not_applicable("The user has no active access key.")
    ages = {n: given.days_since(moment) for n, moment in made.items()}
    note = ", ".join(f"access key {n} was made on {given.day(made[n])}, {ages[n]} days before" for n in ages)
    note = f"A{note[1:]} this was read."
    return unmet(note) if max(ages.values()) > given[KEY_DAYS] else met(note)


def _days_idle(user: Row, given: Given) -> dict[str, int]:
    """Days since each usable credential was used; one never used counts from when it was made."""
    since = {}
    if user.get("password_enabled"):
        made = user.get("password_last_changed", user.get("user_creation_time"))
        since["password"] = user.get("password_last_used", made)
    for n in active_keys(user):
        since[f"access key {n}"] = user.get(LAST_USED[n], user.get(f"access_key_{n}_last_rotated"))
    # A credential without any date is as old as can be.
    return {what: given.days_since(moment) if moment else 36500 for what, moment in since.items()}


@check(
    POLICIES_BULLET,
    LEAST_PRIVILEGE,
    each=CREDENTIALS,
    none=not_applicable("No IAM user has a credential that can be used."),
    severity="high",
    parameters=[UNUSED_DAYS],
)
def unused_credentials_are_disabled(user: Row, given: Given) -> Observation:
    """Every password and access key that can be used was used within the agreed time.

    A credential that nobody misses is one whose theft nobody notices.

    Remedy: Disable the password or access key, and delete the user if the person has left.

    Met:
      {user: alice, password_enabled: true, password_last_used: 2025-12-30T00:00:00Z,
       access_key_1_active: false, access_key_2_active: false}
    Met:
      {user: new, password_enabled: true, password_last_changed: 2025-12-30T00:00:00Z,
       access_key_1_active: false, access_key_2_active: false}
    Unmet:
      {user: bob, password_enabled: true, password_last_used: 2025-06-01T00:00:00Z,
       access_key_1_active: false, access_key_2_active: false}
    Unmet:
      {user: robot, password_enabled: false, access_key_1_active: true, access_key_1_last_rotated: 2025-02-01T00:00:00Z,
       access_key_2_active: false}
    Not applicable: {user: ghost, password_enabled: false, access_key_1_active: false, access_key_2_active: false}
    Not applicable: {user: <root_account>, access_key_1_active: false, access_key_2_active: false}
    """
    if user["user"] == ROOT:
        return IS_ROOT
    idle = _days_idle(user, given)
    if not idle:
        return not_applicable("The user has no usable credential.")
    note = ", ".join(f"{what} idle for {days} days" for what, days in idle.items()).capitalize() + "."
    return unmet(note) if max(idle.values()) > given[UNUSED_DAYS] else met(note)


@check(POLICIES_BULLET, each=PASSWORD_POLICY, none=unmet("No password policy is set."), parameters=[PASSWORD_LENGTH])
def passwords_are_long(policy: Row, given: Given) -> Observation:
    """Passwords of IAM users must have the agreed length.

    Length is what makes a password hard to guess.

    Remedy: Raise the minimum length in the account's password policy.

    Met:   {PasswordPolicy: {MinimumPasswordLength: 14}}
    Unmet: {PasswordPolicy: {MinimumPasswordLength: 8}}
    Unmet: absent
    """
    if policy.absent:
        return unmet("No password policy is set, so AWS's default of 8 characters applies.")
    length = policy.at("PasswordPolicy.MinimumPasswordLength")
    note = f"Passwords have at least {length} characters."
    return met(note) if length >= given[PASSWORD_LENGTH] else unmet(note)


@check(
    POLICIES_BULLET,
    each=PASSWORD_POLICY,
    none=unmet("No password policy is set."),
    severity="low",
    parameters=[PASSWORDS_REMEMBERED],
)
def passwords_are_not_reused(policy: Row, given: Given) -> Observation:
    """IAM users cannot choose one of their former passwords again.

    An old password may already be known to others.

    Remedy: Set password reuse prevention in the account's password policy.

    Met:   {PasswordPolicy: {MinimumPasswordLength: 14, PasswordReusePrevention: 24}}
    Unmet: {PasswordPolicy: {MinimumPasswordLength: 14, PasswordReusePrevention: 3}}
    Unmet: {PasswordPolicy: {MinimumPasswordLength: 14}}
    Unmet: absent
    """
    if policy.absent:
        return unmet("No password policy is set, so former passwords can be used again.")
    remembered = policy["PasswordPolicy"].get("PasswordReusePrevention", 0)
    note = f"The last {remembered} passwords cannot be used again."
    return met(note) if remembered >= given[PASSWORDS_REMEMBERED] else unmet(note)


@check(POLICIES_BULLET, each=VIRTUAL_MFA_DEVICES, none=not_applicable("No virtual MFA device exists."), severity="low")
def mfa_devices_belong_to_someone(device: Row) -> Observation:
    """Every virtual MFA device is assigned to a user.

    A device left over from a set-up that was never finished has a secret that somebody may still hold.

    Remedy: Assign the device or delete it.

    Met:   {User: {UserName: alice}, EnableDate: 2025-01-01T00:00:00Z}
    Unmet: {SerialNumber: "arn:aws:iam::111122223333:mfa/left-over"}
    Unmet: {}
    """
    if "User" in device:
        return met("The device is assigned.")
    return unmet("The device is assigned to nobody.")
