"""A name with `*` in it, where each `*` stands for any characters or none. Pure.

Nothing else has a meaning: no `?`, no brackets, because names of AWS hold those. Upper and lower case differ.
"""

from __future__ import annotations

from typing import Final

ANY: Final = "*"


def is_pattern(text: str) -> bool:
    """Whether a text can match more names than one."""
    return ANY in text


def names_all(text: str) -> bool:
    """Whether a text matches every name, because nothing but `*` is in it."""
    return is_pattern(text) and not text.replace(ANY, "").strip()


def matches(pattern: str, name: str) -> bool:
    """Whether a name fits; without `*` only the same name does. Takes time in proportion to the two lengths.

    >>> matches("app-*-logs", "app-eu-logs"), matches("app-*", "my-app-1"), matches("a*a", "a")
    (True, False, False)
    """
    first, *parts = pattern.split(ANY)
    if not parts:
        return name == pattern
    *middle, last = parts
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
