"""Whom the policy of a queue, topic, table or vault lets in, and whether it asks for TLS: policy in, verdict out.

The same two questions are asked of each service that has resource policies, so they are judged in one place.
"""

from __future__ import annotations

from typing import Any

from srm_docs.checks.data import TRUSTED_ACCOUNTS
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.policy_document import Statement, read
from srm_docs.checks.policy_judgement import named_accounts, open_to_everyone
from srm_docs.checks.row import Given, Row


def who_is_let_in(policy: Any, row: Row, given: Given) -> Observation:
    """Whether a policy (text, mapping, or "" for none) keeps to this account and the trusted ones."""
    if not policy:
        return met("There is no policy, so the account's own principals alone are let in.")
    statements = read(policy)
    opened = open_to_everyone(statements)
    if opened:
        return unmet(f"Open to everyone: {', '.join(s.label for s in opened)}.")
    strangers = named_accounts(statements) - {row.place.account, *given[TRUSTED_ACCOUNTS]}
    if strangers:
        return unmet(f"The policy lets in accounts that are not listed: {', '.join(sorted(strangers))}.")
    return met("The policy lets in no account that is not listed.")


def refuses_without_tls(policy: Any, *actions: str) -> bool:
    """Whether a policy denies everyone these actions (those that carry data) over unencrypted transport."""
    denies = [s for s in read(policy) if _denies_plain(s)] if policy else []
    return all(any(s.takes_action(action) for s in denies) for action in actions)


def _denies_plain(s: Statement) -> bool:
    tls = (c.operator == "bool" and c.key == "aws:securetransport" and c.values == ("false",) for c in s.conditions)
    return not s.allows and s.everyone and bool(s.conditions) and all(tls)
