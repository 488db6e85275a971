"""What is asked of AWS CodeArtifact: repositories and where the versions of their packages may come from, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PACKAGE_REPOSITORIES = Call(
    service="codeartifact",
    operation="ListRepositories",
    noun="package repository",
    nouns="package repositories",
    rows="repositories",
    name="name",
)

# AWS itself picks the packages that take versions both from publishers and from upstream: the rest is safe.
MIXED_PACKAGES = Call(
    service="codeartifact",
    operation="ListPackages",
    variant="published-and-upstream",
    noun="package of mixed origin",
    nouns="packages of mixed origin",
    rows="packages",
    name="package",
    params={"publish": "ALLOW", "upstream": "ALLOW"},
    per=PACKAGE_REPOSITORIES,
    bind={"domain": "domainName", "domainOwner": "domainOwner", "repository": "name"},
)
