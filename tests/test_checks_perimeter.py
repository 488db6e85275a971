"""What judges the edge of a network: routes, ranges, endpoint policies, origins, told by cases that go wrong easily."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from srm_docs.checks.calls.ec2 import INSTANCES, LAUNCH_TEMPLATES, NETWORK_ACLS, ROUTE_TABLES, SECURITY_GROUPS, SUBNETS
from srm_docs.checks.calls.ec2_links import PEERINGS, VPC_ENDPOINTS
from srm_docs.checks.cidr import bits, is_own
from srm_docs.checks.content_delivery import asks_in_clear
from srm_docs.checks.examples import AS_OF, row_of
from srm_docs.checks.firewall_upkeep import security_groups_let_in_known_ranges, too_wide
from srm_docs.checks.instance_upkeep import stopped_at
from srm_docs.checks.kit import Check
from srm_docs.checks.launching import is_managed
from srm_docs.checks.load_balancers import listeners_use_modern_tls
from srm_docs.checks.network_links import (
    blocks,
    peering_routes_are_narrow,
    service,
    vpc_endpoint_policies_narrow_access,
)
from srm_docs.checks.networking import (
    ADMIN_PORTS,
    network_acls_keep_admin_ports_closed,
    security_groups_keep_admin_ports_closed,
)
from srm_docs.checks.observation import Status
from srm_docs.checks.policy_document import read
from srm_docs.checks.reach import reaches_anything
from srm_docs.checks.routes import is_public
from srm_docs.checks.row import Given, NotAnswered, Row
from srm_docs.checks.verdict import observe

# --- ports and rules


@pytest.mark.parametrize(
    "port",
    [
        *(20, 21, 22, 23, 88, 139, 389, 445, 464, 636, 749, 750, 1433, 1434, 1521, 2483, 2484, 3306, 3389, 5432),
        *(5601, 6379, 7000, 7001, 7199, 8888, 9042, 9092, 9160, 9200, 9300, 11211, 27017, 27018),
    ],
)
@pytest.mark.parametrize("world", [{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
def test_each_port_of_a_known_service_is_watched(port: int, world: Mapping[str, Any]) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": port - 1, "ToPort": port + 1, **world}
    assert _status(security_groups_keep_admin_ports_closed, SECURITY_GROUPS, {"IpPermissions": [rule]}) is Status.UNMET
    elsewhere = rule | {"IpProtocol": "icmp"}
    group = {"IpPermissions": [elsewhere]}
    assert _status(security_groups_keep_admin_ports_closed, SECURITY_GROUPS, group) is Status.MET


def _entry(number: int, action: str, cidr: str, ports: tuple[int, int] | None = None) -> dict[str, Any]:
    kind = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    entry = {
        "Egress": False,
        "RuleNumber": number,
        "RuleAction": action,
        "Protocol": "6" if ports else "-1",
        kind: cidr,
    }
    return entry | ({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([_entry(10, "deny", "0.0.0.0/0", (0, 65535)), _entry(20, "allow", "0.0.0.0/0", (1, 65535))], Status.MET),
        ([_entry(30, "deny", "0.0.0.0/0", (0, 65535)), _entry(20, "allow", "0.0.0.0/0", (1, 65535))], Status.UNMET),
        ([_entry(10, "deny", "0.0.0.0/0"), _entry(20, "allow", "::/0")], Status.UNMET),
        (
            [_entry(10, "deny", "0.0.0.0/1"), _entry(11, "deny", "128.0.0.0/1"), _entry(20, "allow", "0.0.0.0/0")],
            Status.MET,
        ),
        ([_entry(10, "deny", "203.0.113.0/24"), _entry(20, "allow", "0.0.0.0/0")], Status.UNMET),
        ([_entry(20, "allow", "0.0.0.0/0", (443, 443))], Status.MET),
    ],
)
def test_the_first_rule_of_an_acl_that_matches_decides(entries: list[dict[str, Any]], status: Status) -> None:
    acl = {"Associations": [{"SubnetId": "s"}], "Entries": entries}
    assert _status(network_acls_keep_admin_ports_closed, NETWORK_ACLS, acl) is status


def test_each_default_port_is_named_once() -> None:
    assert isinstance(ADMIN_PORTS.default, tuple)
    assert len(set(ADMIN_PORTS.default)) == len(ADMIN_PORTS.default)


@pytest.mark.parametrize(
    ("cidr", "own"),
    [
        ("10.1.0.0/16", True),
        ("100.64.0.0/10", True),
        ("172.32.0.0/16", False),
        ("0.0.0.0/0", False),
        ("10.0.0.0/7", False),
        ("fd00::/8", True),
        ("2001:db8::/32", False),
        ("nonsense", False),
    ],
)
def test_own_address_space(cidr: str, own: bool) -> None:
    assert is_own(cidr) is own


def test_what_is_too_wide() -> None:
    assert too_wide("203.0.112.0/23", 24)
    assert not too_wide("203.0.113.0/24", 24)
    assert not too_wide("10.0.0.0/8", 24)
    assert too_wide("2001:db8::/47", 24)
    assert not too_wide("2001:db8::/48", 24)
    assert too_wide("nonsense", 24)
    assert bits("nonsense") == 0


def test_a_wide_range_on_public_and_other_ports_counts() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443, "IpRanges": [{"CidrIp": "198.51.0.0/16"}]}
    assert _status(security_groups_let_in_known_ranges, SECURITY_GROUPS, {"IpPermissions": [rule]}) is Status.UNMET


# --- routes


def _table(*routes: dict[str, Any], main: bool = False, subnet: str = "", vpc: str = "vpc-1") -> Row:
    association = {"Main": main} | ({"SubnetId": subnet} if subnet else {})
    return row_of(ROUTE_TABLES, {"VpcId": vpc, "Associations": [association], "Routes": list(routes)})


IN = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
IN_SIX = {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}
OUT = {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active"}
NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}


@pytest.mark.parametrize(
    ("tables", "public"),
    [
        ((_table(IN, main=True),), True),
        ((_table(IN_SIX, main=True),), True),
        ((_table(OUT, NAT, main=True),), False),
        ((_table(IN, main=True), _table(NAT, subnet="subnet-1")), False),
        ((_table(NAT, main=True), _table(IN, subnet="subnet-1")), True),
        ((_table(NAT, main=True), _table(IN, subnet="subnet-2")), False),
        ((_table(NAT, main=True), _table(IN, main=True, vpc="vpc-2")), False),
        ((_table(IN | {"State": "blackhole"}, main=True),), False),
        ((_table({"GatewayId": "vgw-1", "State": "active"}, main=True),), False),
    ],
)
def test_which_subnets_are_public(tables: tuple[Row, ...], public: bool) -> None:
    assert is_public(row_of(SUBNETS, {"SubnetId": "subnet-1", "VpcId": "vpc-1"}), tables) is public


def test_a_subnet_whose_table_nobody_told_is_unknown() -> None:
    with pytest.raises(NotAnswered):
        is_public(row_of(SUBNETS, {"SubnetId": "subnet-1", "VpcId": "vpc-1"}), (_table(IN, main=True, vpc="vpc-2"),))


@pytest.mark.parametrize(
    ("route", "status"),
    [
        ({"DestinationCidrBlock": "10.2.0.0/16"}, Status.UNMET),
        ({"DestinationCidrBlock": "10.2.0.0/17"}, Status.MET),
        ({"DestinationCidrBlock": "172.16.9.0/24"}, Status.UNMET),
        ({"DestinationIpv6CidrBlock": "2001:db8::/32"}, Status.UNMET),
        ({"DestinationPrefixListId": "pl-1"}, Status.MET),
    ],
)
def test_every_block_of_a_peered_vpc_counts(route: dict[str, Any], status: Status) -> None:
    far = {
        "CidrBlock": "10.2.0.0/16",
        "CidrBlockSet": [{"CidrBlock": "10.2.0.0/16"}, {"CidrBlock": "172.16.9.0/24"}],
        "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2001:db8:1::/56"}],
    }
    peering = {
        "VpcPeeringConnectionId": "pcx-1",
        "Status": {"Code": "active"},
        "RequesterVpcInfo": {"CidrBlock": "10.1.0.0/16"},
        "AccepterVpcInfo": far,
    }
    table = row_of(ROUTE_TABLES, {"Routes": [route | {"VpcPeeringConnectionId": "pcx-1"}]})
    said = observe(peering_routes_are_narrow, ((row_of(PEERINGS, peering),), (table,)), Given(as_of=AS_OF))
    assert [o.status for o in said] == [status]


def test_a_side_whose_ranges_nobody_told_is_no_side_without_ranges() -> None:
    with pytest.raises(KeyError):
        blocks({"VpcId": "vpc-1"})


# --- endpoints


def _allow(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | more


OWNED = {"aws:ResourceOrgID": "o-abcdefghij"}


@pytest.mark.parametrize(
    ("statements", "anything"),
    [
        ([_allow()], True),
        ([_allow(Resource="arn:aws:s3:::*")], True),
        ([_allow(Resource="arn:aws:s3:::*/*")], True),
        ([_allow(Resource=["arn:aws:s3:::invoices/*", "*"])], True),
        ([_allow(Resource="arn:aws:s3:::invoices*")], False),
        ([_allow(Resource="arn:aws:sqs:eu-west-1:111122223333:*")], False),
        ([{**_allow(), "Resource": None, "NotResource": "arn:aws:s3:::secret"}], True),
        ([_allow(Condition={"StringEquals": OWNED})], False),
        ([_allow(Condition={"StringEqualsIfExists": OWNED})], True),
        ([_allow(Condition={"StringNotEquals": OWNED})], True),
        ([_allow(Condition={"StringLike": {"aws:ResourceOrgID": "*"}})], True),
        ([_allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})], False),
        ([_allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], True),
        ([_allow(Principal={"AWS": "arn:aws:iam::111122223333:root"})], False),
        ([_allow(), {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}], False),
    ],
)
def test_what_can_be_reached_through_an_endpoint(statements: list[dict[str, Any]], anything: bool) -> None:
    assert reaches_anything(read({"Statement": statements})) is anything


def test_an_endpoint_policy_is_read_as_the_text_that_aws_sends() -> None:
    endpoint = {"VpcEndpointType": "Gateway", "PolicyDocument": json.dumps({"Statement": [_allow()]})}
    assert _status(vpc_endpoint_policies_narrow_access, VPC_ENDPOINTS, endpoint) is Status.UNMET


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("com.amazonaws.eu-west-1.ec2", "ec2"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "ecr.dkr"),
        ("cn.com.amazonaws.cn-north-1.s3", "s3"),
        ("com.example.service", ""),
    ],
)
def test_the_service_of_an_endpoint(name: str, short: str) -> None:
    assert service(row_of(VPC_ENDPOINTS, {"ServiceName": name})) == short


# --- what is delivered and started

S3: dict[str, Any] = {"S3OriginConfig": {"OriginAccessIdentity": ""}}


def _custom(policy: str, *versions: str) -> dict[str, Any]:
    return {"CustomOriginConfig": {"OriginProtocolPolicy": policy, "OriginSslProtocols": {"Items": list(versions)}}}


@pytest.mark.parametrize(
    ("origin", "viewers", "clear"),
    [
        (S3, False, False),
        (S3, True, True),
        (_custom("https-only", "TLSv1.2"), True, False),
        (_custom("https-only", "TLSv1", "TLSv1.2"), False, True),
        (_custom("match-viewer", "TLSv1.2"), False, False),
        (_custom("match-viewer", "TLSv1.2"), True, True),
        (_custom("http-only"), False, True),
    ],
)
def test_how_an_origin_is_asked(origin: dict[str, Any], viewers: bool, clear: bool) -> None:
    assert asks_in_clear(origin, viewers_in_clear=viewers) is clear


def test_how_an_origin_within_a_vpc_is_asked_nobody_told() -> None:
    with pytest.raises(NotAnswered):
        asks_in_clear({"VpcOriginConfig": {"VpcOriginId": "vo-1"}}, viewers_in_clear=False)


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", Status.MET),
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", Status.MET),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", Status.MET),
        ("ELBSecurityPolicy-TLS13-1-1-2021-06", Status.UNMET),
        ("ELBSecurityPolicy-FS-1-1-2019-08", Status.UNMET),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", Status.UNMET),
        ("ELBSecurityPolicy-2015-05", Status.UNMET),
    ],
)
def test_which_policies_begin_at_tls_1_2(policy: str, status: Status) -> None:
    call = listeners_use_modern_tls.call
    assert _status(listeners_use_modern_tls, call, {"Protocol": "TLS", "SslPolicy": policy}) is status


def test_when_an_instance_was_stopped_is_read_from_words() -> None:
    told = {"StateTransitionReason": "User initiated (2025-11-03 04:05:06 GMT)"}
    assert stopped_at(row_of(INSTANCES, told)) == "2025-11-03T04:05:06+00:00"
    with pytest.raises(NotAnswered):
        stopped_at(row_of(INSTANCES, {"StateTransitionReason": "User initiated"}))


def test_templates_of_aws_services_are_not_the_customers() -> None:
    admin, service_role = (
        "arn:aws:iam::1:role/admin",
        "arn:aws:sts::1:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS",
    )
    assert is_managed(row_of(LAUNCH_TEMPLATES, {"CreatedBy": service_role}))
    assert is_managed(row_of(LAUNCH_TEMPLATES, {"CreatedBy": admin, "Operator": {"Managed": True}}))
    assert not is_managed(row_of(LAUNCH_TEMPLATES, {"CreatedBy": admin, "Operator": {"Managed": False}}))


def _status(check: Check, call: Any, fields: Mapping[str, Any]) -> Status:
    (said,) = observe(check, ((row_of(call, fields),),), Given(as_of=AS_OF))
    return said.status
