"""Say where a criterion or control stands: what tests, reports and documents give in, one of seven statements out.

Met, unmet and unknown belong to tests and responsibilities. A criterion or control is never said to be met: management
states what its self-tests found and what is missing, and the auditor concludes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from srm_docs.checks.observation import Status
from srm_docs.checks.verdict import worst
from srm_docs.said import Said, say


class Statement(StrEnum):
    """The seven statements, worst first."""

    DEVIATION = "deviation noted"
    NOT_DETERMINABLE = "not determinable"
    NOT_PROVIDED = "not provided"
    PARTLY = "partly evidenced"
    INHERITED = "inherited"
    NO_DEVIATION = "no deviation in self-tests"
    NOT_APPLICABLE = "not applicable"


WHEN: dict[Statement, Said] = {
    Statement.DEVIATION: say("A self-test behind a primary link found a deviation."),
    Statement.NOT_DETERMINABLE: say(
        "No primary deviation, and AWS refused or did not say something that a self-test or a report relied on needs."
    ),
    Statement.NOT_PROVIDED: say(
        "Nothing of the above, no self-test that applies and no document. A listed report alone is enough only where "
        "AWS does all of it."
    ),
    Statement.PARTLY: say(
        "Nothing of the above, and either all links are supporting, or documents, a report or what only people can "
        "show are outstanding, or a self-test behind a supporting link found a deviation, which is named, or documents "
        "are recorded and no self-test applies."
    ),
    Statement.INHERITED: say(
        "AWS does it, and AWS Artifact lists the report relied on. Whether management reviewed it is said with it."
    ),
    Statement.NO_DEVIATION: say(
        "No self-test behind a primary link deviated, and neither a document nor what only people can show is "
        "outstanding."
    ),
    Statement.NOT_APPLICABLE: say(
        "Nothing of the kind exists in scope, or management excluded the control; the reason is printed."
    ),
}
"""When each statement is made: "How to read this" prints this table."""


class ReportState(StrEnum):
    """What AWS Artifact said of the reports that a requirement relies on."""

    NONE = "none relied on"
    LISTED = "listed"
    NOT_LISTED = "not listed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """All that a statement rests on.

    primary, supporting   statuses of the tests behind links of that strength
    report                the AWS report relied on
    inherited             AWS does all of it, so that the report alone is the ground
    documents             documents are needed and were not provided
    people                a primary link rests on what only people can show, and it was not provided
    recorded              management recorded evidence of people for it, whether or not all of it
    excluded              management left the control out of the Statement of Applicability, with a reason
    """

    primary: Sequence[Status] = ()
    supporting: Sequence[Status] = ()
    report: ReportState = ReportState.NONE
    inherited: bool = False
    documents: bool = False
    people: bool = False
    recorded: bool = False
    excluded: bool = False


def statement(grounds: Grounds) -> Statement:
    """The one statement that the grounds allow, worst first. Pure; the truth table is tests/test_findings_rollup.py."""
    if grounds.excluded:
        return Statement.NOT_APPLICABLE
    primary, supporting = worst(grounds.primary), worst(grounds.supporting)
    outstanding = grounds.documents or grounds.people
    listed = grounds.report is ReportState.LISTED
    if primary is Status.UNMET:
        return Statement.DEVIATION
    if Status.UNKNOWN in {*grounds.primary, *grounds.supporting} or grounds.report is ReportState.REFUSED:
        return Statement.NOT_DETERMINABLE
    tested = {primary, supporting} & {Status.MET, Status.UNMET}
    missing = outstanding or grounds.inherited or grounds.report is ReportState.NOT_LISTED
    if not tested and not (grounds.inherited and listed) and (grounds.recorded or missing):
        # a document shows what it shows, and nothing was tested: it is neither nothing nor the whole
        return Statement.PARTLY if grounds.recorded else Statement.NOT_PROVIDED
    if (
        supporting is Status.UNMET
        or outstanding
        or grounds.report is ReportState.NOT_LISTED
        or (grounds.inherited and not listed)
        or (tested and primary is not Status.MET and not grounds.inherited)
    ):
        return Statement.PARTLY
    if grounds.inherited:
        return Statement.INHERITED
    if primary is Status.MET:
        return Statement.NO_DEVIATION
    return Statement.NOT_APPLICABLE if grounds.primary or grounds.supporting else Statement.NOT_PROVIDED


def responsibility_status(tests: Sequence[Status]) -> Status | None:
    """Where a customer responsibility stands: the worst of its tests, or None where no test speaks of it."""
    return worst(tests) if tests else None
