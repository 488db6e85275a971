"""Domain 2, hypervisor and virtualization: what runs inside the instances is hardened, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import IMAGES_IN_USE, INSTANCES, exists
from srm_docs.checks.calls.ssm import COMPLIANCE_SUMMARIES, MANAGED_INSTANCES
from srm_docs.checks.hypervisor_virtualization import IS_GONE, NO_INSTANCE
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

GUEST = "hypervisor-virtualization.guest-os-hardening"
PATCHING = "operating-system-runtime.ec2-os-patching"

MAX_IMAGE_AGE = Parameter(
    id="max_image_age",
    title="Oldest machine image that an instance may run from",
    default=180,
    loosest=365,
    unit="days",
)


@check(GUEST, PATCHING, whole=(INSTANCES, MANAGED_INSTANCES), none=NO_INSTANCE, severity="high")
def instances_are_managed_by_systems_manager(instances: Sequence[Row], managed: Sequence[Row]) -> list[Observation]:
    """Every running EC2 instance is managed by AWS Systems Manager.

    An instance that Systems Manager does not know is neither patched nor configured by it.

    Remedy: Install the agent, attach an instance profile that allows it, and give it a way to the service.

    Met:
        ec2:DescribeInstances: [{InstanceId: i-1, State: {Name: running}}, {InstanceId: i-2, State: {Name: stopped}}]
        ssm:DescribeInstanceInformation: [{InstanceId: i-1}]
    Unmet:
        ec2:DescribeInstances: [{InstanceId: i-1, State: {Name: running}}, {InstanceId: i-2, State: {Name: running}}]
        ssm:DescribeInstanceInformation: [{InstanceId: i-1}]
    Not applicable:
        ec2:DescribeInstances: [{InstanceId: i-1, State: {Name: stopped}}]
        ssm:DescribeInstanceInformation: []
    """
    known = {row["InstanceId"] for row in managed}
    said = []
    for instance in instances:
        if instance["State"]["Name"] != "running":
            said.append(not_applicable("The instance is not running.").about(instance))
        elif instance["InstanceId"] in known:
            said.append(met("Systems Manager manages the instance.").about(instance))
        else:
            said.append(unmet("Systems Manager does not know the instance.").about(instance))
    return said


@check(GUEST, PATCHING, whole=(INSTANCES, IMAGES_IN_USE), none=NO_INSTANCE, parameters=[MAX_IMAGE_AGE])
def instances_run_from_recent_images(
    instances: Sequence[Row], images: Sequence[Row], given: Given
) -> list[Observation]:
    """Every EC2 instance runs from a machine image that can still be read and is recent.

    A new instance begins with the weaknesses that were known when its image was made.

    Remedy: Rebuild images regularly and replace instances from them.

    Met:
        ec2:DescribeInstances: [{State: {Name: running}, ImageId: ami-1}, {State: {Name: terminated}, ImageId: ami-0}]
        ec2:DescribeImages#in-use: [{ImageId: ami-1, CreationDate: "2025-12-01T00:00:00.000Z"}]
    Unmet:
        ec2:DescribeInstances: [{State: {Name: running}, ImageId: ami-1}]
        ec2:DescribeImages#in-use: [{ImageId: ami-1, CreationDate: "2025-01-01T00:00:00.000Z"}]
    Unmet:
        ec2:DescribeInstances: [{State: {Name: running}, ImageId: ami-1}]
        ec2:DescribeImages#in-use: []
    Not applicable:
        ec2:DescribeInstances: [{State: {Name: terminated}, ImageId: ami-1}]
        ec2:DescribeImages#in-use: []
    """
    made = {row["ImageId"]: row["CreationDate"] for row in images}
    said = []
    for instance in instances:
        if not exists(instance):
            said.append(IS_GONE.about(instance))
        elif instance["ImageId"] not in made:
            said.append(unmet(f"The image {instance['ImageId']} can no longer be read.").about(instance))
        else:
            days = given.days_since(made[instance["ImageId"]])
            verdict = met if days <= given[MAX_IMAGE_AGE] else unmet
            when = given.day(made[instance["ImageId"]])
            said.append(
                verdict(f"The image {instance['ImageId']} was made on {when}, {days} days before.").about(instance)
            )
    return said


@check(
    GUEST,
    each=COMPLIANCE_SUMMARIES,
    none=not_applicable("No State Manager association reports here."),
)
def configuration_associations_hold(summary: Row) -> Observation:
    """Every State Manager association is in force on the instances that it targets.

    An instance that has drifted from its baseline carries a weakness that nobody decided on.

    Remedy: Open the association's execution history, mend its cause and run it again.

    Met:   {ComplianceType: Association, Status: COMPLIANT}
    Unmet: {ComplianceType: Association, Status: NON_COMPLIANT}
    Not applicable: {ComplianceType: Patch, Status: NON_COMPLIANT}
    """
    if summary["ComplianceType"] != "Association":
        return not_applicable("The summary is not about an association.")
    if summary["Status"] == "COMPLIANT":
        return met("The associations are in force.")
    return unmet("An association is not in force.")
