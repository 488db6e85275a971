"""A packet -> the same packet with a system description, networks, populations, letters and changes, hostile ones."""

from __future__ import annotations

from dataclasses import replace

from packet_sample import AMERICA, EUROPE, HOSTILE, PRODUCTION

from srm_docs.packet import model as m

_PARTLY = m.Answer(text="Drafted in part", shape=m.Shape.PARTLY)
_MISSING = m.Answer(text=m.NOT_PROVIDED, shape=m.Shape.MISSING)


def vpc(at: int = 0, **given: object) -> m.NetworkLine:
    """One VPC that has everything, or what is given."""
    line = m.NetworkLine(
        id=f"vpc-{at:017x}", name=HOSTILE[at % len(HOSTILE)], account=PRODUCTION, region=EUROPE,
        blocks=("10.20.0.0/16", "2001:db8::/56"), default=False,
        exposure=m.Answer(text="Way in from the internet: 1 of 3 subnets", shape=m.Shape.PLAIN),
        subnets=3, subnets_in=1, subnets_out=1, subnets_no=1, zones=2, gateways=("igw-1", "igw-2"),
        outlets=("nat-1",), endpoints=1, interfaces=7, addresses=2, balancers=1, open_groups=2,
        open_ports="22, 443", unread=(), evidence=(),
    )  # fmt: skip
    return replace(line, **given)  # type: ignore[arg-type]


def blind(at: int = 0) -> m.NetworkLine:
    """A VPC of which nothing but the list of VPCs could be read."""
    nothing = dict.fromkeys(
        ("subnets", "subnets_in", "subnets_out", "subnets_no", "zones", "gateways", "outlets", "endpoints",
         "interfaces", "addresses", "balancers", "open_groups")
    )  # fmt: skip
    said = m.Answer(text="Not determinable: route tables not read", shape=m.Shape.UNREAD)
    return vpc(at, exposure=said, open_ports="", unread=("route tables", "VPC peering connections"), **nothing)


def network(*vpcs: m.NetworkLine, account: str = PRODUCTION, unread: int = 0, links: int = 0) -> m.NetworkAccount:
    """An account with these VPCs, so many links of the first one, and so many lists that were not read."""
    return m.NetworkAccount(
        account=account, name=HOSTILE[8], regions=2,
        with_way_in=sum(bool(v.subnets_in) for v in vpcs), undetermined=sum(v.subnets_in is None for v in vpcs),
        subnets=sum(v.subnets or 0 for v in vpcs), subnets_in=sum(v.subnets_in or 0 for v in vpcs),
        addresses=sum(v.addresses or 0 for v in vpcs), vpcs=vpcs,
        links=tuple(
            m.NetworkLink(kind="VPC peering", id=f"pcx-{n}", region=EUROPE, state="active", leads_to=HOSTILE[n % 16],
                          ends=(vpcs[0].id,))
            for n in range(links)
        ),
        unread=tuple((f"route tables {n}", AMERICA, "denied UnauthorizedOperation") for n in range(unread)),
    )  # fmt: skip


def filled(packet: m.Packet) -> m.Packet:
    """The packet with all of it."""
    evidence = tuple(line.id for line in packet.evidence[:3])
    return replace(
        packet,
        components=(
            m.ComponentLine(group="Infrastructure", service="Amazon EC2", parts=("9 EC2 instances",), count=9,
                            accounts=2, regions=2, unread=1, evidence=evidence),
            m.ComponentLine(group="Data", service="Amazon S3", parts=(), count=0, accounts=0, regions=0, unread=2,
                            evidence=()),
            m.ComponentLine(group="Data", service="Amazon FSx", parts=(), count=0, accounts=0, regions=0, unread=0,
                            evidence=()),
        ),
        description=(
            m.DescriptionLine(id="DC 1", title="Services provided", asks="The kinds.", answer=_PARTLY,
                              said=(("System", HOSTILE[8]),), missing=("The kinds",), see=(("networks", "Networks"),)),
            m.DescriptionLine(id="DC 2", title="Commitments", asks="What.", answer=_MISSING, said=(),
                              missing=("Commitments",)),
        ),
        networks=(network(*(vpc(n) for n in range(8)), blind(9), unread=7, links=9), network(blind(), unread=1),
                  network(unread=2), network()),
        populations=(
            m.PopulationLine(id="POP-AAAAA", what="volumes", call="ec2:DescribeVolumes", size=1_204, places=4, unread=1,
                             completeness=m.Answer(text="Not read in full at 1 of 4 places", shape=m.Shape.UNREAD),
                             tests=("volume-is-encrypted",), evidence=evidence),
        ),
        letters=(
            m.LetterLine(id="management-assertion", title="Management’s assertion",
                         parts=(("Organization", m.Answer(text=HOSTILE[8], shape=m.Shape.PLAIN)),
                                ("Signature", _MISSING)), refused=(), warned=()),
            m.LetterLine(id="bridge-letter", title="Bridge letter", parts=(("To", _MISSING), ("Signature", _MISSING)),
                         refused=(HOSTILE[10],), warned=("More than 90 days.",)),
        ),
        since=m.Since(
            packet="2026-10-23T200805Z-3f9a7c-00000000", manifest="0" * 64, as_read="23 October 2026",
            tests=(("Met", 3, 4), ("Deviation", 2, 1), ("Not determined", 0, 1), ("Not applicable", 1, 0)),
            comparable="The same rules.",
            changes=tuple(
                m.ChangeLine(about="Self-test", id=f"test-{n}", title=HOSTILE[n % 16], before="Met", worse=n < 3,
                             now=m.Answer(text="Deviation", shape=m.Shape.DEVIATION))
                for n in range(70)
            ),
        ),
    )  # fmt: skip
