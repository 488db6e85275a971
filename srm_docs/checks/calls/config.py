"""What is asked of AWS Config: the recorders, whether they record, and what its rules found, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

RECORDERS = Call(
    service="config",
    operation="DescribeConfigurationRecorders",
    noun="configuration recorder",
    nouns="configuration recorders",
    rows="ConfigurationRecorders",
    name="name",
)

RECORDER_STATUS = Call(
    service="config",
    operation="DescribeConfigurationRecorderStatus",
    noun="configuration recorder's status",
    nouns="configuration recorders' status",
    rows="ConfigurationRecordersStatus",
    name="name",
)

RULES = Call(
    service="config",
    operation="DescribeComplianceByConfigRule",
    noun="configuration rule",
    nouns="configuration rules",
    rows="ComplianceByConfigRules",
    name="ConfigRuleName",
)

DISCOVERED_COUNTS = Call(
    service="config",
    operation="GetDiscoveredResourceCounts",
    noun="count of discovered resources",
    nouns="counts of discovered resources",
    rows="resourceCounts",
    name="resourceType",
    token=("nextToken", "nextToken"),
    exhibit="How many resources of each type AWS Config has discovered: a second count beside the lists.",
)
