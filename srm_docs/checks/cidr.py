"""Address ranges as AWS writes them: CIDR text in, "is this the whole internet?" out."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

Network = IPv4Network | IPv6Network

# No organization is given more than this: a wider range is "everyone", however it is cut into pieces.
_WIDEST_IPV4 = 8
_WIDEST_IPV6 = 16
_OWN_IPV4 = tuple(
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
)
_OWN_IPV6 = tuple(IPv6Network(text) for text in ("fc00::/7", "fe80::/10", "ff00::/8"))


def network(cidr: str) -> Network | None:
    """The range of a CIDR text (host bits are ignored, as AWS ignores them), or None where it is no range."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None


def is_world(cidr: str) -> bool:
    """Whether a range admits the internet at large: 0.0.0.0/0, ::/0, or a piece too wide to belong to anybody.

    Private and link-local ranges are never the world. Text that is no range is taken to be the world, since nobody
    can say that it is narrow.
    """
    net = network(cidr)
    if net is None:
        return True
    if isinstance(net, IPv4Network):
        return net.prefixlen < _WIDEST_IPV4
    return net.prefixlen < _WIDEST_IPV6 and not any(net.subnet_of(own) for own in _OWN_IPV6)


def is_own(cidr: str) -> bool:
    """Whether a range lies wholly in address space that the internet does not route: private, shared, link-local."""
    net = network(cidr)
    if isinstance(net, IPv4Network):
        return any(net.subnet_of(own) for own in _OWN_IPV4)
    return isinstance(net, IPv6Network) and any(net.subnet_of(own) for own in _OWN_IPV6)


def bits(cidr: str) -> int:
    """The prefix length of a range; 0, the widest, for text that is no range."""
    net = network(cidr)
    return 0 if net is None else net.prefixlen


def covers(ranges: Iterable[str], cidr: str) -> bool:
    """Whether `ranges` together hold every address of `cidr`. Ranges of the other IP version do not count."""
    nets = [network(text) for text in ranges]
    inner = network(cidr)
    if isinstance(inner, IPv4Network):
        fours = collapse_addresses(n for n in nets if isinstance(n, IPv4Network))
        return any(inner.subnet_of(outer) for outer in fours)
    if isinstance(inner, IPv6Network):
        sixes = collapse_addresses(n for n in nets if isinstance(n, IPv6Network))
        return any(inner.subnet_of(outer) for outer in sixes)
    return False
