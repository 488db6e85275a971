"""Domain 7, data: how buckets keep, copy and own their objects, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from srm_docs.checks.calls.bucket_settings import (
    BUCKET_LIFECYCLE,
    BUCKET_LOCK,
    BUCKET_NOTIFICATIONS,
    BUCKET_OWNERSHIP,
    BUCKET_REPLICATION,
)
from srm_docs.checks.calls.s3 import BUCKET_ENCRYPTION, BUCKET_VERSIONING, BUCKETS
from srm_docs.checks.data import DATA, LOGS, NO_BUCKET
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, unknown, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = Sequence[Row]

_NOTIFIED = (
    "EventBridgeConfiguration",
    "LambdaFunctionConfigurations",
    "QueueConfigurations",
    "TopicConfigurations",
)


@check(DATA, each=BUCKET_ENCRYPTION, none=NO_BUCKET)
def buckets_encrypt_with_a_key_in_kms(bucket: Row) -> Observation:
    """Every bucket encrypts new objects with a key of KMS by default.

    With a key of S3, whoever may read the object needs no right to a key, and no use of one is on record.

    Remedy: Set SSE-KMS as the default encryption, with a bucket key to keep its cost down.

    Met:
      ServerSideEncryptionConfiguration:
        Rules: [{ApplyServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms:dsse"}}]
    Unmet:
      {ServerSideEncryptionConfiguration: {Rules: [{ApplyServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("No default encryption is set.")
    path = "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm"
    kind = bucket.at(path)
    return met(f"Encrypted with {kind}.") if kind.startswith("aws:kms") else unmet(f"Encrypted with {kind}.")


@check(DATA, each=BUCKET_LIFECYCLE, none=NO_BUCKET, severity="low")
def buckets_have_a_lifecycle(bucket: Row) -> Observation:
    """Every bucket has a rule that says when objects are moved or deleted.

    Data that nobody deletes is kept longer than was promised, and old versions grow without end.

    Remedy: Add a lifecycle rule that follows the retention schedule of the data.

    Met:   {Rules: [{Status: Disabled, ID: old}, {Status: Enabled, ID: seven-years}]}
    Unmet: {Rules: [{Status: Disabled, ID: old}]}
    Unmet: absent
    """
    rules = [] if bucket.absent else bucket["Rules"]
    on = [rule.get("ID", "without a name") for rule in rules if rule["Status"] == "Enabled"]
    return met(f"Rules in force: {quoted(on)}.") if on else unmet("No rule is in force.")


@check(DATA, each=BUCKET_LOCK, none=NO_BUCKET, severity="low")
def buckets_lock_their_objects(bucket: Row) -> Observation:
    """Every bucket can keep objects from being changed or deleted before their time (object lock).

    Neither ransomware nor an administrator can then destroy what must be kept.

    Remedy: Turn on object lock, with a default retention where records must be kept.

    Met:   {ObjectLockConfiguration: {ObjectLockEnabled: Enabled}}
    Unmet: {ObjectLockConfiguration: {}}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("Object lock is off.")
    about = bucket["ObjectLockConfiguration"]
    if about.get("ObjectLockEnabled") != "Enabled":
        return unmet("Object lock is off.")
    mode = about.get("Rule", {}).get("DefaultRetention", {}).get("Mode", "no default retention")
    return met(f"Object lock is on, with {mode}.")


@check(DATA, whole=(BUCKETS, BUCKET_REPLICATION), none=NO_BUCKET, severity="low")
def buckets_are_copied_to_another_region(buckets: Rows, settings: Rows) -> Iterator[Observation]:
    """Every bucket copies its new objects to a bucket in another region.

    What befalls a region then leaves a copy, and the copy can belong to another account.

    Remedy: Add a replication rule to a bucket in another region. Where a region is enough, accept the deviation.

    Met:
      s3:ListBuckets: [{Name: papers, BucketRegion: eu-west-1}, {Name: copy, BucketRegion: us-east-1}]
      s3:GetBucketReplication:
      - _parent: {Name: papers, BucketRegion: eu-west-1}
        ReplicationConfiguration: {Role: r, Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::copy"}}]}
    Unmet:
      s3:ListBuckets: [{Name: papers, BucketRegion: eu-west-1}, {Name: near, BucketRegion: eu-west-1}]
      s3:GetBucketReplication:
      - _parent: {Name: papers, BucketRegion: eu-west-1}
        ReplicationConfiguration: {Role: r, Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::near"}}]}
    Unmet:
      s3:ListBuckets: [{Name: papers, BucketRegion: eu-west-1}, {Name: copy, BucketRegion: us-east-1}]
      s3:GetBucketReplication:
      - _parent: {Name: papers, BucketRegion: eu-west-1}
        ReplicationConfiguration: {Role: r, Rules: [{Status: Disabled, Destination: {Bucket: "arn:aws:s3:::copy"}}]}
    Unmet:
      s3:ListBuckets: [{Name: papers, BucketRegion: eu-west-1}]
      s3:GetBucketReplication: [absent]
    Unknown:
      s3:ListBuckets: [{Name: papers, BucketRegion: eu-west-1}]
      s3:GetBucketReplication:
      - _parent: {Name: papers, BucketRegion: eu-west-1}
        ReplicationConfiguration: {Role: r, Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::theirs"}}]}
    """
    regions = {bucket["Name"]: bucket["BucketRegion"] for bucket in buckets}
    for setting in settings:
        if setting.absent:
            yield unmet("Nothing is copied.").about(setting)
            continue
        targets = [_target(r) for r in setting["ReplicationConfiguration"]["Rules"] if r["Status"] == "Enabled"]
        here = regions[_bucket(setting)]
        far = [target for target in targets if regions.get(target, here) != here]
        if far:
            yield met(f"Copied to {', '.join(far)}.").about(setting)
        elif regions.keys() >= set(targets):
            yield unmet("Nothing is copied to another region.").about(setting)
        else:
            yield unknown("The region of another account's bucket is not told.").about(setting)


def _target(rule: Any) -> str:
    return str(rule["Destination"]["Bucket"]).rpartition(":")[2]


def _bucket(setting: Row) -> str:
    return str(setting.parent["Name"]) if setting.parent else ""


@check(DATA, each=BUCKET_VERSIONING, none=NO_BUCKET, severity="low")
def buckets_ask_for_mfa_to_delete(bucket: Row) -> Observation:
    """Every bucket asks for a second factor before a version of an object is deleted for good.

    Stolen keys alone then cannot destroy what versioning keeps.

    Remedy: Turn on MFA delete as the root user, or lock the objects instead.

    Met:   {Status: Enabled, MFADelete: Enabled}
    Unmet: {Status: Enabled, MFADelete: Disabled}
    Unmet: {Status: Enabled}
    Unmet: {}
    """
    if bucket.get("MFADelete") == "Enabled":
        return met("A second factor is asked for.")
    return unmet("No second factor is asked for.")


@check(DATA, "identity-access-management.least-privilege", each=BUCKET_OWNERSHIP, none=NO_BUCKET)
def buckets_do_without_access_control_lists(bucket: Row) -> Observation:
    """Every bucket has its access control lists turned off, so that policies alone decide.

    A list on a single object can open it to others, and no policy shows it.

    Remedy: Set object ownership to "bucket owner enforced".

    Met:   {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    Unmet: {OwnershipControls: {Rules: [{ObjectOwnership: ObjectWriter}]}}
    Unmet: absent
    """
    if bucket.absent:
        return unmet("Access control lists are on: object ownership was never set.")
    owner = bucket.at("OwnershipControls.Rules[0].ObjectOwnership")
    if owner == "BucketOwnerEnforced":
        return met("Access control lists are off.")
    return unmet(f"Access control lists are on ({owner}).")


@check(LOGS, each=BUCKET_NOTIFICATIONS, none=NO_BUCKET, severity="low")
def buckets_tell_of_events(bucket: Row) -> Observation:
    """Every bucket tells a topic, queue, function or event bus what happens to its objects.

    A deletion in bulk can then raise an alarm while it is under way.

    Remedy: Turn on EventBridge for the bucket, or notify a topic of deletions.

    Met:   {EventBridgeConfiguration: {}}
    Met:   {TopicConfigurations: [{TopicArn: "arn:aws:sns:eu-west-1:111122223333:desk"}]}
    Unmet: {}
    Unmet: {TopicConfigurations: []}
    """
    told = [name for name in _NOTIFIED if bucket.get(name) not in (None, [])]
    return met(f"Told of events by {', '.join(told)}.") if told else unmet("Nobody is told of events.")
