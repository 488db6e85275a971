"""Every code by which botocore or a service model says "busy" or "no" is read as that."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import botocore
import botocore.exceptions
import pytest
from botocore.retries import standard

from srm_docs.checks import discover
from srm_docs.collect.answer import State
from srm_docs.collect.codes import state_of

DATA = Path(botocore.__file__).parent / "data"


def _services() -> set[str]:
    return {call.service for call in discover.calls()}


def _modelled() -> dict[str, set[int]]:
    """Error code -> HTTP statuses, over the services that are asked."""
    found: dict[str, set[int]] = {}
    for service in _services():
        path = max((DATA / service).glob("*/service-2.json*"))
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for name, shape in json.loads(raw)["shapes"].items():
            if shape.get("exception"):
                error = shape.get("error", {})
                found.setdefault(error.get("code", name), set()).add(error.get("httpStatusCode", 400))
    return found


def test_what_botocore_backs_off_from_is_throttled() -> None:
    table = json.loads((DATA / "_retry.json").read_text())["definitions"].values()
    codes = {d["applies_when"]["response"].get("service_error_code") for d in table if "response" in d["applies_when"]}
    codes |= set(standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
    assert len(codes - {None}) > 10
    assert {c for c in codes - {None} if state_of(c, 400) is not State.THROTTLED} == set()
    assert {s: state_of("", s) for s in (429, 509)} == {429: State.THROTTLED, 509: State.THROTTLED}


def test_what_botocore_calls_a_timeout_is_timed_out() -> None:
    codes = set(standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES) - {"PriorRequestNotComplete"}
    assert {c for c in codes if state_of(c, 400) is not State.TIMED_OUT} == set()


def test_no_modelled_error_of_401_403_or_429_is_a_mere_failure() -> None:
    wrong = {
        code: sorted(statuses)
        for code, statuses in _modelled().items()
        if statuses & {401, 403, 429} and all(state_of(code, s) is State.FAILED for s in statuses)
    }
    assert wrong == {}


def test_words_of_denial_in_a_modelled_code_are_heard_whatever_the_status() -> None:
    words = ("AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden", "NotPermitted", "InsufficientPermission")
    for code in _modelled():
        if any(word in code for word in words):
            assert state_of(code, 400) is State.DENIED, code


@pytest.mark.parametrize(
    "code",
    [
        "Client.UnauthorizedOperation", "UnauthorizedOperation", "AllAccessDisabled",
        "AccessDeniedException", "AuthFailure", "KMSAccessDeniedException",
        "MissingAuthenticationToken", "IncompleteSignature", "InvalidSignatureException",
        "SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidClientTokenId",
        "InvalidAccessKeyId", "InvalidToken", "ExpiredTokenException", "RequestExpired",
        "RequestTimeTooSkewed", "NotAuthorized", "AuthorizationErrorException",
    ],
)  # fmt: skip
def test_denied(code: str) -> None:
    assert state_of(code, 400) is State.DENIED


@pytest.mark.parametrize(
    "code",
    [
        "SubscriptionRequiredException",
        "OptInRequired",
        "NotSignedUp",
        "RegionDisabledException",
        "InvalidAccessException",
    ],
)
def test_disabled(code: str) -> None:
    assert state_of(code, 403) is State.DISABLED


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ServiceUnavailable", 503), ("ServiceUnavailableException", 503), ("InternalError", 500),
        ("ValidationError", 400), ("ResourceNotFoundException", 404),
        ("InvalidNextTokenException", 400), ("ExpiredNextTokenException", 400),
        ("ServiceQuotaExceededException", 402), ("LimitExceeded", 409),
        ("KMSInvalidStateException", 400), ("", 500),
    ],
)  # fmt: skip
def test_neither(code: str, status: int) -> None:
    assert state_of(code, status) is State.FAILED
