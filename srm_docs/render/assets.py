"""The templates tree and a user's folder -> fonts, marks and style sheets by name, the user's first."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from srm_docs import resources

FOLDERS = ("fonts", "css", "marks")


def packet_templates() -> Traversable:
    """Return `templates/packet`, wherever this installation keeps it."""
    return resources.templates() / "packet"


def bundled(users: Path | None = None) -> dict[str, bytes]:
    """Return every asset as name -> bytes, e.g. `css/pages.css`; a user's file of the same name wins."""
    found: dict[str, bytes] = {}
    for folder in FOLDERS:
        found.update(_files(packet_templates() / folder, folder))
        if users is not None and (users / folder).is_dir():
            found.update(_files(users / folder, folder))
    return found


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_file():
            yield f"{prefix}/{entry.name}", entry.read_bytes()
