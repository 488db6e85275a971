"""What is asked of AWS Backup beyond plans and vaults: what is copied, who may reach it, tests and reports; calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.calls.backup import VAULTS

PROTECTED = Call(
    service="backup",
    operation="ListProtectedResources",
    noun="resource with a backup",
    nouns="resources with a backup",
    rows="Results",
    name="ResourceArn",
)

RECOVERY_POINTS = Call(
    service="backup",
    operation="ListRecoveryPointsByBackupVault",
    noun="recovery point",
    nouns="recovery points",
    rows="RecoveryPoints",
    name="RecoveryPointArn",
    per=VAULTS,
    bind={"BackupVaultName": "BackupVaultName"},
    when=lambda vault: vault.get("NumberOfRecoveryPoints") != 0,
)

VAULT_POLICIES = Call(
    service="backup",
    operation="GetBackupVaultAccessPolicy",
    noun="backup vault's policy",
    nouns="backup vaults' policies",
    name="BackupVaultName",
    per=VAULTS,
    bind={"BackupVaultName": "BackupVaultName"},
    absent=("ResourceNotFoundException",),
)

REPORT_PLANS = Call(
    service="backup",
    operation="ListReportPlans",
    noun="backup report plan",
    nouns="backup report plans",
    rows="ReportPlans",
    name="ReportPlanName",
    token=("NextToken", "NextToken"),
)

RESTORE_TESTS = Call(
    service="backup",
    operation="ListRestoreTestingPlans",
    noun="restore testing plan",
    nouns="restore testing plans",
    rows="RestoreTestingPlans",
    name="RestoreTestingPlanName",
)
