"""The packet model and templates -> every PDF of the packet, as (file name, bytes)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from srm_docs.errors import TemplateError
from srm_docs.packet.model import NOT_PROVIDED, Packet
from srm_docs.render import assets, cache, confined, html, lists, pdf, phrases, views
from srm_docs.render.attachments import Carried
from srm_docs.render.languages import ENGLISH, Wording
from srm_docs.render.logo import Logo
from srm_docs.render.text import cut
from srm_docs.said import joined, say, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A document: its template, its title, and the framework (soc2, iso27001) without which it is not made.

    `carries` says that the packet's files are embedded in it, `period` that the audit's period stands under its pages:
    a letter about other days is not taken for one about these.
    """

    template: str
    title: str
    framework: str = ""
    carries: bool = False
    period: bool = True

    def wanted(self, packet: Packet) -> bool:
        """Say whether the packet holds what the document is about."""
        return bool({"soc2": packet.soc2, "iso27001": packet.annex_a}.get(self.framework, True))


KINDS: Final[Mapping[str, Kind]] = {
    "executive-summary": Kind(template="executive-summary.html", title=say("Executive summary")),
    "responsibility-matrix": Kind(template="responsibility-matrix.html", title=say("Shared responsibility matrix")),
    "soc2-packet": Kind(template="soc2-packet.html", title=say("SOC 2 audit packet"), framework="soc2", carries=True),
    "management-assertion": Kind(
        template="management-assertion.html", title=say("Management’s assertion"), framework="soc2"
    ),
    "bridge-letter": Kind(template="bridge-letter.html", title=say("Bridge letter"), framework="soc2", period=False),
    "iso27001-packet": Kind(
        template="iso27001-packet.html", title=say("ISO/IEC 27001 audit packet"), framework="iso27001", carries=True
    ),
}
"""Name -> document; the file is the name and `.pdf`."""


NOTHING: Final = Carried()


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """How documents are printed: a user's templates and logo, the language, a folder of finished documents to look in.

    `carried` is what the main packets carry inside.
    """

    templates: Path | None = None
    cache: Path | None = None
    logo: Logo | None = None
    language: Wording = ENGLISH
    carried: Carried = NOTHING


PLAIN: Final = Press()


def document(packet: Packet, kind: str, press: Press = PLAIN) -> bytes:
    """Return one document, a main packet with what is carried in it; KeyError for a kind that is not in KINDS.

    Raises TemplateError (file and line) for a wrong template, and where the layout engine dropped something.
    """
    return whole(composed(packet, kind, press))


def printed(packet: Packet, kind: str, press: Press = PLAIN) -> pdf.Pdf:
    """Return one document with its number of pages and the layout engine's warnings."""
    return laid_out(composed(packet, kind, press))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a document is laid out from; of the packet it holds no more than it prints. `label` names a user's."""

    template: str
    html: str
    assets: Mapping[str, bytes]
    attachments: tuple[pdf.Attached, ...]
    cache: Path | None
    label: str


def composed(packet: Packet, kind: str, press: Press = PLAIN) -> Page:
    """Return what a document says, before it is laid out. What a user's templates make is made confined."""
    inside = press.carried if KINDS[kind].carries else NOTHING
    language, template = press.language, KINDS[kind].template
    names = context(packet, kind, press.logo, embedded=inside.sentence, language=language)
    users = assets.read(press.templates) if press.templates else None
    drawn = (
        confined.html(template, users, language=language, **names)
        if users
        else html.render(template, language=language, **names)
    )
    files = tuple(replace(file, description=translated(file.description, language)) for file in inside.files)
    given = assets.bundled(users) | {
        "css/brand.css": pdf.brand_css(packet.meta.accent, packet.meta.second),
        "css/language.css": phrases.css(language),
    }
    if press.logo:
        given[press.logo.name] = press.logo.content
    return Page(
        template=template, html=lists.numbered(drawn.text, language), assets=given, attachments=files,
        cache=press.cache, label=users.label if users else "",
    )  # fmt: skip


def laid_out(page: Page) -> pdf.Pdf:
    """Return the finished document. A page that came out as it did before is not laid out again."""
    key = cache.key(page.html, page.assets, page.attachments) if page.cache else ""  # the page says its language
    if page.cache and (found := cache.find(page.cache, key)):
        return found
    if page.label:
        label = f"{page.label}: {page.template}"
        made = confined.pdf(page.html, assets=page.assets, attachments=page.attachments, label=label)
    else:
        made = pdf.write(page.html, assets=page.assets, attachments=page.attachments)
    if page.cache:
        cache.keep(page.cache, key, made)
    return made


def whole(page: Page) -> bytes:
    """Return a document that says all it was given: what the layout engine cannot print it only warns of.

    Raises TemplateError there, because a packet may not lose a line.
    """
    made = laid_out(page)
    if made.warnings:
        raise TemplateError(
            f"{page.template} or a style sheet: {made.warnings[0]}",
            hint="Mend the template or the style sheet that this names.",
        )
    return made.content


def context(
    packet: Packet,
    kind: str,
    logo: Logo | None = None,
    *,
    embedded: str = NOTHING.sentence,
    language: Wording = ENGLISH,
) -> dict[str, Any]:
    """Return the names that a template may use: packet, view, plan (the numbering function) and document."""
    view = views.view(packet, KINDS[kind].framework)
    return {
        "packet": packet,
        "view": replace(view, logo=logo.name, logo_words=logo.words) if logo else view,
        "plan": views.plan,
        "document": _frame(packet, KINDS[kind], embedded, language),
    }


def _frame(packet: Packet, kind: Kind, embedded: str, language: Wording) -> html.Document:
    meta = packet.meta
    version = translated(meta.version, language)
    if not meta.version.lower().startswith("version"):
        version = translated(say("Version {version}", version=version), language)
    running = [cut(meta.organization, 50, language=language), *[say("Not sealed")] * (not meta.sealed), kind.title]
    classification = translated(meta.classification, language)
    running += [cut(version, 40, language=language), cut(classification, 30, language=language)]
    running += [say("Demo")] * meta.demo
    title = say("{organization}: {title}", organization=meta.organization, title=kind.title)
    if meta.demo:
        title = say("{organization}: {title}, demonstration", organization=meta.organization, title=kind.title)
    return html.Document(
        title=title,
        author=meta.prepared_by if meta.prepared_by != NOT_PROVIDED else meta.organization,
        description=joined(" ", (say("{statement}.", statement=meta.statement), meta.as_read_sentence)),
        created=f"{meta.generated.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        running=joined(" · ", running),
        foot=views.foot(meta, language, period=kind.period),
        paper="letter" if meta.paper.lower() == "letter" else "a4",
        generator=meta.tool,
        embedded=embedded,
        language=language.tag,
        worded=bool(phrases.css(language)),
    )
