"""What is asked of Amazon ElastiCache: replication groups and the caches that stand alone, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

GROUPS = Call(
    service="elasticache",
    operation="DescribeReplicationGroups",
    noun="replicated cache",
    nouns="replicated caches",
    rows="ReplicationGroups",
    name="ReplicationGroupId",
)

# Members of a replication group have no settings of their own.
LONE_CACHES = Call(
    service="elasticache",
    operation="DescribeCacheClusters",
    noun="single cache",
    nouns="single caches",
    rows="CacheClusters",
    name="CacheClusterId",
    params={"ShowCacheClustersNotInReplicationGroups": True},
)
