"""Which rules judge: the program's own modules for judging in, one digest out.

Between two releases a check may change while the version does not. A packet that carries this digest is not said to
state wrong things by a program whose checks are others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.abc import Traversable
from importlib.resources import files
from typing import Final

_JUDGING: Final = (
    "catalog", "checks", "findings",
    "collect/answer.py", "collect/questions.py", "declare/audit.py", "evidence/canonical.py", "evidence/ledger.py",
    "evidence/data.py", "packet/coverage.py", "packet/evidence_index.py", "packet/leftout.py", "packet/model.py",
    "packet/outputs.py", "packet/words.py", "seal/manifest.py",
)  # fmt: skip


@cache
def check_set() -> str:
    """SHA-256 (hex) over the sources that verdicts and JSON files rest on; for `check_set` in inputs.json."""
    hasher = hashlib.sha256()
    top = files("srm_docs")
    for name in _JUDGING:
        for path, source in sorted(_sources(top.joinpath(*name.split("/")), name)):
            hasher.update(f"{hashlib.sha256(source).hexdigest()}  {path}\n".encode())
    return hasher.hexdigest()


def _sources(entry: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    if entry.is_dir():
        for inner in entry.iterdir():
            yield from _sources(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, entry.read_bytes()
