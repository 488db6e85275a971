"""What a check says of one thing: a status and a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from srm_docs.checks.row import Row


class Status(StrEnum):
    """Three-valued logic and "does not apply". Belongs to checks and bullets, never to a criterion or control."""

    UNMET = "unmet"
    UNKNOWN = "unknown"
    MET = "met"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A status, the sentence that explains it, and the row it is about (the kit fills it in for each= and some=)."""

    status: Status
    note: str
    subject: Row | None = None

    def about(self, row: Row) -> Observation:
        """The same observation, said of `row` (for whole= checks)."""
        return replace(self, subject=row)


def met(note: str) -> Observation:
    """The row is as it should be."""
    return Observation(status=Status.MET, note=note)


def unmet(note: str) -> Observation:
    """The row deviates."""
    return Observation(status=Status.UNMET, note=note)


def not_applicable(note: str) -> Observation:
    """The row is not the customer's to change, or the question does not arise."""
    return Observation(status=Status.NOT_APPLICABLE, note=note)


def unknown(note: str) -> Observation:
    """The reply does not say. Used by the kit; a check seldom needs it."""
    return Observation(status=Status.UNKNOWN, note=note)
