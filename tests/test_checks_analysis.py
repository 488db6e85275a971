"""Judgement that no example holds: helpers of analytics, data movement and the customer's part of AWS's bullets."""

from __future__ import annotations

from typing import Any

import pytest

from srm_docs.checks.analytics import emr_clusters_encrypt, groups_of
from srm_docs.checks.calls.dms import REPLICATION_TASKS
from srm_docs.checks.calls.emr import CLUSTERS, SECURITY_CONFIGURATIONS
from srm_docs.checks.calls.glue import JOBS
from srm_docs.checks.data_catalog import unencrypted
from srm_docs.checks.data_movement import replication_tasks_log_both_ends
from srm_docs.checks.ddos_protection import limits_rates
from srm_docs.checks.examples import AS_OF, row_of
from srm_docs.checks.observation import Status
from srm_docs.checks.row import Given
from srm_docs.checks.service_metrics import named_in
from srm_docs.checks.verdict import observe
from srm_docs.evidence.redact import Redactor

ON, OFF = "SSE-KMS", "DISABLED"


@pytest.mark.parametrize(
    ("buckets", "logs", "bookmarks", "missing"),
    [
        ([ON], ON, "CSE-KMS", []),
        ([], ON, "CSE-KMS", ["data in S3"]),
        ([ON, OFF], ON, "CSE-KMS", ["data in S3"]),
        ([ON], OFF, OFF, ["logs", "job bookmarks"]),
    ],
)
def test_what_a_security_configuration_leaves_out(
    buckets: list[str], logs: str, bookmarks: str, missing: list[str]
) -> None:
    configuration = {
        "S3Encryption": [{"S3EncryptionMode": mode} for mode in buckets],
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": logs},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": bookmarks},
    }
    assert unencrypted(configuration) == missing


@pytest.mark.parametrize("settings", ["", "no json", "[]", "{}", '{"Logging": {"EnableLogging": true}}'])
def test_settings_that_cannot_be_read_are_unknown(settings: str) -> None:
    row = row_of(REPLICATION_TASKS, {"ReplicationTaskSettings": settings})
    said = observe(replication_tasks_log_both_ends, ((row,),), Given(as_of=AS_OF))
    assert [one.status for one in said] == [Status.UNKNOWN]


@pytest.mark.parametrize("text", ["no json", "[]"])
def test_an_emr_configuration_that_cannot_be_read_is_unknown(text: str) -> None:
    cluster = row_of(CLUSTERS, {"SecurityConfiguration": "x"})
    configuration = row_of(SECURITY_CONFIGURATIONS, {"Name": "x", "SecurityConfiguration": text})
    said = observe(emr_clusters_encrypt, ((cluster,), (configuration,)), Given(as_of=AS_OF))
    assert [one.status for one in said] == [Status.UNKNOWN]


def test_all_groups_of_a_cluster_count() -> None:
    about = {
        "EmrManagedMasterSecurityGroup": "a",
        "EmrManagedSlaveSecurityGroup": "b",
        "AdditionalMasterSecurityGroups": ["c"],
        "AdditionalSlaveSecurityGroups": ["d", "e"],
    }
    assert groups_of(row_of(CLUSTERS, {"Ec2InstanceAttributes": about})) == list("abcde")
    assert groups_of(row_of(CLUSTERS, {"Ec2InstanceAttributes": {}})) == []


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ('ALARM("disk full")', {"disk full"}),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:disk) AND NOT OK( 'load' )", {"disk", "load"}),
        ("(ALARM(a) OR INSUFFICIENT_DATA(b)) AND TRUE", {"a", "b"}),
        ("FALSE", set()),
    ],
)
def test_the_alarms_that_a_composite_alarm_names(rule: str, names: set[str]) -> None:
    assert named_in([rule]) == names


MANAGED = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesAntiDDoSRuleSet"}}


@pytest.mark.parametrize(
    ("rule", "limits"),
    [
        ({"Statement": {"RateBasedStatement": {}}, "Action": {"Captcha": {}}}, True),
        ({"Statement": {"RateBasedStatement": {}}, "Action": {"Count": {}}}, False),
        ({"Statement": MANAGED, "OverrideAction": {"None": {}}}, True),
        ({"Statement": MANAGED, "OverrideAction": {"Count": {}}}, False),
        ({"Statement": {"GeoMatchStatement": {}}, "Action": {"Block": {}}}, False),
    ],
)
def test_which_rules_limit_rates(rule: dict[str, Any], limits: bool) -> None:
    assert limits_rates(rule) is limits


def test_a_switch_among_the_arguments_of_a_job_stays_and_all_else_goes() -> None:
    arguments = {"--enable-continuous-cloudwatch-log": "true", "--token": "hunter2abc", "--stage": "live"}
    (page,), log = Redactor(b"k" * 32).redact(JOBS, [{"Jobs": [{"DefaultArguments": arguments}]}])
    kept = page["Jobs"][0]["DefaultArguments"]
    assert kept["--enable-continuous-cloudwatch-log"] == "true"
    assert all(kept[name].startswith("[redacted:") for name in ("--token", "--stage"))
    assert len(log) == 2
