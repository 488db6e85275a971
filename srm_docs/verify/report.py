"""The three answers to "is this packet what it says?", kept apart: outcomes in, JSON and lines of text out. Pure."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from srm_docs.errors import VerificationFailed
from srm_docs.seal.manifest import SIGNATURE, manifest_digest, path_fault
from srm_docs.verify.bounds import plain, shown
from srm_docs.verify.core import Discrepancy
from srm_docs.verify.rejudge import JUDGING, Judged, Rejudged
from srm_docs.verify.signed import Signatures, Signing

WIDTH: Final = 80
_LABEL: Final = 13
_LONG: Final = 400
_KINDS: Final = ("changed", "missing", "added")
_SHA256: Final = re.compile(r"\b([0-9a-f]{16})[0-9a-f]{48}\b")


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


_WRONG: Final = frozenset(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What verify found. `files` is how many files were read."""

    bytes: tuple[Discrepancy, ...]
    files: int
    signature: Signature
    conclusions: Rejudged

    @property
    def sound(self) -> bool:
        """Whether nothing differs. A packet that was not re-judged is sound as far as it was looked at."""
        return (
            not self.bytes
            and self.conclusions.state is not Judged.DIFFERENT
            and self.signature.state not in _WRONG
        )

    def failure(self) -> VerificationFailed | None:
        """The error (exit 7) for a packet that is not sound, else None."""
        if self.sound:
            return None
        return VerificationFailed("The packet is not what it says.", hint="Ask its sender for the packet again.")

    def to_data(self) -> dict[str, Any]:
        """Plain JSON types: `sound`, `bytes`, `signature`, `conclusions`."""
        judged = self.conclusions
        return {
            "schema": "srm-docs/verification/1",
            "sound": self.sound,
            "bytes": {
                "files": self.files,
                "discrepancies": [
                    {"path": d.path, "kind": d.kind, "expected": d.expected, "found": d.found, "by": list(d.by)}
                    for d in self.bytes
                ],
            },
            "signature": _signature_data(self.signature),
            "conclusions": {
                "state": str(judged.state),
                "because": judged.because,
                "counts": dict(judged.counts),
                "differences": [
                    {"subject": d.subject, "stated": d.stated, "judged": d.judged} for d in judged.differences
                ],
                "notes": list(judged.notes),
            },
        }

    def lines(self) -> tuple[str, ...]:
        """For people: at most 80 columns, ASCII where a stranger wrote it. Digests are cut; JSON has them whole."""
        return tuple(line.rstrip() for line in (*self._bytes(), *self._signature(), *self._conclusions()))

    def _bytes(self) -> Iterator[str]:
        if not self.bytes:
            yield from _labelled("Bytes", f"{_count(self.files, 'file')}, all as sealed, none added")
            return
        yield from _labelled("Bytes", self._tally())
        for one in self.bytes:
            yield from _item(f"{one.kind:<8} {_path(one.path)}")
            if one.kind == "added" and one.path in (SIGNATURE, "manifest.json.sig"):
                yield from _item("the packet does not say that it is signed: this proves nothing", deeper=True)
            elif one.kind == "added" and not _SHA256.search(one.found):
                yield from _item(_short(one.found), deeper=True)
            if one.kind == "changed":
                by = f" ({', '.join(one.by)})" if one.by else ""
                yield from _item(f"expected {_short(one.expected)}{by}", deeper=True)
                yield from _item(f"found    {_short(one.found)}", deeper=True)

    def _tally(self) -> str:
        """`936 of 939 files as sealed; 1 changed, 2 missing, 5 added:`, each file once, by the worst said of it."""
        kinds: dict[str, str] = {}
        for one in self.bytes:
            kinds[one.path] = min(one.kind, kinds.get(one.path, one.kind), key=_KINDS.index)
        number = Counter(kinds.values())
        sealed = self.files - number["added"] + number["missing"]
        said = ", ".join(f"{number[kind]:,} {kind}" for kind in _KINDS if number[kind])
        right = sealed - number["changed"] - number["missing"]
        return f"{right:,} of {_count(sealed, 'file')} as sealed; {said}:"

    def _signature(self) -> Iterator[str]:
        said = self.signature
        yield from _labelled("Signature", str(said.state))
        if said.manifest_digest:
            if said.state is Authenticity.NONE:
                yield from _item("Compare this manifest digest with the one its maker tells you:")
            elif said.state is Authenticity.BROKEN:
                yield from _item("The digest of its manifest, from which its files differ:")
            elif said.expected and said.signatures.claimed and said.state is not Authenticity.UNEXPECTED:
                yield from _item("Its manifest has the digest that you gave:")
            elif said.signatures.claimed:
                yield from _item("The digest of its manifest:")
            yield " " * _LABEL + said.manifest_digest
        if said.signatures.claimed:
            yield from _signed(said)

    def _conclusions(self) -> Iterator[str]:
        judged = self.conclusions
        if judged.state is Judged.NOT_JUDGED:
            yield from _labelled("Conclusions", plain(judged.because, _LONG))
        elif judged.state is Judged.SAME:
            said = ", ".join(_count(number, _SINGULAR[name]) for name, number in judged.counts.items() if number)
            yield from _labelled("Conclusions", f"judged again from the packet alone, and as stated: {said}")
        else:
            yield from _labelled("Conclusions", plain(judged.because, _LONG))
            for one in judged.differences:
                if one.subject == JUDGING:
                    continue  # the sentence has said it
                yield from _item(plain(one.subject))
                yield from _item(f"stated   {_short(one.stated)}", deeper=True)
                if one.judged:
                    yield from _item(f"judged   {_short(one.judged)}", deeper=True)
        for note in judged.notes:
            yield from _item(note)


_SINGULAR: Final = {
    "evidence": "evidence item",
    "rows": "row of the coverage ledger",
    "checks": "self-test",
    "reports": "AWS report",
    "responsibilities": "responsibility",
    "requirements": "criterion, control or clause",
    "comparisons": "second count",
}
_PLURAL: Final = {
    "row of the coverage ledger": "rows of the coverage ledger",
    "responsibility": "responsibilities",
    "criterion, control or clause": "criteria, controls and clauses",
}


def signature(
    body: bytes | None, *, consistent: bool, expect: str, signed: Signatures, pinned: bool, unsigned: tuple[str, str]
) -> Signature:
    """The signature's part of a report.

    Of manifest.json's bytes, the digest that came by another channel (`expect`), what was found of signatures, whether
    a signer was named (`pinned`), and the name and manifest digest of the unsigned packet.
    """
    digest = manifest_digest(body) if body is not None else ""
    state = _state(digest, consistent=consistent, expect=expect, signed=signed, pinned=pinned)
    return Signature(
        state=state, manifest_digest=digest, signatures=signed, unsigned=unsigned, expected=bool(expect)
    )


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
        yield from _item(signed.unchecked)
        yield from _item("Signed PDFs begin with the unsigned ones. Who signed, and when, was not looked at.")
    for one in signed.signings:
        if one.fault:
            yield from _item(f"{_path(one.path)} {plain(one.fault)}")
    groups: dict[tuple[str, str, str], list[Signing]] = {}
    for one in signed.signings:
        if one.fingerprint:
            groups.setdefault((one.signer, one.fingerprint, one.by), []).append(one)
    for (signer, fingerprint, by), made in groups.items():
        for one in made:
            yield from _item(f"{f'{one.at:%Y-%m-%d %H:%M:%S} UTC' if one.at else 'at no stated time'}  {_path(one.path)}")
        clock = f"the timestamp authority {plain(by)}, whose certificate came with it" if by else "the signer's own clock"
        yield from _item(f"Times by {clock}.")
        yield from _item(f"Signer {plain(signer)}, certificate sha256")
        yield " " * _LABEL + fingerprint
        if any(one.pinned is False for one in made):
            yield from _item("which is not the signer that you named", deeper=True)
    if said.state is Authenticity.SIGNED:
        yield from _item("Name the certificate or key that you expect with --signer.")
    if any(one.at for one in signed.signings):
        yield from _item("Whether a certificate was revoked was not looked up.")
    for path in signed.own:
        yield from _item(f"{_path(path)} is not signed by itself")
    yield from _item("All other files carry no signature of their own: the manifest names their digests.")
    name, digest = said.unsigned
    yield from _item(f"Made of the unsigned packet {plain(name)}, whose manifest has the digest")
    yield " " * _LABEL + digest


def _signature_data(said: Signature) -> dict[str, Any]:
    signed = said.signatures
    return {
        "state": str(said.state),
        "manifest_digest": said.manifest_digest,
        "signed": signed.claimed,
        "unchecked": signed.unchecked,
        "unsigned_packet": {"packet": said.unsigned[0], "manifest_digest": said.unsigned[1]} if signed.claimed else None,
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


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else _PLURAL.get(what, what + 's')}"


def _labelled(label: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=f"{label:<{_LABEL}}", subsequent_indent=" " * _LABEL)


def _item(text: str, *, deeper: bool = False) -> Iterator[str]:
    indent = " " * (_LABEL + 2 if deeper else _LABEL)
    yield from textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _path(path: str) -> str:
    """A path as it is where a packet may hold it, else in quotes with what cannot be printed spelt out."""
    return shown(path) if path_fault(path) else path


def _short(text: str) -> str:
    """Digests cut to 16 digits, and nothing that a terminal could take for more than text."""
    return _SHA256.sub(r"\1...", plain(text, _LONG))
