"""A reply or a refusal -> status, headers and body in the wire form of the protocol that was asked in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from botocore.parsers import create_parser
from moto.core.serialize import SerializationContext, get_serializer_class

from srm_docs.demo.asked import Asked, model


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What AWS says instead of an answer. `code` and `status` as AWS gives them for that protocol."""

    code: str
    message: str
    status: int = 400
    html: bool = False
    """True: the page that a server gives for an operation it does not have, instead of an AWS error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Bytes to send. `headers` are without Date, Content-Length and the request id."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def denied(asked: Asked, resource: str, why: str) -> Refusal:
    """The denial that AWS gives in `asked`'s protocol, worded like AWS words it."""
    text = (
        f"User: arn:aws:sts::{asked.account}:assumed-role/srm-docs-reader/srm-docs is not authorized to perform: "
        f"{asked.service}:{asked.operation} on resource: {resource} {why}"
    )
    if asked.protocol == "ec2":
        return Refusal(
            code="UnauthorizedOperation",
            message="You are not authorized to perform this operation. " + text,
            status=403,
        )
    if asked.protocol in ("query", "rest-xml"):
        return Refusal(code="AccessDenied", message=text, status=403)
    return Refusal(code="AccessDeniedException", message=text, status=400 if asked.protocol == "json" else 403)


def refuse(asked: Asked, refusal: Refusal, request_id: str) -> Response:
    """`refusal` as the wire form of an error."""
    code, message = refusal.code, refusal.message
    if refusal.html:
        title = f"<title>{refusal.status} {escape(code)}</title>"
        page = f"<!doctype html>\n{title}\n<h1>{escape(code)}</h1><p>{escape(message)}</p>\n"
        return Response(
            status=refusal.status, headers=(("Content-Type", "text/html; charset=utf-8"),), body=page.encode()
        )
    if asked.protocol in ("json", "rest-json", "cbor"):
        kind = "application/json" if asked.protocol == "rest-json" else "application/x-amz-json-1.1"
        body = json.dumps({"__type": code, "message": message}, ensure_ascii=False)
        return Response(
            status=refusal.status, headers=(("Content-Type", kind), ("x-amzn-ErrorType", code)), body=body.encode()
        )
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if asked.protocol == "ec2":
        body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    elif asked.service == "s3":
        body = f"<Error>{inner}<RequestId>{request_id}</RequestId><HostId>demo</HostId></Error>"
    else:
        error = f"<Error><Type>Sender</Type>{inner}</Error>"
        body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
    return Response(
        status=refusal.status,
        headers=(("Content-Type", "text/xml"),),
        body=('<?xml version="1.0" encoding="UTF-8"?>\n' + body).encode(),
    )


def answer(asked: Asked, reply: Mapping[str, Any], request_id: str) -> Response:
    """`reply` (botocore's names, datetimes, bytes) as the wire form of a success."""
    service = model(asked.service)
    operation = service.operation_model(asked.operation)
    protocol = service.protocol if asked.protocol == "cbor" else asked.protocol
    serializer = get_serializer_class(asked.service, protocol)(operation, SerializationContext(request_id))
    made = serializer.serialize(dict(reply))
    body = made["body"]
    return Response(
        status=made["status_code"],
        headers=tuple((name, str(value)) for name, value in made["headers"].items()),
        body=body.encode() if isinstance(body, str) else body,
    )


def parse(asked: Asked, response: Response) -> dict[str, Any]:
    """A success of moto's as botocore would hand it over, without `ResponseMetadata`."""
    output = model(asked.service).operation_model(asked.operation).output_shape
    headers = {name.lower(): value for name, value in response.headers}
    parsed: dict[str, Any] = create_parser(asked.protocol).parse(
        {"status_code": response.status, "headers": headers, "body": response.body}, output
    )
    parsed.pop("ResponseMetadata", None)
    return parsed
