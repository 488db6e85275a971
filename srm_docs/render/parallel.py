"""Print the documents side by side: the model in, every PDF out; one process a document, because layout holds the GIL.

Documents share nothing, so the bytes cannot depend on how many run at once.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from srm_docs.packet.model import Packet
from srm_docs.render import documents


def printed(packet: Packet, *, templates: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of every document that the frameworks ask for, in the order of `documents.KINDS`.

    Raises TemplateError for a wrong template and MissingLibrary without Pango, as one process would.
    """
    kinds = [name for name, kind in documents.KINDS.items() if kind.wanted(packet)]
    workers = min(len(kinds), os.cpu_count() or 1)
    if workers < 2:  # noqa: PLR2004 - one processor gains nothing from a second process
        yield from documents.documents(packet, templates=templates)
        return
    # The longest first: it decides when all are done. spawn, because a forked child would inherit locks of threads.
    longest_first = sorted(kinds, key=lambda name: documents.KINDS[name].framework == "")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, max_tasks_per_child=1) as pool:
        running = {name: pool.submit(documents.document, packet, name, templates=templates) for name in longest_first}
        for name in kinds:
            yield f"{name}.pdf", running[name].result()
