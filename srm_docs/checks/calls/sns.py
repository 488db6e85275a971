"""What is asked of Amazon SNS: topics and by which protocol they deliver, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

TOPIC_ARNS = Call(
    service="sns",
    operation="ListTopics",
    noun="topic's ARN",
    nouns="topics' ARNs",
    rows="Topics",
    name="TopicArn",
)

TOPICS = Call(
    service="sns",
    operation="GetTopicAttributes",
    noun="topic",
    nouns="topics",
    rows="Attributes",
    name="TopicArn",
    per=TOPIC_ARNS,
    bind={"TopicArn": "TopicArn"},
)

SUBSCRIPTIONS = Call(
    service="sns",
    operation="ListSubscriptions",
    noun="subscription",
    nouns="subscriptions",
    rows="Subscriptions",
    name="SubscriptionArn",
    # An address, a telephone number, or a web address that may hold a token.
    redact=("Subscriptions[].Endpoint",),
)
