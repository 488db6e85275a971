"""What is asked of Amazon Redshift: clusters, their audit log and whether they force TLS, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

CLUSTERS = Call(
    service="redshift",
    operation="DescribeClusters",
    noun="data warehouse",
    nouns="data warehouses",
    rows="Clusters",
    name="ClusterIdentifier",
    redact=("Clusters[].PendingModifiedValues.MasterUserPassword",),
)

LOGGING = Call(
    service="redshift",
    operation="DescribeLoggingStatus",
    noun="data warehouse's audit log",
    nouns="data warehouses' audit logs",
    per=CLUSTERS,
    bind={"ClusterIdentifier": "ClusterIdentifier"},
)

PARAMETERS = Call(
    service="redshift",
    operation="DescribeClusterParameters",
    noun="data warehouse parameter",
    nouns="data warehouse parameters",
    rows="Parameters",
    name="ParameterName",
    per=CLUSTERS,
    bind={"ParameterGroupName": "ClusterParameterGroups[0].ParameterGroupName"},
)
