"""What is asked of Amazon ECS: the newest revision of every task definition, and services, as calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
        "taskDefinition.volumes[].dockerVolumeConfiguration.driverOpts.*",  # o=username=…,password=… of a CIFS share
    ),
)

LOG_DRIVER_MODE = Call(
    service="ecs",
    operation="ListAccountSettings",
    variant="log-driver-mode",
    noun="default of the log driver's mode",
    nouns="defaults of the log driver's mode",
    rows="settings",
    name="name",
    params={"name": "defaultLogDriverMode", "effectiveSettings": True},
)

CLUSTER_ARNS = Call(
    service="ecs",
    operation="ListClusters",
    noun="cluster ARN",
    nouns="cluster ARNs",
    rows="clusterArns",
    name="value",
)

SERVICE_ARNS = Call(
    service="ecs",
    operation="ListServices",
    noun="service ARN",
    nouns="service ARNs",
    rows="serviceArns",
    name="value",
    per=CLUSTER_ARNS,
    bind={"cluster": "value"},
)


def _cluster(service: Mapping[str, Any]) -> str | None:
    """The cluster that stands in a service's ARN: `…:service/cluster/name`; None in the old form without it."""
    parts = str(service.get("value", "")).split("/")
    return parts[1] if len(parts) == 3 else None  # noqa: PLR2004 - service, cluster, name


SERVICES = Call(
    service="ecs",
    operation="DescribeServices",
    noun="ECS service",
    nouns="ECS services",
    rows="services",
    name="serviceName",
    per=SERVICE_ARNS,
    bind={"cluster": _cluster, "services": "[value]"},
)
