"""What is asked of Amazon Data Firehose: the delivery streams, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

STREAM_NAMES = Call(
    service="firehose",
    operation="ListDeliveryStreams",
    noun="delivery stream name",
    nouns="delivery stream names",
    rows="DeliveryStreamNames",
    name="value",
    token=("ExclusiveStartDeliveryStreamName", "HasMoreDeliveryStreams && DeliveryStreamNames[-1]"),
)

_DESTINATION = "DeliveryStreamDescription.Destinations[]"
_ENDPOINT = f"{_DESTINATION}.HttpEndpointDestinationDescription"

STREAMS = Call(
    service="firehose",
    operation="DescribeDeliveryStream",
    noun="delivery stream",
    nouns="delivery streams",
    rows="DeliveryStreamDescription",
    name="DeliveryStreamName",
    per=STREAM_NAMES,
    bind={"DeliveryStreamName": "value"},
    redact=(
        f"{_DESTINATION}.SplunkDestinationDescription.HECToken",
        f"{_DESTINATION}.RedshiftDestinationDescription.CopyCommand.CopyOptions",  # CREDENTIALS '…'
        # Some collectors are told apart by a token in their address.
        f"{_ENDPOINT}.EndpointConfiguration.Url",
        f"{_ENDPOINT}.RequestConfiguration.CommonAttributes[].AttributeName",
        f"{_ENDPOINT}.RequestConfiguration.CommonAttributes[].AttributeValue",
    ),
)
