"""What `[store]` in srm-docs.toml says: where evidence lives and is copied to, its locks, what `gc` may remove."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """How the store is kept and copied.

    place      `s3://bucket/prefix` to work in, "": a folder in the output folder
    s3         `s3://bucket/prefix` of the copy          region, profile  how S3 is entered
    kms_key    encrypt under this KMS key, else by S3    lock, lock_days  Object Lock's mode, and for how many days
    keep_days  `gc` removes what is older, None: nothing                  keep_last  but never one of the newest
    """

    place: str = ""
    s3: str = ""
    region: str = ""
    profile: str = ""
    kms_key: str = ""
    lock: str = ""
    lock_days: int = 0
    keep_days: int | None = None
    keep_last: int = 1
