"""The order of the questions: calls in, groups of calls by service out, parents before children."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable
from dataclasses import dataclass

from srm_docs.checks.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The calls of one service in waves; a wave's calls depend only on earlier waves and earlier groups."""

    service: str
    waves: tuple[tuple[Call, ...], ...]


def plan(calls: Iterable[Call]) -> tuple[Group, ...]:
    """Service by service, because a service's clients and model cost memory until its last place is done.

    Where two services wait for each other, a service is split by the depth of its calls.
    """
    by_id = {c.id: c for call in calls for c in call.lineage}
    everything = [by_id[key] for key in sorted(by_id)]
    waits: dict[str, set[str]] = {c.service: set() for c in everything}
    for call in everything:
        if call.per is not None and call.per.service != call.service:
            waits[call.service].add(call.per.service)
    try:
        order = tuple(graphlib.TopologicalSorter({s: sorted(waits[s]) for s in sorted(waits)}).static_order())
    except graphlib.CycleError:
        depths = sorted({len(c.lineage) for c in everything})
        return tuple(
            Group(
                service=service, waves=(tuple(c for c in everything if c.service == service and len(c.lineage) == d),)
            )
            for d in depths
            for service in sorted({c.service for c in everything if len(c.lineage) == d})
        )
    return tuple(_group(service, [c for c in everything if c.service == service]) for service in order)


def _group(service: str, calls: list[Call]) -> Group:
    depths = sorted({len(c.lineage) for c in calls})
    return Group(service=service, waves=tuple(tuple(c for c in calls if len(c.lineage) == d) for d in depths))
