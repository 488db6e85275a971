"""Domain 7, data: Amazon Redshift data warehouses, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.redshift import CLUSTERS, LOGGING, PARAMETERS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.data_stores import BACKUP_DAYS
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Given, NotAnswered, Row

VPC = "networking.vpc-configuration"

NO_WAREHOUSE = not_applicable("No Redshift cluster exists here.")

Rows = Sequence[Row]


@check(DATA, each=CLUSTERS, none=NO_WAREHOUSE, severity="high")
def warehouses_are_encrypted(warehouse: Row) -> Observation:
    """Every Redshift data warehouse is encrypted where it is stored.

    A warehouse gathers the data of many systems in one place.

    Remedy: Turn on encryption of the cluster with a key of KMS.

    Met:   {Encrypted: true}
    Unmet: {Encrypted: false}
    """
    return met("It is encrypted.") if warehouse["Encrypted"] else unmet("It is not encrypted.")


@check(DATA, VPC, each=CLUSTERS, none=NO_WAREHOUSE, severity="critical")
def warehouses_are_not_public(warehouse: Row) -> Observation:
    """No Redshift data warehouse has a public address.

    A warehouse on the internet is guarded by its password and a security group alone.

    Remedy: Turn off PubliclyAccessible and reach the warehouse from inside the VPC.

    Met:   {PubliclyAccessible: false}
    Unmet: {PubliclyAccessible: true}
    """
    if warehouse["PubliclyAccessible"]:
        return unmet("It is publicly accessible.")
    return met("It is reachable from inside the VPC only.")


@check(DATA, whole=(CLUSTERS, PARAMETERS), none=NO_WAREHOUSE, severity="high")
def warehouses_refuse_plain_connections(warehouses: Rows, parameters: Rows) -> Iterator[Observation]:
    """Every Redshift data warehouse refuses connections that are not encrypted.

    A client that asks for no encryption sends its password and the data in the clear.

    Remedy: Set require_ssl to true in the cluster's parameter group.

    Met:
      redshift:DescribeClusters: [{ClusterParameterGroups: [{ParameterGroupName: g}]}]
      redshift:DescribeClusterParameters:
      - _parent: {ClusterParameterGroups: [{ParameterGroupName: g}]}
        ParameterName: require_ssl
        ParameterValue: "true"
      - _parent: {ClusterParameterGroups: [{ParameterGroupName: g}]}
        ParameterName: use_fips_ssl
        ParameterValue: "false"
    Unmet:
      redshift:DescribeClusters: [{ClusterParameterGroups: [{ParameterGroupName: g}]}]
      redshift:DescribeClusterParameters:
      - _parent: {ClusterParameterGroups: [{ParameterGroupName: g}]}
        ParameterName: require_ssl
        ParameterValue: "false"
    Unknown:
      redshift:DescribeClusters: [{ClusterParameterGroups: [{ParameterGroupName: g}]}]
      redshift:DescribeClusterParameters: []
    """
    values = {_group(_parent(p)): p["ParameterValue"] for p in parameters if p["ParameterName"] == "require_ssl"}
    for warehouse in warehouses:
        forced = str(values[_group(warehouse)]).lower() == "true"
        yield (met("require_ssl is true.") if forced else unmet("require_ssl is not true.")).about(warehouse)


def _parent(parameter: Row) -> Row:
    if parameter.parent is None:
        raise NotAnswered("the data warehouse of a parameter")
    return parameter.parent


def _group(warehouse: Row) -> str:
    return str(warehouse.at("ClusterParameterGroups[0].ParameterGroupName"))


@check(DATA, LOGS, each=LOGGING, none=NO_WAREHOUSE)
def warehouses_log_who_connects(log: Row) -> Observation:
    """Every Redshift data warehouse keeps a log of connections and queries.

    Without it, who took which data cannot be told afterwards.

    Remedy: Turn on audit logging of the cluster, to CloudWatch or a bucket kept for logs.

    Met:   {LoggingEnabled: true}
    Unmet: {LoggingEnabled: false}
    """
    return met("Audit logging is on.") if log["LoggingEnabled"] else unmet("Audit logging is off.")


@check(DATA, each=CLUSTERS, none=NO_WAREHOUSE, severity="high", parameters=[BACKUP_DAYS])
def warehouses_are_backed_up(warehouse: Row, given: Given) -> Observation:
    """Every Redshift data warehouse keeps automatic snapshots for the agreed number of days.

    They are what a warehouse is restored from after a wrong load.

    Remedy: Raise the retention period of automated snapshots.

    Met:   {AutomatedSnapshotRetentionPeriod: 7}
    Unmet: {AutomatedSnapshotRetentionPeriod: 1}
    """
    days = warehouse["AutomatedSnapshotRetentionPeriod"]
    note = f"Automatic snapshots are kept for {days} days."
    return met(note) if days >= given[BACKUP_DAYS] else unmet(note)


@check(VPC, each=CLUSTERS, none=NO_WAREHOUSE)
def warehouses_load_through_the_vpc(warehouse: Row) -> Observation:
    """Every Redshift data warehouse loads and unloads data through its VPC.

    Otherwise such traffic leaves by AWS's own network, past endpoint policies and flow logs.

    Remedy: Turn on enhanced VPC routing.

    Met:   {EnhancedVpcRouting: true}
    Unmet: {EnhancedVpcRouting: false}
    """
    if warehouse["EnhancedVpcRouting"]:
        return met("Data is loaded through the VPC.")
    return unmet("Data is loaded past the VPC.")


@check(DATA, each=CLUSTERS, none=NO_WAREHOUSE, severity="low")
def warehouses_stand_in_two_zones(warehouse: Row) -> Observation:
    """Every Redshift data warehouse stands in two availability zones.

    With one zone, a fault in its data centre stops reporting until a snapshot is restored.

    Remedy: Turn on Multi-AZ for the cluster, where its node type allows it.

    Met:   {MultiAZ: Enabled}
    Unmet: {MultiAZ: Disabled}
    """
    if warehouse["MultiAZ"].lower() in {"enabled", "true"}:
        return met("It stands in two zones.")
    return unmet("It stands in one zone.")


@check(MANAGED_PATCHING, each=CLUSTERS, none=NO_WAREHOUSE)
def warehouses_take_upgrades(warehouse: Row) -> Observation:
    """Every Redshift data warehouse takes upgrades of its engine by itself.

    They hold security patches, and AWS applies them in the maintenance window only where it may.

    Remedy: Turn on AllowVersionUpgrade for the cluster.

    Met:   {AllowVersionUpgrade: true}
    Unmet: {AllowVersionUpgrade: false}
    """
    if warehouse["AllowVersionUpgrade"]:
        return met("Upgrades are taken in the maintenance window.")
    return unmet("Upgrades wait for somebody to apply them.")
