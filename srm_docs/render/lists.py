"""A document's HTML -> the same with numbered figures and tables, and their lists where the template asks for them.

Numbers follow from the order on the pages, which no template knows before it is finished. So they are put in
afterwards. Strings from the cloud hold no `<` any more, so what looks like a tag here is one of a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PLACE: Final = '<div class="lists"></div>'
"""Where a template wants the lists; without it nothing is numbered."""
_TAG: Final = re.compile(
    r'(?P<fig><div class="fig"><(?P<tag>h[23])>(?P<words>.*?)</(?P=tag)>)'
    r"|<(?P<head>h[1-3])\b[^>]*>(?P<title>.*?)</(?P=head)>"
    r'|<table(?: class="(?P<kind>[^"]*)")?>(?P<caption>\s*<caption>)?',
    re.DOTALL,
)
_MARKUP: Final = re.compile(r"<[^>]*>")
_UNNAMED: Final = frozenset({"bars", "facts", "kpi", "links", "toc"})
"""Tables without a number: a chart's own numbers, facts beside labels, the links of one responsibility, contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list; `title` is HTML without elements, because a link that holds one fails PDF/UA."""

    no: str
    title: str
    anchor: str


def numbered(page: str) -> str:
    """Return the page with `Figure 3` and `Table 7` at each, and both lists at their place."""
    if PLACE not in page:
        return page
    figures: list[Entry] = []
    tables: list[Entry] = []
    under = ""
    same = 0

    def put(found: re.Match[str]) -> str:
        nonlocal under, same
        if found["fig"]:
            at = f"{len(figures) + 1}"
            figures.append(Entry(no=at, title=_plain(found["words"]), anchor=f"figure-{at}"))
            label = f'<span class="no">Figure {at}</span> '
            return f'<div class="fig"><{found["tag"]} id="figure-{at}">{label}{found["words"]}</{found["tag"]}>'
        if found["head"]:
            under, same = _plain(found["title"]), 0
            return found[0]
        if _UNNAMED & set((found["kind"] or "").split()):
            return found[0]
        at, same = f"{len(tables) + 1}", same + 1
        tables.append(Entry(no=at, title=under + (f" ({same})" if same > 1 else ""), anchor=f"table-{at}"))
        kind = f' class="{found["kind"]}"' if found["kind"] else ""
        label = f'<span class="no">Table {at}</span>'
        label = f"<caption>{label} " if found["caption"] else f'<caption class="bare">{label}</caption>'
        return f'<table{kind} id="table-{at}">{label}'

    before, place, after = page.partition(PLACE)
    made = _TAG.sub(put, after)
    lists = _list("Figures", "Figure", figures) + _list("Tables", "Table", tables)
    return before + (f"<section>{lists}</section>" if lists else "") + made if place else page


def _list(title: str, head: str, entries: Iterable[Entry]) -> str:
    lines = "".join(
        f'<tr><td><span class="no">{e.no}</span></td><th scope="row"><a href="#{e.anchor}">{e.title}</a></th>'
        f'<td class="pg"><a href="#{e.anchor}" title="page"></a></td></tr>\n'
        for e in entries
    )
    heading = f'<h1 id="list-of-{title.lower()}">{title}</h1>'
    return lines and (
        f'{heading}<table class="toc list"><colgroup><col style="width:14mm"><col><col style="width:20mm"></colgroup>'
        f'<thead><tr><th scope="col">{head}</th><th scope="col">Title</th><th scope="col" class="n last">Page</th></tr>'
        f"</thead><tbody>\n{lines}</tbody></table>"
    )


def _plain(html: str) -> str:
    return " ".join(_MARKUP.sub(" ", html.replace("&ensp;", " ")).split())
