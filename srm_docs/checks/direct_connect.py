"""Domain 3, networking: Direct Connect connections and virtual interfaces, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.directconnect import CONNECTIONS, VIRTUAL_INTERFACES
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row

LINK = "networking.vpn-direct-connect"
NO_LINK = not_applicable("No Direct Connect connection exists here.")

_ENOUGH_LOCATIONS = 2


@check(LINK, each=CONNECTIONS, none=NO_LINK, severity="high")
def direct_connect_links_are_encrypted(connection: Row) -> Observation:
    """Every Direct Connect connection that can encrypt by itself does so, and carries nothing in clear.

    Traffic on a dedicated line is not encrypted unless MACsec is on, or something that runs over it encrypts.

    Remedy: Associate a MACsec key with the connection and set its encryption mode to must_encrypt.

    Met:   {connectionState: available, macSecCapable: true, encryptionMode: must_encrypt}
    Unmet: {connectionState: available, macSecCapable: true, encryptionMode: should_encrypt}
    Not applicable: {connectionState: available, macSecCapable: false}
    Not applicable: {connectionState: deleted}
    """
    if connection["connectionState"] != "available":
        return not_applicable("The connection is not available.")
    if not connection["macSecCapable"]:
        return not_applicable("The connection cannot encrypt by itself: what runs over it must.")
    if connection["encryptionMode"] == "must_encrypt":
        return met("The connection carries nothing in clear.")
    return unmet(f"The encryption mode is {connection['encryptionMode']}.")


@check(LINK, whole=(CONNECTIONS,), none=NO_LINK, scope=Scope.ACCOUNT)
def direct_connect_uses_two_locations(connections: Sequence[Row]) -> Observation:
    """Where Direct Connect is used, its connections end in two locations at least.

    A fault in one location would cut the link to the organization's own network.

    Remedy: Order a second connection in another location, or show the VPN that takes its place.

    Met:
        directconnect:DescribeConnections:
          - {connectionState: available, location: EqDC2}
          - {connectionState: available, location: EqFA5}
    Unmet:
        directconnect:DescribeConnections:
          - {connectionState: available, location: EqDC2}
          - {connectionState: available, location: EqDC2}
          - {connectionState: down, location: EqFA5}
    Not applicable:
        directconnect:DescribeConnections: [{connectionState: requested, location: EqDC2}]
    """
    used = {row["location"] for row in connections if row["connectionState"] in {"available", "down"}}
    up = {row["location"] for row in connections if row["connectionState"] == "available"}
    if not used:
        return not_applicable("No Direct Connect connection is in use.")
    if len(up) < _ENOUGH_LOCATIONS:
        return unmet("The available connections end in one location or none.")
    return met(f"The available connections end in {len(up)} locations.")


def gateway_of(interface: Row) -> str:
    """The gateway that a virtual interface leads to; "" for a public one, which leads to AWS itself."""
    return str(interface.get("directConnectGatewayId") or interface.get("virtualGatewayId") or "")


@check(
    LINK,
    whole=(VIRTUAL_INTERFACES,),
    none=not_applicable("No Direct Connect virtual interface exists here."),
    scope=Scope.ACCOUNT,
)
def direct_connect_gateways_have_two_ways_in(interfaces: Sequence[Row]) -> list[Observation]:
    """Every gateway behind Direct Connect is reached through available virtual interfaces of two connections at least.

    Remedy: Create a virtual interface to the gateway on a second connection, and test the failover.

    Met:
        directconnect:DescribeVirtualInterfaces:
          - {directConnectGatewayId: dcg-1, connectionId: dxcon-1, virtualInterfaceState: available}
          - {directConnectGatewayId: dcg-1, connectionId: dxcon-2, virtualInterfaceState: available}
    Unmet:
        directconnect:DescribeVirtualInterfaces:
          - {virtualGatewayId: vgw-1, connectionId: dxcon-1, virtualInterfaceState: available}
          - {virtualGatewayId: vgw-1, connectionId: dxcon-1, virtualInterfaceState: available}
          - {virtualGatewayId: vgw-1, connectionId: dxcon-2, virtualInterfaceState: down}
          - {virtualGatewayId: vgw-2, connectionId: dxcon-2, virtualInterfaceState: available}
    Not applicable:
        directconnect:DescribeVirtualInterfaces: [{connectionId: dxcon-1, virtualInterfaceState: available}]
    """
    said = []
    for interface in interfaces:
        gateway = gateway_of(interface)
        up = {
            other["connectionId"]
            for other in interfaces
            if gateway_of(other) == gateway and other["virtualInterfaceState"] == "available"
        }
        if not gateway:
            said.append(not_applicable("The interface leads to AWS's public services.").about(interface))
        elif len(up) > 1:
            said.append(met(f"The gateway {gateway} is reached through {len(up)} connections.").about(interface))
        else:
            said.append(unmet(f"The gateway {gateway} is reached through one connection or none.").about(interface))
    return said
