"""What is asked of CloudWatch Logs: groups, metric filters and where a trail's group is sent on, as calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srm_docs.checks.call import Call
from srm_docs.checks.calls.cloudtrail import TRAILS

LOG_GROUPS = Call(
    service="logs",
    operation="DescribeLogGroups",
    noun="log group",
    nouns="log groups",
    rows="logGroups",
    name="logGroupName",
)

METRIC_FILTERS = Call(
    service="logs",
    operation="DescribeMetricFilters",
    noun="metric filter",
    nouns="metric filters",
    rows="metricFilters",
    name="filterName",
)


def group_of(trail: Mapping[str, Any]) -> str | None:
    """The name of the log group that a trail writes to: the seventh part of its ARN."""
    return (str(trail.get("CloudWatchLogsLogGroupArn", "")).split(":") + [""] * 7)[6] or None


def region_of(trail: Mapping[str, Any]) -> str:
    """The region of the log group that a trail writes to, "" where it writes to none."""
    return (str(trail.get("CloudWatchLogsLogGroupArn", "")).split(":") + [""] * 4)[3]


# AWS lists these filters group by group, and an account has thousands of groups: only the groups of trails are asked,
# each in its own region.
SUBSCRIPTIONS = Call(
    service="logs",
    operation="DescribeSubscriptionFilters",
    noun="subscription filter of a trail's log group",
    nouns="subscription filters of trails' log groups",
    rows="subscriptionFilters",
    name="filterName",
    per=TRAILS,
    bind={"logGroupName": group_of},
    when=lambda trail: region_of(trail.fields) == trail.place.region,
    absent=("ResourceNotFoundException",),
)

LOG_RESOURCE_POLICIES = Call(
    service="logs",
    operation="DescribeResourcePolicies",
    noun="log resource policy",
    nouns="log resource policies",
    rows="resourcePolicies",
    name="policyName",
)
