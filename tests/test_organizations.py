"""An organization over real HTTP: listed, entered, left out and refused, and every one of these said at the end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from srm_docs import cli, demo
from srm_docs.demo.company import CLOSED, DEVELOPMENT, PRODUCTION, READER, SANDBOX, UNIT_SANDBOXES
from srm_docs.evidence.snapshot import Snapshot, open_snapshot
from srm_docs.evidence.store import FolderStore

TABLE = f'[aws_organization]\nrole_name = "{READER}"\n'
REGIONS = '[collect]\nregions = ["eu-west-1"]\nattempts = 1\n'


class Run:
    """What a command said, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path) -> SimpleNamespace:
        self.capsys.readouterr()
        try:
            cli.main([str(a) for a in arguments])
            code: Any = 0
        except SystemExit as stop:
            code = stop.code or 0
        said = self.capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)


@pytest.fixture(scope="module")
def running() -> Iterator[demo.Demo]:
    with demo.serve() as estate:
        yield estate


@pytest.fixture
def run(running: demo.Demo, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO_")):
            monkeypatch.delenv(name)
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Run(capsys)


def member(running: demo.Demo, folder: Path) -> str:
    """A profile of the shared config that leads to an account which may not list the organization."""
    (folder / "aws").write_text(
        f"[profile member]\nrole_arn = {running.role_arn(DEVELOPMENT)}\ncredential_source = Environment\n"
    )
    return str(folder / "aws")


def newest() -> Snapshot:
    return open_snapshot(FolderStore(Path("output/evidence")))


def test_an_organization_is_read_and_nobody_goes_unsaid(run: Run) -> None:
    Path("srm-docs.toml").write_text(REGIONS + TABLE + f'exclude_ous = ["{UNIT_SANDBOXES}"]\n')
    said = run("collect", "--quiet")
    assert said.code == 8, "the estate refuses some reads"
    assert "2 accounts are out of scope by configuration" in said.out
    assert SANDBOX in said.out
    kept = newest()
    assert [(a.id, a.entered, a.name) for a in kept.header.accounts] == [
        (PRODUCTION, True, "example-production"),
        (DEVELOPMENT, True, "example-development"),
    ]
    found = kept.header.organization
    assert found is not None
    assert (found.lister, found.management, found.members) == (PRODUCTION, PRODUCTION, 4)
    assert {a.id: a.why for a in found.left_out} == {
        SANDBOX: f"exclude_ous names {UNIT_SANDBOXES}", CLOSED: f"exclude_ous names {UNIT_SANDBOXES}",
    }  # fmt: skip
    listing = [e for e in kept.entries.values() if e.question.call == "organizations:ListAccounts"]
    assert [(e.state, e.rows, e.question.place.account) for e in listing] == [("ok", 4, PRODUCTION)]
    assert kept.pages(listing[0].question.key)[0]["Accounts"][0]["Id"] == PRODUCTION
    assert any(e.question.call == "organizations:ListParents" for e in kept.entries.values())
    callers = {e.question.place.account: e.circumstances.caller_arn for e in kept.entries.values() if e.circumstances}
    assert callers[DEVELOPMENT].endswith(f"assumed-role/{READER}/srm-docs")


def test_an_account_that_cannot_be_entered_is_a_refusal_and_a_suspended_one_is_not(run: Run) -> None:
    Path("srm-docs.toml").write_text(REGIONS + TABLE + f'include_accounts = ["{SANDBOX}", "{CLOSED}", "{PRODUCTION}"]')
    said = run("collect", "--quiet", "--json", "--allow-refusals")
    assert said.code == 0
    data = json.loads(said.out)
    assert "1 account is out of scope by configuration: 444455556666." in data["out_of_scope"]
    assert "1 account is not active and could not be read: 888899990000." in data["out_of_scope"]
    shut = next(a for a in newest().header.accounts if a.id == SANDBOX)
    assert not shut.entered
    assert shut.refusal is not None
    assert shut.refusal.code == "AccessDenied"
    assert data["states"]["not run"] > 50


def test_accounts_that_cannot_be_listed_cannot_begin_unless_some_are_configured(
    run: Run, running: demo.Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", member(running, tmp_path))
    Path("srm-docs.toml").write_text(REGIONS + TABLE + 'profile = "member"\n')
    said = run("collect")
    assert said.code == 4
    assert f"could not be listed from {DEVELOPMENT}: AccessDeniedException" in said.err
    assert "Mend:  Sign in to the management account" in said.err
    assert not Path("output").exists()
    more = f'profile = "member"\n[[accounts]]\nid = "{DEVELOPMENT}"\nprofile = "member"\n'
    Path("srm-docs.toml").write_text(REGIONS + TABLE + more)
    said = run("collect", "--quiet")
    assert said.code == 8
    kept = newest()
    assert [a.id for a in kept.header.accounts] == [DEVELOPMENT]
    assert kept.header.organization is not None
    assert kept.header.organization.refusal is not None
    assert [e.state for e in kept.entries.values() if e.question.call == "organizations:ListAccounts"] == ["denied"]


def test_a_choice_of_nobody_cannot_begin(run: Run) -> None:
    Path("srm-docs.toml").write_text(TABLE + 'include_accounts = ["999999999999"]\n')
    said = run("collect")
    assert said.code == 4
    assert "None of the 4 accounts of the organization is in scope." in said.err
