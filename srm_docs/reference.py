"""Tell all about one check or control: a name in, plain data and lines for a terminal out."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from srm_docs.catalog.model import Catalog
from srm_docs.checks.discover import checks
from srm_docs.errors import UsageError
from srm_docs.sourcefile import near

_WIDTH = 79


def check(name: str) -> dict[str, Any]:
    """Everything about a check. Raises UsageError with a near match."""
    known = {c.id: c for c in checks()}
    if name not in known:
        raise UsageError(f'There is no check "{name}"{near(name, known)}', hint="`srm-docs checks list` names all.")
    c = known[name]
    return {
        "Check": c.id,
        "True when met": c.title,
        "Why": c.doc.reason,
        "Remedy": c.doc.remedy,
        "Severity": str(c.severity),
        "Tests": list(c.bullets),
        "Reads": [call.id for call in c.calls],
        "Judges": f"{c.quantifier} of the {c.call.nouns}, settled per {c.scope}",
        "Where there is none": f"{c.none.status}: {c.none.note}",
        "Parameters": [f"{p.id} = {p.default} {p.unit}".strip() for p in c.parameters],
    }


def listing(catalog: Catalog, framework: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """All requirements, or those of one framework, and all responsibilities with the number of checks of each."""
    tested = Counter(bullet for c in checks() for bullet in c.bullets)
    return {
        "requirements": [
            {
                "framework": r.framework,
                "id": r.id,
                "kind": str(r.kind),
                "links": len(catalog.links_to(r.framework, r.id)),
                "owner": str(r.owner),
                "title": r.title,
            }
            for r in catalog.requirements(framework)
        ],
        "responsibilities": [
            {
                "checks": tested[b.id],
                "domain": b.domain,
                "id": b.id,
                "kind": str(b.kind).replace("_", " "),
                "links": len(b.links_of(framework) if framework else b.links),
                "side": str(b.side),
                "text": b.text,
            }
            for b in catalog.responsibilities
        ],
    }


def control(catalog: Catalog, name: str) -> dict[str, Any]:
    """Everything about a requirement (`CC6.6`, `A.8.20`, `clause-6.1.3`) or a responsibility (`networking.…`)."""
    requirements = {r.id: r for r in catalog.requirements()}
    bullets = {r.id: r for r in catalog.responsibilities}
    if name in requirements:
        r = requirements[name]
        return {
            "Id": r.id,
            "Title": r.title,
            "In our words": r.summary,
            "Owner": f"{r.owner}: {r.owner_because}",
            "Evidence": str(r.evidence_mode),
            "AWS reports relied on": list(r.inherit_from),
            "Documents to bring": list(r.manual_evidence),
            "Links": [
                f"{b.id} ({link.strength}, {link.confidence} confidence): {link.because}"
                for b, link in catalog.links_to(r.framework, r.id)
            ],
        }
    if name in bullets:
        b = bullets[name]
        return {
            "Id": b.id,
            "Responsibility": b.text,
            "Side": str(b.side),
            "Kind": str(b.kind),
            "Expected of AWS": b.csoc or "",
            "AWS expects": b.aws_cuec or "",
            "Caveat": b.caveat or "",
            "Otherwise evidenced by": b.otherwise or "",
            "Links": [f"{x.requirement} ({x.strength}, {x.confidence} confidence): {x.because}" for x in b.links],
        }
    raise UsageError(
        f'There is no criterion, control or responsibility "{name}"{near(name, [*requirements, *bullets])}',
        hint="`srm-docs controls list` names all.",
    )


def lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The data as lines of at most 79 columns; empty values are left out."""
    for heading, value in data.items():
        if isinstance(value, list):
            if value:
                yield f"{heading}:"
                for item in value:
                    yield from textwrap.wrap(str(item), _WIDTH, initial_indent="  - ", subsequent_indent="    ")
        elif value:
            yield from textwrap.wrap(f"{heading}: {value}", _WIDTH, subsequent_indent="  ")
