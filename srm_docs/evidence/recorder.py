"""Make a snapshot: answers in as they come, redacted bodies and a journal on the disk, one finished snapshot out.

Each line of the journal is 16 hex digits of its own SHA-256 and canonical JSON: a header (the last one counts) or an
entry (the last one of a question counts). What a broken-off write left at the end is dropped; damage elsewhere is an
error. A body is in the store before its line is in the journal, so that a line never promises what is not there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

from srm_docs.checks.call import Call
from srm_docs.collect.answer import Answer, Question, Refusal, State
from srm_docs.collect.run import STOPPED
from srm_docs.errors import EvidenceDamaged, OutputError, UsageError
from srm_docs.evidence import canonical, chain
from srm_docs.evidence.bodies import Journal, Store
from srm_docs.evidence.data import MEND, entry_from_data, entry_to_data, header_from_data, header_to_data
from srm_docs.evidence.entry import Entry, Header
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot, assemble, read_pages, snapshot_to_bytes, with_own_ids

ASK_AGAIN: Final = frozenset({State.NOT_RUN, State.THROTTLED, State.TIMED_OUT, State.FAILED})
"""Refusals that the weather made and not the account: a resumed run asks again. A denial, a disabled service or an
unsupported operation is AWS's answer and stays; to ask those again after mending a role, make a new snapshot."""

_BATCH: Final = 64


class Recorder:
    """Keeps answers (`collect.ask.Keep`) for one snapshot while holding the store's lock. Safe to share by threads."""

    def __init__(
        self, *, store: Store, redactor: Redactor, header: Header, entries: Mapping[str, Entry], journal: Journal,
        held: ExitStack, clock: Callable[[], dt.datetime],
    ) -> None:  # fmt: skip
        """Use `begin` or `resume`."""
        self.header = header
        self._store, self._redactor, self._journal, self._held, self._clock = store, redactor, journal, held, clock
        self._entries = dict(entries)
        self._again = {key for key, entry in entries.items() if _ask_again(entry)}
        self._mutex = threading.Lock()
        self._unsynced = 0
        self._open = True

    @classmethod
    def begin(
        cls, store: Store, redactor: Redactor, header: Header, *, clock: Callable[[], dt.datetime],
        waiting: Callable[[], None] = lambda: None,
    ) -> Self:  # fmt: skip
        """Begin the snapshot of this header. UsageError where its id is taken."""
        with ExitStack() as stack:
            stack.enter_context(_held(store, waiting))
            if header.id in (*store.snapshots(), *store.unfinished()):
                raise UsageError(f"There is a snapshot {header.id} in {store.where} already.", hint="Try again.")
            journal = store.journal(header.id, 0)
            recorder = cls(
                store=store, redactor=redactor, header=header, entries={}, journal=journal, held=stack.pop_all(),
                clock=clock,
            )  # fmt: skip
        recorder._first(header)
        return recorder

    @classmethod
    def resume(
        cls, store: Store, redactor: Redactor, snapshot: str | None = None, *, clock: Callable[[], dt.datetime],
        waiting: Callable[[], None] = lambda: None,
    ) -> Self:  # fmt: skip
        """Go on with an interrupted snapshot, the newest unless one is named. Its scope and its plan stay as they were.

        Answers are kept; refusals of the kinds in `ASK_AGAIN`, answers that stopped at one of them, questions refused
        because credentials had stopped working and answers whose body is gone are asked again.
        UsageError where there is none to resume, EvidenceDamaged where its journal was changed.
        """
        with ExitStack() as stack:
            stack.enter_context(_held(store, waiting))
            name = _unfinished(store, snapshot)
            header, entries, length = read_journal(store, name)
            journal = store.journal(name, length)
            recorder = cls(
                store=store, redactor=redactor, header=header, entries=entries, journal=journal, held=stack.pop_all(),
                clock=clock,
            )  # fmt: skip
        recorder._first(replace(header, interrupted=(*header.interrupted, last_kept(header, entries.values()))))
        recorder._look_for_lost_bodies()
        return recorder

    def take_over(self, entries: Iterable[Entry]) -> None:
        """Put on record what an earlier, finished snapshot has read; what that one lacks is asked (again).

        A finished snapshot is never changed, so going on with one makes another.
        """
        with self._mutex:
            for entry in entries:
                key = entry.question.key
                self._append({"entry": entry_to_data(entry)})
                self._entries[key] = entry
                if _ask_again(entry):
                    self._again.add(key)
            self._sync()
        self._look_for_lost_bodies()

    def amend(self, header: Header) -> None:
        """Put a header on record in place of the one before: accounts and regions that are known only now."""
        if header.id != self.header.id:
            raise ValueError("a snapshot keeps its id")
        header = self._safe_header(header)
        with self._mutex:
            self.header = header
            self._append({"header": header_to_data(header)})
            self._sync()

    def kept(self, question: Question) -> State | None:
        """The state of a question that is on record and need not be asked (again), else None."""
        key = self._safe(question).key
        with self._mutex:
            entry = self._entries.get(key)
            return None if entry is None or key in self._again else entry.state

    def keep(self, call: Call, question: Question, answer: Answer) -> State:
        """Redact, write the body, then put the entry on record. Returns the question's state."""
        question = self._safe(question)
        pages, redactions = self._redactor.redact(call, answer.pages)
        rows = sum(len(call.rows_in(page)) for page in pages)
        body = canonical.encode(pages) if pages else b""
        entry = Entry(
            question=question,
            state=answer.state(rows),
            rows=rows,
            pages=len(pages),
            digest=self._store.write(body) if pages else None,
            size=len(body),
            circumstances=answer.circumstances
            and replace(answer.circumstances, caller_arn=self._redactor.redact_text(answer.circumstances.caller_arn)),
            refusal=self._refusal(answer.refusal),
            absent=answer.absent,
            redactions=redactions,
            evidence_id=question.evidence_id,
        )
        key = question.key
        with self._mutex:
            self._append({"entry": entry_to_data(entry)})
            self._entries[key] = entry
            self._again.discard(key)
            if self._unsynced >= _BATCH:
                self._sync()
        return entry.state

    def pages(self, question: Question) -> tuple[Mapping[str, Any], ...]:
        """The redacted pages on record for a question, () where there are none."""
        with self._mutex:
            entry = self._entries.get(self._safe(question).key)
        return read_pages(self._store, entry) if entry else ()

    def finish(self) -> Snapshot:
        """Write the snapshot, whole or not at all, then its link of the chain, and let go of the store."""
        with self._mutex:
            self.header = replace(self.header, ended=self._clock(), previous=chain.catch_up(self._store))
            snapshot = assemble(self.header, with_own_ids(self._entries.values()), self._store)
            body = snapshot_to_bytes(snapshot)
            self._journal.sync()
            self._store.write_snapshot(self.header.id, body)
            chain.add(self._store, self.header.id, body)
        self.close()
        return snapshot

    def close(self) -> None:
        """Let go of the store. What is on record stays; without `finish` the snapshot can be resumed."""
        with self._mutex:
            if self._open:
                self._open = False
                self._journal.close()
                self._held.close()

    def __enter__(self) -> Self:
        """Close at the end, whatever happens."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _first(self, header: Header) -> None:
        try:
            self.amend(header)
        except BaseException:
            self.close()
            raise

    def _safe(self, question: Question) -> Question:
        # Parameters come from redacted rows or from the code, so this changes none that we know; but they are written
        # down, and what is written down is redacted.
        params = self._redactor.redact_value(question.params)
        return question if params == question.params else replace(question, params=params)

    def _safe_header(self, header: Header) -> Header:
        # names of accounts come from AWS Organizations too, and people write anything into a name
        text, found = self._redactor.redact_text, header.organization
        accounts = (replace(a, name=text(a.name), refusal=self._refusal(a.refusal)) for a in header.accounts)
        if found is not None:
            left_out = tuple(replace(a, name=text(a.name), why=text(a.why)) for a in found.left_out)
            found = replace(found, left_out=left_out, refusal=self._refusal(found.refusal))
        return replace(header, accounts=tuple(accounts), organization=found)

    def _refusal(self, refusal: Refusal | None) -> Refusal | None:
        return refusal and replace(
            refusal,
            code=self._redactor.redact_text(refusal.code),
            message=self._redactor.redact_text(refusal.message),
        )

    def _look_for_lost_bodies(self) -> None:
        # After a power cut a journal may have reached the disk before a body's name did.
        for key, entry in self._entries.items():
            if entry.digest is not None and not self._store.holds(entry.digest):
                self._again.add(key)

    def _append(self, data: Mapping[str, Any]) -> None:
        body = canonical.dumps(data)
        self._journal.append(_check(body) + b" " + body + b"\n")
        self._unsynced += 1

    def _sync(self) -> None:
        self._store.settle()
        self._journal.sync()
        self._unsynced = 0


def read_journal(store: Store, snapshot: str) -> tuple[Header, dict[str, Entry], int]:
    """What a journal holds: its header, its entries by key, and the length of it that is whole."""
    raw = store.read_journal(snapshot)
    header: Header | None = None
    entries: dict[str, Entry] = {}
    length = 0
    lines = raw.split(b"\n")[:-1]  # what follows the last line's end was broken off
    for number, line in enumerate(lines, 1):
        check, _, body = line.partition(b" ")
        if check != _check(body):
            if number == len(lines):
                break
            raise EvidenceDamaged(
                f"Line {number} of the journal of {snapshot} in {store.where} was changed.", hint=_BEGIN_ANEW
            )
        data = canonical.loads(body)
        if "header" in data:
            header = header_from_data(data["header"])
        else:
            entry = entry_from_data(data["entry"])
            entries[entry.question.key] = entry
        length += len(line) + 1
    if header is None or header.id != snapshot:
        raise EvidenceDamaged(f"The journal of {snapshot} in {store.where} has no header.", hint=_BEGIN_ANEW)
    return header, entries, length


_BEGIN_ANEW: Final = f"{MEND} Or collect again without --resume."


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:16].encode()


def last_kept(header: Header, entries: Iterable[Entry]) -> dt.datetime:
    """When a run last kept something, or began."""
    return max((e.circumstances.ended for e in entries if e.circumstances), default=header.began)


def _ask_again(entry: Entry) -> bool:
    return entry.refusal is not None and (entry.refusal.state in ASK_AGAIN or entry.refusal.code in STOPPED)


def _unfinished(store: Store, snapshot: str | None) -> str:
    # one that was ended before its first line was whole has kept nothing
    waiting = tuple(name for name in store.unfinished() if name == snapshot or b"\n" in store.read_journal(name))
    if snapshot is None:
        if waiting:
            return waiting[-1]
        raise UsageError(f"There is no unfinished snapshot in {store.where}.", hint="Leave --resume away.")
    if snapshot in waiting:
        return snapshot
    if snapshot in store.snapshots():
        raise UsageError(f"The snapshot {snapshot} is finished.", hint="Build from it with: srm-docs build --from")
    raise UsageError(
        f"There is no unfinished snapshot {snapshot} in {store.where}.",
        hint=f"Unfinished: {', '.join(waiting)}." if waiting else "Leave --resume away.",
    )


@contextlib.contextmanager
def _held(store: Store, waiting: Callable[[], None]) -> Iterator[None]:
    """The store's lock; what killed runs were writing goes, because only who holds the lock writes there."""
    with store.lock(waiting):
        with contextlib.suppress(OutputError):  # what cannot be removed stays for the next time
            store.sweep()
        yield
