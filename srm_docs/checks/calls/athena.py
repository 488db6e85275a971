"""What is asked of Amazon Athena: workgroups and their settings, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

WORKGROUP_NAMES = Call(
    service="athena",
    operation="ListWorkGroups",
    noun="workgroup's name",
    nouns="workgroups' names",
    rows="WorkGroups",
    name="Name",
    token=("NextToken", "NextToken"),
)

WORKGROUPS = Call(
    service="athena",
    operation="GetWorkGroup",
    noun="Athena workgroup",
    nouns="Athena workgroups",
    rows="WorkGroup",
    name="Name",
    per=WORKGROUP_NAMES,
    bind={"WorkGroup": "Name"},
    redact=(
        "WorkGroup.Configuration.AdditionalConfiguration",
        "WorkGroup.Configuration.EngineConfiguration.AdditionalConfigs.*",
        "WorkGroup.Configuration.EngineConfiguration.SparkProperties.*",
        "WorkGroup.Configuration.EngineConfiguration.Classifications",
    ),
)
