"""The store's history as a chain: events in, numbered links that each name the digest of the one before out.

A link says that a snapshot was kept, or (a tombstone) that it was removed: when, why, and what its record was. A
snapshot's header names the link that was newest when it was finished, so its record, which every packet prints, stands
for all that came before it. A snapshot that was removed, changed, added or put elsewhere in the order is found.

A snapshot is written before its link: a run that is killed between the two leaves one that names the newest link, and
the next writer adds the link. A tombstone is written before its snapshot goes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence import canonical
from srm_docs.evidence.bodies import SNAPSHOT_ID, Archive

FORMAT: Final = "srm-docs chain link 1"
_TEXTS: Final = ("event", "snapshot", "record", "file", "when", "previous", "why")


class Event(StrEnum):
    """What a link says of its snapshot."""

    KEPT = "kept"
    ADOPTED = "adopted"
    """It was finished before this store had a chain."""
    REMOVED = "removed"
    LOST = "lost"
    """It was found missing, and somebody has put that on record."""
    DROPPED = "dropped"
    """It was never finished, and what was kept of it was let go of; `file` is the digest of its journal."""


TOMBSTONES: Final = (Event.REMOVED, Event.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event.

    record    the snapshot's record digest          file      SHA-256 of its file
    when      in UTC: of a snapshot, its end; of a tombstone, when it was written
    previous  SHA-256 of the link before, "" for the first
    why       a tombstone's reason                  packets   a tombstone's packets that cited the snapshot
    """

    number: int
    event: Event
    snapshot: str
    record: str
    file: str
    when: str
    previous: str
    why: str = ""
    packets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a packet says of the snapshot it was built from: it lies outside the store."""

    packet: str
    snapshot: str
    record: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The links that could be read, the digest of the newest, and a sentence for each fault."""

    links: tuple[Link, ...]
    newest: int
    head: str
    faults: tuple[str, ...]
    kept: Mapping[str, Link] = field(default_factory=dict)
    tombstones: Mapping[str, Link] = field(default_factory=dict)
    dropped: Mapping[str, Link] = field(default_factory=dict)

    @property
    def living(self) -> tuple[Link, ...]:
        """The links of snapshots that should be there, in the order in which they were finished."""
        return tuple(link for name, link in self.kept.items() if name not in self.tombstones)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The chain beside what the store holds. Each is in the order of the chain, then by id.

    here       snapshots that are there, those of the chain first
    waiting    here, finished, but their link was not written yet: the next run adds it
    leaving    here, although a tombstone says removed: the next `gc` ends that
    faults     a sentence for each
    """

    chain: Chain
    here: tuple[str, ...]
    waiting: tuple[str, ...]
    leaving: tuple[str, ...]
    missing: tuple[str, ...]
    faults: tuple[str, ...]


def link_to_bytes(link: Link) -> bytes:
    """The bytes that are kept, and whose digest the next link names."""
    data: dict[str, Any] = {name: str(getattr(link, name)) for name in _TEXTS}
    return canonical.dumps({"format": FORMAT, "number": link.number, **data, "packets": list(link.packets)})


def link_from_bytes(body: bytes) -> Link:
    """The link that has these bytes. ValueError, as half a sentence, for bytes that no link has."""
    data = canonical.loads(body)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"does not say `{FORMAT}`")
    texts, packets, number = {name: data.get(name) for name in _TEXTS}, data.get("packets"), data.get("number")
    if not isinstance(packets, list) or not all(isinstance(text, str) for text in (*texts.values(), *packets)):
        raise ValueError("lacks a field")
    if not isinstance(number, int) or not SNAPSHOT_ID.fullmatch(data["snapshot"]):
        raise ValueError("names no number or no snapshot")
    said: dict[str, Any] = {**texts, "event": Event(data["event"]), "number": number, "packets": tuple(packets)}
    link = Link(**said)
    if link_to_bytes(link) != body:
        raise ValueError("is not as a link is written")
    return link


def read_chain(store: Archive) -> Chain:
    """Every link, compared with the one before it."""
    links, faults = [], []
    expected, before = 1, ""
    for number in store.links():
        whole = number == expected
        if not whole:
            faults.append(f"{_links(expected, number - 1)} missing from the chain in {store.where}.")
        body = store.read_link(number)
        try:
            link = link_from_bytes(body)
            if link.number != number or (whole and link.previous != before):
                faults.append(
                    f"Link {number} of the chain in {store.where} does not follow from link {number - 1}: "
                    "one of the two was changed."
                )
            links.append(link)
        except ValueError as fault:
            faults.append(f"Link {number} of the chain in {store.where} was changed: it {fault}.")
        expected, before = number + 1, _sha(body)
    kept: dict[str, Link] = {}
    tombstones: dict[str, Link] = {}
    dropped = {link.snapshot: link for link in links if link.event is Event.DROPPED}
    for link in links:
        if link.event is Event.DROPPED:  # of what was never kept, and may be restored and finished
            continue
        known = tombstones if link.event in TOMBSTONES else kept
        if link.snapshot in known or (link.event in TOMBSTONES and link.snapshot not in kept and not faults):
            faults.append(f"Link {link.number} of the chain in {store.where} says again or too early: {link.snapshot}.")
        known.setdefault(link.snapshot, link)
    return Chain(
        links=tuple(links), newest=expected - 1, head=before, faults=tuple(faults), kept=kept, tombstones=tombstones,
        dropped=dropped,
    )  # fmt: skip


def append(
    store: Archive, event: Event, snapshot: str, *, record: str, file: str, when: str, why: str = "",
    packets: Iterable[str] = (),
) -> Link:  # fmt: skip
    """Add a link after the newest. Only under the store's lock."""
    chain = read_chain(store)
    link = Link(
        number=chain.newest + 1, event=event, snapshot=snapshot, record=record, file=file, when=when,
        previous=chain.head, why=why, packets=tuple(packets),
    )  # fmt: skip
    store.write_link(link.number, link_to_bytes(link))
    return link


def catch_up(store: Archive) -> str:
    """Add the links that are waiting, and tell the digest of the newest. Only under the store's lock.

    What does not follow from the chain is left as it is: evidence is kept in a store with a broken chain too, and the
    break stays visible.
    """
    chain = read_chain(store)
    late, _ = _unlinked(store, chain, [name for name in store.snapshots() if name not in chain.kept])
    for name in late:
        body = store.read_snapshot(name)
        add(store, name, body, Event.KEPT if _said(body)[1] else Event.ADOPTED)
    return read_chain(store).head


def add(store: Archive, snapshot: str, body: bytes, event: Event = Event.KEPT) -> None:
    """Add the link of a finished snapshot that names the newest link. Only under the store's lock."""
    record, _, ended = _said(body)
    append(store, event, snapshot, record=record, file=_sha(body), when=ended)


def examine(store: Archive, anchors: Iterable[Anchor] = ()) -> History:
    """Compare chain, snapshots and what packets say of them. A copy lacks what it says it lacks."""
    chain = read_chain(store)
    faults = list(chain.faults)
    there, left_out = store.snapshots(), store.left_out()
    missing = []
    for name, link in chain.kept.items():
        if name in there:
            faults += _differs(store, link)
        elif name not in chain.tombstones and name not in left_out:
            missing.append(name)
            faults.append(f"The snapshot {name} is missing from {store.where}, and no tombstone says why.")
    waiting, strangers = _unlinked(store, chain, [name for name in there if name not in chain.kept])
    faults += strangers
    for anchor in anchors:
        faults += _against(anchor, chain, waiting, store.where)
    here = [name for name in chain.kept if name in there] + [name for name in there if name not in chain.kept]
    return History(
        chain=chain,
        here=tuple(here),
        waiting=tuple(waiting),
        leaving=tuple(name for name in here if name in chain.tombstones),
        missing=tuple(missing),
        faults=tuple(faults),
    )


def place_faults(store: Archive, snapshot: str) -> tuple[str, ...]:
    """What is wrong with the links, and with the place of one snapshot among them. Other snapshots are not read."""
    chain = read_chain(store)
    if link := chain.kept.get(snapshot):
        return (*chain.faults, *_differs(store, link))
    return (*chain.faults, *_unlinked(store, chain, [snapshot])[1])


def stamp(moment: dt.datetime) -> str:
    """A moment as links say it: to the second, in UTC."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _unlinked(store: Archive, chain: Chain, names: list[str]) -> tuple[list[str], list[str]]:
    """Those whose link is only late, and a fault for each of the others."""
    late, faults = [], []
    unchained = all(link.event is Event.ADOPTED for link in chain.links) and not chain.faults
    for name in names:
        try:
            _, previous, _ = _said(store.read_snapshot(name))
        except (EvidenceDamaged, ValueError):
            faults.append(f"The snapshot {name} in {store.where} cannot be read.")
            continue
        # Of those before the chain there may be many; one names the newest link only if it was written last.
        if (unchained and not previous) or (previous and previous == chain.head):
            late.append(name)
        else:
            faults.append(f"The snapshot {name} in {store.where} is not in the chain: it was added, or links are gone.")
    return late, faults


def _differs(store: Archive, link: Link) -> list[str]:
    try:
        body = store.read_snapshot(link.snapshot)
        record, previous, _ = _said(body)
    except (EvidenceDamaged, ValueError):
        return [f"The snapshot {link.snapshot} in {store.where} cannot be read."]
    if _sha(body) != link.file or record != link.record:
        return [f"The snapshot {link.snapshot} in {store.where} was changed: link {link.number} names another."]
    if previous != (link.previous if link.event is Event.KEPT else ""):
        return [f"Link {link.number} of the chain in {store.where} was changed: its snapshot names another before it."]
    return []


def _against(anchor: Anchor, chain: Chain, waiting: Iterable[str], where: str) -> list[str]:
    link = chain.kept.get(anchor.snapshot)
    if link is None:
        known = anchor.snapshot in waiting
        return [] if known else [
            f"The packet {anchor.packet} cites the snapshot {anchor.snapshot}, which the chain in {where} lacks."
        ]  # fmt: skip
    if (anchor.record, anchor.previous) != (link.record, link.previous if link.event is Event.KEPT else ""):
        return [f"The packet {anchor.packet} cites another record of the snapshot {anchor.snapshot} than the chain."]
    return []


def _said(body: bytes) -> tuple[str, str, str]:
    """What a snapshot's file says of its record, of the link before it and of its end. ValueError for another file."""
    data = canonical.load_table(body, {"entries": lambda _: None})
    header = data.get("header") if isinstance(data, dict) else None
    if not isinstance(header, dict):
        raise ValueError("is no snapshot")  # noqa: TRY004 - one kind of fault
    record, previous, ended = data.get("record"), header.get("previous", ""), header.get("ended")
    if not (isinstance(record, str) and isinstance(previous, str) and isinstance(ended, str)):
        raise ValueError("is no snapshot")  # noqa: TRY004 - likewise
    dt.datetime.fromisoformat(ended)
    return record, previous, ended


def _links(first: int, last: int) -> str:
    return f"Link {first} is" if first == last else f"Links {first} to {last} are"


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
