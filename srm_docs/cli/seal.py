"""`srm-docs seal`: sign a packet that was built, into a new one beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srm_docs.cli.codes import exit_codes
from srm_docs.cli.options import CONFIG, JSON, QUIET, configured, print_json

if TYPE_CHECKING:
    from srm_docs.seal.signing import Settings

PASSPHRASE = "SRM_DOCS_PASSPHRASE"  # noqa: S105 - the name of a variable
_FILE = click.Path(path_type=Path)
_LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


@click.command(
    epilog=exit_codes(
        5,
        said={
            0: "signed",
            2: "usage, configuration or a key that cannot sign",
            4: "no timestamp",
            7: "the packet was changed since it was sealed",
        },
    ),
    short_help="Sign a packet.",
)
@click.argument("packet", type=_FILE)
@click.option("--sign", is_flag=True, required=True, help="Sign the PDFs and manifest.json.")
@click.option("--key", type=_FILE, help="The signer's key: a PEM or PKCS#12 file.")
@click.option("--certificate", "certificates", type=_FILE, multiple=True, help="Its certificate, and those above it.")
@click.option("--pkcs11-module", type=_FILE, help="Instead of --key: the library of a token's driver.")
@click.option("--pkcs11-token", metavar="LABEL", help="The token's label.")
@click.option("--pkcs11-label", metavar="LABEL", help="The label of the key and its certificate in the token.")
@click.option(
    "--passphrase-file", type=_FILE, help=f"The passphrase or PIN (default: {PASSPHRASE}, else you are asked)."
)
@click.option("--level", type=click.Choice(_LEVELS), help="PAdES level (default: B-T with a --tsa, else B-B).")
@click.option("--tsa", metavar="URL", help="The RFC 3161 timestamp authority.")
@click.option("--trust", type=_FILE, multiple=True, help="A root certificate, from B-LT on.")
@click.option(
    "--crl", "crls", type=_FILE, multiple=True, help="A revocation list that cannot be fetched, from B-LT on."
)
@CONFIG
@JSON
@QUIET
def seal(
    *,
    packet: Path,
    sign: bool,  # noqa: ARG001 - says what the command does; there is nothing else yet
    key: Path | None,
    certificates: tuple[Path, ...],
    pkcs11_module: Path | None,
    pkcs11_token: str | None,
    pkcs11_label: str | None,
    passphrase_file: Path | None,
    level: str | None,
    tsa: str | None,
    trust: tuple[Path, ...],
    crls: tuple[Path, ...],
    config_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Sign a built packet. The signed one is a new folder beside it; the packet itself stays as it is.

    Every PDF gets an invisible signature that certifies it, manifest.json a detached one. No passphrase is
    taken from the command line. The [signing] table of srm-docs.toml can hold the other options.

    \b
    srm-docs seal --sign output/packets/latest --key signer.p12
    srm-docs seal --sign output/packets/latest --key signer.p12 \\
      --tsa https://tsa.example/
    """
    from srm_docs import console
    from srm_docs.errors import UsageError
    from srm_docs.seal import signing
    from srm_docs.seal.signed_packet import sign as sign_packet

    token = (pkcs11_module, pkcs11_token, pkcs11_label)
    if any(token) and not all(token):
        raise UsageError(
            "A token needs its driver and two labels.", hint="Give --pkcs11-module, --pkcs11-token and --pkcs11-label."
        )
    if any(token) and key:
        raise UsageError("A key is in a file or in a token.", hint="Give --key or the three --pkcs11 options.")
    chosen: Settings = configured(config_file).signing.with_(
        key=signing.Token(module=pkcs11_module, token=pkcs11_token, label=pkcs11_label)
        if pkcs11_module and pkcs11_token and pkcs11_label
        else key,
        certificates=certificates,
        level=signing.Level(level) if level else None,
        tsa=tsa,
        trust=trust,
        crls=crls,
        passphrase=_passphrase(passphrase_file),
    )
    made = sign_packet(packet, chosen, say=str if quiet or as_json else console.err)
    if as_json:
        print_json(
            {
                "certificate_sha256": made.fingerprint,
                "level": str(made.level),
                "manifest_digest": made.manifest_digest,
                "packet": str(made.path),
                "pdfs_signed": made.pdfs,
                "signer": made.signer,
            }
        )
        return
    console.out(f"Signed {made.pdfs} {'PDF' if made.pdfs == 1 else 'PDFs'} and manifest.json, PAdES {made.level}")
    console.out(f"by {made.signer}")
    console.out(f"certificate sha256 {made.fingerprint}")
    console.out(f"Packet: {made.path}")
    console.out(f"Check it with: srm-docs verify {made.path} --signer CERTIFICATE")


def _passphrase(file: Path | None) -> Callable[[], str]:
    """From a file, the environment or a person; asked for only where the key has one."""

    def ask() -> str:
        from srm_docs.errors import UsageError

        if file is not None:
            try:
                return file.read_text("utf-8").removesuffix("\n").removesuffix("\r")
            except (OSError, UnicodeDecodeError) as fault:
                raise UsageError(
                    f"{file} cannot be read as a passphrase.", hint="It holds one line of text."
                ) from fault
        if PASSPHRASE in os.environ:
            return os.environ[PASSPHRASE]
        if not sys.stdin.isatty():
            raise UsageError(
                "The key has a passphrase, and nobody is here to be asked.",
                hint=f"Set {PASSPHRASE}, or name a file with --passphrase-file.",
            )
        return str(click.prompt("Passphrase of the key", hide_input=True, default="", show_default=False, err=True))

    return ask
