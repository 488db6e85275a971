"""Domain 9, monitoring and logging: what is recorded in each region, and for how long, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.config import RECORDER_STATUS, RECORDERS
from srm_docs.checks.calls.guardduty import DETECTORS
from srm_docs.checks.calls.logs import LOG_GROUPS
from srm_docs.checks.calls.securityhub import HUB
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.row import Given, Row

LOGS = "monitoring-logging.enable-analyze-logs"
API_CAPTURE = "monitoring-logging.cloudtrail-api-capture"
METRICS = "monitoring-logging.cloudwatch-service-metrics"

LOG_DAYS = Parameter(
    id="log_retention_days",
    title="Days for which log groups keep their records, at least",
    default=365,
    loosest=90,
    unit="days",
    at_most=False,
)


@check(LOGS, each=LOG_GROUPS, none=not_applicable("No log group exists here."), parameters=[LOG_DAYS])
def log_groups_keep_their_records(group: Row, given: Given) -> Observation:
    """Every log group keeps its records for the agreed number of days.

    An intrusion is often noticed months later. A group without a retention setting keeps its records for ever.

    Remedy: Raise the retention setting of the log group.

    Met:   {retentionInDays: 400}
    Met:   {logGroupName: audit}
    Met:   {}
    Unmet: {retentionInDays: 30}
    """
    days = group.get("retentionInDays")
    if days is None:
        return met("Records are kept for ever.")
    note = f"Records are kept for {days} days."
    return met(note) if days >= given[LOG_DAYS] else unmet(note)


@check(
    LOGS,
    "infrastructure-security.security-group-rules",
    some=RECORDER_STATUS,
    none=unmet("No configuration recorder of the organization exists here."),
    severity="high",
)
def configuration_changes_are_recorded(recorder: Row) -> Observation:
    """AWS Config records changes of configuration in this region.

    The record tells what a resource looked like at any time, and who changed it.

    Remedy: Create a configuration recorder with a delivery channel in the region, and start it.

    Met:   {recording: true, lastStatus: Success}
    Met:   {recording: true, lastStatus: PENDING}
    Unmet: {recording: true, lastStatus: FAILURE}
    Unmet: {recording: false}
    Unmet: {recording: true, lastStatus: Success, servicePrincipal: securityhub.amazonaws.com}
    """
    if "servicePrincipal" in recorder:
        return not_applicable("An AWS service keeps this recorder for itself.")
    if not recorder["recording"]:
        return unmet("The recorder is stopped.")
    state = str(recorder["lastStatus"]).capitalize()
    return unmet("The latest delivery failed.") if state == "Failure" else met(f"Recording; latest status {state}.")


@check(LOGS, some=RECORDERS, none=unmet("No configuration recorder exists here."))
def configuration_of_all_types_is_recorded(recorder: Row) -> Observation:
    """AWS Config records every type of resource that it can record in this region.

    A type that is left out changes without a trace.

    Remedy: Let the recorder record all supported resource types.

    Met:   {recordingGroup: {allSupported: true}}
    Unmet: {recordingGroup: {allSupported: false, resourceTypes: ["AWS::EC2::Instance"]}}
    """
    if recorder.at("recordingGroup.allSupported"):
        return met("All supported types are recorded.")
    return unmet("Only some types are recorded.")


@check(LOGS, some=DETECTORS, none=unmet("GuardDuty is not enabled here."), severity="high")
def guardduty_watches_the_region(detector: Row) -> Observation:
    """Amazon GuardDuty looks for signs of intrusion in this region.

    It reads network, DNS and API records that nobody could read by eye.

    Remedy: Enable GuardDuty in the region, best for the whole organization.

    Met:   {Status: ENABLED}
    Unmet: {Status: DISABLED}
    """
    if detector["Status"] == "ENABLED":
        return met("The detector is enabled.")
    return unmet("The detector is suspended.")


@check(LOGS, some=DETECTORS, none=unmet("GuardDuty is not enabled here."))
def guardduty_watches_stored_data(detector: Row) -> Observation:
    """Amazon GuardDuty watches access to data in S3 in this region.

    Data that is carried off by way of valid credentials shows there first.

    Remedy: Enable S3 Protection of GuardDuty.

    Met:   {Features: [{Name: CLOUD_TRAIL, Status: ENABLED}, {Name: S3_DATA_EVENTS, Status: ENABLED}]}
    Unmet: {Features: [{Name: CLOUD_TRAIL, Status: ENABLED}, {Name: S3_DATA_EVENTS, Status: DISABLED}]}
    """
    if {"S3_DATA_EVENTS", "ENABLED"} in ({f["Name"], f["Status"]} for f in detector["Features"]):
        return met("S3 Protection is on.")
    return unmet("S3 Protection is off.")


@check(LOGS, each=HUB, none=unmet("Security Hub was not asked for here."))
def security_hub_gathers_findings(hub: Row) -> Observation:
    """AWS Security Hub gathers findings in this region.

    One list of findings is what people can work through.

    Remedy: Enable Security Hub in the region, best for the whole organization.

    Met:   {HubArn: "arn:aws:securityhub:eu-west-1:111122223333:hub/default"}
    Unmet: absent
    """
    if hub.absent:
        return unmet("Security Hub is not enabled.")
    return met(f"Enabled: {hub['HubArn']}.")
