"""What is asked of Amazon RDS: databases, clusters and who may restore their snapshots, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

DB_INSTANCES = Call(
    service="rds",
    operation="DescribeDBInstances",
    noun="database instance",
    nouns="database instances",
    rows="DBInstances",
    name="DBInstanceIdentifier",
    redact=("DBInstances[].PendingModifiedValues.MasterUserPassword",),
)

DB_CLUSTERS = Call(
    service="rds",
    operation="DescribeDBClusters",
    noun="database cluster",
    nouns="database clusters",
    rows="DBClusters",
    name="DBClusterIdentifier",
    redact=("DBClusters[].PendingModifiedValues.MasterUserPassword",),
)

# Automatic snapshots cannot be shared, so only manual ones are asked about.
DB_SNAPSHOTS = Call(
    service="rds",
    operation="DescribeDBSnapshots",
    noun="manual database snapshot",
    nouns="manual database snapshots",
    rows="DBSnapshots",
    name="DBSnapshotIdentifier",
    params={"SnapshotType": "manual"},
)

DB_SNAPSHOT_ATTRIBUTES = Call(
    service="rds",
    operation="DescribeDBSnapshotAttributes",
    noun="snapshot's sharing",
    nouns="snapshots' sharing",
    rows="DBSnapshotAttributesResult",
    name="DBSnapshotIdentifier",
    per=DB_SNAPSHOTS,
    bind={"DBSnapshotIdentifier": "DBSnapshotIdentifier"},
)

# Aurora, Neptune and DocumentDB clusters are told of here too; a resource without pending maintenance is not listed.
PENDING_MAINTENANCE = Call(
    service="rds",
    operation="DescribePendingMaintenanceActions",
    noun="database with pending maintenance",
    nouns="databases with pending maintenance",
    rows="PendingMaintenanceActions",
    name="ResourceIdentifier",
)
