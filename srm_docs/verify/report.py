"""The three answers to "is this packet what it says?", kept apart: outcomes in, JSON and lines of text out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from srm_docs.errors import VerificationFailed
from srm_docs.seal.manifest import SIGNATURE
from srm_docs.verify.authenticity import WRONG, Signature
from srm_docs.verify.bounds import plain
from srm_docs.verify.core import Discrepancy
from srm_docs.verify.lines import LONG, SHA256, item, labelled, path_of, short
from srm_docs.verify.rejudge import JUDGING, Judged, Rejudged

_KINDS: Final = ("changed", "missing", "added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What verify found. `files` is how many files were read."""

    bytes: tuple[Discrepancy, ...]
    files: int
    signature: Signature
    conclusions: Rejudged

    @property
    def sound(self) -> bool:
        """Whether nothing differs. A packet that was not re-judged is sound as far as it was looked at."""
        return not self.bytes and self.conclusions.state is not Judged.DIFFERENT and self.signature.state not in WRONG

    def failure(self) -> VerificationFailed | None:
        """The error (exit 7) for a packet that is not sound, else None."""
        if self.sound:
            return None
        return VerificationFailed("The packet is not what it says.", hint="Ask its sender for the packet again.")

    def to_data(self) -> dict[str, Any]:
        """Plain JSON types: `sound`, `bytes`, `signature`, `conclusions`."""
        judged = self.conclusions
        return {
            "schema": "srm-docs/verification/1",
            "sound": self.sound,
            "bytes": {
                "files": self.files,
                "discrepancies": [
                    {"path": d.path, "kind": d.kind, "expected": d.expected, "found": d.found, "by": list(d.by)}
                    for d in self.bytes
                ],
            },
            "signature": self.signature.to_data(),
            "conclusions": {
                "state": str(judged.state),
                "because": judged.because,
                "counts": dict(judged.counts),
                "differences": [
                    {"subject": d.subject, "stated": d.stated, "judged": d.judged} for d in judged.differences
                ],
                "notes": list(judged.notes),
            },
        }

    def lines(self) -> tuple[str, ...]:
        """For people: at most 80 columns, ASCII where a stranger wrote it. Digests are cut; JSON has them whole."""
        return tuple(line.rstrip() for line in (*self._bytes(), *self.signature.lines(), *self._conclusions()))

    def _bytes(self) -> Iterator[str]:
        if not self.bytes:
            yield from labelled("Bytes", f"{_count(self.files, 'file')}, all as sealed, none added")
            return
        yield from labelled("Bytes", self._tally())
        for one in self.bytes:
            yield from item(f"{one.kind:<8} {path_of(one.path)}")
            if one.kind == "added" and one.path in (SIGNATURE, "manifest.json.sig"):
                yield from item("the packet does not say that it is signed: this proves nothing", deeper=True)
            elif one.kind == "added" and not SHA256.search(one.found):
                yield from item(short(one.found), deeper=True)
            if one.kind == "changed":
                by = f" ({', '.join(one.by)})" if one.by else ""
                yield from item(f"expected {short(one.expected)}{by}", deeper=True)
                yield from item(f"found    {short(one.found)}", deeper=True)

    def _tally(self) -> str:
        """`936 of 939 files as sealed; 1 changed, 2 missing, 5 added:`, each file once, by the worst said of it."""
        kinds: dict[str, str] = {}
        for one in self.bytes:
            kinds[one.path] = min(one.kind, kinds.get(one.path, one.kind), key=_KINDS.index)
        number = Counter(kinds.values())
        sealed = self.files - number["added"] + number["missing"]
        said = ", ".join(f"{number[kind]:,} {kind}" for kind in _KINDS if number[kind])
        right = sealed - number["changed"] - number["missing"]
        return f"{right:,} of {_count(sealed, 'file')} as sealed; {said}:"

    def _conclusions(self) -> Iterator[str]:
        judged = self.conclusions
        if judged.state is Judged.NOT_JUDGED:
            yield from labelled("Conclusions", plain(judged.because, LONG))
        elif judged.state is Judged.SAME:
            said = ", ".join(_count(number, _SINGULAR[name]) for name, number in judged.counts.items() if number)
            yield from labelled("Conclusions", f"judged again from the packet alone, and as stated: {said}")
        else:
            yield from labelled("Conclusions", plain(judged.because, LONG))
            for one in judged.differences:
                if one.subject == JUDGING:
                    continue  # the sentence has said it
                yield from item(plain(one.subject))
                yield from item(f"stated   {short(one.stated)}", deeper=True)
                if one.judged:
                    yield from item(f"judged   {short(one.judged)}", deeper=True)
        for note in judged.notes:
            yield from item(note)


_SINGULAR: Final = {
    "evidence": "evidence item",
    "rows": "row of the coverage ledger",
    "checks": "self-test",
    "reports": "AWS report",
    "responsibilities": "responsibility",
    "requirements": "criterion, control or clause",
    "comparisons": "second count",
}
_PLURAL: Final = {
    "row of the coverage ledger": "rows of the coverage ledger",
    "responsibility": "responsibilities",
    "criterion, control or clause": "criteria, controls and clauses",
}


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else _PLURAL.get(what, what + 's')}"
