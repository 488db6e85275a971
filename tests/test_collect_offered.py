"""A service that a region does not have is an answer; a name that does not resolve for another reason has failed."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scripted_server as scripted
from scripted_server import ACCOUNT
from test_collect_aws import aws_environment, thrifty  # noqa: F401 - the environment of its tests

from srm_docs.checks import discover
from srm_docs.checks.calls.entry import CALLER
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access
from srm_docs.collect.answer import NOT_OFFERED, Answer, State
from srm_docs.collect.aws import Aws
from srm_docs.collect.enter import Opened

CALLS = {c.id: c for c in discover.calls()}
WORKSPACES = CALLS["workspaces:DescribeWorkspaces"]
ELSEWHERE = "eu-north-1"
"""botocore lists WorkSpaces in some regions; this is none of them."""


@contextmanager
def names(answer: Callable[[str], int | None]) -> Iterator[tuple[Aws, list[str]]]:
    """An entered account, where the resolver fails with `answer(host)` (an EAI number; None: the name exists)."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: Any, *given: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name in ("127.0.0.1", "localhost"):
            return real(host, *given, **more)
        asked.append(name)
        if (number := answer(name)) is not None:
            raise socket.gaierror(number, "Name or service not known")
        return real("127.0.0.1", *given, **more)

    with scripted.serve(lambda *_: None) as server, pytest.MonkeyPatch.context() as patch:  # type: ignore[arg-type,return-value]
        patch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        patch.setattr(socket, "getaddrinfo", look_up)
        aws = thrifty()
        assert isinstance(aws.enter(Access(), CALLER), Opened)
        asked.clear()
        yield aws, asked


def ask(aws: Aws, region: str, call_id: str = WORKSPACES.id) -> Answer:
    return aws.ask(CALLS[call_id], Place(account=ACCOUNT, region=region), {})


def only_workspaces_is_missing(host: str) -> int | None:
    return socket.EAI_NONAME if host.startswith("workspaces.") else None


def test_a_service_that_the_region_does_not_have_is_an_answer_and_is_looked_up_once() -> None:
    with names(only_workspaces_is_missing) as (aws, asked):
        answer = ask(aws, ELSEWHERE)
        assert (answer.absent, answer.refusal, answer.pages) == (NOT_OFFERED, None, ())
        assert answer.state(0) is State.NOT_OFFERED
        assert answer.circumstances is not None
        assert asked == [f"workspaces.{ELSEWHERE}.amazonaws.com", f"sts.{ELSEWHERE}.amazonaws.com"]
        again = ask(aws, ELSEWHERE, "workspaces:DescribeWorkspaceDirectories")
        assert again.state(0) is State.NOT_OFFERED
        assert again.circumstances is not None
        assert again.circumstances.operation == "DescribeWorkspaceDirectories"
        assert len(asked) == 2
        tasted = aws.taste(WORKSPACES, Place(account=ACCOUNT, region=ELSEWHERE))
        assert tasted.state(0) is State.NOT_OFFERED


@pytest.mark.parametrize(
    ("why", "answer", "region", "call_id"),
    [
        ("botocore lists it there", only_workspaces_is_missing, "eu-west-1", WORKSPACES.id),
        ("no name resolves", lambda _: socket.EAI_NONAME, ELSEWHERE, WORKSPACES.id),
        ("the resolver is busy", lambda _: socket.EAI_AGAIN, ELSEWHERE, WORKSPACES.id),
        ("it is refused", lambda _: None, ELSEWHERE, WORKSPACES.id),
        ("once a partition", lambda h: socket.EAI_NONAME if "iam" in h else None, GLOBAL, "iam:GetAccountSummary"),
        ("listed nowhere", lambda h: socket.EAI_NONAME if "bedrock" in h else None, ELSEWHERE,
         "bedrock-agent:ListAgents"),
    ],
)  # fmt: skip
def test_any_other_failure_stays_one(
    why: str, answer: Callable[[str], int | None], region: str, call_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with names(answer) as (aws, _):
        said = ask(aws, region, call_id)
    assert said.refusal is not None, why
    assert (said.refusal.state, said.absent) == (State.FAILED, ""), why


@pytest.mark.parametrize("host", ["workspaces.internal.example", "vpce-1.workspaces.eu-north-1.vpce.amazonaws.com"])
def test_an_endpoint_that_somebody_configured_says_nothing_about_aws(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_WORKSPACES", f"https://{host}")
    with names(lambda name: socket.EAI_NONAME if "workspaces" in name else None) as (aws, asked):
        said = ask(aws, ELSEWHERE)
    assert asked == [host]
    assert said.refusal is not None
    assert said.refusal.state is State.FAILED
