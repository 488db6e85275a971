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


def regions_in_scope(
    listed: Sequence[Mapping[str, Any]] | None, wanted: Sequence[str], home: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Regions in scope and enabled regions left out, sorted.

    `listed` are the rows of ec2:DescribeRegions, or None where AWS refused them: then the wanted regions (or the home
    region alone) are asked, and the caller must say that there may be more. Raises CannotBegin on a region that AWS
    does not know or that is not enabled.
    """
    if listed is None:
        return tuple(sorted(set(wanted) or {home})), ()
    known = {str(r["RegionName"]): str(r.get("OptInStatus", "opt-in-not-required")) for r in listed}
    enabled = {name for name, status in known.items() if status in ENABLED}
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
                f"The region {region} is not enabled in this account.",
                hint="Enable it in the account settings, or take it out of `regions` in srm-docs.toml.",
            )
    chosen = set(wanted) or enabled
    return tuple(sorted(chosen)), tuple(sorted(enabled - chosen))
