"""What is asked of Amazon SQS: the queues (never their messages), as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

QUEUE_URLS = Call(
    service="sqs",
    operation="ListQueues",
    noun="queue address",
    nouns="queue addresses",
    rows="QueueUrls",
    name="value",
)

QUEUES = Call(
    service="sqs",
    operation="GetQueueAttributes",
    noun="queue",
    nouns="queues",
    rows="Attributes",
    name="QueueArn",
    params={"AttributeNames": ["All"]},
    per=QUEUE_URLS,
    bind={"QueueUrl": "value"},
)
