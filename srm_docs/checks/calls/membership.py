"""Which accounts an organization has, where they stand in it and what they are tagged with, as calls.

They are asked once, of the account that lists: the management account or a delegated administrator.
"""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

MEMBERS = Call(
    service="organizations",
    operation="ListAccounts",
    noun="account of the organization",
    nouns="accounts of the organization",
    rows="Accounts",
    name="Id",
    scope=Scope.ORGANIZATION,
    redact=("Accounts[].Email",),
    exhibit="Which accounts the organization has: the ground that this evidence covers.",
)

PARENTS = Call(
    service="organizations",
    operation="ListParents",
    noun="organizational unit above an account",
    nouns="organizational units above accounts",
    rows="Parents",
    name="Id",
    scope=Scope.ORGANIZATION,
    per=MEMBERS,
    bind={"ChildId": "Id"},
    exhibit="Where each account stands, when accounts are chosen by organizational unit.",
)

TAGS = Call(
    service="organizations",
    operation="ListTagsForResource",
    noun="tag of an account",
    nouns="tags of accounts",
    rows="Tags",
    name="Key",
    scope=Scope.ORGANIZATION,
    per=MEMBERS,
    bind={"ResourceId": "Id"},
    exhibit="How each account is tagged, when accounts are chosen by tag.",
)
