"""The packet model and templates -> every PDF of the packet, as (file name, bytes)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from srm_docs.errors import TemplateError
from srm_docs.packet.model import NOT_PROVIDED, Packet
from srm_docs.render import assets, html, pdf, views
from srm_docs.render.attachments import Carried
from srm_docs.render.text import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A document: its template, its title, and the framework (soc2, iso27001) without which it is not made."""

    template: str
    title: str
    framework: str = ""

    def wanted(self, packet: Packet) -> bool:
        """Say whether the packet holds what the document is about."""
        return bool({"soc2": packet.soc2, "iso27001": packet.annex_a}.get(self.framework, True))


KINDS: Final[Mapping[str, Kind]] = {
    "responsibility-matrix": Kind(template="responsibility-matrix.html", title="Shared responsibility matrix"),
    "soc2-packet": Kind(template="soc2-packet.html", title="SOC 2 audit packet", framework="soc2"),
    "management-assertion": Kind(
        template="management-assertion.html", title="Management’s assertion", framework="soc2"
    ),
    "bridge-letter": Kind(template="bridge-letter.html", title="Bridge letter", framework="soc2"),
    "iso27001-packet": Kind(template="iso27001-packet.html", title="ISO/IEC 27001 audit packet", framework="iso27001"),
}
"""Name -> document; the file is the name and `.pdf`."""


NOTHING: Final = Carried()


def documents(
    packet: Packet, *, templates: Path | None = None, carried: Carried = NOTHING
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of every document that the frameworks ask for; `templates` is the user's folder."""
    for name, kind in KINDS.items():
        if kind.wanted(packet):
            yield f"{name}.pdf", document(packet, name, templates=templates, carried=carried)


def document(packet: Packet, kind: str, *, templates: Path | None = None, carried: Carried = NOTHING) -> bytes:
    """Return one document, a main packet with what is carried in it; KeyError for a kind that is not in KINDS.

    Raises TemplateError (file and line) for a wrong template, and where the layout engine dropped something:
    what it cannot print it only warns of, and a packet may not lose a line.
    """
    made = printed(packet, kind, templates=templates, carried=carried)
    if made.warnings:
        raise TemplateError(
            f"{KINDS[kind].template} or a style sheet: {made.warnings[0]}",
            hint="Mend the template or the style sheet that this names.",
        )
    return made.content


def printed(packet: Packet, kind: str, *, templates: Path | None = None, carried: Carried = NOTHING) -> pdf.Pdf:
    """Return one document with its number of pages and the layout engine's warnings."""
    inside = carried if KINDS[kind].framework else NOTHING
    page = html.render(KINDS[kind].template, users=templates, **context(packet, kind, embedded=inside.sentence))
    brand = {"css/brand.css": pdf.brand_css(packet.meta.accent)}
    return pdf.write(page.text, assets=assets.bundled(templates) | brand, attachments=inside.files)


def context(packet: Packet, kind: str, *, embedded: str = NOTHING.sentence) -> dict[str, Any]:
    """Return the names that a template may use: packet, view, plan (the numbering function) and document."""
    return {
        "packet": packet,
        "view": views.view(packet, KINDS[kind].framework),
        "plan": views.plan,
        "document": _frame(packet, KINDS[kind], embedded),
    }


def _frame(packet: Packet, kind: Kind, embedded: str) -> html.Document:
    meta = packet.meta
    version = meta.version if meta.version.lower().startswith("version") else f"Version {meta.version}"
    running = [cut(meta.organization, 50), kind.title, cut(version, 40), cut(meta.classification, 30)]
    return html.Document(
        title=f"{meta.organization}: {kind.title}{', demonstration' if meta.demo else ''}",
        author=meta.prepared_by if meta.prepared_by != NOT_PROVIDED else meta.organization,
        description=f"{meta.statement}. {meta.as_read_sentence}",
        created=f"{meta.generated.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        running=" · ".join([*running, "Demo"] if meta.demo else running),
        foot=views.foot(meta),
        paper="letter" if meta.paper.lower() == "letter" else "a4",
        generator=meta.tool,
        embedded=embedded,
    )
