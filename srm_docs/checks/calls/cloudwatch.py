"""What is asked of Amazon CloudWatch: the alarms on metrics, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

ALARMS = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    noun="alarm",
    nouns="alarms",
    rows="MetricAlarms",
    name="AlarmName",
    params={"AlarmTypes": ["MetricAlarm"]},
)
