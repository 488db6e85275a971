"""Account, region and service -> a botocore client that reaches moto within this process, without a socket."""

from __future__ import annotations

import io
import re
import sys
from typing import Any
from urllib.parse import unquote, urlsplit

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from srm_docs.demo.asked import LOADER
from srm_docs.demo.clock import Clock
from srm_docs.demo.company import ACCOUNTS, AMERICA, reader_arn
from srm_docs.demo.extension import Application, call
from srm_docs.demo.rules import Rules

_NOWHERE = "http://127.0.0.1:9"  # a name would be read as a bucket by the S3 of moto
_CONFIG = Config(
    retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, request_checksum_calculation="when_required"
)


class _Body(io.BytesIO):
    def stream(self, **_ignored: Any) -> Any:
        """Botocore reads a body by this name."""
        while chunk := self.read():
            yield chunk


class Hands:
    """What seeding works with: clients, the clock, the rules and a notebook of ids."""

    def __init__(self, moto: Application, clock: Clock, rules: Rules) -> None:
        """Take one session for each account of the company."""
        self.moto, self.clock, self.rules = moto, clock, rules
        self.ids: dict[str, str] = {}
        self._session = botocore.session.Session()
        self._session.register_component("data_loader", LOADER)
        self._session.get_component("event_emitter").register_first("before-parameter-build", _token)
        self._session.register("before-send", self._send)
        self._session.register("before-sign.s3-control", _without_account_host)
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.credentials = {account: self._assume(account) for account in ACCOUNTS}

    def client(self, service: str, account: str, region: str = AMERICA) -> Any:
        """The client for `service` in that place, made once."""
        place = (service, account, region)
        if place not in self._clients:
            self._clients[place] = self._make(service, region, self.credentials[account])
        return self._clients[place]

    def _make(self, service: str, region: str, credentials: dict[str, str]) -> Any:
        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=_NOWHERE,
            config=_CONFIG,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
        )

    def _assume(self, account: str) -> dict[str, str]:
        sts = self._make("sts", AMERICA, {"AccessKeyId": "seed", "SecretAccessKey": "seed"})
        made = sts.assume_role(RoleArn=reader_arn(account), RoleSessionName="srm-docs")["Credentials"]
        return {name: made[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}

    def _send(self, request: AWSPreparedRequest, **_ignored: Any) -> AWSResponse:
        response = call(self.moto, _environ(request))
        headers = HTTPHeaders()
        for name, value in response.headers:
            headers[name] = value
        return AWSResponse(request.url, response.status, headers, _Body(response.body))


def _without_account_host(request: Any, **_ignored: Any) -> None:
    request.url = re.sub(r"^(https?://)\d{12}\.", r"\1", request.url)


def _token(params: dict[str, Any], model: Any, **_ignored: Any) -> None:
    """Draw client tokens from moto's seeded generator: botocore's own would differ from seeding to seeding."""
    from moto.moto_api._internal import mock_random

    for name in model.idempotent_members:
        params.setdefault(name, str(mock_random.uuid4()))


def _environ(request: AWSPreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    raw = parts.path + ("?" + parts.query if parts.query else "")
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path),
        "RAW_URI": raw,
        "REQUEST_URI": raw,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode() if isinstance(value, bytes) else str(value)
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
