"""The way to a bucket: paths below a prefix in, objects out; every refusal by S3 is one sentence with its mend.

Each object goes up with its SHA-256 as checksum, and only where none is there, or in place of the one that was seen.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final

import boto3
import botocore.config
import botocore.exceptions as be

import srm_docs
from srm_docs.errors import CannotBegin, EvidenceDamaged, OutputError, SrmDocsError, UsageError
from srm_docs.evidence.bodies import MEND_BODY
from srm_docs.evidence.settings import StoreSettings

_URL: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w!.*'()/-]*))?")
_TAKEN: Final = ("PreconditionFailed", "412")
_BUSY: Final = "ConditionalRequestConflict"
_GONE: Final = ("NoSuchKey", "404")
_BROKEN: Final = 500
"""The first status that tells of the server and not of the request."""
_AT_ONCE: Final = 1000
"""As many objects as one DeleteObjects may name."""
_TRIES: Final = 3
_NOTHING: Final = "doctor/nothing"
"""An object that is never there."""
MEND: Final = (
    "Allow s3:ListBucket on the bucket and s3:PutObject and s3:GetObject below the prefix; for Object Lock "
    "s3:PutObjectRetention and s3:GetObjectRetention too, for KMS kms:GenerateDataKey and kms:Decrypt on the key; "
    "for a store to work in s3:DeleteObject and s3:DeleteObjectVersion."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An object as it was read. `age` is since it was written, in seconds, by S3's own clock."""

    body: bytes
    tag: str
    version: str
    age: float
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """A kind of request that was tried out: why it was refused, and what it left behind, in a sentence."""

    asked: str
    fault: SrmDocsError | None
    left: str = ""


class Bucket:
    """A prefix in a bucket. CannotBegin where S3 cannot be asked or read, OutputError where it refuses a write."""

    def __init__(self, url: str, settings: StoreSettings, *, now: dt.datetime, mend: str = "") -> None:
        """Nothing is asked yet. `mend` is added to the advice where S3 could not be asked."""
        found = _URL.fullmatch(url.rstrip("/"))
        if found is None:
            raise UsageError(f"{url!r} is no place on S3.", hint="It should look like s3://bucket/prefix.")
        self._bucket, prefix = found[1], found[2] or ""
        self._prefix = f"{prefix}/" if prefix else ""
        self.where = f"s3://{self._bucket}/{prefix}".rstrip("/")
        self.settings = settings
        self.until = now + dt.timedelta(days=settings.lock_days)
        self.mend = mend
        self._client_made: Any = None
        self._drops_versions = True

    def said(self, path: str) -> str:
        """The object's name, for messages."""
        return f"s3://{self._bucket}/{self._prefix}{path}"

    def listed(self) -> dict[str, int]:
        """The size of every object, by path."""
        client = self._client()
        with self._asking("", CannotBegin):
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            return {
                item["Key"].removeprefix(self._prefix): int(item["Size"])
                for page in pages
                for item in page.get("Contents", ())
            }

    def try_out(self) -> Iterator[Tried]:
        """What S3 says to each kind of request that a store makes, as far as that leaves nothing behind.

        The object that is read is not there, and the one that is put may only replace another, which is not there
        either: S3 looks at what is allowed before it looks for either. What is like S3 and knows no conditions writes
        the object; it is removed, and "remove" is told too where that is refused.
        """
        for asked, ask in (("list", self._list_one), ("read", self._read_none)):
            try:
                ask()
            except SrmDocsError as fault:
                yield Tried(asked, fault)
            else:
                yield Tried(asked, None)
        yield from self._write_none()

    def _list_one(self) -> None:
        client = self._client()
        with self._asking("", CannotBegin):
            client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def _read_none(self) -> None:
        self.look(_NOTHING)

    def _write_none(self) -> tuple[Tried, ...]:
        fault: SrmDocsError | None = None
        refused, left, stands = None, "", True
        try:
            stands = self.put(_NOTHING, b"", locked=False, over='"nothing"') is not None
        except SrmDocsError as said:
            fault, stands = said, _may_have_written(said)
        finally:  # also where we are stopped meanwhile
            if stands:
                refused, left = self._write_undone()
        write = Tried("write", fault, left)
        return (write, Tried("remove", refused)) if refused else (write,)

    def _write_undone(self) -> tuple[SrmDocsError | None, str]:
        """Remove what trying to write may have left: why that was refused, and what stays, as far as can be seen."""
        name, refused = self.said(_NOTHING), None
        try:
            self.erase(_NOTHING)
        except SrmDocsError as fault:
            refused = fault
        try:
            said = self.head(_NOTHING)
        except SrmDocsError as fault:
            why = fault.message.removesuffix(".")
            return refused or fault, f"An empty object may stay at {name}, and S3 does not let us look: {why}."
        if said is None:
            return refused, ""
        until = _locked_until(said)
        why = f"it is locked until {until:%Y-%m-%d}" if until else "it is still there after it was removed"
        why = refused.message.removesuffix(".") if refused else why
        return refused, f"An empty object stays at {name}, and is no evidence: {why}."

    def put(self, path: str, body: bytes, *, locked: bool, over: str | None = "") -> Mapping[str, Any] | None:
        """Put an object where none is, or `over` the one with this tag (None: whatever is there).

        None where another stands there. OutputError where S3 does not say that it is encrypted as asked.
        """
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        wanted: dict[str, Any] = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
        key = self.settings.kms_key
        if key:
            wanted |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        if locked and self.settings.lock:
            wanted |= {"ObjectLockMode": self.settings.lock.upper(), "ObjectLockRetainUntilDate": self.until}
        if over is not None:
            wanted |= {"IfMatch": over} if over else {"IfNoneMatch": "*"}
        client = self._client()
        for attempt in range(1, _TRIES + 1):
            with self._asking(path, OutputError):
                try:
                    said: Mapping[str, Any] = client.put_object(**self._named(path), Body=body, **wanted)
                except be.ClientError as error:
                    code = _code(error)
                    if code in _TAKEN or (over and code in _GONE):
                        return None
                    if code != _BUSY:
                        raise
                    time.sleep(attempt / 10)  # somebody is putting the same: it is decided in a moment
                    continue
            if key:
                self.must_be_encrypted(path, said)
            return said
        if self.look(path) is None:  # busy to the end, and nobody's object came of it
            raise OutputError(
                f"S3 was busy with {self.said(path)}, and nothing stands there.", hint="Wait a little and repeat."
            )
        return None

    def look(self, path: str) -> Seen | None:
        """An object and what S3 says of it; None where it is not there."""
        client = self._client()
        for attempt in range(1, _TRIES + 1):
            with self._asking(path, CannotBegin):
                try:
                    said = client.get_object(**self._named(path))
                except be.ClientError as error:
                    if _code(error) in _GONE:
                        return None
                    raise
                try:
                    body = bytes(said["Body"].read())
                except (be.BotoCoreError, be.HTTPClientError, OSError):
                    if attempt == _TRIES:  # botocore repeats a request, but not the reading of its reply
                        raise
                    continue
            version = str(said.get("VersionId", ""))
            return Seen(body=body, tag=said.get("ETag", ""), version=version, age=_age(said), said=said)
        return None

    def get(self, path: str) -> Seen:
        """An object that should be there. EvidenceDamaged where it is not."""
        found = self.look(path)
        if found is None:
            raise EvidenceDamaged(f"The object {self.said(path)} is not there.", hint=MEND_BODY)
        return found

    def head(self, path: str) -> Mapping[str, Any] | None:
        """What S3 says of an object without sending it; None where it is not there."""
        client = self._client()
        with self._asking(path, CannotBegin):
            try:
                said: Mapping[str, Any] = client.head_object(**self._named(path))
            except be.ClientError as error:
                if _code(error) in _GONE:
                    return None
                raise
        return said

    def must_be_encrypted(self, path: str, said: Mapping[str, Any]) -> None:
        """OutputError unless S3 says that the object is encrypted under the key of [store]."""
        key, used = self.settings.kms_key, str(said.get("SSEKMSKeyId", ""))
        if said.get("ServerSideEncryption") != "aws:kms" or (":key/" in key and used and used != key):
            raise OutputError(
                f"The object {self.said(path)} is not encrypted under {key}, but "
                f"{f'under {used}' if used else 'by S3'}.",
                hint="Name an empty prefix, or mend `kms_key` in [store].",
            )

    def hold(self, path: str, said: Mapping[str, Any], tolerance: dt.timedelta) -> None:
        """Make an object's lock longer where it is too short. OutputError where it is not locked then."""
        if not self.settings.lock or self._locked(said, tolerance):
            return
        client = self._client()
        retention = {"Mode": self.settings.lock.upper(), "RetainUntilDate": self.until}
        with self._asking(path, OutputError):
            client.put_object_retention(**self._named(path), Retention=retention)
        if not self._locked(self.head(path) or {}, tolerance):
            raise OutputError(
                f"The object {self.said(path)} is not locked until {self.until:%Y-%m-%d}, or S3 does not say so.",
                hint=f"The bucket needs Object Lock and versioning. {MEND}",
            )

    def locked_until(self, path: str) -> str:
        """The day until which an object cannot be removed, or ""."""
        said = self.head(path)
        until = _locked_until(said) if said else None
        return f"{until:%Y-%m-%d}" if until else ""

    def erase(self, path: str) -> int:
        """Remove an object and not only its name, and tell its size; 0 where it is not there or is locked."""
        size, client = 0, self._client()
        while said := self.head(path):
            if _locked_until(said):
                return 0
            version = str(said.get("VersionId", ""))
            with self._asking(path, OutputError):
                client.delete_object(**self._named(path), **({"VersionId": version} if version else {}))
            size = max(size, int(said.get("ContentLength", 0)))
            if not version:
                break
        return size

    def drop(self, path: str, version: str) -> None:
        """Remove a version that another has replaced. One that S3 keeps is only out of sight, and does no harm."""
        if not version or not self._drops_versions:
            return
        try:
            self._client().delete_object(**self._named(path), VersionId=version)
        except (be.ClientError, be.BotoCoreError, be.HTTPClientError, OSError):
            self._drops_versions = False

    def clear(self, versions: Mapping[str, str]) -> None:
        """Remove objects that are no evidence: these versions of them, and where S3 keeps those, their names."""
        client, todo = self._client(), iter(sorted(versions.items()))
        while some := list(islice(todo, _AT_ONCE)):
            kept = self._delete(client, [{"Key": self._prefix + p} | ({"VersionId": v} if v else {}) for p, v in some])
            if kept and (refused := self._delete(client, [{"Key": key} for key in kept])):
                code = next(iter(refused.values()))
                raise OutputError(f"S3 refused DeleteObjects on {self.where}: {code}", hint=MEND)

    def _delete(self, client: Any, keys: list[dict[str, str]]) -> dict[str, str]:
        """Those that were refused, each with the code."""
        with self._asking("", OutputError):
            said = client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})
        return {item["Key"]: item.get("Code", "") for item in said.get("Errors", ())}

    def _locked(self, said: Mapping[str, Any], tolerance: dt.timedelta) -> bool:
        until, mode = said.get("ObjectLockRetainUntilDate"), said.get("ObjectLockMode", "")
        # a compliance lock is the harder one: it satisfies who asked for governance
        hard = mode == self.settings.lock.upper() or mode == "COMPLIANCE"
        return hard and isinstance(until, dt.datetime) and until >= self.until - tolerance

    def _named(self, path: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + path}

    def _client(self) -> Any:
        if self._client_made is None:
            chosen = self.settings
            config = botocore.config.Config(
                connect_timeout=10,
                max_pool_connections=64,
                retries={"mode": "standard", "total_max_attempts": 5},
                user_agent_extra=f"srm-docs/{srm_docs.__version__}",
            )
            with self._asking("", CannotBegin):
                session = boto3.session.Session(profile_name=chosen.profile or None, region_name=chosen.region or None)
                self._client_made = session.client("s3", config=config)
        return self._client_made

    @contextmanager
    def _asking(self, path: str, kind: type[SrmDocsError]) -> Iterator[None]:
        what = self.said(path)
        try:
            yield
        except be.ClientError as error:
            said = error.response.get("Error", {})
            raise kind(
                f"S3 refused {error.operation_name} on {what}: {said.get('Code', '')}: {said.get('Message', '')}",
                hint=f"{MEND}{self.mend}",
            ) from error
        except (be.NoCredentialsError, be.PartialCredentialsError, be.ProfileNotFound, be.TokenRetrievalError) as error:
            raise CannotBegin(
                f"There are no AWS credentials for {what}: {error}",
                hint=f"Sign in, or mend `profile` in [store].{self.mend}",
            ) from error
        except (be.BotoCoreError, be.HTTPClientError, OSError) as error:
            raise CannotBegin(
                f"S3 could not be asked for {what}: {error}",
                hint=f"Check the network, `region` in [store] and AWS_ENDPOINT_URL, and repeat.{self.mend}",
            ) from error


def _code(error: be.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _may_have_written(fault: SrmDocsError) -> bool:
    """Whether an object may stand there although putting it failed: S3 wrote it, or broke off before it said so."""
    cause = fault.__cause__
    if isinstance(cause, be.ClientError):
        return bool(cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _BROKEN)
    return cause is None or isinstance(cause, be.HTTPClientError)


def _locked_until(said: Mapping[str, Any]) -> dt.datetime | None:
    until = said.get("ObjectLockRetainUntilDate")
    return until if isinstance(until, dt.datetime) and until > _date(said) else None


def _age(said: Mapping[str, Any]) -> float:
    written = said.get("LastModified")
    return (_date(said) - written).total_seconds() if isinstance(written, dt.datetime) else 0.0


def _date(said: Mapping[str, Any]) -> dt.datetime:
    """When S3 says that it answered; our own time where it does not say."""
    headers = said.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    with contextlib.suppress(TypeError, ValueError):
        found = parsedate_to_datetime(headers.get("date", ""))
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return dt.datetime.now(dt.UTC)
