"""How accounts are entered, and which of an organization: what the configuration names in, nothing else."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Which accounts of an AWS organization are read, and how each is entered.

    The session (`profile` or the default chain) is that of the management account or of a delegated administrator: it
    lists the accounts, and enters each by `role_name`. `own_account` says how its own account is entered: `session` or
    `role`. An account is in scope where it matches one of the `include_` lists (all, where none is given) and none of
    the `exclude_` lists. Units are meant with all units below them; a tag is `key` or `key=value`.
    """

    role_name: str = "srm-docs"
    external_id: str = ""
    session_name: str = "srm-docs"
    profile: str = ""
    own_account: str = "session"
    include_ous: tuple[str, ...] = ()
    exclude_ous: tuple[str, ...] = ()
    include_accounts: tuple[str, ...] = ()
    exclude_accounts: tuple[str, ...] = ()
    include_tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
