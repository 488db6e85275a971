"""What must never reach the disk: a call and its pages in, the pages with every secret replaced and a log of it out.

A value under a path that the call declares is replaced whole, because all of it is private whatever it looks like; in
any other text only the span that is a secret is replaced, so that policies, commands and descriptions stay evidence
that a person can read. In its place stands `[redacted:<kind>:<16 hex>]`, the HMAC-SHA-256 of the value under the
store's key: the same secret in two places is seen to be the same, and nobody without the key can try guesses.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from srm_docs.checks.call import Call
from srm_docs.evidence import canonical
from srm_docs.evidence.names import is_harmless, kind_of_name
from srm_docs.evidence.patterns import MARKER, Found, find_secrets, kind_of

DECLARED: Final = "declared"
PATTERN: Final = "pattern"

_SEGMENT: Final = re.compile(r"\[\]|\*\*?|[^.\[\]*]+")
_DEEP: Final = "**"  # any number of segments, for what stands inside itself
_ACCESS_KEY_ID: Final = re.compile(r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,28}")
# Which field of a mapping names what another one holds: tags, container environments, CloudFormation parameters …
_NAMED_BY: Final = {
    "Value": ("Key", "Name", "OptionName"), "value": ("key", "name"),
    "Values": ("Key", "Name"), "values": ("key", "name"),
    "ParameterValue": ("ParameterKey", "ParameterName"), "AttributeValue": ("AttributeName",), "TagValue": ("TagKey",),
    "OutputValue": ("OutputKey",), "HeaderValue": ("HeaderName",), "DefaultValue": ("ParameterKey", "Name"),
    "defaultValue": ("name",), "ActiveValue": ("Name",), "PendingValue": ("Name",),
    "StringValue": ("Key", "Name"), "stringValue": ("key", "name"), "fieldValue": ("fieldName",),
}  # fmt: skip
_REMEMBERED: Final = 1 << 16
# A map of texts spells its switches out: {"--enable-metrics": "true"}.
_NO_SECRET: Final = ("", b"", "true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """One replacement: where in the body (`[0].Functions[3].Environment.Variables.DB_PASSWORD`), what kind, and why.

    `why` is `declared` (the call names the path) or `pattern` (it looks like a secret or its name promises one).
    """

    path: str
    kind: str
    why: str


_Node = dict[str, Any]
"""A declared path as a tree: segment -> what may follow; the segment `""` says that a path ends here."""


@lru_cache(maxsize=1024)
def _declared(paths: tuple[str, ...]) -> _Node:
    root: _Node = {}
    for path in paths:
        node = root
        for segment in _SEGMENT.findall(path):
            node = node.setdefault(segment, {})
        node[""] = {}
    return root


class Redactor:
    """Replaces secrets under one key. Safe to share between threads: what it remembers are harmless texts only."""

    def __init__(self, key: bytes) -> None:
        """Take the store's redaction key (32 random bytes)."""
        self._key = key
        self.clean: set[str] = set()  # texts that were searched and hold nothing

    def redact(
        self, call: Call, pages: Sequence[Mapping[str, Any]]
    ) -> tuple[tuple[Mapping[str, Any], ...], tuple[Redaction, ...]]:
        """The pages without secrets, and what was replaced, in order of place. The pages given are left as they are."""
        walk = _Walk(self)
        node = _declared(call.redact)
        clean = tuple(walk.value(page, (node,), f"[{number}]", None) for number, page in enumerate(pages))
        return clean, tuple(walk.log)

    def redact_value(self, value: Any) -> Any:
        """Any plain data without what patterns and names show to be secret; for parameters."""
        return _Walk(self).value(value, (), "", None)

    def redact_text(self, text: str) -> str:
        """A message without the secrets in it; for error messages and the text of exceptions."""
        return self.spans(text)[0]

    def marker(self, kind: str, value: str | bytes) -> str:
        """What stands in place of a value."""
        body = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        return f"[redacted:{kind}:{hmac.digest(self._key, body, 'sha256').hex()[:16]}]"

    def spans(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text with each secret in it replaced, and the kinds that were found."""
        if text in self.clean:
            return text, ()
        found = find_secrets(text)
        if not found:
            # AWS says the same few thousand words again and again; the bound keeps a large run's memory flat.
            if len(text) <= 128 and len(self.clean) < _REMEMBERED:  # noqa: PLR2004
                self.clean.add(text)
            return text, ()
        kinds: list[str] = []
        while found:  # again, because what stood beside a secret may be seen as one only when that is gone
            text = self._replaced(text, found)
            kinds += [span.kind for span in found]
            found = find_secrets(text)
        return text, tuple(kinds)

    def _replaced(self, text: str, found: Sequence[Found]) -> str:
        parts: list[str] = []
        end = 0
        for span in found:
            parts += (text[end : span.start], self.marker(span.kind, text[span.start : span.end]))
            end = span.end
        return "".join((*parts, text[end:]))


class _Walk:
    """One pass over pages: keeps the log, so that the walk itself only hands values back."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.log: list[Redaction] = []

    def value(self, value: Any, nodes: tuple[_Node, ...], path: str, name: str | None) -> Any:
        """The value at `path`; `nodes` are the declared paths that lead here, `name` is what it is called."""
        if nodes and any("" in node for node in nodes):
            return self._whole(value, path, name)
        if isinstance(value, str):
            return self._text(value, path, name)
        if isinstance(value, Mapping):
            kept = {}
            for key, item in value.items():
                written = self._key(key, path)
                inner = _step(nodes, key, "*") if nodes else nodes
                kept[written] = self.value(item, inner, f"{path}.{written}", _name_of(value, key))
            return kept
        if isinstance(value, (list, tuple)):
            inner = _step(nodes, "[]")
            return [
                self.value(item, inner, f"{path}[{index}]", _option_before(value, index) or name)
                for index, item in enumerate(value)
            ]
        if isinstance(value, (bytes, bytearray)):
            return self._bytes(bytes(value), path, name)
        return value

    def _note(self, path: str, kind: str, why: str) -> None:
        self.log.append(Redaction(path=path, kind=kind, why=why))

    def _key(self, key: Any, path: str) -> Any:
        if key in self._redactor.clean or not isinstance(key, str):
            return key
        clean, kinds = self._redactor.spans(key)
        for kind in kinds:
            self._note(f"{path}.{clean}", kind, PATTERN)
        return clean

    def _whole(self, value: Any, path: str, name: str | None) -> Any:
        """Every leaf at or below a declared path; a mapping's keys stay, for they are names and not values."""
        if isinstance(value, Mapping):
            kept = {}
            for key, item in value.items():
                written = self._key(key, path)
                kept[written] = self._whole(item, f"{path}.{written}", _name_of(value, key))
            return kept
        if isinstance(value, (list, tuple)):
            return [self._whole(item, f"{path}[{index}]", name) for index, item in enumerate(value)]
        if value is None or isinstance(value, bool) or value in _NO_SECRET:
            return value  # "it is set", "it is on" and "it is empty" are facts that a check may need, and no secrets
        if isinstance(value, str) and MARKER.fullmatch(value):
            return value
        body = value if isinstance(value, (str, bytes)) else canonical.encode(value)
        text = body if isinstance(body, str) else body.decode("latin-1")
        named = kind_of_name(name) if name and not is_harmless(text) else None
        kind = kind_of(text) or named or DECLARED
        self._note(path, kind, DECLARED)
        return self._redactor.marker(kind, body)

    def _text(self, text: str, path: str, name: str | None) -> str:
        if name is not None and (kind := kind_of_name(name)) and not is_harmless(text):
            self._note(path, kind, PATTERN)
            return self._redactor.marker(kind, text)
        if name in ("AccessKeyId", "accessKeyId") and _ACCESS_KEY_ID.fullmatch(text):
            # In its own field it is an identifier that an auditor compares with other lists: its ends stay. Anywhere
            # else it is half of a pair of credentials that should not be there, and goes whole.
            self._note(path, "access-key-id", PATTERN)
            return f"{text[:4]}{self._redactor.marker('access-key-id', text)}{text[-4:]}"
        clean, kinds = self._redactor.spans(text)
        for kind in kinds:
            self._note(path, kind, PATTERN)
        return clean

    def _bytes(self, body: bytes, path: str, name: str | None) -> Any:
        text = body.decode("latin-1")  # every byte is a character, so that what is not replaced comes back unchanged
        if name is not None and body and (kind := kind_of_name(name)) and not is_harmless(text):
            self._note(path, kind, PATTERN)
            return self._redactor.marker(kind, body)
        clean, kinds = self._redactor.spans(text)
        for kind in kinds:
            self._note(path, kind, PATTERN)
        return clean.encode("latin-1") if kinds else body


def _step(nodes: tuple[_Node, ...], *segments: Any) -> tuple[_Node, ...]:
    if not nodes:
        return ()
    found = []
    for node in nodes:
        found += [node[segment] for segment in segments if segment in node]
        if deep := node.get(_DEEP):  # the path may go on here, or further down
            found += [{_DEEP: deep}, *(deep[segment] for segment in segments if segment in deep)]
    return tuple(found)


def _option_before(items: Sequence[Any], index: int) -> str | None:
    # A container's command: ["psql", "--password", "…"].
    before = items[index - 1] if index else None
    return before.lstrip("-") if isinstance(before, str) and before[:1] == "-" else None


def _name_of(mapping: Mapping[Any, Any], key: Any) -> str | None:
    if not isinstance(key, str):
        return None
    for sibling in _NAMED_BY.get(key, ()):
        if isinstance(name := mapping.get(sibling), str):
            return name
    return key
