"""What is asked of Amazon Bedrock: its log of invocations, prompts, agents, and whether it is used, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

INVOCATION_LOGGING = Call(
    service="bedrock",
    operation="GetModelInvocationLoggingConfiguration",
    noun="Bedrock logging setting",
    nouns="Bedrock logging settings",
)

# CloudWatch lists a metric while it has data of the last two weeks, so that a row says: models were invoked here.
INVOCATIONS = Call(
    service="cloudwatch",
    operation="ListMetrics",
    variant="bedrock-invocations",
    noun="metric of Bedrock invocations",
    nouns="metrics of Bedrock invocations",
    rows="Metrics",
    name="MetricName",
    params={"Namespace": "AWS/Bedrock", "MetricName": "Invocations"},
)

PROMPT_NAMES = Call(
    service="bedrock-agent",
    operation="ListPrompts",
    noun="prompt's name",
    nouns="prompts' names",
    rows="promptSummaries",
    name="name",
)

# The prompts themselves are the organization's own text: only what is about them is asked for.
PROMPTS = Call(
    service="bedrock-agent",
    operation="GetPrompt",
    noun="prompt",
    nouns="prompts",
    name="name",
    params={"includedData": "METADATA_ONLY"},
    per=PROMPT_NAMES,
    bind={"promptIdentifier": "id"},
    redact=("variants",),
)

AGENTS = Call(
    service="bedrock-agent",
    operation="ListAgents",
    noun="Bedrock agent",
    nouns="Bedrock agents",
    rows="agentSummaries",
    name="agentName",
)
