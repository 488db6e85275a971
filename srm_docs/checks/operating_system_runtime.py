"""Domain 5, operating system and runtime: whether instances are patched and scanned, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import INSTANCES
from srm_docs.checks.calls.inspector2 import FINDINGS, INSPECTOR
from srm_docs.checks.calls.ssm import ASSOCIATIONS, MAINTENANCE_TASKS, MANAGED_INSTANCES, PATCH_STATES
from srm_docs.checks.guest_operating_system import GUEST, PATCHING
from srm_docs.checks.hypervisor_virtualization import NO_INSTANCE
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

NO_MANAGED = not_applicable("Systems Manager manages no instance here.")

MAX_PATCH_SCAN_AGE = Parameter(
    id="max_patch_scan_age",
    title="Longest time since an instance was last compared with its patch baseline",
    default=7,
    loosest=35,
    unit="days",
)
CRITICAL_FINDING_DAYS = Parameter(
    id="critical_finding_days",
    title="Days in which a critical vulnerability must be mended",
    default=15,
    loosest=30,
    unit="days",
)
HIGH_FINDING_DAYS = Parameter(
    id="high_finding_days",
    title="Days in which a high vulnerability must be mended",
    default=30,
    loosest=90,
    unit="days",
)


def is_running(instance: Row) -> bool:
    """Whether an instance runs."""
    return bool(instance["State"]["Name"] == "running")


@check(PATCHING, each=MANAGED_INSTANCES, none=NO_MANAGED)
def managed_instances_answer(instance: Row) -> Observation:
    """Every managed instance answers to Systems Manager.

    An instance that lost its connection gets no patch.

    Remedy: Find out why the agent is silent, and deregister instances that no longer exist.

    Met:   {PingStatus: Online}
    Unmet: {PingStatus: ConnectionLost}
    """
    if instance["PingStatus"] == "Online":
        return met("The agent answers.")
    return unmet(f"The agent does not answer: {instance['PingStatus']}.")


@check(PATCHING, each=PATCH_STATES, none=NO_MANAGED, severity="high")
def instances_miss_no_important_patch(state: Row) -> Observation:
    """No managed instance misses a critical or security patch that its baseline approves.

    The faults that these patches mend are public, and so are ways to use them.

    Remedy: Run AWS-RunPatchBaseline with the operation Install, and look into patches that failed.

    Met:   {CriticalNonCompliantCount: 0, SecurityNonCompliantCount: 0, FailedCount: 0}
    Unmet: {CriticalNonCompliantCount: 2, SecurityNonCompliantCount: 0, FailedCount: 0}
    Unmet: {CriticalNonCompliantCount: 0, SecurityNonCompliantCount: 1, FailedCount: 0}
    Unmet: {CriticalNonCompliantCount: 0, SecurityNonCompliantCount: 0, FailedCount: 1}
    """
    counts = {
        "critical": state["CriticalNonCompliantCount"],
        "security": state["SecurityNonCompliantCount"],
        "failed": state["FailedCount"],
    }
    wanting = [f"{count} {kind}" for kind, count in counts.items() if count]
    if wanting:
        return unmet(f"Patches missing: {', '.join(wanting)}.")
    return met("No critical or security patch is missing.")


@check(PATCHING, whole=(MANAGED_INSTANCES, PATCH_STATES), none=NO_MANAGED, parameters=[MAX_PATCH_SCAN_AGE])
def instances_were_scanned_for_patches(
    managed: Sequence[Row], states: Sequence[Row], given: Given
) -> list[Observation]:
    """Every managed instance was recently compared with its patch baseline.

    A comparison that is old says nothing of the patches published since.

    Remedy: Schedule AWS-RunPatchBaseline by a patch policy or a maintenance window that targets the instance.

    Met:
        ssm:DescribeInstanceInformation: [{InstanceId: i-1}]
        ssm:DescribeInstancePatchStates: [{InstanceId: i-1, OperationEndTime: 2025-12-30T00:00:00Z}]
    Unmet:
        ssm:DescribeInstanceInformation: [{InstanceId: i-1}]
        ssm:DescribeInstancePatchStates: [{InstanceId: i-1, OperationEndTime: 2025-12-01T00:00:00Z}]
    Unmet:
        ssm:DescribeInstanceInformation: [{InstanceId: i-1}]
        ssm:DescribeInstancePatchStates: []
    """
    ended = {row["InstanceId"]: row["OperationEndTime"] for row in states}
    said = []
    for instance in managed:
        if instance["InstanceId"] not in ended:
            said.append(unmet("The instance was never compared with a patch baseline.").about(instance))
        else:
            days = given.days_since(ended[instance["InstanceId"]])
            verdict = met if days <= given[MAX_PATCH_SCAN_AGE] else unmet
            when = given.day(ended[instance["InstanceId"]])
            said.append(verdict(f"The instance was last compared on {when}, {days} days before.").about(instance))
    return said


@check(PATCHING, whole=(INSTANCES, MAINTENANCE_TASKS, ASSOCIATIONS), none=NO_INSTANCE)
def patching_is_scheduled(instances: Sequence[Row], tasks: Sequence[Row], associations: Sequence[Row]) -> Observation:
    """Where instances run, patching is scheduled by an enabled maintenance window or an association.

    Patching that depends on somebody's memory is late when it matters.

    Remedy: Create a patch policy in Systems Manager, or a maintenance window with the task AWS-RunPatchBaseline.

    Met:
        ec2:DescribeInstances: [{State: {Name: running}}]
        ssm:DescribeMaintenanceWindowTasks: [{TaskArn: AWS-RunPatchBaseline}]
        ssm:ListAssociations: []
    Met:
        ec2:DescribeInstances: [{State: {Name: running}}]
        ssm:DescribeMaintenanceWindowTasks: []
        ssm:ListAssociations: [{Name: AWS-RunPatchBaselineAssociation, ScheduleExpression: rate(1 day)}]
    Unmet:
        ec2:DescribeInstances: [{State: {Name: running}}, {State: {Name: stopped}}]
        ssm:DescribeMaintenanceWindowTasks: [{TaskArn: AWS-RunShellScript}]
        ssm:ListAssociations:
          - {Name: AWS-RunPatchBaseline}
          - {Name: AWS-GatherSoftwareInventory, ScheduleExpression: rate(30 minutes)}
    Not applicable:
        ec2:DescribeInstances: [{State: {Name: stopped}}]
        ssm:DescribeMaintenanceWindowTasks: []
        ssm:ListAssociations: []
    """
    if not any(is_running(instance) for instance in instances):
        return not_applicable("No instance runs here.")
    named = [task["TaskArn"] for task in tasks]
    named += [link["Name"] for link in associations if link.get("ScheduleExpression")]
    if any("RunPatchBaseline" in name for name in named):
        return met("Patching is scheduled.")
    return unmet("No enabled maintenance window and no scheduled association runs a patch baseline.")


@check(
    PATCHING,
    GUEST,
    whole=(INSTANCES, INSPECTOR),
    counts=("region's Amazon Inspector setting", "regions' Amazon Inspector settings"),
    none=NO_INSTANCE,
    severity="medium",
)
def instances_are_scanned_for_vulnerabilities(instances: Sequence[Row], settings: Sequence[Row]) -> list[Observation]:
    """Where instances run, Amazon Inspector scans them for known vulnerabilities.

    Without a scan, a known vulnerability stays until somebody uses it.

    Remedy: Turn on Amazon Inspector for EC2, or keep the reports of the scanner that takes its place.

    Met:
        ec2:DescribeInstances: [{State: {Name: running}}, {State: {Name: stopped}}]
        inspector2:BatchGetAccountStatus: [{resourceState: {ec2: {status: ENABLED}}}]
    Unmet:
        ec2:DescribeInstances: [{State: {Name: running}}]
        inspector2:BatchGetAccountStatus: [{resourceState: {ec2: {status: DISABLED}}}]
    Not applicable:
        ec2:DescribeInstances: [{State: {Name: stopped}}]
        inspector2:BatchGetAccountStatus: [{resourceState: {ec2: {status: DISABLED}}}]
    """
    if not any(is_running(instance) for instance in instances):
        return [not_applicable("No instance runs here.")]
    return [
        (
            met("Amazon Inspector scans EC2 instances.")
            if row["resourceState"]["ec2"]["status"] == "ENABLED"
            else unmet("Amazon Inspector does not scan EC2 instances.")
        ).about(row)
        for row in settings
    ]


@check(
    PATCHING,
    "containers-serverless.container-image-security",
    "containers-serverless.function-code-dependencies",
    whole=(INSPECTOR, FINDINGS),
    counts=("critical or high finding with a fix", "critical and high findings with a fix"),
    none=not_applicable("Amazon Inspector is not available here."),
    severity="high",
    parameters=[CRITICAL_FINDING_DAYS, HIGH_FINDING_DAYS],
)
def vulnerabilities_are_mended_in_time(
    settings: Sequence[Row], findings: Sequence[Row], given: Given
) -> list[Observation]:
    """No critical or high finding of Amazon Inspector has stood longer than the organization allows.

    What is known and not mended is what attackers try first. Findings for which no fix exists yet are left out.

    Remedy: Install the fixed version, or record why the risk is accepted and suppress the finding by a rule.

    Met:
        inspector2:BatchGetAccountStatus: [{state: {status: ENABLED}}]
        inspector2:ListFindings#active:
          - {severity: CRITICAL, firstObservedAt: 2025-12-30T00:00:00Z, fixAvailable: "YES"}
          - {severity: HIGH, firstObservedAt: 2025-12-10T00:00:00Z, fixAvailable: "YES"}
          - {severity: CRITICAL, firstObservedAt: 2025-06-01T00:00:00Z, fixAvailable: "NO"}
    Met:
        inspector2:BatchGetAccountStatus: [{state: {status: ENABLED}}]
        inspector2:ListFindings#active: []
    Unmet:
        inspector2:BatchGetAccountStatus: [{state: {status: ENABLED}}]
        inspector2:ListFindings#active:
          - {severity: CRITICAL, firstObservedAt: 2025-12-10T00:00:00Z, fixAvailable: "YES"}
    Unmet:
        inspector2:BatchGetAccountStatus: [{state: {status: ENABLED}}]
        inspector2:ListFindings#active: [{severity: HIGH, firstObservedAt: 2025-11-01T00:00:00Z}]
    Not applicable:
        inspector2:BatchGetAccountStatus: [{state: {status: DISABLED}}]
        inspector2:ListFindings#active: []
    """
    if not any(row["state"]["status"] == "ENABLED" for row in settings):
        return [not_applicable("Amazon Inspector is off here.")]
    said = [met("Amazon Inspector was asked for its active findings.")]
    for finding in findings:
        days = given.days_since(finding["firstObservedAt"])
        allowed = given[CRITICAL_FINDING_DAYS] if finding["severity"] == "CRITICAL" else given[HIGH_FINDING_DAYS]
        when = given.day(finding["firstObservedAt"])
        text = f"{finding['severity'].capitalize()}, first seen on {when}, {days} days before this was read."
        if finding.get("fixAvailable") == "NO":
            said.append(not_applicable(f"{text} No fix exists yet.").about(finding))
        else:
            said.append((met if days <= allowed else unmet)(text).about(finding))
    return said
