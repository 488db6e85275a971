"""A signature and what it signs in, by whom and when out. With srm_docs.seal.signing all that knows pyHanko.

Nothing is fetched: neither certificates nor their revocation. Whatever a stranger's signature holds, the worst that
comes of it is a fault in words.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from srm_docs.errors import UsageError
from srm_docs.seal.signing import name_of
from srm_docs.verify.signed import Signing

_LONGEST: Final = 4 << 20
"""Bytes of a detached signature that are looked at; ours have three thousand."""
_CUT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The signer that is expected: a public key (SHA-256 of it, hex), or all whom an authority (`ca`) certified."""

    key: str
    ca: Any = None


def pin(path: Path) -> Pin:
    """The signer that a file names: a certificate (PEM or DER) or a public key (PEM). UsageError for anything else."""
    from asn1crypto import keys, pem
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        body = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}.", hint="Check its path.") from fault
    try:
        if b"-----BEGIN PUBLIC KEY-----" in body:
            key = keys.PublicKeyInfo.load(pem.unarmor(body)[2], strict=True)
            return Pin(key=_key_digest(key) if key.algorithm else "")
        (certificate,) = load_certs_from_pemder_data(body)
        return Pin(key=_key_digest(certificate.public_key), ca=certificate if certificate.ca else None)
    except (ValueError, TypeError) as fault:
        raise UsageError(
            f"{path} is neither one certificate nor a public key.",
            hint="Name the signer's certificate (PEM or DER), its public key (PEM), or its authority's certificate.",
        ) from fault


def detached(path: str, content: bytes, signature: bytes, named: Any) -> Signing:
    """The signature of a file, in another one: CMS in DER."""
    from asn1crypto import cms
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

    if len(signature) > _LONGEST:
        return Signing(path=path, fault="has a signature that is too large", pinned=_unless(named))
    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data" or len(info["content"]["signer_infos"]) != 1:
            return Signing(path=path, fault="has a signature that is not one of one signer", pinned=_unless(named))
        data = info["content"]
        own = _signer_of(data)
        context = _context(own, data, named, _said_at(data))
        status = asyncio.run(
            async_validate_detached_cms(content, data, signer_validation_context=context, key_usage_settings=_uses())
        )
        return _signing(path, status, _said_at(data), named)
    except Exception as fault:  # noqa: BLE001 - a stranger's signature must not end verify
        return Signing(path=path, fault=f"has a signature that cannot be read: {_words(fault)}", pinned=_unless(named))


def pdf(path: str, content: bytes, named: Any) -> Signing:
    """The one signature in a PDF, which certifies all of it, and the timestamps behind it."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp

    try:
        reader = PdfFileReader(io.BytesIO(content))
        made = reader.embedded_regular_signatures
        if len(made) != 1:
            fault = "carries no signature" if not made else f"carries {len(made)} signatures"
            return Signing(path=path, fault=fault, pinned=_unless(named))
        own = made[0]
        at = own.self_reported_timestamp
        context = _context(own.signer_cert, own.signed_data, named, at)
        status = asyncio.run(
            async_validate_pdf_signature(
                own, signer_validation_context=context, key_usage_settings=_uses(), skip_diff=True
            )
        )
        found = _signing(path, status, at, named)
        if fault := found.fault or _changed(reader, status):
            return replace(found, fault=fault)
        for stamp in reader.embedded_timestamp_signatures:
            within = _context(stamp.signer_cert, stamp.signed_data, None, at)
            said = asyncio.run(async_validate_pdf_timestamp(stamp, within, skip_diff=True))
            if not (said.intact and said.valid):
                return replace(found, fault="carries a timestamp that is wrong")
        return found
    except Exception as fault:  # noqa: BLE001 - a stranger's PDF must not end verify
        return Signing(path=path, fault=f"cannot be read as a signed PDF: {_words(fault)}", pinned=_unless(named))


def _changed(reader: Any, status: Any) -> str:
    """Whether something stands behind the signature that has no place there.

    From B-LT on it is revocation data. That it is no more than that takes pyHanko minutes to tell in a large tagged
    PDF, and is not asked: all bytes of the file are under the manifest's signature, by its digest.
    """
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Coverage

    if status.coverage not in (Coverage.ENTIRE_FILE, Coverage.ENTIRE_REVISION):
        return "has a signature that does not cover all before it"
    if status.coverage is not Coverage.ENTIRE_FILE and "/DSS" not in reader.root:
        return "was changed after it was signed"
    return ""


def _signing(path: str, status: Any, said_at: dt.datetime | None, named: Any) -> Signing:
    certificate, stamp = status.signing_cert, status.timestamp_validity
    at, by, fault = said_at, "", ""
    if not (status.intact and status.valid):
        fault = "is not what was signed" if not status.intact else "has a signature that its key did not make"
    elif stamp is not None and not (stamp.intact and stamp.valid):
        fault = "has a timestamp that is wrong"
    elif stamp is not None:
        at, by = stamp.timestamp, name_of(stamp.signing_cert)
    if not fault and at is not None and not certificate.not_valid_before <= at <= certificate.not_valid_after:
        fault = "was signed when the signer's certificate was not valid"
    return Signing(
        path=path,
        signer=name_of(certificate),
        fingerprint=certificate.sha256.hex(),
        key=_key_digest(certificate.public_key),
        at=at.astimezone(dt.UTC) if at else None,
        by=by,
        pinned=None if named is None else _is(named, certificate, status),
        fault=fault,
    )


def _is(named: Pin, certificate: Any, status: Any) -> bool:
    if named.key == _key_digest(certificate.public_key):
        return True
    return named.ca is not None and bool(status.trusted)  # the authority is the context's only root


def _context(own: Any, data: Any, named: Any, at: dt.datetime | None) -> Any:
    """What a signature is validated in: one root, the authority that was named, else the signer's own certificate."""
    from pyhanko_certvalidator import ValidationContext

    root = named.ca if named is not None and named.ca is not None else own
    others = [choice.chosen for choice in data["certificates"] if choice.name == "certificate"]
    return ValidationContext(
        trust_roots=[root], other_certs=others, allow_fetching=False, revocation_mode="soft-fail", moment=at
    )


def _uses() -> Any:
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    return KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def _signer_of(data: Any) -> Any:
    from pyhanko.sign.general import extract_certificate_info

    return extract_certificate_info(data).signer_cert


def _said_at(data: Any) -> dt.datetime | None:
    from pyhanko.sign.validation.generic_cms import extract_self_reported_ts

    (info,) = data["signer_infos"]
    return extract_self_reported_ts(info)


def _key_digest(key: Any) -> str:
    return hashlib.sha256(key.dump()).hexdigest()


def _unless(named: Any) -> bool | None:
    """What is said of a signer who is not known: not the one who was named."""
    return None if named is None else False


def _words(fault: BaseException) -> str:
    return (str(fault).strip().rstrip(".") or type(fault).__name__)[:_CUT]
