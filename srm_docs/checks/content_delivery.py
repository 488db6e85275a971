"""Domains 4 and 7: CloudFront distributions and the web ACLs before them, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.cloudfront import DISTRIBUTION_CONFIGS, DISTRIBUTIONS, LOG_DELIVERIES, LOG_SOURCES
from srm_docs.checks.calls.wafv2 import GLOBAL_ACL_LOGGING, GLOBAL_ACLS, WEB_ACLS
from srm_docs.checks.infrastructure_security import WAF, stops_requests
from srm_docs.checks.kit import check
from srm_docs.checks.networking import VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import NotAnswered, Row

DATA = "data.data-classification-encryption"
LOGS = "monitoring-logging.enable-analyze-logs"
NO_DISTRIBUTION = not_applicable("No CloudFront distribution exists here.")
NO_GLOBAL_ACL = not_applicable("No global web ACL exists here.")
NO_ACL = not_applicable("No web ACL exists here.")
IS_OFF = not_applicable("The distribution is turned off.")

_OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


def listed(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items of one of CloudFront's lists, which leave them out where there are none."""
    return list(part.get("Items", ()))


def behaviours(distribution: Row) -> list[Mapping[str, Any]]:
    """How a distribution answers: by default, and by path."""
    return [distribution["DefaultCacheBehavior"], *listed(distribution["CacheBehaviors"])]


def answers_in_clear(distribution: Row) -> bool:
    """Whether viewers may ask over plain HTTP and are answered."""
    return any(behaviour["ViewerProtocolPolicy"] == "allow-all" for behaviour in behaviours(distribution))


def asks_in_clear(origin: Mapping[str, Any], *, viewers_in_clear: bool) -> bool:
    """Whether an origin is asked over plain HTTP or with an old version of TLS. Buckets are asked as viewers ask.

    How an origin within a VPC is asked is kept elsewhere: `NotAnswered`.
    """
    custom = origin.get("CustomOriginConfig")
    if custom is None and "S3OriginConfig" in origin:
        return viewers_in_clear
    if custom is None:
        raise NotAnswered("how an origin is asked")
    how = custom["OriginProtocolPolicy"]
    if how == "http-only" or (how == "match-viewer" and viewers_in_clear):
        return True
    return bool(_OLD & set(listed(custom.get("OriginSslProtocols", {}))))


@check(DATA, each=DISTRIBUTIONS, none=NO_DISTRIBUTION, severity="high")
def distributions_encrypt_to_viewers(distribution: Row) -> Observation:
    """Every CloudFront distribution answers over HTTPS only, or redirects to it.

    Remedy: Set the viewer protocol policy of every behaviour to redirect-to-https or https-only.

    Met:
        Enabled: true
        DefaultCacheBehavior: {ViewerProtocolPolicy: redirect-to-https}
        CacheBehaviors: {Quantity: 0}
    Unmet:
        Enabled: true
        DefaultCacheBehavior: {ViewerProtocolPolicy: https-only}
        CacheBehaviors: {Quantity: 1, Items: [{ViewerProtocolPolicy: allow-all}]}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    if answers_in_clear(distribution):
        return unmet("A behaviour answers over plain HTTP.")
    return met("Every behaviour demands HTTPS.")


@check(DATA, each=DISTRIBUTIONS, none=NO_DISTRIBUTION)
def distributions_speak_modern_tls(distribution: Row) -> Observation:
    """Every CloudFront distribution refuses versions of TLS before 1.2.

    With CloudFront's own certificate the version cannot be chosen, and old ones are accepted.

    Remedy: Use a certificate of your own, and choose the security policy TLSv1.2_2021 or a later one.

    Met:   {Enabled: true, ViewerCertificate: {MinimumProtocolVersion: TLSv1.2_2021}}
    Unmet: {Enabled: true, ViewerCertificate: {MinimumProtocolVersion: TLSv1.1_2016}}
    Unmet: {Enabled: true, ViewerCertificate: {CloudFrontDefaultCertificate: true, MinimumProtocolVersion: TLSv1}}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    least = distribution["ViewerCertificate"]["MinimumProtocolVersion"]
    if least.startswith(("TLSv1.2", "TLSv1.3")):
        return met(f"The least version is that of {least}.")
    return unmet(f"The least version is that of {least}.")


@check(DATA, each=DISTRIBUTIONS, none=NO_DISTRIBUTION, severity="high")
def distributions_encrypt_to_origins(distribution: Row) -> Observation:
    """Every CloudFront distribution asks its origins over HTTPS with TLS 1.2.

    Remedy: Set the origin protocol policy to https-only, and TLSv1.2 as the only version.

    Met:
        Enabled: true
        DefaultCacheBehavior: {ViewerProtocolPolicy: https-only}
        CacheBehaviors: {Quantity: 0}
        Origins:
          Items:
            - {CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSslProtocols: {Items: [TLSv1.2]}}}
            - {S3OriginConfig: {OriginAccessIdentity: ""}}
    Unmet:
        Enabled: true
        DefaultCacheBehavior: {ViewerProtocolPolicy: https-only}
        CacheBehaviors: {Quantity: 0}
        Origins: {Items: [{Id: app, CustomOriginConfig: {OriginProtocolPolicy: http-only}}]}
    Unmet:
        Enabled: true
        DefaultCacheBehavior: {ViewerProtocolPolicy: allow-all}
        CacheBehaviors: {Quantity: 0}
        Origins: {Items: [{Id: files, S3OriginConfig: {OriginAccessIdentity: ""}}]}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    clear = answers_in_clear(distribution)
    weak = [o.get("Id", "") for o in listed(distribution["Origins"]) if asks_in_clear(o, viewers_in_clear=clear)]
    if weak:
        return unmet(f"Asked over plain HTTP or old TLS: {quoted(weak)}.")
    return met("Every origin is asked over HTTPS.")


@check(DATA, each=DISTRIBUTIONS, none=NO_DISTRIBUTION)
def distributions_sign_requests_to_buckets(distribution: Row) -> Observation:
    """Every CloudFront distribution identifies itself to the buckets that it serves.

    A bucket that cannot tell the distribution from others must be public.

    Remedy: Create an origin access control for the bucket, and let its policy name the distribution.

    Met:
        Enabled: true
        Origins: {Items: [{Id: files, S3OriginConfig: {OriginAccessIdentity: ""}, OriginAccessControlId: E1}]}
    Met:
        Enabled: true
        Origins: {Items: [{Id: files, S3OriginConfig: {OriginAccessIdentity: origin-access-identity/cloudfront/E2}}]}
    Unmet:
        Enabled: true
        Origins: {Items: [{Id: files, S3OriginConfig: {OriginAccessIdentity: ""}, OriginAccessControlId: ""}]}
    Not applicable:
        Enabled: true
        Origins: {Items: [{Id: app, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    buckets = [origin for origin in listed(distribution["Origins"]) if "S3OriginConfig" in origin]
    if not buckets:
        return not_applicable("The distribution serves no bucket.")
    open_ones = [
        origin["Id"]
        for origin in buckets
        if not (origin.get("OriginAccessControlId") or origin["S3OriginConfig"]["OriginAccessIdentity"])
    ]
    if open_ones:
        return unmet(f"Asked without identification: {quoted(open_ones)}.")
    return met("Every bucket can tell the distribution from others.")


@check(WAF, each=DISTRIBUTIONS, none=NO_DISTRIBUTION, severity="high")
def distributions_stand_behind_a_firewall(distribution: Row) -> Observation:
    """Every CloudFront distribution is guarded by a web ACL.

    Remedy: Associate a global web ACL with the distribution.

    Met:   {Enabled: true, WebACLId: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1"}
    Unmet: {Enabled: true, WebACLId: ""}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    return met("A web ACL guards it.") if distribution["WebACLId"] else unmet("No web ACL guards it.")


@check(VPC, each=DISTRIBUTIONS, none=NO_DISTRIBUTION, severity="low")
def distributions_have_a_second_origin(distribution: Row) -> Observation:
    """Every CloudFront distribution has an origin to fall back on when the first fails.

    Remedy: Create an origin group with a primary and a secondary origin.

    Met:   {Enabled: true, OriginGroups: {Quantity: 1}}
    Unmet: {Enabled: true, OriginGroups: {Quantity: 0}}
    Not applicable: {Enabled: false}
    """
    if not distribution["Enabled"]:
        return IS_OFF
    if distribution["OriginGroups"]["Quantity"]:
        return met("An origin group names a second origin.")
    return unmet("No origin group exists.")


@check(LOGS, WAF, whole=(DISTRIBUTIONS, DISTRIBUTION_CONFIGS, LOG_SOURCES, LOG_DELIVERIES), none=NO_DISTRIBUTION)
def distributions_log_requests(
    distributions: Sequence[Row], configs: Sequence[Row], sources: Sequence[Row], deliveries: Sequence[Row]
) -> Iterator[Observation]:
    """Every CloudFront distribution logs the requests that it answers.

    Standard logs of both generations count, and real-time logs of every behaviour.

    Remedy: Turn on standard logging for the distribution.

    Met:
        cloudfront:ListDistributions:
          - {Id: E1, ARN: "arn:1", Enabled: true, DefaultCacheBehavior: {}, CacheBehaviors: {}}
          - {Id: E2, ARN: "arn:2", Enabled: true, DefaultCacheBehavior: {}, CacheBehaviors: {}}
          - {Id: E3, ARN: "arn:3", Enabled: true, DefaultCacheBehavior: {RealtimeLogConfigArn: x}, CacheBehaviors: {}}
        cloudfront:GetDistributionConfig:
          - {_parent: {Id: E1}, Logging: {Enabled: true}}
          - {_parent: {Id: E2}, Logging: {Enabled: false}}
          - {_parent: {Id: E3}, Logging: {Enabled: false}}
        logs:DescribeDeliverySources: [{name: edge, resourceArns: ["arn:2"]}]
        logs:DescribeDeliveries: [{deliverySourceName: edge}]
    Unmet:
        cloudfront:ListDistributions:
          - {Id: E1, ARN: "arn:1", Enabled: true, DefaultCacheBehavior: {RealtimeLogConfigArn: ""}, CacheBehaviors: {}}
        cloudfront:GetDistributionConfig: [{_parent: {Id: E1}, Logging: {Enabled: false}}]
        logs:DescribeDeliverySources: [{name: edge, resourceArns: ["arn:1"]}]
        logs:DescribeDeliveries: []
    Not applicable:
        cloudfront:ListDistributions: [{Id: E1, ARN: "arn:1", Enabled: false}]
        cloudfront:GetDistributionConfig: [{_parent: {Id: E1}, Logging: {Enabled: false}}]
        logs:DescribeDeliverySources: []
        logs:DescribeDeliveries: []
    """
    delivered = {delivery["deliverySourceName"] for delivery in deliveries}
    newer = {arn for source in sources if source["name"] in delivered for arn in source["resourceArns"]}
    older = {config.parent["Id"]: config["Logging"]["Enabled"] for config in configs if config.parent is not None}
    for distribution in distributions:
        if not distribution["Enabled"]:
            yield IS_OFF.about(distribution)
        elif older[distribution["Id"]] or distribution["ARN"] in newer:
            yield met("Standard logs are kept.").about(distribution)
        elif all(behaviour.get("RealtimeLogConfigArn") for behaviour in behaviours(distribution)):
            yield met("Real-time logs are kept.").about(distribution)
        else:
            yield unmet("Requests are not logged.").about(distribution)


@check(WAF, each=GLOBAL_ACL_LOGGING, none=NO_GLOBAL_ACL)
def global_web_acls_are_logged(logging: Row) -> Observation:
    """Every web ACL for CloudFront logs the requests that it inspects.

    Remedy: Turn on logging for the web ACL.

    Met:   {LoggingConfiguration: {LogDestinationConfigs: ["arn:aws:s3:::aws-waf-logs-edge"]}}
    Unmet: absent
    Unmet: {LoggingConfiguration: {LogDestinationConfigs: []}}
    """
    if logging.absent or not logging["LoggingConfiguration"]["LogDestinationConfigs"]:
        return unmet("Requests are not logged.")
    return met("Requests are logged.")


@check(WAF, each=GLOBAL_ACLS, none=NO_GLOBAL_ACL, severity="high")
def global_web_acls_stop_requests(acl: Row) -> Observation:
    """Every web ACL for CloudFront refuses requests by default or has a rule that stops some.

    Remedy: Set the rules that were tried out in count mode to block.

    Met:   {DefaultAction: {Block: {}}, Rules: []}
    Met:   {DefaultAction: {Allow: {}}, Rules: [{Action: {Count: {}}}, {Action: {Block: {}}}]}
    Unmet: {DefaultAction: {Allow: {}}, Rules: [{OverrideAction: {Count: {}}}]}
    """
    if "Block" in acl["DefaultAction"]:
        return met("Requests are refused unless a rule allows them.")
    if any(stops_requests(rule) for rule in acl["Rules"]):
        return met("A rule stops requests.")
    return unmet("No rule stops any request.")


@check(WAF, LOGS, whole=(WEB_ACLS, GLOBAL_ACLS), none=NO_ACL, scope=Scope.ACCOUNT, severity="low")
def web_acl_rules_are_measured(regional: Sequence[Row], everywhere: Sequence[Row]) -> Iterator[Observation]:
    """Every rule of every web ACL counts its matches in a metric.

    An alarm on a rule that suddenly matches is how an attack is noticed while it lasts.

    Remedy: Turn on CloudWatch metrics for the rule.

    Met:
        wafv2:GetWebACL#regional: [{Rules: [{Name: a, VisibilityConfig: {CloudWatchMetricsEnabled: true}}]}]
        wafv2:GetWebACL#cloudfront: []
    Unmet:
        wafv2:GetWebACL#regional: []
        wafv2:GetWebACL#cloudfront:
          - Rules:
              - {Name: a, VisibilityConfig: {CloudWatchMetricsEnabled: true}}
              - {Name: b, VisibilityConfig: {CloudWatchMetricsEnabled: false}}
    """
    for acl in (*regional, *everywhere):
        silent = [rule["Name"] for rule in acl["Rules"] if not rule["VisibilityConfig"]["CloudWatchMetricsEnabled"]]
        if silent:
            yield unmet(f"Not measured: {quoted(silent)}.").about(acl)
        else:
            yield met("Every rule is measured.").about(acl)


@check(WAF, whole=(WEB_ACLS, GLOBAL_ACLS), none=NO_ACL, scope=Scope.ACCOUNT, severity="low")
def web_acls_limit_rates(regional: Sequence[Row], everywhere: Sequence[Row]) -> Iterator[Observation]:
    """Every web ACL has a rule that stops callers who ask too often.

    Guessing passwords and wearing a service down take many requests from few callers.

    Remedy: Add a rate-based rule to the web ACL, first in count mode.

    Met:
        wafv2:GetWebACL#regional: [{Rules: [{Action: {Block: {}}, Statement: {RateBasedStatement: {Limit: 2000}}}]}]
        wafv2:GetWebACL#cloudfront: []
    Unmet:
        wafv2:GetWebACL#regional: [{Rules: [{Action: {Count: {}}, Statement: {RateBasedStatement: {Limit: 2000}}}]}]
        wafv2:GetWebACL#cloudfront: []
    Unmet:
        wafv2:GetWebACL#regional: []
        wafv2:GetWebACL#cloudfront: [{Rules: [{Action: {Block: {}}, Statement: {GeoMatchStatement: {}}}]}]
    """
    for acl in (*regional, *everywhere):
        limiting = ["RateBasedStatement" in rule["Statement"] and stops_requests(rule) for rule in acl["Rules"]]
        yield (met("A rule limits rates.") if any(limiting) else unmet("No rule limits rates.")).about(acl)
