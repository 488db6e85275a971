"""Sentences that remember what they were made of: wording and values in, English out, and any other language later.

A packet's sentences are composed long before anybody knows in which language they are printed, and files for machines
keep them in English. So a sentence of ours is a `Said`: a str whose text is the English sentence, and which can be said
again in another language. Names, ids, texts of the catalog and management's own words are data and stay plain str.

    say("{met:,} of {tests} met", met=3, tests=plural(5, "{n:,} self-test", "{n:,} self-tests"))

A method of str (`upper`, `strip`, `+`, an f-string) gives a plain str, which nobody can translate: sentences are
composed by the functions here alone. What is said to one function is one message to a translator, so a message is a
whole sentence, or a phrase that no other language would have to bend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from string import Formatter
from typing import Any, Protocol, Self

from srm_docs.dates import day as english_day

Value = int | str | dt.date | tuple[str, ...]
"""What stands in a sentence: a count, a text (said or data), a day, a moment (a datetime), or a list `a, b and c`."""


class Language(Protocol):
    """What a translator must know. A message or plural that it does not know it gives back as it is, in English."""

    def message(self, msgid: str) -> str:
        """The wording of a message, with the same placeholders."""

    def plural(self, one: str, many: str, n: int) -> str:
        """The wording of a message for this number, with the same placeholders."""

    def number(self, value: int) -> str:
        """`1,204` as it is written."""

    def date(self, value: dt.date) -> str:
        """`3 July 2026` as it is written."""

    def moment(self, value: dt.datetime) -> str:
        """`3 July 2026 04:12 UTC` as it is written; the value is in UTC."""

    def list(self, parts: Sequence[str]) -> str:
        """`a, b and c` as it is written, of two parts or more."""


class Said(str):
    """A text of ours: equal to its English words, and able to be said in another language."""

    __slots__ = ()

    def into(self, language: Language) -> str:
        """The text in another language."""
        raise NotImplementedError

    def __copy__(self) -> Said:
        """Nothing of it can change."""
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Said:
        """Nothing of it can change."""
        return self


def translated(text: str, language: Language) -> str:
    """A text in another language; what is data stays as it is."""
    return text.into(language) if isinstance(text, Said) else text


def say(msgid: str, /, **values: Value) -> Said:
    """A sentence with its values: `{name}`, and `{name:,}` for a count."""
    names, given = tuple(values), tuple(values.values())
    return _message(msgid, names, given) if _few(given) else Message(msgid, names, given)


@lru_cache(maxsize=4_096)
def of_catalog(words: str) -> CatalogText:
    """A text of the catalog, which stands in a sentence of ours or by itself."""
    return CatalogText(words, (), ())


@lru_cache(maxsize=8_192)
def of_check(words: str) -> CheckText:
    """What a check says of one resource, and of thousands of others: each is kept once."""
    return CheckText(words, (), ())


def plural(n: int, one: str, many: str, /, **values: Value) -> Said:
    """A sentence that depends on a number, which is `{n}` in it."""
    names, given = ("n", *values), (n, *values.values())
    return _plural(one, many, names, given) if _few(given) else Plural(one, many, names, given)


def joined(separator: str, parts: Iterable[str]) -> str:
    """Parts with nothing but punctuation between them. Data alone stays data."""
    parts = tuple(parts)
    if len(parts) == 1:
        return parts[0]
    return Joined(separator, parts) if any(isinstance(p, Said) for p in parts) else separator.join(parts)


def listed(items: Iterable[str], most: int = 0) -> str:
    """`a, b and c`; with `most`, the rest as `and 3 more`."""
    parts = tuple(items)
    if most and len(parts) > most:
        parts = (*parts[:most], plural(len(parts) - most, "{n:,} more", "{n:,} more"))
    if len(parts) > 1:
        return Listed(parts)
    return parts[0] if parts else ""


def day(value: dt.date) -> Said:
    """`3 July 2026`."""
    return Day(value)


def moment(value: dt.datetime) -> Said:
    """`3 July 2026 04:12 UTC`."""
    return Moment(value.astimezone(dt.UTC))


def sentence(text: str) -> str:
    """The text with a full stop, and a capital at its start."""
    return _shaped(Sentence, text)


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return _shaped(Capital, text)


def _shaped(shape: type[Capital], text: str) -> str:
    return shape(text) if text and isinstance(text, Said) else shape.of(text)


class Message(Said):
    """A sentence with its values."""

    __slots__ = ("_given", "_names", "msgid")
    msgid: str
    _names: tuple[str, ...]
    _given: tuple[Value, ...]

    def __new__(cls, msgid: str, names: tuple[str, ...], given: tuple[Value, ...]) -> Self:
        """Say it in English."""
        self = super().__new__(cls, _english(msgid, names, given))
        self.msgid, self._names, self._given = msgid, _NAMES.setdefault(names, names), given
        return self

    @property
    def values(self) -> Mapping[str, Value]:
        """The values by name."""
        return dict(zip(self._names, self._given, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Message, (self.msgid, self._names, self._given)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return _filled(language.message(self.msgid), self.values, language)


class CatalogText(Message):
    """A text of the catalog: a language may have a translation of it, and a reader is told where it has none."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return type(self), (self.msgid, (), ())


class CheckText(CatalogText):
    """What a check says of one resource, with names of AWS in it: English as it is, and marked elsewhere."""

    __slots__ = ()

    def into(self, language: Language) -> str:  # noqa: ARG002 - no language has it
        """The text as the check made it."""
        return self.msgid


class Plural(Said):
    """A sentence that depends on a number."""

    __slots__ = ("_given", "_names", "many", "one")
    one: str
    many: str
    _names: tuple[str, ...]
    _given: tuple[Value, ...]

    def __new__(cls, one: str, many: str, names: tuple[str, ...], given: tuple[Value, ...]) -> Self:
        """Say it in English; the first value is the number."""
        self = super().__new__(cls, _english(one if given[0] == 1 else many, names, given))
        self.one, self.many, self._names, self._given = one, many, _NAMES.setdefault(names, names), given
        return self

    @property
    def n(self) -> int:
        """The number."""
        number = self._given[0]
        return number if isinstance(number, int) else 0

    @property
    def values(self) -> Mapping[str, Value]:
        """The values by name, the number among them."""
        return dict(zip(self._names, self._given, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Plural, (self.one, self.many, self._names, self._given)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return _filled(language.plural(self.one, self.many, self.n), self.values, language)


class Joined(Said):
    """Parts with punctuation between them."""

    __slots__ = ("parts", "separator")
    separator: str
    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: tuple[str, ...]) -> Self:
        """Say it in English."""
        self = super().__new__(cls, separator.join(parts))
        self.separator, self.parts = separator, parts
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Joined, (self.separator, self.parts)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return self.separator.join(translated(part, language) for part in self.parts)


class Listed(Said):
    """Two parts or more, the last with "and"."""

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, parts: tuple[str, ...]) -> Self:
        """Say it in English."""
        self = super().__new__(cls, f"{', '.join(parts[:-1])} and {parts[-1]}")
        self.parts = parts
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Listed, (self.parts,)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return language.list([translated(part, language) for part in self.parts])


class Day(Said):
    """A date."""

    __slots__ = ("value",)
    value: dt.date

    def __new__(cls, value: dt.date) -> Self:
        """Say it in English."""
        self = super().__new__(cls, english_day(value))
        self.value = value
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Day, (self.value,)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return language.date(self.value)


class Moment(Said):
    """A time of a day, in UTC."""

    __slots__ = ("value",)
    value: dt.datetime

    def __new__(cls, value: dt.datetime) -> Self:
        """Say it in English."""
        self = super().__new__(cls, f"{english_day(value)} {value:%H:%M} UTC")
        self.value = value
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return Moment, (self.value,)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return language.moment(self.value)


class Capital(Said):
    """A text with a capital at its start."""

    __slots__ = ("text",)
    text: Said

    def __new__(cls, text: Said) -> Self:
        """Say it in English."""
        self = super().__new__(cls, cls.of(text))
        self.text = text
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of."""
        return type(self), (self.text,)

    def into(self, language: Language) -> str:
        """The text in another language."""
        return self.of(self.text.into(language))

    @staticmethod
    def of(text: str) -> str:
        """A text in this shape."""
        return text[:1].upper() + text[1:]


class Sentence(Capital):
    """A text with a capital at its start and a full stop."""

    __slots__ = ()

    @staticmethod
    def of(text: str) -> str:
        """A text in this shape."""
        text = text.strip()
        return text and text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def holds_text(value: object) -> bool:
    """Whether a text of the catalog or of a check stands in it."""
    match value:
        case CatalogText():
            return True
        case Message() | Plural():
            return any(holds_text(inner) for inner in value.values.values())
        case Joined() | Listed():
            return any(holds_text(part) for part in value.parts)
        case Capital():
            return holds_text(value.text)
        case tuple():
            return any(holds_text(part) for part in value)
    return False


_SHORT = 64
_NAMES: dict[tuple[str, ...], tuple[str, ...]] = {}
"""Names of values as they occurred: as many as there are messages, however many sentences."""


def _few(given: tuple[Value, ...]) -> bool:
    """Whether a sentence is likely to be said again, and its values tell it from every other.

    A packet says the same of thousands of places, and one sentence does for all. A text that is said is none of them:
    it is equal to its English words, however it was made.
    """
    return not any(isinstance(v, (Said, tuple)) or (isinstance(v, str) and len(v) > _SHORT) for v in given)


_message = lru_cache(maxsize=8_192)(Message)
_plural = lru_cache(maxsize=8_192)(Plural)


def _english(msgid: str, names: tuple[str, ...], given: tuple[Value, ...]) -> str:
    return msgid.format_map(dict(zip(names, map(_in_english, given), strict=True))) if names else msgid


def _in_english(value: Value) -> int | str:
    said = _as_text(value)
    return value if said is None and isinstance(value, int) else str(said)


def _as_text(value: Value) -> str | None:
    """What stands in a sentence as a text; None for a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day(value)
    return listed(value) if isinstance(value, tuple) else None


@lru_cache(maxsize=4_096)
def fields(wording: str) -> tuple[tuple[str, str | None, str], ...]:
    """The pieces of a wording: what stands before a placeholder, its name (None after the last), and its format.

    A translation may come from a user's file, so a placeholder is a name and nothing else: `{n.__class__}` is a fault.
    """
    pieces = []
    for before, name, how, conversion in Formatter().parse(wording):
        if name is not None and (not name.isidentifier() or conversion or how not in ("", ",")):
            raise ValueError(f"{wording!r} has a placeholder that is no name, or with a format other than ','")
        pieces.append((before, name, how or ""))
    return tuple(pieces)


def placeholders(wording: str) -> frozenset[tuple[str, str]]:
    """Name and format of each placeholder: a translation must have those of its message. ValueError where it cannot."""
    return frozenset((name, how) for _, name, how in fields(wording) if name is not None)


def _filled(wording: str, values: Mapping[str, Value], language: Language) -> str:
    if not values:
        return wording
    text = []
    for before, name, how in fields(wording):
        text.append(before)
        if name is not None:
            value = values[name]
            said = _as_text(value)
            if said is not None:
                text.append(translated(said, language))
            elif isinstance(value, int):
                text.append(language.number(value) if how else str(value))
    return "".join(text)
