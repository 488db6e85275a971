"""Domain 3, networking: VPCs, firewall rules and VPN connections, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.ec2 import (
    FLOW_LOGS,
    NETWORK_ACLS,
    NETWORK_INTERFACES,
    PREFIX_LIST_ENTRIES,
    SECURITY_GROUPS,
    SUBNETS,
    VPCS,
)
from srm_docs.checks.cidr import is_world
from srm_docs.checks.hypervisor_virtualization import PUBLIC_TAGS, is_public_by_design
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.openings import acl_lets_in, open_to_world, written
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

VPC = "networking.vpc-configuration"
RULES = "networking.security-groups-nacls"
GROUP_RULES = "infrastructure-security.security-group-rules"

NO_VPC = not_applicable("No VPC exists here.")
NO_GROUP = not_applicable("No security group exists here.")

ADMIN_PORTS = Parameter(
    id="admin_ports",
    title="Ports for administration and databases, which the internet must not reach",
    default=(
        *(20, 21, 22, 23, 3389, 5985, 5986),  # file transfer and remote control
        *(88, 389, 464, 636, 749, 750),  # directories and Kerberos
        *(135, 139, 445, 2049),  # remote calls and file shares
        *(1433, 1434, 1521, 2483, 2484, 3306, 5432),  # relational databases
        *(5601, 6379, 7000, 7001, 7199, 8888, 9042, 9092, 9160, 9200, 9300, 11211, 27017, 27018),  # other data stores
    ),
)


@check(VPC, whole=(VPCS, FLOW_LOGS, NETWORK_INTERFACES), none=NO_VPC, severity="high")
def vpcs_have_flow_logs(vpcs: Sequence[Row], flow_logs: Sequence[Row], interfaces: Sequence[Row]) -> list[Observation]:
    """Every VPC in use records rejected traffic at least, and the records are delivered.

    Without these records, traffic of an intruder leaves no trace.

    Remedy: Create a flow log for the VPC with traffic type ALL or REJECT, and mend failed delivery.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: false}, {VpcId: vpc-2, IsDefault: true}]
        ec2:DescribeFlowLogs:
          - {ResourceId: vpc-1, FlowLogStatus: ACTIVE, DeliverLogsStatus: SUCCESS, TrafficType: ALL}
        ec2:DescribeNetworkInterfaces: []
    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: false}]
        ec2:DescribeFlowLogs: [{ResourceId: vpc-1, FlowLogStatus: ACTIVE, TrafficType: REJECT}]
        ec2:DescribeNetworkInterfaces: []
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: true}]
        ec2:DescribeFlowLogs: []
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: false}]
        ec2:DescribeFlowLogs: [{ResourceId: vpc-1, FlowLogStatus: INACTIVE, TrafficType: ALL}]
        ec2:DescribeNetworkInterfaces: []
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: false}]
        ec2:DescribeFlowLogs:
          - {ResourceId: vpc-1, FlowLogStatus: ACTIVE, DeliverLogsStatus: FAILED, TrafficType: ALL}
        ec2:DescribeNetworkInterfaces: []
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: false}]
        ec2:DescribeFlowLogs: [{ResourceId: vpc-1, FlowLogStatus: ACTIVE, TrafficType: ACCEPT}]
        ec2:DescribeNetworkInterfaces: []
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: true}]
        ec2:DescribeFlowLogs: []
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-2}]
    """
    used = {row["VpcId"] for row in interfaces}
    # AWS leaves the delivery status out until the first delivery, and a log may name a subnet or an interface.
    recorded = {
        log["ResourceId"]
        for log in flow_logs
        if log["FlowLogStatus"] == "ACTIVE"
        and log.get("DeliverLogsStatus") != "FAILED"
        and log["TrafficType"] in {"ALL", "REJECT"}
    }
    said = []
    for vpc in vpcs:
        if vpc["VpcId"] in recorded:
            said.append(met("A flow log records the VPC.").about(vpc))
        elif vpc["IsDefault"] and vpc["VpcId"] not in used:
            said.append(not_applicable("The default VPC is not used.").about(vpc))
        else:
            said.append(unmet("No active flow log records the VPC's rejected traffic.").about(vpc))
    return said


@check(VPC, whole=(VPCS, NETWORK_INTERFACES), none=NO_VPC, severity="low")
def default_vpcs_are_unused(vpcs: Sequence[Row], interfaces: Sequence[Row]) -> list[Observation]:
    """Nothing runs in the VPC that AWS creates by default.

    The default VPC gives every subnet a way to the internet, whatever was designed.

    Remedy: Move its resources to a VPC that was designed for them, and delete the default VPC.

    Met:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: true}, {VpcId: vpc-2, IsDefault: false}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-2}]
    Unmet:
        ec2:DescribeVpcs: [{VpcId: vpc-1, IsDefault: true}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Not applicable:
        ec2:DescribeVpcs: [{VpcId: vpc-2, IsDefault: false}]
        ec2:DescribeNetworkInterfaces: []
    """
    used = {row["VpcId"] for row in interfaces}
    said = []
    for vpc in vpcs:
        if not vpc["IsDefault"]:
            said.append(not_applicable("The VPC was designed by the organization.").about(vpc))
        elif vpc["VpcId"] in used:
            said.append(unmet("Network interfaces exist in the default VPC.").about(vpc))
        else:
            said.append(met("The default VPC is empty.").about(vpc))
    return said


@check(
    VPC,
    whole=(SUBNETS, NETWORK_INTERFACES),
    none=not_applicable("No subnet exists here."),
    parameters=[PUBLIC_TAGS],
)
def subnets_assign_no_public_addresses(
    subnets: Sequence[Row], interfaces: Sequence[Row], given: Given
) -> list[Observation]:
    """Every subnet in use leaves new instances without a public IPv4 address, unless it is marked as public.

    A machine started there by mistake is on the internet at once.

    Remedy: Turn off automatic public addresses for the subnet, or tag it with a key listed under
    public_by_design_tags.

    Met:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, MapPublicIpOnLaunch: false, DefaultForAz: false}]
        ec2:DescribeNetworkInterfaces: []
    Met:
        ec2:DescribeSubnets:
          - {SubnetId: subnet-1, MapPublicIpOnLaunch: true, Tags: [{Key: internet-facing, Value: ""}]}
        ec2:DescribeNetworkInterfaces: []
    Unmet:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, MapPublicIpOnLaunch: true, DefaultForAz: true}]
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-1}]
    Unmet:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, MapPublicIpOnLaunch: true, DefaultForAz: false}]
        ec2:DescribeNetworkInterfaces: []
    Not applicable:
        ec2:DescribeSubnets: [{SubnetId: subnet-1, MapPublicIpOnLaunch: true, DefaultForAz: true}]
        ec2:DescribeNetworkInterfaces: [{SubnetId: subnet-2}]
    """
    used = {row["SubnetId"] for row in interfaces}
    said = []
    for subnet in subnets:
        if not subnet["MapPublicIpOnLaunch"]:
            said.append(met("New instances get no public IPv4 address.").about(subnet))
        elif is_public_by_design(subnet, given):
            said.append(met("The subnet is marked as public.").about(subnet))
        elif subnet["DefaultForAz"] and subnet["SubnetId"] not in used:
            said.append(not_applicable("The default subnet is not used.").about(subnet))
        else:
            said.append(unmet("New instances get a public IPv4 address.").about(subnet))
    return said


@check(RULES, VPC, whole=(SECURITY_GROUPS, NETWORK_INTERFACES), none=NO_GROUP)
def default_security_groups_are_closed(groups: Sequence[Row], interfaces: Sequence[Row]) -> list[Observation]:
    """The default security group of every VPC in use lets nothing in and nothing out.

    Whatever is created without a security group gets the default one.

    Remedy: Remove all rules from the VPC's default security group, and give resources groups of their own.

    Met:
        ec2:DescribeSecurityGroups: [{GroupName: default, VpcId: vpc-1, IpPermissions: [], IpPermissionsEgress: []}]
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeSecurityGroups:
          - {GroupName: default, VpcId: vpc-1, IpPermissions: [], IpPermissionsEgress: [{IpProtocol: "-1"}]}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Unmet:
        ec2:DescribeSecurityGroups:
          - {GroupName: default, VpcId: vpc-1, IpPermissions: [{IpProtocol: "-1"}], IpPermissionsEgress: []}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    Not applicable:
        ec2:DescribeSecurityGroups:
          - {GroupName: web, VpcId: vpc-1}
          - {GroupName: default, VpcId: vpc-2, IpPermissions: [], IpPermissionsEgress: []}
        ec2:DescribeNetworkInterfaces: [{VpcId: vpc-1}]
    """
    used = {row["VpcId"] for row in interfaces}
    said = []
    for group in groups:
        if group["GroupName"] != "default":
            said.append(not_applicable("It is not a default group.").about(group))
        elif group["VpcId"] not in used:
            said.append(not_applicable("The VPC is not used.").about(group))
        elif group["IpPermissions"] or group["IpPermissionsEgress"]:
            said.append(unmet("The default group has rules.").about(group))
        else:
            said.append(met("The default group has no rule.").about(group))
    return said


@check(RULES, GROUP_RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="critical", parameters=[ADMIN_PORTS])
def security_groups_keep_admin_ports_closed(group: Row, given: Given) -> Observation:
    """No security group opens a port for administration or databases to the internet.

    Such a port is found and attacked within minutes. Port ranges, protocol -1 and both IP versions count. Other groups
    and prefix lists are not the internet; prefix lists are judged by a check of their own.

    Remedy: Replace the open source by known ranges, or use Session Manager or a VPN.

    Met:
        IpPermissions:
          - {IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}
          - {IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 10.0.0.0/8}], Ipv6Ranges: []}
          - {IpProtocol: "-1", UserIdGroupPairs: [{GroupId: sg-2}], PrefixListIds: [{PrefixListId: pl-1}]}
    Unmet:
        IpPermissions: [{IpProtocol: tcp, FromPort: 20, ToPort: 30, IpRanges: [{CidrIp: 0.0.0.0/0}]}]
    Unmet:
        IpPermissions: [{IpProtocol: tcp, FromPort: 3389, ToPort: 3389, Ipv6Ranges: [{CidrIpv6: "::/0"}]}]
    Unmet:
        IpPermissions: [{IpProtocol: "-1", IpRanges: [{CidrIp: 0.0.0.0/1}, {CidrIp: 128.0.0.0/1}]}]
    """
    opened = open_to_world(group["IpPermissions"])
    reached = [port for port in given[ADMIN_PORTS] if any(port in found for found in opened)]
    if reached:
        return unmet(f"Open to the internet: {written(range(port, port + 1) for port in reached)}.")
    return met("No port for administration is open to the internet.")


@check(
    RULES,
    GROUP_RULES,
    each=PREFIX_LIST_ENTRIES,
    none=not_applicable("No prefix list of the organization's own exists here."),
    severity="high",
)
def prefix_lists_do_not_hold_the_internet(entry: Row) -> Observation:
    """No prefix list that security groups may name holds the internet at large.

    Every rule that names such a list opens its ports to everyone.

    Remedy: Replace the entry by known ranges.

    Met:   {Cidr: 198.51.100.0/24}
    Unmet: {Cidr: 0.0.0.0/0}
    """
    if is_world(entry["Cidr"]):
        return unmet(f"The entry {entry['Cidr']} is the internet at large.")
    return met("The entry is a known range.")


@check(
    RULES,
    each=NETWORK_ACLS,
    none=not_applicable("No network ACL exists here."),
    parameters=[ADMIN_PORTS],
)
def network_acls_keep_admin_ports_closed(acl: Row, given: Given) -> Observation:
    """No network ACL in use lets the internet reach a port for administration or databases.

    It is the second wall, for the day on which somebody opens a security group. The first rule that matches decides.

    Remedy: Deny the ports before any rule that allows the internet, or allow known ranges only.

    Met:
        Associations: [{SubnetId: subnet-1}]
        Entries:
          - {Egress: true, RuleNumber: 100, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}
          - {Egress: false, RuleNumber: 200, Protocol: "6", RuleAction: allow, CidrBlock: 0.0.0.0/0,
             PortRange: {From: 0, To: 65535}}
          - {Egress: false, RuleNumber: 100, Protocol: "-1", RuleAction: deny, CidrBlock: 0.0.0.0/0}
    Unmet:
        Associations: [{SubnetId: subnet-1}]
        Entries:
          - {Egress: false, RuleNumber: 90, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}
          - {Egress: false, RuleNumber: 100, Protocol: "-1", RuleAction: deny, CidrBlock: 0.0.0.0/0}
    Not applicable:
        Associations: []
        Entries: [{Egress: false, RuleNumber: 90, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}]
    """
    if not acl["Associations"]:
        return not_applicable("No subnet uses the network ACL.")
    reached = [port for port in given[ADMIN_PORTS] if acl_lets_in(acl["Entries"], port)]
    if reached:
        return unmet(f"The internet is let through to {written(range(port, port + 1) for port in reached)}.")
    return met("No port for administration is let through from the internet.")
