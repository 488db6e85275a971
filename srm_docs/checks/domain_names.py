"""Domain 3, networking: DNS, what is asked of it and how its answers are guarded, as checks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, VPCS
from srm_docs.checks.calls.route53 import DNS_FIREWALLS, HOSTED_ZONES, QUERY_LOGS, RESOLVER_LOGS, ZONE_SIGNING
from srm_docs.checks.kit import check
from srm_docs.checks.networking import NO_VPC, VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.routes import vpcs_of
from srm_docs.checks.routing import UNUSED
from srm_docs.checks.row import Row

LOGS = "monitoring-logging.enable-analyze-logs"
NO_ZONE = not_applicable("No public hosted zone exists here.")


@check(LOGS, VPC, whole=(HOSTED_ZONES, QUERY_LOGS), none=NO_ZONE, severity="low")
def public_zones_log_queries(zones: Sequence[Row], logs: Sequence[Row]) -> list[Observation]:
    """Every public hosted zone logs the queries that it answers.

    Remedy: Create a query logging configuration for the zone.

    Met:
        route53:ListHostedZones: [{Id: /hostedzone/Z1, Config: {PrivateZone: false}}]
        route53:ListQueryLoggingConfigs: [{HostedZoneId: Z1}]
    Unmet:
        route53:ListHostedZones: [{Id: /hostedzone/Z1, Config: {PrivateZone: false}}]
        route53:ListQueryLoggingConfigs: [{HostedZoneId: Z2}]
    Not applicable:
        route53:ListHostedZones: [{Id: /hostedzone/Z1, Config: {PrivateZone: true}}]
        route53:ListQueryLoggingConfigs: []
    Not applicable:
        route53:ListHostedZones:
          - Id: /hostedzone/Z1
            Config: {PrivateZone: false}
            LinkedService: {ServicePrincipal: servicediscovery.amazonaws.com}
        route53:ListQueryLoggingConfigs: []
    """
    logged = {log["HostedZoneId"] for log in logs}
    said = []
    for zone in zones:
        if zone["Config"]["PrivateZone"]:
            said.append(not_applicable("The zone is private.").about(zone))
        elif zone.get("LinkedService"):
            said.append(not_applicable("An AWS service manages the zone.").about(zone))
        elif zone["Id"].rpartition("/")[2] in logged:
            said.append(met("Queries are logged.").about(zone))
        else:
            said.append(unmet("Queries are not logged.").about(zone))
    return said


@check(VPC, each=ZONE_SIGNING, none=NO_ZONE, severity="low")
def public_zones_are_signed(zone: Row) -> Observation:
    """Every public hosted zone signs its answers (DNSSEC).

    An answer without a signature can be forged, and leads users to somebody else's server.

    Remedy: Turn on DNSSEC signing for the zone, and publish the key with the registrar.

    Met:   {Status: {ServeSignature: SIGNING}}
    Unmet: {Status: {ServeSignature: NOT_SIGNING}}
    """
    state = zone["Status"]["ServeSignature"]
    return met("Answers are signed.") if state == "SIGNING" else unmet(f"The signing status is {state}.")


def _of_vpcs_in_use(
    vpcs: Sequence[Row], interfaces: Sequence[Row], having: Collection[str], yes: Observation, no: Observation
) -> list[Observation]:
    """Each VPC in use: whether its id is among those that have it."""
    used = vpcs_of(interfaces)
    return [(UNUSED if vpc["VpcId"] not in used else yes if vpc["VpcId"] in having else no).about(vpc) for vpc in vpcs]


@check(LOGS, VPC, whole=(VPCS, NETWORK_INTERFACES, RESOLVER_LOGS), none=NO_VPC)
def vpcs_log_dns_queries(vpcs: Sequence[Row], interfaces: Sequence[Row], logs: Sequence[Row]) -> list[Observation]:
    """Every VPC in use logs the DNS queries of what runs in it.

    Malware asks for names before it does anything else, and flow logs do not show names.

    Remedy: Associate a Route 53 Resolver query log configuration with the VPC.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        route53resolver:ListResolverQueryLogConfigAssociations: [{ResourceId: vpc-1, Status: ACTIVE}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        route53resolver:ListResolverQueryLogConfigAssociations: [{ResourceId: vpc-1, Status: ACTION_NEEDED}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: []
        route53resolver:ListResolverQueryLogConfigAssociations: []
    """
    logged = {log["ResourceId"] for log in logs if log["Status"] == "ACTIVE"}
    return _of_vpcs_in_use(
        vpcs, interfaces, logged, met("DNS queries are logged."), unmet("DNS queries are not logged.")
    )


@check(VPC, whole=(VPCS, NETWORK_INTERFACES, DNS_FIREWALLS), none=NO_VPC, severity="low")
def vpcs_filter_dns_queries(
    vpcs: Sequence[Row], interfaces: Sequence[Row], firewalls: Sequence[Row]
) -> list[Observation]:
    """Every VPC in use filters the names that may be looked up from it.

    Data can be smuggled out through DNS queries, which no security group stops.

    Remedy: Associate a DNS firewall rule group with the VPC: AWS's managed lists of bad domains at least.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        route53resolver:ListFirewallRuleGroupAssociations: [{VpcId: vpc-1, Status: COMPLETE}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
        route53resolver:ListFirewallRuleGroupAssociations: [{VpcId: vpc-1, Status: DELETING}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1}]
        ec2:DescribeNetworkInterfaces: []
        route53resolver:ListFirewallRuleGroupAssociations: []
    """
    filtered = {firewall["VpcId"] for firewall in firewalls if firewall["Status"] != "DELETING"}
    yes, no = met("A DNS firewall filters queries."), unmet("No DNS firewall filters queries.")
    return _of_vpcs_in_use(vpcs, interfaces, filtered, yes, no)
