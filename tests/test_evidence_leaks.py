"""No secret comes out of any reply, and every member of a reply that may hold one was decided on.

What may hold a secret is replaced whole by a path that its call declares, or promises one by its name, or is text that
stays readable and is searched for the patterns of secrets. The first half proves the patterns in every text of every
call, the second that nothing new comes in without a decision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle, repeat
from typing import Any

import pytest
from botocore.model import Shape

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.place import Place
from srm_docs.collect.answer import Answer, Question, Refusal, State
from srm_docs.evidence import redact
from srm_docs.evidence.entry import Header
from srm_docs.evidence.memory import MemoryStore
from srm_docs.evidence.names import kind_of_name
from srm_docs.evidence.recorder import Recorder
from srm_docs.evidence.redact import Redactor
from tests.aws_models import Leaf, is_below, leaves, model_of
from tests.each import of_each
from tests.secret_kinds import PLANTED

CALLS = discover.calls()
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HEADER = Header(id="2026-06-01T120000Z-abcdef", began=NOW, ended=None, tool_version="0", catalog_digest="0" * 64,
                demo=False, accounts=(), calls=())  # fmt: skip
HERE = Place(account="111122223333", region="eu-west-1")


REDACTOR = Redactor(b"k" * 32)
ONCE = tuple({(c.service, c.operation, c.redact): c for c in CALLS}.values())


@pytest.fixture(scope="module", autouse=True)
def _searched_once() -> Iterator[None]:
    """The same text stands in ten thousand places here: it is searched once, which changes no answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Redactor, "spans", cache(Redactor.spans))
        patch.setattr(redact, "kind_of", cache(redact.kind_of))
        yield


def filled(shape: Shape, typed: Iterator[str], key: str = "k", above: frozenset[str] = frozenset()) -> Any:
    """A reply of this shape with the next text wherever AWS may send one; None where a shape stands in itself."""
    if shape.type_name in {"structure", "list", "map"}:
        if shape.name in above:
            return None
        above |= {shape.name}
    match shape.type_name:
        case "structure":
            return {name: filled(member, typed, key, above) for name, member in shape.members.items()}
        case "list":
            return [filled(shape.member, typed, key, above)]
        case "map":
            return {key: filled(shape.value, typed, key, above)}
        case "string":
            return shape.enum[0] if shape.enum else next(typed)
        case "blob":
            return next(typed).encode()
    return {"boolean": True, "timestamp": NOW}.get(shape.type_name, 1)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, str):
        yield value


@cache
def free_texts(call: Call) -> list[Leaf]:
    """The members of a call's reply that are text, and not one of a few words that AWS chose."""
    found = leaves(model_of(call).output_shape)
    return [
        leaf for leaf in found if leaf.shape.type_name in {"string", "blob"} and not getattr(leaf.shape, "enum", [])
    ]


@pytest.mark.parametrize("name", {planted.kind: name for name, planted in PLANTED.items()}.values())
def test_a_secret_of_each_kind_comes_out_of_no_text_of_any_reply_and_each_is_logged(name: str) -> None:
    carrier, secret, kind = PLANTED[name]
    for call in ONCE:
        page = filled(model_of(call).output_shape, repeat(carrier))
        (clean,), log = REDACTOR.redact(call, [page])
        leaking = [text for text in texts(clean) if secret in text]
        assert not leaking, (call.id, leaking[0])
        logged = {re.sub(r"\[\d+\]", "[]", one.path).partition("[].")[2] for one in log}
        unlogged = {leaf.path.replace("*", "k") for leaf in free_texts(call)} - logged
        assert not unlogged, (call.id, unlogged)
        assert kind in {one.kind for one in log} or not free_texts(call), call.id


def test_what_is_kept_of_a_run_full_of_secrets_holds_none() -> None:
    """Through the recorder: parameters, keys, pages, refusals, the journal while it is written and the snapshot."""
    carriers = cycle(planted.carrier for planted in PLANTED.values())
    store = MemoryStore()
    kept = b""
    with Recorder.begin(store, REDACTOR, HEADER, clock=lambda: NOW) as recorder:
        for call in ONCE:
            answer = Answer(
                pages=(filled(model_of(call).output_shape, carriers, next(carriers)),),
                refusal=Refusal(state=State.FAILED, code=next(carriers), message=next(carriers), page=1),
            )
            params = {"A": next(carriers), next(carriers): [next(carriers)]}
            question = Question(call=call.id, place=HERE, params=params)
            recorder.keep(call, question, answer)
            assert recorder.kept(question) is not None
        kept += bytes(store.journals[HEADER.id])
        snapshot = recorder.finish()
    kept += b"".join((*store.bodies.values(), *store.finished.values()))
    pages = "\n".join(text for key in snapshot.entries for page in snapshot.pages(key) for text in texts(page))
    assert len(snapshot.entries) == len(ONCE)
    for name, (_, secret, _) in PLANTED.items():
        for line in secret.splitlines():
            assert line not in pages, name
            assert line.encode() not in kept, name


# A member with one of these words in its name may hold what somebody typed to be kept to himself …
SUSPECT = frozenset({
    "args", "argument", "arguments", "attribute", "attributes", "auth", "body", "command", "commands", "config",
    "configuration", "connect", "content", "credential", "credentials", "data", "definition", "definitions",
    "document", "environment", "header", "headers", "input", "mappings", "option", "options", "parameter",
    "parameters", "password", "payload", "point", "properties", "query", "script", "secret", "setting", "settings",
    "sql", "sqls", "string", "template", "token", "uri", "uris", "url", "urls", "value", "values", "variable",
    "variables",
})  # fmt: skip
# … unless the name says that it is an identifier.
IDENTIFIER = frozenset({
    "arn", "arns", "id", "ids", "kms", "name", "names", "prefix", "status", "type", "types", "version",
})  # fmt: skip
READABLE = {
    "what AWS wrote: a page token, a lock or the token of a request, which opens nothing": (
        "NextToken", "nextToken", "NextPageToken", "ContinuationToken", "LockToken", "UpdateToken", "ClientToken",
        "clientRequestToken", "CreationToken",
    ),
    "tags: their keys name what their values hold, and patterns search both": (
        "Tags[].Value", "tags[].value", "Tags.*", "tags.*", "TagSet[].Value",
        "TagList[].Value", "Tag.Value", "resourceTags[].*", "dockerLabels.*", "labels.*",
    ),
    "a policy document, which is evidence word by word; patterns search it": (
        "AssumeRolePolicyDocument", "PolicyDocument", "policyDocument", "PolicyVersionList[].Document", "PolicyContent",
    ),
    "an address that AWS gives or that is public; patterns search URLs for logins, signatures and tokens": (
        "AccessUrl", "ApplicationIntegrationURL", "ConsoleURL", "EndpointURL", "EndpointUri", "EndpointUrl",
        "FunctionUrl",
        "JwksUrl", "LocationUri", "LogUri", "ModelDataUrl", "QueueUrls[]", "SelfServicePortalUrl", "TokenEndpoint",
        "UserAccessUrl", "authorizerUri", "badgeRequestUrl", "payloadUrl", "referenceUrls[]", "repositoryUri",
        "sourceUrl",
        "targetUrl", "truststoreUri", "methodIntegration.uri", "uris.*", "dns.*", "webhook.url", "URL", "Url",
        "Grantee.URI", "DestinationS3Uri", "ManifestS3Uri", "S3Uri", "PublicSigningKeyUrl", "ScriptLocation",
        "Endpoints.*",
        "ZookeeperConnectString", "ZookeeperConnectStringTls",
    ),
    "public by nature": (
        "certificateAuthority.data",
        "MetadataContent", "CustomResponseBodies.*.Content", "ResponseHeaders[].Value",
    ),
    "the name or ARN of a secret or key, not the secret": (
        "valueFrom", "credentialsParameter",
        "SecretVersionsToStages.*[]", "environmentFiles[].value",
    ),
    "named beside it (a parameter, an attribute, a setting): the name decides, and patterns search it": (
        "ParameterValue", "AdvancedOptions.*", "Attributes[].Value", "AdditionalAttributes[].Value",
        "systemControls[].value", "properties[].value", "requiresAttributes[].value",
        "resourceRequirements[].value", "settings[].value", "ProcessorFeatures[].Value", "Attributes[].Values[]",
        "logConfiguration.options.*", "firelensConfiguration.options.*", "actions[].configuration.*",
        "StandardsInput.*",
        "deliverySourceConfiguration.*", "BackupOptions.*", "Attributes.*",
    ),
    "a choice or a limit, in words of AWS": (
        "AllowedValues", "allowedValues[]", "defaultValue", "ElasticResizeNumberOfNodeOptions", "ReportTemplate",
        "TreatMissingData", "InsufficientDataActions[]", "CsvNoSupValue", "CsvNullValue", "metricValue",
        "InstanceInitiatedShutdownBehavior.Value", "InstanceType.Value", "KernelId.Value", "RamdiskId.Value",
        "RootDeviceName.Value", "SriovNetSupport.Value", "IkeVersions[].Value", "Phase1EncryptionAlgorithms[].Value",
        "Phase1IntegrityAlgorithms[].Value", "Phase2EncryptionAlgorithms[].Value",
        "Phase2IntegrityAlgorithms[].Value", "LogTypes.*[]", "LastIngestionTimes.*", "LogDestination.*",
    ),
    "names of fields, headers, paths, columns or resources, and what is matched or grouped by them": (
        "AllowHeaders[]", "ExposeHeaders[]", "ExcludedHeaders[]", "IncludedHeaders[]", "SuccessValues[]",
        "FailureValues[]",
        "AdditionalClaims[].Values[]", "RunCommandTargets[].Values[]", "Targets[].Values[]", "TargetMaps[].*[]",
        "DataResources[].Values[]", "scopeValues[]", "FilterRules[].Value", "Includes[].Value", "Excludes[].Value",
        "Dimensions[].Value", "dimensions.*", "InputPathsMap.*", "InputPath", "ColumnToJsonKeyMappings.*",
        "DataTableColumns",
        "NonKeyAttributes[]", "RequestModels.*", "requestModels.*", "responseModels.*", "cacheKeyParameters[]",
        "outputVariables[]", "taskDefinition", "JobDefinition", "DBClusterParameterGroup", "AttributeValues[]",
        "PrivateDnsNameConfiguration.Value", "HsmConfigurationIdentifier", "DataReplicationRole",
        "CustomResponseBodyKey",
        "DataLakePrincipalIdentifier", "ConnectIps[]", "ConnectIpsV6[]", "AuthSource", "RegexString", "mountPoint",
        "DigestValue", "ConfigSha256", "TokenDomains[]",
    ),
    "settings, a query or AWS's own report as one text, which a check or a reader needs; patterns search it": (
        "SecurityConfiguration", "ReplicationTaskSettings", "TableMappings", "ExternalTableDefinition",
        "StateReasonData",
        "PromQLCriteria.Query", "RedirectConfig.Query", "QueryString", "MessageBody", "ErrorData[].*", "mountOptions",
        "mountOptions[]", "dockerSecurityOptions[]", "ParameterApplyErrorDescription",
        "iam:GetCredentialReport Content", "ClientConfigurations[].Options[]",
    ),
}  # fmt: skip
"""Why a suspect stays readable -> the ends of its paths (`service:Operation path`)."""


def undecided(call: Call) -> dict[str, Leaf]:
    """The members that may hold a secret, which neither a declared path nor their own name has replaced."""
    found = {}
    for leaf in free_texts(call):
        parts = re.sub(r"(\[\])+", "", leaf.path).split(".")
        name = next(part for part in reversed(parts) if part != "*")
        words = {word.lower() for word in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)}
        suspect = parts[-1] == "*" or (words & SUSPECT and not words & IDENTIFIER)
        if suspect and not leaf.marked and not kind_of_name(name) and not is_below(leaf.path, call.redact):
            found[f"{call.service}:{call.operation} {leaf.path}"] = leaf
    return found


def ends(path: str) -> list[str]:
    return [end for listed in READABLE.values() for end in listed if re.search(rf"(?:^|[. ]){re.escape(end)}$", path)]


@of_each(CALLS)
def test_what_may_hold_a_secret_is_replaced_or_stays_for_a_reason(call: Call) -> None:
    """A new call, or a new member in AWS's model, fails here until somebody has looked at it.

    Where it can hold a secret it belongs into `redact=` of the call, else among READABLE. What AWS's models themselves
    mark as sensitive is decided on in test_calls_offline.py.
    """
    assert not [path for path in undecided(call) if not ends(path)]


def test_no_reason_is_stale() -> None:
    used = {end for call in CALLS for path in undecided(call) for end in ends(path)}
    assert {end for listed in READABLE.values() for end in listed} - used == set()


@pytest.mark.parametrize(
    "path",
    [
        "codepipeline:GetPipeline pipeline.stages[].actions[].environmentVariables[].value",
        "codebuild:BatchGetProjects projects[].environment.environmentVariables[].value",
        "apigateway:GetResources items[].resourceMethods.*.methodIntegration.requestParameters.*",
        "wafv2:GetWebACL WebACL.Rules[].Statement.ByteMatchStatement.SearchString",
        "glue:GetJobs Jobs[].DefaultArguments.*",
        "events:ListTargetsByRule Targets[].InputTransformer.InputTemplate",
    ],
)
def test_what_is_declared_would_be_undecided_without_it(path: str) -> None:
    """The search for suspects finds those that are known: it is not empty because it looks at nothing."""
    operation, _, place = path.partition(" ")
    (call, *_) = [one for one in CALLS if f"{one.service}:{one.operation}" == operation]
    assert is_below(place, call.redact)
    bare = undecided(replace(call, redact=()))
    assert path in bare
    assert not ends(path)
