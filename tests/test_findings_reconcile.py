"""Lists beside AWS's own counts: equal, not equal, not stated and not determinable are four things, and all print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from srm_docs.checks import discover
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.checks.row import NotAnswered, Row
from srm_docs.checks.second_count import SecondCount, field_of
from srm_docs.checks.second_counts import SECOND_COUNTS
from srm_docs.collect.answer import Answer
from srm_docs.declare.audit import Audit
from srm_docs.findings.gather import Gatherer
from srm_docs.findings.reconcile import Agreement, Comparison, reconcile, to_data
from srm_docs.packet.assemble import assemble
from srm_docs.packet.model import Packet, Shape
from tests import small_estate as small

EUROPE, AMERICA = "eu-west-1", "us-east-1"
COUNT = SecondCount(
    id="volumes", subject="EBS volumes", listed=small.VOLUMES, stated=(small.DETECTORS,), number=field_of("value"),
    counts=lambda volume: bool(volume["Encrypted"]),
)  # fmt: skip


def stated(number: int) -> Answer:
    return Answer(pages=({"Ids": [number]},))


def compared(answers: Mapping[str, Sequence[Answer]], **account: Any) -> dict[str, Comparison]:
    """The comparison of each region; `answers` gives those of Europe and America for each call."""
    said = {
        (call, small.FIRST, region): answer
        for call, pair in answers.items()
        for region, answer in zip((EUROPE, AMERICA), pair, strict=False)
    }
    kept = small.collected(small.Estate(answers=said, accounts=(small.account(**account),)))
    return {c.place.region: c for c in reconcile([COUNT], Gatherer(kept))}


def agreements(**pairs: Sequence[Answer]) -> dict[str, Agreement]:
    named = {"ec2:DescribeVolumes": pairs["listed"], "guardduty:ListDetectors": pairs["stated"]}
    return {region: one.agreement for region, one in compared(named).items()}


def test_equal_numbers_agree_and_others_differ_whichever_is_larger() -> None:
    two = small.volumes(True, True)
    assert agreements(listed=[two, two], stated=[stated(2), stated(3)]) == {
        EUROPE: Agreement.AGREES,
        AMERICA: Agreement.DIFFERS,
    }
    assert agreements(listed=[two, two], stated=[stated(1), stated(0)]) == dict.fromkeys(
        (EUROPE, AMERICA), Agreement.DIFFERS
    )


def test_rows_that_the_number_is_not_about_are_not_counted() -> None:
    found = agreements(listed=[small.volumes(True, False), small.volumes(False)], stated=[stated(1), stated(0)])
    assert set(found.values()) == {Agreement.AGREES}


def test_nothing_is_said_to_agree_with_a_refusal() -> None:
    two = small.volumes(True, True)
    cut = small.refused({"Volumes": [{"Id": "a", "Encrypted": True}, {"Id": "b", "Encrypted": True}]})
    found = agreements(listed=[cut, two], stated=[stated(2), small.refused({"Ids": [2]})])
    assert set(found.values()) == {Agreement.NOT_DETERMINABLE}


def test_a_row_that_does_not_say_whether_it_counts_leaves_the_count_open() -> None:
    found = agreements(listed=[small.volumes(True, None), small.volumes()], stated=[stated(1), stated(0)])
    assert found == {EUROPE: Agreement.NOT_DETERMINABLE, AMERICA: Agreement.AGREES}


def test_a_row_of_another_form_leaves_the_count_open(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = replace(COUNT, counts=lambda volume: bool(volume["Encrypted"]["deeper"]))
    monkeypatch.setitem(globals(), "COUNT", strange)
    found = agreements(listed=[small.volumes(True), small.volumes()], stated=[stated(1), stated(0)])
    assert found == {EUROPE: Agreement.NOT_DETERMINABLE, AMERICA: Agreement.AGREES}


def test_no_number_is_not_agreement() -> None:
    none = Answer(pages=({"Ids": []},))
    found = agreements(listed=[small.volumes(), small.volumes(True)], stated=[none, none])
    assert set(found.values()) == {Agreement.NOT_STATED}


def test_a_place_that_could_not_be_entered_is_compared_with_nothing() -> None:
    assert compared({}, entered=False) == {}


def test_a_comparison_names_both_sides_evidence_and_what_was_refused() -> None:
    one = compared({
        "ec2:DescribeVolumes": [small.volumes(True), small.volumes()],
        "guardduty:ListDetectors": [small.refused(), stated(0)],
    })[EUROPE]  # fmt: skip
    data = to_data(one)
    assert (data["listed"], data["stated"], data["agreement"]) == (1, None, "not determinable")
    assert [g["call"] for g in data["gaps"]] == ["guardduty:ListDetectors"]
    assert data["evidence"] == [*one.evidence, *one.stated_evidence]
    assert len(set(data["evidence"])) == 2


def packet(*numbers: int, monkeypatch: pytest.MonkeyPatch) -> Packet:
    monkeypatch.setattr("srm_docs.findings.conclude.SECOND_COUNTS", (COUNT,))
    answers = {
        **{("ec2:DescribeVolumes", small.FIRST, r): small.volumes(True, True) for r in (EUROPE, AMERICA)},
        **{
            ("guardduty:ListDetectors", small.FIRST, r): stated(n)
            for r, n in zip((EUROPE, AMERICA), numbers, strict=True)
        },
    }
    kept = small.collected(small.Estate(answers=answers, accounts=(small.account(),)))
    return assemble(small.ingredients(kept, Audit()))


def test_a_difference_prints_first_is_a_gap_to_explain_and_stands_in_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    made = packet(2, 5, monkeypatch=monkeypatch)
    assert [(line.region, line.answer.shape) for line in made.second_counts] == [
        (AMERICA, Shape.DEVIATION),
        (EUROPE, Shape.MET),
    ]
    assert made.second_counts[0].why == "2 listed, 5 stated by AWS: 3 fewer."
    (total,) = made.second_count_totals
    assert (total.agree, total.differ, total.not_stated, total.not_determinable) == (1, 1, 0, 0)
    assert [g.what for g in made.gaps if g.where == "Completeness of the evidence"] == [
        "2 listed, 5 stated by AWS: 3 fewer; explanation NOT PROVIDED"
    ]
    said = {line.region: line.completeness for line in made.evidence if line.call == "ec2:DescribeVolumes"}
    assert said[AMERICA].endswith("2 rows counted; guardduty:ListDetectors states 5, which differs.")
    assert said[EUROPE].endswith("2 rows counted; guardduty:ListDetectors states 2, which agrees.")


def test_no_verdict_rests_on_a_second_count(monkeypatch: pytest.MonkeyPatch) -> None:
    same, other = (packet(2, n, monkeypatch=monkeypatch) for n in (2, 5))
    assert same.tests == other.tests
    assert [line.statement for line in same.soc2] == [line.statement for line in other.soc2]


def row(**fields: Any) -> Row:
    return Row(fields=fields, name="x", place=Place(account=small.FIRST, region=GLOBAL))


def named(name: str) -> SecondCount:
    return next(c for c in SECOND_COUNTS if c.id == name)


def test_the_table_names_calls_that_are_collected_and_each_list_once_a_source() -> None:
    asked = {c.id for c in discover.calls()}
    assert {call.id for c in SECOND_COUNTS for call in (c.listed, *c.stated)} <= asked
    assert len({c.id for c in SECOND_COUNTS}) == len(SECOND_COUNTS)
    for one in SECOND_COUNTS:
        assert {call.scope for call in one.stated} == {one.listed.scope}, "both are compared at the same places"


def test_config_states_a_number_only_while_it_records_and_of_types_that_it_counts() -> None:
    number = named("config-vpcs").number
    counts = [row(resourceType="AWS::EC2::VPC", count=3), row(resourceType="AWS::EC2::Subnet", count=9)]
    assert number(counts, [row(recording=True)]) == 3
    assert number(counts, [row(recording=False)]) is None
    assert number(counts, []) is None
    assert number(counts[1:], [row(recording=True)]) is None


def test_what_others_share_and_what_is_gone_does_not_count() -> None:
    own, shared = row(OwnerId=small.FIRST), row(OwnerId=small.SECOND)
    assert [named("config-subnets").counts(r) for r in (own, shared)] == [True, False]
    there = [named("config-ec2-instances").counts(row(State={"Name": n})) for n in ("running", "stopped", "terminated")]
    assert there == [True, True, False]
    with pytest.raises(NotAnswered):
        named("config-ec2-instances").counts(row())
    users = named("iam-users-in-the-credential-report")
    assert [users.counts(row(user=u)) for u in ("<root_account>", "ann")] == [False, True]


def test_the_first_number_that_is_stated_counts() -> None:
    assert field_of("Users")([row(Users=7)]) == 7
    assert field_of("Users")([row(Other=7)]) is None
    assert field_of("Users")([]) is None
    for broken in ("seven", "7", 7.5, True, None, [7], {}):
        assert field_of("Users")([row(Users=broken)]) is None
    assert replace(COUNT, id="other").counts(row(Encrypted=True))
