"""A copy on S3: whole, checked, locked and encrypted as asked; a refusal is told with the permission that mends it."""

from __future__ import annotations

import datetime as dt
import json
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(Path(__file__).parent))

import scripted_server as scripted
from scripted_server import Heard, Say
from test_cli_commands import KEYS, Run, mistake, run  # noqa: F401 - run is a fixture
from test_evidence_chain import chained, files, keep, name, whole

from srm_docs import doctor
from srm_docs.errors import EvidenceDamaged, OutputError, UsageError
from srm_docs.evidence import place
from srm_docs.evidence.copy import copy
from srm_docs.evidence.s3 import S3Archive
from srm_docs.evidence.s3_bucket import Bucket
from srm_docs.evidence.settings import StoreSettings
from srm_docs.evidence.snapshot import open_snapshot
from srm_docs.evidence.store import FolderStore

NOW = dt.datetime.now(dt.UTC)
URL = "s3://evidence-of-ours/aws/prod"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"
    moto.stop()


@pytest.fixture
def s3(server: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:  # noqa: F811
    for key, value in (KEYS | {"AWS_ENDPOINT_URL": server, "AWS_DEFAULT_REGION": "us-east-1"}).items():
        monkeypatch.setenv(key, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="evidence-of-ours")
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    yield client
    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset", method="POST")).close()


def archive(url: str = URL, **said: Any) -> S3Archive:
    return S3Archive(url, StoreSettings(**said), now=NOW)


def keys(s3: Any, bucket: str) -> dict[str, Any]:
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    return {o["Key"]: s3.head_object(Bucket=bucket, Key=o["Key"], ChecksumMode="ENABLED") for o in listed}


def test_a_copy_is_the_store_and_comes_back(s3: Any, tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    done = copy(store, archive(), store.snapshots())
    assert (done.added, done.left_out) == (4, ())
    here = {f"aws/prod/{path}" for path in files(store.folder)} - {"aws/prod/lock"}
    there = keys(s3, "evidence-of-ours")
    assert set(there) == here
    assert all(said.get("ChecksumSHA256") for said in there.values())
    whole(archive())
    back = FolderStore(tmp_path / "back")
    copy(archive(), back, archive().snapshots())
    assert {**files(back.folder), "lock": b""} == files(store.folder)
    before = {key: said["LastModified"] for key, said in there.items()}
    assert copy(store, archive(), store.snapshots()).added == 0
    assert {key: said["LastModified"] for key, said in keys(s3, "evidence-of-ours").items()} == before
    keep(store, 6)
    assert copy(store, archive(), (name(6),)).added == 1
    whole(archive())


def test_one_snapshot_then_the_rest(s3: Any, tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    copy(store, archive("s3://evidence-of-ours"), (name(2),))
    assert archive("s3://evidence-of-ours").left_out() == {name(0), name(1), name(3)}
    whole(archive("s3://evidence-of-ours"))
    copy(store, archive("s3://evidence-of-ours"), store.snapshots())
    assert archive("s3://evidence-of-ours").left_out() == frozenset()
    whole(archive("s3://evidence-of-ours"))


def test_what_somebody_changed_there_is_found(s3: Any, tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    copy(store, archive(), store.snapshots())
    digest = next(e.digest for e in open_snapshot(store).entries.values() if e.digest)
    where = {"Bucket": "evidence-of-ours", "Key": f"aws/prod/objects/{digest[:2]}/{digest}"}
    s3.put_object(**where, Body=b"[]")
    with pytest.raises(EvidenceDamaged, match=f"{digest} is not what its name says"):
        copy(store, archive(), store.snapshots())
    s3.delete_object(**where)
    with pytest.raises(EvidenceDamaged, match="is not there"):
        archive().read(digest)
    s3.put_object(Bucket="evidence-of-ours", Key="aws/prod/chain/000004.json", Body=b"{}")
    with pytest.raises(UsageError, match="another history"):
        copy(store, archive(), store.snapshots())


def test_one_that_is_put_meanwhile_is_not_written_over(s3: Any, tmp_path: Path) -> None:
    target = archive()
    assert target.snapshots() == ()
    s3.put_object(Bucket="evidence-of-ours", Key=f"aws/prod/snapshots/{name(0)}.json", Body=b"theirs")
    target.write_snapshot(name(0), b"ours")
    assert target.read_snapshot(name(0)) == b"theirs"


def test_locks_and_keys_are_on_every_object(s3: Any, tmp_path: Path) -> None:
    store = chained(tmp_path / "store")
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    said = {"kms_key": key, "lock": "compliance", "lock_days": 30}
    copy(store, archive("s3://locked/a", **said), (name(0),))
    until = NOW + dt.timedelta(days=30)
    there = keys(s3, "locked")
    assert len(there) == 3 + 1 + 4 + 1
    for path, head in there.items():
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)
        if not path.endswith("left-out.json"):
            assert head["ObjectLockMode"] == "COMPLIANCE"
            assert abs(head["ObjectLockRetainUntilDate"] - until) < dt.timedelta(seconds=2)
    longer = said | {"lock_days": 900}
    copy(store, archive("s3://locked/a", **longer), store.snapshots())
    for path, head in keys(s3, "locked").items():
        if not path.endswith("left-out.json"):
            assert head["ObjectLockRetainUntilDate"] > NOW + dt.timedelta(days=899)
    copy(store, archive("s3://locked/a", **said), store.snapshots())
    head = s3.head_object(Bucket="locked", Key="a/chain/000001.json")
    assert head["ObjectLockRetainUntilDate"] > NOW + dt.timedelta(days=899), "never shorter"


def test_a_key_that_was_not_used_is_no_copy(s3: Any, tmp_path: Path) -> None:
    store = chained(tmp_path / "store", 1)
    copy(store, archive(), store.snapshots())
    with pytest.raises(OutputError, match="is not encrypted under"):
        copy(store, archive(kms_key="arn:aws:kms:us-east-1:111122223333:key/k"), store.snapshots())


def test_the_command_copies_to_where_the_configuration_says(s3: Any, run: Run) -> None:  # noqa: F811
    store = chained(Path("output/evidence"), 2)
    Path("srm-docs.toml").write_text(
        '[store]\ns3 = "s3://locked/x"\nregion = "us-east-1"\nlock = "governance"\nlock_days = 3\n'
    )
    said = json.loads(run("evidence", "export", "--all", "--json", "--quiet").out)
    assert said["snapshots"] == [name(0), name(1)]
    assert s3.head_object(Bucket="locked", Key="x/chain/000002.json")["ObjectLockMode"] == "GOVERNANCE"
    listed = json.loads(run("evidence", "list", "--at", "s3://locked/x", "--json").out)
    assert (listed["where"], [s["state"] for s in listed["snapshots"]]) == ("s3://locked/x", ["kept", "kept"])
    assert run("evidence", "export", "--all", "--at", "s3://locked/x", "--to", "back", "--quiet").code == 0
    assert {**files(Path("back"))} == files(store.folder)
    mistake(run("evidence", "export", "--to", "s3://no-such-bucket/x", "--quiet"), 4, "NoSuchBucket", "s3:ListBucket")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_refusal_names_what_was_refused_and_the_permission(
    method: str,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chained(Path("output/evidence"), 1)

    def refuse(heard: Heard, before: int) -> Say:
        if f" {method} " in heard.asked:
            return Say("<Error><Code>AccessDenied</Code><Message>\u202enot you</Message></Error>", 403)
        return Say("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")

    with scripted.serve(refuse) as server:
        for key, value in (KEYS | {"AWS_ENDPOINT_URL": server.url}).items():
            monkeypatch.setenv(key, value)
        code, what = (4, "ListObjectsV2") if method == "GET" else (2, "PutObject")
        mistake(run("evidence", "export", "--to", URL, "--quiet"), code, f"S3 refused {what}", "AccessDenied",
                "<U+202E>not you", "s3:PutObject", "s3://evidence-of-ours/aws/prod")  # fmt: skip
    mistake(run("evidence", "export", "--to", URL, "--quiet"), 4, "could not be asked", "AWS_ENDPOINT_URL")
    for key in KEYS:
        monkeypatch.delenv(key)
    mistake(run("evidence", "export", "--to", URL, "--quiet"), 4, "no AWS credentials")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    mistake(run("evidence", "export", "--to", URL, "--quiet"), 4, "nobody")


def tried(url: str, **said: Any) -> dict[str, str]:
    found = place.tried(StoreSettings(place=url, **said), now=NOW)
    return {one.asked: one.fault.message if one.fault else "allowed" for one in found}


@pytest.mark.parametrize("bucket", ["evidence-of-ours", "locked"])
def test_trying_a_place_out_leaves_nothing_behind(bucket: str, s3: Any) -> None:
    said = tried(f"s3://{bucket}/aws/prod", kms_key="alias/ours", lock="governance", lock_days=9)
    assert said == {"list": "allowed", "read": "allowed", "write": "allowed"}
    versions = s3.list_object_versions(Bucket=bucket)
    assert not versions.get("Versions")
    assert not versions.get("DeleteMarkers")
    assert tried("") == {}
    assert set(tried("s3://there-is-no-such-bucket/x").values()).isdisjoint({"allowed"})


@pytest.mark.parametrize("refused", ["list", "read", "write"])
def test_each_refusal_of_a_place_is_told(refused: str, s3: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def refuse(heard: Heard, before: int) -> Say:
        listing = "list-type" in heard.asked
        asked = "write" if " PUT " in heard.asked else "list" if listing else "read"
        if asked == refused:
            return Say("<Error><Code>AccessDenied</Code><Message>\u202enot you</Message></Error>", 403)
        if asked == "list":
            return Say("<ListBucketResult></ListBucketResult>")
        return Say("<Error><Code>NoSuchKey</Code></Error>", 404)

    with scripted.serve(refuse) as other:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", other.url)
        said = tried(URL)
        assert [asked for asked, words in said.items() if words != "allowed"] == [refused]
        assert "S3 refused" in said[refused]
        report = doctor.Report(place=URL, place_tried=place.tried(StoreSettings(place=URL), now=NOW))
    assert report.exit_code == 4
    assert set(said) == {"list", "read", "write"}
    ((_, rows),) = doctor.entries(report)
    assert [word for _, word, _ in rows] == [f"{a}: {'refused' if a == refused else 'allowed'}" for a in said]
    assert doctor.to_data(report)["place"]["tried"][refused] == "refused"
    assert doctor.to_data(report)["place"]["left"] == []
    assert doctor.verdict(report).startswith(
        f"Where evidence lives, {refused} was refused. Object Lock, the KMS key and "
    )
    assert doctor.verdict(replace(report, fault=("No.", ""))).startswith(
        f"Where evidence lives, {refused} was refused. "
    )


class Careless:
    """Something like S3 that writes whatever the condition. `lock`: it locks by itself; `deny`: what it refuses."""

    def __init__(self, *, lock: bool = False, deny: tuple[str, ...] = (), breaks: bool = False) -> None:
        self.there, self.lock, self.deny, self.breaks = False, lock, deny, breaks

    def __call__(self, heard: Heard, before: int) -> Say:
        method = heard.asked.split()[1]
        if method in self.deny:
            return Say("<Error><Code>AccessDenied</Code><Message>not you</Message></Error>", 403)
        if "list-type" in heard.asked:
            return Say("<ListBucketResult></ListBucketResult>")
        if method == "PUT":
            self.there = True
            return Say("<Error><Code>InternalError</Code></Error>", 500) if self.breaks else Say()
        if method == "DELETE":
            self.there = False
            return Say(status=204)
        if not self.there:
            return Say("<Error><Code>NoSuchKey</Code></Error>" if method == "GET" else "", 404)
        until = f"{NOW + dt.timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}"
        locked = {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": until}
        return Say(headers=locked if self.lock else {})


KMS = "arn:aws:kms:us-east-1:111122223333:key/k"


@pytest.mark.parametrize(
    ("careless", "kms_key", "refused", "stays"),
    [
        (Careless(), "", [], ""),
        (Careless(), KMS, ["write"], ""),
        (Careless(lock=True), "", [], f"and is no evidence: it is locked until {NOW + dt.timedelta(days=9):%Y-%m-%d}."),
        (Careless(lock=True), KMS, ["write"], "it is locked until"),
        (Careless(deny=("DELETE",)), "", ["remove"], "S3 refused DeleteObject on s3://evidence-of-ours/aws/prod/doctor"),
        (Careless(deny=("DELETE",)), KMS, ["write", "remove"], "S3 refused DeleteObject"),
        (Careless(deny=("HEAD",)), "", ["remove"], "S3 does not let us look"),
        (Careless(breaks=True), "", ["write"], ""),
        (Careless(breaks=True, lock=True), "", ["write"], "it is locked until"),
        (Careless(deny=("PUT", "HEAD")), "", ["write"], ""),
    ],
)  # fmt: skip
def test_what_trying_a_careless_place_out_leaves_is_removed_or_told(
    careless: Careless,
    kms_key: str,
    refused: list[str],
    stays: str,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore waits before it asks again
    careless.there = False
    with scripted.serve(careless) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        report = doctor.Report(place=URL, place_tried=place.tried(StoreSettings(place=URL, kms_key=kms_key), now=NOW))
    assert [one.asked for one in report.place_tried if one.fault] == refused
    assert careless.there is bool(stays)
    ((_, rows),) = doctor.entries(report)
    (said,) = [sentence for _, word, sentence in rows if word == "left behind"] or [""]
    assert stays in said
    if stays:
        assert f"{URL}/doctor/nothing" in said
        assert not any("nothing was left" in sentence for _, word, sentence in rows if word == "write: allowed")
    assert doctor.to_data(report)["place"]["left"] == ([said] if stays else [])
    assert ("removing were not tried" in doctor.verdict(report)) is ("remove" not in refused)


def test_a_stop_while_a_place_is_tried_out_leaves_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bucket, "must_be_encrypted", stopped)
    careless = Careless()
    with scripted.serve(careless) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        with pytest.raises(KeyboardInterrupt):
            tried(URL, kms_key=KMS)
        assert server.count("s3 PUT") == 1
    assert not careless.there
