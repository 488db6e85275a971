"""Hands -> trails, logs, alarms, detectors and the way to the SIEM."""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, EUROPE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply

_PLANS = {
    "EKS_AUDIT_LOGS": "ENABLED",
    "EBS_MALWARE_PROTECTION": "ENABLED",
    "RDS_LOGIN_EVENTS": "ENABLED",
    "LAMBDA_NETWORK_LOGS": "DISABLED",
    "RUNTIME_MONITORING": "DISABLED",
}


def seed(hands: Hands) -> None:
    """Production is watched in both regions; in development much is recorded and little is sent on."""
    for account in NAMES:
        for region in REGIONS:
            with hands.clock.at(500):
                _logs(hands, account, region)
                _recorder(hands, account, region)
                _detectors(hands, account, region)
                _routes(hands, account, region)
        with hands.clock.at(480):
            _trail(hands, account)


def _trail(hands: Hands, account: str) -> None:
    trail, tidy = hands.client("cloudtrail", account, EUROPE), account == PRODUCTION
    bucket = "example-ltd-access-logs" if tidy else "example-ltd-dev-fixtures"
    key = hands.ids[f"key billing-data {account} {EUROPE}"]
    trail.create_trail(
        Name="organization",
        S3BucketName=bucket,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{EUROPE}:{account}:log-group:/aws/cloudtrail:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{account}:role/log-delivery",
        KmsKeyId=f"arn:aws:kms:{EUROPE}:{account}:key/{key}",
    )
    trail.start_logging(Name="organization")
    data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}] if tidy else []
    chosen: list[dict[str, Any]] = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": data}]
    trail.put_event_selectors(TrailName="organization", EventSelectors=chosen)
    # AWS answers for a trail's shadow in another region; moto says there is no such trail
    arn = f"arn:aws:cloudtrail:{EUROPE}:{account}:trail/organization"
    hands.rules.answer(
        "cloudtrail:GetEventSelectors",
        {"TrailARN": arn, "EventSelectors": chosen},
        account=account,
        region=AMERICA,
        TrailName=arn,
    )


def _logs(hands: Hands, account: str, region: str) -> None:
    logs, tidy = hands.client("logs", account, region), account == PRODUCTION
    groups: dict[str, int | None] = {"/aws/cloudtrail": 365, "/ecs/billing": 365 if tidy else None}
    if region == EUROPE:
        groups["/aws/lambda/legacy-import"] = None
    for name, days in groups.items():
        logs.create_log_group(logGroupName=name)
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    if not (tidy and region == EUROPE):
        return
    metrics = {"root-use": '{ $.userIdentity.type = "Root" }', "denied-calls": '{ $.errorCode = "AccessDenied*" }'}
    for name, pattern in metrics.items():
        logs.put_metric_filter(
            logGroupName="/aws/cloudtrail",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[{"metricName": name, "metricNamespace": "Security", "metricValue": "1"}],
        )
    hands.client("cloudwatch", account, region).put_metric_alarm(
        AlarmName="root-use",
        MetricName="root-use",
        Namespace="Security",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[f"arn:aws:sns:{region}:{account}:security-alerts"],
    )


def _recorder(hands: Hands, account: str, region: str) -> None:
    config = hands.client("config", account, region)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{account}:role/log-delivery",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": region == EUROPE},
        }
    )
    bucket = "example-ltd-access-logs" if account == PRODUCTION else "example-ltd-dev-fixtures"
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
    config.start_configuration_recorder(ConfigurationRecorderName="default")

    def delivered(_asked: Asked, said: Reply) -> Reply:
        rows = said.get("ConfigurationRecordersStatus", [])
        good = {"lastStatus": "SUCCESS", "lastStatusChangeTime": hands.clock.ago(0)}
        return {"ConfigurationRecordersStatus": [row | good if row.get("recording") else row for row in rows]}

    hands.rules.amend("config:DescribeConfigurationRecorderStatus", delivered, account=account, region=region)


def _detectors(hands: Hands, account: str, region: str) -> None:
    hands.client("guardduty", account, region).create_detector(
        Enable=True,
        FindingPublishingFrequency="FIFTEEN_MINUTES",
        Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}],
    )
    if account == PRODUCTION:
        hands.client("securityhub", account, region).enable_security_hub(EnableDefaultStandards=True)

    def sources(_asked: Asked, said: Reply) -> Reply:
        # An enabled detector always reads these three; moto knows only what it was told.
        on = {name: {"Status": "ENABLED"} for name in ("CloudTrail", "DNSLogs", "FlowLogs", "S3Logs")}
        features = [*said.get("Features", []), *({"Name": name, "Status": state} for name, state in _PLANS.items())]
        return said | {"DataSources": said.get("DataSources", {}) | on, "Features": features}

    hands.rules.amend("guardduty:GetDetector", sources, account=account, region=region)


def _routes(hands: Hands, account: str, region: str) -> None:
    events, tidy = hands.client("events", account, region), account == PRODUCTION
    if not tidy and region != EUROPE:
        return
    events.put_rule(
        Name="guardduty-to-siem",
        EventPattern=json.dumps({"source": ["aws.guardduty"]}),
        State="ENABLED",
    )
    events.put_targets(
        Rule="guardduty-to-siem", Targets=[{"Id": "1", "Arn": f"arn:aws:sns:{region}:{account}:security-alerts"}]
    )
    if not (tidy and region == EUROPE):
        return
    bucket, role = "example-ltd-access-logs", f"arn:aws:iam::{account}:role/log-delivery"
    stream = hands.client("firehose", account, region).create_delivery_stream(
        DeliveryStreamName="aws-waf-logs-siem",
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {"Url": "https://http-inputs.siem.example/services/collector", "Name": "SIEM"},
            "S3Configuration": {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}"},
        },
    )["DeliveryStreamARN"]
    hands.client("logs", account, region).put_subscription_filter(
        logGroupName="/aws/cloudtrail", filterName="siem", filterPattern="", destinationArn=stream, roleArn=role
    )
