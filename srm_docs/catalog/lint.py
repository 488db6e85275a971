"""The files as they were read in, the faults between them out: unknown ids, duplicates and wrong counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from srm_docs.catalog.bullets import ALL, Bullets
from srm_docs.catalog.fields import Table
from srm_docs.catalog.model import (
    AwsReport,
    Confidence,
    Domain,
    Framework,
    Kind,
    RequirementKind,
    Side,
    Sources,
)
from srm_docs.sourcefile import Fault, Path, near

COUNTS: Final = {
    "domains": ALL,
    "AWS responsibilities": 21,
    "customer responsibilities": 18,
    "SOC 2 criteria": 61,
    "Annex A controls": 93,
    "ISMS clauses": 30,
}
"""What the AWS model and the two frameworks hold. The not-applicable entry is not a responsibility."""

_COUNTED: Final = {
    "SOC 2 criteria": ("soc2", RequirementKind.CRITERION),
    "Annex A controls": ("iso27001", RequirementKind.CONTROL),
    "ISMS clauses": ("iso27001", RequirementKind.CLAUSE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All files that could be read, each with its table, and their bullets.

    What refers to an unread file is not judged, nor is a sum over what has a fault already: one mistake, one fault.
    """

    root: str
    domains: Sequence[tuple[Domain, Table]]
    frameworks: Sequence[tuple[Framework, Table]]
    reports: tuple[tuple[AwsReport, ...], Table] | None
    sources: tuple[Sources, Table] | None
    bullets: Bullets


def lint(whole: Whole, *, chapters: int) -> tuple[Fault, ...]:
    """Return every fault that shows only when the files are seen together.

    `chapters` is how many domain files there are, those that could not be read included.
    """
    _duplicate_ids(whole)
    _unknown_requirements(whole)
    _unknown_reports(whole)
    _judgement(whole)
    return tuple(_counts(whole, chapters))


def _duplicate_ids(whole: Whole) -> None:
    for _, table in whole.domains:
        _duplicates(table, _ids(table, "responsibilities"))
    for _, table in whole.frameworks:
        _duplicates(table, [*_ids(table, "groups"), *_ids(table, "groups", "requirements")])
    for pair, key in ((whole.reports, "reports"), (whole.sources, "sources")):
        if pair:
            _duplicates(pair[1], _ids(pair[1], key))


def _unknown_requirements(whole: Whole) -> None:
    known = {one.id: {item.id for item in one.requirements} for one, table in whole.frameworks if _sound(table)}
    for _, table in whole.domains:
        for path, row in _rows(table, "responsibilities"):
            for framework, ids in known.items():
                links = row.get(framework)
                for name in links if isinstance(links, dict) else ():
                    if name not in ids:
                        message = f'unknown requirement "{name}" of {framework}{near(name, ids)}'
                        table.fault(message, *path, framework, name)


def _unknown_reports(whole: Whole) -> None:
    if not whole.reports:
        return
    known = {report.id for report in whole.reports[0]}
    if not known:
        return
    for _, table in whole.frameworks:
        for path, row in _rows(table, "groups", "requirements"):
            _known(table, (*path, "inherit_from"), row.get("inherit_from"), known)
    for _, table in whole.domains:
        for path, row in _rows(table, "responsibilities"):
            _known(table, (*path, "reports"), row.get("reports"), known)


def _rows(table: Table, *keys: str) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the tables below one or two lists with their paths; what is not a table has its fault already."""
    level: list[tuple[Path, dict[str, object]]] = [((), table.data)]
    for key in keys:
        below = []
        for path, row in level:
            items = row.get(key)
            for position, item in enumerate(items if isinstance(items, list) else ()):
                if isinstance(item, dict):
                    below.append(((*path, key, position), item))
        level = below
    yield from level


def _ids(table: Table, *keys: str) -> Iterator[tuple[str, Path]]:
    return ((str(row["id"]), (*path, "id")) for path, row in _rows(table, *keys) if row.get("id"))


def _duplicates(table: Table, ids: Iterable[tuple[str, Path]]) -> None:
    first: dict[str, Path] = {}
    for name, path in ids:
        if name in first:
            line = table.source.line_of(first[name])
            table.fault(f'duplicate id "{name}"; it is already on line {line}', *path)
        else:
            first[name] = path


def _known(table: Table, path: Path, names: object, known: set[str]) -> None:
    for position, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in known:
            table.fault(f'unknown AWS report "{name}"{near(name, known)}', *path, position)


def _judgement(whole: Whole) -> None:
    if not whole.sources:
        return
    sources, table = whole.sources
    bullets = {item.id: item for domain, _ in whole.domains for item in domain.responsibilities}
    for name, requirement in sources.judgement_only:
        at = ("judgement_only", name)
        links = [link for link in bullets[name].links if link.requirement == requirement] if name in bullets else []
        if name not in bullets and whole.bullets.may_exist(name):
            continue
        if name not in bullets:
            table.fault(f'unknown responsibility "{name}"{near(name, bullets)}', *at)
        elif not links:
            table.fault(f'"{name}" has no link to "{requirement}"', *at)
        elif links[0].confidence is not Confidence.LOW:
            table.fault(f'the link to "{requirement}" rests on judgement, so its confidence is low', *at)


def _counts(whole: Whole, chapters: int) -> Iterator[Fault]:
    found: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    places = dict.fromkeys(COUNTS, f"{whole.root}/domains")
    found["domains"] = chapters
    for domain, _ in whole.domains:
        for item in domain.responsibilities:
            if item.kind is not Kind.NOT_APPLICABLE:
                found["AWS responsibilities" if item.side is Side.AWS else "customer responsibilities"] += 1
    # the file or side that cannot be read is the fault, not the sum without it
    if whole.bullets.unread or any(bullet.kind is None for bullet in whole.bullets.found.values()) or _sideless(whole):
        del found["AWS responsibilities"], found["customer responsibilities"]
    for name, (framework_id, kind) in _COUNTED.items():
        framework = next((pair for pair in whole.frameworks if pair[0].id == framework_id), None)
        if framework is None or not _sound(framework[1]):
            del found[name]
            continue
        found[name] = sum(item.kind is kind for item in framework[0].requirements)
        places[name] = framework[1].source.file
    for name, number in found.items():
        if number != COUNTS[name]:
            message = f"there are {COUNTS[name]} {name}, and {number} are here"
            yield Fault(file=places[name], line=0, message=message)


def _sound(framework: Table) -> bool:
    """Whether a framework's groups and their kinds could be read, so that what is not in them is missing."""
    groups = framework.data.get("groups")
    return isinstance(groups, list) and all(
        isinstance(group, dict) and "requirements" in group and group.get("kind") in list(RequirementKind)
        for group in groups
    )


def _sideless(whole: Whole) -> bool:
    return any(
        row.get("side") not in list(Side) for _, table in whole.domains for _, row in _rows(table, "responsibilities")
    )
