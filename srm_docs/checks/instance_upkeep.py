"""Domain 2, hypervisor and virtualization: instances that nobody looks after, and settings of the region, as checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import (
    ADDRESSES,
    IMAGE_BLOCK,
    INSTANCES,
    SERIAL_CONSOLE,
    SNAPSHOT_BLOCK,
    SNAPSHOTS,
    VOLUMES,
    exists,
)
from srm_docs.checks.hypervisor_virtualization import IS_GONE, NO_INSTANCE, VM
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, NotAnswered, Row

NO_SETTING = not_applicable("No such setting exists here.")
DATA = "data.data-classification-encryption"

STOPPED_DAYS = Parameter(
    id="stopped_instance_days",
    title="Days for which an instance may stay stopped before it is deleted, at most",
    default=30,
    loosest=180,
    unit="days",
)
RUNNING_DAYS = Parameter(
    id="running_instance_days",
    title="Days after which a running instance has been replaced or restarted, at most",
    default=180,
    loosest=365,
    unit="days",
)
SNAPSHOT_DAYS = Parameter(
    id="volume_snapshot_days",
    title="Days since the newest snapshot of a volume in use, at most",
    default=7,
    loosest=31,
    unit="days",
)

_MOMENT = re.compile(r"\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) GMT\)")


def stopped_at(instance: Row) -> str:
    """When an instance was stopped, as ISO 8601 text, from the words in which AWS tells it."""
    found = _MOMENT.search(instance["StateTransitionReason"])
    if found is None:
        raise NotAnswered("the moment when the instance was stopped")
    return f"{found[1]}T{found[2]}+00:00"


@check(VM, each=INSTANCES, none=NO_INSTANCE, severity="low", parameters=[STOPPED_DAYS])
def instances_are_not_stopped_for_long(instance: Row, given: Given) -> Observation:
    """No EC2 instance has been stopped for longer than the agreed time.

    A stopped instance is not patched, and comes back with all the weaknesses found meanwhile.

    Remedy: Make an image of the instance if it is needed again, and terminate it.

    Met:   {State: {Name: running}, StateTransitionReason: ""}
    Met:   {State: {Name: stopped}, StateTransitionReason: "User initiated (2025-12-20 10:00:00 GMT)"}
    Unmet: {State: {Name: stopped}, StateTransitionReason: "User initiated (2025-06-01 10:00:00 GMT)"}
    Unknown: {State: {Name: stopped}, StateTransitionReason: "Server.InternalError"}
    Not applicable: {State: {Name: terminated}}
    """
    if not exists(instance):
        return IS_GONE
    if instance["State"]["Name"] != "stopped":
        return met("The instance is not stopped.")
    days = given.days_since(stopped_at(instance))
    note = f"The instance has been stopped for {days} days."
    return unmet(note) if days > given[STOPPED_DAYS] else met(note)


@check(
    VM,
    "operating-system-runtime.ec2-os-patching",
    each=INSTANCES,
    none=NO_INSTANCE,
    severity="low",
    parameters=[RUNNING_DAYS],
)
def running_instances_were_started_in_time(instance: Row, given: Given) -> Observation:
    """Every running EC2 instance was started within the agreed time.

    A new kernel takes effect at a start only, and what was changed by hand is seen when an instance is replaced.

    Remedy: Replace the instance by one from the current image, or restart it after patching.

    Met:   {State: {Name: running}, LaunchTime: 2025-11-01T00:00:00Z}
    Unmet: {State: {Name: running}, LaunchTime: 2025-01-01T00:00:00Z}
    Not applicable: {State: {Name: stopped}, LaunchTime: 2025-01-01T00:00:00Z}
    """
    if instance["State"]["Name"] != "running":
        return not_applicable("The instance is not running.")
    days = given.days_since(instance["LaunchTime"])
    note = f"The instance was started {days} days ago."
    return unmet(note) if days > given[RUNNING_DAYS] else met(note)


@check(VM, "networking.vpc-configuration", each=INSTANCES, none=NO_INSTANCE)
def instances_stand_in_one_subnet(instance: Row) -> Observation:
    """No EC2 instance has network interfaces in more than one subnet.

    Such an instance is a bridge past the routes and network ACLs between them.

    Remedy: Detach the second interface, or record why the instance must join the subnets, as appliances do.

    Met:   {State: {Name: running}, NetworkInterfaces: [{SubnetId: subnet-1}, {SubnetId: subnet-1}]}
    Unmet: {State: {Name: running}, NetworkInterfaces: [{SubnetId: subnet-1}, {SubnetId: subnet-2}]}
    Not applicable: {State: {Name: terminated}}
    """
    if not exists(instance):
        return IS_GONE
    subnets = {interface["SubnetId"] for interface in instance["NetworkInterfaces"]}
    if len(subnets) > 1:
        return unmet(f"The instance joins {len(subnets)} subnets.")
    return met("The instance stands in one subnet.")


@check(VM, each=ADDRESSES, none=not_applicable("No Elastic IP address exists here."), severity="low")
def elastic_addresses_are_in_use(address: Row) -> Observation:
    """Every Elastic IP address is associated with something.

    An address that waits in reserve can put anything on the internet, and other firewalls may still trust it.

    Remedy: Release the address.

    Met:   {PublicIp: 203.0.113.7, AssociationId: eipassoc-1}
    Met:   {PublicIp: 203.0.113.7, ServiceManaged: rnat}
    Unmet: {PublicIp: 203.0.113.7}
    """
    if address.get("AssociationId") or address.get("ServiceManaged"):
        return met("The address is in use.")
    return unmet("Nothing uses the address.")


@check(VM, each=SERIAL_CONSOLE, none=NO_SETTING)
def serial_console_is_off(setting: Row) -> Observation:
    """Access to the serial console of instances is off in this region.

    The console goes around security groups and network ACLs.

    Remedy: Turn off serial console access for the account in the region, and on only while it is needed.

    Met:   {SerialConsoleAccessEnabled: false}
    Unmet: {SerialConsoleAccessEnabled: true}
    """
    if setting["SerialConsoleAccessEnabled"]:
        return unmet("Serial console access is on.")
    return met("Serial console access is off.")


@check(VM, DATA, each=SNAPSHOT_BLOCK, none=NO_SETTING, severity="high")
def snapshots_cannot_be_made_public(block: Row) -> Observation:
    """The account blocks public sharing of EBS snapshots in this region.

    Remedy: Turn on block public access for EBS snapshots: all sharing, or new sharing at least.

    Met:   {State: block-all-sharing}
    Met:   {State: block-new-sharing}
    Unmet: {State: unblocked}
    """
    if block["State"] == "unblocked":
        return unmet("Snapshots can be made public.")
    return met(f"The block's state is {block['State']}.")


@check(VM, each=IMAGE_BLOCK, none=NO_SETTING, severity="high")
def images_cannot_be_made_public(block: Row) -> Observation:
    """The account blocks public sharing of machine images in this region.

    Remedy: Turn on block public access for AMIs in the region.

    Met:   {ImageBlockPublicAccessState: block-new-sharing}
    Unmet: {ImageBlockPublicAccessState: unblocked}
    """
    if block["ImageBlockPublicAccessState"] == "block-new-sharing":
        return met("Images cannot be made public.")
    return unmet("Images can be made public.")


@check(
    VM,
    DATA,
    whole=(VOLUMES, SNAPSHOTS),
    none=not_applicable("No EBS volume is in use here."),
    parameters=[SNAPSHOT_DAYS],
)
def volumes_in_use_have_a_recent_snapshot(
    volumes: Sequence[Row], snapshots: Sequence[Row], given: Given
) -> list[Observation]:
    """Every EBS volume in use was copied to a snapshot within the agreed time.

    Snapshots that AWS Backup or a lifecycle policy takes count: what is asked is that copies were really made.

    Remedy: Put the volume under a backup plan or a snapshot lifecycle policy.

    Met:
        ec2:DescribeVolumes: [{VolumeId: vol-1, State: in-use}]
        ec2:DescribeSnapshots#self-owned:
          - {VolumeId: vol-1, State: completed, StartTime: 2025-12-30T00:00:00Z}
          - {VolumeId: vol-1, State: completed, StartTime: 2024-12-30T00:00:00Z}
    Unmet:
        ec2:DescribeVolumes: [{VolumeId: vol-1, State: in-use}]
        ec2:DescribeSnapshots#self-owned:
          - {VolumeId: vol-1, State: completed, StartTime: 2025-12-01T00:00:00Z}
          - {VolumeId: vol-1, State: error, StartTime: 2025-12-30T00:00:00Z}
          - {VolumeId: vol-2, State: completed, StartTime: 2025-12-30T00:00:00Z}
    Unmet:
        ec2:DescribeVolumes: [{VolumeId: vol-1, State: in-use}]
        ec2:DescribeSnapshots#self-owned: []
    Not applicable:
        ec2:DescribeVolumes: [{VolumeId: vol-1, State: available}]
        ec2:DescribeSnapshots#self-owned: []
    """
    said = []
    for volume in volumes:
        ages = [
            given.days_since(snapshot["StartTime"])
            for snapshot in snapshots
            if snapshot["VolumeId"] == volume["VolumeId"] and snapshot["State"] == "completed"
        ]
        if volume["State"] != "in-use":
            said.append(not_applicable("The volume is not in use.").about(volume))
        elif not ages:
            said.append(unmet("The volume has no snapshot.").about(volume))
        elif min(ages) > given[SNAPSHOT_DAYS]:
            said.append(unmet(f"The newest snapshot is {min(ages)} days old.").about(volume))
        else:
            said.append(met(f"The newest snapshot is {min(ages)} days old.").about(volume))
    return said
