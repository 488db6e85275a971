"""Domain 7, data: what analyses data (EMR clusters, Athena workgroups), as checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.athena import WORKGROUPS
from srm_docs.checks.calls.ec2 import SECURITY_GROUPS
from srm_docs.checks.calls.emr import CLUSTERS, PUBLIC_ACCESS_BLOCK, SECURITY_CONFIGURATIONS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import METRICS
from srm_docs.checks.networking import GROUP_RULES, VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.openings import open_to_world, written
from srm_docs.checks.row import NotAnswered, Row

NO_CLUSTER = not_applicable("No EMR cluster runs here.")
NO_WORKGROUP = not_applicable("No Athena workgroup is in use here.")

Rows = Sequence[Row]


@check(VPC, GROUP_RULES, each=PUBLIC_ACCESS_BLOCK, none=not_applicable("EMR has no settings here."), severity="high")
def emr_blocks_public_access(block: Row) -> Observation:
    """No EMR cluster can start with a security group that is open to the internet, port 22 at most excepted.

    AWS sets it so, with port 22 excepted; every further exception was somebody's choice.

    Remedy: Turn on the block of public access in EMR's settings of the region, and remove its exceptions.

    Met:
      BlockPublicSecurityGroupRules: true
      PermittedPublicSecurityGroupRuleRanges: [{MinRange: 22, MaxRange: 22}]
    Unmet:
      BlockPublicSecurityGroupRules: true
      PermittedPublicSecurityGroupRuleRanges: [{MinRange: 22, MaxRange: 22}, {MinRange: 8000, MaxRange: 9000}]
    Unmet: {BlockPublicSecurityGroupRules: false}
    """
    if not block["BlockPublicSecurityGroupRules"]:
        return unmet("Clusters may start with security groups that are open to the internet.")
    listed = [(r["MinRange"], r["MaxRange"]) for r in block.get("PermittedPublicSecurityGroupRuleRanges", ())]
    open_ranges = [f"{low}-{high}" for low, high in listed if (low, high) != (22, 22)]
    if open_ranges:
        return unmet(f"Excepted ports: {', '.join(open_ranges)}.")
    return met("Security groups that are open to the internet are refused.")


@check(VPC, each=CLUSTERS, none=NO_CLUSTER, severity="high")
def emr_masters_have_no_public_address(cluster: Row) -> Observation:
    """No EMR cluster's primary node has a public address.

    Its web interfaces show data and jobs, and ask nobody for a password.

    Remedy: Start the cluster in a private subnet.

    Met:   {MasterPublicDnsName: ip-10-0-1-7.eu-west-1.compute.internal}
    Unmet: {MasterPublicDnsName: ec2-198-51-100-7.eu-west-1.compute.amazonaws.com}
    Not applicable: {Id: j-1}
    """
    name = cluster.get("MasterPublicDnsName", "")
    if not name:
        return not_applicable("The primary node has no name yet: the cluster is starting.")
    # In a private subnet, AWS gives the private name in this field.
    if name.startswith("ec2-"):
        return unmet(f"The primary node is public: {name}.")
    return met("The primary node has a private address only.")


def groups_of(cluster: Row) -> list[str]:
    """The security groups of a cluster's primary, core and task nodes."""
    about = cluster["Ec2InstanceAttributes"]
    single = ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup")
    several = ("AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups")
    found = [about[name] for name in single if about.get(name)]
    return found + [group for name in several for group in about.get(name, ())]


@check(GROUP_RULES, whole=(CLUSTERS, SECURITY_GROUPS), none=NO_CLUSTER, severity="critical")
def emr_clusters_are_not_open_to_the_internet(clusters: Rows, groups: Rows) -> Iterator[Observation]:
    """No security group of an EMR cluster lets in the internet.

    Remedy: Remove 0.0.0.0/0 and ::/0 from the groups of the cluster, and reach it from inside the VPC.

    Met:
      emr:DescribeCluster: [{Ec2InstanceAttributes: {EmrManagedMasterSecurityGroup: sg-1}}]
      ec2:DescribeSecurityGroups:
      - {GroupId: sg-1, IpPermissions: []}
      - {GroupId: sg-2, IpPermissions: [{IpProtocol: "-1", IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    Unmet:
      emr:DescribeCluster: [{Ec2InstanceAttributes: {AdditionalSlaveSecurityGroups: [sg-2]}}]
      ec2:DescribeSecurityGroups:
      - {GroupId: sg-2, IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, Ipv6Ranges: [{CidrIpv6: "::/0"}]}]}
    Unknown:
      emr:DescribeCluster: [{Ec2InstanceAttributes: {EmrManagedSlaveSecurityGroup: sg-3}}]
      ec2:DescribeSecurityGroups: []
    """
    opened = {group["GroupId"]: open_to_world(group["IpPermissions"]) for group in groups}
    for cluster in clusters:
        found = [opening for name in groups_of(cluster) for opening in _known(opened, name)]
        if found:
            yield unmet(f"Open to the internet: {written(found)}.").about(cluster)
        else:
            yield met("Its security groups keep the internet out.").about(cluster)


def _known(opened: Mapping[str, list[range]], name: str) -> list[range]:
    try:
        return opened[name]
    except KeyError:
        raise NotAnswered(f"the security group {name}") from None


def encryption_of(configuration: Row) -> Mapping[str, Any]:
    """The encryption part of a security configuration of EMR, which AWS gives as JSON text; empty where it has none."""
    try:
        found = json.loads(configuration["SecurityConfiguration"])
    except ValueError:
        raise NotAnswered("a security configuration that can be read") from None
    if not isinstance(found, dict):
        raise NotAnswered("a security configuration that can be read")
    part = found.get("EncryptionConfiguration", {})
    return part if isinstance(part, dict) else {}


@check(DATA, whole=(CLUSTERS, SECURITY_CONFIGURATIONS), none=NO_CLUSTER, severity="high")
def emr_clusters_encrypt(clusters: Rows, configurations: Rows) -> Iterator[Observation]:
    """Every EMR cluster has a security configuration that encrypts data where they lie and while they move.

    Remedy: Create a security configuration with encryption at rest and in transit, and start the cluster with it.

    Met:
      emr:DescribeCluster: [{SecurityConfiguration: all}]
      emr:DescribeSecurityConfiguration:
      - Name: all
        SecurityConfiguration:
          '{"EncryptionConfiguration": {"EnableAtRestEncryption": true, "EnableInTransitEncryption": true}}'
    Unmet:
      emr:DescribeCluster: [{SecurityConfiguration: half}]
      emr:DescribeSecurityConfiguration:
      - Name: half
        SecurityConfiguration:
          '{"EncryptionConfiguration": {"EnableAtRestEncryption": true, "EnableInTransitEncryption": false}}'
    Unmet:
      emr:DescribeCluster: [{Id: j-1}]
      emr:DescribeSecurityConfiguration: []
    """
    known = {row["Name"]: encryption_of(row) for row in configurations}
    switches = {"EnableAtRestEncryption": "at rest", "EnableInTransitEncryption": "in transit"}
    for cluster in clusters:
        chosen = known.get(cluster.get("SecurityConfiguration", ""), {})
        missing = [words for switch, words in switches.items() if chosen.get(switch) is not True]
        said = (
            unmet(f"Not encrypted: {' and '.join(missing)}.") if missing else met("Encrypted at rest and in transit.")
        )
        yield said.about(cluster)


@check(LOGS, each=CLUSTERS, none=NO_CLUSTER)
def emr_clusters_keep_their_logs(cluster: Row) -> Observation:
    """Every EMR cluster copies its logs to a bucket.

    The nodes' own copies end with the cluster.

    Remedy: Start the cluster with a log URI.

    Met:   {LogUri: "s3n://example-ltd-access-logs/emr/"}
    Unmet: {Id: j-1}
    """
    if cluster.get("LogUri"):
        return met("Logs are copied to a bucket.")
    return unmet("Logs end with the cluster.")


def is_untouched(group: Row) -> bool:
    """Whether a workgroup is the one that AWS makes in every region, and nobody has given it a place for results."""
    given = group["Configuration"]
    place = given.get("ResultConfiguration", {}).get("OutputLocation")
    managed = given.get("ManagedQueryResultsConfiguration", {}).get("Enabled")
    return bool(group["Name"] == "primary" and not place and not managed)


UNTOUCHED = not_applicable("It is AWS's own workgroup, and nobody has set it up.")


@check(DATA, each=WORKGROUPS, none=NO_WORKGROUP)
def athena_results_are_encrypted(group: Row) -> Observation:
    """Every Athena workgroup has the results of its queries encrypted.

    Remedy: Choose an encryption for results in the workgroup, or let Athena manage the results.

    Met:
      Name: finance
      Configuration:
        ResultConfiguration: {OutputLocation: "s3://r/", EncryptionConfiguration: {EncryptionOption: SSE_KMS}}
    Met:   {Name: finance, Configuration: {ManagedQueryResultsConfiguration: {Enabled: true}}}
    Unmet: {Name: finance, Configuration: {ResultConfiguration: {OutputLocation: "s3://r/"}}}
    Unmet: {Name: finance, Configuration: {}}
    Unmet: {Name: primary, Configuration: {ResultConfiguration: {OutputLocation: "s3://r/"}}}
    Not applicable: {Name: primary, Configuration: {ResultConfiguration: {}}}
    """
    if is_untouched(group):
        return UNTOUCHED
    if group["Configuration"].get("ManagedQueryResultsConfiguration", {}).get("Enabled"):
        return met("Athena keeps the results, and encrypts them.")
    chosen = group["Configuration"].get("ResultConfiguration", {}).get("EncryptionConfiguration", {})
    if chosen.get("EncryptionOption"):
        return met(f"Results are encrypted: {chosen['EncryptionOption']}.")
    return unmet("No encryption is chosen for results.")


@check(DATA, each=WORKGROUPS, none=NO_WORKGROUP)
def athena_workgroups_enforce_their_settings(group: Row) -> Observation:
    """No client of an Athena workgroup can set aside the workgroup's place and encryption of results.

    Remedy: Turn on "override client-side settings" for the workgroup.

    Met:   {Name: finance, Configuration: {EnforceWorkGroupConfiguration: true}}
    Unmet: {Name: finance, Configuration: {EnforceWorkGroupConfiguration: false}}
    Not applicable: {Name: primary, Configuration: {EnforceWorkGroupConfiguration: false}}
    """
    if is_untouched(group):
        return UNTOUCHED
    if group.at("Configuration.EnforceWorkGroupConfiguration"):
        return met("The workgroup's settings hold for all clients.")
    return unmet("Clients may choose other settings.")


@check(LOGS, METRICS, each=WORKGROUPS, none=NO_WORKGROUP, severity="low")
def athena_workgroups_publish_metrics(group: Row) -> Observation:
    """Every Athena workgroup publishes the metrics of its queries to CloudWatch.

    Remedy: Turn on query metrics for the workgroup.

    Met:   {Name: finance, Configuration: {PublishCloudWatchMetricsEnabled: true}}
    Unmet: {Name: finance, Configuration: {PublishCloudWatchMetricsEnabled: false}}
    Not applicable: {Name: primary, Configuration: {PublishCloudWatchMetricsEnabled: false}}
    """
    if is_untouched(group):
        return UNTOUCHED
    if group.at("Configuration.PublishCloudWatchMetricsEnabled"):
        return met("Metrics of queries are published.")
    return unmet("No metrics of queries are published.")
