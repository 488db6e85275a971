"""Domain 7, data: caches of Amazon ElastiCache and of DynamoDB Accelerator (DAX), as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.dax import CLUSTERS
from srm_docs.checks.calls.elasticache import GROUPS, LONE_CACHES
from srm_docs.checks.data import DATA
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

IAM = "identity-access-management.iam-policies"

NO_CACHE = not_applicable("No ElastiCache cache exists here.")
NO_GROUP = not_applicable("No replicated ElastiCache cache exists here.")
NO_TABLE_CACHE = not_applicable("No DAX cluster exists here.")

Rows = Sequence[Row]


@check(DATA, whole=(GROUPS, LONE_CACHES), counts=("cache", "caches"), none=NO_CACHE, severity="high")
def caches_are_encrypted(groups: Rows, lone: Rows) -> Iterator[Observation]:
    """Every cache that can be is encrypted where it is stored.

    Sessions and query results in a cache are as confidential as where they came from. Memcached stores nothing.

    Remedy: Create the cache anew with encryption at rest; it cannot be added later.

    Met:
      elasticache:DescribeReplicationGroups: [{AtRestEncryptionEnabled: true}]
      elasticache:DescribeCacheClusters: [{Engine: memcached, AtRestEncryptionEnabled: false}]
    Unmet:
      elasticache:DescribeReplicationGroups: [{AtRestEncryptionEnabled: false}]
      elasticache:DescribeCacheClusters: []
    Unmet:
      elasticache:DescribeReplicationGroups: []
      elasticache:DescribeCacheClusters: [{Engine: redis, AtRestEncryptionEnabled: false}]
    Not applicable:
      elasticache:DescribeReplicationGroups: []
      elasticache:DescribeCacheClusters: [{Engine: memcached}]
    """
    for cache in (*groups, *lone):
        if cache.get("Engine") == "memcached":
            yield not_applicable("Memcached stores nothing.").about(cache)
        elif cache["AtRestEncryptionEnabled"]:
            yield met("It is encrypted.").about(cache)
        else:
            yield unmet("It is not encrypted.").about(cache)


@check(DATA, whole=(GROUPS, LONE_CACHES), counts=("cache", "caches"), none=NO_CACHE, severity="high")
def caches_encrypt_in_transit(groups: Rows, lone: Rows) -> Iterator[Observation]:
    """Every cache refuses connections that are not encrypted.

    What a cache is asked, and its password, can otherwise be read on the way.

    Remedy: Turn on encryption in transit, first in mode preferred, then required.

    Met:
      elasticache:DescribeReplicationGroups: [{TransitEncryptionEnabled: true, TransitEncryptionMode: required}]
      elasticache:DescribeCacheClusters: [{Engine: memcached, TransitEncryptionEnabled: true}]
    Unmet:
      elasticache:DescribeReplicationGroups: [{TransitEncryptionEnabled: true, TransitEncryptionMode: preferred}]
      elasticache:DescribeCacheClusters: []
    Unmet:
      elasticache:DescribeReplicationGroups: []
      elasticache:DescribeCacheClusters: [{TransitEncryptionEnabled: false}]
    """
    for cache in (*groups, *lone):
        if not cache["TransitEncryptionEnabled"]:
            yield unmet("Connections are not encrypted.").about(cache)
        elif cache.get("TransitEncryptionMode") == "preferred":
            yield unmet("Connections without encryption are taken too.").about(cache)
        else:
            yield met("Connections are encrypted.").about(cache)


@check(DATA, IAM, each=GROUPS, none=NO_GROUP)
def caches_know_their_users(cache: Row) -> Observation:
    """Every replicated cache asks its users for a password or a name.

    Otherwise whoever reaches it in the network reads and changes everything in it.

    Remedy: Give the cache a user group, or a password (AUTH).

    Met:   {AuthTokenEnabled: true}
    Met:   {AuthTokenEnabled: false, UserGroupIds: [billing]}
    Unmet: {AuthTokenEnabled: false, UserGroupIds: []}
    Unmet: {AuthTokenEnabled: false}
    """
    if cache["AuthTokenEnabled"]:
        return met("A password is asked for.")
    groups = cache.get("UserGroupIds") or ()
    return met(f"User groups: {quoted(groups)}.") if groups else unmet("Nobody is asked who they are.")


@check(DATA, each=GROUPS, none=NO_GROUP)
def caches_fail_over(cache: Row) -> Observation:
    """Every replicated cache moves to a replica by itself when its main node fails.

    Until somebody promotes a replica by hand, the application stands still.

    Remedy: Turn on automatic failover, with at least one replica.

    Met:   {AutomaticFailover: enabled}
    Unmet: {AutomaticFailover: disabled}
    """
    if cache["AutomaticFailover"] == "enabled":
        return met("Automatic failover is on.")
    return unmet(f"Automatic failover is {cache['AutomaticFailover']}.")


@check(DATA, each=GROUPS, none=NO_GROUP)
def caches_stand_in_two_zones(cache: Row) -> Observation:
    """Every replicated cache has its nodes in more than one availability zone.

    With one zone, a fault in its data centre takes all nodes at once.

    Remedy: Turn on Multi-AZ for the cache.

    Met:   {MultiAZ: enabled}
    Unmet: {MultiAZ: disabled}
    """
    return met("It stands in several zones.") if cache["MultiAZ"] == "enabled" else unmet("It stands in one zone.")


@check(MANAGED_PATCHING, whole=(GROUPS, LONE_CACHES), counts=("cache", "caches"), none=NO_CACHE)
def caches_take_minor_upgrades(groups: Rows, lone: Rows) -> Iterator[Observation]:
    """Every cache takes minor upgrades of its engine by itself.

    They hold the engine's security patches, and AWS applies them in the maintenance window only where it may.

    Remedy: Turn on AutoMinorVersionUpgrade for the cache.

    Met:
      elasticache:DescribeReplicationGroups: [{AutoMinorVersionUpgrade: true}]
      elasticache:DescribeCacheClusters: []
    Unmet:
      elasticache:DescribeReplicationGroups: []
      elasticache:DescribeCacheClusters: [{AutoMinorVersionUpgrade: false}]
    """
    for cache in (*groups, *lone):
        on = cache["AutoMinorVersionUpgrade"]
        yield (met("Minor upgrades are taken.") if on else unmet("Minor upgrades wait for somebody.")).about(cache)


@check(DATA, each=CLUSTERS, none=NO_TABLE_CACHE, severity="high")
def table_caches_are_encrypted(cache: Row) -> Observation:
    """Every DAX cluster is encrypted where it is stored.

    It holds copies of the tables' items.

    Remedy: Create the cluster anew with encryption at rest; it cannot be added later.

    Met:   {SSEDescription: {Status: ENABLED}}
    Unmet: {SSEDescription: {Status: DISABLED}}
    """
    return met("It is encrypted.") if cache.at("SSEDescription.Status") == "ENABLED" else unmet("It is not encrypted.")


@check(DATA, each=CLUSTERS, none=NO_TABLE_CACHE, severity="high")
def table_caches_encrypt_in_transit(cache: Row) -> Observation:
    """Every DAX cluster takes encrypted connections only.

    Items can otherwise be read on their way to the application.

    Remedy: Create the cluster anew with the endpoint encryption type TLS.

    Met:   {ClusterEndpointEncryptionType: TLS}
    Unmet: {ClusterEndpointEncryptionType: NONE}
    """
    if cache["ClusterEndpointEncryptionType"] == "TLS":
        return met("Connections are encrypted.")
    return unmet("Connections are not encrypted.")


@check(DATA, each=CLUSTERS, none=NO_TABLE_CACHE)
def table_caches_stand_in_two_zones(cache: Row) -> Observation:
    """Every DAX cluster has nodes in more than one availability zone.

    With one zone, a fault in its data centre takes all nodes at once.

    Remedy: Add a node in another zone; AWS advises three nodes.

    Met:   {Nodes: [{NodeId: a, AvailabilityZone: eu-west-1a}, {NodeId: b, AvailabilityZone: eu-west-1b}]}
    Unmet: {Nodes: [{NodeId: a, AvailabilityZone: eu-west-1a}, {NodeId: b, AvailabilityZone: eu-west-1a}]}
    """
    zones = sorted({node["AvailabilityZone"] for node in cache["Nodes"]})
    note = f"Zones: {', '.join(zones)}."
    return met(note) if len(zones) > 1 else unmet(note)
