"""From a kept snapshot to one document: out of the sealed packet where that is built, else printed by itself."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from srm_docs import folders, leftovers
from srm_docs.config import Config
from srm_docs.errors import OutputError, UsageError
from srm_docs.packet.model import Packet
from srm_docs.pipeline.judging import judged
from srm_docs.pipeline.progress import Progress
from srm_docs.pipeline.stages import press_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document: where it is, how large, and the packet it was taken from; None where it is part of none."""

    path: Path
    size: int
    packet: Path | None


def render(
    config: Config,
    kind: str,
    snapshot: str,
    *,
    to: Path,
    accounts: Sequence[str] = (),
    cached: bool = True,
    progress: Any = None,
) -> Rendered:
    """Write one document to `to`, whole or not at all. Offline.

    Where the packet of these very inputs is there and whole, the document is the sealed one, byte for byte. Otherwise
    it is printed by itself, and says on each page that it is not sealed. Raises UsageError for a document that the
    frameworks in scope do not have.
    """
    progress = progress or Progress()
    _check(to)
    given, _, packet = judged(config, snapshot, accounts=accounts, progress=progress)
    place = config.output / "packets" / given.packet_name
    body = _sealed(place, kind)
    if body is None:
        progress.say("Printing the document")
        body = _printed(config, kind, packet, cached=cached)
        _write(to, body)
        return Rendered(path=to, size=len(body), packet=None)
    _write(to, body)
    return Rendered(path=to, size=len(body), packet=place)


def _printed(config: Config, kind: str, packet: Packet, *, cached: bool) -> bytes:
    from srm_docs.render import documents

    if not documents.KINDS[kind].wanted(packet):
        raise UsageError(
            f"There is no {kind}: its framework is not in scope.",
            hint=f'Add "{documents.KINDS[kind].framework}" to frameworks in [audit] of srm-docs.toml.',
        )
    alone = replace(packet, meta=replace(packet.meta, sealed=False))
    return documents.document(alone, kind, press_of(config, cached=cached))


def _sealed(place: Path, kind: str) -> bytes | None:
    from srm_docs.seal.packet_folder import intact

    with contextlib.suppress(OSError):
        return (place / f"{kind}.pdf").read_bytes() if place.is_dir() and intact(place) else None
    return None


def _check(to: Path) -> None:
    """Raise UsageError where the file would land in a packet, or is no file."""
    if to.is_dir():
        raise UsageError(f"{to} is a folder.", hint="Name a file: --output summary.pdf")
    for folder in to.absolute().parents:
        if (folder / "manifest.json").is_file() and (folder / "SHA256SUMS").is_file():
            raise UsageError(
                f"{folder} is a sealed packet, and nothing may be added to it.", hint="Name another place."
            )
    folders.check_file(to)


def _write(to: Path, body: bytes) -> None:
    beside = to.parent / f".{to.name}-{os.getpid()}"
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(leftovers.hold(beside, 0o644), "wb") as file:
                file.write(body)
                file.flush()
                beside.replace(to)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputError(
            f"{to} cannot be written: {fault.strerror or fault}.", hint="Name another file with --output."
        ) from fault
