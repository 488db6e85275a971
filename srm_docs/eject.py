"""Our templates and a user's folder -> a list of both, or copies of ours to begin with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from srm_docs.errors import OutputError, UsageError
from srm_docs.render import assets
from srm_docs.sourcefile import near

_ABOUT: Final = re.compile(r"\A\s*(?:\{%[^%]*%\}\s*)*(?:\{#-?|/\*)\s*(.+?)\s*(?:#\}|\*/|\n)", re.DOTALL)
_LEFT: Final = ("css/brand.css", "fonts/coverage.json")
"""What is made from the configuration and from our fonts: a copy would not be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of ours, what it is for, and whether the user's folder has one of that name; or one only of the user's."""

    name: str
    about: str
    yours: bool


def listing(folder: Path | None) -> tuple[File, ...]:
    """Return every file that documents are printed from."""
    users = assets.read(folder).files if folder else {}
    ours = {name: body for name, body in assets.ours().items() if name not in _LEFT}
    return tuple(
        File(name=name, about=_about(name, ours.get(name, b"")) or "Yours only.", yours=name in users)
        for name in sorted({*ours, *users})
    )


def _about(name: str, body: bytes) -> str:
    if not name.endswith((".html", ".css")):
        return {"fonts": "A font, or its licence.", "marks": "A mark."}.get(name.partition("/")[0], "")
    found = _ABOUT.match(body.decode("utf-8"))
    said = found[1].partition("\n")[0] if found else ""
    return said or ("A document." if body and "/" not in name else "")


def eject(folder: Path, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Copy files of ours into `folder` and return their names.

    Raises UsageError for a name that there is not and where a file is there already, before anything is written.
    """
    ours = {name: body for name, body in assets.ours().items() if name not in _LEFT}
    for name in names:
        if name not in ours:
            raise UsageError(f"There is no template {name}{near(name, ours)}", hint="See `srm-docs templates list`.")
    chosen = {name: ours[name] for name in (names or ours)}
    for name in chosen:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise UsageError(f"{folder / name} is there already.", hint="Choose another folder, or delete that file.")
    for name, body in chosen.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(body)
        except OSError as error:
            raise OutputError(
                f"{path} cannot be written: {error.strerror}.", hint="Choose a folder you may write to."
            ) from error
    return tuple(chosen)
