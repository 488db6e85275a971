"""The networks of an account -> the geometry of one picture in mm, and the sentence that says the same.

The internet stands on the left, as AWS does on every page; the VPCs in the middle, other networks on the right. A way
in is a line with two heads, a way out only has one, and what was not read is a broken line or a hatched box with the
words beside it: nothing that AWS did not answer looks like nothing that there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from srm_docs.packet.model import NetworkAccount, NetworkLine, NetworkLink, Shape
from srm_docs.render.charts import INK, INK_2, RULE, SMALL, UNREAD, Figure, Path, Rect, Text, hatched
from srm_docs.render.charts import Shape as Drawn
from srm_docs.said import joined, listed, plural, say

MOST_DRAWN = 5
"""VPCs in one picture: those with a way in first; the rest is counted and is in the workbook."""
MOST_PICTURES = 6
"""Accounts with a picture each; all of more are in the table of totals as far as it goes, and in the workbook."""
MOST_ROWS = 60
"""Accounts in the table of totals."""
_MOST_LINKS, _MOST_UNREAD, _MOST_SAID = 4, 4, 3
_LISTS_OF_LINKS = (
    "VPC peering connections", "transit gateways", "VPN connections", "Client VPN endpoints", "route tables",
)  # fmt: skip
_WIDTH, _BAR, _LEFT, _RIGHT = 170.0, 4.0, 43.0, 125.0
_TALL, _BETWEEN, _TOP = 31.0, 3.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An account's drawing (None where there is no VPC to draw and nothing unread), and how many VPCs it leaves out."""

    account: NetworkAccount
    figure: Figure | None
    drawn: int
    left_out: int


def ranked(accounts: Sequence[NetworkAccount]) -> tuple[NetworkAccount, ...]:
    """Return the accounts in their order; of many, those of which the most VPCs have a way in come first."""
    if len(accounts) <= MOST_PICTURES:
        return tuple(accounts)
    return tuple(sorted(accounts, key=lambda a: (-a.with_way_in, -a.undetermined, -len(a.vpcs), a.account)))


def pictures(accounts: Sequence[NetworkAccount]) -> tuple[Picture, ...]:
    """Draw the first MOST_PICTURES accounts."""
    return tuple(picture(account) for account in ranked(accounts)[:MOST_PICTURES])


def picture(account: NetworkAccount, most: int = MOST_DRAWN) -> Picture:
    """Draw the first `most` VPCs of an account."""
    chosen = account.vpcs[:most]
    left_out = len(account.vpcs) - len(chosen)
    if not chosen and not account.unread:
        return Picture(account=account, figure=None, drawn=0, left_out=0)
    shapes: list[Drawn] = []
    y = _TOP
    if chosen:
        shapes += [
            Text(x=0, y=3.2, text=say("Internet"), size=SMALL, weight=600),
            Text(x=_LEFT, y=3.2, text=say("VPCs and their subnets"), size=SMALL, weight=600),
            Text(x=_RIGHT + 4, y=3.2, text=say("Other networks"), size=SMALL, weight=600),
        ]
    for vpc in chosen:
        shapes += _vpc(vpc, y)
        shapes += _links(account, vpc, y)
        y += _TALL + _BETWEEN
    if chosen:
        shapes.insert(0, Rect(x=0, y=_TOP, width=_BAR, height=y - _BETWEEN - _TOP, fill=INK))
    if account.unread:
        shapes += _unread(account.unread, y)
        y += 4.2 * (min(len(account.unread), _MOST_UNREAD) + (len(account.unread) > _MOST_UNREAD)) + 1
    return Picture(
        account=account,
        figure=Figure(width=_WIDTH, height=y, title=_sentence(account, chosen, left_out), shapes=tuple(shapes)),
        drawn=len(chosen),
        left_out=left_out,
    )


def _vpc(vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    wide = _RIGHT - _LEFT
    exposed = bool(vpc.subnets_in)
    line = 0.6 if exposed else 0.25
    yield Rect(
        x=_LEFT + line / 2, y=y + line / 2, width=wide - line, height=_TALL - line,
        fill="#FFFFFF", stroke=INK if exposed else INK_2, line=line,
    )  # fmt: skip
    title = vpc.name or (say("Default VPC") if vpc.default else say("No name"))
    yield Text(x=_LEFT + 2, y=y + 4.4, text=title, room=wide - 28, weight=600)
    yield Text(x=_RIGHT - 2, y=y + 4.4, text=vpc.region, room=25, size=SMALL, fill=INK_2, anchor="end")
    name = say("{vpc}, default", vpc=vpc.id) if vpc.default and vpc.name else vpc.id
    said = joined(": ", (name, listed(vpc.blocks, most=2) or say("range not read")))
    yield Text(x=_LEFT + 2, y=y + 8.2, text=said, room=wide - 4, size=SMALL, fill=INK_2)
    yield from _subnets(vpc, y + 10)
    for at, words in enumerate(_edge(vpc)):
        unread = words.startswith("Not read")
        yield Text(
            x=_LEFT + 2, y=y + 21.4 + 3.5 * at, text=words, room=wide - 4, size=SMALL,
            fill=UNREAD if unread else INK, weight=600 if unread else 400,
        )  # fmt: skip
    yield from _ways(vpc, y)


def _subnets(vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    """Three blocks in the order in which traffic from outside meets them, or one that says what was not read."""
    wide = _RIGHT - _LEFT - 4
    if vpc.subnets_in is None or vpc.subnets_out is None or vpc.subnets_no is None:
        yield from hatched(_LEFT + 2, y, 8, 7)
        words = (
            say("subnets not read")
            if vpc.subnets is None
            else plural(vpc.subnets, "{n:,} subnet; routes not read", "{n:,} subnets; routes not read")
        )
        yield Text(x=_LEFT + 12, y=y + 4.6, text=words, size=SMALL, weight=600, fill=UNREAD)
        return
    each = (wide - 3) / 3
    kinds = (
        (vpc.subnets_in, say("way in and out")),
        (vpc.subnets_out, say("way out only")),
        (vpc.subnets_no, say("no such way")),
    )
    for at, (number, words) in enumerate(kinds):
        x, line = _LEFT + 2 + at * (each + 1.5), (0.6 if at == 0 and number else 0.25)
        yield Rect(
            x=x + line / 2, y=y + line / 2, width=each - line, height=7 - line,
            fill="#FFFFFF", stroke=(INK if at == 0 else INK_2) if number else RULE, line=line,
        )  # fmt: skip
        ink = INK if number else INK_2
        yield Text(x=x + 1.4, y=y + 4.6, text=say("{n:,}", n=number), weight=600 if number else 400, fill=ink)
        yield Text(x=x + each - 1.2, y=y + 4.6, text=words, size=SMALL, fill=ink, anchor="end")


def _edge(vpc: NetworkLine) -> list[str]:
    """What can be met from outside, in lines; what was not read comes first, because room may end."""
    unread = [
        name
        for name, figure in (
            (say("interfaces"), vpc.interfaces), (say("load balancers"), vpc.balancers),
            (say("security groups"), vpc.open_groups),
        )
        if figure is None
    ]  # fmt: skip
    said: list[str] = [say("Not read: {lists}", lists=listed(unread))] if unread else []
    if vpc.interfaces is not None:
        interfaces = plural(vpc.interfaces, "{n:,} interface", "{n:,} interfaces")
        public = [] if vpc.addresses is None else [say("{n:,} with a public address", n=vpc.addresses)]
        said.append(joined(", ", (interfaces, *public)))
    if vpc.balancers is not None:
        said.append(
            plural(vpc.balancers, "{n:,} load balancer facing the internet", "{n:,} load balancers facing the internet")
        )
    if vpc.open_groups is not None:
        groups = plural(
            vpc.open_groups, "{n:,} security group admits any address", "{n:,} security groups admit any address"
        )
        said.append(joined(": ", (groups, *[_ports(vpc.open_ports)] * bool(vpc.open_ports))))
    return said[: _MOST_SAID + 1]


def _ports(ports: str) -> str:
    if ports.startswith("every"):
        return ports
    if "," in ports or "-" in ports:
        return say("ports {ports}", ports=ports)
    return say("port {port}", port=ports)


def _ways(vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    start, end, at = _BAR, _LEFT, y + 13.5
    middle = (start + end) / 2
    if vpc.gateways is None or vpc.subnets_in is None:
        yield from _broken(start, end, at)
        yield Text(
            x=middle, y=at - 1.4, text=say("routes not read"), size=SMALL, weight=600, fill=UNREAD, anchor="middle"
        )
        return
    if vpc.subnets_in:
        yield Path(d=f"M{start + 1.6:.3f} {at:.3f}H{end - 1.6:.3f}", stroke=INK, line=0.6)
        yield _head(start + 0.2, at, left=True)
        yield _head(end - 0.2, at, left=False)
        yield Text(x=middle, y=at - 1.4, **_first(vpc.gateways, end - start - 2), size=SMALL, anchor="middle")
        yield Text(x=middle, y=at + 3.6, text=say("in and out"), size=SMALL, fill=INK_2, anchor="middle")
    if vpc.outlets:
        low = y + 24.5
        yield Path(d=f"M{start + 1.6:.3f} {low:.3f}H{end:.3f}", stroke=INK_2, line=0.3)
        yield _head(start + 0.2, low, left=True)
        yield Text(x=middle, y=low - 1.4, **_first(vpc.outlets, end - start - 2), size=SMALL, anchor="middle")
        yield Text(x=middle, y=low + 3.6, text=say("out only"), size=SMALL, fill=INK_2, anchor="middle")
    if not vpc.subnets_in and not vpc.outlets:
        yield Text(x=middle, y=at + 0.9, text=say("no route"), size=SMALL, fill=INK_2, anchor="middle")


def _of(account: NetworkAccount, vpc: NetworkLine) -> tuple[list[NetworkLink], list[NetworkLink]]:
    """The links of a VPC, and those in its region of which no list says at which VPC they end."""
    here = [link for link in account.links if link.region == vpc.region]
    return [link for link in here if vpc.id in link.ends], [link for link in here if not link.ends]


def _links(account: NetworkAccount, vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    links, loose = _of(account, vpc)
    rows = [(joined(", ", (link.kind, *[link.state] * bool(link.state))), link.id) for link in links]
    if vpc.endpoints:
        rows.append((plural(vpc.endpoints, "{n:,} VPC endpoint", "{n:,} VPC endpoints"), say("private way to AWS")))
    blind = [noun for noun in _LISTS_OF_LINKS if noun in vpc.unread]
    most = _MOST_LINKS - bool(blind) - bool(loose)
    if len(rows) > most:
        rows = [*rows[: most - 1], (say("and {n:,} more", n=len(rows) - most + 1), say("workbook, sheet Networks"))]
    room = _WIDTH - _RIGHT - 5
    for at, (kind, name) in enumerate(rows):
        low = y + 3.4 + at * 7.8
        yield Path(d=f"M{_RIGHT:.3f} {low:.3f}h3.400", stroke=INK_2, line=0.3)
        yield Text(x=_RIGHT + 4, y=low + 0.9, text=kind, room=room, size=SMALL)
        yield Text(x=_RIGHT + 4, y=low + 4.2, text=name, room=room, size=SMALL, fill=INK_2)
    low = y + 4.3 + len(rows) * 7.8
    if loose:
        words = plural(len(loose), "{n:,} link not traced to a VPC:", "{n:,} links not traced to a VPC:")
        yield Text(x=_RIGHT + 4, y=low, text=words, room=room, size=SMALL, fill=INK_2)
        yield Text(x=_RIGHT + 4, y=low + 3.3, text=say("see the table of links"), room=room, size=SMALL, fill=INK_2)
        low += 7.8
    if blind:
        yield Text(x=_RIGHT + 4, y=low, text=say("not read:"), size=SMALL, weight=600, fill=UNREAD)
        yield Text(x=_RIGHT + 4, y=low + 3.3, text=listed(blind, most=1), room=room, size=SMALL, fill=UNREAD)
    elif not rows and not loose:
        yield Text(x=_RIGHT + 4, y=y + 4.4, text=say("no link"), size=SMALL, fill=INK_2)


def _unread(lines: Sequence[tuple[str, str, str]], y: float) -> Iterator[Drawn]:
    more = len(lines) - _MOST_UNREAD
    for at, (noun, where, why) in enumerate(lines[:_MOST_UNREAD]):
        yield from hatched(0, y + 4.2 * at, 4, 3)
        words = say("Not read: {list} in {region} ({why})", list=noun, region=where, why=why)
        yield Text(x=6, y=y + 4.2 * at + 2.4, text=words, room=_WIDTH - 7, size=SMALL, weight=600, fill=UNREAD)
    if more > 0:
        words = say("and {n:,} more lists not read: workbook, sheet Networks", n=more)
        yield Text(x=6, y=y + 4.2 * _MOST_UNREAD + 2.4, text=words, size=SMALL, weight=600, fill=UNREAD)


def _head(x: float, y: float, *, left: bool) -> Path:
    back = 2.2 if left else -2.2
    return Path(d=f"M{x:.3f} {y:.3f}L{x + back:.3f} {y - 1.1:.3f} {x + back:.3f} {y + 1.1:.3f}z", fill=INK)


def _broken(start: float, end: float, y: float) -> Iterator[Path]:
    """Draw a dashed line as lines: a dash array on a path would be one more thing to keep conformant."""
    x = start + 0.8
    while x < end:
        yield Path(d=f"M{x:.3f} {y:.3f}H{min(x + 1.6, end):.3f}", stroke=UNREAD, line=0.4)
        x += 2.6


def _first(ids: Sequence[str], room: float) -> dict[str, Any]:
    """The first of some ids in a room, and how many more there are."""
    return {
        "text": ids[0] if ids else "",
        "rest": say(" and {n} more", n=len(ids) - 1) if len(ids) > 1 else "",
        "room": room,
    }


def _sentence(account: NetworkAccount, chosen: Sequence[NetworkLine], left_out: int) -> str:
    """All that is drawn, in words."""
    drawn: str = say(
        "Networks of account {account}: {vpcs} drawn",
        account=account.account,
        vpcs=plural(len(chosen), "{n:,} VPC", "{n:,} VPCs"),
    )
    if left_out:
        drawn = joined(", ", (drawn, say("{n:,} more in the workbook", n=left_out)))
    parts = [drawn]
    for vpc in chosen:
        links, _ = _of(account, vpc)
        unread = vpc.exposure.shape is Shape.UNREAD
        says: list[str] = [say("way in not determinable") if unread else vpc.exposure.text, *_edge(vpc)]
        if vpc.outlets:
            says.append(say("way out by {ids}", ids=listed(vpc.outlets, most=2)))
        if links:
            named = [joined(" ", (link.kind, link.id)) for link in links]
            says.append(say("linked by {links}", links=listed(named, most=_MOST_LINKS)))
        parts.append(say("{vpc} in {region}: {words}", vpc=vpc.id, region=vpc.region, words=joined("; ", says)))
    if loose := [joined(" ", (link.kind, link.id)) for link in account.links if not link.ends]:
        parts.append(say("Not traced to a VPC: {links}", links=listed(loose, most=_MOST_LINKS)))
    if account.unread:
        lists = [say("{list} in {region}", list=noun, region=where) for noun, where, _ in account.unread]
        parts.append(say("Not read: {lists}", lists=listed(lists, most=_MOST_UNREAD)))
    return say("{sentences}.", sentences=joined(". ", parts))
