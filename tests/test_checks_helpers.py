"""What checks call and no example of theirs needs in full: a condition turned round here would else go unseen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from srm_docs.checks.data_keys import _people, certificates_are_renewed_in_time, until
from srm_docs.checks.database_settings import database_certificates_are_renewed_in_time
from srm_docs.checks.identity_credentials import identity_providers_have_not_ended, server_certificates_have_not_ended
from srm_docs.checks.identity_escalation import _shown
from srm_docs.checks.keys_enclaves import _is_placed
from srm_docs.checks.network_links import destination
from srm_docs.checks.observation import Status
from srm_docs.checks.place import Place
from srm_docs.checks.policy_document import read
from srm_docs.checks.row import Given, Row
from srm_docs.checks.service_metrics import named_in


def test_everyone_is_told_in_words() -> None:
    assert _people(["*", "arn:aws:iam::111122223333:role/a"]) == "everyone (*), arn:aws:iam::111122223333:role/a"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (-71, "The certificate ended on 3 July 2026, 71 days before this was read."),
        (-1, "The certificate ended on 3 July 2026, 1 day before this was read."),
        (0, "The certificate ended on 3 July 2026, less than a day before this was read."),
        (1, "The certificate ends on 3 July 2026, in 1 day."),
    ],
)
def test_a_certificate_ended_or_ends(left: int, said: str) -> None:
    assert until("The certificate", "3 July 2026", left) == said


@pytest.mark.parametrize(("hours", "said"), [(-30, "1 day before"), (-2, "less than a day before"), (2, "in 1 day.")])
def test_an_end_is_told_by_what_was_counted(hours: int, said: str) -> None:
    end = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)
    given = Given(as_of=end - dt.timedelta(hours=hours))
    for check, fields in (
        (certificates_are_renewed_in_time, {"InUse": True, "NotAfter": end}),
        (database_certificates_are_renewed_in_time, {"CertificateDetails": {"ValidTill": end}}),
        (server_certificates_have_not_ended, {"Expiration": end}),
        (identity_providers_have_not_ended, {"ValidUntil": end}),
    ):
        row = Row(fields=fields, name="example", place=Place(account="111122223333", region="eu-west-1"))
        found = check.judge(row, given)
        assert said in found.note
        assert found.status is Status.UNMET


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
