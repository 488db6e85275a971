"""What is asked of AWS Systems Manager: managed instances, patches and associations as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

MANAGED_INSTANCES = Call(
    service="ssm",
    operation="DescribeInstanceInformation",
    noun="managed instance",
    nouns="managed instances",
    rows="InstanceInformationList",
    name="InstanceId",
)

# Without a filter: one question a region serves the checks on associations and on patches alike.
COMPLIANCE_SUMMARIES = Call(
    service="ssm",
    operation="ListResourceComplianceSummaries",
    noun="compliance summary",
    nouns="compliance summaries",
    rows="ResourceComplianceSummaryItems",
    name="ResourceId",
)

PATCH_STATES = Call(
    service="ssm",
    operation="DescribeInstancePatchStates",
    noun="instance's patch state",
    nouns="instances' patch states",
    rows="InstancePatchStates",
    name="InstanceId",
    per=MANAGED_INSTANCES,
    bind={"InstanceIds": "InstanceId && [InstanceId]"},
    redact=("InstancePatchStates[].OwnerInformation",),
)

ASSOCIATIONS = Call(
    service="ssm",
    operation="ListAssociations",
    noun="State Manager association",
    nouns="State Manager associations",
    rows="Associations",
    name="AssociationId",
)

MAINTENANCE_WINDOWS = Call(
    service="ssm",
    operation="DescribeMaintenanceWindows",
    noun="maintenance window",
    nouns="maintenance windows",
    rows="WindowIdentities",
    name="WindowId",
)

MAINTENANCE_TASKS = Call(
    service="ssm",
    operation="DescribeMaintenanceWindowTasks",
    noun="maintenance window task",
    nouns="maintenance window tasks",
    rows="Tasks",
    name="WindowTaskId",
    per=MAINTENANCE_WINDOWS,
    bind={"WindowId": "WindowId"},
    when=lambda window: window.get("Enabled") is not False,
    # Parameters of a task may carry a command with a password in it.
    redact=("Tasks[].TaskParameters.*.Values[]",),
)

OWN_DOCUMENTS = Call(
    service="ssm",
    operation="ListDocuments",
    variant="self-owned",
    noun="own Systems Manager document",
    nouns="own Systems Manager documents",
    rows="DocumentIdentifiers",
    name="Name",
    params={"Filters": [{"Key": "Owner", "Values": ["Self"]}]},
)

DOCUMENT_SHARES = Call(
    service="ssm",
    operation="DescribeDocumentPermission",
    noun="own document's sharing",
    nouns="own documents' sharing",
    params={"PermissionType": "Share"},
    per=OWN_DOCUMENTS,
    bind={"Name": "Name"},
    token=("NextToken", "NextToken"),
)

# Scripts hold passwords: of the content only the kind of secret found is kept.
DOCUMENTS = Call(
    service="ssm",
    operation="GetDocument",
    noun="own document's content",
    nouns="own documents' content",
    name="Name",
    per=OWN_DOCUMENTS,
    bind={"Name": "Name"},
    redact=("Content", "AttachmentsContent[].Url"),
)
