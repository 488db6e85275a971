"""Print the documents side by side: the model in, every PDF out; one process a document, because layout holds the GIL.

What a document says is composed here, and a process gets no more than that: the model of 1,000 accounts is hundreds of
megabytes, and each process would have it once more. All are composed before the first is waited for, so that the caller
can let go of the model too. Documents share nothing, so the bytes cannot depend on how many run at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Self

from srm_docs.errors import OutputError
from srm_docs.packet.model import Packet
from srm_docs.render import documents

LARGE: Final = 50_000
"""Evidence items beyond which one document is printed after the other: beside such a model, two layouts are too much
for the 2 GiB that a build may take."""


@contextlib.contextmanager
def printing(packet: Packet, press: documents.Press = documents.PLAIN) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Begin to print every document that the frameworks ask for: (file name, bytes) in the order of `documents.KINDS`.

    Nothing here holds the packet once it is entered. Raises TemplateError for a wrong template and MissingLibrary
    without Pango, as one process would, and OutputError where the system ended a process.
    """
    kinds = [name for name, kind in documents.KINDS.items() if kind.wanted(packet)]
    large = len(packet.evidence) > LARGE
    workers = 1 if large else min(len(kinds), os.cpu_count() or 1)
    if workers < 2 and not large:  # noqa: PLR2004 - one processor gains nothing from a second process
        pages = {name: documents.composed(packet, name, press) for name in kinds}
        del packet
        yield ((f"{name}.pdf", documents.whole(pages.pop(name))) for name in kinds)
        return
    # The longest first: it decides when all are done. spawn, because a forked child would inherit locks of threads.
    longest_first = sorted(kinds, key=lambda name: documents.KINDS[name].framework == "")
    with _Printers(workers) as printers:
        running = {name: printers.begin(documents.composed(packet, name, press)) for name in longest_first}
        del packet, press
        try:
            yield ((f"{name}.pdf", running.pop(name).result()) for name in kinds)
        except BrokenProcessPool as ended:
            raise OutputError(
                "The documents could not be printed: the system ended a printing process.",
                hint="Most often memory ran out: free some and repeat with `srm-docs build --from latest`.",
            ) from ended


class _Printers:
    """So many processes at once, a new one for each document, and none left when the caller goes.

    Each process has a pool of its own: processes of one pool share locks, and one that is ended while it holds such a
    lock leaves the others, and whoever waits for them, waiting for ever.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(max_workers=workers)
        self._pools: set[ProcessPoolExecutor] = set()
        self._left = threading.Event()

    def begin(self, page: documents.Page) -> Future[bytes]:
        """Print a document as soon as a process is free."""
        with _without_interrupts():
            return self._threads.submit(self._print, page)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._left.set()
            for pool in tuple(self._pools):
                _end(pool)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _print(self, page: documents.Page) -> bytes:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context, initializer=_obey, initargs=(os.getpid(),)) as pool:
            printing = pool.submit(documents.whole, page)
            self._pools.add(pool)
            try:
                if self._left.is_set():  # between the two lines above
                    _end(pool)
                return printing.result()
            finally:
                self._pools.discard(pool)


def _end(pool: ProcessPoolExecutor) -> None:
    for worker in list((getattr(pool, "_processes", None) or {}).values()):  # nobody waits for what it prints
        worker.terminate()


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C waiting, and from processes that are started meanwhile for good: they would print where it met them.

    The thread that starts them inherits it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _obey(parent: int) -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends: a worker holds hundreds of megabytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
