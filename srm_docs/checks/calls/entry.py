"""What is asked first of every account: who are we, and which regions does it have, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

CALLER = Call(
    service="sts",
    operation="GetCallerIdentity",
    noun="caller",
    nouns="callers",
    name="Arn",
    scope=Scope.ACCOUNT,
    exhibit="Who collected this evidence.",
)

REGIONS = Call(
    service="ec2",
    operation="DescribeRegions",
    noun="region",
    nouns="regions",
    rows="Regions",
    name="RegionName",
    scope=Scope.ACCOUNT,
    params={"AllRegions": True},
    exhibit="Which regions the account has enabled, and which it has not: the ground that this evidence covers.",
)
