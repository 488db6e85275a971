"""What is asked of AWS Direct Connect: the connections, as a call."""

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
