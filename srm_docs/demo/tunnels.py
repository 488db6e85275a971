"""Hands -> the ways into the network: a VPN in each account, and production's two Direct Connect connections."""

from __future__ import annotations

from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import EUROPE, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.planted import PLANTED
from srm_docs.demo.rules import Reply


def seed(hands: Hands, account: str, tags: list[dict[str, str]]) -> None:
    """One connection of two tunnels: sound in production, one of them down and all of it by default in development."""
    ec2 = hands.client("ec2", account, EUROPE)
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=hands.ids[f"vpc {account} {EUROPE}"])
    office = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.9", BgpAsn=65000)["CustomerGateway"]
    made = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=office["CustomerGatewayId"], VpnGatewayId=gateway
    )["VpnConnection"]["VpnConnectionId"]
    ec2.create_tags(Resources=[made], Tags=tags)
    sound, key = account == PRODUCTION, PLANTED["vpn pre-shared key"]

    def complete(_asked: Asked, said: Reply) -> Reply:
        extra = {
            "CustomerGatewayConfiguration": f"<ike><pre_shared_key>{key}</pre_shared_key></ike>",
            "VgwTelemetry": [_telemetry(hands, 11, "UP"), _telemetry(hands, 12, "UP" if sound else "DOWN")],
            "Options": {
                "StaticRoutesOnly": False,
                "TunnelOptions": [_options(number, sound=True) for number in (11, 12)],
            },
        }
        return {"VpnConnections": [row | extra for row in said.get("VpnConnections", [])]}

    hands.rules.amend("ec2:DescribeVpnConnections", complete, account=account, region=EUROPE)


def seed_direct_connect(hands: Hands) -> None:
    """Two connections at two locations, of which the second may fall back to no encryption."""
    rows = [
        {
            "ownerAccount": PRODUCTION,
            "connectionId": f"dxcon-f{number}a7c9e{number}",
            "connectionName": name,
            "connectionState": "available",
            "region": EUROPE,
            "location": location,
            "bandwidth": "1Gbps",
            "macSecCapable": True,
            "encryptionMode": mode,
            "portEncryptionStatus": "Encryption Up",
        }
        for number, (name, location, mode) in enumerate(
            (("dublin-a", "EqDB2", "must_encrypt"), ("dublin-b", "IntDB1", "should_encrypt")), start=1
        )
    ]
    hands.rules.answer("directconnect:DescribeConnections", {"connections": rows}, account=PRODUCTION, region=EUROPE)
    hands.rules.answer("directconnect:DescribeConnections", {"connections": []})


def _telemetry(hands: Hands, number: int, state: str) -> dict[str, Any]:
    return {
        "OutsideIpAddress": f"198.51.100.{number}",
        "Status": state,
        "StatusMessage": "",
        "AcceptedRouteCount": 1 if state == "UP" else 0,
        "LastStatusChange": hands.clock.ago(9),
    }


def _options(number: int, *, sound: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "OutsideIpAddress": f"198.51.100.{number}",
        "TunnelInsideCidr": f"169.254.{number}.0/30",
        "PreSharedKey": PLANTED["vpn pre-shared key"],
    }
    if sound:  # options that nobody chose are absent, as AWS leaves them out
        chosen = {"EncryptionAlgorithms": "AES256-GCM-16", "IntegrityAlgorithms": "SHA2-256"}
        for phase in ("Phase1", "Phase2"):
            options |= {phase + name: [{"Value": value}] for name, value in chosen.items()}
            options[phase + "DHGroupNumbers"] = [{"Value": 20}]
        options["IkeVersions"] = [{"Value": "ikev2"}]
    options["LogOptions"] = {"CloudWatchLogOptions": {"LogEnabled": sound}}
    return options
