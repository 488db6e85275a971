"""Planted secrets never come out; what is no secret stays readable. Secrets are put together here, never whole."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.checks.call import Call
from srm_docs.errors import EvidenceDamaged, UsageError
from srm_docs.evidence.key import redaction_key
from srm_docs.evidence.names import kind_of_name
from srm_docs.evidence.patterns import MARKER, any_of, find_secrets, kind_of
from srm_docs.evidence.redact import Redactor
from tests.secret_kinds import PLANTED

PEM = PLANTED["rsa"].carrier
READ = Call(
    service="x", operation="GetX", noun="x", nouns="xs",
    redact=("Functions[].Environment.Variables.*", "Defs[].env[].value", "I[].UserData", "Blob", "M.*.Secret"),
)  # fmt: skip
REDACTOR = Redactor(b"k" * 32)


def redact(page: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    pages, log = REDACTOR.redact(READ, (page,))
    return pages[0], log


def places(carrier: str) -> dict[str, Any]:
    packed = base64.b64encode(gzip.compress(f"#!/bin/sh\necho {carrier}\n".encode())).decode()
    return {
        "plain": carrier,
        "inside": f"before {carrier} after",
        "key": {f"x {carrier}": 1},
        "list": [[carrier]],
        "bytes": f"a,b\n{carrier}\n".encode(),
        "json": json.dumps({"a": json.dumps({"b": carrier})}),
        "base64": base64.b64encode(f"#!/bin/sh\nexport X='{carrier}'\n".encode()).decode(),
        "tag": {"Tags": [{"Key": "note", "Value": carrier}]},
        "Functions": [{"Environment": {"Variables": {"X": carrier}}}],
        "Defs": [{"env": [{"name": "X", "value": carrier}]}],
        "I": [{"UserData": packed}],
        "Blob": {"deep": [carrier, 17]},
    }


def everything(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(everything(key) + " " + everything(item) for key, item in value.items())
    if isinstance(value, list):
        return " ".join(map(everything, value))
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_comes_out_of_no_place(name: str) -> None:
    carrier, secret, kind = PLANTED[name]
    page, log = redact(places(carrier))
    out = everything(page)
    assert secret not in out
    assert secret.replace("\n", "\\n") not in out
    assert base64.b64encode(secret.encode()).decode()[:16] not in out
    seen = {entry.path.split("[0].", 1)[1].split(".")[0].split("[")[0] for entry in log}
    assert seen >= set(places(carrier))
    for place in ("plain", "inside", "list", "json", "tag", "Functions", "Defs", "I"):
        assert kind in {m[1] for m in MARKER.finditer(everything(page[place]))}, place
    assert {entry.why for entry in log} == {"declared", "pattern"}
    # Redacted is redacted: a second pass finds nothing.
    assert REDACTOR.redact(READ, (page,)) == ((page,), ())


def test_text_around_a_secret_stays_readable() -> None:
    key = PLANTED["access key"].secret
    text = REDACTOR.redact_text(f'{{"Sid":"a","Note":"key {key} of ci"}}')
    assert text.startswith('{"Sid":"a","Note":"key [redacted:aws-access-key:')
    assert text.endswith(' of ci"}')
    assert json.loads(text)
    assert REDACTOR.redact_text(PLANTED["database"][0]).startswith("postgres://app:[redacted:database-url:")
    assert REDACTOR.redact_text(PLANTED["database"][0]).endswith("@db.internal:5432/app")


def test_declared_paths_lose_every_leaf_and_keep_what_is_no_value() -> None:
    page, log = redact(
        {
            "Functions": [
                {
                    "Environment": {
                        "Variables": {"STAGE": "prod", "DB_PASSWORD": "x1", "EMPTY": "", "REF": "arn:aws:sns:a:b:c"}
                    }
                },
                {"Environment": {"Error": {"Message": "denied"}}},
            ],
            "Blob": {"on": True, "n": 5, "none": None},
            "M": {"a": {"Secret": "s", "Open": "o"}},
        }
    )
    variables = page["Functions"][0]["Environment"]["Variables"]
    assert [MARKER.fullmatch(variables[name])[1] for name in ("STAGE", "DB_PASSWORD", "REF")] == [  # type: ignore[index]
        "declared",
        "password-field",
        "declared",
    ]
    assert variables["EMPTY"] == ""
    assert page["Functions"][1]["Environment"]["Error"]["Message"] == "denied"
    assert page["Blob"]["on"] is True
    assert page["Blob"]["none"] is None
    assert MARKER.fullmatch(page["Blob"]["n"])
    assert page["M"]["a"]["Open"] == "o"
    assert [(entry.path, entry.kind, entry.why) for entry in log][:2] == [
        ("[0].Functions[0].Environment.Variables.STAGE", "declared", "declared"),
        ("[0].Functions[0].Environment.Variables.DB_PASSWORD", "password-field", "declared"),
    ]


def test_a_path_of_any_depth_reaches_what_stands_inside_itself() -> None:
    call = Call(service="x", operation="GetX", noun="x", nouns="xs", redact=("ACL.**.Search", "ACL.**.Put[].Value"))
    inner = {"Or": [{"And": [{"Match": {"Search": b"inner-word", "Field": "h"}}]}], "Search": "outer-word"}
    pages = [
        {"ACL": {"Rules": [inner], "Put": [{"Name": "x", "Value": "put-word"}], "Value": "stays"}, "Search": "stays"}
    ]
    (page,), log = REDACTOR.redact(call, pages)
    assert [one.path for one in log] == [
        "[0].ACL.Rules[0].Or[0].And[0].Match.Search", "[0].ACL.Rules[0].Search", "[0].ACL.Put[0].Value",
    ]  # fmt: skip
    assert "-word" not in everything(page)
    assert (page["ACL"]["Value"], page["Search"]) == ("stays", "stays")


@pytest.mark.parametrize(("named", "value"), [
    ("Key", "Value"), ("TagKey", "TagValue"), ("Name", "Values"), ("ParameterName", "ParameterValue"),
    ("OptionName", "Value"), ("AttributeName", "AttributeValue"), ("name", "defaultValue"), ("Name", "PendingValue"),
])  # fmt: skip
def test_what_stands_beside_a_value_names_it(named: str, value: str) -> None:
    page, _ = redact({"a": [{named: "DB_PASSWORD", value: "hunter2"}, {named: "STAGE", value: "prod"}]})
    assert MARKER.fullmatch(page["a"][0][value])
    assert page["a"][1][value] == "prod"


def test_the_same_value_is_seen_to_be_the_same_under_one_key_only() -> None:
    assert REDACTOR.marker("declared", "a") == Redactor(b"k" * 32).marker("declared", "a")
    assert REDACTOR.marker("declared", "a") != Redactor(b"j" * 32).marker("declared", "a")


def test_access_key_ids_keep_their_ends_in_their_own_field() -> None:
    key = PLANTED["access key"].secret
    page, log = redact({"AccessKeyMetadata": [{"AccessKeyId": key, "UserName": "ci"}], "other": key})
    shown = page["AccessKeyMetadata"][0]["AccessKeyId"]
    assert shown.startswith("AKIA[redacted:access-key-id:")
    assert shown.endswith("]" + key[-4:])
    assert page["other"].startswith("[redacted:aws-access-key:")
    assert [entry.kind for entry in log] == ["access-key-id", "aws-access-key"]
    assert redact(page) == (page, ())


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "dbPassword",
        "MasterUserPassword",
        "password1",
        "PGPASSWORD",
        "mypassword",
        "CLIENT_SECRET",
        "ClientSecret",
        "GITHUB_TOKEN",
        "CLIENT_TOKEN",
        "SessionToken",
        "API_KEY",
        "apiKey",
        "APIKEY",
        "DB_PASS",
        "PreSharedKey",
        "pre_shared_key",
        "Authorization",
        "spring.datasource.password",
        "Base32StringSeed",
        "QRCodePNG",
        "AWS_SECRET_ACCESS_KEY",
        "SecretAccessKey",
        "PASSPHRASE",
        "SOURCE_DB_PASSWORD",
        "REGION_SECRET",
        "trustStorePassword",
        "spring.ssl.key-store-password",
        "PROVIDER_API_KEY",
    ],
)
def test_names_that_promise_a_secret(name: str) -> None:
    if name == "PreSharedKey":
        assert kind_of_name(name) == "password-field"
    assert kind_of_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "PasswordPolicy",
        "PasswordLastUsed",
        "SecretArn",
        "SecretId",
        "SecretName",
        "NextToken",
        "nextForwardToken",
        "ContinuationToken",
        "LockToken",
        "ClientRequestToken",
        "HttpTokens",
        "TokenType",
        "AccessTokenValidity",
        "passwordReusePrevention",
        "password_encryption",
        "token.actions.githubusercontent.com:sub",
        "secretsmanager:SecretId",
        "aws:TokenIssueTime",
        "apiKeySource",
        "PWD",
        "KeyId",
        "validate_password.policy",
        "rds.accepted_password_auth_method",
        "SecretsManagerConfiguration",
        "compass",
        "bypass",
        "author",
        "monkey",
        "PublicKey",
        "KeyName",
        "AccessKeyId",
        "CreationToken",
        "TokenDomains",
        "RequirePassword",
        "MaxSessionToken",
    ],
)
def test_names_that_speak_about_secrets(name: str) -> None:
    assert kind_of_name(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
        "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        '{"Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref"}}}',
        '{"Action":["secretsmanager:GetSecretValue","iam:PassRole","sts:GetSessionToken"]}',
        '{"Password":{"Ref":"DbPassword"},"Secret":{"a":1}}',
        "https://vpce-0123.eu-west-1.vpce.amazonaws.com:443/path@2?x=a:b@c",
        "s3://bucket/key:with@sign",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "The password policy requires 14 characters",
        "password=${aws_ssm_parameter}",
        "MasterUserPassword: '****'",
        "Resource handler returned message: Token is expired",
        "task-definition-for-something-very-long-indeed-1",
        "11111111-2222-3333-4444-555555555555",
        "AROAQ3EXAMPLE7ABCDEFG:session",
        "arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
        "docker login -u AWS -p $(aws ecr get-login-password) 1.dkr.ecr.eu-west-1.amazonaws.com",
        "docker run --user 1000:1000 -p 8080:80 nginx",
        'mysql -u root -p"$DB_PASSWORD"',
        "curl -u $USER:$TOKEN https://example.com",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/billing-service",
        'Basic authentication of the login page; password "****"',
        "key-0123456789abcdef0",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert REDACTOR.redact_text(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"user":"a","password":"hun ter,2"}', "hun ter,2"),
        ('{\\"password\\":\\"hun\\\\\\"ter2\\"}', "ter2"),
        ("Server=db;Uid=sa;Pwd=p&w;d", "p&w"),
        ("password: hunter2", "hunter2"),
        ("password:hunter2", "hunter2"),
        ("psql --password hunter2 -h db", "hunter2"),
        ("<pre_shared_key>hunter2abc</pre_shared_key>", "hunter2abc"),
        ('{"password":123456,"a":1}', "123456"),
        ("postgres://u:p/w#x@h/db", "p/w#x"),
        ("redis://:hunter2@cache:6379", "hunter2"),
        ("x%22password%22%3A%22hunter2%22", "hunter2"),
        ("DB_PASSWORD='hunter2'", "hunter2"),
        (f"cut off {PEM[6:70]}", "MIIEow"),
    ],
)
def test_secrets_in_the_ways_people_write_them(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in REDACTOR.redact_text(text)


def test_a_container_command_loses_the_value_of_its_option() -> None:
    page, _ = redact({"command": ["psql", "--password", "hunter2", "--host", "db"]})
    assert page["command"][2].startswith("[redacted:password-field:")
    assert page["command"][4] == "db"


def test_base64_in_lines_and_layers() -> None:
    inner = base64.b64encode(PLANTED["github"][0].encode())
    assert kind_of(base64.encodebytes(b"payload: " + inner + b"\n" * 60).decode()) == "github-token"
    assert kind_of("nothing to see") is None


def test_packed_text_in_any_language_is_searched() -> None:
    token = PLANTED["github"].secret
    for text in ("Größe: 1\nnächste: 2\n" * 3, f"# für später\nexport X={token}\n", "\udcff ü", "ключ = \n" * 9):
        packed = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
        said = REDACTOR.redact_text(f"user data {packed} ends")
        assert (packed in said) == (token not in text)
    assert kind_of("ü ß\n" * 20) is None


def test_a_marker_in_a_url_is_no_login() -> None:
    for user in ("0123456789abcdef" * 2, PLANTED["github"].secret):
        said = REDACTOR.redact_text(f"https://{user}@git.example.com/x")
        assert re.fullmatch(r"https://\[redacted:[a-z-]+:[0-9a-f]{16}\]@git\.example\.com/x", said)


@pytest.mark.parametrize(
    "unit",
    ["eyJ", "eyJ.", "postgres://", "a", "a:", "password=", '"password":"', "password='", "-----BEGIN PRIVATE KEY-----",
     "%25", "\\", "password\\", "=", "A", "<a>", "sk-", "SG.", "://", "x://u:", "AKIA", "bearer ", "token ",
     "passwordpassword", "@", "xoxb-", "a.b-", "mysql -", "curl -u a ", "docker login -", "login a password ",
     "identified with a ", "dp.st.", "hf_",
     "Private-Lines: 1", "basic A", "Q~", "a8Q~", "NRAL", "key-", "glcbt-", "dt0c01.", "pul-", "AccountKey=", "sq0",
     "ABSK",
     "jdbc:oracle:thin:a/", "https://a@", "password= ", "[redacted:", "Aa1/", "github_pat_", 'password=\\"'],
)  # fmt: skip
def test_a_long_text_of_anything_ends(unit: str) -> None:
    text = unit * (250_000 // len(unit))
    began = time.process_time()
    find_secrets(text + " secret://")  # the last word makes every part of the search look at all of it
    assert time.process_time() - began < 15, "linear takes a second or two, anything more takes minutes"


PIECES = st.sampled_from(
    [carrier for carrier, _, _ in PLANTED.values()]
    + [
        "password=",
        "token: ",
        '"',
        "'",
        " ",
        "\n",
        "\\",
        "=",
        "://",
        "@",
        "x",
        "%20",
        "[redacted:declared:0123456789abcdef]",
        "[",
        "]",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = REDACTOR.redact_text(text)
    assert REDACTOR.redact_text(once) == once


@given(
    st.lists(PIECES, max_size=6).map("".join),
    st.sampled_from(sorted(PLANTED)),
    st.text(" \n,;", min_size=1, max_size=2),
)
def test_no_neighbour_protects_a_secret(around: str, name: str, gap: str) -> None:
    carrier, secret, _ = PLANTED[name]
    assert secret not in REDACTOR.redact_text(f"{gap}{carrier}{gap}{around.replace(secret, '')}")


@given(
    st.recursive(
        st.none() | st.text() | st.binary() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_pages_without_secrets_are_the_same_pages(value: Any) -> None:
    page, log = redact({"harmless": value})
    assert log or page == {"harmless": value}


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    key = redaction_key(folder, os.urandom)
    assert len(key) == 32
    assert redaction_key(folder, os.urandom) == key
    path = folder / "redaction.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]
    path.chmod(0o640)
    with pytest.raises(UsageError, match=r"can be read by others.*0640"):
        redaction_key(folder, os.urandom)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(EvidenceDamaged, match="5 bytes instead of 32"):
        redaction_key(folder, os.urandom)


@given(st.lists(st.text("ab.", min_size=1, max_size=4), min_size=1, max_size=6), st.text("ab.", max_size=8))
def test_the_tree_of_letters_finds_what_the_words_side_by_side_find(words: list[str], text: str) -> None:
    assert bool(re.search(any_of(words), text)) == any(word in text for word in words)
