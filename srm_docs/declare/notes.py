"""What is sound and yet to be looked at: register, day and scope in, sentences with their lines out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
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


def notes(
    register: Register, as_of: dt.date, requirements: Iterable[Requirement], *, root: str = FOLDER
) -> tuple[Fault, ...]:
    """A note for what expired, is overdue or still a draft, and for each criterion in scope without an own control."""
    found = [*_expired(register, as_of, root), *_overdue(register, as_of, root), *_drafts(register, root)]
    found += _uncontrolled(register, requirements, root)
    return tuple(sorted(found))


def _note(register: Register, kind: str, item: Any, message: str, root: str) -> Fault:
    return Fault(file=f"{root}/{kind}.yaml", line=register.lines.get((kind, item.id), 0), message=message)


def _expired(register: Register, as_of: dt.date, root: str) -> Iterator[Fault]:
    for kind, name in _EXPIRY.items():
        for item in register.items(kind):
            if past(last := getattr(item, name), as_of):
                yield _note(register, kind, item, f"{item.id} expired on {day(last)}", root)


def _overdue(register: Register, as_of: dt.date, root: str) -> Iterator[Fault]:
    for kind, done in _DUE.items():
        for item in register.items(kind):
            due: dt.date | None = getattr(item, "due", None)
            if due and past(due, as_of) and getattr(item, "status", "") != done:
                yield _note(register, kind, item, f"{item.id} was due on {day(due)}", root)
    for request in register.requests:
        if request.due and past(request.due, as_of) and request.status not in _ANSWERED:
            yield _note(register, "requests", request, f"{request.id} was due on {day(request.due)}", root)


def _drafts(register: Register, root: str) -> Iterator[Fault]:
    for control in register.controls:
        if control.draft:
            yield _note(register, "controls", control, f"{control.id} is still a draft", root)


def _uncontrolled(register: Register, requirements: Iterable[Requirement], root: str) -> Iterator[Fault]:
    """SOC 2 tests own controls, not criteria: a criterion in scope without one cannot be tested."""
    have = {name for control in register.controls for name in (*control.soc2, *control.iso27001)}
    excluded = register.exclusions
    for requirement in requirements:
        if requirement.kind is RequirementKind.CLAUSE or requirement.exclude or requirement.id in excluded:
            continue
        if requirement.id not in have:
            message = f"no own control serves {requirement.id} {requirement.title}"
            yield Fault(file=f"{root}/controls.yaml", line=0, message=message)
