"""What is asked of Amazon S3 Glacier in its own right: vaults and who may reach them, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

# "-" stands for the account that asks.
VAULTS = Call(
    service="glacier",
    operation="ListVaults",
    noun="Glacier vault",
    nouns="Glacier vaults",
    rows="VaultList",
    name="VaultName",
    params={"accountId": "-"},
)

# AWS documents "404 Not found" where a vault has no access policy.
POLICIES = Call(
    service="glacier",
    operation="GetVaultAccessPolicy",
    noun="Glacier vault's policy",
    nouns="Glacier vaults' policies",
    params={"accountId": "-"},
    per=VAULTS,
    bind={"vaultName": "VaultName"},
    absent=("ResourceNotFoundException",),
)
