"""In a made-up language each word of ours is wrapped: what is not is data, a marked text, or forgotten."""

from __future__ import annotations

import dataclasses
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import content_sample
import packet_sample
import pytest
from babel.messages.pofile import read_po

from srm_docs.packet import model as m
from srm_docs.render import documents, html, languages, lists
from srm_docs.render.text import visible
from srm_docs.said import Said, say

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
catalogs: Any = importlib.import_module("catalogs")
sys.path.pop(0)

NAMES = frozenset({"AWS", "CC", "IEC", "ISO", "SHA", "SOC", "VPC", "contents", "docs", "evidence", "json", "srm"})
"""The same in every language: norms, what AWS calls its things, file names."""
OPEN, CLOSE = "¿", "¡"
_WORD = re.compile(r"[^\W\d_]{2,}")
_EMPTY = frozenset({"br", "col", "img", "link", "meta", "wbr"})
_INLINE = frozenset({"a", "b", "code", "i", "span", "wbr"})
_SAID = frozenset({"alt", "content", "data-foot", "data-running", "title"})
"""Attributes that are printed or read aloud."""


@cache
def messages() -> frozenset[str]:
    """Return every message with one wording, of templates and of code, and the texts of the catalog that German has."""
    code = {message for _, _, message in catalogs.in_code(ROOT / "srm_docs") if isinstance(message, str)}
    texts = {message.id for message in read_po((ROOT / "srm_docs/locale/de/catalog.po").open("rb"), locale="de")}
    return frozenset({message for message in catalogs.messages() if isinstance(message, str)} | code | texts - {""})


class Wrapped(languages.Wording):
    """A language in which each sentence stands between two marks."""

    def has(self, msgid: str) -> bool:
        return msgid in messages()

    def message(self, msgid: str) -> str:
        return f"{OPEN}{msgid}{CLOSE}" if msgid in messages() else msgid

    def plural(self, one: str, many: str, n: int) -> str:
        return f"{OPEN}{one if n == 1 else many}{CLOSE}"

    def number(self, value: int) -> str:
        return f"{OPEN}{value}{CLOSE}"

    def list(self, parts: Any) -> str:
        return f"{OPEN}{super().list(parts)}{CLOSE}"

    def date(self, value: Any) -> str:
        return f"{OPEN}{super().date(value)}{CLOSE}"


def spoken(value: Any) -> Any:
    """Return the model with each string that is a message made one: the sample writes them as they read."""
    if isinstance(value, str):
        return say(value) if value in messages() and not isinstance(value, (Said, m.Shape)) else value
    if isinstance(value, tuple):
        return tuple(map(spoken, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: spoken(getattr(value, f.name)) for f in dataclasses.fields(value)})
    return value


CATALOG = {
    m.ControlStatement: ("text", "statement"),
    m.DomainLine: ("title", "lead"),
    m.FindingLine: ("domain_title", "effect", "remedy", "title"),
    m.LinkLine: ("because", "requirement_title", "responsibility_text"),
    m.MatrixRow: ("responsibility_text",),
    m.ParameterLine: ("title",),
    m.RequirementLine: ("group_title", "summary", "title"),
    m.ResponsibilityLine: ("caveat", "expectation", "otherwise", "text"),
    m.TestLine: ("title",),
}
"""Texts of the catalog and of checks: without a translation they are marked wherever they stand."""


def data(value: Any) -> Iterator[str]:
    """Yield every string of the model that is no sentence of ours and no text of the catalog."""
    if isinstance(value, str):
        if not isinstance(value, Said):
            yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from data(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in CATALOG.get(type(value), ()):
                yield from data(getattr(value, field.name))


class Texts(HTMLParser):
    """Collects what each block prints, without what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = [""]
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("name") not in ("author", "generator"):
            self.found[:0] = [str(given[name]) for name in _SAID & set(given)]
        self._between("br" if tag == "span" and given.get("class") != "nb" else tag)
        if tag not in _EMPTY:
            self.open.append(given.get("lang") == "en")

    def handle_endtag(self, tag: str) -> None:
        self._between(tag)
        if tag not in _EMPTY:
            self.open.pop()

    def handle_data(self, text: str) -> None:
        self.found[-1] += " " if any(self.open) else text

    def _between(self, tag: str) -> None:
        if tag == "br":
            self.found[-1] += " "
        elif tag not in _INLINE:
            self.found.append("")


def unwrapped(text: str) -> str:
    """Return what stands outside all wrapping."""
    out, depth = [], 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        out.append(char if not depth and char != CLOSE else " ")
    return "".join(out)


def left(page: str, packet: m.Packet) -> list[str]:
    """Return what is printed and is no sentence of ours, no text marked as English, and no data of the model."""
    given = {" ".join(shown.split()) for text in data(packet) for shown in (text, visible(text, strict=True))}
    known = sorted(filter(_WORD.search, given), key=len, reverse=True)
    parser = Texts()
    parser.feed(page)
    found = []
    for text in dict.fromkeys(parser.found):
        rest = " ".join(unwrapped(text).split())
        for value in known:
            if not _WORD.search(rest):
                break
            if value in rest:
                rest = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", rest)
        rest = re.sub(r"(?<!\S)\w+=\S*", " ", rest)  # a parameter of a call, taken from its JSON
        if [word for word in _WORD.findall(rest) if word not in NAMES]:
            found.append(f"{rest}   in   {text}"[:300])
    return found


@cache
def rich() -> m.Packet:
    """Return the sample with what one account, one packet and no network do not print."""
    packet = content_sample.filled(packet_sample.packet())
    met, wrong = (
        m.Answer(text=word, shape=shape) for word, shape in (("Met", m.Shape.MET), ("Deviation", m.Shape.DEVIATION))
    )
    accounts = tuple(
        m.AccountPage(
            id=f"{at:012}", name="production" if at else "", entered=met if at else wrong, regions=("eu-west-1",),
            left_out=("us-east-1",) * bool(at), tests=3, met=1, unmet=1, unknown=1, not_applicable=0,
            deviating=tuple(test.id for test in packet.tests), unread=2, evidence=9,
        )
        for at in range(2)
    )  # fmt: skip
    # a name that is cut, or that has tags' signs, is not what the model has: other tests hold those
    vpcs = [content_sample.vpc(at, name="shop", region="eu-west-1") for at in range(7)]
    network = replace(content_sample.network(*vpcs, links=14, unread=6), name="production")
    return replace(packet, accounts=accounts, networks=(network,) * 8)


@cache
def alone() -> m.Packet:
    """Return the sample as it is printed by itself, with much that is cut."""
    packet = packet_sample.packet()
    meta = replace(packet.meta, sealed=False, demo=False, version="0.1 draft", paper="Letter")
    few: dict[str, Any] = dict.fromkeys(
        ("cuecs", "csocs", "components", "description", "exceptions", "findings", "own_controls", "parameters",
         "reports", "requests", "sources", "statements"), ()
    )  # fmt: skip
    evidence = tuple(replace(packet.evidence[0], id=f"EV-{at:08}") for at in range(1_100))
    return replace(packet, meta=meta, evidence=evidence, **few)


@pytest.mark.parametrize("kind", list(documents.KINDS))
@pytest.mark.parametrize("made", [packet_sample.packet, rich, alone])
def test_no_word_of_ours_stays_untranslated(kind: str, made: Callable[[], m.Packet]) -> None:
    packet = spoken(made())
    language = Wrapped(name="xx")
    drawn = html.render(
        documents.KINDS[kind].template, language=language, **documents.context(packet, kind, language=language)
    )
    assert left(lists.numbered(drawn.text, language), packet) == []


def test_what_is_forgotten_is_found() -> None:
    packet = packet_sample.packet()
    page = f"<p>Findings</p><p>{OPEN}Findings{CLOSE}</p><p lang='en'>Every VPC</p><p>{packet.meta.organization} 12</p>"
    assert left(page, packet) == ["Findings   in   Findings"]
    assert [text.partition("   in ")[0] for text in left('<title>3 hits</title><img alt="A logo">', packet)] == [
        "A logo",
        "3 hits",
    ]
