"""Hands -> what is delivered to users: CloudFront, classic balancers, APIs, desktops, file transfer, all as answers."""

from __future__ import annotations

from typing import Any

from srm_docs.demo.company import EUROPE, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.planted import PLANTED

_HERE = {"account": PRODUCTION, "region": EUROPE}
_FALLBACK: dict[str, Any] = {
    "Id": "files-or-standby",
    "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [503]}},
    "Members": {"Quantity": 2, "Items": [{"OriginId": "files"}, {"OriginId": "standby"}]},
}


def seed(hands: Hands) -> None:
    """All in production and Europe; everywhere else there is none of it."""
    _distributions(hands)
    _global_firewall(hands)
    _classic(hands)
    _interfaces(hands)
    _desktops(hands)
    _transfer(hands)


def _there(hands: Hands, call: str, member: str, *rows: dict[str, Any], more: dict[str, Any] | None = None) -> None:
    """`rows` in production's Europe, an empty list everywhere else."""
    hands.rules.answer(call, {member: list(rows), **(more or {})}, **_HERE)
    hands.rules.answer(call, {member: [], **(more or {})})


def _distributions(hands: Hands) -> None:
    """The customers' portal, as it should be; and one for downloads with old TLS and nothing before it."""
    about: list[dict[str, Any]] = []
    for name, sound in (("E0PORTAL", True), ("E0DOWNLOAD", False)):
        bucket = {
            "Id": "files",
            "DomainName": "example-ltd-invoices.s3.eu-west-1.amazonaws.com",
            "OriginPath": "",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
            "OriginAccessControlId": "E0CONTROL",
            "CustomHeaders": {
                "Quantity": 1,
                "Items": [{"HeaderName": "x-origin-key", "HeaderValue": PLANTED["ecs session password"]}],
            },
        }
        about.append(
            {
                "Id": name,
                "ARN": f"arn:aws:cloudfront::{PRODUCTION}:distribution/{name}",
                "Status": "Deployed",
                "LastModifiedTime": hands.clock.ago(40),
                "DomainName": f"d{name.lower()}.cloudfront.net",
                "Aliases": {"Quantity": 0},
                "Origins": {"Quantity": 1, "Items": [bucket]},
                "OriginGroups": {"Quantity": 1, "Items": [_FALLBACK]},
                "DefaultCacheBehavior": {
                    "TargetOriginId": "files",
                    "ViewerProtocolPolicy": "redirect-to-https",
                },
                "CacheBehaviors": {"Quantity": 0},
                "CustomErrorResponses": {"Quantity": 0},
                "Comment": "",
                "PriceClass": "PriceClass_100",
                "Enabled": True,
                "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021" if sound else "TLSv1"},
                "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
                "WebACLId": f"arn:aws:wafv2:us-east-1:{PRODUCTION}:global/webacl/portal/0b1" if sound else "",
                "HttpVersion": "http2",
                "IsIPV6Enabled": True,
                "Staging": False,
            }
        )
    whole: dict[str, Any] = {"Marker": "", "MaxItems": 100, "IsTruncated": False}
    hands.rules.answer(
        "cloudfront:ListDistributions",
        {"DistributionList": whole | {"Quantity": len(about), "Items": about}},
        account=PRODUCTION,
    )
    hands.rules.answer("cloudfront:ListDistributions", {"DistributionList": whole | {"Quantity": 0}})
    kept = (
        "Origins",
        "OriginGroups",
        "DefaultCacheBehavior",
        "CacheBehaviors",
        "Comment",
        "Enabled",
        "ViewerCertificate",
    )
    for row in about:
        config = {name: row[name] for name in kept} | {
            "CallerReference": row["Id"],
            "Logging": {"Enabled": row["Id"] == "E0DOWNLOAD", "IncludeCookies": False, "Bucket": "", "Prefix": ""},
        }
        hands.rules.answer("cloudfront:GetDistributionConfig", {"DistributionConfig": config}, Id=row["Id"])
    source = {"name": "portal", "resourceArns": [about[0]["ARN"]], "service": "cloudfront", "logType": "ACCESS_LOGS"}
    hands.rules.answer("logs:DescribeDeliverySources", {"deliverySources": [source]}, account=PRODUCTION)
    hands.rules.answer("logs:DescribeDeliverySources", {"deliverySources": []})
    delivery = {"id": "0b111", "deliverySourceName": "portal", "deliveryDestinationType": "S3"}
    hands.rules.answer("logs:DescribeDeliveries", {"deliveries": [delivery]}, account=PRODUCTION)
    hands.rules.answer("logs:DescribeDeliveries", {"deliveries": []})


def _global_firewall(hands: Hands) -> None:
    """The web ACL of the portal. Regional ones are moto's."""
    arn = f"arn:aws:wafv2:us-east-1:{PRODUCTION}:global/webacl/portal/0b1"
    named = {"Name": "portal", "Id": "0b1", "ARN": arn, "Description": ""}
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "portal"}
    rule = {
        "Name": "too-often",
        "Priority": 1,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
        "VisibilityConfig": seen,
    }
    acl = named | {"DefaultAction": {"Allow": {}}, "Rules": [rule], "VisibilityConfig": seen}
    hands.rules.answer("wafv2:ListWebACLs", {"WebACLs": [named]}, account=PRODUCTION, Scope="CLOUDFRONT")
    hands.rules.answer("wafv2:ListWebACLs", {"WebACLs": []}, Scope="CLOUDFRONT")
    hands.rules.answer("wafv2:GetWebACL", {"WebACL": acl, "LockToken": "0b1"}, Scope="CLOUDFRONT")
    logged = {"ResourceArn": arn, "LogDestinationConfigs": [f"arn:aws:s3:::aws-waf-logs-{PRODUCTION}"]}
    hands.rules.answer("wafv2:GetLoggingConfiguration", {"LoggingConfiguration": logged}, ResourceArn=arn)


def _classic(hands: Hands) -> None:
    """A classic load balancer that nobody has replaced yet."""
    listener = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTP", "InstancePort": 8080}
    row = {
        "LoadBalancerName": "ledger-legacy",
        "Scheme": "internet-facing",
        "AvailabilityZones": [f"{EUROPE}a", f"{EUROPE}b"],
        "ListenerDescriptions": [{"Listener": listener, "PolicyNames": []}],
        "VPCId": hands.ids[f"vpc {PRODUCTION} {EUROPE}"],
    }
    _there(hands, "elb:DescribeLoadBalancers", "LoadBalancerDescriptions", row)
    hands.rules.answer(
        "elb:DescribeLoadBalancerAttributes",
        {"LoadBalancerAttributes": {"AccessLog": {"Enabled": False}, "CrossZoneLoadBalancing": {"Enabled": True}}},
    )
    tagged = {"LoadBalancerName": "ledger-legacy", "Tags": [{"Key": "internet-facing", "Value": "yes"}]}
    hands.rules.answer("elb:DescribeTags", {"TagDescriptions": [tagged]})


def _interfaces(hands: Hands) -> None:
    """A domain name, an HTTP API and a GraphQL API; and the mark of the REST API that is public on purpose."""
    marked = {"tags": {"internet-facing": "yes"}}
    hands.rules.amend(
        "apigateway:GetRestApis", lambda _asked, said: {"items": [row | marked for row in said.get("items", [])]}
    )
    _there(
        hands,
        "apigateway:GetDomainNames",
        "items",
        {"domainName": "api.billing.example.com", "securityPolicy": "TLS_1_2"},
    )
    api = {
        "ApiId": "b1ll1ng",
        "Name": "billing-events",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
        "ApiEndpoint": f"https://b1ll1ng.execute-api.{EUROPE}.amazonaws.com",
    }
    _there(hands, "apigatewayv2:GetApis", "Items", api)
    log = {
        "DestinationArn": f"arn:aws:logs:{EUROPE}:{PRODUCTION}:log-group:/api/events",
        "Format": "$context.requestId",
    }
    hands.rules.answer("apigatewayv2:GetStages", {"Items": [{"StageName": "$default", "AccessLogSettings": log}]})
    routes = [
        {"RouteId": "r1", "RouteKey": "POST /events", "AuthorizationType": "JWT"},
        {"RouteId": "r2", "RouteKey": "GET /health", "AuthorizationType": "NONE"},
    ]
    hands.rules.answer("apigatewayv2:GetRoutes", {"Items": routes})
    graph = {
        "name": "billing-reports",
        "apiId": "b1ll1nggraph",
        "arn": f"arn:aws:appsync:{EUROPE}:{PRODUCTION}:apis/b1ll1nggraph",
        "authenticationType": "AWS_IAM",
        "visibility": "GLOBAL",
        "logConfig": {"fieldLogLevel": "ERROR"},
    }
    _there(hands, "appsync:ListGraphqlApis", "graphqlApis", graph)


def _desktops(hands: Hands) -> None:
    """Two desktops for finance, in private subnets; and a fleet for a program that few use."""
    desktops = [
        {
            "WorkspaceId": f"ws-0b1{number}",
            "DirectoryId": "d-93670b1111",
            "UserName": f"finance-{number}",
            "State": "AVAILABLE",
            "RootVolumeEncryptionEnabled": True,
            "UserVolumeEncryptionEnabled": True,
        }
        for number in (1, 2)
    ]
    _there(hands, "workspaces:DescribeWorkspaces", "Workspaces", *desktops)
    directory = {
        "DirectoryId": "d-93670b1111",
        "RegistrationCode": "SLiad+B1LL1N",
        "State": "REGISTERED",
        "SubnetIds": [hands.ids[f"subnet private-{zone} {PRODUCTION} {EUROPE}"] for zone in "ab"],
        "WorkspaceCreationProperties": {"EnableInternetAccess": False, "UserEnabledAsLocalAdministrator": False},
    }
    _there(hands, "workspaces:DescribeWorkspaceDirectories", "Directories", directory)
    fleet = {
        "Arn": f"arn:aws:appstream:{EUROPE}:{PRODUCTION}:fleet/ledger-viewer",
        "Name": "ledger-viewer",
        "InstanceType": "stream.standard.medium",
        "State": "RUNNING",
        "ComputeCapacityStatus": {"Desired": 1},
        "EnableDefaultInternetAccess": False,
    }
    _there(hands, "appstream:DescribeFleets", "Fleets", fleet)


def _transfer(hands: Hands) -> None:
    """Where banks deliver statements, and the shares of a gateway in the Dublin office."""
    named = {
        "ServerId": "s-0b111111111111111",
        "Arn": f"arn:aws:transfer:{EUROPE}:{PRODUCTION}:server/s-0b111111111111111",
    }
    _there(hands, "transfer:ListServers", "Servers", named)
    server = named | {
        "Protocols": ["SFTP"],
        "SecurityPolicyName": "TransferSecurityPolicy-2018-11",
        "EndpointType": "VPC",
        "State": "ONLINE",
        "StructuredLogDestinations": [f"arn:aws:logs:{EUROPE}:{PRODUCTION}:log-group:/transfer:*"],
    }
    hands.rules.answer("transfer:DescribeServer", {"Server": server})
    gateway = f"arn:aws:storagegateway:{EUROPE}:{PRODUCTION}:gateway/sgw-0b111111"
    shares = [
        {
            "FileShareType": kind,
            "FileShareId": f"share-0{kind}",
            "FileShareARN": f"arn:aws:storagegateway:{EUROPE}:{PRODUCTION}:share/share-0{kind}00",
            "FileShareStatus": "AVAILABLE",
            "GatewayARN": gateway,
        }
        for kind in ("NFS", "SMB")
    ]
    _there(hands, "storagegateway:ListFileShares", "FileShareInfoList", *shares)
    for share in shares:
        kind = share["FileShareType"]
        about = {name: share[name] for name in ("FileShareId", "FileShareARN", "FileShareStatus", "GatewayARN")}
        hands.rules.answer(
            f"storagegateway:Describe{kind}FileShares",
            {f"{kind}FileShareInfoList": [about | {"KMSEncrypted": True}]},
        )
