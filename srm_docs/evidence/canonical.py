r"""The one way values become bytes: plain Python data in, RFC 8785 canonical JSON out, and back.

RFC 8785 refuses some of what AWS sends. This table says how each of these is written; nothing else is changed, and
reading is the exact inverse:

    what                                  written as
    ------------------------------------  -----------------------------------------------------------------
    datetime with a zone                  {"$datetime": "2026-11-23T20:08:05.25Z"}, always in UTC
    datetime without a zone               {"$datetime": "2026-11-23T20:08:05"}: no zone is guessed
    date                                  {"$date": "2026-11-23"}
    bytes                                 {"$bytes": "<base64>"}
    whole number beyond ±(2^53 - 1)       {"$int": "9007199254740993"}
    not a number, infinities              {"$float": "NaN"}, {"$float": "Infinity"}, {"$float": "-Infinity"}
    text with a lone surrogate            {"$surrogates": "a\\ud800"}: backslashes doubled, surrogates as \uXXXX
    key that begins with $                one more $ before it: "$ref" becomes "$$ref"
    key that is none of these or no text  "$key:" and the key's own canonical JSON: 7 becomes "$key:7"

Two things JSON cannot tell apart: 1.0 reads back as 1 (they are equal) and a tuple reads back as a list.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

import rfc8785

from srm_docs.evidence.streamed import read_table

_SAFE: Final = 2**53 - 1
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\(\\|u([0-9a-f]{4}))")
_FLOATS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_PLAIN: Final = frozenset({str, bool, type(None), dt.datetime, dt.date, bytes, bytearray})
"""Types that the fast encoder writes as the table says, whatever their value."""


def encode(value: Any) -> bytes:
    """Canonical bytes of `value`. TypeError for a type outside the table, ValueError where two keys become one."""
    # Python's own C encoder writes the same bytes (a law in the tests) in a fraction of the time, except for floats,
    # for keys that UTF-16 sorts differently or that the table changes, and for lone surrogates, which UTF-8 refuses.
    if _is_plain(value):
        with contextlib.suppress(UnicodeEncodeError):
            return _FAST.encode(value).encode()
    return dumps(to_json(value))


def decode(body: bytes) -> Any:
    """The value that `encode` wrote. ValueError for bytes that it cannot have written."""
    try:
        return json.loads(body, object_hook=_revive, parse_int=_whole, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(data: Any) -> bytes:
    """RFC 8785 bytes of data that is JSON already (`to_json`'s result), with no table applied."""
    return _FAST.encode(data).encode() if _ordinary(data) else rfc8785.dumps(data)


def loads(body: bytes) -> Any:
    """The data that `dumps` wrote, with no table applied. ValueError for bytes that are not JSON."""
    try:
        return json.loads(body, parse_int=_whole, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def load_table(body: bytes, each: Mapping[str, Callable[[Any], object]]) -> Any:
    """What `loads` gives, but for the lists that `each` names: their items are handed over one by one."""
    return read_table(body, each, _READER)


def to_json(value: Any) -> Any:  # noqa: C901, PLR0911 - a line for each line of the table
    """The value with the table applied: dicts, lists, text, numbers, booleans and None only."""
    if isinstance(value, str):
        return value if value.isascii() or not _SURROGATE.search(value) else {"$surrogates": _escape(value)}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_SAFE <= value <= _SAFE else {"$int": str(int(value))}
    if isinstance(value, Mapping):
        written = {_key(key): to_json(item) for key, item in value.items()}
        if len(written) != len(value):
            raise ValueError("two keys of one mapping have the same canonical form")
        return written
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": _name_of(value)}
    if isinstance(value, dt.datetime):
        return {"$datetime": _stamp(value)}
    if isinstance(value, dt.date):
        return {"$date": value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"evidence cannot hold a value of type {type(value).__name__}")


def from_json(data: Any) -> Any:
    """The value whose `to_json` is `data`. ValueError for data that no value has."""
    if isinstance(data, dict):
        return _revive({key: from_json(item) for key, item in data.items()})
    if isinstance(data, list):
        return [from_json(item) for item in data]
    return data


_FAST: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False, default=to_json
)


def _whole(digits: str) -> int | float:
    # A bare whole number beyond the safe range was a float such as 1e20, which RFC 8785 writes without an exponent.
    number = int(digits) if len(digits) <= len(str(-_SAFE)) else float(digits)
    return number if -_SAFE <= number <= _SAFE else float(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not canonical JSON")


_READER: Final = json.JSONDecoder(parse_int=_whole, parse_constant=_refuse)


def _ordinary(data: Any) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and key.isascii() for key in data) and all(map(_ordinary, data.values()))
    if isinstance(data, (list, tuple)):
        return all(map(_ordinary, data))
    if isinstance(data, int):
        return -_SAFE <= data <= _SAFE
    return data is None or isinstance(data, str)


def _is_plain(value: Any) -> bool:
    """Whether the fast encoder can write a value as it is, with `to_json` for its times and bytes only."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() and key[:1] != "$" for key in value) and all(
            map(_is_plain, value.values())
        )
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return kind is int and -_SAFE <= value <= _SAFE


def _key(key: Any) -> str:
    if isinstance(key, str) and (key.isascii() or not _SURROGATE.search(key)):
        return f"${key}" if key.startswith("$") else key
    if isinstance(key, (list, tuple, Mapping)):
        raise TypeError(f"evidence cannot hold a key of type {type(key).__name__}")
    return f"$key:{encode(key).decode()}"


def _stamp(moment: dt.datetime) -> str:
    if moment.utcoffset() is None:
        return moment.replace(tzinfo=None).isoformat()
    try:
        return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:  # within a day of year 1 or 9999: there is no such moment in UTC, so the offset stays
        return moment.isoformat()


def _name_of(number: float) -> str:
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _escape(text: str) -> str:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\\", "\\\\"))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[2], 16)) if found[2] else "\\", text)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "$datetime": dt.datetime.fromisoformat,
    "$date": dt.date.fromisoformat,
    "$bytes": lambda text: base64.b64decode(text, validate=True),
    "$int": int,
    "$float": _FLOATS.__getitem__,
    "$surrogates": _unescape,
}


def _revive(found: dict[str, Any]) -> Any:
    if not any(key[:1] == "$" for key in found):
        return found
    try:
        if len(found) == 1:
            ((name, item),) = found.items()
            if name in _READERS:
                return _READERS[name](item)
        return {_unkey(key): item for key, item in found.items()}
    except (TypeError, KeyError, AttributeError, OverflowError, binascii.Error) as fault:
        raise ValueError(f"not a form of the table: {fault}") from None


def _unkey(key: str) -> Any:
    if key[:1] != "$":
        return key
    if key.startswith("$$"):
        return key[1:]
    if key.startswith("$key:"):
        return decode(key[len("$key:") :].encode())
    raise ValueError(f"not a form of the table: {key[:40]!r}")
