"""A language -> the names and filters by which templates say things in it: `_`, `ngettext`, `|plural`, `|catalog`.

A translation is text and never markup: it is escaped like any value, and so are the values that it holds. Where a value
is markup (a macro's), the sentence becomes markup piece by piece.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jinja2
from jinja2 import filters as jinja
from markupsafe import Markup, escape

from srm_docs import said
from srm_docs.render import charts
from srm_docs.render.languages import Wording

_WORDS = re.compile(r"(?![A-Z])[^\W\d_]")
"""A letter that is no capital: what has none is a name or a number, as `CC6.1`, and of no language."""


class Untranslated(str):
    """A text of the catalog that has no translation: it prints in English, marked where the document is not."""

    __slots__ = ()


class Phrases:
    """What templates say, in one language."""

    def __init__(self, language: Wording, printable: Callable[[str], str]) -> None:
        """Keep the language, and the sanitizer for the pieces of markup that are made here."""
        self.language, self.printable = language, printable

    def shown(self, value: object) -> object:
        """Return a text in the language; an untranslated one as an element that says so. The rest stays as it is."""
        if isinstance(value, Untranslated):
            return self.marked(self.printable(str(value)))
        if not isinstance(value, said.Said):
            return value
        if not self.language.english and said.holds_text(value):
            made = self._with_texts(value, str)
            return self.marked(self.printable(str(made))) if isinstance(made, Untranslated) else made
        return said.translated(value, self.language)

    def words(self, value: object) -> str:
        """Return a text in the language as plain words, where an element cannot stand."""
        return said.translated(value, self.language) if isinstance(value, said.Said) else str(value)

    def marked(self, text: str) -> Markup:
        """Return a text as an element that says it is English."""
        return Markup('<span class="en" lang="en">{}</span>').format(text)

    def globals(self) -> dict[str, Any]:
        """Return the names of templates."""
        return {"_": self.message, "english": self.language.english, "ngettext": self.ngettext}

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of templates; of those that Jinja has, some would take a sentence in English."""
        return {
            "capitalize": self.capitalize,
            "catalog": self.catalog,
            "day": self.day,
            "fitted": self.fitted,
            "inside": self.inside,
            "join": self.join,
            "listed": self.listed,
            "lower": self._first(jinja.do_lower),
            "moment": self.moment,
            "of": self.of,
            "plural": self.plural,
            "replace": self._replace,
            "string": self._first(str),
            "thousands": self.language.number,
            "title": self._first(jinja.do_title),
            "trim": self._first(jinja.do_trim),
            "upper": self._first(jinja.do_upper),
        }

    # ---- sentences

    def message(self, msgid: str, /, **values: object) -> str:
        """Say a sentence: `_("{n:,} of {whole:,} files", n=3, whole=1204)`."""
        return self._filled(self.language.message(msgid), values)

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Say a sentence that depends on a number, which is `{n}` in it."""
        return self._filled(self.language.plural(one, many, n), {**values, "n": n})

    def plural(self, count: int, one: str, many: str = "") -> str:
        """Say `1 security group` or `25 security groups`."""
        return self.ngettext(f"{{n:,}} {one}", f"{{n:,}} {many or one + 's'}", count)

    def of(self, count: int, whole: int, one: str, many: str = "") -> str:
        """Say `1 of 25 security groups`: the noun counts the population."""
        of = "{count:,} of {n:,} "
        return self.ngettext(f"{of}{one}", f"{of}{many or one + 's'}", whole, count=count)

    def listed(self, values: Iterable[object]) -> str:
        """Say `a, b and c`."""
        words = [self.shown(value) for value in values]
        if not any(isinstance(word, Markup) for word in words):
            return self.language.list([str(word) for word in words]) if words else ""
        pieces = [word if isinstance(word, Markup) else escape(self.printable(str(word))) for word in words]
        return Markup(self.language.list(pieces))  # noqa: S704 - each piece is markup

    def day(self, value: dt.date | str) -> str:
        """Say `11 March 2026` of a date, a datetime or an ISO string."""
        return self.language.date(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)

    def moment(self, value: dt.datetime | str) -> str:
        """Say `3 July 2026 04:12 UTC`; a time without an offset is refused, because it could be any time."""
        when = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if when.tzinfo is None:
            raise ValueError(f"{when.isoformat()} has no offset from UTC")
        return self.language.moment(when.astimezone(dt.UTC))

    def _filled(self, wording: str, values: Mapping[str, object]) -> str:
        shown = {name: self._value(name, value) for name, value in values.items()}
        if not shown:
            return wording
        pieces: list[str] = []
        for before, name, how in said.fields(wording):
            pieces.append(before)
            if name is not None:
                value = shown[name]
                pieces.append(self.language.number(value) if how and isinstance(value, int) else _text(value))
        if not any(isinstance(piece, Markup) for piece in pieces):
            return "".join(pieces)
        return Markup().join(p if isinstance(p, Markup) else self.printable(p) for p in pieces)

    def _value(self, name: str, value: object) -> object:
        if value is None:
            raise ValueError(f"{name} is None; test it and print NOT PROVIDED")
        return self.shown(value)

    # ---- texts

    def fitted(self, label: charts.Text) -> str:
        """Say a label of a figure, cut to its room."""
        return charts.fitted(label, self.language)

    def catalog(self, text: str) -> str:
        """Mark a text of the catalog: translated where a catalog of the language has it, else in English."""
        if not text or isinstance(text, (Markup, Untranslated)):
            return text
        if isinstance(text, said.Said):
            return text if self.language.english else self._with_texts(text, self.catalog)
        if self.language.english or self.language.has(text):
            return self.language.message(text)
        return Untranslated(text) if _WORDS.search(text) else text

    def _with_texts(self, sentence: said.Said, plain: Callable[[str], str]) -> str:
        """Say a sentence of ours in which texts of the catalog stand: each of them is translated or marked.

        `plain` says a str that is no sentence: it is a text of the catalog too, or data.
        """
        match sentence:
            case said.CatalogText():
                return self.catalog(sentence.msgid)
            case said.Plural():
                values = {name: self._text(value, plain) for name, value in sentence.values.items() if name != "n"}
                return self.ngettext(sentence.one, sentence.many, sentence.n, **values)
            case said.Message():
                values = {name: self._text(value, plain) for name, value in sentence.values.items()}
                return self.message(sentence.msgid, **values)
            case said.Listed():
                return self.listed([self._text(part, plain) for part in sentence.parts])
            case said.Joined():
                parts = [self.shown(self._text(part, plain)) for part in sentence.parts]
                if not any(isinstance(part, Markup) for part in parts):
                    return sentence.separator.join(map(str, parts))
                pieces = [part if isinstance(part, Markup) else self.printable(str(part)) for part in parts]
                return escape(sentence.separator).join(pieces)
            case said.Capital():
                return self._shaped(sentence, self._with_texts(sentence.text, plain))
        return sentence

    def _shaped(self, sentence: said.Capital, made: str) -> str:
        if isinstance(made, Untranslated):
            return Untranslated(sentence.of(str(made)))
        if not isinstance(made, Markup):
            return sentence.of(str(self.shown(made)))
        # an element at the start has its capital, one at the end its full stop
        ended = made.striptags().endswith((".", "!", "?"))
        return Markup((said.Capital if ended else sentence).of(str(made)))  # noqa: S704 - it was markup before

    def _text(self, value: object, plain: Callable[[str], str]) -> object:
        if isinstance(value, said.Said):
            return self._with_texts(value, plain)
        if isinstance(value, dt.datetime):
            return self.moment(value)
        if isinstance(value, dt.date):
            return self.day(value)
        if isinstance(value, tuple):
            return self.listed([self._text(part, plain) for part in value])
        return plain(value) if type(value) is str else value

    def _changed(self, text: object, change: Callable[[str], str]) -> str:
        """Change the words of a text; one without a translation stays marked as one, and markup markup."""
        if isinstance(text, said.CatalogText):
            text = self.catalog(text)
        if isinstance(text, Untranslated):
            return Untranslated(change(str(text)))
        shown = self.shown(text)
        made = change(str(shown))
        return Markup(made) if isinstance(shown, Markup) else made  # noqa: S704 - it was markup before

    def capitalize(self, text: object) -> str:
        """Begin with a capital. In English the rest is small."""
        return self._changed(text, str.capitalize if self.language.english else said.Capital.of)

    def inside(self, text: object) -> str:
        """Fit a heading's words into a sentence: small in English; elsewhere capitals may be spelling."""
        return self._changed(text, str.lower if self.language.english else str)

    @jinja2.pass_eval_context
    def join(self, context: Any, values: Iterable[object], between: str = "", attribute: str | None = None) -> str:
        """Join texts, each in the language."""
        items = values if attribute else [self.shown(value) for value in values]
        made: str = jinja.do_join(context, items, between, attribute)
        return made

    def _first(self, made: Callable[..., Any]) -> Callable[..., Any]:
        return lambda text, *more, **named: self._changed(text, lambda words: made(words, *more, **named))

    def _replace(self, text: object, old: str, new: str, count: int = -1) -> str:
        return self._changed(text, lambda words: words.replace(old, new, count))


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def untranslated(text: object) -> bool:
    """Say whether a text prints in English because the language has no translation of it."""
    return isinstance(text, Untranslated)


def css(language: Wording) -> bytes:
    """Return the style sheet of a language: what our style sheets print themselves, and how its words are broken.

    Empty for English as it is in the sheets. Names, ids and English texts are never hyphenated.
    """
    page, end = _around(language.message("Page {page} of {pages}")), _around(language.message(", page {page}"))
    prepared = _css(language.message("Prepared by management, not audited"))
    rules = [
        f"@page {{ @bottom-left {{ content: {prepared} }} @bottom-right {{ content: {page} }} }}",
        f".on::after {{ content: {end.replace('counter(page)', 'target-counter(attr(href), page)')} }}",
    ]
    if language.english:
        return "\n".join(rules).encode() if page != _ENGLISH_PAGE or prepared != _ENGLISH_PREPARED else b""
    rules += [
        "th, td, caption, .legend { hyphens: auto; hyphenate-limit-chars: 9 4 4 }",
        # a head that is too long for its column has no other place to break
        "thead th { hyphenate-limit-chars: 6 3 3 }",
        # NOT PROVIDED is longer than its column in many a language
        ".missing { white-space: normal; hyphens: manual }",
        # a long word that may not break gets the room between columns; the line under a page that of its neighbour
        ".bars td { padding-right: 2pt }",
        # other languages take more lines than English, and the summary has two pages
        ".executive h2 { margin-top: 2.6mm } .executive .close { margin-top: 2mm; padding-top: 1.2mm }",
        "@page { @bottom-left { width: 35% } @bottom-center { width: 46% } @bottom-right { width: 19% } }",
        "@page cover { @bottom-left { width: 36% } @bottom-center { width: 45% } @bottom-right { width: 19% } }",
        # and so the summary of a packet keeps its one page
        ".cols.gap { margin-top: 2.5mm } .cols.gap .points { line-height: 10.4pt }",
        ".id, .hash, .data, .nb, .en, code, pre, .req { hyphens: manual }",
        "span.en::after { font-size: 5pt; line-height: 0; vertical-align: 2.4pt; margin-left: 1pt; color: #4A525B }",
        f"span.en::after {{ content: {_css(language.message('EN'))}; white-space: nowrap }}",
    ]
    return "\n".join(rules).encode()


def _around(wording: str) -> str:
    pieces: list[str] = []
    for before, name, _ in said.fields(wording):
        pieces += [_css(before)] * bool(before) + [f"counter({name})"] * (name in ("page", "pages"))
    return " ".join(pieces)


def _css(words: str) -> str:
    """Return a CSS string: whatever is no letter, digit or plain mark as its code point."""
    return '"' + "".join(c if c.isalnum() or c in " ,." else f"\\{ord(c):x} " for c in words) + '"'


_ENGLISH_PAGE = _around("Page {page} of {pages}")
_ENGLISH_PREPARED = _css("Prepared by management, not audited")
