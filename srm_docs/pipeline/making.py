"""The files of a packet in the making: pieces in, paths, digests and sizes out; no large file is held in memory."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

from srm_docs.evidence.bodies import Bodies
from srm_docs.packet.model import FileLine
from srm_docs.packet.outputs import file_line
from srm_docs.seal.packet_folder import written


class Making:
    """Files by their path in the packet: some in a folder, small ones in memory, replies of AWS where they are kept."""

    def __init__(
        self,
        packets: Path,
        folder: Path,
        bodies: Bodies,
        held: Mapping[str, bytes | Path] = MappingProxyType({}),
        lines: Mapping[str, FileLine] = MappingProxyType({}),
    ) -> None:
        """Begin with what is there; `folder` is a workplace of `packets`."""
        self._packets, self._folder, self._bodies = packets, folder, bodies
        self.held: dict[str, bytes | Path] = dict(held)
        self.lines: dict[str, FileLine] = dict(lines)

    def hold(self, path: str, body: bytes) -> None:
        """Add a file that is in memory anyway."""
        self.held[path] = body
        self.lines[path] = file_line(path, body)

    def add(self, path: str, pieces: Iterable[bytes]) -> None:
        """Add a file that comes in pieces."""
        with self.file(path) as file:
            for piece in pieces:
                file.write(piece)

    @contextlib.contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        """Add a file that is written to."""
        place = self._folder / path
        with written(self._packets, place) as file:
            yield file
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.held[path] = place
        self.lines[path] = FileLine(path=path, sha256=digest, size=place.stat().st_size, title="")

    def content(self, path: str) -> bytes | Path:
        """A file, or where it is. EvidenceDamaged for a reply that is not what its digest says."""
        held = self.held.get(path)
        return self._bodies.read(self.lines[path].sha256) if held is None else held

    def files(self) -> Iterator[tuple[str, bytes | Path]]:
        """All of them, one after the other."""
        return ((path, self.content(path)) for path in self.lines)
