"""Domain 3, networking: how people dial in through Client VPN, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.ec2_links import CLIENT_VPN_ENDPOINTS, CLIENT_VPN_RULES
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Row
from srm_docs.checks.vpn import VPN

NO_ENDPOINT = not_applicable("No Client VPN endpoint exists here.")
_PEOPLE = frozenset({"directory-service-authentication", "federated-authentication"})


@check(VPN, "monitoring-logging.enable-analyze-logs", each=CLIENT_VPN_ENDPOINTS, none=NO_ENDPOINT)
def client_vpn_connections_are_logged(endpoint: Row) -> Observation:
    """Every Client VPN endpoint logs who connects.

    Remedy: Turn on connection logging for the endpoint.

    Met:   {ConnectionLogOptions: {Enabled: true, CloudwatchLogGroup: /vpn}}
    Unmet: {ConnectionLogOptions: {Enabled: false}}
    """
    if endpoint["ConnectionLogOptions"]["Enabled"]:
        return met("Connections are logged.")
    return unmet("Connections are not logged.")


@check(VPN, "identity-access-management.iam-policies", each=CLIENT_VPN_ENDPOINTS, none=NO_ENDPOINT, severity="high")
def client_vpn_knows_people_not_machines(endpoint: Row) -> Observation:
    """Every Client VPN endpoint asks a directory or an identity provider who connects.

    A certificate alone tells which machine connects, and stays good after its user has left.

    Remedy: Add federated or directory authentication, with MFA, to the endpoint.

    Met:   {AuthenticationOptions: [{Type: certificate-authentication}, {Type: federated-authentication}]}
    Unmet: {AuthenticationOptions: [{Type: certificate-authentication}]}
    """
    if any(option["Type"] in _PEOPLE for option in endpoint["AuthenticationOptions"]):
        return met("People sign in by themselves.")
    return unmet("A certificate suffices.")


@check(
    VPN,
    "identity-access-management.least-privilege",
    each=CLIENT_VPN_RULES,
    none=not_applicable("No Client VPN endpoint has an authorization rule here."),
)
def client_vpn_rules_name_a_group(rule: Row) -> Observation:
    """Every authorization rule of Client VPN lets in one group of people rather than everybody who can connect.

    Remedy: Replace the rule by one for each group that needs the network.

    Met:   {AccessAll: false, GroupId: S-1-5-21-7, DestinationCidr: 10.0.1.0/24}
    Unmet: {AccessAll: true, DestinationCidr: 10.0.0.0/8}
    """
    if rule["AccessAll"]:
        return unmet("Everybody who can connect reaches the network.")
    return met("One group reaches the network.")
