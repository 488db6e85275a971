"""A packet is in its place whole or not at all, once, and never modified afterwards."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sealed_sample as sample

from srm_docs import leftovers
from srm_docs.errors import EvidenceDamaged, OutputError, VerificationFailed
from srm_docs.seal import manifest
from srm_docs.seal.packet_folder import already_built, intact, read_latest, seal
from srm_docs.seal.zip import write_zip

OLD = "2026-11-22T200805Z-000000-00000000"
SMALL = {"a.json": b"{}", "evidence/EV-AAAAAAAA.json": b"[]"}


def visible(packets: Path) -> list[str]:
    return sorted(path.name for path in packets.iterdir())


def test_a_packet_is_closed_by_its_two_lists(tmp_path: Path) -> None:
    sealed = seal(sample.files(), packets=tmp_path / "new" / "packets", name=sample.NAME)
    assert not sealed.already
    body = (sealed.path / "manifest.json").read_bytes()
    listed = manifest.decode(body)
    assert {file.path for file in listed.files} == set(sample.files())
    assert listed.packet == sample.NAME
    assert sealed.manifest_digest == hashlib.sha256(body).hexdigest() == intact(sealed.path)
    for path, content in sample.files().items():
        assert (sealed.path / path).read_bytes() == content


def test_sha256sum_agrees(tmp_path: Path) -> None:
    sealed = seal(sample.files(), packets=tmp_path, name=sample.NAME)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=sealed.path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK\n") == len(sample.files()) + 1
    command = "find . -type f ! -name SHA256SUMS -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum"
    by_hand = subprocess.run(["sh", "-c", command], cwd=sealed.path, capture_output=True, text=True, check=True)
    assert by_hand.stdout == (sealed.path / "SHA256SUMS").read_text("ascii")


DOCS = (Path(__file__).parents[1] / "docs" / "verifying.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("harm", "sums", "added"),
    [("none", True, True), ("change", False, True), ("remove", False, False), ("add", True, False)],
)
def test_the_commands_in_the_docs_do_what_they_say(tmp_path: Path, harm: str, sums: bool, added: bool) -> None:
    place = seal(sample.files(), packets=tmp_path, name=sample.NAME).path
    target = place / "findings.json"
    if harm == "add":
        (place / "evidence" / "new one.json").write_bytes(b"")
    elif harm != "none":
        target.unlink()
        if harm == "change":
            target.write_bytes(b"{}")
    by_hand, listing = (block.split("```")[0].replace("/tmp/", f"{tmp_path}/") for block in DOCS.split("```sh\n")[1:3])
    for block, sound in ((by_hand, sums), (listing, added)):
        done = subprocess.run(["sh", "-c", block], cwd=place, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == sound, done.stdout + done.stderr
    if harm == "add":
        assert "> evidence/new one.json" in done.stdout


def test_files_are_read_only_and_the_packet_can_be_deleted(tmp_path: Path) -> None:
    sealed = seal(SMALL, packets=tmp_path, name="one")
    for path in sealed.path.rglob("*"):
        writable = bool(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_IWUSR))
        assert writable == path.is_dir()
    shutil.rmtree(sealed.path)
    assert already_built(tmp_path, "one") is None


def test_the_same_name_is_already_built_and_stays_as_it_is(tmp_path: Path) -> None:
    first = seal(SMALL, packets=tmp_path, name="one")
    before = (first.path / "manifest.json").stat()
    again = seal({"a.json": b"other"}, packets=tmp_path, name="one")
    assert (again.already, again.manifest_digest) == (True, first.manifest_digest)
    assert (first.path / "manifest.json").stat() == before
    assert already_built(tmp_path, "one") == again


@pytest.mark.parametrize("harm", ["change", "add", "remove", "link", "sums", "manifest", "replace by a file"])
def test_a_changed_packet_is_never_taken_for_built_nor_written_over(tmp_path: Path, harm: str) -> None:
    place = seal(SMALL, packets=tmp_path, name="one").path
    target = place / {"sums": "SHA256SUMS", "manifest": "manifest.json"}.get(harm, "a.json")
    if harm == "add":
        (place / "b.json").write_bytes(b"")
    elif harm == "replace by a file":
        shutil.rmtree(place)
        place.write_bytes(b"")
    else:
        content = target.read_bytes()
        target.unlink()
        if harm == "link":
            target.symlink_to("evidence/EV-AAAAAAAA.json")
        elif harm != "remove":
            target.write_bytes(content + b" ")
    with pytest.raises(VerificationFailed, match="was changed since"):
        seal(SMALL, packets=tmp_path, name="one")


def test_files_may_come_one_by_one_and_from_the_disk(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(3 << 20))
    sealed = seal(iter([("a.json", b"{}"), ("soc2-packet.pdf", large)]), packets=tmp_path / "out", name="one")
    assert (sealed.path / "soc2-packet.pdf").read_bytes() == large.read_bytes()
    assert intact(sealed.path)


def test_what_changed_while_building_is_not_sealed(tmp_path: Path) -> None:
    with pytest.raises(EvidenceDamaged, match="workbook"):
        seal(sample.files(**{"workbook.xlsx": b"other"}), packets=tmp_path, name="one")
    with pytest.raises(EvidenceDamaged, match="cannot be read"):
        seal({"a.pdf": tmp_path / "gone"}, packets=tmp_path, name="one")
    missing = sample.files()
    del missing["coverage.json"]
    with pytest.raises(EvidenceDamaged, match="coverage"):
        seal(missing, packets=tmp_path, name="one")
    assert visible(tmp_path) == []


@pytest.mark.parametrize("path", ["../a", "manifest.json", "SHA256SUMS", "A.json", ".hidden"])
def test_paths_that_no_packet_may_hold_are_our_mistake(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="the packet's file"):
        seal([("a.json", b""), (path, b"")], packets=tmp_path, name="one")
    assert visible(tmp_path) == []


@pytest.mark.parametrize("when", ["an error", "an interruption"])
def test_a_failed_build_leaves_nothing(tmp_path: Path, when: str) -> None:
    fault = RuntimeError if when == "an error" else KeyboardInterrupt

    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.json", b"{}"
        assert [path for path in tmp_path.iterdir() if path.name.startswith(".building-one-")]
        raise fault

    with pytest.raises(fault):
        seal(files(), packets=tmp_path, name="one")
    assert visible(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from srm_docs.seal.packet_folder import seal
def files():
    yield "a.json", b"{}"
    yield "evidence/EV-AAAAAAAA.json", b"[]"
    os.kill(os.getpid(), signal.SIGKILL)
seal(files(), packets=Path(sys.argv[1]), name="one")
"""


def test_a_killed_builder_leaves_no_packet_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env=_env())
    assert done.returncode == -signal.SIGKILL
    (left,) = visible(tmp_path)
    assert left.startswith(".building-one-")
    assert (tmp_path / left / "a.json").exists()
    seal(SMALL, packets=tmp_path, name="two")
    assert visible(tmp_path) == ["latest", "two"]


LEFT = """
import os, signal, sys
from pathlib import Path
from srm_docs.seal.packet_folder import seal
from srm_docs.seal import zip
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def replace(self, target):
    if sys.argv[2] in target.name:
        die()
    self.rename(target)
Path.replace = replace
zip.write_zip(seal({"a.json": b"{}"}, packets=Path(sys.argv[1]), name="one").path)
"""


@pytest.mark.parametrize(("step", "left"), [("latest", ".latest-"), (".zip", ".one.zip-")])
@pytest.mark.parametrize("again", ["the same packet", "another packet"])
def test_what_a_killed_run_left_is_swept_by_the_next(step: str, left: str, again: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LEFT, str(tmp_path), step], check=False, env=_env())
    assert done.returncode == -signal.SIGKILL
    assert [name for name in visible(tmp_path) if name.startswith(left)]
    for mine in (".latest-notes", ".notes.zip-draft"):
        (tmp_path / mine).write_text("mine")
    if again == "the same packet":
        assert already_built(tmp_path, "one")
    else:
        seal(SMALL, packets=tmp_path, name="two")
    assert [name for name in visible(tmp_path) if name.startswith(".")] == [".latest-notes", ".notes.zip-draft"]


def test_the_zip_of_a_live_run_is_left_alone(tmp_path: Path) -> None:
    seal(SMALL, packets=tmp_path, name="one")
    live, dead = tmp_path / ".one.zip-1-1", tmp_path / ".one.zip-2-2"
    descriptor = leftovers.hold(live)
    dead.write_bytes(b"PK")
    seal(SMALL, packets=tmp_path, name="two")
    assert live.exists()
    assert not dead.exists()
    os.close(descriptor)
    write_zip(tmp_path / "two")
    assert not live.exists()


@pytest.mark.parametrize("kind", ["a folder", "a file"])
def test_a_latest_that_is_not_ours_is_said_and_kept(kind: str, tmp_path: Path) -> None:
    sealed = seal(SMALL, packets=tmp_path, name="one")
    latest = tmp_path / "latest"
    latest.unlink()
    if kind == "a folder":
        latest.mkdir()
    else:
        latest.write_text("my own notes")
    for build in (
        lambda: already_built(tmp_path, "one"),
        lambda: seal(SMALL, packets=tmp_path, name="one"),
        lambda: seal(SMALL, packets=tmp_path, name="two"),
    ):
        with pytest.raises(OutputError, match=f"latest is {kind} that srm-docs did not make") as caught:
            build()
        assert "mv " in caught.value.hint
    assert latest.is_dir() or latest.read_text() == "my own notes"
    assert visible(tmp_path) == ["latest", "one"]
    assert intact(sealed.path)


def test_two_builders_at_once_make_one_packet(tmp_path: Path) -> None:
    barrier = threading.Barrier(3)
    done = []

    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.json", b"{}"
        barrier.wait(10)  # all are building now: none may sweep away another's folder
        yield "b.json", b"{}"

    threads = [
        threading.Thread(target=lambda: done.append(seal(files(), packets=tmp_path, name="one"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed.already for sealed in done) == [False, True, True]
    assert len({sealed.manifest_digest for sealed in done}) == 1
    assert visible(tmp_path) == ["latest", "one"]


def test_a_live_builder_of_another_process_is_left_alone(tmp_path: Path) -> None:
    code = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "print('go', flush=True); input()")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_env()
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == b"go\n"
        first = seal(SMALL, packets=tmp_path, name="one")
        other.stdin.write(b"\n")
        other.stdin.close()
        assert other.wait(20) == 0
    assert intact(first.path) == first.manifest_digest
    assert visible(tmp_path) == ["latest", "one"]


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def test_latest_points_to_the_newest_snapshot(tmp_path: Path) -> None:
    seal(SMALL, packets=tmp_path, name=OLD)
    latest = tmp_path / "latest"
    assert latest.resolve() == tmp_path / OLD
    assert not latest.readlink().is_absolute()
    seal(SMALL, packets=tmp_path, name=sample.NAME)
    assert read_latest(latest) == sample.NAME
    seal({"a.json": b"1"}, packets=tmp_path, name=OLD.replace("00000000", "11111111"))
    assert read_latest(latest) == sample.NAME
    other = f"{sample.SNAPSHOT}-00000001"
    seal(SMALL, packets=tmp_path, name=other)
    assert read_latest(latest) == other
    assert already_built(tmp_path, sample.NAME)
    assert read_latest(latest) == sample.NAME
    assert already_built(tmp_path, OLD)
    assert read_latest(latest) == sample.NAME
    assert already_built(tmp_path, other)
    shutil.rmtree(tmp_path / other)
    seal(SMALL, packets=tmp_path, name=OLD)
    assert read_latest(latest) == sample.NAME


def test_latest_is_a_text_file_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    seal(SMALL, packets=tmp_path, name="one")
    assert (tmp_path / "latest").read_text("ascii") == "one\n"
    assert read_latest(tmp_path / "latest") == "one"


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"cannot be written to .*file"):
        seal(SMALL, packets=tmp_path / "file" / "packets", name="one")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        seal(SMALL, packets=tmp_path / "packets", name="one")
    assert visible(tmp_path / "packets") == []


def test_a_zip_is_the_same_bytes_at_every_time(tmp_path: Path) -> None:
    zips = []
    for number, place in enumerate(("x", "deeper/y")):
        sealed = seal(sample.files(), packets=tmp_path / place, name=sample.NAME)
        for path in sealed.path.rglob("*"):
            os.utime(path, (1e9 + number, 1e9 + number))
            path.chmod(0o700 if number else 0o755)
        (sealed.path / ".DS_Store").write_bytes(b"not of the packet")
        zips.append(write_zip(sealed.path))
    assert zips[0] == tmp_path / "x" / f"{sample.NAME}.zip"
    assert zips[0].read_bytes() == zips[1].read_bytes()
    assert write_zip(sealed.path).read_bytes() == zips[0].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == sorted(f"{sample.NAME}/{path}" for path in (*sample.files(), "manifest.json", "SHA256SUMS"))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    done = subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(zips[0]), str(tmp_path / "out")], check=False, capture_output=True
    )
    assert done.returncode == 0
    assert intact(tmp_path / "out" / sample.NAME)


def test_what_is_no_packet_is_not_zipped(tmp_path: Path) -> None:
    with pytest.raises(VerificationFailed, match="no sealed packet"):
        write_zip(tmp_path)
    sealed = seal(SMALL, packets=tmp_path, name="one")
    (sealed.path / "a.json").unlink()
    with pytest.raises(VerificationFailed, match="missing"):
        write_zip(sealed.path)
    assert not list(tmp_path.glob("*.zip"))
