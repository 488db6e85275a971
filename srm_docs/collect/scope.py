"""Which accounts and regions are asked: what AWS lists and what the configuration wants in, scopes out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from srm_docs.collect.answer import Refusal
from srm_docs.errors import CannotBegin

ENABLED = frozenset({"opt-in-not-required", "opted-in"})
"""The values of OptInStatus with which a region answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScope:
    """An account as it was entered (or not), its regions in scope, and the enabled ones that configuration leaves out.

    `regions_listed` is False where AWS did not say which regions are enabled: then completeness is not determinable.
    """

    id: str
    name: str
    partition: str
    caller_arn: str
    entered: bool
    refusal: Refusal | None
    regions: tuple[str, ...]
    left_out: tuple[str, ...]
    regions_listed: bool


class Out(StrEnum):
    """Why an account of the organization was not read."""

    CONFIGURATION = "out of scope by configuration"
    STATE = "not active"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An account of the organization that was left out on purpose; `why` is the rule, or AWS's word for its state."""

    id: str
    name: str
    out: Out
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationScope:
    """How the organization's accounts were found: who listed them, and which were left out.

    A `refusal` means that nobody listed them: the accounts that were read are those of the configuration, and whether
    there are more is not determinable.
    """

    lister: str
    management: str
    members: int
    left_out: tuple[LeftOut, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A packet of some accounts of a snapshot: how many accounts the whole has, and its record digest."""

    accounts: int
    record: str


Listing = Sequence[Mapping[str, Any]]
"""The rows of ec2:DescribeRegions with all regions: those that are not enabled too."""


def regions_in_scope(
    listed: Listing | None, wanted: Sequence[str], home: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """An account's regions in scope and enabled regions left out, sorted.

    `listed` is None where AWS refused it: then the wanted regions (or the home region alone) are asked, and the caller
    must say that there may be more. A region that the account has not enabled holds nothing of it and is no gap.
    """
    if listed is None:
        return tuple(sorted(set(wanted) or {home})), ()
    enabled = _enabled(listed)
    chosen = set(wanted) & enabled if wanted else enabled
    return tuple(sorted(chosen)), tuple(sorted(enabled - chosen))


def check_wanted(wanted: Sequence[str], listings: Sequence[Listing]) -> None:
    """Raise CannotBegin on a wanted region that no account knows, or that none has enabled.

    `listings` are those of all accounts that were entered: a region may be enabled in one and not in the next, and
    accounts of several partitions know different ones.
    """
    known = {str(r["RegionName"]) for listed in listings for r in listed}
    enabled = {region for listed in listings for region in _enabled(listed)}
    for region in wanted:
        if region not in known:
            near = difflib.get_close_matches(region, sorted(known), n=1)
            raise CannotBegin(
                f"AWS knows no region {region!r}.",
                hint=f"Did you mean {near[0]}?"
                if near
                else "Mend `regions` in srm-docs.toml: " + ", ".join(sorted(enabled)),
            )
        if region not in enabled:
            raise CannotBegin(
                f"The region {region} is not enabled in {'this account' if len(listings) == 1 else 'any account'}.",
                hint="Enable it in the account settings, or take it out of `regions` in srm-docs.toml.",
            )


def _enabled(listed: Listing) -> set[str]:
    return {str(r["RegionName"]) for r in listed if str(r.get("OptInStatus", "opt-in-not-required")) in ENABLED}
