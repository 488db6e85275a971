"""What a call needs to be allowed: calls in, IAM actions and the least-privilege policy out.

IAM's names differ from those of the API in places. Three short tables say where; tests hold them against botocore's
models and the service authorization reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from srm_docs.checks.call import Call

POLICY_LIMIT = 6144
"""Characters that AWS allows in one customer-managed policy, white space not counted."""

PREFIXES: Mapping[str, str] = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "bedrock-agent": "bedrock",
    "cloudhsmv2": "cloudhsm",
    "docdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "neptune": "rds",
    "opensearch": "es",
    "s3control": "s3",
    "service-quotas": "servicequotas",
    "sesv2": "ses",
    "sso-admin": "sso",
    "stepfunctions": "states",
}
"""boto3 client -> IAM prefix, where they differ."""

EXCEPTIONS: Mapping[str, tuple[str, ...]] = {
    "accessanalyzer:GetFindingV2": ("access-analyzer:GetFinding",),
    "accessanalyzer:ListFindingsV2": ("access-analyzer:ListFindings",),
    "apigateway:GetDomainNames": ("apigateway:GET",),
    "apigateway:GetResources": ("apigateway:GET",),
    "apigateway:GetRestApis": ("apigateway:GET",),
    "apigateway:GetStages": ("apigateway:GET",),
    "apigatewayv2:GetApis": ("apigateway:GET",),
    "apigatewayv2:GetRoutes": ("apigateway:GET",),
    "apigatewayv2:GetStages": ("apigateway:GET",),
    "s3:GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3:GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "s3:GetBucketNotificationConfiguration": ("s3:GetBucketNotification",),
    "s3:GetBucketReplication": ("s3:GetReplicationConfiguration",),
    "s3:GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3control:GetPublicAccessBlock": ("s3:GetAccountPublicAccessBlock",),
}
"""`client:Operation` -> the IAM actions that it needs, where they are not `prefix:Operation`."""

READS = ("BatchGet*", "Describe*", "Get*", "List*", "Lookup*")
"""How the name of an operation begins that reads and does nothing else."""

ALLOWED: Mapping[str, str] = {
    "iam:GenerateCredentialReport": "It makes IAM write down a report that GetCredentialReport reads; nothing else "
    "changes, and AWS itself classes it as reading.",
    "sagemaker:Search": "It lists the training jobs with all their settings; AWS classes it as reading.",
}
"""Operations that are asked although their name or access level is not that of reading, and why."""

FORBIDDEN: Mapping[str, str] = {
    "account-access-runtime:GetRoleCredentials": "It hands out a credential.",
    "acm:GetAcmeExternalAccountBindingCredentials": "It hands out a credential.",
    "amplifybackend:GetToken": "It hands out a credential.",
    "apigateway:GetApiKey*": "It can hand out the values of API keys.",
    "appsync:ListApiKeys": "The id of an API key is the key.",
    "artifact:GetReport": "Downloading a report accepts AWS's terms in the organization's name.",
    "artifact:GetTermForReport": "It begins the acceptance of AWS's terms.",
    "athena:GetQueryResults*": "It reads the organization's data.",
    "athena:GetSessionEndpoint": "It hands out a credential.",
    "bedrock-agent-runtime:GetDocumentContent": "It hands out a link to content.",
    "bedrock-agentcore:GetResource*": "It hands out a credential.",
    "bedrock-agentcore:GetWorkloadAccessToken*": "It hands out a credential.",
    "chime-sdk-meetings:*Attendee*": "It hands out a credential.",
    "chime:*Bot*": "It hands out a credential.",
    "cloudwatchomni:GetSpaceCredentials*": "It hands out a credential.",
    "cloudwatchomni:GetSpaceDataAccess": "It hands out a credential.",
    "codeartifact:GetAuthorizationToken": "It hands out a credential.",
    "codeartifact:GetPackageVersionAsset": "It downloads software.",
    "codecommit:GetBlob": "It downloads source code.",
    "codecommit:GetFile": "It downloads source code.",
    "codepipeline:Get*JobDetails": "It hands out a credential.",
    "codepipeline:ListWebhooks": "It hands out a secret.",
    "cognito-identity:GetCredentialsForIdentity": "It hands out a credential.",
    "cognito-identity:GetOpenIdToken*": "It hands out a credential.",
    "cognito-idp:*UserImportJob*": "It hands out a link to content.",
    "cognito-idp:DescribeUserPoolClient": "It hands out the client's secret.",
    "cognito-idp:Get*Token*": "It hands out a credential.",
    "cognito-idp:ListUserPoolClientSecrets": "It hands out a secret.",
    "cognito-sync:ListRecords": "It reads the organization's data.",
    "connect:GetFederationToken": "It hands out a credential.",
    "connect:GetPromptFile": "It hands out a link to content.",
    "datazone:*Connection*": "It hands out a credential.",
    "datazone:GetEnvironmentCredentials": "It hands out a credential.",
    "dynamodb:*GetItem": "It reads the organization's data.",
    "dynamodb:Query": "It reads the organization's data.",
    "dynamodb:Scan": "It reads the organization's data.",
    "dynamodbstreams:GetRecords": "It reads the organization's data.",
    "ec2:GetConsole*": "What a console prints may hold passwords.",
    "ec2:GetPasswordData": "It hands out the administrator's password.",
    "ecr-public:GetAuthorizationToken": "It hands out a credential.",
    "ecr:GetAuthorizationToken": "It hands out a credential.",
    "ecr:GetDownloadUrlForLayer": "It hands out a link to an image's content.",
    "emr-containers:GetManagedEndpointSessionCredentials": "It hands out a credential.",
    "emr-serverless:GetSessionEndpoint": "It hands out a credential.",
    "emr:Get*PresignedURL": "It hands out a link to content.",
    "emr:GetClusterSessionCredentials": "It hands out a credential.",
    "emr:GetSessionEndpoint": "It hands out a credential.",
    "evs:GetDepotUrl": "It hands out a credential.",
    "gamelift:Get*Access": "It hands out a credential.",
    "gamelift:GetComputeAuthToken": "It hands out a credential.",
    "gamelift:GetGameSessionLogUrl": "It hands out a link to content.",
    "gamelift:GetPlayerConnectionDetails": "It hands out a credential.",
    "glue:GetSessionEndpoint": "It hands out a credential.",
    "greengrassv2:GetComponentVersionArtifact": "It hands out a link to content.",
    "invoicing:GetProcurementPortalPreference": "It hands out a secret.",
    "kinesis-video-signaling:GetIceServerConfig": "It hands out a credential.",
    "kinesis:GetRecords": "It reads the organization's data.",
    "kms:Decrypt": "It reads what a key protects.",
    "kms:GenerateDataKey*": "It hands out a key.",
    "lakeformation:GetTemporary*Credentials": "It hands out a credential.",
    "lambda:GetFunction": "It hands out a link to the code; ListFunctions tells the same without it.",
    "lambda:GetLayerVersion*": "It hands out a link to the code.",
    "lambda:Invoke*": "It runs code.",
    "license-manager:GetAccessToken": "It hands out a credential.",
    "lightsail:GetBucketAccessKeys": "It hands out a credential.",
    "lightsail:GetInstanceAccessDetails": "It hands out a credential.",
    "lightsail:GetRelationalDatabaseMasterUserPassword": "It hands out a secret.",
    "logs:FilterLogEvents": "Log events may hold secrets and personal data.",
    "logs:GetLogEvents": "Log events may hold secrets and personal data.",
    "logs:GetLogRecord": "Log events may hold secrets and personal data.",
    "logs:GetQueryResults": "Log events may hold secrets and personal data.",
    "mailmanager:*AddressListImportJob*": "It hands out a link to content.",
    "pca-connector-scep:GetChallengePassword": "It hands out a secret.",
    "qbusiness:GetDocumentContent": "It hands out a link to content.",
    "rds:DownloadDBLogFilePortion": "Log files may hold secrets and personal data.",
    "redshift-data:GetStatementResult*": "It reads the organization's data.",
    "redshift-serverless:GetCredentials": "It hands out a credential.",
    "redshift-serverless:GetIdentityCenterAuthToken": "It hands out a credential.",
    "redshift:GetClusterCredentials*": "It hands out a credential.",
    "redshift:GetIdentityCenterAuthToken": "It hands out a credential.",
    "route53globalresolver:GetAccessToken": "It hands out a credential.",
    "s3:GetObject": "It reads the organization's data.",
    "s3control:GetDataAccess": "It hands out a credential.",
    "secretsmanager:*GetSecretValue": "It hands out a secret.",
    "secretsmanager:GetRandomPassword": "It makes a secret and hands it out.",
    "security-ir:GetCaseAttachment*Url": "It hands out a link to content.",
    "ssm:GetAccessToken": "It hands out a credential.",
    "ssm:GetCommandInvocation": "What a command printed may hold secrets.",
    "ssm:GetParameter*": "It hands out parameter values.",
    "sso:GetRoleCredentials": "It hands out a credential.",
    "storagegateway:DescribeChapCredentials": "It hands out a secret.",
    "sts:Assume*": "Entering a role belongs to the session and is not a question.",
    "sts:GetDelegatedAccessToken": "It hands out a credential.",
    "sts:GetFederationToken": "It hands out a credential.",
    "sts:GetSessionToken": "It hands out a credential.",
    "sts:GetWebIdentityToken": "It hands out a credential.",
    "taxsettings:GetTaxRegistrationDocument": "It hands out a link to content.",
    "wafv2:GetDecryptedAPIKey": "It takes an API key apart.",
    "wafv2:ListAPIKeys": "It hands out the values of API keys.",
    "wickr:GetOidcInfo": "It hands out a secret.",
    "wickr:GetOpentdfConfig": "It hands out a secret.",
}
"""`client:Operation` patterns that no call may ask, whatever the access level says, and why."""


def operations(call: Call) -> tuple[str, ...]:
    """Every `client:Operation` that a call asks: its own, and the one that starts its job."""
    started = (call.job.operation,) if call.job else ()
    return tuple(f"{call.service}:{operation}" for operation in (call.operation, *started))


def actions(call: Call) -> tuple[str, ...]:
    """The IAM actions that a call needs, sorted."""
    return tuple(sorted({action for operation in operations(call) for action in _actions(operation)}))


def forbidden(operation: str) -> str:
    """Why a `client:Operation` may never be asked, "" where it may."""
    return next((why for pattern, why in FORBIDDEN.items() if fnmatchcase(operation, pattern)), "")


def policy(calls: Iterable[Call], *, partition: str = "aws") -> dict[str, Any]:
    """The least-privilege IAM policy document for `calls`: a statement a service, everything sorted.

    It may pass POLICY_LIMIT; `policies` cuts it into pieces that AWS takes.
    """
    return _document(_statements(calls, partition))


def policies(calls: Iterable[Call], *, partition: str = "aws") -> tuple[dict[str, Any], ...]:
    """The same in as few documents as AWS's size limit asks for, whole services in each."""
    parts: list[list[dict[str, Any]]] = []
    for statement in _statements(calls, partition):
        if parts and size(_document([*parts[-1], statement])) <= POLICY_LIMIT:
            parts[-1].append(statement)
        else:
            parts.append([statement])
    return tuple(_document(part) for part in parts)


def size(document: Mapping[str, Any]) -> int:
    """A policy document's length as AWS counts it: without white space."""
    return len(json.dumps(document, separators=(",", ":")))


def _actions(operation: str) -> tuple[str, ...]:
    if operation in EXCEPTIONS:
        return EXCEPTIONS[operation]
    service, _, name = operation.partition(":")
    return (f"{PREFIXES.get(service, service)}:{name}",)


def _statements(calls: Iterable[Call], partition: str) -> list[dict[str, Any]]:
    groups: dict[str, set[str]] = {}
    for call in calls:
        for action in actions(call):
            groups.setdefault(action.partition(":")[0], set()).add(action)
    return [
        {
            "Sid": "Read" + "".join(word.capitalize() for word in service.split("-")),
            "Effect": "Allow",
            "Action": sorted(groups[service]),
            "Resource": _resources(service, partition),
        }
        for service in sorted(groups)
    ]


def _resources(service: str, partition: str) -> str | list[str]:
    """Everything, for reading settings is account-wide; but API Gateway's one action would also read API keys."""
    if service == "apigateway":
        kinds = ("apis", "domainnames", "restapis")
        return [f"arn:{partition}:apigateway:*::/{kind}{below}" for kind in kinds for below in ("", "/*")]
    return "*"


def _document(statements: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
