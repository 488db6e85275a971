"""The networks of an account: what was not read is never drawn as absent, and no picture grows without end."""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import content_sample as sample
import pytest

from srm_docs.checks.call import Call
from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, ROUTE_TABLES, SECURITY_GROUPS, SUBNETS, VPCS
from srm_docs.checks.calls.ec2_links import PEERINGS
from srm_docs.checks.calls.elb import CLASSIC_BALANCERS
from srm_docs.checks.calls.elbv2 import LOAD_BALANCERS
from srm_docs.collect.answer import Answer
from srm_docs.collect.run import collect
from srm_docs.collect.scope import AccountScope
from srm_docs.evidence.entry import Header, PlannedCall
from srm_docs.packet.model import NetworkAccount, Shape
from srm_docs.packet.network import LISTS, network_accounts
from srm_docs.render import charts, network, text
from srm_docs.render.languages import ENGLISH
from tests import small_estate as small
from tests.replay import Kept

VPC, OTHER = "vpc-1", "vpc-2"


def page(call: Call, *rows: Mapping[str, Any]) -> Answer:
    return Answer(pages=({call.rows: list(rows)},))


def route(**target: str) -> dict[str, str]:
    return {"State": "active", "DestinationCidrBlock": "0.0.0.0/0", **target}


def subnet(name: str, zone: str = "a", vpc: str = VPC) -> dict[str, str]:
    return {"SubnetId": name, "VpcId": vpc, "AvailabilityZone": zone}


def table(name: str, routes: list[dict[str, str]], *subnets: str, main: bool = False, vpc: str = VPC) -> dict[str, Any]:
    associations: list[dict[str, Any]] = [{"Main": False, "SubnetId": s} for s in subnets]
    return {
        "RouteTableId": name, "VpcId": vpc, "Routes": routes,
        "Associations": [*associations, *([{"Main": True}] if main else [])],
    }  # fmt: skip


ANSWERS: dict[str, Answer] = {
    VPCS.id: page(
        VPCS,
        {"VpcId": OTHER, "CidrBlock": "10.1.0.0/16", "IsDefault": False},
        {"VpcId": VPC, "CidrBlock": "10.0.0.0/16", "IsDefault": False, "Tags": [{"Key": "Name", "Value": "shop"}]},
    ),
    SUBNETS.id: page(SUBNETS, subnet("s-in"), subnet("s-out", "b"), subnet("s-dead"), subnet("s-none")),
    ROUTE_TABLES.id: page(
        ROUTE_TABLES,
        table("in", [route(GatewayId="igw-1")], "s-in"),
        table("out", [route(NatGatewayId="nat-1"), route(TransitGatewayId="tgw-9")], "s-out"),
        table("dead", [{**route(GatewayId="igw-gone"), "State": "blackhole"}], "s-dead"),
        table("main", [route(GatewayId="local")], main=True),
    ),
    NETWORK_INTERFACES.id: page(
        NETWORK_INTERFACES, {"VpcId": VPC, "Association": {"PublicIp": "203.0.113.5"}}, {"VpcId": VPC}
    ),
    SECURITY_GROUPS.id: page(
        SECURITY_GROUPS,
        {
            "VpcId": VPC, "GroupId": "sg-1",
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        },
        {"VpcId": VPC, "GroupId": "sg-2", "IpPermissions": []},
    ),
    LOAD_BALANCERS.id: page(LOAD_BALANCERS, {"VpcId": VPC, "Scheme": "internet-facing"}),
    CLASSIC_BALANCERS.id: page(CLASSIC_BALANCERS, {"VPCId": VPC, "Scheme": "internal"}),
    PEERINGS.id: page(
        PEERINGS,
        {
            "VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
            "RequesterVpcInfo": {"VpcId": VPC, "OwnerId": small.FIRST, "Region": "eu-west-1"},
            "AccepterVpcInfo": {"VpcId": "vpc-far", "OwnerId": small.SECOND, "Region": "us-east-1"},
        },
    ),
}  # fmt: skip


def networks(answers: Mapping[str, Answer], *accounts: AccountScope) -> tuple[NetworkAccount, ...]:
    accounts = accounts or (small.account(regions=("eu-west-1",)),)
    header = Header(
        id="2026-11-23T200805Z-1f3a9c", began=small.NOW, ended=small.NOW, tool_version="0", catalog_digest="0" * 64,
        demo=False, accounts=accounts, calls=tuple(PlannedCall(id=c.id, scope=c.scope) for c in LISTS),
    )  # fmt: skip
    kept = Kept(header=header)
    said = {(call, a.id, r): answer for call, answer in answers.items() for a in accounts for r in a.regions}
    with cf.ThreadPoolExecutor(max_workers=1) as executor:
        collect(
            LISTS, {a.id: a.regions for a in accounts if a.entered}, ask=small.Estate(answers=said), keep=kept,
            executor=executor,
        )  # fmt: skip
    return network_accounts(kept)


def test_a_vpc_is_described_from_its_route_tables_gateways_and_groups() -> None:
    (account,) = networks(ANSWERS)
    assert [v.id for v in account.vpcs] == [VPC, OTHER], "one with a way in comes first"
    shop, bare = account.vpcs
    assert (shop.name, shop.blocks, shop.subnets, shop.zones) == ("shop", ("10.0.0.0/16",), 4, 2)
    assert (shop.subnets_in, shop.subnets_out, shop.subnets_no) == (1, 1, 2), "a route into nothing is no way"
    assert (shop.gateways, shop.outlets) == (("igw-1",), ("nat-1",))
    assert (shop.interfaces, shop.addresses, shop.balancers) == (2, 1, 1)
    assert (shop.open_groups, shop.open_ports) == (1, "22")
    assert shop.exposure.text == "Way in from the internet: 1 of 4 subnets"
    assert (bare.subnets, bare.exposure.text, bare.interfaces) == (0, "No subnet", 0)
    assert (account.with_way_in, account.undetermined, account.unread) == (1, 0, ())
    links = {link.kind: link for link in account.links}
    assert links["VPC peering"].ends == (VPC,)
    assert links["VPC peering"].leads_to == f"vpc-far of account {small.SECOND} in us-east-1"
    assert (links["Transit gateway"].id, links["Transit gateway"].ends) == ("tgw-9", (VPC,)), "of another account"


@pytest.mark.parametrize("call", LISTS, ids=lambda call: call.id)
def test_a_list_that_was_refused_is_unknown_and_never_absent(call: Call) -> None:
    said = ANSWERS.get(call.id, Answer(pages=({},)))
    for refusal in (small.refused(), small.refused(*said.pages)):
        (account,) = networks({**ANSWERS, call.id: refusal})
        ((noun, where, why),) = account.unread
        assert (noun, where) == (call.nouns, "eu-west-1")
        assert "AccessDenied" in why
        drawn = network.picture(account)
        assert drawn.figure is not None
        assert f"Not read: {call.nouns} in eu-west-1" in drawn.figure.title
        assert any(isinstance(s, charts.Text) and call.nouns in s.text for s in drawn.figure.shapes)
        figures = {
            SUBNETS.id: ("subnets", "subnets_in", "subnets_no", "zones"),
            ROUTE_TABLES.id: ("subnets_in", "subnets_out", "subnets_no", "gateways", "outlets"),
            NETWORK_INTERFACES.id: ("interfaces", "addresses"),
            SECURITY_GROUPS.id: ("open_groups",),
            LOAD_BALANCERS.id: ("balancers",),
            CLASSIC_BALANCERS.id: ("balancers",),
        }.get(call.id, ())
        for vpc in account.vpcs:
            assert {name: getattr(vpc, name) for name in figures} == dict.fromkeys(figures), "half a list is no count"
            assert call.nouns in vpc.unread
            unknown = call.id in {SUBNETS.id, ROUTE_TABLES.id}
            assert (vpc.exposure.shape is Shape.UNREAD) == unknown


@pytest.mark.parametrize(
    ("call", "row", "name"),
    [
        (NETWORK_INTERFACES, {"NetworkInterfaceId": "eni-1"}, "interfaces"),
        (SUBNETS, {"VpcId": VPC, "SubnetId": ["not text"]}, "zones"),
        (ROUTE_TABLES, {"VpcId": VPC, "Routes": None, "Associations": None}, "subnets_in"),
        (SECURITY_GROUPS, {"VpcId": VPC, "IpPermissions": [{"IpProtocol": "tcp", "IpRanges": [{}]}]}, "open_groups"),
        (LOAD_BALANCERS, {"VpcId": VPC}, "balancers"),
        (SUBNETS, {"VpcId": VPC}, "subnets_in"),
    ],
)
def test_a_reply_that_lacks_a_field_makes_that_figure_unknown(call: Call, row: dict[str, Any], name: str) -> None:
    (account,) = networks({**ANSWERS, call.id: page(call, row)})
    assert getattr(account.vpcs[0] if account.vpcs[0].id == VPC else account.vpcs[1], name) is None
    assert network.picture(account).figure is not None


def test_a_link_whose_reply_is_unclear_is_still_listed() -> None:
    (account,) = networks({**ANSWERS, PEERINGS.id: page(PEERINGS, {"VpcPeeringConnectionId": "pcx-2"})})
    assert ("pcx-2", ()) in [(link.id, link.ends) for link in account.links]


def test_an_account_that_was_not_entered_or_has_no_region_listed_says_so() -> None:
    closed, unlisted = networks({}, small.account(entered=False), small.account(small.SECOND, (), listed=False))
    assert closed.unread == (("VPCs", "all regions", "not entered: AccessDenied"),)
    assert unlisted.unread[0][:2] == ("VPCs", "regions not listed")
    for account in (closed, unlisted):
        drawn = network.picture(account).figure
        assert drawn is not None
        assert "Not read: VPCs" in drawn.title


def test_no_vpc_and_nothing_unread_is_no_picture() -> None:
    assert network.picture(networks({})[0]).figure is None


def test_a_picture_has_a_bound_and_says_what_it_leaves_out() -> None:
    many = sample.network(*(sample.vpc(n) for n in range(4_000)), links=500, unread=300)
    drawn = network.picture(many)
    assert (drawn.drawn, drawn.left_out) == (network.MOST_DRAWN, 4_000 - network.MOST_DRAWN)
    assert drawn.figure is not None
    assert len(drawn.figure.shapes) < 400
    assert drawn.figure.height < 240, "a picture fits on a page"
    assert "3,995 more in the workbook" in drawn.figure.title
    assert len(drawn.figure.title) < 2_000, "the sentence is not cut"
    words = [charts.fitted(s, ENGLISH) for s in drawn.figure.shapes if isinstance(s, charts.Text)]
    assert "and 498 more" in words, "500 links and the endpoints, of which 3 are drawn"
    assert "and 296 more lists not read: workbook, sheet Networks" in words


def test_of_many_accounts_those_with_the_most_ways_in_are_drawn() -> None:
    accounts = [sample.network(sample.vpc(subnets_in=0), account=f"{n:012d}") for n in range(1_000)]
    accounts[700] = sample.network(sample.vpc(), sample.vpc(1), account="999999999999")
    drawn = network.pictures(accounts)
    assert len(drawn) == network.MOST_PICTURES
    assert drawn[0].account.account == "999999999999"


def test_no_label_leaves_its_room_whatever_a_name_holds() -> None:
    for at in range(16):
        name = sample.HOSTILE[at]
        account = sample.network(sample.vpc(at, region=name, open_ports=name, gateways=(name,)), links=2)
        account = replace(account, links=tuple(replace(x, region=name, id=name, kind=name) for x in account.links))
        figure = network.picture(account).figure
        assert figure is not None
        for label in (s for s in figure.shapes if isinstance(s, charts.Text)):
            drawn = charts.fitted(label, ENGLISH)
            width = len(text.visible(drawn)) * label.size * 0.53
            left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
            assert left >= -1, drawn
            assert left + width <= figure.width + 1, drawn


def test_a_link_of_which_no_list_says_where_it_ends_is_not_left_out_of_the_picture() -> None:
    """A VPN connection that no route names is in the table: the picture beside it may not say that there is none."""
    whole = sample.network(sample.vpc(endpoints=0), links=2)
    loose = replace(whole, links=tuple(replace(link, ends=()) for link in whole.links))

    def words(account: NetworkAccount) -> list[str]:
        figure = network.picture(account).figure
        assert figure is not None
        return [charts.fitted(s, ENGLISH) for s in figure.shapes if isinstance(s, charts.Text)]

    assert "2 links not traced to a VPC:" in words(loose)
    assert "no link" not in words(loose)
    assert "no link" in words(replace(whole, links=()))
    assert not any("traced" in said for said in words(whole))
    figure = network.picture(loose).figure
    assert figure is not None
    assert all(link.id in figure.title for link in loose.links)
