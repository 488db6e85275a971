"""What checks call and no example of theirs needs in full: a condition turned round here would else go unseen."""

from __future__ import annotations

from typing import Any

import pytest

from srm_docs.checks.data_keys import _people, until
from srm_docs.checks.identity_escalation import _shown
from srm_docs.checks.keys_enclaves import _is_placed
from srm_docs.checks.network_links import destination
from srm_docs.checks.policy_document import read
from srm_docs.checks.service_metrics import named_in


def test_everyone_is_told_in_words() -> None:
    assert _people(["*", "arn:aws:iam::111122223333:role/a"]) == "everyone (*), arn:aws:iam::111122223333:role/a"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (-71, "The certificate ended on 3 July 2026, 71 days before this was read."),
        (-1, "The certificate ended on 3 July 2026, 1 day before this was read."),
        (0, "The certificate ends on 3 July 2026, in 0 days."),
        (1, "The certificate ends on 3 July 2026, in 1 day."),
    ],
)
def test_a_certificate_ended_or_ends(left: int, said: str) -> None:
    assert until("The certificate", "3 July 2026", left) == said


def test_of_many_ways_four_are_shown_and_the_rest_counted() -> None:
    assert _shown(["a", "b", "c", "d"]) == "a; b; c; d"
    assert _shown(["a", "b", "c", "d", "e", "f"]) == "a; b; c; d and 2 more"


@pytest.mark.parametrize(
    ("condition", "placed"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, False),
        ({}, False),
    ],
)
def test_a_key_is_placed_where_its_organization_is_demanded(condition: dict[str, Any], placed: bool) -> None:
    said = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Condition": condition}
    (statement,) = read({"Statement": said})
    assert _is_placed(statement) is placed


def test_a_route_to_a_prefix_list_has_no_range() -> None:
    assert destination({"DestinationCidrBlock": "10.0.0.0/8"}) == "10.0.0.0/8"
    assert destination({"DestinationIpv6CidrBlock": "fd00::/8"}) == "fd00::/8"
    assert destination({"DestinationPrefixListId": "pl-1"}) == ""


def test_an_alarm_whose_name_ends_like_an_arn_begins_keeps_it() -> None:
    assert named_in(['ALARM("x:alarm:")']) == {"x:alarm:"}
