"""Laws of the canonical form: what is written is read back, and written again gives the same bytes."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.evidence import canonical

ZONES = st.one_of(st.none(), st.builds(dt.timezone, st.timedeltas(dt.timedelta(hours=-14), dt.timedelta(hours=14))))
# An offset of half a second exists in no zone of the world, and ISO 8601 has no sign for it.
WHOLE = ZONES.map(lambda zone: zone and dt.timezone(dt.timedelta(minutes=zone.utcoffset(None).total_seconds() // 60)))
TEXT = st.one_of(
    st.text(st.characters(), max_size=8),
    st.sampled_from(
        ["$", "$$", "$int", "$key:1", "\ud800", "\\ud800", "\ud83d\ude00", "\U0001f600", "\uffee", "\x7f\x00"]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**52, max_value=2**54),
    st.floats(allow_nan=False),
    TEXT,
    st.binary(max_size=8),
    st.dates(),
    st.datetimes(timezones=WHOLE),
)
KEYS = st.one_of(TEXT, st.integers(), st.none(), st.dates(), st.binary(max_size=3))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    body = canonical.encode(value)
    assert canonical.decode(body) == value
    assert canonical.encode(canonical.decode(body)) == body


@given(VALUES)
def test_fast_and_reference_encoders_agree(value: Any) -> None:
    data = canonical.to_json(value)
    assert canonical.dumps(data) == rfc8785.dumps(data)
    assert canonical.encode(value) == rfc8785.dumps(data)
    assert canonical.from_json(data) == value


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | TEXT
    | st.binary(max_size=8)
    | st.datetimes(timezones=WHOLE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("$aZ0~", max_size=4), inner, max_size=6),
    max_leaves=12,
)


@given(PLAIN)
def test_what_aws_says_most_is_written_as_the_reference_writes_it(value: Any) -> None:
    assert canonical.encode(value) == rfc8785.dumps(canonical.to_json(value))


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_hostile_bytes_are_a_value_error(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        canonical.decode(body)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (
            dt.datetime(2026, 11, 23, 21, 8, 5, 250000, dt.timezone(dt.timedelta(hours=1))),
            '{"$datetime":"2026-11-23T20:08:05.250000Z"}',
        ),
        (dt.datetime(2026, 11, 23, 20, 8, 5), '{"$datetime":"2026-11-23T20:08:05"}'),  # noqa: DTZ001 - the point
        (dt.date(2026, 11, 23), '{"$date":"2026-11-23"}'),
        (b"\x00\xff", '{"$bytes":"AP8="}'),
        (2**53, '{"$int":"9007199254740992"}'),
        (2**53 - 1, "9007199254740991"),
        (math.inf, '{"$float":"Infinity"}'),
        (math.nan, '{"$float":"NaN"}'),
        ("a\\\ud800", '{"$surrogates":"a\\\\\\\\\\\\ud800"}'),
        ({"$ref": 1, 7: 2}, '{"$$ref":1,"$key:7":2}'),
        ({"$int": "1"}, '{"$$int":"1"}'),
        (1e20, "100000000000000000000"),
        ({"\ufb33": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufb33":1}'),
    ],
)
def test_the_table(value: Any, written: str) -> None:
    assert canonical.encode(value).decode() == written
    back = canonical.decode(written.encode())
    assert back == value or (math.isnan(back) and math.isnan(value))


def test_the_docstring_shows_the_table_that_is_in_force() -> None:
    for name in canonical._READERS:
        assert f'{{"{name}"' in (canonical.__doc__ or "")


def test_aware_times_come_back_in_utc() -> None:
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    assert canonical.decode(canonical.encode(noon)).tzinfo is dt.UTC


def test_words_of_an_enum_are_written_as_text() -> None:
    class Word(StrEnum):
        ONE = "one"

    assert canonical.encode({"a": Word.ONE}) == b'{"a":"one"}'


@pytest.mark.parametrize("value", [{1, 2}, object(), {(1, 2): 3}, 1j])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="evidence cannot hold"):
        canonical.encode(value)


def test_keys_that_would_become_one_are_refused() -> None:
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="same canonical form"):
        canonical.encode({noon: 1, math.nan: 2, float("nan"): 3})


@pytest.mark.parametrize(
    "body", [b"NaN", b'{"$datetime":"yesterday"}', b'{"$else":1}', b'{"$key:[]":1}', b'{"$int":[]}', b"[" * 100_000]
)
def test_forms_outside_the_table_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.decode(body)
