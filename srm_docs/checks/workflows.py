"""Domain 10, application security: workflows, scripts and platforms that carry the application, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.application_security import CODE, INPUT
from srm_docs.checks.calls.elasticbeanstalk import ENVIRONMENTS
from srm_docs.checks.calls.events import ENDPOINTS
from srm_docs.checks.calls.logs import LOG_GROUPS
from srm_docs.checks.calls.ssm import DOCUMENT_SHARES, DOCUMENTS
from srm_docs.checks.calls.stepfunctions import STATE_MACHINES
from srm_docs.checks.calls.wellarchitected import WORKLOADS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.redacted import secrets_in
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

LOGS = "monitoring-logging.enable-analyze-logs"
LEAST_PRIVILEGE = "identity-access-management.least-privilege"

NO_MACHINE = not_applicable("No state machine exists here.")
NO_DOCUMENT = not_applicable("No Systems Manager document of our own exists here.")


@check(CODE, LOGS, each=STATE_MACHINES, none=NO_MACHINE)
def state_machines_are_logged(machine: Row) -> Observation:
    """Every state machine of Step Functions logs its executions.

    What a workflow did is otherwise forgotten after ninety days, and of express workflows at once.

    Remedy: Set a log level and a log group for the state machine.

    Met:   {loggingConfiguration: {level: ERROR}}
    Unmet: {loggingConfiguration: {level: "OFF"}}
    Unmet: {name: invoices}
    """
    # AWS leaves the field out where logging was never set.
    level = machine.get("loggingConfiguration", {}).get("level", "OFF")
    if level == "OFF":
        return unmet("Executions are not logged.")
    return met(f"Executions are logged at level {level}.")


@check(INPUT, CODE, each=STATE_MACHINES, none=NO_MACHINE, severity="high")
def state_machines_hold_no_secret(machine: Row) -> Observation:
    """No definition of a state machine holds a recognized kind of secret.

    Everyone who may look at the workflow can read what it passes on.

    Remedy: Let the task fetch the value from Secrets Manager, and revoke the old one.

    Met:   {definition: "[redacted:declared:0a0b]"}
    Unmet: {definition: "[redacted:stripe-key:0a0b]"}
    """
    found = secrets_in(machine["definition"])
    if found:
        return unmet(f"Recognized secrets: {', '.join(found)}.")
    return met("No recognized secret is in the definition.")


@check(INPUT, each=DOCUMENTS, none=NO_DOCUMENT, severity="high")
def documents_hold_no_secret(document: Row) -> Observation:
    """No Systems Manager document of our own holds a recognized kind of secret.

    A document is run on many machines, and read by everyone who may run it.

    Remedy: Hand over the value as a SecureString parameter, and revoke the old one.

    Met:   {Content: "[redacted:declared:0a0b]"}
    Unmet: {Content: "[redacted:aws-secret-key:0a0b]"}
    """
    found = secrets_in(document["Content"])
    if found:
        return unmet(f"Recognized secrets: {', '.join(found)}.")
    return met("No recognized secret is in the document.")


@check(LEAST_PRIVILEGE, each=DOCUMENT_SHARES, none=NO_DOCUMENT, severity="high")
def documents_are_not_public(document: Row) -> Observation:
    """No Systems Manager document of our own is shared with everyone.

    Scripts tell how machines are kept, and where.

    Remedy: Take back the sharing, and block public sharing of documents in the account's settings.

    Met:   {AccountIds: ["444455556666"]}
    Met:   {AccountIds: []}
    Unmet: {AccountIds: [all]}
    """
    if "all" in {account.lower() for account in document["AccountIds"]}:
        return unmet("Every AWS account may use the document.")
    return met("Named accounts may use the document, or none.")


@check(
    LOGS,
    "operating-system-runtime.managed-service-patching",
    whole=(ENVIRONMENTS, LOG_GROUPS),
    none=not_applicable("No Elastic Beanstalk environment exists here."),
)
def beanstalk_environments_stream_their_logs(environments: Rows, groups: Rows) -> Iterator[Observation]:
    """Every Elastic Beanstalk environment has log groups in CloudWatch that its instances write to.

    A log on an instance ends with the instance.

    Remedy: Turn on log streaming to CloudWatch for the environment.

    Met:
      elasticbeanstalk:DescribeEnvironments: [{EnvironmentName: shop-live}]
      logs:DescribeLogGroups: [{logGroupName: /aws/elasticbeanstalk/shop-live/var/log/web.stdout.log}]
    Unmet:
      elasticbeanstalk:DescribeEnvironments: [{EnvironmentName: shop-live}]
      logs:DescribeLogGroups: [{logGroupName: /aws/elasticbeanstalk/shop/var/log/web.stdout.log}]
    """
    names = [group["logGroupName"] for group in groups]
    for environment in environments:
        stem = f"/aws/elasticbeanstalk/{environment['EnvironmentName']}/"
        if any(name.startswith(stem) for name in names):
            yield met(f"Log groups below {stem} exist.").about(environment)
        else:
            yield unmet(f"No log group below {stem} exists.").about(environment)


@check(LOGS, each=ENDPOINTS, none=not_applicable("No global endpoint of EventBridge exists here."), severity="low")
def event_endpoints_replicate_their_events(endpoint: Row) -> Observation:
    """Every global endpoint of EventBridge sends each event to both of its regions.

    Without replication, events that wait in the region that failed are not at hand, nor is the way back automatic.

    Remedy: Turn on event replication of the endpoint.

    Met:   {ReplicationConfig: {State: ENABLED}}
    Unmet: {ReplicationConfig: {State: DISABLED}}
    """
    if endpoint.at("ReplicationConfig.State") == "ENABLED":
        return met("Events are replicated.")
    return unmet("Events are not replicated.")


@check(CODE, each=WORKLOADS, none=not_applicable("No workload was reviewed with the Well-Architected Tool here."))
def reviewed_workloads_have_no_open_risk(workload: Row) -> Observation:
    """No workload that was reviewed with the Well-Architected Tool has a risk of high or medium degree left.

    A review that finds risks and leaves them is a record of knowing better.

    Remedy: Carry out the improvement plan, or record why the risk is accepted.

    Met:   {RiskCounts: {HIGH: 0, NONE: 40}}
    Met:   {RiskCounts: {NONE: 57}}
    Unmet: {RiskCounts: {HIGH: 2, NONE: 40}}
    Unmet: {RiskCounts: {MEDIUM: 1}}
    Not applicable: {RiskCounts: {UNANSWERED: 57}}
    """
    counts = workload["RiskCounts"]
    if not any(count for degree, count in counts.items() if degree != "UNANSWERED"):
        return not_applicable("No question of the review was answered.")
    left = {degree.lower(): counts[degree] for degree in ("HIGH", "MEDIUM") if counts.get(degree)}
    if left:
        return unmet("Risks left: " + ", ".join(f"{count} {degree}" for degree, count in left.items()) + ".")
    return met("No risk of high or medium degree is left.")
