"""What is written in pieces, whole: for tests that compare a few kilobytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from srm_docs.evidence.snapshot import Snapshot
from srm_docs.packet import outputs
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import FileLine


def data_files(given: Ingredients, checks: Sequence[str]) -> dict[str, bytes]:
    """The JSON files of a packet."""
    return {name: b"".join(pieces) for name, pieces in outputs.data_files(given, checks).items()}


def evidence_files(snapshot: Snapshot) -> dict[str, bytes]:
    """The replies of a packet."""
    return {line.path: snapshot.bodies.read(line.sha256) for line in outputs.evidence_files(snapshot)}


def contents(files: Mapping[str, bytes], titles: Mapping[str, str] | None = None) -> tuple[bytes, tuple[FileLine, ...]]:
    """contents.json of these files, and its lines."""
    lines = outputs.listed((outputs.file_line(path, body) for path, body in files.items()), titles or {})
    return b"".join(outputs.contents(lines)), lines
