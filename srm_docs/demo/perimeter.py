"""Hands -> the edge of the network: gateways, peerings, endpoints, firewalls, DNS, and what instances start from."""

from __future__ import annotations

import base64
import json
from typing import Any

from srm_docs.demo.company import EUROPE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.network import tags
from srm_docs.demo.planted import PLANTED, USER_DATA

_HERE = {"account": PRODUCTION, "region": EUROPE}
_TABLE = "rtb-0b1e55ed0b1e55ed0"


def seed(hands: Hands) -> None:
    """Production in Europe has everything, sound for the most part; development lacks the settings of an account."""
    _settings(hands)
    _links(hands)
    _endpoints(hands)
    _firewall(hands)
    _names(hands)
    _launching(hands)
    _copies(hands)


def _settings(hands: Hands) -> None:
    """What an account sets once a region, and the marks of what is public on purpose."""
    for account in NAMES:
        tidy = account == PRODUCTION
        level = {"HttpTokens": "required"} if tidy else {}
        for call, reply in (
            ("GetInstanceMetadataDefaults", {"AccountLevel": level}),
            ("GetSerialConsoleAccessStatus", {"SerialConsoleAccessEnabled": False}),
            ("GetSnapshotBlockPublicAccessState", {"State": "block-all-sharing" if tidy else "block-new-sharing"}),
            ("GetImageBlockPublicAccessState", {"ImageBlockPublicAccessState": "block-new-sharing"}),
            (
                "DescribeVpcBlockPublicAccessOptions",
                {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-ingress" if tidy else "off"}},
            ),
        ):
            hands.rules.answer(f"ec2:{call}", reply, account=account)
    for region in REGIONS:
        ec2 = hands.client("ec2", PRODUCTION, region)
        subnet = hands.ids[f"subnet public-a {PRODUCTION} {region}"]
        ec2.create_tags(Resources=[subnet], Tags=tags(internet_facing="yes"))
    # What a NAT gateway would hold; its address is below.
    hands.client("ec2", PRODUCTION, EUROPE).create_network_interface(
        SubnetId=hands.ids[f"subnet public-a {PRODUCTION} {EUROPE}"], Description="NAT gateway"
    )
    addresses = [
        {
            "PublicIp": "203.0.113.40",
            "AllocationId": "eipalloc-0a40",
            "AssociationId": "eipassoc-0a40",
            "Domain": "vpc",
        },
        {"PublicIp": "203.0.113.41", "AllocationId": "eipalloc-0a41", "Domain": "vpc"},
    ]
    hands.rules.answer("ec2:DescribeAddresses", {"Addresses": addresses}, **_HERE)
    balancers = hands.client("elbv2", PRODUCTION, EUROPE)
    arn = balancers.describe_load_balancers(Names=["billing-edge"])["LoadBalancers"][0]["LoadBalancerArn"]
    balancers.add_tags(ResourceArns=[arn], Tags=tags(internet_facing="yes"))


def _links(hands: Hands) -> None:
    """A peering with development whose route is too wide, a transit gateway, Client VPN, and both lines' interfaces."""
    vpc = hands.ids[f"vpc {PRODUCTION} {EUROPE}"]
    peering = "pcx-0d1f2b3c4d5e6f708"
    sides = {
        "RequesterVpcInfo": {"VpcId": vpc, "OwnerId": PRODUCTION, "CidrBlockSet": [{"CidrBlock": "10.20.0.0/16"}]},
        "AccepterVpcInfo": {
            "VpcId": "vpc-0ff1ceff1ceff1ce0",
            "OwnerId": PRODUCTION,
            "Region": "eu-central-1",
            "CidrBlockSet": [{"CidrBlock": "10.40.0.0/16"}],
        },
    }
    row = {"VpcPeeringConnectionId": peering, "Status": {"Code": "active", "Message": "Active"}, **sides}
    hands.rules.answer("ec2:DescribeVpcPeeringConnections", {"VpcPeeringConnections": [row]}, **_HERE)
    shared = {
        "RouteTableId": _TABLE,
        "VpcId": vpc,
        "OwnerId": PRODUCTION,
        "Associations": [],
        "Routes": [
            {"DestinationCidrBlock": "10.40.7.0/24", "VpcPeeringConnectionId": peering, "State": "active"},
            {"DestinationCidrBlock": "10.60.0.0/16", "NatGatewayId": "nat-0dead", "State": "blackhole"},
        ],
    }
    hands.rules.amend(
        "ec2:DescribeRouteTables", lambda _asked, said: {"RouteTables": [*said.get("RouteTables", []), shared]}, **_HERE
    )
    gateway = {
        "TransitGatewayId": "tgw-0c0ffee0c0ffee000",
        "OwnerId": PRODUCTION,
        "State": "available",
        "Options": {"AutoAcceptSharedAttachments": "disable"},
    }
    hands.rules.answer("ec2:DescribeTransitGateways", {"TransitGateways": [gateway]}, **_HERE)
    dialled = {
        "ClientVpnEndpointId": "cvpn-endpoint-0b1",
        "Status": {"Code": "available"},
        "ClientCidrBlock": "10.99.0.0/22",
        "AuthenticationOptions": [{"Type": "federated-authentication"}],
        "ConnectionLogOptions": {"Enabled": True, "CloudwatchLogGroup": "/vpn/clients"},
        "VpcId": vpc,
    }
    hands.rules.answer("ec2:DescribeClientVpnEndpoints", {"ClientVpnEndpoints": [dialled]}, **_HERE)
    hands.rules.answer("ec2:DescribeClientVpnEndpoints", {"ClientVpnEndpoints": []})
    allowed: list[dict[str, Any]] = [
        {"DestinationCidr": "10.20.1.0/24", "AccessAll": False, "GroupId": "platform", "Status": {"Code": "active"}},
        {"DestinationCidr": "10.20.2.0/24", "AccessAll": False, "GroupId": "finance", "Status": {"Code": "active"}},
    ]
    hands.rules.answer("ec2:DescribeClientVpnAuthorizationRules", {"AuthorizationRules": allowed})
    interfaces = [
        {
            "ownerAccount": PRODUCTION,
            "virtualInterfaceId": f"dxvif-f{number}",
            "virtualInterfaceName": f"dublin-{'ab'[number - 1]}",
            "virtualInterfaceType": "private",
            "virtualInterfaceState": "available",
            "connectionId": f"dxcon-f{number}a7c9e{number}",
            "directConnectGatewayId": "5f294f92-bafb-4011-916d-9b0bda9d1e51",
            "authKey": PLANTED["vpn pre-shared key"],
            "bgpPeers": [{"bgpPeerId": f"dxpeer-f{number}", "bgpStatus": "up"}],
        }
        for number in (1, 2)
    ]
    hands.rules.answer("directconnect:DescribeVirtualInterfaces", {"virtualInterfaces": interfaces}, **_HERE)
    hands.rules.answer("directconnect:DescribeVirtualInterfaces", {"virtualInterfaces": []})


def _endpoints(hands: Hands) -> None:
    """Endpoints for S3, EC2 (with AWS's own policy) and models; and a service for other VPCs of the account."""
    account, region = PRODUCTION, EUROPE
    known = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
    }
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    private = [hands.ids[f"subnet private-{zone} {account} {region}"] for zone in "ab"]
    rows = [
        {
            "VpcEndpointId": f"vpce-0{name}",
            "VpcEndpointType": kind,
            "VpcId": hands.ids[f"vpc {account} {region}"],
            "ServiceName": f"com.amazonaws.{region}.{name}",
            "State": "available",
            "PolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            "SubnetIds": subnets,
            "OwnerId": account,
        }
        for name, kind, statement, subnets in (
            ("s3", "Gateway", known, []),
            ("ec2", "Interface", everyone, private),
            ("bedrock-runtime", "Interface", known | {"Action": "bedrock:InvokeModel"}, private),
        )
    ]
    hands.rules.answer("ec2:DescribeVpcEndpoints", {"VpcEndpoints": rows}, account=account, region=region)
    offered = {
        "ServiceId": "vpce-svc-0b111",
        "ServiceName": f"com.amazonaws.vpce.{region}.vpce-svc-0b111",
        "ServiceState": "Available",
        "AcceptanceRequired": True,
    }
    call = "ec2:DescribeVpcEndpointServiceConfigurations"
    hands.rules.answer(call, {"ServiceConfigurations": [offered]}, account=account, region=region)
    hands.rules.answer(call, {"ServiceConfigurations": []})
    allowed = {
        "PrincipalType": "Account",
        "Principal": f"arn:aws:iam::{PRODUCTION}:root",
        "ServiceId": "vpce-svc-0b111",
    }
    hands.rules.answer("ec2:DescribeVpcEndpointServicePermissions", {"AllowedPrincipals": [allowed]})


def _firewall(hands: Hands) -> None:
    """One network firewall, in production, that logs its alerts."""
    arn = f"arn:aws:network-firewall:{EUROPE}:{PRODUCTION}:firewall/billing"
    named = {"FirewallName": "billing", "FirewallArn": arn}
    hands.rules.answer("network-firewall:ListFirewalls", {"Firewalls": [named]}, **_HERE)
    hands.rules.answer("network-firewall:ListFirewalls", {"Firewalls": []})
    subnets = [hands.ids[f"subnet {name} {PRODUCTION} {EUROPE}"] for name in ("private-a", "private-b")]
    described = named | {
        "FirewallId": "b1111111-0000-4000-8000-000000000000",
        "FirewallPolicyArn": arn.replace(":firewall/", ":firewall-policy/"),
        "VpcId": hands.ids[f"vpc {PRODUCTION} {EUROPE}"],
        "SubnetMappings": [{"SubnetId": subnet} for subnet in subnets],
        "DeleteProtection": True,
    }
    hands.rules.answer("network-firewall:DescribeFirewall", {"Firewall": described})
    sent = {
        "LogType": "ALERT",
        "LogDestinationType": "CloudWatchLogs",
        "LogDestination": {"logGroup": "/network-firewall/alerts"},
    }
    hands.rules.answer(
        "network-firewall:DescribeLoggingConfiguration",
        {"FirewallArn": arn, "LoggingConfiguration": {"LogDestinationConfigs": [sent]}},
    )


def _names(hands: Hands) -> None:
    """A public zone that logs its queries and is not signed, and VPCs that log what they ask."""
    zone = {
        "Id": "/hostedzone/Z0B1LL1NG",
        "Name": "billing.example.com.",
        "CallerReference": "billing",
        "Config": {"PrivateZone": False},
        "ResourceRecordSetCount": 12,
    }
    rest: dict[str, Any] = {"IsTruncated": False, "MaxItems": "100", "Marker": ""}
    hands.rules.answer("route53:ListHostedZones", {"HostedZones": [zone], **rest}, account=PRODUCTION)
    hands.rules.answer("route53:ListHostedZones", {"HostedZones": [], **rest})
    log = {
        "Id": "0b111111-0000-4000-8000-00000000000d",
        "HostedZoneId": "Z0B1LL1NG",
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{PRODUCTION}:log-group:/aws/route53/billing",
    }
    hands.rules.answer("route53:ListQueryLoggingConfigs", {"QueryLoggingConfigs": [log]}, account=PRODUCTION)
    hands.rules.answer("route53:ListQueryLoggingConfigs", {"QueryLoggingConfigs": []})
    hands.rules.answer("route53:GetDNSSEC", {"Status": {"ServeSignature": "NOT_SIGNING"}, "KeySigningKeys": []})
    for account in NAMES:
        for region in REGIONS:
            vpc = hands.ids[f"vpc {account} {region}"]
            log = {"Id": "rqlca-1", "ResolverQueryLogConfigId": "rqlc-1", "ResourceId": vpc, "Status": "ACTIVE"}
            hands.rules.answer(
                "route53resolver:ListResolverQueryLogConfigAssociations",
                {"ResolverQueryLogConfigAssociations": [log]},
                account=account,
                region=region,
            )
            filters = {"Id": "rslvr-1", "Name": "bad-domains", "VpcId": vpc, "Priority": 101, "Status": "COMPLETE"}
            hands.rules.answer(
                "route53resolver:ListFirewallRuleGroupAssociations",
                {"FirewallRuleGroupAssociations": [filters] if account == PRODUCTION else []},
                account=account,
                region=region,
            )


def _launching(hands: Hands) -> None:
    """A sound template and group for the workers; one of each that dates from before the rules."""
    by = {"CreatedBy": f"arn:aws:iam::{PRODUCTION}:role/platform-deploy", "CreateTime": hands.clock.ago(90)}
    sound = {"MetadataOptions": {"HttpTokens": "required"}, "ImageId": "ami-0b111"}
    loose = {
        "ImageId": "ami-0b111",
        "UserData": base64.b64encode(USER_DATA.encode()).decode(),
        "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False}],
    }
    templates = [
        {"LaunchTemplateId": f"lt-0{name}", "LaunchTemplateName": name, "VersionNumber": 3, "DefaultVersion": True}
        | by
        | {"LaunchTemplateData": about}
        for name, about in (("billing-worker", sound), ("load-test", loose))
    ]
    hands.rules.answer("ec2:DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": templates}, **_HERE)
    hands.rules.answer("ec2:DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": []})
    common: dict[str, Any] = {
        "MinSize": 1,
        "MaxSize": 6,
        "DesiredCapacity": 2,
        "DefaultCooldown": 300,
        "HealthCheckGracePeriod": 300,
        "CreatedTime": hands.clock.ago(90),
        "LoadBalancerNames": [],
        "TargetGroupARNs": [],
    }
    spot = {
        "LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateName": "billing-worker"}},
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 50},
    }
    target = f"arn:aws:elasticloadbalancing:{EUROPE}:{PRODUCTION}:targetgroup/billing-edge/0b111"
    groups = [
        common
        | {
            "AutoScalingGroupName": "billing-worker",
            "MixedInstancesPolicy": spot,
            "CapacityRebalance": True,
            "AvailabilityZones": [f"{EUROPE}a", f"{EUROPE}b"],
            "HealthCheckType": "ELB",
            "TargetGroupARNs": [target],
        },
        common
        | {
            "AutoScalingGroupName": "load-test",
            "LaunchConfigurationName": "load-test-2022",
            "AvailabilityZones": [f"{EUROPE}a", f"{EUROPE}b"],
            "HealthCheckType": "EC2",
        },
    ]
    hands.rules.answer("autoscaling:DescribeAutoScalingGroups", {"AutoScalingGroups": groups}, **_HERE)
    hands.rules.answer("autoscaling:DescribeAutoScalingGroups", {"AutoScalingGroups": []})


def _copies(hands: Hands) -> None:
    """Last night's snapshots of production's disks, all but the legacy machine's."""
    for region in REGIONS:
        ec2 = hands.client("ec2", PRODUCTION, region)
        with hands.clock.at(1):
            for volume in ec2.describe_volumes(Filters=[{"Name": "status", "Values": ["in-use"]}])["Volumes"]:
                if volume["Attachments"][0]["InstanceId"] != hands.ids["instance legacy-report-1"]:
                    ec2.create_snapshot(VolumeId=volume["VolumeId"], Description="nightly")
