"""What is asked of Amazon S3: the buckets and how each is set, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call
from srm_docs.checks.place import Scope

BUCKETS = Call(
    service="s3",
    operation="ListBuckets",
    noun="bucket",
    nouns="buckets",
    rows="Buckets",
    name="Name",
    scope=Scope.ACCOUNT,
    # AWS tells the region of a bucket only where the question has a parameter.
    params={"MaxBuckets": 1000},
)


def of_bucket(operation: str, noun: str, nouns: str, *absent: str) -> Call:
    """One question a bucket. The whole reply is the row, so that an absent setting is a row too."""
    return Call(
        service="s3",
        operation=operation,
        noun=noun,
        nouns=nouns,
        scope=Scope.ACCOUNT,
        per=BUCKETS,
        bind={"Bucket": "Name"},
        absent=absent,
    )


BUCKET_ENCRYPTION = of_bucket(
    "GetBucketEncryption",
    "bucket's default encryption",
    "buckets' default encryption",
    "ServerSideEncryptionConfigurationNotFoundError",
)
BUCKET_BLOCK = of_bucket(
    "GetPublicAccessBlock",
    "bucket's public access block",
    "buckets' public access blocks",
    "NoSuchPublicAccessBlockConfiguration",
)
BUCKET_POLICY = of_bucket("GetBucketPolicy", "bucket policy", "bucket policies", "NoSuchBucketPolicy")
BUCKET_POLICY_STATUS = of_bucket(
    "GetBucketPolicyStatus",
    "bucket policy's public status",
    "bucket policies' public status",
    "NoSuchBucketPolicy",
)
BUCKET_ACL = of_bucket("GetBucketAcl", "bucket's access control list", "buckets' access control lists")
BUCKET_VERSIONING = of_bucket("GetBucketVersioning", "bucket's versioning", "buckets' versioning")
BUCKET_TAGS = of_bucket("GetBucketTagging", "bucket's tags", "buckets' tags", "NoSuchTagSet")
BUCKET_LOGGING = of_bucket("GetBucketLogging", "bucket's access logging", "buckets' access logging")
