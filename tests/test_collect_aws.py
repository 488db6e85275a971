"""collect.aws over real HTTP: what AWS, or what stands between, says becomes one state and never an exception."""

from __future__ import annotations

import concurrent.futures as cf
import datetime as dt
import hashlib
import itertools
import json
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import botocore.credentials
import botocore.exceptions
import botocore.loaders
import botocore.tokens
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scripted_server as scripted
from scripted_server import ACCOUNT, ARN, Heard, Say, Scripted

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.calls.entry import CALLER
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.collect.access import Access
from srm_docs.collect.answer import Answer, Refusal, State
from srm_docs.collect.aws import Aws, Limits
from srm_docs.collect.enter import Opened
from srm_docs.collect.run import STOPPED
from srm_docs.errors import CannotBegin

CALLS = {c.id: c for c in discover.calls()}
DEFAULT = Access()
ONCE = Limits(connect_timeout=2, read_timeout=1, attempts=1)
HTML = "<!DOCTYPE html>\n<html><body>Welcome to the Wi-Fi</body></html>"


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(__import__("os").environ):
        if name.startswith(("AWS_", "BOTO_")):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
        "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "*",
        "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


LOADER = botocore.loaders.create_loader()


def thrifty(limits: Limits = ONCE, **given: Any) -> Aws:
    """One whose models were read by the tests before: reading EC2's costs a third of a second."""
    aws = Aws(limits, **given)
    aws._loader = LOADER
    return aws


@contextmanager
def entered(script: scripted.Script, limits: Limits = ONCE, **given: Any) -> Iterator[tuple[Aws, Scripted]]:
    with scripted.serve(script) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        aws = thrifty(limits, **given)
        opened = aws.enter(Access(), CALLER)
        assert isinstance(opened, Opened), opened
        server.heard.clear()
        yield aws, server


def place_of(call: Call) -> Place:
    return Place(account=ACCOUNT, region=GLOBAL if call.scope is Scope.ACCOUNT else "eu-west-1")


def refusal(answer: Answer) -> Refusal:
    assert answer.refusal is not None, answer
    return answer.refusal


@dataclass(frozen=True)
class Protocol:
    """How one protocol says things: two pages of a call, and an error."""

    call: Call
    first: Say
    last: Say
    error: Callable[[str, str, int], Say]
    asks: Mapping[str, Any] | None = None

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.call.params if self.asks is None else self.asks)


def json_error(code: str, message: str, status: int) -> Say:
    return Say(f'{{"__type":"com.amazonaws.x#{code}","message":"{message}"}}', status, {"x-amzn-RequestId": "e-1"})


def rest_json_error(code: str, message: str, status: int) -> Say:
    return Say(
        f'{{"Message":"{message}"}}', status, {"x-amzn-RequestId": "e-1", "x-amzn-ErrorType": f"{code}:http://x"}
    )


def query_error(code: str, message: str, status: int) -> Say:
    said = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return Say(f"<ErrorResponse>{said}<RequestId>e-1</RequestId></ErrorResponse>", status)


def ec2_error(code: str, message: str, status: int) -> Say:
    said = f"<Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    return Say(f"<Response>{said}<RequestID>e-1</RequestID></Response>", status)


def s3_error(code: str, message: str, status: int) -> Say:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>e-1</RequestId></Error>"
    return Say(body, status, {"x-amz-request-id": "e-1"})


def _json(text: str, number: int) -> Say:
    return Say(text, headers={"x-amzn-RequestId": f"r-{number}", "content-type": "application/x-amz-json-1.1"})


def _elb(names: str, marker: str, number: int) -> Say:
    found = f"<LoadBalancers><member><LoadBalancerName>{names}</LoadBalancerName></member></LoadBalancers>{marker}"
    return Say(
        f"<DescribeLoadBalancersResponse><DescribeLoadBalancersResult>{found}</DescribeLoadBalancersResult>"
        f"<ResponseMetadata><RequestId>r-{number}</RequestId></ResponseMetadata></DescribeLoadBalancersResponse>"
    )


def _ec2(vpc: str, token: str, number: int) -> Say:
    found = f"<vpcSet><item><vpcId>{vpc}</vpcId></item></vpcSet>{token}"
    return Say(f"<DescribeVpcsResponse><requestId>r-{number}</requestId>{found}</DescribeVpcsResponse>")


def _s3(bucket: str, token: str, number: int) -> Say:
    listed = f"<Buckets><Bucket><Name>{bucket}</Name></Bucket></Buckets>"
    return Say(f"<ListAllMyBucketsResult>{listed}{token}</ListAllMyBucketsResult>",
               headers={"x-amz-request-id": f"r-{number}", "x-amz-id-2": "host"})  # fmt: skip


PROTOCOLS = {
    "json-1.0": Protocol(
        CALLS["dynamodb:ListTables"], _json('{"TableNames":["a"],"LastEvaluatedTableName":"aaa"}', 1),
        _json('{"TableNames":["b"]}', 2), json_error,
    ),
    "json-1.1": Protocol(
        CALLS["kms:ListKeys"], _json('{"Keys":[{"KeyId":"a"}],"NextMarker":"m","Truncated":true}', 1),
        _json('{"Keys":[{"KeyId":"b"}],"Truncated":false}', 2), json_error,
    ),
    "json-1.1 by token": Protocol(
        CALLS["events:ListEventBuses"], _json('{"EventBuses":[{"Name":"a"}],"NextToken":"n"}', 1),
        _json('{"EventBuses":[{"Name":"b"}]}', 2), json_error,
    ),
    "query": Protocol(
        CALLS["elbv2:DescribeLoadBalancers"], _elb("a", "<NextMarker>m</NextMarker>", 1), _elb("b", "", 2), query_error,
    ),
    "ec2": Protocol(
        CALLS["ec2:DescribeVpcs"], _ec2("vpc-a", "<nextToken>n</nextToken>", 1), _ec2("vpc-b", "", 2), ec2_error,
    ),
    "rest-json": Protocol(
        CALLS["lambda:ListFunctions"], _json('{"Functions":[{"FunctionName":"a"}],"NextMarker":"m"}', 1),
        _json('{"Functions":[{"FunctionName":"b"}]}', 2), rest_json_error,
    ),
    "rest-xml": Protocol(
        CALLS["s3:ListBuckets"], _s3("a", "<ContinuationToken>c</ContinuationToken>", 1), _s3("b", "", 2), s3_error,
    ),
}  # fmt: skip
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())


def ask(protocol: Protocol, *said: Say, limits: Limits = ONCE) -> Answer:
    """The answer where the server says these things in turn, the last of them for ever."""
    turn = itertools.count()

    def script(heard: Heard, _: int) -> Say | None:
        return None if heard.asked.startswith("sts.") else said[min(next(turn), len(said) - 1)]

    with entered(script, limits) as (aws, _):  # type: ignore[arg-type]
        return aws.ask(protocol.call, place_of(protocol.call), protocol.params)


def answers(protocol: Protocol, *said: Say, limits: Limits = ONCE) -> list[Answer]:
    """An answer to each of these things said."""
    turn = iter(said)
    now: list[Say] = []

    def script(heard: Heard, _: int) -> Say | None:
        return None if heard.asked.startswith("sts.") else now[-1]

    with entered(script, limits) as (aws, _):  # type: ignore[arg-type]
        found = []
        for say in turn:
            now.append(say)
            found.append(aws.ask(protocol.call, place_of(protocol.call), protocol.params))
        return found


# -- whole answers ------------------------------------------------------------------------------------------------


@each_protocol
def test_every_page_is_read_with_its_circumstances(protocol: Protocol) -> None:
    before = dt.datetime.now(dt.UTC)
    answer = ask(protocol, protocol.first, protocol.last)
    rows = [row for page in answer.pages for row in protocol.call.rows_in(page)]
    assert answer.refusal is None
    assert (len(answer.pages), len(rows), answer.state(len(rows))) == (2, 2, State.OK)
    assert all("ResponseMetadata" not in page for page in answer.pages)
    told = answer.circumstances
    assert told is not None
    assert (told.caller_arn, told.partition, told.attempts) == (ARN, "aws", 2)
    assert (told.service, told.operation) == (protocol.call.service, protocol.call.operation)
    # what is kept once an account was asked somewhere, and that is on record
    assert told.region == ("us-east-1" if protocol.call.scope is Scope.ACCOUNT else "eu-west-1")
    assert told.request_ids == ("r-1", "r-2")
    assert before <= told.started <= told.ended <= dt.datetime.now(dt.UTC)
    assert told.aws_date is not None
    assert told.skew_seconds <= 2


@each_protocol
def test_a_wrong_clock_shows_and_a_missing_date_or_id_does_no_harm(protocol: Protocol) -> None:
    ahead = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))
    told = ask(protocol, replace(protocol.last, date=ahead)).circumstances
    assert told is not None
    assert 7195 <= told.skew_seconds <= 7205
    for date in (None, "yesterday", "Mon, 99 Foo 2026 25:61:00 GMT"):
        answer = ask(protocol, replace(protocol.last, date=date, headers={}))
        assert answer.refusal is None
        assert answer.circumstances is not None
        assert answer.circumstances.aws_date is None
        assert answer.circumstances.skew_seconds == 0


def test_a_date_without_a_zone_is_utc() -> None:
    answer = ask(PROTOCOLS["ec2"], replace(PROTOCOLS["ec2"].last, date="Mon, 01 Jun 2026 10:00:00 -0000"))
    assert answer.circumstances is not None
    assert answer.circumstances.aws_date == dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)


# -- refusals -----------------------------------------------------------------------------------------------------

REFUSALS = [
    ("AccessDenied", 403, State.DENIED),
    ("AccessDeniedException", 400, State.DENIED),
    ("UnauthorizedOperation", 403, State.DENIED),
    ("AuthorizationError", 403, State.DENIED),
    ("ExpiredToken", 403, State.DENIED),
    ("AllAccessDisabled", 403, State.DENIED),
    ("Throttling", 400, State.THROTTLED),
    ("ThrottledException", 429, State.THROTTLED),
    ("SomethingNew", 429, State.THROTTLED),
    ("SlowDown", 503, State.THROTTLED),
    ("SubscriptionRequiredException", 400, State.DISABLED),
    ("OptInRequired", 403, State.DISABLED),
    ("RequestTimeout", 400, State.TIMED_OUT),
    ("InternalFailure", 500, State.FAILED),
    ("ServiceUnavailable", 503, State.FAILED),
    ("NoSuchThing", 404, State.FAILED),
    ("NotImplemented", 501, State.UNSUPPORTED),
]


@each_protocol
def test_an_error_becomes_a_state_with_awss_own_words(protocol: Protocol) -> None:
    said = [protocol.error(code, "You may not.", status) for code, status, _ in REFUSALS]
    for answer, (code, status, state) in zip(answers(protocol, *said), REFUSALS, strict=True):
        found = refusal(answer)
        assert (found.state, found.code, found.message) == (state, code, "You may not.")
        assert (found.http_status, found.page, answer.pages, answer.absent) == (status, 0, (), "")
        assert answer.state(0) is state
        assert answer.circumstances is not None
        assert answer.circumstances.request_ids == ("e-1",)


@each_protocol
@pytest.mark.parametrize("status", [500, 503])
def test_an_error_without_a_body_is_told_by_its_status(protocol: Protocol, status: int) -> None:
    found = refusal(ask(protocol, Say(b"", status)))
    assert (found.state, found.code, found.http_status) == (State.FAILED, str(status), status)


@each_protocol
def test_pages_read_before_a_refusal_stay(protocol: Protocol) -> None:
    answer = ask(protocol, protocol.first, protocol.error("AccessDenied", "No more.", 403))
    assert len(answer.pages) == 1
    assert (refusal(answer).state, refusal(answer).page) == (State.DENIED, 1)
    assert answer.state(1) is State.PARTIAL
    assert answer.circumstances is not None
    assert answer.circumstances.request_ids == ("r-1", "e-1")


@each_protocol
def test_a_web_page_is_unsupported_and_never_an_empty_answer(protocol: Protocol) -> None:
    pages = [HTML, "<html><body><b>Http/1.1 No</b></body></html>", f"\ufeff \n{HTML}"]
    said = [Say(body, status, {"content-type": "text/html"}) for body in pages for status in (200, 403, 404, 500, 501)]
    for say, answer in zip(said, answers(protocol, *said, limits=replace(ONCE, attempts=3)), strict=True):
        found = refusal(answer)
        assert (found.state, found.code, found.http_status) == (State.UNSUPPORTED, str(say.status), say.status)
        assert "web page" in found.message
        assert answer.circumstances is not None
        assert answer.circumstances.attempts == 1  # asking a web page again does not help


@each_protocol
@pytest.mark.parametrize(("status", "state"), [(429, State.THROTTLED), (503, State.FAILED), (504, State.TIMED_OUT)])
def test_a_load_balancers_web_page_is_the_weather(protocol: Protocol, status: int, state: State) -> None:
    found = refusal(ask(protocol, Say("<html><body><b>Busy</b></body></html>", status)))
    assert (found.state, found.http_status) == (state, status)
    assert "<" not in found.message


@each_protocol
def test_a_reply_that_is_none_is_never_an_empty_answer(protocol: Protocol) -> None:
    whole = protocol.last.body if isinstance(protocol.last.body, bytes) else protocol.last.body.encode()
    bodies = (b"", b"  \n", whole[:-7], b"{garbled", b"<garbled", b"[]", b'"text"', b"null", b"\xff\xfe\x00")
    said = [replace(protocol.last, body=body) for body in bodies]
    for body, answer in zip(bodies, answers(protocol, *said), strict=True):
        found = refusal(answer)
        assert (found.state, found.code) in {(State.FAILED, "GarbledReply"), (State.FAILED, "EmptyReply")} or (
            # botocore's own rule: S3 may say 200 before it fails
            protocol.call.service == "s3" and (found.state, found.code) == (State.FAILED, "500")
        ), body
        assert found.http_status in (200, 500)
        assert answer.pages == ()
        assert answer.circumstances is not None
        assert answer.circumstances.aws_date is not None


def test_what_could_not_be_parsed_is_not_written_into_the_message() -> None:
    for protocol in PROTOCOLS.values():
        for answer in answers(protocol, *(Say("<Password>hunter2</Password", status) for status in (200, 400))):
            if refusal(answer).http_status == 200 or refusal(answer).code == "GarbledReply":
                assert "hunter2" not in refusal(answer).message


def test_a_long_message_is_cut_between_words_because_no_pattern_knows_half_a_secret() -> None:
    token = "ghp" + "_" + "x" * 60
    for protocol in PROTOCOLS.values():
        message = refusal(ask(protocol, protocol.error("AccessDenied", "word " * 799 + token, 403))).message
        assert message.endswith("word"), message[-20:]
        assert 3900 < len(message) < 4000


@each_protocol
def test_a_broken_line_is_a_failure(protocol: Protocol) -> None:
    found = refusal(ask(protocol, replace(protocol.last, short=5)))
    assert found.state is State.FAILED
    found = refusal(ask(protocol, Say(reset=True)))
    assert (found.state, found.code) == (State.FAILED, "ConnectionClosedError")
    answer = ask(protocol, protocol.first, Say(reset=True))
    assert (len(answer.pages), answer.state(1), refusal(answer).page) == (1, State.PARTIAL, 1)


@pytest.mark.parametrize("name", ["json-1.1", "ec2"])
def test_silence_times_out(name: str) -> None:
    protocol = PROTOCOLS[name]
    limits = Limits(connect_timeout=1, read_timeout=0.2, attempts=1)
    found = refusal(ask(protocol, replace(protocol.last, delay=0.6), limits=limits))
    assert (found.state, found.code, found.http_status) == (State.TIMED_OUT, "ReadTimeoutError", 0)
    answer = ask(protocol, protocol.first, replace(protocol.last, delay=0.6), limits=limits)
    assert (len(answer.pages), answer.state(1)) == (1, State.PARTIAL)


def test_slow_headers_are_waited_for() -> None:
    protocol = PROTOCOLS["ec2"]
    answer = ask(protocol, replace(protocol.last, slow_headers=0.5))
    assert answer.refusal is None
    assert len(answer.pages) == 1


def test_a_code_that_a_call_declares_as_off_is_an_answer() -> None:
    call = CALLS["s3:GetBucketPolicy"]
    protocol = Protocol(call, Say(), Say(), s3_error, {"Bucket": "b"})
    answer = ask(protocol, s3_error("NoSuchBucketPolicy", "None.", 404))
    assert (answer.refusal, answer.absent, answer.state(0)) == (None, "NoSuchBucketPolicy", State.ABSENT)
    assert refusal(ask(protocol, s3_error("AccessDenied", "No.", 403))).state is State.DENIED


def test_only_the_declared_words_make_a_denial_an_answer() -> None:
    protocol = Protocol(CALLS["macie2:GetMacieSession"], Say(), Say(), rest_json_error)
    assert ask(protocol, rest_json_error("AccessDeniedException", "Macie is not enabled.", 403)).absent
    denied = ask(protocol, rest_json_error("AccessDeniedException", "You are not authorized.", 403))
    assert refusal(denied).state is State.DENIED


def test_codes_that_a_call_declares_mean_disabled() -> None:
    protocol = PROTOCOLS["json-1.1"]
    call = replace(protocol.call, disabled=("NotOnHere",))
    assert refusal(ask(replace(protocol, call=call), json_error("NotOnHere", "Off.", 400))).state is State.DISABLED


# -- retries ------------------------------------------------------------------------------------------------------


@each_protocol
def test_botocore_tries_again_and_the_attempts_are_counted(protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    limits = replace(ONCE, attempts=3)
    answer = ask(protocol, Say(b"", 503), protocol.error("Throttling", "Slow.", 400), protocol.last, limits=limits)
    assert answer.refusal is None
    assert answer.circumstances is not None
    assert answer.circumstances.attempts == 3
    answer = ask(protocol, Say(reset=True), protocol.first, protocol.error("AccessDenied", "No.", 403), limits=limits)
    assert (len(answer.pages), answer.circumstances and answer.circumstances.attempts) == (1, 3)
    answer = ask(protocol, Say(reset=True), limits=limits)
    assert refusal(answer).code == "ConnectionClosedError"
    assert answer.circumstances is not None
    assert answer.circumstances.attempts == 3


def test_no_further_attempt_is_made_once_a_page_has_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    protocol, now = PROTOCOLS["ec2"], [0.0]

    def script(heard: Heard, before: int) -> Say | None:
        if heard.asked.startswith("sts."):
            return None
        now[0] += 70
        return Say(b"", 503)

    limits = replace(ONCE, attempts=9, page_seconds=100)
    with entered(script, limits, monotonic=lambda: now[0]) as (aws, server):  # type: ignore[arg-type]
        answer = aws.ask(protocol.call, place_of(protocol.call), protocol.params)
    assert (refusal(answer).state, refusal(answer).code) == (State.TIMED_OUT, "NoAnswerInTime")
    assert len(server.heard) == 2
    assert answer.circumstances is not None
    assert answer.circumstances.attempts == 2


# -- paging -------------------------------------------------------------------------------------------------------


@each_protocol
def test_the_same_token_again_ends_in_a_refusal(protocol: Protocol) -> None:
    answer = ask(protocol, protocol.first)
    assert (refusal(answer).state, refusal(answer).code) == (State.FAILED, "PaginationError")
    assert answer.state(2) is State.PARTIAL
    assert len(answer.pages) == 2


@pytest.mark.parametrize("name", ["json-1.1", "json-1.1 by token"])
def test_an_answer_without_end_is_bounded(name: str) -> None:
    protocol = PROTOCOLS[name]
    count = itertools.count()
    body = str(protocol.first.body)

    def script(heard: Heard, _: int) -> Say | None:
        if heard.asked.startswith("sts."):
            return None
        number = next(count)
        return Say(body.replace('"m"', f'"m{number}"').replace('"n"', f'"n{number}"'))

    with entered(script, replace(ONCE, pages=7)) as (aws, server):  # type: ignore[arg-type]
        answer = aws.ask(protocol.call, place_of(protocol.call), protocol.params)
        assert (len(answer.pages), refusal(answer).code, answer.state(7)) == (7, "TooManyPages", State.PARTIAL)
        assert len(server.heard) == 8


def test_tokens_that_alternate_are_noticed() -> None:
    protocol = PROTOCOLS["json-1.1 by token"]
    body = str(protocol.first.body)
    said = [Say(body.replace('"n"', f'"{token}"')) for token in "ababab"]
    answer = ask(protocol, *said)
    assert (len(answer.pages), refusal(answer).code) == (3, "PaginationError")


def test_the_token_goes_back_to_aws() -> None:
    with entered(lambda heard, n: None if "sts" in heard.asked else [  # type: ignore[return-value,arg-type]
        _json('{"DeliveryStreamNames":["a","b"],"HasMoreDeliveryStreams":true}', 1),
        _json('{"DeliveryStreamNames":["c"],"HasMoreDeliveryStreams":false}', 2)][n]) as (aws, server):  # fmt: skip
        call = CALLS["firehose:ListDeliveryStreams"]
        answer = aws.ask(call, place_of(call), {})
        assert [row["value"] for page in answer.pages for row in call.rows_in(page)] == ["a", "b", "c"]
        assert b'"ExclusiveStartDeliveryStreamName": "b"' in server.heard[1].body


# -- jobs ---------------------------------------------------------------------------------------------------------

REPORT = CALLS["iam:GetCredentialReport"]


def _iam(operation: str, inner: str) -> Say:
    return Say(f"<{operation}Response><{operation}Result>{inner}</{operation}Result><ResponseMetadata>"
               f"<RequestId>{operation}</RequestId></ResponseMetadata></{operation}Response>")  # fmt: skip


def report(ready_after: int) -> tuple[Answer, list[float], Scripted]:
    waited: list[float] = []

    def script(heard: Heard, before: int) -> Say | None:
        if heard.asked == "iam.GenerateCredentialReport":
            return _iam(
                "GenerateCredentialReport", f"<State>{'COMPLETE' if before >= ready_after else 'STARTED'}</State>"
            )
        if heard.asked == "iam.GetCredentialReport":
            return _iam("GetCredentialReport", "<Content>dXNlcg==</Content><ReportFormat>text/csv</ReportFormat>")
        return None

    with entered(script, wait=waited.append) as (aws, server):  # type: ignore[arg-type]
        return aws.ask(REPORT, place_of(REPORT), {}), waited, server


def test_a_job_is_started_waited_for_and_read() -> None:
    answer, waited, server = report(ready_after=3)
    assert answer.pages[0]["Content"] == b"user"
    assert waited == [2.0] * 3
    assert server.count("iam.GenerateCredentialReport") == 4
    assert server.count("iam.GetCredentialReport") == 1
    assert answer.circumstances is not None
    assert answer.circumstances.attempts == 5


def test_a_job_that_is_never_ready_times_out() -> None:
    answer, waited, server = report(ready_after=10**9)
    found = refusal(answer)
    assert (found.state, found.code) == (State.TIMED_OUT, "JobNotReady")
    assert found.message == "iam:GenerateCredentialReport was not COMPLETE after 58 seconds."
    assert sum(waited) == 58
    assert server.count("iam.GetCredentialReport") == 0


def test_a_job_that_is_refused_refuses_the_call() -> None:
    protocol = Protocol(REPORT, Say(), Say(), query_error)
    assert refusal(ask(protocol, query_error("AccessDenied", "No.", 403))).state is State.DENIED


# -- places, clients, threads -------------------------------------------------------------------------------------


def test_s3control_speaks_to_loopback() -> None:
    call = CALLS["s3control:GetPublicAccessBlock"]
    said = Say(
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>"
    )
    with entered(lambda heard, _: None if "sts" in heard.asked else said) as (aws, server):  # type: ignore[return-value,arg-type]
        answer = aws.ask(call, place_of(call), {"AccountId": ACCOUNT})
        assert answer.pages == ({"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},)
        assert server.heard[0].headers["x-amz-account-id"] == ACCOUNT
        assert server.heard[0].headers["host"] == f"127.0.0.1:{server.port}"


def test_what_a_parents_row_makes_unaskable_is_a_refusal_and_our_own_mistake_is_not() -> None:
    with entered(lambda *_: None) as (aws, _):  # type: ignore[return-value,arg-type]
        child = CALLS["s3:GetBucketAcl"]
        answer = aws.ask(child, place_of(child), {"Bucket": ""})
        assert refusal(answer).state is State.FAILED
        with pytest.raises(botocore.exceptions.ParamValidationError):
            aws.ask(CALLS["ec2:DescribeVpcs"], place_of(CALLS["ec2:DescribeVpcs"]), {"No": 1})


def test_an_operation_that_this_botocore_does_not_know_is_unsupported() -> None:
    with entered(lambda *_: None) as (aws, _):  # type: ignore[return-value,arg-type]
        for call in (replace(CALLS["ec2:DescribeVpcs"], operation="DescribeTomorrow"),
                     replace(CALLS["ec2:DescribeVpcs"], service="tomorrow")):  # fmt: skip
            found = refusal(aws.ask(call, place_of(CALLS["ec2:DescribeVpcs"]), {}))
            assert (found.state, found.code) == (State.UNSUPPORTED, "UnknownOperation")


def test_many_threads_make_one_client_and_do_not_mix_their_answers() -> None:
    call = CALLS["dynamodb:DescribeTable"]

    def script(heard: Heard, _: int) -> Say | None:
        if heard.asked.startswith("sts."):
            return None
        name = heard.body.decode().partition('"TableName": "')[2].partition('"')[0]
        if int(name[1:]) % 3 == 0:
            return replace(json_error("AccessDeniedException", name, 400), headers={"x-amzn-RequestId": name})
        return Say(f'{{"Table":{{"TableName":"{name}"}}}}', headers={"x-amzn-RequestId": name})

    made = []
    with entered(script) as (aws, _):  # type: ignore[arg-type]
        make = aws._make
        aws._make = lambda *given: made.append(given) or make(*given)  # type: ignore[method-assign,func-returns-value]
        names = [f"t{n:03}" for n in range(90)]
        with cf.ThreadPoolExecutor(max_workers=24) as pool:
            answers = list(pool.map(lambda name: aws.ask(call, place_of(call), {"TableName": name}), names))
    assert len(made) == 1
    for name, answer in zip(names, answers, strict=True):
        assert answer.circumstances is not None
        assert answer.circumstances.request_ids == (name,)
        assert answer.circumstances.attempts == 1
        said = refusal(answer).message if int(name[1:]) % 3 == 0 else answer.pages[0]["Table"]["TableName"]
        assert said == name


def test_releasing_a_service_lets_its_clients_and_its_model_go() -> None:
    with entered(lambda heard, _: None if "sts" in heard.asked else PROTOCOLS["ec2"].last) as (aws, _):  # type: ignore[return-value,arg-type]
        call = CALLS["ec2:DescribeVpcs"]
        for region in ("eu-west-1", "us-east-1"):
            aws.ask(call, Place(account=ACCOUNT, region=region), {})
        cache = aws._loader._cache
        size = lambda: sum(len(repr(v)) for k, v in cache.items() if "ec2" in str(k))  # noqa: E731
        assert size() > 4_000_000
        aws.release("ec2")
        assert size() == 0
        assert not aws._clients
        assert aws.ask(call, Place(account=ACCOUNT, region="eu-west-1"), {}).refusal is None


def test_clients_do_not_grow_with_places() -> None:
    made: list[weakref.ref[Any]] = []
    with entered(lambda heard, _: None if "sts" in heard.asked else PROTOCOLS["ec2"].last) as (aws, _):  # type: ignore[return-value,arg-type]
        make = aws._make

        def remembered(*given: Any) -> Any:
            client = make(*given)
            made.append(weakref.ref(client))
            return client

        aws._make = remembered  # type: ignore[method-assign]
        call = CALLS["ec2:DescribeVpcs"]
        regions = [f"eu-west-{number}" for number in range(1, 61)]
        for region in (*regions, regions[-1]):
            assert aws.ask(call, Place(account=ACCOUNT, region=region), {}).refusal is None
    assert len(made) == len(regions)
    assert sum(one() is not None for one in made) < len(regions)
    assert len(aws._clients) <= 32


# -- entering -----------------------------------------------------------------------------------------------------

ROLE = "arn:aws:iam::222233334444:role/reader"


def assumed(expires: str = "2099-01-01T00:00:00Z") -> Say:
    given = (f"<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
             f"<SessionToken>t</SessionToken><Expiration>{expires}</Expiration></Credentials>")  # fmt: skip
    return Say(f"<AssumeRoleResponse><AssumeRoleResult>{given}</AssumeRoleResult></AssumeRoleResponse>")


def enter(script: scripted.Script, access: Access = DEFAULT) -> tuple[Opened | Refusal, Scripted]:
    with scripted.serve(script) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        return thrifty().enter(access, CALLER), server


def test_who_we_are_is_asked_once_and_is_evidence() -> None:
    opened, server = enter(lambda *_: None)  # type: ignore[return-value,arg-type]
    assert isinstance(opened, Opened)
    assert (opened.account, opened.arn, opened.partition) == (ACCOUNT, ARN, "aws")
    assert opened.answer.pages == ({"UserId": "AIDA", "Account": ACCOUNT, "Arn": ARN},)
    assert opened.answer.circumstances is not None
    assert opened.answer.circumstances.request_ids == ("sts-1",)
    assert [h.asked for h in server.heard] == ["sts.GetCallerIdentity"]


def test_a_role_is_assumed_with_its_external_id_and_the_account_is_checked() -> None:
    def script(heard: Heard, _: int) -> Say:
        if heard.asked == "sts.AssumeRole":
            return assumed()
        return scripted.caller("222233334444", "arn:aws:sts::222233334444:assumed-role/reader/srm-docs")

    access = Access(account="222233334444", role_arn=ROLE, external_id="xyz", session_name="me")
    opened, server = enter(script, access)
    assert isinstance(opened, Opened)
    assert opened.account == "222233334444"
    assert server.heard[0].form["ExternalId"] == "xyz"
    assert server.heard[0].form["RoleSessionName"] == "me"
    assert "ASIAROLE" in server.heard[1].headers["authorization"]
    refused, _ = enter(script, replace(access, account="999999999999"))
    assert isinstance(refused, Refusal)
    assert refused.code == "WrongAccount"


def test_a_roles_credentials_renew_themselves_and_say_so_where_they_cannot() -> None:
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    denied = query_error("AccessDenied", "Not any more.", 403)

    def script(again: Say) -> scripted.Script:
        def say(heard: Heard, before: int) -> Say | None:
            if heard.asked == "sts.AssumeRole":
                return again if before else assumed(soon)
            return PROTOCOLS["ec2"].last if heard.asked.startswith("ec2") else None

        return say  # type: ignore[return-value]

    for again, code in ((assumed(), ""), (denied, "CredentialRetrievalError")):
        with scripted.serve(script(assumed(soon))) as server, pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", server.url)
            aws = thrifty()
            assert isinstance(aws.enter(Access(role_arn=ROLE), CALLER), Opened)
            server.script = script(again)
            answer = aws.ask(CALLS["ec2:DescribeVpcs"], place_of(CALLS["ec2:DescribeVpcs"]), {})
            if code:
                assert (refusal(answer).state, refusal(answer).code) == (State.DENIED, code)
                assert "Not any more." in refusal(answer).message
                assert code in STOPPED
            else:
                assert answer.refusal is None
                asked = server.count("sts.AssumeRole")
                assert aws.ask(CALLS["ec2:DescribeVpcs"], place_of(CALLS["ec2:DescribeVpcs"]), {}).refusal is None
                assert server.count("sts.AssumeRole") == asked


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (query_error("InvalidClientTokenId", "Invalid.", 403), "InvalidClientTokenId"),
        (query_error("ExpiredToken", "Expired.", 403), "ExpiredToken"),
        (Say(HTML), "200"),
        (Say("<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"), "NoIdentity"),
        (Say("<Other/>"), "GarbledReply"),
    ],
)
def test_an_account_that_cannot_be_entered_is_a_refusal(said: Say, code: str) -> None:
    refused, _ = enter(lambda *_: said)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    refused, _ = enter(lambda heard, _: said if heard.asked == "sts.AssumeRole" else None, Access(role_arn=ROLE))  # type: ignore[return-value,arg-type]
    assert isinstance(refused, Refusal)


def begin(access: Access = DEFAULT, **environment: str | None) -> CannotBegin:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            if value is None:
                patch.delenv(name)
            else:
                patch.setenv(name, value)
        with pytest.raises(CannotBegin) as caught:
            thrifty().enter(access, CALLER)
    assert caught.value.hint
    assert caught.value.exit_code == 4
    return caught.value


def test_without_credentials_nothing_begins() -> None:
    gone: dict[str, str | None] = dict.fromkeys(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
    assert begin(**gone).message == "No AWS credentials were found."
    half = begin(AWS_SECRET_ACCESS_KEY=None)
    assert "Partial credentials" in half.message


def test_an_unknown_profile_is_named() -> None:
    assert "'nobody'" in begin(Access(profile="nobody")).message
    assert "'nobody'" in begin(AWS_PROFILE="nobody").message


def test_a_malformed_aws_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("[profile x\nregion=\n")
    assert "broken" in begin(AWS_CONFIG_FILE=str(tmp_path / "broken")).message
    (tmp_path / "broken").write_bytes(b"\xff\xfe\x00[")
    begin(AWS_CONFIG_FILE=str(tmp_path / "broken"))


DEAD = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("environment", "message", "hint"),
    [
        ({"AWS_ENDPOINT_URL": DEAD}, "AWS could not be asked: Could not connect", "Check the network"),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL is 'nonsense', which is no web address.", "like https://"),
        ({"AWS_ENDPOINT_URL": "http://"}, "AWS_ENDPOINT_URL is 'http://', which", "take it away"),
        ({"AWS_ENDPOINT_URL": "ftp://h"}, "AWS_ENDPOINT_URL is 'ftp://h', which", "take it away"),
        ({"AWS_ENDPOINT_URL": "http://h:99999"}, "AWS_ENDPOINT_URL is 'http://h:99999', which", "take it away"),
        ({"AWS_ENDPOINT_URL": DEAD, "AWS_ENDPOINT_URL_S3": "x"}, "AWS_ENDPOINT_URL_S3 is 'x', which", "take it away"),
        ({"AWS_ENDPOINT_URL": DEAD, "AWS_DEFAULT_REGION": "eu west 1"}, "'eu west 1' is no name", "mean eu-west-1?"),
        ({"AWS_ENDPOINT_URL": DEAD, "AWS_DEFAULT_REGION": "eu-wset-1"}, "asked in the region 'eu-wset-1': Could not",
         "Did you mean eu-west-1?"),
        ({"HTTP_PROXY": DEAD, "NO_PROXY": "", "AWS_ENDPOINT_URL": "http://sts.invalid"}, "connect to proxy URL",
         "Mend HTTPS_PROXY"),
        ({"AWS_CA_BUNDLE": "/no/such.pem"}, "certificates /no/such.pem cannot be read: No such", "Mend AWS_CA_BUNDLE"),
        ({"AWS_CA_BUNDLE": __file__}, "holds no certificate.", "Mend AWS_CA_BUNDLE"),
    ],
)  # fmt: skip
def test_a_way_to_aws_that_is_wrong_is_one_sentence_and_its_mend(
    environment: dict[str, str | None], message: str, hint: str
) -> None:
    error = begin(**environment)
    assert message in error.message
    assert hint in error.hint
    assert "\n" not in error.message + error.hint


def test_an_endpoint_that_the_configuration_file_names_is_checked_too(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[default]\nservices = mine\n[profile p]\nendpoint_url = here\naws_access_key_id = a\n"
        "aws_secret_access_key = b\n[services mine]\ns3 =\n  endpoint_url = there\n"
    )
    assert begin().message.startswith("`endpoint_url` of s3 in the AWS configuration file is 'there'")
    assert begin(Access(profile="p")).message.startswith("`endpoint_url` of the profile is 'here'")


def test_a_certificate_that_nobody_trusts_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise botocore.exceptions.SSLError(endpoint_url="https://sts", error="CERTIFICATE_VERIFY_FAILED")

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", broken)
    error = begin()
    assert "SSL validation failed" in error.message
    assert "AWS_CA_BUNDLE" in error.hint


def test_an_expired_sso_session_says_how_to_sign_in(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile sso]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\nregion = eu-west-1\n"
        "[sso-session s]\nsso_start_url = https://example.invalid\nsso_region = eu-west-1\n"
    )
    error = begin(Access(profile="sso"))
    assert "aws sso login" in error.hint


def sso(patch: pytest.MonkeyPatch, home: Path, expires: str, *, old: bool = False) -> None:
    """A profile that signs in by SSO, and the token that `aws sso login` left in its cache."""
    for owner in (botocore.credentials.SSOProvider, botocore.tokens.SSOTokenProvider):
        patch.setattr(owner, "_SSO_TOKEN_CACHE_DIR", str(home / "cache"))  # botocore looked for a home on import
    here = "sso_start_url = https://example.invalid\nsso_region = eu-west-1\n"
    who = "sso_account_id = 111122223333\nsso_role_name = reader\nregion = eu-west-1\n"
    session = "" if old else f"[sso-session corp]\n{here}sso_registration_scopes = sso:account:access\n"
    (home / "config").write_text(f"{session}[profile audit]\n{here if old else 'sso_session = corp'}\n{who}")
    cache = home / "cache"
    cache.mkdir()
    name = hashlib.sha1(b"https://example.invalid" if old else b"corp").hexdigest()
    token = {"startUrl": "https://example.invalid", "region": "eu-west-1", "accessToken": "t", "expiresAt": expires}
    (cache / f"{name}.json").write_text(json.dumps(token))


@pytest.mark.parametrize("old", [False, True], ids=["sso_session", "sso_start_url"])
def test_an_expired_sso_token_is_a_sentence_that_says_how_to_sign_in(
    old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sso(monkeypatch, tmp_path, "2020-01-01T00:00:00Z", old=old)
    error = begin(Access(profile="audit"))
    assert "expired" in error.message
    assert "`aws sso login --profile audit`" in error.hint
    assert "\n" not in error.message


def test_a_valid_sso_token_enters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sso(monkeypatch, tmp_path, later)
    given = {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 4_000_000_000_000}

    def script(heard: Heard, _: int) -> Say | None:
        if "/federation/credentials" in heard.path:
            assert heard.headers["x-amz-sso_bearer_token"] == "t"
            return Say(json.dumps({"roleCredentials": given}))
        return None

    opened, server = enter(script, Access(profile="audit"))  # type: ignore[arg-type]
    assert isinstance(opened, Opened)
    assert "ASIASSO" in server.heard[-1].headers["authorization"]


PARTITIONS = [
    ("aws", "us-east-1", "sts.us-east-1.amazonaws.com", "us-east-1"),
    ("aws-us-gov", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("aws-cn", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
]


@pytest.mark.parametrize(("partition", "home", "sts", "iam"), PARTITIONS)
def test_a_partition_has_its_own_home_endpoints_and_place_of_global_services(
    partition: str, home: str, sts: str, iam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    access = Access(role_arn=f"arn:{partition}:iam::222233334444:role/reader")
    aws = thrifty()
    assert aws.home(access) == home
    session = aws._session(access)
    assert aws._make(session, "sts", home).meta.endpoint_url == f"https://{sts}", "STS is asked in the region"
    assert aws._make(session, "iam", home)._request_signer.region_name == iam

    def script(heard: Heard, _: int) -> Say | None:
        if heard.asked == "sts.AssumeRole":
            assert heard.form["RoleArn"] == access.role_arn
            return assumed()
        return scripted.caller("222233334444", f"arn:{partition}:sts::222233334444:assumed-role/reader/srm-docs")

    with scripted.serve(script) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        opened = aws.enter(access, CALLER)
        assert isinstance(opened, Opened)
        assert opened.partition == partition
        aws.ask(CALLS["iam:GetAccountSummary"], Place(account="222233334444", region=GLOBAL), {})
        assert [f"/{home}/" in h.headers["authorization"] for h in server.heard] == [True] * 3


def test_an_opt_in_region_that_refuses_is_disabled() -> None:
    protocol = PROTOCOLS["json-1.1"]
    for code in ("OptInRequired", "RegionDisabledException", "SubscriptionRequiredException"):
        assert refusal(ask(protocol, protocol.error(code, "Not here.", 403))).state is State.DISABLED


def test_aws_region_is_read_like_other_tools_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert Aws(ONCE).home(Access()) == "us-east-1"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert Aws(ONCE).home(Access()) == "eu-north-1"
