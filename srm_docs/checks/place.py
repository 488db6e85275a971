"""Where a question is asked and a verdict is settled: account and region in, a sortable place out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GLOBAL = "global"
"""The region name of everything that AWS keeps once an account (IAM, the list of buckets …)."""

UNLISTED = "unlisted"
"""The region name of the regions nobody could list: a place that is never read and always a gap."""


class Scope(StrEnum):
    """How widely one question or one verdict reaches."""

    REGION = "region"
    ACCOUNT = "account"
    ORGANIZATION = "organization"
    """Asked before anything is planned, of the one account that lists the others; no verdict is settled so."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """An account (12 digits) and a region (`eu-west-1`, or `global`)."""

    account: str
    region: str

    def __str__(self) -> str:
        """Print as AWS people write it: `111122223333/eu-west-1`."""
        return f"{self.account}/{self.region}"
