"""WSGI environ -> which operation is asked of which service, by whom and where: `Asked`, or None if unclear."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import DataNotFoundError
from moto.core.loaders import create_loader
from moto.core.model import ServiceModel

_SIGNED_AS = {
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "access-analyzer": "accessanalyzer",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "states": "stepfunctions",
}
_OLDER = {("elbv2", "2012-06-01"): "elb"}
"""Two services that sign alike: (service, version of its API) -> the older one."""
_ALSO_SIGNED_AS = {"bedrock": "bedrock-agent"}
"""A second client that signs with the name of the first; only the path tells which is asked."""
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_HOLE = re.compile(r"\\\{([\w\\-]+)(\\\+)?\\\}")
_HYPHEN = re.escape("-")

LOADER = create_loader()
"""The one loader of the process: `quicken` gives it to all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request in AWS's terms. `params` are wire names: flat for the query and ec2 protocols."""

    key: str
    region: str
    service: str
    operation: str
    protocol: str
    params: Mapping[str, Any]
    account: str = ""


@cache
def model(service: str) -> ServiceModel:
    """Botocore's model of `service` in the form that moto's serialisers want."""
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


@cache
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], frozenset[str], str], ...]:
    """(method, path, query words that must be there, operation), the most particular first."""
    found = []
    for name in model(service).operation_names:
        if model(service).operation_model(name).deprecated:
            continue  # S3 has two of them with the path of what replaced them
        http = model(service).operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        words = frozenset(word for word, _ in parse_qsl(query, keep_blank_values=True))
        # MQ writes holes with a hyphen, which Python's groups cannot have
        hole = lambda match: f"(?P<{match[1].replace(_HYPHEN, '_')}>{'.+' if match[2] else '[^/]+'})"  # noqa: E731
        pattern = _HOLE.sub(hole, re.escape(path.rstrip("/") or "/"))
        literal = len(re.sub(r"\(\?P<[^)]*\)", "", pattern))
        found.append((len(words), literal, http["method"], re.compile(pattern + "/?"), words, name))
    found.sort(key=lambda one: (-one[0], -one[1], one[5]))
    return tuple((method, pattern, words, name) for _, _, method, pattern, words, name in found)


def body_of(environ: dict[str, Any]) -> bytes:
    """The request's body; `wsgi.input` can be read again afterwards."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def read(environ: dict[str, Any]) -> Asked | None:
    """Who asks what. None where there is no signature or the operation cannot be told."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    key, region, service = scope[1], scope[2], _SIGNED_AS.get(scope[3], scope[3])
    path = environ.get("PATH_INFO", "")
    if service == "s3" and path.startswith("/v20180820/"):
        service = "s3control"
    if service == "apigateway" and path.startswith("/v2/"):
        service = "apigatewayv2"
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    kind = environ.get("CONTENT_TYPE", "")
    if target:
        sent = json.loads(body_of(environ) or b"{}")
        operation, protocol = target.rpartition(".")[2], "json"
    elif kind.startswith("application/x-www-form-urlencoded") and service != "s3":
        sent = dict(parse_qsl(body_of(environ).decode(), keep_blank_values=True))
        operation, protocol = sent.get("Action", ""), "ec2" if service == "ec2" else "query"
        service = _OLDER.get((service, sent.get("Version", "")), service)
    elif path.startswith("/service/") and "/operation/" in path:
        return Asked(
            key=key, region=region, service=service, operation=path.rpartition("/")[2], protocol="cbor", params={}
        )
    else:
        return _rest(environ, key, region, service, unquote(path), query)
    return Asked(key=key, region=region, service=service, operation=operation, protocol=protocol, params=sent)


def _rest(
    environ: dict[str, Any], key: str, region: str, service: str, path: str, query: dict[str, str]
) -> Asked | None:
    try:
        routes, protocol = _routes(service), model(service).protocol
    except DataNotFoundError:  # a service botocore does not know is moto's to refuse
        return None
    for method, pattern, words, operation in routes:
        if method != environ["REQUEST_METHOD"] or not words <= query.keys():
            continue
        if found := pattern.fullmatch(path):
            sent: dict[str, Any] = {**query, **found.groupdict()}
            if protocol == "rest-json" and (body := body_of(environ)):
                sent |= json.loads(body)
            return Asked(key=key, region=region, service=service, operation=operation, protocol=protocol, params=sent)
    if service in _ALSO_SIGNED_AS:
        return _rest(environ, key, region, _ALSO_SIGNED_AS[service], path, query)
    return None
