"""What is asked of Amazon OpenSearch Service (and Elasticsearch before it): the domains, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

DOMAIN_NAMES = Call(
    service="opensearch",
    operation="ListDomainNames",
    noun="search domain name",
    nouns="search domain names",
    rows="DomainNames",
    name="DomainName",
)

DOMAINS = Call(
    service="opensearch",
    operation="DescribeDomain",
    noun="search domain",
    nouns="search domains",
    rows="DomainStatus",
    name="DomainName",
    per=DOMAIN_NAMES,
    bind={"DomainName": "DomainName"},
    # A change on its way lists values of any setting.
    redact=(
        "DomainStatus.ModifyingProperties[].ActiveValue",
        "DomainStatus.ModifyingProperties[].PendingValue",
    ),
)
