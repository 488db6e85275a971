"""One thing that AWS described, as a check sees it: reply fields in, an answer or `NotAnswered` out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from srm_docs.checks.call import find
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.place import Place
from srm_docs.dates import day


class NotAnswered(LookupError):
    """A check asked for a field that this reply does not hold: the verdict on the row is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A resource or a setting: `row["Field"]` insists on an answer, `row.get("Field")` says that absence is a fact.

    name      the resource's name for a reader      place    where it was read
    parent    the row this one was asked for, if any
    absent    the AWS error code that means "off" (then there are no fields), else ""
    evidence  the evidence id of the reply that holds it
    """

    fields: Mapping[str, Any]
    name: str
    place: Place
    parent: Row | None = None
    absent: str = ""
    evidence: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        """The field's value; `NotAnswered` where the reply does not hold it."""
        try:
            return self.fields[key]
        except KeyError:
            raise NotAnswered(key) from None

    def at(self, path: str) -> Any:
        """What a JMESPath finds in the fields (below the first level too); `NotAnswered` where it finds nothing."""
        found = find(path, self.fields)
        if found is None:
            raise NotAnswered(path)
        return found

    def get(self, key: str, default: Any = None) -> Any:
        """The field's value or `default`, for fields that AWS leaves out on purpose."""
        return self.fields.get(key, default)

    def __contains__(self, key: str) -> bool:
        """Whether the reply holds the field."""
        return key in self.fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a check may know besides its rows: the time of reading, the organization's parameters and its accounts.

    accounts  ids of the accounts that were to be read, entered or not: they are the organization's own
    """

    as_of: dt.datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()

    def __getitem__(self, parameter: Parameter) -> Any:
        """The value in force of a parameter: the organization's, else the default."""
        return self.values.get(parameter.id, parameter.default)

    def days_since(self, moment: dt.datetime | str) -> int:
        """Whole days from `moment` (a time or ISO 8601 text) to the time of reading; `NotAnswered` for other text."""
        return (self.as_of - _moment(moment)).days

    def day(self, moment: dt.datetime | str) -> str:
        """`3 July 2026`, the day of `moment` in UTC: what was counted in days is printed with its date."""
        return day(_moment(moment).astimezone(dt.UTC))


def _moment(value: dt.datetime | str) -> dt.datetime:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            raise NotAnswered(f"a date in {value!r}") from None
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
