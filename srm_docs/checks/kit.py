"""The decorator that turns a function on one row into a check: function in, `Check` out.

    @check("monitoring-logging.enable-analyze-logs", each=TRAILS, none=unmet("No trail records this account."))
    def trails_sign_their_files(trail: Row) -> Observation:
        \"\"\"Every trail signs the log files it delivers.

        Without digest files, an edited log cannot be told from a true one.

        Remedy: Turn on log file validation for the trail.

        Met:   {LogFileValidationEnabled: true}
        Unmet: {LogFileValidationEnabled: false}
        \"\"\"

It returns a value and registers nothing; `discover` finds the values.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from srm_docs.checks.call import Call
from srm_docs.checks.docstring import Doc, read
from srm_docs.checks.observation import Observation
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.place import Scope


class Quantifier(StrEnum):
    """How many rows must be met."""

    EACH = "each"
    SOME = "some"
    WHOLE = "whole"


class Severity(StrEnum):
    """How much a deviation matters, in management's own scale; it orders lists and decides nothing."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """One question about the evidence, and how to judge it.

    id         the function's name: a promise, frozen in tests/check_ids.txt
    bullets    the customer (or shared AWS) responsibilities it tests, full ids
    calls      what it reads; one call for each= and some=
    none       the observation where there is no row at all (or none that applies)
    scope      where a verdict is settled: per region or per account
    counts     what one judged thing is, and many: those of its first call unless the check judges something else
    """

    id: str
    bullets: tuple[str, ...]
    quantifier: Quantifier
    calls: tuple[Call, ...]
    none: Observation
    scope: Scope
    severity: Severity
    parameters: tuple[Parameter, ...]
    counts: tuple[str, str]
    doc: Doc
    judge: Callable[..., Any]
    wants_given: bool

    @property
    def title(self) -> str:
        """One sentence that is true when the check is met."""
        return self.doc.title

    @property
    def call(self) -> Call:
        """The call whose rows are the population."""
        return self.calls[0]


def check(
    *bullets: str,
    each: Call | None = None,
    some: Call | None = None,
    whole: Sequence[Call] | None = None,
    none: Observation,
    severity: Severity | str = Severity.MEDIUM,
    scope: Scope | None = None,
    parameters: Sequence[Parameter] = (),
    counts: tuple[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Check]:
    """Make a check of a function that judges one row (each=, some=) or the rows of several calls (whole=).

    none= is required, because "there is nothing" is the classic false pass: the author says what it means.
    scope= is the call's own unless said otherwise; an account-wide verdict sees the rows of all regions.
    counts= names what is judged where that is not the first call's rows: ("principal", "principals").
    """
    given = [(q, c) for q, c in zip(Quantifier, (each, some, whole), strict=True) if c is not None]
    if len(given) != 1:  # that it names a responsibility is for lint to say, with file and line
        msg = "a check names exactly one of each=, some=, whole="
        raise TypeError(msg)
    quantifier, named = given[0]
    calls = (named,) if isinstance(named, Call) else tuple(named)
    widest = Scope.ACCOUNT if all(c.scope is Scope.ACCOUNT for c in calls) else Scope.REGION
    settled = scope or widest
    if settled is Scope.REGION and widest is Scope.ACCOUNT:
        msg = "a call that is asked once an account cannot be settled in a region"
        raise TypeError(msg)

    def make(judge: Callable[..., Any]) -> Check:
        wants_given = "given" in inspect.signature(judge).parameters
        return Check(
            id=judge.__name__,
            bullets=bullets,
            quantifier=quantifier,
            calls=calls,
            none=none,
            scope=settled,
            severity=Severity(severity),
            parameters=tuple(parameters),
            counts=counts or (calls[0].noun, calls[0].nouns),
            doc=read(judge.__name__, judge.__doc__),
            judge=judge,
            wants_given=wants_given,
        )

    return make
