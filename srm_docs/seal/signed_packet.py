"""A sealed packet and a key in, a new packet beside it out, whose PDFs and manifest are signed. The old one stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from srm_docs.errors import EvidenceDamaged, OutputError, UsageError, VerificationFailed
from srm_docs.seal import manifest, signing
from srm_docs.seal.manifest import Listed, Manifest
from srm_docs.seal.packet_folder import LATEST, intact, read_latest, seal_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The new packet, how many PDFs in it are signed, and by whom."""

    path: Path
    manifest_digest: str
    pdfs: int
    signer: str
    fingerprint: str
    level: signing.Level


def sign(packet: Path, settings: signing.Settings, *, say: Callable[[str], object] = str) -> Signed:
    """Write `<packet>-signed-<8 hex of the certificate>` beside the packet.

    UsageError where there is no unsigned packet or no usable key, VerificationFailed where the packet is not as it
    was sealed, OutputError where the new one cannot be written or is there already.
    """
    packet = _followed(packet)
    body, closed = _read(packet)
    pdfs = [file.path for file in closed.files if manifest.is_document(file.path)]
    if not pdfs:
        raise UsageError(f"{packet} holds no PDF.", hint="Build a packet with documents first.")
    with signing.opened(settings) as pen:
        name = f"{closed.packet}-signed-{pen.fingerprint[:8]}"

        def files() -> Iterator[tuple[str, bytes | Path]]:
            for file in closed.files:
                if file.path not in pdfs:
                    yield file.path, packet / file.path
                    continue
                say(f"Signing {file.path}")
                yield file.path, pen.pdf(_unsigned(packet / file.path, file))

        def close(listed: Sequence[Listed]) -> tuple[bytes, bytes]:
            before = {file.path: file for file in closed.files}
            for file in listed:  # what was read while copying must still be what was found intact
                if file.path not in pdfs and before[file.path] != file:
                    raise EvidenceDamaged(f"{file.path} changed while the packet was being signed.", hint="Repeat it.")
            now = manifest.signed(body, name, [file for file in listed if file.path in pdfs])
            return now, pen.detached(now)

        sealed = seal_signed(files(), packets=packet.parent, name=name, close=close)
        return Signed(
            path=sealed.path,
            manifest_digest=sealed.manifest_digest,
            pdfs=len(pdfs),
            signer=pen.subject,
            fingerprint=pen.fingerprint,
            level=pen.level,
        )


def _followed(packet: Path) -> Path:
    if packet.name == LATEST and (name := read_latest(packet)):
        packet = packet.parent / name
    if packet.is_file():
        raise UsageError(f"{packet} is a file.", hint="Name a packet's folder; a zip is unpacked first.")
    if not packet.is_dir():
        raise UsageError(f"There is no packet at {packet}.", hint="Name a packet's folder: output/packets/latest.")
    return packet.resolve()


def _read(packet: Path) -> tuple[bytes, Manifest]:
    try:
        body = (packet / manifest.MANIFEST).read_bytes()
        closed = manifest.decode(body)
        digest = intact(packet)
    except FileNotFoundError as fault:
        raise UsageError(f"{packet} is no packet: it has no {manifest.MANIFEST}.", hint="Name its folder.") from fault
    except OSError as fault:
        raise OutputError(f"{packet} cannot be read: {fault.strerror}.", hint="Mend its permissions.") from fault
    except ValueError as fault:
        raise VerificationFailed(
            f"{packet / manifest.MANIFEST} {fault}.", hint="Build the packet again, then sign it."
        ) from fault
    if closed.unsigned:
        raise UsageError(
            f"{packet} is signed already.", hint=f"Sign the packet it was made of, {closed.unsigned.packet}."
        )
    if digest != manifest.manifest_digest(body):
        raise VerificationFailed(
            f"{packet} was changed since it was sealed, so it is not signed.",
            hint=f"See what differs with `srm-docs verify {packet}`.",
        )
    return body, closed


def _unsigned(path: Path, file: Listed) -> bytes:
    body = path.read_bytes()
    if (hashlib.sha256(body).hexdigest(), len(body)) != (file.sha256, file.size):
        raise EvidenceDamaged(f"{file.path} changed while the packet was being signed.", hint="Repeat it.")
    return body
