"""Domains 3 and 4: load balancers of all kinds, the classic ones included, as checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.elb import CLASSIC_ATTRIBUTES, CLASSIC_BALANCERS, CLASSIC_TAGS
from srm_docs.checks.calls.elbv2 import LISTENERS, LOAD_BALANCER_ATTRIBUTES, LOAD_BALANCER_TAGS, LOAD_BALANCERS
from srm_docs.checks.hypervisor_virtualization import PUBLIC_TAGS, is_public_by_design
from srm_docs.checks.infrastructure_security import WAF
from srm_docs.checks.kit import check
from srm_docs.checks.networking import VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Given, Row

DATA = "data.data-classification-encryption"
LOGS = "monitoring-logging.enable-analyze-logs"
NO_BALANCER = not_applicable("No load balancer exists here.")
NO_APPLICATION = not_applicable("No application or classic load balancer exists here.")

# AWS's policies that begin at TLS 1.2, by the part of their name that says so.
_MODERN = re.compile(r"-(TLS13-1-[23]|TLS-1-2|FS-1-2)\b")


def attribute(attributes: Row, key: str) -> str:
    """The value of one attribute of a load balancer; KeyError where the reply lacks it."""
    return {one["Key"]: str(one["Value"]) for one in attributes["Attributes"]}[key]


@check(VPC, whole=(LOAD_BALANCERS, CLASSIC_BALANCERS), none=NO_BALANCER)
def load_balancers_span_zones(balancers: Sequence[Row], classic: Sequence[Row]) -> Iterator[Observation]:
    """Every load balancer stands in two availability zones at least.

    Remedy: Add a subnet of another zone to the load balancer.

    Met:
        elbv2:DescribeLoadBalancers: [{AvailabilityZones: [{ZoneName: eu-west-1a}, {ZoneName: eu-west-1b}]}]
        elb:DescribeLoadBalancers: [{AvailabilityZones: [eu-west-1a, eu-west-1b]}]
    Unmet:
        elbv2:DescribeLoadBalancers: [{AvailabilityZones: [{ZoneName: eu-west-1a}]}]
        elb:DescribeLoadBalancers: []
    Unmet:
        elbv2:DescribeLoadBalancers: []
        elb:DescribeLoadBalancers: [{AvailabilityZones: [eu-west-1a]}]
    """
    for balancer in (*balancers, *classic):
        zones = len(balancer["AvailabilityZones"])
        said = met(f"It stands in {zones} zones.") if zones > 1 else unmet("It stands in one zone.")
        yield said.about(balancer)


@check(
    LOGS,
    WAF,
    whole=(LOAD_BALANCER_ATTRIBUTES, CLASSIC_ATTRIBUTES),
    counts=("application or classic load balancer", "application and classic load balancers"),
    none=NO_APPLICATION,
)
def load_balancers_log_requests(balancers: Sequence[Row], classic: Sequence[Row]) -> Iterator[Observation]:
    """Every application and classic load balancer logs the requests that it passes on.

    Remedy: Turn on access logs for the load balancer.

    Met:
        elbv2:DescribeLoadBalancerAttributes: [{Attributes: [{Key: access_logs.s3.enabled, Value: "true"}]}]
        elb:DescribeLoadBalancerAttributes: [{LoadBalancerAttributes: {AccessLog: {Enabled: true}}}]
    Unmet:
        elbv2:DescribeLoadBalancerAttributes: [{Attributes: [{Key: access_logs.s3.enabled, Value: "false"}]}]
        elb:DescribeLoadBalancerAttributes: []
    Unmet:
        elbv2:DescribeLoadBalancerAttributes: []
        elb:DescribeLoadBalancerAttributes: [{LoadBalancerAttributes: {AccessLog: {Enabled: false}}}]
    """
    on = [(row, attribute(row, "access_logs.s3.enabled") == "true") for row in balancers]
    on += [(row, bool(row.at("LoadBalancerAttributes.AccessLog.Enabled"))) for row in classic]
    for balancer, logged in on:
        yield (met("Requests are logged.") if logged else unmet("Requests are not logged.")).about(balancer)


@check(
    VPC,
    WAF,
    whole=(LOAD_BALANCER_TAGS, CLASSIC_TAGS),
    counts=("internet-facing load balancer", "internet-facing load balancers"),
    none=not_applicable("No internet-facing load balancer exists here."),
    parameters=[PUBLIC_TAGS],
)
def internet_facing_load_balancers_are_planned(
    balancers: Sequence[Row], classic: Sequence[Row], given: Given
) -> Iterator[Observation]:
    """Every load balancer that faces the internet is marked as meant to.

    Remedy: Make the load balancer internal, or tag it with a key listed under public_by_design_tags.

    Met:
        elbv2:DescribeTags: [{ResourceArn: arn, Tags: [{Key: internet-facing, Value: "yes"}]}]
        elb:DescribeTags: [{LoadBalancerName: web, Tags: [{Key: internet-facing, Value: "yes"}]}]
    Unmet:
        elbv2:DescribeTags: [{ResourceArn: arn, Tags: [{Key: owner, Value: web}]}]
        elb:DescribeTags: []
    Unmet:
        elbv2:DescribeTags: []
        elb:DescribeTags: [{LoadBalancerName: web, Tags: []}]
    """
    for balancer in (*balancers, *classic):
        marked = is_public_by_design(balancer, given)
        yield (met("It is marked as public.") if marked else unmet("It is not marked as public.")).about(balancer)


@check(
    VPC,
    each=LOAD_BALANCER_ATTRIBUTES,
    none=not_applicable("No application load balancer exists here."),
    severity="low",
)
def load_balancers_are_protected_from_deletion(attributes: Row) -> Observation:
    """No application load balancer can be deleted before its deletion protection is turned off.

    Remedy: Turn on deletion protection for the load balancer.

    Met:   {Attributes: [{Key: deletion_protection.enabled, Value: "true"}]}
    Unmet: {Attributes: [{Key: deletion_protection.enabled, Value: "false"}]}
    """
    if attribute(attributes, "deletion_protection.enabled") == "true":
        return met("Deletion protection is on.")
    return unmet("Deletion protection is off.")


@check(DATA, each=LISTENERS, none=not_applicable("No load balancer has a listener here."), severity="high")
def listeners_use_modern_tls(listener: Row) -> Observation:
    """Every listener that encrypts refuses versions of TLS before 1.2.

    Remedy: Choose a security policy for the listener that begins at TLS 1.2, such as one of the TLS13-1-2 family.

    Met:   {Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06}
    Met:   {Protocol: TLS, SslPolicy: ELBSecurityPolicy-TLS-1-2-2017-01}
    Unmet: {Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-2016-08}
    Unmet: {Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-0-2021-06}
    Not applicable: {Protocol: HTTP}
    """
    if listener["Protocol"] not in {"HTTPS", "TLS"}:
        return not_applicable("The listener does not encrypt.")
    policy = listener["SslPolicy"]
    if _MODERN.search(policy):
        return met(f"The policy is {policy}.")
    return unmet(f"The policy {policy} accepts versions of TLS before 1.2.")


@check(DATA, each=CLASSIC_BALANCERS, none=not_applicable("No classic load balancer exists here."), severity="high")
def classic_listeners_encrypt(balancer: Row) -> Observation:
    """Every listener of an internet-facing classic load balancer speaks HTTPS or SSL.

    Remedy: Replace the load balancer by an application load balancer with an HTTPS listener.

    Met:   {Scheme: internet-facing, ListenerDescriptions: [{Listener: {Protocol: HTTPS, LoadBalancerPort: 443}}]}
    Unmet:
        Scheme: internet-facing
        ListenerDescriptions:
          - {Listener: {Protocol: SSL, LoadBalancerPort: 443}}
          - {Listener: {Protocol: TCP, LoadBalancerPort: 80}}
    Not applicable: {Scheme: internal, ListenerDescriptions: [{Listener: {Protocol: HTTP, LoadBalancerPort: 80}}]}
    """
    if balancer["Scheme"] == "internal":
        return not_applicable("The load balancer is internal.")
    listeners = [described["Listener"] for described in balancer["ListenerDescriptions"]]
    plain = [one for one in listeners if one["Protocol"] not in {"HTTPS", "SSL"}]
    if plain:
        return unmet(f"Not encrypted: port {', '.join(str(one['LoadBalancerPort']) for one in plain)}.")
    return met("Every listener encrypts.")
