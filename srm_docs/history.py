"""What became of the evidence: a store and its packets in, lists for people and programs out; removing and copying."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from srm_docs.config import Config
from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence import canonical, chain, retention
from srm_docs.evidence.bodies import Archive, Store
from srm_docs.evidence.chain import Anchor, Event, History
from srm_docs.evidence.copy import Copied, copy
from srm_docs.evidence.data import header_from_data
from srm_docs.evidence.place import S3, copy_at, overlap, working_store
from srm_docs.evidence.retention import Rule, Swept
from srm_docs.evidence.snapshot import LATEST, Snapshot, open_snapshot
from srm_docs.evidence.store import FolderStore
from srm_docs.seal.packet_folder import PACKET_NAME, SIGNED_NAME

_INDEX: Final = "evidence-index.json"
_STATES: Final = {
    Event.KEPT: "kept", Event.ADOPTED: "kept before the chain", Event.REMOVED: "removed", Event.LOST: "lost",
    Event.DROPPED: "dropped unfinished",
}  # fmt: skip
Say = Callable[[str], None]


class Shelf:
    """A store, or a copy of one, and the packets that lie beside it."""

    def __init__(self, config: Config, *, at: str = "") -> None:
        """The configured store, or the copy `at` a folder or `s3://…`. UsageError where there is no such folder."""
        self._config = config
        self.packets = config.output / "packets"
        if at and not at.startswith(S3) and not Path(at).is_dir():
            raise UsageError(
                f"There is no folder {at}.", hint="Name a folder that an export made, or s3://bucket/prefix."
            )
        self._store = None if at else working_store(config.store, config.output, now=_now())
        self.archive: Archive = self._store or copy_at(at, config.store, now=_now(), protect=False)
        self._anchors, self._unreadable = ((), ()) if at else _anchors(self.packets)
        self.cited: Mapping[str, tuple[str, ...]] = {} if at else _cited(self.packets)

    @property
    def store(self) -> Store:
        """The archive to work in."""
        if self._store is None:
            raise UsageError(f"Nothing can be removed from {self.archive.where}.", hint="Leave --at away.")
        return self._store

    def history(self) -> tuple[History, tuple[str, ...]]:
        """The history, and every fault in it and in the packets."""
        found = chain.examine(self.archive, self._anchors)
        return found, (*found.faults, *self._unreadable)

    def listed(self) -> dict[str, Any]:
        """Every snapshot that is or was here, in the order of the chain."""
        history, faults = self.history()
        names = [*history.chain.kept, *(name for name in history.here if name not in history.chain.kept)]
        names += [name for name in history.chain.dropped if name not in names]
        return {
            "faults": list(faults),
            "head": history.chain.head,
            "links": history.chain.newest,
            "left_out": sorted(self.archive.left_out()),
            "snapshots": [self._line(history, name) for name in names],
            "unfinished": list(self.archive.unfinished()),
            "where": self.archive.where,
        }

    def shown(self, name: str) -> dict[str, Any]:
        """All about one snapshot, every reply of it read and compared. EvidenceDamaged where one was changed."""
        history, faults = self.history()
        if name in {**history.chain.tombstones, **history.chain.dropped} and name not in history.here:
            return {**self._line(history, name), "faults": list(faults)}
        snapshot = open_snapshot(self.archive, name)
        size = {e.digest: len(self.archive.read(e.digest)) for e in snapshot.entries.values() if e.digest}
        return {
            **self._line(history, snapshot.header.id),
            "answers": snapshot.answers,
            "began": chain.stamp(snapshot.header.began),
            "catalog_digest": snapshot.header.catalog_digest,
            "faults": list(faults),
            "interrupted": [chain.stamp(moment) for moment in snapshot.header.interrupted],
            "previous": snapshot.header.previous,
            "record": snapshot.record,
            "replies": len(size),
            "size": sum(size.values()),
            "states": _states(snapshot),
            "tool_version": snapshot.header.tool_version,
        }

    def rule(
        self, named: Sequence[str] = (), *, days: int | None = None, keep_last: int | None = None,
        even_cited: bool = False,
    ) -> Rule:  # fmt: skip
        """What was asked for, or what `[store]` says. Names stand alone; `keep_last` alone means all that is older."""
        said = self._config.store
        if named:
            return Rule(named=tuple(named), even_cited=even_cited)
        if days is None:
            days = 0 if keep_last is not None else said.keep_days
        return Rule(days=days, keep_last=keep_last or said.keep_last, even_cited=even_cited)

    def gc(self, rule: Rule, *, why: str, dry_run: bool, say: Say) -> Swept:
        """Remove, or (`dry_run`) only tell. EvidenceDamaged where the chain or a packet has a fault."""
        if self._unreadable:
            raise EvidenceDamaged("\n".join(self._unreadable), hint="Mend the packet or move it away, then repeat.")
        self._must_be_there()
        if dry_run:
            return retention.plan(self.store, rule, cited=self.cited, anchors=self._anchors, now=_now())
        return retention.collect_garbage(
            self.store, rule, why=why, cited=self.cited, anchors=self._anchors, now=_now(), waiting=_waiting(say)
        )

    def drop_unfinished(self, days: int, *, why: str, dry_run: bool, say: Say) -> Swept:
        """Let go of what was never finished and is older."""
        self._must_be_there()
        return retention.drop_unfinished(self.store, days, why=why, now=_now(), dry_run=dry_run, waiting=_waiting(say))

    def lost(self, snapshot: str, *, why: str, say: Say) -> None:
        """Put on record that a snapshot is missing."""
        self._must_be_there()
        retention.record_loss(self.store, snapshot, why=why, now=_now(), waiting=_waiting(say))

    def export(self, names: Sequence[str], to: str, *, every: bool, say: Say) -> Copied:
        """Copy snapshots with the whole chain and read the copy back. The newest where none is named."""
        wanted = to or self._config.store.s3
        if not wanted:
            raise UsageError(
                "No place to export to was named.", hint="--to FOLDER, --to s3://bucket/prefix or [store]."
            )
        target = copy_at(wanted, self._config.store, now=_now())
        if overlap(self.archive, target):
            raise UsageError(f"{wanted} is the store itself, or one lies in the other.", hint="Name another place.")
        with contextlib.ExitStack() as held:
            if self._store and self._store.is_there():  # a copy may be read-only, and nobody works in it
                held.enter_context(self._store.lock(_waiting(say)))
                chain.catch_up(self._store)
            living = [link.snapshot for link in chain.read_chain(self.archive).living]
            there = [name for name in living if name in self.archive.snapshots()]
            chosen = there if every else [open_snapshot(self.archive, name).header.id for name in names or (LATEST,)]
            if isinstance(target, FolderStore):
                held.enter_context(target.lock(_waiting(say)))
            return copy(self.archive, target, list(dict.fromkeys(chosen)), say=say)

    def _must_be_there(self) -> None:
        if not self.store.is_there():
            raise UsageError(f"There is no evidence in {self.store.where}.", hint="Make some with: srm-docs collect")

    def _line(self, history: History, name: str) -> dict[str, Any]:
        kept, tombstone = history.chain.kept.get(name), history.chain.tombstones.get(name)
        if kept is None:
            tombstone = history.chain.dropped.get(name)
        link = tombstone or kept
        line: dict[str, Any] = {
            "ended": kept.when if kept else "",
            "id": name,
            "link": kept.number if kept else None,
            "packets": list(self.cited.get(name, ())),
            "record": kept.record if kept else "",
            "state": _STATES[link.event]
            if link
            else "not linked yet"
            if name in history.waiting
            else "not in the chain",
        }
        if name in history.missing:
            line["state"] = "missing"
        elif name not in history.here and not tombstone:
            line["state"] = "not in this copy"
        if tombstone:
            line |= {"removed": tombstone.when, "why": tombstone.why, "cited": list(tombstone.packets)}
        elif name in history.here:
            line |= _facts(self.archive.read_snapshot(name))
        return line


def _facts(body: bytes) -> dict[str, Any]:
    """What the record says of itself; nothing where it cannot be read, which is a fault of its own."""
    refused: list[bool] = []
    try:
        data = canonical.load_table(body, {"entries": lambda entry: refused.append(bool(entry["refusal"]))})
        header = header_from_data(data["header"])
        facts = {"demo": header.demo, "accounts": [a.id for a in header.accounts], "questions": len(refused)}
    except (EvidenceDamaged, ValueError, KeyError, TypeError):
        return {}
    return {**facts, "refused": sum(refused)}


def _states(snapshot: Snapshot) -> dict[str, int]:
    counts = Counter(str(entry.state) for entry in snapshot.entries.values())
    return {state: counts[state] for state in sorted(counts)}


def _packets(packets: Path) -> Iterator[tuple[str, Path]]:
    """The snapshot's id and the path of every packet, folder or zip."""
    for path in sorted(packets.iterdir()) if packets.is_dir() else ():
        name = path.name.removesuffix(".zip")
        if signed := SIGNED_NAME.fullmatch(name):
            name = signed["built"]
        if PACKET_NAME.fullmatch(name):
            yield name.rpartition("-")[0], path


def _cited(packets: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for snapshot, path in _packets(packets):
        found.setdefault(snapshot, {})[path.name.removesuffix(".zip")] = None
    return {snapshot: tuple(names) for snapshot, names in found.items()}


def _anchors(packets: Path) -> tuple[tuple[Anchor, ...], tuple[str, ...]]:
    """What each packet's folder says of its snapshot, and a sentence for one that cannot be read."""
    found, faults = [], []
    for snapshot, path in _packets(packets):
        if not path.is_dir():
            continue
        try:
            index = canonical.loads((path / _INDEX).read_bytes())
            header = header_from_data(index["header"])
            record = str(header.part.record if header.part else index["record_digest"])
        except (OSError, ValueError, KeyError, TypeError, EvidenceDamaged) as fault:
            faults.append(f"The packet {path} does not say which snapshot it was built from: {fault}")
            continue
        if header.id != snapshot:
            faults.append(f"The packet {path} was built from another snapshot than its name says: {header.id}.")
        found.append(Anchor(packet=path.name, snapshot=header.id, record=record, previous=header.previous))
    return tuple(found), tuple(faults)


def _waiting(say: Say) -> Callable[[], None]:
    return lambda: say("Waiting for another run that uses this evidence")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
