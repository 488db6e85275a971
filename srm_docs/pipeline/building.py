"""From a kept snapshot to a sealed packet: judge, write, print, seal. Offline."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srm_docs import folders
from srm_docs.config import Config
from srm_docs.errors import MissingLibrary
from srm_docs.pipeline.kept import store_of
from srm_docs.pipeline.making import Making
from srm_docs.pipeline.progress import Progress
from srm_docs.pipeline.stages import Job, Outcome, press_of, stages


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
    from srm_docs.render import parallel
    from srm_docs.seal.packet_folder import already_built, seal, workplace
    from srm_docs.seal.zip import write_zip

    progress = progress or Progress()
    can_build(config)
    packets = config.output / "packets"
    job = Job(config=config, snapshot=snapshot, accounts=tuple(accounts), since=since, cached=cached)
    with stages(job) as before:
        name, outcome = before.judge(progress)
        sealed = already_built(packets, name)
        if sealed is None:
            with workplace(packets, name) as folder:
                made = before.write(folder, progress)
                before.end()  # what was read and judged is on disk by now, and layout needs its room
                making = Making(packets, folder, store_of(config), made.held, made.lines)
                progress.say("Printing the documents")
                with parallel.printing(made.pages, one_by_one=before.large) as bodies:
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
