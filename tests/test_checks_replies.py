"""Every check fed with whatever replies botocore's models allow: an answer always, met never by what was not said.

The replies are asked for and judged on the real way: planner, runner, canonical form, gatherer, judge. Watched mappings
tell which fields a check insisted on in vain. Then four laws hold:

no crash        there is a verdict; without nulls, all that a check itself may say is that a field is not in the reply
nothing unsaid  what misses a field that the check insists on is not met
no denial       what a refusal leaves open is met only where one met thing is enough
deterministic   the same replies are judged the same, in any process
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Observation, Status, met, unmet
from srm_docs.checks.place import Place
from srm_docs.checks.row import NotAnswered, Row
from srm_docs.collect.answer import Answer, Refusal, State
from srm_docs.collect.run import collect
from srm_docs.collect.scope import AccountScope
from srm_docs.evidence import canonical
from srm_docs.evidence.entry import Header
from srm_docs.findings.judge import Finding, judge
from tests import aws_replies
from tests.aws_replies import Replies
from tests.each import of_each
from tests.replay import Inline, Kept

FEW, MANY = 4, 60
"""Replies a check is fed with: in every run, and in the slow one."""
CHECKS = discover.checks()
ACCOUNT = "111122223333"
HEADER = Header(
    id="2026-01-01T000000Z-000000", began=aws_replies.AS_OF, ended=aws_replies.AS_OF, tool_version="0", demo=False,
    catalog_digest="0" * 64, calls=(), accounts=(AccountScope(
        id=ACCOUNT, name="", partition="aws", caller_arn="", entered=True, refusal=None, regions=("eu-west-1",),
        left_out=(), regions_listed=True),),
)  # fmt: skip
DENIED = Refusal(state=State.DENIED, code="AccessDenied", message="no", http_status=403)


class Watched(dict[Any, Any]):
    """A mapping that tells which of its fields were insisted on and are not there."""

    missed: ClassVar[list[str]] = []

    def __missing__(self, key: Any) -> Any:
        self.missed.append(str(key))
        raise KeyError(key)


def watched(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Watched({key: watched(item) for key, item in value.items()})
    return [watched(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Chance:
    """Implements Ask: nine whole replies in ten; else the code that means "off", or a refusal after a page or none."""

    replies: Replies

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        if self.replies.one_in(20):
            return Answer(refusal=DENIED)
        if call.absent and self.replies.one_in(10):
            return Answer(absent=self.replies.choice(call.absent).partition(":")[0])
        written = canonical.encode(self.replies.pages(call))  # and read again, as it is when it was kept
        return Answer(pages=tuple(canonical.decode(written)), refusal=DENIED if self.replies.one_in(20) else None)

    def release(self, service: str) -> None:
        pass


def asked(check: Check, replies: Replies) -> Kept:
    kept = Kept(header=HEADER)
    collect(check.calls, {ACCOUNT: ("eu-west-1",)}, ask=Chance(replies), keep=kept, executor=Inline())
    return kept


def verdicts(check: Check, kept: Kept) -> tuple[Finding, ...]:
    (result,) = judge([check], kept, {})
    return result.findings


def watching(check: Check, *, nulls: bool) -> Check:
    """The check, which tells of itself what it must not do."""

    def listen(*rows: Any, **given: Any) -> tuple[Observation, ...]:
        Watched.missed.clear()
        try:
            said = check.judge(*rows, **given)
            found = (said,) if isinstance(said, Observation) else tuple(said)
        except (NotAnswered, KeyError):
            raise
        except Exception as fault:
            if not nulls:
                raise Broken(f"{type(fault).__name__}: {fault}") from fault
            raise
        if Watched.missed and {o.status for o in found} == {Status.MET}:
            raise Broken(f"is met without {Watched.missed}")
        return found

    return replace(check, judge=listen)


class Broken(BaseException):
    """A law is broken. The judge must not take it for a reply that it cannot read."""


def breach(check: Check, seed: int) -> None:
    """Fail where the check breaks a law with the replies of this seed."""
    replies = Replies(f"{check.id} {seed}", nulls=seed % 2 == 1)
    kept = asked(check, replies)
    findings = verdicts(check, kept)
    for finding in findings:
        enough = check.quantifier is Quantifier.SOME
        assert not finding.gaps or finding.status is not Status.MET or enough, f"is met with {finding.gaps}"
    seen = replace(kept, bodies={key: tuple(map(watched, pages)) for key, pages in kept.bodies.items()})
    try:
        again = verdicts(watching(check, nulls=replies.nulls), seen)
    except Broken as broken:
        raise AssertionError(str(broken)) from broken
    assert again == findings, "is judged otherwise the second time"


def fed(check: Check, examples: int) -> None:
    @settings(max_examples=examples, database=None, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(st.integers(0, 2**32))
    def feed(seed: int) -> None:
        breach(check, seed)

    feed()


@of_each(CHECKS)
def test_whatever_is_replied_there_is_a_verdict_and_never_met_by_what_was_not_said(check: Check) -> None:
    fed(check, FEW)


@pytest.mark.slow
@of_each(CHECKS)
def test_very_many_replies(check: Check) -> None:
    fed(check, MANY)


def told() -> str:
    """A digest of every verdict on one set of replies."""
    said = [repr(verdicts(c, asked(c, Replies(c.id, nulls=True)))) for c in CHECKS]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def test_another_process_judges_the_same() -> None:
    """Sets and mappings are walked in another order there."""
    root = Path(__file__).parent.parent
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "7"}
    code = "from tests.test_checks_replies import told; print(told())"
    other = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == told()


# ---- the test of tests ------------------------------------------------------------------------------------------


def _trips(volume: Row) -> Observation:
    return met("") if volume.fields["Attachments"][7] else unmet("")


def _passes_over_what_is_missing(volume: Row) -> Observation:
    with contextlib.suppress(KeyError):
        return met("") if volume.fields["Encrypted"] else unmet("")
    return met("")


def _says_something_else_each_time(volume: Row) -> Observation:
    return met(str(next(_COUNTER)))


_COUNTER = itertools.count()


@pytest.mark.parametrize("broken", [_trips, _passes_over_what_is_missing, _says_something_else_each_time])
def test_a_broken_check_breaks_a_law(broken: Callable[[Row], Observation]) -> None:
    whole = next(c for c in CHECKS if c.id == "volumes_are_encrypted")
    with pytest.raises(AssertionError):
        fed(replace(whole, judge=broken), 60)


def test_chance_reaches_every_status() -> None:
    """Replies of which all came to nothing would prove nothing."""
    found = Counter(
        f.status for c in CHECKS for n in range(2) for f in verdicts(c, asked(c, Replies(f"{c.id} {n}", nulls=False)))
    )
    assert min(found[status] for status in Status) > len(CHECKS) / 10, found
