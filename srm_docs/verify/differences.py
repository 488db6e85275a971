"""What a packet states and what follows: two bodies of one of its JSON files in, every difference out. Pure.

A file is compared whole: the lists whose items have names item by item, everything else field by field, and at last
the bytes, for the same facts in another form are not what was sealed either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from srm_docs.seal.manifest import strict_json

LISTS: Final = {
    "checks": ("check", "id"),
    "reports": ("report", "id"),
    "responsibilities": ("responsibility", "id"),
    "requirements": ("requirement", "framework id"),
    "comparisons": ("second count", "id place"),
    "rows": ("coverage", "call account region"),
    "entries": ("evidence", "evidence_id"),
    "files": ("file", "path"),
}
"""The lists of all files, by key: what one item is, and the fields that tell it from others."""
_FIRST: Final = ("status", "statement", "state")
_EACH: Final = 5
_CUT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something the packet states that does not follow from what it carries. `judged` is what follows."""

    subject: str
    stated: str
    judged: str


def file_differences(name: str, stated: bytes, due: bytes) -> Iterator[Difference]:
    """Each difference between a JSON file as it is and as it should be."""
    if stated == due:
        return
    try:
        said = strict_json(stated)
    except ValueError as fault:
        yield Difference(subject=name, stated=f"what {fault}", judged="a file that can be read")
        return
    found = list(differences(name, said, json.loads(due)))
    yield from found or [
        Difference(subject=name, stated="the same in another form", judged="the form that srm-docs writes")
    ]


def differences(name: str, stated: Any, judged: Mapping[str, Any]) -> Iterator[Difference]:
    """Each difference; of one item of a list the first five, the verdict first."""
    if not isinstance(stated, dict):
        yield Difference(subject=name, stated="not a table", judged="a table")
        return
    known = [key for key in LISTS if _is_list(judged.get(key))]
    for key in known:
        what, fields = LISTS[key]
        items = stated.get(key)
        if not _is_list(items):
            yield Difference(subject=f"{name}, {key}", stated="not a list", judged="a list")
            continue
        yield from _section(name, what, fields.split(), items, judged[key])
    rest, due = ({key: value for key, value in one.items() if key not in known} for one in (stated, judged))
    for at, one, other in _walk(rest, due, ""):
        yield Difference(subject=f"{name}{at}", stated=_text(one), judged=_text(other))


def _is_list(items: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _section(
    file: str, what: str, fields: list[str], stated: list[dict[str, Any]], judged: list[dict[str, Any]]
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
        yield Difference(subject=f"{file}, {what}", stated="one of them twice", judged="each once")
    elif [name for name, _ in said if name in due] != [name for name in due if name in known]:
        yield Difference(subject=f"{file}, {what}", stated="in another order", judged="in order")


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
