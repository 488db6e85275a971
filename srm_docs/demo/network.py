"""Hands -> VPCs, security groups, network ACLs, flow logs and VPNs in both accounts and regions."""

from __future__ import annotations

from typing import Any

from srm_docs.demo import tunnels
from srm_docs.demo.company import AMERICA, DEVELOPMENT, EUROPE, HOSTILE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.planted import PLANTED

_ANY = "0.0.0.0/0"

# group -> (from port, to port, who, why): a description is what a reviewer asks for first
_GROUPS: dict[str, tuple[tuple[int, int, str, str], ...]] = {
    "billing-web": ((443, 443, _ANY, "customers reach the load balancer"),),
    "billing-app": ((8443, 8443, "10.20.0.0/16", "from the load balancer"),),
    "billing-database": ((5432, 5432, "10.20.0.0/16", "from the application"),),
}
_LOOSE: dict[str, tuple[tuple[int, int, str, str], ...]] = {
    "bastion-temporary": ((22, 22, _ANY, ""),),
    "migration-2023": ((22, 22, _ANY, ""), (3389, 3389, _ANY, "vendor")),
}


def tags(**pairs: str) -> list[dict[str, str]]:
    """AWS's list form of tags; `data_classification` is written `data-classification`."""
    return [{"Key": key.replace("_", "-"), "Value": value} for key, value in pairs.items()]


def seed(hands: Hands) -> None:
    """Every place gets a VPC; only development in Europe has the loose groups (7 groups there, 2 open to SSH)."""
    for account in NAMES:
        for region in REGIONS:
            with hands.clock.at(640):
                _vpc(hands, account, region)
        with hands.clock.at(300):
            tunnels.seed(hands, account, tags(Name="office-dublin"))
    tunnels.seed_direct_connect(hands)


def _vpc(hands: Hands, account: str, region: str) -> None:
    ec2, tidy = hands.client("ec2", account, region), account == PRODUCTION
    name = f"billing-{'prod' if tidy else 'dev'}"
    if tidy:
        _drop_default_vpc(ec2, account, region)
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    owner = HOSTILE["attribute"] if region == AMERICA else "network@example.com"
    ec2.create_tags(Resources=[vpc], Tags=tags(Name=name, owner=owner))
    hands.ids[f"vpc {account} {region}"] = vpc
    for number, (layer, zone) in enumerate((("public", "a"), ("private", "a"), ("private", "b"))):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=region + zone)[
            "Subnet"
        ]["SubnetId"]
        ec2.create_tags(Resources=[subnet], Tags=tags(Name=f"{name}-{layer}-{zone}"))
        hands.ids[f"subnet {layer}-{zone} {account} {region}"] = subnet
        if layer == "public" and not tidy and region == EUROPE:
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=_ANY, GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=hands.ids[f"subnet public-a {account} {region}"])
    _groups(hands, ec2, account, region, vpc)
    ec2.create_managed_prefix_list(
        PrefixListName="example-offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[
            {"Cidr": "203.0.113.0/28", "Description": "Dublin"},
            {"Cidr": "198.51.100.16/28", "Description": "Leeds"},
        ],
    )
    logs = hands.client("logs", account, region)
    logs.create_log_group(logGroupName="/vpc/flow-logs")
    logs.put_retention_policy(logGroupName="/vpc/flow-logs", retentionInDays=365)
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/vpc/flow-logs",
        DeliverLogsPermissionArn=f"arn:aws:iam::{account}:role/log-delivery",
    )
    _acl(ec2, vpc, tidy=tidy)


def _acl(ec2: Any, vpc: str, *, tidy: bool) -> None:
    """Production lets in HTTPS, its own and answers; development has AWS's rule for everything, and one for RDP."""
    where = [{"Name": "vpc-id", "Values": [vpc]}]
    acl = ec2.describe_network_acls(Filters=where)["NetworkAcls"][0]["NetworkAclId"]
    rule: dict[str, Any] = {"NetworkAclId": acl, "RuleAction": "allow", "Egress": False}
    if not tidy:
        ports = {"From": 3389, "To": 3389}
        ec2.create_network_acl_entry(**rule, RuleNumber=50, Protocol="6", CidrBlock=_ANY, PortRange=ports)
        return
    ec2.replace_network_acl_entry(**rule, RuleNumber=100, Protocol="-1", CidrBlock="10.20.0.0/16")
    for number, (low, high) in enumerate(((443, 443), (32768, 60999)), start=11):
        ports = {"From": low, "To": high}
        ec2.create_network_acl_entry(**rule, RuleNumber=number * 10, Protocol="6", CidrBlock=_ANY, PortRange=ports)


def _groups(hands: Hands, ec2: Any, account: str, region: str, vpc: str) -> None:
    loose = account == DEVELOPMENT and region == EUROPE
    for name, rules in {**_GROUPS, **(_LOOSE if loose else {})}.items():
        about = f"{name} of the billing platform"
        if name == "migration-2023":
            about += f", maps key {PLANTED['group description google key']}"
        made = ec2.create_security_group(GroupName=name, Description=about, VpcId=vpc)["GroupId"]
        ec2.create_tags(
            Resources=[made], Tags=tags(Name=name, owner=HOSTILE["formula"] if name == "migration-2023" else "network")
        )
        hands.ids[f"group {name} {account} {region}"] = made
        ec2.authorize_security_group_ingress(
            GroupId=made,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": low,
                    "ToPort": high,
                    "IpRanges": [{"CidrIp": who} | ({"Description": why} if why else {})],
                }
                for low, high, who, why in rules
            ],
        )
    # What a load balancer and a database would hold; moto makes none for them.
    for name, owner in (("billing-web", "ELB app/billing-edge"), ("billing-database", "RDSNetworkInterface")):
        subnet = hands.ids[f"subnet private-a {account} {region}"]
        group = hands.ids[f"group {name} {account} {region}"]
        ec2.create_network_interface(SubnetId=subnet, Groups=[group], Description=owner)
    default = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"][0]
    if account == PRODUCTION or region == AMERICA:
        ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])
    else:
        ec2.authorize_security_group_ingress(
            GroupId=default["GroupId"],
            IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": default["GroupId"]}]}],
        )


def _drop_default_vpc(ec2: Any, account: str, region: str) -> None:
    from moto.ec2.models import ec2_backends

    for vpc in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
        where = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for subnet in ec2.describe_subnets(Filters=where)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        lists = ec2.describe_network_acls(Filters=where)["NetworkAcls"]
        ec2.delete_vpc(VpcId=vpc["VpcId"])
        for acl in lists:  # AWS deletes them with their VPC; moto keeps them
            ec2_backends[account][region].network_acls.pop(acl["NetworkAclId"])
