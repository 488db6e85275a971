"""Find every check and every call: the modules of this package in, sorted tuples out. No registry, no side effects."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import srm_docs.checks as checks_package
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check
from srm_docs.checks.parameter import Parameter


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + "."))
    return [importlib.import_module(name) for name in names if name != __name__]


@cache
def checks() -> tuple[Check, ...]:
    """All checks, by id: those that stand alone, and those in tuples, which a module makes of a table."""
    values = [v for m in _modules(checks_package) for v in vars(m).values()]
    found = {c.id: c for v in values for c in (v if isinstance(v, tuple) else (v,)) if isinstance(c, Check)}
    return tuple(found[key] for key in sorted(found))


@cache
def calls() -> tuple[Call, ...]:
    """All calls that a check reads or that is an exhibit, with their ancestors, by id."""
    found = {v.id: v for m in _modules(checks_package) for v in vars(m).values() if isinstance(v, Call)}
    wanted = [c for k in checks() for c in k.calls] + [c for c in found.values() if c.exhibit]
    needed = {ancestor.id: ancestor for c in wanted for ancestor in c.lineage}
    return tuple(needed[key] for key in sorted(needed))


def parameters() -> tuple[Parameter, ...]:
    """All parameters that a check is judged by, by id."""
    found = {p.id: p for k in checks() for p in k.parameters}
    return tuple(found[key] for key in sorted(found))
