"""Domain 6, containers and serverless: images, task definitions and clusters, as checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from srm_docs.checks.calls.ecr import IMAGES, REGISTRY_SCANNING, REPOSITORIES, REPOSITORY_POLICIES
from srm_docs.checks.calls.ecs import TASK_DEFINITIONS
from srm_docs.checks.calls.eks import CLUSTERS
from srm_docs.checks.cidr import is_world
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.quoted import quoted
from srm_docs.checks.redacted import secret_names, variables
from srm_docs.checks.row import Row

IMAGE = "containers-serverless.container-image-security"
CONTROL_PLANE = "containers-serverless.control-plane-security"
SECRETS = "application-security.input-validation-secrets"

NO_REPOSITORY = not_applicable("No image repository exists here.")
NO_TASK = not_applicable("No ECS task definition exists here.")
NO_CLUSTER = not_applicable("No EKS cluster exists here.")


def is_scanned_by(name: str, rules: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a rule of the registry scans a repository on push. A filter without * means "contains"."""
    return any(
        fnmatchcase(name, text if "*" in text else f"*{text}*")
        for rule in rules
        if rule["scanFrequency"] in {"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}
        for text in (chosen["filter"] for chosen in rule["repositoryFilters"])
    )


def newest(images: Iterable[Row]) -> dict[str, Row]:
    """The tagged image of each repository that was pushed last, by repository name."""
    found: dict[str, Row] = {}
    for image in images:
        held = found.get(image["repositoryName"])
        if image.get("imageTags") and (held is None or image["imagePushedAt"] > held["imagePushedAt"]):
            found[image["repositoryName"]] = image
    return found


@check(IMAGE, whole=(REPOSITORIES, REGISTRY_SCANNING), none=NO_REPOSITORY, severity="high")
def images_are_scanned_on_push(repositories: Sequence[Row], registries: Sequence[Row]) -> list[Observation]:
    """Every image repository has its images scanned for known vulnerabilities when they are pushed.

    A known vulnerability is then seen before the image runs, not after.

    Remedy: Add a rule to the registry's scanning configuration that covers the repository.

    Met:
        ecr:DescribeRepositories: [{repositoryName: shop, imageScanningConfiguration: {scanOnPush: true}}]
        ecr:GetRegistryScanningConfiguration: [{rules: []}]
    Met:
        ecr:DescribeRepositories: [{repositoryName: shop/web, imageScanningConfiguration: {scanOnPush: false}}]
        ecr:GetRegistryScanningConfiguration:
          - {rules: [{scanFrequency: CONTINUOUS_SCAN, repositoryFilters: [{filter: "shop/*"}]}]}
    Unmet:
        ecr:DescribeRepositories: [{repositoryName: shop, imageScanningConfiguration: {scanOnPush: false}}]
        ecr:GetRegistryScanningConfiguration:
          - {rules: [{scanFrequency: MANUAL, repositoryFilters: [{filter: "*"}]}]}
    """
    rules = [rule for registry in registries for rule in registry["rules"]]
    said = []
    for repository in repositories:
        if repository["imageScanningConfiguration"]["scanOnPush"]:
            said.append(met("The repository scans on push.").about(repository))
        elif is_scanned_by(repository["repositoryName"], rules):
            said.append(met("A rule of the registry scans the repository.").about(repository))
        else:
            said.append(unmet("Neither the repository nor the registry scans on push.").about(repository))
    return said


@check(IMAGE, whole=(REPOSITORIES, IMAGES), none=NO_REPOSITORY, severity="high")
def newest_images_have_no_critical_finding(repositories: Sequence[Row], images: Sequence[Row]) -> list[Observation]:
    """The newest tagged image of every repository was scanned, and no critical vulnerability was found in it.

    The newest image is the one that runs next, with its vulnerability.

    Remedy: Rebuild the image from a patched base and push it.

    Met:
        ecr:DescribeRepositories: [{repositoryName: shop}]
        ecr:DescribeImages:
          - {repositoryName: shop, imageTags: [v2], imagePushedAt: 2025-12-01T00:00:00Z,
             imageScanFindingsSummary: {findingSeverityCounts: {HIGH: 3}}}
          - {repositoryName: shop, imageTags: [v1], imagePushedAt: 2025-11-01T00:00:00Z,
             imageScanFindingsSummary: {findingSeverityCounts: {CRITICAL: 1}}}
    Unmet:
        ecr:DescribeRepositories: [{repositoryName: shop}]
        ecr:DescribeImages:
          - {repositoryName: shop, imageTags: [v1], imagePushedAt: 2025-12-01T00:00:00Z,
             imageScanFindingsSummary: {findingSeverityCounts: {CRITICAL: 1}}}
    Unmet:
        ecr:DescribeRepositories: [{repositoryName: shop}]
        ecr:DescribeImages: [{repositoryName: shop, imageTags: [v1], imagePushedAt: 2025-12-01T00:00:00Z}]
    Not applicable:
        ecr:DescribeRepositories: [{repositoryName: shop}]
        ecr:DescribeImages: [{repositoryName: shop, imagePushedAt: 2025-12-01T00:00:00Z}]
    """
    latest = newest(images)
    said = []
    for repository in repositories:
        image = latest.get(repository["repositoryName"])
        if image is None:
            said.append(not_applicable("The repository holds no tagged image.").about(repository))
        elif "imageScanFindingsSummary" not in image:
            said.append(unmet("The newest image has no completed scan.").about(repository))
        elif count := image["imageScanFindingsSummary"].get("findingSeverityCounts", {}).get("CRITICAL", 0):
            said.append(unmet(f"Critical findings in the newest image: {count}.").about(repository))
        else:
            said.append(met("No critical finding in the newest image.").about(repository))
    return said


@check(IMAGE, each=REPOSITORIES, none=NO_REPOSITORY)
def image_tags_are_immutable(repository: Row) -> Observation:
    """No image tag can be moved to another image after it was pushed.

    What was scanned and approved under a tag must be what runs under it.

    Remedy: Set the repository's tag mutability to IMMUTABLE.

    Met:   {imageTagMutability: IMMUTABLE}
    Unmet: {imageTagMutability: MUTABLE}
    """
    if repository["imageTagMutability"] == "IMMUTABLE":
        return met("Tags are immutable.")
    return unmet("Tags can be moved to another image.")


@check(IMAGE, each=REPOSITORY_POLICIES, none=NO_REPOSITORY, severity="critical")
def image_repositories_are_not_public(policy: Row) -> Observation:
    """No image repository's policy lets everyone in.

    Images hold code and, too often, credentials.

    Remedy: Name the accounts or the organization that may pull, in the policy's principals or conditions.

    Met:   absent
    Met:   {policyText: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "ecr:*"}]}'}
    Unmet: {policyText: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}'}
    """
    if policy.absent:
        return met("The repository has no policy of its own.")
    if open_to_everyone(read(policy["policyText"])):
        return unmet("The policy lets everyone in.")
    return met("The policy names who may pull.")


@check(IMAGE, each=TASK_DEFINITIONS, none=NO_TASK, severity="high")
def ecs_containers_are_not_privileged(task: Row) -> Observation:
    """No container of an ECS task runs privileged or shares the host's process namespace.

    Whoever breaks out of a privileged container holds the host and every other container on it.

    Remedy: Remove privileged and pidMode host from the task definition.

    Met:   {containerDefinitions: [{name: web, privileged: false}, {name: log}]}
    Unmet: {containerDefinitions: [{name: web, privileged: true}, {name: log}]}
    Unmet: {containerDefinitions: [{name: web}], pidMode: host}
    """
    privileged = [c["name"] for c in task["containerDefinitions"] if c.get("privileged")]
    if privileged:
        return unmet(f"Privileged containers: {quoted(privileged)}.")
    if task.get("pidMode") == "host":
        return unmet("The task shares the host's process namespace.")
    return met("No container is privileged.")


@check(IMAGE, each=TASK_DEFINITIONS, none=NO_TASK)
def ecs_containers_have_a_read_only_root(task: Row) -> Observation:
    """Every container of an ECS task has a root file system that it cannot write to.

    A writable file system lets an intruder change the program and stay.

    Remedy: Set readonlyRootFilesystem, and mount a volume where the software must write.

    Met:   {containerDefinitions: [{name: web, readonlyRootFilesystem: true}]}
    Unmet: {containerDefinitions: [{name: web, readonlyRootFilesystem: true}, {name: log}]}
    """
    writable = [c["name"] for c in task["containerDefinitions"] if not c.get("readonlyRootFilesystem")]
    if writable:
        return unmet(f"Containers with a writable root: {quoted(writable)}.")
    return met("Every root file system is read-only.")


@check(IMAGE, SECRETS, each=TASK_DEFINITIONS, none=NO_TASK, severity="high")
def ecs_environments_hold_no_secret(task: Row) -> Observation:
    """No environment variable of an ECS task definition holds a recognized kind of secret.

    Everyone who may describe the task definition can read the secret, in every revision of it.

    Remedy: Move the value to Secrets Manager, name it under secrets in the task definition, and revoke the old one.

    Met:   {containerDefinitions: [{name: web, environment: [{name: MODE, value: "[redacted:declared:5f2c]"}]}]}
    Unmet: {containerDefinitions: [{name: web, environment: [{name: URL, value: "[redacted:database-url:5f2c]"}]}]}
    """
    found = secret_names(pair for c in task["containerDefinitions"] for pair in variables(c))
    if found:
        return unmet(f"Recognized secrets: {', '.join(found)}.")
    return met("No recognized secret is in the environment.")


@check(IMAGE, CONTROL_PLANE, each=CLUSTERS, none=NO_CLUSTER, severity="high")
def eks_endpoints_are_not_open(cluster: Row) -> Observation:
    """No EKS cluster's API endpoint is open to the internet at large.

    The cluster's control is then guarded by its credentials alone.

    Remedy: Turn off public access to the endpoint, or restrict it to known ranges.

    Met:   {resourcesVpcConfig: {endpointPublicAccess: false, publicAccessCidrs: [0.0.0.0/0]}}
    Met:   {resourcesVpcConfig: {endpointPublicAccess: true, publicAccessCidrs: [198.51.100.0/24]}}
    Unmet: {resourcesVpcConfig: {endpointPublicAccess: true, publicAccessCidrs: [198.51.100.0/24, 0.0.0.0/0]}}
    """
    network = cluster["resourcesVpcConfig"]
    if not network["endpointPublicAccess"]:
        return met("The endpoint is private.")
    if any(is_world(cidr) for cidr in network["publicAccessCidrs"]):
        return unmet("The endpoint is open to the internet at large.")
    return met("The endpoint is open to known ranges only.")


@check(IMAGE, "monitoring-logging.enable-analyze-logs", CONTROL_PLANE, each=CLUSTERS, none=NO_CLUSTER)
def eks_clusters_keep_an_audit_log(cluster: Row) -> Observation:
    """Every EKS cluster's control plane keeps API, audit and authenticator logs.

    Without these logs nobody can say who did what in the cluster.

    Remedy: Turn on the log types api, audit and authenticator for the cluster.

    Met:   {logging: {clusterLogging: [{types: [api, audit, authenticator], enabled: true}]}}
    Unmet: {logging: {clusterLogging: [{types: [api], enabled: true}, {types: [audit, authenticator], enabled: false}]}}
    """
    setups = cluster["logging"]["clusterLogging"]
    kept = {kind for setup in setups if setup["enabled"] for kind in setup["types"]}
    missing = sorted({"api", "audit", "authenticator"} - kept)
    if missing:
        return unmet(f"Not logged: {', '.join(missing)}.")
    return met("API, audit and authenticator logs are kept.")


@check(IMAGE, "data.data-classification-encryption", CONTROL_PLANE, each=CLUSTERS, none=NO_CLUSTER)
def eks_secrets_are_encrypted_with_own_key(cluster: Row) -> Observation:
    """Every EKS cluster encrypts its Kubernetes secrets with a KMS key of the organization.

    The organization can withdraw a key of its own, and sees each use of it.

    Remedy: Associate an encryption configuration for secrets with the cluster; it cannot be undone.

    Met:   {encryptionConfig: [{resources: [secrets], provider: {keyArn: "arn:aws:kms:eu-west-1:111122223333:key/1"}}]}
    Unmet: {name: shop}
    Unmet: {encryptionConfig: [{resources: []}]}
    """
    # AWS leaves the field out where no key was chosen.
    if any("secrets" in chosen["resources"] for chosen in cluster.get("encryptionConfig", ())):
        return met("Secrets are encrypted with a key of the organization.")
    return unmet("No key of the organization encrypts the secrets.")
