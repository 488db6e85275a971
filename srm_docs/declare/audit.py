"""What management says about the audit: configuration in, one frozen declaration out.

Everything here reaches the packet verbatim, so that it can be judged again from the packet alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class AuditType(StrEnum):
    """SOC 2 report type: design at a date, or design and operation over a period."""

    TYPE_1 = "type 1"
    TYPE_2 = "type 2"


class Category(StrEnum):
    """Trust services categories. Security is always in scope."""

    SECURITY = "security"
    AVAILABILITY = "availability"
    CONFIDENTIALITY = "confidentiality"
    PROCESSING_INTEGRITY = "processing integrity"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Management's approval of the control mapping: who, when, and of which catalog (SHA-256, hex)."""

    name: str
    date: dt.date
    catalog_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The declared frame of one audit. None and empty strings are facts: the documents print NOT PROVIDED."""

    organization: str = ""
    legal_name: str = ""
    system: str = ""
    type: AuditType = AuditType.TYPE_1
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    frameworks: tuple[str, ...] = ("soc2", "iso27001")
    categories: tuple[Category, ...] = (Category.SECURITY,)
    offices_in_scope: bool = False
    version: str = ""
    classification: str = "Confidential"
    prepared_by: str = ""
    approval: Approval | None = None
    accent: str = "#123A5C"
    second: str = ""
    paper: str = "A4"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    demo: bool = False


def to_data(audit: Audit) -> dict[str, Any]:
    """Plain JSON types; dates as ISO strings."""
    data: dict[str, Any] = {}
    for f in fields(audit):
        value = getattr(audit, f.name)
        if isinstance(value, Approval):
            value = {"catalog_digest": value.catalog_digest, "date": value.date.isoformat(), "name": value.name}
        elif isinstance(value, dt.date):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = [str(v) for v in value]
        elif isinstance(value, Mapping):
            value = dict(value)
        elif isinstance(value, StrEnum):
            value = str(value)
        data[f.name] = value
    return data


def from_data(data: Mapping[str, Any]) -> Audit:
    """The inverse of `to_data`. Raises KeyError, TypeError or ValueError on data that `to_data` cannot have made."""
    plain = dict(data)
    for name in ("period_start", "period_end"):
        plain[name] = dt.date.fromisoformat(plain[name]) if plain[name] else None
    if plain["approval"]:
        said = plain["approval"]
        plain["approval"] = Approval(
            name=said["name"], date=dt.date.fromisoformat(said["date"]), catalog_digest=said["catalog_digest"]
        )
    plain["type"] = AuditType(plain["type"])
    plain["categories"] = tuple(Category(c) for c in plain["categories"])
    plain["frameworks"] = tuple(plain["frameworks"])
    return Audit(**plain)
