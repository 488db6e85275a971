"""The demo over HTTP: every call of the checks is answered, or refused as planned, in a shape that botocore parses."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

import srm_docs.checks.calls
from srm_docs import demo
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Row
from srm_docs.demo.company import HOSTILE
from srm_docs.demo.planted import USER_DATA, USER_DATA_BASE64
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.judge import judge
from tests.each import of_each

A, B = demo.ACCOUNTS
EUROPE, AMERICA = demo.REGIONS


def _calls() -> tuple[Call, ...]:
    found: dict[str, Call] = {}
    for module in pkgutil.iter_modules(srm_docs.checks.calls.__path__):
        for value in vars(importlib.import_module(f"srm_docs.checks.calls.{module.name}")).values():
            if isinstance(value, Call):
                found[value.id] = value
    return tuple(found.values())


CALLS = _calls()


@dataclass
class Heard:
    """What came of one call at one place: rows with their parents, refusals by code, and how many pages at most."""

    rows: list[Row] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    pages: int = 0


class Caller:
    """A collector in forty lines, so that this test leans on nothing but botocore and the calls."""

    def __init__(self, running: demo.Demo) -> None:
        self.demo = running
        self.session = botocore.session.Session()
        self.clients: dict[tuple[str, str, str], Any] = {}  # to make one takes longer than to ask with it
        self.session.register("before-sign.s3-control", _without_account)
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        self.credentials = {A: tuple(running.env[key] for key in keys)}
        role = self.client("sts", A, EUROPE).assume_role(RoleArn=running.role_arn(B), RoleSessionName="srm-docs")
        given = role["Credentials"]
        self.credentials[B] = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        self.heard: dict[tuple[str, str, str], Heard] = {}

    def client(self, service: str, account: str, region: str) -> Any:
        if (service, account, region) not in self.clients:
            self.clients[service, account, region] = self._client(service, account, region)
        return self.clients[service, account, region]

    def _client(self, service: str, account: str, region: str) -> Any:
        key, secret, token = self.credentials[account]
        return self.session.create_client(
            service,
            region_name=region,
            endpoint_url=self.demo.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def ask(self, call: Call, account: str, region: str) -> Heard:
        known = (call.id, account, region)
        if known not in self.heard:
            heard = self.heard[known] = Heard()
            parents: list[Row | None] = [None]
            if call.per is not None:
                parents = list(self.ask(call.per, account, region).rows)
            client = self.client(call.service, account, region)
            for parent in parents:
                params = call.params_for(parent)
                if params is not None:
                    self._put(call, client, params, Place(account=account, region=region), parent, heard)
        return self.heard[known]

    def _put(
        self, call: Call, client: Any, params: Mapping[str, Any], place: Place, parent: Row | None, heard: Heard
    ) -> None:
        operation, pages = xform_name(call.operation), 0
        try:
            if call.job is not None:
                getattr(client, xform_name(call.job.operation))()
            if client.can_paginate(operation):
                replies = client.get_paginator(operation).paginate(**params)
            else:
                replies = [getattr(client, operation)(**params)]
            for reply in replies:
                pages += 1
                assert reply["ResponseMetadata"]["RequestId"]
                assert reply["ResponseMetadata"]["HTTPHeaders"]["date"].endswith("GMT")
                rows = call.rows_in({key: value for key, value in reply.items() if key != "ResponseMetadata"})
                heard.rows += [Row(fields=row, name="", place=place, parent=parent) for row in rows]
            heard.answered += 1
        except ClientError as error:
            said = error.response["Error"]
            off = call.says_off(said["Code"], said["Message"])
            (heard.absent if off else heard.refused)[said["Code"]] += 1
        heard.pages = max(heard.pages, pages)

    def everywhere(self, call: Call) -> Iterator[tuple[str, str, Heard]]:
        for account in demo.ACCOUNTS:
            for region in demo.REGIONS if call.scope is Scope.REGION else (EUROPE,):
                yield account, region, self.ask(call, account, region)

    def rows(self, call_id: str, account: str, region: str = EUROPE) -> list[Mapping[str, Any]]:
        call = next(call for call in CALLS if call.id == call_id)
        return [row.fields for row in self.ask(call, account, region).rows]


def _without_account(request: Any, **_: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with demo.serve() as running:
        yield Caller(running)


def test_the_demo_is_soon_there(caller: Caller) -> None:
    assert caller.demo.seconds < 10, "seeding takes 4 s of processor time"


# What a calling service prefixes an HTML page with: botocore gives the status as the code.
CODES_OF_PAGES = {"unsupported": "501"}


@of_each(CALLS)
def test_every_call_of_the_checks_is_answered_or_refused_as_planned(call: Call, caller: Caller) -> None:
    for account, region, heard in caller.everywhere(call):
        planned = {
            CODES_OF_PAGES.get(refusal.kind, refusal.code)
            for refusal in caller.demo.refusals
            if refusal.call == f"{call.service}:{call.operation}"
            and refusal.account == account
            and refusal.region in ("", region)
        }
        assert set(heard.refused) == planned, f"{call.id} in {account} {region}"


# The estate has none of these, on purpose. A new call is given something to find, or its name here.
NOWHERE = {"ecr:GetRepositoryPolicy"}


@of_each(call for call in CALLS if call.id not in NOWHERE)
def test_every_call_of_the_checks_finds_something_somewhere(call: Call, caller: Caller) -> None:
    assert any(heard.rows for _, _, heard in caller.everywhere(call)), "the demo has nothing for this call to show"


PAGED = {
    ("ec2:DescribeSecurityGroups", B): 7,
    ("ec2:DescribeInstances", A): 4,
    ("iam:GetAccountAuthorizationDetails#users", A): 5,
    ("lambda:ListFunctions", A): 3,
    ("artifact:ListReports", A): 9,
    ("ssm:DescribeInstanceInformation", A): 4,
    ("secretsmanager:ListSecrets", A): 3,
}


@pytest.mark.parametrize(("call_id", "account"), PAGED, ids=str)
def test_lists_that_moto_gives_in_one_piece_come_in_pages(caller: Caller, call_id: str, account: str) -> None:
    call = next(call for call in CALLS if call.id == call_id)
    heard = caller.ask(call, account, EUROPE)
    assert heard.pages > 1
    assert len(heard.rows) == PAGED[call_id, account], "a page is lost or repeated"


def test_the_callers_limit_makes_smaller_pages_and_a_forged_token_is_refused(caller: Caller) -> None:
    ec2 = caller.client("ec2", B, EUROPE)
    first = ec2.describe_security_groups(MaxResults=5)
    second = ec2.describe_security_groups(MaxResults=5, NextToken=first["NextToken"])
    names = [group["GroupId"] for page in (first, second) for group in page["SecurityGroups"]]
    assert len(names) == len(set(names)) == 7
    assert "NextToken" not in second
    assert len(caller.client("lambda", A, EUROPE).list_functions(MaxItems=1)["Functions"]) == 1
    with pytest.raises(ClientError, match="token"):
        ec2.describe_security_groups(NextToken="forged")


def test_a_refusal_on_the_second_page_leaves_the_first(caller: Caller) -> None:
    call = next(call for call in CALLS if call.id == "secretsmanager:ListSecrets")
    heard = caller.ask(call, B, EUROPE)
    assert (len(heard.rows), dict(heard.refused)) == (2, {"AccessDeniedException": 1})


# More than the checks ask today; each must still answer in a shape that botocore parses, with something in it.
ALSO: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("iam", "list_users"): ({}, "Users"),
    ("iam", "list_mfa_devices"): ({"UserName": "amara.okafor"}, "MFADevices"),
    ("iam", "list_access_keys"): ({"UserName": "erp-export"}, "AccessKeyMetadata"),
    ("ec2", "describe_route_tables"): ({}, "RouteTables"),
    ("ssm", "describe_parameters"): ({}, "Parameters"),
    ("ecs", "list_clusters"): ({}, "clusterArns"),
    ("ecs", "list_task_definitions"): ({}, "taskDefinitionArns"),
    ("kms", "list_aliases"): ({}, "Aliases"),
    ("acm", "list_certificates"): ({}, "CertificateSummaryList"),
    ("apigateway", "get_rest_apis"): ({}, "items"),
    ("backup", "list_protected_resources"): ({}, "Results"),
    ("inspector2", "list_coverage"): ({}, "coveredResources"),
    ("account", "list_regions"): ({}, "Regions"),
    ("lambda", "get_function"): ({"FunctionName": "legacy-import"}, "Code"),
    ("artifact", "get_report_metadata"): ({"reportId": "report-soc20002demo"}, "reportDetails"),
}


@pytest.mark.parametrize(("service", "operation"), ALSO, ids=str)
def test_the_other_operations_of_the_story_answer(caller: Caller, service: str, operation: str) -> None:
    params, member = ALSO[service, operation]
    assert getattr(caller.client(service, A, EUROPE), operation)(**params)[member]


def test_each_secret_is_really_planted_and_hostile_text_really_there(caller: Caller) -> None:
    replies = [row.fields for call in CALLS for _, _, heard in caller.everywhere(call) for row in heard.rows]
    replies.append(caller.client("lambda", A, EUROPE).get_function(FunctionName="legacy-import"))
    text = "\n".join(repr(reply) for reply in replies)
    assert USER_DATA_BASE64 in text
    text += USER_DATA  # what anybody who decodes it reads
    assert not [where for where, secret in demo.PLANTED.items() if secret not in text]
    values = {value for reply in replies for value in _texts(reply)}
    assert not [kind for kind, value in HOSTILE.items() if value[:255] not in values]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def test_each_account_is_itself_and_a_stranger_is_nobody(caller: Caller) -> None:
    for account in demo.ACCOUNTS:
        said = caller.client("sts", account, EUROPE).get_caller_identity()
        assert said["Account"] == account
        assert said["Arn"] == f"arn:aws:sts::{account}:assumed-role/srm-docs-reader/srm-docs"
    caller.credentials["stranger"] = ("AKIA" + "A" * 16, "x", "y")
    for service, operation, code in (
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("kms", "list_keys", "UnrecognizedClientException"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(caller.client(service, "stranger", EUROPE), operation)()
        assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match="AccessDenied"):
        caller.client("sts", A, EUROPE).assume_role(
            RoleArn="arn:aws:iam::999999999999:role/srm-docs-reader", RoleSessionName="stranger"
        )


def test_regions_answer_like_aws_does_not_like_moto(caller: Caller) -> None:
    regions = caller.client("ec2", A, EUROPE).describe_regions()["Regions"]
    assert tuple(region["RegionName"] for region in regions) == caller.demo.enabled_regions
    every = caller.client("ec2", A, EUROPE).describe_regions(AllRegions=True)["Regions"]
    closed = {region["RegionName"] for region in every} - set(caller.demo.enabled_regions)
    assert closed
    assert {region["OptInStatus"] for region in every if region["RegionName"] in closed} == {"not-opted-in"}


def test_one_audit_report_ends_before_today_and_a_letter_bridges_a_month(caller: Caller) -> None:
    reports = {report["name"].split(" Sec")[0]: report for report in caller.rows("artifact:ListReports", A)}
    soc, letter = reports["SOC 2"], reports["SOC Continued Operations Letter"]
    assert (letter["periodStart"] - soc["periodEnd"]).days == 1
    root = caller.rows("iam:GetCredentialReport", A)[0]
    assert root["user"] == "<root_account>"
    assert (GLOBAL, root["mfa_active"]) == ("global", True)


def test_each_tested_bullet_has_a_deviation_and_a_clean_result(caller: Caller, demo_snapshot: Snapshot) -> None:
    """The demo's story, told by the product itself: collected, redacted, judged. And no planted secret was kept."""
    told: dict[str, Counter[str]] = {}
    by_check: dict[str, set[str]] = {}
    for result in judge(discover.checks(), demo_snapshot, {}):
        said = [str(one.status) for finding in result.findings for one in finding.judged]
        by_check[result.check.id] = {*said}
        for bullet in result.check.bullets:
            told.setdefault(bullet, Counter()).update(said)
    assert len(told) == 18 + 7, "each bullet of the customer, and each of AWS of which the customer configures a part"
    assert not {bullet for bullet, count in told.items() if not (count["met"] and count["unmet"])}
    # Two parts of the story meet in one answer here, and the later one once hid the earlier one's endpoint.
    assert {"met", "unmet"} <= by_check["a_vpc_endpoint_leads_to_models"]
    kept = "\n".join(repr(page) for key in demo_snapshot.entries for page in demo_snapshot.pages(key))
    assert not [where for where, secret in demo.PLANTED.items() if secret in kept]
    kinds = {str(entry.state) for entry in demo_snapshot.entries.values()}
    assert {refusal.kind for refusal in caller.demo.refusals} <= kinds
    left_out = {left for account in demo_snapshot.header.accounts for left in account.left_out}
    assert left_out == {"eu-central-1", "eu-north-1"}
