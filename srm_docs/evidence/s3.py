"""A copy of the store on S3: the same layout under `s3://bucket/prefix`, each object put once, with its checksum.

What is read back is hashed here and compared, whatever S3 says of it. Where `[store]` asks for encryption under a key
or for Object Lock, an object that S3 does not say it of is an error and no copy. Locks are made longer, never shorter.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import boto3
import botocore.config
import botocore.exceptions as be

import srm_docs
from srm_docs.errors import CannotBegin, EvidenceDamaged, OutputError, SrmDocsError, UsageError
from srm_docs.evidence.bodies import LEFT_OUT, MEND_BODY, SNAPSHOT_ID, left_out_from_bytes, left_out_to_bytes
from srm_docs.evidence.settings import StoreSettings

_URL: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w!.*'()/-]*))?")
_OBJECT: Final = re.compile(r"objects/[0-9a-f]{2}/([0-9a-f]{64})")
_SNAPSHOT: Final = re.compile(rf"snapshots/({SNAPSHOT_ID.pattern})\.json")
_LINK: Final = re.compile(r"chain/(\d{6,})\.json")
_TAKEN: Final = ("PreconditionFailed", "ConditionalRequestConflict")
_GONE: Final = ("NoSuchKey", "404")
_TOLERANCE: Final = dt.timedelta(days=1)
"""A lock that is a day shorter than asked is long enough: else each copy would lock every object anew."""
_MEND: Final = (
    "Allow s3:ListBucket on the bucket and s3:PutObject and s3:GetObject below the prefix; for Object Lock "
    "s3:PutObjectRetention and s3:GetObjectRetention too, for KMS kms:GenerateDataKey and kms:Decrypt on the key."
)


class S3Archive:
    """An archive on S3. CannotBegin where S3 cannot be asked or read, OutputError where it refuses a write."""

    def __init__(self, url: str, settings: StoreSettings, *, now: dt.datetime, protect: bool = True) -> None:
        """Nothing is asked yet. `protect`: hold what is read to what `[store]` asks of encryption and locks."""
        found = _URL.fullmatch(url.rstrip("/"))
        if found is None:
            raise UsageError(f"{url!r} is no place on S3.", hint="It should look like s3://bucket/prefix.")
        self._bucket, prefix = found[1], found[2] or ""
        self._prefix = f"{prefix}/" if prefix else ""
        self.where = f"s3://{self._bucket}/{prefix}".rstrip("/")
        self._settings, self._protect = settings, protect
        self._until = now + dt.timedelta(days=settings.lock_days)
        self._client_made: Any = None
        self._listed: set[str] | None = None

    def read(self, digest: str) -> bytes:
        """The body, compared with its name."""
        body = self._get(_object(digest))
        if hashlib.sha256(body).hexdigest() != digest:
            raise EvidenceDamaged(
                f"The object {self._said(_object(digest))} is not what its name says: it was changed.", hint=MEND_BODY
            )
        return body

    def write(self, body: bytes) -> str:
        """Put it where it is not there yet."""
        digest = hashlib.sha256(body).hexdigest()
        if _object(digest) not in self._keys():
            self._put(_object(digest), body)
        return digest

    def snapshots(self) -> tuple[str, ...]:
        """Read off the keys."""
        return tuple(sorted(found[1] for key in self._keys() if (found := _SNAPSHOT.fullmatch(key))))

    def unfinished(self) -> tuple[str, ...]:
        """A copy has none."""
        return ()

    def read_snapshot(self, snapshot: str) -> bytes:
        """The object's bytes."""
        return self._get(f"snapshots/{snapshot}.json")

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Put it; S3 refuses to write over one that is there."""
        self._put(f"snapshots/{snapshot}.json", body)

    def links(self) -> tuple[int, ...]:
        """Read off the keys."""
        return tuple(sorted(int(found[1]) for key in self._keys() if (found := _LINK.fullmatch(key))))

    def read_link(self, number: int) -> bytes:
        """The object's bytes."""
        return self._get(f"chain/{number:06}.json")

    def write_link(self, number: int, body: bytes) -> None:
        """Put it; S3 refuses to write over one that is there."""
        self._put(f"chain/{number:06}.json", body)

    def left_out(self) -> frozenset[str]:
        """What the object `left-out.json` names."""
        there = LEFT_OUT in self._keys()
        return left_out_from_bytes(self._get(LEFT_OUT), self._said(LEFT_OUT)) if there else frozenset()

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """The one object that is written over: it says what is still to come."""
        if snapshots != self.left_out():
            self._put(LEFT_OUT, left_out_to_bytes(snapshots))

    def _said(self, path: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{path}"

    def _client(self) -> Any:
        if self._client_made is None:
            chosen = self._settings
            config = botocore.config.Config(
                retries={"mode": "standard", "total_max_attempts": 5},
                user_agent_extra=f"srm-docs/{srm_docs.__version__}",
            )
            with self._asking("", CannotBegin):
                session = boto3.session.Session(profile_name=chosen.profile or None, region_name=chosen.region or None)
                self._client_made = session.client("s3", config=config)
        return self._client_made

    def _keys(self) -> set[str]:
        if self._listed is None:
            client = self._client()
            with self._asking("", CannotBegin):
                pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
                keys = {item["Key"] for page in pages for item in page.get("Contents", ())}
            self._listed = {key.removeprefix(self._prefix) for key in keys}
        return self._listed

    def _put(self, path: str, body: bytes) -> None:
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        wanted: dict[str, Any] = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
        if self._settings.kms_key:
            wanted |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._settings.kms_key}
        if path != LEFT_OUT:
            wanted["IfNoneMatch"] = "*"
            if self._settings.lock:
                wanted["ObjectLockMode"] = self._settings.lock.upper()
                wanted["ObjectLockRetainUntilDate"] = self._until
        keys, client = self._keys(), self._client()
        with self._asking(path, OutputError):
            try:
                client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=body, **wanted)
            except be.ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _TAKEN:
                    raise
                # somebody put it meanwhile: reading the copy back tells whether it is the same
        keys.add(path)

    def _get(self, path: str) -> bytes:
        client = self._client()
        with self._asking(path, CannotBegin):
            try:
                said = client.get_object(Bucket=self._bucket, Key=self._prefix + path)
            except be.ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _GONE:
                    raise
                raise EvidenceDamaged(f"The object {self._said(path)} is not there.", hint=MEND_BODY) from error
            body = bytes(said["Body"].read())
        if self._protect and path != LEFT_OUT:
            self._hold(path, said)
        return body

    def _hold(self, path: str, said: dict[str, Any]) -> None:
        """Compare what S3 says of an object with what was asked for; make its lock longer where it is too short."""
        key = self._settings.kms_key
        used = str(said.get("SSEKMSKeyId", ""))
        if key and (said.get("ServerSideEncryption") != "aws:kms" or (key.startswith("arn:") and used != key)):
            raise OutputError(
                f"The object {self._said(path)} is not encrypted under {key}, but "
                f"{f'under {used}' if used else 'by S3'}.",
                hint="Export to an empty prefix, or mend `kms_key` in [store].",
            )
        if self._settings.lock and not self._locked(said):
            where, client = {"Bucket": self._bucket, "Key": self._prefix + path}, self._client()
            retention = {"Mode": self._settings.lock.upper(), "RetainUntilDate": self._until}
            with self._asking(path, OutputError):
                client.put_object_retention(**where, Retention=retention)
                again = client.head_object(**where)
            if not self._locked(again):
                raise OutputError(
                    f"The object {self._said(path)} is not locked until {self._until:%Y-%m-%d}, or S3 does not say so.",
                    hint=f"The bucket needs Object Lock and versioning. {_MEND}",
                )

    def _locked(self, said: dict[str, Any]) -> bool:
        until, mode = said.get("ObjectLockRetainUntilDate"), said.get("ObjectLockMode", "")
        # a compliance lock is the harder one: it satisfies who asked for governance
        hard = mode == self._settings.lock.upper() or mode == "COMPLIANCE"
        return hard and isinstance(until, dt.datetime) and until >= self._until - _TOLERANCE

    @contextmanager
    def _asking(self, path: str, kind: type[SrmDocsError]) -> Iterator[None]:
        what = self._said(path)
        try:
            yield
        except be.ClientError as error:
            said = error.response.get("Error", {})
            raise kind(
                f"S3 refused {error.operation_name} on {what}: {said.get('Code', '')}: {said.get('Message', '')}",
                hint=_MEND,
            ) from error
        except (be.NoCredentialsError, be.PartialCredentialsError, be.ProfileNotFound, be.TokenRetrievalError) as error:
            raise CannotBegin(
                f"There are no AWS credentials for {what}: {error}", hint="Sign in, or mend `profile` in [store]."
            ) from error
        except (be.BotoCoreError, be.HTTPClientError, OSError) as error:
            raise CannotBegin(
                f"S3 could not be asked for {what}: {error}",
                hint="Check the network, `region` in [store] and AWS_ENDPOINT_URL, and repeat.",
            ) from error


def _object(digest: str) -> str:
    path = f"objects/{digest[:2]}/{digest}"
    if not _OBJECT.fullmatch(path):
        raise EvidenceDamaged(f"{digest[:80]!r} is no SHA-256 digest.", hint=MEND_BODY)
    return path
