"""Whether a name promises a secret: `DB_PASSWORD` in, `password-field` out; `PasswordPolicy` in, None out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SECRET: Final = (
    "password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential", "credentials",
    "apikey", "secretkey", "privatekey", "authkey", "psk",
)  # fmt: skip
_SECRET_PAIRS: Final = frozenset(
    (word, "key") for word in ("api", "secret", "private", "access", "account", "signing", "shared", "auth", "license")
)
_WHOLE: Final = frozenset({"authorization", "auth", "pass", "pw", "pin", "otp"})
"""Names that are a secret's only when they are the whole name or its last word."""

# A name with one of these words after the secret speaks about it and does not hold it: PasswordPolicy, SecretArn,
# TokenType. Before it they tell whose secret it is: SOURCE_DB_PASSWORD, trustStorePassword, REGION_SECRET.
_ABOUT: Final = frozenset({
    "accepted", "age", "alias", "allow", "allowed", "algorithm", "arn", "arns", "attribute", "audience", "change",
    "changed", "characters", "commands", "complexity", "config", "configuration", "count", "created", "date",
    "days", "description", "disabled", "duration", "enable", "enabled", "encryption", "endpoint", "exp",
    "expiration", "expire", "expired", "expires", "expiry", "expression", "field", "format", "header", "hint",
    "history", "hop", "id", "ids", "issue", "issuer", "kms", "last", "length", "lifetime", "limit", "list",
    "location", "manager", "max", "maximum", "metadata", "method", "methods", "min", "minimum", "mode",
    "modified", "name", "names", "option", "options", "owner", "param", "parameter", "parameters", "path",
    "period", "policy", "prefix", "present", "prevention", "provider", "public", "quota", "ref", "reference",
    "region", "require", "required", "requires", "reset", "restrict", "reuse", "rotated", "rotation", "scope",
    "scopes", "selection", "settings", "size", "source", "state", "status", "store", "tag", "tags", "time",
    "timestamp", "ttl", "type", "unit", "units", "update", "uri", "url", "used", "username", "users", "valid",
    "validity", "version", "versions",
})  # fmt: skip
# These say so before it too: RequirePassword, MaxToken.
_ABOUT_BEFORE: Final = frozenset({
    "accepted", "allow", "allowed", "change", "changed", "count", "disable", "disabled", "enable", "enabled", "expire",
    "expired", "last", "manage", "max", "maximum", "min", "minimum", "number", "public", "require", "required",
    "requires", "reset", "restrict", "use", "used", "valid",
})  # fmt: skip
# AWS's own tokens that are no secret; in AWS's spelling only, so that CLIENT_TOKEN of a program still counts.
_AWS_TOKENS: Final = frozenset({
    "nexttoken", "nextforwardtoken", "nextbackwardtoken", "nextpagetoken", "nextcontinuationtoken",
    "previoustoken", "continuationtoken", "paginationtoken", "pagetoken", "startingtoken", "starttoken",
    "clienttoken", "clientrequesttoken", "requesttoken", "creatortoken", "idempotencytoken",
    "clientidempotencytoken", "locktoken", "changetoken", "updatetoken", "nextlocktoken", "httptoken",
    "creationtoken", "tokendomains",
})  # fmt: skip
_TOTP: Final = frozenset({"base32stringseed", "qrcodepng", "totp", "totpseed", "totpsecret", "mfaseed", "otpseed"})
_HARMLESS: Final = frozenset({
    "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "required", "optional", "enabled",
    "disabled", "default", "n/a", "not_supported", "no_information", "bearer", "basic", "0", "1", "seconds",
    "minutes", "hours", "days", "must", "is", "are", "should", "will", "can", "cannot", "may", "not", "and", "or",
    "the", "has", "was",
})  # fmt: skip
_LONG: Final = 512
_REFERENCE: Final = re.compile(
    r"\*+|\[redacted:[^\]\s]*\]|arn:aws[a-z-]*:[a-z0-9-]+:\S*|alias/\S+|\{\{resolve:[^{}]*\}\}|"
    r"\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|<[^<>\s]*>"
)


@lru_cache(maxsize=8192)
def kind_of_name(name: str) -> str | None:
    """The kind of secret that a field, variable or tag of this name holds, or None.

    Only the last part of a dotted, colon or slash name counts, so that `token.actions.githubusercontent.com:sub` of a
    trust policy and `secretsmanager:SecretId` of a condition stay readable.
    """
    last = re.split(r"[.:/]", name[-256:])[-1].strip(" -_")
    joined = re.sub(r"[^A-Za-z0-9]", "", last).lower()
    if joined in _TOTP:
        return "totp-seed"
    words = [word.lower() for word in _WORD.findall(last) if not word.isdigit()]
    if not words or last in ("PWD", "OLDPWD"):
        return None
    if joined in _AWS_TOKENS and last.isalpha() and not last.isupper():
        return None
    end = _end_of_secret(words)
    if end is None or _ABOUT_BEFORE & set(words[:end]) or _ABOUT & set(words[end:]):
        return None
    return "aws-secret-key" if "secretaccesskey" in joined else "password-field"


def _end_of_secret(words: Sequence[str]) -> int | None:
    """How many words it is to the end of the last one that names a secret; None where none does."""
    if words[-1] in _WHOLE:
        return len(words)
    ends = [
        number
        for number, (before, word) in enumerate(zip(("", *words), words, strict=False), 1)
        if word.endswith(_SECRET) or (before, word) in _SECRET_PAIRS
    ]
    return ends[-1] if ends else None


def is_harmless(value: str) -> bool:
    """Whether a value under such a name is a setting (`required`), a reference (an ARN) or a mask, not a secret."""
    return len(value) < _LONG and (
        not value.strip() or value.strip().lower() in _HARMLESS or _REFERENCE.fullmatch(value) is not None
    )
