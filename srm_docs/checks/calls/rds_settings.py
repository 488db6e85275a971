"""What is asked of Amazon RDS beyond its databases: cluster snapshots, the parameters that force TLS, notices; calls.

RDS answers for Aurora, Neptune and DocumentDB too.
"""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES
from srm_docs.checks.row import Row

FORCING = {
    "aurora-mysql": "require_secure_transport",
    "aurora-postgresql": "rds.force_ssl",
    "docdb": "tls",
    "mariadb": "require_secure_transport",
    "mysql": "require_secure_transport",
    "postgres": "rds.force_ssl",
    "sqlserver-": "rds.force_ssl",
}
"""How the name of an engine begins -> its parameter that refuses connections without TLS."""


def forcing(database: Row) -> str:
    """The parameter by which this database's engine forces TLS, "" where it has none."""
    engine = str(database.get("Engine", ""))
    return next((name for start, name in FORCING.items() if engine.startswith(start)), "")


def _forces_by_itself(instance: Row) -> bool:
    return bool(forcing(instance)) and "DBClusterIdentifier" not in instance


def _named(*names: str) -> list[dict[str, object]]:
    """RDS has hundreds of parameters; only these are sent."""
    return [{"Name": "parameter-name", "Values": list(names)}]


DB_PARAMETERS = Call(
    service="rds",
    operation="DescribeDBParameters",
    noun="database parameter about TLS",
    nouns="database parameters about TLS",
    rows="Parameters",
    name="ParameterName",
    params={"Filters": _named("rds.force_ssl", "require_secure_transport")},
    per=DB_INSTANCES,
    bind={"DBParameterGroupName": "DBParameterGroups[0].DBParameterGroupName"},
    when=_forces_by_itself,
)

DB_CLUSTER_PARAMETERS = Call(
    service="rds",
    operation="DescribeDBClusterParameters",
    noun="database cluster parameter about TLS",
    nouns="database cluster parameters about TLS",
    rows="Parameters",
    name="ParameterName",
    params={"Filters": _named("rds.force_ssl", "require_secure_transport", "tls")},
    per=DB_CLUSTERS,
    bind={"DBClusterParameterGroupName": "DBClusterParameterGroup"},
    when=lambda cluster: bool(forcing(cluster)),
)

# Automatic snapshots cannot be shared and are encrypted as their cluster is, so only manual ones are asked about.
DB_CLUSTER_SNAPSHOTS = Call(
    service="rds",
    operation="DescribeDBClusterSnapshots",
    noun="manual database cluster snapshot",
    nouns="manual database cluster snapshots",
    rows="DBClusterSnapshots",
    name="DBClusterSnapshotIdentifier",
    params={"SnapshotType": "manual"},
)

DB_CLUSTER_SNAPSHOT_ATTRIBUTES = Call(
    service="rds",
    operation="DescribeDBClusterSnapshotAttributes",
    noun="cluster snapshot's sharing",
    nouns="cluster snapshots' sharing",
    rows="DBClusterSnapshotAttributesResult",
    name="DBClusterSnapshotIdentifier",
    per=DB_CLUSTER_SNAPSHOTS,
    bind={"DBClusterSnapshotIdentifier": "DBClusterSnapshotIdentifier"},
)

EVENT_SUBSCRIPTIONS = Call(
    service="rds",
    operation="DescribeEventSubscriptions",
    noun="database event subscription",
    nouns="database event subscriptions",
    rows="EventSubscriptionsList",
    name="CustSubscriptionId",
)
