"""What a snapshot says: an entry for every question asked, and a header with what was planned, by whom and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from srm_docs.checks.place import Scope
from srm_docs.collect.answer import Circumstances, Question, Refusal, State
from srm_docs.collect.scope import AccountScope, OrganizationScope, Part
from srm_docs.evidence.redact import Redaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question and what came back: the digest of its body, or why there is none.

    rows, pages  counted in what was kept      size     the body's length in bytes, 0 where there is none
    digest       SHA-256 (hex) of the body, which is the canonical JSON of the list of pages; None without a page
    absent       the error code that means "off", else ""
    """

    question: Question
    state: State
    rows: int
    pages: int
    digest: str | None
    size: int
    circumstances: Circumstances | None
    refusal: Refusal | None
    absent: str
    redactions: tuple[Redaction, ...]
    evidence_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """A call that the run set out to ask. `per` is the parent call's id, or ""."""

    id: str
    scope: Scope
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a snapshot set out to do. Times are aware and in UTC; `ended` is None while it is being made.

    interrupted   for each earlier interruption, when the interrupted run last kept something (or began)
    organization  how the accounts were found, where AWS Organizations was asked for them
    part          what this is a part of, where a packet is about some accounts of a snapshot only
    previous      digest of the store's newest chain link when this was finished, "" for none: what came before it is
                  part of what its record says (`chain`)
    """

    id: str
    began: dt.datetime
    ended: dt.datetime | None
    tool_version: str
    catalog_digest: str
    demo: bool
    accounts: tuple[AccountScope, ...]
    calls: tuple[PlannedCall, ...]
    interrupted: tuple[dt.datetime, ...] = ()
    notes: tuple[str, ...] = ()
    organization: OrganizationScope | None = None
    part: Part | None = None
    previous: str = ""


def snapshot_id(moment: dt.datetime, token: str) -> str:
    """`2026-11-23T200805Z-1f3a9c` from an aware time and six random hex digits."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H%M%SZ}-{token}"
