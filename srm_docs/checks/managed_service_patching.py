"""Domain 5, operating system and runtime: what the customer decides of how AWS patches managed services, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.eks import CLUSTERS, VERSIONS
from srm_docs.checks.calls.elasticache_updates import UPDATE_ACTIONS
from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES, PENDING_MAINTENANCE
from srm_docs.checks.containers_serverless import CONTROL_PLANE, NO_CLUSTER
from srm_docs.checks.data_stores import DATABASES, NO_DATABASE
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.row import Given, Row

Rows = Sequence[Row]


@check(MANAGED_PATCHING, each=DB_INSTANCES, none=NO_DATABASE)
def databases_take_minor_upgrades(instance: Row) -> Observation:
    """Every database instance takes minor upgrades of its engine by itself.

    They hold the engine's security patches, and AWS applies them in the maintenance window only where it may.

    Remedy: Turn on AutoMinorVersionUpgrade for the instance.

    Met:   {AutoMinorVersionUpgrade: true}
    Unmet: {AutoMinorVersionUpgrade: false}
    """
    if instance["AutoMinorVersionUpgrade"]:
        return met("Minor upgrades are taken in the maintenance window.")
    return unmet("Minor upgrades wait for somebody to apply them.")


@check(
    MANAGED_PATCHING,
    whole=(DB_INSTANCES, DB_CLUSTERS, PENDING_MAINTENANCE),
    counts=DATABASES,
    none=NO_DATABASE,
    severity="high",
)
def maintenance_of_databases_has_a_date(instances: Rows, clusters: Rows, pending: Rows) -> Iterator[Observation]:
    """No maintenance that AWS offers for a database waits without a date.

    AWS makes the patch; until a window is chosen for it, or AWS forces it, the database runs without.

    Remedy: Apply the pending action, or schedule it for the next maintenance window.

    Met:
      rds:DescribeDBInstances: [{DBInstanceArn: a}, {DBInstanceArn: b}]
      rds:DescribeDBClusters: []
      rds:DescribePendingMaintenanceActions:
      - ResourceIdentifier: b
        PendingMaintenanceActionDetails: [{Action: system-update, CurrentApplyDate: 2026-01-04T03:00:00+00:00}]
    Unmet:
      rds:DescribeDBInstances: [{DBInstanceArn: a}]
      rds:DescribeDBClusters: []
      rds:DescribePendingMaintenanceActions:
      - ResourceIdentifier: a
        PendingMaintenanceActionDetails:
        - {Action: db-upgrade, CurrentApplyDate: 2026-01-04T03:00:00+00:00}
        - {Action: system-update}
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{DBClusterArn: c}]
      rds:DescribePendingMaintenanceActions:
      - {ResourceIdentifier: c, PendingMaintenanceActionDetails: [{Action: system-update}]}
    """
    actions = {row["ResourceIdentifier"]: row["PendingMaintenanceActionDetails"] for row in pending}
    known = [*((row, row["DBInstanceArn"]) for row in instances), *((row, row["DBClusterArn"]) for row in clusters)]
    for database, arn in known:
        waiting = [action["Action"] for action in actions.get(arn, ()) if not action.get("CurrentApplyDate")]
        if waiting:
            yield unmet(f"Without a date: {', '.join(waiting)}.").about(database)
        else:
            yield met("No maintenance waits without a date.").about(database)


@check(MANAGED_PATCHING, each=UPDATE_ACTIONS, none=not_applicable("No update is on offer for a cache here."))
def updates_of_caches_are_applied_in_time(update: Row, given: Given) -> Observation:
    """Every service update of an ElastiCache cache is applied by the day that AWS recommends.

    Remedy: Apply the service update to the cache.

    Met:   {UpdateActionStatus: complete, ServiceUpdateRecommendedApplyByDate: 2025-11-01T00:00:00+00:00}
    Met:   {UpdateActionStatus: not-applied, ServiceUpdateRecommendedApplyByDate: 2026-02-01T00:00:00+00:00}
    Unmet: {UpdateActionStatus: not-applied, ServiceUpdateRecommendedApplyByDate: 2025-11-01T00:00:00+00:00}
    Not applicable: {UpdateActionStatus: not-applicable}
    """
    status = update["UpdateActionStatus"]
    if status == "not-applicable":
        return not_applicable("The update does not concern this cache.")
    if status == "complete":
        return met("The update is applied.")
    late = given.days_since(update["ServiceUpdateRecommendedApplyByDate"])
    if late > 0:
        return unmet(f"The update was to be applied {late} days ago, and is {status.replace('-', ' ')}.")
    return met(f"The update is {status.replace('-', ' ')}, and its day has not passed.")


@check(CONTROL_PLANE, MANAGED_PATCHING, whole=(CLUSTERS, VERSIONS), none=NO_CLUSTER, severity="high")
def eks_control_planes_run_a_supported_version(clusters: Rows, versions: Rows) -> list[Observation]:
    """Every EKS cluster runs a version of Kubernetes in standard support.

    Later the community mends no weaknesses any more, and AWS does so for a while only, for a surcharge.

    Remedy: Upgrade the cluster, one minor version at a time.

    Met:
      eks:DescribeCluster: [{version: "1.33"}]
      eks:DescribeClusterVersions: [{clusterVersion: "1.33", versionStatus: STANDARD_SUPPORT}]
    Unmet:
      eks:DescribeCluster: [{version: "1.29"}]
      eks:DescribeClusterVersions: [{clusterVersion: "1.29", versionStatus: EXTENDED_SUPPORT}]
    Unknown:
      eks:DescribeCluster: [{version: "1.99"}]
      eks:DescribeClusterVersions: [{clusterVersion: "1.29", versionStatus: EXTENDED_SUPPORT}]
    """
    states = {version["clusterVersion"]: version["versionStatus"] for version in versions}
    said = []
    for cluster in clusters:
        version = cluster["version"]
        state = states.get(version, "")
        if not state:
            said.append(unknown(f"AWS does not say how it supports version {version}.").about(cluster))
        elif state == "STANDARD_SUPPORT":
            said.append(met(f"Version {version} is in standard support.").about(cluster))
        else:
            said.append(unmet(f"Version {version}: {state.replace('_', ' ').lower()}.").about(cluster))
    return said
