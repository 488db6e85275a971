"""Domains 7 to 10 beyond the docstring examples: policy documents, the credential report, trails, alarms."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from srm_docs.checks.calls.cloudtrail import TRAIL_STATUS, TRAILS
from srm_docs.checks.calls.cloudwatch import ALARMS
from srm_docs.checks.calls.credential_report import credential_rows
from srm_docs.checks.calls.events import FINDING_TARGETS
from srm_docs.checks.calls.iam import CREDENTIALS, ROLES
from srm_docs.checks.calls.kms import KEY_POLICIES, KEY_ROTATION
from srm_docs.checks.calls.logs import METRIC_FILTERS, SUBSCRIPTIONS, group_of
from srm_docs.checks.calls.macie2 import MACIE
from srm_docs.checks.calls.s3control import ACCOUNT_BLOCK
from srm_docs.checks.data_keys import key_policies_do_not_let_in_everyone
from srm_docs.checks.examples import AS_OF, row_of
from srm_docs.checks.identity_access_management import unused_credentials_are_disabled
from srm_docs.checks.identity_roles import roles_trust_known_accounts
from srm_docs.checks.monitoring_alarms import alarm_on
from srm_docs.checks.monitoring_trails import a_trail_records_all_management_events, a_trail_records_all_regions
from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.checks.policy_document import covers, read
from srm_docs.checks.policy_judgement import (
    grants_everything,
    is_whole_account,
    named_accounts,
    open_to_everyone,
    passes_any_role,
    principals_that_may,
    refuses_plain_http,
    subject_unnamed,
    web_identities,
)
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, NotAnswered, Row
from srm_docs.checks.siem_integration import trail_events_are_sent_on
from srm_docs.checks.verdict import observe, settle
from srm_docs.collect.answer import Question
from srm_docs.collect.questions import rows

OWN = "111122223333"
OTHER = "444455556666"
ORG = "o-a1b2c3d4e5"


def allow(principal: Any = "*", action: Any = "kms:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", **more}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


# --- who is let in


@pytest.mark.parametrize(
    "principal",
    ["*", ["*"], {"AWS": "*"}, {"AWS": [OWN, "*"]}, {"Federated": "*"}],
)
def test_a_wildcard_principal_is_everyone_in_every_form(principal: Any) -> None:
    assert open_to_everyone(read({"Statement": [allow(principal)]}))


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": f"arn:aws:iam::{OWN}:root"},
        {"AWS": OTHER},
        {"AWS": "AIDAEXAMPLEDELETED123"},
        {"Service": "*"},
        {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]},
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
        {"Federated": f"arn:aws:iam::{OWN}:saml-provider/people"},
        {},
        None,
    ],
)
def test_a_named_principal_is_not_everyone(principal: Any) -> None:
    assert not open_to_everyone(read({"Statement": allow(principal)}))


def test_an_allow_with_notprincipal_lets_in_everyone_else() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "s3:*", "Resource": "*"}
    assert open_to_everyone(read({"Statement": [statement]}))


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceAccount", OWN),
        ("StringEquals", "AWS:SOURCEACCOUNT", [OWN, OTHER]),
        ("StringEquals", "kms:CallerAccount", OWN),
        ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
        ("StringEquals", "aws:PrincipalOrgID", ORG),
        ("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/ou-ab12-*"),
        ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/*"),
        ("ArnEquals", "aws:SourceArn", f"arn:aws:sns:*:{OWN}:*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::papers"),
        ("StringEquals", "aws:SourceVpce", "vpce-0a1b2c3d"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]),
        ("StringLike", "aws:userid", "AROAEXAMPLE1234567:*"),
    ],
)
def test_a_condition_that_names_callers_narrows(operator: str, key: str, value: Any) -> None:
    assert not open_to_everyone(read({"Statement": [allow(**when(operator, key, value))]}))


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"),
        ("StringEquals", "sts:ExternalId", "0a1b2c"),
        ("Bool", "aws:SecureTransport", "true"),
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
        ("StringEquals", "aws:ResourceAccount", OWN),
        ("StringEquals", "aws:PrincipalTag/team", "blue"),
        ("StringLike", "aws:PrincipalAccount", "*"),
        ("StringLike", "aws:PrincipalOrgID", "o-*"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        ("StringLike", "aws:SourceVpc", "vpc-*"),
        ("StringLike", "aws:userid", "*:session"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "::/0"]),
        ("IpAddress", "aws:SourceIp", "64.0.0.0/2"),
        ("IpAddress", "aws:SourceIp", "no address"),
        ("StringNotEquals", "aws:PrincipalOrgID", ORG),
        ("StringEqualsIfExists", "aws:SourceAccount", OWN),
        ("ForAllValues:StringEquals", "aws:SourceAccount", OWN),
        ("StringEquals", "aws:SourceAccount", []),
        ("StringEquals", "aws:SourceAccount", [OWN, "anything"]),
        ("Null", "aws:PrincipalOrgID", "false"),
    ],
)
def test_a_condition_that_anyone_can_meet_narrows_nothing(operator: str, key: str, value: Any) -> None:
    assert open_to_everyone(read({"Statement": [allow(**when(operator, key, value))]}))


@pytest.mark.parametrize(
    ("taking_back", "still_open"),
    [
        (deny(), False),
        (deny(**when("StringNotEquals", "aws:PrincipalOrgID", ORG)), False),
        (deny(**when("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORG)), False),
        (deny(**when("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/*")), False),
        (deny(**when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")), False),
        (
            deny(
                Condition={
                    "StringNotEquals": {"aws:PrincipalOrgID": ORG},
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
            False,
        ),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": OWN}, "Action": "*", "Resource": "*"}, False),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": "*"}, "Action": "*", "Resource": "*"}, True),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}, False),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "kms:Decrypt", "Resource": "*"}, True),
        (deny(Action="kms:Encrypt"), True),
        (deny(Resource="arn:aws:kms:eu-west-1:111122223333:key/1"), True),
        (deny(Principal={"AWS": OTHER}), True),
        (deny(**when("Bool", "aws:SecureTransport", "false")), True),
        (deny(**when("StringNotEquals", "aws:PrincipalTag/team", "blue")), True),
        (deny(**when("StringNotLike", "aws:PrincipalOrgID", "*")), True),
        (deny(**when("ForAnyValue:StringNotEquals", "aws:PrincipalOrgID", ORG)), True),
        (deny(**when("StringEquals", "aws:PrincipalOrgID", ORG)), True),
    ],
)
def test_a_deny_takes_back_only_what_it_surely_covers(taking_back: dict[str, Any], still_open: bool) -> None:
    assert bool(open_to_everyone(read({"Statement": [allow(), taking_back]}))) is still_open


@pytest.mark.parametrize(
    ("granted", "taken_back", "still_open"),
    [
        ({"NotAction": "kms:Put*", "Resource": "*"}, {"Action": "*", "Resource": "*"}, False),
        ({"NotAction": "kms:Put*", "Resource": "*"}, {"Action": "kms:*", "Resource": "*"}, True),
        ({"Action": "s3:*", "NotResource": "b"}, {"Action": "s3:*", "Resource": "*"}, False),
        ({"Action": "s3:*", "NotResource": "b"}, {"Action": "s3:*", "Resource": "a"}, True),
        ({"Action": "s3:*", "Resource": ["a", "b"]}, {"Action": "s3:*", "Resource": ["a", "b"]}, False),
        ({"Action": "s3:*", "Resource": ["a", "b"]}, {"Action": "s3:*", "NotResource": "c"}, False),
        ({"Action": "kms:Encrypt", "Resource": "*"}, {"NotAction": "kms:*Rotation", "Resource": "*"}, False),
        ({"Action": "kms:Encrypt", "Resource": "*"}, {"NotAction": "kms:*crypt", "Resource": "*"}, True),
        ({"Action": "kms:En*", "Resource": "*"}, {"NotAction": "kms:Enable*", "Resource": "*"}, True),
    ],
)
def test_a_deny_is_weighed_against_all_that_was_allowed(
    granted: dict[str, Any], taken_back: dict[str, Any], still_open: bool
) -> None:
    everyone = {"Principal": "*"}
    document = {"Statement": [{"Effect": "Allow", **everyone, **granted}, {"Effect": "Deny", **everyone, **taken_back}]}
    assert bool(open_to_everyone(read(document))) is still_open


def test_a_trust_policy_is_about_its_role_without_saying_so() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    assert open_to_everyone(read({"Statement": trust}))
    assert not open_to_everyone(read({"Statement": [trust, {**trust, "Effect": "Deny"}]}))


def test_a_whole_account_is_known_in_both_forms() -> None:
    named = (OWN, f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OWN}:role/root", "AIDAEXAMPLEDELETED123")
    assert [is_whole_account(p) for p in named] == [True, True, False, False]


def test_only_the_open_statements_are_told() -> None:
    statements = read({"Statement": [allow({"AWS": OWN}, Sid="own"), allow(Sid="all"), allow()]})
    assert [s.label for s in open_to_everyone(statements)] == ["“all”", "a statement without an id"]


def test_other_accounts_are_found_in_every_form() -> None:
    document = {
        "Statement": [
            allow({"AWS": [OWN, f"arn:aws:iam::{OTHER}:user/x", "arn:aws-cn:iam::777788889999:root"]}),
            allow({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}),
            allow(**when("StringEquals", "aws:SourceAccount", "222233334444")),
            allow(**when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::333344445555:role/*")),
            allow(**when("StringNotEquals", "aws:SourceAccount", "999999999999")),
            deny(Principal={"AWS": "888888888888"}),
        ]
    }
    assert named_accounts(read(document)) == {OWN, OTHER, "777788889999", "222233334444", "333344445555"}


def test_the_list_of_trusted_accounts_is_obeyed() -> None:
    role = {"Path": "/", "AssumeRolePolicyDocument": {"Statement": [allow({"AWS": OTHER}, "sts:AssumeRole")]}}
    rows = [(row_of(ROLES, role),)]
    for trusted, status in (([], Status.UNMET), ([OTHER], Status.MET)):
        given = Given(as_of=AS_OF, values={"trusted_accounts": trusted})
        assert (
            settle(roles_trust_known_accounts, observe(roles_trust_known_accounts, rows, given), refused=False)[0]
            is status
        )


# --- what is granted


@pytest.mark.parametrize(
    ("statements", "everything"),
    [
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": ["s3:Get*", "*:*"], "Resource": ["x", "*"]}], True),
        (
            [{"Effect": "Allow", "Action": "*", "Resource": "*", **when("Bool", "aws:MultiFactorAuthPresent", "true")}],
            True,
        ),
        ([{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": "iam:CreateUser", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": ["IAM:*", "organizations:*"], "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::logs"}], True),
        ([{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::papers/*"}], False),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], False),
        ([{"Effect": "Deny", "Action": "*", "Resource": "*"}], False),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
            ],
            False,
        ),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
            ],
            True,
        ),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "*", "Resource": "*", **when("Bool", "aws:SecureTransport", "false")},
            ],
            True,
        ),
        ([], False),
    ],
)
def test_who_is_an_administrator(statements: list[dict[str, Any]], everything: bool) -> None:
    assert grants_everything(read({"Statement": statements})) is everything


@pytest.mark.parametrize(
    ("statement", "any_role"),
    [
        ({"Action": "iam:PassRole", "Resource": "*"}, True),
        ({"Action": "iam:*", "Resource": f"arn:aws:iam::{OWN}:role/*"}, True),
        ({"Action": "*", "Resource": "arn:aws:iam::*:role/*"}, True),
        ({"NotAction": "s3:*", "Resource": "*"}, True),
        ({"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{OWN}:role/app-*"}, False),
        ({"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{OTHER}:role/*"}, False),
        ({"Action": "iam:GetRole", "Resource": "*"}, False),
        ({"NotAction": "iam:*", "Resource": "*"}, False),
        (
            {
                "Action": "iam:PassRole",
                "Resource": "*",
                **when("StringEquals", "iam:PassedToService", "ec2.amazonaws.com"),
            },
            False,
        ),
    ],
)
def test_who_may_pass_any_role(statement: dict[str, Any], any_role: bool) -> None:
    assert passes_any_role(read({"Statement": {"Effect": "Allow", **statement}}), OWN) is any_role


def test_a_deny_takes_back_passing_roles() -> None:
    granted = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
    assert not passes_any_role(read({"Statement": [granted, {**granted, "Effect": "Deny"}]}), OWN)


def test_who_may_do_what_leaves_out_services_and_denies() -> None:
    document = {
        "Statement": [
            allow({"AWS": "a", "Service": "b"}, "kms:De*"),
            allow({"AWS": "c"}, "kms:Encrypt"),
            deny(Principal={"AWS": "d"}),
        ]
    }
    assert principals_that_may(read(document), "kms:Decrypt") == {"a"}


BUCKET = ["arn:aws:s3:::papers", "arn:aws:s3:::papers/*"]
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("statements", "refused"),
    [
        ([deny(Action="s3:*", Resource=BUCKET, Condition=PLAIN)], True),
        ([deny(Principal={"AWS": "*"}, Resource=BUCKET, Condition={"Bool": {"aws:securetransport": False}})], True),
        (
            [deny(Resource="arn:aws-cn:s3:::papers*", Condition={"BoolIfExists": {"aws:SecureTransport": ["false"]}})],
            True,
        ),
        ([deny(Resource=r, Condition=PLAIN) for r in BUCKET], True),
        ([deny(Condition=PLAIN)], True),
        ([deny(Resource=BUCKET[1], Condition=PLAIN)], False),
        ([deny(Resource="arn:aws:s3:::other*", Condition=PLAIN)], False),
        ([deny(Action="s3:GetObject", Resource=BUCKET, Condition=PLAIN)], False),
        ([deny(Principal={"AWS": OTHER}, Resource=BUCKET, Condition=PLAIN)], False),
        ([deny(Resource=BUCKET, Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([deny(Resource=BUCKET, Condition={**PLAIN, "StringEquals": {"aws:PrincipalOrgID": ORG}})], False),
        ([deny(Resource=BUCKET)], False),
        ([allow(Resource=BUCKET, Condition=PLAIN)], False),
    ],
)
def test_refusing_plain_http(statements: list[dict[str, Any]], refused: bool) -> None:
    assert refuses_plain_http(read(json.dumps({"Statement": statements})), "papers") is refused


GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("operator", "claim", "value", "unnamed"),
    [
        ("StringLike", "sub", "repo:example/app:*", False),
        ("StringEquals", "sub", ["repo:example/app:ref:refs/heads/main"], False),
        ("StringLike", "sub", "repo:*", True),
        ("StringLike", "sub", ["repo:example/*", "*"], True),
        ("StringLikeIfExists", "sub", "repo:example/app:*", True),
        ("ForAllValues:StringLike", "sub", "repo:example/app:*", True),
        ("StringNotEquals", "sub", "repo:example/app:*", True),
        ("StringEquals", "aud", "sts.amazonaws.com", True),
    ],
)
def test_web_identities_are_named(operator: str, claim: str, value: Any, unnamed: bool) -> None:
    condition = when(operator, f"token.actions.githubusercontent.com:{claim}", value)
    document = {"Statement": allow({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", **condition)}
    assert bool(subject_unnamed(read(document))) is unnamed
    assert web_identities(read(document)) == {"token.actions.githubusercontent.com"}


def test_a_saml_provider_is_no_web_identity() -> None:
    people = allow({"Federated": f"arn:aws:iam::{OWN}:saml-provider/people"}, "sts:AssumeRoleWithSAML")
    assert (
        web_identities(read({"Statement": [people, {**allow({"Federated": GITHUB}), "Effect": "Deny"}]})) == frozenset()
    )


# --- documents as they come


@pytest.mark.parametrize("document", ["", "no json", "[]", "1", None, 5, []])
def test_a_document_that_cannot_be_read_is_no_answer(document: Any) -> None:
    with pytest.raises(NotAnswered):
        read(document)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_PARTS = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
_statement = st.fixed_dictionaries({}, optional=dict.fromkeys(_PARTS, _json))


@for_all(st.fixed_dictionaries({"Statement": st.lists(_statement, max_size=3) | _json}))
def test_no_document_ends_in_a_crash(document: Mapping[str, Any]) -> None:
    statements = read(document)
    open_to_everyone(statements)
    named_accounts(statements)
    grants_everything(statements)
    passes_any_role(statements, OWN)
    refuses_plain_http(statements, "papers")
    subject_unnamed(statements)


@for_all(st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_a_pattern_that_covers_another_matches_all_that_it_matches(pattern: str, text: str) -> None:
    for wider in ("*", f"{pattern}*", f"*{pattern}"):
        assert not covers(pattern, text) or not covers(wider, pattern) or covers(wider, text)


def test_a_pattern_is_not_covered_by_a_shorter_reach() -> None:
    assert covers("kms:*", "kms:de*")
    assert not covers("kms:de*", "kms:*")
    assert not covers("kms:?", "kms:*")
    assert not covers("s3:[a-z]*", "s3:get")


# --- the credential report

REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,"
    "access_key_1_last_rotated,access_key_1_last_used_date\n"
    "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,no_information,true,false,N/A,N/A\n"
    "älice,arn:aws:iam::111122223333:user/x,2025-01-01T00:00:00+00:00,true,2025-12-01T10:11:12Z,false,true,"
    "2025-02-03T04:05:06+00:00,N/A\n"
)


def test_a_credential_report_becomes_rows_of_what_aws_knows() -> None:
    root, alice = CREDENTIALS.rows_in({"Content": REPORT.encode(), "ReportFormat": "text/csv"})
    assert root == {
        "user": "<root_account>",
        "arn": "arn:aws:iam::111122223333:root",
        "user_creation_time": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        "mfa_active": True,
        "access_key_1_active": False,
    }
    assert alice["user"] == "älice"
    assert alice["password_enabled"] is True
    assert alice["password_last_used"] == dt.datetime(2025, 12, 1, 10, 11, 12, tzinfo=dt.UTC)
    assert "access_key_1_last_used_date" not in alice


def test_a_reader_meets_the_root_user_and_not_the_name_that_aws_gives_it() -> None:
    place = Place(account="111122223333", region=GLOBAL)
    question = Question(call=CREDENTIALS.id, place=place, params={})
    found = rows(CREDENTIALS, question, [{"Content": REPORT.encode()}], parent=None)
    assert [row.name for row in found] == ["root user", "älice"]


def test_a_setting_that_is_off_bears_its_own_name_and_not_that_of_who_read_it() -> None:
    place = Place(account="111122223333", region=GLOBAL)
    reader = Row(
        fields={"Account": "111122223333"}, name="arn:aws:sts::111122223333:assumed-role/reader/x", place=place
    )
    question = Question(call=ACCOUNT_BLOCK.id, place=place, params={"AccountId": "111122223333"})
    (off,) = rows(ACCOUNT_BLOCK, question, [], parent=reader, absent=ACCOUNT_BLOCK.absent[0])
    assert off.name == "Public access block of the account"


def test_a_name_that_reads_like_the_sentence_stands_in_quotes() -> None:
    document = {"Statement": [{"Sid": "use", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
    key = row_of(KEY_POLICIES, {"Policy": json.dumps(document)})
    (said,) = observe(key_policies_do_not_let_in_everyone, [(key,)], Given(as_of=AS_OF))
    assert said.note == "Statements that let in everyone: “use”."
    del document["Statement"][0]["Sid"]
    key = row_of(KEY_POLICIES, {"Policy": json.dumps(document)})
    (said,) = observe(key_policies_do_not_let_in_everyone, [(key,)], Given(as_of=AS_OF))
    assert said.note == "Statements that let in everyone: a statement without an id."
    assert quoted(["read", "everything grants everything"]) == "“read”, “everything grants everything”"


def test_a_report_reads_the_same_as_text_and_a_naive_time_is_utc() -> None:
    assert credential_rows({"Content": REPORT}) == credential_rows({"Content": REPORT.encode()})
    (row,) = credential_rows({"Content": "user,password_last_used\nx,2025-12-01T10:11:12\n"})
    assert row["password_last_used"].tzinfo is dt.UTC


@for_all(st.binary() | st.text())
def test_no_report_ends_in_a_crash(content: bytes | str) -> None:
    credential_rows({"Content": content})


@pytest.mark.parametrize("page", [{}, {"Content": b""}, {"Content": "x" * 200_000}])
def test_a_reply_that_is_no_report_answers_nothing(page: dict[str, Any]) -> None:
    (row,) = credential_rows(page)
    assert row == {}


def test_a_report_without_users_has_no_rows() -> None:
    assert credential_rows({"Content": "user,arn\n"}) == ()


def test_a_credential_without_any_date_counts_as_unused() -> None:
    user = {"user": "x", "password_enabled": True, "access_key_1_active": False, "access_key_2_active": False}
    said = observe(unused_credentials_are_disabled, [(row_of(CREDENTIALS, user),)], Given(as_of=AS_OF))
    assert [o.status for o in said] == [Status.UNMET]


# --- calls that ask only where it matters


def test_macie_is_off_only_where_aws_says_so() -> None:
    assert MACIE.says_off("AccessDeniedException", "Macie is not enabled.")
    assert not MACIE.says_off("AccessDeniedException", "You are not authorized to perform this action.")
    assert MACIE.says_off("ResourceNotFoundException", "")


def test_keys_of_aws_cost_no_call() -> None:
    aws, own, signing = (
        _row({"KeyId": "k", "KeyManager": manager, "KeySpec": spec, "Origin": "AWS_KMS", "KeyState": "Enabled"})
        for manager, spec in (("AWS", "SYMMETRIC_DEFAULT"), ("CUSTOMER", "SYMMETRIC_DEFAULT"), ("CUSTOMER", "RSA_2048"))
    )
    assert [KEY_POLICIES.params_for(key) is not None for key in (aws, own, signing)] == [False, True, True]
    assert [KEY_ROTATION.params_for(key) is not None for key in (aws, own, signing)] == [False, True, False]


def test_subscription_filters_are_asked_for_a_trails_group_in_its_region() -> None:
    arn = f"arn:aws:logs:eu-west-1:{OWN}:log-group:/aws/trail:*"
    here, there = (
        {"TrailARN": "a", "CloudWatchLogsLogGroupArn": arn, "_region": r} for r in ("eu-west-1", "us-east-1")
    )
    assert SUBSCRIPTIONS.params_for(row_of(TRAILS, here)) == {"logGroupName": "/aws/trail"}
    assert SUBSCRIPTIONS.params_for(row_of(TRAILS, there)) is None
    assert SUBSCRIPTIONS.params_for(row_of(TRAILS, {"TrailARN": "a"})) is None
    assert group_of({}) is None


def test_targets_are_asked_only_of_rules_about_findings() -> None:
    rules = [
        _row({"Name": "r", "EventBusName": "default", "EventPattern": json.dumps({"source": [source]})})
        for source in ("aws.guardduty", "aws.ec2")
    ]
    assert [FINDING_TARGETS.params_for(rule) is not None for rule in rules] == [True, False]
    assert FINDING_TARGETS.params_for(_row({"Name": "clock", "EventBusName": "default"})) is None


def _row(fields: Mapping[str, Any]) -> Row:
    return row_of(TRAILS, fields)


# --- trails that AWS describes in every region


def test_a_trail_seen_in_every_region_counts_once() -> None:
    trails = tuple(
        row_of(TRAILS, {"TrailARN": "a", "IsMultiRegionTrail": True, "_region": r}) for r in ("eu-west-1", "us-east-1")
    )
    status = (
        row_of(TRAIL_STATUS, {"_parent": {"TrailARN": "a"}, "_absent": True}),
        row_of(TRAIL_STATUS, {"_parent": {"TrailARN": "a"}, "IsLogging": True}),
    )
    said = observe(a_trail_records_all_regions, (trails, status), Given(as_of=AS_OF))
    assert [o.status for o in said] == [Status.MET]
    assert said[0].note.count("example") == 1


def test_a_trail_whose_status_no_region_gave_is_unknown() -> None:
    trails = (row_of(TRAILS, {"TrailARN": "a", "IsMultiRegionTrail": True}),)
    said = observe(a_trail_records_all_regions, (trails, ()), Given(as_of=AS_OF))
    assert [o.status for o in said] == [Status.UNKNOWN]


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ({"EventSelectors": [{"IncludeManagementEvents": False, "ReadWriteType": "All"}]}, Status.UNMET),
        (
            {
                "EventSelectors": [
                    {
                        "IncludeManagementEvents": True,
                        "ReadWriteType": "All",
                        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                    }
                ]
            },
            Status.UNMET,
        ),
        (
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]},
            Status.MET,
        ),
        (
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]},
            Status.UNMET,
        ),
        (
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Management"]},
                            {"Field": "readOnly", "Equals": ["false"]},
                        ]
                    }
                ]
            },
            Status.UNMET,
        ),
        ({}, Status.UNMET),
    ],
)
def test_which_selectors_take_all_management_events(choice: dict[str, Any], status: Status) -> None:
    check = a_trail_records_all_management_events
    trails = (row_of(TRAILS, {"TrailARN": "a", "IsMultiRegionTrail": True}),)
    selectors = (row_of(check.calls[1], {"_parent": {"TrailARN": "a"}, **choice}),)
    assert [o.status for o in observe(check, (trails, selectors), Given(as_of=AS_OF))] == [status]


def test_a_group_in_a_region_that_was_not_read_is_unknown() -> None:
    trail = {"TrailARN": "a", "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{OWN}:log-group:t:*"}
    said = observe(trail_events_are_sent_on, ((row_of(TRAILS, trail),), ()), Given(as_of=AS_OF))
    assert [o.status for o in said] == [Status.UNKNOWN]


# --- from event to alarm

GROUP = {"CloudWatchLogsLogGroupArn": f"arn:aws:logs:eu-west-1:{OWN}:log-group:trail:*"}
FILTER = {
    "logGroupName": "trail",
    "filterPattern": "StopLogging DeleteTrail",
    "metricTransformations": [{"metricNamespace": "S", "metricName": "M"}],
}
ALARM = {"Namespace": "S", "MetricName": "M", "ActionsEnabled": True, "AlarmActions": ["arn:aws:sns:eu-west-1:1:desk"]}
MATHS = {"Metrics": [{"Id": "e", "Expression": "m"}, {"MetricStat": {"Metric": {"Namespace": "S", "MetricName": "M"}}}]}


@pytest.mark.parametrize(
    ("trail", "metric_filter", "alarm", "status"),
    [
        ({}, {}, {}, Status.MET),
        ({}, {}, {"Namespace": None, "MetricName": None, **MATHS}, Status.MET),
        ({"CloudWatchLogsLogGroupArn": ""}, {}, {}, Status.UNMET),
        ({}, {"logGroupName": "other"}, {}, Status.UNMET),
        ({}, {"filterPattern": "StopLogging"}, {}, Status.UNMET),
        ({}, {}, {"MetricName": "N"}, Status.UNMET),
        ({}, {}, {"ActionsEnabled": False}, Status.UNMET),
        ({}, {}, {"AlarmActions": []}, Status.UNMET),
        ({}, {}, {"_region": "us-east-1"}, Status.UNMET),
    ],
)
def test_an_alarm_needs_every_link(
    trail: dict[str, Any], metric_filter: dict[str, Any], alarm: dict[str, Any], status: Status
) -> None:
    said = alarm_on(
        ("StopLogging", "DeleteTrail"),
        (row_of(TRAILS, {**GROUP, **trail}),),
        (row_of(METRIC_FILTERS, {**FILTER, **metric_filter}),),
        (row_of(ALARMS, {**ALARM, **alarm}),),
    )
    assert said.status is status
