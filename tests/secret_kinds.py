"""One planted secret of each kind, as people paste it, for every test that looks for leaks. None is or was real.

They are put together here and never written whole: scanners and push protection read sources.
"""

from __future__ import annotations

import base64
from typing import Final, NamedTuple


class Planted(NamedTuple):
    """A text as somebody types it, the secret in it that must come out of no place, and the kind that is logged."""

    carrier: str
    secret: str
    kind: str


_FILL: Final = "x7Kq2mV9bN4cR8tY3wZpL6sD1fG5hJ0aQeUiOoTyPrMvBnCxZl"
_HEX: Final = "0123456789abcdef"


def _letters(length: int, start: int = 0) -> str:
    return (_FILL * 8)[start : start + length]


def _pem(label: str, body: str = "MIIEow" + "IBAAKCAQEA7" + _letters(40)) -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----"


_PEM_BODY: Final = "MIIEow" + "IBAAKCAQEA7" + _letters(40)
_KEY: Final = "PRIVATE " + "KEY"
_PASSWORD: Final = "correct-horse" + "-battery9"
_BASIC: Final = base64.b64encode(f"ci:{_PASSWORD}".encode()).decode()
_AZURE: Final = _letters(86, 5) + "=="
_KUBE: Final = base64.b64encode(_pem(f"EC {_KEY}").encode()).decode()


def _alone(secret: str, kind: str) -> Planted:
    return Planted(secret, secret, kind)


def _in(carrier: str, secret: str, kind: str) -> Planted:
    return Planted(carrier.format(secret), secret, kind)


PLANTED: Final[dict[str, Planted]] = {
    "access key": _alone("AKI" + "AQ3EXAMPLE7ABCDEF"[:17], "aws-access-key"),
    "secret key": _alone("wJalrXUtnFEMI" + "/K7MDENG/bPxRfiCY3z8kLmN2" + "pQ", "aws-secret-key"),
    "session token": _alone("IQoJb3JpZ2lu" + "X2VjEHMaCWV1LXdlc3QtMSJHMEUCIQDx" + "k9vT2mQ8bZ", "aws-session-token"),
    "bedrock key": _alone("ABSK" + base64.b64encode(b"BedrockAPIKey:" + _FILL.encode()).decode(), "aws-bedrock-key"),
    "rsa": _in("cat >k <<E\n" + _pem(f"RSA {_KEY}", "{}") + "\nE", _PEM_BODY, "pem-private-key"),
    "ec": _in(_pem(f"EC {_KEY}", "{}"), _PEM_BODY, "pem-private-key"),
    "openssh": _in(_pem(f"OPENSSH {_KEY}", "{}"), "b3BlbnNzaC1rZXktdjEA" + _letters(50), "pem-private-key"),
    "pgp": _in(_pem(f"PGP {_KEY} BLOCK", "{}"), "lQdGBF" + _letters(50), "pem-private-key"),
    "pem on one line": _in(_pem(_KEY, "{}").replace("\n", "\\n"), _PEM_BODY, "pem-private-key"),
    "putty": _in(
        "PuTTY-User-Key-" + "File-3: ssh-ed25519\nEncryption: none\nPrivate-" + "Lines: 14\n{}\nPrivate-MAC: 00",
        "AAAAIE" + _letters(38), "pem-private-key",
    ),
    "jwt": _alone("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N", "jwt"),
    "github": _alone("ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a", "github-token"),
    "github app": _alone("ghs" + "_16C7e42F292c6912E7710c838347Ae178B4b", "github-token"),
    "github fine": _alone("github_pat" + "_11ABCDEFG0abcdefghijkl_mnopqrstuv", "github-token"),
    "gitlab": _alone("glpat" + "-x7Kq2mV9bN4cR8tY3wZp", "gitlab-token"),
    "gitlab job": _alone("glcbt" + "-64_x7Kq2mV9bN4cR8tY3wZp", "gitlab-token"),
    "slack": _alone("xoxb" + "-263594206564-FGqddMF8t08v8N7Oq4i57vs1", "slack-token"),
    "slack hook": _alone("hooks.slack.com" + "/services/T00000000/B00000000/XXXXXXXXXXXXXXXX", "slack-webhook"),
    "teams hook": _alone(
        "example.webhook.office.com" + "/webhookb2/11111111-2222-3333-4444-555555555555@1/IncomingWebhook/"
        + _HEX * 2 + "/1", "webhook",
    ),
    "discord hook": _alone("discord.com/api/" + "webhooks/123456789012345678/" + _letters(60), "webhook"),
    "stripe": _alone("sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "stripe-key"),
    "google": _alone("AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "google-api-key"),
    "google account": _in(
        '{{"type":"service_account","private_key":"' + _pem(_KEY, "{}").replace("\n", "\\n") + '","client_id":"1"}}',
        _PEM_BODY, "pem-private-key",
    ),
    "azure storage": _in(
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core.windows.net",
        _AZURE, "azure-key",
    ),
    "azure service bus": _in(
        "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={}", _letters(43, 9) + "=",
        "azure-key",
    ),
    "azure sas": _in(
        "https://a.blob.core.windows.net/c?sv=2024-01-01&sp=r&sig={}", _letters(20) + "%2F" + _letters(20, 7) + "%3D",
        "presigned-url",
    ),
    "azure app": _alone(_letters(3) + "8Q~" + _letters(34, 7), "azure-key"),
    "npm": _alone("npm_" + "x7Kq2mV9bN4cR8tY3wZpx7Kq2mV9bN4cR8tY", "npm-token"),
    "pypi": _alone("pypi-" + "AgEIcHlwaS5vcmcC" + _letters(60), "pypi-token"),
    "rubygems": _alone("rubygems" + "_" + _HEX * 3, "rubygems-key"),
    "docker": _alone("dckr_pat" + "_" + _letters(27), "docker-token"),
    "sendgrid": _alone("SG." + "x7Kq2mV9bN4cR8tY3wZpQQ" + ".x7Kq2mV9bN4cR8tY3wZpx7Kq2mV9bN4cR8tY", "sendgrid-key"),
    "mailgun": _alone("key-" + _HEX * 2, "mailgun-key"),
    "twilio": _alone("SK" + "0123456789abcdef0123456789abcdef", "twilio-key"),
    "openai": _alone("sk-" + "x7Kq2mV9bN4cR8tY3wZpx7Kq2mV9bN4cR8tY", "openai-key"),
    "hugging face": _alone("hf_" + "abcdefghijKLMNOPQRSTuvwxyzABCDEFGH", "huggingface-token"),
    "vault": _alone("hvs." + "CAESIJ1x7Kq2mV9bN4cR8tY3wZp", "vault-token"),
    "terraform": _alone(_letters(14) + ".atlasv1." + _letters(67), "terraform-token"),
    "digitalocean": _alone("dop" + "_v1_" + _HEX * 4, "digitalocean-token"),
    "shopify": _alone("shpat" + "_0123456789abcdef0123456789abcdef", "shopify-token"),
    "databricks": _alone("dapi" + _HEX * 2, "databricks-token"),
    "atlassian": _alone("ATATT3x" + "FfGF0" + _letters(180) + "=1A2B3C4D", "atlassian-token"),
    "postman": _alone("PMAK-" + _HEX + "01234567-" + _HEX * 2 + "01", "postman-key"),
    "grafana": _alone("glsa_" + _letters(32) + "_0123abcd", "grafana-token"),
    "new relic": _alone("NRAK-" + "ABCDEFGHIJ0123456789KLMNOPQ", "newrelic-key"),
    "new relic license": _alone("eu01xx" + _HEX * 2 + "01" + "FFFF" + "NRAL", "newrelic-key"),
    "datadog": _in("DD_API_KEY={}", _HEX * 2, "password-field"),
    "sentry": _in("https://{}@o1.ingest.sentry.io/2", _HEX * 2, "basic-auth-url"),
    "linear": _alone("lin_api_" + _letters(40), "linear-key"),
    "doppler": _alone("dp.st.prd." + _letters(43), "doppler-token"),
    "planetscale": _alone("pscale_tkn_" + _letters(43), "planetscale-token"),
    "square": _alone("sq0csp-" + _letters(43), "square-token"),
    "telegram": _alone("123456789" + ":AA" + "x7Kq2mV9bN4cR8tY3wZpx7Kq2mV9bN4cR", "telegram-token"),
    "age": _alone("AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE" * 2 + "6MUA7L", "age-key"),
    "database": _in("postgres://app:{}@db.internal:5432/app", "hunter" + "2correct", "database-url"),
    "jdbc": _in("jdbc:oracle:thin:scott/{}@//db.internal:1521/ORCL", "ti" + "ger2correct", "database-url"),
    "basic": _in("https://ci:{}@git.example.com/x.git", "sw0rd" + "fishy", "basic-auth-url"),
    "basic header": _in("Authorization: Basic {}", _BASIC, "bearer-token"),
    "curl login": _in("curl -fsSL -u ci:{} https://repo.example.com/x", "sw0rd" + "fishy", "password-field"),
    "presigned": _in(
        "https://b.s3.amazonaws.com/k?X-Amz-Date=20260101T000000Z&X-Amz-Signature={}",
        "fe5f80f77d5fa3beca038a248ff027d0445342fe" + "2855ddc963176630326f1024", "presigned-url",
    ),
    "totp": _in("otpauth://totp/root?secret={}&issuer=AWS", "JBSWY3DP" + "EHPK3PXP", "totp-seed"),
    "bearer": _in("curl -H 'Authorization: Bearer {}'", "x7Kq2mV9" + "bN4cR8tY3wZp_a", "bearer-token"),
    "option": _in("mysql --password={} -u root", _PASSWORD, "password-field"),
    "assignment": _in("export DB_PWD={}", _PASSWORD, "password-field"),
    "setting": _in("spring.datasource.secret: {}", _PASSWORD, "password-field"),
    "json": _in('{{"user":"app","password":"{}"}}', _PASSWORD, "password-field"),
    "ado": _in("Server=db;User Id=sa;Password={};Encrypt=true", _PASSWORD, "password-field"),
    "sql": _in("CREATE USER app WITH PASSWORD '{}'", _PASSWORD, "password-field"),
    "sql identified": _in("ALTER USER app IDENTIFIED BY '{}'", _PASSWORD, "password-field"),
    "netrc": _in("machine git.example.com login ci password {}", _PASSWORD, "password-field"),
    "sshpass": _in("sshpass -p {} ssh root@host", _PASSWORD, "password-field"),
    "docker login": _in("docker login -u ci -p {} registry.example.com", _PASSWORD, "password-field"),
    "docker config": _in('{{"auths":{{"r.example.com":{{"auth":"{}"}}}}}}', _BASIC, "password-field"),
    "kubeconfig": _in("users:\n- user:\n    client-key-data: {}", _KUBE, "pem-private-key"),
    "npmrc": _in("//registry.npmjs.org/:_authToken={}", "11111111-2222-" + "3333-4444-555555555555", "password-field"),
}  # fmt: skip
"""By name. Some kinds come in several ways of writing, because each of them is a place to leak."""
