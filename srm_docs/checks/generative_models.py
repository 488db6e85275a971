"""Domain 7, data: Bedrock's log of invocations, the way to its models, prompts and agents, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.bedrock import AGENTS, INVOCATION_LOGGING, INVOCATIONS, PROMPTS
from srm_docs.checks.calls.ec2_links import VPC_ENDPOINTS
from srm_docs.checks.calls.logs import LOG_GROUPS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.kit import check
from srm_docs.checks.networking import VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import NotAnswered, Row

INPUT = "application-security.input-validation-secrets"

NO_MODEL = not_applicable("No model of Bedrock was invoked here in the last two weeks.")

Rows = Sequence[Row]


@check(LOGS, whole=(INVOCATION_LOGGING, INVOCATIONS), none=NO_MODEL)
def invocations_of_models_are_logged(settings: Rows, used: Rows) -> Observation:
    """Where models of Bedrock are used, their invocations are logged.

    Only the log shows what was asked of a model, and what it answered.

    Remedy: Turn on model invocation logging in the region, to a log group or a bucket.

    Met:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {s3Config: {bucketName: logs}}}]
      cloudwatch:ListMetrics#bedrock-invocations: [{MetricName: Invocations}]
    Met:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {cloudWatchConfig: {logGroupName: models}}}]
      cloudwatch:ListMetrics#bedrock-invocations: []
    Unmet:
      bedrock:GetModelInvocationLoggingConfiguration: [{}]
      cloudwatch:ListMetrics#bedrock-invocations: [{MetricName: Invocations}]
    Not applicable:
      bedrock:GetModelInvocationLoggingConfiguration: [{}]
      cloudwatch:ListMetrics#bedrock-invocations: []
    """
    # AWS leaves the field out where logging is off.
    chosen = [setting["loggingConfig"] for setting in settings if "loggingConfig" in setting]
    if any("s3Config" in place or "cloudWatchConfig" in place for place in chosen):
        return met("Invocations are logged.")
    if used:
        return unmet("Models were invoked here in the last two weeks, and no invocation is logged.")
    return NO_MODEL


@check(LOGS, DATA, whole=(INVOCATION_LOGGING, LOG_GROUPS), none=not_applicable("No invocation is logged here."))
def logs_of_invocations_are_encrypted(settings: Rows, groups: Rows) -> Observation:
    """A log group that holds invocations of Bedrock's models is encrypted with a KMS key of the organization.

    Remedy: Associate a KMS key with the log group.

    Met:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {cloudWatchConfig: {logGroupName: models}}}]
      logs:DescribeLogGroups:
      - {logGroupName: models, kmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}
      - {logGroupName: other}
    Unmet:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {cloudWatchConfig: {logGroupName: models}}}]
      logs:DescribeLogGroups: [{logGroupName: models}]
    Unknown:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {cloudWatchConfig: {logGroupName: models}}}]
      logs:DescribeLogGroups: []
    Not applicable:
      bedrock:GetModelInvocationLoggingConfiguration: [{loggingConfig: {s3Config: {bucketName: logs}}}]
      logs:DescribeLogGroups: [{logGroupName: models}]
    """
    places = [setting.get("loggingConfig", {}).get("cloudWatchConfig") for setting in settings]
    names = {place["logGroupName"] for place in places if place}
    if not names:
        return not_applicable("No log group holds invocations; a bucket's encryption is judged with the buckets.")
    found = {group["logGroupName"]: group.get("kmsKeyId") for group in groups if group["logGroupName"] in names}
    if not found:
        raise NotAnswered(f"the log group {', '.join(sorted(names))}")
    if all(found.values()):
        return met("A key of the organization encrypts the log group.")
    return unmet("No key of the organization encrypts the log group.")


@check(VPC, whole=(INVOCATIONS, VPC_ENDPOINTS), none=NO_MODEL, severity="low")
def a_vpc_endpoint_leads_to_models(used: Rows, endpoints: Rows) -> Observation:
    """Where models of Bedrock are used, an interface endpoint leads to them from inside a VPC.

    Prompts then need no way to the internet, and the endpoint's policy can say who may use which model.

    Remedy: Create an interface endpoint for bedrock-runtime in the VPC that the application runs in.

    Met:
      cloudwatch:ListMetrics#bedrock-invocations: [{MetricName: Invocations}]
      ec2:DescribeVpcEndpoints: [{ServiceName: com.amazonaws.eu-west-1.bedrock-runtime, State: available}]
    Unmet:
      cloudwatch:ListMetrics#bedrock-invocations: [{MetricName: Invocations}]
      ec2:DescribeVpcEndpoints:
      - {ServiceName: com.amazonaws.eu-west-1.bedrock-runtime, State: rejected}
      - {ServiceName: com.amazonaws.eu-west-1.s3, State: available}
    Not applicable:
      cloudwatch:ListMetrics#bedrock-invocations: []
      ec2:DescribeVpcEndpoints: []
    """
    if not used:
        return NO_MODEL
    # Older replies write the state with a small letter, newer ones with a capital.
    ready = [e for e in endpoints if e["State"].lower() == "available"]
    if any(e["ServiceName"].endswith((".bedrock-runtime", ".bedrock-runtime-fips")) for e in ready):
        return met("An interface endpoint for bedrock-runtime is ready.")
    return unmet("No interface endpoint for bedrock-runtime is ready.")


@check(DATA, each=PROMPTS, none=not_applicable("No prompt is kept in Bedrock here."), severity="low")
def prompts_are_encrypted_with_own_key(prompt: Row) -> Observation:
    """Every prompt kept in Bedrock is encrypted with a KMS key of the organization.

    Remedy: Choose a customer-managed key for the prompt.

    Met:   {customerEncryptionKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1"}
    Unmet: {name: dunning-letter}
    """
    if prompt.get("customerEncryptionKeyArn"):
        return met("A key of the organization encrypts the prompt.")
    return unmet("A key of AWS's encrypts the prompt.")


@check(INPUT, each=AGENTS, none=not_applicable("No agent of Bedrock exists here."))
def agents_have_a_guardrail(agent: Row) -> Observation:
    """Every agent of Bedrock has a guardrail that looks at what goes in and comes out.

    Remedy: Create a guardrail, and name it in the agent.

    Met:   {guardrailConfiguration: {guardrailIdentifier: abc123, guardrailVersion: "1"}}
    Unmet: {agentName: helper}
    """
    if agent.get("guardrailConfiguration", {}).get("guardrailIdentifier"):
        return met("A guardrail is named.")
    return unmet("No guardrail is named.")
