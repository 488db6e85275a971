"""What came back: a question and AWS's pages or refusal in, one of fifteen states out."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import rfc8785

from srm_docs.checks.place import Place


class State(StrEnum):
    """The state of one planned question. The coverage ledger prints exactly these words."""

    OK = "ok"
    EMPTY = "empty"
    ABSENT = "absent"
    NOT_OFFERED = "not offered"
    PARTIAL = "partial"
    DENIED = "denied"
    THROTTLED = "throttled"
    TIMED_OUT = "timed out"
    FAILED = "failed"
    DISABLED = "disabled"
    UNSUPPORTED = "unsupported"
    PARENT_REFUSED = "parent refused"
    PARENT_EMPTY = "parent empty"
    OUT_OF_SCOPE = "out of scope"
    NOT_RUN = "not run"


ANSWERS = frozenset({State.OK, State.EMPTY, State.ABSENT, State.NOT_OFFERED, State.PARENT_EMPTY})
"""States in which AWS's answer is whole, so that a verdict may rest on it."""

NOT_OFFERED: Final = "NotOfferedInRegion"
"""Our own code, beside AWS's codes for "off": the service has no endpoint in the region, so nothing can be there."""

REFUSALS = frozenset(State) - ANSWERS - {State.OUT_OF_SCOPE}
"""States that make a verdict unknown. Out of scope is neither: it is management's choice, counted and printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call, at one place, with its parameters in full."""

    call: str
    place: Place
    params: Mapping[str, Any]
    _key: str = field(init=False, default="", compare=False, repr=False)  # made once: asked for at every turn

    @property
    def key(self) -> str:
        """SHA-256 (hex) of call, place and parameters: the same question has the same key in every snapshot."""
        if not self._key:
            asked = {
                "account": self.place.account,
                "call": self.call,
                "params": self.params,
                "region": self.place.region,
            }
            object.__setattr__(self, "_key", hashlib.sha256(rfc8785.dumps(asked)).hexdigest())  # type: ignore[arg-type]
        return self._key

    @property
    def evidence_id(self) -> str:
        """`EV-` and 8 base32 characters of the key."""
        return evidence_id(self.key)


def evidence_id(key: str, length: int = 8) -> str:
    """The evidence id of a question's key; a longer one where two keys of a packet share 8 characters."""
    return "EV-" + base64.b32encode(bytes.fromhex(key)).decode()[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a question has no whole answer: AWS's code and message, or ours. `page` counts the pages read before it."""

    state: State
    code: str
    message: str
    http_status: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who asked, where and when: times in UTC, AWS's own `Date` header, request ids in page order.

    `region` is the one that the last request was signed for: what is asked once an account is asked somewhere too, and
    S3 sends a question on to the bucket's own region. "" where nothing was sent.
    """

    caller_arn: str
    partition: str
    service: str
    operation: str
    started: dt.datetime
    ended: dt.datetime
    aws_date: dt.datetime | None
    request_ids: tuple[str, ...]
    attempts: int = 1
    region: str = ""

    @property
    def skew_seconds(self) -> int:
        """Seconds by which this machine's clock differs from AWS's, 0 where AWS sent no date."""
        return abs(int((self.ended - self.aws_date).total_seconds())) if self.aws_date else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The pages that were read, in order, and what stopped the reading, if anything did.

    `absent` is the error code that the call declares to mean "off", or `NOT_OFFERED`; then there is no page.
    """

    pages: tuple[Mapping[str, Any], ...] = ()
    refusal: Refusal | None = None
    absent: str = ""
    circumstances: Circumstances | None = field(default=None)

    def state(self, rows: int) -> State:
        """The state, given how many rows the pages hold."""
        if self.refusal is not None:
            return State.PARTIAL if self.pages else self.refusal.state
        if self.absent:
            return State.NOT_OFFERED if self.absent == NOT_OFFERED else State.ABSENT
        return State.OK if rows else State.EMPTY


def summarise(states: Sequence[State]) -> State:
    """One state for all the questions of a call at a place: whole, partial, or a refusal.

    Partial says that something was answered. Where nothing was and there are several kinds of refusal, it is the first
    of them in the order of the states, which is also the first that the ledger names.
    """
    found = set(states)
    refused = [state for state in State if state in found & REFUSALS]
    if not refused:
        order = (State.OK, State.EMPTY, State.ABSENT, State.NOT_OFFERED, State.PARENT_EMPTY, State.OUT_OF_SCOPE)
        return next((s for s in order if s in found), State.PARENT_EMPTY)
    if found & ANSWERS or State.PARTIAL in found:
        return State.PARTIAL
    return refused[0]
