"""Domain 9, monitoring and logging: what the customer makes of the metrics that AWS publishes, as checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.cloudwatch import ALARMS, COMPOSITE_ALARMS
from srm_docs.checks.calls.rds import DB_INSTANCES
from srm_docs.checks.data_stores import NO_DATABASE
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import LOGS, METRICS
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Row

Rows = Sequence[Row]

_NAMED = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*[\"']?([^\"')]+?)[\"']?\s*\)")


def named_in(rules: Iterable[str]) -> set[str]:
    """The names of the alarms that rules of composite alarms rest on; an ARN counts as the name at its end."""
    return {found.rpartition(":alarm:")[2] or found for rule in rules for found in _NAMED.findall(rule)}


@check(METRICS, LOGS, whole=(ALARMS, COMPOSITE_ALARMS), none=not_applicable("No alarm exists here."))
def alarms_have_an_action(alarms: Rows, composites: Rows) -> Iterator[Observation]:
    """Every alarm on a metric does something when it goes off, by itself or through another alarm.

    An alarm without an action changes colour in a console at which nobody looks.

    Remedy: Give the alarm an action (a topic that people read), turn its actions on, or delete it.

    Met:
      cloudwatch:DescribeAlarms:
      - {AlarmName: disk, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:desk"]}
      - {AlarmName: errors, ActionsEnabled: true, AlarmActions: []}
      cloudwatch:DescribeAlarms#composite: [{AlarmRule: 'ALARM("errors") OR ALARM(other)'}]
    Unmet:
      cloudwatch:DescribeAlarms: [{AlarmName: disk, ActionsEnabled: true, AlarmActions: []}]
      cloudwatch:DescribeAlarms#composite: []
    Unmet:
      cloudwatch:DescribeAlarms:
      - {AlarmName: disk, ActionsEnabled: false, AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:desk"]}
      cloudwatch:DescribeAlarms#composite: []
    """
    watched = named_in(row["AlarmRule"] for row in composites)
    for alarm in alarms:
        if alarm["ActionsEnabled"] and alarm["AlarmActions"]:
            yield met("The alarm has an action.").about(alarm)
        elif alarm["AlarmName"] in watched:
            yield met("A composite alarm rests on it.").about(alarm)
        else:
            yield unmet("Nothing happens when the alarm goes off.").about(alarm)


def watched_databases(alarm: Row) -> set[str]:
    """The databases (instances or clusters) that an alarm watches by a metric of RDS."""
    metrics: list[Mapping[str, Any]] = [alarm.fields]
    metrics += [part.get("MetricStat", {}).get("Metric", {}) for part in alarm.get("Metrics", ())]
    return {
        dimension["Value"]
        for metric in metrics
        if metric.get("Namespace") == "AWS/RDS"
        for dimension in metric.get("Dimensions", ())
        if dimension["Name"] in {"DBInstanceIdentifier", "DBClusterIdentifier"}
    }


@check(METRICS, whole=(DB_INSTANCES, ALARMS), none=NO_DATABASE, severity="low")
def databases_are_watched_by_an_alarm(instances: Rows, alarms: Rows) -> Iterator[Observation]:
    """Every database has an alarm on one of its metrics.

    Storage that runs full is told by a metric days before the database stops.

    Remedy: Create an alarm on the free storage or the load of the instance, with an action.

    Met:
      rds:DescribeDBInstances:
      - {DBInstanceIdentifier: orders}
      - {DBInstanceIdentifier: stock-1, DBClusterIdentifier: stock}
      cloudwatch:DescribeAlarms:
      - {Namespace: AWS/RDS, Dimensions: [{Name: DBInstanceIdentifier, Value: orders}]}
      - Metrics:
        - Id: m
          MetricStat: {Metric: {Namespace: AWS/RDS, Dimensions: [{Name: DBClusterIdentifier, Value: stock}]}}
    Unmet:
      rds:DescribeDBInstances: [{DBInstanceIdentifier: orders}]
      cloudwatch:DescribeAlarms: [{Namespace: AWS/EC2, Dimensions: [{Name: DBInstanceIdentifier, Value: orders}]}]
    Unmet:
      rds:DescribeDBInstances: [{DBInstanceIdentifier: orders}]
      cloudwatch:DescribeAlarms: [{Namespace: AWS/RDS, Dimensions: [{Name: DBInstanceIdentifier, Value: stock}]}]
    Not applicable:
      rds:DescribeDBInstances: []
      cloudwatch:DescribeAlarms: [{Namespace: AWS/RDS, Dimensions: []}]
    """
    watched = {name for alarm in alarms for name in watched_databases(alarm)}
    for instance in instances:
        if watched & {instance["DBInstanceIdentifier"], instance.get("DBClusterIdentifier")}:
            yield met("An alarm watches it.").about(instance)
        else:
            yield unmet("No alarm watches it.").about(instance)
