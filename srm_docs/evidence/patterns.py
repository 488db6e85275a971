"""Secrets in text: any text in, the spans that are secrets and the kind of each out.

Every expression is linear in the text: an unbounded repeat is either the last thing in it (so that it takes what it
scanned) or begins where its class cannot have begun earlier. What needs more than that is decided in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

from srm_docs.evidence.names import is_harmless, kind_of_name
from srm_docs.evidence.packed import unpacked
from srm_docs.evidence.tokens import TOKENS, is_random

MARKER: Final = re.compile(r"\[redacted:([a-z0-9-]+):[0-9a-f]{16}\]")
"""What stands in place of a secret: `[redacted:<kind>:<16 hex>]`."""

KINDS: Final = (
    "pem-private-key", "aws-secret-key", "aws-session-token", "aws-bedrock-key", "aws-access-key", "github-token",
    "gitlab-token", "slack-token", "slack-webhook", "webhook", "stripe-key", "google-api-key", "google-oauth",
    "azure-key", "npm-token", "pypi-token", "rubygems-key", "docker-token", "sendgrid-key", "mailgun-key", "twilio-key",
    "anthropic-key", "openai-key", "huggingface-token", "vault-token", "terraform-token", "digitalocean-token",
    "shopify-token", "databricks-token", "atlassian-token", "postman-key", "grafana-token", "newrelic-key",
    "linear-key", "doppler-token", "planetscale-token", "square-token", "telegram-token", "api-token", "age-key", "jwt",
    "database-url", "basic-auth-url", "presigned-url", "totp-seed", "bearer-token", "password-field",
)  # fmt: skip
"""The kinds that patterns and names find, the most telling first: where two overlap, the first one names the span."""

_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS)}
_DEPTH: Final = 3


class Found(NamedTuple):
    """A secret at `text[start:end]`."""

    start: int
    end: int
    kind: str


def any_of(words: Iterable[str]) -> str:
    """An expression that finds what begins with one of the words: a tree of their letters.

    Python's `re` walks it in less than half of the time that it takes for the words side by side.
    """
    following: dict[str, set[str]] = {}
    for word in words:
        following.setdefault(word[:1], set()).add(word[1:])
    if "" in following:
        return ""  # a word ends here, so that nothing longer need be looked for
    branches = [re.escape(letter) + any_of(rest) for letter, rest in sorted(following.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


_ANCHOR: Final = re.compile(any_of(anchor for token in TOKENS for anchor in token.anchors))
_FORTY: Final = re.compile(r"(?<![A-Za-z0-9/+_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
_PEM: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PUTTY: Final = re.compile(r"Private-Lines: ?\d{1,4}(?!\d)((?:[A-Za-z0-9+/=\s]|\\+[nr])+)")
_URL: Final = re.compile(r"://((?:[^\s\"'<>\\]|\\(?![\"'nrt]))+)")
_LONE_TOKEN: Final = re.compile(r"[A-Za-z0-9_.~-]{20,}")
_HEX: Final = re.compile(r"[0-9a-f]{20,}")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*$")
_RUN: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={0,2}")
_STEMS: Final = ("pass", "pwd", "secret", "token", "key", "credential", "auth", "psk", "otp", "seed", "pin", "pw")
_STEM: Final = re.compile("|".join(_STEMS))  # in text that is folded: IGNORECASE costs ten times as much
_FIELD: Final = re.compile(
    r"(?<![\w.-])(?P<name>[\w.-]+)"
    r"(?P<join>\\*[\"']?[ \t]{0,4}(?:=>|:=|=|:)[ \t]{0,4}|[ \t]{1,4})(?P<quote>\\*[\"'])?"
)
_BARE: Final = re.compile(r"(?:[^\s\"'\\]|\\(?![\"'nrt]))+")
_NUMBER: Final = re.compile(r"[0-9.]+")
_ELEMENT: Final = re.compile(r"<([\w.:-]{1,64})>([^<>]+)</")
_WEB: Final = ("http", "https", "ftp", "ftps", "ws", "wss", "git", "svn", "sftp", "ssh")


def find_secrets(text: str, depth: int = 0) -> tuple[Found, ...]:
    """The secrets in a text, in order and apart from each other. What is redacted already is none.

    `depth` counts the layers of base64, gzip or percent signs that were taken off; after three it looks no deeper.
    """
    if len(text) < 8 or depth > _DEPTH:  # noqa: PLR2004 - no pattern is shorter
        return ()
    found = sorted(span for span in _candidates(text, depth) if not MARKER.fullmatch(text, span.start, span.end))
    if not found and "%" in text and (plain := unquote(text)) != text and (kind := kind_of(plain, depth + 1)):
        return (Found(0, len(text), kind),)
    apart: list[Found] = []
    for span in found:
        if apart and span.start < apart[-1].end:
            last = apart.pop()
            kind = min(last.kind, span.kind, key=_RANK.__getitem__)
            apart.append(Found(last.start, max(last.end, span.end), kind))
        else:
            apart.append(span)
    return tuple(apart)


def kind_of(text: str, depth: int = 0) -> str | None:
    """The most telling kind of secret in a text, also inside base64 and gzip; None where there is none."""
    kinds = {span.kind for span in find_secrets(text, depth)}
    whole = "".join(text.split())
    if whole != text:  # base64 in lines of 76 characters
        kinds |= {span.kind for inner in unpacked(whole) for span in find_secrets(inner, depth + 1)}
    return min(kinds, key=_RANK.__getitem__, default=None)


def _candidates(text: str, depth: int) -> Iterator[Found]:
    if _ANCHOR.search(text):
        yield from _tokens(text)
    if len(text) >= 40:  # noqa: PLR2004 - the length of a secret access key
        for match in _FORTY.finditer(text):
            if is_random(match[0]):
                yield Found(match.start(), match.end(), "aws-secret-key")
    if "PRIVATE KEY" in text or "Private-Lines" in text:
        yield from _pems(text)
    if "://" in text:
        for match in _URL.finditer(text):
            yield from _url(match)
    yield from _fields(text)
    if len(text) >= 24:  # noqa: PLR2004 - shorter base64 holds less than a secret
        yield from _encoded(text, depth)


def _tokens(text: str) -> Iterator[Found]:
    for kind, anchors, expression, holds in TOKENS:
        if any(anchor in text for anchor in anchors):
            for match in expression.finditer(text):
                if holds is None or holds(match[expression.groups]):
                    # a group is the secret in what names it, so that the same secret gives the same marker
                    yield Found(match.start(expression.groups), match.end(), kind)


def _pems(text: str) -> Iterator[Found]:
    begin = _PEM.search(text)
    while begin:
        end = _PEM_END.search(text, begin.end())
        stop = end.end() if end else len(text)  # cut off: all that follows may be the key
        yield Found(begin.start(), stop, "pem-private-key")
        begin = _PEM.search(text, stop)
    for match in _PUTTY.finditer(text):
        yield Found(match.start(1), match.end(1), "pem-private-key")


def _url(match: re.Match[str]) -> Iterator[Found]:
    scheme = _SCHEME.search(match.string[max(0, match.start() - 30) : match.start()])
    rest, start = match[1], match.start(1)
    query = rest.find("?")
    low = rest.lower()
    if query >= 0 and ("signature=" in low or "&sig=" in low or "?sig=" in low):
        yield Found(start + query + 1, match.end(), "presigned-url")
    web = scheme is None or scheme[0].lower().endswith(_WEB)
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # A database password may hold a raw slash, which no web client would accept: look for the last @ in all of it.
    login = authority.rpartition("@")[0] if web or "@" in authority else rest.rpartition("@")[0]
    if MARKER.fullmatch(login):
        return
    user, colon, password = login.partition(":")
    if not colon and web and _LONE_TOKEN.fullmatch(user) and (is_random(user) or _HEX.fullmatch(user)):
        yield Found(start, start + len(user), "basic-auth-url")  # https://<token>@host
    if not colon or not password or "/" in user or (not web and re.match(r"\d{1,5}/", password)):
        return
    if not is_harmless(password):
        begin = start + len(user) + 1
        yield Found(begin, begin + len(password), "basic-auth-url" if web else "database-url")


def _fields(text: str) -> Iterator[Found]:
    if not _STEM.search(text.casefold()):
        return
    position = 0
    while match := _FIELD.search(text, position):
        # Where no value follows, the next name may begin inside what was taken for the joint.
        position = match.end("name")
        name, join, quote = match["name"], match["join"], match["quote"]
        kind = kind_of_name(name) if len(name) <= 256 or name[-256:].lower().endswith(_STEMS) else None  # noqa: PLR2004
        if kind is None or (not join.strip() and not name.startswith("-")):
            continue
        if join == ":" and text[match.start() - 1 : match.start()] in (":", "/"):
            continue  # arn:…:secret:name, and other identifiers joined by colons
        start = match.end()
        if quote:
            end = _closing(text, start, quote)
        else:
            value = (_NUMBER if join[0] in "\\\"'" else _BARE).match(text, start)
            end = value.end() if value else start
        if end > start and not is_harmless(text[start:end]) and not MARKER.fullmatch(text[start:end]):
            yield Found(start, end, kind)
            position = end
    for match in _ELEMENT.finditer(text):
        kind = kind_of_name(match[1])
        if kind and not is_harmless(match[2]):
            yield Found(match.start(2), match.end(2), kind)


def _closing(text: str, start: int, quote: str) -> int:
    # The quote that closes has as many backslashes before it as the one that opened: JSON inside JSON.
    end = text.find(quote, start)
    while end > start and text[end - 1] == "\\":
        end = text.find(quote, end + len(quote))
    return len(text) if end < 0 else end


def _encoded(text: str, depth: int) -> Iterator[Found]:
    for match in _RUN.finditer(text):
        for inner in unpacked(match[0]):
            if kind := kind_of(inner, depth + 1):
                yield Found(match.start(), match.end(), kind)
