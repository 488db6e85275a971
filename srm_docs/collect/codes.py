"""What AWS's error codes mean: a code and an HTTP status in, one of the states of a refusal out.

The words are those of botocore's own retry tables and of the error shapes of all its service models; a test holds
them against both. `Client.UnauthorizedOperation` is found too: most words may stand anywhere in a code.
"""

from __future__ import annotations

import re
from typing import Final

from srm_docs.collect.answer import State

_DISABLED: Final = re.compile(
    r"SubscriptionRequired|OptInRequired|NotSubscribed|NotSignedUp|RegionDisabled|InvalidAccessException|"
    r"AccessNotEnabled|AccountSuspended|AccountProblem|PendingVerification"
)
_THROTTLED: Final = re.compile(
    r"Throttl|TooManyRequest|RequestLimitExceeded|SlowDown|BandwidthLimit|PriorRequestNotComplete|RateExceeded|"
    r"(^|\W)LimitExceededException$|ProvisionedThroughputExceeded|TransactionInProgress|APICallRateForCustomerExceeded"
)
_DENIED: Final = re.compile(
    r"AccessDenied|AllAccessDisabled|Unauthori[sz]ed|NotAuthori[sz]ed|NoAuthori[sz]ation|AuthFailure|Authori[sz]ationError|"
    r"(^|\W)Authori[sz]ationException|AccessTo\w+Denied|Forbidden|NotPermitted|Insufficient\w*(Permission|Privilege)|"
    r"MissingPermission|PermissionDenied|ExpiredToken|RequestExpired|RequestTimeTooSkewed|InvalidClientTokenId|"
    r"InvalidAccessKeyId|InvalidSecurity|InvalidToken$|IncompleteSignature|InvalidSignature|SignatureDoesNotMatch|"
    r"MissingAuthenticationToken|UnrecognizedClient|TokenRefreshRequired"
)
_TIMED_OUT: Final = re.compile(r"Time(d)?[Oo]ut")


def state_of(code: str, status: int = 0, disabled: tuple[str, ...] = ()) -> State:
    """The state of a refusal with this code and HTTP status; `disabled` are a call's own codes for "off".

    A code that says more than its status counts first: S3 throttles with 503, KMS denies with 400.
    """
    if status == 501:  # noqa: PLR2004 - Not Implemented
        return State.UNSUPPORTED
    if code in disabled or _DISABLED.search(code):
        return State.DISABLED
    if _THROTTLED.search(code):
        return State.THROTTLED
    if _DENIED.search(code):
        return State.DENIED
    if _TIMED_OUT.search(code):
        return State.TIMED_OUT
    return _BY_STATUS.get(status, State.FAILED)


_BY_STATUS: Final = {
    401: State.DENIED,
    403: State.DENIED,
    408: State.TIMED_OUT,
    429: State.THROTTLED,
    504: State.TIMED_OUT,
    509: State.THROTTLED,
}
