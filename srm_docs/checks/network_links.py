"""Domain 3, networking: what joins a VPC to others, peerings, transit gateways and endpoints, as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, ROUTE_TABLES, VPCS
from srm_docs.checks.calls.ec2_links import (
    ENDPOINT_SERVICE_PERMISSIONS,
    ENDPOINT_SERVICES,
    PEERINGS,
    TRANSIT_GATEWAYS,
    VPC_ENDPOINTS,
)
from srm_docs.checks.cidr import covers
from srm_docs.checks.data import LEAST_PRIVILEGE, TRUSTED_ACCOUNTS
from srm_docs.checks.kit import check
from srm_docs.checks.networking import NO_VPC, VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import account_of, read
from srm_docs.checks.policy_judgement import named_accounts
from srm_docs.checks.reach import reaches_anything
from srm_docs.checks.routes import vpcs_of
from srm_docs.checks.routing import UNUSED
from srm_docs.checks.row import Given, Row

NO_PEERING = not_applicable("No VPC peering connection exists here.")
NO_ENDPOINT = not_applicable("No VPC endpoint exists here.")
NOT_ACTIVE = not_applicable("The peering connection is not active.")
NOT_OURS = not_applicable("An AWS service manages this endpoint.")
NO_SERVICE = not_applicable("No VPC endpoint service exists here.")

ENDPOINT_NAMES = Parameter(
    id="vpc_endpoint_services",
    title="AWS services that every VPC in use reaches through an endpoint of its own",
    default=("ec2", "s3"),
)


def blocks(side: Mapping[str, Any]) -> list[str]:
    """The address ranges of one side of a peering connection, both IP versions."""
    four = [block["CidrBlock"] for block in side.get("CidrBlockSet", ())] or [side["CidrBlock"]]
    return four + [block["Ipv6CidrBlock"] for block in side.get("Ipv6CidrBlockSet", ())]


def destination(route: Mapping[str, Any]) -> str:
    """The address range that a route is for, "" where a prefix list stands for it."""
    return str(route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or "")


def service(endpoint: Row) -> str:
    """The short name of the AWS service that an endpoint leads to: `s3` of `com.amazonaws.eu-west-1.s3`."""
    return str(endpoint["ServiceName"]).partition("amazonaws.")[2].partition(".")[2]


@check(VPC, whole=(PEERINGS, ROUTE_TABLES), none=NO_PEERING)
def peering_routes_are_narrow(peerings: Sequence[Row], tables: Sequence[Row]) -> list[Observation]:
    """No route through a VPC peering connection is for a whole address range of the VPCs that it joins.

    Who takes over a host on one side then reaches only what the other side meant to offer.

    Remedy: Replace the route by routes to the subnets that must be reached.

    Met:
        ec2:DescribeVpcPeeringConnections:
          - VpcPeeringConnectionId: pcx-1
            Status: {Code: active}
            RequesterVpcInfo: {CidrBlock: 10.1.0.0/16}
            AccepterVpcInfo: {CidrBlock: 10.2.0.0/16}
        ec2:DescribeRouteTables:
          - Routes:
              - {DestinationCidrBlock: 10.2.1.0/24, VpcPeeringConnectionId: pcx-1}
              - {DestinationCidrBlock: 10.0.0.0/8, VpcPeeringConnectionId: pcx-2}
    Unmet:
        ec2:DescribeVpcPeeringConnections:
          - VpcPeeringConnectionId: pcx-1
            Status: {Code: active}
            RequesterVpcInfo: {CidrBlockSet: [{CidrBlock: 10.1.0.0/16}]}
            AccepterVpcInfo: {CidrBlockSet: [{CidrBlock: 10.2.0.0/16}]}
        ec2:DescribeRouteTables: [{Routes: [{DestinationCidrBlock: 10.0.0.0/8, VpcPeeringConnectionId: pcx-1}]}]
    Not applicable:
        ec2:DescribeVpcPeeringConnections: [{VpcPeeringConnectionId: pcx-1, Status: {Code: deleted}}]
        ec2:DescribeRouteTables: []
    """
    routes = [route for table in tables for route in table["Routes"]]
    said = []
    for peering in peerings:
        if peering["Status"]["Code"] != "active":
            said.append(NOT_ACTIVE.about(peering))
            continue
        joined = [*blocks(peering["RequesterVpcInfo"]), *blocks(peering["AccepterVpcInfo"])]
        taken = [
            destination(route)
            for route in routes
            if route.get("VpcPeeringConnectionId") == peering["VpcPeeringConnectionId"]
        ]
        wide = [taken_range for taken_range in taken if any(covers([taken_range], block) for block in joined)]
        if wide:
            said.append(unmet(f"Routes for a whole VPC or more: {', '.join(sorted(set(wide)))}.").about(peering))
        else:
            said.append(met("Every route through it is for a part of a VPC.").about(peering))
    return said


@check(VPC, LEAST_PRIVILEGE, each=PEERINGS, none=NO_PEERING, severity="high", parameters=[TRUSTED_ACCOUNTS])
def peerings_lead_to_known_accounts(peering: Row, given: Given) -> Observation:
    """Every VPC peering connection joins VPCs of the account itself or of accounts on the list of trusted ones.

    Remedy: Delete the peering connection, or list the account under trusted_accounts.

    Met:
        Status: {Code: active}
        RequesterVpcInfo: {OwnerId: "111122223333"}
        AccepterVpcInfo: {OwnerId: "111122223333"}
    Unmet:
        Status: {Code: active}
        RequesterVpcInfo: {OwnerId: "444455556666"}
        AccepterVpcInfo: {OwnerId: "111122223333"}
    Not applicable:
        {Status: {Code: expired}}
    """
    if peering["Status"]["Code"] != "active":
        return NOT_ACTIVE
    owners = {peering["RequesterVpcInfo"]["OwnerId"], peering["AccepterVpcInfo"]["OwnerId"]}
    strangers = owners - {peering.place.account, *given[TRUSTED_ACCOUNTS]}
    if strangers:
        return unmet(f"It leads to an account that is not listed: {', '.join(sorted(strangers))}.")
    return met("It joins VPCs of known accounts.")


@check(VPC, each=TRANSIT_GATEWAYS, none=not_applicable("No transit gateway exists here."), severity="high")
def transit_gateways_accept_nobody_unasked(gateway: Row) -> Observation:
    """No transit gateway of the account accepts attachments from other accounts by itself.

    Whoever the gateway is shared with could otherwise join their network to all others without anybody deciding it.

    Remedy: Turn off automatic acceptance of shared attachments, and accept each by hand.

    Met:   {OwnerId: "111122223333", State: available, Options: {AutoAcceptSharedAttachments: disable}}
    Unmet: {OwnerId: "111122223333", State: available, Options: {AutoAcceptSharedAttachments: enable}}
    Not applicable: {OwnerId: "444455556666", State: available, Options: {AutoAcceptSharedAttachments: enable}}
    Not applicable: {OwnerId: "111122223333", State: deleted, Options: {AutoAcceptSharedAttachments: enable}}
    """
    if gateway["OwnerId"] != gateway.place.account:
        return not_applicable("Another account owns the gateway.")
    if gateway["State"] in {"deleting", "deleted"}:
        return not_applicable("The gateway is deleted.")
    if gateway["Options"]["AutoAcceptSharedAttachments"] == "enable":
        return unmet("Attachments from other accounts are accepted by themselves.")
    return met("Attachments from other accounts must be accepted.")


@check(VPC, LEAST_PRIVILEGE, each=VPC_ENDPOINTS, none=NO_ENDPOINT, parameters=[TRUSTED_ACCOUNTS])
def vpc_endpoint_policies_narrow_access(endpoint: Row, given: Given) -> Observation:
    """Every VPC endpoint's policy says who may use it or what can be reached through it, and names known accounts only.

    The policy that AWS writes lets everyone reach everything, in anybody's account: a way out for data.

    Remedy: Restrict the policy by aws:PrincipalOrgID or aws:PrincipalAccount, or to the organization's own resources.

    Met:
        VpcEndpointType: Gateway
        PolicyDocument:
          Statement:
            - {Effect: Allow, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::invoices/*"}
    Unmet:
        VpcEndpointType: Interface
        PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}]}
    Unmet:
        VpcEndpointType: Interface
        PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "*", Resource: "*"}]}
    Not applicable: {VpcEndpointType: GatewayLoadBalancer}
    Not applicable: {VpcEndpointType: Interface, RequesterManaged: true}
    """
    if endpoint.get("RequesterManaged"):
        return NOT_OURS
    if endpoint["VpcEndpointType"] not in {"Gateway", "Interface"}:
        return not_applicable("Endpoints of this type have no policy.")
    statements = read(endpoint["PolicyDocument"])
    if reaches_anything(statements):
        return unmet("The policy lets everyone reach everything.")
    strangers = named_accounts(statements) - {endpoint.place.account, *given[TRUSTED_ACCOUNTS]}
    if strangers:
        return unmet(f"The policy lets in accounts that are not listed: {', '.join(sorted(strangers))}.")
    return met("The policy is restricted.")


@check(VPC, each=VPC_ENDPOINTS, none=NO_ENDPOINT, severity="low")
def vpc_endpoints_span_zones(endpoint: Row) -> Observation:
    """Every interface endpoint stands in two subnets at least.

    An endpoint has one subnet a zone: with one, the loss of its zone cuts off the service.

    Remedy: Add a subnet of another zone to the endpoint.

    Met:   {VpcEndpointType: Interface, SubnetIds: [subnet-1, subnet-2]}
    Unmet: {VpcEndpointType: Interface, SubnetIds: [subnet-1]}
    Not applicable: {VpcEndpointType: Gateway, SubnetIds: []}
    Not applicable: {VpcEndpointType: Interface, RequesterManaged: true, SubnetIds: [subnet-1]}
    """
    if endpoint.get("RequesterManaged"):
        return NOT_OURS
    if endpoint["VpcEndpointType"] != "Interface":
        return not_applicable("Only interface endpoints stand in subnets.")
    if len(endpoint["SubnetIds"]) > 1:
        return met(f"The endpoint stands in {len(endpoint['SubnetIds'])} subnets.")
    return unmet("The endpoint stands in one subnet.")


@check(
    VPC,
    whole=(VPCS, NETWORK_INTERFACES, VPC_ENDPOINTS),
    none=NO_VPC,
    severity="low",
    parameters=[ENDPOINT_NAMES],
)
def vpcs_reach_aws_privately(
    vpcs: Sequence[Row], interfaces: Sequence[Row], endpoints: Sequence[Row], given: Given
) -> list[Observation]:
    """Every VPC in use has its own endpoints for the AWS services that the organization lists.

    Requests then stay off the internet, and an endpoint policy can say what they may reach.

    Remedy: Create the missing endpoints, or shorten vpc_endpoint_services where another VPC shares its own.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeVpcEndpoints:
          - {VpcId: vpc-1, State: available, ServiceName: com.amazonaws.eu-west-1.ec2}
          - {VpcId: vpc-1, State: available, ServiceName: com.amazonaws.eu-west-1.s3}
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeVpcEndpoints:
          - {VpcId: vpc-1, State: available, ServiceName: com.amazonaws.eu-west-1.ec2}
          - {VpcId: vpc-1, State: failed, ServiceName: com.amazonaws.eu-west-1.s3}
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        ec2:DescribeVpcEndpoints:
          - {VpcId: vpc-1, State: available, ServiceName: com.amazonaws.eu-west-1.ec2}
          - {VpcId: vpc-2, State: available, ServiceName: com.amazonaws.eu-west-1.s3}
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: []
        ec2:DescribeVpcEndpoints: []
    """
    used = vpcs_of(interfaces)
    said = []
    for vpc in vpcs:
        working = [e for e in endpoints if e["VpcId"] == vpc["VpcId"] and str(e["State"]).lower() == "available"]
        missing = sorted(set(given[ENDPOINT_NAMES]) - {service(endpoint) for endpoint in working})
        if vpc["VpcId"] not in used:
            said.append(UNUSED.about(vpc))
        elif missing:
            said.append(unmet(f"No endpoint for: {', '.join(missing)}.").about(vpc))
        else:
            said.append(met("The listed services are reached through endpoints.").about(vpc))
    return said


@check(
    VPC,
    LEAST_PRIVILEGE,
    each=ENDPOINT_SERVICE_PERMISSIONS,
    none=not_applicable("No VPC endpoint service lets in other accounts here."),
    severity="high",
    parameters=[TRUSTED_ACCOUNTS],
)
def endpoint_services_let_in_known_accounts(permission: Row, given: Given) -> Observation:
    """Every principal that may connect to a VPC endpoint service is of an account on the list of trusted ones.

    Remedy: Remove the principal from the service's permissions, or list its account under trusted_accounts.

    Met:   {PrincipalType: Account, Principal: "arn:aws:iam::111122223333:root"}
    Unmet: {PrincipalType: All, Principal: "*"}
    Unmet: {PrincipalType: Role, Principal: "arn:aws:iam::444455556666:role/x"}
    """
    principal = permission["Principal"]
    if account_of(principal) in {permission.place.account, *given[TRUSTED_ACCOUNTS]}:
        return met("The principal is of a known account.")
    return unmet(f"The principal {principal} is of no listed account.")


@check(VPC, each=ENDPOINT_SERVICES, none=NO_SERVICE)
def endpoint_services_accept_nobody_unasked(offered: Row) -> Observation:
    """Every VPC endpoint service waits for each new connection to be accepted.

    Remedy: Turn on acceptance for the service.

    Met:   {AcceptanceRequired: true}
    Unmet: {AcceptanceRequired: false}
    """
    if offered["AcceptanceRequired"]:
        return met("New connections must be accepted.")
    return unmet("New connections are accepted by themselves.")
