"""Domain 10, application security: how code is built and released, what APIs accept, where secrets live, as checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from srm_docs.checks.calls.apigateway import API_RESOURCES, API_STAGES
from srm_docs.checks.calls.codebuild import PROJECTS
from srm_docs.checks.calls.codepipeline import PIPELINES
from srm_docs.checks.calls.secretsmanager import SECRET_POLICIES, SECRETS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.quoted import quoted
from srm_docs.checks.redacted import secrets_in
from srm_docs.checks.row import Given, Row

CODE = "application-security.secure-application-code"
INPUT = "application-security.input-validation-secrets"

NO_PROJECT = not_applicable("No build project exists here.")
NO_SECRET = not_applicable("No secret exists here.")
NO_API = not_applicable("No method of a REST API exists here.")
NO_STAGE = not_applicable("No stage of a REST API exists here.")

SECRET_DAYS = Parameter(
    id="secret_days",
    title="Days after which the value of a secret has been changed, at most",
    default=90,
    loosest=365,
    unit="days",
)

_SECRET_NAME = re.compile(r"passw|secret|token|api_?key|private_?key|credential", re.IGNORECASE)


def _plain_secrets(variables: list[Mapping[str, Any]]) -> list[str]:
    """Names of plain text variables whose value was recognized as a secret, or whose name says so."""
    plain = [v for v in variables if v.get("type", "PLAINTEXT") == "PLAINTEXT"]
    return [v["name"] for v in plain if secrets_in(str(v.get("value", ""))) or _SECRET_NAME.search(v["name"])]


@check(INPUT, CODE, each=PROJECTS, none=NO_PROJECT, severity="critical")
def builds_have_no_plain_secrets(project: Row) -> Observation:
    """No build project holds a secret as a plain environment variable.

    Everyone who may look at the project, and every step of the build, can read it.

    Remedy: Keep the value in Secrets Manager or Parameter Store, and name it there as the variable's type.

    Met:
      environment: {environmentVariables: [{name: DB_PASSWORD, type: SECRETS_MANAGER, value: "[redacted:declared:0a]"},
                                           {name: STAGE, type: PLAINTEXT, value: "[redacted:declared:0b]"}]}
    Unmet:
      environment: {environmentVariables: [{name: DEPLOY, type: PLAINTEXT, value: "[redacted:aws-access-key:0c]"}]}
    Unmet:
      environment: {environmentVariables: [{name: DB_PASSWORD, type: PLAINTEXT, value: "[redacted:declared:0a]"}]}
    """
    names = _plain_secrets(project["environment"].get("environmentVariables", []))
    if names:
        return unmet(f"Plain text variables with a secret, or named like one: {quoted(names)}.")
    return met("No plain text variable holds a recognized secret or is named like one.")


@check(CODE, each=PROJECTS, none=NO_PROJECT)
def builds_run_without_privileges(project: Row) -> Observation:
    """No build runs in a privileged container.

    In privileged mode, what a build downloads can take over the machine that it runs on.

    Remedy: Turn off privileged mode, or record for which image builds it is needed.

    Met:   {environment: {privilegedMode: false}}
    Unmet: {environment: {privilegedMode: true}}
    """
    if project.at("environment.privilegedMode"):
        return unmet("Builds run in privileged mode.")
    return met("Builds run without privileges.")


@check(CODE, each=PROJECTS, none=NO_PROJECT, severity="high")
def builds_are_not_public(project: Row) -> Observation:
    """No build project shows its builds to the public.

    Build logs and artifacts tell how the application is made, and at times its secrets.

    Remedy: Make the project private.

    Met:   {projectVisibility: PRIVATE}
    Met:   {name: app}
    Met:   {}
    Unmet: {projectVisibility: PUBLIC_READ}
    """
    # AWS leaves the field out for projects whose visibility was never set: those are private.
    if project.get("projectVisibility") == "PUBLIC_READ":
        return unmet("Everyone can read the project's builds.")
    return met("The project's builds are private.")


@check(CODE, "monitoring-logging.enable-analyze-logs", each=PROJECTS, none=NO_PROJECT, severity="low")
def builds_are_logged(project: Row) -> Observation:
    """Every build project keeps a log of its builds.

    What went into a release can be shown from it afterwards.

    Remedy: Turn on logs to CloudWatch or S3 in the project.

    Met:   {logsConfig: {cloudWatchLogs: {status: ENABLED}, s3Logs: {status: DISABLED}}}
    Met:   {name: app}
    Met:   {}
    Unmet: {logsConfig: {cloudWatchLogs: {status: DISABLED}, s3Logs: {status: DISABLED}}}
    """
    # Without a setting, CodeBuild logs to CloudWatch.
    config = project.get("logsConfig", {"cloudWatchLogs": {"status": "ENABLED"}})
    places = [place for place, setting in config.items() if setting.get("status") == "ENABLED"]
    if places:
        return met(f"Builds are logged to {', '.join(sorted(places))}.")
    return unmet("Builds are not logged.")


@check(CODE, each=PIPELINES, none=not_applicable("No pipeline that deploys exists here."), severity="high")
def pipelines_ask_a_person(pipeline: Row) -> Observation:
    """Every pipeline that deploys asks a person for approval first.

    A change then reaches production only when somebody besides its author agreed to it. Where branch protection does
    that instead, record it.

    Remedy: Add a manual approval before the first deployment stage.

    Met:
      stages:
      - {name: Source, actions: [{actionTypeId: {category: Source}}]}
      - {name: Release, actions: [{actionTypeId: {category: Approval}}, {actionTypeId: {category: Deploy}}]}
    Unmet:
      stages:
      - {name: Staging, actions: [{actionTypeId: {category: Deploy}}]}
      - {name: Release, actions: [{actionTypeId: {category: Approval}}, {actionTypeId: {category: Deploy}}]}
    Unmet:
      stages: [{name: Release, actions: [{actionTypeId: {category: Deploy}}]}]
    Not applicable:
      stages: [{name: Build, actions: [{actionTypeId: {category: Build}}]}]
    """
    steps = [action["actionTypeId"]["category"] for stage in pipeline["stages"] for action in stage["actions"]]
    if "Deploy" not in steps:
        return not_applicable("The pipeline deploys nothing.")
    if "Approval" in steps[: steps.index("Deploy")]:
        return met("A manual approval stands before the first deployment.")
    return unmet("No manual approval stands before the first deployment.")


@check(INPUT, each=SECRETS, none=not_applicable("No secret of our own exists here."), severity="high")
def secrets_rotate(secret: Row) -> Observation:
    """Every secret is rotated automatically.

    A value that changes by itself is worth little to whoever copied it.

    Remedy: Set up rotation for the secret.

    Met:   {RotationEnabled: true}
    Unmet: {RotationEnabled: false}
    Unmet: {Name: db}
    Not applicable: {Name: "appflow!key", OwningService: appflow}
    """
    if secret.get("RotationEnabled"):
        return met("Rotation is on.")
    if "OwningService" in secret:
        return not_applicable(f"{secret['OwningService']} manages this secret.")
    return unmet("Rotation is off.")


@check(INPUT, each=SECRETS, none=NO_SECRET, parameters=[SECRET_DAYS])
def secrets_are_changed_in_time(secret: Row, given: Given) -> Observation:
    """The value of every secret was changed within the agreed time.

    Rotation that was set up and then failed shows here.

    Remedy: Rotate the secret, and see why its rotation did not.

    Met:   {CreatedDate: 2024-01-01T00:00:00Z, LastRotatedDate: 2025-12-01T00:00:00Z}
    Met:   {CreatedDate: 2024-01-01T00:00:00Z, LastChangedDate: 2025-12-01T00:00:00Z}
    Met:   {CreatedDate: 2025-12-01T00:00:00Z}
    Unmet: {CreatedDate: 2024-01-01T00:00:00Z, LastRotatedDate: 2025-06-01T00:00:00Z}
    Unmet: {CreatedDate: 2024-01-01T00:00:00Z}
    """
    moments = [secret.fields[key] for key in ("LastRotatedDate", "LastChangedDate") if secret.get(key)]
    last = min(moments or [secret["CreatedDate"]], key=given.days_since)
    days = given.days_since(last)
    note = f"The secret was last changed on {given.day(last)}, {days} days before this was read."
    return unmet(note) if days > given[SECRET_DAYS] else met(note)


@check(INPUT, "identity-access-management.least-privilege", each=SECRET_POLICIES, none=NO_SECRET, severity="critical")
def secret_policies_do_not_let_in_everyone(secret: Row) -> Observation:
    """No secret's resource policy lets in everyone.

    A wildcard principal lets every AWS account read the secret, unless a condition names who is meant.

    Remedy: Name the principals in the policy, or add a condition on the organization.

    Met:   {Name: db}
    Met:   {}
    Met:
      ResourcePolicy:
        {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "secretsmanager:*", Resource: "*"}]}
    Unmet:
      ResourcePolicy:
        {Statement: [{Effect: Allow, Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*"}]}
    """
    # A secret without a resource policy is governed by IAM alone.
    if open_to_everyone(read(secret.get("ResourcePolicy", {}))):
        return unmet("The resource policy lets in everyone.")
    return met("The resource policy lets in named principals at most.")


def _methods(path: Row) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The methods of a path, without OPTIONS, which browsers ask before the real request."""
    for verb, method in path.get("resourceMethods", {}).items():
        if verb != "OPTIONS":
            yield verb, method


@check(INPUT, each=API_RESOURCES, none=NO_API)
def api_methods_validate_requests(path: Row) -> Observation:
    """Every method of a REST API has a validator for its requests.

    A request that does not have the agreed shape is then turned away before it reaches code.

    Remedy: Attach a request validator, with a model for the body, to the method.

    Met:   {path: /orders, resourceMethods: {POST: {requestValidatorId: a1}, OPTIONS: {}}}
    Unmet: {path: /orders, resourceMethods: {POST: {requestValidatorId: a1}, GET: {}}}
    Not applicable: {path: /}
    """
    without = [verb for verb, method in _methods(path) if not method.get("requestValidatorId")]
    if without:
        return unmet(f"No request validator: {', '.join(sorted(without))}.")
    if not path.get("resourceMethods"):
        return not_applicable("The path has no method.")
    return met("Every method has a request validator.")


@check(INPUT, "identity-access-management.least-privilege", each=API_RESOURCES, none=NO_API, severity="high")
def api_methods_know_their_caller(path: Row) -> Observation:
    """Every method of a REST API asks who calls it.

    A method that authorizes nobody answers everybody. An API key does not count: it is for metering.

    Remedy: Set an authorizer or IAM authorization on the method, or record that it is meant for everybody.

    Met:   {path: /orders, resourceMethods: {GET: {authorizationType: AWS_IAM}, OPTIONS: {authorizationType: NONE}}}
    Unmet: {path: /orders, resourceMethods: {GET: {authorizationType: NONE}}}
    Not applicable: {path: /}
    """
    open_to_all = [verb for verb, method in _methods(path) if method["authorizationType"] == "NONE"]
    if open_to_all:
        return unmet(f"Answers everybody: {', '.join(sorted(open_to_all))}.")
    if not path.get("resourceMethods"):
        return not_applicable("The path has no method.")
    return met("Every method asks who calls it.")


@check(INPUT, "monitoring-logging.enable-analyze-logs", each=API_STAGES, none=NO_STAGE)
def api_stages_log_requests(stage: Row) -> Observation:
    """Every stage of a REST API logs its requests.

    Who tried what against an application shows there first.

    Remedy: Turn on access logging for the stage.

    Met:   {accessLogSettings: {destinationArn: "arn:aws:logs:eu-west-1:111122223333:log-group:api"}}
    Unmet: {stageName: live}
    Unmet: {}
    """
    if stage.get("accessLogSettings", {}).get("destinationArn"):
        return met("Requests are logged.")
    return unmet("Requests are not logged.")


@check(INPUT, "infrastructure-security.application-firewalls-waf", each=API_STAGES, none=NO_STAGE)
def api_stages_stand_behind_a_firewall(stage: Row) -> Observation:
    """Every stage of a REST API stands behind a web application firewall.

    Its rules turn away injections and scanners before they reach code.

    Remedy: Associate a web ACL with the stage.

    Met:   {webAclArn: "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/main/1"}
    Unmet: {stageName: live}
    Unmet: {}
    """
    if stage.get("webAclArn"):
        return met("A web ACL guards the stage.")
    return unmet("No web ACL guards the stage.")
