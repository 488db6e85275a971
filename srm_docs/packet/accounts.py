"""One account at a time: results, ledger and header in, a line for each account out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from srm_docs.checks.observation import Status
from srm_docs.checks.verdict import worst
from srm_docs.collect.answer import REFUSALS
from srm_docs.evidence.entry import Entry
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.findings.judge import Result
from srm_docs.packet.model import AccountLine, AccountPage


def account_pages(
    accounts: Iterable[AccountLine], results: Sequence[Result], ledger: Iterable[LedgerRow], entries: Iterable[Entry]
) -> tuple[AccountPage, ...]:
    """What each account's own places say. A test's status in an account is the worst of those at its places there."""
    statuses: dict[str, dict[str, Status]] = {}
    for result in results:
        by: dict[str, list[Status]] = {}
        for finding in result.findings:
            by.setdefault(finding.place.account, []).append(finding.status)
        for account, found in by.items():
            statuses.setdefault(account, {})[result.check.id] = worst(found)
    unread = Counter(row.place.account for row in ledger if row.state in REFUSALS)
    evidence = Counter(entry.question.place.account for entry in entries)
    return tuple(_page(line, statuses.get(line.id, {}), unread[line.id], evidence[line.id]) for line in accounts)


def _page(line: AccountLine, statuses: dict[str, Status], unread: int, evidence: int) -> AccountPage:
    count = Counter(statuses.values())
    return AccountPage(
        id=line.id,
        name=line.name,
        entered=line.entered,
        regions=line.regions,
        left_out=line.left_out,
        tests=len(statuses),
        met=count[Status.MET],
        unmet=count[Status.UNMET],
        unknown=count[Status.UNKNOWN],
        not_applicable=count[Status.NOT_APPLICABLE],
        deviating=tuple(test for test, status in statuses.items() if status is Status.UNMET),
        unread=unread,
        evidence=evidence,
    )
