"""Domain 9, monitoring and logging: events of a trail that raise an alarm, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.cloudtrail import TRAILS
from srm_docs.checks.calls.cloudwatch import ALARMS
from srm_docs.checks.calls.logs import METRIC_FILTERS, group_of
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.monitoring_trails import NO_TRAIL
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]


def alarm_on(words: Sequence[str], trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whether events that hold all the words go from a trail through a metric filter to an alarm that acts.

    A filter counts where it stands on a trail's log group, an alarm where it acts on the filter's metric in the same
    region.
    """
    groups = {group_of(trail.fields) for trail in trails} - {None}
    matching = [
        f for f in filters if f["logGroupName"] in groups and all(w in f.get("filterPattern", "") for w in words)
    ]
    if not matching:
        return unmet("No metric filter on a trail's log group looks for these events.")
    metrics = {
        (f.place.region, t.get("metricNamespace"), t.get("metricName"))
        for f in matching
        for t in f["metricTransformations"]
    }
    acting = [a for a in alarms if a["ActionsEnabled"] and a["AlarmActions"] and metrics & set(_metrics(a))]
    if not acting:
        return unmet("No alarm with an action watches the metric of these events.").about(matching[0])
    return met(f"Alarm: {', '.join(a.name for a in acting)}.").about(acting[0])


def _metrics(alarm: Row) -> Iterator[tuple[str, object, object]]:
    """The metrics that an alarm watches: one of its own, or those of its metric math."""
    region = alarm.place.region
    yield region, alarm.get("Namespace"), alarm.get("MetricName")
    for part in alarm.get("Metrics", ()):
        metric = part.get("MetricStat", {}).get("Metric", {})
        yield region, metric.get("Namespace"), metric.get("MetricName")


@check(LOGS, whole=(TRAILS, METRIC_FILTERS, ALARMS), none=NO_TRAIL, scope=Scope.ACCOUNT)
def use_of_the_root_user_raises_an_alarm(trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whenever somebody uses the root user, an alarm tells people.

    No routine work needs the root user, so that each use is either planned or an attack.

    Remedy: Filter the trail's log group for userIdentity.type Root, and set an alarm with a notification on the metric.

    Met:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters:
      - {logGroupName: trail, filterPattern: '{ $.userIdentity.type = "Root" }',
         metricTransformations: [{metricNamespace: Security, metricName: Root}]}
      cloudwatch:DescribeAlarms:
      - {Namespace: Security, MetricName: Root, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:1:desk"]}
    Unmet:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters: []
      cloudwatch:DescribeAlarms: []
    """
    return alarm_on(("userIdentity.type", "Root"), trails, filters, alarms)


@check(
    LOGS,
    "identity-access-management.iam-policies",
    whole=(TRAILS, METRIC_FILTERS, ALARMS),
    none=NO_TRAIL,
    scope=Scope.ACCOUNT,
)
def changes_of_iam_policies_raise_an_alarm(trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whenever somebody changes an IAM policy, an alarm tells people.

    Whoever has got in widens their own rights next.

    Remedy: Filter the trail's log group for the events that write or attach policies, and set an alarm on the metric.

    Met:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters:
      - logGroupName: trail
        filterPattern: >-
          { $.eventName = PutRolePolicy || $.eventName = AttachRolePolicy || $.eventName = CreatePolicyVersion }
        metricTransformations: [{metricNamespace: Security, metricName: IAM}]
      cloudwatch:DescribeAlarms:
      - {Namespace: Security, MetricName: IAM, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:1:desk"]}
    Unmet:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters: []
      cloudwatch:DescribeAlarms: []
    """
    return alarm_on(("PutRolePolicy", "AttachRolePolicy", "CreatePolicyVersion"), trails, filters, alarms)


@check(LOGS, whole=(TRAILS, METRIC_FILTERS, ALARMS), none=NO_TRAIL, scope=Scope.ACCOUNT)
def changes_of_trails_raise_an_alarm(trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whenever somebody stops, changes or deletes a trail, an alarm tells people.

    Whoever means harm switches off the record first.

    Remedy: Filter the trail's log group for the events that change trails, and set an alarm on the metric.

    Met:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters:
      - {logGroupName: trail, filterPattern: "{ $.eventName = DeleteTrail || $.eventName = StopLogging }",
         metricTransformations: [{metricNamespace: Security, metricName: Trails}]}
      cloudwatch:DescribeAlarms:
      - {Namespace: Security, MetricName: Trails, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:1:desk"]}
    Unmet:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters: []
      cloudwatch:DescribeAlarms: []
    """
    return alarm_on(("DeleteTrail", "StopLogging"), trails, filters, alarms)


@check(LOGS, "data.key-usage-policies", whole=(TRAILS, METRIC_FILTERS, ALARMS), none=NO_TRAIL, scope=Scope.ACCOUNT)
def deletion_of_keys_raises_an_alarm(trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whenever somebody disables a KMS key or schedules its deletion, an alarm tells people.

    While the deletion waits, it can be cancelled; afterwards the data is lost.

    Remedy: Filter the trail's log group for DisableKey and ScheduleKeyDeletion, and set an alarm on the metric.

    Met:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters:
      - {logGroupName: trail, filterPattern: "{ $.eventName = DisableKey || $.eventName = ScheduleKeyDeletion }",
         metricTransformations: [{metricNamespace: Security, metricName: Keys}]}
      cloudwatch:DescribeAlarms:
      - {Namespace: Security, MetricName: Keys, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:1:desk"]}
    Unmet:
      cloudtrail:DescribeTrails: [{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}]
      logs:DescribeMetricFilters: []
      cloudwatch:DescribeAlarms: []
    """
    return alarm_on(("DisableKey", "ScheduleKeyDeletion"), trails, filters, alarms)
