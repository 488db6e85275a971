"""What is asked of AWS Network Firewall: the firewalls and what they log, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

FIREWALL_NAMES = Call(
    service="network-firewall",
    operation="ListFirewalls",
    noun="network firewall's name",
    nouns="network firewalls' names",
    rows="Firewalls",
    name="FirewallName",
)

FIREWALLS = Call(
    service="network-firewall",
    operation="DescribeFirewall",
    noun="network firewall",
    nouns="network firewalls",
    rows="Firewall",
    name="FirewallName",
    per=FIREWALL_NAMES,
    bind={"FirewallArn": "FirewallArn"},
)

FIREWALL_LOGGING = Call(
    service="network-firewall",
    operation="DescribeLoggingConfiguration",
    noun="network firewall's logging",
    nouns="network firewalls' logging",
    per=FIREWALL_NAMES,
    bind={"FirewallArn": "FirewallArn"},
)
