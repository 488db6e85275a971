"""What is asked of Amazon ECS: the newest revision of every task definition, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

# Families, not revisions: old revisions pile up by the thousand, and a new task starts from the newest.
TASK_FAMILIES = Call(
    service="ecs",
    operation="ListTaskDefinitionFamilies",
    noun="task definition family",
    nouns="task definition families",
    rows="families",
    name="value",
    params={"status": "ACTIVE"},
)

_CONTAINER = "taskDefinition.containerDefinitions[]"

TASK_DEFINITIONS = Call(
    service="ecs",
    operation="DescribeTaskDefinition",
    noun="task definition (newest revision)",
    nouns="task definitions (newest revision)",
    rows="taskDefinition",
    name="family",
    per=TASK_FAMILIES,
    bind={"taskDefinition": "value"},
    redact=(
        f"{_CONTAINER}.environment[].value",
        f"{_CONTAINER}.command[]",
        f"{_CONTAINER}.entryPoint[]",
        f"{_CONTAINER}.healthCheck.command[]",
        f"{_CONTAINER}.logConfiguration.options.splunk-token",
    ),
)
