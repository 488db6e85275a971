"""What is asked of AWS Account Management: whom AWS reaches about the account, as calls.

Names, addresses and telephone numbers are personal data: they never reach the disk. What is kept shows whether a
contact is there, and whether two contacts are the same.
"""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

PRIMARY_CONTACT = Call(
    service="account",
    operation="GetContactInformation",
    noun="account's primary contact",
    nouns="accounts' primary contacts",
    scope=Scope.ACCOUNT,
    absent=("ResourceNotFoundException",),
    redact=("ContactInformation",),
)


def _contact(kind: str) -> Call:
    return Call(
        service="account",
        operation="GetAlternateContact",
        variant=kind.lower(),
        noun=f"account's {kind.lower()} contact",
        nouns=f"accounts' {kind.lower()} contacts",
        scope=Scope.ACCOUNT,
        params={"AlternateContactType": kind},
        absent=("ResourceNotFoundException",),
        redact=tuple(f"AlternateContact.{field}" for field in ("Name", "Title", "EmailAddress", "PhoneNumber")),
    )


SECURITY_CONTACT = _contact("SECURITY")
BILLING_CONTACT = _contact("BILLING")
OPERATIONS_CONTACT = _contact("OPERATIONS")
