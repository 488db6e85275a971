"""Databases, files, buckets, queues and backups beyond the docstring examples: what is asked, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from srm_docs.checks.bucket_settings import buckets_are_copied_to_another_region
from srm_docs.checks.call import Call
from srm_docs.checks.calls.backup import VAULTS
from srm_docs.checks.calls.backup_records import RECOVERY_POINTS
from srm_docs.checks.calls.bucket_settings import BUCKET_REPLICATION
from srm_docs.checks.calls.ds import DIRECTORIES, LDAPS
from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES
from srm_docs.checks.calls.rds_settings import DB_CLUSTER_PARAMETERS, DB_PARAMETERS, forcing
from srm_docs.checks.calls.s3 import BUCKETS
from srm_docs.checks.calls.sqs import QUEUES
from srm_docs.checks.data import TRUSTED_ACCOUNTS
from srm_docs.checks.database_settings import databases_refuse_plain_connections
from srm_docs.checks.examples import AS_OF, row_of
from srm_docs.checks.kafka_clusters import kafka_clusters_use_a_key_of_our_own
from srm_docs.checks.kit import Check
from srm_docs.checks.observation import Status
from srm_docs.checks.resource_policies import refuses_without_tls, who_is_let_in
from srm_docs.checks.row import Given, NotAnswered
from srm_docs.checks.verdict import observe
from srm_docs.demo import asked

OWN = "111122223333"
OTHER = "444455556666"
GIVEN = Given(as_of=AS_OF)
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": "*", **more}


def deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": PLAIN, **more}


def statuses(check: Check, *rows: list[Mapping[str, Any]]) -> list[Status]:
    made = [tuple(row_of(call, row) for row in listed) for call, listed in zip(check.calls, rows, strict=True)]
    return [said.status for said in observe(check, made, GIVEN)]


# --- resource policies


@pytest.mark.parametrize(
    ("document", "trusted", "status"),
    [
        ("", (), Status.MET),
        ("{}", (), Status.MET),
        (policy(allow({"AWS": f"arn:aws:iam::{OWN}:role/app"})), (), Status.MET),
        (policy(allow({"Service": "events.amazonaws.com"})), (), Status.MET),
        (policy(allow({"AWS": OTHER})), (), Status.UNMET),
        (policy(allow({"AWS": OTHER})), (OTHER,), Status.MET),
        (policy(allow("*")), (OTHER,), Status.UNMET),
        (policy(allow("*", Condition={"StringEquals": {"aws:SourceAccount": OWN}})), (), Status.MET),
        (policy(allow("*", Condition={"StringEquals": {"aws:SourceAccount": OTHER}})), (), Status.UNMET),
        (policy(allow("*", Condition={"Bool": {"aws:SecureTransport": "true"}})), (), Status.UNMET),
    ],
)
def test_who_a_resource_policy_lets_in(document: str, trusted: tuple[str, ...], status: Status) -> None:
    given = replace(GIVEN, values={TRUSTED_ACCOUNTS.id: trusted})
    assert who_is_let_in(document, row_of(QUEUES, {}), given).status is status


def test_a_policy_that_cannot_be_read_lets_in_nobody_knows_whom() -> None:
    with pytest.raises(NotAnswered):
        who_is_let_in("not JSON", row_of(QUEUES, {}), GIVEN)


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        ("", False),
        (policy(deny()), True),
        (policy(deny(Action=["sqs:SendMessage"]), deny(Action=["sqs:ReceiveMessage"])), True),
        (policy(deny(Action="sqs:SendMessage")), False),
        (policy(deny(Principal={"AWS": OTHER})), False),
        (policy(deny(Condition={"Bool": {"aws:SecureTransport": "true"}})), False),
        (policy(deny(Condition={**PLAIN, "StringEquals": {"aws:SourceAccount": OWN}})), False),
        (policy({**deny(), "Condition": {}}), False),
        (policy(allow("*", Condition=PLAIN)), False),
    ],
)
def test_which_policies_refuse_plain_connections(document: str, refused: bool) -> None:
    assert refuses_without_tls(document, "sqs:SendMessage", "sqs:ReceiveMessage") is refused


# --- what is asked, and of what


def asks(call: Call, parent: Call, row: Mapping[str, Any]) -> bool:
    return call.params_for(row_of(parent, row)) is not None


def test_parameters_are_asked_only_where_they_decide_on_tls() -> None:
    group = {"DBParameterGroups": [{"DBParameterGroupName": "p"}]}
    assert asks(DB_PARAMETERS, DB_INSTANCES, {"Engine": "postgres", **group})
    assert not asks(DB_PARAMETERS, DB_INSTANCES, {"Engine": "oracle-ee", **group})
    assert not asks(DB_PARAMETERS, DB_INSTANCES, {"Engine": "aurora-mysql", "DBClusterIdentifier": "c", **group})
    assert asks(DB_CLUSTER_PARAMETERS, DB_CLUSTERS, {"Engine": "docdb", "DBClusterParameterGroup": "d"})
    assert not asks(DB_CLUSTER_PARAMETERS, DB_CLUSTERS, {"Engine": "neptune", "DBClusterParameterGroup": "n"})


def test_empty_vaults_and_simple_directories_cost_no_call() -> None:
    vault = {"BackupVaultName": "v"}
    assert not asks(RECOVERY_POINTS, VAULTS, {**vault, "NumberOfRecoveryPoints": 0})
    assert asks(RECOVERY_POINTS, VAULTS, vault), "what AWS did not count may be there"
    assert asks(LDAPS, DIRECTORIES, {"DirectoryId": "d-1", "Type": "MicrosoftAD"})
    assert not asks(LDAPS, DIRECTORIES, {"DirectoryId": "d-1", "Type": "SimpleAD"})


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        ("sqlserver-web", "rds.force_ssl"),
        ("aurora-postgresql", "rds.force_ssl"),
        ("mariadb", "require_secure_transport"),
        ("custom-sqlserver-ee", ""),
        ("db2-se", ""),
        ("neptune", ""),
    ],
)
def test_each_engine_has_its_own_parameter(engine: str, name: str) -> None:
    assert forcing(row_of(DB_INSTANCES, {"Engine": engine})) == name


@pytest.mark.parametrize(("value", "status"), [("tls1.2+", Status.MET), ("fips-140-3", Status.MET), ("", Status.UNMET)])
def test_documentdb_names_versions_of_tls(value: str, status: Status) -> None:
    cluster = {"Engine": "docdb", "DBClusterParameterGroup": "d"}
    parameter = {"_parent": cluster, "ParameterName": "tls", "ParameterValue": value}
    assert statuses(databases_refuse_plain_connections, [], [cluster], [], [parameter]) == [status]


def test_a_parameter_of_another_group_proves_nothing() -> None:
    own, other = ({"Engine": "mysql", "DBParameterGroups": [{"DBParameterGroupName": name}]} for name in "ab")
    forced = {"_parent": other, "ParameterName": "require_secure_transport", "ParameterValue": "1"}
    said = statuses(databases_refuse_plain_connections, [own, other], [], [forced], [])
    assert said == [Status.UNMET, Status.MET]


# --- one unknown does not hide what is known of the others


def test_a_copy_in_a_region_that_is_not_told_is_unknown_for_its_bucket_only() -> None:
    buckets = [{"Name": name, "BucketRegion": "eu-west-1"} for name in ("one", "two")]

    def copied(bucket: Mapping[str, Any], target: str) -> dict[str, Any]:
        rule = {"Status": "Enabled", "Destination": {"Bucket": f"arn:aws:s3:::{target}"}}
        return {"_parent": bucket, "ReplicationConfiguration": {"Role": "r", "Rules": [rule]}}

    said = statuses(
        buckets_are_copied_to_another_region, buckets, [copied(buckets[0], "theirs"), copied(buckets[1], "one")]
    )
    assert said == [Status.UNKNOWN, Status.UNMET]
    assert buckets_are_copied_to_another_region.calls == (BUCKETS, BUCKET_REPLICATION)


def test_a_key_that_was_not_listed_is_unknown_for_its_cluster_only() -> None:
    arns = [f"arn:aws:kms:eu-west-1:{OWN}:key/{number}" for number in "12"]
    clusters = [{"Provisioned": {"EncryptionInfo": {"EncryptionAtRest": {"DataVolumeKMSKeyId": a}}}} for a in arns]
    said = statuses(kafka_clusters_use_a_key_of_our_own, clusters, [{"Arn": arns[1], "KeyManager": "AWS"}])
    assert said == [Status.UNKNOWN, Status.UNMET]


# --- the demo tells operations apart that share a path


@pytest.mark.parametrize(
    ("service", "path", "query", "operation"),
    [
        ("s3", "/papers", "lifecycle", "GetBucketLifecycleConfiguration"),
        ("s3", "/papers", "notification", "GetBucketNotificationConfiguration"),
        ("mq", "/v1/brokers/b-1", "", "DescribeBroker"),
        ("es", "/2021-01-01/opensearch/domain/invoices", "", "DescribeDomain"),
        ("elasticfilesystem", "/2015-02-01/file-systems/fs-1/policy", "", "DescribeFileSystemPolicy"),
    ],
)
def test_the_demo_knows_what_is_asked(service: str, path: str, query: str, operation: str) -> None:
    scope = f"AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/{service}/aws4_request, SignedHeaders=host"
    environ = {"HTTP_AUTHORIZATION": scope, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    said = asked.read(environ)
    assert said is not None
    assert said.operation == operation
