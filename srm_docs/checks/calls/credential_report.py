"""IAM's credential report: a reply with CSV in, one mapping a user out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

_NOTHING = frozenset({None, "", "N/A", "no_information", "not_supported"})
_WORDS = {"true": True, "false": False}


def credential_rows(page: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The users of a report in AWS's order, by AWS's column names.

    true and false become booleans and times become aware datetimes. A column whose value AWS does not know
    (`N/A`, `no_information`, `not_supported`) is left out, as it is in AWS's JSON replies. A reply that is no report
    is one row without fields: it answers nothing, which is not the same as having no users.
    """
    content = page.get("Content", b"")
    text = content.decode("utf-8", "replace") if isinstance(content, bytes | bytearray) else str(content)
    report = csv.DictReader(io.StringIO(text, newline=None), restkey="")
    try:
        if "user" not in (report.fieldnames or ()):
            return ({},)
        return tuple(
            {column: _value(said) for column, said in row.items() if column and said not in _NOTHING} for row in report
        )
    except csv.Error:
        return ({},)


def _value(said: Any) -> Any:
    if said in _WORDS:
        return _WORDS[said]
    try:
        moment = dt.datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return said
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
