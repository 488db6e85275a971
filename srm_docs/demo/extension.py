"""A WSGI application (moto) and rules -> one that knows its callers, refuses, amends and pages like AWS does."""

from __future__ import annotations

import io
import itertools
import json
import re
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from srm_docs.demo import pages, wire
from srm_docs.demo.asked import Asked, body_of, read
from srm_docs.demo.company import ACCOUNTS, reader_arn
from srm_docs.demo.rules import Rules

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_NAMESPACE = uuid.UUID("5f0b6c1e-0000-4000-8000-64656d6f0000")
_XML_REQUEST_ID = re.compile(rb"<(RequestId|requestId|RequestID)>[^<]*<")
_KEY_UNKNOWN = {
    "json": ("UnrecognizedClientException", 400),
    "rest-json": ("UnrecognizedClientException", 403),
    "cbor": ("UnrecognizedClientException", 403),
    "query": ("InvalidClientTokenId", 403),
    "ec2": ("AuthFailure", 401),
    "rest-xml": ("InvalidAccessKeyId", 403),
}


class Extension:
    """Stands before moto. `account_of` gives an access key's account; unknown keys are refused as AWS refuses them."""

    def __init__(self, moto: Application, rules: Rules, account_of: Callable[[str], str]) -> None:
        """Wrap `moto`; nothing is asked of it yet."""
        self.moto, self.rules, self.account_of = moto, rules, account_of
        self._count = itertools.count(1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI. Every response has a length, so that connections stay open, and a request id, for evidence to cite."""
        request_id = str(uuid.uuid5(_NAMESPACE, str(next(self._count))))
        asked = read(environ)
        if asked is None:
            response = call(self.moto, environ)
        else:
            asked = replace(asked, account=self.account_of(asked.key))
            response = self._guarded(asked, environ, request_id)
        ids = ("x-amzn-RequestId", request_id)
        if asked is not None and asked.service in ("s3", "s3control"):
            ids = ("x-amz-request-id", request_id.replace("-", "")[:16].upper())
        body = response.body
        if "xml" in dict(response.headers).get("Content-Type", "xml"):
            body = _XML_REQUEST_ID.sub(rb"<\g<1>>" + request_id.encode() + b"<", body, count=1)
        drop = ("content-length", "x-amzn-requestid", "x-amz-request-id", "date", "server")
        headers = [(name, value) for name, value in response.headers if name.lower() not in drop]
        start_response(f"{response.status} Demo", [*headers, ids, ("Content-Length", str(len(body)))])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _guarded(self, asked: Asked, environ: dict[str, Any], request_id: str) -> wire.Response:
        try:
            return self._respond(asked, environ, request_id)
        except NotImplementedError as error:
            page = wire.Refusal(code="Not Implemented", message=str(error), status=501, html=True)
            return wire.refuse(asked, page, request_id)
        except Exception as error:  # noqa: BLE001 - a server answers; moto raises what it did not foresee
            message = f"The demo failed: {type(error).__name__}: {error}"
            return wire.refuse(asked, wire.Refusal(code="InternalFailure", message=message, status=500), request_id)

    def _respond(self, asked: Asked, environ: dict[str, Any], request_id: str) -> wire.Response:
        if asked.account not in ACCOUNTS:
            code, status = _KEY_UNKNOWN[asked.protocol]
            refusal = wire.Refusal(
                code=code, message="The security token included in the request is invalid.", status=status
            )
            return wire.refuse(asked, refusal, request_id)
        if asked.operation == "AssumeRole" and asked.params.get("RoleArn") not in [reader_arn(one) for one in ACCOUNTS]:
            refusal = wire.denied(asked, str(asked.params.get("RoleArn")), "because no trust policy allows it")
            return wire.refuse(asked, refusal, request_id)
        return self._answer(asked, environ, request_id)

    def _answer(self, asked: Asked, environ: dict[str, Any], request_id: str) -> wire.Response:
        rule = self.rules.find(asked)
        paged = pages.number(asked) is not None
        if rule is None and not paged:
            return call(self.moto, environ)
        if rule is not None and rule.compute is not None:
            said = rule.compute(asked)
            if isinstance(said, wire.Refusal):
                return wire.refuse(asked, said, request_id)
        else:
            if paged:
                _hide(environ, asked, pages.tokens(asked))
            response = call(self.moto, environ)
            if response.status >= 300:  # noqa: PLR2004 - an error of moto's own passes as it is
                return response
            said = wire.parse(asked, response)
            if rule is not None and rule.amend is not None:
                said = rule.amend(asked, said)
        if paged:
            cut = pages.page(asked, said)
            if isinstance(cut, wire.Refusal):
                return wire.refuse(asked, cut, request_id)
            said = cut
        return wire.answer(asked, said, request_id)


def call(application: Application, environ: dict[str, Any]) -> wire.Response:
    """What `application` answers, read to the end."""
    got: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], None]:
        got.update(status=int(status.split(maxsplit=1)[0]), headers=tuple(headers))
        return lambda _written: None

    chunks = application(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return wire.Response(status=got["status"], headers=got["headers"], body=body)


def _hide(environ: dict[str, Any], asked: Asked, names: Collection[str]) -> None:
    """Take page tokens out of the request, so that moto gives the whole list."""
    query = [
        pair for pair in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True) if pair[0] not in names
    ]
    environ["QUERY_STRING"] = urlencode(query)
    path = environ.get("RAW_URI", environ.get("REQUEST_URI", environ["PATH_INFO"])).partition("?")[0]
    environ["RAW_URI"] = environ["REQUEST_URI"] = path + ("?" + environ["QUERY_STRING"] if query else "")
    if asked.protocol == "json":
        kept = {name: value for name, value in json.loads(body_of(environ) or b"{}").items() if name not in names}
        body = json.dumps(kept).encode()
    elif asked.protocol in ("query", "ec2"):
        body = urlencode(
            [pair for pair in parse_qsl(body_of(environ).decode(), keep_blank_values=True) if pair[0] not in names]
        ).encode()
    elif asked.protocol == "rest-json" and environ["REQUEST_METHOD"] != "GET":
        kept = {name: value for name, value in json.loads(body_of(environ) or b"{}").items() if name not in names}
        body = json.dumps(kept).encode()
    else:
        return
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
