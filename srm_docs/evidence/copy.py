"""Copy snapshots with their chain: an archive and names in, the same bytes in another one out, read back and compared.

Bodies come first, then the snapshots, then the chain, so that a copy that was broken off promises nothing that is not
there, and the same copy again ends it. All links are copied, however few snapshots are: their place in history can be
checked in the copy. Neither the redaction key nor an unfinished snapshot is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence.bodies import Archive
from srm_docs.evidence.chain import examine
from srm_docs.evidence.snapshot import open_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What the copy holds now of what was asked for, all of it read back.

    left_out  snapshots of the chain that the copy lacks     added  snapshots that it had not before
    """

    snapshots: tuple[str, ...]
    left_out: tuple[str, ...]
    bodies: int
    size: int
    added: int
    links: int
    head: str


def copy(
    source: Archive, target: Archive, names: Sequence[str], *, say: Callable[[str], None] = lambda _: None
) -> Copied:
    """Copy these snapshots and the whole chain, then read all of it back.

    UsageError where the target is of another history, EvidenceDamaged where the source or the copy is not whole.
    """
    history = examine(source)
    if history.faults:
        said = "\n".join(history.faults)
        raise EvidenceDamaged(
            f"Nothing was copied, because the store is not whole:\n{said}",
            hint="Mend what is named; `srm-docs evidence list` checks again.",
        )
    _same_history(source, target)
    snapshots = [open_snapshot(source, name) for name in names]
    bodies = {e.digest: e.size for s in snapshots for e in s.entries.values() if e.digest}
    before = set(target.snapshots())
    say(f"Copying {len(bodies):,} replies of {len(names):,} {'snapshot' if len(names) == 1 else 'snapshots'}")
    for digest in sorted(bodies):
        target.write(source.read(digest))
    for name in names:
        if name not in before:
            target.write_snapshot(name, source.read_snapshot(name))
    left_out = frozenset(link.snapshot for link in history.chain.living) - set(target.snapshots())
    target.write_left_out(left_out)
    links = source.links()
    for number in links[len(target.links()) :]:
        target.write_link(number, source.read_link(number))
    say("Reading the copy back")
    _read_back(target, names, bodies)
    return Copied(
        snapshots=tuple(names),
        left_out=tuple(sorted(left_out)),
        bodies=len(bodies),
        size=sum(bodies.values()),
        added=len(set(names) - before),
        links=len(links),
        head=history.chain.head,
    )


def _same_history(source: Archive, target: Archive) -> None:
    ours, theirs = source.links(), target.links()
    if theirs != ours[: len(theirs)] or any(source.read_link(n) != target.read_link(n) for n in theirs):
        raise UsageError(
            f"{target.where} holds another history than {source.where}, or a longer one.",
            hint="Name an empty place for the copy.",
        )


def _read_back(target: Archive, names: Iterable[str], bodies: Iterable[str]) -> None:
    faults = examine(target).faults
    if faults:
        said = "\n".join(faults)
        raise EvidenceDamaged(f"The copy is not whole:\n{said}", hint="Name an empty place for the copy.")
    for name in names:
        open_snapshot(target, name)
    for digest in bodies:
        target.read(digest)
