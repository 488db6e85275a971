"""What is asked of Amazon ElastiCache's service updates: those still on offer, cache by cache, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

UPDATE_ACTIONS = Call(
    service="elasticache",
    operation="DescribeUpdateActions",
    noun="service update of a cache",
    nouns="service updates of caches",
    rows="UpdateActions",
    name="join(' ', [ReplicationGroupId || CacheClusterId || '', ServiceUpdateName])",
    params={"ServiceUpdateStatus": ["available"]},
)
