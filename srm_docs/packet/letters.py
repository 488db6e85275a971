"""The letters that management may sign, with every blank visible: facts in, what each letter says and its lint out.

Nobody signs here. What a letter states is management's to state, and the lint holds it against what is on record: "no
material changes" is refused where the record has a change or an incident in the bridge period, and a bridge of more
than ninety days is warned of. A fact that nobody gave prints NOT PROVIDED.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.declare.audit import Audit, AuditType
from srm_docs.declare.items import ASSERTION, BRIDGE, LetterFacts
from srm_docs.declare.register import Register, last_day, spoken_for
from srm_docs.packet.gaps import period_words
from srm_docs.packet.model import NOT_PROVIDED, Answer, GapLine, LetterLine, Shape
from srm_docs.packet.terms import term
from srm_docs.packet.words import day, joined, listed, plural, say, span

LONGEST_BRIDGE: Final = 90
"""Days beyond which a bridge letter is seldom accepted."""
_SIGNATURE, _SIGNED_ON = say("Signature"), say("Date of signature")
_AT_SIGNING: Final = (_SIGNATURE, _SIGNED_ON)
_WHEN: Final = {
    ASSERTION: say("The assertion on the description and the controls"), BRIDGE: say("Where a report has ended"),
}  # fmt: skip
_NO_CHANGES: Final = say("No material changes to the system or its controls.")
_NO_INCIDENTS: Final = say("No incident and no failure of a control that would change the last report.")


_BLANK: Final = {
    (False, False): say("Signature NOT PROVIDED"),
    (False, True): say("In part NOT PROVIDED"),
    (True, False): say("A statement is refused by the record; signature NOT PROVIDED"),
    (True, True): say("A statement is refused by the record; in part NOT PROVIDED"),
}
"""By whether the record refuses a statement, and whether more than the signature is missing."""


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


def letter_lines(audit: Audit, register: Register, as_of: dt.date) -> tuple[LetterLine, ...]:
    """Both letters, unsigned, with what management registered for them; `as_of` is the day of reading."""
    return assertion(audit, register.letter(ASSERTION)), bridge_letter(audit, bridge_of(register, as_of))


def letter_gaps(lines: Sequence[LetterLine]) -> list[GapLine]:
    """A row for each letter: what is blank, and what the record refuses. Nobody signs here, so that one is always."""
    gaps = []
    for line in lines:
        blank = [heading for heading, answer in line.parts if answer.shape is Shape.MISSING]
        given = [heading for heading in blank if heading not in _AT_SIGNING]
        bring = joined(": ", (_WHEN[line.id], joined("; ", (*given, say("the signature, with its date")))))
        what = _BLANK[bool(line.refused), bool(given)]
        gaps.append(GapLine(subject=line.title, what=what, bring=bring, where=say("Register"), framework="soc2"))
    return gaps


def bridge_of(register: Register, as_of: dt.date) -> Bridge:
    """What the register has for the bridge letter on a day: a record that was reviewed later is whole for no days."""
    given = register.letter(BRIDGE) or LetterFacts(id=BRIDGE)
    return Bridge(
        addressee=given.addressee,
        report=given.report,
        auditor=given.auditor,
        report_end=given.report_end,
        to=given.bridge_to,
        next_report=given.next_report,
        changes=_record(register, "changes", as_of),
        incidents=_record(register, "incidents", as_of),
        no_changes=bool(given.no_changes),
        no_incidents=bool(given.no_incidents),
        signer=given.signer,
    )


def _record(register: Register, kind: str, as_of: dt.date) -> Record | None:
    """An empty list is no record: nobody said that it is whole. With that word it is an empty record."""
    kept = register.record(kind)
    items = register.incidents if kind == "incidents" else register.changes
    if kept is None and not items:
        return None
    entries = tuple(
        Dated(date=item.date, title=f"{item.id} {item.title}", last=last_day(item)) for item in items if item.date
    )
    start, end = spoken_for(kept, as_of) or (None, None)
    return Record(entries=entries, start=start, end=end)


_DESCRIPTION, _DESIGN = say("The description"), say("The design")
_CLAIMS: Final = {
    1: (
        (
            _DESCRIPTION,
            say(
                "[ ] The description shows the system as it was and answers each description criterion (DC 1 to DC 8) "
                "as of the date above."
            ),
        ),
        (
            _DESIGN,
            say(
                "[ ] The controls that the description states were designed, as of the date above, so that the "
                "commitments and system requirements are met if they work as designed, and if AWS and the users of the "
                "system do what the design assumes of them."
            ),
        ),
    ),
    2: (
        (
            _DESCRIPTION,
            say(
                "[ ] The description shows the system as it was and answers each description criterion (DC 1 to DC 9) "
                "throughout the period above."
            ),
        ),
        (
            _DESIGN,
            say(
                "[ ] The controls that the description states were designed, throughout the period above, so that the "
                "commitments and system requirements are met if they work as designed, and if AWS and the users of the "
                "system do what the design assumes of them."
            ),
        ),
        (
            say("The operation"),
            say(
                "[ ] Those controls worked as designed throughout the period above, so that the commitments and system "
                "requirements were met."
            ),
        ),
    ),
}
"""What management may claim, for each type of audit."""


def assertion(audit: Audit, said: LetterFacts | None = None) -> LetterLine:
    """Management's assertion on the description and the controls, for management to complete and sign."""
    type_2 = audit.type is AuditType.TYPE_2
    when = period_words(audit)
    claims = _CLAIMS[2 if type_2 else 1]
    parts = [
        (say("Organization"), _given(audit.organization)),
        (say("System"), _given(audit.system)),
        (say("Period") if type_2 else say("Date"), _given(when)),
        (say("Criteria"), Answer(
            text=say("Trust services criteria (TSP section 100) for {categories}; description criteria (DC section "
                     "200), DC 1 to DC {last}.", categories=listed([term(c) for c in audit.categories]),
                     last=9 if type_2 else 8), shape=Shape.PLAIN)
         if audit.categories else _given("")),
        *((heading, Answer(text=text, shape=Shape.PLAIN)) for heading, text in claims),
        (say("Subservice organization"), Answer(
            text=say("Amazon Web Services, carved out: the description names the controls that are expected of it and "
                     "leaves its controls out."), shape=Shape.PLAIN)),
        (say("Exceptions to the above"), _given(said.exceptions if said else "")),
        (say("Signed by, title"), _given(said.signer if said else "")),
        (_SIGNATURE, _given("")),
        (_SIGNED_ON, _given("")),
    ]  # fmt: skip
    return LetterLine(id=ASSERTION, title=say("Management’s assertion"), parts=tuple(parts), refused=(), warned=())


def bridge_letter(audit: Audit, said: Bridge) -> LetterLine:
    """The letter for the days between the last report and now."""
    refused = [*_contradicted(said)]
    warned: list[str] = []
    if said.days is not None and said.days > LONGEST_BRIDGE:
        warned.append(
            plural(
                said.days,
                "The letter bridges {n:,} day. More than {most} are seldom accepted: a new report is wanted.",
                "The letter bridges {n:,} days. More than {most} are seldom accepted: a new report is wanted.",
                most=LONGEST_BRIDGE,
            )
        )
    if said.days is not None and said.days < 1:
        refused.append(say("The bridge ends before the day after the last report."))
    warned += [*_unrecorded(said.no_changes, said.changes, say("changes"), said),
               *_unrecorded(said.no_incidents, said.incidents, say("incidents"), said)]  # fmt: skip
    if said.no_changes and not said.no_incidents:
        # an incident contradicts "no material changes" as well
        warned += (
            _unrecorded(said.no_changes, said.incidents, say("incidents"), said)
            if said.incidents
            else [say("No record of incidents was given, so that the statement on changes was not held against them.")]
        )
    parts = (
        (say("To"), _given(said.addressee)),
        (say("From"), _given(audit.organization)),
        (say("System"), _given(audit.system)),
        (say("Last report: title and type"), _given(said.report)),
        (say("Its auditor"), _given(said.auditor)),
        (say("Its period ended"), _given(day(said.report_end) if said.report_end else "")),
        (say("Period of this letter"), _given(span(said.start, said.to) if said.start and said.to else "")),
        (say("Material changes"), _statement(said.no_changes, _NO_CHANGES, said.changes, said, refused=bool(refused))),
        (say("Incidents and control failures"),
         _statement(said.no_incidents, _NO_INCIDENTS, said.incidents, said, refused=bool(refused))),
        (say("Next report expected"), _given(day(said.next_report) if said.next_report else "")),
        (say("Limits"), Answer(
            text=say("This letter has not been examined by a service auditor and does not take the place of an "
                     "auditor’s report. It speaks for the days named above only."), shape=Shape.PLAIN)),
        (say("Signed by, title"), _given(said.signer)),
        (_SIGNATURE, _given("")),
        (_SIGNED_ON, _given("")),
    )  # fmt: skip
    return LetterLine(id=BRIDGE, title=say("Bridge letter"), parts=parts, refused=tuple(refused), warned=tuple(warned))


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
        what = say("No record of {noun} was given, so that the statement on them was held against nothing.", noun=noun)
        return [what]
    if found.covers(said.start, said.to):
        return []
    if not (found.start and found.end):
        what = say("The record of {noun} is said to be whole for no days, not for all days of this letter.", noun=noun)
        return [what]
    return [
        say(
            "The record of {noun} is said to be whole only from {start} to {end}, not for all days of this letter.",
            noun=noun,
            start=found.start,
            end=found.end,
        )
    ]


def _contradicted(said: Bridge) -> Iterator[str]:
    """What the record has against each statement that management wants to make."""
    changes, incidents = _within(said.changes, said), _within(said.incidents, said)
    if said.no_changes and changes:
        yield plural(
            len(changes),
            "“No material changes” is refused: the record has {n:,} change in the bridge period: {named}.",
            "“No material changes” is refused: the record has {n:,} changes in the bridge period: {named}.",
            named=listed(_named(changes), most=5),
        )
    if said.no_changes and incidents:
        yield plural(
            len(incidents),
            "“No material changes” is refused: the record has {n:,} incident in the bridge period: {named}.",
            "“No material changes” is refused: the record has {n:,} incidents in the bridge period: {named}.",
            named=listed(_named(incidents), most=5),
        )
    elif said.no_incidents and incidents:
        yield plural(
            len(incidents),
            "“No incidents” is refused: the record has {n:,} incident in the bridge period: {named}.",
            "“No incidents” is refused: the record has {n:,} incidents in the bridge period: {named}.",
            named=listed(_named(incidents), most=5),
        )


def _named(found: Sequence[Dated]) -> list[str]:
    return [say("{title} ({day})", title=one.title, day=one.date) for one in found]


def _statement(
    wanted: bool, words: str, found: Record | None, said: Bridge, *, refused: bool  # noqa: FBT001
) -> Answer:  # fmt: skip
    there = _within(found, said)
    if there:
        return Answer(text=joined("; ", _named(there)), shape=Shape.PLAIN)
    if wanted and not refused:
        return Answer(text=words, shape=Shape.PLAIN)
    return _given("")


def _given(text: str) -> Answer:
    return Answer(text=text, shape=Shape.PLAIN) if text else Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
