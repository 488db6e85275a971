"""The networks of each account as a picture needs them: evidence in, frozen lines out. Nothing is judged here.

Every figure is of one AWS list at one region. Where that list was not answered in full, or a row of it lacks the field,
the figure is None and the line names the list: what was not read is not zero. Which subnets can be reached from the
internet is read from their route tables, as the self-tests read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from srm_docs.checks.call import Call
from srm_docs.checks.calls.ec2 import (
    NETWORK_INTERFACES,
    ROUTE_TABLES,
    SECURITY_GROUPS,
    SUBNETS,
    VPCS,
    VPN_CONNECTIONS,
)
from srm_docs.checks.calls.ec2_links import CLIENT_VPN_ENDPOINTS, PEERINGS, TRANSIT_GATEWAYS, VPC_ENDPOINTS
from srm_docs.checks.calls.elb import CLASSIC_BALANCERS
from srm_docs.checks.calls.elbv2 import LOAD_BALANCERS
from srm_docs.checks.openings import open_to_world, written
from srm_docs.checks.place import UNLISTED, Place
from srm_docs.checks.routes import has_way_in, table_of
from srm_docs.checks.row import NotAnswered, Row
from srm_docs.collect.scope import AccountScope
from srm_docs.findings.gather import Evidence, Gathered, Gatherer
from srm_docs.packet.model import Answer, NetworkAccount, NetworkLine, NetworkLink, Shape
from srm_docs.packet.terms import term
from srm_docs.packet.words import count, joined, listed, region_words, say

T = TypeVar("T")

LISTS: Final = (
    VPCS, SUBNETS, ROUTE_TABLES, NETWORK_INTERFACES, SECURITY_GROUPS, VPC_ENDPOINTS, PEERINGS, TRANSIT_GATEWAYS,
    VPN_CONNECTIONS, CLIENT_VPN_ENDPOINTS, LOAD_BALANCERS, CLASSIC_BALANCERS,
)  # fmt: skip
"""What a picture is drawn from."""
_PEERING: Final = say("VPC peering")
_LEADS_OUT: Final = ("nat-", "eigw-")
_ALL: Final = say("all regions")


def network_accounts(evidence: Evidence | None) -> tuple[NetworkAccount, ...]:
    """The networks of every account that was to be read; none where there is no evidence to read."""
    if evidence is None:
        return ()
    gatherer, accounts = Gatherer(evidence), {account.id: account for account in evidence.header.accounts}
    found = {id_: _account(accounts[id_], gatherer) for id_ in gatherer.one_by_one()}
    return tuple(found[account.id] for account in evidence.header.accounts)


def _account(account: AccountScope, gatherer: Gatherer) -> NetworkAccount:
    unread: list[tuple[str, str, str]] = []
    if not account.entered:
        unread.append((VPCS.nouns, _ALL, _not_entered(account)))
    elif not account.regions_listed:
        unread.append((VPCS.nouns, region_words(UNLISTED), say("the enabled regions could not be listed")))
    vpcs: list[NetworkLine] = []
    links: list[NetworkLink] = []
    for name in sorted(account.regions) if account.entered else ():
        region = _Region(account.id, name, gatherer)
        vpcs += region.vpcs()
        links += region.links()
        unread += region.unread
    return NetworkAccount(
        account=account.id,
        name=account.name,
        regions=len(account.regions) if account.entered else 0,
        with_way_in=sum(bool(v.subnets_in) for v in vpcs),
        undetermined=sum(v.subnets_in is None for v in vpcs),
        subnets=sum(v.subnets or 0 for v in vpcs),
        subnets_in=sum(v.subnets_in or 0 for v in vpcs),
        addresses=sum(v.addresses or 0 for v in vpcs),
        vpcs=tuple(sorted(vpcs, key=_most_exposed_first)),
        links=tuple(links),
        unread=tuple(unread),
    )


def _not_entered(account: AccountScope) -> str:
    return say("not entered: {code}", code=account.refusal.code if account.refusal else say("unknown"))


def _most_exposed_first(line: NetworkLine) -> tuple[bool, bool, int, int, str, str]:
    """With a way in, then not determinable, then by what stands in it: a picture of few shows those."""
    return (
        not line.subnets_in, line.subnets_in is not None, -(line.addresses or 0), -(line.interfaces or 0),
        line.region, line.id,
    )  # fmt: skip


def _figure(read: Callable[..., T], *given: Any) -> T | None:
    """What `read` finds; None where a field is missing or is not what AWS's documentation says."""
    try:
        return read(*given)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


class _Region:
    """One account's networks in one region, each list read once."""

    def __init__(self, account: str, region: str, gatherer: Gatherer) -> None:
        self.account, self.region = account, region
        place = Place(account=account, region=region)
        self._read: dict[str, Gathered] = {call.id: gatherer.at(call, place) for call in LISTS}
        self.unread = tuple(
            (call.nouns, region, joined(" ", filter(None, (term(gaps[0].state), gaps[0].code))))
            for call in LISTS
            if (gaps := self._read[call.id].gaps)
        )
        self._missing = tuple(noun for noun, _, _ in self.unread)
        self._by_vpc = {call.id: _figure(self._grouped, call) for call in LISTS}
        self._targets_of = {
            vpc: frozenset(_figure(_all_targets, tables) or ())
            for vpc, tables in sorted((self._by_vpc[ROUTE_TABLES.id] or {}).items())
        }

    def _grouped(self, call: Call) -> dict[str, list[Row]]:
        return _grouped(self._whole(call), call)

    def _whole(self, call: Call) -> Sequence[Row]:
        """The rows of a list that was answered in full. `NotAnswered` where it was not."""
        if self._read[call.id].gaps:
            raise NotAnswered(call.nouns)
        return self._read[call.id].rows

    def _of(self, call: Call, vpc: str) -> list[Row]:
        grouped = self._by_vpc[call.id]
        if grouped is None:
            raise NotAnswered(call.nouns)
        return grouped.get(vpc, [])

    def vpcs(self) -> Iterator[NetworkLine]:
        """A line for each VPC that was listed, whether or not the list was answered in full."""
        for row in self._read[VPCS.id].rows:
            yield self._vpc(row, str(row.get("VpcId") or row.name))

    def _vpc(self, row: Row, vpc: str) -> NetworkLine:
        subnets = _figure(lambda: self._of(SUBNETS, vpc))
        ways = _figure(lambda: self._ways(vpc))
        balancers = _figure(lambda: self._facing(vpc))
        opened = _figure(lambda: [found for g in self._of(SECURITY_GROUPS, vpc) if (found := _opened(g))])
        interfaces = _figure(lambda: self._of(NETWORK_INTERFACES, vpc))
        evidence = (self._read[call.id].evidence[:1] for call in (VPCS, SUBNETS, ROUTE_TABLES))
        return NetworkLine(
            id=vpc,
            name=_name(row),
            account=self.account,
            region=self.region,
            blocks=_figure(lambda: _blocks(row)) or (),
            default=row.get("IsDefault") is True,
            exposure=_exposure(ways, self._missing),
            subnets=None if subnets is None else len(subnets),
            subnets_in=None if ways is None else ways.count("in"),
            subnets_out=None if ways is None else ways.count("out"),
            subnets_no=None if ways is None else ways.count("no"),
            zones=None if subnets is None else _figure(lambda: len({s["AvailabilityZone"] for s in subnets})),
            gateways=_figure(lambda: self._targets(vpc, ("igw-",))),
            outlets=_figure(lambda: self._targets(vpc, _LEADS_OUT)),
            endpoints=_figure(lambda: len(self._of(VPC_ENDPOINTS, vpc))),
            interfaces=None if interfaces is None else len(interfaces),
            addresses=None if interfaces is None else _figure(lambda: sum(map(_is_public, interfaces))),
            balancers=balancers,
            open_groups=None if opened is None else len(opened),
            open_ports=_ports(port for ports in opened or () for port in ports),
            unread=self._missing,
            evidence=tuple(dict.fromkeys(e for found in evidence for e in found)),
        )

    def _ways(self, vpc: str) -> list[str]:
        """Where each subnet's route table leads: `in` (an internet gateway, both ways), `out` only, or `no`."""
        tables = self._of(ROUTE_TABLES, vpc)
        return [_way(table_of(subnet, tables)) for subnet in self._of(SUBNETS, vpc)]

    def _targets(self, vpc: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """What the routes of a VPC's tables lead to, of some kinds of gateway."""
        found = _all_targets(self._of(ROUTE_TABLES, vpc))
        return tuple(sorted(target for target in found if target.startswith(kinds)))

    def _facing(self, vpc: str) -> int:
        newer = [row["Scheme"] for row in self._of(LOAD_BALANCERS, vpc)]
        older = [row["Scheme"] for row in self._of(CLASSIC_BALANCERS, vpc)]
        return (newer + older).count("internet-facing")

    def links(self) -> Iterator[NetworkLink]:
        """Peerings, transit gateways, VPN connections and Client VPN, as far as AWS listed them."""
        for row in self._read[PEERINGS.id].rows:
            unclear = self._link(_PEERING, row.name, "", say("not to be seen from AWS's reply"), ())
            yield _figure(self._peering, row) or unclear
        yield from self._transit()
        for row in self._read[VPN_CONNECTIONS.id].rows:
            gateway = str(row.get("VpnGatewayId") or row.get("TransitGatewayId") or "")
            yield self._link(
                say("VPN connection"), row.name, str(row.get("State") or ""),
                say("customer gateway {id}", id=str(row.get("CustomerGatewayId") or "") or say("not named")),
                self._routed(gateway),
            )  # fmt: skip
        for row in self._read[CLIENT_VPN_ENDPOINTS.id].rows:
            state = row.get("Status")
            vpc = str(row.get("VpcId") or "")
            yield self._link(
                say("Client VPN"), row.name, str(state.get("Code") or "") if isinstance(state, Mapping) else "",
                say("users' machines"), (vpc,) if vpc else (),
            )  # fmt: skip

    def _transit(self) -> Iterator[NetworkLink]:
        """Those that AWS lists here, and those of others that a route leads to."""
        listed = {row.name: str(row.get("State") or "") for row in self._read[TRANSIT_GATEWAYS.id].rows}
        routed = {
            target: say("reached by a route")
            for table in self._read[ROUTE_TABLES.id].rows
            for target in _figure(_all_targets, [table]) or ()
            if target.startswith("tgw-")
        }
        for name, state in sorted({**routed, **listed}.items()):
            yield self._link(say("Transit gateway"), name, state, say("what is attached to it"), self._routed(name))

    def _peering(self, row: Row) -> NetworkLink:
        sides = [row["RequesterVpcInfo"], row["AccepterVpcInfo"]]
        mine = [s for s in sides if (s["OwnerId"], s.get("Region", self.region)) == (self.account, self.region)]
        other = next((s for s in sides if s not in mine), sides[1])
        where = say(
            "{vpc} of account {account} in {region}",
            vpc=str(other["VpcId"]),
            account=str(other["OwnerId"]),
            region=str(other.get("Region", self.region)),
        )
        ends = tuple(str(s["VpcId"]) for s in mine)
        return self._link(_PEERING, row.name, str(row["Status"]["Code"]), where, ends)

    def _routed(self, target: str) -> tuple[str, ...]:
        """The VPCs of which a route leads to a gateway."""
        return tuple(vpc for vpc, targets in self._targets_of.items() if target in targets)

    def _link(self, kind: str, name: str, state: str, leads_to: str, ends: tuple[str, ...]) -> NetworkLink:
        return NetworkLink(kind=kind, id=name, region=self.region, state=state, leads_to=leads_to, ends=ends)


def _grouped(rows: Iterable[Row], call: Call) -> dict[str, list[Row]]:
    """The rows under the VPC that each names. `NotAnswered` where one does not: then no VPC's count is known."""
    if call in (PEERINGS, TRANSIT_GATEWAYS, VPN_CONNECTIONS, VPCS):
        return {}
    found: dict[str, list[Row]] = {}
    for row in rows:
        # a classic load balancer writes the name differently, and a group of EC2-Classic has none
        found.setdefault(str(row["VPCId"] if call is CLASSIC_BALANCERS else row["VpcId"]), []).append(row)
    return found


def _way(table: Row) -> str:
    if has_way_in(table):
        return "in"
    out = any(target.startswith(_LEADS_OUT) for route in _alive(table) for target in _gateways(route))
    return "out" if out else "no"


def _alive(table: Row) -> Iterator[Mapping[str, Any]]:
    return (route for route in table["Routes"] if route["State"] != "blackhole")


def _all_targets(tables: Iterable[Row]) -> frozenset[str]:
    """Everything that the routes of some tables lead to."""
    return frozenset(target for table in tables for route in _alive(table) for target in _gateways(route))


def _gateways(route: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "VpcPeeringConnectionId")
    return tuple(str(route[name]) for name in names if route.get(name))


def _opened(group: Row) -> list[range]:
    return open_to_world(group["IpPermissions"])


def _ports(found: Iterable[range]) -> str:
    every = say("every port")
    return joined(", ", (every if part == every else part for part in written(found).split(", ")))


def _is_public(interface: Row) -> bool:
    return bool(interface.get("Association", {}).get("PublicIp"))


def _blocks(vpc: Row) -> tuple[str, ...]:
    four = [a["CidrBlock"] for a in vpc.get("CidrBlockAssociationSet", ())] or [vpc["CidrBlock"]]
    return tuple(str(b) for b in [*four, *(a["Ipv6CidrBlock"] for a in vpc.get("Ipv6CidrBlockAssociationSet", ()))])


def _name(vpc: Row) -> str:
    tags = vpc.get("Tags")
    found = _figure(lambda: next((t["Value"] for t in tags or () if t["Key"] == "Name"), ""))
    return str(found or "")


def _exposure(ways: list[str] | None, missing: Sequence[str]) -> Answer:
    if ways is None:
        blind = [noun for noun in (SUBNETS.nouns, ROUTE_TABLES.nouns) if noun in missing]
        return Answer(
            text=say("Not determinable: {lists} not read", lists=listed(blind) or say("a route")), shape=Shape.UNREAD
        )
    way_in = ways.count("in")
    if not ways:
        return Answer(text=say("No subnet"), shape=Shape.PLAIN)
    if not way_in:
        return Answer(text=say("No route to an internet gateway"), shape=Shape.PLAIN)
    subnets = count(len(ways), "subnet", "subnets")
    return Answer(
        text=say("Way in from the internet: {way_in:,} of {subnets}", way_in=way_in, subnets=subnets), shape=Shape.PLAIN
    )
