"""What a redacted value was: `[redacted:<kind>:<hmac>]` in, the kind of secret out.

Collecting replaces values before anything is kept. The kind is the name of the secret pattern that matched, or
`declared` where only the place was named as one that may hold a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_REDACTED = re.compile(r"\[redacted:([A-Za-z0-9_.-]+):[^\]]*\]")
DECLARED = "declared"


def secrets_in(text: str) -> list[str]:
    """The kinds of secret that were found in a text, sorted; places merely declared do not count."""
    return sorted(set(_REDACTED.findall(text)) - {DECLARED})


def secret_names(values: Iterable[tuple[str, str]]) -> list[str]:
    """Of named values, those that held a secret, as `NAME (kind)`, in order of name."""
    return sorted(f"{name} ({', '.join(kinds)})" for name, text in values if (kinds := secrets_in(text)))


def variables(container: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The environment of one container definition as (name, value); each part "" where AWS left it out."""
    return [(str(v.get("name", "")), str(v.get("value", ""))) for v in container.get("environment", ())]
