"""The letters that management may sign, with every blank visible: facts in, what each letter says and its lint out.

Nobody signs here. What a letter states is management's to state, and the lint holds it against what is on record: "no
material changes" is refused where the record has a change or an incident in the bridge period, and a bridge of more
than ninety days is warned of. A fact that nobody gave prints NOT PROVIDED.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.declare.audit import Audit, AuditType
from srm_docs.declare.items import ASSERTION, BRIDGE, LetterFacts
from srm_docs.declare.register import Register, last_day
from srm_docs.packet.gaps import period_words
from srm_docs.packet.model import NOT_PROVIDED, Answer, GapLine, LetterLine, Shape
from srm_docs.packet.words import count, day, listed, span

LONGEST_BRIDGE: Final = 90
"""Days beyond which a bridge letter is seldom accepted."""
_AT_SIGNING: Final = ("Signature", "Date of signature")
_WHEN: Final = {
    ASSERTION: "The assertion on the description and the controls", BRIDGE: "Where a report has ended",
}  # fmt: skip
_NO_CHANGES: Final = "No material changes to the system or its controls."
_NO_INCIDENTS: Final = "No incident and no failure of a control that would change the last report."


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A change or an incident of the record: when, and what it was called. `last` is None for one of a single day."""

    date: dt.date
    title: str
    last: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is on record of changes or incidents, and for which days management says that this is all of them."""

    entries: tuple[Dated, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None

    def covers(self, start: dt.date | None, end: dt.date | None) -> bool:
        """Whether the record is whole for all of these days. Of days that are not known it is not."""
        return bool(self.start and self.end and start and end and self.start <= start and end <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What a bridge letter is made of; None and "" are facts that nobody gave.

    changes, incidents  the records, of whatever date; None where there is no record to look into
    no_changes          whether management wants to state that there were no material changes; `no_incidents` likewise
    """

    addressee: str = ""
    report: str = ""
    auditor: str = ""
    report_end: dt.date | None = None
    to: dt.date | None = None
    next_report: dt.date | None = None
    changes: Record | None = None
    incidents: Record | None = None
    no_changes: bool = False
    no_incidents: bool = False
    signer: str = ""

    @property
    def start(self) -> dt.date | None:
        """The first day after the report."""
        return self.report_end + dt.timedelta(days=1) if self.report_end else None

    @property
    def days(self) -> int | None:
        """Days that the letter bridges, both ends counted."""
        return (self.to - self.start).days + 1 if self.start and self.to else None


def letter_lines(audit: Audit, register: Register) -> tuple[LetterLine, ...]:
    """Both letters, unsigned, with what management registered for them."""
    return assertion(audit, register.letter(ASSERTION)), bridge_letter(audit, bridge_of(register))


def letter_gaps(lines: Sequence[LetterLine]) -> list[GapLine]:
    """A row for each letter: what is blank, and what the record refuses. Nobody signs here, so that one is always."""
    gaps = []
    for line in lines:
        blank = [heading for heading, answer in line.parts if answer.shape is Shape.MISSING]
        given = [heading for heading in blank if heading not in _AT_SIGNING]
        what = f"Signature {NOT_PROVIDED}" if not given else f"In part {NOT_PROVIDED}"
        if line.refused:
            what = f"A statement is refused by the record; {what[0].lower()}{what[1:]}"
        bring = f"{_WHEN[line.id]}: {'; '.join((*given, 'the signature, with its date'))}"
        gaps.append(GapLine(subject=line.title, what=what, bring=bring, where="Register", framework="soc2"))
    return gaps


def bridge_of(register: Register) -> Bridge:
    """What the register has for the bridge letter."""
    given = register.letter(BRIDGE) or LetterFacts(id=BRIDGE)
    return Bridge(
        addressee=given.addressee,
        report=given.report,
        auditor=given.auditor,
        report_end=given.report_end,
        to=given.bridge_to,
        next_report=given.next_report,
        changes=_record(register, "changes"),
        incidents=_record(register, "incidents"),
        no_changes=bool(given.no_changes),
        no_incidents=bool(given.no_incidents),
        signer=given.signer,
    )


def _record(register: Register, kind: str) -> Record | None:
    """An empty list is no record: nobody said that it is whole. With that word it is an empty record."""
    kept = register.record(kind)
    items = register.incidents if kind == "incidents" else register.changes
    if kept is None and not items:
        return None
    entries = tuple(
        Dated(date=item.date, title=f"{item.id} {item.title}", last=last_day(item)) for item in items if item.date
    )
    return Record(entries=entries, start=kept.period_from if kept else None, end=kept.period_to if kept else None)


def assertion(audit: Audit, said: LetterFacts | None = None) -> LetterLine:
    """Management's assertion on the description and the controls, for management to complete and sign."""
    type_2 = audit.type is AuditType.TYPE_2
    when = period_words(audit)
    over = "throughout the period" if type_2 else "as of the date"
    claims = [
        ("The description", ("[ ] The description shows the system as it was and answers each description criterion "
         f"(DC 1 to DC {9 if type_2 else 8}) {over} above.")),
        ("The design", (f"[ ] The controls that the description states were designed, {over} above, so that the "
         "commitments and system requirements are met if they work as designed, and if AWS and the users of the "
         "system do what the design assumes of them.")),
        *([("The operation", ("[ ] Those controls worked as designed throughout the period above, so that the "
            "commitments and system requirements were met."))] if type_2 else []),
    ]  # fmt: skip
    parts = [
        ("Organization", _given(audit.organization)),
        ("System", _given(audit.system)),
        ("Period" if type_2 else "Date", _given(when)),
        ("Categories", _given(listed([str(c) for c in audit.categories]))),
        *((heading, Answer(text=text, shape=Shape.PLAIN)) for heading, text in claims),
        ("Subservice organisation", Answer(
            text="Amazon Web Services, carved out: the description names the controls that are expected of it and "
            "leaves its controls out.", shape=Shape.PLAIN)),
        ("Exceptions to the above", _given(said.exceptions if said else "")),
        ("Signed by, title", _given(said.signer if said else "")),
        ("Signature", _given("")),
        ("Date of signature", _given("")),
    ]  # fmt: skip
    return LetterLine(id=ASSERTION, title="Management’s assertion", parts=tuple(parts), refused=(), warned=())


def bridge_letter(audit: Audit, said: Bridge) -> LetterLine:
    """The letter for the days between the last report and now."""
    refused = [
        *_contradicted(said.no_changes, "no material changes", said.changes, "change", said),
        *_contradicted(said.no_changes, "no material changes", said.incidents, "incident", said),
        *_contradicted(said.no_incidents and not said.no_changes, "no incidents", said.incidents, "incident", said),
    ]
    warned = []
    if said.days is not None and said.days > LONGEST_BRIDGE:
        warned.append(
            f"The letter bridges {count(said.days, 'day', 'days')}. More than {LONGEST_BRIDGE} are seldom accepted: "
            "a new report is wanted."
        )
    if said.days is not None and said.days < 1:
        refused.append("The bridge ends before the day after the last report.")
    warned += [*_unrecorded(said.no_changes, said.changes, "changes", said),
               *_unrecorded(said.no_incidents, said.incidents, "incidents", said)]  # fmt: skip
    parts = (
        ("To", _given(said.addressee)),
        ("From", _given(audit.organization)),
        ("System", _given(audit.system)),
        ("Last report: title and type", _given(said.report)),
        ("Its auditor", _given(said.auditor)),
        ("Its period ended", _given(day(said.report_end) if said.report_end else "")),
        ("Period of this letter", _given(span(said.start, said.to) if said.start and said.to else "")),
        ("Material changes", _statement(said.no_changes, _NO_CHANGES, said.changes, said, refused=bool(refused))),
        ("Incidents and control failures",
         _statement(said.no_incidents, _NO_INCIDENTS, said.incidents, said, refused=bool(refused))),
        ("Next report expected", _given(day(said.next_report) if said.next_report else "")),
        ("Limits", Answer(
            text="Nobody examined this letter. It is no report of a service auditor and does not take the place of "
            "one. It speaks for the days named above only.", shape=Shape.PLAIN)),
        ("Signed by, title", _given(said.signer)),
        ("Signature", _given("")),
        ("Date of signature", _given("")),
    )  # fmt: skip
    return LetterLine(id=BRIDGE, title="Bridge letter", parts=parts, refused=tuple(refused), warned=tuple(warned))


def _within(found: Record | None, said: Bridge) -> list[Dated]:
    """Those of the bridge period; where its ends are not known, all: a statement may not rest on a missing date.

    What began before it and was not over is of it too.
    """
    return [
        one
        for one in (found.entries if found else ())
        if (not said.start or (one.last or one.date) >= said.start) and (not said.to or one.date <= said.to)
    ]


def _unrecorded(wanted: bool, found: Record | None, noun: str, said: Bridge) -> list[str]:  # noqa: FBT001 - a fact
    """A statement that there was none rests on a record that is whole for these days, or on nothing."""
    if not wanted:
        return []
    if found is None:
        return [f"No record of {noun} was given, so that the statement on them was held against nothing."]
    if found.covers(said.start, said.to):
        return []
    until = f"only from {day(found.start)} to {day(found.end)}" if found.start and found.end else "for no days"
    return [f"The record of {noun} is said to be whole {until}, not for all days of this letter."]


def _contradicted(
    wanted: bool, words: str, found: Record | None, noun: str, said: Bridge  # noqa: FBT001 - a fact, not a mode
) -> list[str]:  # fmt: skip
    there = _within(found, said) if wanted else []
    if not there:
        return []
    named = listed([f"{one.title} ({day(one.date)})" for one in there], most=5)
    said_so = f"the record has {count(len(there), noun, noun + 's')} in the bridge period: {named}."
    return [f"“{words.capitalize()}” is refused: {said_so}"]


def _statement(
    wanted: bool, words: str, found: Record | None, said: Bridge, *, refused: bool  # noqa: FBT001
) -> Answer:  # fmt: skip
    there = _within(found, said)
    if there:
        return Answer(text="; ".join(f"{one.title} ({day(one.date)})" for one in there), shape=Shape.PLAIN)
    if wanted and not refused:
        return Answer(text=words, shape=Shape.PLAIN)
    return _given("")


def _given(text: str) -> Answer:
    return Answer(text=text, shape=Shape.PLAIN) if text else Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
