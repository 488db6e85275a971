"""Documents that were laid out before: the digest of all that a layout is made of in, the finished PDF out.

Layout is nearly all of the time, and it is a pure function of the page's HTML, the assets, the attachments, our code of
layout and the libraries. So that is the key, and not the packet: whatever changed in evidence, register or a template,
a document whose page came out the same is not laid out again.

An entry is one file, written beside its place and renamed. It begins with its own digest: what is damaged or cut is
taken for absent, and removed. The folder is bounded; what was not asked for longest goes first. It holds what packets
hold, so its rights are theirs, and whoever may write there may write packets too: nothing is proved by a hit.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from srm_docs import leftovers
from srm_docs.render.pdf import Pdf

if TYPE_CHECKING:
    from srm_docs.render.pdf import Attached

MOST: Final = 512 << 20
"""Bytes of all entries."""
_PACKAGES: Final = (
    "weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "pyphen", "pillow", "brotli", "zopfli",
)  # fmt: skip
_NATIVE: Final = (
    ("libharfbuzz.so.0", "hb_version_string"),
    ("libharfbuzz-subset.so.0", "hb_version_string"),
    ("libpango-1.0.so.0", "pango_version_string"),
)
_ENTRY: Final = ".pdf"
_HEAD: Final = 64 + 1


def key(page: str, assets: Mapping[str, bytes], attachments: Sequence[Attached] = ()) -> str:
    """Return the digest of all that the bytes of a document follow from."""
    carried = [(a.name, a.sha256, a.description, a.at.isoformat(), a.relationship) for a in attachments]
    parts = {
        "assets": {name: _sha(body) for name, body in assets.items()},
        "attachments": carried,
        "code": _code(),
        "page": _sha(page.encode("utf-8", "surrogatepass")),
        "versions": versions(),
    }
    return _sha(json.dumps(parts, sort_keys=True).encode())


@functools.cache
def versions() -> Mapping[str, str]:
    """Return the version of everything that lays out, and of what compresses it."""
    found = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    for name in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    for library, function in _NATIVE:
        with contextlib.suppress(OSError, AttributeError):
            ask = getattr(ctypes.CDLL(library), function)
            ask.restype = ctypes.c_char_p
            found[library] = ask().decode("ascii", "replace")
    return found


@functools.cache
def _code() -> str:
    here = Path(__file__).parent
    return _sha("".join(f"{_sha(p.read_bytes())} {p.name}\n" for p in sorted(here.glob("*.py"))).encode())


def find(folder: Path, name: str) -> Pdf | None:
    """Return the document of this key, or None. What cannot be read, or is not what was written, is absent."""
    path = folder / f"{name}{_ENTRY}"
    try:
        body = path.read_bytes()
    except OSError:
        return None
    digest, rest = body[: _HEAD - 1], body[_HEAD:]
    pages, _, content = rest.partition(b"\n")
    if _sha(rest).encode() != digest or not pages.isdigit():
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # asked for just now
    return Pdf(content=content, pages=int(pages), warnings=())


def keep(folder: Path, name: str, made: Pdf, *, most: int = MOST) -> None:
    """Keep a document whole or not at all. One with warnings is not kept, and a full disk is no fault of a build."""
    rest = b"%d\n" % made.pages + made.content
    if made.warnings or len(rest) > most:
        return
    beside = folder / f".{name}-{os.getpid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(leftovers.hold(beside), "wb") as file:
                file.write(_sha(rest).encode() + b"\n" + rest)
                file.flush()
                beside.replace(folder / f"{name}{_ENTRY}")
        finally:
            beside.unlink(missing_ok=True)
        leftovers.sweep(path for path in folder.iterdir() if path.name.startswith("."))
        _bound(folder, most)


def _bound(folder: Path, most: int) -> None:
    total = 0
    found = [(path.stat(), path) for path in folder.glob(f"*{_ENTRY}")]
    for at, path in sorted(found, key=lambda entry: entry[0].st_mtime_ns, reverse=True):
        total += at.st_size
        if total > most:
            path.unlink(missing_ok=True)


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
