"""One test over many things that tells of each which fails: for where thousands of cases would say no more."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any


def of_each(things: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a test each of `things` as its first argument (several where a thing is a tuple); its fixtures follow."""
    listed = list(things)
    assert listed, "a test of nothing proves nothing"

    def of(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def loop(**fixtures: Any) -> None:
            failed = []
            for thing in listed:
                parts = thing if isinstance(thing, tuple) else (thing,)
                try:
                    test(*parts, **fixtures)
                except Exception as fault:  # noqa: BLE001 - told below, with those of the others
                    said = str(fault) if isinstance(fault, AssertionError) else f"{type(fault).__name__}: {fault}"
                    failed.append(f"{' '.join(getattr(part, 'id', str(part)) for part in parts)}: {said}")
            assert not failed, f"{len(failed)} of {len(listed)}\n" + "\n".join(failed)

        width = len(listed[0]) if isinstance(listed[0], tuple) else 1
        signature = inspect.signature(test)
        fixtures = list(signature.parameters.values())[width:]
        loop.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return loop

    return of
