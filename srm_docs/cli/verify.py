"""`srm-docs verify`: check a packet offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import JSON, print_json


@click.command(
    epilog=exit_codes(said={0: "as sealed", 2: "usage, or not a packet", 7: "something differs"}),
    short_help="Check a packet offline.",
)
@click.argument("packet", type=click.Path(path_type=Path))
@click.option("--expect", default="", metavar="SHA256", help="The digest of manifest.json that the sender told you.")
@click.option(
    "--signer", type=click.Path(path_type=Path), help="The certificate or public key of the signer that you expect."
)
@JSON
def verify(*, packet: Path, expect: str, signer: Path | None, as_json: bool) -> None:
    """Check a packet (folder or zip) offline: its bytes, its signature, its conclusions.

    \b
    srm-docs verify output/packets/latest
    srm-docs verify packet.zip --json
    srm-docs verify packet.zip --expect "$digest"   as the sender told it
    srm-docs verify packet.zip --signer signer.pem   as the sender gave it
    """
    from srm_docs.verify.open import verify as open_and_verify

    report = open_and_verify(packet, expect=expect, signer=signer)
    if as_json:
        print_json(report.to_data())
    else:
        from srm_docs import console

        for line in report.lines():
            console.out(line)
    sys.exit(0 if report.sound else 7)
