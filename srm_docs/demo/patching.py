"""Hands and managed instances -> what Systems Manager says of them: agents, patches, associations, windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import EUROPE, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """One instance that Systems Manager manages. `missing` counts its missing critical patches."""

    instance: str
    name: str
    missing: int


def seed(hands: Hands, account: str, region: str, managed: list[Managed]) -> None:
    """All ours, because moto has none of it; but the maintenance window, which it has."""
    rules = hands.rules
    information = [_information(hands, one) for one in managed]
    patches = [_patches(hands, one) for one in managed]
    summaries = [_summary(hands, one, kind) for one in managed for kind in ("Patch", "Association")]
    rules.answer(
        "ssm:DescribeInstanceInformation", {"InstanceInformationList": information}, account=account, region=region
    )
    rules.answer(
        "ssm:ListResourceComplianceSummaries",
        {"ResourceComplianceSummaryItems": summaries},
        account=account,
        region=region,
    )

    def states(asked: Asked) -> Reply:
        wanted = asked.params.get("InstanceIds", [])
        return {"InstancePatchStates": [row for row in patches if row["InstanceId"] in wanted]}

    rules.answer("ssm:DescribeInstancePatchStates", states, account=account, region=region)
    _associations(hands, account, region)
    if account == PRODUCTION and region == EUROPE:
        _window(hands, account, region)


def _information(hands: Hands, one: Managed) -> dict[str, Any]:
    return {
        "InstanceId": one.instance,
        "PingStatus": "Online",
        "LastPingDateTime": hands.clock.ago(0),
        "AgentVersion": "3.3.987.0",
        "IsLatestVersion": one.missing == 0,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2" if one.missing > 1 else "2023",
        "ResourceType": "EC2Instance",
        "ComputerName": f"{one.name}.billing.internal",
        "AssociationStatus": "Success",
    }


def _patches(hands: Hands, one: Managed) -> dict[str, Any]:
    return {
        "InstanceId": one.instance,
        "PatchGroup": "billing",
        "BaselineId": "pb-0c10e657807c7a700",
        "OperationStartTime": hands.clock.ago(40 if one.missing > 1 else 5),
        "OperationEndTime": hands.clock.ago(40 if one.missing > 1 else 5),
        "Operation": "Scan",
        "InstalledCount": 212,
        "MissingCount": one.missing * 2,
        "FailedCount": 0,
        "InstalledRejectedCount": 0,
        "InstalledPendingRebootCount": 0,
        "NotApplicableCount": 390,
        "CriticalNonCompliantCount": one.missing,
        "SecurityNonCompliantCount": one.missing,
        "OtherNonCompliantCount": 0,
    }


def _summary(hands: Hands, one: Managed, kind: str) -> dict[str, Any]:
    broken = one.missing if kind == "Patch" else 0
    return {
        "ComplianceType": kind,
        "ResourceType": "ManagedInstance",
        "ResourceId": one.instance,
        "Status": "NON_COMPLIANT" if broken else "COMPLIANT",
        "OverallSeverity": "CRITICAL" if broken else "UNSPECIFIED",
        "ExecutionSummary": {"ExecutionTime": hands.clock.ago(5), "ExecutionType": "Command"},
        "CompliantSummary": {"CompliantCount": 212 if kind == "Patch" else 2, "SeveritySummary": {}},
        "NonCompliantSummary": {"NonCompliantCount": broken, "SeveritySummary": {"CriticalCount": broken}},
    }


def _associations(hands: Hands, account: str, region: str) -> None:
    """State Manager keeps instances in shape."""
    names = ("AWS-GatherSoftwareInventory", "AWS-RunPatchBaseline")
    rows = [
        {
            "Name": name,
            "AssociationId": f"0000000{number}-a550-4000-8000-{account}",
            "AssociationVersion": "1",
            "AssociationName": name.removeprefix("AWS-"),
            "Targets": [{"Key": "InstanceIds", "Values": ["*"]}],
            "LastExecutionDate": hands.clock.ago(1),
            "ScheduleExpression": "rate(1 day)",
            "Overview": {
                "Status": "Success",
                "DetailedStatus": "Success",
                "AssociationStatusAggregatedCount": {"Success": 4},
            },
        }
        for number, name in enumerate(names, start=1)
    ]
    hands.rules.answer("ssm:ListAssociations", {"Associations": rows}, account=account, region=region)


def _window(hands: Hands, account: str, region: str) -> None:
    ssm = hands.client("ssm", account, region)
    window = ssm.create_maintenance_window(
        Name="sunday-patches", Schedule="cron(0 3 ? * SUN *)", Duration=2, Cutoff=1, AllowUnassociatedTargets=False
    )["WindowId"]
    target = ssm.register_target_with_maintenance_window(
        WindowId=window, ResourceType="INSTANCE", Targets=[{"Key": "tag:Name", "Values": ["billing-*"]}]
    )["WindowTargetId"]
    ssm.register_task_with_maintenance_window(
        WindowId=window,
        Targets=[{"Key": "WindowTargetIds", "Values": [target]}],
        TaskArn="AWS-RunPatchBaseline",
        TaskType="RUN_COMMAND",
        MaxConcurrency="1",
        MaxErrors="1",
    )
