"""Where a subnet's traffic can go: subnets and route tables in, "has it a way to the internet?" out.

A subnet without a table of its own uses the main table of its VPC. An egress-only gateway and NAT lead out only; an
internet gateway lets traffic in as well, and that is what makes a subnet public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from srm_docs.checks.row import NotAnswered, Row


def table_of(subnet: Row, tables: Sequence[Row]) -> Row:
    """The route table that a subnet uses. `NotAnswered` where no table of its VPC is known."""
    main = None
    for table in tables:
        for association in table["Associations"]:
            if association.get("SubnetId") == subnet["SubnetId"]:
                return table
            if association.get("Main") and table["VpcId"] == subnet["VpcId"]:
                main = table
    if main is None:
        raise NotAnswered("the subnet's route table")
    return main


def has_way_in(table: Row) -> bool:
    """Whether a route of the table leads to an internet gateway, for either IP version."""
    return any(str(r.get("GatewayId", "")).startswith("igw-") and r["State"] != "blackhole" for r in table["Routes"])


def is_public(subnet: Row, tables: Sequence[Row]) -> bool:
    """Whether the internet can reach what stands in the subnet, addresses and firewalls aside."""
    return has_way_in(table_of(subnet, tables))


def vpcs_of(interfaces: Iterable[Row]) -> frozenset[str]:
    """The VPCs in use: those in which a network interface exists."""
    return frozenset(interface["VpcId"] for interface in interfaces)
