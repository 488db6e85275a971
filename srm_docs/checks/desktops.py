"""Domains 2 and 3: desktops and applications that AWS streams to people, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import ROUTE_TABLES, SUBNETS
from srm_docs.checks.calls.workspaces import STREAMING_FLEETS, WORKSPACE_DIRECTORIES, WORKSPACES
from srm_docs.checks.kit import check
from srm_docs.checks.networking import VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.routes import is_public
from srm_docs.checks.row import Row

DATA = "data.data-classification-encryption"
NO_DIRECTORY = not_applicable("No directory of virtual desktops exists here.")


@check(DATA, each=WORKSPACES, none=not_applicable("No virtual desktop exists here."), severity="high")
def desktops_are_encrypted(desktop: Row) -> Observation:
    """Both volumes of every virtual desktop are encrypted.

    Encryption cannot be added to a desktop later: an unencrypted one stays so until it is rebuilt.

    Remedy: Make a new WorkSpace with both volumes encrypted, and move its user there.

    Met:   {RootVolumeEncryptionEnabled: true, UserVolumeEncryptionEnabled: true}
    Unmet: {RootVolumeEncryptionEnabled: false, UserVolumeEncryptionEnabled: true}
    Unmet: {RootVolumeEncryptionEnabled: true}
    Unmet: {}
    """
    if desktop.get("RootVolumeEncryptionEnabled") and desktop.get("UserVolumeEncryptionEnabled"):
        return met("Both volumes are encrypted.")
    return unmet("A volume is not encrypted.")


@check(VPC, whole=(WORKSPACE_DIRECTORIES, SUBNETS, ROUTE_TABLES), none=NO_DIRECTORY)
def desktops_stand_in_private_subnets(
    directories: Sequence[Row], subnets: Sequence[Row], tables: Sequence[Row]
) -> list[Observation]:
    """The virtual desktops of every directory stand in two subnets that no internet gateway reaches.

    Desktops go out through NAT; nobody needs to come in but through the streaming service.

    Remedy: Register the directory with two private subnets, and route them through a NAT gateway.

    Met:
        workspaces:DescribeWorkspaceDirectories: [{SubnetIds: [subnet-1, subnet-2]}]
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}, {SubnetId: subnet-2, VpcId: vpc-1}]
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Associations: [{Main: true}], Routes: []}]
    Unmet:
        workspaces:DescribeWorkspaceDirectories: [{SubnetIds: [subnet-1, subnet-2]}]
        ec2:DescribeSubnets:
          - {SubnetId: subnet-1, VpcId: vpc-1}
          - {SubnetId: subnet-2, VpcId: vpc-1}
          - {SubnetId: subnet-3, VpcId: vpc-1}
        ec2:DescribeRouteTables:
          - {VpcId: vpc-1, Associations: [{Main: true}], Routes: []}
          - {VpcId: vpc-1, Associations: [{SubnetId: subnet-2}], Routes: [{GatewayId: igw-1, State: active}]}
    Unmet:
        workspaces:DescribeWorkspaceDirectories: [{SubnetIds: [subnet-1]}]
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables: [{VpcId: vpc-1, Associations: [{Main: true}], Routes: []}]
    Not applicable:
        workspaces:DescribeWorkspaceDirectories: []
        ec2:DescribeSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]
        ec2:DescribeRouteTables: []
    """
    known = {subnet["SubnetId"]: subnet for subnet in subnets}
    said = []
    for directory in directories:
        public = [name for name in directory["SubnetIds"] if is_public(known[name], tables)]
        if public:
            said.append(unmet(f"Reached from an internet gateway: {', '.join(public)}.").about(directory))
        elif len(directory["SubnetIds"]) > 1:
            said.append(met("Its subnets are private.").about(directory))
        else:
            said.append(unmet("Its desktops stand in one subnet.").about(directory))
    return said


@check("hypervisor-virtualization.guest-os-hardening", each=WORKSPACE_DIRECTORIES, none=NO_DIRECTORY)
def desktop_users_are_no_administrators(directory: Row) -> Observation:
    """No directory makes the users of its virtual desktops administrators of them.

    Remedy: Turn off local administrator rights in the directory's settings, and rebuild the desktops.

    Met:   {WorkspaceCreationProperties: {UserEnabledAsLocalAdministrator: false}}
    Unmet: {WorkspaceCreationProperties: {UserEnabledAsLocalAdministrator: true}}
    """
    if directory["WorkspaceCreationProperties"]["UserEnabledAsLocalAdministrator"]:
        return unmet("Users are administrators of their desktops.")
    return met("Users are no administrators.")


@check(VPC, each=STREAMING_FLEETS, none=not_applicable("No AppStream fleet exists here."))
def streaming_fleets_have_no_internet_of_their_own(fleet: Row) -> Observation:
    """No AppStream fleet reaches the internet past the organization's own routes.

    Remedy: Turn off default internet access for the fleet, and let it out through a NAT gateway of the VPC.

    Met:   {EnableDefaultInternetAccess: false}
    Unmet: {EnableDefaultInternetAccess: true}
    """
    if fleet["EnableDefaultInternetAccess"]:
        return unmet("The fleet has default internet access.")
    return met("The fleet has no default internet access.")
