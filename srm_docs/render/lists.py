"""A document's HTML -> the same with numbered figures and tables, and their lists where the template asks for them.

Numbers follow from the order on the pages, which no template knows before it is finished. So they are put in
afterwards. Strings from the cloud hold no `<` any more, so what looks like a tag here is one of a template.

A table is listed by the title that its template gives it (data-title), or else by the heading above it; a heading
within a chapter says little alone, so that the chapter's name stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markupsafe import escape

from srm_docs.render.languages import ENGLISH
from srm_docs.said import Language, say, translated

PLACE: Final = '<div class="lists"></div>'
"""Where a template wants the lists; without it nothing is numbered."""
_TAG: Final = re.compile(
    r'(?P<fig><div class="fig"><(?P<tag>h[23])>(?P<words>.*?)</(?P=tag)>)'
    r"|<(?P<head>h[1-3])\b(?P<marks>[^>]*)>(?P<title>.*?)</(?P=head)>"
    r'|<table(?: class="(?P<kind>[^"]*)")?(?: data-title="(?P<named>[^"]*)")?>(?P<caption>\s*<caption>)?',
    re.DOTALL,
)
_MARKUP: Final = re.compile(r"<[^>]*>")
_NUMBER: Final = re.compile(r'<span class="no">[^<]*</span>')
_UNNAMED: Final = frozenset({"bars", "facts", "kpi", "links", "toc"})
"""Tables without a number: a chart's own numbers, facts beside labels, the links of one responsibility, contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list; `title` is HTML without elements, because a link that holds one fails PDF/UA."""

    no: str
    title: str
    anchor: str


def numbered(page: str, language: Language = ENGLISH) -> str:
    """Return the page with `Figure 3` and `Table 7` at each, and both lists at their place."""
    if PLACE not in page:
        return page
    figures: list[Entry] = []
    tables: list[Entry] = []
    chapter = under = ""
    same: dict[str, int] = {}

    def put(found: re.Match[str]) -> str:
        nonlocal chapter, under
        if found["fig"]:
            at = f"{len(figures) + 1}"
            figures.append(Entry(no=at, title=_plain(found["words"]), anchor=f"figure-{at}"))
            label = f'<span class="no">{_in(language, say("Figure {number}", number=at))}</span> '
            return f'<div class="fig"><{found["tag"]} id="figure-{at}">{label}{found["words"]}</{found["tag"]}>'
        if found["head"]:
            under = _plain(found["title"])
            if found["head"] != "h3":
                chapter = under if "chapter" in found["marks"] else ""
            elif chapter:
                under = f"{chapter}: {under}"
            return found[0]
        kind = f' class="{found["kind"]}"' if found["kind"] else ""
        if _UNNAMED & set((found["kind"] or "").split()):
            return f"<table{kind}>{found['caption'] or ''}"
        at, title = f"{len(tables) + 1}", found["named"] or under
        same[title] = same.get(title, 0) + 1
        if same[title] > 1:
            title += f" ({same[title]})"
        tables.append(Entry(no=at, title=title, anchor=f"table-{at}"))
        label = f'<span class="no">{_in(language, say("Table {number}", number=at))}</span>'
        if not found["caption"]:
            return f'<table{kind} id="table-{at}"><caption class="bare">{label} {title}</caption>'
        label = f"<caption>{label} {title}. " if found["named"] else f"<caption>{label} "
        return f'<table{kind} id="table-{at}">{label}'

    before, place, after = page.partition(PLACE)
    made = _TAG.sub(put, after)
    lists = _list("figures", (say("Figures"), say("Figure")), figures, language)
    lists += _list("tables", (say("Tables"), say("Table")), tables, language)
    return before + (f"<section>{lists}</section>" if lists else "") + made if place else page


def _in(language: Language, text: str) -> str:
    return str(escape(translated(text, language)))


def _list(name: str, words: tuple[str, str], entries: Iterable[Entry], language: Language) -> str:
    page = _in(language, say("page"))
    lines = "".join(
        f'<tr><td><span class="no">{e.no}</span></td><th scope="row"><a href="#{e.anchor}">{e.title}</a></th>'
        f'<td class="pg"><a href="#{e.anchor}" title="{page}"></a></td></tr>\n'
        for e in entries
    )
    heading = f'<h1 id="list-of-{name}">{_in(language, words[0])}</h1>'
    heads = [_in(language, head) for head in (words[1], say("Title"), say("Page"))]
    return lines and (
        f'{heading}<table class="toc list"><colgroup><col style="width:14mm"><col><col style="width:20mm"></colgroup>'
        f'<thead><tr><th scope="col">{heads[0]}</th><th scope="col">{heads[1]}</th>'
        f'<th scope="col" class="n last">{heads[2]}</th></tr></thead><tbody>\n{lines}</tbody></table>'
    )


def _plain(html: str) -> str:
    return " ".join(_MARKUP.sub(" ", _NUMBER.sub("", html).replace("&ensp;", " ")).split())
