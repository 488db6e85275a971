"""How an account is entered: what the configuration names in, nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How an account is entered: a profile or the default chain, then (if given) a role."""

    account: str = ""
    name: str = ""
    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    session_name: str = "srm-docs"
