"""What a second count is: a call whose rows are counted, and calls in which AWS itself states how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from srm_docs.checks.call import Call
from srm_docs.checks.row import Row


def every(_row: Row) -> bool:
    """All rows of the list count."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCount:
    """One list that can be reconciled.

    id       stable: `iam-users`
    subject  what is counted, for a reader: `IAM users`
    listed   the call whose rows are counted
    stated   the calls that state the number, the one that a reader looks up first
    number   the rows of `stated`, a sequence a call, in; AWS's number out, or None where AWS states none here
    counts   which listed rows AWS's number is about; NotAnswered where a row does not say
    """

    id: str
    subject: str
    listed: Call
    stated: tuple[Call, ...]
    number: Callable[..., int | None]
    counts: Callable[[Row], bool] = every


def first_number(values: Iterable[object]) -> int | None:
    """The first whole number among what AWS said; text or a broken number states nothing."""
    return next((one for one in values if isinstance(one, int) and not isinstance(one, bool)), None)


def field_of(name: str) -> Callable[[Sequence[Row]], int | None]:
    """The number in field `name` of the one row that states it; None where AWS leaves it out."""

    def number(rows: Sequence[Row]) -> int | None:
        return first_number(row.get(name) for row in rows)

    return number
