"""Constants -> fake secrets that the estate holds where real ones leak, for tests to look for in every output.

Each is put together at import, because whole tokens in a source file stop a push and alarm scanners.
None is or was real.
"""

from __future__ import annotations

import base64
from typing import Final

_FILL: Final = "Zq7Rm2Xv9Kp4Tn6Wb8Yd3Hs5Jf1Lc0Ga"


def _letters(length: int) -> str:
    return (_FILL * (length // len(_FILL) + 1))[:length]


_PEM_LINE: Final = "MIIEpAIBAAKCAQEA" + _letters(48)
_KEY_KIND: Final = "RSA PRIVATE " + "KEY"
USER_DATA: Final = (
    "#!/bin/bash\n"
    "yum -y install billing-agent\n"
    "cat > /etc/billing/tls.key <<'KEY'\n"
    f"-----BEGIN {_KEY_KIND}-----\n{_PEM_LINE}\n-----END {_KEY_KIND}-----\n"
    "KEY\n"
)
USER_DATA_BASE64: Final = base64.b64encode(USER_DATA.encode()).decode()

DATABASE_PASSWORD: Final = "s3cr" + "et-" + "Tr0ub4dor" + "-9917"
URL_PASSWORD: Final = "hunter" + "2-in-a-url-" + "4411"
SIGNATURE: Final = "9f86d081884c7d65" + "9a2feaa0c55ad015" + "a3bf4f1b2b0b822c" + "d15d6c15b0f00a08"
SESSION_TOKEN: Final = "IQoJb3JpZ2luX2Vj" + _letters(64)

PLANTED: Final[dict[str, str]] = {
    "lambda DB_PASSWORD": DATABASE_PASSWORD,
    "lambda AWS access key id": "AK" + "IA" + "QYLPMN5HFIQR7XYA",
    "lambda AWS secret access key": _letters(28) + "/" + _letters(11),
    "ecs stripe key": "sk_" + "live_" + _letters(24),
    "ecs session password": "ecs-" + "plain-" + _letters(12),
    "codebuild github token": "gh" + "p_" + _letters(36),
    "codebuild slack token": "xo" + "xb-" + "204810241024-" + "409620482048-" + _letters(24),
    "user data private key": _PEM_LINE,
    "user data base64": USER_DATA_BASE64[40:-8],
    "totp seed": "JBSWY3DP" + "EHPK3PXP" + "KRUGKIDR" + "OVUWG2ZA",
    "presigned url signature": SIGNATURE,
    "presigned url session token": SESSION_TOKEN,
    "database url password": URL_PASSWORD,
    "vpn pre-shared key": "psk." + _letters(28),
    "group description google key": "AI" + "za" + _letters(28) + "-" + _letters(6),
    "instance tag gitlab token": "gl" + "pat-" + _letters(20),
    "lambda description npm token": "np" + "m_" + _letters(36),
    "ecs command sendgrid key": "S" + "G." + _letters(22) + "." + _letters(43),
    "ecs command login": "curl-" + "plain-" + _letters(10),
    "role description telegram token": "1234567890" + ":AA" + _letters(33),
    "alarm description slack webhook": "hooks.slack" + ".com/services/" + "T0QZ7RM2X/B0VKPTNWY/" + _letters(24),
    "subnet group description password": "subnet-" + "group-" + _letters(10),
    "json web token": ".".join(("ey" + "JhbGciOiJIUzI1NiJ9", "ey" + "JzdWIiOiJiaWxsaW5nIn0", _letters(43))),
}
"""Where it is planted -> the exact text that must appear in no store, log, packet or document."""

DATABASE_URL: Final = f"postgres://billing:{URL_PASSWORD}@db.billing.internal:5432/invoices"
PRESIGNED_URL: Final = (
    "https://awslambda-eu-west-1-tasks.s3.eu-west-1.amazonaws.com/snapshots/billing-webhook"
    f"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token={SESSION_TOKEN}&X-Amz-Expires=600&X-Amz-Signature={SIGNATURE}"
)
