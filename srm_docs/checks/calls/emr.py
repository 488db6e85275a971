"""What is asked of Amazon EMR: clusters that run, their security configurations, and the account's guard, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PUBLIC_ACCESS_BLOCK = Call(
    service="emr",
    operation="GetBlockPublicAccessConfiguration",
    noun="EMR public access block",
    nouns="EMR public access blocks",
    rows="BlockPublicAccessConfiguration",
)

# A terminated cluster stays in the list for two months and has nothing left to change.
CLUSTER_LIST = Call(
    service="emr",
    operation="ListClusters",
    variant="running",
    noun="running EMR cluster's name",
    nouns="running EMR clusters' names",
    rows="Clusters",
    name="Name",
    params={"ClusterStates": ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]},
)

CLUSTERS = Call(
    service="emr",
    operation="DescribeCluster",
    noun="EMR cluster",
    nouns="EMR clusters",
    rows="Cluster",
    name="Name",
    per=CLUSTER_LIST,
    bind={"ClusterId": "Id"},
    redact=(
        "Cluster.Configurations",
        "Cluster.Applications[].Args",
        "Cluster.Applications[].AdditionalInfo.*",
        "Cluster.KerberosAttributes.KdcAdminPassword",
        "Cluster.KerberosAttributes.CrossRealmTrustPrincipalPassword",
        "Cluster.KerberosAttributes.ADDomainJoinPassword",
    ),
)

SECURITY_CONFIGURATIONS = Call(
    service="emr",
    operation="DescribeSecurityConfiguration",
    noun="EMR cluster's security configuration",
    nouns="EMR clusters' security configurations",
    name="Name",
    per=CLUSTERS,
    bind={"Name": "SecurityConfiguration"},
    when=lambda cluster: bool(cluster.get("SecurityConfiguration")),
)
