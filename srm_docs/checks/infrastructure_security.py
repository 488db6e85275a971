"""Domain 4, infrastructure security: web application firewalls and the upkeep of security groups, as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.ec2 import NETWORK_INTERFACES, SECURITY_GROUPS
from srm_docs.checks.calls.elbv2 import LISTENERS, LOAD_BALANCER_ATTRIBUTES
from srm_docs.checks.calls.wafv2 import LOAD_BALANCER_ACLS, WEB_ACL_LOGGING, WEB_ACLS, faces_the_internet
from srm_docs.checks.kit import check
from srm_docs.checks.networking import GROUP_RULES, NO_GROUP, RULES
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.openings import EVERY_PORT, descriptions, open_to_world, written
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, Row

WAF = "infrastructure-security.application-firewalls-waf"
INPUT = "application-security.input-validation-secrets"

NO_ACL = not_applicable("No regional web ACL exists here.")
DROP_INVALID = "routing.http.drop_invalid_header_fields.enabled"

WAF_BASELINE = Parameter(
    id="waf_managed_rule_groups",
    title="Managed rule groups that every web ACL must hold",
    default=("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"),
)
PUBLIC_PORTS = Parameter(
    id="public_ports",
    title="Ports that may be open to the internet",
    default=(80, 443),
)


def stops_requests(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of a web ACL can stop a request: it blocks, challenges, or leaves a group's actions alone."""
    if "OverrideAction" in rule:
        return "None" in rule["OverrideAction"]
    return bool({"Block", "Captcha", "Challenge"} & set(rule.get("Action", {})))


def managed_group(rule: Mapping[str, Any]) -> str:
    """The managed rule group that a rule of a web ACL applies, "" where it applies none."""
    return str(rule["Statement"].get("ManagedRuleGroupStatement", {}).get("Name", ""))


@check(
    WAF,
    INPUT,
    each=LOAD_BALANCER_ACLS,
    none=not_applicable("No internet-facing application load balancer exists here."),
    severity="high",
)
def internet_facing_load_balancers_have_a_web_acl(answer: Row) -> Observation:
    """Every application load balancer that faces the internet is guarded by a web ACL.

    Requests that attack the application then reach it unfiltered.

    Remedy: Associate a web ACL with the load balancer.

    Met:   {WebACL: {Name: edge}}
    Unmet: {}
    Unmet: absent
    """
    if answer.get("WebACL"):
        return met(f"The web ACL {quoted((answer['WebACL']['Name'],))} guards it.")
    return unmet("No web ACL guards it.")


@check(WAF, each=WEB_ACLS, none=NO_ACL, severity="high")
def web_acls_stop_requests(acl: Row) -> Observation:
    """Every web ACL refuses requests by default or has a rule that stops some.

    A web ACL whose rules all count lets everything through.

    Remedy: Set the rules that were tried out in count mode to block.

    Met:   {DefaultAction: {Block: {}}, Rules: []}
    Met:   {DefaultAction: {Allow: {}}, Rules: [{Action: {Count: {}}}, {Action: {Block: {}}}]}
    Met:   {DefaultAction: {Allow: {}}, Rules: [{OverrideAction: {None: {}}}]}
    Unmet: {DefaultAction: {Allow: {}}, Rules: [{OverrideAction: {Count: {}}}, {Action: {Count: {}}}]}
    Unmet: {DefaultAction: {Allow: {}}, Rules: []}
    """
    if "Block" in acl["DefaultAction"]:
        return met("Requests are refused unless a rule allows them.")
    if any(stops_requests(rule) for rule in acl["Rules"]):
        return met("A rule stops requests.")
    return unmet("No rule stops any request.")


@check(WAF, INPUT, each=WEB_ACLS, none=NO_ACL, parameters=[WAF_BASELINE])
def web_acls_hold_the_managed_baseline(acl: Row, given: Given) -> Observation:
    """Every web ACL applies the managed rule groups that the organization requires.

    AWS keeps these rules current against attacks that every web application meets.

    Remedy: Add the missing managed rule groups, or name those that take their place under waf_managed_rule_groups.

    Met:
        Rules:
          - OverrideAction: {None: {}}
            Statement: {ManagedRuleGroupStatement: {Name: AWSManagedRulesCommonRuleSet}}
          - OverrideAction: {None: {}}
            Statement: {ManagedRuleGroupStatement: {Name: AWSManagedRulesKnownBadInputsRuleSet}}
    Unmet:
        Rules:
          - OverrideAction: {None: {}}
            Statement: {ManagedRuleGroupStatement: {Name: AWSManagedRulesCommonRuleSet}}
    Unmet:
        Rules:
          - OverrideAction: {None: {}}
            Statement: {ManagedRuleGroupStatement: {Name: AWSManagedRulesCommonRuleSet}}
          - OverrideAction: {Count: {}}
            Statement: {ManagedRuleGroupStatement: {Name: AWSManagedRulesKnownBadInputsRuleSet}}
    """
    applied = {managed_group(rule) for rule in acl["Rules"] if stops_requests(rule)}
    missing = [name for name in given[WAF_BASELINE] if name not in applied]
    if missing:
        return unmet(f"Not applied: {', '.join(missing)}.")
    return met("The required managed rule groups are applied.")


@check(WAF, each=WEB_ACL_LOGGING, none=NO_ACL)
def web_acls_are_logged(logging: Row) -> Observation:
    """Every web ACL logs the requests that it inspects.

    Without a log, an attack that was stopped or let through leaves no trace.

    Remedy: Turn on logging for the web ACL.

    Met:   {LoggingConfiguration: {LogDestinationConfigs: ["arn:aws:s3:::aws-waf-logs-edge"]}}
    Unmet: absent
    Unmet: {LoggingConfiguration: {LogDestinationConfigs: []}}
    """
    if logging.absent or not logging["LoggingConfiguration"]["LogDestinationConfigs"]:
        return unmet("Requests are not logged.")
    return met("Requests are logged.")


@check(
    WAF,
    each=LOAD_BALANCER_ATTRIBUTES,
    none=not_applicable("No application load balancer exists here."),
    severity="low",
)
def load_balancers_drop_invalid_headers(attributes: Row) -> Observation:
    """Every application load balancer drops header fields that are not valid.

    Malformed headers are how requests are smuggled past a firewall.

    Remedy: Turn on the attribute routing.http.drop_invalid_header_fields.enabled.

    Met:   {Attributes: [{Key: routing.http.drop_invalid_header_fields.enabled, Value: "true"}]}
    Unmet: {Attributes: [{Key: routing.http.drop_invalid_header_fields.enabled, Value: "false"}]}
    """
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes["Attributes"]}
    if values[DROP_INVALID] == "true":
        return met("Invalid header fields are dropped.")
    return unmet("Invalid header fields are passed on.")


@check(
    "data.data-classification-encryption",
    INPUT,
    each=LISTENERS,
    none=not_applicable("No load balancer has a listener here."),
    severity="high",
)
def internet_facing_listeners_encrypt(listener: Row) -> Observation:
    """Every listener of an internet-facing application load balancer speaks HTTPS or redirects to it.

    What is sent in plain text can be read and changed on its way.

    Remedy: Replace the listener by an HTTPS listener, and let the HTTP listener redirect to it.

    Met:
        {Protocol: HTTPS, DefaultActions: [{Type: forward}], _parent: {Type: application, Scheme: internet-facing}}
    Met:
        Protocol: HTTP
        DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS}}]
        _parent: {Type: application, Scheme: internet-facing}
    Unmet:
        Protocol: HTTP
        DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTP}}]
        _parent: {Type: application, Scheme: internet-facing}
    Unmet:
        {Protocol: HTTP, DefaultActions: [{Type: forward}], _parent: {Type: application, Scheme: internet-facing}}
    Not applicable:
        {Protocol: HTTP, DefaultActions: [{Type: forward}], _parent: {Type: application, Scheme: internal}}
    Not applicable:
        {Protocol: TCP, DefaultActions: [{Type: forward}], _parent: {Type: network, Scheme: internet-facing}}
    """
    if listener.parent is None or not faces_the_internet(listener.parent):
        return not_applicable("The listener is not of an internet-facing application load balancer.")
    if listener["Protocol"] == "HTTPS":
        return met("The listener speaks HTTPS.")
    if any(action.get("RedirectConfig", {}).get("Protocol") == "HTTPS" for action in listener["DefaultActions"]):
        return met("The listener redirects to HTTPS.")
    return unmet(f"The listener answers over {listener['Protocol']}.")


@check(GROUP_RULES, RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="critical")
def security_groups_do_not_open_every_port(group: Row) -> Observation:
    """No security group opens every port to the internet.

    Every service on the machine, meant or forgotten, can then be attacked.

    Remedy: Replace the rule by one for each port that must be reached.

    Met:   {IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    Met:   {IpPermissions: [{IpProtocol: "-1", IpRanges: [{CidrIp: 10.0.0.0/8}]}]}
    Unmet: {IpPermissions: [{IpProtocol: "-1", Ipv6Ranges: [{CidrIpv6: "::/0"}]}]}
    Unmet: {IpPermissions: [{IpProtocol: udp, FromPort: 0, ToPort: 65535, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    """
    if EVERY_PORT in open_to_world(group["IpPermissions"]):
        return unmet("Every port is open to the internet.")
    return met("Not every port is open to the internet.")


@check(GROUP_RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="high", parameters=[PUBLIC_PORTS])
def security_groups_open_only_public_ports(group: Row, given: Given) -> Observation:
    """Security groups open to the internet only the ports that the organization lists as public.

    A port that nobody listed is open by mistake or without approval.

    Remedy: Restrict the rule to known ranges, or list the port under public_ports with the approval for it.

    Met:   {IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    Met:   {IpPermissions: [{IpProtocol: icmp, FromPort: -1, ToPort: -1, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    Unmet: {IpPermissions: [{IpProtocol: tcp, FromPort: 8080, ToPort: 8080, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    Unmet: {IpPermissions: [{IpProtocol: tcp, FromPort: 80, ToPort: 443, IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
    """
    allowed = set(given[PUBLIC_PORTS])
    beyond = [found for found in open_to_world(group["IpPermissions"]) if not allowed.issuperset(found)]
    if beyond:
        return unmet(f"Open to the internet and not listed as public: {written(beyond)}.")
    return met("No other port is open to the internet.")


@check(GROUP_RULES, each=SECURITY_GROUPS, none=NO_GROUP, severity="low")
def security_group_rules_are_described(group: Row) -> Observation:
    """Every rule that lets traffic into a security group says what it is for.

    A rule that nobody can explain cannot be reviewed.

    Remedy: Write the purpose and the owner into the rule's description.

    Met:   {IpPermissions: [{IpProtocol: tcp, IpRanges: [{CidrIp: 10.0.0.0/8, Description: office}]}]}
    Unmet: {IpPermissions: [{IpProtocol: tcp, IpRanges: [{CidrIp: 10.0.0.0/8, Description: " "}]}]}
    Unmet: {IpPermissions: [{IpProtocol: tcp, UserIdGroupPairs: [{GroupId: sg-2}]}]}
    Not applicable: {IpPermissions: []}
    """
    texts = descriptions(group["IpPermissions"])
    if not texts:
        return not_applicable("The group lets nothing in.")
    if all(texts):
        return met("Every rule is described.")
    missing = texts.count("")
    return unmet(f"Rules without a description: {missing} of {len(texts)}.")


@check(GROUP_RULES, whole=(SECURITY_GROUPS, NETWORK_INTERFACES), none=NO_GROUP, severity="low")
def security_groups_are_in_use(groups: Sequence[Row], interfaces: Sequence[Row]) -> list[Observation]:
    """Every security group of the organization's own is used by a network interface or named by another group's rule.

    A group that nothing uses keeps rules that nobody reviews, until somebody attaches it.

    Remedy: Delete groups that nothing uses, before someone attaches them with rules that nobody reviews.

    Met:
        ec2:DescribeSecurityGroups: [{GroupId: sg-1, GroupName: web}, {GroupId: sg-2, GroupName: default}]
        ec2:DescribeNetworkInterfaces: [{Groups: [{GroupId: sg-1}]}]
    Met:
        ec2:DescribeSecurityGroups:
          - {GroupId: sg-1, GroupName: web}
          - {GroupId: sg-3, GroupName: app, IpPermissions: [{UserIdGroupPairs: [{GroupId: sg-1}]}]}
        ec2:DescribeNetworkInterfaces: [{Groups: [{GroupId: sg-3}]}]
    Unmet:
        ec2:DescribeSecurityGroups: [{GroupId: sg-1, GroupName: web}]
        ec2:DescribeNetworkInterfaces: []
    Not applicable:
        ec2:DescribeSecurityGroups: [{GroupId: sg-2, GroupName: default}]
        ec2:DescribeNetworkInterfaces: []
    """
    used = {group["GroupId"] for interface in interfaces for group in interface.get("Groups", ())}
    used |= {pair["GroupId"] for group in groups for pair in _named_groups(group)}
    said = []
    for group in groups:
        if group["GroupName"] == "default":
            said.append(not_applicable("AWS does not let a default group be deleted.").about(group))
        elif group["GroupId"] in used:
            said.append(met("The group is used.").about(group))
        else:
            said.append(unmet("Nothing uses the group.").about(group))
    return said


def _named_groups(group: Row) -> list[Mapping[str, Any]]:
    """The other groups that a group's rules name, in both directions; its own name does not count as use."""
    rules = [*group.get("IpPermissions", ()), *group.get("IpPermissionsEgress", ())]
    pairs = [pair for rule in rules for pair in rule.get("UserIdGroupPairs", ())]
    return [pair for pair in pairs if pair.get("GroupId") not in {None, group["GroupId"]}]
