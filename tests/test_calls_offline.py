"""Every call is proved against botocore's own models, without a network: names, parameters, paths, paging, secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jmespath
import yaml
from botocore.model import Shape
from botocore.validate import ParamValidator

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check, Quantifier
from tests.aws_models import has_paginator, is_below, leaves, model, model_of, secrets_in, session
from tests.each import of_each

CALLS = discover.calls()
CHECKS = discover.checks()
every_call = of_each(CALLS)

GOES_ON = re.compile(
    r"(?i)^(next|next.*(token|marker|page|index|key|name|id|type)|.*(paginat|page|continuation).*token"
    r"|marker|position|is_?truncated|has_?more.*)$"
)
"""The name of a reply field that says there is more."""

FIREHOSE = "firehose:DescribeDeliveryStream DeliveryStreamDescription.Destinations[]"
CONTAINER = "taskDefinition.containerDefinitions[]"
SENSITIVE_BUT_EVIDENCE = {
    "apigateway:GetResources items[].resourceMethods.*.methodIntegration.credentials": "the ARN of a role",
    "backup:GetBackupPlan BackupPlan.Rules[].RecoveryPointTags.*": "tags are part of what a plan promises",
    "codebuild:BatchGetProjects projects[].environment.registryCredential.credential": "the ARN or name of a secret",
    f"ecs:DescribeTaskDefinition {CONTAINER}.environment[].name": "the name tells what a variable is for",
    f"ecs:DescribeTaskDefinition {CONTAINER}.repositoryCredentials": "the ARN of a secret",
    "events:ListTargetsByRule Targets[].AppSyncParameters.GraphQLOperation": "a query, searched for secret patterns",
    "events:ListTargetsByRule Targets[].RedshiftDataParameters.Sql": "a statement, searched for secret patterns",
    "events:ListTargetsByRule Targets[].RedshiftDataParameters.Sqls[]": "statements, searched for secret patterns",
    f"{FIREHOSE}.HttpEndpointDestinationDescription.EndpointConfiguration.Url": "where a SIEM listens",
    f"{FIREHOSE}.HttpEndpointDestinationDescription.RequestConfiguration.CommonAttributes[].AttributeName": "a name",
    f"{FIREHOSE}.RedshiftDestinationDescription.Username": "the name of a database user",
    f"{FIREHOSE}.SnowflakeDestinationDescription": "names of a database's parts; AWS keeps the key back",
    "fsx:DescribeFileSystems FileSystems[].WindowsConfiguration.SelfManagedActiveDirectoryConfiguration"
    ".DomainJoinServiceAccountSecret": "the ARN of a secret",
    "lambda:ListFunctions Functions[].Environment.Error.Message": "AWS's own message on a key it may not use",
    "lambda:ListFunctions Functions[].ImageConfigResponse.Error.Message": "AWS's own message",
    "lambda:ListFunctions Functions[].RuntimeVersionConfig.Error.Message": "AWS's own message",
    "s3:GetBucketEncryption ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault"
    ".KMSMasterKeyID": "a key's ARN, which a check reads",
    "organizations:ListAccounts Accounts[].Name": "the name that management gave the account",
    "ssm:DescribeInstanceInformation InstanceInformationList[].IPAddress": "an address, as EC2 tells it unmarked",
    "ssm:DescribeMaintenanceWindowTasks Tasks[].Description": "free text, which the secret patterns search",
    "ssm:DescribeMaintenanceWindows WindowIdentities[].Description": "free text, which the secret patterns search",
}
"""What AWS's models mark as sensitive or name like a secret and is kept all the same, and why; a path stands for all
below it."""


class NoSuchPath(Exception):
    """A JMESPath names a member that the shape does not have."""


def found(path: str, shape: Shape | None) -> Shape | None:
    """The shape that a JMESPath finds in another; None stands for plain data that no model describes."""
    return shape if not path else _node(jmespath.compile(path).parsed, shape)


def _node(node: Mapping[str, Any], shape: Shape | None) -> Shape | None:  # noqa: C901, PLR0911, PLR0912 - one case a kind
    kind, children = node["type"], node["children"]
    if shape is None and kind != "literal":
        return None
    match kind:
        case "field":
            if shape.type_name == "map":
                return shape.value
            if shape.type_name != "structure" or node["value"] not in shape.members:
                raise NoSuchPath(f"{node['value']} in {shape.name}")
            return shape.members[node["value"]]
        case "subexpression" | "index_expression":
            for child in children:
                shape = _node(child, shape)
            return shape
        case "flatten":
            inner = _node(children[0], shape)
            if inner is not None and inner.type_name != "list":
                raise NoSuchPath(f"{inner.name} is no list")
            return inner
        case "projection" | "filter_projection":
            left = _node(children[0], shape)
            if left is None:
                return None
            if left.type_name != "list":
                raise NoSuchPath(f"{left.name} is no list")
            element = left.member
            while element.type_name == "list":
                element = element.member
            return _node(children[1], element)
        case "value_projection":
            left = _node(children[0], shape)
            return None if left is None else _node(children[1], left.value)
        case "index":
            return shape.member
        case "identity" | "current":
            return shape
        case "and_expression" | "or_expression":
            return [_node(child, shape) for child in children][-1]
        case "multi_select_list" | "multi_select_dict" | "function_expression" | "comparator" | "key_val_pair":
            for child in children:
                _node(child, shape)
            return None
        case "literal":
            return None
    raise AssertionError(f"this test does not know the JMESPath {kind}")


def row_shape(call: Call) -> Shape | None:
    """What one row is; None where it is a scalar, or made by `parse` or a path that builds something new."""
    if call.parse is not None:
        return None
    shape = found(call.rows, model_of(call).output_shape)
    while shape is not None and shape.type_name == "list":
        shape = shape.member
    return shape


def is_scalar(shape: Shape | None) -> bool:
    return shape is not None and shape.type_name not in {"structure", "map"}


@every_call
def test_the_operation_exists_and_answers(call: Call) -> None:
    assert call.operation in session().get_service_model(call.service).operation_names
    assert model_of(call).output_shape is not None


@every_call
def test_the_rows_and_their_names_are_in_the_reply(call: Call) -> None:
    shape = row_shape(call)
    if is_scalar(shape):
        assert call.name in {"", "value"}
    else:
        found(call.name, shape)


@every_call
def test_the_parameters_are_whole_and_valid(call: Call) -> None:
    shape = model_of(call).input_shape
    bound = {name: _specimen(shape.members[name], path) for name, path in call.bind.items()}
    assert not set(bound) & set(call.params)
    report = ParamValidator().validate({**call.params, **bound}, shape) if shape else None
    assert report is None or not report.has_errors(), report.generate_report()


@every_call
def test_what_is_bound_is_in_the_parent(call: Call) -> None:
    assert bool(call.bind) == (call.per is not None)
    if call.per is None:
        return
    parent = row_shape(call.per)
    for path in call.bind.values():
        if isinstance(path, str):
            if is_scalar(parent):
                assert path in {"value", "[value]"}
            else:
                found(path, parent)


@every_call
def test_a_reply_is_read_to_its_end(call: Call) -> None:
    """An operation that can go on has a paginator or says how; else the rest of a long list is lost without a word."""
    output, given = model_of(call).output_shape, model_of(call).input_shape
    if call.token is not None:
        assert not has_paginator(call), "botocore pages this by itself"
        assert call.token[0] in given.members
        found(call.token[1], output)
    elif not has_paginator(call):
        assert not [name for name in output.members if GOES_ON.match(name)]


@every_call
def test_a_redacted_path_leads_somewhere(call: Call) -> None:
    for path in call.redact:
        start, _, deeper = path.partition(".**.")
        shape = _follow(model_of(call).output_shape, start)
        if deeper:
            ends = {leaf.path for leaf in leaves(shape)}
            assert [end for end in ends if is_below(end, [f"**.{deeper}"])], f"{path}: no {deeper}"


@every_call
def test_what_aws_calls_sensitive_or_names_like_a_secret_is_redacted(call: Call) -> None:
    for path in _secret_or_sensitive(call):
        named = f"{call.service}:{call.operation} {path}"
        assert is_below(path, call.redact) or is_below(named, SENSITIVE_BUT_EVIDENCE), path


def test_no_exception_to_redaction_is_stale() -> None:
    paths = {f"{c.service}:{c.operation} {path}" for c in CALLS for path in _secret_or_sensitive(c)}
    assert [kept for kept in SENSITIVE_BUT_EVIDENCE if not any(is_below(path, [kept]) for path in paths)] == []


@every_call
def test_a_job_can_be_started_and_awaited(call: Call) -> None:
    if call.job is None:
        return
    starter = model(call.service, call.job.operation)
    shape = found(call.job.field, starter.output_shape)
    assert not getattr(shape, "enum", []) or call.job.ready in shape.enum


@every_call
def test_a_call_has_words_for_a_reader(call: Call) -> None:
    assert call.noun
    assert call.nouns
    assert call.noun != call.nouns


def test_ids_tell_calls_apart() -> None:
    """Two different questions under one id would be stored as one."""
    seen: dict[str, Call] = {}
    for call in (c for check in CHECKS for top in check.calls for c in top.lineage):
        assert seen.setdefault(call.id, call) is call, call.id


@of_each(CHECKS)
def test_examples_speak_of_fields_that_exist(check: Check) -> None:
    """An example with a misspelt field proves a check that never sees one."""
    for example in check.doc.examples:
        data = yaml.safe_load(example.yaml)
        rows = data.items() if check.quantifier is Quantifier.WHOLE else ((check.call.id, [data]),)
        calls = {c.id: c for c in check.calls}
        for name, listed in rows:
            for row in listed or ():
                if isinstance(row, Mapping):
                    _holds(calls[name], row)


def _holds(call: Call, row: Mapping[str, Any]) -> None:
    if "_parent" in row:
        assert call.per is not None
        _holds(call.per, row["_parent"])
    shape = row_shape(call)
    plain = {k: v for k, v in row.items() if not k.startswith("_")}
    if is_scalar(shape):
        assert set(plain) <= {"value"}
    elif shape is not None:
        _fits(plain, shape, call.id)


def _fits(value: Any, shape: Shape, where: str) -> None:  # noqa: C901 - one case a kind
    if shape.type_name == "structure":
        if shape.metadata.get("document"):
            return
        assert isinstance(value, Mapping), where
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{where} has no {sorted(unknown)}"
        for key, held in value.items():
            _fits(held, shape.members[key], f"{where}.{key}")
    elif shape.type_name == "list":
        assert isinstance(value, list), where
        for held in value:
            _fits(held, shape.member, f"{where}[]")
    elif shape.type_name == "map":
        assert isinstance(value, Mapping), where
        for held in value.values():
            _fits(held, shape.value, f"{where}.*")
    elif shape.type_name == "boolean":
        assert isinstance(value, bool), f"{where} is a boolean"
    elif shape.type_name in {"integer", "long"}:
        assert isinstance(value, int), f"{where} is a number"
        assert not isinstance(value, bool)
    elif shape.type_name == "string":
        # IAM hands over policy documents parsed, whatever the model says.
        assert isinstance(value, str) or (isinstance(value, Mapping) and "Statement" in value), f"{where} is text"
        enum = getattr(shape, "enum", [])
        assert not enum or value.casefold() in map(str.casefold, enum) or value.startswith("[redacted:"), (
            f"{where} is never {value}"
        )


def _specimen(shape: Shape, path: Any) -> Any:
    """A value as a parent's row would give it, of the kind that the parameter wants."""
    match shape.type_name:
        case "list":
            assert not isinstance(path, str) or "[" in path, "a list wants a path that builds one"
            return [_specimen(shape.member, None)]
        case "string":
            assert path is None or not isinstance(path, str) or not path.endswith("]")
            least = int(shape.metadata.get("min", 1))
            return shape.enum[0] if getattr(shape, "enum", None) else "x" * max(least, 1)
        case "integer" | "long":
            return int(shape.metadata.get("min", 1))
        case "boolean":
            return True
        case "structure":
            return {name: _specimen(shape.members[name], None) for name in shape.required_members}
    raise AssertionError(f"no specimen of {shape.type_name}")


def _follow(shape: Shape, path: str) -> Shape:
    for segment in re.findall(r"\[\]|\*|[^.\[\]*]+", path):
        assert shape.type_name in {"list", "map", "structure"}, f"{path} goes deeper than the model"
        shape = _step(shape, segment, path)
    return shape


def _sensitive(call: Call) -> list[str]:
    """Paths of the leaves that the model marks as sensitive, or that are below something so marked."""
    return [leaf.path for leaf in leaves(model_of(call).output_shape) if leaf.marked]


def _step(shape: Shape, segment: str, path: str) -> Shape:
    if segment == "[]":
        assert shape.type_name == "list", path
        return shape.member
    if shape.type_name == "map":
        return shape.value
    assert shape.type_name == "structure", path
    assert segment in shape.members, f"{path}: no {segment}"
    return shape.members[segment]


def _secret_or_sensitive(call: Call) -> set[str]:
    return {*_sensitive(call), *secrets_in(model_of(call).output_shape)}
