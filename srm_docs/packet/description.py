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
from srm_docs.packet.declared import Declared, adopted
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
from srm_docs.packet.words import count, joined, listed, plural, say

_PARTLY: Final = Answer(text=say("Drafted in part"), shape=Shape.PARTLY)
_MISSING: Final = Answer(text=NOT_PROVIDED, shape=Shape.MISSING)
_REGISTERED: Final = ("register", say("What management registered"))


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
        _controls(soc2, sum(not c.draft for c in declared.register.controls)),
        _users(cuecs, declared),
        _subservice(csocs, reports, parts, declared),
        _left_out(scope, soc2, declared),
        _changes(given, since, declared),
    )  # fmt: skip


def description_gaps(lines: Sequence[DescriptionLine]) -> list[GapLine]:
    """A row for every line of which management must bring something."""
    return [
        GapLine(
            subject=say("System description, {id} {title}", id=line.id, title=line.title),
            what=NOT_PROVIDED if line.answer is _MISSING else say("In part NOT PROVIDED"),
            bring=joined("; ", line.missing),
            where=say("Register"),
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
    found = answer or (_MISSING if not said else _PARTLY if missing else Answer(text=say("Drafted"), shape=Shape.PLAIN))
    return DescriptionLine(id=ident, title=title, asks=asks, answer=found, said=said, missing=missing, see=see)


def _services(given: Ingredients, declared: Declared) -> DescriptionLine:
    audit, own = given.audit, told(declared.register, "services")
    who = audit.organization or say("an organization that is not named")
    said = ((say("System"), say("{system}, of {organization}", system=audit.system, organization=who)),)
    return _line(
        "DC 1", say("Services provided"), say("The kinds of service that the system provides to its users."),
        (*(said if audit.system else ()), *own.said), own.missing,
    )  # fmt: skip


def _commitments(declared: Declared) -> DescriptionLine:
    own = told(declared.register, "commitments", "requirements")
    return _line(
        "DC 2", say("Commitments and requirements"),
        say("What customers were promised of the service, and what the system must do for it."), own.said, own.missing,
    )  # fmt: skip


def _incidents(given: Ingredients, declared: Declared) -> DescriptionLine:
    own = of_period(declared.register, "incidents", given.audit, declared.today)
    return _line(
        "DC 4", say("Incidents"),
        say("Incidents that a failed control caused or that hurt a commitment: nature, time, extent."),
        own.said, own.missing, (_REGISTERED,) if declared.register.incidents else (),
    )  # fmt: skip


def _parts(scope: Scope, parts: Sequence[ComponentLine], declared: Declared) -> DescriptionLine:
    there = [p for p in parts if p.count]
    entered = sum(a.entered.shape is Shape.MET for a in scope.accounts)
    words = {
        say("Infrastructure"): INFRASTRUCTURE, say("Data"): DATA, say("Software"): SOFTWARE,
        say("Protection"): CONTROL,
    }  # fmt: skip
    read = say(
        "{read:,} of {accounts} read, in {regions}.",
        read=entered,
        accounts=count(len(scope.accounts), "AWS account", "AWS accounts"),
        regions=listed(scope.regions, most=6) or say("no region"),
    )
    said: list[tuple[str, str]] = [
        (say("Boundary"), joined(" ", (read, scope.offices))),
        *(
            (
                label,
                plural(
                    len(found),
                    "{n:,} AWS service in use: {services}.",
                    "{n:,} AWS services in use: {services}.",
                    services=listed([p.service for p in found], most=6),
                ),
            )
            for label, group in words.items()
            if (found := [p for p in there if p.group == group])
        ),
    ]
    unread = [p.service for p in parts if p.unread]
    if unread:
        counts = say("{services}: the counts are of what AWS answered.", services=listed(unread, most=8))
        said.append((say("Not read in full"), counts))
    own = told(declared.register, "infrastructure", "software", "people", "procedures", "data")
    return _line(
        "DC 3", say("Parts of the system"), say("Infrastructure, software, people, procedures and data."),
        (*(said if entered else ()), *own.said), own.missing,
        (("components", say("AWS services in use")), ("networks", say("Networks"))),
    )  # fmt: skip


def _users(cuecs: Sequence[ControlStatement], declared: Declared) -> DescriptionLine:
    """The organization's own CUECs. Those of AWS are no substitute for them, and say so."""
    own, spoken = len(declared.register.cuecs), told(declared.register, "user-controls")
    said: list[tuple[str, str]] = [
        (say("Not the same list"), plural(
            len(cuecs),
            "{n:,} control that AWS expects of its customer are listed apart: they bind the organization, not its "
            "users.",
            "{n:,} controls that AWS expects of its customer are listed apart: they bind the organization, not its "
            "users.",
        )),
    ]  # fmt: skip
    if own:
        said.insert(0, (say("Own CUECs"), _registered(own)))
    said += spoken.said
    missing = () if own else spoken.missing
    return _line(
        "DC 6", say("Controls expected of users"),
        say("What the design assumes of the users of the system, so that the criteria are met."), tuple(said), missing,
        (*((_REGISTERED,) if own else ()), ("cuecs", say("What AWS expects of its customer"))),
        _MISSING if missing else None,
    )  # fmt: skip


def _registered(number: int) -> str:
    return plural(number, "{n:,} control registered by management.", "{n:,} controls registered by management.")


def _controls(soc2: Sequence[RequirementLine], own: int) -> DescriptionLine:
    linked = sum(1 for r in soc2 if r.primary)
    tested = sum(1 for r in soc2 if r.tests)
    without = sum(not adopted(r.own_control) for r in soc2)
    criteria = plural(
        len(soc2),
        "{n:,} criterion in scope; {linked:,} with a responsibility of the AWS model as a main way of answering, "
        "{tested:,} with self-tests.",
        "{n:,} criteria in scope; {linked:,} with a responsibility of the AWS model as a main way of answering, "
        "{tested:,} with self-tests.",
        linked=linked,
        tested=tested,
    )
    asked = plural(
        without,
        "The organization's own controls for {n:,} criterion",
        "The organization's own controls for {n:,} criteria",
    )
    return _line(
        "DC 5", say("Criteria and controls"), say("The criteria that apply, and the controls that answer each."),
        (*(((say("Criteria"), criteria),) if soc2 else ()),
         *(((say("Own controls"), _registered(own)),) if own else ())),
        (asked,) if without else (),
        (("criteria", say("Where each criterion stands")), ("matrix", say("Control matrix")),
         *((_REGISTERED,) if own else ())),
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
        (
            say("Organization and method"),
            say("Amazon Web Services, by the carve-out method: its controls are left out of the self-tests."),
        ),
        (
            say("Services used"),
            plural(
                sum(bool(p.count) for p in parts),
                "{n:,} AWS service of which something was listed.",
                "{n:,} AWS services of which something was listed.",
            ),
        ),
        (
            say("Controls expected of it"),
            plural(
                len(csocs),
                "{n:,} control (CSOCs), each with its criteria.",
                "{n:,} controls (CSOCs), each with its criteria.",
            ),
        ),
        (
            say("Monitoring"),
            plural(
                len(relied),
                "{n:,} report of AWS relied on; of {waiting:,} the review is NOT PROVIDED.",
                "{n:,} reports of AWS relied on; of {waiting:,} the review is NOT PROVIDED.",
                waiting=waiting,
            ),
        ),
    )
    own = told(declared.register, "subservice-organizations", "subservice-monitoring")
    return _line(
        "DC 7", say("Subservice organizations"),
        say("Who else's controls the criteria need: name, service, method, criteria and controls expected."),
        (*said, *own.said), own.missing,
        (("subservice", say("AWS as subservice organization")), ("report-review", say("AWS report review"))),
    )  # fmt: skip


def _left_out(scope: Scope, soc2: Sequence[RequirementLine], declared: Declared) -> DescriptionLine:
    out = [r.id for r in soc2 if r.applicable.startswith("No")]
    categories = say(
        "Declared in scope: {chosen}. Not in scope: {out}.",
        chosen=listed(scope.categories),
        out=listed(scope.categories_out) or say("none"),
    )
    said = [(say("Categories"), categories)]
    if out:
        said.append((say("Criteria"), say("Not applicable: {criteria}.", criteria=listed(out))))
    idle = () if scope.categories_out else ("categories-left-out",)
    own = told(declared.register, "categories-left-out", "criteria-left-out", needless=idle)
    return _line(
        "DC 8", say("Criteria left out"), say("Criteria that are not relevant to the system, and why."),
        (*said, *own.said), own.missing,
    )  # fmt: skip


def _changes(given: Ingredients, since: Since | None, declared: Declared) -> DescriptionLine:
    title, asks = say("Significant changes"), say("What changed in the system and its controls in the period.")
    if given.audit.type is not AuditType.TYPE_2:
        only = say("Asked for in a type 2 description only.")
        return _line("DC 9", title, asks, ((say("Type 1"), only),), (),
                     answer=Answer(text=say("Not asked for in type 1"), shape=Shape.NOT_APPLICABLE))  # fmt: skip
    said = ((say("Self-tests"), _differing(since)),) if since else ()
    own = of_period(declared.register, "changes", given.audit, declared.today)
    return _line(
        "DC 9", title, asks, (*said, *own.said), own.missing,
        (*((_REGISTERED,) if declared.register.changes else ()), ("since", say("Change since the last packet"))),
    )  # fmt: skip


def _differing(since: Since) -> str:
    return plural(
        len(since.changes),
        "{n:,} result differs from packet {packet}. A changed result is not a significant change, but may come from "
        "one.",
        "{n:,} results differ from packet {packet}. A changed result is not a significant change, but may come from "
        "one.",
        packet=since.packet,
    )
