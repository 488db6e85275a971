"""Domains 7 and 9: what databases tell of themselves, and what becomes of their snapshots, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES, DB_SNAPSHOT_ATTRIBUTES, DB_SNAPSHOTS
from srm_docs.checks.calls.rds_settings import (
    DB_CLUSTER_SNAPSHOT_ATTRIBUTES,
    DB_CLUSTER_SNAPSHOTS,
    EVENT_SUBSCRIPTIONS,
)
from srm_docs.checks.data import DATA, LOGS, TRUSTED_ACCOUNTS
from srm_docs.checks.data_stores import DATABASES, NO_DATABASE, NO_MAIN
from srm_docs.checks.database_settings import of_their_own
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, Row

Rows = Sequence[Row]

SNAPSHOTS = ("manual snapshot of a database or cluster", "manual snapshots of databases and clusters")
NO_SNAPSHOT = not_applicable("No manual snapshot of a database exists here.")
NO_CLUSTER_SNAPSHOT = not_applicable("No manual snapshot of a database cluster exists here.")

_WANTED = {"docdb": frozenset({"audit", "profiler"}), "neptune": frozenset({"audit"})}
"""Logs that must be exported where the engine has few; of the others, at least one."""


@check(DATA, LOGS, whole=(DB_INSTANCES, DB_CLUSTERS), counts=DATABASES, none=NO_MAIN)
def databases_export_their_logs(instances: Rows, clusters: Rows) -> Iterator[Observation]:
    """Every database sends its logs to CloudWatch: DocumentDB the audit and profiler log, Neptune the audit log.

    Logs that stay on the instance are gone with it, and whoever enters it can read how it is watched.

    Remedy: Choose the logs to export for the instance or cluster, and turn them on in its parameter group.

    Met:
      rds:DescribeDBInstances:
      - {Engine: postgres, EnabledCloudwatchLogsExports: [postgresql]}
      - {Engine: docdb, DBClusterIdentifier: ledger}
      rds:DescribeDBClusters: [{Engine: docdb, EnabledCloudwatchLogsExports: [audit, profiler]}]
    Unmet:
      rds:DescribeDBInstances: [{Engine: mysql}]
      rds:DescribeDBClusters: []
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{Engine: neptune, EnabledCloudwatchLogsExports: [slowquery]}]
    """
    for database in (*of_their_own(instances), *clusters):
        exported = frozenset(database.get("EnabledCloudwatchLogsExports", ()))
        missing = _WANTED.get(database["Engine"], frozenset()) - exported
        if missing:
            yield unmet(f"Not exported: {', '.join(sorted(missing))}.").about(database)
        elif exported:
            yield met(f"Exported: {', '.join(sorted(exported))}.").about(database)
        else:
            yield unmet("No log is exported.").about(database)


@check(LOGS, each=DB_INSTANCES, none=NO_DATABASE, severity="low")
def databases_are_monitored_in_detail(instance: Row) -> Observation:
    """Every database instance reports on its operating system at short intervals (enhanced monitoring).

    Exhausted memory or a strange process shows there, and not in the metrics of the hypervisor.

    Remedy: Turn on enhanced monitoring with an interval of at most sixty seconds.

    Met:   {MonitoringInterval: 60}
    Unmet: {MonitoringInterval: 0}
    Unmet: {}
    """
    seconds = instance.get("MonitoringInterval") or 0
    return met(f"It reports every {seconds} seconds.") if seconds else unmet("Enhanced monitoring is off.")


@check(LOGS, whole=(EVENT_SUBSCRIPTIONS, DB_INSTANCES), none=NO_DATABASE, severity="low")
def events_of_databases_are_sent_on(subscriptions: Rows, instances: Rows) -> Observation:
    """Where a database runs, a subscription that is switched on sends its events to somebody.

    A failover, a full disk or a deleted database is otherwise seen by users first.

    Remedy: Create an event subscription for instances and clusters, with a topic that people read.

    Met:
      rds:DescribeEventSubscriptions: [{CustSubscriptionId: desk, Enabled: true, Status: active}]
      rds:DescribeDBInstances: [{DBInstanceIdentifier: ledger}]
    Unmet:
      rds:DescribeEventSubscriptions:
      - {CustSubscriptionId: desk, Enabled: true, Status: topic-not-exist}
      - {CustSubscriptionId: old, Enabled: false, Status: active}
      rds:DescribeDBInstances: [{DBInstanceIdentifier: ledger}]
    Not applicable:
      rds:DescribeEventSubscriptions: [{CustSubscriptionId: desk, Enabled: true, Status: active}]
      rds:DescribeDBInstances: []
    """
    if not instances:
        return not_applicable("No database instance exists here.")
    names = [s["CustSubscriptionId"] for s in subscriptions if s["Enabled"] and s["Status"] == "active"]
    return met(f"Events are sent on by {quoted(names)}.") if names else unmet("Events are sent to nobody.")


@check(DATA, whole=(DB_INSTANCES, DB_CLUSTERS), counts=DATABASES, none=NO_DATABASE, severity="low")
def snapshots_bear_the_tags_of_their_database(instances: Rows, clusters: Rows) -> Iterator[Observation]:
    """Every database hands its tags down to its snapshots.

    Without the tags, nobody can tell a snapshot's classification or owner, and rights by tag do not hold for it.

    Remedy: Turn on CopyTagsToSnapshot for the instance or cluster.

    Met:
      rds:DescribeDBInstances: [{CopyTagsToSnapshot: true}, {CopyTagsToSnapshot: false, DBClusterIdentifier: orders}]
      rds:DescribeDBClusters: [{CopyTagsToSnapshot: true}]
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{CopyTagsToSnapshot: false}]
    Not applicable:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{Engine: docdb}]
    """
    for database in (*of_their_own(instances), *clusters):
        if database.get("Engine") == "docdb":
            yield not_applicable("DocumentDB has no such setting.").about(database)
        elif database["CopyTagsToSnapshot"]:
            yield met("Tags are copied to snapshots.").about(database)
        else:
            yield unmet("Tags are not copied to snapshots.").about(database)


@check(DATA, whole=(DB_SNAPSHOTS, DB_CLUSTER_SNAPSHOTS), counts=SNAPSHOTS, none=NO_SNAPSHOT, severity="high")
def database_snapshots_are_encrypted(snapshots: Rows, of_clusters: Rows) -> Iterator[Observation]:
    """Every manual snapshot of a database is encrypted.

    A snapshot holds the whole database, and outlives it.

    Remedy: Copy the snapshot with a key, and delete the unencrypted one.

    Met:
      rds:DescribeDBSnapshots: [{Encrypted: true}]
      rds:DescribeDBClusterSnapshots: [{StorageEncrypted: true}]
    Unmet:
      rds:DescribeDBSnapshots: [{Encrypted: false}]
      rds:DescribeDBClusterSnapshots: []
    Unmet:
      rds:DescribeDBSnapshots: []
      rds:DescribeDBClusterSnapshots: [{StorageEncrypted: false}]
    """
    for field, rows in (("Encrypted", snapshots), ("StorageEncrypted", of_clusters)):
        for snapshot in rows:
            said = met("It is encrypted.") if snapshot[field] else unmet("It is not encrypted.")
            yield said.about(snapshot)


@check(DATA, each=DB_CLUSTER_SNAPSHOT_ATTRIBUTES, none=NO_CLUSTER_SNAPSHOT, severity="critical")
def cluster_snapshots_are_private(snapshot: Row) -> Observation:
    """No manual snapshot of a database cluster can be restored by everyone.

    Whoever restores a public snapshot holds the whole database.

    Remedy: Remove "all" from the accounts that may restore the snapshot.

    Met:   {DBClusterSnapshotAttributes: [{AttributeName: restore, AttributeValues: ["444455556666"]}]}
    Unmet: {DBClusterSnapshotAttributes: [{AttributeName: restore, AttributeValues: [all]}]}
    """
    if any("all" in attribute["AttributeValues"] for attribute in snapshot["DBClusterSnapshotAttributes"]):
        return unmet("Any AWS account may restore the snapshot.")
    return met("The snapshot is shared with named accounts at most.")


@check(
    DATA,
    whole=(DB_SNAPSHOT_ATTRIBUTES, DB_CLUSTER_SNAPSHOT_ATTRIBUTES),
    counts=SNAPSHOTS,
    none=NO_SNAPSHOT,
    severity="high",
    parameters=[TRUSTED_ACCOUNTS],
)
def database_snapshots_are_shared_with_known_accounts(
    snapshots: Rows, of_clusters: Rows, given: Given
) -> Iterator[Observation]:
    """Every account that may restore a manual database snapshot is on the list of trusted accounts.

    Whoever may restore a snapshot can read the whole database, in an account where nobody here watches.

    Remedy: Remove the account from the snapshot, or list it under trusted_accounts.

    Met:
      rds:DescribeDBSnapshotAttributes: [{DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: []}]}]
      rds:DescribeDBClusterSnapshotAttributes: []
    Unmet:
      rds:DescribeDBSnapshotAttributes:
      - {DBSnapshotAttributes: [{AttributeName: restore, AttributeValues: ["444455556666"]}]}
      rds:DescribeDBClusterSnapshotAttributes: []
    Unmet:
      rds:DescribeDBSnapshotAttributes: []
      rds:DescribeDBClusterSnapshotAttributes:
      - {DBClusterSnapshotAttributes: [{AttributeName: restore, AttributeValues: [all]}]}
    """
    for field, rows in (("DBSnapshotAttributes", snapshots), ("DBClusterSnapshotAttributes", of_clusters)):
        for snapshot in rows:
            shared = {account for attribute in snapshot[field] for account in attribute["AttributeValues"]}
            strangers = sorted(shared - {snapshot.place.account, *given[TRUSTED_ACCOUNTS]})
            said = unmet(f"Not listed: {', '.join(strangers)}.") if strangers else met("No stranger may restore it.")
            yield said.about(snapshot)
