"""Prove the join of checks and responsibilities both ways: bullets and checks in, faults out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.catalog.bullets import Bullets
from srm_docs.catalog.model import Kind
from srm_docs.checks.kit import Check
from srm_docs.sourcefile import Fault, near

TESTED = (Kind.CUSTOMER, Kind.SHARED)
"""The kinds of responsibility that a check may speak of; of a shared one on AWS's side, the customer's part."""


def faults(bullets: Bullets, checks: Iterable[Check]) -> tuple[Fault, ...]:
    """Every check names responsibilities that exist and of which the customer does something.

    Every responsibility of the customer, and every one that AWS shares with it, has a check or says how else it is
    evidenced. What is inherited whole is not the customer's to configure: AWS's report speaks of it, never a check.
    """
    found: list[Fault] = []
    tested: set[str] = set()
    for check in checks:
        for message in _of(check, bullets):
            code = check.judge.__code__
            file = "srm_docs/" + code.co_filename.replace("\\", "/").rpartition("srm_docs/")[2]
            found.append(Fault(file=file, line=code.co_firstlineno, message=message))
        tested.update(check.bullets)
    for bullet in bullets.found.values():
        if bullet.kind in TESTED and bullet.id not in tested and not bullet.otherwise:
            message = f'"{bullet.id}" has neither a check nor `otherwise:`, a word on how else it is evidenced'
            found.append(Fault(file=bullet.file, line=bullet.line, message=message))
    return tuple(sorted(found))


def _of(check: Check, bullets: Bullets) -> list[str]:
    """What is wrong with the responsibilities that a check names."""
    if not check.bullets:
        return [f"the check {check.id} names no responsibility: give it at least one"]
    said = []
    for position, name in enumerate(check.bullets):
        known = bullets.found.get(name)
        if name in check.bullets[:position]:
            said.append(f'the check {check.id} names "{name}" twice')
        elif known is None:
            if not bullets.may_exist(name):
                said.append(
                    f'the check {check.id} names an unknown responsibility: "{name}"{near(name, bullets.found)}'
                )
        elif known.kind is not None and known.kind not in TESTED:
            said.append(f'the check {check.id} names "{name}", of which the customer does nothing in AWS')
    return said
