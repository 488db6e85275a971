"""Domain 7, data: encryption keys, who may use them, and certificates, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.acm import CERTIFICATES
from srm_docs.checks.calls.kms import KEY_POLICIES, KEY_ROTATION, KEYS
from srm_docs.checks.data import DATA, TRUSTED_ACCOUNTS, known_accounts
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import (
    is_whole_account,
    named_accounts,
    open_to_everyone,
    principals_that_may,
)
from srm_docs.checks.row import Given, Row

KEY_USE = "data.key-usage-policies"

NO_KEY = not_applicable("No customer-managed key exists here.")

CERTIFICATE_DAYS = Parameter(
    id="certificate_days_left",
    title="Days before its end by which a certificate in use has been renewed",
    default=30,
    loosest=7,
    unit="days",
    at_most=False,
)

ROTATION_DAYS = Parameter(
    id="key_rotation_days",
    title="Days between two rotations of a customer-managed key, at most",
    default=365,
    loosest=730,
    unit="days",
)


@check(
    KEY_USE,
    each=KEY_ROTATION,
    none=not_applicable("No key that KMS can rotate exists here."),
    parameters=[ROTATION_DAYS],
)
def keys_rotate(key: Row, given: Given) -> Observation:
    """Every customer-managed symmetric key is rotated automatically within the agreed time.

    Rotation limits how much data one key material protects. KMS keeps the old material to decrypt with.

    Remedy: Turn on automatic rotation of the key, with a period no longer than key_rotation_days.

    Met:   {KeyRotationEnabled: true, RotationPeriodInDays: 365}
    Met:   {KeyRotationEnabled: true}
    Unmet: {KeyRotationEnabled: true, RotationPeriodInDays: 2560}
    Unmet: {KeyRotationEnabled: false}
    """
    if not key["KeyRotationEnabled"]:
        return unmet("Automatic rotation is off.")
    # A year is KMS's own period where it names none.
    days = key.get("RotationPeriodInDays", 365)
    if days > given[ROTATION_DAYS]:
        return unmet(f"The key is rotated every {days} days only.")
    return met(f"The key is rotated every {days} days.")


@check(KEY_USE, each=KEY_POLICIES, none=NO_KEY, severity="critical")
def key_policies_do_not_let_in_everyone(key: Row) -> Observation:
    """No key policy lets in everyone.

    A wildcard principal gives the key to every AWS account, unless a condition names who is meant. A condition on
    kms:ViaService does not: it says through which service, not who.

    Remedy: Name the principals, or add a condition on kms:CallerAccount or aws:PrincipalOrgID.

    Met:
      Policy:
        {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}]}
    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*",
           Condition: {StringEquals: {"kms:CallerAccount": "111122223333"}}}
    Unmet:
      Policy: {Statement: [{Sid: all, Effect: Allow, Principal: {AWS: "*"}, Action: "kms:Decrypt", Resource: "*"}]}
    """
    opened = open_to_everyone(read(key["Policy"]))
    if opened:
        return unmet(f"Statements that let in everyone: {', '.join(s.label for s in opened)}.")
    return met("No statement lets in everyone.")


@check(KEY_USE, each=KEY_POLICIES, none=NO_KEY, severity="high", parameters=[TRUSTED_ACCOUNTS])
def key_policies_let_in_known_accounts(key: Row, given: Given) -> Observation:
    """Every other account that a key policy lets in is on the list of trusted accounts.

    Whoever may use the key can read what it protects.

    Remedy: Remove the account from the key policy, or list it under trusted_accounts.

    Met:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}]}
    Unmet:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::444455556666:root"}, Action: "kms:Decrypt"}]}
    """
    strangers = named_accounts(read(key["Policy"])) - known_accounts(key, given)
    if strangers:
        return unmet(f"The policy lets in accounts that are not listed: {', '.join(sorted(strangers))}.")
    return met("The policy lets in no account that is not listed.")


@check(KEY_USE, each=KEY_POLICIES, none=NO_KEY)
def key_policies_part_administration_from_use(key: Row) -> Observation:
    """No key policy lets one and the same principal both administer the key and decrypt with it.

    Who can change a key's policy and also decrypt needs nobody else to read the data. The account as a whole is left
    out: naming it hands the decision to IAM policies.

    Remedy: Give administration and use of the key to different roles.

    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/admin"}, Action: ["kms:Put*", "kms:List*"]}
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/app"}, Action: ["kms:Decrypt"]}
    Unmet:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/app"}, Action: "kms:*"}]}
    """
    statements = read(key["Policy"])
    both = principals_that_may(statements, "kms:PutKeyPolicy") & principals_that_may(statements, "kms:Decrypt")
    people = sorted(p for p in both if not is_whole_account(p))
    if people:
        return unmet(f"May both change the key's policy and decrypt with it: {_people(people)}.")
    return met("Administration and use are held by different principals.")


def _people(principals: Sequence[str]) -> str:
    return ", ".join("everyone (*)" if p == "*" else p for p in principals)


def until(what: str, day: str, left: int) -> str:
    """When something ends or ended, with the days that are left or have passed; the day counts in UTC.

    `left` is -days_since, which counts whole days that have passed: 0 is what ended less than a day ago, and what ends
    within a day has 1 left.
    """
    days = f"{abs(left)} {'day' if abs(left) == 1 else 'days'}" if left else "less than a day"
    return f"{what} ended on {day}, {days} before this was read." if left <= 0 else f"{what} ends on {day}, in {days}."


@check(KEY_USE, each=KEYS, none=NO_KEY, severity="low")
def keys_are_not_waiting_to_be_deleted(key: Row) -> Observation:
    """No customer-managed key is waiting to be deleted.

    When the wait ends, everything the key encrypted is lost for good. Each such key deserves a second look.

    Remedy: Cancel the deletion, or record who decided it and why nothing needs the key any more.

    Met:   {KeyManager: CUSTOMER, KeyState: Enabled}
    Unmet: {KeyManager: CUSTOMER, KeyState: PendingDeletion, DeletionDate: 2026-01-20T00:00:00Z}
    Not applicable: {KeyManager: AWS, KeyState: Enabled}
    """
    if key["KeyManager"] != "CUSTOMER":
        return not_applicable("AWS manages this key.")
    if key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
        return unmet(f"The key will be deleted on {str(key.get('DeletionDate', 'a date AWS does not give'))[:10]}.")
    return met(f"The key's state is {key['KeyState']}.")


@check(
    DATA,
    each=CERTIFICATES,
    none=not_applicable("No certificate in use exists here."),
    severity="high",
    parameters=[CERTIFICATE_DAYS],
)
def certificates_are_renewed_in_time(certificate: Row, given: Given) -> Observation:
    """Every certificate in use is renewed before it ends.

    An expired certificate stops encrypted traffic, or teaches people to ignore warnings.

    Remedy: Renew or replace the certificate; let ACM renew it by DNS validation where that is possible.

    Met:   {InUse: true, NotAfter: 2026-06-01T00:00:00Z}
    Unmet: {InUse: true, NotAfter: 2026-01-10T00:00:00Z}
    Unmet: {InUse: true, NotAfter: 2025-12-01T00:00:00Z}
    Not applicable: {InUse: false, NotAfter: 2025-12-01T00:00:00Z}
    """
    if not certificate["InUse"]:
        return not_applicable("Nothing uses the certificate.")
    left = -given.days_since(certificate["NotAfter"])
    note = until("The certificate", given.day(certificate["NotAfter"]), left)
    if left < given[CERTIFICATE_DAYS]:
        return unmet(note)
    return met(note)


@check(DATA, each=CERTIFICATES, none=not_applicable("No certificate exists here."))
def certificates_use_strong_keys(certificate: Row) -> Observation:
    """Every certificate has a key that is not known to be weak.

    RSA keys of 1024 bits no longer withstand a determined attacker.

    Remedy: Replace the certificate by one with an RSA key of 2048 bits or more, or an elliptic curve key.

    Met:   {KeyAlgorithm: RSA_2048}
    Unmet: {KeyAlgorithm: RSA_1024}
    """
    algorithm = certificate["KeyAlgorithm"]
    if algorithm in {"RSA_1024", "RSA-1024"}:
        return unmet(f"The key is {algorithm}.")
    return met(f"The key is {algorithm}.")
