"""What is asked of AWS Direct Connect: connections and virtual interfaces, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

CONNECTIONS = Call(
    service="directconnect",
    operation="DescribeConnections",
    noun="Direct Connect connection",
    nouns="Direct Connect connections",
    rows="connections",
    name="connectionName",
    token=("nextToken", "nextToken"),
)

VIRTUAL_INTERFACES = Call(
    service="directconnect",
    operation="DescribeVirtualInterfaces",
    noun="Direct Connect virtual interface",
    nouns="Direct Connect virtual interfaces",
    rows="virtualInterfaces",
    name="virtualInterfaceId",
    token=("nextToken", "nextToken"),
    # The router's configuration repeats the key of the routing session.
    redact=(
        "virtualInterfaces[].authKey",
        "virtualInterfaces[].bgpPeers[].authKey",
        "virtualInterfaces[].customerRouterConfig",
    ),
)
