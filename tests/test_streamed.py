"""JSON item by item: the bytes and the values are those of the whole, and the whole is never there."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.evidence import streamed
from srm_docs.evidence.streamed import Each, pieces, read_table

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
TABLES = st.dictionaries(TEXTS, VALUES, max_size=5)


def whole(data: Any) -> bytes:
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


@given(TABLES)
def test_what_is_written_item_by_item_is_what_the_whole_would_be(data: dict[str, Any]) -> None:
    assert b"".join(pieces(data)) == whole(data)
    assert b"".join(pieces({**data, "items": Each(lambda: iter([data, [data]]))})) == whole(
        {**data, "items": [data, [data]]}
    )


def inner(item: dict[str, Any]) -> dict[str, Any]:
    return {
        key: Each(lambda value=value: iter(value)) if isinstance(value, list) else value for key, value in item.items()
    }


@given(st.dictionaries(TEXTS, st.lists(TABLES, max_size=3), min_size=1, max_size=3))
def test_a_list_within_an_item_may_be_written_so_too(data: dict[str, Any]) -> None:
    lazily = {key: Each(lambda items=items: map(inner, items)) for key, items in data.items()}
    assert b"".join(pieces(lazily)) == whole(data)


@given(TABLES, st.lists(VALUES, max_size=4), st.sampled_from([None, 1, 2, 3, 5, 64]))
def test_what_is_read_item_by_item_is_what_the_whole_holds(data: dict[str, Any], items: list[Any], step: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if step:
            patch.setattr(streamed, "_STEP", step)
        seen: list[Any] = []
        rest = {key: value for key, value in data.items() if key != "items"}
        for ascii_ in (True, False):
            seen.clear()
            text = json.dumps({**rest, "items": items}, ensure_ascii=ascii_).encode()
            assert read_table(text, {"items": seen.append}) == {**rest, "items": []}
            assert seen == items


@pytest.mark.parametrize("step", range(1, 40))
@pytest.mark.parametrize("number", ["1.5", "0.25", "-12.75", "1e5", "2E+12", "3.25e-07", "-0.0", "7"])
def test_a_number_is_read_whole_wherever_it_is_split(number: str, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "_STEP", step)
    seen: list[Any] = []
    found = read_table(
        f'{{"n": {number}, "items": [{number},{number} ], "m":{number}}}'.encode(), {"items": seen.append}
    )
    value = json.loads(number)
    assert (found, seen) == ({"n": value, "items": [], "m": value}, [value, value])
    assert repr(read_table(number.encode(), {})) == repr(value)


@pytest.mark.parametrize("step", [1, 1 << 20])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": 1', "delimiter in line 1"), (b'{"a"\n 1}', "delimiter in line 2"), (b"{1: 2}", "property name"),
        (b'{"items": [1, 2', "delimiter"), (b'{"items": [1,\n\nx]}', "line 3"), (b'{"a": 1} x', "Extra data"),
        (b'{"a": 1, "a": 2}', "twice"), (b"", "Expecting value"), (b'{"a": "\xff"}', "utf-8"),
        (b'{"a": ' + b"[" * 100_000, "nested"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_said_to_be_none(body: bytes, said: str, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "_STEP", step)
    with pytest.raises(ValueError, match=said):
        read_table(body, {"items": lambda _: None})


def test_what_is_no_table_or_no_list_is_given_back() -> None:
    for body in (b"[1, 2]", b"7", b'"x"', b'{"items": {"a": 1}}', b'{"items": null}', b"{}"):
        assert read_table(body, {"items": lambda _: None}) == json.loads(body)


def peak(work: Callable[[], object]) -> int:
    work()  # what is made once is no matter of size
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def item(number: int) -> Mapping[str, Any]:
    return {"id": f"{number:032x}", "note": "x" * 8_000}


def test_four_times_the_items_take_no_more_memory_to_write() -> None:
    def write(count: int) -> None:
        inner = {"places": Each(lambda: map(item, range(count)))}
        for _ in pieces({"checks": Each(lambda: iter([inner])), "schema": "x"}):
            pass

    assert peak(lambda: write(3_000)) < 1.2 * peak(lambda: write(750))


def test_four_times_the_items_take_no_more_memory_to_read() -> None:
    bodies = {count: whole({"items": list(map(item, range(count)))}) for count in (750, 3_000)}

    def read(count: int) -> None:
        seen: Iterator[Any] = iter(range(count))
        read_table(bodies[count], {"items": lambda _: next(seen)})

    assert peak(lambda: read(3_000)) < 1.2 * peak(lambda: read(750))
