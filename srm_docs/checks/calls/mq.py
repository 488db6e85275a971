"""What is asked of Amazon MQ: the brokers, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

BROKER_IDS = Call(
    service="mq",
    operation="ListBrokers",
    noun="broker's id",
    nouns="brokers' ids",
    rows="BrokerSummaries",
    name="BrokerName",
)

BROKERS = Call(
    service="mq",
    operation="DescribeBroker",
    noun="message broker",
    nouns="message brokers",
    name="BrokerName",
    per=BROKER_IDS,
    bind={"BrokerId": "BrokerId"},
)
