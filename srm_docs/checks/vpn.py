"""Domain 3, networking: site-to-site VPN connections, as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.ec2 import VPN_CONNECTIONS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import NotAnswered, Row

VPN = "networking.vpn-direct-connect"
NO_VPN = not_applicable("No site-to-site VPN connection exists here.")
NOT_IN_USE = not_applicable("The VPN connection is not available.")

_ENOUGH_TUNNELS = 2
# What a tunnel accepts where nothing was chosen: AWS then offers every algorithm, the weak ones included.
_WEAK: Mapping[str, frozenset[Any]] = {
    "IkeVersions": frozenset({"ikev1"}),
    "Phase1IntegrityAlgorithms": frozenset({"SHA1"}),
    "Phase2IntegrityAlgorithms": frozenset({"SHA1"}),
    "Phase1DHGroupNumbers": frozenset({2}),
    "Phase2DHGroupNumbers": frozenset({2, 5}),
}


def tunnels(connection: Row) -> Sequence[Mapping[str, Any]]:
    """The options of both tunnels. `NotAnswered` where the reply tells of none."""
    told: Sequence[Mapping[str, Any]] = connection["Options"].get("TunnelOptions", ())
    if not told:
        raise NotAnswered("Options.TunnelOptions")
    return told


def weak_options(tunnel: Mapping[str, Any]) -> list[str]:
    """The options of a tunnel that admit a weak algorithm, because one is listed or nothing was chosen."""
    found = {option: {chosen.get("Value") for chosen in tunnel.get(option, ())} for option in _WEAK}
    return [option for option, chosen in found.items() if not chosen or chosen & _WEAK[option]]


def is_logged(tunnel: Mapping[str, Any]) -> bool:
    """Whether a tunnel's negotiations are logged."""
    return bool(tunnel["LogOptions"]["CloudWatchLogOptions"]["LogEnabled"])


@check(VPN, each=VPN_CONNECTIONS, none=NO_VPN, severity="high")
def vpn_connections_have_both_tunnels_up(connection: Row) -> Observation:
    """Both tunnels of every VPN connection are up.

    With one tunnel, AWS's maintenance of its endpoint cuts the connection.

    Remedy: Configure both tunnels on the customer gateway and find out why one is down.

    Met:   {State: available, VgwTelemetry: [{Status: UP}, {Status: UP}]}
    Unmet: {State: available, VgwTelemetry: [{Status: UP}, {Status: DOWN}]}
    Unmet: {State: available, VgwTelemetry: [{Status: UP}]}
    Not applicable: {State: deleted}
    """
    if connection["State"] != "available":
        return NOT_IN_USE
    up = [tunnel for tunnel in connection["VgwTelemetry"] if tunnel["Status"] == "UP"]
    if len(up) < _ENOUGH_TUNNELS:
        return unmet(f"{len(up)} of {_ENOUGH_TUNNELS} tunnels {'is' if len(up) == 1 else 'are'} up.")
    return met("Both tunnels are up.")


@check(VPN, each=VPN_CONNECTIONS, none=NO_VPN)
def vpn_tunnels_refuse_weak_algorithms(connection: Row) -> Observation:
    """Every VPN tunnel is restricted to IKE version 2 and to algorithms without known weakness.

    A tunnel whose options were never chosen accepts IKE version 1, SHA-1 and Diffie-Hellman group 2.

    Remedy: Choose IKE version 2, SHA-2 and Diffie-Hellman groups from 14 upwards in the options of both tunnels.

    Met:
        State: available
        Options:
          TunnelOptions:
            - IkeVersions: [{Value: ikev2}]
              Phase1IntegrityAlgorithms: [{Value: SHA2-256}]
              Phase2IntegrityAlgorithms: [{Value: SHA2-256}]
              Phase1DHGroupNumbers: [{Value: 20}]
              Phase2DHGroupNumbers: [{Value: 20}]
    Unmet:
        State: available
        Options: {TunnelOptions: [{OutsideIpAddress: 198.51.100.7}]}
    Not applicable: {State: deleting}
    """
    if connection["State"] != "available":
        return NOT_IN_USE
    weak = sorted({option for tunnel in tunnels(connection) for option in weak_options(tunnel)})
    if weak:
        return unmet(f"Weak algorithms are accepted: {', '.join(weak)}.")
    return met("Only strong algorithms are accepted.")


@check(VPN, each=VPN_CONNECTIONS, none=NO_VPN, severity="low")
def vpn_tunnels_are_logged(connection: Row) -> Observation:
    """The negotiations of every VPN tunnel are logged.

    Without a log, nobody can say when a tunnel was down or who tried to negotiate one.

    Remedy: Turn on tunnel activity logs for both tunnels.

    Met:
        State: available
        Options: {TunnelOptions: [{LogOptions: {CloudWatchLogOptions: {LogEnabled: true}}}]}
    Unmet:
        State: available
        Options:
          TunnelOptions:
            - {LogOptions: {CloudWatchLogOptions: {LogEnabled: true}}}
            - {LogOptions: {CloudWatchLogOptions: {LogEnabled: false}}}
    Not applicable: {State: deleted}
    """
    if connection["State"] != "available":
        return NOT_IN_USE
    if all(is_logged(tunnel) for tunnel in tunnels(connection)):
        return met("Both tunnels are logged.")
    return unmet("A tunnel is not logged.")
