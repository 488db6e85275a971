"""The preflight over real HTTP: what would be refused is found, nothing is kept, and no more is claimed than tried."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from srm_docs import cli, demo
from srm_docs.checks import discover
from srm_docs.checks.place import Scope
from srm_docs.demo.company import DEVELOPMENT, PRODUCTION

ROOTS = [c for c in discover.calls() if c.per is None and c.scope is not Scope.ORGANIZATION]
REGIONS = '[collect]\nregions = ["eu-west-1"]\nattempts = 1\n'


@pytest.fixture(scope="module")
def running() -> Iterator[demo.Demo]:
    with demo.serve() as estate:
        yield estate


@pytest.fixture
def here(running: demo.Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO_")):
            monkeypatch.delenv(name)
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def doctor(capsys: pytest.CaptureFixture[str], *options: str) -> SimpleNamespace:
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        cli.main(["doctor", "--quiet", *options])
    said = capsys.readouterr()
    return SimpleNamespace(code=stop.value.code, out=said.out, err=said.err)


def test_an_account_that_answers_all_is_0_and_nothing_is_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "srm-docs.toml").write_text(REGIONS)
    said = doctor(capsys, "--json")
    data: dict[str, Any] = json.loads(said.out)
    assert (said.code, said.err, data["refused"], data["undetermined"]) == (0, "", [], [])
    assert data["tried"]["calls"] == len(ROOTS)
    assert data["tried"]["dependent_calls_not_tried"] > 20
    (account,) = data["accounts"]
    assert (account["id"], account["partition"], account["regions"]) == (PRODUCTION, "aws", ["eu-west-1"])
    assert "us-east-1" in account["regions_left_out"]
    assert account["caller"].startswith("arn:aws:sts::")
    assert {"Organization", "Control mapping"} <= {n["subject"] for n in data["not_provided"]}
    assert [p.name for p in here.iterdir()] == ["srm-docs.toml"]


def test_what_would_be_refused_is_8_with_actions_and_self_tests(
    here: Path, running: demo.Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    days = next(p for p in discover.parameters() if isinstance(p.default, int) and p.at_most and p.default > 1)
    (here / "srm-docs.toml").write_text(
        f'{REGIONS}[organization]\nname = "Example"\n[parameters]\n{days.id} = 1\n'
        f'[[accounts]]\nid = "{DEVELOPMENT}"\nrole_arn = "{running.role_arn(DEVELOPMENT)}"\n'
        '[[accounts]]\nid = "999999999999"\nrole_arn = "arn:aws:iam::999999999999:role/nobody"\n'
    )
    said = doctor(capsys)
    assert said.code == 8
    assert max(map(len, said.out.splitlines())) <= 80
    for words in (
        "guardduty:ListDetectors  denied in 444455556666/eu-west-1", "Needs guardduty:ListDetectors.",
        "Self-tests that could not be determined", f"{days.id}", f"1 instead of {days.default}",
        "999999999999  aws", "Not entered: AccessDenied", "System", "were tried, each once an account",
    ):  # fmt: skip
        assert words in " ".join(said.out.split("\n")) or words in said.out, words
    assert "\n  Organization" not in said.out, "its name is given"


def test_what_cannot_begin_is_4_and_the_rest_is_still_told(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "moto" else found(name))
    said = doctor(capsys)
    assert said.code == 4
    assert "No AWS credentials were found." in said.out
    assert "moto is not installed" in said.out
    assert "NOT PROVIDED" in said.out
    data = json.loads(doctor(capsys, "--json").out)
    assert data["fault"]["message"] == "No AWS credentials were found."
    assert data["exit_code"] == 4


def test_an_organization_is_examined_too(here: Path, running: demo.Demo, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "srm-docs.toml").write_text(
        f'{REGIONS}[aws_organization]\nrole_name = "{running.role_name}"\ninclude_accounts = ["{PRODUCTION}"]\n'
    )
    data = json.loads(doctor(capsys, "--org", "--json").out)
    assert [a["id"] for a in data["accounts"]] == [PRODUCTION]
    assert len(data["out_of_scope"]) == 3
