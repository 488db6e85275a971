"""Verdicts rest on what was read: places, gaps, parents, reports; and conclusions as data say the same again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import replace

import pytest

from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, UNLISTED, Place
from srm_docs.collect.answer import NOT_OFFERED, Answer
from srm_docs.declare.audit import Audit, AuditType
from srm_docs.evidence.streamed import pieces
from srm_docs.findings.conclude import Conclusions, conclude, to_data
from srm_docs.findings.judge import Finding, Result
from srm_docs.findings.reports import ReportResult
from srm_docs.findings.rollup import ReportState, Statement
from tests import small_estate as small
from tests.small_estate import BUCKETS, DETECTORS, FIRST, POLICIES, REPORTS, SECOND, VOLUMES, Estate

MET, UNMET, UNKNOWN, SKIP = Status.MET, Status.UNMET, Status.UNKNOWN, Status.NOT_APPLICABLE
IRELAND, VIRGINIA = Place(account=FIRST, region="eu-west-1"), Place(account=FIRST, region="us-east-1")
WHOLE = Place(account=FIRST, region=GLOBAL)
BUCKET = Answer(pages=({"Buckets": [{"Name": "b"}]},))


def result(conclusions: Conclusions, check: str) -> Result:
    return next(r for r in conclusions.results if r.check.id == check)


def places(conclusions: Conclusions, check: str) -> dict[Place, Finding]:
    return {f.place: f for f in result(conclusions, check).findings}


def at(call: str, place: Place, answer: Answer) -> dict[tuple[str, ...], Answer]:
    return {(call, place.account, place.region): answer}


def test_each_region_is_judged_for_itself() -> None:
    estate = Estate(at(VOLUMES.id, IRELAND, small.volumes(True, True)) | at(VOLUMES.id, VIRGINIA, small.refused()))
    found = places(small.concluded(estate), "volumes_are_encrypted")
    assert {p: f.status for p, f in found.items()} == {IRELAND: MET, VIRGINIA: UNKNOWN}
    assert found[IRELAND].gaps == ()
    assert [g.code for g in found[VIRGINIA].gaps] == ["AccessDenied"]


NO_SERVICE = Answer(absent=NOT_OFFERED)


def test_a_service_that_the_region_does_not_have_is_not_applicable_and_neither_met_nor_a_deviation() -> None:
    found = places(small.concluded(Estate(at(DETECTORS.id, IRELAND, NO_SERVICE))), "a_detector_watches")
    assert {p: f.status for p, f in found.items()} == {IRELAND: SKIP, VIRGINIA: UNMET}
    (said,) = found[IRELAND].judged
    assert (said.is_place, said.note) == (
        True, "AWS does not offer guardduty in this region, so that there is nothing to judge.",
    )  # fmt: skip
    assert said.evidence in found[IRELAND].evidence
    estate = Estate({(BUCKETS.id, FIRST, GLOBAL): NO_SERVICE})
    assert places(small.concluded(estate), "bucket_policies_are_closed")[WHOLE].status is SKIP


def test_a_check_of_the_account_reads_the_regions_that_have_the_service() -> None:
    check = "every_volume_of_the_account_is_encrypted"
    some = at(VOLUMES.id, IRELAND, NO_SERVICE)
    for volumes, status in ((small.volumes(True), MET), (small.volumes(False), UNMET), (small.refused(), UNKNOWN)):
        conclusions = small.concluded(Estate(some | at(VOLUMES.id, VIRGINIA, volumes)))
        assert places(conclusions, check)[WHOLE].status is status
    conclusions = small.concluded(Estate(some | at(VOLUMES.id, VIRGINIA, NO_SERVICE)))
    assert places(conclusions, check)[WHOLE].status is SKIP


def test_a_join_with_a_service_that_is_not_there_proves_nothing() -> None:
    check, none = "volumes_and_buckets_agree", {(BUCKETS.id, FIRST, GLOBAL): NO_SERVICE}
    found = places(small.concluded(Estate(none)), check)[IRELAND]
    assert (found.status, found.judged[0].note) == (
        UNKNOWN, "AWS does not offer s3 in this region, and the test needs buckets.",
    )  # fmt: skip
    first = Estate({(BUCKETS.id, FIRST, GLOBAL): BUCKET} | at(VOLUMES.id, IRELAND, NO_SERVICE))
    assert places(small.concluded(first), check)[IRELAND].status is SKIP
    refused = Estate({(BUCKETS.id, FIRST, GLOBAL): small.refused()} | at(VOLUMES.id, IRELAND, NO_SERVICE))
    assert places(small.concluded(refused), check)[IRELAND].status is UNKNOWN


def test_what_was_read_before_a_refusal_stays() -> None:
    page = {"Volumes": [{"Id": "v", "Encrypted": False}, {"Id": "w", "Encrypted": True}]}
    found = places(small.concluded(Estate(at(VOLUMES.id, IRELAND, small.refused(page)))), "volumes_are_encrypted")
    assert found[IRELAND].status is UNMET
    assert [(j.name, j.status) for j in found[IRELAND].judged] == [("v", UNMET), ("w", MET)]


def test_an_account_that_was_not_entered_is_unknown_and_never_absent() -> None:
    estate = Estate(
        small.everywhere(VOLUMES, small.volumes(True)),
        (small.account(FIRST), small.account(SECOND, entered=False)),
    )
    conclusions = small.concluded(estate)
    for r in conclusions.results:
        closed = [f for f in r.findings if f.place.account == SECOND]
        assert [f.status for f in closed] == [UNKNOWN], r.check.id
        assert {g.code for g in closed[0].gaps} == {"AccessDenied"}
        assert r.status in (UNKNOWN, UNMET)
    gaps = {(g.call, g.place.region) for r in conclusions.results for g in r.gaps if g.place.account == SECOND}
    assert (BUCKETS.id, GLOBAL) in gaps, "a gap of an account-wide call is where the ledger has its row"
    assert (VOLUMES.id, UNLISTED) in gaps


def test_regions_that_nobody_could_list_keep_a_verdict_open() -> None:
    estate = Estate(
        small.everywhere(VOLUMES, small.volumes(True)) | small.everywhere(DETECTORS, Answer(pages=({"Ids": ["on"]},))),
        (small.account(listed=False),),
    )
    conclusions = small.concluded(estate)
    found = places(conclusions, "volumes_are_encrypted")
    assert found[Place(account=FIRST, region=UNLISTED)].status is UNKNOWN
    assert found[IRELAND].status is MET
    assert places(conclusions, "every_volume_of_the_account_is_encrypted")[WHOLE].status is UNKNOWN
    assert places(conclusions, "bucket_policies_are_closed")[WHOLE].status is SKIP, "buckets are listed account-wide"


def test_a_deviation_stays_one_where_regions_could_not_be_listed() -> None:
    estate = Estate(small.everywhere(VOLUMES, small.volumes(False)), (small.account(listed=False),))
    assert places(small.concluded(estate), "every_volume_of_the_account_is_encrypted")[WHOLE].status is UNMET


def test_a_question_that_was_never_asked_is_a_gap() -> None:
    kept = small.collected(Estate(small.everywhere(VOLUMES, small.volumes(True))))
    del kept.entries[small.question(VOLUMES, VIRGINIA).key]
    found = places(conclude(small.catalog(), small.CHECKS, small.CALLS, kept, Audit()), "volumes_are_encrypted")
    assert (found[VIRGINIA].status, [g.code for g in found[VIRGINIA].gaps]) == (UNKNOWN, ["NotRun"])


def test_nothing_to_ask_rests_on_the_parents_answer() -> None:
    found = places(small.concluded(Estate()), "bucket_policies_are_closed")[WHOLE]
    listing = small.question(BUCKETS, WHOLE).evidence_id
    assert (found.status, found.evidence) == (SKIP, (listing,))
    found = places(small.concluded(Estate(at(BUCKETS.id, WHOLE, BUCKET))), "bucket_policies_are_closed")[WHOLE]
    assert found.evidence == (small.question(POLICIES, WHOLE, Bucket="b").evidence_id, listing), "its own first"


def test_a_refused_parent_makes_its_children_unknown() -> None:
    found = places(small.concluded(Estate(at(BUCKETS.id, WHOLE, small.refused()))), "bucket_policies_are_closed")
    assert found[WHOLE].status is UNKNOWN


def test_an_answer_that_means_off_is_judged() -> None:
    estate = Estate(at(BUCKETS.id, WHOLE, BUCKET) | at(POLICIES.id, WHOLE, Answer(absent="NoSuchBucketPolicy")))
    found = places(small.concluded(estate), "bucket_policies_are_closed")[WHOLE]
    assert [(j.name, j.status) for j in found.judged] == [("b", MET)]


@pytest.mark.parametrize(
    ("answer", "status", "judged"),
    [
        (Answer(pages=({"Ids": ["off", "on"]},)), MET, ["on: It watches."]),
        (Answer(pages=({"Ids": ["off"]},)), UNMET, ["It is off."]),
        (Answer(pages=({"Ids": []},)), UNMET, ["No detector exists here."]),
        (Answer(pages=({"Ids": ["off", "mute"]},)), UNKNOWN, ["The reply does not hold Status."]),
        (small.refused(), UNKNOWN, []),
        (small.refused({"Ids": ["off"]}), UNKNOWN, []),
        (small.refused({"Ids": ["on"]}), MET, ["on: It watches."]),
    ],
)
def test_at_least_one_is_a_fact_about_the_place(answer: Answer, status: Status, judged: list[str]) -> None:
    found = places(small.concluded(Estate(at(DETECTORS.id, IRELAND, answer))), "a_detector_watches")[IRELAND]
    assert (found.status, [j.note for j in found.judged]) == (status, judged)
    assert all(j.is_place and j.status is status for j in found.judged)


def test_half_a_population_is_not_compared() -> None:
    page = {"Volumes": [{"Id": "v", "Encrypted": True}]}
    estate = Estate(at(VOLUMES.id, IRELAND, small.refused(page)) | at(BUCKETS.id, WHOLE, BUCKET))
    found = places(small.concluded(estate), "volumes_and_buckets_agree")
    assert (found[IRELAND].status, found[IRELAND].judged) == (UNKNOWN, ())


# -- requirements -----------------------------------------------------------------------------------------------------


def test_a_test_behind_links_of_both_strengths_counts_as_primary_once() -> None:
    for r in small.concluded(Estate()).requirements:
        assert not set(r.primary) & set(r.supporting)
        assert len({*r.primary, *r.supporting}) == len(r.primary) + len(r.supporting)


def test_deviating_and_refused_name_what_decided() -> None:
    estate = Estate(
        small.everywhere(VOLUMES, small.volumes(False)) | at(BUCKETS.id, WHOLE, small.refused())
        | at(REPORTS.id, WHOLE, small.listing())
    )  # fmt: skip
    conclusions = small.concluded(estate)
    status = {r.check.id: r.status for r in conclusions.results}
    for r in conclusions.requirements:
        tests = {*r.primary, *r.supporting}
        assert set(r.deviating) == {t for t in tests if status[t] is UNMET}
        assert set(r.refused) == {t for t in tests if status[t] is UNKNOWN}
        assert (r.statement is Statement.DEVIATION) == bool(set(r.deviating) & set(r.primary))


def test_good_news_waits_for_what_only_people_can_show() -> None:
    """All tests behind CC6.6 are met; of three responsibilities behind its primary links people must show a part."""
    kept = small.collected(
        Estate(small.everywhere(VOLUMES, small.volumes(True)) | at(REPORTS.id, WHOLE, spans((2025, 7, 2026, 6))))
    )
    checks = [c for c in small.CHECKS if c.id == "every_volume_of_the_account_is_encrypted"]
    silent = [
        replace(d, responsibilities=tuple(replace(b, otherwise=None) for b in d.responsibilities))
        for d in small.catalog().domains
    ]
    said = {}
    for name, catalog in (("as it is", small.catalog()), ("silent", replace(small.catalog(), domains=tuple(silent)))):
        found = conclude(catalog, checks, small.CALLS, kept, Audit()).requirements
        said[name] = next(r for r in found if r.requirement.id == "CC6.6")
    assert (said["silent"].statement, said["silent"].people) == (Statement.NO_DEVIATION, ())
    assert said["as it is"].statement is Statement.PARTLY
    assert said["as it is"].people == (
        "networking.vpn-direct-connect",
        "infrastructure-security.security-group-rules",
        "application-security.input-validation-secrets",
    )


# -- reports ----------------------------------------------------------------------------------------------------------

SOC2 = "SOC 2 Security, Availability and Confidentiality Report"
PERIOD = Audit(type=AuditType.TYPE_2, period_start=dt.date(2025, 7, 1), period_end=dt.date(2026, 6, 30))


def soc2(conclusions: Conclusions) -> ReportResult:
    return next(r for r in conclusions.reports if r.report.id == "aws-soc2-type2")


def spans(*dates: tuple[int, int, int, int]) -> Answer:
    """Reports, each from (year, month) to (year, month), whole months."""
    rows = []
    for y, m, yy, mm in dates:
        end = dt.date(yy + mm // 12, mm % 12 + 1, 1) - dt.timedelta(days=1)
        rows.append(small.report(SOC2, dt.date(y, m, 1), end))
    return small.listing(*rows)


@pytest.mark.parametrize(
    ("answer", "uncovered"),
    [
        (spans((2025, 7, 2026, 6)), 0),
        (spans((2025, 1, 2026, 12)), 0),
        (spans((2025, 4, 2026, 3)), 91),
        (spans((2025, 4, 2026, 3), (2025, 10, 2026, 5)), 30),
        (spans((2025, 10, 2025, 12), (2026, 2, 2026, 2)), 365 - 92 - 28),
        (spans((2020, 1, 2020, 12)), 365),
        (small.listing(), 365),
    ],
)
def test_every_day_of_the_period_that_no_report_covers_is_counted(answer: Answer, uncovered: int) -> None:
    found = soc2(small.concluded(Estate(at(REPORTS.id, WHOLE, answer)), PERIOD))
    assert (found.uncovered, found.period_days) == (uncovered, 365)


def test_days_are_unknown_where_nobody_could_count_them() -> None:
    assert soc2(small.concluded(Estate(at(REPORTS.id, WHOLE, small.refused())), PERIOD)).uncovered is None
    undated = {k: v for k, v in small.report(SOC2, NEVER, NEVER).items() if not k.startswith("period")}
    found = soc2(small.concluded(Estate(at(REPORTS.id, WHOLE, small.listing(undated))), PERIOD))
    assert (found.state, found.uncovered) == (ReportState.LISTED, None)
    assert soc2(small.concluded(Estate(), Audit())).uncovered is None, "without a period there are no days"


NEVER = dt.date(2000, 1, 1)


def test_a_type_1_audit_is_a_period_of_one_day() -> None:
    audit = Audit(type=AuditType.TYPE_1, period_end=dt.date(2026, 6, 30))
    covered = soc2(small.concluded(Estate(at(REPORTS.id, WHOLE, spans((2025, 7, 2026, 6)))), audit))
    assert (covered.uncovered, covered.period_days) == (0, 1)
    late = soc2(small.concluded(Estate(at(REPORTS.id, WHOLE, spans((2025, 7, 2026, 5)))), audit))
    assert (late.uncovered, late.period_days) == (1, 1)


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (spans((2025, 7, 2026, 6)), small.refused(), ReportState.LISTED),
        (small.listing(), small.refused(), ReportState.REFUSED),
        (small.listing(), spans((2025, 7, 2026, 6)), ReportState.LISTED),
        (small.listing(), small.listing(), ReportState.NOT_LISTED),
    ],
)
def test_not_listed_takes_every_accounts_answer(first: Answer, second: Answer, state: ReportState) -> None:
    answers = {(REPORTS.id, FIRST, GLOBAL): first, (REPORTS.id, SECOND, GLOBAL): second}
    assert soc2(small.concluded(Estate(answers, (small.account(FIRST), small.account(SECOND))))).state is state


def test_not_listed_is_not_said_of_an_account_nobody_entered() -> None:
    estate = Estate(at(REPORTS.id, WHOLE, small.listing()), (small.account(), small.account(SECOND, entered=False)))
    assert soc2(small.concluded(estate)).state is ReportState.REFUSED


# -- as data ----------------------------------------------------------------------------------------------------------


def test_conclusions_as_data_survive_json_and_know_no_order() -> None:
    estate = Estate(
        small.everywhere(VOLUMES, small.volumes(True, False), FIRST, SECOND) | at(BUCKETS.id, WHOLE, BUCKET),
        (small.account(FIRST), small.account(SECOND)),
    )
    kept = small.collected(estate)
    header = dataclasses.replace(kept.header, accounts=kept.header.accounts[::-1])
    data, again, swapped = (
        b"".join(pieces(to_data(conclude(small.catalog(), small.CHECKS, small.CALLS, one, PERIOD))))
        for one in (
            kept,
            dataclasses.replace(kept, entries=dict(reversed(kept.entries.items()))),
            dataclasses.replace(kept, header=header),
        )
    )
    assert json.loads(data)["checks"]
    assert again == data
    assert json.loads(swapped)["checks"] == json.loads(data)["checks"]
