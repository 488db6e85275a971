"""What a packet states and what follows: two bodies of findings.json or coverage.json in, differences out. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SECTIONS: Final = {
    "checks": ("check", "id"),
    "reports": ("report", "id"),
    "responsibilities": ("responsibility", "id"),
    "requirements": ("requirement", "framework id"),
    "comparisons": ("second count", "id place"),
}
"""The lists of findings.json: what one item is, and the fields that tell it from others."""
_FIRST: Final = ("status", "statement", "state")
_EACH: Final = 5
_CUT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something the packet states that does not follow from what it carries. `judged` is what follows."""

    subject: str
    stated: str
    judged: str


def differences(stated: Any, judged: Mapping[str, Any]) -> Iterator[Difference]:
    """Each difference, in the order of the sections; of one check or requirement the first five, the verdict first."""
    if not isinstance(stated, dict):
        yield Difference(subject="findings.json", stated="something other than findings", judged="findings")
        return
    for section, (what, fields) in SECTIONS.items():
        items = stated.get(section)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            yield Difference(subject=f"findings.json, {section}", stated="not a list", judged="a list")
            continue
        yield from _section(what, fields.split(), items, judged[section])


def ledger_differences(stated: Any, judged: Mapping[str, Any]) -> Iterator[Difference]:
    """Each row of the coverage ledger that differs, and each total. Both are bodies of coverage.json."""
    if not isinstance(stated, dict):
        yield Difference(subject="coverage.json", stated="something other than a ledger", judged="a ledger")
        return
    rows = stated.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Difference(subject="coverage.json, rows", stated="not a list", judged="a list")
        return
    yield from _section("coverage", ["call", "account", "region"], rows, judged["rows"])
    for at, one, other in _walk(stated.get("totals"), judged["totals"], ", totals"):
        yield Difference(subject=f"coverage.json{at}", stated=_text(one), judged=_text(other))


def _section(
    what: str, fields: list[str], stated: list[dict[str, Any]], judged: list[dict[str, Any]]
) -> Iterator[Difference]:
    said = [(_name(item, fields), item) for item in stated]
    due = {_name(item, fields): item for item in judged}
    known = dict(said)
    for name in sorted({*known, *due}):
        if name not in known:
            yield Difference(subject=f"{what} {name}", stated="not stated", judged=_verdict(due[name]))
        elif name not in due:
            yield Difference(subject=f"{what} {name}", stated=_verdict(known[name]), judged="there is none")
        else:
            found = sorted(_walk(known[name], due[name], ""), key=lambda leaf: leaf[0].strip(",. ") not in _FIRST)
            for at, one, other in found[:_EACH]:
                yield Difference(subject=f"{what} {name}{at}", stated=_text(one), judged=_text(other))
            if len(found) > _EACH:
                more = f"{len(found) - _EACH} more differences"
                yield Difference(subject=f"{what} {name}", stated=more, judged="")
    if len(known) != len(said):
        yield Difference(subject=f"findings.json, {what}", stated="one of them twice", judged="each once")
    elif [name for name, _ in said if name in due] != [name for name in due if name in known]:
        yield Difference(subject=f"findings.json, {what}", stated="in another order", judged="in order")


def _name(item: Mapping[str, Any], fields: list[str]) -> str:
    return " ".join(_text(item.get(field), quoted=False) for field in fields)


def _verdict(item: Mapping[str, Any]) -> str:
    return next((_text(item[key], quoted=False) for key in _FIRST if key in item), "stated")


def _walk(one: Any, other: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Every leaf that differs: where, what is stated, what was judged."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _walk(one.get(key, _NONE), other.get(key, _NONE), f"{at}, {key}" if at else f", {key}")
    elif isinstance(one, list) and isinstance(other, list):
        named, due = _by_place(one), _by_place(other)
        if named is not None and due is not None and list(named) == list(due):
            for place in named:
                yield from _walk(named[place], due[place], f"{at} {place}")
        elif len(one) != len(other):
            yield at, f"{len(one)} of them", f"{len(other)} of them"
        else:
            for number, (left, right) in enumerate(zip(one, other, strict=True), 1):
                yield from _walk(left, right, f"{at} {number}")
    elif type(one) is not type(other) or one != other:
        yield at, one, other


def _by_place(items: list[Any]) -> dict[str, Any] | None:
    if not all(isinstance(item, dict) and isinstance(item.get("place"), str) for item in items):
        return None
    found = {item["place"]: item for item in items}
    return found if len(found) == len(items) else None


class _Nothing:
    pass


_NONE: Final = _Nothing()


def _text(value: Any, *, quoted: bool = True) -> str:
    if value is _NONE:
        return "nothing"
    text = value if isinstance(value, str) and (value or not quoted) else json.dumps(value, sort_keys=True)
    return text if len(text) <= _CUT else f"{text[:_CUT]} …"
