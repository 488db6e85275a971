"""A value that organizations set differently: default and loosest value in, the value in force out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named threshold or list that a check is judged by.

    id        the key under `[parameters]` in srm-docs.toml
    default   the safe value
    loosest   the weakest value that can still prove the requirement; None for lists
    unit      `days`, `characters` …   at_most  whether larger is looser (ages) or smaller is (lengths)
    title     what it is, for a reader
    """

    id: str
    title: str
    default: int | tuple[str, ...] | tuple[int, ...]
    loosest: int | None = None
    unit: str = ""
    at_most: bool = True

    def fault(self, value: Any) -> str | None:
        """Why `value` cannot be used, as half a sentence, or None."""
        if isinstance(self.default, int):
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                return f"must be a whole number of {self.unit or 'units'}, not {value!r}"
            if self.loosest is not None and (value > self.loosest if self.at_most else value < self.loosest):
                word = "above" if self.at_most else "below"
                return f"is {word} {self.loosest}, beyond which the check proves nothing"
            return None
        kind: type = type(self.default[0]) if self.default else str
        if not isinstance(value, Sequence) or isinstance(value, str) or any(type(v) is not kind for v in value):
            return f"must be a list of {'numbers' if kind is int else 'strings'}, not {value!r}"
        return None


def resolve(parameters: Sequence[Parameter], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter's value in force, by id: the organization's choice, else the default. Plain JSON types."""
    return {
        p.id: list(v) if isinstance(v := chosen.get(p.id, p.default), tuple) else v
        for p in sorted(parameters, key=lambda p: p.id)
    }
