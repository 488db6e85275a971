"""Whether the folders of a run can be used: paths in, nothing or one refusal with its mend out, before work is done.

Nothing is written to find out: the system is asked, and a folder that is not there yet is judged by the one above it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from srm_docs.errors import OutputError, UsageError

_EFFECTIVE: Final = os.access in os.supports_effective_ids
"""The user that files are opened as, where the system can be asked about that one."""


def check_output(output: Path, *parts: str, write: bool) -> None:
    """OutputError unless the output folder, and each part below it that is there, can be read, and written if asked."""
    for folder in (output, *(output / part for part in parts)):
        there = _nearest(folder)
        # above a folder that is not there yet, nothing need be listed
        way = os.X_OK | (os.R_OK if there == folder else 0) | (os.W_OK if write else 0)
        if fault := _fault(there, way):
            yours = f"chmod u+rwx {there}" if there.is_dir() else f"move {there} away"
            raise OutputError(
                f"The output folder {output} cannot be used: {there} {fault}.",
                hint=f"Mend it ({yours}) or name another folder: --output",
            )


def check_file(path: Path) -> None:
    """OutputError unless a file can be written there, be it that folders above it have to be made."""
    there = _nearest(path.absolute().parent)
    if fault := _fault(there, os.X_OK | os.W_OK):
        raise OutputError(f"{path} cannot be written: {there} {fault}.", hint="Name another file with --output.")


def check_readable(folder: Path, what: str) -> None:
    """UsageError unless everything in the folder can be read; `what` names it for a person."""
    for path in _everything(folder):
        if fault := _fault(path, os.R_OK):
            raise UsageError(
                f"{what} {folder} cannot be used: {path} {fault}.",
                hint=f"Mend its permissions: chmod -R u+rX {folder}",
            )


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes the place of `path` when all is written; else nothing of it stays."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as made:
            yield made
        part.replace(path)
    except OSError as fault:
        raise OutputError(
            f"{path} cannot be written: {fault.strerror or fault}.", hint="Name another folder."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there and may be looked at."""
    for path in (folder, *folder.absolute().parents):
        if os.path.lexists(path):
            return path
    return Path("/")


def _fault(path: Path, way: int) -> str:
    """Why a path cannot be used in this way, as half a sentence; empty where it can. X_OK asks for a folder."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "is a link that leads nowhere"
    except OSError as fault:
        return f"cannot be looked at: {fault.strerror}"
    if stat.S_ISDIR(mode):
        way |= os.X_OK
    elif way & os.X_OK:
        return "is a file" if stat.S_ISREG(mode) else "is no folder"
    if not _may(path, way & ~os.W_OK):
        return "may not be read"
    return "" if _may(path, way) else "may not be written to"


def _may(path: Path, way: int) -> bool:
    return os.access(path, way, effective_ids=_EFFECTIVE)


def _everything(folder: Path) -> Iterator[Path]:
    yield folder
    if _fault(folder, os.R_OK):
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _everything(path)
        else:
            yield path
