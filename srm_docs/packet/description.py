"""A draft of the system description: configuration, inventory and lists in, a line for each description criterion out.

The criteria (DC 1 to DC 9) are named by number and described in our own words. A line says what the data says, in the
order in which management will want it, and then what only management can bring. It never says that there were no
incidents and no changes: that is a statement, and nobody made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from srm_docs.declare.audit import AuditType
from srm_docs.packet.components import CONTROL, DATA, INFRASTRUCTURE, SOFTWARE
from srm_docs.packet.declared import Declared
from srm_docs.packet.gaps import NOT_RELIED_ON
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import (
    NOT_PROVIDED,
    Answer,
    ComponentLine,
    ControlStatement,
    DescriptionLine,
    GapLine,
    ReportLine,
    RequirementLine,
    Scope,
    Shape,
    Since,
)
from srm_docs.packet.recorded import of_period, told
from srm_docs.packet.words import count, listed

_PARTLY: Final = Answer(text="Drafted in part", shape=Shape.PARTLY)
_MISSING: Final = Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
_REGISTERED: Final = ("register", "What management registered")
_SUBJECT: Final = "System description, {id}"


def description_lines(
    given: Ingredients,
    scope: Scope,
    parts: Sequence[ComponentLine],
    soc2: Sequence[RequirementLine],
    statements: tuple[Sequence[ControlStatement], Sequence[ControlStatement]],
    reports: Sequence[ReportLine],
    since: Since | None,
    declared: Declared,
) -> tuple[DescriptionLine, ...]:
    """The nine lines. `statements` are the CSOCs and the AWS CUECs."""
    csocs, cuecs = statements
    return (
        _services(given, declared),
        _commitments(declared),
        _parts(scope, parts, declared),
        _incidents(given, declared),
        _controls(soc2, len(declared.register.controls)),
        _users(cuecs, declared),
        _subservice(csocs, reports, parts, declared),
        _left_out(scope, soc2, declared),
        _changes(given, since, declared),
    )  # fmt: skip


def description_gaps(lines: Sequence[DescriptionLine]) -> list[GapLine]:
    """A row for every line of which management must bring something."""
    return [
        GapLine(
            subject=f"{_SUBJECT.format(id=line.id)} {line.title}",
            what=NOT_PROVIDED if line.answer is _MISSING else f"In part {NOT_PROVIDED}",
            bring="; ".join(line.missing),
            where="Register",
            framework="soc2",
        )
        for line in lines
        if line.missing
    ]


def _line(
    ident: str,
    title: str,
    asks: str,
    said: tuple[tuple[str, str], ...],
    missing: tuple[str, ...],
    see: tuple[tuple[str, str], ...] = (),
    answer: Answer | None = None,
) -> DescriptionLine:
    found = answer or (_MISSING if not said else _PARTLY if missing else Answer(text="Drafted", shape=Shape.PLAIN))
    return DescriptionLine(id=ident, title=title, asks=asks, answer=found, said=said, missing=missing, see=see)


def _services(given: Ingredients, declared: Declared) -> DescriptionLine:
    audit, own = given.audit, told(declared.register, "services")
    said = (("System", f"{audit.system}, of {audit.organization or 'an organization that is not named'}"),)
    return _line(
        "DC 1", "Services provided", "The kinds of service that the system provides to its users.",
        (*(said if audit.system else ()), *own.said), own.missing,
    )  # fmt: skip


def _commitments(declared: Declared) -> DescriptionLine:
    own = told(declared.register, "commitments", "requirements")
    return _line(
        "DC 2", "Commitments and requirements",
        "What customers were promised of the service, and what the system must do for it.", own.said, own.missing,
    )  # fmt: skip


def _incidents(given: Ingredients, declared: Declared) -> DescriptionLine:
    own = of_period(declared.register, "incidents", given.audit)
    return _line(
        "DC 4", "Incidents", "Incidents that a failed control caused or that hurt a commitment: nature, time, extent.",
        own.said, own.missing, (_REGISTERED,) if declared.register.incidents else (),
    )  # fmt: skip


def _parts(scope: Scope, parts: Sequence[ComponentLine], declared: Declared) -> DescriptionLine:
    there = [p for p in parts if p.count]
    entered = sum(a.entered.shape is Shape.MET for a in scope.accounts)
    words = {
        "Infrastructure": INFRASTRUCTURE, "Data": DATA, "Software": SOFTWARE, "Protection": CONTROL,
    }  # fmt: skip
    said = [
        (
            "Boundary",
            (
                f"{entered:,} of {count(len(scope.accounts), 'AWS account', 'AWS accounts')} read, in "
                f"{listed(scope.regions, most=6) or 'no region'}. {scope.offices}"
            ),
        ),
        *(
            (label, f"{_services_in_use(len(found))}: {listed([p.service for p in found], most=6)}.")
            for label, group in words.items()
            if (found := [p for p in there if p.group == group])
        ),
    ]
    unread = [p.service for p in parts if p.unread]
    if unread:
        said.append(("Not read in full", f"{listed(unread, most=8)}: the counts are of what AWS answered."))
    own = told(declared.register, "infrastructure", "software", "people", "procedures", "data")
    return _line(
        "DC 3", "Parts of the system", "Infrastructure, software, people, procedures and data.",
        (*(said if entered else ()), *own.said), own.missing,
        (("components", "AWS services in use"), ("networks", "Networks")),
    )  # fmt: skip


def _services_in_use(number: int) -> str:
    return f"{count(number, 'AWS service', 'AWS services')} in use"


def _users(cuecs: Sequence[ControlStatement], declared: Declared) -> DescriptionLine:
    """The organization's own CUECs. Those of AWS are no substitute for them, and say so."""
    own, spoken = len(declared.register.cuecs), told(declared.register, "user-controls")
    said = [
        ("Not the same list", (f"{count(len(cuecs), 'control', 'controls')} that AWS expects of its customer are "
         "listed apart: they bind the organization, not its users.")),
    ]  # fmt: skip
    if own:
        said.insert(0, ("Own CUECs", f"{count(own, 'control', 'controls')} registered by management."))
    said += spoken.said
    missing = () if own else spoken.missing
    return _line(
        "DC 6", "Controls expected of users",
        "What the design assumes of the users of the system, so that the criteria are met.", tuple(said), missing,
        (*((_REGISTERED,) if own else ()), ("cuecs", "What AWS expects of its customer")),
        _MISSING if missing else None,
    )  # fmt: skip


def _controls(soc2: Sequence[RequirementLine], own: int) -> DescriptionLine:
    linked = sum(1 for r in soc2 if r.primary)
    tested = sum(1 for r in soc2 if r.tests)
    without = sum(r.own_control == NOT_PROVIDED for r in soc2)
    said = (
        ("Criteria", (f"{count(len(soc2), 'criterion', 'criteria')} in scope; {linked:,} with a responsibility of the "
         f"AWS model as a main way of answering, {tested:,} with self-tests.")),
    ) if soc2 else ()  # fmt: skip
    return _line(
        "DC 5", "Criteria and controls", "The criteria that apply, and the controls that answer each.",
        said + ((("Own controls", f"{count(own, 'control', 'controls')} registered by management."),) if own else ()),
        (f"The organization's own controls for {count(without, 'criterion', 'criteria')}",) if without else (),
        (("criteria", "Where each criterion stands"), ("matrix", "Control matrix"), *((_REGISTERED,) if own else ())),
    )  # fmt: skip


def _subservice(
    csocs: Sequence[ControlStatement],
    reports: Sequence[ReportLine],
    parts: Sequence[ComponentLine],
    declared: Declared,
) -> DescriptionLine:
    relied = [r for r in reports if r.review != NOT_RELIED_ON]
    waiting = sum(r.reviewer == NOT_PROVIDED for r in relied)
    said = (
        ("Organisation and method", ("Amazon Web Services, by the carve-out method: its controls are left out of the "
         "self-tests.")),
        ("Services used", (f"{count(sum(bool(p.count) for p in parts), 'AWS service', 'AWS services')} of which "
         "something was listed.")),
        ("Controls expected of it", f"{count(len(csocs), 'control', 'controls')} (CSOCs), each with its criteria."),
        ("Monitoring", (f"{count(len(relied), 'report', 'reports')} of AWS relied on; of {waiting:,} the review is "
         f"{NOT_PROVIDED}.")),
    )  # fmt: skip
    own = told(declared.register, "subservice-organisations", "subservice-monitoring")
    return _line(
        "DC 7", "Subservice organisations",
        "Who else's controls the criteria need: name, service, method, criteria and controls expected.",
        (*said, *own.said), own.missing,
        (("subservice", "AWS as subservice organisation"), ("report-review", "AWS report review")),
    )  # fmt: skip


def _left_out(scope: Scope, soc2: Sequence[RequirementLine], declared: Declared) -> DescriptionLine:
    out = [r.id for r in soc2 if r.applicable.startswith("No")]
    said = [("Categories", (f"Declared in scope: {listed(scope.categories)}. Not in scope: "
             f"{listed(scope.categories_out) or 'none'}."))]  # fmt: skip
    if out:
        said.append(("Criteria", f"Not applicable: {listed(out)}."))
    own = told(declared.register, *(("categories-left-out",) if scope.categories_out else ()), "criteria-left-out")
    return _line(
        "DC 8", "Criteria left out", "Criteria that are not relevant to the system, and why.", (*said, *own.said),
        own.missing,
    )  # fmt: skip


def _changes(given: Ingredients, since: Since | None, declared: Declared) -> DescriptionLine:
    title, asks = "Significant changes", "What changed in the system and its controls in the period."
    if given.audit.type is not AuditType.TYPE_2:
        return _line("DC 9", title, asks, (("Type 1", "Asked for in a type 2 description only."),), (),
                     answer=Answer(text="Not asked for in type 1", shape=Shape.NOT_APPLICABLE))  # fmt: skip
    said = (
        ("Self-tests", (f"{count(len(since.changes), 'result differs', 'results differ')} from packet {since.packet}. "
         "A changed result is not a significant change, but may come from one.")),
    ) if since else ()  # fmt: skip
    own = of_period(declared.register, "changes", given.audit)
    return _line(
        "DC 9", title, asks, (*said, *own.said), own.missing,
        (*((_REGISTERED,) if declared.register.changes else ()), ("since", "Change since the last packet")),
    )  # fmt: skip
