"""Which AWS reports AWS Artifact lists, and which days of the audit period none covers: evidence in, report states out.

A report in the list is *available*. Whether management reviewed it is management's to say, and is never inferred.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from srm_docs.catalog.model import AwsReport, Catalog
from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row
from srm_docs.findings.gather import Gap, Gathered, Gatherer
from srm_docs.findings.rollup import ReportState


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of AWS Artifact's list; dates are None where AWS gave none."""

    title: str
    series: str
    version: str
    start: dt.date | None
    end: dt.date | None
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """A report that the catalog relies on: its state, the rows that are it (newest first), and the days not covered.

    A type 1 audit, which has a date and no period, counts as a period of that one day. `uncovered` is None where the
    audit has no period, the list was refused, or AWS gave no dates: then nobody knows. `reviewed`: by management, and
    it is the newest listed report that was reviewed.
    """

    report: AwsReport
    state: ReportState
    listed: tuple[Listed, ...]
    gaps: tuple[Gap, ...]
    uncovered: int | None
    period_days: int | None
    reviewed: bool = False


def reports(
    catalog: Catalog, gatherer: Gatherer, call: Call | None, start: dt.date | None, end: dt.date | None
) -> tuple[ReportResult, ...]:
    """The state of every report in the catalog.

    One account's list suffices to know that a report is listed. That it is not listed takes every account's answer.
    """
    found: dict[str, dict[Listed, None]] = {}
    missing: dict[Gap, None] = {}
    asked = False
    for part in _lists(gatherer, call) if call else ():
        asked = True
        missing.update(dict.fromkeys(part.gaps))
        for row in part.rows:
            if (report := _recognized(catalog, row)) is not None:
                found.setdefault(report.id, {})[_listed(row)] = None
    gaps = tuple(missing)
    results = []
    for report in catalog.reports:
        listed = sorted(
            found.get(report.id, ()), key=lambda r: (r.end or dt.date.min, r.version, r.title), reverse=True
        )
        state = ReportState.LISTED if listed else ReportState.REFUSED if gaps or not asked else ReportState.NOT_LISTED
        days = (end - start).days + 1 if start and end else None
        uncovered = None
        if report.kind == "attestation":
            uncovered = days if state is ReportState.NOT_LISTED else _uncovered(listed, start, end)
        results.append(
            ReportResult(
                report=report, state=state, listed=tuple(listed), gaps=gaps, uncovered=uncovered, period_days=days
            )
        )
    return tuple(results)


def _lists(gatherer: Gatherer, call: Call) -> Iterator[Gathered]:
    for account in gatherer.one_by_one():
        for unit in gatherer.units(account, Scope.ACCOUNT):
            yield gatherer.within(call, unit)


def _recognized(catalog: Catalog, row: Row) -> AwsReport | None:
    said = {key: str(row.get(key) or "") for key in ("series", "category")}
    return catalog.recognize(title=str(row.get("name") or ""), company=str(row.get("companyName") or ""), **said)


def combined(states: Iterable[ReportState]) -> ReportState:
    """What several reports, any of which will do, come to: listed, else refused, else not listed, else none."""
    found = set(states)
    order = (ReportState.LISTED, ReportState.REFUSED, ReportState.NOT_LISTED)
    return next((s for s in order if s in found), ReportState.NONE)


def _listed(row: Row) -> Listed:
    return Listed(
        title=str(row.get("name") or row.name),
        series=str(row.get("series") or ""),
        version=str(row.get("version") or ""),
        start=_date(row.get("periodStart")),
        end=_date(row.get("periodEnd")),
        evidence=row.evidence,
    )


def _date(value: Any) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else None


def _uncovered(listed: Sequence[Listed], start: dt.date | None, end: dt.date | None) -> int | None:
    spans = sorted((r.start, r.end) for r in listed if r.start and r.end)
    if not (start and end and spans):
        return None
    covered, reached = 0, start - dt.timedelta(days=1)
    for first, last in spans:
        begin, stop = max(first, reached + dt.timedelta(days=1)), min(last, end)
        if begin <= stop:
            covered += (stop - begin).days + 1
            reached = stop
    return (end - start).days + 1 - covered
