"""Domain 7, data: what moves data between stores (Database Migration Service, DataSync), as checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from srm_docs.checks.calls.datasync import TASKS
from srm_docs.checks.calls.dms import ENDPOINTS, REPLICATION_INSTANCES, REPLICATION_TASKS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import NotAnswered, Row

NO_INSTANCE = not_applicable("No replication instance exists here.")

_WITHOUT_MODE = frozenset(
    {"dynamodb", "elasticsearch", "kinesis", "neptune", "opensearch", "redshift-serverless", "s3"}
)
"""Engines that DMS reaches by AWS's own API, which speaks TLS only."""

_ENDS = ("SOURCE_UNLOAD", "SOURCE_CAPTURE", "TARGET_LOAD", "TARGET_APPLY")
_SEVERE = {"LOGGER_SEVERITY_ERROR", "LOGGER_SEVERITY_WARNING"}


@check(DATA, each=REPLICATION_INSTANCES, none=NO_INSTANCE)
def replication_instances_stand_in_two_zones(instance: Row) -> Observation:
    """Every replication instance of Database Migration Service has a standby in a second zone.

    Remedy: Turn on Multi-AZ for the replication instance.

    Met:   {MultiAZ: true}
    Unmet: {MultiAZ: false}
    """
    if instance["MultiAZ"]:
        return met("A standby stands in a second zone.")
    return unmet("There is no standby.")


@check(DATA, "networking.vpc-configuration", each=REPLICATION_INSTANCES, none=NO_INSTANCE, severity="high")
def replication_instances_are_not_public(instance: Row) -> Observation:
    """No replication instance of Database Migration Service has a public address.

    All data that are moved pass through it.

    Remedy: Replace the instance by one that is not publicly accessible.

    Met:   {PubliclyAccessible: false}
    Unmet: {PubliclyAccessible: true}
    """
    if instance["PubliclyAccessible"]:
        return unmet("The instance is publicly accessible.")
    return met("The instance is reachable from inside the VPC only.")


@check(MANAGED_PATCHING, each=REPLICATION_INSTANCES, none=NO_INSTANCE)
def replication_instances_take_minor_upgrades(instance: Row) -> Observation:
    """Every replication instance of Database Migration Service takes minor upgrades by itself.

    Remedy: Turn on AutoMinorVersionUpgrade for the instance.

    Met:   {AutoMinorVersionUpgrade: true}
    Unmet: {AutoMinorVersionUpgrade: false}
    """
    if instance["AutoMinorVersionUpgrade"]:
        return met("Minor upgrades are taken in the maintenance window.")
    return unmet("Minor upgrades wait for somebody to apply them.")


@check(DATA, each=ENDPOINTS, none=not_applicable("No migration endpoint exists here."), severity="high")
def migration_endpoints_encrypt(endpoint: Row) -> Observation:
    """Every endpoint of Database Migration Service encrypts its connection to the database.

    Remedy: Set the endpoint's SSL mode to require or better; for Redis, the protocol ssl-encryption; for Kafka, an
      encrypted security protocol.

    Met:   {EngineName: mysql, SslMode: verify-full}
    Unmet: {EngineName: mysql, SslMode: none}
    Met:   {EngineName: redis, SslMode: none, RedisSettings: {SslSecurityProtocol: ssl-encryption}}
    Unmet: {EngineName: redis, SslMode: none, RedisSettings: {SslSecurityProtocol: plaintext}}
    Met:   {EngineName: kafka, SslMode: none, KafkaSettings: {SecurityProtocol: sasl-ssl}}
    Unmet: {EngineName: kafka, SslMode: none, KafkaSettings: {SecurityProtocol: plaintext}}
    Not applicable: {EngineName: s3, SslMode: none}
    """
    engine = endpoint["EngineName"].lower()
    if engine in _WITHOUT_MODE:
        return not_applicable("DMS reaches it by AWS's API, which is always encrypted.")
    if engine == "redis":
        plain = endpoint.at("RedisSettings.SslSecurityProtocol") == "plaintext"
    elif engine == "kafka":
        plain = endpoint.at("KafkaSettings.SecurityProtocol") == "plaintext"
    else:
        plain = endpoint["SslMode"] == "none"
    return unmet("The connection is not encrypted.") if plain else met("The connection is encrypted.")


def settings_of(task: Row) -> Mapping[str, Any]:
    """The settings of a replication task, which AWS gives as JSON text; `NotAnswered` where they are none."""
    try:
        found = json.loads(task["ReplicationTaskSettings"])
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotAnswered("settings that can be read")
    return found


@check(LOGS, each=REPLICATION_TASKS, none=not_applicable("No replication task exists here."))
def replication_tasks_log_both_ends(task: Row) -> Observation:
    """Every replication task logs what it does at its source and at its target.

    A row that was refused at one end is otherwise missing at the other, and nobody is told.

    Remedy: Turn on the task's logging with at least the default level for source and target, load and change.

    Met:
        ReplicationTaskSettings: '{"Logging": {"EnableLogging": true, "LogComponents": [
          {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "TARGET_LOAD", "Severity": "LOGGER_SEVERITY_DEBUG"},
          {"Id": "TARGET_APPLY", "Severity": "LOGGER_SEVERITY_DEFAULT"}]}}'
    Unmet:
        ReplicationTaskSettings: '{"Logging": {"EnableLogging": true, "LogComponents": [
          {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_ERROR"},
          {"Id": "TARGET_LOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "TARGET_APPLY", "Severity": "LOGGER_SEVERITY_DEFAULT"}]}}'
    Unmet:
        ReplicationTaskSettings: '{"Logging": {"EnableLogging": false, "LogComponents": [
          {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "TARGET_LOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
          {"Id": "TARGET_APPLY", "Severity": "LOGGER_SEVERITY_DEFAULT"}]}}'
    """
    logging = settings_of(task)["Logging"]
    if not logging["EnableLogging"]:
        return unmet("The task's logging is off.")
    levels = {part["Id"]: part["Severity"] for part in logging["LogComponents"]}
    # Error and warning leave out what was read and written; a component that is not listed is not logged.
    silent = [end for end in _ENDS if levels.get(end, "LOGGER_SEVERITY_ERROR") in _SEVERE]
    if silent:
        return unmet(f"Not logged, or errors only: {', '.join(silent)}.")
    return met("Source and target are logged.")


@check(LOGS, each=TASKS, none=not_applicable("No transfer task exists here."))
def transfer_tasks_are_logged(task: Row) -> Observation:
    """Every DataSync task writes a log to CloudWatch.

    Remedy: Name a log group in the task, and set its log level to BASIC or TRANSFER.

    Met:   {CloudWatchLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:datasync", Options: {LogLevel: BASIC}}
    Unmet: {CloudWatchLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:datasync", Options: {LogLevel: "OFF"}}
    Unmet: {Options: {LogLevel: BASIC}}
    """
    if not task.get("CloudWatchLogGroupArn"):
        return unmet("No log group is named.")
    if task.at("Options.LogLevel") == "OFF":
        return unmet("The log level is OFF.")
    return met(f"The log level is {task.at('Options.LogLevel')}.")
