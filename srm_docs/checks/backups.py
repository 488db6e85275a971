"""Domain 7, data: copies kept by AWS Backup, and vaults of S3 Glacier, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.backup import PLANS, VAULTS
from srm_docs.checks.calls.backup_records import (
    RECOVERY_POINTS,
    REPORT_PLANS,
    RESTORE_TESTS,
    VAULT_POLICIES,
)
from srm_docs.checks.calls.glacier import POLICIES
from srm_docs.checks.data import DATA, TRUSTED_ACCOUNTS
from srm_docs.checks.data_stores import NO_PLAN
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.place import Scope
from srm_docs.checks.resource_policies import who_is_let_in
from srm_docs.checks.row import Given, NotAnswered, Row

LEAST_PRIVILEGE = "identity-access-management.least-privilege"

NO_VAULT = not_applicable("No backup vault exists here.")

RESTORE_DAYS = Parameter(
    id="restore_test_days",
    title="Days between two tests in which a backup is restored, at most",
    default=92,
    loosest=366,
    unit="days",
)


@check(DATA, some=VAULTS, none=unmet("No backup vault exists in any region."), scope=Scope.ACCOUNT, severity="high")
def a_backup_vault_holds_copies(vault: Row) -> Observation:
    """At least one backup vault holds copies.

    A plan that copies nothing is noticed on the day a copy is needed.

    Remedy: Create a vault and a plan, and assign resources to the plan.

    Met:   {NumberOfRecoveryPoints: 12}
    Unmet: {NumberOfRecoveryPoints: 0}
    """
    number = vault["NumberOfRecoveryPoints"]
    return met(f"It holds {number} copies.") if number else unmet("The vault is empty.")


@check(DATA, each=VAULTS, none=NO_VAULT, severity="high")
def backup_vaults_are_encrypted(vault: Row) -> Observation:
    """Every backup vault encrypts what it holds with a key of KMS.

    A copy holds all that the original does, and is kept longer.

    Remedy: Create a vault with an encryption key and copy the recovery points to it.

    Met:   {EncryptionKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1"}
    Unmet: {BackupVaultName: old}
    """
    key = vault.get("EncryptionKeyArn")
    return met(f"Encrypted with {key}.") if key else unmet("No key is named.")


@check(DATA, each=RECOVERY_POINTS, none=not_applicable("No recovery point exists here."), severity="high")
def recovery_points_are_encrypted(point: Row) -> Observation:
    """Every recovery point in a backup vault is encrypted.

    Some services copy unencrypted data unencrypted, whatever the vault's key.

    Remedy: Encrypt the resource itself, and delete the unencrypted copies when they are no longer needed.

    Met:   {IsEncrypted: true}
    Unmet: {IsEncrypted: false}
    """
    return met("It is encrypted.") if point["IsEncrypted"] else unmet("It is not encrypted.")


@check(DATA, LEAST_PRIVILEGE, each=VAULT_POLICIES, none=NO_VAULT, severity="high", parameters=[TRUSTED_ACCOUNTS])
def backup_vaults_let_in_known_accounts(vault: Row, given: Given) -> Observation:
    """The policy of every backup vault lets in this account and trusted accounts only.

    Whoever may read the vault can restore all that it holds.

    Remedy: Name known accounts in the vault's policy, or list the account under trusted_accounts.

    Met:   absent
    Met:   {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "backup:*"}]}}
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "backup:*"}]}}
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "backup:CopyIntoBackupVault"}]}}
    """
    return who_is_let_in("" if vault.absent else vault["Policy"], vault, given)


@check(DATA, some=PLANS, none=NO_PLAN, scope=Scope.ACCOUNT)
def a_backup_plan_copies_elsewhere(plan: Row) -> Observation:
    """At least one backup plan copies to another region or another account.

    What befalls the region, or the account, then does not befall every copy.

    Remedy: Add a copy action with a vault in another region or account to a rule of the plan.

    Met:
      _region: eu-west-1
      Rules:
      - RuleName: daily
        CopyActions: [{DestinationBackupVaultArn: "arn:aws:backup:eu-central-1:111122223333:backup-vault:far"}]
    Unmet:
      _region: eu-west-1
      Rules:
      - RuleName: daily
        CopyActions: [{DestinationBackupVaultArn: "arn:aws:backup:eu-west-1:111122223333:backup-vault:near"}]
      - {RuleName: weekly}
    """
    vaults = [action["DestinationBackupVaultArn"] for r in plan["Rules"] for action in r.get("CopyActions", ())]
    elsewhere = [vault for vault in vaults if _place_of(vault) != (plan.place.region, plan.place.account)]
    return met(f"Copied to {', '.join(elsewhere)}.") if elsewhere else unmet("All copies stay where they are made.")


def _place_of(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - the parts of an ARN
        raise NotAnswered("the place of a vault")
    return parts[3], parts[4]


@check(
    DATA,
    some=RESTORE_TESTS,
    none=unmet("AWS Backup tests no restore in any region."),
    scope=Scope.ACCOUNT,
    parameters=[RESTORE_DAYS],
)
def restores_are_tested(plan: Row, given: Given) -> Observation:
    """AWS Backup has restored a copy for a test within the agreed time.

    A backup that was never restored is a hope. Tests outside AWS Backup are not seen here.

    Remedy: Create a restore testing plan, and look at what its restores took.

    Met:   {LastExecutionTime: 2025-12-15T00:00:00+00:00}
    Unmet: {LastExecutionTime: 2024-12-15T00:00:00+00:00}
    Unmet: {RestoreTestingPlanName: new}
    """
    last = plan.get("LastExecutionTime")
    if last is None:
        return unmet("It never ran.")
    days = given.days_since(last)
    return met(f"It ran {days} days ago.") if days <= given[RESTORE_DAYS] else unmet(f"It ran {days} days ago.")


@check(
    DATA,
    some=REPORT_PLANS,
    none=unmet("No backup report is made in any region."),
    scope=Scope.ACCOUNT,
    severity="low",
)
def backups_are_reported_on(plan: Row) -> Observation:
    """AWS Backup reports regularly on what was copied and what failed.

    The report is the record that backups were made, and it shows a job that fails night after night.

    Remedy: Create a report plan for backup jobs.

    Met:   {LastSuccessfulExecutionTime: 2025-12-31T00:00:00+00:00}
    Unmet: {ReportPlanName: new}
    """
    if "LastSuccessfulExecutionTime" in plan:
        return met(f"The latest report was made on {plan['LastSuccessfulExecutionTime']:%Y-%m-%d}.")
    return unmet("The report was never made.")


@check(
    DATA,
    LEAST_PRIVILEGE,
    each=POLICIES,
    none=not_applicable("No Glacier vault exists here."),
    severity="critical",
    parameters=[TRUSTED_ACCOUNTS],
)
def glacier_vaults_let_in_known_accounts(vault: Row, given: Given) -> Observation:
    """The policy of every Glacier vault lets in this account and trusted accounts only.

    An archive holds what has to be kept for years.

    Remedy: Name known accounts in the vault's policy, or list the account under trusted_accounts.

    Met:   absent
    Unmet: {policy: {Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "glacier:InitiateJob"}]}}}
    """
    return who_is_let_in("" if vault.absent else vault.at("policy.Policy"), vault, given)
