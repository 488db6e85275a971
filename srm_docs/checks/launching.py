"""Domain 2, hypervisor and virtualization: launch templates and Auto Scaling groups, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.autoscaling import SCALING_GROUPS
from srm_docs.checks.calls.ec2 import LAUNCH_TEMPLATES, METADATA_DEFAULTS
from srm_docs.checks.hypervisor_virtualization import VM
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.redacted import secrets_in
from srm_docs.checks.row import Row

NO_TEMPLATE = not_applicable("No launch template exists here.")
NO_GROUP = not_applicable("No Auto Scaling group exists here.")
NOT_OURS = not_applicable("An AWS service manages the template.")

_ALL = 100


def is_managed(template: Row) -> bool:
    """Whether an AWS service made the template (EKS does so for its node groups) and keeps it."""
    return "AWSServiceRole" in template["CreatedBy"] or bool(template.get("Operator", {}).get("Managed"))


@check(VM, each=LAUNCH_TEMPLATES, none=NO_TEMPLATE, severity="high")
def launch_templates_require_imdsv2(template: Row) -> Observation:
    """Every launch template's default and newest versions require session tokens for instance metadata.

    What is not set here is left to the image and to the account's default.

    Remedy: Set HttpTokens to required in a new version of the template, and make it the default.

    Met:
        CreatedBy: "arn:aws:iam::111122223333:role/admin"
        LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}
    Met:
        CreatedBy: "arn:aws:iam::111122223333:role/admin"
        LaunchTemplateData: {MetadataOptions: {HttpEndpoint: disabled}}
    Unmet:
        {CreatedBy: "arn:aws:iam::111122223333:role/admin", LaunchTemplateData: {ImageId: ami-1}}
    Not applicable:
        CreatedBy: "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS"
        LaunchTemplateData: {ImageId: ami-1}
    """
    if is_managed(template):
        return NOT_OURS
    options = template["LaunchTemplateData"].get("MetadataOptions", {})
    if options.get("HttpTokens") == "required":
        return met("Session tokens are required.")
    if options.get("HttpEndpoint") == "disabled":
        return met("The metadata endpoint is off.")
    return unmet("Session tokens are not required.")


@check(VM, each=LAUNCH_TEMPLATES, none=NO_TEMPLATE)
def launch_templates_assign_no_public_address(template: Row) -> Observation:
    """No launch template's default or newest version gives instances a public IPv4 address.

    Remedy: Turn off AssociatePublicIpAddress in a new version of the template, and make it the default.

    Met:
        CreatedBy: "arn:aws:iam::111122223333:role/admin"
        LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0, AssociatePublicIpAddress: false}]}
    Met:
        {CreatedBy: "arn:aws:iam::111122223333:role/admin", LaunchTemplateData: {ImageId: ami-1}}
    Unmet:
        CreatedBy: "arn:aws:iam::111122223333:role/admin"
        LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0}, {DeviceIndex: 1, AssociatePublicIpAddress: true}]}
    Not applicable:
        CreatedBy: "arn:aws:iam::111122223333:role/admin"
        Operator: {Managed: true}
        LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0, AssociatePublicIpAddress: true}]}
    """
    if is_managed(template):
        return NOT_OURS
    interfaces = template["LaunchTemplateData"].get("NetworkInterfaces", ())
    if any(interface.get("AssociatePublicIpAddress") for interface in interfaces):
        return unmet("Instances get a public IPv4 address.")
    return met("The template asks for no public IPv4 address.")


@check(
    VM,
    "application-security.input-validation-secrets",
    each=LAUNCH_TEMPLATES,
    none=NO_TEMPLATE,
    severity="high",
)
def launch_templates_hold_no_secret(template: Row) -> Observation:
    """No launch template's default or newest version holds a recognized kind of secret in its user data.

    Remedy: Replace the secret by a reference to Secrets Manager or Parameter Store, revoke it, and delete the versions
    that hold it.

    Met:   {LaunchTemplateData: {ImageId: ami-1}}
    Met:   {LaunchTemplateData: {UserData: "[redacted:declared:5f2c]"}}
    Unmet: {LaunchTemplateData: {UserData: "[redacted:aws-access-key:5f2c]"}}
    """
    kinds = secrets_in(str(template["LaunchTemplateData"].get("UserData", "")))
    if kinds:
        return unmet(f"A recognized secret is in the user data: {', '.join(kinds)}.")
    return met("No recognized secret is in the user data.")


@check(VM, each=METADATA_DEFAULTS, none=not_applicable("No metadata default exists here."))
def new_instances_require_imdsv2_by_default(default: Row) -> Observation:
    """New instances in this region require session tokens for metadata unless something else is said.

    Remedy: Set the account's instance metadata default for the region to HttpTokens required.

    Met:   {AccountLevel: {HttpTokens: required}}
    Unmet: {AccountLevel: {HttpTokens: optional}}
    Unmet: {AccountLevel: {}}
    """
    if default["AccountLevel"].get("HttpTokens") == "required":
        return met("Session tokens are required by default.")
    return unmet("Session tokens are not required by default.")


@check(VM, each=SCALING_GROUPS, none=NO_GROUP)
def scaling_groups_span_zones(group: Row) -> Observation:
    """Every Auto Scaling group starts instances in two availability zones at least.

    Remedy: Add a subnet of another zone to the group.

    Met:   {AvailabilityZones: [eu-west-1a, eu-west-1b]}
    Unmet: {AvailabilityZones: [eu-west-1a]}
    """
    zones = group["AvailabilityZones"]
    return met(f"The group uses {len(zones)} zones.") if len(zones) > 1 else unmet("The group uses one zone.")


@check(VM, each=SCALING_GROUPS, none=NO_GROUP)
def scaling_groups_use_launch_templates(group: Row) -> Observation:
    """Every Auto Scaling group starts its instances from a launch template, which has versions.

    A launch configuration has no history, and AWS adds nothing to it any more.

    Remedy: Copy the launch configuration to a launch template, and let the group use that.

    Met:   {LaunchTemplate: {LaunchTemplateId: lt-1, Version: "3"}}
    Met:   {MixedInstancesPolicy: {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: lt-1}}}}
    Unmet: {LaunchConfigurationName: web}
    Unmet: {AutoScalingGroupName: web}
    """
    if group.get("LaunchTemplate") or group.get("MixedInstancesPolicy"):
        return met("The group uses a launch template.")
    return unmet("The group uses no launch template.")


@check(VM, each=SCALING_GROUPS, none=NO_GROUP, severity="low")
def scaling_groups_replace_spot_in_time(group: Row) -> Observation:
    """Every Auto Scaling group with Spot instances replaces those that AWS is about to take back.

    Remedy: Turn on capacity rebalancing for the group.

    Met:
        CapacityRebalance: true
        MixedInstancesPolicy: {InstancesDistribution: {OnDemandPercentageAboveBaseCapacity: 0}}
    Unmet:
        MixedInstancesPolicy: {InstancesDistribution: {OnDemandPercentageAboveBaseCapacity: 50}}
    Not applicable:
        MixedInstancesPolicy: {InstancesDistribution: {OnDemandPercentageAboveBaseCapacity: 100}}
    Not applicable:
        {AutoScalingGroupName: web}
    """
    shares = group.get("MixedInstancesPolicy", {}).get("InstancesDistribution", {})
    if shares.get("OnDemandPercentageAboveBaseCapacity", _ALL) == _ALL:
        return not_applicable("The group's policy asks for no Spot instances.")
    if group.get("CapacityRebalance"):
        return met("Capacity is rebalanced.")
    return unmet("Capacity is not rebalanced.")


@check(VM, each=SCALING_GROUPS, none=NO_GROUP, severity="low")
def scaling_groups_ask_their_load_balancer(group: Row) -> Observation:
    """Every Auto Scaling group behind a load balancer replaces instances that the load balancer finds unhealthy.

    Without that, an instance whose application has died stays until the machine does.

    Remedy: Add ELB to the group's health checks.

    Met:   {TargetGroupARNs: ["arn:1"], LoadBalancerNames: [], HealthCheckType: "ELB"}
    Unmet: {TargetGroupARNs: ["arn:1"], LoadBalancerNames: [], HealthCheckType: EC2}
    Unmet: {TargetGroupARNs: [], LoadBalancerNames: [web], HealthCheckType: EC2}
    Not applicable: {TargetGroupARNs: [], LoadBalancerNames: [], HealthCheckType: EC2}
    """
    if not (group["TargetGroupARNs"] or group["LoadBalancerNames"]):
        return not_applicable("The group stands behind no load balancer.")
    if "ELB" in group["HealthCheckType"]:
        return met("The load balancer's health checks count.")
    return unmet("Only the machine's own state counts.")
