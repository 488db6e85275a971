"""What is asked of Amazon EKS: clusters, and which versions AWS supports, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

CLUSTER_NAMES = Call(
    service="eks",
    operation="ListClusters",
    noun="cluster name",
    nouns="cluster names",
    rows="clusters",
    name="value",
)

CLUSTERS = Call(
    service="eks",
    operation="DescribeCluster",
    noun="EKS cluster",
    nouns="EKS clusters",
    rows="cluster",
    name="name",
    per=CLUSTER_NAMES,
    bind={"name": "value"},
    redact=("cluster.connectorConfig.activationCode",),
)

VERSIONS = Call(
    service="eks",
    operation="DescribeClusterVersions",
    noun="Kubernetes version",
    nouns="Kubernetes versions",
    rows="clusterVersions",
    name="clusterVersion",
    params={"includeAll": True},
)
