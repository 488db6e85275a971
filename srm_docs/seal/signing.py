"""Sign: a key and bytes in, a signed PDF or a detached signature out. With verify.signers all that knows pyHanko.

PDFs get one invisible PAdES signature that certifies them: no change is allowed after it. It is appended, so the file
begins with the unsigned one. Only a timestamp authority and, from B-LT on, the addresses that certificates name for
their revocation are asked over the network.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from srm_docs.errors import CannotBegin, MissingLibrary, SrmDocsError, UsageError

FIELD: Final = "srm-docs"
_REASON: Final = "Sealed by those who prepared this packet"
_USES: Final = frozenset({"digital_signature", "non_repudiation"})
_TSA_SECONDS: Final = 30
_LEAST_RSA: Final = 2048
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")


class Level(StrEnum):
    """PAdES levels: a signature; with a timestamp; with revocation data; with a timestamp over all of it."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key in a PKCS#11 token: the driver's library, the token's label and that of the key and its certificate."""

    module: Path
    token: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What to sign with.

    key           a file (PEM or PKCS#12) or a token; None where none is chosen yet
    certificates  PEM or DER files: the signer's and those above it, where the key's file does not hold them
    passphrase    asked once, and only for a key that has one; for a token its PIN
    level         None: with a timestamp where there is an authority, else without
    tsa           address of an RFC 3161 timestamp authority, from B-T on
    trust, crls   from B-LT on: the roots to validate against, and revocation lists that need not be fetched
    """

    key: Path | Token | None = None
    certificates: tuple[Path, ...] = ()
    passphrase: Callable[[], str] = str
    level: Level | None = None
    tsa: str = ""
    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()

    def with_(self, **chosen: Any) -> Settings:
        """The same with what was chosen instead; what is None or empty was not."""
        return replace(self, **{name: value for name, value in chosen.items() if value})

    @property
    def signs_at(self) -> Level:
        """The level in force."""
        return self.level or (Level.T if self.tsa else Level.B)


class Pen:
    """An opened key. `subject` is the signer's name in the certificate, `fingerprint` the certificate's SHA-256."""

    def __init__(self, signer: Any, settings: Settings) -> None:
        """Take the key; refuse a certificate that cannot sign today."""
        self._signer, self._settings = signer, settings
        certificate = signer.signing_cert
        _check_certificate(certificate)
        self.level = settings.signs_at
        self.subject = name_of(certificate)
        self.fingerprint: str = certificate.sha256.hex()
        self._timestamper = _timestamper(settings)

    def pdf(self, content: bytes) -> bytes:
        """The same PDF with a signature behind it."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        level, more = self.level, {}
        if level in (Level.LT, Level.LTA):
            context = self._validation()
            more = {"validation_context": context, "embed_validation_info": True, "use_pades_lta": level is Level.LTA}
        meta = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=_REASON,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            signer_key_usage=set(_USES),
            **more,
        )
        made = io.BytesIO()
        with _explained(self._settings):
            writer = IncrementalPdfFileWriter(io.BytesIO(content))
            signers.sign_pdf(writer, meta, signer=self._signer, timestamper=self._timestamper, output=made)
        if not made.getvalue().startswith(content):
            raise RuntimeError("pyHanko no longer appends its signature")
        return made.getvalue()

    def detached(self, content: bytes) -> bytes:
        """A detached CMS signature (DER) with the time, the certificates and, where there is one, a timestamp."""
        from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        with _explained(self._settings):
            made = asyncio.run(
                self._signer.async_sign_general_data(
                    content,
                    "sha256",
                    detached=True,
                    timestamper=self._timestamper,
                    signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
                )
            )
        body: bytes = made.dump()
        return body

    def _validation(self) -> Any:
        from asn1crypto import crl, pem
        from pyhanko_certvalidator import ValidationContext

        if not self._settings.trust:
            raise UsageError(
                f"{self.level} needs the root certificates of the signer and of the timestamp authority.",
                hint="Name each with --trust FILE.",
            )
        roots = [c for path in self._settings.trust for c in _certificates(path)]
        lists = []
        for path in self._settings.crls:
            body = _read(path)
            try:
                lists.append(crl.CertificateList.load(pem.unarmor(body)[2] if pem.detect(body) else body, strict=True))
            except ValueError as fault:
                raise UsageError(
                    f"{path} is no certificate revocation list.", hint="Name a PEM or DER file."
                ) from fault
        return ValidationContext(
            trust_roots=roots,
            other_certs=list(self._signer.cert_registry),
            crls=lists,
            allow_fetching=True,
            revocation_mode="require",
        )


@contextmanager
def opened(settings: Settings) -> Iterator[Pen]:
    """The key, ready to sign. UsageError where it cannot be opened or may not sign, MissingLibrary without pyHanko."""
    require()
    if settings.key is None:
        raise UsageError(
            "No key was named.", hint="Name a PEM or PKCS#12 file with --key, or a token with the --pkcs11 options."
        )
    if settings.signs_at is not Level.B and not settings.tsa:
        raise UsageError(f"{settings.signs_at} needs a timestamp authority.", hint="Name its address with --tsa.")
    if isinstance(settings.key, Token):
        with _token(settings.key, settings) as signer:
            yield Pen(signer, settings)
    else:
        yield Pen(_from_file(settings.key, settings), settings)


def require() -> None:
    """Raise MissingLibrary where nothing can be signed."""
    try:
        library()
    except ImportError as fault:
        raise MissingLibrary(f"Signing needs pyHanko ({fault}).", hint="pip install '.[sign]'") from fault


def library() -> None:
    """Load pyHanko. ImportError where it is not installed."""
    import_module("pyhanko.sign.signers")
    import_module("pyhanko.sign.validation")
    for name in ("pyhanko", "pyhanko_certvalidator"):  # what they log is raised or reported, too
        logging.getLogger(name).addHandler(logging.NullHandler())


def name_of(certificate: Any) -> str:
    """The subject of a certificate, as RFC 4514 writes it: `CN=Example Ltd,O=…`."""
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(certificate.dump()).subject.rfc4514_string()


def _from_file(path: Path, settings: Settings) -> Any:
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    body = _read(path)
    der, found = serialization.Encoding.DER, []
    if b"-----BEGIN" in body:
        key = _unlocked(lambda phrase: serialization.load_pem_private_key(body, phrase), path, settings)
        found = _certificates(path) if b"-----BEGIN CERTIFICATE-----" in body else []
    else:
        key, own, others = _unlocked(lambda phrase: _pkcs12(body, phrase), path, settings)
        found = [x509.Certificate.load(c.public_bytes(der)) for c in (own, *others) if c is not None]
    found += [c for file in settings.certificates for c in _certificates(file)]
    if key is None:
        raise UsageError(f"{path} holds no private key.", hint="Name the file with the key.")
    try:
        public = key.public_key().public_bytes(der, serialization.PublicFormat.SubjectPublicKeyInfo)
        info = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    except (AttributeError, ValueError) as fault:
        raise UsageError(f"{path} holds a key that cannot sign.", hint="Use RSA or an elliptic curve.") from fault
    own_certificate = next((c for c in found if c.public_key.dump() == public), None)
    if own_certificate is None:
        raise UsageError(
            f"No certificate was given for the key in {path}.",
            hint="Name the signer's certificate, and those above it, with --certificate FILE.",
        )
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(found)
    return signers.SimpleSigner(
        signing_cert=own_certificate, signing_key=keys.PrivateKeyInfo.load(info), cert_registry=store
    )


def _pkcs12(body: bytes, phrase: bytes | None) -> Any:
    from cryptography.hazmat.primitives.serialization import pkcs12

    return pkcs12.load_key_and_certificates(body, phrase)


def _unlocked(load: Callable[[bytes | None], Any], path: Path, settings: Settings) -> Any:
    """The key; the passphrase is asked only where it has one."""
    try:
        return load(None)
    except TypeError:  # a PEM file that is encrypted
        pass
    except ValueError as fault:
        if "password" not in str(fault).casefold():
            raise UsageError(
                f"{path} is no private key in PEM or PKCS#12 form.", hint="`openssl pkey` converts other forms."
            ) from fault
    try:
        return load(settings.passphrase().encode())
    except (TypeError, ValueError) as fault:
        raise UsageError(f"{path} cannot be opened with this passphrase.", hint="Repeat with the right one.") from fault


@contextmanager
def _token(token: Token, settings: Settings) -> Iterator[Any]:
    from pyhanko.config.pkcs11 import TokenCriteria

    try:
        import pkcs11
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as fault:
        raise MissingLibrary(
            f"Tokens need python-pkcs11 ({fault}).", hint="pip install '.[sign]' 'pyhanko[pkcs11]'"
        ) from fault
    try:
        session = open_pkcs11_session(
            str(token.module), token_criteria=TokenCriteria(label=token.token), user_pin=settings.passphrase() or None
        )
    except (pkcs11.PKCS11Error, pkcs11.exceptions.PKCS11Error, RuntimeError) as fault:
        raise UsageError(
            f"The token {token.token!r} cannot be opened through {token.module}: {_words(fault)}",
            hint="Check the driver's path, the token's label and the PIN.",
        ) from fault
    with session:
        chain = [c for file in settings.certificates for c in _certificates(file)]
        signer = PKCS11Signer(session, cert_label=token.label, key_label=token.label, ca_chain=chain)
        try:
            if signer.signing_cert is None:
                raise UsageError(
                    f"The token {token.token!r} holds no certificate {token.label!r}.", hint="Check the label."
                )
        except (pkcs11.PKCS11Error, ValueError) as fault:
            raise UsageError(
                f"The token {token.token!r} holds no certificate {token.label!r}: {_words(fault)}",
                hint="`pkcs11-tool --list-objects` shows its labels.",
            ) from fault
        yield signer


def _check_certificate(certificate: Any) -> None:
    subject, now = name_of(certificate), dt.datetime.now(dt.UTC)
    first, last = certificate.not_valid_before, certificate.not_valid_after
    if not first <= now <= last:
        raise UsageError(
            f"The certificate of {subject} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, and not today.",
            hint="Sign with one that is valid.",
        )
    uses = certificate.key_usage_value
    if uses is not None and not _USES & uses.native:
        raise UsageError(f"The certificate of {subject} is not for signatures.", hint="Sign with one that is.")
    key = certificate.public_key
    if key.algorithm == "rsa" and key.bit_size >= _LEAST_RSA:
        return
    if key.algorithm == "ec" and key.curve[1] in _CURVES:
        return
    raise UsageError(
        f"The certificate of {subject} has a key that not every reader can check.",
        hint=f"Use RSA of at least {_LEAST_RSA} bits, or one of the curves P-256, P-384 and P-521.",
    )


def _timestamper(settings: Settings) -> Any:
    if settings.signs_at is Level.B:
        return None
    from pyhanko.sign.timestamps import HTTPTimeStamper

    if not settings.tsa.startswith(("http://", "https://")):
        raise UsageError(f"{settings.tsa!r} is no address of a timestamp authority.", hint="It begins with https://.")
    return HTTPTimeStamper(settings.tsa, timeout=_TSA_SECONDS)


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    """What pyHanko raises, as a sentence and its mend."""
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError
    from pyhanko_certvalidator.errors import ValidationError

    try:
        yield
    except SrmDocsError:
        raise
    except (TimestampRequestError, TimeoutError) as fault:
        raise CannotBegin(
            f"The timestamp authority {settings.tsa} gave no timestamp: {_words(fault)}",
            hint="Nothing was written. Check its address and the network, or sign with --level B-B.",
        ) from fault
    except (SigningError, ValidationError) as fault:
        raise UsageError(
            f"Nothing was signed at level {settings.signs_at}: {_words(fault)}",
            hint="Name every certificate up to the roots with --certificate and --trust, and revocation lists that "
            "cannot be fetched with --crl; or sign with --level B-T.",
        ) from fault


def _certificates(path: Path) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        found = list(load_certs_from_pemder_data(_read(path)))
        for certificate in found:
            certificate.public_key.dump()  # it is read only now
    except (ValueError, TypeError) as fault:
        raise UsageError(f"{path} is no certificate.", hint="Name a PEM or DER file.") from fault
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}.", hint="Check its path and permissions.") from fault


def _words(fault: BaseException) -> str:
    because = str(fault.__cause__) if fault.__cause__ else ""
    said = (str(fault) or type(fault).__name__).strip().rstrip(".")
    return f"{said}: {because.rstrip('.')}." if because and because not in said else f"{said}."
