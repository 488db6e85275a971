"""The truth table of the seven statements, and the laws of three-valued logic behind them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.checks.observation import Status
from srm_docs.findings.rollup import WHEN, Grounds, ReportState, Statement, statement

MET, UNMET, UNKNOWN, SKIP = Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE
NONE, LISTED, MISSING, REFUSED = ReportState.NONE, ReportState.LISTED, ReportState.NOT_LISTED, ReportState.REFUSED

TABLE = [
    # primary, supporting, report, inherited, documents -> statement
    ([UNMET], [], NONE, False, False, Statement.DEVIATION),
    ([UNMET, UNKNOWN], [UNKNOWN], REFUSED, True, True, Statement.DEVIATION),
    ([MET, UNKNOWN], [], NONE, False, False, Statement.NOT_DETERMINABLE),
    ([MET], [UNKNOWN], NONE, False, False, Statement.NOT_DETERMINABLE),
    ([MET], [UNMET, UNKNOWN], NONE, False, False, Statement.NOT_DETERMINABLE),
    ([MET], [], REFUSED, False, False, Statement.NOT_DETERMINABLE),
    ([], [], REFUSED, True, False, Statement.NOT_DETERMINABLE),
    ([], [], NONE, False, True, Statement.NOT_PROVIDED),
    ([], [], LISTED, False, True, Statement.NOT_PROVIDED),
    ([SKIP], [SKIP], NONE, False, True, Statement.NOT_PROVIDED),
    ([], [], MISSING, True, False, Statement.NOT_PROVIDED),
    ([], [], NONE, True, False, Statement.NOT_PROVIDED),
    ([], [], NONE, False, False, Statement.NOT_PROVIDED),
    ([], [], MISSING, False, False, Statement.NOT_PROVIDED),
    ([SKIP], [], MISSING, False, False, Statement.NOT_PROVIDED),
    ([MET], [UNMET], NONE, False, False, Statement.PARTLY),
    ([], [MET], NONE, False, False, Statement.PARTLY),
    ([], [UNMET], NONE, False, False, Statement.PARTLY),
    ([SKIP], [MET], NONE, False, False, Statement.PARTLY),
    ([MET], [], NONE, False, True, Statement.PARTLY),
    ([MET], [], MISSING, False, False, Statement.PARTLY),
    ([], [], LISTED, True, True, Statement.PARTLY),
    ([], [UNMET], LISTED, True, False, Statement.PARTLY),
    ([], [], LISTED, True, False, Statement.INHERITED),
    ([], [MET], LISTED, True, False, Statement.INHERITED),
    ([MET], [], NONE, False, False, Statement.NO_DEVIATION),
    ([MET, SKIP], [MET], LISTED, False, False, Statement.NO_DEVIATION),
    ([SKIP], [], NONE, False, False, Statement.NOT_APPLICABLE),
    ([SKIP, SKIP], [SKIP], LISTED, False, False, Statement.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("primary", "supporting", "report", "inherited", "documents", "expected"), TABLE)
def test_truth_table(
    primary: list[Status],
    supporting: list[Status],
    report: ReportState,
    inherited: bool,
    documents: bool,
    expected: Statement,
) -> None:
    grounds = Grounds(primary=primary, supporting=supporting, report=report, inherited=inherited, documents=documents)
    assert statement(grounds) is expected


def test_every_statement_is_in_the_table_and_explained() -> None:
    assert {row[-1] for row in TABLE} == set(Statement) == set(WHEN)


_statuses = st.lists(st.sampled_from(Status), max_size=4)
_grounds = st.builds(
    Grounds,
    primary=_statuses,
    supporting=_statuses,
    report=st.sampled_from(ReportState),
    inherited=st.booleans(),
    documents=st.booleans(),
)


@given(_grounds)
def test_good_news_never_stands_on_what_was_not_seen(grounds: Grounds) -> None:
    said = statement(grounds)
    unseen = UNKNOWN in {*grounds.primary, *grounds.supporting} or grounds.report is REFUSED
    if unseen:
        assert said in (Statement.DEVIATION, Statement.NOT_DETERMINABLE)
    if said is Statement.NO_DEVIATION:
        assert MET in grounds.primary
        assert set(grounds.primary) | set(grounds.supporting) <= {MET, SKIP}
        assert not grounds.documents
    if said is Statement.INHERITED:
        assert grounds.inherited
        assert grounds.report is LISTED


@given(_grounds, st.integers(0, 3))
def test_refusing_a_test_never_improves_a_statement(grounds: Grounds, at: int) -> None:
    """The denial law one floor up: unchanged, or not determinable."""
    for name in ("primary", "supporting"):
        statuses = list(getattr(grounds, name))
        if at < len(statuses):
            statuses[at] = UNKNOWN
            refused = Grounds(
                primary=statuses if name == "primary" else grounds.primary,
                supporting=statuses if name == "supporting" else grounds.supporting,
                report=grounds.report,
                inherited=grounds.inherited,
                documents=grounds.documents,
            )
            assert statement(refused) in (statement(grounds), Statement.NOT_DETERMINABLE)


def test_no_statement_says_met() -> None:
    words = " ".join([*(str(s) for s in Statement)]).casefold().split()
    for forbidden, word in itertools.product(("met", "compliant", "satisfied", "pass", "passed"), words):
        assert forbidden != word.strip(",:.")
