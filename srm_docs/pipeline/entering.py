"""Into the accounts: who we are in each, in which regions, and how the accounts were found."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import Refusal, State
from srm_docs.collect.enter import enter
from srm_docs.collect.membership import members
from srm_docs.collect.run import STOPPED
from srm_docs.config import Config
from srm_docs.errors import CannotBegin

if TYPE_CHECKING:
    from srm_docs.collect.ask import Keep
    from srm_docs.collect.aws import Aws
    from srm_docs.collect.scope import AccountScope, OrganizationScope


def clock() -> dt.datetime:
    """The time now, in UTC."""
    return dt.datetime.now(dt.UTC)


def connect(config: Config) -> Aws:
    """The one that asks AWS, within the configuration's limits. Nothing is asked yet."""
    from srm_docs.collect.aws import Aws, Limits

    limits = Limits(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        attempts=config.attempts,
        concurrency=config.concurrency,
    )
    return Aws(limits, clock=clock)


def entered(config: Config, aws: Aws, keep: Keep) -> tuple[tuple[AccountScope, ...], OrganizationScope | None]:
    """Every account's scope, and how the accounts were found. Raises CannotBegin where none can be asked."""
    config, organization = _listed(config, aws, keep)
    return _enter(config, aws, keep), organization


def _listed(config: Config, aws: Aws, keep: Keep) -> tuple[Config, OrganizationScope | None]:
    """The configuration with the accounts that AWS Organizations lists, where it asks for them.

    Raises CannotBegin where they cannot be listed and none is configured by its id.
    """
    from srm_docs.checks.calls.entry import CALLER

    wanted = config.organization
    if wanted is None:
        return config, None
    opened = aws.enter(Access(profile=wanted.profile), CALLER)
    if isinstance(opened, Refusal):
        raise CannotBegin(
            f"The account that lists the organization could not be entered: {opened.code}: {opened.message}",
            hint="`aws sts get-caller-identity` with the same profile must work; mend `profile` in [aws_organization].",
        )
    lister = Place(account=opened.account, region=GLOBAL)
    found = members(wanted, config.accounts, lister=lister, partition=opened.partition, ask=aws, keep=keep)
    refusal = found.scope.refusal
    if refusal and not found.accounts:
        raise CannotBegin(
            f"The accounts of the organization could not be listed from {opened.account}: "
            f"{refusal.code}: {refusal.message}",
            hint="Sign in to the management account or a delegated administrator and allow organizations:ListAccounts "
            "(ListParents, ListTagsForResource to choose by unit and tag), or name accounts under [[accounts]].",
        )
    if not found.accounts:
        raise CannotBegin(
            f"None of the {found.scope.members:,} accounts of the organization is in scope.",
            hint="Mend the include_ and exclude_ lists of [aws_organization] in srm-docs.toml.",
        )
    return replace(config, accounts=found.accounts), found.scope


def _enter(config: Config, aws: Aws, keep: Keep) -> tuple[AccountScope, ...]:
    """The accounts' scopes. Raises CannotBegin where no account could be entered."""
    from srm_docs.checks.calls.entry import CALLER, REGIONS

    scopes = enter(
        config.accounts,
        door=aws,
        ask=aws,
        keep=keep,
        caller=CALLER,
        regions=REGIONS,
        wanted=config.regions,
        home=aws.home,
    )
    if not any(s.entered for s in scopes):
        refusal = next(s.refusal for s in scopes if s.refusal)
        raise CannotBegin(
            f"No account could be entered: {refusal.code}: {refusal.message}",
            hint=_entry_mend(refusal),
        )
    return scopes


def _entry_mend(refusal: Refusal) -> str:
    if refusal.code in STOPPED:
        return "Sign in again (for SSO: `aws sso login`) and repeat."
    if refusal.state in (State.THROTTLED, State.TIMED_OUT, State.FAILED):
        return "Check the network and AWS_ENDPOINT_URL, wait a little and repeat."
    return "`aws sts get-caller-identity` with the same profile must work; then check id, role_arn, external_id."
