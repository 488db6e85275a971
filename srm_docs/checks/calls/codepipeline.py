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

_ACTION = "pipeline.stages[].actions[]"
_RULES = tuple(
    f"pipeline.stages[].{moment}.conditions[].rules[]" for moment in ("onFailure", "onSuccess", "beforeEntry")
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
        f"{_ACTION}.configuration.OAuthToken",
        f"{_ACTION}.configuration.EnvironmentVariables",
        f"{_ACTION}.configuration.UserParameters",
        f"{_ACTION}.configuration.ParameterOverrides",
        f"{_ACTION}.environmentVariables[].value",
        f"{_ACTION}.commands[]",
        *(f"{rule}.{field}" for rule in _RULES for field in ("commands[]", "configuration.*")),
        "pipeline.variables[].defaultValue",
    ),
)
