"""Open a packet, folder or zip: a path in, a report out. The only part of verify that reads files.

Everything in a packet may come from a stranger: nothing is unpacked to the disk, no link is followed, no code is
loaded, and what is read is bounded before it is read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check
from srm_docs.errors import UsageError
from srm_docs.seal import manifest
from srm_docs.seal.packet_folder import LATEST, read_latest
from srm_docs.verify import bounds, core, signed, zipped
from srm_docs.verify.authenticity import signature
from srm_docs.verify.bounds import Limits
from srm_docs.verify.core import Found
from srm_docs.verify.rejudge import INDEX, INPUTS, rejudge
from srm_docs.verify.report import Report

_BLOCK: Final = 1 << 20
_LISTS: Final = (manifest.MANIFEST, manifest.SUMS, manifest.CONTENTS)
_JUDGED: Final = ("findings.json", INDEX, INPUTS)
"""What is a packet even where its lists were taken away."""

Read = Callable[[str], bytes]
"""The bytes of a file of the packet. ValueError, as half a sentence, where it cannot be read or is too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is in a packet by path, and a way to read it again."""

    found: dict[str, Found]
    read: Read


def verify(
    path: Path,
    *,
    expect: str = "",
    signer: Path | None = None,
    checks: Iterable[Check] | None = None,
    calls: Iterable[Call] | None = None,
    limits: Limits = bounds.DEFAULT,
) -> Report:
    """Check a packet's bytes, signature and conclusions.

    `expect` is a manifest digest that came by another channel, `signer` the file of a certificate or public key.
    `checks` and `calls` are those to judge with, by default all of this program's.
    UsageError where there is no packet at `path`, VerificationFailed where it is refused unread, MissingLibrary where
    a signer is named and cannot be checked.
    """
    wanted = _digest(expect)
    with opened(path, limits) as packet:
        closing: dict[str, bytes] = {}
        for name in _LISTS:
            if name in packet.found:
                with suppress(ValueError):  # compare says of a list that cannot be read why
                    closing[name] = packet.read(name)
        if not packet.found.keys() & {*_LISTS, *_JUDGED}:
            raise UsageError(
                f"There is no packet at {path}: it holds none of {', '.join((*_LISTS, *_JUDGED))}.",
                hint="Name a packet's folder or zip, for example output/packets/latest.",
            )
        closed = _closed(closing.get(manifest.MANIFEST))
        prefixes = signed.prefix_discrepancies(closed, packet.found, packet.read)
        differs = tuple(sorted({*core.compare(packet.found, closing), *prefixes}))
        was = closed.unsigned if closed else None
        return Report(
            bytes=differs,
            files=len(packet.found),
            signature=signature(
                closing.get(manifest.MANIFEST),
                consistent=not differs,
                expect=wanted,
                signed=signed.signatures(closed, packet.found, packet.read, signer),
                pinned=signer is not None,
                unsigned=(was.packet, was.manifest_digest) if was else ("", ""),
            ),
            conclusions=rejudge(packet.found, packet.read, checks=checks, calls=calls),
        )


def _closed(body: bytes | None) -> manifest.Manifest | None:
    """The manifest; None where it is none, of which the comparison of bytes tells."""
    try:
        return manifest.decode(body) if body is not None else None
    except ValueError:
        return None


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Opened]:
    """The packet at `path`, hashed. A text file `latest` that names a packet is followed."""
    try:
        if path.name == LATEST and path.is_file() and (name := read_latest(path)):
            path = path.parent / name
        if path.is_dir():
            yield Opened(found=_folder(path, limits), read=lambda name: _read(path / name, limits))
            return
        if not path.exists():
            raise UsageError(f"There is nothing at {path}.", hint="Name a packet's folder or zip.")
        with zipped.opened(path, limits) as packet:
            yield Opened(found=packet.found(), read=packet.read)
    except OSError as fault:
        raise UsageError(
            f"{fault.filename or path} cannot be read: {fault.strerror}.", hint="Mend its permissions."
        ) from fault


def _folder(top: Path, limits: Limits) -> dict[str, Found]:
    found: dict[str, Found] = {}
    waiting, total, entries = [""], 0, 0
    while waiting:
        prefix = waiting.pop()
        try:
            with os.scandir(top / prefix) as listing:
                names = sorted(entry.name for entry in islice(listing, limits.entries + 1))
        except OSError as fault:
            if not prefix:
                raise
            found[prefix] = Found(problem=f"a folder that cannot be read: {fault.strerror}")
            continue
        entries += len(names)
        if entries > limits.entries:
            raise bounds.refuse(f"it holds more than {limits.entries} files")
        if prefix and not names:
            found[prefix] = Found(problem="an empty folder")
        for name in names:
            path = top / prefix / name
            if stat.S_ISDIR(path.lstat().st_mode):
                waiting.append(f"{prefix}{name}/")
                continue
            found[prefix + name] = _hash(path, limits)
            total += found[prefix + name].size
            if total > limits.total:
                raise bounds.refuse(f"it is larger than {limits.total >> 30} GiB")
    return found


@contextmanager
def _plain(path: Path) -> Iterator[IO[bytes] | str]:
    """The opened file, or why it is none. A pipe or a device is never waited for, a link never followed."""
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        yield "a symbolic link, not followed" if stat.S_ISLNK(mode) else "a pipe, socket or device, not read"
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        yield f"a file that cannot be read: {fault.strerror}"
        return
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _hash(path: Path, limits: Limits) -> Found:
    with _plain(path) as file:
        if isinstance(file, str):
            return Found(problem=file)
        hasher, size = hashlib.sha256(), 0
        while block := file.read(_BLOCK):
            hasher.update(block)
            size += len(block)
            if size > limits.file:
                raise bounds.refuse(f"{bounds.shown(path.name)} is larger than {limits.file >> 20} MiB")
        return Found(sha256=hasher.hexdigest(), size=size)


def _read(path: Path, limits: Limits) -> bytes:
    with _plain(path) as file:
        if isinstance(file, str):
            raise ValueError(f"is {file}")  # noqa: TRY004 - the type only says that there is no file
        body = file.read(limits.parsed + 1)
    if len(body) > limits.parsed:
        raise ValueError(f"is larger than {limits.parsed >> 20} MiB")
    return body


def _digest(expect: str) -> str:
    wanted = "".join(expect.split()).casefold().removeprefix("sha256:")
    if wanted and (len(wanted) != hashlib.sha256().digest_size * 2 or set(wanted) - set("0123456789abcdef")):
        raise UsageError(
            f"{expect[:80]!r} is no SHA-256 digest.", hint="Give the 64 hex digits that the sender told you."
        )
    return wanted
