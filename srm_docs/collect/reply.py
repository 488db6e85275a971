"""Is this a reply of AWS at all: status, headers and body in; nothing, or a refusal that botocore would not see, out.

botocore takes a proxy's web page with status 200, half a JSON document or no body for an answer without rows, and an
answer without rows is a clean result. Here such a reply is refused.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import re
import threading
from collections.abc import Mapping
from typing import Any, Final

from srm_docs.collect.answer import State

WEB_PAGE: Final = "The endpoint answered with a web page instead of AWS's protocol."
WEATHER: Final = frozenset({429, 502, 503, 504})
"""Statuses with which a load balancer's own web page is still AWS's answer: busy, try again."""
NOT_AN_ANSWER: Final = 300
"""From this status on a reply is a refusal."""


class Refused(Exception):
    """Reading ends here, in this state."""

    def __init__(self, state: State, code: str, message: str) -> None:
        """The refusal's state, code and message."""
        super().__init__(message)
        self.state, self.code = state, code


class Heard(threading.local):
    """What this thread's wire said since its question began: botocore forgets it where a reply cannot be parsed."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.clear()

    def clear(self) -> None:
        """A question begins."""
        self.attempts, self.status, self.since = 0, 0, 0.0
        self.region = ""
        self.headers: dict[str, str] = {}

    @property
    def aws_date(self) -> dt.datetime | None:
        """The last reply's `Date` in UTC, None where there is none to be understood."""
        try:
            found = email.utils.parsedate_to_datetime(self.headers["date"])
            return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
        except (KeyError, ValueError, OverflowError):
            return None


def measure(body: bytes, headers: Mapping[str, str]) -> None:
    """Raise Refused where fewer bytes came than `headers` (names in lower case) promise.

    botocore does not compare: what is left of a torn reply may read as a whole one, with fewer rows or none.
    """
    promised = headers.get("content-length", "")
    if promised.isdecimal() and len(body) < int(promised) and not headers.get("content-encoding"):
        raise Refused(State.FAILED, "TornReply", f"Of {promised} bytes of the reply {len(body)} came.")


def look_at(body: bytes, status: int, model: Any) -> None:
    """Raise Refused unless this can be a reply. `model` is botocore's OperationModel.

    The content type does not count: moto says text/html of all it sends.
    """
    if body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        if status not in WEATHER:
            raise Refused(State.UNSUPPORTED, str(status), WEB_PAGE)
        return
    shape = model.output_shape
    if status >= NOT_AN_ANSWER or shape is None or all(m.serialization.get("location") for m in shape.members.values()):
        return
    if not body.strip():
        raise Refused(State.FAILED, "EmptyReply", "The reply has no body.")
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name != "structure":
        return
    if model.service_model.resolved_protocol in ("json", "rest-json") and not _is_object(body):
        raise Refused(State.FAILED, "GarbledReply", "The reply is not the JSON that it should be.")


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


_SIGNED: Final = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/")


def signed_region(headers: Mapping[str, Any]) -> str:
    """The region that a request was signed for, "" where it does not say."""
    said = headers.get("Authorization", "")
    found = _SIGNED.search(said.decode("ascii", "replace") if isinstance(said, bytes) else str(said))
    return found.group(1) if found else ""


def request_ids(response: Mapping[str, Any]) -> tuple[str, ...]:
    """AWS's id of the request, if the reply names one."""
    meta = response.get("ResponseMetadata", {})
    found = meta.get("RequestId") or meta.get("HostId")
    return (str(found),) if found else ()
