"""Domain 3, networking: subnets, routes and what joins VPCs, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, ROUTE_TABLES, SUBNETS, VPC_BLOCK, VPCS
from srm_docs.checks.hypervisor_virtualization import PUBLIC_TAGS, is_public_by_design
from srm_docs.checks.kit import check
from srm_docs.checks.networking import NO_VPC, VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.routes import is_public, vpcs_of
from srm_docs.checks.row import Given, Row

UNUSED = not_applicable("Nothing runs in the VPC.")


@check(
    VPC,
    whole=(SUBNETS, ROUTE_TABLES, NETWORK_INTERFACES),
    none=not_applicable("No subnet exists here."),
    severity="high",
    parameters=[PUBLIC_TAGS],
)
def subnets_with_a_way_to_the_internet_are_planned(
    subnets: Sequence[Row], tables: Sequence[Row], interfaces: Sequence[Row], given: Given
) -> list[Observation]:
    """Every subnet in use with a route to an internet gateway is marked as meant to face the internet.

    One route turns a private subnet into a public one. The routes of both IP versions count.

    Remedy: Remove the route to the internet gateway, or tag the subnet with a key listed under public_by_design_tags.

    Met:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables:
          - VpcId: vpc-1
            Associations: [{Main: true}]
            Routes: [{GatewayId: local, State: active}, {NatGatewayId: nat-1, State: active}]
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-1}]
    Met:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1, Tags: [{Key: internet-facing, Value: ""}]}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{SubnetId: subnet-1}], Routes: [{GatewayId: igw-1, State: active}]}
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-1}]
    Unmet:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables:
          - VpcId: vpc-1
            Associations: [{Main: true}]
            Routes: [{DestinationIpv6CidrBlock: "::/0", GatewayId: igw-1, State: active}]
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-1}]
    Not applicable:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: [{GatewayId: igw-1, State: active}]}
        ec2:DescribeNetworkInterfaces: []
    Not applicable:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "444455556666"}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: [{GatewayId: igw-1, State: active}]}
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-1}]
    """
    used = {row["SubnetId"] for row in interfaces}
    said = []
    for subnet in subnets:
        if subnet.get("OwnerId", subnet.place.account) != subnet.place.account:
            said.append(not_applicable("Another account owns the subnet and its routes.").about(subnet))
        elif subnet["SubnetId"] not in used:
            said.append(not_applicable("Nothing runs in the subnet.").about(subnet))
        elif not is_public(subnet, tables):
            said.append(met("No route leads to an internet gateway.").about(subnet))
        elif is_public_by_design(subnet, given):
            said.append(met("The subnet is marked as public.").about(subnet))
        else:
            said.append(unmet("A route leads to an internet gateway, and the subnet is not marked.").about(subnet))
    return said


@check(VPC, whole=(VPCS, SUBNETS, ROUTE_TABLES, NETWORK_INTERFACES), none=NO_VPC)
def vpcs_part_public_from_private(
    vpcs: Sequence[Row], subnets: Sequence[Row], tables: Sequence[Row], interfaces: Sequence[Row]
) -> list[Observation]:
    """Every VPC in use has a subnet that no internet gateway reaches.

    Where every subnet is public, databases stand beside load balancers with the same way to the internet.

    Remedy: Move what need not face the internet to subnets without a route to the internet gateway.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}, {SubnetId: subnet-2, VpcId: vpc-1}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{SubnetId: subnet-1}], Routes: [{GatewayId: igw-1, State: active}]}
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: [{GatewayId: local, State: active}]}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}, {SubnetId: subnet-2, VpcId: vpc-2}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: [{GatewayId: igw-1, State: active}]}
          - {VpcId: vpc-2, Associations: [{Main: true}], Routes: []}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: [{GatewayId: igw-1, State: active}]}
        ec2:DescribeNetworkInterfaces: []
    """
    used = vpcs_of(interfaces)
    said = []
    for vpc in vpcs:
        if vpc["VpcId"] not in used:
            said.append(UNUSED.about(vpc))
        elif all(is_public(subnet, tables) for subnet in subnets if subnet["VpcId"] == vpc["VpcId"]):
            said.append(unmet("Every subnet has a route to an internet gateway.").about(vpc))
        else:
            said.append(met("A subnet has no route to an internet gateway.").about(vpc))
    return said


@check(VPC, whole=(VPCS, SUBNETS, NETWORK_INTERFACES), none=NO_VPC)
def vpcs_span_zones(vpcs: Sequence[Row], subnets: Sequence[Row], interfaces: Sequence[Row]) -> list[Observation]:
    """Every VPC in use has subnets in two availability zones at least.

    Remedy: Add subnets in a second zone, and spread over both what must survive the loss of one.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets:
          - {VpcId: vpc-1, AvailabilityZone: eu-west-1a}
          - {VpcId: vpc-1, AvailabilityZone: eu-west-1b}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets:
          - {VpcId: vpc-1, AvailabilityZone: eu-west-1a}
          - {VpcId: vpc-1, AvailabilityZone: eu-west-1a}
          - {VpcId: vpc-2, AvailabilityZone: eu-west-1b}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeSubnets: [{VpcId: vpc-1, AvailabilityZone: eu-west-1a}]
        ec2:DescribeNetworkInterfaces: []
    """
    used = vpcs_of(interfaces)
    said = []
    for vpc in vpcs:
        zones = {subnet["AvailabilityZone"] for subnet in subnets if subnet["VpcId"] == vpc["VpcId"]}
        if vpc["VpcId"] not in used:
            said.append(UNUSED.about(vpc))
        elif len(zones) > 1:
            said.append(met(f"Its subnets lie in {len(zones)} zones.").about(vpc))
        else:
            said.append(unmet("All its subnets lie in one zone.").about(vpc))
    return said


@check(VPC, each=ROUTE_TABLES, none=not_applicable("No route table exists here."), severity="low")
def routes_lead_somewhere(table: Row) -> Observation:
    """No route table holds a route whose target no longer exists.

    A dead route loses traffic, and wakes up when somebody makes a target with the same meaning.

    Remedy: Delete the route, or point it at the gateway that took over.

    Met:   {Routes: [{GatewayId: local, State: active}]}
    Unmet: {Routes: [{GatewayId: local, State: active}, {NatGatewayId: nat-1, State: blackhole}]}
    """
    if any(route["State"] == "blackhole" for route in table["Routes"]):
        return unmet("A route leads to something that no longer exists.")
    return met("Every route has a target.")


@check(VPC, each=VPC_BLOCK, none=not_applicable("No setting exists here."), severity="low")
def vpcs_block_public_access(block: Row) -> Observation:
    """Block public access for VPCs is on in this region.

    With the block in force, no route or public address lets the internet in by mistake.

    Remedy: Set VPC block public access to ingress-only or both directions, and exclude the subnets that must be
    reached.

    Met:   {InternetGatewayBlockMode: block-ingress}
    Met:   {InternetGatewayBlockMode: block-bidirectional}
    Unmet: {InternetGatewayBlockMode: "off"}
    """
    mode = block["InternetGatewayBlockMode"]
    return unmet("The block is off.") if mode == "off" else met(f"The block's mode is {mode}.")
