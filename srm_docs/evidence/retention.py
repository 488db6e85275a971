"""Let go of old snapshots: a store and a choice in, tombstones out and then less in the store; killed anywhere, whole.

The order is what makes it so: the tombstone is written, then the snapshot's record goes, then the bodies that no other
snapshot and no unfinished one needs. Whatever was broken off is ended by the next run. A store whose chain has a fault
is left alone, because what looks like waste there may be all that is left of something that can be restored.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence import canonical
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.chain import Anchor, Event, History, append, catch_up, examine, stamp
from srm_docs.evidence.recorder import read_journal

MEND: Final = (
    "`srm-docs evidence list` names every fault. Restore what is missing from a backup; where a snapshot is lost for "
    "good, put that on record: srm-docs evidence gc --lost ID --why TEXT"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which snapshots may go: those `named`, and those that are older than `days` and not of the newest `keep_last`.

    The newest one of all always stays, and (unless `even_cited`) one that a packet cites.
    """

    named: tuple[str, ...] = ()
    days: int | None = None
    keep_last: int = 1
    even_cited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Snapshots to remove, the oldest first, and those that the rule spares, each with the reason."""

    remove: tuple[str, ...]
    spared: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What went: snapshots with a tombstone, bodies that nothing needs and their size, remains of broken-off writes."""

    removed: tuple[str, ...]
    spared: tuple[tuple[str, str], ...]
    bodies: int
    size: int
    remains: int


def choose(
    history: History, rule: Rule, cited: Mapping[str, Sequence[str]], now: dt.datetime,
    locked: Callable[[str], str] = lambda _: "",
) -> Choice:  # fmt: skip
    """What the rule makes of the snapshots that are there. UsageError for a name that is not."""
    chain = history.chain
    living = [link for link in chain.living if link.snapshot in history.here]
    known = [link.snapshot for link in living]
    for name in rule.named:
        if name not in known:
            gone = chain.tombstones.get(name)
            raise UsageError(
                f"There is no snapshot {name} to remove" + (f": it was removed at {gone.when}." if gone else "."),
                hint="`srm-docs evidence list` shows those that are there.",
            )
    last = set(known[max(0, len(known) - max(1, rule.keep_last)) :])
    remove, spared = [], []
    for link in living:
        old = rule.days is not None and _age(link.when, now) > dt.timedelta(days=rule.days)
        if link.snapshot not in rule.named and (not old or link.snapshot in last):
            continue
        packets = cited.get(link.snapshot, ())
        if link.snapshot in (known[-1], max(known)):  # a resumed one may end after one that began later
            spared.append((link.snapshot, "it is the newest"))
        elif packets and not rule.even_cited:
            spared.append((link.snapshot, f"cited by the packet {', '.join(packets)}"))
        elif until := locked(link.snapshot):
            spared.append((link.snapshot, f"locked until {until}"))
        else:
            remove.append(link.snapshot)
    return Choice(remove=tuple(remove), spared=tuple(spared))


def collect_garbage(
    store: Store, rule: Rule, *, why: str, cited: Mapping[str, Sequence[str]], anchors: Iterable[Anchor] = (),
    now: dt.datetime, waiting: Callable[[], None] = lambda: None,
) -> Swept:  # fmt: skip
    """Remove what the rule says, and every body that nothing needs. EvidenceDamaged where the chain has a fault."""
    with store.lock(waiting):
        catch_up(store)
        history = examine(store, anchors)
        _whole(history)
        choice = choose(history, rule, cited, now, store.locked)
        for name in choice.remove:
            link = history.chain.kept[name]
            append(
                store, Event.REMOVED, name, record=link.record, file=link.file, when=stamp(now), why=why,
                packets=cited.get(name, ()),
            )  # fmt: skip
            store.remove_snapshot(name)
        for name in history.leaving:
            store.remove_snapshot(name)
        bodies = size = 0
        needed = needed_bodies(store, store.snapshots())
        for digest in list(store.digests()):
            if digest not in needed and (gone := store.remove_body(digest)):
                size += gone
                bodies += 1
        return Swept(
            removed=(*history.leaving, *choice.remove), spared=choice.spared, bodies=bodies, size=size,
            remains=store.sweep(),
        )  # fmt: skip


def drop_unfinished(
    store: Store, days: int, *, why: str, now: dt.datetime, dry_run: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Swept:  # fmt: skip
    """Let go of snapshots that were begun more than so many days ago and never finished; a link says so of each.

    Their bodies go with the next `collect_garbage`, where nothing else needs them.
    """
    with contextlib.ExitStack() as held:
        if not dry_run:
            held.enter_context(store.lock(waiting))
            catch_up(store)
        history = examine(store)
        _whole(history)
        old = [n for n in store.unfinished() if now - _begun(n) > dt.timedelta(days=days)]
        for name in () if dry_run else old:
            if name not in history.chain.dropped:  # else a run was killed between the two
                file = hashlib.sha256(store.read_journal(name)).hexdigest()
                append(store, Event.DROPPED, name, record="", file=file, when=stamp(now), why=why)
            store.remove_journal(name)
        return Swept(removed=tuple(old), spared=(), bodies=0, size=0, remains=0)


def plan(
    store: Store, rule: Rule, *, cited: Mapping[str, Sequence[str]], anchors: Iterable[Anchor] = (), now: dt.datetime
) -> Swept:
    """What `collect_garbage` would do now. Nothing is changed, so nothing is locked."""
    history = examine(store, anchors)
    _whole(history)
    choice = choose(history, rule, cited, now, store.locked)
    gone = (*history.leaving, *choice.remove)
    needed = needed_bodies(store, [name for name in store.snapshots() if name not in gone])
    waste = [digest for digest in store.digests() if digest not in needed]
    return Swept(
        removed=gone,
        spared=choice.spared,
        bodies=len(waste),
        size=sum(store.size(digest) for digest in waste),
        remains=0,
    )


def record_loss(
    store: Store, snapshot: str, *, why: str, now: dt.datetime, waiting: Callable[[], None] = lambda: None
) -> None:
    """Put on record that a snapshot of the chain is missing. UsageError for one that is not."""
    with store.lock(waiting):
        catch_up(store)  # a link that is only late names the newest one, and would name it no more
        history = examine(store)
        if snapshot not in history.missing:
            raise UsageError(
                f"The snapshot {snapshot} is not missing from {store.where}.",
                hint="`srm-docs evidence list` names those that are.",
            )
        link = history.chain.kept[snapshot]
        append(store, Event.LOST, snapshot, record=link.record, file=link.file, when=stamp(now), why=why)


def needed_bodies(store: Store, snapshots: Iterable[str]) -> frozenset[str]:
    """The digests that these snapshots and every unfinished one refer to."""
    needed: set[str | None] = set()
    for name in snapshots:
        canonical.load_table(store.read_snapshot(name), {"entries": lambda entry: needed.add(entry["digest"])})
    for name in store.unfinished():
        _, entries_of, _ = read_journal(store, name)
        needed.update(entry.digest for entry in entries_of.values())
    return frozenset(filter(None, needed))


def _whole(history: History) -> None:
    if history.faults:
        said = "\n".join(history.faults)
        raise EvidenceDamaged(f"Nothing was removed, because the store is not whole:\n{said}", hint=MEND)


def _begun(snapshot: str) -> dt.datetime:
    """As its id says: its journal may hold nothing yet."""
    return dt.datetime.strptime(snapshot[:18], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def _age(when: str, now: dt.datetime) -> dt.timedelta:
    return now - dt.datetime.fromisoformat(when)
