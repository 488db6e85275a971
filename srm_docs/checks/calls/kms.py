"""What is asked of AWS KMS: keys, their rotation and their policies, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.row import Row

KEY_IDS = Call(
    service="kms",
    operation="ListKeys",
    noun="key id",
    nouns="key ids",
    rows="Keys",
    name="KeyId",
)

KEYS = Call(
    service="kms",
    operation="DescribeKey",
    noun="KMS key",
    nouns="KMS keys",
    rows="KeyMetadata",
    name="KeyId",
    per=KEY_IDS,
    bind={"KeyId": "KeyId"},
)


def _is_the_customers(key: Row) -> bool:
    return bool(key.get("KeyManager") == "CUSTOMER")


def _can_rotate(key: Row) -> bool:
    """KMS rotates symmetric encryption keys whose material it made itself, while they are enabled."""
    return (
        _is_the_customers(key)
        and key.get("KeySpec") == "SYMMETRIC_DEFAULT"
        and key.get("Origin") == "AWS_KMS"
        and key.get("KeyState") == "Enabled"
    )


# AWS's own keys are not the customer's to change, so no call is spent on them.
KEY_ROTATION = Call(
    service="kms",
    operation="GetKeyRotationStatus",
    noun="customer-managed key's rotation",
    nouns="customer-managed keys' rotation",
    per=KEYS,
    bind={"KeyId": "KeyId"},
    when=_can_rotate,
)

KEY_POLICIES = Call(
    service="kms",
    operation="GetKeyPolicy",
    noun="customer-managed key's policy",
    nouns="customer-managed keys' policies",
    params={"PolicyName": "default"},
    per=KEYS,
    bind={"KeyId": "KeyId"},
    when=_is_the_customers,
)
