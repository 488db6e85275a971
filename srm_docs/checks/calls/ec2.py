"""What is asked of Amazon EC2 and VPC: instances, images, volumes and networks as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call, find
from srm_docs.checks.row import Row

GONE = ("terminated", "shutting-down")


def exists(instance: Row) -> bool:
    """Whether an instance still has a configuration; AWS lists terminated ones for about an hour."""
    return instance["State"]["Name"] not in GONE


def may_exist(instance: Row) -> bool:
    """The same for asking: where the state is missing, the question is asked."""
    return find("State.Name", instance.fields) not in GONE


INSTANCES = Call(
    service="ec2",
    operation="DescribeInstances",
    noun="EC2 instance",
    nouns="EC2 instances",
    rows="Reservations[].Instances[]",
    name="InstanceId",
)

USER_DATA = Call(
    service="ec2",
    operation="DescribeInstanceAttribute",
    variant="user-data",
    noun="instance's user data",
    nouns="instances' user data",
    name="InstanceId",
    params={"Attribute": "userData"},
    per=INSTANCES,
    bind={"InstanceId": "InstanceId"},
    when=may_exist,
    redact=("UserData.Value",),
)

IMAGES_IN_USE = Call(
    service="ec2",
    operation="DescribeImages",
    variant="in-use",
    noun="machine image in use",
    nouns="machine images in use",
    rows="Images",
    name="ImageId",
    per=INSTANCES,
    bind={"ImageIds": "ImageId && [ImageId]"},
    when=may_exist,
    absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
)

OWN_IMAGES = Call(
    service="ec2",
    operation="DescribeImages",
    variant="self-owned",
    noun="own machine image",
    nouns="own machine images",
    rows="Images",
    name="ImageId",
    params={"Owners": ["self"]},
)

VOLUMES = Call(
    service="ec2",
    operation="DescribeVolumes",
    noun="EBS volume",
    nouns="EBS volumes",
    rows="Volumes",
    name="VolumeId",
)

EBS_DEFAULT = Call(
    service="ec2",
    operation="GetEbsEncryptionByDefault",
    noun="EBS encryption setting",
    nouns="EBS encryption settings",
)

SNAPSHOTS = Call(
    service="ec2",
    operation="DescribeSnapshots",
    variant="self-owned",
    noun="EBS snapshot",
    nouns="EBS snapshots",
    rows="Snapshots",
    name="SnapshotId",
    params={"OwnerIds": ["self"]},
)

# One question instead of one per snapshot: AWS itself picks those that everyone may restore.
PUBLIC_SNAPSHOTS = Call(
    service="ec2",
    operation="DescribeSnapshots",
    variant="public",
    noun="public EBS snapshot",
    nouns="public EBS snapshots",
    rows="Snapshots",
    name="SnapshotId",
    params={"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
)

VPCS = Call(service="ec2", operation="DescribeVpcs", noun="VPC", nouns="VPCs", rows="Vpcs", name="VpcId")

SUBNETS = Call(
    service="ec2",
    operation="DescribeSubnets",
    noun="subnet",
    nouns="subnets",
    rows="Subnets",
    name="SubnetId",
)

NETWORK_INTERFACES = Call(
    service="ec2",
    operation="DescribeNetworkInterfaces",
    noun="network interface",
    nouns="network interfaces",
    rows="NetworkInterfaces",
    name="NetworkInterfaceId",
)

FLOW_LOGS = Call(
    service="ec2",
    operation="DescribeFlowLogs",
    noun="flow log",
    nouns="flow logs",
    rows="FlowLogs",
    name="FlowLogId",
)

SECURITY_GROUPS = Call(
    service="ec2",
    operation="DescribeSecurityGroups",
    noun="security group",
    nouns="security groups",
    rows="SecurityGroups",
    name="GroupId",
)

NETWORK_ACLS = Call(
    service="ec2",
    operation="DescribeNetworkAcls",
    noun="network ACL",
    nouns="network ACLs",
    rows="NetworkAcls",
    name="NetworkAclId",
)

PREFIX_LISTS = Call(
    service="ec2",
    operation="DescribeManagedPrefixLists",
    noun="managed prefix list",
    nouns="managed prefix lists",
    rows="PrefixLists",
    name="PrefixListId",
)

PREFIX_LIST_ENTRIES = Call(
    service="ec2",
    operation="GetManagedPrefixListEntries",
    noun="prefix list entry",
    nouns="prefix list entries",
    rows="Entries",
    name="Cidr",
    per=PREFIX_LISTS,
    bind={"PrefixListId": "PrefixListId"},
    when=lambda prefix_list: prefix_list.get("OwnerId") != "AWS",
)

VPN_CONNECTIONS = Call(
    service="ec2",
    operation="DescribeVpnConnections",
    noun="VPN connection",
    nouns="VPN connections",
    rows="VpnConnections",
    name="VpnConnectionId",
    # Both hold the tunnels' pre-shared keys in clear.
    redact=(
        "VpnConnections[].CustomerGatewayConfiguration",
        "VpnConnections[].Options.TunnelOptions[].PreSharedKey",
    ),
)

ROUTE_TABLES = Call(
    service="ec2",
    operation="DescribeRouteTables",
    noun="route table",
    nouns="route tables",
    rows="RouteTables",
    name="RouteTableId",
)

ADDRESSES = Call(
    service="ec2",
    operation="DescribeAddresses",
    noun="Elastic IP address",
    nouns="Elastic IP addresses",
    rows="Addresses",
    name="PublicIp",
)

# The newest version and the one in use by default of every template, in one question.
LAUNCH_TEMPLATES = Call(
    service="ec2",
    operation="DescribeLaunchTemplateVersions",
    noun="launch template version",
    nouns="launch template versions",
    rows="LaunchTemplateVersions",
    name="join(' version ', [LaunchTemplateName, to_string(VersionNumber)])",
    params={"Versions": ["$Default", "$Latest"]},
    redact=("LaunchTemplateVersions[].LaunchTemplateData.UserData",),
)


def _setting(operation: str, noun: str, nouns: str, rows: str = "") -> Call:
    """A setting that the account has once in each region."""
    return Call(service="ec2", operation=operation, noun=noun, nouns=nouns, rows=rows)


METADATA_DEFAULTS = _setting("GetInstanceMetadataDefaults", "instance metadata default", "instance metadata defaults")
SERIAL_CONSOLE = _setting("GetSerialConsoleAccessStatus", "serial console setting", "serial console settings")
SNAPSHOT_BLOCK = _setting(
    "GetSnapshotBlockPublicAccessState", "public access block for snapshots", "public access blocks for snapshots"
)
IMAGE_BLOCK = _setting(
    "GetImageBlockPublicAccessState", "public access block for images", "public access blocks for images"
)
VPC_BLOCK = _setting(
    "DescribeVpcBlockPublicAccessOptions",
    "public access block for VPCs",
    "public access blocks for VPCs",
    "VpcBlockPublicAccessOptions",
)
