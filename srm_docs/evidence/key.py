"""The redaction key: a store's folder in, 32 bytes that only its owner may read out; it never leaves the folder."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from srm_docs import leftovers
from srm_docs.errors import EvidenceDamaged, OutputError, UsageError

KEY_FILE: Final = "redaction.key"
LENGTH: Final = 32


def redaction_key(folder: Path, random: Callable[[int], bytes]) -> bytes:
    """The key of the store in `folder`, made of `random(32)` where there is none yet.

    UsageError where others than the owner may read it, EvidenceDamaged where it is not 32 bytes, OutputError where the
    folder cannot be written.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _create(path, random(LENGTH))
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise UsageError(
                f"The redaction key {path} can be read by others than its owner (mode {mode:04o}).",
                hint=f"Run: chmod 600 {path}. If somebody may have read it, treat the redacted values as guessable.",
            )
        key = path.read_bytes()
    except OSError as fault:
        raise OutputError(
            f"The redaction key {path} cannot be read or made: {fault.strerror}.",
            hint="Name a folder that you may write to, or mend its permissions.",
        ) from fault
    if len(key) != LENGTH:
        raise EvidenceDamaged(
            f"The redaction key {path} holds {len(key)} bytes instead of {LENGTH}.",
            hint="Restore it from a backup, or collect into a new folder: values under a new key compare with none.",
        )
    return key


def _create(path: Path, key: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    descriptor = leftovers.hold(beside)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
        # A link, not a rename: of two runs that begin at once, the first one's key stands and both read it.
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()
        os.close(descriptor)
