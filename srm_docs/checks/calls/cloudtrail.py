"""What is asked of AWS CloudTrail: trails, whether they log, and what, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

# Shadow trails are wanted: in a member account they are the only sign of an organization's trail. The same trail
# is then described in every region; checks read it once.
TRAILS = Call(
    service="cloudtrail",
    operation="DescribeTrails",
    noun="trail",
    nouns="trails",
    rows="trailList",
    name="Name",
)

TRAIL_STATUS = Call(
    service="cloudtrail",
    operation="GetTrailStatus",
    noun="trail's status",
    nouns="trails' status",
    per=TRAILS,
    bind={"Name": "TrailARN"},
    absent=("TrailNotFoundException",),
)

TRAIL_SELECTORS = Call(
    service="cloudtrail",
    operation="GetEventSelectors",
    noun="trail's choice of events",
    nouns="trails' choices of events",
    per=TRAILS,
    bind={"TrailName": "TrailARN"},
    absent=("TrailNotFoundException",),
)
