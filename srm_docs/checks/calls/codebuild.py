"""What is asked of AWS CodeBuild: projects and groups of test reports, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PROJECT_NAMES = Call(
    service="codebuild",
    operation="ListProjects",
    noun="build project name",
    nouns="build project names",
    rows="projects",
    name="value",
)

PROJECTS = Call(
    service="codebuild",
    operation="BatchGetProjects",
    noun="build project",
    nouns="build projects",
    rows="projects",
    name="name",
    per=PROJECT_NAMES,
    bind={"names": "[value]"},
    redact=("projects[].environment.environmentVariables[].value", "projects[].webhook.secret"),
)

REPORT_GROUP_NAMES = Call(
    service="codebuild",
    operation="ListReportGroups",
    noun="report group name",
    nouns="report group names",
    rows="reportGroups",
    name="value",
)

REPORT_GROUPS = Call(
    service="codebuild",
    operation="BatchGetReportGroups",
    noun="report group",
    nouns="report groups",
    rows="reportGroups",
    name="name",
    per=REPORT_GROUP_NAMES,
    bind={"reportGroupArns": "[value]"},
)
