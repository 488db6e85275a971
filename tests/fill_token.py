"""Put a key and its certificate into a new SoftHSM token: `fill_token.py DRIVER PEM`, label `packets`, PIN 1234."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.rsa import decode_rsa_private_key

driver, pem = sys.argv[1], Path(sys.argv[2]).read_bytes()
command = ["softhsm2-util", "--init-token", "--free", "--label", "packets", "--so-pin", "1234", "--pin", "1234"]
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
key = serialization.load_pem_private_key(pem, None)
der = serialization.Encoding.DER
plain = key.private_bytes(der, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
certificate = x509.load_pem_x509_certificate(pem)
same = {Attribute.TOKEN: True, Attribute.LABEL: "signer", Attribute.ID: b"1"}
with pkcs11.lib(driver).get_token(token_label="packets").open(rw=True, user_pin="1234") as session:
    session.create_object({**decode_rsa_private_key(plain), **same, Attribute.SIGN: True, Attribute.PRIVATE: True})
    session.create_object(
        {
            **same,
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(der),
        }
    )
