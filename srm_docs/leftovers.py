"""Files that are written beside their place: whoever writes one holds its lock, so the dead are told from the living.

The system lets go of a lock when its process ends, however it ends. What nobody holds is what a killed run left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path


def hold(path: Path, mode: int = 0o600) -> int:
    """A new file, locked, as a descriptor to write to. FileExistsError where it is there; OSError otherwise."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with contextlib.suppress(OSError):  # a file system without locks: then nobody can sweep it either
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(descriptor, path):
            return descriptor
        os.close(descriptor)  # swept in the moment before it was locked


def lock(path: Path) -> int | None:
    """A descriptor that holds the lock of a file or folder; None where another process does, or it is gone.

    OSError where there are no locks, or the path may not be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    held = False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = _is_still(descriptor, path)
    except BlockingIOError:
        pass
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


def sweep(paths: Iterable[Path]) -> None:
    """Remove those files and folders whose lock nobody holds. What cannot be removed stays for the next time."""
    for path in paths:
        with contextlib.suppress(OSError):
            descriptor = lock(path)
            if descriptor is None:
                continue
            try:
                if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
            finally:
                os.close(descriptor)


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
