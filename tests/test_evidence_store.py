"""The store: whole or not at all, once, by digest; damage is found and named."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from somebody import not_root

from srm_docs import leftovers
from srm_docs.errors import EvidenceDamaged, OutputError, UsageError
from srm_docs.evidence.bodies import Store
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.store import FolderStore

ID = "2026-11-23T200805Z-1f3a9c"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "a" / "evidence") if request.param == "folder" else MemoryStore()


def test_a_body_is_named_by_its_digest(store: Store) -> None:
    digest = store.write(b"body")
    assert digest == hashlib.sha256(b"body").hexdigest()
    assert store.write(b"body") == digest
    assert store.read(digest) == b"body"
    with pytest.raises(EvidenceDamaged):
        store.read("0" * 64)
    with pytest.raises(EvidenceDamaged):
        store.read("../../etc/passwd")


def test_journals_and_snapshots(store: Store) -> None:
    journal = store.journal(ID, 0)
    journal.append(b"one\ntw")
    journal.close()
    assert store.unfinished() == (ID,)
    journal = store.journal(ID, 4)
    journal.append(b"two\n")
    journal.close()
    assert store.read_journal(ID) == b"one\ntwo\n"
    store.write_snapshot(ID, b"{}")
    assert (store.snapshots(), store.unfinished(), store.read_snapshot(ID)) == ((ID,), (), b"{}")


def test_an_unchanged_body_is_written_once(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    digest = store.write(b"body")
    path = tmp_path / "objects" / digest[:2] / digest
    before = path.stat().st_mtime_ns, path.stat().st_ino
    store.write(b"body")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_a_flipped_byte_is_found_and_the_file_named(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    digest = store.write(b"body")
    path = tmp_path / "objects" / digest[:2] / digest
    for index in range(4):
        flipped = bytearray(b"body")
        flipped[index] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(EvidenceDamaged, match=digest) as caught:
            store.read(digest)
        assert "backup" in caught.value.hint
    store.write(b"body")  # the same reply again makes it whole
    assert store.read(digest) == b"body"


def test_snapshots_are_never_written_over(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write_snapshot(ID, b"{}")
    with pytest.raises(OutputError, match="exists already"):
        store.write_snapshot(ID, b"[]")
    with pytest.raises(UsageError, match="no snapshot id"):
        store.read_snapshot("../../x")


def test_folders_and_files_are_the_owners(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "evidence")
    store.write(b"body")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "evidence").rglob("*"))


def test_a_folder_that_forbids_writing() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with not_root(), pytest.raises(OutputError, match="cannot be written: Permission denied"):
            FolderStore(Path(name) / "evidence").write(b"x")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = FolderStore(tmp_path / "file" / "evidence")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        store.write(b"x")
    assert caught.value.hint
    with pytest.raises(OutputError), store.lock(lambda: None):
        pass
    with pytest.raises(OutputError):
        store.journal(ID, 0)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        FolderStore(tmp_path).write(b"x")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def _write_many(folder: str) -> None:
    store = FolderStore(Path(folder))
    for number in range(50):
        store.write(f"body {number}".encode())


def test_two_writers_of_the_same_bodies(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(str(tmp_path),)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 50
    assert all(FolderStore(tmp_path).read(path.name) for path in files)


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    said, order = threading.Event(), []

    def second() -> None:
        with store.lock(said.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.lock(lambda: None):
        thread.start()
        assert said.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


KILLED = """
import os, signal, sys
from pathlib import Path
from srm_docs.evidence.store import FolderStore
store = FolderStore(Path(sys.argv[1]))
step = sys.argv[2]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
with store.lock(lambda: None):
    Path.rename = die
    if step == "body":
        store.write(b"body")
    else:
        store.write_snapshot("2026-11-23T200805Z-1f3a9c", b"{}")
"""


@pytest.mark.parametrize("step", ["body", "snapshot"])
def test_what_a_killed_run_was_writing_is_swept_by_the_next(step: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], check=False, env=env)
    assert done.returncode == -signal.SIGKILL

    def hidden() -> list[str]:
        return [path.name for path in tmp_path.rglob(".*")]

    (left,) = hidden()
    (tmp_path / "objects").mkdir(exist_ok=True)
    for mine in (tmp_path / "objects" / ".DS_Store", tmp_path / ".notes"):
        mine.write_text("mine")
    store = FolderStore(tmp_path)
    with store.lock(lambda: None):
        store.sweep()
        assert left not in hidden()
        assert sorted(hidden()) == [".DS_Store", ".notes"]


def test_what_a_live_run_is_writing_is_left_alone(tmp_path: Path) -> None:
    """The key is made before the store is locked, so it has a lock of its own."""
    live, dead = tmp_path / ".redaction.key.1", tmp_path / ".redaction.key.2"
    descriptor = leftovers.hold(live)
    dead.write_bytes(b"")
    FolderStore(tmp_path).sweep()
    assert live.exists()
    assert not dead.exists()
    os.close(descriptor)
    FolderStore(tmp_path).sweep()
    assert not live.exists()
