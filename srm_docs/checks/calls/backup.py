"""What is asked of AWS Backup: plans, their rules and the vaults, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PLAN_NAMES = Call(
    service="backup",
    operation="ListBackupPlans",
    noun="backup plan name",
    nouns="backup plan names",
    rows="BackupPlansList",
    name="BackupPlanName",
)

PLANS = Call(
    service="backup",
    operation="GetBackupPlan",
    noun="backup plan",
    nouns="backup plans",
    rows="BackupPlan",
    name="BackupPlanName",
    per=PLAN_NAMES,
    bind={"BackupPlanId": "BackupPlanId"},
)

VAULTS = Call(
    service="backup",
    operation="ListBackupVaults",
    noun="backup vault",
    nouns="backup vaults",
    rows="BackupVaultList",
    name="BackupVaultName",
)
