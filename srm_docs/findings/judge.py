"""Settle each check at each of its places: rows and gaps in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Observation, Status
from srm_docs.checks.place import Place
from srm_docs.checks.row import Given
from srm_docs.checks.verdict import observe, settle, worst
from srm_docs.findings.gather import Evidence, Gap, Gatherer

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One thing that was judged: a resource, or (`is_place`) the account or region itself."""

    name: str
    place: Place
    status: Status
    note: str
    evidence: str
    is_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's verdict at one place, with everything it rests on."""

    check: str
    place: Place
    status: Status
    judged: tuple[Judged, ...]
    gaps: tuple[Gap, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check's findings at all its places and the worst of their statuses."""

    check: Check
    status: Status
    findings: tuple[Finding, ...]

    def judged(self, *statuses: Status) -> tuple[Judged, ...]:
        """Everything judged to have one of the statuses, in the order of the places."""
        return tuple(j for f in self.findings for j in f.judged if j.status in statuses)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap, once, sorted."""
        return tuple(sorted({g for f in self.findings for g in f.gaps}))

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every evidence id, once, in the order read."""
        return tuple(dict.fromkeys(e for f in self.findings for e in f.evidence))


def judge(checks: Iterable[Check], evidence: Evidence, parameters: Mapping[str, Any]) -> tuple[Result, ...]:
    """The result of every check, in the order given. Pure: the time is the snapshot's own."""
    header = evidence.header
    # also those that could not be entered: a refusal there must not make a stranger of an account, and so a deviation
    own = frozenset(a.id for a in header.accounts)
    given = Given(as_of=header.ended or header.began, values=parameters, accounts=own)
    gatherer, checks, same = Gatherer(evidence), tuple(checks), _Same()
    found: list[list[Finding]] = [[] for _ in checks]
    for account in gatherer.one_by_one():
        for check, findings in zip(checks, found, strict=True):
            for unit in gatherer.units(account, check.scope):
                findings.append(_compact(_finding(check, unit, gatherer, given), same))
    return tuple(
        Result(check=check, status=worst(f.status for f in findings), findings=tuple(findings))
        for check, findings in zip(checks, found, strict=True)
    )


class _Same:
    """Keeps one of equal values: hundreds of checks say the same few things at each of thousands of places."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def one(self, value: _T) -> _T:
        """The first value that was equal to this one; a sentence that remembers what it was made of stays itself."""
        known: _T = self._known.setdefault(value, value) if type(value) in (str, tuple, Place) else value
        return known


def _compact(found: Finding, same: _Same) -> Finding:
    """Equal, with what others hold too: it is kept to the packet's end."""
    judged = tuple(
        Judged(
            name=same.one(j.name), place=same.one(j.place), status=j.status, note=same.one(j.note),
            evidence=j.evidence, is_place=j.is_place,
        )
        for j in found.judged
    )  # fmt: skip
    return replace(found, judged=judged, gaps=same.one(found.gaps), evidence=same.one(found.evidence))


def _finding(check: Check, unit: Place, gatherer: Gatherer, given: Given) -> Finding:
    gathered = [gatherer.within(call, unit) for call in check.calls]
    gaps = tuple(dict.fromkeys(g for part in gathered for g in part.gaps))
    missing = [c for c, part in zip(check.calls, gathered, strict=True) if not part.offered]
    # whole= sees complete rows or none: half a population joined with another is not a fact
    blind = check.quantifier is Quantifier.WHOLE and (gaps or missing)
    observations = () if blind else observe(check, [part.rows for part in gathered], given)
    status, none_note = settle(check, observations, refused=bool(gaps))
    if missing and not gaps and not observations:
        status, none_note = _not_offered(check, missing[0])
    judged = tuple(_judged(o, unit, gathered[0].evidence) for o in observations)
    if none_note:
        first = next(iter(gathered[0].evidence), "")
        judged += (Judged(name=str(unit), place=unit, status=status, note=none_note, evidence=first, is_place=True),)
    elif check.quantifier is Quantifier.SOME:
        judged = _as_place(judged, unit, status)
    evidence = tuple(dict.fromkeys(e for part in gathered for e in part.evidence))
    return Finding(check=check.id, place=unit, status=status, judged=judged, gaps=gaps, evidence=evidence)


def _not_offered(check: Check, missing: Call) -> tuple[Status, str]:
    """Nothing can be there to judge; but what stands beside it may be judged by it, and that is not known."""
    said = f"AWS does not offer {missing.service} in this region"
    if missing is check.calls[0]:
        return Status.NOT_APPLICABLE, f"{said}, so that there is nothing to judge."
    return Status.UNKNOWN, f"{said}, and the test needs {missing.nouns}."


def _judged(observation: Observation, unit: Place, evidence: tuple[str, ...]) -> Judged:
    row = observation.subject
    if row is None:
        return Judged(name=str(unit), place=unit, status=observation.status, note=observation.note,
                      evidence=next(iter(evidence), ""), is_place=True)  # fmt: skip
    return Judged(
        name=row.name, place=row.place, status=observation.status, note=observation.note, evidence=row.evidence
    )


def _as_place(judged: tuple[Judged, ...], unit: Place, status: Status) -> tuple[Judged, ...]:
    # "at least one" is a fact about the place: rows that are not the one are no deviations
    decisive = [j for j in judged if j.status is status]
    if not decisive:
        return ()
    note = decisive[0].note
    if status is Status.MET:
        note = f"{decisive[0].name}: {note}"
    return (Judged(name=str(unit), place=unit, status=status, note=note, evidence=decisive[0].evidence, is_place=True),)
