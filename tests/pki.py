"""A certification authority, signers and an RFC 3161 timestamp authority on loopback, made anew for a test run."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
PASSPHRASE = "correct horse"


@dataclass(frozen=True)
class Identity:
    """A key and its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def key_pem(self, phrase: str = "") -> bytes:
        locked: Any = serialization.NoEncryption()
        if phrase:
            locked = serialization.BestAvailableEncryption(phrase.encode())
        return bytes(self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))

    def public_pem(self) -> bytes:
        return bytes(
            self.key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def pkcs12(self, phrase: str, *above: Identity) -> bytes:
        locked: Any = serialization.NoEncryption()
        if phrase:
            locked = serialization.BestAvailableEncryption(phrase.encode())
        chain = [one.certificate for one in above]
        return pkcs12.serialize_key_and_certificates(b"signer", self.key, self.certificate, chain, locked)

    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def identity(
    name: str, above: Identity | None = None, *, ca: bool = False, tsa: bool = False, bits: int = 0, days: int = 900
) -> Identity:
    """A new key (P-256, or RSA of so many bits) with a certificate from the one above, or from itself."""
    key: Any = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (above.certificate.subject, above.key) if above else (subject, key)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + dt.timedelta(days=min(days, 0) - 30))
        .not_valid_after(NOW + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca, content_commitment=not ca, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if tsa:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Identity(key, made.sign(issuer_key, hashes.SHA256()))


def revocation_list(ca: Identity, *revoked: Identity) -> bytes:
    """A list, in DER, of what this authority has revoked."""
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(NOW - dt.timedelta(hours=1))
        .next_update(NOW + dt.timedelta(days=30))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False)
    )
    for one in revoked:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(one.certificate.serial_number)
            .revocation_date(NOW - dt.timedelta(hours=2))
            .build()
        )
    return made.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


ROOT = identity("Test Root", ca=True)
SIGNER = identity("Example Ltd Packets", ROOT)
OTHER = identity("Somebody Else", ROOT)
TSA = identity("Test Timestamps", ROOT, tsa=True, bits=2048)


def write(folder: Path) -> Path:
    """The files that a signer has, and those of somebody else."""
    folder.mkdir(exist_ok=True)
    for name, body in {
        "key.pem": SIGNER.key_pem(PASSPHRASE) + SIGNER.pem,
        "bare.pem": SIGNER.key_pem(),
        "signer.p12": SIGNER.pkcs12(PASSPHRASE, ROOT),
        "signer.pem": SIGNER.pem,
        "signer.pub": SIGNER.public_pem(),
        "root.pem": ROOT.pem,
        "root.crl": revocation_list(ROOT),
        "other.pem": OTHER.pem,
        "other-key.pem": OTHER.key_pem() + OTHER.pem,
    }.items():
        (folder / name).write_bytes(body)
    return folder


@contextmanager
def timestamps(tsa: Identity = TSA) -> Iterator[str]:
    """The address of a timestamp authority that answers over HTTP."""
    store = SimpleCertificateStore()
    store.register(ROOT.asn1())
    answers = DummyTimeStamper(tsa_cert=tsa.asn1(), tsa_key=tsa.asn1_key(), certs_to_embed=store)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = asyncio.run(answers.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
