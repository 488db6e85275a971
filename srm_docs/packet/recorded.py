"""Say what management put on record of incidents, changes and the system: register in, lines of the packet out. Pure.

An empty list is no statement. That there were none is management's to say, in records.yaml, for days that it names; it
prints with who looked and when. What it does not speak for stays a gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.declare.audit import Audit, AuditType
from srm_docs.declare.items import PARTS, UNWRITTEN, Holds, Incident, RecordKept, SystemChange, SystemPart
from srm_docs.declare.register import Register, meets, needless, spoken_for
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
from srm_docs.packet.terms import flag, term
from srm_docs.packet.words import day, joined, listed, plural, say, sentence, span
from srm_docs.said import Value

CRITERIA: Final = {
    "services": "DC 1", "commitments": "DC 2", "requirements": "DC 2", "infrastructure": "DC 3", "software": "DC 3",
    "people": "DC 3", "procedures": "DC 3", "data": "DC 3", "user-controls": "DC 6", "subservice-organizations": "DC 7",
    "subservice-monitoring": "DC 7", "categories-left-out": "DC 8", "criteria-left-out": "DC 8",
}  # fmt: skip
"""The description criterion under which each part stands."""
RECORDS: Final = {"incidents": say("Incidents and control failures"), "changes": say("Material changes")}
_NAMED: Final = 6
"""Entries named in one sentence; each has a line of its own elsewhere."""

Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What management says in a part of the description (label, words), and what it still has to bring."""

    said: Said = ()
    missing: tuple[str, ...] = ()


def told(register: Register, *parts: str, needless: Container[str] = ()) -> Told:
    """Management's words on parts of the description. A draft is shown as one, and counts as missing.

    What is needless is shown where it is there, and not missed where it is not.
    """
    have = {part.id: part for part in register.system}
    said = [(_label(part), _words(part)) for name in parts if (part := have.get(name)) and _written(part)]
    missing = [name for name in parts if name not in needless and not _stands(have.get(name))]
    return Told(said=tuple(said), missing=tuple(PARTS[name] for name in missing))


def _written(part: SystemPart) -> bool:
    return not part.statement.startswith(UNWRITTEN)


def _stands(part: SystemPart | None) -> bool:
    """Whether management made a part its own."""
    return part is not None and not part.draft and _written(part)


def _label(part: SystemPart) -> str:
    name = _LABELS.get(part.id, part.id)
    return say("{part} (management, DRAFT)", part=name) if part.draft else say("{part} (management)", part=name)


_LABELS: Final = {
    "services": say("Services"), "commitments": say("Commitments"), "requirements": say("Requirements"),
    "infrastructure": say("Infrastructure"), "software": say("Software"), "people": say("People"),
    "procedures": say("Procedures"), "data": say("Data"), "user-controls": say("User controls"),
    "subservice-organizations": say("Subservice organizations"),
    "subservice-monitoring": say("Subservice monitoring"), "categories-left-out": say("Categories left out"),
    "criteria-left-out": say("Criteria left out"),
}  # fmt: skip


def _words(part: SystemPart) -> str:
    own = sentence(part.statement)
    if not (part.reviewed_by and part.reviewed_on):
        return own
    return joined(" ", (own, say("Reviewed by {by}, {day}.", by=part.reviewed_by, day=part.reviewed_on)))


def of_period(register: Register, kind: str, audit: Audit, as_of: dt.date) -> Told:
    """What the record has of incidents or changes of the audit period, and whether management says that it is all.

    `as_of` is the day of reading: a record that was reviewed later does not count.
    """
    start, end = audit.period_start or audit.period_end, audit.period_end
    items: Sequence[Incident | SystemChange] = register.incidents if kind == "incidents" else register.changes
    inside = [item for item in items if meets(item, start, end)]
    said = []
    if inside:
        named = listed([_named(item) for item in inside], most=_NAMED)
        said.append((say("On record (management)"), joined("", (named, "."))))
    if others := len(items) - len(inside):
        words = plural(others, "{n:,} entry on record.", "{n:,} entries on record.")
        said.append((say("Of other times"), words))
    kept = register.record(kind)
    days = spoken_for(kept, as_of)
    if kept and days:
        said.append((say("How far the record goes"), kept_words(kept)))
    if days and start and end and days[0] <= start and end <= days[1]:
        return Told(said=tuple(said))
    wanted = _wanted(kind, audit, inside=bool(inside))
    return Told(said=tuple(said), missing=(wanted, _ahead(kept)) if kept and not days else (wanted,))


def _wanted(kind: str, audit: Audit, *, inside: bool) -> str:
    if kind == "incidents" and audit.type is AuditType.TYPE_1:
        return say("The incidents up to the audit's date, or the statement that there were none")
    if kind == "changes" and inside:
        return say("The statement that these are all significant changes of the whole period")
    if kind == "changes":
        return say("The significant changes of the period, or the statement that there were none")
    if inside:
        return say("The statement that these are all incidents of the whole period")
    return say("The incidents of the period, or the statement that there were none")


def _ahead(kept: RecordKept) -> str:
    """What to bring in the place of a record that was typed ahead."""
    on = kept.reviewed_on or NOT_PROVIDED
    return say("A record reviewed no later than the evidence was read: the registered one is dated {day}", day=on)


def kept_words(kept: RecordKept) -> str:
    """Management's word on a record, with who looked and when."""
    by = joined(", ", (kept.reviewed_by, day(kept.reviewed_on))) if kept.reviewed_on else kept.reviewed_by
    given: dict[str, Value] = {"period": span(kept.period_from, kept.period_to), "by": by}
    says = (
        say("Management says that there were none from {period} ({by}).", **given)
        if kept.holds == Holds.NONE
        else say("Management says that there were no others than those on record from {period} ({by}).", **given)
    )
    return joined(" ", (says, sentence(kept.how)) if kept.how else (says,))


def _named(item: Incident | SystemChange) -> str:
    about: list[str] = [day(item.date)] if item.date else []
    if isinstance(item, Incident):
        about.append(say("resolved on {day}", day=item.resolved_on) if item.resolved_on else say("not resolved"))
        about.append(say("commitment missed: {flag}", flag=flag(item.commitments_missed)))
    return joined("", (f"{item.id} {item.title} (", joined("; ", about), ")"))


def incident_lines(register: Register) -> tuple[IncidentLine, ...]:
    """The incidents and control failures on record."""
    return tuple(
        IncidentLine(
            id=i.id,
            date=day(i.date) if i.date else NOT_PROVIDED,
            title=i.title,
            kind=term(i.kind) or NOT_PROVIDED,
            description=i.description or NOT_PROVIDED,
            about=(*i.controls, *i.soc2, *i.iso27001),
            commitments=flag(i.commitments_missed),
            state=Answer(text=say("Resolved on {day}", day=i.resolved_on), shape=Shape.PLAIN)
            if i.resolved_on
            else Answer(text=say("Not resolved"), shape=Shape.MISSING),
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
            kind=term(c.kind) or NOT_PROVIDED,
            description=c.description or NOT_PROVIDED,
            about=(*c.controls, *c.soc2, *c.iso27001),
            reviewed=_reviewed(c.reviewed_by, c.reviewed_on),
        )
        for c in register.changes
    )


def record_lines(register: Register, as_of: dt.date) -> tuple[RecordLine, ...]:
    """How far each of the two records goes on the day of reading, by management's word."""
    return tuple(
        RecordLine(
            id=kind,
            title=title,
            entries=len(register.items(kind)),
            words=_how_far(register.record(kind), as_of),
        )
        for kind, title in RECORDS.items()
    )


def _how_far(kept: RecordKept | None, as_of: dt.date) -> str:
    if kept is None:
        return NOT_PROVIDED
    if spoken_for(kept, as_of):
        return kept_words(kept)
    on = kept.reviewed_on or NOT_PROVIDED
    return say("NOT PROVIDED; the registered record is dated {day}, after the evidence was read", day=on)


def part_lines(register: Register, audit: Audit) -> tuple[SystemPartLine, ...]:
    """Every part of the system description that is management's to give, given or not."""
    have, idle = {part.id: part for part in register.system}, needless(register, audit)
    return tuple(
        SystemPartLine(id=name, criterion=CRITERIA[name], asks=asks, state=_state(have.get(name), idle.get(name, "")))
        for name, asks in PARTS.items()
    )


def _state(part: SystemPart | None, needless: str) -> Answer:
    if _stands(part):
        return Answer(text=say("Given"), shape=Shape.PLAIN)
    if needless:
        return Answer(text=say("Not needed: {why}", why=needless), shape=Shape.NOT_APPLICABLE)
    return Answer(text=say("Draft") if part is not None and part.draft else NOT_PROVIDED, shape=Shape.MISSING)


def _reviewed(by: str, on: dt.date | None) -> str:
    return joined(", ", (by, day(on))) if by and on else NOT_PROVIDED


def recorded_gaps(register: Register) -> list[GapLine]:
    """A row for entries on record that do not say what they must."""
    short = [i.id for i in register.incidents if not (i.kind and i.description) or i.commitments_missed is None]
    thin = [c.id for c in register.changes if not (c.kind and c.description)]
    gaps = []
    if short:
        what = plural(
            len(short),
            "Nature, extent or effect of {n:,} incident NOT PROVIDED: {ids}",
            "Nature, extent or effect of {n:,} incidents NOT PROVIDED: {ids}",
            ids=listed(short, most=_NAMED),
        )
        bring = say("What happened, how far it reached, whether a commitment was missed")
        gaps.append(_gap(RECORDS["incidents"], what, bring))
    if thin:
        what = plural(
            len(thin),
            "Kind or description of {n:,} change NOT PROVIDED: {ids}",
            "Kind or description of {n:,} changes NOT PROVIDED: {ids}",
            ids=listed(thin, most=_NAMED),
        )
        gaps.append(_gap(RECORDS["changes"], what, say("What was before, what is now, why")))
    return gaps


def _gap(subject: str, what: str, bring: str) -> GapLine:
    return GapLine(subject=subject, what=what, bring=bring, where=say("Register"), framework="")
