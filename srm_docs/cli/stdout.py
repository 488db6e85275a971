"""What takes our output, and what to do where nobody listens or it is full."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

SIGPIPE = 141
"""What a shell says of a program whose reader went away: unlike 0, it promises nothing."""


class ReaderGone(Exception):
    """Whoever read our output closed it. Not an OSError, for which click would exit with 1: `--fail-on` matched."""


class StdoutFull(Exception):
    """What takes our output refuses it: a full disk, most often."""


class Stdout:
    """The stdout that there is, whose errors say that they are its own and not those of another file."""

    def __init__(self, stream: TextIO) -> None:
        """Stand before `stream`."""
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, and raise ReaderGone or StdoutFull where it fails."""
        with _own_errors():
            return self._stream.write(text)

    def flush(self) -> None:
        """Write out what waits, and raise ReaderGone or StdoutFull where it fails."""
        with _own_errors():
            self._stream.flush()


@contextlib.contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as closed:
        raise ReaderGone from closed
    except OSError as fault:
        raise StdoutFull(fault.strerror) from fault


def drop() -> None:
    """Send what still waits to nowhere: there is nothing more to complain about at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
