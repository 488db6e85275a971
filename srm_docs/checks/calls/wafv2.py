"""What is asked of AWS WAF: web ACLs, what they guard and what they log, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.calls.elbv2 import LOAD_BALANCERS, is_application
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

# A secret header tells an origin that a request came through CloudFront: one ACL puts it in, the other looks for it.
# Statements stand in statements, at any depth.
_HEADERS = ("WebACL.**.SearchString", "WebACL.**.InsertHeaders[].Value")


def faces_the_internet(balancer: Row) -> bool:
    """Whether a load balancer is one that a web ACL can guard and that the internet can reach."""
    return is_application(balancer) and balancer.get("Scheme") == "internet-facing"


LOAD_BALANCER_ACLS = Call(
    service="wafv2",
    operation="GetWebACLForResource",
    variant="load-balancers",
    noun="internet-facing application load balancer",
    nouns="internet-facing application load balancers",
    per=LOAD_BALANCERS,
    bind={"ResourceArn": "LoadBalancerArn"},
    when=faces_the_internet,
    absent=("WAFNonexistentItemException",),
    redact=_HEADERS,
)

WEB_ACL_LIST = Call(
    service="wafv2",
    operation="ListWebACLs",
    variant="regional",
    noun="regional web ACL",
    nouns="regional web ACLs",
    rows="WebACLs",
    name="Name",
    params={"Scope": "REGIONAL"},
    token=("NextMarker", "NextMarker"),
)

WEB_ACLS = Call(
    service="wafv2",
    operation="GetWebACL",
    variant="regional",
    noun="web ACL",
    nouns="web ACLs",
    rows="WebACL",
    name="Name",
    params={"Scope": "REGIONAL"},
    per=WEB_ACL_LIST,
    bind={"Name": "Name", "Id": "Id"},
    redact=_HEADERS,
)

WEB_ACL_LOGGING = Call(
    service="wafv2",
    operation="GetLoggingConfiguration",
    variant="regional",
    noun="web ACL's logging configuration",
    nouns="web ACLs' logging configurations",
    per=WEB_ACL_LIST,
    bind={"ResourceArn": "ARN"},
    absent=("WAFNonexistentItemException",),
)

# What guards CloudFront is kept in us-east-1, once an account.
GLOBAL_ACL_LIST = Call(
    service="wafv2",
    operation="ListWebACLs",
    variant="cloudfront",
    noun="global web ACL's name",
    nouns="global web ACLs' names",
    rows="WebACLs",
    name="Name",
    scope=Scope.ACCOUNT,
    params={"Scope": "CLOUDFRONT"},
    token=("NextMarker", "NextMarker"),
)

GLOBAL_ACLS = Call(
    service="wafv2",
    operation="GetWebACL",
    variant="cloudfront",
    noun="global web ACL",
    nouns="global web ACLs",
    rows="WebACL",
    name="Name",
    scope=Scope.ACCOUNT,
    params={"Scope": "CLOUDFRONT"},
    per=GLOBAL_ACL_LIST,
    bind={"Name": "Name", "Id": "Id"},
    redact=_HEADERS,
)

GLOBAL_ACL_LOGGING = Call(
    service="wafv2",
    operation="GetLoggingConfiguration",
    variant="cloudfront",
    noun="global web ACL's logging configuration",
    nouns="global web ACLs' logging configurations",
    scope=Scope.ACCOUNT,
    per=GLOBAL_ACL_LIST,
    bind={"ResourceArn": "ARN"},
    absent=("WAFNonexistentItemException",),
)
