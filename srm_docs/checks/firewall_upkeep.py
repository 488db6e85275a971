"""Domain 4, infrastructure security: whether firewall rules are narrow, reviewable and used, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.ec2 import NETWORK_ACLS, SECURITY_GROUPS
from srm_docs.checks.cidr import bits, is_own
from srm_docs.checks.infrastructure_security import PUBLIC_PORTS
from srm_docs.checks.kit import check
from srm_docs.checks.networking import GROUP_RULES, NO_GROUP, RULES
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.openings import descriptions, ports, sources
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

KNOWN_BITS = Parameter(
    id="public_range_bits",
    title="Prefix length of the widest public IPv4 range that a security group may let in",
    default=24,
    loosest=16,
    unit="bits",
    at_most=False,
)
RULES_AT_MOST = Parameter(
    id="security_group_rules",
    title="Rules that a security group holds in both directions, at most",
    default=50,
    loosest=120,
    unit="rules",
)

# The least that a provider gives a customer with sites of its own.
_KNOWN_BITS_IPV6 = 48


def too_wide(cidr: str, least: int) -> bool:
    """Whether a public range is wider than one that somebody known would have."""
    return not is_own(cidr) and bits(cidr) < (_KNOWN_BITS_IPV6 if ":" in cidr else least)


@check(GROUP_RULES, RULES, each=SECURITY_GROUPS, none=NO_GROUP, parameters=[KNOWN_BITS, PUBLIC_PORTS])
def security_groups_let_in_known_ranges(group: Row, given: Given) -> Observation:
    """Every public range that a security group lets in is narrow enough to belong to somebody known.

    Ports that the organization lists as public are left out. Both IP versions count.

    Remedy: Replace the range by the addresses of those who need the port.

    Met:
        IpPermissions:
          - {IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}
          - {IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 203.0.113.0/28}, {CidrIp: 10.0.0.0/8}]}
    Unmet: {IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 203.0.0.0/12}]}]}
    Unmet: {IpPermissions: [{IpProtocol: "-1", Ipv6Ranges: [{CidrIpv6: "2001:db8::/32"}]}]}
    """
    listed = set(given[PUBLIC_PORTS])
    wide = {
        cidr
        for rule in group["IpPermissions"]
        for cidr in sources(rule)
        if too_wide(cidr, given[KNOWN_BITS]) and not listed.issuperset(ports(rule))
    }
    if wide:
        return unmet(f"Wide public ranges are let in: {', '.join(sorted(wide))}.")
    return met("No wide public range is let in.")


@check(GROUP_RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="low", parameters=[RULES_AT_MOST])
def security_groups_are_short_enough_to_review(group: Row, given: Given) -> Observation:
    """No security group holds more rules than a reviewer can take in.

    Remedy: Name prefix lists or other groups instead of many ranges, and part the group by purpose.

    Met:   {IpPermissions: [{IpProtocol: tcp, IpRanges: [{CidrIp: 10.0.0.0/8}]}], IpPermissionsEgress: []}
    Unmet:
        IpPermissions: [{IpRanges: [{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}]
        IpPermissionsEgress:
          [{Ipv6Ranges: [{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}]
    """
    count = len(descriptions([*group["IpPermissions"], *group["IpPermissionsEgress"]]))
    return unmet(f"The group has {count} rules.") if count > given[RULES_AT_MOST] else met(f"It has {count} rules.")


@check(GROUP_RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="low")
def security_groups_were_designed(group: Row) -> Observation:
    """No security group is left over from the console's launch wizard.

    The wizard's groups open SSH or remote desktop so that a first connection works, and stay as they are.

    Remedy: Replace the group by one made for its purpose.

    Met:   {GroupName: billing-app}
    Unmet: {GroupName: launch-wizard-3}
    """
    if group["GroupName"].startswith("launch-wizard"):
        return unmet("The launch wizard made the group.")
    return met("The group has a name of its own.")


@check(RULES, each=NETWORK_ACLS, none=not_applicable("No network ACL exists here."), severity="low")
def network_acls_are_in_use(acl: Row) -> Observation:
    """Every network ACL of the organization's own guards a subnet.

    Remedy: Delete the network ACL, or associate it with the subnets that it was made for.

    Met:   {IsDefault: false, Associations: [{SubnetId: subnet-1}]}
    Unmet: {IsDefault: false, Associations: []}
    Not applicable: {IsDefault: true, Associations: []}
    """
    if acl["IsDefault"]:
        return not_applicable("AWS does not let a default network ACL be deleted.")
    return met("The network ACL is used.") if acl["Associations"] else unmet("No subnet uses the network ACL.")
