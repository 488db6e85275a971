"""What is asked of AWS CodeBuild: the projects, as calls."""

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
