"""The coverage ledger: what was planned and what is on record in; a row for every call at every place out.

A row's state is one of fifteen words (`collect.answer.State`). Nothing planned is without a row: regions left out are
"out of scope", an account left out is too (in one row, `ALL_CALLS`), regions nobody could list are the place
`<account>/unlisted`, and what was neither asked nor explained is "not run".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, UNLISTED, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.collect.answer import ANSWERS, REFUSALS, Question, Refusal, State, summarise
from srm_docs.collect.questions import questions, rows
from srm_docs.collect.run import RUN_OVER, STOPPED
from srm_docs.collect.scope import AccountScope, LeftOut
from srm_docs.evidence.entry import Entry, Header, PlannedCall
from srm_docs.evidence.stopped import stopped

ALL_CALLS: Final = "all calls"
"""What the one row of an account that was left out has in place of a call."""

Pages = Callable[[str], Sequence[Mapping[str, Any]]]
"""The pages kept for a question's key: `Snapshot.pages`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One call at one place.

    asked      questions on record            planned   questions that should be: asked, and those nobody asked
    answered   of those asked, how many whole  rows, pages  read
    refusals   the first of each kind, in the order of questions, with how many there were of it
    evidence   evidence ids of the questions on record, sorted
    """

    call: str
    place: Place
    state: State
    planned: int
    asked: int
    answered: int
    rows: int
    pages: int
    refusals: tuple[tuple[Refusal, int], ...]
    evidence: tuple[str, ...]


def ledger(
    header: Header, entries: Mapping[str, Entry], calls_by_id: Mapping[str, Call], pages: Pages | None = None
) -> tuple[LedgerRow, ...]:
    """The rows, by call and place. With `pages`, dependent questions are counted against the rows they are asked for.

    Without `pages`, or for calls that `calls_by_id` does not know, a dependent call without entries whose parent has
    rows is "parent empty" in a finished snapshot and "not run" in an unfinished one.
    """
    book = _Book(header, entries, calls_by_id, pages)
    found = [row for account in header.accounts for row in book.account(account)]
    found += [book.left_out(account) for account in (header.organization.left_out if header.organization else ())]
    known = {(row.call, row.place) for row in found}
    # Answers to what no plan holds are on record too, and a ledger that hides them would not be whole.
    found += [
        book.row(PlannedCall(id=call, scope=Scope.REGION), place)
        for call, place in book.asked
        if (call, place) not in known
    ]
    return tuple(sorted(found, key=lambda row: (row.call, row.place)))


def totals(found: Iterable[LedgerRow]) -> dict[State, int]:
    """How many rows are in each of the fifteen states, those of none included."""
    counts = Counter(row.state for row in found)
    return {state: counts[state] for state in State}


class _Book:
    def __init__(
        self, header: Header, entries: Mapping[str, Entry], calls: Mapping[str, Call], pages: Pages | None
    ) -> None:
        self._header, self._entries, self._calls, self._pages = header, entries, calls, pages
        self.asked: dict[tuple[str, Place], list[Entry]] = {}
        for key in sorted(entries):
            question = entries[key].question
            self.asked.setdefault((question.call, question.place), []).append(entries[key])
        self._plan = {call.id: call for call in header.calls}
        self._stopped = stopped(entries.values())
        self._rows_at: dict[tuple[str, Place], LedgerRow] = {}

    def account(self, account: AccountScope) -> Iterator[LedgerRow]:
        for call in self._header.calls:
            if call.scope is Scope.ACCOUNT:
                yield self._at(call, account, GLOBAL)
                continue
            for region in account.regions:
                yield self._at(call, account, region)
            for region in account.left_out:
                yield self._unasked(call, Place(account=account.id, region=region), State.OUT_OF_SCOPE, None)
            if not account.regions_listed:
                place = Place(account=account.id, region=UNLISTED)
                yield self._unasked(call, place, State.NOT_RUN, account.refusal)

    def left_out(self, account: LeftOut) -> LedgerRow:
        why = Refusal(state=State.OUT_OF_SCOPE, code=account.out.value, message=account.why)
        place = Place(account=account.id, region=GLOBAL)
        return self._unasked(PlannedCall(id=ALL_CALLS, scope=Scope.ACCOUNT), place, State.OUT_OF_SCOPE, why)

    def row(self, call: PlannedCall, place: Place) -> LedgerRow:
        """A call at a place that was entered: what is on record, and what should be."""
        found = self.asked.get((call.id, place), [])
        states = [entry.state for entry in found]
        missing = self._missing(call, place, {entry.question.key for entry in found})
        parent = self._parent(call, place)
        states += [State.NOT_RUN] * missing
        if parent is not None and (not states or parent is State.PARENT_REFUSED):
            # A parent that was read in part leaves questions that nobody can even count.
            states.append(parent)
        refusals = _refusals(found)
        if State.NOT_RUN in states and place.account in self._stopped:
            refusals += ((self._stopped[place.account], max(missing, 1)),)
        return LedgerRow(
            call=call.id,
            place=place,
            state=summarise(states) if states else State.NOT_RUN,
            planned=len(found) + missing,
            asked=len(found),
            answered=sum(entry.state in ANSWERS for entry in found),
            rows=sum(entry.rows for entry in found),
            pages=sum(entry.pages for entry in found),
            refusals=refusals,
            evidence=tuple(sorted(entry.evidence_id for entry in found)),
        )

    def _at(self, call: PlannedCall, account: AccountScope, region: str) -> LedgerRow:
        place = Place(account=account.id, region=region)
        if not account.entered and (call.id, place) not in self.asked:
            return self._unasked(call, place, State.NOT_RUN, account.refusal)
        return self.row(call, place)

    def _unasked(self, call: PlannedCall, place: Place, state: State, refusal: Refusal | None) -> LedgerRow:
        return LedgerRow(
            call=call.id, place=place, state=state, planned=0, asked=0, answered=0, rows=0, pages=0,
            refusals=((refusal, 1),) if refusal else (), evidence=(),
        )  # fmt: skip

    def _row(self, call: str, place: Place) -> LedgerRow:
        if (call, place) not in self._rows_at:
            self._rows_at[call, place] = self.row(
                self._plan.get(call) or PlannedCall(id=call, scope=Scope.REGION), place
            )
        return self._rows_at[call, place]

    def _parent(self, call: PlannedCall, place: Place) -> State | None:
        """What the parent's state makes of a dependent call that has nothing else to say."""
        if not call.per:
            return None
        row = self._row(call.per, place)
        state = row.state
        if state is State.NOT_RUN and {refusal.code for refusal, _ in row.refusals} == {RUN_OVER}:
            return State.PARENT_REFUSED  # the parent is on record as not run, with the reason
        if state is State.NOT_RUN or (state in REFUSALS and self._only_stopped(row)):
            return State.NOT_RUN
        if state not in ANSWERS:
            return State.PARENT_REFUSED
        if self._counted(call) or self._header.ended is not None or not self._rows_on_record(call.per, place):
            return State.PARENT_EMPTY
        return State.NOT_RUN

    def _only_stopped(self, row: LedgerRow) -> bool:
        """Whether nothing but the end of the account's credentials kept a call from being read."""
        codes = {refusal.code for refusal, _ in row.refusals}
        return not row.answered and bool(codes) and row.place.account in self._stopped and codes <= STOPPED

    def _rows_on_record(self, call: str, place: Place) -> int:
        return sum(entry.rows + bool(entry.absent) for entry in self.asked.get((call, place), []))

    def _counted(self, call: PlannedCall) -> bool:
        return self._pages is not None and call.id in self._calls

    def _missing(self, call: PlannedCall, place: Place, asked: set[str]) -> int:
        if not call.per:
            return 0 if asked else 1
        if not self._counted(call):
            return 0
        return len({question.key for question, _ in self._questions(self._calls[call.id], place)} - asked)

    def _questions(self, call: Call, place: Place) -> Iterator[tuple[Question, Row | None]]:
        parents = self._rows(call.per, place) if call.per is not None else ()
        return questions(call, place, parents)

    def _rows(self, call: Call, place: Place) -> tuple[Row, ...]:
        """The rows that a collector has for dependent calls; none for an answer that means "off"."""
        found: list[Row] = []
        for question, parent in self._questions(call, place):
            key = question.key
            if self._pages is not None and key in self._entries:
                found += rows(call, question, self._pages(key), parent=parent)
        return tuple(found)


def _refusals(found: Sequence[Entry]) -> tuple[tuple[Refusal, int], ...]:
    first: dict[State, Refusal] = {}
    for entry in found:
        if entry.refusal is not None:
            first.setdefault(entry.refusal.state, entry.refusal)
    counts = Counter(entry.refusal.state for entry in found if entry.refusal is not None)
    return tuple((first[state], counts[state]) for state in State if state in first)
