"""The stages in order, on one screen: configuration in, a snapshot or a sealed packet out."""

from __future__ import annotations

import concurrent.futures as cf
import contextlib
import datetime as dt
import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import srm_docs
from srm_docs import folders, resources
from srm_docs.catalog import load as catalog_load
from srm_docs.checks import discover, join
from srm_docs.checks.parameter import resolve
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.collect.access import Access, Organization
from srm_docs.collect.answer import REFUSALS, Refusal, State
from srm_docs.collect.enter import Early, enter
from srm_docs.collect.membership import members
from srm_docs.collect.run import STOPPED, Bounds, Step
from srm_docs.collect.run import collect as ask_everything
from srm_docs.config import Config
from srm_docs.errors import CannotBegin, CatalogError, Interrupted, MissingLibrary, UsageError
from srm_docs.evidence import canonical
from srm_docs.evidence.entry import Header, PlannedCall, snapshot_id
from srm_docs.evidence.key import redaction_key
from srm_docs.evidence.ledger import ledger, totals
from srm_docs.evidence.part import part
from srm_docs.evidence.recorder import Recorder, last_kept
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot, open_snapshot
from srm_docs.evidence.stopped import can_go_on
from srm_docs.evidence.store import FolderStore
from srm_docs.findings.conclude import conclude
from srm_docs.packet.assemble import assemble, with_contents
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.leftout import out_of_scope
from srm_docs.packet.model import Packet
from srm_docs.packet.outputs import contents, data_files, evidence_files
from srm_docs.verify.checkset import check_set

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.collect.ask import Keep
    from srm_docs.collect.aws import Aws
    from srm_docs.collect.scope import AccountScope, OrganizationScope
    from srm_docs.declare.audit import Audit
    from srm_docs.sourcefile import Fault

_EVIDENCE = ("evidence", "evidence/objects", "evidence/snapshots")
_RENDERERS = ("weasyprint", "pydyf", "openpyxl", "jinja2")


class Progress:
    """What the stages tell a person. The console's has the same methods."""

    def step(self, step: Step) -> None:
        """Some answers more."""

    def say(self, text: str) -> None:
        """A stage begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A finished snapshot: its id and digests, the ledger's states, and accounts whose credentials stopped working."""

    snapshot: str
    answers: str
    record: str
    states: tuple[tuple[str, int], ...]
    refused: int
    stopped: tuple[str, ...]
    demo: bool
    out_of_scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A sealed packet: where it is, whether it was there already, and the model it was printed from."""

    path: Path
    zip_path: Path | None
    already: bool
    manifest_digest: str
    packet: Packet


def catalog(config: Config) -> Catalog:
    """The catalog in use. Raises CatalogError with every fault, those of the join with the checks included."""
    found, faults = lint(config.controls)
    if faults or found is None:
        raise CatalogError(
            f"controls/ has {len(faults)} {'fault' if len(faults) == 1 else 'faults'}:",
            faults=[str(f) for f in faults],
            hint="Mend the lines named; `srm-docs lint` checks again.",
        )
    return found


def lint(controls: Path | None) -> tuple[Catalog | None, tuple[Fault, ...]]:
    """The catalog, if it can be read, and every fault in it and in its join with the checks."""
    found = catalog_load.survey(controls or resources.controls())
    return found.catalog, tuple(sorted((*found.faults, *join.faults(found.bullets, discover.checks()))))


def catalog_counts(found: Catalog) -> dict[str, int]:
    """How many there are of everything in the catalog, and of checks."""
    real = [r for r in found.responsibilities if r.links]
    aws = sum(r.side == "aws" for r in real)
    kinds = {k: sum(r.kind == k for r in found.requirements()) for k in ("criterion", "control", "clause")}
    return {
        "annex_a_controls": kinds["control"],
        "aws_responsibilities": aws,
        "checks": len(discover.checks()),
        "customer_responsibilities": len(real) - aws,
        "domains": len(found.domains),
        "isms_clauses": kinds["clause"],
        "links": sum(len(r.links) for r in real),
        "soc2_criteria": kinds["criterion"],
    }


def catalog_words(found: Catalog) -> str:
    """`21 + 18 responsibilities …`, for lint."""
    n = catalog_counts(found)
    return (
        f"controls/ is sound: {n['domains']} domains, {n['aws_responsibilities']} + "
        f"{n['customer_responsibilities']} responsibilities, {n['links']} links to {n['soc2_criteria']} SOC 2 criteria "
        f"and {n['annex_a_controls']} Annex A controls, {n['isms_clauses']} ISMS clauses, {n['checks']} checks.\n"
        f"Catalog digest {found.digest}"
    )


def lint_data(found: Catalog | None, faults: Sequence[Fault]) -> dict[str, Any]:
    """What `lint --json` prints: the faults, or the digest that an approval names and the counts. Never both."""
    sound = found is not None and not faults
    return {
        "counts": catalog_counts(found) if found is not None and sound else None,
        "digest": found.digest if found is not None and sound else None,
        "faults": [{"file": f.file, "line": f.line, "message": f.message} for f in faults],
    }


# -- collect ------------------------------------------------------------------------------------------------------


def collect(config: Config, *, demo: bool = False, resume: bool = False, progress: Any = None) -> Collected:
    """Ask every planned question and keep what comes back.

    Raises CannotBegin where nothing can be asked, Interrupted on Ctrl-C (what was kept is whole).
    """
    progress = progress or Progress()
    folders.check_output(config.output, *_EVIDENCE, write=True)
    found = catalog(config)
    store = FolderStore(config.output / "evidence")
    recorder: Recorder | None = None
    try:
        with contextlib.ExitStack() as stack:
            before = _before(store) if resume else None
            recorder = stack.enter_context(_resumed(store, progress)) if resume and before is None else None
            was = recorder.header if recorder else before.header if before else None
            if was is not None and demo and not was.demo:
                raise UsageError(f"Snapshot {was.id} is not the demo's.", hint="Leave --demo away.")
            if was is not None and was.organization and config.organization is None:
                config = replace(config, organization=Organization())
            if demo or (was is not None and was.demo):
                config, demo = stack.enter_context(_demo(config, progress)), True
            began = _clock()
            progress.say("Entering accounts")
            aws = connect(config)
            early = Early()
            scopes, organization = entered(config, aws, recorder or early)
            # only now: a run that could not begin leaves nothing behind
            if before is not None:
                header = _continued(before, scopes, began)
                recorder = stack.enter_context(_begun(store, header, progress))
                recorder.take_over(before.entries.values())
                early.hand_over(recorder)
            elif recorder is None:
                header = replace(_header(found, scopes, began, demo=demo), organization=organization)
                recorder = stack.enter_context(_begun(store, header, progress))
                early.hand_over(recorder)
            elif _same_scopes(recorder.header.accounts, scopes) != recorder.header.accounts:
                recorder.amend(replace(recorder.header, accounts=_same_scopes(recorder.header.accounts, scopes)))
            stopped = _ask(config, aws, recorder, {s.id for s in scopes if s.entered}, progress)
            snapshot = recorder.finish()
            states = totals(_ledger(snapshot))
    except KeyboardInterrupt:
        raise _interrupted(store, recorder) from None
    return Collected(
        snapshot=snapshot.header.id,
        answers=snapshot.answers,
        record=snapshot.record,
        states=tuple((str(s), n) for s, n in states.items() if n),
        refused=sum(n for s, n in states.items() if s in REFUSALS),
        stopped=tuple(sorted(stopped)),
        demo=snapshot.header.demo,
        out_of_scope=out_of_scope(snapshot.header),
    )


def _interrupted(store: FolderStore, recorder: Recorder | None) -> Interrupted:
    """What was kept, and how to go on with it."""
    if recorder is None:
        return Interrupted("Interrupted before anything was kept.", hint="Repeat the command.")
    name = recorder.header.id
    if name in store.snapshots():
        return Interrupted(f"Interrupted. Snapshot {name} is finished.", hint=f"Go on: srm-docs build --from {name}")
    return Interrupted(
        f"Interrupted. Snapshot {name} is unfinished.",
        hint="What was kept is whole; `srm-docs collect --resume` finishes it.",
    )


def _redactor(store: FolderStore) -> Redactor:
    return Redactor(redaction_key(store.folder, secrets.token_bytes))


def _waiting(progress: Any) -> Callable[[], None]:
    return lambda: progress.say("Waiting for another run that uses this evidence folder")


def _begun(store: FolderStore, header: Header, progress: Any) -> Recorder:
    return Recorder.begin(store, _redactor(store), header, clock=_clock, waiting=_waiting(progress))


def _resumed(store: FolderStore, progress: Any) -> Recorder:
    if not store.unfinished():
        raise UsageError(f"There is no unfinished snapshot in {store.where}.", hint="Leave --resume away.")
    recorder = Recorder.resume(store, _redactor(store), clock=_clock, waiting=_waiting(progress))
    try:
        _of_this_version(recorder.header)
    except UsageError:
        recorder.close()
        raise
    return recorder


def _before(store: FolderStore) -> Snapshot | None:
    """The newest snapshot where it is finished and lacks what ended credentials left unread: it is gone on with."""
    if not store.snapshots() or store.unfinished()[-1:] > store.snapshots()[-1:]:
        return None
    newest = open_snapshot(store)
    if not can_go_on(newest.header, newest.entries.values()):
        return None
    _of_this_version(newest.header)
    return newest


def _of_this_version(header: Header) -> None:
    if header.tool_version != srm_docs.__version__:
        raise UsageError(
            f"Snapshot {header.id} was begun by srm-docs {header.tool_version}.",
            hint="Finish it with that version, or leave --resume away.",
        )


def _continued(before: Snapshot, scopes: tuple[AccountScope, ...], moment: dt.datetime) -> Header:
    """The header of a snapshot that goes on with a finished one: its scope, its plan and its beginning."""
    was = before.header
    return replace(
        was,
        id=snapshot_id(moment, secrets.token_hex(3)),
        ended=None,
        accounts=_same_scopes(was.accounts, scopes),
        interrupted=(*was.interrupted, last_kept(was, before.entries.values())),
    )


def _header(found: Catalog, scopes: tuple[AccountScope, ...], began: dt.datetime, *, demo: bool) -> Header:
    return Header(
        id=snapshot_id(began, secrets.token_hex(3)),
        began=began,
        ended=None,
        tool_version=srm_docs.__version__,
        catalog_digest=found.digest,
        demo=demo,
        accounts=scopes,
        calls=tuple(
            PlannedCall(id=c.id, scope=c.scope, per=c.per.id if c.per else "")
            for c in discover.calls()
            if c.scope is not Scope.ORGANIZATION
        ),
    )


def connect(config: Config) -> Aws:
    """The one that asks AWS, within the configuration's limits. Nothing is asked yet."""
    from srm_docs.collect.aws import Aws, Limits

    limits = Limits(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        attempts=config.attempts,
        concurrency=config.concurrency,
    )
    return Aws(limits, clock=_clock)


def entered(config: Config, aws: Aws, keep: Keep) -> tuple[tuple[AccountScope, ...], OrganizationScope | None]:
    """Every account's scope, and how the accounts were found. Raises CannotBegin where none can be asked."""
    config, organization = _listed(config, aws, keep)
    return _enter(config, aws, keep), organization


def _listed(config: Config, aws: Aws, keep: Keep) -> tuple[Config, OrganizationScope | None]:
    """The configuration with the accounts that AWS Organizations lists, where it asks for them.

    Raises CannotBegin where they cannot be listed and none is configured by its id.
    """
    from srm_docs.checks.calls.entry import CALLER

    wanted = config.organization
    if wanted is None:
        return config, None
    opened = aws.enter(Access(profile=wanted.profile), CALLER)
    if isinstance(opened, Refusal):
        raise CannotBegin(
            f"The account that lists the organization could not be entered: {opened.code}: {opened.message}",
            hint="`aws sts get-caller-identity` with the same profile must work; mend `profile` in [aws_organization].",
        )
    lister = Place(account=opened.account, region=GLOBAL)
    found = members(wanted, config.accounts, lister=lister, partition=opened.partition, ask=aws, keep=keep)
    refusal = found.scope.refusal
    if refusal and not found.accounts:
        raise CannotBegin(
            f"The accounts of the organization could not be listed from {opened.account}: "
            f"{refusal.code}: {refusal.message}",
            hint="Sign in to the management account or a delegated administrator and allow organizations:ListAccounts "
            "(ListParents, ListTagsForResource to choose by unit and tag), or name accounts under [[accounts]].",
        )
    if not found.accounts:
        raise CannotBegin(
            f"None of the {found.scope.members:,} accounts of the organization is in scope.",
            hint="Mend the include_ and exclude_ lists of [aws_organization] in srm-docs.toml.",
        )
    return replace(config, accounts=found.accounts), found.scope


def _enter(config: Config, aws: Aws, keep: Keep) -> tuple[AccountScope, ...]:
    """The accounts' scopes. Raises CannotBegin where no account could be entered."""
    from srm_docs.checks.calls.entry import CALLER, REGIONS

    scopes = enter(
        config.accounts,
        door=aws,
        ask=aws,
        keep=keep,
        caller=CALLER,
        regions=REGIONS,
        wanted=config.regions,
        home=aws.home,
    )
    if not any(s.entered for s in scopes):
        refusal = next(s.refusal for s in scopes if s.refusal)
        raise CannotBegin(
            f"No account could be entered: {refusal.code}: {refusal.message}",
            hint=_entry_mend(refusal),
        )
    return scopes


def _entry_mend(refusal: Refusal) -> str:
    if refusal.code in STOPPED:
        return "Sign in again (for SSO: `aws sso login`) and repeat."
    if refusal.state in (State.THROTTLED, State.TIMED_OUT, State.FAILED):
        return "Check the network and AWS_ENDPOINT_URL, wait a little and repeat."
    return "`aws sts get-caller-identity` with the same profile must work; then check id, role_arn, external_id."


def _same_scopes(before: tuple[AccountScope, ...], now: tuple[AccountScope, ...]) -> tuple[AccountScope, ...]:
    """A resumed run's scopes: as they were, but for accounts that could not be entered then."""
    entered = {s.id: s for s in before if s.entered}
    return tuple(entered.get(s.id, s) for s in now) + tuple(
        s for s in entered.values() if s.id not in {n.id for n in now}
    )


def _ask(config: Config, aws: Aws, recorder: Recorder, entered: set[str], progress: Any) -> frozenset[str]:
    planned = {c.id for c in recorder.header.calls}
    calls = [c for c in discover.calls() if c.id in planned]
    regions = {s.id: s.regions for s in recorder.header.accounts if s.id in entered}
    with cf.ThreadPoolExecutor(max_workers=config.concurrency, thread_name_prefix="ask") as executor:
        return ask_everything(
            calls, regions, ask=aws, keep=recorder, executor=executor, progress=progress.step, bounds=_bounds(config)
        )


def _bounds(config: Config) -> Bounds:
    return Bounds(
        total=config.concurrency, service=max(1, config.concurrency // 2), place_seconds=60.0 * config.place_minutes
    )


@contextlib.contextmanager
def _demo(config: Config, progress: Any) -> Iterator[Config]:
    """A made-up estate on loopback, and the configuration that reads it. The environment is put back afterwards."""
    from srm_docs import demo

    demo.require()
    progress.say("Starting the demo estate on this machine")
    with demo.serve() as estate:
        before = dict(os.environ)
        for name in [n for n in os.environ if n.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(estate.env)
        try:
            accounts = tuple(
                Access(account=a, name=estate.account_names[a], role_arn=estate.role_arn(a) or "")
                for a in estate.accounts
            )
            # the estate refuses on purpose: trying again would only wait
            config = replace(config, accounts=accounts, regions=estate.regions, attempts=1)
            if config.organization is not None:
                organization = replace(config.organization, role_name=estate.role_name)
                config = replace(config, accounts=(Access(),), organization=organization)
            yield config
        finally:
            os.environ.clear()
            os.environ.update(before)


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _ledger(snapshot: Snapshot) -> Any:
    calls = {c.id: c for c in discover.calls()}
    return ledger(snapshot.header, snapshot.entries, calls, snapshot.pages)


# -- build --------------------------------------------------------------------------------------------------------


def can_print(config: Config) -> None:
    """Raise MissingLibrary or TemplateError before AWS is read for minutes and nothing could be printed."""
    from srm_docs.render import pdf

    for name in ("jinja2", "openpyxl"):
        if importlib.util.find_spec(name) is None:
            raise MissingLibrary(f"Documents need {name}, which is not installed.", hint="pip install srm-docs")
    pdf.require()
    from srm_docs.render import precheck

    precheck.check(config.templates)


def can_build(config: Config) -> None:
    """Raise before anything is collected or judged where a packet could not be written or its templates not read."""
    from srm_docs.seal.packet_folder import check_latest

    folders.check_output(config.output, "packets", write=True)
    check_latest(config.output / "packets")
    if config.templates:
        folders.check_readable(config.templates, "The templates folder")


def build(
    config: Config, snapshot: str, *, accounts: Sequence[str] = (), zipped: bool = False, progress: Any = None
) -> Built:
    """Judge, print and seal a packet from a kept snapshot, or (`accounts`) from what it holds of some accounts.

    Offline; the same inputs give the same bytes.
    """
    from srm_docs.seal.packet_folder import already_built, seal
    from srm_docs.seal.zip import write_zip

    progress = progress or Progress()
    folders.check_output(config.output, *_EVIDENCE, write=False)
    can_build(config)
    found = catalog(config)
    kept = part(open_snapshot(FolderStore(config.output / "evidence"), snapshot), accounts)
    audit = demo_audit(config, kept.header) if kept.header.demo else config.audit
    progress.say("Judging")
    given = _ingredients(found, kept, audit, config)
    packet = assemble(given)
    packets = config.output / "packets"
    sealed = already_built(packets, given.packet_name)
    if sealed is None:
        files, packet = _files(config, given, kept, packet, progress)
        progress.say("Sealing")
        sealed = seal(files, packets=packets, name=given.packet_name)
    return Built(
        path=sealed.path,
        zip_path=write_zip(sealed.path) if zipped else None,
        already=sealed.already,
        manifest_digest=sealed.manifest_digest,
        packet=packet,
    )


def demo_audit(config: Config, header: Header) -> Audit:
    """The demo's declared frame: twelve whole months before the reading, unless a configuration says otherwise."""
    from srm_docs import demo
    from srm_docs.declare.audit import AuditType, Category

    end = header.began.date().replace(day=1) - dt.timedelta(days=1)
    start = (end.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    return replace(
        config.audit,
        organization=demo.ORGANIZATION,
        system=f"{demo.SYSTEM} on AWS",
        type=AuditType.TYPE_2,
        period_start=start,
        period_end=end,
        categories=(Category.SECURITY, Category.AVAILABILITY, Category.CONFIDENTIALITY),
        version="0.1 draft for walkthrough",
        prepared_by="Head of Compliance (fictional)",
        demo=True,
    )


def _ingredients(found: Catalog, kept: Snapshot, audit: Audit, config: Config) -> Ingredients:
    checks, calls, parameters = discover.checks(), discover.calls(), discover.parameters()
    values = resolve(parameters, audit.parameters)
    conclusions = conclude(found, checks, calls, kept, audit)
    name = f"{kept.header.id}-{_inputs_digest(found, kept, audit, values, config)[:8]}"
    return Ingredients(
        catalog=found,
        header=kept.header,
        entries=tuple(kept.entries.values()),
        ledger=_ledger(kept),
        conclusions=conclusions,
        calls=calls,
        parameters=parameters,
        parameter_values=values,
        audit=audit,
        snapshot_digest=kept.record,
        packet_name=name,
        check_set=check_set(),
    )


def _inputs_digest(found: Catalog, kept: Snapshot, audit: Audit, values: Mapping[str, Any], config: Config) -> str:
    """SHA-256 of all that shapes a packet: evidence, catalog, frame, parameters, code, templates, renderers."""
    from srm_docs.declare.audit import to_data

    package = Path(srm_docs.__file__).parent
    code = {p.relative_to(package).as_posix(): _sha(p.read_bytes()) for p in sorted(package.rglob("*.py"))}
    trees: list[Any] = [resources.templates(), *([config.templates] if config.templates else [])]
    templates = [{n: _sha(b) for n, b in catalog_load.files(t)} for t in trees]
    inputs = {
        "audit": to_data(audit),
        "catalog": found.digest,
        "code": code,
        "parameters": dict(values),
        "renderers": {n: importlib.metadata.version(n) for n in _RENDERERS},
        "snapshot": kept.record,
        "templates": templates,
        "version": srm_docs.__version__,
    }
    return _sha(canonical.encode(inputs))


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _files(
    config: Config, given: Ingredients, kept: Snapshot, packet: Packet, progress: Any
) -> tuple[dict[str, bytes], Packet]:
    """Every file of the packet but the seal, and the model with its list of contents."""
    from srm_docs.render import parallel, workbook

    files: dict[str, bytes] = dict(evidence_files(kept))
    files |= data_files(given, [c.id for c in discover.checks()])
    tree = config.controls or resources.controls()
    files |= {f"catalog/{name}": body for name, body in catalog_load.files(tree)}
    progress.say("Writing the workbooks")
    files["workbook.xlsx"] = workbook.workbook(packet)
    files["responsibility-matrix.xlsx"] = workbook.matrix_workbook(packet)
    titles = {e.file: f"{e.call} in {e.account}/{e.region}" for e in packet.evidence if e.file}
    files["contents.json"], lines = contents(files, titles)
    packet = with_contents(packet, lines, _sha(files["contents.json"]))
    progress.say("Printing the documents")
    files |= dict(parallel.printed(packet, templates=config.templates))
    return files, packet


def result_data(built: Built, code: int) -> dict[str, Any]:
    """What `build --json` prints."""
    s = built.packet.summary
    return {
        "already_built": built.already,
        "exit_code": code,
        "manifest_digest": built.manifest_digest,
        "packet": str(built.path),
        "refused": [
            {"account": u.account, "call": u.call, "code": u.code, "mend": u.mend, "region": u.region, "state": u.state}
            for u in built.packet.unread
        ],
        "snapshot": built.packet.meta.snapshot,
        "tests": {"deviation": s.unmet, "met": s.met, "not applicable": s.not_applicable, "not determined": s.unknown},
        "zip": str(built.zip_path) if built.zip_path else None,
    }
