"""What is asked of Amazon EventBridge: buses, rules, and where rules send security findings, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.row import Row

FINDING_SOURCES = ("aws.guardduty", "aws.securityhub", "aws.macie", "aws.inspector2", "aws.access-analyzer")
"""Sources whose events are security findings."""

BUSES = Call(
    service="events",
    operation="ListEventBuses",
    noun="event bus",
    nouns="event buses",
    rows="EventBuses",
    name="Name",
    token=("NextToken", "NextToken"),
)

RULES = Call(
    service="events",
    operation="ListRules",
    noun="event rule",
    nouns="event rules",
    rows="Rules",
    name="Name",
    per=BUSES,
    bind={"EventBusName": "Name"},
)


def _is_about_findings(rule: Row) -> bool:
    pattern = str(rule.get("EventPattern", ""))
    return any(f'"{source}"' in pattern for source in FINDING_SOURCES)


FINDING_TARGETS = Call(
    service="events",
    operation="ListTargetsByRule",
    noun="target of security findings",
    nouns="targets of security findings",
    rows="Targets",
    name="Arn",
    per=RULES,
    bind={"Rule": "Name", "EventBusName": "EventBusName"},
    when=_is_about_findings,
    redact=(
        "Targets[].Input",
        "Targets[].InputTransformer.InputTemplate",
        "Targets[].SageMakerPipelineParameters.PipelineParameterList[].Value",
        "Targets[].RedshiftDataParameters.Sql",
        "Targets[].RedshiftDataParameters.Sqls[]",
        "Targets[].HttpParameters.PathParameterValues[]",
        "Targets[].HttpParameters.HeaderParameters.*",
        "Targets[].HttpParameters.QueryStringParameters.*",
    ),
)

ENDPOINTS = Call(
    service="events",
    operation="ListEndpoints",
    noun="global endpoint",
    nouns="global endpoints",
    rows="Endpoints",
    name="Name",
    token=("NextToken", "NextToken"),
)
