"""What is asked of classic load balancers: their listeners, attributes and tags, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

CLASSIC_BALANCERS = Call(
    service="elb",
    operation="DescribeLoadBalancers",
    noun="classic load balancer",
    nouns="classic load balancers",
    rows="LoadBalancerDescriptions",
    name="LoadBalancerName",
)

CLASSIC_ATTRIBUTES = Call(
    service="elb",
    operation="DescribeLoadBalancerAttributes",
    noun="classic load balancer's attributes",
    nouns="classic load balancers' attributes",
    per=CLASSIC_BALANCERS,
    bind={"LoadBalancerName": "LoadBalancerName"},
)

CLASSIC_TAGS = Call(
    service="elb",
    operation="DescribeTags",
    noun="internet-facing classic load balancer's tags",
    nouns="internet-facing classic load balancers' tags",
    rows="TagDescriptions",
    name="LoadBalancerName",
    per=CLASSIC_BALANCERS,
    bind={"LoadBalancerNames": "LoadBalancerName && [LoadBalancerName]"},
    when=lambda balancer: balancer.get("Scheme") != "internal",
)
