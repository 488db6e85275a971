"""What is asked of AWS Shield: whether Shield Advanced is subscribed, and what it protects, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

# Shield Standard guards everybody and has no settings; all below is about Shield Advanced, which is bought.
STATE = Call(
    service="shield",
    operation="GetSubscriptionState",
    noun="Shield Advanced state",
    nouns="Shield Advanced states",
    scope=Scope.ACCOUNT,
)

SUBSCRIPTION = Call(
    service="shield",
    operation="DescribeSubscription",
    noun="Shield Advanced subscription",
    nouns="Shield Advanced subscriptions",
    scope=Scope.ACCOUNT,
    absent=("ResourceNotFoundException",),
)

PROTECTIONS = Call(
    service="shield",
    operation="ListProtections",
    noun="Shield Advanced protection",
    nouns="Shield Advanced protections",
    rows="Protections",
    name="Name",
    scope=Scope.ACCOUNT,
    absent=("ResourceNotFoundException",),
)
