"""What is asked of Elastic Load Balancing: load balancers and their attributes as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.row import Row


def is_application(balancer: Row) -> bool:
    """Whether a load balancer speaks HTTP; network and gateway ones have no such settings."""
    return bool(balancer.get("Type") == "application")


LOAD_BALANCERS = Call(
    service="elbv2",
    operation="DescribeLoadBalancers",
    noun="load balancer",
    nouns="load balancers",
    rows="LoadBalancers",
    name="LoadBalancerName",
)

LOAD_BALANCER_ATTRIBUTES = Call(
    service="elbv2",
    operation="DescribeLoadBalancerAttributes",
    noun="application load balancer's attributes",
    nouns="application load balancers' attributes",
    per=LOAD_BALANCERS,
    bind={"LoadBalancerArn": "LoadBalancerArn"},
    when=is_application,
)

LISTENERS = Call(
    service="elbv2",
    operation="DescribeListeners",
    noun="listener",
    nouns="listeners",
    rows="Listeners",
    name="ListenerArn",
    per=LOAD_BALANCERS,
    bind={"LoadBalancerArn": "LoadBalancerArn"},
    redact=(
        "Listeners[].DefaultActions[].AuthenticateOidcConfig.ClientSecret",
        "Listeners[].DefaultActions[].AuthenticateOidcConfig.AuthenticationRequestExtraParams.*",
        "Listeners[].DefaultActions[].AuthenticateCognitoConfig.AuthenticationRequestExtraParams.*",
    ),
)

LOAD_BALANCER_TAGS = Call(
    service="elbv2",
    operation="DescribeTags",
    noun="internet-facing load balancer's tags",
    nouns="internet-facing load balancers' tags",
    rows="TagDescriptions",
    name="ResourceArn",
    per=LOAD_BALANCERS,
    bind={"ResourceArns": "LoadBalancerArn && [LoadBalancerArn]"},
    when=lambda balancer: balancer.get("Scheme") != "internal",
)
