"""What a field of the register may hold: one description each, from which reading, editors and the workbook follow.

A field is described once, beside its place in the model (`items.py`). The reader of files, the JSON Schemas, the
cells of a workbook and `srm-docs register set` all ask the same description, so that they cannot disagree.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from srm_docs.sourcefile import near

Value = str | bool | dt.date | tuple[str, ...] | None
"""What a field can hold. None, the empty text and the empty list are all the same fact: not provided."""

LONGEST: Final = 8_000
"""Characters of one text: a page and a half. A cell of Excel holds 32,767."""
_QUOTED: Final = re.compile(r'"((?:[^"\n]|"")*)"')
"""One entry in quotes, each quote in it doubled, as in CSV. Of entries on lines of their own none is in quotes."""
_MOST: Final = 500
"""Entries of one list."""
_SPLIT: Final = re.compile(r"[,;\n]")
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Form(StrEnum):
    """The kinds of values."""

    TEXT = "text"
    LINE = "line"
    """Text without a line break: names, ids, titles."""
    DATE = "date"
    WORD = "word"
    """One of a closed set of words."""
    FLAG = "flag"
    """Yes or no."""
    LIST = "list"
    """Ids, or lines of text, each once."""


_BLANK: Final[Mapping[Form, Value]] = {Form.DATE: None, Form.FLAG: None, Form.LIST: ()}


class Refers(StrEnum):
    """What the ids in a field are ids of."""

    NOTHING = ""
    SOC2 = "SOC 2 criterion"
    ISO = "Annex A control or clause"
    ANNEX_A = "Annex A control"
    RESPONSIBILITY = "responsibility"
    CHECK = "self-test"
    FINDING = "finding"
    REPORT = "AWS report"
    CONTROL = "own control"
    EVIDENCE = "evidence item"
    COLLECTED = "collected evidence item or call"
    PART = "part of the system description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an item.

    about     a sentence that an editor or a workbook shows         like     an example of a sound value
    words     the allowed words, in the order to offer them         pattern  what a line must match in whole
    needed    an item without it is a fault                         refers   what its ids are ids of
    """

    name: str
    form: Form
    about: str
    needed: bool = False
    words: tuple[str, ...] = ()
    refers: Refers = Refers.NOTHING
    pattern: str = ""
    like: str = ""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The closed set of texts that a cell may hold; empty where it is open. A blank cell is always allowed."""
        return ("yes", "no") if self.form is Form.FLAG else self.words


class WrongValue(ValueError):
    """Half a sentence that says what is wrong with a value and what is allowed: `must be one of …, not "x"`."""


def said(
    form: Form,
    about: str,
    *,
    needed: bool = False,
    words: type[StrEnum] | None = None,
    refers: Refers = Refers.NOTHING,
    pattern: str = "",
    like: str = "",
) -> Any:
    """A field of a dataclass of the register, with its description. Its default is what "not provided" is."""
    described = {
        "form": form, "about": about, "needed": needed, "words": tuple(map(str, words or ())), "refers": refers,
        "pattern": pattern, "like": like,
    }  # fmt: skip
    return dataclasses.field(default=_BLANK.get(form, ""), metadata={"said": described})


def fields_of(model: type) -> Mapping[str, Field]:
    """The fields of an item's dataclass by name, in the order of the model."""
    made: Any = model  # a class can be hashed, which its type does not say
    return _fields_of(made)


@cache
def _fields_of(model: Any) -> Mapping[str, Field]:
    return {f.name: Field(name=f.name, **f.metadata["said"]) for f in dataclasses.fields(model) if "said" in f.metadata}


def read_value(field: Field, value: Any) -> Value:
    """The value that a file or a cell means. Raises WrongValue with half a sentence.

    Takes what YAML gives (text, a list, yes or no) and what a cell gives (text, a date, a truth value, a number, or
    None where it is blank). A list in one cell is parted by commas, semicolons or line breaks; one entry that holds
    such a mark stands in double quotes.
    """
    if value is None or value in ("", [], ()):
        return _BLANK.get(field.form, "")
    return _READ[field.form](field, value)


def spell(value: Value) -> str:
    """A value as one cell shows it; `read_value` reads it back.

    >>> spell(("CC6.1", "CC6.6")), spell(("Paris, France",)), spell(dt.date(2026, 6, 30)), spell(True), spell(None)
    ('CC6.1, CC6.6', '"Paris, France"', '2026-06-30', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _spelled(value)
    return str(value)


def _spelled(entries: tuple[str, ...]) -> str:
    """A list in one cell. An entry with a comma of its own would be read back as two.

    So such a list stands with a line for each entry; one entry has no second line, and stands in quotes.
    """
    joined = ", ".join(entries)
    if not (any(_SPLIT.search(entry) for entry in entries) or _QUOTED.fullmatch(joined)):
        return joined
    return '"' + joined.replace('"', '""') + '"' if len(entries) == 1 else "\n".join(entries)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise WrongValue(f"must be text, not {_what(value)}")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's 12 is 12.0
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST:
        raise WrongValue(f"has {len(text):,} characters; {LONGEST:,} are the most")
    for character in text:
        if unicodedata.category(character) in _UNSEEN and character not in "\n\t\u200c\u200d":
            raise WrongValue(f"holds the character U+{ord(character):04X}, which cannot be seen: leave it out")
    if field.form is not Form.TEXT and ("\n" in text or "\t" in text):
        raise WrongValue("must be one line, without line breaks or tabs")
    return text


def _line(field: Field, value: Any) -> str:
    text = _text(field, value)
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise WrongValue(f'must look like {field.like}, not "{text}"')
    return text


def _word(field: Field, value: Any) -> str:
    if isinstance(value, bool):  # YAML's yes and no, where a word of the set is wanted
        value = "yes" if value else "no"
    text = _text(field, value)
    folded = {word.casefold(): word for word in field.words}
    if text.casefold() not in folded:
        raise WrongValue(f'must be one of {", ".join(field.words)}, not "{text}"{near(text, field.words)}')
    return folded[text.casefold()]


def _flag(_: Field, value: Any) -> bool:
    if isinstance(value, str) and value.strip().casefold() in {"yes", "no", "true", "false"}:
        return value.strip().casefold() in {"yes", "true"}
    if not isinstance(value, bool):
        raise WrongValue(f"must be yes or no, not {_what(value)}")
    return value


def _date(_: Field, value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise WrongValue(f"is no day of the calendar: {value.strip()}") from None
    # 03/04/2026 is two days, and which one depends on the country
    raise WrongValue(f"must be a date such as 2026-06-30 (year, month, day), not {_what(value)}")


def _list(field: Field, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and (quoted := _QUOTED.fullmatch(value.strip())):
        value = [quoted[1].replace('""', '"')]
    elif isinstance(value, str):
        value = [part for part in _SPLIT.split(value) if part.strip()] if "\n" not in value else value.split("\n")
        value = [part for part in value if part.strip()]
    if not isinstance(value, (list, tuple)):
        raise WrongValue(f"must be a list, not {_what(value)}: write [{value}]")
    read = _word if field.words else _line
    items = tuple(read(field, item) for item in value)
    if len(items) > _MOST:
        raise WrongValue(f"has {len(items):,} entries; {_MOST} are the most")
    if "" in items:
        raise WrongValue("has an empty entry")
    twice = next((item for at, item in enumerate(items) if item in items[:at]), None)
    if twice is not None:
        raise WrongValue(f'names "{twice}" twice')
    return items


_READ: Final[Mapping[Form, Callable[[Field, Any], Value]]] = {
    Form.TEXT: _text, Form.LINE: _line, Form.WORD: _word, Form.FLAG: _flag, Form.DATE: _date, Form.LIST: _list,
}  # fmt: skip


def _what(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, str):
        return f'"{value.strip()[:80]}"'
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, (dt.date, dt.datetime)):
        return "a date"
    return "a list" if isinstance(value, (list, tuple)) else "keys and values"


def unknown(name: str, known: Iterable[str], what: str) -> str:
    """Half a sentence for an id that is none, with the closest that there is."""
    return f'unknown {what} "{name}"{near(name, known)}'
