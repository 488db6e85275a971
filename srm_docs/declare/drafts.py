"""Draft own controls and parts of the description: what is in scope and what is there in, items marked DRAFT out. Pure.

A draft says what a control would be about. Who does what, how often and with what record is for the organization to
say; until then each prints DRAFT, and nothing of it is management's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from srm_docs.catalog.model import Catalog, Requirement, RequirementKind, Responsibility, Strength
from srm_docs.checks.kit import Check
from srm_docs.declare.audit import Audit
from srm_docs.declare.items import PARTS, UNWRITTEN, OwnControl, SystemPart
from srm_docs.declare.register import Register, needless

_MOST = 24
"""Self-tests named by one draft: with more of them nobody reads the list."""


def drafts(
    catalog: Catalog, checks: Iterable[Check], scope: Sequence[Requirement], have: Iterable[OwnControl]
) -> tuple[OwnControl, ...]:
    """A draft for each customer responsibility, one for the watch over AWS, and one for each requirement left over.

    What an own control serves already is not drafted again. `scope` are the requirements in scope.
    """
    have = tuple(have)
    wanted = {r.id for r in scope if r.kind is not RequirementKind.CLAUSE and not r.exclude}
    answered = {name for control in have for name in control.responsibilities}
    checks = tuple(checks)
    made = [
        _of(responsibility, number, domain.number, wanted, checks)
        for domain in catalog.domains
        for number, responsibility in enumerate(domain.customer, 1)
        if responsibility.aws_cuec and responsibility.id not in answered
    ]
    made += _watch(catalog, wanted, answered)
    served = {name for control in (*have, *made) for name in (*control.soc2, *control.iso27001)}
    taken = {control.id.casefold() for control in have}
    made += [_left(r) for r in scope if r.id in wanted - served]
    return tuple(control for control in made if control.id.casefold() not in taken)


def part_drafts(audit: Audit, register: Register) -> tuple[SystemPart, ...]:
    """A draft for each part of the system description that management must give and has not begun."""
    have = {*(part.id for part in register.system), *needless(register, audit)}
    return tuple(
        SystemPart(id=name, draft=True, statement=f"{UNWRITTEN}. {asks}.")
        for name, asks in PARTS.items()
        if name not in have
    )


def _of(item: Responsibility, number: int, domain: int, wanted: set[str], checks: Sequence[Check]) -> OwnControl:
    names = tuple(c.id for c in checks if item.id in c.bullets)
    return OwnControl(
        id=f"SRM-{domain:02d}-{number:02d}",
        draft=True,
        title=item.text,
        description=f"{UNWRITTEN} (who, how often, with what record). AWS expects: {item.aws_cuec}",
        soc2=tuple(x.requirement for x in item.soc2 if x.strength is Strength.PRIMARY and x.requirement in wanted),
        iso27001=tuple(
            x.requirement for x in item.iso27001 if x.strength is Strength.PRIMARY and x.requirement in wanted
        ),
        responsibilities=(item.id,),
        checks=names if len(names) <= _MOST else (),
    )


def _watch(catalog: Catalog, wanted: set[str], answered: set[str]) -> Iterator[OwnControl]:
    """AWS's side is carved out and not tested: the organization's control is that it reviews AWS's reports."""
    aws = [r for r in catalog.responsibilities if r.csoc and r.id not in answered]
    if not aws:
        return
    relying = [r for r in catalog.requirements() if r.inherit_from and r.id in wanted and r.owner == "aws"]
    yield OwnControl(
        id="SRM-AWS",
        draft=True,
        title="The reports of AWS are reviewed",
        description=f"{UNWRITTEN} (who, how often, with what record): scope, period, exceptions and CUECs of each "
        "report of AWS that is relied on.",
        soc2=tuple(r.id for r in relying if r.framework == "soc2"),
        iso27001=tuple(r.id for r in relying if r.framework == "iso27001"),
        responsibilities=tuple(r.id for r in aws),
    )


def _left(requirement: Requirement) -> OwnControl:
    record = (
        f" Records that would show it: {'; '.join(requirement.manual_evidence)}." if requirement.manual_evidence else ""
    )
    soc2 = requirement.framework == "soc2"
    return OwnControl(
        id=f"ORG-{requirement.id}",
        draft=True,
        title=requirement.title,
        description=f"{UNWRITTEN} (who, how often, with what record).{record}",
        soc2=(requirement.id,) if soc2 else (),
        iso27001=() if soc2 else (requirement.id,),
    )
