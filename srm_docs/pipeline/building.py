"""From a kept snapshot to a sealed packet: judge, assemble, print, seal. Offline."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import srm_docs
from srm_docs import folders, resources
from srm_docs.catalog import load as catalog_load
from srm_docs.checks import discover
from srm_docs.checks.parameter import resolve
from srm_docs.config import Config
from srm_docs.declare.register import EMPTY, Register
from srm_docs.errors import MissingLibrary
from srm_docs.evidence import canonical
from srm_docs.evidence.part import part
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.conclude import conclude
from srm_docs.packet.assemble import assemble, with_contents
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import COLLECTED, Meta, Packet, Summary, UnreadLine
from srm_docs.packet.outputs import contents, data_files, evidence_files, listed, register_files
from srm_docs.packet.since import Earlier
from srm_docs.packet.words import say
from srm_docs.pipeline.controls import catalog
from srm_docs.pipeline.demonstration import demo_audit
from srm_docs.pipeline.earlier import read_earlier
from srm_docs.pipeline.kept import FOLDERS, in_its_place, ledger_of, store_of
from srm_docs.pipeline.progress import Progress
from srm_docs.pipeline.registering import register_of
from srm_docs.verify.checkset import check_set

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.declare.audit import Audit
    from srm_docs.pipeline.making import Making
    from srm_docs.render.documents import Press

_RENDERERS = ("weasyprint", "pydyf", "openpyxl", "jinja2")
CONTENTS = "contents.json"
CACHE = Path("cache", "documents")
"""Where finished documents wait to be asked for again, in the output folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is told of a packet once it is sealed: the model itself may be hundreds of megabytes."""

    meta: Meta
    summary: Summary
    domains: tuple[DomainCounts, ...]
    unread: tuple[UnreadLine, ...]

    @classmethod
    def of(cls, packet: Packet) -> Self:
        """Take it from the model."""
        return cls(
            meta=packet.meta,
            summary=packet.summary,
            domains=tuple(
                DomainCounts(f"{d.number:>2} {d.title}", d.met, d.unmet, d.unknown, d.not_applicable)
                for d in packet.domains
            ),
            unread=packet.unread,
        )


class DomainCounts(NamedTuple):
    """A domain and its self-tests by status."""

    heading: str
    met: int
    unmet: int
    unknown: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A sealed packet: where it is, whether it was there already, and what is told of it."""

    path: Path
    zip_path: Path | None
    already: bool
    manifest_digest: str
    outcome: Outcome


def can_print(config: Config) -> None:
    """Raise MissingLibrary or TemplateError before AWS is read for minutes and nothing could be printed."""
    from srm_docs.render import pdf

    for name in ("jinja2", "openpyxl"):
        if importlib.util.find_spec(name) is None:
            raise MissingLibrary(f"Documents need {name}, which is not installed.", hint="pip install srm-docs")
    pdf.require()
    from srm_docs.render import precheck

    precheck.check(config.templates)
    press_of(config, cached=False)


def can_build(config: Config) -> None:
    """Raise before anything is collected or judged where a packet could not be written or its templates not read."""
    from srm_docs.seal.packet_folder import check_latest

    folders.check_output(config.output, "packets", write=True)
    check_latest(config.output / "packets")
    if config.templates:
        folders.check_readable(config.templates, "The templates folder")


def build(
    config: Config,
    snapshot: str,
    *,
    accounts: Sequence[str] = (),
    since: str = "",
    zipped: bool = False,
    cached: bool = True,
    progress: Any = None,
) -> Built:
    """Judge, print and seal a packet from a kept snapshot, or (`accounts`) from what it holds of some accounts.

    Offline; the same inputs give the same bytes, and an earlier packet (`since`) is one of them; `cached` or not:
    documents that came out as before are not laid out.
    """
    from srm_docs.pipeline.making import Making
    from srm_docs.render import parallel
    from srm_docs.seal.packet_folder import already_built, seal, workplace
    from srm_docs.seal.zip import write_zip

    progress = progress or Progress()
    can_build(config)
    given, kept, packet = judged(config, snapshot, accounts=accounts, since=since, progress=progress)
    packets = config.output / "packets"
    name = given.packet_name
    sealed = already_built(packets, name)
    outcome = Outcome.of(packet)
    if sealed is None:
        with workplace(packets, name) as folder:
            making = Making(packets, folder, kept.bodies)
            packet = _before_documents(config, given, kept, packet, making, progress)
            del given, kept  # it is on disk by now; of a large estate it is half of the memory, and layout is next
            progress.say("Printing the documents")
            with parallel.printing(packet, _press(config, packet, making, cached=cached)) as bodies:
                del packet  # and this the other half
                for path, body in bodies:
                    making.add(path, [body])
            progress.say("Sealing")
            sealed = seal(making.files(), packets=packets, name=name)
    return Built(
        path=sealed.path,
        zip_path=write_zip(sealed.path) if zipped else None,
        already=sealed.already,
        manifest_digest=sealed.manifest_digest,
        outcome=outcome,
    )


def judged(
    config: Config, snapshot: str, *, accounts: Sequence[str] = (), since: str = "", progress: Any
) -> tuple[Ingredients, Snapshot, Packet]:
    """Judge a kept snapshot: what a packet is made from, the snapshot, and the model that every document prints."""
    if not config.store.place:
        folders.check_output(config.output, *FOLDERS, write=False)
    found = catalog(config)
    kept = part(in_its_place(store_of(config), snapshot), accounts)
    audit = demo_audit(config, kept.header) if kept.header.demo else config.audit
    progress.say("Judging")
    earlier = read_earlier(config, since, audit, kept.header) if since else None
    given = ingredients(found, kept, audit, config, register_of(config, found, kept.header), earlier)
    return given, kept, assemble(given)


def ingredients(
    found: Catalog,
    kept: Snapshot,
    audit: Audit,
    config: Config,
    register: Register = EMPTY,
    earlier: Earlier | None = None,
) -> Ingredients:
    """Judge: what a packet is assembled from, its name included."""
    checks, calls, parameters = discover.checks(), discover.calls(), discover.parameters()
    values = resolve(parameters, audit.parameters)
    conclusions = conclude(found, checks, calls, kept, audit, register)
    name = f"{kept.header.id}-{_inputs_digest(found, kept, audit, values, config, register, earlier)[:8]}"
    return Ingredients(
        catalog=found,
        header=kept.header,
        entries=tuple(kept.entries.values()),
        ledger=ledger_of(kept),
        conclusions=conclusions,
        calls=calls,
        parameters=parameters,
        parameter_values=values,
        audit=audit,
        snapshot_digest=kept.record,
        packet_name=name,
        check_set=check_set(),
        register=register,
        evidence=kept,
        earlier=earlier,
    )


def _inputs_digest(
    found: Catalog,
    kept: Snapshot,
    audit: Audit,
    values: Mapping[str, Any],
    config: Config,
    register: Register,
    earlier: Earlier | None,
) -> str:
    """SHA-256 of all that shapes a packet: evidence, what people say, parameters, code, templates, renderers."""
    from srm_docs.declare.audit import to_data
    from srm_docs.render import languages

    package = Path(srm_docs.__file__).parent
    code = {p.relative_to(package).as_posix(): _sha(p.read_bytes()) for p in sorted(package.rglob("*.py"))}
    trees: list[Any] = [resources.templates(), *([config.templates] if config.templates else [])]
    templates = [{n: _sha(b) for n, b in catalog_load.files(t)} for t in trees]
    logo = [_sha(config.logo.read_bytes()), config.logo_words] if config.logo else []
    inputs = {
        "audit": to_data(audit),
        "logo": logo,
        "catalog": found.digest,
        "code": code,
        "embed": [config.embed, config.embed_limit_mb],
        "language": [config.language, languages.digest(config.language)],
        "parameters": dict(values),
        "register": register.digest,
        "renderers": {n: importlib.metadata.version(n) for n in _RENDERERS},
        "since": earlier.manifest if earlier else None,
        "snapshot": kept.record,
        "templates": templates,
        "version": srm_docs.__version__,
    }
    return _sha(canonical.encode(inputs))


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _before_documents(
    config: Config, given: Ingredients, kept: Snapshot, packet: Packet, making: Making, progress: Any
) -> Packet:
    """Make every file of the packet but documents and seal, and return the model with its list of contents."""
    from srm_docs.render import workbook

    for line in evidence_files(kept):
        making.lines[line.path] = line
    for name, body in data_files(given, [c.id for c in discover.checks()]).items():
        making.add(name, body)
    tree = config.controls or resources.controls()
    for name, content in (
        *((f"catalog/{name}", body) for name, body in catalog_load.files(tree)),
        *register_files(given.register),
    ):
        making.hold(name, content)
    progress.say("Writing the workbooks")
    for book in ("workbook", "responsibility-matrix"):
        with making.file(f"{book}.xlsx") as file:
            workbook.write(book, packet, file, register=given.register, users=config.templates)
    titles = {
        e.file: say("{call} in {account}/{region}", call=e.call, account=e.account, region=e.region)
        if e.kind == COLLECTED
        else e.title
        for e in packet.evidence
        if e.file
    }
    lines = listed(making.lines.values(), titles)
    making.add(CONTENTS, contents(lines))
    return with_contents(packet, lines, making.lines[CONTENTS].sha256)


def _press(config: Config, packet: Packet, making: Making, *, cached: bool) -> Press:
    """How the packet's documents are printed, with what the main ones carry."""
    from srm_docs.render import attachments

    press = press_of(config, cached=cached)
    if config.embed == "none":
        return press
    sizes = {path: line.size for path, line in making.lines.items()}
    limit = config.embed_limit_mb * attachments.MEGABYTE
    return replace(press, carried=attachments.carried(sizes, making.content, limit=limit, at=packet.meta.generated))


def press_of(config: Config, *, cached: bool) -> Press:
    """How this configuration has documents printed."""
    from srm_docs.render import assets, documents, languages, logo

    return documents.Press(
        templates=config.templates,
        cache=config.output / CACHE if cached else None,
        language=languages.read(config.language, assets.read(config.templates) if config.templates else None),
        logo=logo.read(config.logo, config.logo_words) if config.logo else None,
    )


def result_data(built: Built, code: int) -> dict[str, Any]:
    """What `build --json` prints."""
    s = built.outcome.summary
    return {
        "already_built": built.already,
        "exit_code": code,
        "manifest_digest": built.manifest_digest,
        "packet": str(built.path),
        "refused": [
            {"account": u.account, "call": u.call, "code": u.code, "mend": u.mend, "region": u.region, "state": u.state}
            for u in built.outcome.unread
        ],
        "snapshot": built.outcome.meta.snapshot,
        "tests": {"deviation": s.unmet, "met": s.met, "not applicable": s.not_applicable, "not determined": s.unknown},
        "zip": str(built.zip_path) if built.zip_path else None,
    }
