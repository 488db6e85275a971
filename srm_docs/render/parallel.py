"""Print the documents side by side: composed pages in, PDFs out; one process a document, because layout holds the GIL.

What a document says is composed before, and a process gets no more than that: the model of 1,000 accounts is hundreds
of megabytes, and each process would have it once more. Documents share nothing, so the bytes cannot depend on how many
run at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self, TypeVar

from srm_docs.errors import OutputError
from srm_docs.packet.model import Packet
from srm_docs.render import documents

T = TypeVar("T")


def composed(packet: Packet, press: documents.Press = documents.PLAIN) -> Iterator[tuple[str, documents.Page]]:
    """Yield (kind, page) of every document that the frameworks ask for; nothing holds the packet after the last.

    The longest come first: they decide when all are done. Raises TemplateError for a wrong template.
    """
    wanted = [name for name, kind in documents.KINDS.items() if kind.wanted(packet)]
    for name in sorted(wanted, key=lambda name: documents.KINDS[name].framework == ""):
        yield name, documents.composed(packet, name, press)


@contextlib.contextmanager
def printing(pages: Iterable[tuple[str, documents.Page]], *, one_by_one: bool) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Lay the pages out as they come: (file name, bytes) in the order of `documents.KINDS`.

    All pages are taken before the first document is waited for. Raises MissingLibrary without Pango, as one process
    would, and OutputError where the system ended a process.
    """
    workers = 1 if one_by_one else os.cpu_count() or 1
    if workers < 2 and not one_by_one:  # noqa: PLR2004 - one processor gains nothing from a second process
        there = dict(pages)
        yield ((f"{name}.pdf", documents.whole(there.pop(name))) for name in documents.KINDS if name in there)
        return
    with _Printers(workers) as printers:
        running = {name: printers.begin(page) for name, page in pages}
        with _ended("The documents could not be printed: the system ended a printing process."):
            yield ((f"{name}.pdf", running.pop(name).result()) for name in documents.KINDS if name in running)


class Apart:
    """A process for what takes much memory: what it had goes back to the system when it ends."""

    def __init__(self) -> None:
        """Begin; the process starts with the first call."""
        # spawn, because a forked child would inherit locks of threads
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_obey, initargs=(os.getpid(),))

    def call(self, function: Callable[..., T], *given: object) -> T:
        """Return what the function returns there, and raise what it raises. OutputError where the system ended it."""
        with _without_interrupts():
            running = self._pool.submit(function, *given)
        with _ended("The packet could not be made: the system ended the process that judges."):
            return running.result()

    def end(self) -> None:
        """End the process."""
        self._pool.shutdown(wait=True)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End the process; at once where something was raised."""
        if kind is not None:
            _end(self._pool)
        self.end()


@contextlib.contextmanager
def _ended(said: str) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as ended:
        raise OutputError(
            said, hint="Most often memory ran out: free some and repeat with `srm-docs build --from latest`."
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
