"""What is known of who made a packet: digests and signatures in, JSON and lines of text out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from srm_docs.seal.manifest import manifest_digest
from srm_docs.verify.bounds import plain
from srm_docs.verify.lines import LABEL, item, labelled, path_of
from srm_docs.verify.signed import Signatures, Signing


class Authenticity(StrEnum):
    """What is known of who made the packet."""

    NONE = "not signed: consistent, not authenticated"
    BROKEN = "not consistent, not authenticated"
    EXPECTED = "not signed: consistent, and its manifest has the digest that you gave"
    UNEXPECTED = "its manifest does not have the digest that you gave"
    UNSIGNED = "not signed, although you named a signer"
    UNCHECKED = "signed, but the signatures were not checked"
    SIGNED = "signed by a key that came with the packet: whoever has that key sealed it"
    PINNED = "signed by the signer that you named"
    STRANGER = "signed, but not by the signer that you named"
    SIGNED_BROKEN = "signed, but its files are not those that were signed"
    FORGED = "a signature is wrong"


WRONG: Final = frozenset(
    {
        Authenticity.UNEXPECTED, Authenticity.UNSIGNED, Authenticity.STRANGER, Authenticity.SIGNED_BROKEN,
        Authenticity.FORGED,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Authenticity, and the manifest's SHA-256 (hex) to compare by another channel; empty where it has none.

    `unsigned` is the packet that was signed, with the digest of its manifest.
    """

    state: Authenticity
    manifest_digest: str
    signatures: Signatures = field(default_factory=Signatures)
    unsigned: tuple[str, str] = ("", "")
    expected: bool = False

    def to_data(self) -> dict[str, Any]:
        """Plain JSON types."""
        signed = self.signatures
        return {
            "state": str(self.state),
            "manifest_digest": self.manifest_digest,
            "signed": signed.claimed,
            "unchecked": signed.unchecked,
            "unsigned_packet": {"packet": self.unsigned[0], "manifest_digest": self.unsigned[1]}
            if signed.claimed
            else None,
            "signatures": [
                {
                    "path": one.path,
                    "signer": one.signer,
                    "certificate_sha256": one.fingerprint,
                    "time": f"{one.at:%Y-%m-%dT%H:%M:%SZ}" if one.at else None,
                    "timestamp_by": one.by or None,
                    "expected_signer": one.pinned,
                    "fault": one.fault or None,
                }
                for one in signed.signings
            ],
            "pdfs_not_signed": list(signed.own),
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield from labelled("Signature", str(self.state))
        if self.manifest_digest:
            if self.state is Authenticity.NONE:
                yield from item("Compare this manifest digest with the one its maker tells you:")
            elif self.state is Authenticity.BROKEN:
                yield from item("The digest of its manifest, from which its files differ:")
            elif self.expected and self.signatures.claimed and self.state is not Authenticity.UNEXPECTED:
                yield from item("Its manifest has the digest that you gave:")
            elif self.signatures.claimed:
                yield from item("The digest of its manifest:")
            yield " " * LABEL + self.manifest_digest
        if self.signatures.claimed:
            yield from _signed(self)


def signature(
    body: bytes | None, *, consistent: bool, expect: str, signed: Signatures, pinned: bool, unsigned: tuple[str, str]
) -> Signature:
    """The signature's part of a report.

    Of manifest.json's bytes, the digest that came by another channel (`expect`), what was found of signatures, whether
    a signer was named (`pinned`), and the name and manifest digest of the unsigned packet.
    """
    digest = manifest_digest(body) if body is not None else ""
    state = _state(digest, consistent=consistent, expect=expect, signed=signed, pinned=pinned)
    return Signature(state=state, manifest_digest=digest, signatures=signed, unsigned=unsigned, expected=bool(expect))


def _state(digest: str, *, consistent: bool, expect: str, signed: Signatures, pinned: bool) -> Authenticity:
    """The worst that can be said comes first."""
    said = {
        Authenticity.UNEXPECTED: bool(expect) and expect != digest,
        Authenticity.FORGED: signed.fault,
        Authenticity.STRANGER: signed.strange,
        Authenticity.UNSIGNED: pinned and not signed.claimed,
        Authenticity.SIGNED_BROKEN: signed.claimed and not consistent,
        Authenticity.BROKEN: not consistent,
        Authenticity.UNCHECKED: bool(signed.unchecked),
        Authenticity.PINNED: signed.claimed and pinned,
        Authenticity.SIGNED: signed.claimed,
        Authenticity.EXPECTED: bool(expect),
    }
    return next((state for state, true in said.items() if true), Authenticity.NONE)


def _signed(said: Signature) -> Iterator[str]:
    """Who signed what and when, and what carries no signature of its own."""
    signed = said.signatures
    if signed.unchecked:
        yield from item(signed.unchecked)
        yield from item("Signed PDFs begin with the unsigned ones. Who signed, and when, was not looked at.")
    for one in signed.signings:
        if one.fault:
            yield from item(f"{path_of(one.path)} {plain(one.fault)}")
    yield from _signers(signed)
    if said.state is Authenticity.SIGNED:
        yield from item("Name the certificate or key that you expect with --signer.")
    if any(one.at for one in signed.signings):
        yield from item("Whether a certificate was revoked was not looked up.")
    for path in signed.own:
        yield from item(f"{path_of(path)} is not signed by itself")
    yield from item("All other files carry no signature of their own: the manifest names their digests.")
    name, digest = said.unsigned
    yield from item(f"Made of the unsigned packet {plain(name)}, whose manifest has the digest")
    yield " " * LABEL + digest


def _signers(signed: Signatures) -> Iterator[str]:
    """Each signer once, with what it signed, and by whose clock."""
    groups: dict[tuple[str, str, str], list[Signing]] = {}
    for one in signed.signings:
        if one.fingerprint:
            groups.setdefault((one.signer, one.fingerprint, one.by), []).append(one)
    for (signer, fingerprint, by), made in groups.items():
        for one in made:
            yield from item(
                f"{f'{one.at:%Y-%m-%d %H:%M:%S} UTC' if one.at else 'at no stated time'}  {path_of(one.path)}"
            )
        clock = (
            f"the timestamp authority {plain(by)}, whose certificate came with it" if by else "the signer's own clock"
        )
        yield from item(f"Times by {clock}.")
        yield from item(f"Signer {plain(signer)}, certificate sha256")
        yield " " * LABEL + fingerprint
        if any(one.pinned is False for one in made):
            yield from item("which is not the signer that you named", deeper=True)
