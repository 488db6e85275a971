"""Domain 7, data: whether keys are needed, stay where they are, and which enclaves may use them, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.kms import KEY_POLICIES, KEYS
from srm_docs.checks.data_keys import KEY_USE, NO_KEY
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import POSITIVE, Condition, Statement, read
from srm_docs.checks.row import Given, Row

NONE_FOR_ENCLAVES = not_applicable("No key here is for enclaves.")
NO_ENCLAVE = not_applicable("The key's policy names no enclave.")
AWS_KEY = not_applicable("AWS manages this key.")

ENCLAVE_IMAGES = Parameter(
    id="enclave_measurements",
    title="Measurements (PCR values) of the enclave images that were reviewed",
    default=(),
)

_ATTESTED = "kms:recipientattestation:"
_DATA_ACTIONS = ("kms:decrypt", "kms:derivesharedsecret", "kms:generatedatakey", "kms:generatedatakeypair")
_DEPLOYMENT = frozenset({f"{_ATTESTED}pcr3", f"{_ATTESTED}pcr4", f"{_ATTESTED}pcr8"})
"""Measurements of the instance's role, the instance and the certificate that signed the image."""
_ORGANIZATION = frozenset({"aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "kms:calleraccount"})


@check(KEY_USE, each=KEYS, none=NO_KEY, severity="low")
def keys_are_enabled(key: Row) -> Observation:
    """Every customer-managed key is enabled.

    A disabled key either protects data that nobody can read, or nothing at all.

    Remedy: Enable the key, or record that nothing needs it and schedule its deletion.

    Met:   {KeyManager: CUSTOMER, KeyState: Enabled}
    Unmet: {KeyManager: CUSTOMER, KeyState: Disabled}
    Not applicable: {KeyManager: CUSTOMER, KeyState: PendingDeletion}
    Not applicable: {KeyManager: AWS, KeyState: Disabled}
    """
    if key["KeyManager"] != "CUSTOMER":
        return AWS_KEY
    if key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
        return not_applicable("The key is waiting to be deleted, and judged as such.")
    if key["KeyState"] == "Enabled":
        return met("The key is enabled.")
    return unmet(f"The key's state is {key['KeyState']}.")


@check(KEY_USE, each=KEYS, none=NO_KEY, severity="low")
def keys_stay_in_one_region(key: Row) -> Observation:
    """Every customer-managed key has its material in one region only.

    A multi-region key can be copied to a region with other guards, and is administered in each.

    Remedy: Use a key of a single region, or record why the data must be readable in several.

    Met:   {KeyManager: CUSTOMER, MultiRegion: false}
    Unmet: {KeyManager: CUSTOMER, MultiRegion: true}
    Not applicable: {KeyManager: AWS, MultiRegion: false}
    """
    if key["KeyManager"] != "CUSTOMER":
        return AWS_KEY
    if key["MultiRegion"]:
        return unmet("The key is a multi-region key.")
    return met("The key belongs to this region only.")


def _attests(c: Condition) -> bool:
    """Whether a condition surely demands an attestation with a value that its author chose."""
    demanded = c.operator in POSITIVE and not c.lenient and c.quantifier != "forallvalues"
    return demanded and c.key.startswith(_ATTESTED) and bool(c.values) and not any("*" in v for v in c.values)


def _gives_data(s: Statement) -> bool:
    return s.allows and any(s.takes_action(action) for action in _DATA_ACTIONS)


def _stops_the_unattested(s: Statement) -> bool:
    """Whether a statement denies everyone the use of data where the attestation is missing."""
    missing = [
        c for c in s.conditions if c.operator == "null" and c.key.startswith(_ATTESTED) and c.values == ("true",)
    ]
    return (
        not s.allows
        and s.everyone
        and len(missing) == len(s.conditions) == 1
        and all(s.takes_action(action) for action in _DATA_ACTIONS)
    )


def is_for_enclaves(statements: tuple[Statement, ...]) -> bool:
    """Whether a key's policy speaks of enclaves at all."""
    return any(c.key.startswith(_ATTESTED) for s in statements for c in s.conditions)


@check(KEY_USE, each=KEY_POLICIES, none=NONE_FOR_ENCLAVES, severity="high")
def enclave_keys_demand_attestation(key: Row) -> Observation:
    """Where a key is for enclaves, no statement of its policy gives its data to anybody who does not attest.

    One statement without the condition, such as kms:* for the account, lets the machine around the enclave decrypt too.

    Remedy: Add kms:RecipientAttestation conditions to each such statement, or deny use where attestation is missing.

    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:Put*", Resource: "*"}
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEqualsIgnoreCase: {"kms:RecipientAttestation:PCR0": "0a0b"}}}
    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*", Resource: "*"}
        - {Effect: Deny, Principal: "*", Action: "kms:*", Resource: "*",
           Condition: {"Null": {"kms:RecipientAttestation:PCR0": "true"}}}
    Unmet:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*", Resource: "*"}
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEqualsIgnoreCase: {"kms:RecipientAttestation:PCR0": "0a0b"}}}
    Not applicable:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}]}
    """
    statements = read(key["Policy"])
    if not is_for_enclaves(statements):
        return NO_ENCLAVE
    if any(_stops_the_unattested(s) for s in statements):
        return met("A statement denies use where the attestation is missing.")
    loose = [s.label for s in statements if _gives_data(s) and not _demands(s)]
    if loose:
        return unmet(f"Without attestation: {', '.join(loose)}.")
    return met("Every statement that gives data demands an attestation.")


def _demands(s: Statement) -> bool:
    return any(map(_attests, s.conditions))


@check(KEY_USE, each=KEY_POLICIES, none=NONE_FOR_ENCLAVES, severity="low")
def enclave_keys_name_where_enclaves_run(key: Row) -> Observation:
    """Where a key is for enclaves, its policy names where they run or who signed them, and not only their image.

    The same image, run elsewhere by others, attests the same.

    Remedy: Add a condition on PCR3 (the instance's role), PCR4 (the instance), PCR8 (the signer) or the organization.

    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEquals: {"kms:RecipientAttestation:PCR0": "0a0b", "kms:RecipientAttestation:PCR8": "0c"}}}
    Unmet:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEquals: {"kms:RecipientAttestation:PCR0": "0a0b"}}}
    Not applicable:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}]}
    """
    attested = [s for s in read(key["Policy"]) if _gives_data(s) and _demands(s)]
    if not attested:
        return NO_ENCLAVE
    loose = [s.label for s in attested if not _is_placed(s)]
    if loose:
        return unmet(f"Bound to an image only: {', '.join(loose)}.")
    return met("Every statement for enclaves names where they run or who signed them.")


def _is_placed(s: Statement) -> bool:
    return any(
        (c.key in _DEPLOYMENT and _attests(c)) or (c.key in _ORGANIZATION and c.operator in POSITIVE and not c.lenient)
        for c in s.conditions
    )


@check(KEY_USE, each=KEY_POLICIES, none=NONE_FOR_ENCLAVES, parameters=[ENCLAVE_IMAGES])
def enclave_keys_name_reviewed_images(key: Row, given: Given) -> Observation:
    """Where a key is for enclaves, every measurement in its policy is on the list of those that were reviewed.

    A measurement that nobody knows may be of a build that nobody looked at.

    Remedy: List the measurement of the reviewed build under enclave_measurements, or take it out of the policy.

    Unmet:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEquals: {"kms:RecipientAttestation:PCR0": "0a0b"}}}
    Met:
      Policy:
        Statement:
        - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/a"}, Action: "kms:Decrypt", Resource: "*",
           Condition: {StringEquals: {"kms:RecipientAttestation:PCR3": "0c0d"}}}
    Not applicable:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*"}]}
    """
    statements = read(key["Policy"])
    if not is_for_enclaves(statements):
        return NO_ENCLAVE
    known = {value.lower() for value in given[ENCLAVE_IMAGES]}
    strange = sorted(_images(statements) - known)
    if strange:
        return unmet(f"Measurements that are not listed: {', '.join(value[:16] for value in strange)}.")
    return met("Every measurement of an image or a signer is listed.")


_IMAGE = frozenset({f"{_ATTESTED}{name}" for name in ("imagesha384", "pcr0", "pcr1", "pcr2")})


def _images(statements: tuple[Statement, ...]) -> set[str]:
    """The measurements of images and of their signers that the Allow statements of a policy name."""
    return {v.lower() for s in statements if s.allows for c in s.conditions if c.key in _IMAGE for v in c.values}
