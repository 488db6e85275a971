"""From a configuration to a finished snapshot: begin or go on with one, ask, keep."""

from __future__ import annotations

import concurrent.futures as cf
import contextlib
import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import srm_docs
from srm_docs import folders
from srm_docs.checks import discover
from srm_docs.checks.place import Scope
from srm_docs.collect.access import Organization
from srm_docs.collect.answer import REFUSALS
from srm_docs.collect.enter import Early
from srm_docs.collect.garbage import settled
from srm_docs.collect.run import Bounds
from srm_docs.collect.run import collect as ask_everything
from srm_docs.config import Config
from srm_docs.errors import Interrupted, UsageError
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.entry import Header, PlannedCall, snapshot_id
from srm_docs.evidence.ledger import totals
from srm_docs.evidence.recorder import Recorder, last_kept
from srm_docs.evidence.redact import Redactor
from srm_docs.evidence.snapshot import Snapshot, open_snapshot
from srm_docs.evidence.stopped import can_go_on, late
from srm_docs.packet.leftout import out_of_scope
from srm_docs.pipeline.controls import catalog
from srm_docs.pipeline.demonstration import serving
from srm_docs.pipeline.entering import clock, connect, entered
from srm_docs.pipeline.kept import FOLDERS, ledger_of, store_of
from srm_docs.pipeline.progress import Progress

if TYPE_CHECKING:
    from srm_docs.catalog.model import Catalog
    from srm_docs.collect.aws import Aws
    from srm_docs.collect.scope import AccountScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A finished snapshot: its id and digests, the ledger's states, accounts whose credentials stopped working.

    late  questions that a deadline kept from being asked
    """

    snapshot: str
    answers: str
    record: str
    states: tuple[tuple[str, int], ...]
    refused: int
    stopped: tuple[str, ...]
    demo: bool
    out_of_scope: str = ""
    late: int = 0


def collect(config: Config, *, demo: bool = False, resume: bool = False, progress: Any = None) -> Collected:
    """Ask every planned question and keep what comes back.

    Raises CannotBegin where nothing can be asked, Interrupted on Ctrl-C (what was kept is whole).
    """
    progress = progress or Progress()
    store = _usable(config, demo=demo)
    found = catalog(config)
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
                _not_on_s3(config)
                config, demo = stack.enter_context(serving(config, progress)), True
            began = clock()
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
            bounds = _bounds(config, spent=(clock() - began).total_seconds())
            stopped = _ask(config, aws, recorder, {s.id for s in scopes if s.entered}, progress, bounds)
            snapshot = recorder.finish()
            states = totals(ledger_of(snapshot))
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
        late=late(snapshot.entries.values()),
    )


def _interrupted(store: Store, recorder: Recorder | None) -> Interrupted:
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


def _usable(config: Config, *, demo: bool) -> Store:
    """The store, once it is known that a folder could be written. Nothing is asked of S3 before the accounts are."""
    if demo:
        _not_on_s3(config)
    if not config.store.place:
        folders.check_output(config.output, *FOLDERS, write=True)
    return store_of(config)


def _not_on_s3(config: Config) -> None:
    # what is made up has no place in a history that others rely on, and may be locked there for years
    if config.store.place:
        raise UsageError(
            f"The demo is not kept in {config.store.place}.", hint="Leave `place` in [store] or --config away for it."
        )


def _redactor(store: Store) -> Redactor:
    return Redactor(store.redaction_key(secrets.token_bytes))


def _waiting(progress: Any) -> Callable[[], None]:
    return lambda: progress.say("Waiting for another run that uses this evidence")


def _begun(store: Store, header: Header, progress: Any) -> Recorder:
    return Recorder.begin(store, _redactor(store), header, clock=clock, waiting=_waiting(progress))


def _resumed(store: Store, progress: Any) -> Recorder:
    if not store.unfinished():
        raise UsageError(f"There is no unfinished snapshot in {store.where}.", hint="Leave --resume away.")
    recorder = Recorder.resume(store, _redactor(store), clock=clock, waiting=_waiting(progress))
    try:
        _of_this_version(recorder.header)
    except UsageError:
        recorder.close()
        raise
    return recorder


def _before(store: Store) -> Snapshot | None:
    """The newest snapshot where it is finished and lacks what ended credentials or a deadline left unread."""
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


def _same_scopes(before: tuple[AccountScope, ...], now: tuple[AccountScope, ...]) -> tuple[AccountScope, ...]:
    """A resumed run's scopes: as they were, but for accounts that could not be entered then."""
    entered = {s.id: s for s in before if s.entered}
    return tuple(entered.get(s.id, s) for s in now) + tuple(
        s for s in entered.values() if s.id not in {n.id for n in now}
    )


def _ask(
    config: Config, aws: Aws, recorder: Recorder, entered: set[str], progress: Any, bounds: Bounds
) -> frozenset[str]:
    planned = {c.id for c in recorder.header.calls}
    calls = [c for c in discover.calls() if c.id in planned]
    regions = {s.id: s.regions for s in recorder.header.accounts if s.id in entered}
    with (
        settled(),
        cf.ThreadPoolExecutor(max_workers=config.concurrency, thread_name_prefix="ask") as executor,
    ):
        return ask_everything(
            calls, regions, ask=aws, keep=recorder, executor=executor, progress=progress.step, bounds=bounds
        )


def _bounds(config: Config, *, spent: float) -> Bounds:
    return Bounds(
        total=config.concurrency,
        service=max(1, config.concurrency // 2),
        place_seconds=60.0 * config.place_minutes,
        run_seconds=None if config.run_minutes is None else 60.0 * config.run_minutes,
        spent_seconds=spent,
    )
