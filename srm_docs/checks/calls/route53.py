"""What is asked of Amazon Route 53: hosted zones, their query logs and signatures, and the resolver, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call, find
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row


def may_be_public(zone: Row) -> bool:
    """Whether a hosted zone answers the internet, or does not say."""
    return not find("Config.PrivateZone", zone.fields)


HOSTED_ZONES = Call(
    service="route53",
    operation="ListHostedZones",
    noun="hosted zone",
    nouns="hosted zones",
    rows="HostedZones",
    name="Name",
    scope=Scope.ACCOUNT,
)

QUERY_LOGS = Call(
    service="route53",
    operation="ListQueryLoggingConfigs",
    noun="DNS query log",
    nouns="DNS query logs",
    rows="QueryLoggingConfigs",
    name="Id",
    scope=Scope.ACCOUNT,
)

ZONE_SIGNING = Call(
    service="route53",
    operation="GetDNSSEC",
    noun="public hosted zone's DNSSEC status",
    nouns="public hosted zones' DNSSEC status",
    scope=Scope.ACCOUNT,
    per=HOSTED_ZONES,
    bind={"HostedZoneId": "Id"},
    when=may_be_public,
)

RESOLVER_LOGS = Call(
    service="route53resolver",
    operation="ListResolverQueryLogConfigAssociations",
    noun="VPC's DNS query log",
    nouns="VPCs' DNS query logs",
    rows="ResolverQueryLogConfigAssociations",
    name="ResourceId",
)

DNS_FIREWALLS = Call(
    service="route53resolver",
    operation="ListFirewallRuleGroupAssociations",
    noun="DNS firewall rule group of a VPC",
    nouns="DNS firewall rule groups of VPCs",
    rows="FirewallRuleGroupAssociations",
    name="Name",
)

HOSTED_ZONE_COUNT = Call(
    service="route53",
    operation="GetHostedZoneCount",
    noun="count of hosted zones",
    nouns="counts of hosted zones",
    scope=Scope.ACCOUNT,
    exhibit="How many hosted zones Route 53 itself counts: a second count beside the list.",
)
