"""Domain 8, identity and access management: what IAM Access Analyzer looks for and found, as checks."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.accessanalyzer import ANALYZERS, EXTERNAL, OPEN_FINDINGS, UNUSED
from srm_docs.checks.identity_access_management import LEAST_PRIVILEGE
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.place import Scope
from srm_docs.checks.row import Row


@check(LEAST_PRIVILEGE, some=ANALYZERS, none=unmet("No analyzer exists here."), severity="high")
def access_analyzer_looks_for_outside_access(analyzer: Row) -> Observation:
    """IAM Access Analyzer looks for access from outside in this region.

    It reasons about every resource policy and says which ones let in somebody from outside.

    Remedy: Create an analyzer for the account or the organization in the region.

    Met:   {type: ACCOUNT, status: ACTIVE}
    Met:   {type: ORGANIZATION, status: ACTIVE}
    Unmet: {type: ACCOUNT, status: DISABLED}
    Unmet: {type: ACCOUNT_UNUSED_ACCESS, status: ACTIVE}
    """
    if analyzer["type"] in EXTERNAL and analyzer["status"] == "ACTIVE":
        return met("An active analyzer looks for access from outside.")
    return unmet("The analyzer is not active, or looks for something else.")


@check(
    LEAST_PRIVILEGE,
    whole=(ANALYZERS, OPEN_FINDINGS),
    counts=("analyzer or open finding", "analyzers and open findings"),
    none=unmet("No analyzer here looks for access from outside."),
    severity="high",
)
def outside_access_is_reviewed(analyzers: tuple[Row, ...], findings: tuple[Row, ...]) -> Iterator[Observation]:
    """Every access from outside that IAM Access Analyzer found was reviewed, then removed or archived.

    An active finding is an access from outside that nobody has yet called intended.

    Remedy: Remove the access, or archive the finding with a rule that says why it is intended.

    Met:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT, status: ACTIVE}]
      accessanalyzer:ListFindingsV2: []
    Unmet:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT, status: ACTIVE}]
      accessanalyzer:ListFindingsV2: [{resource: "arn:aws:s3:::papers", resourceType: "AWS::S3::Bucket"}]
    Unmet:
      accessanalyzer:ListAnalyzers: [{type: ACCOUNT_UNUSED_ACCESS, status: ACTIVE}]
      accessanalyzer:ListFindingsV2: []
    """
    for finding in findings:
        kind = str(finding.get("resourceType", "resource")).removeprefix("AWS::").replace("::", " ")
        yield unmet(f"Access from outside awaits review: {kind}.").about(finding)
    for analyzer in analyzers:
        if analyzer["type"] in EXTERNAL:
            yield met("The analyzer looks for access from outside.").about(analyzer)
        else:
            yield not_applicable("The analyzer looks for something else.").about(analyzer)


@check(
    LEAST_PRIVILEGE,
    some=ANALYZERS,
    none=unmet("No analyzer exists in any region."),
    scope=Scope.ACCOUNT,
    severity="low",
)
def access_analyzer_looks_for_unused_access(analyzer: Row) -> Observation:
    """IAM Access Analyzer looks for rights that nobody uses.

    What was granted and never used can be taken back without harm.

    Remedy: Create an analyzer for unused access, for the account or the organization.

    Met:   {type: ACCOUNT_UNUSED_ACCESS, status: ACTIVE}
    Unmet: {type: ORGANIZATION_UNUSED_ACCESS, status: DISABLED}
    Unmet: {type: ACCOUNT, status: ACTIVE}
    """
    if analyzer["type"] in UNUSED and analyzer["status"] == "ACTIVE":
        return met("An active analyzer looks for unused access.")
    return unmet("The analyzer is not active, or looks for something else.")
