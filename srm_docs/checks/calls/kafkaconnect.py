"""What is asked of Amazon MSK Connect: the connectors (never their configuration), as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

# DescribeConnector would add the configuration, which holds passwords.
CONNECTORS = Call(
    service="kafkaconnect",
    operation="ListConnectors",
    noun="Kafka connector",
    nouns="Kafka connectors",
    rows="connectors",
    name="connectorName",
)
