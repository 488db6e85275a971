"""Domain 2, hypervisor and virtualization: how instances, images and disks are configured, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import (
    EBS_DEFAULT,
    INSTANCES,
    OWN_IMAGES,
    PUBLIC_SNAPSHOTS,
    SNAPSHOTS,
    USER_DATA,
    VOLUMES,
    exists,
)
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.redacted import secrets_in
from srm_docs.checks.row import Given, Row

VM = "hypervisor-virtualization.vm-configuration"
ENCRYPTION = "data.data-classification-encryption"
CAPABILITIES = "data.encryption-capabilities"

NO_INSTANCE = not_applicable("No EC2 instance exists here.")
IS_GONE = not_applicable("The instance is terminated.")

PUBLIC_TAGS = Parameter(
    id="public_by_design_tags",
    title="Tag keys that mark a resource as meant to face the internet",
    default=("internet-facing",),
)


def is_public_by_design(row: Row, given: Given) -> bool:
    """Whether the organization marked a resource as meant to face the internet."""
    return any(tag["Key"] in given[PUBLIC_TAGS] for tag in row.get("Tags", ()))


@check(VM, each=INSTANCES, none=NO_INSTANCE, severity="high")
def instances_require_imdsv2(instance: Row) -> Observation:
    """Every EC2 instance hands out its credentials to session-based metadata requests only.

    Version 1 of the metadata service answers any request, so that a flaw in a web application can leak the
    credentials of the instance's role.

    Remedy: Set HttpTokens to required in the instance's metadata options, or turn the metadata endpoint off.

    Met:   {State: {Name: running}, MetadataOptions: {HttpEndpoint: enabled, HttpTokens: required}}
    Met:   {State: {Name: stopped}, MetadataOptions: {HttpEndpoint: disabled, HttpTokens: optional}}
    Unmet: {State: {Name: running}, MetadataOptions: {HttpEndpoint: enabled, HttpTokens: optional}}
    Not applicable: {State: {Name: terminated}}
    """
    if not exists(instance):
        return IS_GONE
    options = instance["MetadataOptions"]
    if options["HttpEndpoint"] == "disabled":
        return met("The metadata endpoint is off.")
    if options["HttpTokens"] == "required":
        return met("Session tokens are required.")
    return unmet("Metadata requests without a session token are answered.")


@check(VM, each=INSTANCES, none=NO_INSTANCE, parameters=[PUBLIC_TAGS])
def instances_have_no_unplanned_public_address(instance: Row, given: Given) -> Observation:
    """Every EC2 instance with a public IPv4 address is marked as meant to face the internet.

    An address that nobody planned puts an instance within reach of every scanner.

    Remedy: Place the instance in a private subnet behind a load balancer, or tag it with a key listed under
    public_by_design_tags.

    Met:   {State: {Name: running}}
    Met:   {State: {Name: running}, PublicIpAddress: 203.0.113.9, Tags: [{Key: internet-facing, Value: "yes"}]}
    Unmet: {State: {Name: running}, PublicIpAddress: 203.0.113.9, Tags: [{Key: Name, Value: web}]}
    Unmet: {State: {Name: running}, PublicIpAddress: 203.0.113.9}
    Not applicable: {State: {Name: terminated}}
    """
    if not exists(instance):
        return IS_GONE
    if not instance.get("PublicIpAddress"):
        return met("The instance has no public IPv4 address.")
    if is_public_by_design(instance, given):
        return met("The public address is marked as planned.")
    return unmet(f"The public address {instance['PublicIpAddress']} is not marked as planned.")


@check(VM, each=INSTANCES, none=NO_INSTANCE)
def instances_have_an_instance_profile(instance: Row) -> Observation:
    """Every EC2 instance takes its permissions from an instance profile.

    Without a role, software on the instance needs long-lived keys, and Systems Manager cannot manage it.

    Remedy: Attach an instance profile with a least-privilege role.

    Met:   {State: {Name: running}, IamInstanceProfile: {Arn: "arn:aws:iam::111122223333:instance-profile/web"}}
    Unmet: {State: {Name: running}}
    Not applicable: {State: {Name: terminated}}
    """
    if not exists(instance):
        return IS_GONE
    if instance.get("IamInstanceProfile"):
        return met("An instance profile is attached.")
    return unmet("No instance profile is attached.")


@check(VM, each=USER_DATA, none=NO_INSTANCE, severity="high")
def user_data_holds_no_secret(user_data: Row) -> Observation:
    """No instance's user data holds a recognized kind of secret.

    User data can be read by every process on the instance and by everyone who may describe it.

    Remedy: Remove the secret, replace it by a reference to Secrets Manager or Parameter Store, and revoke it.

    Met:   {InstanceId: i-1, UserData: {}}
    Met:   {InstanceId: i-1, UserData: {Value: "[redacted:declared:5f2c]"}}
    Unmet: {InstanceId: i-1, UserData: {Value: "[redacted:aws-access-key:5f2c]"}}
    """
    kinds = secrets_in(str(user_data["UserData"].get("Value", "")))
    if kinds:
        return unmet(f"A recognized secret is in the user data: {', '.join(kinds)}.")
    return met("No recognized secret is in the user data.")


@check(VM, ENCRYPTION, each=VOLUMES, none=not_applicable("No EBS volume exists here."), severity="high")
def volumes_are_encrypted(volume: Row) -> Observation:
    """Every EBS volume is encrypted at rest.

    A copy of an unencrypted volume can be read by whoever obtains it.

    Remedy: Copy the volume from an encrypted snapshot and replace it; turn on encryption by default.

    Met:   {Encrypted: true}
    Unmet: {Encrypted: false}
    """
    if volume["Encrypted"]:
        return met("The volume is encrypted.")
    return unmet("The volume is not encrypted.")


@check(
    VM, ENCRYPTION, CAPABILITIES, each=EBS_DEFAULT, none=not_applicable("No EBS setting exists here."), severity="high"
)
def new_volumes_are_encrypted_by_default(setting: Row) -> Observation:
    """New EBS volumes are encrypted by default in every region read.

    With the setting off, encryption depends on everyone who makes a volume remembering it.

    Remedy: Turn on EBS encryption by default in the region.

    Met:   {EbsEncryptionByDefault: true}
    Unmet: {EbsEncryptionByDefault: false}
    """
    if setting["EbsEncryptionByDefault"]:
        return met("New volumes are encrypted by default.")
    return unmet("New volumes are not encrypted by default.")


@check(VM, ENCRYPTION, each=SNAPSHOTS, none=not_applicable("No EBS snapshot exists here."))
def snapshots_are_encrypted(snapshot: Row) -> Observation:
    """Every EBS snapshot of the account is encrypted at rest.

    A copy of an unencrypted snapshot can be read by whoever obtains it.

    Remedy: Copy the snapshot with encryption and delete the plain one.

    Met:   {Encrypted: true}
    Unmet: {Encrypted: false}
    """
    if snapshot["Encrypted"]:
        return met("The snapshot is encrypted.")
    return unmet("The snapshot is not encrypted.")


@check(
    VM,
    ENCRYPTION,
    whole=(SNAPSHOTS, PUBLIC_SNAPSHOTS),
    none=not_applicable("No EBS snapshot exists here."),
    severity="critical",
)
def snapshots_are_not_public(snapshots: Sequence[Row], public: Sequence[Row]) -> list[Observation]:
    """No EBS snapshot of the account can be restored by everyone.

    Whoever restores a public snapshot holds the whole disk.

    Remedy: Remove the permission for all from the snapshot, and block public access to snapshots in the account.

    Met:
        ec2:DescribeSnapshots#self-owned: [{SnapshotId: snap-1}]
        ec2:DescribeSnapshots#public: []
    Unmet:
        ec2:DescribeSnapshots#self-owned: [{SnapshotId: snap-1}, {SnapshotId: snap-2}]
        ec2:DescribeSnapshots#public: [{SnapshotId: snap-2}]
    """
    shared = {row["SnapshotId"] for row in public}
    return [
        (
            unmet("Everyone may restore the snapshot.")
            if row["SnapshotId"] in shared
            else met("The snapshot is not public.")
        ).about(row)
        for row in snapshots
    ]


@check(VM, each=OWN_IMAGES, none=not_applicable("The account owns no machine image here."), severity="critical")
def own_images_are_not_public(image: Row) -> Observation:
    """No machine image of the account is public.

    Whoever copies a public image holds all that its disk holds.

    Remedy: Remove the launch permission for all from the image, and block public access to images in the account.

    Met:   {Public: false}
    Unmet: {Public: true}
    """
    if image["Public"]:
        return unmet("Everyone may launch the image.")
    return met("The image is not public.")
