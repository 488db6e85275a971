"""What is asked of Amazon CloudWatch: the alarms on metrics and on other alarms, as calls."""

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

COMPOSITE_ALARMS = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    variant="composite",
    noun="composite alarm",
    nouns="composite alarms",
    rows="CompositeAlarms",
    name="AlarmName",
    params={"AlarmTypes": ["CompositeAlarm"]},
)
