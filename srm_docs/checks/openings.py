"""Who a firewall rule lets in: rules of security groups and network ACLs in, the ports open to the internet out.

Protocol -1 means every port of every protocol. Rules on other protocols than TCP and UDP open no port.
A security group admits what any rule admits; in a network ACL the first matching rule decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from srm_docs.checks.cidr import covers, is_world

Rule = Mapping[str, Any]

EVERY_PORT = range(65536)
_ALL_PROTOCOLS = "-1"
_WITH_PORTS = frozenset({"tcp", "udp", "6", "17"})
_NONE = range(0)


def ports(rule: Rule) -> range:
    """The TCP or UDP ports of one rule of a security group. Raises KeyError where the reply lacks a port."""
    protocol = str(rule["IpProtocol"])
    if protocol == _ALL_PROTOCOLS:
        return EVERY_PORT
    return range(rule["FromPort"], rule["ToPort"] + 1) if protocol in _WITH_PORTS else _NONE


def sources(rule: Rule) -> list[str]:
    """The address ranges of one rule, both IP versions. Groups and prefix lists are not address ranges."""
    four = [r["CidrIp"] for r in rule.get("IpRanges", ())]
    return four + [r["CidrIpv6"] for r in rule.get("Ipv6Ranges", ())]


def open_to_world(rules: Iterable[Rule]) -> list[range]:
    """The port ranges that a security group's rules open to the internet at large."""
    return [found for rule in rules if any(map(is_world, sources(rule))) and (found := ports(rule))]


def descriptions(rules: Iterable[Rule]) -> list[str]:
    """The description of every source of every rule, "" where none was written."""
    kinds = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    return [str(source.get("Description", "")).strip() for rule in rules for k in kinds for source in rule.get(k, ())]


def acl_lets_in(entries: Sequence[Rule], port: int) -> bool:
    """Whether a network ACL admits the internet at large to a TCP or UDP port.

    Rules are tried by number. A rule that allows the world counts unless the rules before it deny all of its range.
    """
    return any(_lets_in(entries, port, protocol) for protocol in ("6", "17"))


def _lets_in(entries: Sequence[Rule], port: int, protocol: str) -> bool:
    denied: list[str] = []
    incoming = sorted((e for e in entries if not e["Egress"]), key=lambda e: int(e["RuleNumber"]))
    for entry in incoming:
        cidr = entry.get("CidrBlock") or entry["Ipv6CidrBlock"]
        if not _acl_rule_covers(entry, port, protocol):
            continue
        if entry["RuleAction"] == "deny":
            denied.append(cidr)
        elif is_world(cidr) and not covers(denied, cidr):
            return True
    return False


def _acl_rule_covers(entry: Rule, port: int, protocol: str) -> bool:
    if str(entry["Protocol"]) == _ALL_PROTOCOLS:
        return True
    if str(entry["Protocol"]) != protocol:
        return False
    return bool(entry["PortRange"]["From"] <= port <= entry["PortRange"]["To"])


def written(found: Iterable[range]) -> str:
    """Port ranges for a reader: `22, 3000-3999, every port`."""
    distinct = sorted(set(found), key=lambda r: (r.start, r.stop))
    return ", ".join(_written(r) for r in distinct)


def _written(found: range) -> str:
    if len(found) == len(EVERY_PORT):
        return "every port"
    return str(found.start) if len(found) == 1 else f"{found.start}-{found.stop - 1}"
