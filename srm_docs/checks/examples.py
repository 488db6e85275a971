"""Run the examples in a check's docstring: YAML rows in, the status that the check gives them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import yaml

from srm_docs.checks.call import Call
from srm_docs.checks.docstring import Example
from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Given, Row
from srm_docs.checks.verdict import observe, settle

AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""The time of reading in every example, so that ages can be written down."""


def row_of(call: Call, fields: Mapping[str, Any] | str) -> Row:
    """A row as an example writes it: a mapping (with `_parent`, `_region`, `_name` if needed) or `absent`."""
    absent = fields == "absent"
    plain = {} if isinstance(fields, str) else {k: v for k, v in fields.items() if not k.startswith("_")}
    meta: Mapping[str, Any] = {} if isinstance(fields, str) else fields
    region = GLOBAL if call.scope is Scope.ACCOUNT else meta.get("_region", "eu-west-1")
    parent = row_of(call.per, meta.get("_parent", {})) if call.per else None
    return Row(
        fields=plain,
        name=str(meta.get("_name", "example")),
        place=Place(account="111122223333", region=region),
        parent=parent,
        absent=(call.absent[0] if call.absent else "Absent") if absent or meta.get("_absent") else "",
    )


def status_of(check: Check, example: Example, given: Given | None = None) -> Status:
    """How the check judges the example."""
    given = given or Given(as_of=AS_OF)
    data = yaml.safe_load(example.yaml)
    if check.quantifier is Quantifier.WHOLE:
        unnamed = set(data) - {c.id for c in check.calls}
        if unnamed:
            msg = f"{check.id}: the example names {sorted(unnamed)}, which the check does not read"
            raise ValueError(msg)
        rows = [tuple(row_of(c, r) for r in data.get(c.id) or ()) for c in check.calls]
    else:
        rows = [(row_of(check.call, data),)]
    return settle(check, observe(check, rows, given), refused=False)[0]
