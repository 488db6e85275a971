"""The stages before layout, here or in a process of their own: a snapshot in, files and composed pages out.

The model of 1,000 accounts is most of a gigabyte, and a process of Python gives little back to the system while it
lives: beside it a layout finds no room. So a large snapshot is judged in a process that ends before the first document
is laid out, and this one never has the model.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from srm_docs import resources
from srm_docs.catalog import load as catalog_load
from srm_docs.checks import discover
from srm_docs.config import Config
from srm_docs.errors import SrmDocsError
from srm_docs.evidence.snapshot import Snapshot, size_of
from srm_docs.packet.assemble import with_contents
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import COLLECTED, FileLine, Meta, Packet, Summary, UnreadLine
from srm_docs.packet.outputs import contents, data_files, evidence_files, listed, register_files
from srm_docs.packet.words import say
from srm_docs.pipeline.judging import judged
from srm_docs.pipeline.kept import store_of
from srm_docs.pipeline.making import Making
from srm_docs.pipeline.progress import Progress

if TYPE_CHECKING:
    from srm_docs.render.documents import Page, Press
    from srm_docs.render.parallel import Apart

LARGE: Final = 40_000_000
"""Bytes of a snapshot, some 50,000 questions, that is judged in a process of its own, and whose documents are laid out
one after the other: two layouts of that size take 2 GiB."""
CONTENTS: Final = "contents.json"
CACHE: Final = Path("cache", "documents")
"""Where finished documents wait to be asked for again, in the output folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a packet is made from."""

    config: Config
    snapshot: str
    accounts: tuple[str, ...] = ()
    since: str = ""
    cached: bool = True


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


class Made(NamedTuple):
    """What is there before layout: the packet's files by path, their lines, and the pages by kind of document."""

    held: dict[str, bytes | Path]
    lines: dict[str, FileLine]
    pages: Iterable[tuple[str, Page]]


class Stages(Protocol):
    """Judge, then write, then end: after that nothing is held of what was judged."""

    large: bool
    """Whether layouts are so large that there is room for one at a time."""

    def judge(self, progress: Progress) -> tuple[str, Outcome]:
        """Return the packet's name, and what is told of it."""

    def write(self, folder: Path, progress: Progress) -> Made:
        """Write every file of the packet but documents and seal into a workplace."""

    def end(self) -> None:
        """Let go of everything; pages that were not taken yet hold what they need."""


class Here:
    """The stages in this process."""

    large = False

    def __init__(self, job: Job) -> None:
        """Begin with the job."""
        self._job = job
        self._judged: tuple[Ingredients, Snapshot, Packet] | None = None

    def judge(self, progress: Progress) -> tuple[str, Outcome]:
        """Return the packet's name, and what is told of it."""
        job = self._job
        self._judged = judged(job.config, job.snapshot, accounts=job.accounts, since=job.since, progress=progress)
        given, _, packet = self._judged
        return given.packet_name, Outcome.of(packet)

    def write(self, folder: Path, progress: Progress) -> Made:
        """Write every file of the packet but documents and seal into a workplace."""
        from srm_docs.render import parallel

        if self._judged is None:
            raise RuntimeError("nothing was judged")
        given, kept, packet = self._judged
        progress.say("Writing the workbooks")
        making = Making(folder.parent, folder, kept.bodies)
        packet = _files(self._job.config, given, kept, packet, making)
        return Made(making.held, making.lines, parallel.composed(packet, _press(self._job, packet, making)))

    def end(self) -> None:
        """Let go of everything; pages that were not taken yet hold what they need."""
        self._judged = None


class Elsewhere:
    """The stages in a process of their own, which ends with them."""

    large = True

    def __init__(self, job: Job, apart: Apart) -> None:
        """`apart` is the process."""
        self._job, self._apart = job, apart

    def judge(self, progress: Progress) -> tuple[str, Outcome]:
        """Return the packet's name, and what is told of it."""
        progress.say("Judging")
        return self._apart.call(_judge, self._job)

    def write(self, folder: Path, progress: Progress) -> Made:
        """Write every file of the packet but documents and seal into a workplace."""
        progress.say("Writing the workbooks")
        return self._apart.call(_write, folder)

    def end(self) -> None:
        """End the process."""
        self._apart.end()


@contextlib.contextmanager
def stages(job: Job) -> Iterator[Stages]:
    """Yield the stages where the snapshot has room."""
    from srm_docs.render.parallel import Apart

    if not _large(job):
        yield Here(job)
        return
    with Apart() as apart:
        yield Elsewhere(job, apart)


def _large(job: Job) -> bool:
    try:
        return size_of(store_of(job.config), job.snapshot) >= LARGE
    except SrmDocsError:  # which is told where it is judged, after what comes before it
        return False


_begun: list[Here] = []
"""In the process of its own: the stages between two calls."""


def _judge(job: Job) -> tuple[str, Outcome]:
    _begun[:] = [Here(job)]
    return _begun[0].judge(Progress())


def _write(folder: Path) -> Made:
    made = _begun[0].write(folder, Progress())
    return made._replace(pages=tuple(made.pages))


def _files(config: Config, given: Ingredients, kept: Snapshot, packet: Packet, making: Making) -> Packet:
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


def _press(job: Job, packet: Packet, making: Making) -> Press:
    """How the packet's documents are printed, with what the main ones carry."""
    from srm_docs.render import attachments

    press = press_of(job.config, cached=job.cached)
    if job.config.embed == "none":
        return press
    sizes = {path: line.size for path, line in making.lines.items()}
    limit = job.config.embed_limit_mb * attachments.MEGABYTE
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
