"""The truth table of the seven statements, and the laws of three-valued logic behind them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.checks.observation import Status
from srm_docs.findings.rollup import WHEN, Grounds, ReportState, Statement, statement

MET, UNMET, UNKNOWN, SKIP = Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE
NONE, LISTED, MISSING, REFUSED = ReportState.NONE, ReportState.LISTED, ReportState.NOT_LISTED, ReportState.REFUSED

TABLE = [
    # primary, supporting, report, what is so of: inherited documents people excluded -> statement
    ([UNMET], [], NONE, "", Statement.DEVIATION),
    ([UNMET, UNKNOWN], [UNKNOWN], REFUSED, "inherited documents", Statement.DEVIATION),
    ([MET, UNKNOWN], [], NONE, "", Statement.NOT_DETERMINABLE),
    ([MET], [UNKNOWN], NONE, "", Statement.NOT_DETERMINABLE),
    ([MET], [UNMET, UNKNOWN], NONE, "", Statement.NOT_DETERMINABLE),
    ([MET], [], REFUSED, "", Statement.NOT_DETERMINABLE),
    ([], [], REFUSED, "inherited", Statement.NOT_DETERMINABLE),
    ([], [], NONE, "documents", Statement.NOT_PROVIDED),
    ([], [], LISTED, "documents", Statement.NOT_PROVIDED),
    ([SKIP], [SKIP], NONE, "documents", Statement.NOT_PROVIDED),
    ([SKIP], [SKIP], NONE, "people", Statement.NOT_PROVIDED),
    ([UNMET], [], NONE, "people", Statement.DEVIATION),
    ([UNKNOWN], [], NONE, "people", Statement.NOT_DETERMINABLE),
    ([], [], MISSING, "inherited", Statement.NOT_PROVIDED),
    ([], [], NONE, "inherited", Statement.NOT_PROVIDED),
    ([], [], NONE, "", Statement.NOT_PROVIDED),
    ([], [], MISSING, "", Statement.NOT_PROVIDED),
    ([SKIP], [], MISSING, "", Statement.NOT_PROVIDED),
    ([MET], [UNMET], NONE, "", Statement.PARTLY),
    ([], [MET], NONE, "", Statement.PARTLY),
    ([], [UNMET], NONE, "", Statement.PARTLY),
    ([SKIP], [MET], NONE, "", Statement.PARTLY),
    ([MET], [], NONE, "documents", Statement.PARTLY),
    ([MET], [], NONE, "people", Statement.PARTLY),
    ([MET, SKIP], [MET], LISTED, "people", Statement.PARTLY),
    ([], [], LISTED, "inherited people", Statement.PARTLY),
    ([MET], [], MISSING, "", Statement.PARTLY),
    ([], [], LISTED, "inherited documents", Statement.PARTLY),
    ([], [UNMET], LISTED, "inherited", Statement.PARTLY),
    ([], [], LISTED, "inherited", Statement.INHERITED),
    ([], [MET], LISTED, "inherited", Statement.INHERITED),
    ([MET], [], NONE, "", Statement.NO_DEVIATION),
    ([MET, SKIP], [MET], LISTED, "", Statement.NO_DEVIATION),
    ([SKIP], [], NONE, "", Statement.NOT_APPLICABLE),
    ([SKIP, SKIP], [SKIP], LISTED, "", Statement.NOT_APPLICABLE),
    ([], [], NONE, "excluded", Statement.NOT_APPLICABLE),
    ([MET], [MET], LISTED, "documents people excluded", Statement.NOT_APPLICABLE),
    ([UNMET, UNKNOWN], [UNMET], REFUSED, "documents excluded", Statement.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("primary", "supporting", "report", "so", "expected"), TABLE)
def test_truth_table(
    primary: list[Status], supporting: list[Status], report: ReportState, so: str, expected: Statement
) -> None:
    grounds = Grounds(primary=primary, supporting=supporting, report=report, **dict.fromkeys(so.split(), True))
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
    people=st.booleans(),
    excluded=st.booleans(),
)


@given(_grounds)
def test_good_news_never_stands_on_what_was_not_seen(grounds: Grounds) -> None:
    said = statement(grounds)
    unseen = UNKNOWN in {*grounds.primary, *grounds.supporting} or grounds.report is REFUSED
    if grounds.excluded:
        assert said is Statement.NOT_APPLICABLE  # management's decision, which no test makes or unmakes
    elif unseen:
        assert said in (Statement.DEVIATION, Statement.NOT_DETERMINABLE)
    if said is Statement.NO_DEVIATION:
        assert MET in grounds.primary
        assert set(grounds.primary) | set(grounds.supporting) <= {MET, SKIP}
        assert not grounds.documents
        assert not grounds.people
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
            refused = replace(grounds, **{name: statuses})
            assert statement(refused) in (statement(grounds), Statement.NOT_DETERMINABLE)


def test_no_statement_says_met() -> None:
    words = " ".join([*(str(s) for s in Statement)]).casefold().split()
    for forbidden, word in itertools.product(("met", "compliant", "satisfied", "pass", "passed"), words):
        assert forbidden != word.strip(",:.")
