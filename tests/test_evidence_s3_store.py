"""A store that lives on S3: the same evidence as in a folder; killed, cut off, locked or shared, it stays whole."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scripted_server as scripted
from scripted_server import Heard, Say
from test_cli_commands import TOML, Run, mistake, process, run, slow, unlocked  # noqa: F401 - run is a fixture
from test_evidence_chain import LATER, chained, files, header, keep, name, sweep, whole
from test_evidence_s3 import keys, s3, server  # noqa: F401 - fixtures
from test_evidence_snapshot import LIST, answer, begin, question, record, resume

from srm_docs.errors import CannotBegin, EvidenceDamaged, OutputError, UsageError
from srm_docs.evidence import chain, s3_bucket
from srm_docs.evidence.copy import copy
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.retention import Rule, record_loss
from srm_docs.evidence.s3_lease import LOCK
from srm_docs.evidence.s3_store import S3Store
from srm_docs.evidence.settings import StoreSettings
from srm_docs.evidence.snapshot import open_snapshot
from srm_docs.evidence.store import FolderStore

NOW = dt.datetime.now(dt.UTC)
BUCKET = "evidence-of-ours"
URL = f"s3://{BUCKET}/live"
KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"


_CLIENTS: dict[str, Any] = {}
"""A client takes a second to make, and a test makes many stores."""


def store(url: str = URL, *, cache: Path | None = None, lease: float = 60.0, **said: Any) -> S3Store:
    made = S3Store(url, StoreSettings(**({"kms_key": KEY} | said)), now=NOW, cache=cache, lease=lease)
    where = os.environ["AWS_ENDPOINT_URL"]
    if where not in _CLIENTS:
        _CLIENTS[where] = made.bucket._client()
    made.bucket._client_made = _CLIENTS[where]
    return made


def under(s3: Any, bucket: str = BUCKET, prefix: str = "live/") -> set[str]:  # noqa: F811
    return {key.removeprefix(prefix) for key in keys(s3, bucket) if key.startswith(prefix)}


def put(s3: Any, path: str, body: bytes) -> None:  # noqa: F811
    s3.put_object(Bucket=BUCKET, Key=f"live/{path}", Body=body)


# -- the same as in a folder --------------------------------------------------------------------------------------


def test_it_holds_what_a_folder_would(s3: Any, tmp_path: Path) -> None:  # noqa: F811
    folder = chained(tmp_path / "folder")
    keep(store(cache=tmp_path / "cache"), *range(4))
    assert under(s3) == set(files(folder.folder)), "lock included, no journal left"
    for path, body in files(folder.folder).items():
        if path != LOCK:
            assert s3.get_object(Bucket=BUCKET, Key=f"live/{path}")["Body"].read() == body
    whole(store())
    assert open_snapshot(store()).answers == open_snapshot(folder).answers
    assert set(files(tmp_path / "cache")) == {p for p in files(folder.folder) if p.startswith("objects/")}
    copy(store(), FolderStore(tmp_path / "back"), store().snapshots())
    assert {**files(tmp_path / "back"), LOCK: b""} == files(folder.folder)


def test_what_did_not_change_is_neither_put_again_nor_listed_for_each_object(
    s3: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(store(), 0)
    before = {key: head["LastModified"] for key, head in keys(s3, BUCKET).items() if "/objects/" in key}
    asked: list[str] = []
    real = s3_bucket.Bucket._client

    def counted(self: Any) -> Any:
        client = real(self)
        if not getattr(client, "counted", False):
            client.counted = True
            client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
        return client

    monkeypatch.setattr(s3_bucket.Bucket, "_client", counted)
    time.sleep(1.1)
    record(store(), range(5), header(1))
    after = {key: head["LastModified"] for key, head in keys(s3, BUCKET).items() if "/objects/" in key}
    assert {k: v for k, v in after.items() if k in before} == before
    assert asked.count("ListObjectsV2") == 1
    assert asked.count("PutObject") <= 2 + 2 + 2 + 1, "lock taken and let go, two parts, snapshot and link, one body"


def test_the_folder_beside_is_believed_only_of_what_the_bucket_has(s3: Any, tmp_path: Path) -> None:  # noqa: F811
    record(store(cache=tmp_path), range(5))
    digest = next(e.digest for e in open_snapshot(store()).entries.values() if e.digest)
    beside = tmp_path / "objects" / digest[:2] / digest
    body = beside.read_bytes()
    beside.write_bytes(b"[]")
    assert store(cache=tmp_path).read(digest) == body, "a changed one is read from the bucket"
    assert beside.read_bytes() == body
    s3.delete_object(Bucket=BUCKET, Key=f"live/objects/{digest[:2]}/{digest}")
    with pytest.raises(EvidenceDamaged, match="is not there"):
        store(cache=tmp_path).read(digest)
    with store(cache=tmp_path).lock(lambda: None):
        assert not beside.exists(), "what the bucket has let go of does not stay here"
    (tmp_path / "file").write_text("")
    record(store("s3://evidence-of-ours/other", cache=tmp_path / "file" / "below"), range(5))
    whole(store("s3://evidence-of-ours/other"))


# -- killed and cut off -------------------------------------------------------------------------------------------


class _Killed(BaseException):
    """Nobody expects it, so nothing is tidied up on its account."""


def mortal(patched: pytest.MonkeyPatch, steps: int, *, done: bool = False) -> list[int]:
    """From now on the put after so many others dies (`done`: when S3 has it), and S3 hears nothing after it."""
    real, count = s3_bucket.Bucket.put, [0]

    def put(self: Any, *arguments: Any, **more: Any) -> Any:
        count[0] += 1
        if count[0] > steps + 1:
            raise CannotBegin("There is no network any more.")
        said = real(self, *arguments, **more) if done or count[0] <= steps else None
        if count[0] > steps:
            raise _Killed
        return said

    patched.setattr(s3_bucket.Bucket, "put", put)
    return count


@pytest.mark.parametrize("done", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_run_that_died_at_a_put_is_finished_with_the_same_answers(
    done: bool,
    s3: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("srm_docs.evidence.recorder._BATCH", 16)
    expected = record(MemoryStore(), range(40)).answers
    with monkeypatch.context() as patched:
        count = mortal(patched, 1000)
        record(store(f"s3://{BUCKET}/whole"), range(40))
    assert count[0] > 20
    for steps in (0, 1, 2, 15, *range(count[0] - 5, count[0])):
        url = f"s3://{BUCKET}/{steps}"
        with monkeypatch.context() as patched:
            mortal(patched, steps, done=done)
            with pytest.raises(_Killed):
                record(store(url), range(40))
        run_out(s3, f"{steps}/", 0)
        again = store(url)
        if not again.snapshots():
            with resume(again) if again.unfinished() else begin(again) as recorder:
                for number in range(40):
                    if recorder.kept(question(number)) is None:
                        recorder.keep(LIST, question(number), answer(number))
                recorder.finish()
        with again.lock(lambda: pytest.fail("nobody works there")):
            chain.catch_up(again)
            again.sweep()
        assert open_snapshot(again).answers == expected
        whole(store(url))
        assert not [key for key in under(s3, prefix=f"{steps}/") if "journal" in key]


@pytest.fixture
def both(server: str, tmp_path: Path) -> Iterator[tuple[scripted.Scripted, Callable[..., Any]]]:  # noqa: F811
    """An account that answers slowly, and a program that keeps what it says of it on S3."""
    (tmp_path / "aws.ini").write_text(f"[profile store]\nendpoint_url = {server}\nregion = us-east-1\n")
    table = f'[store]\nplace = "{URL}"\nprofile = "store"\nregion = "us-east-1"\nkms_key = "{KEY}"\n'
    with scripted.serve(slow) as account:
        (tmp_path / "aws.ini").open("a").write(f"[default]\nendpoint_url = {account.url}\n")
        (tmp_path / "s3.toml").write_text(f"{TOML}{table}")
        (tmp_path / "folder.toml").write_text(TOML)
        (tmp_path / "keys.ini").write_text(
            "".join(f"[{n}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n"
                    for n in ("default", "store"))
        )  # fmt: skip
        where = {
            "AWS_CONFIG_FILE": str(tmp_path / "aws.ini"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "keys.ini"),
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
        }  # fmt: skip
        yield account, lambda *a, toml="s3.toml": process(tmp_path, *a, "--config", toml, **where)


def ended(process: Any, code: int = 0, timeout: float = 300) -> Any:
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == code, err
    assert "Traceback" not in err
    return json.loads(out) if out else err


def run_out(s3: Any, prefix: str = "live/", seconds: float = 1.0) -> None:  # noqa: F811
    """The lock of a run that was killed, some minutes later."""
    if LOCK not in under(s3, prefix=prefix):
        return
    said = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{prefix}{LOCK}")["Body"].read())
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}{LOCK}", Body=json.dumps(said | {"seconds": seconds}).encode())
    time.sleep(seconds and seconds + 1.1)  # S3 tells the time in whole seconds


@pytest.mark.slow
def test_a_run_killed_between_two_parts_is_resumed(s3: Any, both: Any, tmp_path: Path) -> None:  # noqa: F811
    account, program = both
    folder = ended(program("collect", "--json", "--quiet", "--allow-refusals", toml="folder.toml"))
    asked = len(account.heard)
    account.heard.clear()
    broken = program("collect")
    # not what it prints: how many answers a part has by then depends on how quick the machine is
    while len([path for path in under(s3) if "journal" in path]) < 2:
        assert broken.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    broken.send_signal(signal.SIGKILL)
    broken.communicate(timeout=30)
    kept = program("build", "--from", "latest")
    assert "collect --resume" in ended(kept, 2)
    run_out(s3)
    resumed = ended(program("collect", "--resume", "--json", "--quiet", "--allow-refusals"))
    assert (resumed["answers"], resumed["states"]) == (folder["answers"], folder["states"])
    assert len(account.heard) < 2 * asked, "what was kept is not asked again"
    assert not [path for path in under(s3) if "journal" in path]
    assert "no unfinished snapshot" in ended(program("collect", "--resume"), 2)
    listed = ended(program("evidence", "list", "--json"))
    assert (listed["where"], listed["faults"]) == (URL, [])
    assert [line["state"] for line in listed["snapshots"]] == ["kept"]
    shown = ended(program("evidence", "show", "--json"))
    assert shown["answers"] == folder["answers"]
    there = ended(program("evidence", "export", "--to", "back", "--json", "--quiet"))
    assert there["snapshots"] == [resumed["snapshot"]]
    key = s3.get_object(Bucket=BUCKET, Key="live/redaction.key")["Body"].read()
    written = {path: (tmp_path / path).read_bytes() for path in files(tmp_path)}
    assert written
    assert not [path for path, body in written.items() if key in body or key.hex().encode() in body]


@pytest.mark.slow
def test_a_packet_is_built_from_it(s3: Any, both: Any) -> None:  # noqa: F811
    _, program = both
    kept = ended(program("collect", "--json", "--quiet", "--allow-refusals"))
    built = ended(program("build", "--from", "latest", "--json", "--quiet", "--allow-refusals"), timeout=1200)
    assert built["snapshot"] == kept["snapshot"]
    assert len(ended(program("evidence", "list", "--json"))["snapshots"][0]["packets"]) == 1


def test_ctrl_c_puts_what_was_kept_and_lets_go_of_the_lock(s3: Any, both: Any) -> None:  # noqa: F811
    _, program = both
    broken = program("collect")
    next(line for line in broken.stderr if line.startswith("Read cloudtrail"))
    broken.send_signal(signal.SIGINT)
    err = ended(broken, 130, timeout=60)
    assert "collect --resume" in err
    began = time.monotonic()
    with store().lock(lambda: pytest.fail("nobody works there")):
        assert store().unfinished()
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_a_store_that_cannot_be_reached_any_more_is_told_and_gone_on_with(s3: Any, both: Any, tmp_path: Path) -> None:  # noqa: F811
    _, program = both
    ini = (tmp_path / "aws.ini").read_text()
    real = ini.split("endpoint_url = ")[1].split("\n")[0]
    with relay(real) as (url, cut):
        (tmp_path / "aws.ini").write_text(ini.replace(real, url))
        broken = program("collect")
        next(line for line in broken.stderr if line.startswith("Read cloudtrail"))
        cut.set()
        err = ended(broken, 4)
    assert err.count("Error: ") == 1
    assert "S3 could not be asked for s3://" in err
    assert "`srm-docs collect --resume`" in err
    (tmp_path / "aws.ini").write_text(ini)
    run_out(s3)
    resumed = ended(program("collect", "--resume", "--json", "--quiet", "--allow-refusals"))
    folder = ended(program("collect", "--json", "--quiet", "--allow-refusals", toml="folder.toml"))
    assert resumed["answers"] == folder["answers"]
    whole(store())


class relay:  # noqa: N801 - used as a function
    """A port that passes everything on until it is cut."""

    def __init__(self, url: str) -> None:
        self._port = int(url.rpartition(":")[2].strip("/"))

    def __enter__(self) -> tuple[str, threading.Event]:
        import socket

        self._cut, self._listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

        def pump(one: socket.socket, other: socket.socket) -> None:
            try:
                while (data := one.recv(65536)) and not self._cut.is_set():
                    other.sendall(data)
            except OSError:
                pass
            for end in (one, other):
                end.close()

        def accept() -> None:
            while True:
                try:
                    near, _ = self._listening.accept()
                except OSError:
                    return
                if self._cut.is_set():
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}", self._cut

    def __exit__(self, *_: object) -> None:
        self._listening.close()


# -- one at a time ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_runs_at_once_work_one_after_the_other(s3: Any, both: Any) -> None:  # noqa: F811
    _, program = both
    first = program("collect", "--json", "--allow-refusals")
    next(line for line in first.stderr if line.startswith("Read "))
    second = program("collect", "--json", "--allow-refusals")
    one = ended(first)
    out, err = second.communicate(timeout=300)
    assert second.returncode == 0, err
    assert "Waiting for another run" in err
    assert one["answers"] == json.loads(out)["answers"]
    whole(store())
    assert len(store().snapshots()) == len(store().links()) == 2


def test_a_lock_that_is_renewed_is_waited_for_and_one_that_ran_out_is_taken(s3: Any) -> None:  # noqa: F811
    waited = threading.Event()
    order: list[str] = []

    def second() -> None:
        with store(lease=4.0).lock(waited.set):
            order.append("second")

    holding = store(lease=4.0)
    with holding.lock(lambda: pytest.fail("it is free")):
        other = threading.Thread(target=second)
        other.start()
        assert waited.wait(10)
        time.sleep(9)  # twice as long as it holds without being renewed
        order.append("first")
    other.join(20)
    assert order == ["first", "second"]


def test_who_lost_the_lock_writes_nothing_more(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("srm_docs.evidence.s3_lease.Lease._renew_until_ended", lambda self: None)
    first = begin(store(lease=5.0))
    first.keep(LIST, question(0), answer(0))
    time.sleep(6.1)
    with resume(store(lease=60)) as other:
        other.keep(LIST, question(0), answer(0))
        finished = other.finish()
    with pytest.raises(OutputError, match="could not be renewed in time"):
        first.keep(LIST, question(1), answer(3))
    first.close()
    assert store().snapshots() == (finished.header.id,)
    whole(store())


def test_who_does_not_know_yet_that_it_lost_the_lock_writes_over_nothing(
    s3: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("srm_docs.evidence.s3_lease.Lease.check", lambda self: None)
    first = begin(store(lease=60))
    first.keep(LIST, question(0), answer(0))
    put(s3, LOCK, b"{}")  # as if another had taken it over
    other = store(lease=60)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("srm_docs.evidence.s3_lease.LEASE", 0.0)
        time.sleep(1.1)
        second = resume(other)
    with pytest.raises(OutputError, match="exists already"):
        first.finish()
    second.keep(LIST, question(0), answer(0))
    assert second.finish().answers == record(MemoryStore(), [0]).answers
    whole(store())


# -- the key, encryption and locks --------------------------------------------------------------------------------


def test_the_key_is_made_once_and_only_under_a_kms_key(s3: Any) -> None:  # noqa: F811
    made = store().redaction_key(os.urandom)
    assert len(made) == 32
    assert store().redaction_key(lambda _: pytest.fail("there is one")) == made
    head = s3.head_object(Bucket=BUCKET, Key="live/redaction.key")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY)
    with pytest.raises(UsageError, match="only under a KMS key"):
        store(kms_key="").redaction_key(os.urandom)
    s3.put_object(Bucket=BUCKET, Key="live/redaction.key", Body=made)
    with pytest.raises(OutputError, match=r"redaction\.key is not encrypted under"):
        store().redaction_key(os.urandom)
    s3.put_object(Bucket=BUCKET, Key="live/redaction.key", Body=b"short", ServerSideEncryption="aws:kms",
                  SSEKMSKeyId=KEY)  # fmt: skip
    with pytest.raises(EvidenceDamaged, match="5 bytes instead of 32"):
        store().redaction_key(os.urandom)


def test_everything_is_under_the_kms_key_and_evidence_is_locked(s3: Any) -> None:  # noqa: F811
    said = {"lock": "compliance", "lock_days": 30}
    locked = store("s3://locked/live", **said)
    locked.redaction_key(os.urandom)
    with begin(locked) as recorder:
        recorder.keep(LIST, question(0), answer(0))
        part = next(key for key in keys(s3, "locked") if "journal" in key)
        assert "ObjectLockMode" not in s3.head_object(Bucket="locked", Key=part)
        recorder.finish()
    there = keys(s3, "locked")
    evidence = [key for key in there if key.startswith(("live/objects", "live/snapshots", "live/chain"))]
    assert len(evidence) == 3
    for key, head in there.items():
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY)
        assert head.get("ObjectLockMode") == ("COMPLIANCE" if key in evidence else None)
    versions = s3.list_object_versions(Bucket="locked")
    assert not versions.get("DeleteMarkers")
    assert not [v for v in versions["Versions"] if "journal" in v["Key"]], "nothing of a journal stays"
    assert len([v for v in versions["Versions"] if v["Key"].endswith(LOCK)]) == 1
    longer = store("s3://locked/live", lock="compliance", lock_days=900)
    record(longer, [0], header(1))
    body = next(key for key in evidence if "objects" in key)
    head = s3.head_object(Bucket="locked", Key=body)
    assert head["ObjectLockRetainUntilDate"] > NOW + dt.timedelta(days=899), "a reply that did not change is kept on"


def test_a_bucket_that_locks_by_itself_does_not_stop_a_run(s3: Any) -> None:  # noqa: F811
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 100}}
    s3.put_object_lock_configuration(
        Bucket="locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    url = "s3://locked/live"
    begin(store(url, lease=8.0)).close()
    time.sleep(1.1)
    with resume(store(url, lease=8.0)) as recorder:
        recorder.keep(LIST, question(0), answer(0))
        time.sleep(3)
        recorder.finish()
    keep(store(url), 3)
    whole(store(url))
    assert not [key for key in under(s3, "locked") if "journal" in key]


def test_what_is_locked_stays_and_what_is_not_leaves_a_tombstone(s3: Any) -> None:  # noqa: F811
    said = {"lock": "governance", "lock_days": 30}
    locked = store("s3://locked/live", **said)
    keep(locked, *range(3))
    with locked.lock(lambda: None):
        locked.write(b"[]")  # of a run that was killed before it could say so
    before = under(s3, "locked")
    swept = sweep(store("s3://locked/live", **said), Rule(days=0))
    assert (swept.removed, swept.bodies) == ((), 0)
    assert [why[:12] for _, why in swept.spared] == ["locked until"] * 2
    assert under(s3, "locked") == before
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for bucket in (BUCKET, "versioned"):
        url = f"s3://{bucket}/live"
        keep(store(url), *range(3))
        swept = sweep(store(url), Rule(days=0))
        assert swept.removed == (name(0), name(1))
        assert swept.bodies == 2, "one that only each of the two had"
        assert swept.size > 0
        whole(store(url))
        assert len(store(url).links()) == 5
        gone = s3.list_object_versions(Bucket=bucket)
        assert not [v for v in gone["Versions"] if name(0) in v["Key"] or name(1) in v["Key"]], "not only out of sight"
        with pytest.raises(UsageError, match="removed at"):
            open_snapshot(store(url), name(0))


# -- faults -------------------------------------------------------------------------------------------------------


def test_list_names_what_was_done_to_the_bucket(s3: Any, both: Any) -> None:  # noqa: F811
    _, program = both
    keep(store(), *range(4))
    s3.delete_object(Bucket=BUCKET, Key=f"live/snapshots/{name(1)}.json")
    put(s3, "chain/000004.json", b"{}")
    out, err = program("evidence", "list", "--json").communicate(timeout=60)
    faults = "\n".join(json.loads(out)["faults"])
    assert f"The snapshot {name(1)} is missing from {URL}" in faults
    assert f"Link 4 of the chain in {URL} was changed" in faults
    assert err.count("Error: ") == len(json.loads(out)["faults"])


def test_a_journal_that_lacks_a_part_or_was_changed_is_no_journal(s3: Any) -> None:  # noqa: F811
    for number in range(3):
        with begin(store()) if not number else resume(store()) as recorder:
            recorder.keep(LIST, question(number), answer(number))
    parts = sorted(path for path in under(s3) if "journal" in path)
    assert len(parts) > 3
    body = s3.get_object(Bucket=BUCKET, Key=f"live/{parts[1]}")["Body"].read()
    s3.delete_object(Bucket=BUCKET, Key=f"live/{parts[1]}")
    with pytest.raises(EvidenceDamaged, match="lacks a part"):
        resume(store())
    put(s3, parts[1], body.replace(b"000", b"001"))
    with pytest.raises(EvidenceDamaged, match="was changed"):
        resume(store())
    put(s3, parts[1], body)
    last = s3.get_object(Bucket=BUCKET, Key=f"live/{parts[-1]}")["Body"].read()
    put(s3, parts[-1], last[:-9] + b"\n")
    with pytest.raises(EvidenceDamaged, match="The end of the journal"):
        resume(store())
    put(s3, parts[-1], last)
    with store().lock(lambda: pytest.fail("whoever could not resume has let go")):
        pass


def test_a_lost_snapshot_is_put_on_record(s3: Any) -> None:  # noqa: F811
    keep(store(), *range(2))
    s3.delete_object(Bucket=BUCKET, Key=f"live/snapshots/{name(0)}.json")
    record_loss(store(), name(0), why="Disk failed.", now=LATER)
    whole(store())


@pytest.mark.parametrize(
    ("refused", "code", "what"),
    [("PUT", 2, "PutObject"), ("GET /bkt/live/lock", 4, "GetObject"), ("GET /bkt?list", 4, "ListObjectsV2")],
)
def test_a_refusal_is_one_sentence_with_its_mend(
    refused: str, code: int, what: str, run: Run, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
) -> None:  # fmt: skip
    def refuse(heard: Heard, before: int) -> Say | None:
        if not heard.asked.startswith("s3 "):
            return unlocked(heard, before)
        if f"s3 {refused}" in heard.asked:
            return Say("<Error><Code>AccessDenied</Code><Message>\u202enot you</Message></Error>", 403)
        if "list-type" in heard.asked:
            return Say("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
        if " GET " in heard.asked or " HEAD " in heard.asked:
            key = {"x-amz-server-side-encryption": "aws:kms"}
            return Say("k" * 32, 200, key) if "redaction" in heard.asked else Say(
                "<Error><Code>NoSuchKey</Code></Error>", 404
            )  # fmt: skip
        return Say("", 200, {"x-amz-server-side-encryption": "aws:kms", "ETag": '"1"'})

    with scripted.serve(refuse) as answering:
        for key, value in {
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": answering.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(key, value)
        Path("srm-docs.toml").write_text(f'{TOML}[store]\nplace = "s3://bkt/live"\nkms_key = "k"\n')
        mistake(run("collect", "--quiet"), code, f"S3 refused {what}", "AccessDenied", "<U+202E>not you",
                "s3:PutObject", "s3://bkt/live")  # fmt: skip
        if code == 4 and what == "ListObjectsV2":
            mistake(run("evidence", "list"), code, f"S3 refused {what}")
            mistake(run("build", "--from", "latest"), code, f"S3 refused {what}")
            mistake(run("evidence", "gc"), code, f"S3 refused {what}")
            mistake(run("evidence", "export", "--to", "x"), code, f"S3 refused {what}")


def test_the_demo_and_copies_into_itself_stay_out(s3: Any, run: Run) -> None:  # noqa: F811
    Path("srm-docs.toml").write_text(f'[store]\nplace = "{URL}"\nkms_key = "{KEY}"\nregion = "us-east-1"\n')
    mistake(run("collect", "--demo", "--config", "srm-docs.toml", "--quiet"), 2, "The demo is not kept in", "place")
    keep(store(), 0)
    for where in (URL, f"{URL}/below", f"s3://{BUCKET}"):
        mistake(run("evidence", "export", "--to", where, "--quiet"), 2, "one lies in the other")
    assert run("evidence", "export", "--to", f"s3://{BUCKET}/livelier", "--quiet").code == 0


def test_nothing_there_is_said(s3: Any, run: Run) -> None:  # noqa: F811
    Path("srm-docs.toml").write_text(f'[store]\nplace = "{URL}"\nkms_key = "{KEY}"\nregion = "us-east-1"\n')
    mistake(run("evidence", "show"), 2, "There is no snapshot in s3://")
    mistake(run("evidence", "gc"), 2, "There is no evidence in s3://")
    assert json.loads(run("evidence", "list", "--json").out)["snapshots"] == []
    assert under(s3) == set()
