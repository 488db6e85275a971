"""What is asked of DynamoDB Accelerator (DAX): the clusters, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

CLUSTERS = Call(
    service="dax",
    operation="DescribeClusters",
    noun="DynamoDB cache",
    nouns="DynamoDB caches",
    rows="Clusters",
    name="ClusterName",
)
