"""What is asked of IAM Access Analyzer: the analyzers and their open findings, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

EXTERNAL = ("ACCOUNT", "ORGANIZATION")
"""Types of analyzer that look for access from outside."""

UNUSED = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")
"""Types of analyzer that look for access nobody uses."""

ANALYZERS = Call(
    service="accessanalyzer",
    operation="ListAnalyzers",
    noun="analyzer",
    nouns="analyzers",
    rows="analyzers",
    name="name",
)

OPEN_FINDINGS = Call(
    service="accessanalyzer",
    operation="ListFindingsV2",
    noun="open finding of external access",
    nouns="open findings of external access",
    rows="findings",
    name="resource",
    params={"filter": {"status": {"eq": ["ACTIVE"]}}},
    per=ANALYZERS,
    bind={"analyzerArn": "arn"},
    when=lambda analyzer: analyzer.get("type") in EXTERNAL,
)

UNUSED_FINDINGS = Call(
    service="accessanalyzer",
    operation="ListFindingsV2",
    variant="unused",
    noun="open finding of unused access",
    nouns="open findings of unused access",
    rows="findings",
    name="resource",
    params={"filter": {"status": {"eq": ["ACTIVE"]}}},
    per=ANALYZERS,
    bind={"analyzerArn": "arn"},
    when=lambda analyzer: analyzer.get("type") in UNUSED,
)
