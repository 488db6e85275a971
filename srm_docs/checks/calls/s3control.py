"""What is asked of Amazon S3 for the whole account: the public access block, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.calls.entry import CALLER
from srm_docs.checks.place import Scope

ACCOUNT_BLOCK = Call(
    service="s3control",
    operation="GetPublicAccessBlock",
    noun="account's public access block",
    nouns="accounts' public access blocks",
    name="'Public access block of the account'",
    scope=Scope.ACCOUNT,
    per=CALLER,
    bind={"AccountId": "Account"},
    absent=("NoSuchPublicAccessBlockConfiguration",),
)
