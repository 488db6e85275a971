"""Domain 10, application security: where builds take their source from and what they leave behind, as checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from srm_docs.checks.application_security import CODE, INPUT, NO_PROJECT
from srm_docs.checks.calls.codeartifact import MIXED_PACKAGES, PACKAGE_REPOSITORIES
from srm_docs.checks.calls.codebuild import PROJECTS, REPORT_GROUPS
from srm_docs.checks.calls.iam import ROLES
from srm_docs.checks.identity_roles import ROLE_DAYS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.quoted import quoted
from srm_docs.checks.redacted import secrets_in
from srm_docs.checks.row import Given, Row

Rows = tuple[Row, ...]

DATA = "data.data-classification-encryption"

_CREDENTIAL_IN_URL = re.compile(r"^[a-z+]+://[^/@\s]+@", re.IGNORECASE)


def _sources(project: Row) -> list[Mapping[str, Any]]:
    return [project["source"], *project.get("secondarySources", ())]


@check(INPUT, CODE, each=PROJECTS, none=NO_PROJECT, severity="critical")
def build_sources_hold_no_credential(project: Row) -> Observation:
    """No build project names its source by an address with a name, password or token in it.

    Everyone who may look at the project can then read, and at times change, the source.

    Remedy: Take the credential out of the address, revoke it, and connect the project by CodeConnections.

    Met:   {source: {type: GITHUB, location: "https://github.com/example/app.git"}}
    Met:   {source: {type: CODEPIPELINE}}
    Unmet: {source: {type: BITBUCKET, location: "https://robot@bitbucket.org/example/app.git"}}
    Unmet:
      source: {type: GITHUB, location: "https://github.com/example/app.git"}
      secondarySources: [{type: GITHUB, location: "https://github.com/[redacted:github-token:0a0b]/lib.git"}]
    """
    addresses = [str(source.get("location", "")) for source in _sources(project)]
    if any(_CREDENTIAL_IN_URL.match(address) or secrets_in(address) for address in addresses):
        return unmet("The address of a source holds a credential.")
    return met("No address of a source holds a credential.")


_FILE = re.compile(r"^[^\n]*\.ya?ml\s*$", re.IGNORECASE)


@check(CODE, each=PROJECTS, none=NO_PROJECT, severity="low")
def build_instructions_are_kept_apart_from_the_source(project: Row) -> Observation:
    r"""No build project takes its instructions from a file that whoever changes the source can change too.

    One unreviewed change then runs any command with the rights of the build's role.

    Remedy: Keep the instructions in the project or in a bucket of its own, or protect the branch and record it.

    Met:   {source: {type: GITHUB, buildspec: "version: 0.2\\nphases: {}\\n"}}
    Met:   {source: {type: S3, buildspec: "arn:aws:s3:::example-build/buildspec.yml"}}
    Unmet: {source: {type: GITHUB, buildspec: ci/build.yaml}}
    Unmet: {source: {type: GITHUB}}
    Unmet: {source: {type: GITHUB, buildspec: ""}}
    """
    # Without a name, CodeBuild looks for buildspec.yml in the source.
    said = str(project["source"].get("buildspec") or "buildspec.yml")
    if said.startswith("arn:"):
        return met("The instructions are in a bucket.")
    if _FILE.match(said):
        return unmet(f"The instructions are in the file {quoted((said.strip(),))} of the source.")
    return met("The instructions are in the project.")


_OPEN_EVENTS = ("PULL_REQUEST_CREATED", "PULL_REQUEST_UPDATED", "PULL_REQUEST_REOPENED")


def _builds_for_strangers(webhook: Mapping[str, Any]) -> bool:
    """Whether some group of filters lets pull requests of anybody start a build."""
    if webhook.get("pullRequestBuildPolicy", {}).get("requiresCommentApproval", "DISABLED") != "DISABLED":
        return False
    groups = webhook.get("filterGroups") or [[]]
    return any(_is_open(group) for group in groups)


def _is_open(group: list[Mapping[str, Any]]) -> bool:
    events = [f["pattern"] for f in group if f["type"] == "EVENT"]
    named = any(f["type"] == "ACTOR_ACCOUNT_ID" and not f.get("excludeMatchedPattern") for f in group)
    return not named and (not events or any(event in pattern for pattern in events for event in _OPEN_EVENTS))


@check(CODE, each=PROJECTS, none=not_applicable("No build project with a webhook exists here."), severity="high")
def builds_are_not_started_by_strangers(project: Row) -> Observation:
    """No webhook builds a pull request of anybody without a person's consent or a list of authors.

    A stranger's change would otherwise run with the rights of the build's role.

    Remedy: Demand a comment as approval for pull requests, or add a filter on the authors' account ids.

    Met:
      webhook: {filterGroups: [[{type: EVENT, pattern: PULL_REQUEST_CREATED}, {type: ACTOR_ACCOUNT_ID, pattern: "7"}]]}
    Met:
      webhook: {pullRequestBuildPolicy: {requiresCommentApproval: ALL_PULL_REQUESTS}}
    Met:
      webhook: {filterGroups: [[{type: EVENT, pattern: PUSH}]]}
    Unmet:
      webhook: {filterGroups: [[{type: EVENT, pattern: PUSH}], [{type: EVENT, pattern: "PUSH, PULL_REQUEST_CREATED"}]]}
    Unmet:
      webhook: {url: "https://api.github.com/repos/example/app/hooks/1"}
    Not applicable: {name: app}
    """
    if "webhook" not in project:
        return not_applicable("No webhook starts builds.")
    if _builds_for_strangers(project["webhook"]):
        return unmet("Pull requests of anybody are built.")
    return met("Pull requests are built for named authors or with consent only.")


def _stored(project: Row) -> list[Mapping[str, Any]]:
    """What a project leaves in S3 itself; CodePipeline stores its own artifacts."""
    every = [project["artifacts"], *project.get("secondaryArtifacts", ())]
    return [artifacts for artifacts in every if artifacts["type"] == "S3"]


@check(CODE, DATA, each=PROJECTS, none=not_applicable("No build project leaves artifacts in S3 here."))
def build_artifacts_are_encrypted(project: Row) -> Observation:
    """Every build project encrypts the artifacts that it leaves in S3.

    Remedy: Do not disable the encryption of artifacts in the project.

    Met:   {artifacts: {type: S3, encryptionDisabled: false}}
    Unmet: {artifacts: {type: NO_ARTIFACTS}, secondaryArtifacts: [{type: S3, encryptionDisabled: true}]}
    Not applicable: {artifacts: {type: NO_ARTIFACTS}}
    """
    stored = _stored(project)
    if not stored:
        return not_applicable("The project leaves no artifacts in S3.")
    if any(artifacts.get("encryptionDisabled") for artifacts in stored):
        return unmet("Encryption of artifacts is disabled.")
    return met("Artifacts are encrypted.")


@check(CODE, DATA, each=PROJECTS, none=not_applicable("No build project keeps its log in S3 here."), severity="low")
def build_logs_in_s3_are_encrypted(project: Row) -> Observation:
    """Every build project that keeps its log in S3 encrypts it.

    Remedy: Do not disable the encryption of the log in the project.

    Met:   {logsConfig: {s3Logs: {status: ENABLED, encryptionDisabled: false}}}
    Unmet: {logsConfig: {s3Logs: {status: ENABLED, encryptionDisabled: true}}}
    Not applicable: {logsConfig: {s3Logs: {status: DISABLED}}}
    Not applicable: {name: app}
    """
    setting = project.get("logsConfig", {}).get("s3Logs", {})
    if setting.get("status") != "ENABLED":
        return not_applicable("The project keeps no log in S3.")
    if setting.get("encryptionDisabled"):
        return unmet("Encryption of the log is disabled.")
    return met("The log is encrypted.")


@check(CODE, whole=(PROJECTS, ROLES), none=NO_PROJECT, severity="low", parameters=[ROLE_DAYS])
def build_projects_are_in_use(projects: Rows, roles: Rows, given: Given) -> Iterator[Observation]:
    """Every build project ran within the agreed time, as the last use of its role shows.

    A project that nobody runs keeps a role, and a way to run commands with it.

    Remedy: Delete the project and its role.

    Met:
      codebuild:BatchGetProjects: [{serviceRole: "arn:aws:iam::111122223333:role/build"}]
      iam:GetAccountAuthorizationDetails#roles:
      - {Arn: "arn:aws:iam::111122223333:role/build", CreateDate: 2024-01-01T00:00:00Z,
         RoleLastUsed: {LastUsedDate: 2025-12-20T00:00:00Z}}
    Unmet:
      codebuild:BatchGetProjects: [{serviceRole: "arn:aws:iam::111122223333:role/build"}]
      iam:GetAccountAuthorizationDetails#roles:
      - {Arn: "arn:aws:iam::111122223333:role/build", CreateDate: 2024-01-01T00:00:00Z, RoleLastUsed: {}}
    Unmet:
      codebuild:BatchGetProjects: [{serviceRole: "arn:aws:iam::111122223333:role/gone"}]
      iam:GetAccountAuthorizationDetails#roles: []
    """
    known = {role["Arn"]: role for role in roles}
    for project in projects:
        role = known.get(project["serviceRole"])
        if role is None:
            yield unmet("The project's role does not exist, so it cannot run.").about(project)
            continue
        days = given.days_since(role.get("RoleLastUsed", {}).get("LastUsedDate", role["CreateDate"]))
        note = f"The project's role was last used, or made, {days} days ago."
        yield (unmet(note) if days > given[ROLE_DAYS] else met(note)).about(project)


@check(
    CODE, DATA, each=REPORT_GROUPS, none=not_applicable("No group of test reports is exported here."), severity="low"
)
def test_reports_are_encrypted(group: Row) -> Observation:
    """Every group of test reports that is exported to S3 is encrypted there.

    Remedy: Do not disable the encryption of the export.

    Met:   {exportConfig: {exportConfigType: S3, s3Destination: {bucket: reports, encryptionDisabled: false}}}
    Unmet: {exportConfig: {exportConfigType: S3, s3Destination: {bucket: reports, encryptionDisabled: true}}}
    Not applicable: {exportConfig: {exportConfigType: NO_EXPORT}}
    """
    if group.at("exportConfig.exportConfigType") != "S3":
        return not_applicable("The reports are not exported.")
    if group.at("exportConfig.s3Destination").get("encryptionDisabled"):
        return unmet("Encryption of the export is disabled.")
    return met("The export is encrypted.")


@check(
    CODE,
    whole=(PACKAGE_REPOSITORIES, MIXED_PACKAGES),
    counts=("repository or package of mixed origin", "repositories and packages of mixed origin"),
    none=not_applicable("No package repository exists here."),
    severity="high",
)
def packages_have_one_origin(repositories: Rows, packages: Rows) -> Iterator[Observation]:
    """No package of CodeArtifact takes versions both from those who publish here and from the public.

    A stranger who publishes a higher version under the same name would get it into the build.

    Remedy: Set the package's origin controls to block either publishing or upstream.

    Met:
      codeartifact:ListRepositories: [{name: billing, domainName: example}]
      codeartifact:ListPackages#published-and-upstream: []
    Unmet:
      codeartifact:ListRepositories: [{name: billing, domainName: example}]
      codeartifact:ListPackages#published-and-upstream: [{package: billing-core}]
    """
    for package in packages:
        yield unmet("Versions may come both from publishers here and from upstream.").about(package)
    for repository in repositories:
        yield met("All other packages have one origin.").about(repository)
