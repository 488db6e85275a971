"""Print the documents side by side: the model in, every PDF out; one process a document, because layout holds the GIL.

Documents share nothing, so the bytes cannot depend on how many run at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from srm_docs.errors import OutputError
from srm_docs.packet.model import Packet
from srm_docs.render import documents


def printed(packet: Packet, *, templates: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of every document that the frameworks ask for, in the order of `documents.KINDS`.

    Raises TemplateError for a wrong template and MissingLibrary without Pango, as one process would, and OutputError
    where the system ended a process.
    """
    kinds = [name for name, kind in documents.KINDS.items() if kind.wanted(packet)]
    workers = min(len(kinds), os.cpu_count() or 1)
    if workers < 2:  # noqa: PLR2004 - one processor gains nothing from a second process
        yield from documents.documents(packet, templates=templates)
        return
    # The longest first: it decides when all are done. spawn, because a forked child would inherit locks of threads.
    longest_first = sorted(kinds, key=lambda name: documents.KINDS[name].framework == "")
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        max_workers=workers, mp_context=context, max_tasks_per_child=1, initializer=_obey, initargs=(os.getpid(),)
    )
    try:
        with _without_interrupts():
            running = {
                name: pool.submit(documents.document, packet, name, templates=templates) for name in longest_first
            }
        for name in kinds:
            yield f"{name}.pdf", running[name].result()
    except BrokenProcessPool as ended:
        raise OutputError(
            "The documents could not be printed: the system ended a printing process.",
            hint="Most often memory ran out: free some and repeat with `srm-docs build --from latest`.",
        ) from ended
    except BaseException:
        for worker in list((getattr(pool, "_processes", None) or {}).values()):  # nobody waits for what they print
            worker.terminate()
        raise
    finally:
        # Waited for: a pool left to itself takes its list of processes away under its own thread, which then raises.
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C waiting, and from processes that are started meanwhile for good: they would print where it met them.

    The thread that starts later ones inherits it too.
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
