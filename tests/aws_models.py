"""What botocore's own service models say of an operation: the test's second source, read once and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import botocore.session
from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.paginate import PaginatorModel

from srm_docs.checks.call import Call


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def operations_of(service: str) -> tuple[str, ...]:
    return tuple(session().get_service_model(service).operation_names)


@cache
def model(service: str, operation: str) -> OperationModel:
    return session().get_service_model(service).operation_model(operation)


def model_of(call: Call) -> OperationModel:
    return model(call.service, call.operation)


@cache
def paginators(service: str) -> PaginatorModel | None:
    try:
        return session().get_paginator_model(service)
    except botocore.exceptions.UnknownServiceError:
        return None


def has_paginator(call: Call) -> bool:
    known = paginators(call.service)
    try:
        return known is not None and bool(known.get_paginator(call.operation))
    except ValueError:
        return False


def comes_in_pages(call: Call) -> bool:
    """Whether a reply may be continued, so that a refusal may come after some of it was read."""
    return call.token is not None or has_paginator(call)


_SECRET = re.compile(
    r"(?i)(password|passphrase|secret|secret_?(access_?)?key|secret_?(string|binary|value)|private_?key(_?base64)?"
    r"|api_?key|token|credentials?|(pre-?)?signed_?(s3_?)?url)$"
)
_HANDLE = re.compile(
    r"(?i)(next\w*|page|paginat\w*|continuation|backward|forward|resume|last\w*|start(ing)?|marker|sequence|client"
    r"|(client_?)?request|idempotency|version|revision|change|update|optimistic\w*|lock|upload|sync|result|delivery|task"
    r"|callback|validation|verification\w*|revocation|creation|conditional|configuration|anomaly|offer|purchase"
    r"|portfolio_?share|import|export)_?token$"
)
_HANDING_OUT = re.compile(
    r"(Credentials?|Tokens?|Password|AccessKeys?|A[Pp][Ii]Keys?|Secrets?|P(re|RE)[Ss]igned\w*|SessionEndpoint)"
    r"(For\w+|ByUserId)?$"
)


def secrets_in(shape: Shape | None) -> tuple[str, ...]:
    """Paths of what is named like a secret and is text, or marked as sensitive; tokens that turn pages are none."""
    return tuple(_secrets(shape, "", frozenset())) if shape else ()


def _secrets(shape: Shape, path: str, above: frozenset[str], *, deep: bool = True) -> Iterator[str]:
    if shape.name in above:
        return
    above |= {shape.name}
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            below = f"{path}.{name}".lstrip(".")
            if _SECRET.search(name) and not _HANDLE.search(name):
                text = member.type_name in {"string", "blob"} and not getattr(member, "enum", None)
                if text or member.metadata.get("sensitive"):
                    yield below
            if deep or not path:
                yield from _secrets(member, below, above, deep=deep)
    elif shape.type_name == "list" and deep:
        yield from _secrets(shape.member, f"{path}[]", above)
    elif shape.type_name == "map" and deep:
        yield from _secrets(shape.value, f"{path}.*", above)


def every_service() -> Iterator[tuple[str, ServiceModel]]:
    """The models of all services, none of which is kept: together they are some hundred megabytes."""
    for service in session().get_available_services():
        yield service, ServiceModel(create_loader().load_service_model(service, "service-2"), service)


def hands_out(model: ServiceModel, operation: str) -> bool:
    """Whether a secret is what an operation is asked for: it is named so, or its reply holds one near its top."""
    if _HANDING_OUT.search(operation):
        return True
    shape = model.operation_model(operation).output_shape
    return shape is not None and any(_secrets(shape, "", frozenset(), deep=False))


class Leaf(NamedTuple):
    """A value in a reply: where, what the model says of it, and whether it or what holds it is marked as sensitive."""

    path: str
    shape: Shape
    marked: bool


def leaves(shape: Shape, path: str = "", above: frozenset[str] = frozenset(), marked: bool = False) -> Iterator[Leaf]:
    """Every leaf below a shape, a shape that stands inside itself once; paths as in `Call.redact`."""
    marked = marked or bool(shape.metadata.get("sensitive"))
    if shape.type_name not in {"structure", "list", "map"}:
        yield Leaf(path, shape, marked)
    elif shape.name not in above:
        above |= {shape.name}
        if shape.type_name == "structure":
            for name, member in shape.members.items():
                yield from leaves(member, f"{path}.{name}".lstrip("."), above, marked)
        elif shape.type_name == "list":
            yield from leaves(shape.member, f"{path}[]", above, marked)
        else:
            yield from leaves(shape.value, f"{path}.*", above, marked)


def is_below(path: str, above: Iterable[str]) -> bool:
    """Whether a path is one of those above or below one; `**` in those stands for any depth."""
    return any(_below(top).fullmatch(path) for top in above)


@cache
def _below(top: str) -> re.Pattern[str]:
    return re.compile(re.escape(top).replace(r"\*\*\.", r"(?:.*\.)?") + r"(?:[.\[].*)?")
