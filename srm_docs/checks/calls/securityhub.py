"""What is asked of AWS Security Hub: whether it is on, and which standards, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

HUB = Call(
    service="securityhub",
    operation="DescribeHub",
    noun="region's Security Hub setting",
    nouns="regions' Security Hub settings",
    name="HubArn",
    absent=("InvalidAccessException", "ResourceNotFoundException"),
)

STANDARDS = Call(
    service="securityhub",
    operation="GetEnabledStandards",
    noun="security standard",
    nouns="security standards",
    rows="StandardsSubscriptions",
    name="StandardsArn",
    absent=("InvalidAccessException", "ResourceNotFoundException"),
)
