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
from srm_docs.packet.gaps import period_words
from srm_docs.packet.model import NOT_PROVIDED, Answer, LetterLine, Shape
from srm_docs.packet.words import count, day, listed, span

LONGEST_BRIDGE: Final = 90
"""Days beyond which a bridge letter is seldom accepted."""
ASSERTION, BRIDGE = "management-assertion", "bridge-letter"
_NO_CHANGES: Final = "No material changes to the system or its controls."
_NO_INCIDENTS: Final = "No incident and no failure of a control that would change the last report."


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A change or an incident of the record: when, and what it was called."""

    date: dt.date
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What a bridge letter is made of; None and "" are facts that nobody gave.

    changes, incidents  those on record, of whatever date; None where there is no record to look into
    no_changes          whether management wants to state that there were no material changes; `no_incidents` likewise
    """

    addressee: str = ""
    report: str = ""
    auditor: str = ""
    report_end: dt.date | None = None
    to: dt.date | None = None
    next_report: dt.date | None = None
    changes: tuple[Dated, ...] | None = None
    incidents: tuple[Dated, ...] | None = None
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


def letter_lines(audit: Audit, bridge: Bridge | None = None) -> tuple[LetterLine, ...]:
    """Both letters, unsigned."""
    return assertion(audit), bridge_letter(audit, bridge or Bridge())


def assertion(audit: Audit) -> LetterLine:
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
        ("Exceptions to the above", _given("")),
        ("Signed by, title", _given("")),
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
    if (said.no_changes and said.changes is None) or (said.no_incidents and said.incidents is None):
        warned.append("No record of changes or incidents was given, so that the statements were held against nothing.")
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


def _within(found: Sequence[Dated], said: Bridge) -> list[Dated]:
    """Those of the bridge period; where its ends are not known, all: a statement may not rest on a missing date."""
    return [one for one in found if (not said.start or one.date >= said.start) and (not said.to or one.date <= said.to)]


def _contradicted(
    wanted: bool, words: str, found: Sequence[Dated] | None, noun: str, said: Bridge  # noqa: FBT001 - a fact, not a mode
) -> list[str]:  # fmt: skip
    there = _within(found or (), said) if wanted else []
    if not there:
        return []
    named = listed([f"{one.title} ({day(one.date)})" for one in there], most=5)
    said_so = f"the record has {count(len(there), noun, noun + 's')} in the bridge period: {named}."
    return [f"“{words.capitalize()}” is refused: {said_so}"]


def _statement(
    wanted: bool, words: str, found: Sequence[Dated] | None, said: Bridge, *, refused: bool  # noqa: FBT001
) -> Answer:  # fmt: skip
    there = _within(found or (), said)
    if there:
        return Answer(text="; ".join(f"{one.title} ({day(one.date)})" for one in there), shape=Shape.PLAIN)
    if wanted and not refused:
        return Answer(text=words, shape=Shape.PLAIN)
    return _given("")


def _given(text: str) -> Answer:
    return Answer(text=text, shape=Shape.PLAIN) if text else Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
