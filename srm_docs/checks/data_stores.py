"""Domain 7, data: databases, tables and their backups, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.backup import PLANS, VAULTS
from srm_docs.checks.calls.dynamodb import TABLE_BACKUPS, TABLES
from srm_docs.checks.calls.macie2 import MACIE
from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES, DB_SNAPSHOT_ATTRIBUTES
from srm_docs.checks.data import DATA
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, Row

DATABASES = ("database instance or cluster", "database instances and clusters")
"""What is counted where instances and clusters are judged alike."""
NO_DATABASE = not_applicable("No database exists here.")
NO_MAIN = not_applicable("No database exists here but replicas of others.")
NO_TABLE = not_applicable("No DynamoDB table exists here.")
NO_PLAN = unmet("No AWS Backup plan exists in any region.")

BACKUP_DAYS = Parameter(
    id="database_backup_days",
    title="Days for which automatic database backups are kept, at least",
    default=7,
    loosest=1,
    unit="days",
    at_most=False,
)

PLAN_DAYS = Parameter(
    id="backup_plan_days",
    title="Days for which a backup plan keeps what it copies, at least",
    default=30,
    loosest=7,
    unit="days",
    at_most=False,
)


def standing_alone(instances: tuple[Row, ...]) -> Iterator[Row]:
    """Database instances that have settings of their own: not members of a cluster, not read replicas."""
    for instance in instances:
        if "DBClusterIdentifier" not in instance and "ReadReplicaSourceDBInstanceIdentifier" not in instance:
            yield instance


@check(
    DATA,
    whole=(DB_INSTANCES, DB_CLUSTERS),
    counts=DATABASES,
    none=NO_DATABASE,
    severity="high",
)
def databases_are_encrypted(instances: tuple[Row, ...], clusters: tuple[Row, ...]) -> Iterator[Observation]:
    """Every database is encrypted where it is stored.

    Encryption cannot be added to a database later: an unencrypted one stays so until it is replaced.

    Remedy: Restore an encrypted copy of a snapshot and switch over to it.

    Met:
      rds:DescribeDBInstances: [{StorageEncrypted: true}]
      rds:DescribeDBClusters: [{StorageEncrypted: true}]
    Unmet:
      rds:DescribeDBInstances: [{StorageEncrypted: false}]
      rds:DescribeDBClusters: []
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{StorageEncrypted: false}]
    """
    for database in (*instances, *clusters):
        said = met("Storage is encrypted.") if database["StorageEncrypted"] else unmet("Storage is not encrypted.")
        yield said.about(database)


@check(DATA, "networking.vpc-configuration", each=DB_INSTANCES, none=NO_DATABASE, severity="critical")
def databases_are_not_public(instance: Row) -> Observation:
    """No database instance has a public address.

    A database on the internet is guarded by its password and a security group alone.

    Remedy: Turn off PubliclyAccessible and reach the database from inside the VPC.

    Met:   {PubliclyAccessible: false}
    Unmet: {PubliclyAccessible: true}
    """
    if instance["PubliclyAccessible"]:
        return unmet("The instance is publicly accessible.")
    return met("The instance is reachable from inside the VPC only.")


@check(
    DATA,
    whole=(DB_INSTANCES, DB_CLUSTERS),
    counts=DATABASES,
    none=NO_MAIN,
    severity="high",
    parameters=[BACKUP_DAYS],
)
def databases_are_backed_up(
    instances: tuple[Row, ...], clusters: tuple[Row, ...], given: Given
) -> Iterator[Observation]:
    """Every database keeps automatic backups for the agreed number of days.

    They are what a database can be restored from to any moment within that time.

    Remedy: Raise the backup retention period of the instance or cluster.

    Met:
      rds:DescribeDBInstances:
      - {BackupRetentionPeriod: 7}
      - {BackupRetentionPeriod: 0, ReadReplicaSourceDBInstanceIdentifier: main}
      rds:DescribeDBClusters: [{BackupRetentionPeriod: 14}]
    Unmet:
      rds:DescribeDBInstances: [{BackupRetentionPeriod: 0}]
      rds:DescribeDBClusters: []
    Unmet:
      rds:DescribeDBInstances: [{BackupRetentionPeriod: 1, DBClusterIdentifier: orders}]
      rds:DescribeDBClusters: [{BackupRetentionPeriod: 1}]
    """
    for database in (*standing_alone(instances), *clusters):
        days = database["BackupRetentionPeriod"]
        note = f"Automatic backups are kept for {days} days."
        yield (met(note) if days >= given[BACKUP_DAYS] else unmet(note)).about(database)


@check(
    DATA,
    whole=(DB_INSTANCES, DB_CLUSTERS),
    counts=DATABASES,
    none=NO_MAIN,
)
def databases_are_protected_from_deletion(
    instances: tuple[Row, ...], clusters: tuple[Row, ...]
) -> Iterator[Observation]:
    """No database can be deleted before its deletion protection is turned off.

    The second step stops a slip of the hand and a careless script.

    Remedy: Turn on deletion protection for the instance or cluster.

    Met:
      rds:DescribeDBInstances: [{DeletionProtection: true}, {DeletionProtection: false, DBClusterIdentifier: orders}]
      rds:DescribeDBClusters: [{DeletionProtection: true}]
    Unmet:
      rds:DescribeDBInstances: [{DeletionProtection: false}]
      rds:DescribeDBClusters: []
    """
    for database in (*standing_alone(instances), *clusters):
        said = (
            met("Deletion protection is on.")
            if database["DeletionProtection"]
            else unmet("Deletion protection is off.")
        )
        yield said.about(database)


@check(
    DATA,
    each=DB_SNAPSHOT_ATTRIBUTES,
    none=not_applicable("No manual database snapshot exists here."),
    severity="critical",
)
def database_snapshots_are_private(snapshot: Row) -> Observation:
    """No manual database snapshot can be restored by everyone.

    Whoever restores a public snapshot holds the whole database.

    Remedy: Remove "all" from the accounts that may restore the snapshot.

    Met:   {DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: ["444455556666"]}]}
    Unmet: {DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: [all]}]}
    """
    if any("all" in attribute["AttributeValues"] for attribute in snapshot["DBSnapshotAttributes"]):
        return unmet("Any AWS account may restore the snapshot.")
    return met("The snapshot is shared with named accounts at most.")


@check(DATA, each=TABLE_BACKUPS, none=NO_TABLE, severity="high")
def tables_can_be_restored_to_a_moment(table: Row) -> Observation:
    """Every DynamoDB table can be restored to any moment of the recovery period.

    Without point-in-time recovery, an overwritten item is lost.

    Remedy: Turn on point-in-time recovery for the table.

    Met:   {PointInTimeRecoveryDescription: {PointInTimeRecoveryStatus: ENABLED}}
    Unmet: {PointInTimeRecoveryDescription: {PointInTimeRecoveryStatus: DISABLED}}
    """
    if table.at("PointInTimeRecoveryDescription.PointInTimeRecoveryStatus") == "ENABLED":
        return met("Point-in-time recovery is on.")
    return unmet("Point-in-time recovery is off.")


@check(DATA, each=TABLES, none=NO_TABLE)
def tables_are_protected_from_deletion(table: Row) -> Observation:
    """No DynamoDB table can be deleted before its deletion protection is turned off.

    The second step stops a slip of the hand and a careless script.

    Remedy: Turn on deletion protection for the table.

    Met:   {DeletionProtectionEnabled: true}
    Unmet: {DeletionProtectionEnabled: false}
    """
    if table["DeletionProtectionEnabled"]:
        return met("Deletion protection is on.")
    return unmet("Deletion protection is off.")


@check(DATA, each=PLANS, none=NO_PLAN, scope=Scope.ACCOUNT, parameters=[PLAN_DAYS])
def backup_plans_keep_copies(plan: Row, given: Given) -> Observation:
    """Every rule of a backup plan keeps its copies for the agreed number of days.

    A fault that is noticed late needs a copy from before it.

    Remedy: Raise DeleteAfterDays of the rule, or leave it out to keep copies until they are deleted.

    Met:   {Rules: [{RuleName: daily, Lifecycle: {DeleteAfterDays: 35}}, {RuleName: yearly}]}
    Unmet: {Rules: [{RuleName: daily, Lifecycle: {DeleteAfterDays: 5}}, {RuleName: yearly}]}
    """
    least = given[PLAN_DAYS]
    short = [r["RuleName"] for r in plan["Rules"] if r.get("Lifecycle", {}).get("DeleteAfterDays", least) < least]
    if short:
        return unmet(f"Copies are deleted before {least} days by: {quoted(short)}.")
    return met(f"Every rule keeps its copies for at least {least} days.")


@check(DATA, each=VAULTS, none=not_applicable("No backup vault exists here."), severity="low")
def backup_vaults_are_locked(vault: Row) -> Observation:
    """Every backup vault is locked, so that copies cannot be deleted before their time.

    Whoever attacks the data attacks its copies too.

    Remedy: Set a vault lock, in governance mode first.

    Met:   {Locked: true}
    Unmet: {Locked: false}
    Unmet: {}
    """
    if vault.get("Locked"):
        return met("The vault is locked.")
    return unmet("The vault is not locked.")


@check(DATA, some=MACIE, none=unmet("Macie was asked for in no region."), scope=Scope.ACCOUNT)
def macie_looks_for_sensitive_data(session: Row) -> Observation:
    """Amazon Macie looks for sensitive data in at least one region.

    It finds personal data and credentials in buckets where nobody expects them.

    Remedy: Enable Macie in each region where buckets hold data.

    Met:   {status: ENABLED}
    Unmet: {status: PAUSED}
    Unmet: absent
    """
    if session.absent:
        return unmet("Macie is off.")
    if session["status"] == "ENABLED":
        return met("Macie is on.")
    return unmet("Macie is paused.")
