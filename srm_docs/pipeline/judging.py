"""From a kept snapshot to the model that every document prints: open, judge, assemble. Offline."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import srm_docs
from srm_docs import folders, resources
from srm_docs.catalog import load as catalog_load
from srm_docs.checks import discover
from srm_docs.checks.parameter import resolve
from srm_docs.config import Config
from srm_docs.declare.register import EMPTY, Register
from srm_docs.evidence import canonical
from srm_docs.evidence.part import part
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.findings.conclude import conclude
from srm_docs.packet.assemble import assemble
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import Packet
from srm_docs.packet.since import Earlier
from srm_docs.pipeline.controls import catalog
from srm_docs.pipeline.demonstration import demo_audit
from srm_docs.pipeline.earlier import read_earlier
from srm_docs.pipeline.kept import FOLDERS, in_its_place, ledger_of, store_of
from srm_docs.pipeline.registering import register_of
from srm_docs.verify.checkset import check_set

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.declare.audit import Audit

_RENDERERS = ("weasyprint", "pydyf", "openpyxl", "jinja2")


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
