"""Three-valued logic of the kit: a verdict never flips when more is learned, and nothing is vacuously met."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.checks.call import Call
from srm_docs.checks.examples import AS_OF
from srm_docs.checks.kit import Check, check
from srm_docs.checks.observation import Observation, Status, met, not_applicable, unmet
from srm_docs.checks.place import Place
from srm_docs.checks.row import Given, Row
from srm_docs.checks.verdict import observe, settle

THINGS = Call(service="s3", operation="ListBuckets", noun="thing", nouns="things", rows="Buckets", name="Name")
GIVEN = Given(as_of=AS_OF)


def _judge(row: Row) -> Observation:
    """Every thing is good.

    Because.

    Met: {good: true}
    Unmet: {good: false}
    """
    if row.get("skip"):
        return not_applicable("not ours")
    return met("good") if row["good"] else unmet("bad")


def _check(quantifier: str, none: Observation) -> Check:
    return check("a.b", **{quantifier: THINGS}, none=none)(_judge)


def _row(value: bool | None) -> Row:
    fields = {} if value is None else {"good": value}
    return Row(fields=fields, name="x", place=Place(account="1" * 12, region="eu-west-1"))


def _status(quantifier: str, values: list[bool | None], *, refused: bool, none: Observation | None = None) -> Status:
    k = _check(quantifier, none or unmet("none"))
    return settle(k, observe(k, [tuple(_row(v) for v in values)], GIVEN), refused=refused)[0]


_values = st.lists(st.sampled_from([True, False, None]), max_size=5)


@pytest.mark.parametrize("quantifier", ["each", "some"])
@given(values=_values, more=_values)
def test_a_verdict_never_flips_when_more_is_learned(quantifier: str, values: list, more: list) -> None:
    before = _status(quantifier, values, refused=True)
    after = _status(quantifier, values + more, refused=False)
    assert before in (after, Status.UNKNOWN)


@pytest.mark.parametrize("quantifier", ["each", "some"])
@given(values=_values)
def test_a_refusal_leaves_a_verdict_or_makes_it_unknown(quantifier: str, values: list) -> None:
    whole, refused = _status(quantifier, values, refused=False), _status(quantifier, values, refused=True)
    assert refused in (whole, Status.UNKNOWN)
    if not values:
        assert refused is Status.UNKNOWN


def test_nothing_at_all_means_what_the_author_says() -> None:
    for none, expected in ((unmet("x"), Status.UNMET), (not_applicable("x"), Status.NOT_APPLICABLE)):
        assert _status("each", [], refused=False, none=none) is expected
        assert _status("some", [], refused=False, none=none) is expected


def test_rows_that_do_not_apply_are_no_rows() -> None:
    k = _check("each", not_applicable("none"))
    rows = [(Row(fields={"skip": True}, name="x", place=Place(account="1" * 12, region="eu-west-1")),)]
    assert settle(k, observe(k, rows, GIVEN), refused=False)[0] is Status.NOT_APPLICABLE
    assert settle(k, observe(k, rows, GIVEN), refused=True)[0] is Status.UNKNOWN


def test_a_missing_field_is_unknown_and_says_which() -> None:
    k = _check("each", unmet("none"))
    (observation,) = observe(k, [(_row(None),)], GIVEN)
    assert observation.status is Status.UNKNOWN
    assert "good" in observation.note


@pytest.mark.parametrize("fault", [TypeError("null"), AttributeError("null"), IndexError(0), RecursionError()])
def test_a_reply_that_a_check_trips_over_is_unknown_and_says_so(fault: Exception) -> None:
    def trip(row: Row) -> Observation:
        raise fault

    k = replace(_check("each", unmet("none")), judge=trip)
    (observation,) = observe(k, [(_row(None),)], GIVEN)
    assert observation.status is Status.UNKNOWN
    assert type(fault).__name__ in observation.note


def test_a_check_needs_one_quantifier_and_a_docstring() -> None:
    with pytest.raises(TypeError):
        check("a.b", each=THINGS, some=THINGS, none=unmet("x"))
    with pytest.raises(Exception, match="docstring"):
        check("a.b", each=THINGS, none=unmet("x"))(lambda row: met("x"))
