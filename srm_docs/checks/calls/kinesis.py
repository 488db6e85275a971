"""What is asked of Amazon Kinesis Data Streams: streams and who may use them, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

STREAM_NAMES = Call(
    service="kinesis",
    operation="ListStreams",
    noun="data stream name",
    nouns="data stream names",
    rows="StreamSummaries",
    name="StreamName",
)

STREAMS = Call(
    service="kinesis",
    operation="DescribeStreamSummary",
    noun="data stream",
    nouns="data streams",
    rows="StreamDescriptionSummary",
    name="StreamName",
    per=STREAM_NAMES,
    bind={"StreamName": "StreamName"},
)

POLICIES = Call(
    service="kinesis",
    operation="GetResourcePolicy",
    noun="data stream's policy",
    nouns="data streams' policies",
    per=STREAM_NAMES,
    bind={"ResourceARN": "StreamARN"},
)
