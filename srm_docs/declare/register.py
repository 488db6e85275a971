"""The register as one value: what management says, kind by kind, with its digest and the files it came from. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from srm_docs.catalog.model import Catalog
from srm_docs.declare.audit import Audit, Category
from srm_docs.declare.items import (
    Applicability,
    Imported,
    Incident,
    Item,
    KnownException,
    LetterFacts,
    ManualEvidence,
    OwnControl,
    OwnCuec,
    Readiness,
    RecordKept,
    ReportReview,
    Request,
    Response,
    Responsibility,
    Review,
    RiskAcceptance,
    Suppression,
    SystemChange,
    SystemPart,
)
from srm_docs.said import say

FOLDER: Final = "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Everything that management has registered. Without a folder it is empty, and every place prints NOT PROVIDED.

    `files` are those that a packet carries, by path below register/; `digest` is over them, as `catalog.load.digest`
    makes it, and empty where there is none. `lines` are where the items stand, by (kind, id).
    """

    controls: tuple[OwnControl, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    soa: tuple[Applicability, ...] = ()
    findings: tuple[Response, ...] = ()
    exceptions: tuple[KnownException, ...] = ()
    risk_acceptances: tuple[RiskAcceptance, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    evidence: tuple[ManualEvidence, ...] = ()
    reviews: tuple[Review, ...] = ()
    aws_reports: tuple[ReportReview, ...] = ()
    cuecs: tuple[OwnCuec, ...] = ()
    incidents: tuple[Incident, ...] = ()
    changes: tuple[SystemChange, ...] = ()
    records: tuple[RecordKept, ...] = ()
    system: tuple[SystemPart, ...] = ()
    letters: tuple[LetterFacts, ...] = ()
    requests: tuple[Request, ...] = ()
    imports: tuple[Imported, ...] = ()
    digest: str = ""
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def items(self, kind: str) -> tuple[Item, ...]:
        """The items of one kind (`risk-acceptances`), in the order of their file."""
        found: tuple[Item, ...] = getattr(self, attribute(kind))
        return found

    def serving(self, name: str, as_of: dt.date) -> tuple[ManualEvidence, ...]:
        """The manual evidence that counts on a day for a criterion, control, clause or responsibility."""
        return tuple(e for e in self.evidence if counts(e, as_of) and name in served(e))

    def completed(self, name: str, as_of: dt.date) -> bool:
        """Whether management says that, with evidence which counts on that day, nothing is outstanding for it."""
        return any(name in e.completes for e in self.serving(name, as_of))

    def review_of(self, report: str, as_of: dt.date) -> ReportReview | None:
        """Management's review of a report of AWS, if there is one on that day; whether it expired is not looked at."""
        return next((r for r in self.aws_reports if r.id == report and r.reviewed_on and r.reviewed_on <= as_of), None)

    def record(self, kind: str) -> RecordKept | None:
        """Management's word that the list of incidents or changes is whole for a time, if there is one."""
        return next((kept for kept in self.records if kept.id == kind), None)

    def letter(self, name: str) -> LetterFacts | None:
        """What management gave for a letter."""
        return next((given for given in self.letters if given.id == name), None)

    @property
    def exclusions(self) -> Mapping[str, str]:
        """The Annex A controls that are not applicable, with the reason."""
        return {line.id: line.exclusion for line in self.soa if line.applicable is False}


EMPTY: Final = Register()


def attribute(kind: str) -> str:
    """The name of a kind's items in `Register`."""
    return kind.replace("-", "_")


def served(item: ManualEvidence) -> tuple[str, ...]:
    """The criteria, controls, clauses and responsibilities that an item of manual evidence serves."""
    return (*item.soc2, *item.iso27001, *item.responsibilities)


def counts(item: ManualEvidence, as_of: dt.date) -> bool:
    """Whether manual evidence may be relied on that day: obtained by then, ready, and not past its validity."""
    obtained = item.obtained_on is not None and item.obtained_on <= as_of
    return obtained and item.status == Readiness.READY and not past(item.valid_until, as_of)


def spoken_for(kept: RecordKept | None, as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days for which a record counts, as known on a day.

    A review after that day was typed ahead and counts for none; and of days after a review nobody could look.
    """
    if kept is None or not (kept.period_from and kept.period_to and kept.reviewed_on) or kept.reviewed_on > as_of:
        return None
    return kept.period_from, min(kept.period_to, kept.reviewed_on)


def past(day: dt.date | None, as_of: dt.date) -> bool:
    """Whether a last day is over. Without a last day nothing expires."""
    return day is not None and day < as_of


def needless(register: Register, audit: Audit) -> dict[str, str]:
    """The parts of the system description that need no words of their own, each with why."""
    found: dict[str, str] = {}
    if register.cuecs:
        found["user-controls"] = say("they stand in cuecs.yaml")
    if len(audit.categories) == len(Category):
        found["categories-left-out"] = say("none is left out")
    return found


def last_day(item: Incident | SystemChange) -> dt.date:
    """The last day of an incident, or of a change the day that it is of; what lasts has no last day yet."""
    if isinstance(item, Incident):
        return item.resolved_on or dt.date.max
    return item.date or dt.date.max


def meets(item: Incident | SystemChange, start: dt.date | None, end: dt.date | None) -> bool:
    """Whether an incident or a change falls into a time, if only in part. An end that is not known leaves none out."""
    return (start is None or last_day(item) >= start) and (end is None or item.date is None or item.date <= end)


def in_force(catalog: Catalog, audit: Audit, register: Register) -> Catalog:
    """The catalog with what management decided: offices in scope, and controls that are not applicable."""
    catalog = catalog.with_offices() if audit.offices_in_scope else catalog
    return catalog.excluding(register.exclusions)
