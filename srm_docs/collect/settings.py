"""What the environment and the AWS configuration file say about the way to AWS: a session in, CannotBegin out if wrong.

botocore takes most of it as it comes, and what is wrong then looks like a broken network or a garbled reply.
"""

from __future__ import annotations

import difflib
import os
import re
import ssl
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from srm_docs.errors import CannotBegin

_ENDPOINT: Final = "AWS_ENDPOINT_URL"
_REGION: Final = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")


def check_the_way(session: Any, region: str) -> None:
    """Raise CannotBegin where an endpoint, the region or the CA bundle cannot be used as written."""
    for name, url in _endpoints(session):
        if not _is_address(url):
            raise CannotBegin(
                f"{name} is {url!r}, which is no web address.",
                hint="Write it like https://host or http://host:port, or take it away to use AWS's own endpoints.",
            )
    if not _REGION.fullmatch(region):
        raise CannotBegin(f"{region!r} is no name of a region.", hint=region_mend(session, region))
    _check_bundle(str(session.get_config_variable("ca_bundle") or ""))


def region_mend(session: Any, region: str) -> str:
    """What to do about a region that AWS does not have, "" where botocore knows it."""
    partitions = session.get_available_partitions()
    known = sorted({r for p in partitions for r in session.get_available_regions("ec2", p)})
    if region in known:
        return ""
    near = difflib.get_close_matches(region.lower().replace(" ", "-"), known, n=1)
    mean = f" Did you mean {near[0]}?" if near else ""
    return f"Mend AWS_DEFAULT_REGION, AWS_REGION or `region` of the profile.{mean}"


def way_mend(code: str) -> str:
    """What to do where a request did not reach AWS with this error of botocore."""
    return {
        "ProxyConnectionError": "Mend HTTPS_PROXY, or name the hosts that need no proxy in NO_PROXY; then repeat.",
        "SSLError": "If a proxy of yours opens the traffic, name the file of its certificates in AWS_CA_BUNDLE.",
    }.get(code, "Check the network, the region and AWS_ENDPOINT_URL, then repeat.")


def _endpoints(session: Any) -> Iterator[tuple[str, str]]:
    for name, value in sorted(os.environ.items()):
        if value and (name == _ENDPOINT or name.startswith(f"{_ENDPOINT}_")):
            yield name, value
    profile = session.get_scoped_config()
    if "endpoint_url" in profile:
        yield "`endpoint_url` of the profile", str(profile["endpoint_url"])
    services = session.full_config.get("services", {}).get(profile.get("services"), {})
    for service, settings in sorted(services.items()):
        if isinstance(settings, dict) and "endpoint_url" in settings:
            yield f"`endpoint_url` of {service} in the AWS configuration file", str(settings["endpoint_url"])


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_bundle(path: str) -> None:
    if not path:
        return
    try:
        ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as fault:
        why = "holds no certificate" if isinstance(fault, ssl.SSLError) else f"cannot be read: {fault.strerror}"
        raise CannotBegin(
            f"The file of certificates {path} {why}.",
            hint="Mend AWS_CA_BUNDLE (or `ca_bundle` in the AWS configuration file), or take it away.",
        ) from fault
