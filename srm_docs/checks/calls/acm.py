"""What is asked of AWS Certificate Manager: the certificates, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

# Without the key types AWS lists RSA keys of 1024 and 2048 bits only.
CERTIFICATES = Call(
    service="acm",
    operation="ListCertificates",
    noun="certificate",
    nouns="certificates",
    rows="CertificateSummaryList",
    name="DomainName",
    params={
        "Includes": {
            "keyTypes": [
                "RSA_1024",
                "RSA_2048",
                "RSA_3072",
                "RSA_4096",
                "EC_prime256v1",
                "EC_secp384r1",
                "EC_secp521r1",
            ]
        }
    },
)
