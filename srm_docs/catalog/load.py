"""The folder controls/ in, the catalog or every fault out; the only part of catalog that reads files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import Traversable
from pathlib import Path
from typing import Final

from srm_docs import sourcefile
from srm_docs.catalog.bullets import Bullets, bullets
from srm_docs.catalog.domainfile import read_domain
from srm_docs.catalog.fields import Table
from srm_docs.catalog.frameworkfile import read_framework
from srm_docs.catalog.lint import Whole, lint
from srm_docs.catalog.model import AwsReport, Catalog, Domain, Framework, Sources
from srm_docs.catalog.otherfiles import read_reports, read_sources
from srm_docs.errors import CatalogError
from srm_docs.sourcefile import Fault, near

FRAMEWORKS: Final = ("frameworks/soc2.yaml", "frameworks/iso27001.yaml")
REPORTS: Final = "aws-reports.yaml"
SOURCES: Final = "sources.yaml"
_OTHERS: Final = (*FRAMEWORKS, REPORTS, SOURCES)
_DOMAIN: Final = re.compile(r"domains/(\d\d)-([a-z0-9-]+)\.yaml")

Files = tuple[tuple[str, bytes], ...]
"""(name relative to controls/ with forward slashes, content), sorted by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The catalog, or None and every fault, sorted by file and line; and in both cases the bullets that were read."""

    catalog: Catalog | None
    faults: tuple[Fault, ...]
    bullets: Bullets


def files(folder: Traversable | Path) -> Files:
    """Return every file of the catalog as it stands, so that a packet can carry it. Raises OSError."""
    return tuple(sorted((name, entry.read_bytes()) for name, entry in _walk(folder, "")))


def _walk(folder: Traversable | Path, prefix: str) -> Iterator[tuple[str, Traversable | Path]]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue  # what editors and file managers leave behind
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def digest(content: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 (hex) over one line a file, sorted by name, as sha256sum prints it: `<sha256>  <name>`.

    By hand, in a packet's catalog folder: `find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`.
    """
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def load(folder: Traversable | Path) -> Catalog:
    """Return the catalog in a folder. Raises CatalogError with every fault in it."""
    catalog, faults = read(folder)
    if catalog is None:
        many = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise CatalogError(
            f"{folder.name}/ has {many}.",
            faults=[str(fault) for fault in faults],
            hint="Mend each at the line named, then run `srm-docs lint`.",
        )
    return catalog


def read(folder: Traversable | Path) -> tuple[Catalog | None, tuple[Fault, ...]]:
    """Return the catalog in a folder and no fault, or None and every fault, sorted by file and line."""
    found = survey(folder)
    return found.catalog, found.faults


def survey(folder: Traversable | Path) -> Survey:
    """Return what `read` does, with the bullets: of a catalog with faults too, and of a folder with unread files."""
    content: list[tuple[str, bytes]] = []
    unread: dict[str, Fault] = {}
    try:
        for name, entry in _walk(folder, ""):
            try:
                content.append((name, entry.read_bytes()))
            except OSError as error:
                message = f"the file cannot be read: {_reason(error)}"
                unread[name] = Fault(file=f"{folder.name}/{name}", line=0, message=message)
    except OSError as error:
        inside = Path(str(error.filename)).name if error.filename else ""
        where = folder.name if inside in ("", folder.name) else f"{folder.name}/{inside}"
        fault = Fault(file=where, line=0, message=f"the folder cannot be read: {_reason(error)}")
        return Survey(catalog=None, faults=(fault,), bullets=bullets((), ()))
    return _survey(tuple(sorted(content)), unread, folder.name)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).casefold()


def read_files(content: Files, *, root: str = "controls") -> tuple[Catalog | None, tuple[Fault, ...]]:
    """Return what `read` does, from files in memory: verify reads the catalog that a packet carries."""
    found = _survey(content, {}, root)
    return found.catalog, found.faults


def _survey(content: Files, unread: Mapping[str, Fault], root: str) -> Survey:
    """Read what is there; `unread` are files, by name, that are there but could not be opened."""
    present = sorted((*(name for name, _ in content), *unread))
    faults = [*unread.values(), *_out_of_place(present, root)]
    domains: list[tuple[Domain, Table]] = []
    frameworks: list[tuple[Framework, Table]] = []
    reports: tuple[tuple[AwsReport, ...], Table] | None = None
    sources: tuple[Sources, Table] | None = None
    for name, data in content:
        named = _DOMAIN.fullmatch(name)
        if not named and name not in _OTHERS:
            continue
        source, found = sourcefile.read_yaml(data, file=f"{root}/{name}")
        faults += found
        if source is None:
            continue
        table = Table(source, faults)
        if named:
            domains.append((read_domain(table, number=int(named[1]), id_=named[2]), table))
        elif name in FRAMEWORKS:
            frameworks.append((read_framework(table, id_=name[len("frameworks/") : -len(".yaml")]), table))
        elif name == REPORTS:
            reports = read_reports(table), table
        else:
            sources = read_sources(table), table
    chapters = [named[2] for name in present if (named := _DOMAIN.fullmatch(name))]
    said = bullets(domains, {*chapters} - {domain.id for domain, _ in domains})
    whole = Whole(root=root, domains=domains, frameworks=frameworks, reports=reports, sources=sources, bullets=said)
    faults += lint(whole, chapters=len(chapters))
    if faults or reports is None or sources is None:
        return Survey(catalog=None, faults=tuple(sorted(set(faults))), bullets=said)
    frameworks.sort(key=lambda pair: FRAMEWORKS.index(f"frameworks/{pair[0].id}.yaml"))
    catalog = Catalog(
        domains=tuple(domain for domain, _ in domains),
        frameworks=tuple(framework for framework, _ in frameworks),
        reports=reports[0],
        sources=sources[0],
        digest=digest(content),
    )
    return Survey(catalog=catalog, faults=(), bullets=said)


def _out_of_place(present: Sequence[str], root: str) -> Iterator[Fault]:
    """Find files that are missing, misnamed or out of number: the number of a domain is its chapter."""
    for name in _OTHERS:
        if name not in present:
            yield Fault(file=f"{root}/{name}", line=0, message="this file is missing")
    chapter = 0
    for name in present:
        if named := _DOMAIN.fullmatch(name):
            chapter += 1
            if int(named[1]) != chapter:
                message = f"the file's number should be {chapter:02d}: a domain is missing or there twice"
                yield Fault(file=f"{root}/{name}", line=0, message=message)
        elif name not in (*_OTHERS, "README.md"):
            hint = near(name, _OTHERS) or "; a domain is named domains/01-its-id.yaml"
            yield Fault(file=f"{root}/{name}", line=0, message=f"this file has no place here{hint}")
