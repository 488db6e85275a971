"""Prove the join of checks and responsibilities both ways: catalog and checks in, faults out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_docs.catalog.model import Catalog, Kind, Side
from srm_docs.checks.kit import Check
from srm_docs.sourcefile import Fault, near


def faults(catalog: Catalog, checks: Iterable[Check]) -> tuple[Fault, ...]:
    """Every check names responsibilities that exist; every customer responsibility has a check or says how else."""
    known = {r.id for r in catalog.responsibilities}
    found: list[Fault] = []
    tested: set[str] = set()
    for check in checks:
        code = check.judge.__code__
        file = "srm_docs/" + code.co_filename.replace("\\", "/").rpartition("srm_docs/")[2]
        for bullet in check.bullets:
            if bullet not in known:
                message = f'the check {check.id} names no responsibility: "{bullet}"{near(bullet, known)}'
                found.append(Fault(file=file, line=code.co_firstlineno, message=message))
            tested.add(bullet)
    for domain in catalog.domains:
        file = f"controls/domains/{domain.number:02d}-{domain.id}.yaml"
        for r in domain.responsibilities:
            if r.side is Side.CUSTOMER and r.kind is not Kind.NOT_APPLICABLE and r.id not in tested and not r.otherwise:
                message = f'"{r.id}" has neither a check nor `otherwise:`, a word on how else it is evidenced'
                found.append(Fault(file=file, line=0, message=message))
    return tuple(sorted(found))
