"""Say what is out of scope on purpose: a snapshot's header in, the sentences of page one out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.collect.scope import LeftOut, Out
from srm_docs.evidence.entry import Header
from srm_docs.packet.words import joined, listed, plural, say

_SHOWN = 6


def out_of_scope(header: Header, unasked: int = 0) -> str:
    """Regions and accounts that configuration leaves out, and accounts that nobody can enter, each with its count.

    `unasked` counts the reads that were not made in the regions; "" where nothing is left out.
    """
    return joined(" ", _sentences(header, unasked))


def _sentences(header: Header, unasked: int) -> Iterator[str]:
    regions = sorted({r for a in header.accounts for r in a.left_out})
    if regions:
        names = listed(regions, most=_SHOWN)
        yield plural(
            len(regions),
            "{n:,} enabled region is out of scope by configuration: {names}.",
            "{n:,} enabled regions are out of scope by configuration: {names}.",
            names=say("{names} ({reads:,} reads not made)", names=names, reads=unasked) if unasked else names,
        )
    out = header.organization.left_out if header.organization else ()
    by_choice = [a for a in out if a.out is Out.CONFIGURATION]
    if by_choice:
        yield plural(
            len(by_choice),
            "{n:,} account is out of scope by configuration: {ids}.",
            "{n:,} accounts are out of scope by configuration: {ids}.",
            ids=_ids(by_choice),
        )
    closed = [a for a in out if a.out is Out.STATE]
    if closed:
        yield plural(
            len(closed),
            "{n:,} account is not active and could not be read: {ids}.",
            "{n:,} accounts are not active and could not be read: {ids}.",
            ids=_ids(closed),
        )
    if header.part:
        yield part(header)


def part(header: Header) -> str:
    """`Account 111122223333 of 50 in the snapshot; …`, for a packet of some accounts; else ""."""
    if header.part is None:
        return ""
    ids = [a.id for a in header.accounts]
    which = plural(
        len(ids),
        "Account {ids} of {all:,} in the snapshot",
        "Accounts {ids} of {all:,} in the snapshot",
        ids=listed(ids, most=_SHOWN),
        all=header.part.accounts,
    )
    return plural(
        header.part.accounts - len(ids),
        "{which}; the other is out of this packet's scope.",
        "{which}; the others are out of this packet's scope.",
        which=which,
    )


def _ids(accounts: Sequence[LeftOut]) -> str:
    return listed([a.id for a in accounts], most=_SHOWN)
