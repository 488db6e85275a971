"""Cut a snapshot down to some of its accounts: a snapshot and account ids in, a smaller one out, judged like any other.

What is left is only what was asked of these accounts, so that a packet of one account tells its reader nothing of the
others but how many they are. The header says what it is a part of.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from srm_docs.collect.scope import Part
from srm_docs.errors import UsageError
from srm_docs.evidence.snapshot import Snapshot, assemble


def part(whole: Snapshot, accounts: Sequence[str]) -> Snapshot:
    """The snapshot of these accounts; the whole where none or all are named. UsageError for one that it has not."""
    known = [a.id for a in whole.header.accounts]
    for account in accounts:
        if account not in known:
            raise UsageError(f"The snapshot {whole.header.id} has no account {account}.", hint=_hint(account, whole))
    if not accounts or set(accounts) == set(known):
        return whole
    header = replace(
        whole.header,
        accounts=tuple(a for a in whole.header.accounts if a.id in accounts),
        organization=None,
        part=Part(accounts=len(known), record=whole.record),
    )
    kept = (entry for entry in whole.entries.values() if entry.question.place.account in accounts)
    return assemble(header, kept, whole.bodies)


def _hint(account: str, whole: Snapshot) -> str:
    known = [a.id for a in whole.header.accounts]
    out = whole.header.organization.left_out if whole.header.organization else ()
    if found := next((a for a in out if a.id == account), None):
        return f"It was left out: {found.out}: {found.why}. Change that in srm-docs.toml and collect again."
    near = difflib.get_close_matches(account, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"It has {', '.join(known[:10])}."
