"""Be somebody who may not do everything, for a while: root may, so permissions prove nothing to it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NOBODY = 65534


@contextlib.contextmanager
def not_root() -> Iterator[None]:
    """Root may write anywhere; for a while we are somebody who may not."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that anybody may enter and write to: pytest's own are closed to all but their owner."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
