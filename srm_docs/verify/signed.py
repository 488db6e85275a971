"""Signatures of a packet: its manifest, the files and a pinned signer in, who signed what and when out.

That a signed PDF begins with the unsigned one is checked with the standard library alone. Who signed needs pyHanko
(`verify.signers`), and where that is missing it is said that it was not checked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from srm_docs.errors import MissingLibrary
from srm_docs.seal.manifest import MANIFEST, SIGNATURE, Manifest, is_document
from srm_docs.seal.signing import library
from srm_docs.verify.core import Discrepancy, Found

NO_LIBRARY: Final = "pyHanko is not installed: pip install '.[sign]'"

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One signature. `path` is what is signed.

    signer, fingerprint   the certificate's subject, and its SHA-256 (hex)
    key                   SHA-256 (hex) of its public key: two certificates of one key are one signer
    at                    when, and `by`: the timestamp authority that says so, empty where it is the signer's own clock
    pinned                whether it is the signer that was named; None where none was named
    fault                 why it is no good, as half a sentence; empty where it is good
    """

    path: str
    signer: str = ""
    fingerprint: str = ""
    key: str = ""
    at: dt.datetime | None = None
    by: str = ""
    pinned: bool | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """All signatures of a packet. `claimed`: its manifest says that it is signed.

    unchecked   why they were not checked, empty where they were
    own         PDFs of the packet that carry no signature of their own
    """

    claimed: bool = False
    unchecked: str = ""
    signings: tuple[Signing, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def fault(self) -> bool:
        """Whether one of them is no good."""
        return any(one.fault for one in self.signings)

    @property
    def strange(self) -> bool:
        """Whether one of them is by another than the signer that was named."""
        return any(one.pinned is False for one in self.signings)


def prefix_discrepancies(closed: Manifest | None, found: Mapping[str, Found], read: Read) -> Iterator[Discrepancy]:
    """Signed PDFs that do not begin with the unsigned PDF that the manifest names."""
    for before in closed.unsigned.files if closed and closed.unsigned else ():
        file = found.get(before.path)
        if file is None or file.problem:
            continue  # the comparison of bytes has said so
        try:
            body = read(before.path)
        except ValueError as fault:
            yield Discrepancy(path=before.path, expected="a PDF that can be read", found=str(fault), by=(MANIFEST,))
            continue
        digest = hashlib.sha256(body[: before.size]).hexdigest()
        if digest != before.sha256:
            yield Discrepancy(
                path=before.path,
                expected=f"first {before.size} bytes, the unsigned PDF: sha256 {before.sha256}",
                found=f"first {before.size} bytes: sha256 {digest}",
                by=(MANIFEST,),
            )


def signatures(closed: Manifest | None, found: Mapping[str, Found], read: Read, pin: Path | None) -> Signatures:
    """Check every signature of a packet.

    A packet that does not claim to be signed has none. MissingLibrary where a signer was named (`pin`) and cannot be
    checked, UsageError where `pin` is neither a certificate nor a public key.
    """
    if closed is None or closed.unsigned is None:
        if pin is not None:
            _named(pin)
        return Signatures(own=_own(closed))
    from srm_docs.verify import signers

    try:
        library()
    except ImportError as fault:
        if pin is not None:
            raise MissingLibrary("A signer cannot be checked without pyHanko.", hint=NO_LIBRARY) from fault
        return Signatures(claimed=True, unchecked=NO_LIBRARY, own=_own(closed))
    named = signers.pin(pin) if pin is not None else None
    made = [_manifest(found, read, named)]
    made += [_pdf(file.path, found, read, named) for file in closed.unsigned.files]
    return Signatures(claimed=True, signings=tuple(_one_signer(made)), own=_own(closed))


def _named(pin: Path) -> None:
    """Refuse a file that names no signer even where there is nothing to compare it with."""
    from srm_docs.verify import signers

    try:
        library()
    except ImportError:
        return  # the packet is not signed, whoever should have signed it
    signers.pin(pin)


def _own(closed: Manifest | None) -> tuple[str, ...]:
    signed = {file.path for file in closed.unsigned.files} if closed and closed.unsigned else set()
    return tuple(f.path for f in closed.files if is_document(f.path) and f.path not in signed) if closed else ()


def _manifest(found: Mapping[str, Found], read: Read, named: object) -> Signing:
    from srm_docs.verify import signers

    if SIGNATURE not in found:
        return Signing(path=MANIFEST, fault="has lost its signature", pinned=None if named is None else False)
    try:
        return signers.detached(MANIFEST, read(MANIFEST), read(SIGNATURE), named)
    except ValueError as fault:
        return Signing(path=MANIFEST, fault=f"its signature {fault}", pinned=None if named is None else False)


def _pdf(path: str, found: Mapping[str, Found], read: Read, named: object) -> Signing:
    from srm_docs.verify import signers

    if path not in found:
        return Signing(path=path, fault="is missing", pinned=None if named is None else False)
    try:
        return signers.pdf(path, read(path), named)
    except ValueError as fault:
        return Signing(path=path, fault=str(fault), pinned=None if named is None else False)


def _one_signer(made: list[Signing]) -> Iterator[Signing]:
    """A packet is signed by one: whoever adds a file signed by another has not the key of the manifest."""
    first = made[0]
    yield first
    for one in made[1:]:
        if first.key and one.key and one.key != first.key and not one.fault:
            yield Signing(
                path=one.path, signer=one.signer, fingerprint=one.fingerprint, key=one.key, at=one.at, by=one.by,
                pinned=one.pinned, fault="is signed by another than the manifest",
            )  # fmt: skip
        else:
            yield one
