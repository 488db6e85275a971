"""Say what management put on record of incidents, changes and the system: register in, lines of the packet out. Pure.

An empty list is no statement. That there were none is management's to say, in records.yaml, for days that it names; it
prints with who looked and when. What it does not speak for stays a gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.declare.audit import Audit
from srm_docs.declare.fields import spell
from srm_docs.declare.items import PARTS, UNWRITTEN, Holds, Incident, RecordKept, SystemChange, SystemPart
from srm_docs.declare.register import Register, meets, needless
from srm_docs.packet.model import (
    NOT_PROVIDED,
    Answer,
    GapLine,
    IncidentLine,
    RecordLine,
    Shape,
    SystemChangeLine,
    SystemPartLine,
)
from srm_docs.packet.words import count, day, listed, sentence, span

CRITERIA: Final = {
    "services": "DC 1", "commitments": "DC 2", "requirements": "DC 2", "infrastructure": "DC 3", "software": "DC 3",
    "people": "DC 3", "procedures": "DC 3", "data": "DC 3", "user-controls": "DC 6", "subservice-organisations": "DC 7",
    "subservice-monitoring": "DC 7", "categories-left-out": "DC 8", "criteria-left-out": "DC 8",
}  # fmt: skip
"""The description criterion under which each part stands."""
RECORDS: Final = {"incidents": "Incidents and control failures", "changes": "Material changes"}
_NAMED: Final = 6
"""Entries named in one sentence; each has a line of its own elsewhere."""

Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What management says in a part of the description (label, words), and what it still has to bring."""

    said: Said = ()
    missing: tuple[str, ...] = ()


def told(register: Register, *parts: str) -> Told:
    """Management's words on parts of the description. A draft is shown as one, and counts as missing."""
    have = {part.id: part for part in register.system}
    said = [(_label(part), _words(part)) for name in parts if (part := have.get(name)) and _written(part)]
    return Told(said=tuple(said), missing=tuple(PARTS[name] for name in parts if not _stands(have.get(name))))


def _written(part: SystemPart) -> bool:
    return not part.statement.startswith(UNWRITTEN)


def _stands(part: SystemPart | None) -> bool:
    """Whether management made a part its own."""
    return part is not None and not part.draft and _written(part)


def _label(part: SystemPart) -> str:
    name = part.id.replace("-", " ").capitalize()
    return f"{name} (management, DRAFT)" if part.draft else f"{name} (management)"


def _words(part: SystemPart) -> str:
    return f"{sentence(part.statement)}{_reviewed_sentence(part.reviewed_by, part.reviewed_on)}"


def _reviewed_sentence(by: str, on: dt.date | None) -> str:
    return f" Reviewed by {by}, {day(on)}." if by and on else ""


def of_period(register: Register, kind: str, audit: Audit) -> Told:
    """What the record has of incidents or changes of the audit period, and whether management says that it is all."""
    start, end = audit.period_start or audit.period_end, audit.period_end
    items: Sequence[Incident | SystemChange] = register.incidents if kind == "incidents" else register.changes
    inside = [item for item in items if meets(item, start, end)]
    said = []
    if inside:
        named = listed([_named(item) for item in inside], most=_NAMED)
        said.append(("On record (management)", f"{named}."))
    if others := len(items) - len(inside):
        said.append(("Of other times", f"{count(others, 'entry', 'entries')} on record."))
    kept = register.record(kind)
    if kept:
        said.append(("How far the record goes", kept_words(kept)))
    whole = kept is not None and _covers(kept, start, end)
    return Told(said=tuple(said), missing=() if whole else (_wanted(kind, inside=bool(inside)),))


def _wanted(kind: str, *, inside: bool) -> str:
    what = "significant changes" if kind == "changes" else "incidents"
    if inside:
        return f"The statement that these are all {what} of the whole period"
    return f"The {what} of the period, or the statement that there were none"


def _covers(kept: RecordKept, start: dt.date | None, end: dt.date | None) -> bool:
    if not (kept.period_from and kept.period_to and start and end):
        return False
    return kept.period_from <= start and end <= kept.period_to


def kept_words(kept: RecordKept) -> str:
    """Management's word on a record, with who looked and when."""
    says = "there were none" if kept.holds == Holds.NONE else "there were no others than those on record"
    how = f" {sentence(kept.how)}" if kept.how else ""
    on = f", {day(kept.reviewed_on)}" if kept.reviewed_on else ""
    return f"Management says that {says} {_from(kept)} ({kept.reviewed_by}{on}).{how}"


def _from(kept: RecordKept) -> str:
    return f"from {span(kept.period_from, kept.period_to)}"


def _named(item: Incident | SystemChange) -> str:
    about: list[str] = [day(item.date)] if item.date else []
    if isinstance(item, Incident):
        about.append(f"resolved on {day(item.resolved_on)}" if item.resolved_on else "not resolved")
        about.append(f"commitment missed: {spell(item.commitments_missed) or NOT_PROVIDED}")
    return f"{item.id} {item.title} ({'; '.join(about)})"


def incident_lines(register: Register) -> tuple[IncidentLine, ...]:
    """The incidents and control failures on record."""
    return tuple(
        IncidentLine(
            id=i.id,
            date=day(i.date) if i.date else NOT_PROVIDED,
            title=i.title,
            kind=i.kind or NOT_PROVIDED,
            description=i.description or NOT_PROVIDED,
            about=(*i.controls, *i.soc2, *i.iso27001),
            commitments=spell(i.commitments_missed) or NOT_PROVIDED,
            state=Answer(text=f"Resolved on {day(i.resolved_on)}", shape=Shape.PLAIN)
            if i.resolved_on
            else Answer(text="Not resolved", shape=Shape.MISSING),
            response=i.response or NOT_PROVIDED,
            reviewed=_reviewed(i.reviewed_by, i.reviewed_on),
        )
        for i in register.incidents
    )


def change_lines(register: Register) -> tuple[SystemChangeLine, ...]:
    """The material changes on record."""
    return tuple(
        SystemChangeLine(
            id=c.id,
            date=day(c.date) if c.date else NOT_PROVIDED,
            title=c.title,
            kind=c.kind or NOT_PROVIDED,
            description=c.description or NOT_PROVIDED,
            about=(*c.controls, *c.soc2, *c.iso27001),
            reviewed=_reviewed(c.reviewed_by, c.reviewed_on),
        )
        for c in register.changes
    )


def record_lines(register: Register) -> tuple[RecordLine, ...]:
    """How far each of the two records goes, by management's word."""
    return tuple(
        RecordLine(
            id=kind,
            title=title,
            entries=len(register.items(kind)),
            words=kept_words(kept) if (kept := register.record(kind)) else NOT_PROVIDED,
        )
        for kind, title in RECORDS.items()
    )


def part_lines(register: Register, audit: Audit) -> tuple[SystemPartLine, ...]:
    """Every part of the system description that is management's to give, given or not."""
    have, idle = {part.id: part for part in register.system}, needless(register, audit)
    return tuple(
        SystemPartLine(id=name, criterion=CRITERIA[name], asks=asks, state=_state(have.get(name), idle.get(name, "")))
        for name, asks in PARTS.items()
    )


def _state(part: SystemPart | None, needless: str) -> Answer:
    if _stands(part):
        return Answer(text="Given", shape=Shape.PLAIN)
    if needless:
        return Answer(text=f"Not needed: {needless}", shape=Shape.NOT_APPLICABLE)
    return Answer(text="Draft" if part is not None and part.draft else NOT_PROVIDED, shape=Shape.MISSING)


def _reviewed(by: str, on: dt.date | None) -> str:
    return f"{by}, {day(on)}" if by and on else NOT_PROVIDED


def recorded_gaps(register: Register) -> list[GapLine]:
    """A row for entries on record that do not say what they must."""
    short = [i.id for i in register.incidents if not (i.kind and i.description) or i.commitments_missed is None]
    thin = [c.id for c in register.changes if not (c.kind and c.description)]
    gaps = []
    if short:
        what = f"Nature, extent or effect of {count(len(short), 'incident', 'incidents')} {NOT_PROVIDED}: "
        bring = "What happened, how far it reached, whether a commitment was missed"
        gaps.append(_gap("Incidents and control failures", f"{what}{listed(short, most=_NAMED)}", bring))
    if thin:
        what = f"Kind or description of {count(len(thin), 'change', 'changes')} {NOT_PROVIDED}: "
        gaps.append(_gap("Material changes", f"{what}{listed(thin, most=_NAMED)}", "What was before, what is now, why"))
    return gaps


def _gap(subject: str, what: str, bring: str) -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where="Register", framework="")
