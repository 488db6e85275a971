"""Judgement beyond the docstring examples: ways to further rights, filters of alarms, data events, enclave keys."""

from __future__ import annotations

from typing import Any

import pytest

from srm_docs.checks import discover
from srm_docs.checks.calls.kms import KEY_POLICIES
from srm_docs.checks.calls.organizations import CONTROL_POLICIES, ORGANIZATION
from srm_docs.checks.examples import AS_OF, row_of
from srm_docs.checks.identity_escalation import allows
from srm_docs.checks.keys_enclaves import (
    ENCLAVE_IMAGES,
    enclave_keys_demand_attestation,
    enclave_keys_name_reviewed_images,
)
from srm_docs.checks.monitoring_alarms import WATCHES, _looks_for
from srm_docs.checks.monitoring_data_events import KINDS, takes
from srm_docs.checks.observation import Status
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_escalation import WAYS, ways_up
from srm_docs.checks.row import Given

OWN = "111122223333"
READING, WRITING, CALLING = KINDS


def policy(*statements: dict[str, Any]) -> Any:
    return read({"Statement": [{"Effect": "Allow", "Resource": "*", **s} for s in statements]})


# --- ways to further rights


@pytest.mark.parametrize("way", WAYS, ids=" + ".join)
def test_each_way_is_open_to_whoever_may_take_all_its_steps(way: tuple[str, ...]) -> None:
    assert " + ".join(way) in ways_up(policy({"Action": list(way)}), OWN)
    assert " + ".join(way) in ways_up(policy({"Action": "*"}), OWN)
    for missing in way:
        rest = [step for step in way if step != missing]
        assert " + ".join(way) not in ways_up(policy({"Action": rest}), OWN)


@pytest.mark.parametrize(
    ("statements", "is_open"),
    [
        ([{"Action": "iam:CreateAccessKey"}], True),
        ([{"Action": "iam:CreateAccessKey", "Resource": f"arn:aws:iam::{OWN}:user/*"}], True),
        ([{"Action": "iam:CreateAccessKey", "Resource": "arn:aws:iam::*:user/${aws:username}"}], False),
        ([{"Action": "iam:CreateAccessKey", "Resource": f"arn:aws:iam::{OWN}:user/robots/*"}], False),
        ([{"Action": "iam:CreateAccessKey", "Resource": f"arn:aws:iam::{OWN}:role/*"}], False),
        ([{"NotAction": "s3:*"}], True),
        ([{"NotAction": "iam:*"}], False),
        ([{"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:Create*"}], False),
        ([{"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:Create*", "Resource": "arn:aws:iam::1:user/x"}], True),
        ([{"Action": "iam:CreateAccessKey", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}], True),
        ([{"Action": "iam:CreateAccessKey", "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}}], False),
        ([{"Action": "iam:CreateAccessKey", "Condition": {"StringNotEquals": {"aws:ResourceTag/team": "a"}}}], True),
    ],
)
def test_a_way_counts_only_where_it_surely_reaches_everybody(statements: list[dict[str, Any]], is_open: bool) -> None:
    assert ("iam:CreateAccessKey" in ways_up(policy(*statements), OWN)) is is_open


def test_a_role_that_is_named_is_no_way_up() -> None:
    named = {"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{OWN}:role/app"}
    assert ways_up(policy(named, {"Action": "ec2:RunInstances"}), OWN) == ()


def test_a_condition_that_picks_keys_leaves_the_others_alone() -> None:
    picked = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/billing"}}
    through = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    assert not allows(policy({"Action": "kms:*", "Condition": picked}), "kms:Decrypt")
    assert allows(policy({"Action": "kms:*", "Condition": through}), "kms:Decrypt")
    assert not allows(policy({"Action": "kms:*"}, {"Effect": "Deny", "Action": "kms:Decrypt"}), "kms:Decrypt")


# --- from event to alarm


@pytest.mark.parametrize(
    ("word", "pattern", "found"),
    [
        ("CreateRoute", "{ $.eventName = CreateRoute }", True),
        ("CreateRoute", '{ $.eventName = "CreateRoute" }', True),
        ("CreateRoute", "{ $.eventName = CreateRouteTable }", False),
        ("DeleteTrail", "{ $.eventName != DeleteTrail }", False),
        ("DeleteTrail", '{ ($.eventName != "DeleteTrail") }', False),
        ("MFAUsed", '{ $.additionalEventData.MFAUsed != "Yes" }', True),
        ("AccessDenied", '{ $.errorCode = "AccessDenied*" }', True),
        ("UnauthorizedOperation", '{ $.errorCode = "*UnauthorizedOperation" }', True),
    ],
)
def test_a_filter_looks_for_a_word_as_such(word: str, pattern: str, found: bool) -> None:
    assert _looks_for(word, pattern) is found


def test_every_line_of_the_table_is_a_check() -> None:
    ids = {check.id for check in discover.checks()}
    assert {watch.id for watch in WATCHES} <= ids
    assert len({watch.words for watch in WATCHES}) == len(WATCHES)


# --- data events


def advanced(**fields: list[str]) -> dict[str, Any]:
    chosen = {"eventCategory": ["Data"], "resources.type": ["AWS::S3::Object"]} | {
        name.replace("__", "."): values for name, values in fields.items()
    }
    return {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": f, "Equals": v} for f, v in chosen.items()]}]}


def plain(value: str, kind: str = "All") -> dict[str, Any]:
    resources = [{"Type": "AWS::S3::Object", "Values": [value]}]
    return {"EventSelectors": [{"ReadWriteType": kind, "DataResources": resources}]}


@pytest.mark.parametrize(
    ("choice", "reads", "writes"),
    [
        (advanced(), True, True),
        (advanced(readOnly=["true"]), True, False),
        (advanced(readOnly=["false"]), False, True),
        (advanced(resources__ARN=["arn:aws:s3:::one/"]), False, False),
        (advanced(eventCategory=["Management"]), False, False),
        (plain("arn:aws:s3"), True, True),
        (plain("arn:aws:s3:::"), True, True),
        (plain("arn:aws:s3:::one/"), False, False),
        (plain("arn:aws:s3", "WriteOnly"), False, True),
        ({}, False, False),
    ],
)
def test_a_trail_takes_data_events_only_where_it_takes_all_of_them(
    choice: dict[str, Any], reads: bool, writes: bool
) -> None:
    assert (takes(READING, choice), takes(WRITING, choice), takes(CALLING, choice)) == (reads, writes, False)


# --- keys of enclaves


def key(*statements: dict[str, Any]) -> Any:
    own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:role/a"}, "Resource": "*"}
    return row_of(KEY_POLICIES, {"Policy": {"Statement": [{**own, **s} for s in statements]}})


def attested(operator: str, value: str = "0a0b") -> dict[str, Any]:
    return {"Action": "kms:Decrypt", "Condition": {operator: {"kms:RecipientAttestation:PCR0": value}}}


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (attested("StringEqualsIgnoreCase"), Status.MET),
        (attested("StringEqualsIfExists"), Status.UNMET),
        (attested("StringNotEquals"), Status.UNMET),
        (attested("StringLike", "*"), Status.UNMET),
        (attested("ForAllValues:StringEquals"), Status.UNMET),
    ],
)
def test_an_attestation_counts_only_where_it_is_demanded(condition: dict[str, Any], status: Status) -> None:
    assert enclave_keys_demand_attestation.judge(key(condition)).status is status


def test_an_image_that_was_reviewed_is_known_by_its_measurement_in_any_case() -> None:
    given = Given(as_of=AS_OF, values={ENCLAVE_IMAGES.id: ["0A0B"]})
    judge = enclave_keys_name_reviewed_images.judge
    assert judge(key(attested("StringEquals")), given).status is Status.MET
    assert judge(key(attested("StringEquals", "0c")), given).status is Status.UNMET


# --- the organization


def test_only_the_management_account_is_asked_about_the_whole_organization() -> None:
    for leader, asked in ((OWN, {"Filter": "SERVICE_CONTROL_POLICY"}), ("444455556666", None)):
        organization = row_of(ORGANIZATION, {"Organization": {"MasterAccountId": leader}})
        assert CONTROL_POLICIES.params_for(organization) == asked
    assert CONTROL_POLICIES.params_for(row_of(ORGANIZATION, "absent")) is None
