"""Values of the packet model -> the marks that templates print: ids, hashes, names from the cloud, columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from srm_docs.render import text
from srm_docs.render.phrases import Phrases, Untranslated
from srm_docs.said import CatalogText, Said, say, translated

NARROWEST, PORTRAIT, LANDSCAPE = 12, 170, 247  # mm
UNBROKEN = 14  # characters of an id that stay on one line; longer ones may break
_CODE, _PLAIN = Markup("<code>{}</code>"), Markup("{}")
_DATA = Markup('<span class="data">{}</span>')  # no name of AWS is hyphenated
_SHORT = 20  # characters of a word that does not break at its capitals
_JOINTS = re.compile(r"(?<=[:/,;=&?|\\_])(?=.)")
_CAPITALS = re.compile(rf"{_JOINTS.pattern}|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CLOSING = frozenset("/!?)]},.;:%")
_KEPT = re.compile(
    r"\b[a-z]{2}(?:-[a-z]+)+-\d\b|\bsrm-docs\b(?:\.toml)?"  # regions, the tool
    r"|\bA\.\d+\.\d+\b|\b(?:CC|PI|[ACP])\d\.\d+\b"  # controls and criteria
)
_PART = re.compile(r"\A.{1,16}\Z|(?<![\w-])(?=[\w-]{3,16}(?![\w-]))\w+(?:-\w+)+")


class Sanitize(Protocol):
    """Make a string printable and keep count of what was replaced."""

    def __call__(self, raw: str, face: text.Face, *, strict: bool) -> str:
        """Return raw as `text.visible` shows it."""


def hashed(digest: str) -> Markup:
    """Return a digest in groups of 8 that copy as one string; lines break between groups only."""
    groups = [digest[at : at + 8] for at in range(0, len(digest), 8)]
    return Markup('<span class="hash">{}</span>').format(
        Markup("<wbr>").join(Markup("<i>{}</i>").format(group) for group in groups)
    )


def breaking(shown: str, short: int = _SHORT) -> Markup:
    """Return text with a chance to break after the joints of an ARN, a path or a dotted name, and at capitals.

    A chance is zero-width and not part of the text. Names of regions, controls and criteria and the parts of a word
    longer than `short` are never broken themselves: at the start of a line the layout would rather break a part than
    use a chance before it.
    """
    return Markup(" ").join(
        Markup("<wbr>").join(_unbroken(piece, _KEPT if len(word) <= short else _PART) for piece in parts)
        for word in shown.split(" ")
        for parts in [(_JOINTS if len(word) <= short else _CAPITALS).split(word)]
    )


def _unbroken(piece: str, kept: re.Pattern[str]) -> Markup:
    out: list[Markup | str] = []
    end = 0
    for found in kept.finditer(piece):
        out += [escape(piece[end : found.start()]), Markup('<span class="nb">{}</span>').format(found[0])]
        end = found.end()
    return Markup("").join([*out, escape(piece[end:])])


def columns(given: Sequence[Sequence[object]], measure: int = PORTRAIT) -> list[tuple[object, float | None, str]]:
    """Return (head, width in mm or None, class) per column; refuse what cannot be read or does not fit.

    Each column is given as (head, width) or (head, width, class); one width may be None and takes the rest.
    """
    made: list[tuple[object, float | None, str]] = []
    for column in given:
        head, width, *rest = column
        if width is not None and (not isinstance(width, (int, float)) or width < NARROWEST):
            raise ValueError(f"column {head!r} is {width} mm wide; {NARROWEST} mm is the least")
        made.append((head, width, str(rest[0]) if rest else ""))
    fixed = sum(width for _, width, _ in made if width is not None)
    rests = sum(width is None for _, width, _ in made)
    if rests > 1 or (rests == 1 and measure - fixed < NARROWEST) or (rests == 0 and fixed != measure):
        raise ValueError(f"the columns take {fixed:g} mm and {rests} take the rest; the measure is {measure} mm")
    return made


class Printed:
    """The filters that print strings from the cloud, bound to a language and to the sanitizer with its log.

    A sentence of ours is said in the language first. A text without a translation stays marked as one.
    """

    def __init__(self, sanitize: Sanitize, said: Phrases) -> None:
        """Keep what makes a string printable and what says a sentence."""
        self.sanitize, self.said = sanitize, said

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters by the names that templates call them."""
        return {
            "block": self.block, "call": self.call, "coded": self.coded, "cut": self.cut, "hash": hashed,
            "id": self.ident, "plain": self.plain, "value": self.value,
        }  # fmt: skip

    def cut(self, raw: object, most: int = 500, whole_in: str = "") -> str:
        """Cut a text and say so."""
        made = self._cut(raw, most, whole_in)
        return Untranslated(made) if isinstance(raw, Untranslated) else made

    def plain(self, raw: object) -> str:
        """Return a text unless it is markup: WeasyPrint tags a link wrongly when it holds an element."""
        if isinstance(raw, Markup):
            raise ValueError("a link holds plain text only (PDF/UA): pass the string itself")  # noqa: TRY004
        return self._words(raw)

    def ident(self, raw: object) -> Markup:
        """Print an id or a name; HTML may not swallow any of its characters."""
        shown = self.sanitize(self._cut(raw, 300), "mono", strict=True)
        kind = "id" if len(shown) <= UNBROKEN else "id long"
        made = Markup('<span class="{}">{}</span>').format(kind, breaking(shown, UNBROKEN))
        # no line breaks before such a mark, a space or not: without a chance of its own `/aws/x` runs out of its column
        return Markup("<wbr>") + made if shown[:1] in _CLOSING else made

    def call(self, raw: object) -> Markup:
        """Print an API call as AWS names it, and what we filter it by in words after it."""
        name, _, variant = self._words(raw).partition("#")
        operation, _, more = name.partition(" ")  # what no call brought is said in words
        if variant:
            more = translated(say("(filter: {words})", words=variant.replace("-", " ")), self.said.language)
        return Markup("{} {}").format(self.ident(operation), self.value(more)) if more else self.ident(operation)

    def coded(self, raw: object) -> str:
        """Print a sentence in which back quotes mark a command or a name of the configuration."""
        return self._marked(
            raw,
            Markup("").join(
                (_CODE if at % 2 else _PLAIN).format(breaking(self.sanitize(part, "sans", strict=False)))
                for at, part in enumerate(self._cut(raw).split("`"))
            ),
        )

    def value(self, raw: object, most: int = 500, whole_in: str = "") -> str:
        """Print a string from the cloud in the running face; HTML may not swallow any of its characters."""
        if isinstance(raw, CatalogText) and not self.said.language.english:
            raw = self.said.catalog(raw)
        if isinstance(raw, Said) and len(raw) <= most:
            shown = self.said.shown(raw)
            raw = shown if isinstance(shown, Markup) else raw
        if isinstance(raw, Markup):  # a sentence with a marked text in it: its pieces were made printable
            return raw
        made = breaking(self.sanitize(self._cut(raw, most, whole_in), "sans", strict=True))
        return self._marked(raw, made if self.said.language.english else _DATA.format(made))

    def block(self, raw: object, most: int = 6_000, whole_in: str = "") -> Markup:
        """Print lines in mono, as they are."""
        return Markup("<pre>{}</pre>").format(self.sanitize(self._cut(raw, most, whole_in), "mono", strict=False))

    def _words(self, raw: object) -> str:
        return self.said.words(raw)

    def _cut(self, raw: object, most: int = 500, whole_in: str = "") -> str:
        return text.cut(self._words(raw), most, whole_in, language=self.said.language)

    def _marked(self, raw: object, made: Markup) -> Markup:
        return self.said.marked(made) if isinstance(raw, Untranslated) else made
