"""The templates tree and a user's folder -> templates, fonts, marks and style sheets by name, the user's first.

A user's folder is read once, here, with bounds; what prints never opens it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from srm_docs import resources
from srm_docs.errors import TemplateError

FOLDERS = ("fonts", "css", "marks")
OURS: Final = "templates/packet"
LARGEST, LARGEST_OF_ALL, MOST = 8 << 20, 64 << 20, 2_000
"""Bytes of one file of a user's folder and of all of them, and how many files and folders there may be."""
_HINT: Final = "Keep in the templates folder only what documents are made of; `srm-docs templates list` names it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """A user's folder as it was read: name -> bytes, e.g. `css/pages.css`; `label` is how errors name the folder."""

    label: str
    files: Mapping[str, bytes]

    def assets(self) -> dict[str, bytes]:
        """Return the files that a document may ask for by `srm-asset:`."""
        return {name: body for name, body in self.files.items() if name.partition("/")[0] in FOLDERS}


def packet_templates() -> Traversable:
    """Return `templates/packet`, wherever this installation keeps it."""
    return resources.templates() / "packet"


def bundled(users: Users | Path | None = None) -> dict[str, bytes]:
    """Return every asset as name -> bytes, e.g. `css/pages.css`; a user's file of the same name wins."""
    found = {name: body for name, body in ours().items() if name.partition("/")[0] in FOLDERS}
    if users is not None:
        found |= (read(users) if isinstance(users, Path) else users).assets()
    return found


@cache
def ours() -> Mapping[str, bytes]:
    """Return every file of `templates/packet` as name -> bytes."""
    return dict(_files(packet_templates(), ""))


def read(folder: Path) -> Users:
    """Read a user's folder: templates (.html) wherever they are, the files of `FOLDERS`, catalogs of languages.

    Raises TemplateError for a link that leads out of it, for what is no plain file, and for what is too large.
    """
    root = Path(os.path.realpath(folder))
    found: dict[str, bytes] = {}
    total = seen = 0
    for at, folders, names in os.walk(root):
        for name in sorted(folders):
            if (Path(at) / name).is_symlink():
                raise TemplateError(f"{folder}: {name} is a link to a folder, which is not followed", hint=_HINT)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen += 1 + len(names)
        if seen > MOST:
            raise TemplateError(f"{folder} holds over {MOST:,} files and folders", hint=_HINT)
        for name in sorted(names):
            path = Path(at) / name
            key = path.relative_to(root).as_posix()
            if name.endswith(".html") or _wanted(key):
                found[key] = _body(folder, root, path, key)
                total += len(found[key])
                if total > LARGEST_OF_ALL:
                    raise TemplateError(f"{folder} holds over {LARGEST_OF_ALL >> 20} MiB of templates", hint=_HINT)
    return Users(label=str(folder), files=found)


def _wanted(key: str) -> bool:
    """Say whether a file is one that documents are made of: an asset, or the catalog of a language."""
    top, *rest = key.split("/")
    return (top in FOLDERS and len(rest) == 1) or (top == "locale" and len(rest) == 2 and key.endswith(".po"))  # noqa: PLR2004


def _body(folder: Path, root: Path, path: Path, key: str) -> bytes:
    try:
        if not path.resolve(strict=True).is_relative_to(root):
            raise TemplateError(f"{folder}/{key} is a link that leads out of the templates folder", hint=_HINT)
        with open(path, "rb", opener=_opener) as file:
            mode = os.fstat(file.fileno()).st_mode
            body = file.read(LARGEST + 1) if stat.S_ISREG(mode) else None
    except OSError as error:
        raise TemplateError(f"{folder}/{key} cannot be read: {error.strerror}", hint=_HINT) from error
    if body is None:
        raise TemplateError(f"{folder}/{key} is no plain file", hint=_HINT)
    if len(body) > LARGEST:
        raise TemplateError(f"{folder}/{key} is larger than {LARGEST >> 20} MiB", hint=_HINT)
    return body


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for a writer


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_file():
            yield f"{prefix}{entry.name}", entry.read_bytes()
        elif entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
