"""Domain 6, containers and serverless: how containers log, run and age, and how clusters are kept, as checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.ecr import LIFECYCLE_POLICIES, REGISTRY_SCANNING
from srm_docs.checks.calls.ecs import LOG_DRIVER_MODE, SERVICES, TASK_DEFINITIONS
from srm_docs.checks.calls.eks import CLUSTERS
from srm_docs.checks.containers_serverless import IMAGE, NO_CLUSTER, NO_REPOSITORY, NO_TASK
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

LOGS = "monitoring-logging.enable-analyze-logs"
CONTROL_PLANE = "containers-serverless.control-plane-security"
PATCHING = "operating-system-runtime.managed-service-patching"

_TYPES = frozenset({"api", "audit", "authenticator", "controllerManager", "scheduler"})


@check(IMAGE, LOGS, each=TASK_DEFINITIONS, none=NO_TASK, severity="high")
def ecs_containers_are_logged(task: Row) -> Observation:
    """Every container of an ECS task sends its log somewhere.

    What a container printed is gone when it stops, unless a log driver carries it off.

    Remedy: Set logConfiguration for the container in the task definition.

    Met:   {containerDefinitions: [{name: web, logConfiguration: {logDriver: awslogs}}]}
    Unmet: {containerDefinitions: [{name: web, logConfiguration: {logDriver: awslogs}}, {name: helper}]}
    """
    silent = [c["name"] for c in task["containerDefinitions"] if not c.get("logConfiguration", {}).get("logDriver")]
    if silent:
        return unmet(f"Containers without a log: {quoted(silent)}.")
    return met("Every container is logged.")


def _modes(task: Row, default: str) -> dict[str, str]:
    """The mode of each container's log driver, by the container's name."""
    logged = [c for c in task["containerDefinitions"] if "logConfiguration" in c]
    return {c["name"]: c["logConfiguration"].get("options", {}).get("mode", default) for c in logged}


@check(LOGS, whole=(TASK_DEFINITIONS, LOG_DRIVER_MODE), none=NO_TASK, severity="low")
def ecs_containers_do_not_wait_for_their_log(tasks: Rows, settings: Rows) -> list[Observation]:
    """No container of an ECS task stands still while its log cannot be delivered.

    In blocking mode, trouble with CloudWatch stops the application.

    Remedy: Set the log driver's mode to non-blocking, with a large buffer, or let the account default so.

    Met:
      ecs:DescribeTaskDefinition:
      - {containerDefinitions: [{name: web, logConfiguration: {logDriver: awslogs, options: {mode: non-blocking}}}]}
      ecs:ListAccountSettings#log-driver-mode: [{name: defaultLogDriverMode, value: blocking}]
    Met:
      ecs:DescribeTaskDefinition: [{containerDefinitions: [{name: web, logConfiguration: {logDriver: awslogs}}]}]
      ecs:ListAccountSettings#log-driver-mode: [{name: defaultLogDriverMode, value: non-blocking}]
    Unmet:
      ecs:DescribeTaskDefinition: [{containerDefinitions: [{name: web, logConfiguration: {logDriver: awslogs}}]}]
      ecs:ListAccountSettings#log-driver-mode: [{name: defaultLogDriverMode, value: blocking}]
    Not applicable:
      ecs:DescribeTaskDefinition: [{containerDefinitions: [{name: web}]}]
      ecs:ListAccountSettings#log-driver-mode: [{name: defaultLogDriverMode, value: blocking}]
    """
    # Since June 2025 a container does not wait where neither the task nor the account says anything.
    default = next((setting["value"] for setting in settings), "non-blocking")
    said = []
    for task in tasks:
        modes = _modes(task, default)
        waiting = [name for name, mode in modes.items() if mode == "blocking"]
        if not modes:
            said.append(not_applicable("No container is logged.").about(task))
        elif waiting:
            said.append(unmet(f"Containers that wait for their log: {quoted(waiting)}.").about(task))
        else:
            said.append(met("No container waits for its log.").about(task))
    return said


@check(IMAGE, each=TASK_DEFINITIONS, none=NO_TASK)
def ecs_containers_do_not_run_as_root(task: Row) -> Observation:
    """Every container of an ECS task names a user other than root.

    Whoever breaks out of a container is then nobody in particular outside.

    Remedy: Set user in the container definition to a name or number of the image that is not root.

    Met:   {containerDefinitions: [{name: web, user: "1000"}]}
    Unmet: {containerDefinitions: [{name: web, user: "0:0"}]}
    Unmet: {containerDefinitions: [{name: web, user: "1000"}, {name: helper}]}
    """
    # Without a user in the definition, the image decides, and most images run as root.
    strong = [
        c["name"] for c in task["containerDefinitions"] if str(c.get("user", "root")).split(":")[0] in {"root", "0"}
    ]
    if strong:
        return unmet(f"Containers that run as root, or as whoever the image says: {quoted(strong)}.")
    return met("Every container names a user other than root.")


@check(IMAGE, each=TASK_DEFINITIONS, none=NO_TASK)
def ecs_tasks_do_not_share_the_hosts_network(task: Row) -> Observation:
    """No ECS task uses the network of the machine that it runs on.

    In host mode a container reaches whatever listens on the machine, its metadata included.

    Remedy: Set networkMode to awsvpc.

    Met:   {networkMode: awsvpc}
    Unmet: {networkMode: host}
    Met:   {}
    """
    # AWS leaves the field out where Docker's own bridge is used.
    mode = task.get("networkMode", "bridge")
    if mode == "host":
        return unmet("The task uses the host's network.")
    return met(f"The task's network mode is {mode}.")


@check(
    "networking.vpc-configuration",
    IMAGE,
    each=SERVICES,
    none=not_applicable("No ECS service with network interfaces exists here."),
    severity="high",
)
def ecs_services_have_no_public_address(service: Row) -> Observation:
    """No ECS service gives its tasks public addresses.

    Users reach a service through a load balancer; an address of its own goes past it.

    Remedy: Set assignPublicIp to DISABLED, and run the tasks in private subnets.

    Met:   {networkConfiguration: {awsvpcConfiguration: {assignPublicIp: DISABLED}}}
    Unmet: {networkConfiguration: {awsvpcConfiguration: {assignPublicIp: ENABLED}}}
    Not applicable: {serviceName: web}
    """
    if "networkConfiguration" not in service:
        return not_applicable("The service's tasks have no network interface of their own.")
    if service.at("networkConfiguration.awsvpcConfiguration").get("assignPublicIp", "DISABLED") == "ENABLED":
        return unmet("The tasks get public addresses.")
    return met("The tasks get no public addresses.")


def _is_fargate(service: Row) -> bool:
    providers = {str(p["capacityProvider"]) for p in service.get("capacityProviderStrategy", ())}
    return service.get("launchType") == "FARGATE" or any(name.startswith("FARGATE") for name in providers)


@check(PATCHING, each=SERVICES, none=not_applicable("No ECS service on Fargate exists here."))
def ecs_services_run_on_the_latest_platform(service: Row) -> Observation:
    """Every ECS service on Fargate runs on the latest version of the platform.

    AWS patches the kernel and runtime below the containers in new versions only.

    Remedy: Set platformVersion to LATEST.

    Met:   {launchType: FARGATE, platformVersion: LATEST}
    Met:   {launchType: FARGATE, platformVersion: "1.4.0"}
    Met:   {capacityProviderStrategy: [{capacityProvider: FARGATE_SPOT}], platformVersion: LATEST}
    Unmet: {launchType: FARGATE, platformVersion: "1.3.0"}
    Not applicable: {launchType: EC2}
    """
    if not _is_fargate(service):
        return not_applicable("The service does not run on Fargate.")
    version = service["platformVersion"]
    # 1.4.0 for Linux and 1.0.0 for Windows are what LATEST stands for.
    newest = "1.0.0" if str(service.get("platformFamily", "Linux")).lower().startswith("windows") else "1.4.0"
    if version in ("LATEST", newest):
        return met(f"The platform version is {version}.")
    return unmet(f"The platform version is {version}.")


@check(CONTROL_PLANE, LOGS, each=CLUSTERS, none=NO_CLUSTER, severity="low")
def eks_clusters_log_every_part_of_the_control_plane(cluster: Row) -> Observation:
    """Every EKS cluster keeps all five logs of its control plane.

    The logs of controller manager and scheduler show why something ran, or did not.

    Remedy: Turn on all types of control plane logs for the cluster.

    Met:
      logging: {clusterLogging: [{types: [api, audit, authenticator, controllerManager, scheduler], enabled: true}]}
    Unmet:
      logging: {clusterLogging: [{types: [api, audit, authenticator], enabled: true},
                                 {types: [controllerManager, scheduler], enabled: false}]}
    """
    kept = {kind for setup in cluster.at("logging.clusterLogging") if setup["enabled"] for kind in setup["types"]}
    if kept >= _TYPES:
        return met("All five logs are kept.")
    return unmet(f"Not kept: {', '.join(sorted(_TYPES - kept))}.")


@check(CONTROL_PLANE, "networking.vpc-configuration", each=CLUSTERS, none=NO_CLUSTER)
def eks_nodes_reach_the_control_plane_privately(cluster: Row) -> Observation:
    """Every EKS cluster's API endpoint can be reached from within its VPC.

    Otherwise the traffic between nodes and control plane leaves the network.

    Remedy: Turn on private access to the endpoint.

    Met:   {resourcesVpcConfig: {endpointPrivateAccess: true}}
    Unmet: {resourcesVpcConfig: {endpointPrivateAccess: false}}
    """
    if cluster.at("resourcesVpcConfig.endpointPrivateAccess"):
        return met("The endpoint can be reached from within the VPC.")
    return unmet("The endpoint can be reached from outside only.")


def _scans_continuously(rules: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        rule["scanFrequency"] == "CONTINUOUS_SCAN" and any(f["filter"] == "*" for f in rule["repositoryFilters"])
        for rule in rules
    )


@check(IMAGE, each=REGISTRY_SCANNING, none=not_applicable("AWS described no image registry here."))
def registries_scan_images_again_and_again(registry: Row) -> Observation:
    """The image registry scans every image again when a new weakness becomes known.

    An image that was clean when it was pushed is not so for ever.

    Remedy: Turn on enhanced scanning with continuous scans for all repositories.

    Met:   {scanType: ENHANCED, rules: [{scanFrequency: CONTINUOUS_SCAN, repositoryFilters: [{filter: "*"}]}]}
    Unmet: {scanType: ENHANCED, rules: [{scanFrequency: SCAN_ON_PUSH, repositoryFilters: [{filter: "*"}]}]}
    Unmet: {scanType: BASIC, rules: []}
    """
    if _scans_continuously(registry["rules"]):
        return met("Images are scanned continuously.")
    return unmet("Images are not scanned again, or only some are.")


@check(IMAGE, each=LIFECYCLE_POLICIES, none=NO_REPOSITORY, severity="low")
def image_repositories_drop_old_images(policy: Row) -> Observation:
    """Every image repository drops old images by a rule.

    An old image with known weaknesses can be started by mistake, or on purpose.

    Remedy: Give the repository a lifecycle policy.

    Met:   {lifecyclePolicyText: '{"rules": []}'}
    Unmet: absent
    """
    if policy.absent:
        return unmet("The repository has no lifecycle policy.")
    return met(f"A lifecycle policy of {len(str(policy['lifecyclePolicyText']))} characters is in force.")
