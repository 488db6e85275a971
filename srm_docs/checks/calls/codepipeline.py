"""What is asked of AWS CodePipeline: the pipelines, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PIPELINE_NAMES = Call(
    service="codepipeline",
    operation="ListPipelines",
    noun="pipeline name",
    nouns="pipeline names",
    rows="pipelines",
    name="name",
)

PIPELINES = Call(
    service="codepipeline",
    operation="GetPipeline",
    noun="pipeline",
    nouns="pipelines",
    rows="pipeline",
    name="name",
    per=PIPELINE_NAMES,
    bind={"name": "name"},
    redact=(
        "pipeline.stages[].actions[].configuration.OAuthToken",
        "pipeline.stages[].actions[].configuration.EnvironmentVariables",
        "pipeline.variables[].defaultValue",
    ),
)
