"""What a command can end with: the exit codes in words, for its help. Which error has which code: srm_docs.errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MEANINGS: Final[Mapping[int, str]] = {
    0: "done",
    1: "--fail-on matched",
    2: "usage, configuration, a missing library or an unwritable output",
    3: "controls/ or register/ is wrong",
    4: "could not begin, or the credentials stopped working",
    5: "evidence is damaged",
    6: "a template is wrong",
    7: "verification failed",
    8: "done, but planned calls were refused",
    70: "our bug",
    130: "interrupted; what was kept is whole",
}
EVERY: Final = (0, 2, 70, 130)
"""What any command can end with: it is done, used wrongly, stopped by a key, or wrong itself."""


def exit_codes(*codes: int, said: Mapping[int, str] | None = None) -> str:
    """The end of a command's help: those of every command and these, each with `said` in place of its meaning."""
    said = said or {}
    lines = [f"  {code:<3} {said.get(code, MEANINGS[code])}" for code in sorted({*EVERY, *codes, *said})]
    return "\n".join(("\b", "Exit codes:", *lines))
