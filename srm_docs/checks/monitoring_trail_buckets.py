"""Domain 9, monitoring and logging: where trails deliver their files, and who can reach them there, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.cloudtrail import TRAIL_STATUS, TRAILS
from srm_docs.checks.calls.s3 import BUCKET_ACL, BUCKET_LOGGING, BUCKET_POLICY_STATUS, BUCKET_VERSIONING
from srm_docs.checks.data import bucket_acls_are_not_public, bucket_policies_are_not_public
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import LOGS
from srm_docs.checks.monitoring_trails import by_trail, once
from srm_docs.checks.observation import Observation, Status, met, not_applicable, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

ELSEWHERE = not_applicable("The bucket belongs to another account, where it is judged.")
NO_BUCKET = not_applicable("No trail writes to a bucket of this account.")
NO_GROUP = not_applicable("No trail writes to a log group.")
BUCKET_DATA = "data.data-classification-encryption"


def _bucket_of(trail: Row, answers: Rows) -> list[Row]:
    """What was asked of the bucket that a trail writes to; nothing where the bucket belongs to another account."""
    return [a for a in answers if a.parent is not None and a.parent["Name"] == trail["S3BucketName"]]


@check(
    LOGS,
    BUCKET_DATA,
    whole=(TRAILS, BUCKET_POLICY_STATUS, BUCKET_ACL),
    none=NO_BUCKET,
    severity="critical",
    scope=Scope.ACCOUNT,
)
def trail_buckets_are_not_public(trails: Rows, policies: Rows, lists: Rows) -> Iterator[Observation]:
    """No bucket that a trail writes to is open to the public, by policy or by access control list.

    The record shows an attacker what there is, who works there, and what is watched.

    Remedy: Block public access to the bucket, and remove the statement or grant that lets everyone in.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: logs}]
      s3:GetBucketPolicyStatus: [{_parent: {Name: logs}, PolicyStatus: {IsPublic: false}},
                                 {_parent: {Name: site}, PolicyStatus: {IsPublic: true}}]
      s3:GetBucketAcl: [{_parent: {Name: logs}, Grants: []}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: logs}]
      s3:GetBucketPolicyStatus: [{_parent: {Name: logs}, PolicyStatus: {IsPublic: true}}]
      s3:GetBucketAcl: [{_parent: {Name: logs}, Grants: []}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: logs}]
      s3:GetBucketPolicyStatus: [{_absent: true, _parent: {Name: logs}}]
      s3:GetBucketAcl:
      - _parent: {Name: logs}
        Grants:
        - {Grantee: {Type: Group, URI: "http://acs.amazonaws.com/groups/global/AllUsers"}, Permission: READ}
    Not applicable:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: archive}]
      s3:GetBucketPolicyStatus: []
      s3:GetBucketAcl: []
    """
    for trail in once(trails):
        said = [bucket_policies_are_not_public.judge(row) for row in _bucket_of(trail, policies)]
        said += [bucket_acls_are_not_public.judge(row) for row in _bucket_of(trail, lists)]
        opened = [one for one in said if one.status is Status.UNMET]
        if not said:
            yield ELSEWHERE.about(trail)
        elif opened:
            yield opened[0].about(trail)
        else:
            yield met(f"Bucket {quoted((trail['S3BucketName'],))} is not public.").about(trail)


@check(LOGS, whole=(TRAILS, BUCKET_LOGGING), none=NO_BUCKET, scope=Scope.ACCOUNT)
def trail_buckets_log_access(trails: Rows, settings: Rows) -> Iterator[Observation]:
    """Every bucket that a trail writes to keeps a log of the requests made to it.

    Who read or removed the record must be on record too.

    Remedy: Turn on server access logging of the bucket, to another bucket.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketLogging: [{_parent: {Name: trail}, LoggingEnabled: {TargetBucket: logs, TargetPrefix: trail/}}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketLogging: [{_parent: {Name: trail}}]
    Not applicable:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketLogging: [{_parent: {Name: other}}]
    """
    for trail in once(trails):
        found = _bucket_of(trail, settings)
        if not found:
            yield ELSEWHERE.about(trail)
        elif any("LoggingEnabled" in row for row in found):
            yield met(f"Requests to {quoted((trail['S3BucketName'],))} are logged.").about(trail)
        else:
            yield unmet(f"Requests to {quoted((trail['S3BucketName'],))} are not logged.").about(trail)


@check(LOGS, whole=(TRAILS, BUCKET_VERSIONING), none=NO_BUCKET, scope=Scope.ACCOUNT)
def trail_buckets_keep_versions(trails: Rows, settings: Rows) -> Iterator[Observation]:
    """Every bucket that a trail writes to keeps the former versions of its objects.

    A log file that was overwritten or deleted can then be brought back.

    Remedy: Turn on versioning of the bucket, best together with Object Lock.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketVersioning: [{_parent: {Name: trail}, Status: Enabled}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketVersioning: [{_parent: {Name: trail}}]
    Not applicable:
      cloudtrail:DescribeTrails: [{TrailARN: a, S3BucketName: trail}]
      s3:GetBucketVersioning: [{_parent: {Name: other}}]
    """
    for trail in once(trails):
        found = _bucket_of(trail, settings)
        if not found:
            yield ELSEWHERE.about(trail)
        elif any(row.get("Status") == "Enabled" for row in found):
            yield met(f"Bucket {quoted((trail['S3BucketName'],))} keeps versions.").about(trail)
        else:
            yield unmet(f"Bucket {quoted((trail['S3BucketName'],))} keeps no versions.").about(trail)


@check(LOGS, whole=(TRAILS, TRAIL_STATUS), none=NO_GROUP, severity="high", scope=Scope.ACCOUNT)
def trails_reach_cloudwatch_without_error(trails: Rows, status: Rows) -> Iterator[Observation]:
    """Every trail that writes to a CloudWatch log group does so without error.

    Filters and alarms wait in vain for events that no longer arrive.

    Remedy: Mend the role or the log group that the error names.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:t:*"}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:t:*"}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, LatestCloudWatchLogsDeliveryError: AccessDenied}]
    Not applicable:
      cloudtrail:DescribeTrails: [{TrailARN: a}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true}]
    """
    writing = {trail["TrailARN"] for trail in trails if trail.get("CloudWatchLogsLogGroupArn")}
    for arn, state in by_trail(status).items():
        error = state.get("LatestCloudWatchLogsDeliveryError")
        if arn not in writing:
            yield not_applicable("The trail writes to no log group.").about(state)
        elif error:
            yield unmet(f"The latest delivery to CloudWatch failed: {error}.").about(state)
        else:
            yield met("The latest delivery to CloudWatch succeeded.").about(state)
