"""What is asked of Amazon EC2 Auto Scaling: the groups, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

SCALING_GROUPS = Call(
    service="autoscaling",
    operation="DescribeAutoScalingGroups",
    noun="Auto Scaling group",
    nouns="Auto Scaling groups",
    rows="AutoScalingGroups",
    name="AutoScalingGroupName",
)
