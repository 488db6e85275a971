"""What botocore's own service models say of an operation: the test's second source, read once and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import botocore.session
from botocore.model import OperationModel, Shape
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
