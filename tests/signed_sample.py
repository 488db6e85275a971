"""The small sealed packet with real PDFs, unsigned and signed, made once for a test run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pki
import sealed_sample as sample

from srm_docs.render import assets, pdf
from srm_docs.seal.packet_folder import seal
from srm_docs.seal.signed_packet import Signed, sign
from srm_docs.seal.signing import Level, Settings

_PAGE = (
    '<!doctype html><html lang="en"><head><title>{0}</title>'
    '<link rel="stylesheet" href="srm-asset:css/tokens.css">'
    '<link rel="stylesheet" href="srm-asset:css/text.css"></head><body><h1>{0}</h1><p>x</p></body></html>'
)


@cache
def document(name: str) -> bytes:
    """A PDF as we make them, of one page."""
    return pdf.write(_PAGE.format(name), assets=assets.bundled()).content


def files() -> dict[str, bytes]:
    """Every file of the packet but those that close it."""
    return {path: document(path) if path.endswith(".pdf") else body for path, body in sample.files().items()}


def unsigned(folder: Path) -> Path:
    """The packet, sealed in a folder."""
    return seal(files(), packets=folder, name=sample.NAME).path


def settings(folder: Path, key: str = "key.pem", level: Level = Level.B, tsa: str = "") -> Settings:
    """What to sign with; the test authority's files are written into the folder."""
    made = pki.write(folder)
    return Settings(
        key=made / key,
        passphrase=lambda: pki.PASSPHRASE,
        level=level,
        tsa=tsa,
        trust=(made / "root.pem",),
        crls=(made / "root.crl",),
    )


def signed(folder: Path, **chosen: object) -> Signed:
    """The packet, signed beside the unsigned one."""
    packet = folder / "packets" / sample.NAME
    if not packet.exists():
        unsigned(folder / "packets")
    return sign(packet, settings(folder / "pki", **chosen))  # type: ignore[arg-type]
