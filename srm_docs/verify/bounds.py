"""What a packet may be before anything of it is read: names and sizes in, a clear refusal or nothing out. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from srm_docs.errors import VerificationFailed
from srm_docs.seal.manifest import DEVICE

_HINT: Final = "Do not unpack it. Ask its sender for the packet again, and tell them what this says."
_PART: Final = 255
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that is read.

    entries     files and folders        file, total   bytes, unpacked
    ratio       unpacked to packed bytes of a whole zip, looked at from `ratio_from` unpacked bytes
    listing     bytes of a zip's own table of contents
    parsed      bytes of one JSON or YAML file that is read into memory
    """

    entries: int = 500_000
    file: int = 2 << 30
    total: int = 16 << 30
    ratio: int = 100
    ratio_from: int = 64 << 20
    listing: int = 96 << 20
    parsed: int = 256 << 20
    path: int = 1_024


DEFAULT: Final = Limits()


def refuse(what: str) -> VerificationFailed:
    """The refusal of a whole packet, to be raised."""
    return VerificationFailed(f"The packet is refused: {what}.", hint=_HINT)


def check_names(names: Iterable[str], limits: Limits) -> None:
    """Refuse names in a zip that lead out of it, that a system cannot hold, or that one system takes for another."""
    seen: dict[str, str] = {}
    for name in names:
        if fault := name_fault(name, limits):
            raise refuse(f"the name {shown(name)} in the zip {fault}")
        folded = unicodedata.normalize("NFKC", name).casefold().rstrip("/")
        if folded in seen:
            twice = "is there twice" if seen[folded] == name else f"and {shown(seen[folded])} are one to some systems"
            raise refuse(f"the name {shown(name)} in the zip {twice}")
        seen[folded] = name


def name_fault(name: str, limits: Limits) -> str:
    """Why a name in a zip is refused, as half a sentence; empty where it is not. Folders end with a slash."""
    if not name or len(name) > limits.path:
        return f"is empty or longer than {limits.path} characters"
    if any(unicodedata.category(character) in _INVISIBLE for character in name):
        return "holds control characters"
    if "\\" in name:
        return "holds a backslash"
    if name.startswith("/") or name[1:2] == ":":
        return "is an absolute path"
    return next(filter(None, map(_part_fault, name.removesuffix("/").split("/"))), "")


def _part_fault(part: str) -> str:
    if part == "..":
        return "leads out of the packet"
    if part in ("", "."):
        return "has an empty part"
    if len(part.encode()) > _PART:
        return f"has a part longer than {_PART} bytes"
    if ":" in part or part[-1] in ". ":
        return "has a part that Windows reads as another one"
    return "is that of a Windows device" if DEVICE.fullmatch(part) else ""


def plain(text: str, longest: int = 200) -> str:
    r"""Text from a stranger as a terminal can print it: ASCII, on one line, cut if long.

    >>> plain("invoice\u202efdp.exe")
    'invoice<U+202E>fdp.exe'
    """
    safe = "".join(
        character if character.isascii() and character.isprintable() else f"<U+{ord(character):04X}>"
        for character in text[:longest]
    )
    return safe + (f" ... ({len(text)} characters)" if len(text) > longest else "")


def shown(name: str, longest: int = 200) -> str:
    """A name from a stranger, as `plain` and in quotes, so that a space at its end is seen."""
    return f'"{plain(name, longest)}"'
