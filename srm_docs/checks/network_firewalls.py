"""Domain 3, networking: network firewalls and what they inspect, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, ROUTE_TABLES, VPCS
from srm_docs.checks.calls.networkfirewall import FIREWALL_LOGGING, FIREWALLS
from srm_docs.checks.kit import check
from srm_docs.checks.networking import NO_VPC, VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.routes import has_way_in, vpcs_of
from srm_docs.checks.row import Row

NO_FIREWALL = not_applicable("No network firewall exists here.")


@check(VPC, whole=(VPCS, NETWORK_INTERFACES, ROUTE_TABLES, FIREWALLS), none=NO_VPC, severity="low")
def vpcs_on_the_internet_have_a_network_firewall(
    vpcs: Sequence[Row], interfaces: Sequence[Row], tables: Sequence[Row], firewalls: Sequence[Row]
) -> list[Observation]:
    """Every VPC in use with a route to an internet gateway has a network firewall.

    Security groups see addresses and ports; a network firewall also sees names and known attacks.

    Remedy: Create a network firewall in the VPC, or record which central one inspects its traffic.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Routes: [{GatewayId: igw-1, State: active}]}]
        network-firewall:DescribeFirewall: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Routes: [{GatewayId: igw-1, State: active}]}]
        network-firewall:DescribeFirewall: [{VpcId: vpc-2}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Routes: [{GatewayId: local, State: active}]}]
        network-firewall:DescribeFirewall: []
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: []
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Routes: [{GatewayId: igw-1, State: active}]}]
        network-firewall:DescribeFirewall: []
    """
    facing = vpcs_of(interfaces) & {table["VpcId"] for table in tables if has_way_in(table)}
    # A firewall attached to a transit gateway names no VPC.
    guarded = {firewall.get("VpcId") for firewall in firewalls}
    said = []
    for vpc in vpcs:
        if vpc["VpcId"] not in facing:
            said.append(not_applicable("The VPC is not used or has no way to the internet.").about(vpc))
        elif vpc["VpcId"] in guarded:
            said.append(met("A network firewall stands in the VPC.").about(vpc))
        else:
            said.append(unmet("No network firewall stands in the VPC.").about(vpc))
    return said


@check(VPC, each=FIREWALLS, none=NO_FIREWALL)
def network_firewalls_span_zones(firewall: Row) -> Observation:
    """Every network firewall stands in two availability zones at least.

    A firewall has one subnet a zone. The loss of its only zone cuts off all the traffic that it inspects.

    Remedy: Add a subnet of another zone to the firewall.

    Met:   {SubnetMappings: [{SubnetId: subnet-1}, {SubnetId: subnet-2}]}
    Met:   {SubnetMappings: [], AvailabilityZoneMappings: [{AvailabilityZone: euw1-az1}, {AvailabilityZone: euw1-az2}]}
    Unmet: {SubnetMappings: [{SubnetId: subnet-1}]}
    """
    zones = len(firewall["SubnetMappings"]) + len(firewall.get("AvailabilityZoneMappings", ()))
    return met(f"The firewall stands in {zones} zones.") if zones > 1 else unmet("The firewall stands in one zone.")


@check(VPC, each=FIREWALLS, none=NO_FIREWALL, severity="low")
def network_firewalls_are_protected_from_deletion(firewall: Row) -> Observation:
    """No network firewall can be deleted before its deletion protection is turned off.

    Remedy: Turn on deletion protection for the firewall.

    Met:   {DeleteProtection: true}
    Unmet: {DeleteProtection: false}
    """
    if firewall["DeleteProtection"]:
        return met("Deletion protection is on.")
    return unmet("Deletion protection is off.")


@check(VPC, "monitoring-logging.enable-analyze-logs", each=FIREWALL_LOGGING, none=NO_FIREWALL)
def network_firewalls_log_alerts(logging: Row) -> Observation:
    """Every network firewall logs its alerts.

    Remedy: Add a destination for alert logs to the firewall.

    Met:   {LoggingConfiguration: {LogDestinationConfigs: [{LogType: FLOW}, {LogType: ALERT}]}}
    Unmet: {LoggingConfiguration: {LogDestinationConfigs: [{LogType: FLOW}]}}
    """
    if any(sent["LogType"] == "ALERT" for sent in logging["LoggingConfiguration"]["LogDestinationConfigs"]):
        return met("Alerts are logged.")
    return unmet("Alerts are not logged.")
