"""What is asked of Amazon MSK: Kafka clusters of both kinds, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

CLUSTERS = Call(
    service="kafka",
    operation="ListClustersV2",
    noun="Kafka cluster",
    nouns="Kafka clusters",
    rows="ClusterInfoList",
    name="ClusterName",
)
