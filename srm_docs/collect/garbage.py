"""Python's garbage collector while AWS is asked: what is loaded already is passed over, what comes is looked at less.

A service's clients go only by a full collection (`Aws.release`), and one that walks every check, module and regular
expression again for each of 70 services took more time than the asking itself.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FEWER: Final = 20_000
"""New objects between two collections: parsing a service's model makes 100,000 that all stay."""


@contextmanager
def settled() -> Iterator[None]:
    """Within it, collections leave out what was there before. All is as it was at the end."""
    was = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_FEWER, *was[1:])
    try:
        yield
    finally:
        gc.set_threshold(*was)
        gc.unfreeze()
