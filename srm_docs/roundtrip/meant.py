"""A cell of a sheet and the field of the register under which it stands -> the value that a person meant. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final

from srm_docs.declare.fields import Field, Form, Value, WrongValue, read_value
from srm_docs.packet.model import NOT_PROVIDED
from srm_docs.packet.requirements import ASSUMED
from srm_docs.render import cell, text
from srm_docs.roundtrip import days
from srm_docs.roundtrip.book import Got

BLANK: Final = ("", NOT_PROVIDED.casefold())
"""What means that nothing is provided."""


def blank(got: Got) -> bool:
    """Whether a cell says nothing."""
    return not got.problem and (got.value is None or (isinstance(got.value, str) and _folded(got.value) in BLANK))


def value(field: Field, got: Got, *, from_1904: bool = False) -> Value:
    """The value that the cell means. Raises WrongValue with half a sentence."""
    if got.problem:
        raise WrongValue(got.problem)
    if blank(got) or (field.allowed and got.value in ASSUMED):
        return read_value(field, None)
    said = got.value
    if isinstance(said, str):
        said = text.restore(said)
        if field.form is Form.DATE:
            return days.of_text(said)
        return read_value(field, said.strip())
    if field.form is Form.DATE:
        if isinstance(said, (int, float)) and not isinstance(said, bool):
            return days.of_number(said, from_1904=from_1904)
        return read_value(field, said)
    if isinstance(said, (dt.date, float, int)) and not isinstance(said, bool):
        return read_value(field, shown(got))
    return read_value(field, said)


def shown(got: Got) -> str:
    """What a person sees in a cell, on one line at most as long as a message bears."""
    said = got.value
    if got.problem or said is None:
        return ""
    if isinstance(said, bool):
        return "TRUE" if said else "FALSE"
    if isinstance(said, float) and said.is_integer() and abs(said) < 10**cell.DIGITS:
        return str(int(said))
    return said.isoformat() if isinstance(said, dt.date) else str(said)


def found(got: Got, message: str) -> str:
    """What was found, for the beginning of a message that does not say it itself."""
    said = f'"{shown(got)[:80]}"'
    return f"{said} " if shown(got) and said not in message else ""


def unchanged(got: Got, said: str) -> bool:
    """Whether a cell still shows a value that a workbook can print only in another form: escaped, or cut."""
    return isinstance(got.value, str) and got.value.strip() == cell.fitted(said).strip()


def _folded(said: str) -> str:
    return " ".join(said.split()).casefold()
