"""The judgement behind the checks of domains 2 to 6: address ranges, firewall rules, redacted values, scan filters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from srm_docs.checks import discover, openings
from srm_docs.checks.cidr import covers, is_world
from srm_docs.checks.containers_serverless import is_scanned_by, newest
from srm_docs.checks.infrastructure_security import stops_requests
from srm_docs.checks.lambda_runtimes import DEPRECATED, deprecation
from srm_docs.checks.observation import Status
from srm_docs.checks.place import Place
from srm_docs.checks.redacted import secret_names, secrets_in
from srm_docs.checks.row import Given, NotAnswered, Row
from srm_docs.checks.verdict import observe, settle
from srm_docs.checks.vpn import weak_options

BULLETS = (
    "hypervisor-virtualization.vm-configuration",
    "hypervisor-virtualization.guest-os-hardening",
    "networking.vpc-configuration",
    "networking.security-groups-nacls",
    "networking.vpn-direct-connect",
    "infrastructure-security.application-firewalls-waf",
    "infrastructure-security.security-group-rules",
    "operating-system-runtime.ec2-os-patching",
    "containers-serverless.container-image-security",
    "containers-serverless.function-code-dependencies",
)
PLACE = Place(account="111122223333", region="eu-west-1")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def row(**fields: Any) -> Row:
    return Row(fields=fields, name="example", place=PLACE)


@pytest.mark.parametrize("bullet", BULLETS)
def test_every_customer_bullet_is_asked_about_in_three_ways(bullet: str) -> None:
    assert len([c for c in discover.checks() if bullet in c.bullets]) >= 3


# --- address ranges


@pytest.mark.parametrize(
    "cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "2000::/3", "64.0.0.0/7", "nonsense"]
)
def test_the_world_stays_the_world_in_pieces(cidr: str) -> None:
    assert is_world(cidr)


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "8.0.0.0/8", "198.51.100.7/32", "198.51.100.7/24", "fc00::/7", "fe80::/10", "2001:db8::/32"]
)
def test_a_range_that_belongs_to_somebody_is_not_the_world(cidr: str) -> None:
    assert not is_world(cidr)


@pytest.mark.parametrize(
    ("ranges", "cidr", "held"),
    [
        (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0", True),
        (["0.0.0.0/1"], "0.0.0.0/0", False),
        (["::/0"], "0.0.0.0/0", False),
        (["0.0.0.0/0"], "::/0", False),
        (["::/0"], "2000::/3", True),
        (["nonsense"], "10.0.0.0/8", False),
        ([], "nonsense", False),
    ],
)
def test_ranges_cover_together_and_within_their_version(ranges: list[str], cidr: str, held: bool) -> None:
    assert covers(ranges, cidr) is held


@for_all(st.text(max_size=30))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert is_world(text) in {True, False}
    assert covers([text], "0.0.0.0/0") in {True, False}


# --- firewall rules


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ({"IpProtocol": "-1"}, 0, 65535),
        ({"IpProtocol": "tcp", "FromPort": 20, "ToPort": 30}, 20, 30),
        ({"IpProtocol": "17", "FromPort": 53, "ToPort": 53}, 53, 53),
    ],
)
def test_a_rule_covers_its_ports(rule: dict[str, Any], first: int, last: int) -> None:
    assert openings.ports(rule) == range(first, last + 1)


@pytest.mark.parametrize("protocol", ["icmp", "icmpv6", "50", "1"])
def test_a_rule_on_another_protocol_opens_no_port(protocol: str) -> None:
    assert not openings.ports({"IpProtocol": protocol, "FromPort": 8, "ToPort": -1})


def test_a_rule_without_its_ports_is_not_guessed_at() -> None:
    with pytest.raises(KeyError):
        openings.ports({"IpProtocol": "tcp"})


def entry(
    number: int, action: str, cidr: str, protocol: str = "-1", ports: tuple[int, int] | None = None
) -> dict[str, Any]:
    family = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    told = {"RuleNumber": number, "RuleAction": action, "Egress": False, "Protocol": protocol, family: cidr}
    return told | ({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})


WORLD = "0.0.0.0/0"


@pytest.mark.parametrize(
    ("entries", "open_22"),
    [
        ([entry(100, "allow", WORLD)], True),
        ([entry(100, "allow", "::/0")], True),
        ([entry(200, "allow", WORLD), entry(100, "deny", WORLD)], False),
        ([entry(100, "allow", WORLD), entry(200, "deny", WORLD)], True),
        ([entry(90, "deny", "198.51.100.0/24"), entry(100, "allow", WORLD)], True),
        ([entry(90, "deny", "0.0.0.0/1"), entry(95, "deny", "128.0.0.0/1"), entry(100, "allow", WORLD)], False),
        ([entry(90, "deny", WORLD), entry(100, "allow", "::/0")], True),
        ([entry(90, "deny", WORLD, "6", (22, 22)), entry(100, "allow", WORLD, "6", (0, 65535))], False),
        ([entry(90, "deny", WORLD, "6", (23, 23)), entry(100, "allow", WORLD, "6", (0, 65535))], True),
        ([entry(90, "deny", WORLD, "17", (22, 22)), entry(100, "allow", WORLD, "6", (22, 22))], True),
        ([entry(100, "allow", WORLD, "6", (80, 443))], False),
        ([entry(100, "allow", WORLD, "1")], False),
        ([entry(100, "allow", "10.0.0.0/8")], False),
        ([entry(100, "allow", WORLD) | {"Egress": True}], False),
        ([], False),
    ],
)
def test_in_a_network_acl_the_first_match_decides(entries: list[dict[str, Any]], open_22: bool) -> None:
    assert openings.acl_lets_in(entries, 22) is open_22


@for_all(
    st.permutations([entry(90, "deny", WORLD, "6", (22, 22)), entry(100, "allow", WORLD), entry(110, "deny", WORLD)])
)
def test_the_order_of_the_reply_does_not_matter(entries: list[dict[str, Any]]) -> None:
    assert openings.acl_lets_in(entries, 23)
    assert openings.acl_lets_in(entries, 22), "the deny is on TCP only"


def test_ports_are_written_for_a_reader() -> None:
    assert openings.written([range(3000, 4000), range(22, 23), range(22, 23), range(65536)]) == (
        "every port, 22, 3000-3999"
    )


# --- redacted values


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("[redacted:declared:0123456789abcdef]", []),
        ("[redacted:aws-access-key:0123]", ["aws-access-key"]),
        ("x=[redacted:jwt:01] y=[redacted:jwt:02] [redacted:database-url:03]", ["database-url", "jwt"]),
        ("plain", []),
    ],
)
def test_only_a_recognised_secret_counts(text: str, kinds: list[str]) -> None:
    assert secrets_in(text) == kinds


def test_a_secret_is_named_by_its_variable_and_kind() -> None:
    values = [("MODE", "[redacted:declared:1]"), ("URL", "[redacted:database-url:2]"), ("A", "[redacted:jwt:3]")]
    assert secret_names(values) == ["A (jwt)", "URL (database-url)"]


# --- containers, functions, VPN, WAF


@pytest.mark.parametrize(
    ("name", "text", "scanned"),
    [("shop/web", "*", True), ("shop/web", "shop/*", True), ("shop/web", "web", True), ("shop/web", "web*", False)],
)
def test_a_filter_of_the_registry_chooses_repositories(name: str, text: str, scanned: bool) -> None:
    rules = [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": text, "filterType": "WILDCARD"}]}]
    assert is_scanned_by(name, rules) is scanned
    assert not is_scanned_by(name, [{**rules[0], "scanFrequency": "MANUAL"}])


def test_the_newest_image_is_the_last_tagged_one() -> None:
    def image(tag: str | None, day: int) -> Row:
        tags = {"imageTags": [tag]} if tag else {}
        return row(repositoryName="shop", imagePushedAt=dt.datetime(2026, 1, day, tzinfo=dt.UTC), **tags)

    images = [image("v1", 1), image("v3", 3), image("v2", 2), image(None, 4)]
    assert newest(images) == {"shop": images[1]}


def test_a_tunnel_left_to_its_defaults_is_weak_in_every_way() -> None:
    assert len(weak_options({})) == 5
    assert weak_options({"IkeVersions": [{"Value": "ikev1"}, {"Value": "ikev2"}]})[0] == "IkeVersions"


@pytest.mark.parametrize(
    ("rule", "stops"),
    [
        ({"Action": {"Block": {}}}, True),
        ({"Action": {"Captcha": {}}}, True),
        ({"Action": {"Count": {}}}, False),
        ({"Action": {"Allow": {}}}, False),
        ({"OverrideAction": {"None": {}}}, True),
        ({"OverrideAction": {"Count": {}}}, False),
        ({}, False),
    ],
)
def test_a_rule_that_only_counts_stops_nothing(rule: dict[str, Any], stops: bool) -> None:
    assert stops_requests(rule) is stops


def test_the_table_of_runtimes_speaks_of_days() -> None:
    assert deprecation("python3.8") == dt.date(2024, 10, 14)
    assert deprecation("nobody-knows") is None
    assert all(date > dt.date(2016, 1, 1) for date in DEPRECATED.values())


# --- the kit, where these checks lean on it


def test_ages_are_counted_from_text_and_from_times() -> None:
    given = Given(as_of=NOW)
    assert given.days_since("2025-12-31T00:00:00.000Z") == 1
    assert given.days_since(dt.datetime(2025, 12, 31, tzinfo=dt.UTC)) == 1
    with pytest.raises(NotAnswered):
        given.days_since("yesterday")


def test_a_key_missing_deep_in_a_reply_is_unknown_and_not_a_crash() -> None:
    check = next(c for c in discover.checks() if c.id == "instances_require_imdsv2")
    told = observe(check, [(row(State={"Name": "running"}, MetadataOptions={}),)], Given(as_of=NOW))
    assert [o.status for o in told] == [Status.UNKNOWN]
    assert "HttpEndpoint" in told[0].note


def test_several_rows_of_a_whole_check_each_get_their_say() -> None:
    check = next(c for c in discover.checks() if c.id == "snapshots_are_not_public")
    rows = [(row(SnapshotId="snap-1"), row(SnapshotId="snap-2")), (row(SnapshotId="snap-2"),)]
    told = observe(check, rows, Given(as_of=NOW))
    assert [o.status for o in told] == [Status.MET, Status.UNMET]
    assert [o.subject for o in told] == list(rows[0])
    assert settle(check, told, refused=False)[0] is Status.UNMET


def test_an_organization_may_list_other_ports() -> None:
    check = next(c for c in discover.checks() if c.id == "security_groups_keep_admin_ports_closed")
    group = row(IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": WORLD}]}])
    assert observe(check, [(group,)], Given(as_of=NOW))[0].status is Status.UNMET
    assert observe(check, [(group,)], Given(as_of=NOW, values={"admin_ports": [3389]}))[0].status is Status.MET
