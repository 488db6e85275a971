"""Say what is out of scope on purpose: a snapshot's header in, the sentences of page one out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.collect.scope import LeftOut, Out
from srm_docs.evidence.entry import Header
from srm_docs.packet.words import count, listed

_SHOWN = 6


def out_of_scope(header: Header, unasked: int = 0) -> str:
    """Regions and accounts that configuration leaves out, and accounts that nobody can enter, each with its count.

    `unasked` counts the reads that were not made in the regions; "" where nothing is left out.
    """
    return " ".join(_sentences(header, unasked))


def _sentences(header: Header, unasked: int) -> Iterator[str]:
    regions = sorted({r for a in header.accounts for r in a.left_out})
    if regions:
        words = count(len(regions), "enabled region is", "enabled regions are")
        reads = f" ({unasked:,} reads not made)" if unasked else ""
        yield f"{words} out of scope by configuration: {listed(regions, most=_SHOWN)}{reads}."
    out = header.organization.left_out if header.organization else ()
    by_choice = [a for a in out if a.out is Out.CONFIGURATION]
    if by_choice:
        words = count(len(by_choice), "account is", "accounts are")
        yield f"{words} out of scope by configuration: {_ids(by_choice)}."
    closed = [a for a in out if a.out is Out.STATE]
    if closed:
        words = count(len(closed), "account is", "accounts are")
        yield f"{words} not active and could not be read: {_ids(closed)}."
    if header.part:
        yield part(header)


def part(header: Header) -> str:
    """`Account 111122223333 of 50 in the snapshot; …`, for a packet of some accounts; else ""."""
    if header.part is None:
        return ""
    ids = [a.id for a in header.accounts]
    which = f"{'Account' if len(ids) == 1 else 'Accounts'} {listed(ids, most=_SHOWN)}"
    others = header.part.accounts - len(ids)
    rest = "the other is" if others == 1 else "the others are"
    return f"{which} of {header.part.accounts:,} in the snapshot; {rest} out of this packet's scope."


def _ids(accounts: Sequence[LeftOut]) -> str:
    return listed([a.id for a in accounts], most=_SHOWN)
