"""What is sound and yet to be looked at: register, day and scope in, sentences with their lines out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from srm_docs.catalog.model import Requirement, RequirementKind
from srm_docs.dates import day
from srm_docs.declare.items import Progress, RequestStatus
from srm_docs.declare.register import FOLDER, Register, past
from srm_docs.sourcefile import Fault

_EXPIRY: Final = {
    "exceptions": "expires",
    "risk-acceptances": "expires",
    "suppressions": "expires",
    "evidence": "valid_until",
    "aws-reports": "valid_until",
}
_DUE: Final = {"findings": Progress.CLOSED, "exceptions": Progress.CLOSED}
_ANSWERED: Final = (RequestStatus.PROVIDED, RequestStatus.ACCEPTED, RequestStatus.NOT_APPLICABLE)


class Matter(StrEnum):
    """What a note is about: what those of one kind are told under."""

    EXPIRED = "Expired"
    OVERDUE = "Overdue"
    DRAFT = "Still a draft"
    UNCONTROLLED = "Without an own control"
    AHEAD = "Dated ahead"
    LETTER = "Bridge letter"
    UNNAMED = "File that no item names"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Note(Fault):
    """What is sound and yet to be looked at."""

    matter: Matter


def by_matter(found: Iterable[Note]) -> dict[Matter, list[Note]]:
    """The notes of each matter that there is any of, what is late first."""
    told: dict[Matter, list[Note]] = {matter: [] for matter in Matter}
    for note in found:
        told[note.matter].append(note)
    return {matter: of_it for matter, of_it in told.items() if of_it}


def notes(
    register: Register, as_of: dt.date, requirements: Iterable[Requirement], *, root: str = FOLDER
) -> tuple[Note, ...]:
    """A note for what expired, is overdue, a draft or dated ahead, and for each criterion without an own control."""
    found = [*_expired(register, as_of, root), *_overdue(register, as_of, root), *_drafts(register, root)]
    found += [*_ahead(register, as_of, root), *_uncontrolled(register, requirements, root)]
    return tuple(sorted(found))


def _note(register: Register, kind: str, item: Any, matter: Matter, message: str, root: str) -> Note:
    line = register.lines.get((kind, item.id), 0)
    return Note(file=f"{root}/{kind}.yaml", line=line, message=message, matter=matter)


def _expired(register: Register, as_of: dt.date, root: str) -> Iterator[Note]:
    for kind, name in _EXPIRY.items():
        for item in register.items(kind):
            if past(last := getattr(item, name), as_of):
                yield _note(register, kind, item, Matter.EXPIRED, f"{item.id} expired on {day(last)}", root)


def _overdue(register: Register, as_of: dt.date, root: str) -> Iterator[Note]:
    for kind, done in _DUE.items():
        for item in register.items(kind):
            due: dt.date | None = getattr(item, "due", None)
            if due and past(due, as_of) and getattr(item, "status", "") != done:
                yield _note(register, kind, item, Matter.OVERDUE, f"{item.id} was due on {day(due)}", root)
    for request in register.requests:
        if request.due and past(request.due, as_of) and request.status not in _ANSWERED:
            yield _note(
                register, "requests", request, Matter.OVERDUE, f"{request.id} was due on {day(request.due)}", root
            )


def _drafts(register: Register, root: str) -> Iterator[Note]:
    for control in register.controls:
        if control.draft:
            yield _note(register, "controls", control, Matter.DRAFT, f"{control.id} is still a draft", root)
    for part in register.system:
        if part.draft:
            yield _note(register, "system", part, Matter.DRAFT, f"{part.id} is still a draft", root)


def _ahead(register: Register, as_of: dt.date, root: str) -> Iterator[Note]:
    for kept in register.records:
        if kept.reviewed_on and kept.reviewed_on > as_of:
            message = f"the record of {kept.id} counts only for evidence read from {day(kept.reviewed_on)} on"
            yield _note(register, "records", kept, Matter.AHEAD, message, root)


def _uncontrolled(register: Register, requirements: Iterable[Requirement], root: str) -> Iterator[Note]:
    """SOC 2 tests own controls, not criteria: a criterion in scope without one cannot be tested."""
    have = {name for control in register.controls for name in (*control.soc2, *control.iso27001)}
    excluded = register.exclusions
    for requirement in requirements:
        if requirement.kind is RequirementKind.CLAUSE or requirement.exclude or requirement.id in excluded:
            continue
        if requirement.id not in have:
            message = f"no own control serves {requirement.id} {requirement.title}"
            yield Note(file=f"{root}/controls.yaml", line=0, message=message, matter=Matter.UNCONTROLLED)
