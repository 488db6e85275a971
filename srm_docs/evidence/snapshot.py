"""Read a snapshot: its bytes and a source of bodies in; header, entries, verified pages and two digests out.

`answers` is the digest of what came back, question by question: it does not know times, callers or order, so two
snapshots of an unchanged account have the same. `record` is the digest of everything that is on record.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from srm_docs.collect.answer import evidence_id
from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence import canonical
from srm_docs.evidence.bodies import Archive, Bodies
from srm_docs.evidence.chain import read_chain
from srm_docs.evidence.data import MEND, entry_from_data, entry_to_data, header_from_data, header_to_data
from srm_docs.evidence.entry import Entry, Header

FORMAT: Final = "srm-docs snapshot 1"
LATEST: Final = "latest"
_ID_LENGTH, _ID_STEP, _ID_WHOLE = 8, 4, 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was asked and what came back. `entries` are by question key, in the keys' order."""

    header: Header
    entries: Mapping[str, Entry]
    answers: str
    record: str
    bodies: Bodies

    def pages(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """The redacted pages kept for a question, read and verified now; () where there are none.

        KeyError for a question that was not asked, EvidenceDamaged where the body is not what the entry says.
        """
        return read_pages(self.bodies, self.entries[key])


def read_pages(bodies: Bodies, entry: Entry) -> tuple[Mapping[str, Any], ...]:
    """The pages of an entry from any source of bodies, compared with the entry's digest."""
    if entry.digest is None:
        return ()
    body = bodies.read(entry.digest)
    if hashlib.sha256(body).hexdigest() != entry.digest:
        raise EvidenceDamaged(f"The body of {entry.evidence_id} ({entry.question.call}) was changed.", hint=MEND)
    try:
        pages = canonical.decode(body)
    except ValueError as fault:
        raise EvidenceDamaged(f"The body of {entry.evidence_id} is not canonical JSON: {fault}.", hint=MEND) from fault
    if not isinstance(pages, list) or not all(isinstance(page, Mapping) for page in pages):
        raise EvidenceDamaged(f"The body of {entry.evidence_id} is not a list of pages.", hint=MEND)
    return tuple(pages)


def assemble(header: Header, entries: Iterable[Entry], bodies: Bodies) -> Snapshot:
    """A snapshot from its parts, in any order. EvidenceDamaged where a question is there twice."""
    listed = list(entries)
    by_key = {entry.question.key: entry for entry in listed}
    if len(by_key) != len(listed):
        raise EvidenceDamaged("The snapshot holds a question twice.", hint=MEND)
    ordered = {key: by_key[key] for key in sorted(by_key)}
    return Snapshot(
        header=header,
        entries=ordered,
        answers=answers_digest(ordered),
        record=record_digest(header, ordered),
        bodies=bodies,
    )


def with_own_ids(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, in order, each with an evidence id of its own: an id names one file and one line of the index.

    An id is 8 characters of its question's key, so that it is the same in every snapshot. Where keys share them, all
    that do get the shortest id, four characters longer at a time, that parts them.
    """
    listed = list(entries)
    keys = [entry.question.key for entry in listed]
    ids = [evidence_id(key) for key in keys]
    length = _ID_LENGTH
    while length < _ID_WHOLE and (shared := {name for name, n in Counter(ids).items() if n > 1}):
        length += _ID_STEP
        ids = [evidence_id(key, length) if name in shared else name for key, name in zip(keys, ids, strict=True)]
    return [
        entry if entry.evidence_id == name else replace(entry, evidence_id=name)
        for entry, name in zip(listed, ids, strict=True)
    ]


def answers_digest(entries: Mapping[str, Entry]) -> str:
    """SHA-256 of: question key -> body digest, kind of refusal, and the code that meant "off"."""
    said = (
        b"%b:%b"
        % (
            canonical.dumps(key),
            canonical.dumps(
                {
                    "absent": entry.absent,
                    "digest": entry.digest,
                    "refusal": entry.refusal.state.value if entry.refusal else "",
                }
            ),
        )
        for key, entry in sorted(entries.items())
    )
    return _digest(_within(b"{", said, b"}"))


def record_digest(header: Header, entries: Mapping[str, Entry]) -> str:
    """SHA-256 of the header and all entries."""
    return _digest(_record(header, (entries[key] for key in sorted(entries))))


def _record(header: Header, entries: Iterable[Entry]) -> Iterator[bytes]:
    """The canonical JSON of entries and header, a piece at a time: whole, that of 200,000 entries is a gigabyte."""
    yield from _within(b'{"entries":[', (canonical.dumps(entry_to_data(entry)) for entry in entries), b"]")
    yield b',"header":' + canonical.dumps(header_to_data(header)) + b"}"


def _within(opening: bytes, items: Iterable[bytes], closing: bytes) -> Iterator[bytes]:
    yield opening
    for number, item in enumerate(items):
        yield b"," + item if number else item
    yield closing


def snapshot_to_pieces(snapshot: Snapshot) -> Iterator[bytes]:
    """A snapshot without its bodies: the canonical JSON of answers, entries, format, header and record, in pieces."""
    yield b'{"answers":' + canonical.dumps(snapshot.answers) + b","
    entries = (canonical.dumps(entry_to_data(entry)) for entry in snapshot.entries.values())
    yield from _within(b'"entries":[', entries, b"],")
    rest = {"format": FORMAT, "header": header_to_data(snapshot.header), "record": snapshot.record}
    yield canonical.dumps(rest)[1:]


def snapshot_to_bytes(snapshot: Snapshot) -> bytes:
    """What a store keeps of a snapshot."""
    return b"".join(snapshot_to_pieces(snapshot))


def _is(body: bytes, pieces: Iterable[bytes]) -> bool:
    """Whether a body is these pieces and nothing else."""
    at = 0
    for piece in pieces:
        if not body.startswith(piece, at):
            return False
        at += len(piece)
    return at == len(body)


def snapshot_from_data(data: Any, bodies: Bodies) -> Snapshot:
    """The snapshot whose data this is. EvidenceDamaged where its digests do not follow."""
    entries = _Entries()
    listed = data.get("entries") if isinstance(data, Mapping) else None
    for item in listed if isinstance(listed, list) else ():
        entries.add(item)
    return _snapshot(data, entries, bodies)


def snapshot_from_bytes(body: bytes, bodies: Bodies) -> Snapshot:
    """The same from what a store keeps, one entry at a time: the data of 200,000 is a gigabyte."""
    entries = _Entries()
    return _snapshot(canonical.load_table(body, {"entries": entries.add}), entries, bodies)


class _Entries:
    """Entries as they are read. The first that is none is told of when the whole is known to be a snapshot."""

    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.fault: EvidenceDamaged | None = None

    def add(self, data: Any) -> None:
        if self.fault is None:
            try:
                self.found.append(entry_from_data(data))
            except EvidenceDamaged as fault:
                self.fault = fault


def _snapshot(data: Any, entries: _Entries, bodies: Bodies) -> Snapshot:
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise EvidenceDamaged(
            "This is no snapshot that this version can read.",
            hint=f"It should say `{FORMAT}`; a newer srm-docs may be needed.",
        )
    if not isinstance(data.get("entries"), list):
        raise EvidenceDamaged("The snapshot lacks its list of entries.", hint=MEND)
    if entries.fault:
        raise entries.fault
    header = header_from_data(data.get("header", {}))
    snapshot = assemble(header, entries.found, bodies)
    for name, found in (("answers", snapshot.answers), ("record", snapshot.record)):
        if data.get(name) != found:
            raise EvidenceDamaged(
                f"The snapshot {snapshot.header.id} was changed: its {name} digest should be {found}.", hint=MEND
            )
    return snapshot


def open_snapshot(store: Archive, snapshot: str = LATEST) -> Snapshot:
    """A finished snapshot by id, or the latest. UsageError where there is none, EvidenceDamaged where changed."""
    name = _find(store, snapshot)
    body = store.read_snapshot(name)
    try:
        found = snapshot_from_bytes(body, store)
    except ValueError as fault:
        raise EvidenceDamaged(f"The snapshot {name} in {store.where} is not JSON: {fault}.", hint=MEND) from fault
    if found.header.id != name or not _is(body, snapshot_to_pieces(found)):
        raise EvidenceDamaged(f"The snapshot {name} in {store.where} was changed.", hint=MEND)
    return found


def size_of(store: Archive, snapshot: str = LATEST) -> int:
    """The bytes of a finished snapshot by id, or of the latest. UsageError where there is none."""
    return len(store.read_snapshot(_find(store, snapshot)))


def _find(store: Archive, snapshot: str) -> str:
    finished, unfinished = store.snapshots(), store.unfinished()
    if snapshot in finished:
        return snapshot
    if snapshot == LATEST and finished:
        return finished[-1]
    if snapshot in unfinished or (snapshot == LATEST and unfinished):
        raise UsageError(
            f"The snapshot {snapshot if snapshot in unfinished else unfinished[-1]} was not finished.",
            hint="Finish it with: srm-docs collect --resume",
        )
    if not finished:
        raise UsageError(f"There is no snapshot in {store.where}.", hint="Make one with: srm-docs collect")
    chain = read_chain(store)
    if gone := chain.tombstones.get(snapshot) or chain.dropped.get(snapshot):
        raise UsageError(
            f"The snapshot {snapshot} is not in {store.where} any more: {gone.event} at {gone.when}: {gone.why}",
            hint=f"Restore it from a copy, or use another: the latest is {finished[-1]}.",
        )
    near = difflib.get_close_matches(snapshot, finished, n=1, cutoff=0.5)
    raise UsageError(
        f"There is no snapshot {snapshot} in {store.where}.",
        hint=f"Did you mean {near[0]}?" if near else f"The latest is {finished[-1]}.",
    )


def _digest(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()
