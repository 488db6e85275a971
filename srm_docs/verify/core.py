"""What differs between the lists of a packet and its files: digests in, discrepancies out. Pure.

Three lists may speak of a file: manifest.json of all but itself, its signature and SHA256SUMS; SHA256SUMS of the same
and of those two; contents.json of what existed before the PDFs. manifest.json decides which file is named: it is
the list whose digest is compared by another channel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from srm_docs.seal import manifest
from srm_docs.seal.manifest import CONTENTS, MANIFEST, SIGNATURE, SUMS

MISSING: Final = "missing"
UNLISTED: Final = "not listed"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file as it is: SHA-256 (hex) and size in bytes, or (`problem`) why it cannot be read as a file."""

    sha256: str = ""
    size: int = 0
    problem: str = ""

    @classmethod
    def of(cls, body: bytes) -> Found:
        """What a body in memory is."""
        return cls(sha256=hashlib.sha256(body).hexdigest(), size=len(body))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Discrepancy:
    """A file that is not as the lists say. `by` are the lists that say so; `found` is `missing` for a missing file."""

    path: str
    expected: str
    found: str
    by: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`added`, `missing` or `changed`."""
        return "added" if self.expected == UNLISTED else "missing" if self.found == MISSING else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    name: str
    says: Mapping[str, tuple[str, int | None]]
    covers: Callable[[str], bool]

    def of(self, path: str) -> tuple[str, int | None] | None:
        return self.says.get(path)

    def agrees(self, path: str, found: Found | None) -> bool:
        said = self.says.get(path)
        if said is None or found is None:
            return said is None and found is None
        return not found.problem and said[0] == found.sha256 and said[1] in (None, found.size)


def compare(found: Mapping[str, Found], closing: Mapping[str, bytes]) -> tuple[Discrepancy, ...]:
    """Every discrepancy, sorted by path. `closing` holds the bytes of the lists that could be read, by name."""
    faults: dict[str, str] = {}
    lists = tuple(_lists(found, closing, faults))
    differs = [
        Discrepancy(path=name, expected="a list that can be read", found=fault) for name, fault in faults.items()
    ]
    paths = {*found, *(path for one in lists for path in one.says)} - {SUMS}
    for path in paths - set(faults) if lists else ():
        differs += _of_file(path, found.get(path), lists)
    if MANIFEST in closing and MANIFEST not in faults:
        closed = manifest.decode(closing[MANIFEST])
        signature = found.get(SIGNATURE) if closed.unsigned else None
        if closed.unsigned and signature is None and not any(one.path == SIGNATURE for one in differs):
            differs.append(Discrepancy(path=SIGNATURE, expected="a signature", found=MISSING, by=(MANIFEST,)))
        if SUMS not in faults:
            differs += _of_sums(closing[MANIFEST], closing[SUMS], signature)
    return tuple(sorted(set(differs)))


def _lists(found: Mapping[str, Found], closing: Mapping[str, bytes], faults: dict[str, str]) -> Iterator[_List]:
    readers: dict[str, Callable[[bytes], dict[str, tuple[str, int | None]]]] = {
        MANIFEST: lambda body: {file.path: (file.sha256, file.size) for file in manifest.decode(body).files},
        SUMS: lambda body: {path: (digest, None) for path, digest in manifest.read_sums(body).items()},
        CONTENTS: _contents,
    }
    closed = _closing(closing.get(MANIFEST))
    covers: dict[str, Callable[[str], bool]] = {
        MANIFEST: lambda path: path not in closed,
        SUMS: lambda path: path != SUMS,
        CONTENTS: lambda path: path not in (*closed, CONTENTS) and not manifest.is_document(path),
    }
    for name, reader in readers.items():
        if name not in closing:
            faults[name] = (found[name].problem or "too large to be read") if name in found else MISSING
            continue
        try:
            yield _List(name=name, says=reader(closing[name]), covers=covers[name])
        except ValueError as fault:
            faults[name] = str(fault)


def _closing(body: bytes | None) -> tuple[str, ...]:
    try:
        return manifest.decode(body).closing if body is not None else manifest.CLOSING
    except ValueError:
        return manifest.CLOSING


def _contents(body: bytes) -> dict[str, tuple[str, int | None]]:
    data = manifest.strict_json(body)
    if not isinstance(data, dict):
        raise ValueError("has no list of files")  # noqa: TRY004 - whatever is wrong with a list is one kind of fault
    return {file.path: (file.sha256, file.size) for file in manifest.listed(data.get("files"))}


def _of_file(path: str, found: Found | None, lists: tuple[_List, ...]) -> Iterator[Discrepancy]:
    speak = [one for one in lists if one.covers(path) or path in one.says]
    wrong = [one for one in speak if not one.agrees(path, found)]
    if not wrong:
        return
    right = len(wrong) < len(speak)
    if right and wrong[0].name != MANIFEST:
        # The manifest knows the file as it is, so it is the other list that is wrong.
        for one in wrong:
            yield Discrepancy(
                path=one.name,
                expected=f"{path}: {_words(found)}",
                found=f"{path}: {_said(one.of(path))}",
                by=(one.name,),
            )
        return
    by_said: dict[tuple[str, int | None] | None, list[str]] = {}
    for one in wrong:
        said = one.of(path)
        same = next((other for other in by_said if said and other and other[0] == said[0]), said)
        by_said.setdefault(same, []).append(one.name)
    for said, names in by_said.items():
        yield Discrepancy(path=path, expected=_said(said), found=_words(found), by=tuple(names))


def _of_sums(body: bytes, text: bytes, signature: Found | None) -> Iterator[Discrepancy]:
    derived = manifest.sums(manifest.decode(body).files, body, signature.sha256 if signature else "")
    if derived == text:
        return
    said, due = manifest.read_sums(text), manifest.read_sums(derived)
    other = sorted(path for path in {*said, *due} if said.get(path) != due.get(path))
    named = ", ".join(other[:_NAMED]) + (" and others" if len(other) > _NAMED else "")
    where = f"other lines for {named}" if other else "the same lines in another order or form"
    yield Discrepancy(path=SUMS, expected="the text that follows from manifest.json", found=where)


def _words(found: Found | None) -> str:
    if found is None:
        return MISSING
    return found.problem or _said((found.sha256, found.size))


def _said(said: tuple[str, int | None] | None) -> str:
    if said is None:
        return UNLISTED
    return f"sha256 {said[0]}" + ("" if said[1] is None else f", {said[1]} bytes")
