"""The networks of an account -> the geometry of one picture in mm, and the sentence that says the same.

The internet stands on the left, as AWS does on every page; the VPCs in the middle, other networks on the right. A way
in is a line with two heads, a way out only has one, and what was not read is a broken line or a hatched box with the
words beside it: nothing that AWS did not answer looks like nothing that there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from srm_docs.packet.model import NetworkAccount, NetworkLine, NetworkLink, Shape
from srm_docs.packet.words import count, listed
from srm_docs.render import text
from srm_docs.render.charts import INK, INK_2, NORMAL, RULE, SMALL, UNREAD, Figure, Path, Rect, Text, hatched
from srm_docs.render.charts import Shape as Drawn

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
_CHARACTER = 0.53  # of the size: the mean width of the face, capitals and digits included


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
            Text(x=0, y=3.2, text="Internet", size=SMALL, weight=600),
            Text(x=_LEFT, y=3.2, text="VPCs and their subnets", size=SMALL, weight=600),
            Text(x=_RIGHT + 4, y=3.2, text="Other networks", size=SMALL, weight=600),
        ]
    for vpc in chosen:
        shapes += _vpc(vpc, y)
        shapes += _links([link for link in account.links if vpc.id in link.ends and link.region == vpc.region], vpc, y)
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
    title = vpc.name or ("Default VPC" if vpc.default else "No name")
    yield Text(x=_LEFT + 2, y=y + 4.4, text=_fit(title, wide - 28, NORMAL), weight=600)
    yield Text(x=_RIGHT - 2, y=y + 4.4, text=_fit(vpc.region, 25, SMALL), size=SMALL, fill=INK_2, anchor="end")
    said = (
        f"{vpc.id}{', default' if vpc.default and vpc.name else ''}: {listed(vpc.blocks, most=2) or 'range not read'}"
    )
    yield Text(x=_LEFT + 2, y=y + 8.2, text=_fit(said, wide - 4, SMALL), size=SMALL, fill=INK_2)
    yield from _subnets(vpc, y + 10)
    for at, words in enumerate(_edge(vpc)):
        unread = words.startswith("Not read")
        yield Text(
            x=_LEFT + 2, y=y + 21.4 + 3.5 * at, text=_fit(words, wide - 4, SMALL), size=SMALL,
            fill=UNREAD if unread else INK, weight=600 if unread else 400,
        )  # fmt: skip
    yield from _ways(vpc, y)


def _subnets(vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    """Three blocks in the order in which traffic from outside meets them, or one that says what was not read."""
    wide = _RIGHT - _LEFT - 4
    if vpc.subnets_in is None or vpc.subnets_out is None or vpc.subnets_no is None:
        yield from hatched(_LEFT + 2, y, 8, 7)
        words = (
            "subnets not read" if vpc.subnets is None else f"{count(vpc.subnets, 'subnet', 'subnets')}; routes not read"
        )
        yield Text(x=_LEFT + 12, y=y + 4.6, text=words, size=SMALL, weight=600, fill=UNREAD)
        return
    each = (wide - 3) / 3
    kinds = ((vpc.subnets_in, "way in and out"), (vpc.subnets_out, "way out only"), (vpc.subnets_no, "no such way"))
    for at, (number, words) in enumerate(kinds):
        x, line = _LEFT + 2 + at * (each + 1.5), (0.6 if at == 0 and number else 0.25)
        yield Rect(
            x=x + line / 2, y=y + line / 2, width=each - line, height=7 - line,
            fill="#FFFFFF", stroke=(INK if at == 0 else INK_2) if number else RULE, line=line,
        )  # fmt: skip
        ink = INK if number else INK_2
        yield Text(x=x + 1.4, y=y + 4.6, text=f"{number:,}", weight=600 if number else 400, fill=ink)
        yield Text(x=x + each - 1.2, y=y + 4.6, text=words, size=SMALL, fill=ink, anchor="end")


def _edge(vpc: NetworkLine) -> list[str]:
    """What can be met from outside, in lines; what was not read comes first, because room may end."""
    unread = [
        name
        for name, figure in (
            ("interfaces", vpc.interfaces), ("load balancers", vpc.balancers), ("security groups", vpc.open_groups),
        )
        if figure is None
    ]  # fmt: skip
    said = [f"Not read: {listed(unread)}"] if unread else []
    if vpc.interfaces is not None:
        public = "" if vpc.addresses is None else f", {vpc.addresses:,} with a public address"
        said.append(f"{count(vpc.interfaces, 'interface', 'interfaces')}{public}")
    if vpc.balancers is not None:
        said.append(f"{count(vpc.balancers, 'load balancer', 'load balancers')} facing the internet")
    if vpc.open_groups is not None:
        ports = ("ports " if "," in vpc.open_ports or "-" in vpc.open_ports else "port ") + vpc.open_ports
        ports = ports.replace("port every", "every")
        groups = count(vpc.open_groups, "security group admits", "security groups admit")
        said.append(f"{groups} any address{': ' + ports if vpc.open_ports else ''}")
    return said[: _MOST_SAID + 1]


def _ways(vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    start, end, at = _BAR, _LEFT, y + 13.5
    middle = (start + end) / 2
    if vpc.gateways is None or vpc.subnets_in is None:
        yield from _broken(start, end, at)
        yield Text(x=middle, y=at - 1.4, text="routes not read", size=SMALL, weight=600, fill=UNREAD, anchor="middle")
        return
    if vpc.subnets_in:
        yield Path(d=f"M{start + 1.6:.3f} {at:.3f}H{end - 1.6:.3f}", stroke=INK, line=0.6)
        yield _head(start + 0.2, at, left=True)
        yield _head(end - 0.2, at, left=False)
        yield Text(x=middle, y=at - 1.4, text=_first(vpc.gateways, end - start - 2), size=SMALL, anchor="middle")
        yield Text(x=middle, y=at + 3.6, text="in and out", size=SMALL, fill=INK_2, anchor="middle")
    if vpc.outlets:
        low = y + 24.5
        yield Path(d=f"M{start + 1.6:.3f} {low:.3f}H{end:.3f}", stroke=INK_2, line=0.3)
        yield _head(start + 0.2, low, left=True)
        yield Text(x=middle, y=low - 1.4, text=_first(vpc.outlets, end - start - 2), size=SMALL, anchor="middle")
        yield Text(x=middle, y=low + 3.6, text="out only", size=SMALL, fill=INK_2, anchor="middle")
    if not vpc.subnets_in and not vpc.outlets:
        yield Text(x=middle, y=at + 0.9, text="no route", size=SMALL, fill=INK_2, anchor="middle")


def _links(links: Sequence[NetworkLink], vpc: NetworkLine, y: float) -> Iterator[Drawn]:
    rows = [(link.kind + (f", {link.state}" if link.state else ""), link.id) for link in links]
    if vpc.endpoints:
        rows.append((count(vpc.endpoints, "VPC endpoint", "VPC endpoints"), "private way to AWS"))
    blind = [noun for noun in _LISTS_OF_LINKS if noun in vpc.unread]
    most = _MOST_LINKS - bool(blind)
    if len(rows) > most:
        rows = [*rows[: most - 1], (f"and {len(rows) - most + 1:,} more", "workbook, sheet Networks")]
    room = _WIDTH - _RIGHT - 5
    for at, (kind, name) in enumerate(rows):
        low = y + 3.4 + at * 7.8
        yield Path(d=f"M{_RIGHT:.3f} {low:.3f}h3.400", stroke=INK_2, line=0.3)
        yield Text(x=_RIGHT + 4, y=low + 0.9, text=_fit(kind, room, SMALL), size=SMALL)
        yield Text(x=_RIGHT + 4, y=low + 4.2, text=_fit(name, room, SMALL), size=SMALL, fill=INK_2)
    if blind:
        low = y + 4.3 + len(rows) * 7.8
        yield Text(x=_RIGHT + 4, y=low, text="not read:", size=SMALL, weight=600, fill=UNREAD)
        yield Text(x=_RIGHT + 4, y=low + 3.3, text=_fit(listed(blind, most=1), room, SMALL), size=SMALL, fill=UNREAD)
    elif not rows:
        yield Text(x=_RIGHT + 4, y=y + 4.4, text="no link", size=SMALL, fill=INK_2)


def _unread(lines: Sequence[tuple[str, str, str]], y: float) -> Iterator[Drawn]:
    more = len(lines) - _MOST_UNREAD
    for at, (noun, where, why) in enumerate(lines[:_MOST_UNREAD]):
        yield from hatched(0, y + 4.2 * at, 4, 3)
        words = _fit(f"Not read: {noun} in {where} ({why})", _WIDTH - 7, SMALL)
        yield Text(x=6, y=y + 4.2 * at + 2.4, text=words, size=SMALL, weight=600, fill=UNREAD)
    if more > 0:
        words = f"and {more:,} more lists not read: workbook, sheet Networks"
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


def _first(ids: Sequence[str], room: float) -> str:
    rest = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
    return _fit(ids[0], room - len(rest) * SMALL * _CHARACTER, SMALL) + rest if ids else ""


def _fit(raw: str, room: float, size: float) -> str:
    """Return raw cut to a width, measured as it will be printed: a hidden character takes nine."""
    most = max(int(room / (size * _CHARACTER)), 4)
    line = " ".join(raw[: 4 * most].split("\n"))
    if len(text.visible(line)) <= most and len(line) == len(raw):
        return line
    while line and len(text.visible(line)) > most - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def _sentence(account: NetworkAccount, chosen: Sequence[NetworkLine], left_out: int) -> str:
    """All that is drawn, in words."""
    parts = [f"Networks of account {account.account}: {count(len(chosen), 'VPC', 'VPCs')} drawn"]
    if left_out:
        parts[0] += f", {left_out:,} more in the workbook"
    for vpc in chosen:
        links = [link for link in account.links if vpc.id in link.ends and link.region == vpc.region]
        says = [vpc.exposure.text if vpc.exposure.shape is not Shape.UNREAD else "way in not determinable", *_edge(vpc)]
        if vpc.outlets:
            says.append(f"way out by {listed(vpc.outlets, most=2)}")
        if links:
            says.append(f"linked by {listed([f'{link.kind} {link.id}' for link in links], most=_MOST_LINKS)}")
        parts.append(f"{vpc.id} in {vpc.region}: {'; '.join(says)}")
    if account.unread:
        parts.append(
            f"Not read: {listed([f'{noun} in {where}' for noun, where, _ in account.unread], most=_MOST_UNREAD)}"
        )
    return ". ".join(parts) + "."
