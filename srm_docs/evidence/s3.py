"""A copy of the store on S3: the same layout under `s3://bucket/prefix`, each object put once, with its checksum.

What is read back is hashed here and compared, whatever S3 says of it. Where `[store]` asks for encryption under a key
or for Object Lock, an object that S3 does not say it of is an error and no copy. Locks are made longer, never shorter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Final

from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence.bodies import LEFT_OUT, MEND_BODY, SNAPSHOT_ID, left_out_from_bytes, left_out_to_bytes
from srm_docs.evidence.s3_bucket import Bucket
from srm_docs.evidence.settings import StoreSettings

_OBJECT: Final = re.compile(r"objects/[0-9a-f]{2}/([0-9a-f]{64})")
_SNAPSHOT: Final = re.compile(rf"snapshots/({SNAPSHOT_ID.pattern})\.json")
_LINK: Final = re.compile(r"chain/(\d{6,})\.json")
TOLERANCE: Final = dt.timedelta(days=1)
"""A lock that is a day shorter than asked is long enough: else each copy would lock every object anew."""


class S3Archive:
    """An archive on S3. CannotBegin where S3 cannot be asked or read, OutputError where it refuses a write."""

    def __init__(self, url: str, settings: StoreSettings, *, now: dt.datetime, protect: bool = True) -> None:
        """Nothing is asked yet. `protect`: hold what is read to what `[store]` asks of encryption and locks."""
        self.bucket = Bucket(url, settings, now=now)
        self._protect = protect
        self._listed: dict[str, int] | None = None

    @property
    def where(self) -> str:
        """`s3://bucket/prefix`."""
        return self.bucket.where

    def read(self, digest: str) -> bytes:
        """The body, compared with its name."""
        path = object_path(digest)
        body = self._get(path)
        if hashlib.sha256(body).hexdigest() != digest:
            raise EvidenceDamaged(
                f"The object {self.bucket.said(path)} is not what its name says: it was changed.", hint=MEND_BODY
            )
        return body

    def write(self, body: bytes) -> str:
        """Put it where it is not there yet."""
        digest = hashlib.sha256(body).hexdigest()
        if object_path(digest) not in self._keys():
            self._put(object_path(digest), body)
        return digest

    def snapshots(self) -> tuple[str, ...]:
        """Read off the keys."""
        return tuple(sorted(found[1] for key in self._keys() if (found := _SNAPSHOT.fullmatch(key))))

    def unfinished(self) -> tuple[str, ...]:
        """A copy has none."""
        return ()

    def read_snapshot(self, snapshot: str) -> bytes:
        """The object's bytes."""
        return self._get(snapshot_path(snapshot))

    def write_snapshot(self, snapshot: str, body: bytes) -> None:
        """Put it where none is there; reading the copy back tells whether one that is there is the same."""
        self._put(snapshot_path(snapshot), body)

    def links(self) -> tuple[int, ...]:
        """Read off the keys."""
        return tuple(sorted(int(found[1]) for key in self._keys() if (found := _LINK.fullmatch(key))))

    def read_link(self, number: int) -> bytes:
        """The object's bytes."""
        return self._get(link_path(number))

    def write_link(self, number: int, body: bytes) -> None:
        """As a snapshot's."""
        self._put(link_path(number), body)

    def left_out(self) -> frozenset[str]:
        """What the object `left-out.json` names."""
        there = LEFT_OUT in self._keys()
        return left_out_from_bytes(self._get(LEFT_OUT), self.bucket.said(LEFT_OUT)) if there else frozenset()

    def write_left_out(self, snapshots: frozenset[str]) -> None:
        """The one object of a copy that is written over: it says what is still to come."""
        if snapshots != self.left_out():
            self._put(LEFT_OUT, left_out_to_bytes(snapshots))

    def _keys(self) -> dict[str, int]:
        if self._listed is None:
            self._listed = self.bucket.listed()
        return self._listed

    def _put(self, path: str, body: bytes) -> bool:
        """Whether it was put: False where one is there already."""
        keys, evidence = self._keys(), path != LEFT_OUT
        said = self.bucket.put(path, body, locked=evidence, over="" if evidence else None)
        keys.setdefault(path, len(body))
        return said is not None

    def _get(self, path: str) -> bytes:
        found = self.bucket.get(path)
        if self._protect and path != LEFT_OUT:
            if self.bucket.settings.kms_key:
                self.bucket.must_be_encrypted(path, found.said)
            self.bucket.hold(path, found.said, TOLERANCE)
        return found.body


def object_path(digest: str) -> str:
    """Where a body lies. EvidenceDamaged for what is no digest."""
    path = f"objects/{digest[:2]}/{digest}"
    if not _OBJECT.fullmatch(path):
        raise EvidenceDamaged(f"{digest[:80]!r} is no SHA-256 digest.", hint=MEND_BODY)
    return path


def snapshot_path(snapshot: str) -> str:
    """Where a finished snapshot lies."""
    return f"snapshots/{snapshot}.json"


def link_path(number: int) -> str:
    """Where a link of the chain lies."""
    return f"chain/{number:06}.json"
