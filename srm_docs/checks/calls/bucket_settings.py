"""What is asked of each bucket about keeping, copying and owning its objects, as calls."""

from __future__ import annotations

from srm_docs.checks.calls.s3 import of_bucket

BUCKET_LIFECYCLE = of_bucket(
    "GetBucketLifecycleConfiguration",
    "bucket's lifecycle rules",
    "buckets' lifecycle rules",
    "NoSuchLifecycleConfiguration",
)
BUCKET_LOCK = of_bucket(
    "GetObjectLockConfiguration",
    "bucket's object lock",
    "buckets' object lock",
    "ObjectLockConfigurationNotFoundError",
)
BUCKET_REPLICATION = of_bucket(
    "GetBucketReplication",
    "bucket's replication",
    "buckets' replication",
    "ReplicationConfigurationNotFoundError",
)
BUCKET_OWNERSHIP = of_bucket(
    "GetBucketOwnershipControls",
    "bucket's object ownership",
    "buckets' object ownership",
    "OwnershipControlsNotFoundError",
)
BUCKET_NOTIFICATIONS = of_bucket(
    "GetBucketNotificationConfiguration", "bucket's event notifications", "buckets' event notifications"
)
