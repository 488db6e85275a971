"""Domain 4, infrastructure security: what the customer adds to AWS's protection from floods, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.elbv2 import LOAD_BALANCERS
from srm_docs.checks.calls.shield import PROTECTIONS, STATE, SUBSCRIPTION
from srm_docs.checks.calls.wafv2 import WEB_ACLS, faces_the_internet
from srm_docs.checks.infrastructure_security import NO_ACL, WAF
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

DDOS = "infrastructure-security.ddos-protection"

NOT_SUBSCRIBED = not_applicable("Shield Advanced is not subscribed: Shield Standard, which AWS runs for all, protects.")

Rows = Sequence[Row]


def _subscribed(states: Rows) -> bool:
    return any(state["SubscriptionState"] == "ACTIVE" for state in states)


@check(DDOS, whole=(LOAD_BALANCERS, STATE, PROTECTIONS), none=NOT_SUBSCRIBED, severity="high", scope=Scope.ACCOUNT)
def shield_protects_what_faces_the_internet(balancers: Rows, states: Rows, protections: Rows) -> Iterator[Observation]:
    """Where Shield Advanced is subscribed, it protects every application load balancer that faces the internet.

    A subscription protects nothing by itself: each resource is added to it.

    Remedy: Add the load balancer to Shield Advanced's protections, or have a Firewall Manager policy do so.

    Met:
      elbv2:DescribeLoadBalancers:
      - {LoadBalancerArn: a, Type: application, Scheme: internet-facing}
      - {LoadBalancerArn: b, Type: application, Scheme: internal}
      shield:GetSubscriptionState: [{SubscriptionState: ACTIVE}]
      shield:ListProtections: [{ResourceArn: a}]
    Unmet:
      elbv2:DescribeLoadBalancers: [{LoadBalancerArn: a, Type: application, Scheme: internet-facing}]
      shield:GetSubscriptionState: [{SubscriptionState: ACTIVE}]
      shield:ListProtections: [{ResourceArn: c}]
    Not applicable:
      elbv2:DescribeLoadBalancers: [{LoadBalancerArn: a, Type: application, Scheme: internet-facing}]
      shield:GetSubscriptionState: [{SubscriptionState: INACTIVE}]
      shield:ListProtections: []
    """
    if not _subscribed(states):
        yield NOT_SUBSCRIBED
        return
    protected = {row["ResourceArn"] for row in protections}
    for balancer in balancers:
        if not faces_the_internet(balancer):
            continue
        if balancer["LoadBalancerArn"] in protected:
            yield met("Shield Advanced protects it.").about(balancer)
        else:
            yield unmet("Shield Advanced does not protect it.").about(balancer)


@check(DDOS, whole=(STATE, SUBSCRIPTION), none=NOT_SUBSCRIBED, scope=Scope.ACCOUNT)
def shield_is_renewed(states: Rows, subscriptions: Rows) -> Observation:
    """Where Shield Advanced is subscribed, it is renewed by itself.

    Remedy: Turn on automatic renewal of the subscription.

    Met:
      shield:GetSubscriptionState: [{SubscriptionState: ACTIVE}]
      shield:DescribeSubscription: [{Subscription: {AutoRenew: ENABLED}}]
    Unmet:
      shield:GetSubscriptionState: [{SubscriptionState: ACTIVE}]
      shield:DescribeSubscription: [{Subscription: {AutoRenew: DISABLED}}]
    Not applicable:
      shield:GetSubscriptionState: [{SubscriptionState: INACTIVE}]
      shield:DescribeSubscription: [absent]
    """
    if not _subscribed(states):
        return NOT_SUBSCRIBED
    if all(row["Subscription"]["AutoRenew"] == "ENABLED" for row in subscriptions):
        return met("The subscription is renewed by itself.")
    return unmet("The subscription ends unless somebody renews it.")


def limits_rates(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of a web ACL stops callers who ask too often."""
    statement = rule["Statement"]
    if statement.get("ManagedRuleGroupStatement", {}).get("Name") == "AWSManagedRulesAntiDDoSRuleSet":
        return "Count" not in rule.get("OverrideAction", {})
    return "RateBasedStatement" in statement and "Count" not in rule.get("Action", {})


@check(DDOS, WAF, each=WEB_ACLS, none=NO_ACL)
def web_acls_limit_the_rate_of_requests(acl: Row) -> Observation:
    """Every web ACL stops a caller who sends too many requests.

    AWS absorbs floods of packets. A flood of well-formed requests is for the customer to stop.

    Remedy: Add a rate-based rule that blocks, or AWS's rule group against application-layer floods.

    Met:   {Rules: [{Name: a, Statement: {RateBasedStatement: {Limit: 2000}}, Action: {Block: {}}}]}
    Met:
      Rules:
      - Name: a
        Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesAntiDDoSRuleSet}}
        OverrideAction: {None: {}}
      - {Name: b, Statement: {RuleGroupReferenceStatement: {ARN: "arn:aws:wafv2:eu-west-1:1:x"}}}
    Unmet: {Rules: []}
    Unmet: {Rules: [{Name: a, Statement: {RateBasedStatement: {Limit: 2000}}, Action: {Count: {}}}]}
    Unknown: {Rules: [{Name: b, Statement: {RuleGroupReferenceStatement: {ARN: "arn:aws:wafv2:eu-west-1:1:x"}}}]}
    """
    rules = acl["Rules"]
    if any(limits_rates(rule) for rule in rules):
        return met("A rule stops callers who ask too often.")
    if any("RuleGroupReferenceStatement" in rule["Statement"] for rule in rules):
        return unknown("No rule of the web ACL limits rates; a rule group that it names may, and was not read.")
    return unmet("No rule stops callers who ask too often.")
