"""Domain 9, monitoring and logging: events of a trail that raise an alarm, a check for each line of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from srm_docs.checks.calls.cloudtrail import TRAILS
from srm_docs.checks.calls.cloudwatch import ALARMS
from srm_docs.checks.calls.logs import METRIC_FILTERS, group_of
from srm_docs.checks.kit import Check, check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.monitoring_trails import NO_TRAIL
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

POLICIES = "identity-access-management.iam-policies"
GROUPS = "networking.security-groups-nacls"
VPC = "networking.vpc-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Events that people must hear of: the check's id, title and reason, and the words its metric filter holds.

    The words are names of events, unless `pattern` gives a filter that holds them; `bullets` come besides that of logs.
    """

    id: str
    title: str
    reason: str
    words: tuple[str, ...]
    pattern: str = ""
    bullets: tuple[str, ...] = ()


WATCHES = (
    Watch(
        id="calls_without_permission_raise_an_alarm",
        title="Whenever somebody calls AWS without permission, an alarm tells people.",
        reason="Who tries one locked door after another is looking for an open one.",
        words=("UnauthorizedOperation", "AccessDenied"),
        pattern='{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }',
    ),
    Watch(
        id="changes_of_bucket_policies_raise_an_alarm",
        title="Whenever somebody changes who may use a bucket, an alarm tells people.",
        reason="One careless line in a bucket policy publishes its data.",
        words=("PutBucketAcl", "PutBucketPolicy", "DeleteBucketPolicy"),
        bullets=("data.data-classification-encryption",),
    ),
    Watch(
        id="changes_of_configuration_recording_raise_an_alarm",
        title="Whenever somebody stops or changes the recording of configuration, an alarm tells people.",
        reason="What is not recorded changes without a trace.",
        words=("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutConfigurationRecorder", "PutDeliveryChannel"),
    ),
    Watch(
        id="changes_of_gateways_raise_an_alarm",
        title="Whenever somebody changes a gateway of a network, an alarm tells people.",
        reason="A gateway is a way out of the network, for data too.",
        words=("CreateInternetGateway", "AttachInternetGateway", "DetachInternetGateway", "CreateCustomerGateway"),
        bullets=(VPC,),
    ),
    Watch(
        id="changes_of_iam_policies_raise_an_alarm",
        title="Whenever somebody changes an IAM policy, an alarm tells people.",
        reason="Whoever has got in widens their own rights next.",
        words=("PutRolePolicy", "AttachRolePolicy", "CreatePolicyVersion"),
        bullets=(POLICIES,),
    ),
    Watch(
        id="changes_of_network_acls_raise_an_alarm",
        title="Whenever somebody changes a network ACL, an alarm tells people.",
        reason="A network ACL guards whole subnets, and one entry opens them.",
        words=("CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry"),
        bullets=(GROUPS,),
    ),
    Watch(
        id="changes_of_routes_raise_an_alarm",
        title="Whenever somebody changes a route of a network, an alarm tells people.",
        reason="Traffic that takes another way can be read there.",
        words=("CreateRoute", "ReplaceRoute", "DeleteRoute", "ReplaceRouteTableAssociation"),
        bullets=(VPC,),
    ),
    Watch(
        id="changes_of_security_groups_raise_an_alarm",
        title="Whenever somebody changes a security group, an alarm tells people.",
        reason="A port that was opened for an hour is easily left open for years.",
        words=("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
        bullets=(GROUPS,),
    ),
    Watch(
        id="changes_of_the_organization_raise_an_alarm",
        title="Whenever somebody changes the organization or its policies, an alarm tells people.",
        reason="An account that has left the organization has left its guard rails too.",
        words=("AttachPolicy", "DetachPolicy", "UpdatePolicy", "LeaveOrganization", "RemoveAccountFromOrganization"),
        bullets=(POLICIES,),
    ),
    Watch(
        id="changes_of_trails_raise_an_alarm",
        title="Whenever somebody stops, changes or deletes a trail, an alarm tells people.",
        reason="Whoever means harm switches off the record first.",
        words=("DeleteTrail", "StopLogging", "UpdateTrail"),
    ),
    Watch(
        id="changes_of_vpcs_raise_an_alarm",
        title="Whenever somebody makes, changes or joins a VPC, an alarm tells people.",
        reason="A peering connection joins networks that were kept apart.",
        words=("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection"),
        bullets=(VPC,),
    ),
    Watch(
        id="deletion_of_keys_raises_an_alarm",
        title="Whenever somebody disables a KMS key or schedules its deletion, an alarm tells people.",
        reason="While the deletion waits, it can be cancelled; afterwards the data is lost.",
        words=("DisableKey", "ScheduleKeyDeletion"),
        bullets=("data.key-usage-policies",),
    ),
    Watch(
        id="failed_sign_ins_raise_an_alarm",
        title="Whenever people fail to sign in to the console, an alarm tells people.",
        reason="Many failures in a row are somebody guessing.",
        words=("ConsoleLogin", "Failed authentication"),
        pattern='{ $.eventName = ConsoleLogin && $.errorMessage = "Failed authentication" }',
    ),
    Watch(
        id="sign_ins_without_mfa_raise_an_alarm",
        title="Whenever somebody signs in to the console without a second factor, an alarm tells people.",
        reason="A stolen password alone has then sufficed.",
        words=("ConsoleLogin", "MFAUsed"),
        pattern='{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }',
        bullets=(POLICIES,),
    ),
    Watch(
        id="use_of_the_root_user_raises_an_alarm",
        title="Whenever somebody uses the root user, an alarm tells people.",
        reason="No routine work needs the root user, so that each use is either planned or an attack.",
        words=("userIdentity.type", "Root"),
        pattern='{ $.userIdentity.type = "Root" }',
    ),
)

_EXAMPLES = """\
Met:
  cloudtrail:DescribeTrails: [{{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}}]
  logs:DescribeMetricFilters:
  - logGroupName: trail
    filterPattern: '{pattern}'
    metricTransformations: [{{metricNamespace: Security, metricName: Watched}}]
  cloudwatch:DescribeAlarms:
  - {{Namespace: Security, MetricName: Watched, ActionsEnabled: true, AlarmActions: ["arn:aws:sns:eu-west-1:1:desk"]}}
Unmet:
  cloudtrail:DescribeTrails: [{{CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:trail:*"}}]
  logs:DescribeMetricFilters: []
  cloudwatch:DescribeAlarms: []
"""


def alarm_on(words: Sequence[str], trails: Rows, filters: Rows, alarms: Rows) -> Observation:
    """Whether events that hold all the words go from a trail through a metric filter to an alarm that acts.

    A filter counts where it stands on a trail's log group, an alarm where it acts on the filter's metric in the same
    region.
    """
    groups = {group_of(trail.fields) for trail in trails} - {None}
    matching = [
        f
        for f in filters
        if f["logGroupName"] in groups and all(_looks_for(w, f.get("filterPattern", "")) for w in words)
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
    return met(f"Alarm: {quoted(a.name for a in acting)}.").about(acting[0])


_LEFT_OUT = re.compile(r"!=\s*(\"[^\"]*\"|[^\s)}\"]+)")


def _looks_for(word: str, pattern: str) -> bool:
    """Whether a filter pattern names a word as such (CreateRoute is not CreateRouteTable) and does not leave it out."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", _LEFT_OUT.sub("", pattern)) is not None


def _metrics(alarm: Row) -> Iterator[tuple[str, object, object]]:
    """The metrics that an alarm watches: one of its own, or those of its metric math."""
    region = alarm.place.region
    yield region, alarm.get("Namespace"), alarm.get("MetricName")
    for part in alarm.get("Metrics", ()):
        metric = part.get("MetricStat", {}).get("Metric", {})
        yield region, metric.get("Namespace"), metric.get("MetricName")


def _check_of(watch: Watch) -> Check:
    def judge(trails: Rows, filters: Rows, alarms: Rows) -> Observation:
        return alarm_on(watch.words, trails, filters, alarms)

    pattern = watch.pattern or "{ " + " || ".join(f"$.eventName = {word}" for word in watch.words) + " }"
    sought = ", ".join(watch.words)
    remedy = f"Remedy: Filter the trail's log group for {sought}, and set an alarm with a notification on the metric."
    judge.__name__ = watch.id
    judge.__doc__ = "\n\n".join((watch.title, watch.reason, remedy, _EXAMPLES.format(pattern=pattern)))
    made = check(
        LOGS,
        *watch.bullets,
        whole=(TRAILS, METRIC_FILTERS, ALARMS),
        counts=("alarm", "alarms"),
        none=NO_TRAIL,
        scope=Scope.ACCOUNT,
    )
    return made(judge)


CHECKS = tuple(_check_of(watch) for watch in WATCHES)
"""Found by `discover` like checks that stand alone."""
