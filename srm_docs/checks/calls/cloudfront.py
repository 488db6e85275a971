"""What is asked of Amazon CloudFront: distributions, and what of them is logged where, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

# Custom headers are how an origin knows its distribution: their values are passwords.
DISTRIBUTIONS = Call(
    service="cloudfront",
    operation="ListDistributions",
    noun="CloudFront distribution",
    nouns="CloudFront distributions",
    rows="DistributionList.Items",
    name="Id",
    scope=Scope.ACCOUNT,
    redact=(
        "DistributionList.Items[].Comment",
        "DistributionList.Items[].Origins.Items[].CustomHeaders.Items[].HeaderValue",
    ),
)

DISTRIBUTION_CONFIGS = Call(
    service="cloudfront",
    operation="GetDistributionConfig",
    noun="CloudFront distribution's configuration",
    nouns="CloudFront distributions' configurations",
    rows="DistributionConfig",
    scope=Scope.ACCOUNT,
    per=DISTRIBUTIONS,
    bind={"Id": "Id"},
    redact=(
        "DistributionConfig.Comment",
        "DistributionConfig.TenantConfig.ParameterDefinitions[].Definition.StringSchema.Comment",
        "DistributionConfig.TenantConfig.ParameterDefinitions[].Definition.StringSchema.DefaultValue",
        "DistributionConfig.Origins.Items[].CustomHeaders.Items[].HeaderValue",
    ),
)

# The newer way of logging: a source names the distribution, a delivery names the source. AWS keeps both in us-east-1.
LOG_SOURCES = Call(
    service="logs",
    operation="DescribeDeliverySources",
    noun="log delivery source of a global service",
    nouns="log delivery sources of global services",
    rows="deliverySources",
    name="name",
    scope=Scope.ACCOUNT,
)

LOG_DELIVERIES = Call(
    service="logs",
    operation="DescribeDeliveries",
    noun="log delivery of a global service",
    nouns="log deliveries of global services",
    rows="deliveries",
    name="id",
    scope=Scope.ACCOUNT,
)
