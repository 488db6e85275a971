"""What is asked of Amazon VPC about its ways to other networks: peerings, endpoints, gateways, Client VPN, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PEERINGS = Call(
    service="ec2",
    operation="DescribeVpcPeeringConnections",
    noun="VPC peering connection",
    nouns="VPC peering connections",
    rows="VpcPeeringConnections",
    name="VpcPeeringConnectionId",
)

TRANSIT_GATEWAYS = Call(
    service="ec2",
    operation="DescribeTransitGateways",
    noun="transit gateway",
    nouns="transit gateways",
    rows="TransitGateways",
    name="TransitGatewayId",
)

VPC_ENDPOINTS = Call(
    service="ec2",
    operation="DescribeVpcEndpoints",
    noun="VPC endpoint",
    nouns="VPC endpoints",
    rows="VpcEndpoints",
    name="VpcEndpointId",
)

ENDPOINT_SERVICES = Call(
    service="ec2",
    operation="DescribeVpcEndpointServiceConfigurations",
    noun="VPC endpoint service",
    nouns="VPC endpoint services",
    rows="ServiceConfigurations",
    name="ServiceName",
)

ENDPOINT_SERVICE_PERMISSIONS = Call(
    service="ec2",
    operation="DescribeVpcEndpointServicePermissions",
    noun="principal that a VPC endpoint service lets in",
    nouns="principals that VPC endpoint services let in",
    rows="AllowedPrincipals",
    name="Principal",
    per=ENDPOINT_SERVICES,
    bind={"ServiceId": "ServiceId"},
)

CLIENT_VPN_ENDPOINTS = Call(
    service="ec2",
    operation="DescribeClientVpnEndpoints",
    noun="Client VPN endpoint",
    nouns="Client VPN endpoints",
    rows="ClientVpnEndpoints",
    name="ClientVpnEndpointId",
)

CLIENT_VPN_RULES = Call(
    service="ec2",
    operation="DescribeClientVpnAuthorizationRules",
    noun="Client VPN authorization rule",
    nouns="Client VPN authorization rules",
    rows="AuthorizationRules",
    name="DestinationCidr",
    per=CLIENT_VPN_ENDPOINTS,
    bind={"ClientVpnEndpointId": "ClientVpnEndpointId"},
)
