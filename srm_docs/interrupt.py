"""Ctrl-C, whenever it comes: the first ends the work in order, a second one at once.

Python raises KeyboardInterrupt wherever the main thread happens to be. Where that is a destructor it is printed and
lost; here it is raised again instead, and what breaks on the way out of an interrupted run is not printed.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from typing import Any, Final

EXIT_CODE: Final = 130
_presses: list[int] = []


def arm() -> None:
    """Take care of Ctrl-C from here on, unless whoever started us has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _pressed)
        sys.unraisablehook = _lost


def pressed() -> bool:
    """Whether Ctrl-C has been pressed."""
    return bool(_presses)


def _pressed(number: int, _: Any) -> None:
    _presses.append(number)
    if len(_presses) > 1:  # what is kept is whole at every moment, so nothing is lost by not waiting
        os.write(2, b"Interrupted again: ended at once.\n")
        os._exit(EXIT_CODE)
    raise KeyboardInterrupt


def _lost(lost: Any) -> None:
    if isinstance(lost.exc_value, KeyboardInterrupt):
        _presses.clear()
        # a moment later: raised here it would be lost in the same place
        again = threading.Timer(0.01, _thread.interrupt_main)
        again.daemon = True
        again.start()
    elif not _presses:
        sys.__unraisablehook__(lost)
