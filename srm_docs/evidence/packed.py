"""Text that is packed: a run of base64 in, the text in it out, also through gzip."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from typing import Final

_LIMIT: Final = 1 << 20


def unpacked(run: str) -> Iterator[str]:
    """The text that a run of base64 holds, unpacked where it is gzip, at most 1 MiB of it."""
    try:
        body = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
        if body[:2] == b"\x1f\x8b":
            body = zlib.decompressobj(wbits=31).decompress(body, _LIMIT)
        inner = body.decode()
    except (ValueError, zlib.error):  # no base64, letters that base64 does not have, or bytes that are no text
        return
    if inner.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        yield inner
