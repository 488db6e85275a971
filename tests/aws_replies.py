"""Replies that botocore's models allow, by chance: a seed and a call in, the pages of one such reply out.

A member of a reply that no check's source names cannot matter to one and is left out, or chance would spend itself on
it. What a member may hold is what its model allows, and what the checks' own examples say of it, so that
deep conditions are reached too: policies, CIDRs and dates are text to the model.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

import srm_docs.checks
from srm_docs.checks import discover
from srm_docs.checks.call import Call
from tests.aws_models import comes_in_pages, model_of

MANY = 40
"""Elements of a long list."""
AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

_EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_TEXTS = (
    "", "*", "0", "-1", "443", "true", "null", "[]", "{}", "{garbled", "x" * 3000, "\u202ethgir ot tfel",
    "ü–漢字🔑\u0000\u001b[31m", "arn:aws:iam::111122223333:root", "arn:aws:s3:::a", "arn:", "111122223333",
    "10.0.0.0/8", "0.0.0.0/0", "::/0",
    "10.0.0.1", "2025-12-31T02:00:00Z", "2025-12-31", "December 31", "[redacted:declared:00]", "5.7.mysql_aurora.2.11",
    json.dumps({"Statement": [_EVERYONE]}), json.dumps({"Statement": [None, 7, {"Principal": {"AWS": None}}]}),
)  # fmt: skip
_REPORT = b"user,arn,mfa_active\n<root_account>,arn:aws:iam::111122223333:root,true\nann,N/A,yesterday,more\n"
_MOMENTS = (
    AS_OF, dt.datetime(2025, 12, 31, 2, tzinfo=dt.UTC), dt.datetime(2019, 2, 28, tzinfo=dt.UTC),
    dt.datetime(2031, 1, 1, tzinfo=dt.UTC), dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC), dt.datetime(1, 1, 1, tzinfo=dt.UTC),
)  # fmt: skip
_DOCUMENTS = (
    {"Statement": _EVERYONE},
    {"Statement": [{**_EVERYONE, "Condition": {"StringEquals": "x"}}]},
    {},
    [],
    None,
    "x",
)


@cache
def _words() -> frozenset[str]:
    """Every word in the sources of the checks and their calls."""
    sources = Path(srm_docs.checks.__file__).parent.rglob("*.py")
    return frozenset(word for source in sources for word in re.findall(r"\w+", source.read_text("utf-8")))


@cache
def _said() -> Mapping[str, tuple[Any, ...]]:
    """What the examples of the checks say, by the name of the field that holds it."""
    found: dict[str, list[Any]] = {}
    for check in discover.checks():
        for example in check.doc.examples:
            for name, value in _fields(yaml.load(example.yaml, yaml.CSafeLoader)):
                if value not in found.setdefault(name, []):
                    found[name].append(value)
    return {name: tuple(values) for name, values in found.items()}


def _fields(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            for item in value if isinstance(value, list) else [value]:
                yield str(name), item
            yield from _fields(value)
    elif isinstance(data, list):
        for item in data:
            yield from _fields(item)


class Replies:
    """Whatever AWS may reply, as one source of chance has it: the same seed, the same replies.

    `nulls`: JSON lets a list hold null, and botocore lets that through; of a structure it drops what is null.
    """

    def __init__(self, seed: int | str, *, nulls: bool) -> None:
        self.nulls = nulls
        self._chance = random.Random(seed)

    def pages(self, call: Call) -> tuple[Mapping[str, Any], ...]:
        """One page of a reply, sometimes two where it may be continued."""
        return tuple(self._page(call) for _ in range(2 if self.one_in(3) and comes_in_pages(call) else 1))

    def one_in(self, number: int) -> bool:
        """Whether it is one of so many times."""
        return self._chance.randrange(number) == 0

    def choice(self, among: Sequence[Any]) -> Any:
        """One of them."""
        return self._chance.choice(among)

    def _page(self, call: Call) -> Mapping[str, Any]:
        model = model_of(call)
        nulls = self.nulls and model.service_model.resolved_protocol in ("json", "rest-json")
        page: Mapping[str, Any] = self._of(model.output_shape, "", nulls, ()) if model.output_shape else {}
        return page

    def _of(self, shape: Shape, name: str, nulls: bool, within: tuple[str, ...]) -> Any:
        if getattr(shape, "is_document_type", False):
            return self.choice(_DOCUMENTS)
        if isinstance(shape, StructureShape):
            return self._structure(shape, nulls, within)
        if isinstance(shape, ListShape):
            if shape.member.name in within:
                return []
            items = [self._item(shape.member, name, nulls, within) for _ in range(self.choice((0, 1, 1, 2, 3)))]
            return items * MANY if self.one_in(12) else items
        if isinstance(shape, MapShape):
            names = self._chance.sample(_keys(name), k=self.choice((0, 1, 2, 3)))
            return {key: self._item(shape.value, key, nulls, within) for key in names}
        return self._scalar(shape, name)

    def _structure(self, shape: StructureShape, nulls: bool, within: tuple[str, ...]) -> dict[str, Any]:
        """Every member, or all but some: a reply that lacks half of everything would prove little of the rest."""
        names = [n for n, m in shape.members.items() if n in _words() and m.name not in within]
        lacking = self._chance.sample(names, k=min(len(names), self.choice((0, 0, 0, 1, 2))))
        inside = (*within, shape.name)
        return {n: self._of(shape.members[n], n, nulls, inside) for n in names if n not in lacking}

    def _item(self, shape: Shape, name: str, nulls: bool, within: tuple[str, ...]) -> Any:
        return None if nulls and self.one_in(8) else self._of(shape, name, nulls, within)

    def _scalar(self, shape: Shape, name: str) -> Any:
        said, kind = _said().get(name, ()), shape.type_name
        if isinstance(shape, StringShape) and shape.enum:
            return "a-value-of-next-year" if self.one_in(12) else self.choice(shape.enum)
        if shape.name == "policyDocumentType":  # botocore hands over IAM's documents read, or the text if it cannot
            return self.choice([*_DOCUMENTS, *(v for v in said if isinstance(v, Mapping)), "{garbled"])
        if kind in ("string", "character"):
            texts = [json.dumps(v) if isinstance(v, Mapping) else v for v in said if isinstance(v, Mapping | str)]
            return self.choice(_TEXTS) if self.one_in(4) or not texts else self.choice(texts)
        if kind == "boolean":
            return self.one_in(2)
        if kind in ("integer", "long"):
            numbers = [v for v in said if isinstance(v, int) and not isinstance(v, bool)]
            return self.choice([*numbers, 0, 1, -1, 22, 443, 65535, 2**31 - 1])
        if kind in ("float", "double"):
            return self.choice((0.0, 1.0, 99.5, -0.5, 1e308, math.nan, math.inf))
        if kind == "timestamp":
            return self.choice(_MOMENTS)
        assert kind == "blob", f"a shape of a new kind: {kind}"
        return self.choice((b"", b"{}", b"\xff\x00\xfe", _REPORT, *(t.encode() for t in _TEXTS)))


@cache
def _keys(name: str) -> list[str]:
    """Names that the examples use within a field, and two that nobody knows."""
    known = {key for said in _said().get(name, ()) if isinstance(said, Mapping) for key in said}
    return sorted({*known, "a", "ü", "Name"})
