"""What botocore's own service models say of an operation: the test's second source, read once and kept."""

from __future__ import annotations

from functools import cache

import botocore.session
from botocore.model import OperationModel
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
