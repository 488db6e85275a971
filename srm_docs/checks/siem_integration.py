"""Domain 9, monitoring and logging: how records and findings reach the system that people watch, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.cloudtrail import TRAILS
from srm_docs.checks.calls.events import BUSES, FINDING_TARGETS
from srm_docs.checks.calls.firehose import STREAMS
from srm_docs.checks.calls.logs import SUBSCRIPTIONS, region_of
from srm_docs.checks.kit import check
from srm_docs.checks.monitoring_trails import NO_TRAIL, once
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import NotAnswered, Row

SIEM = "monitoring-logging.siem-integration"

NO_STREAM = not_applicable("No delivery stream exists here.")


@check(
    SIEM,
    some=FINDING_TARGETS,
    none=unmet("No event rule with a target is about security findings."),
    severity="high",
    scope=Scope.ACCOUNT,
)
def security_findings_are_sent_on(target: Row) -> Observation:
    """In at least one region, an event rule that is switched on sends security findings on.

    A finding that stays in a console is found by chance.

    Remedy: Create an event rule for findings of GuardDuty or Security Hub, with the SIEM or a queue as its target.

    Met:   {_parent: {Name: findings, State: ENABLED}, Arn: "arn:aws:sqs:eu-west-1:111122223333:siem"}
    Unmet: {_parent: {Name: findings, State: DISABLED}, Arn: "arn:aws:sqs:eu-west-1:111122223333:siem"}
    """
    rule = rule_of(target)
    if str(rule["State"]).startswith("ENABLED"):
        return met(f"Rule {quoted((rule['Name'],))} sends findings to {target['Arn']}.")
    return unmet(f"Rule {quoted((rule['Name'],))} is switched off.")


def rule_of(target: Row) -> Row:
    """The rule that a target belongs to."""
    if target.parent is None:
        raise NotAnswered("the rule of a target")
    return target.parent


def _group_was_read(trail: Row, trails: tuple[Row, ...]) -> bool:
    """Whether the region of a trail's log group was read, so that its subscription filters are known."""
    return region_of(trail.fields) in {"", *(t.place.region for t in trails)}


@check(SIEM, whole=(TRAILS, SUBSCRIPTIONS), none=NO_TRAIL, severity="high", scope=Scope.ACCOUNT)
def trail_events_are_sent_on(trails: tuple[Row, ...], subscriptions: tuple[Row, ...]) -> Observation:
    """The events of at least one trail are sent on as they come, from its log group or by a notification of each file.

    A SIEM that gets the record late, or never, cannot raise an alarm in time.

    Remedy: Subscribe the SIEM to the trail's log group, or let the trail notify an SNS topic of each file.

    Met:
      cloudtrail:DescribeTrails:
      - {TrailARN: a, CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"}
      logs:DescribeSubscriptionFilters:
      - {destinationArn: "arn:aws:firehose:eu-west-1:111122223333:deliverystream/siem"}
    Met:
      cloudtrail:DescribeTrails: [{TrailARN: a, SnsTopicARN: "arn:aws:sns:eu-west-1:111122223333:trail"}]
      logs:DescribeSubscriptionFilters: []
    Unmet:
      cloudtrail:DescribeTrails:
      - {TrailARN: a, CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"}
      logs:DescribeSubscriptionFilters: []
    """
    destinations = [s["destinationArn"] for s in subscriptions]
    destinations += [trail["SnsTopicARN"] for trail in once(trails) if "SnsTopicARN" in trail]
    if destinations:
        return met(f"Sent on to {', '.join(sorted(set(destinations)))}.")
    if all(_group_was_read(trail, trails) for trail in trails):
        return unmet("No trail's log group has a subscription filter, and no trail notifies a topic.")
    raise NotAnswered("the subscription filters of a trail's log group in a region that was not read")


@check(SIEM, each=STREAMS, none=NO_STREAM)
def delivery_streams_run(stream: Row) -> Observation:
    """Every delivery stream is active.

    Records for the SIEM queue up, then are lost, while a stream is not.

    Remedy: Mend what FailureDescription names, or delete the stream.

    Met:   {DeliveryStreamStatus: ACTIVE}
    Unmet: {DeliveryStreamStatus: CREATING_FAILED}
    """
    state = stream["DeliveryStreamStatus"]
    if state == "ACTIVE":
        return met("The stream is active.")
    return unmet(f"The stream's state is {state}.")


@check(
    SIEM,
    "data.data-classification-encryption",
    each=STREAMS,
    none=not_applicable("No delivery stream that takes records directly exists here."),
)
def delivery_streams_are_encrypted(stream: Row) -> Observation:
    """Every delivery stream encrypts what passes through it.

    Log records hold names, addresses and at times secrets.

    Remedy: Turn on server-side encryption of the stream.

    Met:   {DeliveryStreamType: DirectPut, DeliveryStreamEncryptionConfiguration: {Status: ENABLED}}
    Unmet: {DeliveryStreamType: DirectPut, DeliveryStreamEncryptionConfiguration: {Status: DISABLED}}
    Unmet: {DeliveryStreamType: DirectPut}
    Not applicable: {DeliveryStreamType: KinesisStreamAsSource}
    """
    if stream["DeliveryStreamType"] != "DirectPut":
        return not_applicable("The stream's source encrypts the records.")
    if stream.get("DeliveryStreamEncryptionConfiguration", {}).get("Status") == "ENABLED":
        return met("Server-side encryption is on.")
    return unmet("Server-side encryption is off.")


@check(
    SIEM,
    "identity-access-management.least-privilege",
    each=BUSES,
    none=not_applicable("No event bus exists here."),
    severity="high",
)
def event_buses_do_not_let_in_everyone(bus: Row) -> Observation:
    """No event bus takes events from everyone.

    Whoever may write to the bus can bury real findings under false ones.

    Remedy: Name accounts in the bus policy, or add a condition on the organization.

    Met:   {Name: default}
    Met:   {Policy: {Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "events:PutEvents"}]}}
    Met:   {}
    Unmet: {Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "events:PutEvents"}]}}
    """
    # A bus without a policy takes events from its own account only.
    if open_to_everyone(read(bus.get("Policy", {}))):
        return unmet("The bus policy lets in everyone.")
    return met("The bus policy lets in named accounts at most.")
