"""Hands -> what AWS states as numbers: as many as there are, but for one list that AWS Config sees otherwise.

The last chapter, because it counts what the others made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from srm_docs.demo.company import ACCOUNTS, EUROPE, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands

_LISTS: tuple[tuple[str, str, str, str], ...] = (
    ("AWS::EC2::Instance", "ec2", "describe_instances", "Reservations"),
    ("AWS::EC2::Volume", "ec2", "describe_volumes", "Volumes"),
    ("AWS::EC2::VPC", "ec2", "describe_vpcs", "Vpcs"),
    ("AWS::EC2::Subnet", "ec2", "describe_subnets", "Subnets"),
    ("AWS::EC2::SecurityGroup", "ec2", "describe_security_groups", "SecurityGroups"),
    ("AWS::EC2::NetworkAcl", "ec2", "describe_network_acls", "NetworkAcls"),
    ("AWS::DynamoDB::Table", "dynamodb", "list_tables", "TableNames"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elbv2", "describe_load_balancers", "LoadBalancers"),
    ("AWS::SecretsManager::Secret", "secretsmanager", "list_secrets", "SecretList"),
)
"""Type of AWS Config, and the list that moto gives: service, operation, rows."""

_ADDED = {"AWS::EC2::Volume": 1}
"""What Config still counts in production's Europe: a volume that was deleted minutes ago."""


def seed(hands: Hands) -> None:
    """Lambda, Route 53 and, where a recorder runs, AWS Config."""
    for account in ACCOUNTS:
        for region in REGIONS:
            _lambda(hands, account, region)
            _config(hands, account, region)
    hands.rules.answer("route53:GetHostedZoneCount", {"HostedZoneCount": 1}, account=PRODUCTION)
    hands.rules.answer("route53:GetHostedZoneCount", {"HostedZoneCount": 0})


def _lambda(hands: Hands, account: str, region: str) -> None:
    functions = _all(hands, account, region, "lambda", "list_functions", "Functions")
    said = {"AccountLimit": {"ConcurrentExecutions": 1000}, "AccountUsage": {"FunctionCount": len(functions)}}
    hands.rules.answer("lambda:GetAccountSettings", said, account=account, region=region)


def _config(hands: Hands, account: str, region: str) -> None:
    added = _ADDED if (account, region) == (PRODUCTION, EUROPE) else {}
    found = {
        kind: n + added.get(kind, 0)
        for kind, service, operation, rows in _LISTS
        if (n := _number(_all(hands, account, region, service, operation, rows)))
    }
    counts = [{"resourceType": kind, "count": n} for kind, n in found.items()]
    said = {"totalDiscoveredResources": sum(found.values()), "resourceCounts": counts}
    hands.rules.answer("config:GetDiscoveredResourceCounts", said, account=account, region=region)


def _all(hands: Hands, account: str, region: str, service: str, operation: str, rows: str) -> Sequence[Any]:
    client = hands.client(service, account, region)
    if not client.can_paginate(operation):
        return list(getattr(client, operation)()[rows])
    return [row for page in client.get_paginator(operation).paginate() for row in page[rows]]


def _number(rows: Sequence[Any]) -> int:
    return sum(len(row["Instances"]) if isinstance(row, dict) and "Instances" in row else 1 for row in rows)
