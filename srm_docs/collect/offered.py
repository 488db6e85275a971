"""Does AWS offer a service in a region at all: a failed connection in, yes (or not known) or no out.

A service that a region does not have has no endpoint there, and its host name does not resolve. That alone says little:
a name does not resolve without a network either. So three things must come together, and where one is missing the
question has failed, as ever: the name is AWS's own and does not exist, botocore lists the service elsewhere and not
here, and another name of the same region does resolve.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

_NO_SUCH_NAME: Final = {getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)}
_EVERYWHERE: Final = "sts"
"""A service that every region has."""


def not_offered(error: BaseException, session: Any, partition: str, service: str, region: str) -> bool:
    """Whether `error`, with which a connection could not be made, means that the region has no such service."""
    return (
        any(isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME for cause in _causes(error))
        and _is_of_aws(str(getattr(error, "kwargs", {}).get("endpoint_url", "")), session, partition)
        and _listed_elsewhere_only(session, partition, service, region)
        and _names_resolve(session, partition, region)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error: botocore keeps urllib3's as an argument, and Python the rest."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = getattr(error, "kwargs", {}).get("error")
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__


def _is_of_aws(url: str, session: Any, partition: str) -> bool:
    """Whether a URL is AWS's public endpoint: not one that somebody configured, the private one of a VPC included."""
    host = urlsplit(url).hostname or ""
    suffix = session.get_component("endpoint_resolver").get_partition_dns_suffix(partition)
    return bool(suffix) and host.endswith(f".{suffix}") and not host.endswith(f".vpce.{suffix}")


def _listed_elsewhere_only(session: Any, partition: str, service: str, region: str) -> bool:
    """A service that botocore lists nowhere, or once a partition, may be anywhere."""
    here = session.get_available_regions(service, partition, allow_non_regional=True)
    if region in here or any(name.endswith("-global") for name in here):
        return False
    return any(session.get_available_regions(service, name) for name in session.get_available_partitions())


def _names_resolve(session: Any, partition: str, region: str) -> bool:
    found = session.get_component("endpoint_resolver").construct_endpoint(_EVERYWHERE, region, partition)
    host = str((found or {}).get("hostname", ""))
    try:
        return bool(host and socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
    except OSError:
        return False
