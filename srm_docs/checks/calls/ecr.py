"""What is asked of Amazon ECR: repositories, their images and who may pull them, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

REPOSITORIES = Call(
    service="ecr",
    operation="DescribeRepositories",
    noun="image repository",
    nouns="image repositories",
    rows="repositories",
    name="repositoryName",
)

REGISTRY_SCANNING = Call(
    service="ecr",
    operation="GetRegistryScanningConfiguration",
    noun="registry scanning configuration",
    nouns="registry scanning configurations",
    rows="scanningConfiguration",
)

IMAGES = Call(
    service="ecr",
    operation="DescribeImages",
    noun="container image",
    nouns="container images",
    rows="imageDetails",
    name="imageDigest",
    per=REPOSITORIES,
    bind={"repositoryName": "repositoryName"},
)

REPOSITORY_POLICIES = Call(
    service="ecr",
    operation="GetRepositoryPolicy",
    noun="repository's policy",
    nouns="repositories' policies",
    per=REPOSITORIES,
    bind={"repositoryName": "repositoryName"},
    absent=("RepositoryPolicyNotFoundException",),
)

LIFECYCLE_POLICIES = Call(
    service="ecr",
    operation="GetLifecyclePolicy",
    noun="repository's lifecycle policy",
    nouns="repositories' lifecycle policies",
    per=REPOSITORIES,
    bind={"repositoryName": "repositoryName"},
    absent=("LifecyclePolicyNotFoundException",),
)
