"""Nothing -> the word for a refusal that the demo is sure to give: `PlannedRefusal`, known to parent and child."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRefusal:
    """One refusal that the demo is sure to give. An empty `region` means every region.

    `kind` is the coverage state it should become: denied, throttled, partial, disabled or unsupported.
    """

    call: str
    account: str
    region: str
    kind: str
    code: str
    about: str
