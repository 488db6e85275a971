"""Domain 9, monitoring and logging: what trails record, and whether they deliver it, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.cloudtrail import TRAIL_SELECTORS, TRAIL_STATUS, TRAILS
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_logging import API_CAPTURE, LOGS
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import NotAnswered, Row

NO_TRAIL = unmet("No trail records this account.")


def once(trails: tuple[Row, ...]) -> tuple[Row, ...]:
    """Each trail once: AWS describes a trail of all regions in every region, under one ARN."""
    found: dict[str, Row] = {}
    for trail in trails:
        found.setdefault(trail["TrailARN"], trail)
    return tuple(found.values())


def by_trail(answers: tuple[Row, ...]) -> dict[str, Row]:
    """Status or selectors by the ARN of their trail; a region in which AWS does not know the trail says nothing."""
    return {a.parent["TrailARN"]: a for a in reversed(answers) if a.parent is not None and not a.absent}


def answer_for(trail: Row, answers: dict[str, Row]) -> Row:
    """The status or selectors of a trail; `NotAnswered` where no region gave them."""
    try:
        return answers[trail["TrailARN"]]
    except KeyError:
        raise NotAnswered(f"an answer for trail {trail.name}") from None


@check(LOGS, API_CAPTURE, whole=(TRAILS, TRAIL_STATUS), none=NO_TRAIL, severity="critical", scope=Scope.ACCOUNT)
def a_trail_records_all_regions(trails: tuple[Row, ...], status: tuple[Row, ...]) -> Observation:
    """At least one trail records the calls to AWS in all regions, and is switched on.

    A region that nobody uses is where an intruder works unseen.

    Remedy: Create a trail for all regions, or make an existing one multi-region, and start its logging.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, IsMultiRegionTrail: false}, {TrailARN: b, IsMultiRegionTrail: true}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true}, {_parent: {TrailARN: b}, IsLogging: true}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, IsMultiRegionTrail: false}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: b, IsMultiRegionTrail: true}]
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: b}, IsLogging: false}]
    """
    states = by_trail(status)
    wide = [trail for trail in once(trails) if trail["IsMultiRegionTrail"]]
    recording = [trail for trail in wide if answer_for(trail, states)["IsLogging"]]
    if recording:
        return met(f"Recording all regions: {quoted(trail.name for trail in recording)}.").about(recording[0])
    return unmet("No trail that is switched on records all regions.")


def _takes_all_management_events(choice: Row) -> bool:
    """Whether a trail's selectors take management events of every kind and source."""
    plain = any(
        s.get("IncludeManagementEvents")
        and s.get("ReadWriteType") == "All"
        and not s.get("ExcludeManagementEventSources")
        for s in choice.get("EventSelectors") or ()
    )
    # Any further field (readOnly, eventSource …) takes a part of them only.
    advanced = any(
        [(f.get("Field"), f.get("Equals")) for f in s.get("FieldSelectors", ())] == [("eventCategory", ["Management"])]
        for s in choice.get("AdvancedEventSelectors") or ()
    )
    return plain or advanced


@check(LOGS, API_CAPTURE, whole=(TRAILS, TRAIL_SELECTORS), none=NO_TRAIL, severity="high", scope=Scope.ACCOUNT)
def a_trail_records_all_management_events(trails: tuple[Row, ...], choices: tuple[Row, ...]) -> Observation:
    """At least one trail for all regions records every management event, reading as well as writing.

    An intruder looks around before doing harm; only read events show it.

    Remedy: Let the trail record management events with ReadWriteType All, and exclude no event source.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, IsMultiRegionTrail: true}]
      cloudtrail:GetEventSelectors:
      - {_parent: {TrailARN: a}, EventSelectors: [{IncludeManagementEvents: true, ReadWriteType: All}]}
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, IsMultiRegionTrail: true}]
      cloudtrail:GetEventSelectors:
      - {_parent: {TrailARN: a}, EventSelectors: [{IncludeManagementEvents: true, ReadWriteType: WriteOnly}]}
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, IsMultiRegionTrail: false}]
      cloudtrail:GetEventSelectors:
      - {_parent: {TrailARN: a}, EventSelectors: [{IncludeManagementEvents: true, ReadWriteType: All}]}
    """
    chosen = by_trail(choices)
    wide = [trail for trail in once(trails) if trail["IsMultiRegionTrail"]]
    recording = [trail for trail in wide if _takes_all_management_events(answer_for(trail, chosen))]
    if recording:
        return met(f"Recorded by {quoted(trail.name for trail in recording)}.").about(recording[0])
    return unmet("No trail for all regions records every management event.")


@check(LOGS, API_CAPTURE, whole=(TRAILS,), none=NO_TRAIL, severity="high", scope=Scope.ACCOUNT)
def trails_sign_their_files(trails: tuple[Row, ...]) -> Iterator[Observation]:
    """Every trail signs the log files it delivers.

    Without digest files, an edited log cannot be told from a true one.

    Remedy: Turn on log file validation for the trail.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, LogFileValidationEnabled: true}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a, LogFileValidationEnabled: false}]
    """
    for trail in once(trails):
        signed = trail["LogFileValidationEnabled"]
        yield (met("Digest files are delivered.") if signed else unmet("Log file validation is off.")).about(trail)


@check(LOGS, whole=(TRAILS,), none=NO_TRAIL, scope=Scope.ACCOUNT)
def trails_encrypt_with_a_key_of_our_own(trails: tuple[Row, ...]) -> Iterator[Observation]:
    """Every trail encrypts its log files with a customer-managed key.

    Who may read the log is then decided by the key's policy, apart from the bucket's.

    Remedy: Name a KMS key in the trail, and let CloudTrail use it in the key policy.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, KmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a}]
    """
    for trail in once(trails):
        key = trail.get("KmsKeyId")
        yield (met(f"Encrypted with {key}.") if key else unmet("No KMS key is named.")).about(trail)


@check(LOGS, whole=(TRAILS,), none=NO_TRAIL, scope=Scope.ACCOUNT)
def trails_reach_cloudwatch(trails: tuple[Row, ...]) -> Iterator[Observation]:
    """Every trail also writes to a CloudWatch log group.

    Filters and alarms can then act on an event within minutes.

    Remedy: Name a log group and a role in the trail.

    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:1:log-group:t:*"}]
    Unmet:
      cloudtrail:DescribeTrails: [{TrailARN: a}]
    """
    for trail in once(trails):
        group = trail.get("CloudWatchLogsLogGroupArn")
        yield (met(f"Written to {group}.") if group else unmet("Written to no log group.")).about(trail)


@check(LOGS, API_CAPTURE, whole=(TRAIL_STATUS,), none=NO_TRAIL, severity="high", scope=Scope.ACCOUNT)
def trails_deliver_their_files(status: tuple[Row, ...]) -> Iterator[Observation]:
    """Every trail is switched on and delivers its files without error.

    A bucket that was deleted or whose policy was changed ends the record without a word.

    Remedy: Start the trail's logging, and mend the bucket policy or the key policy that the error names.

    Met:
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true}]
    Unmet:
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: true, LatestDeliveryError: AccessDenied}]
    Unmet:
      cloudtrail:GetTrailStatus: [{_parent: {TrailARN: a}, IsLogging: false}]
    """
    for state in by_trail(status).values():
        error = state.get("LatestDeliveryError")
        if not state["IsLogging"]:
            yield unmet("The trail is switched off.").about(state)
        elif error:
            yield unmet(f"The latest delivery failed: {error}.").about(state)
        else:
            yield met("The latest delivery succeeded.").about(state)
