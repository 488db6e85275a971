"""The chain: what was removed, changed, added or reordered is found; a removal leaves a tombstone; kills do no harm."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from test_evidence_snapshot import HEADER, LIST, NOW, answer, begin, question, record, resume

from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence import canonical
from srm_docs.evidence.bodies import Archive, Store
from srm_docs.evidence.chain import Anchor, Event, examine, link_from_bytes, link_to_bytes, read_chain
from srm_docs.evidence.copy import copy
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.retention import Rule, choose, collect_garbage, plan, record_loss
from srm_docs.evidence.snapshot import open_snapshot
from srm_docs.evidence.store import FolderStore

LATER = NOW + dt.timedelta(days=1000)


def name(number: int) -> str:
    return f"2026-11-{number + 1:02}T200805Z-1f3a9c"


def header(number: int) -> Any:
    return replace(HEADER, id=name(number), began=NOW + dt.timedelta(days=number))


def keep(store: Store, *numbers: int) -> None:
    """A snapshot for each number: kind 0 of the answers is of its own, the others are shared."""
    for number in numbers:
        record(store, [*range(1, 5), 5 * number], header(number))


def chained(folder: Path, count: int = 4) -> FolderStore:
    store = FolderStore(folder)
    keep(store, *range(count))
    return store


def sweep(store: Store, rule: Rule, **more: Any) -> Any:
    return collect_garbage(store, rule, why="Old.", **({"cited": {}, "now": LATER} | more))


def whole(store: Archive) -> None:
    """No fault, and every snapshot that is there can be read to the last body."""
    history = examine(store)
    assert history.faults == ()
    for each in store.snapshots():
        if each not in history.leaving:
            snapshot = open_snapshot(store, each)
            assert [snapshot.pages(key) for key in snapshot.entries]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_each_snapshot_names_the_link_before_it(tmp_path: Path) -> None:
    store = chained(tmp_path)
    chain = read_chain(store)
    assert [link.snapshot for link in chain.links] == [name(n) for n in range(4)]
    assert {link.event for link in chain.links} == {Event.KEPT}
    heads = ["", *(link.previous for link in chain.links[1:]), chain.head]
    for number, link in enumerate(chain.links):
        opened = open_snapshot(store, link.snapshot)
        assert (opened.header.previous, opened.record) == (heads[number], link.record)
    assert len(set(heads)) == 5
    whole(store)


def test_a_snapshot_that_was_interrupted_is_chained_when_it_ends() -> None:
    store = MemoryStore()
    begin(store, header(0)).close()
    keep(store, 1)
    with resume(store) as recorder:
        recorder.keep(LIST, question(0), answer(0))
        recorder.finish()
    assert [link.snapshot for link in read_chain(store).links] == [name(1), name(0)]
    whole(store)


def test_answers_do_not_know_the_chain() -> None:
    first, second = MemoryStore(), MemoryStore()
    keep(second, 1)
    one, other = record(first, range(5)), record(second, range(5))
    assert one.answers == other.answers
    assert one.record != other.record


def faults(store: Archive, *anchors: Anchor) -> str:
    return "\n".join(examine(store, anchors).faults)


def test_what_was_done_to_the_folder_is_named(tmp_path: Path) -> None:
    original = chained(tmp_path / "store")

    def after(change: Any) -> str:
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(original.folder, tmp_path / "copy")
        change(tmp_path / "copy")
        return faults(FolderStore(tmp_path / "copy"))

    assert after(lambda _: None) == ""
    for number in range(4):
        gone = after(lambda f, n=number: (f / f"snapshots/{name(n)}.json").unlink())
        assert f"{name(number)} is missing" in gone
    swapped = after(lambda f: _swap(f / f"snapshots/{name(1)}.json", f / f"snapshots/{name(2)}.json"))
    assert swapped.count("was changed") == 2
    for number in range(1, 4):
        assert "missing from the chain" in after(lambda f, n=number: (f / f"chain/{n:06}.json").unlink())
    links = after(lambda f: _swap(f / "chain/000002.json", f / "chain/000003.json"))
    assert "does not follow" in links
    assert "not in the chain" in after(lambda f: shutil.rmtree(f / "chain"))
    text = after(lambda f: _replace(f / "chain/000002.json", b'"kept"', b'"kepd"'))
    assert "Link 2" in text
    assert "cannot be read" in after(lambda f: (f / f"snapshots/{name(1)}.json").write_bytes(b"[]"))
    stranger = after(lambda f: shutil.copy(f / f"snapshots/{name(3)}.json", f / f"snapshots/{name(7)}.json"))
    assert f"{name(7)} in" in stranger
    assert "is not in the chain" in stranger


def _swap(one: Path, other: Path) -> None:
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)


def _replace(path: Path, old: bytes, new: bytes) -> None:
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_of_history_is_found(data: st.DataObject) -> None:
    store = MemoryStore()
    keep(store, 0, 1, 2)
    kept: Any = data.draw(st.sampled_from([store.chain, store.finished]))
    key = data.draw(st.sampled_from(sorted(kept)))
    body = bytearray(kept[key])
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    kept[key] = bytes(body)
    if key == 3:  # nothing in the store follows the newest link but its own snapshot and a packet
        anchor = Anchor(packet="p", snapshot=name(2), record=open_snapshot(store, name(2)).record,
                        previous=open_snapshot(store, name(2)).header.previous)  # fmt: skip
        link = link_from_bytes(bytes(body)) if _is_link(bytes(body)) else None
        silent = link and (link.record, link.file, link.previous, link.snapshot, link.number, link.event) == (
            open_snapshot(store, name(2)).record, link.file, anchor.previous, name(2), 3, Event.KEPT
        )  # fmt: skip
        assert silent or examine(store, [anchor]).faults
    else:
        assert examine(store).faults


def _is_link(body: bytes) -> bool:
    try:
        link_from_bytes(body)
    except ValueError:
        return False
    return True


def test_history_that_was_written_anew_is_found_by_a_packet() -> None:
    """Who may write the store can cut its end off, or chain other snapshots: what packets print of it differs."""
    store, other = MemoryStore(), MemoryStore()
    keep(store, 0, 1, 2)
    keep(other, 3, 1, 2)
    anchors = [
        Anchor(packet="p", snapshot=link.snapshot, record=link.record, previous=link.previous)
        for link in read_chain(store).links
    ]
    assert faults(store, *anchors) == ""
    assert faults(other) == ""
    told = faults(other, *anchors)
    assert f"cites the snapshot {name(0)}, which the chain" in told
    assert f"another record of the snapshot {name(2)}" in told
    del store.chain[3]
    del store.finished[name(2)]
    assert faults(store) == ""
    assert f"cites the snapshot {name(2)}, which the chain" in faults(store, anchors[2])


def test_snapshots_from_before_the_chain_are_adopted_once() -> None:
    store = MemoryStore()
    keep(store, 0)
    body = store.finished[name(0)]
    keep(other := MemoryStore(), 1)
    old = MemoryStore()
    old.finished = {name(0): body, name(1): other.finished[name(1)]}
    old.bodies = {**store.bodies, **other.bodies}
    assert examine(old).waiting == (name(0), name(1))
    keep(old, 2)
    assert [link.event for link in read_chain(old).links] == [Event.ADOPTED, Event.ADOPTED, Event.KEPT]
    whole(old)
    keep(late := MemoryStore(), 3)
    old.finished[name(3)] = late.finished[name(3)]
    assert "is not in the chain" in faults(old)


def test_a_run_killed_before_its_link_is_linked_by_the_next() -> None:
    store = MemoryStore()
    keep(store, 0, 1)
    del store.chain[2]
    assert examine(store).waiting == (name(1),)
    assert faults(store) == ""
    keep(store, 2)
    assert [link.snapshot for link in read_chain(store).links] == [name(0), name(1), name(2)]
    whole(store)


# -- removing -----------------------------------------------------------------------------------------------------


def test_removing_leaves_a_tombstone_and_what_others_need(tmp_path: Path) -> None:
    store = chained(tmp_path)
    rule = Rule(days=30, keep_last=2)
    planned = plan(store, rule, cited={}, now=LATER)
    before = files(tmp_path)
    swept = sweep(store, rule)
    assert swept == replace(planned, remains=0)
    assert swept.removed == (name(0), name(1))
    assert (swept.bodies, swept.size > 0) == (2, True), "each had one reply of its own"
    assert store.snapshots() == (name(2), name(3))
    tombstone = read_chain(store).links[4]
    assert (tombstone.event, tombstone.snapshot, tombstone.why) == (Event.REMOVED, name(0), "Old.")
    assert tombstone.when == "2029-08-19T20:08:05Z"
    assert tombstone.record == read_chain(store).links[0].record
    assert {k: v for k, v in before.items() if k in files(tmp_path)} == {
        k: v for k, v in files(tmp_path).items() if k in before
    }
    whole(store)
    keep(store, 5)
    assert open_snapshot(store).header.previous == read_chain(store).links[-1].previous
    whole(store)
    path = tmp_path / "chain/000005.json"
    path.unlink()
    assert "Link 5 is missing" in faults(store)


def test_the_newest_and_the_cited_stay() -> None:
    store = MemoryStore()
    keep(store, 0, 1, 2)
    cited = {name(0): ("packet-a",)}
    choice = choose(examine(store), Rule(days=0), cited, LATER)
    assert choice.remove == (name(1),)
    assert choice.spared == ((name(0), "cited by the packet packet-a"),)
    named = choose(examine(store), Rule(named=(name(2), name(1))), {}, LATER)
    assert (named.remove, named.spared) == ((name(1),), ((name(2), "it is the newest"),))
    assert choose(examine(store), Rule(), {}, LATER).remove == ()
    assert choose(examine(store), Rule(days=2000), {}, LATER).remove == ()
    swept = sweep(store, Rule(days=0, even_cited=True), cited=cited)
    assert swept.removed == (name(0), name(1))
    assert read_chain(store).tombstones[name(0)].packets == ("packet-a",)
    with pytest.raises(UsageError, match="it was removed at 2029"):
        sweep(store, Rule(named=(name(0),)))
    with pytest.raises(UsageError, match="There is no snapshot nonsense"):
        sweep(store, Rule(named=("nonsense",)))


def test_what_an_unfinished_snapshot_needs_stays(tmp_path: Path) -> None:
    store = chained(tmp_path, 1)
    half = tmp_path / "snapshots" / f".{name(0)}.json.123.3"
    half.write_bytes(b"half")
    with begin(store, header(1)) as recorder:
        assert not half.exists(), "a run sweeps what a killed one was writing"
        recorder.keep(LIST, question(25), answer(25))
    waste = store.write(b"of a run that was killed before it noted this")
    (tmp_path / "snapshots" / f".{name(0)}.json.123.4").write_bytes(b"half")
    swept = sweep(store, Rule())
    assert (swept.removed, swept.bodies, swept.size, swept.remains) == ((), 1, 45, 1)
    assert waste not in set(store.digests())
    with resume(store) as recorder:
        assert recorder.kept(question(25)) is not None
        recorder.finish()
    whole(store)


def test_a_store_that_is_not_whole_is_left_alone(tmp_path: Path) -> None:
    store = chained(tmp_path)
    (tmp_path / f"snapshots/{name(1)}.json").unlink()
    before = files(tmp_path)
    for act in (lambda: sweep(store, Rule(days=0)), lambda: plan(store, Rule(days=0), cited={}, now=LATER)):
        with pytest.raises(EvidenceDamaged, match=f"{name(1)} is missing") as caught:
            act()
        assert "--lost" in caught.value.hint
    assert files(tmp_path) == {**before, "lock": b""}
    with pytest.raises(UsageError, match="is not missing"):
        record_loss(store, name(0), why="?", now=LATER)
    record_loss(store, name(1), why="A disk failed.", now=LATER)
    whole(store)
    assert read_chain(store).tombstones[name(1)].event is Event.LOST
    assert sweep(store, Rule()).bodies == 1


class _Killed(BaseException):
    pass


STEPS = ("write_link", "remove_snapshot", "remove_body", "write_snapshot", "write", "write_left_out", "sweep")


class Mortal(FolderStore):
    """Dies before or after its nth change."""

    def __init__(self, folder: Path, steps: int, *, done: bool) -> None:
        super().__init__(folder)
        self.left, self._done = steps, done

    def __getattribute__(self, wanted: str) -> Any:
        found = super().__getattribute__(wanted)
        if wanted not in STEPS:
            return found

        def act(*arguments: Any) -> Any:
            self.left -= 1
            if self.left < 0 and not self._done:
                raise _Killed
            result = found(*arguments)
            if self.left < 0:
                raise _Killed
            return result

        return act


def deaths(original: Path, folder: Path, act: Any) -> Iterator[None]:
    """Let `act` die at each of its steps, before and after it, in a copy of the folder."""
    for done in (False, True):
        for steps in range(200):
            shutil.rmtree(folder, ignore_errors=True)
            if original.exists():
                shutil.copytree(original, folder)
            try:
                act(Mortal(folder, steps, done=done))
            except _Killed:
                yield
            else:
                assert steps > 3
                break


def test_removing_killed_at_any_step_is_whole_and_ended_by_the_next(tmp_path: Path) -> None:
    chained(tmp_path / "store")
    ended = Mortal(tmp_path / "ended", 1000, done=False)
    shutil.copytree(tmp_path / "store", tmp_path / "ended")
    rule = Rule(days=30, keep_last=2)
    sweep(ended, rule)
    for _ in deaths(tmp_path / "store", tmp_path / "killed", lambda store: sweep(store, rule)):
        store = FolderStore(tmp_path / "killed")
        whole(store)
        sweep(store, rule)
        assert files(store.folder) == files(ended.folder)


def test_keeping_killed_at_any_step_is_whole(tmp_path: Path) -> None:
    chained(tmp_path / "store", 1)
    for _ in deaths(tmp_path / "store", tmp_path / "killed", lambda store: keep(store, 1)):
        store = FolderStore(tmp_path / "killed")
        whole(store)
        keep(store, 2)
        whole(store)
        linked = [link.snapshot for link in read_chain(store).links]
        assert linked == [*store.snapshots()]
        assert linked in ([name(0), name(2)], [name(0), name(1), name(2)])


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
import test_evidence_chain as t
store = t.FolderStore(Path({folder!r}))
print("go", flush=True)
t.sweep(store, t.Rule(days=0, keep_last=3))
"""


def test_removing_survives_kill(tmp_path: Path) -> None:
    chained(tmp_path / "store", 12)
    chance = random.Random(7)
    removed = set()
    for _ in range(4):
        shutil.rmtree(tmp_path / "killed", ignore_errors=True)
        shutil.copytree(tmp_path / "store", tmp_path / "killed")
        root = Path(__file__).parent
        code = KILLED.format(tests=str(root), root=str(root.parent), folder=str(tmp_path / "killed"))
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            assert run.stdout.readline() == "go\n"
            time.sleep(chance.random() * 0.03)
            os.kill(run.pid, signal.SIGKILL)
        store = FolderStore(tmp_path / "killed")
        whole(store)
        removed.add(12 - len(store.snapshots()))
        sweep(store, Rule(days=0, keep_last=3))
        whole(store)
        assert store.snapshots() == tuple(name(n) for n in range(9, 12))
        assert len(list(store.digests())) == 3 + 2
    assert removed <= set(range(10))


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("calls", range(10))
def test_a_loss_is_recorded_after_the_link_that_a_killed_run_left_out(tmp_path: Path, calls: int, done: bool) -> None:
    store = FolderStore(tmp_path)
    keep(store, 0)
    with contextlib.suppress(_Killed):
        keep(Mortal(tmp_path, calls, done=done), 1)
    store.remove_snapshot(name(0))
    record_loss(store, name(0), why="Lost.", now=LATER)
    whole(store)


@given(st.lists(st.sampled_from(["keep", "sweep", "lose", "kill"]), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_whatever_happens_in_whatever_order_the_chain_holds(events: list[str], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, number = FolderStore(Path(folder)), 0
        for event in events:
            if event == "keep":
                keep(store, number)
                number += 1
            elif event == "sweep":
                sweep(store, Rule(days=0, keep_last=chance.randint(1, 3)))
            elif event == "lose" and (linked := [link.snapshot for link in read_chain(store).living]):
                gone = chance.choice(linked)  # of one whose link is still to come nothing else knows
                store.remove_snapshot(gone)
                assert f"{gone} is missing" in faults(store)
                record_loss(store, gone, why="Lost.", now=LATER)
            elif event == "kill":
                with contextlib.suppress(_Killed):
                    keep(Mortal(Path(folder), chance.randint(0, 9), done=chance.random() < 0.5), number)
                number += 1
            whole(store)
        with store.lock(lambda: None):
            pass
        assert len(read_chain(store).kept) <= number


# -- copies -------------------------------------------------------------------------------------------------------


def test_a_copy_of_all_is_the_store(tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    sweep(store, Rule(named=(name(1),)))
    target = FolderStore(tmp_path / "copy")
    done = copy(store, target, store.snapshots())
    assert (done.added, done.left_out, done.links, done.head) == (3, (), 5, read_chain(store).head)
    assert {**files(target.folder), "lock": b""} == files(store.folder)
    again = copy(store, target, store.snapshots())
    assert again == replace(done, added=0)
    keep(target, 6)
    whole(target)
    with pytest.raises(UsageError, match="another history"):
        copy(store, target, store.snapshots())


def test_a_copy_of_one_says_what_it_lacks_and_can_be_completed(tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    target = FolderStore(tmp_path / "copy")
    done = copy(store, target, (name(1),))
    assert done.left_out == (name(0), name(2), name(3)) == tuple(sorted(target.left_out()))
    whole(target)
    assert open_snapshot(target).record == open_snapshot(store, name(1)).record
    copy(store, target, store.snapshots())
    assert files(target.folder) == {k: v for k, v in files(store.folder).items() if k != "lock"}
    (target.folder / "left-out.json").write_text("{}")
    with pytest.raises(EvidenceDamaged, match="is no list of snapshots"):
        examine(target)


def test_a_copy_killed_at_any_step_is_ended_by_the_next(tmp_path: Path) -> None:
    store = chained(tmp_path / "store", 2)
    for _ in deaths(tmp_path / "nothing", tmp_path / "copy", lambda target: copy(store, target, (name(1),))):
        target = FolderStore(tmp_path / "copy")
        for each in target.snapshots():
            snapshot = open_snapshot(target, each)
            assert [snapshot.pages(key) for key in snapshot.entries]
        copy(store, target, (name(1),))
        whole(target)


def test_a_store_or_a_copy_that_is_not_whole_is_told(tmp_path: Path) -> None:
    store = chained(tmp_path / "store", 2)
    copy(store, FolderStore(tmp_path / "copy"), store.snapshots())
    (victim,) = (tmp_path / "copy").glob(f"snapshots/{name(0)}.json")
    victim.write_bytes(b"{}")
    with pytest.raises(EvidenceDamaged, match="The copy is not whole"):
        copy(store, FolderStore(tmp_path / "copy"), store.snapshots())
    (tmp_path / f"store/snapshots/{name(0)}.json").unlink()
    with pytest.raises(EvidenceDamaged, match="Nothing was copied"):
        copy(store, FolderStore(tmp_path / "other"), (name(1),))
    assert not (tmp_path / "other").exists()


def test_links_are_written_in_one_way_only() -> None:
    store = MemoryStore()
    keep(store, 0)
    body = store.chain[1]
    assert link_to_bytes(link_from_bytes(body)) == body
    data = canonical.loads(body)
    for change in ({"format": "x"}, {"number": "1"}, {"snapshot": "../x"}, {"event": "kep"}, {"more": 1},
                   {"packets": [1]}, {"packets": None}, {"why": None}):  # fmt: skip
        with pytest.raises(ValueError, match=r"does not say|lacks|names no|not as a link|valid Event"):
            link_from_bytes(canonical.dumps(data | change))
    with pytest.raises(ValueError, match="does not say"):
        link_from_bytes(b"[]")
