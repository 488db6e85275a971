"""The command line: each exit code by a real cause, one clear sentence and a mend, and results alone on stdout."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import exit_codes as derived
import scripted_server as scripted
import sealed_sample
from scripted_server import ACCOUNT, Heard, Say, Scripted

from srm_docs import cli, console, folders, pipeline
from srm_docs import config as configuration
from srm_docs.checks import actions, discover, role
from srm_docs.cli.build import unread
from srm_docs.cli.codes import EVERY, MEANINGS
from srm_docs.config import Config
from srm_docs.errors import (
    CannotBegin,
    CatalogError,
    ConfigError,
    EvidenceDamaged,
    Interrupted,
    MissingLibrary,
    OutputError,
    SrmDocsError,
    TemplateError,
    UsageError,
    VerificationFailed,
)
from srm_docs.evidence.snapshot import open_snapshot
from srm_docs.evidence.store import FolderStore
from srm_docs.packet.assemble import assemble
from srm_docs.packet.coverage import GO_ON, GO_ON_LATER
from srm_docs.packet.model import Packet, Shape
from srm_docs.pipeline import collecting, judging
from srm_docs.seal import packet_folder
from tests.secret_kinds import PLANTED

CHECKOUT = Path(__file__).resolve().parent.parent
REGIONS = ("eu-west-1", "us-east-1", "eu-north-1")


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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO_")):
            monkeypatch.delenv(name)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Run(capsys)


def environment(folder: Path) -> dict[str, str]:
    return {
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(folder / "none"), "NO_PROXY": "*",
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"), "AWS_DEFAULT_REGION": "eu-west-1",
    }  # fmt: skip


KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "s"}
TOML = '[collect]\nregions = ["eu-west-1"]\nattempts = 1\nconcurrency = 4\nread_timeout = 5\nconnect_timeout = 2\n'


def estate(heard: Heard, before: int) -> Say | None:
    """An account in which nothing may be read but its regions and two listings, one of them with a hostile name."""
    if heard.asked == "ec2.DescribeRegions":
        rows = "".join(f"<item><regionName>{r}</regionName></item>" for r in REGIONS)
        return Say(f"<DescribeRegionsResponse><regionInfo>{rows}</regionInfo></DescribeRegionsResponse>")
    if heard.asked == "kms.ListKeys":
        return Say('{"Keys":[{"KeyId":"a"},{"KeyId":"b"}]}')
    if heard.asked == "dynamodb.ListTables":
        return Say('{"TableNames":["\\u001b[31mred","\\u202eevil"]}')
    return None if heard.asked.startswith("sts.") else Say(b"", 403)


def unlocked(heard: Heard, before: int) -> Say | None:
    said = estate(heard, before)
    return said if said is None or said.status == 200 else Say(b"", 501)


@pytest.fixture
def aws(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    with scripted.serve(estate) as server:
        for name, value in (KEYS | {"AWS_ENDPOINT_URL": server.url}).items():
            monkeypatch.setenv(name, value)
        Path("srm-docs.toml").write_text(TOML)
        yield server


def tree(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")) if folder.exists() else []


def mistake(said: SimpleNamespace, code: int, *words: str) -> None:
    """An expected error: one sentence, a mend, no traceback, nothing on stdout."""
    assert said.code == code, said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("Error: ") == 1
    assert "Mend:  " in said.err
    for word in words:
        assert word in said.err


# -- help ---------------------------------------------------------------------------------------------------------


def commands(group: click.Group = cli.cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands()), ids=lambda p: " ".join(p) or "srm-docs")
def test_help_shows_an_example_in_80_columns(path: tuple[str, ...], run: Run) -> None:
    said = run(*path, "--help")
    assert said.code == 0
    assert f"  srm-docs {' '.join(path)}".rstrip() in said.out.replace("account:   ", "")
    assert max(map(len, said.out.splitlines())) <= 80
    assert "..." not in said.out.replace("[ARGS]...", "").replace("[WORKBOOK]...", "")
    assert "\x08" not in said.out


def test_the_help_names_every_exit_code(run: Run) -> None:
    stack, codes = [SrmDocsError], {0, 1, 8}
    while stack:
        kind = stack.pop()
        codes.add(kind.exit_code)
        stack += kind.__subclasses__()
    assert codes == set(MEANINGS) == named(run("--help").out)


def named(text: str) -> set[int]:
    """The codes of a help."""
    return {int(code) for code in re.findall(r"^  +(\d+) +\S", text.partition("Exit codes:")[2], re.MULTILINE)}


def at(path: tuple[str, ...]) -> Any:
    """The command."""
    found: Any = cli.cli
    for name in path:
        found = found.commands[name]
    return found


def leaves() -> Iterator[tuple[str, ...]]:
    return (path for path in commands() if not isinstance(at(path), click.Group))


NEVER = {
    ("render", 7): "it has no --since, so that no earlier packet is read",
    ("export", 7): "likewise",
    ("doctor", 5): "what S3 says to who tries the place is told, and is 4",
    ("verify", 5): "evidence in a packet that cannot be read makes its conclusions differ: 7",
}
"""What is reached by name and cannot occur."""


@pytest.mark.parametrize("path", list(leaves()), ids=" ".join)
def test_the_help_of_a_command_names_the_codes_that_it_can_end_with_and_no_other(
    path: tuple[str, ...], run: Run
) -> None:
    command = at(path)
    found = derived.Reach(command.callback.__module__, command.callback.__name__).codes
    possible = {code for code in found if (" ".join(path), code) not in NEVER} | set(EVERY)
    assert {name for name in NEVER if name[0] == " ".join(path) and name[1] not in found} == set()
    assert named(run(*path, "--help").out) == possible, {c: sorted(found[c]) for c in possible if c in found}


# -- exit codes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError, 2), (ConfigError, 2), (MissingLibrary, 2), (OutputError, 2), (CatalogError, 3), (CannotBegin, 4),
        (EvidenceDamaged, 5), (TemplateError, 6), (VerificationFailed, 7), (Interrupted, 130),
    ],
)  # fmt: skip
def test_every_expected_error_is_a_sentence_and_its_code(
    error: type[SrmDocsError], code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("It went wrong.", hint="Do better.")

    monkeypatch.setattr(pipeline, "collect", fail)
    said = run("collect")
    mistake(said, code, "It went wrong.", "Do better.")


def test_a_bug_is_a_traceback_and_70(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "collect", lambda *_, **__: 1 / 0)
    said = run("collect")
    assert said.code == 70
    assert "ZeroDivisionError" in said.err
    assert "bug in srm-docs" in said.err


def test_a_traceback_shows_no_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object, **__: object) -> None:
        raise ValueError("; ".join(planted.carrier for planted in PLANTED.values()))

    monkeypatch.setattr(pipeline, "collect", trip)
    said = run("collect")
    assert said.code == 70
    assert "ValueError" in said.err
    assert not [name for name, planted in PLANTED.items() if planted.secret in said.out + said.err]


def test_a_key_pressed_anywhere_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "collect", stop)
    mistake(run("collect"), 130, "Interrupted")


@pytest.mark.parametrize(
    "arguments", [["collct"], ["collect", "--no-such"], ["build", "--demo", "--from", "latest"], ["checks", "show"],
                  ["build", "--fail-on", "met"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_2(arguments: list[str], run: Run) -> None:
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage: " in said.err
    assert "Traceback" not in said.err


def test_a_wrong_configuration_is_2_with_every_line(run: Run) -> None:
    Path("srm-docs.toml").write_text("[audit]\ntipe = 1\n[colect]\n")
    for command in (["collect"], ["build"], ["lint"], ["controls", "list"]):
        mistake(run(*command), 2, "srm-docs.toml:2", "srm-docs.toml:3", 'did you mean "collect"?')
    mistake(run("collect", "--config", "missing.toml"), 2, "missing.toml cannot be read")


def test_an_unknown_name_is_2_with_a_near_match(run: Run) -> None:
    mistake(run("checks", "show", "volumes_are_encryptd"), 2, 'did you mean "volumes_are_encrypted"?')
    mistake(run("controls", "show", "CC66"), 2, 'did you mean "CC6.6"?')


@pytest.mark.parametrize("options", [[], ["--demo"]], ids=["aws", "demo"])
def test_an_output_that_cannot_be_written_is_2_before_anything_is_asked(
    options: list[str], aws: Scripted, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    began = time.monotonic()
    mistake(run("collect", *options, "--output", tmp_path / "file" / "below"), 2, "is a file")
    assert time.monotonic() - began < 2
    assert aws.heard == []
    assert (tmp_path / "file").read_text() == "mine"
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        mistake(run("collect", "--output", tmp_path / "locked" / "below"), 2, "may not be written to")


def refusing(monkeypatch: pytest.MonkeyPatch, victim: Path, way: int) -> None:
    """The system as it is to somebody who is not root and may not do this with one path."""
    monkeypatch.setattr(folders, "_may", lambda path, asked: not (path.absolute() == victim.absolute() and asked & way))


@pytest.mark.parametrize("command", ["collect", "build", "build --from latest"])
@pytest.mark.parametrize(
    ("victim", "way", "said"),
    [
        ("output/evidence", os.R_OK, "may not be read"), ("output/evidence/objects", os.R_OK, "may not be read"),
        ("output/evidence/snapshots", os.W_OK, "may not be written to"),
        ("output/packets", os.W_OK, "may not be written to"), ("mine", os.R_OK, "may not be read"),
        ("mine/css/brand.css", os.R_OK, "may not be read"),
    ],
)  # fmt: skip
def test_folders_that_cannot_be_used_are_2_before_anything_is_asked(
    command: str, victim: str, way: int, said: str, aws: Scripted, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("output/evidence/objects", "output/evidence/snapshots", "output/packets", "mine/css"):
        Path(folder).mkdir(parents=True)
    Path("mine/css/brand.css").write_text("")
    Path("srm-docs.toml").write_text(TOML + '[paths]\ntemplates = "mine"\n')
    only_collects = command == "collect" and not victim.startswith("output/evidence")
    only_reads = command.endswith("latest") and way == os.W_OK and "evidence" in victim
    refusing(monkeypatch, Path(victim), way)
    for stage in (collecting, judging):
        monkeypatch.setattr(stage, "catalog", lambda *_: _raise(CannotBegin("It went on.", hint="x")))
    if only_collects or only_reads:
        mistake(run(*command.split(), "--quiet"), 4, "It went on")
        return
    monkeypatch.setattr(pipeline, "can_print", lambda _: None)
    mistake(run(*command.split(), "--quiet"), 2, victim, said, "chmod")
    assert aws.heard == []


@pytest.mark.parametrize("what", ["a folder", "a file"])
def test_a_latest_that_is_not_ours_is_2_before_anything_is_asked(what: str, aws: Scripted, run: Run) -> None:
    latest = Path("output/packets/latest")
    latest.parent.mkdir(parents=True)
    if what == "a folder":
        latest.mkdir()
    else:
        latest.write_text("my own notes\n")
    for command in (["build"], ["build", "--from", "latest"]):
        mistake(run(*command, "--quiet"), 2, f"output/packets/latest is {what} that srm-docs did not make", "mv ")
    assert aws.heard == []
    assert latest.is_dir() or latest.read_text() == "my own notes\n"


def test_malformed_controls_are_3_with_file_and_line(run: Run, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "controls", tmp_path / "controls")
    path = next((tmp_path / "controls" / "domains").glob("03-*.yaml"))
    text = path.read_text()
    path.write_text(text.replace("CC6.6:", "CC6.66:", 1).replace("title:", "titel:", 1))
    said = run("lint", "--controls", tmp_path / "controls")
    assert said.code == 3
    assert f"{path.name}:" in said.out
    assert 'did you mean "title"?' in said.out
    listed = run("lint", "--controls", tmp_path / "controls", "--json")
    data = json.loads(listed.out)
    assert {f["line"] > 0 for f in data["faults"]} == {True}
    assert (data["digest"], data["counts"]) == (None, None), "nothing is counted that is not sound"
    Path("srm-docs.toml").write_text(f'[paths]\ncontrols = "{tmp_path / "controls"}"\n')
    mistake(run("collect"), 3, f"{path.name}:", "srm-docs lint")


def test_lint_as_json_has_the_digest_to_approve_and_the_counts(run: Run) -> None:
    data = json.loads(run("lint", "--json").out)
    assert data["faults"] == []
    assert f"Catalog digest {data['digest']}" in run("lint").out
    assert data["counts"] == {
        "annex_a_controls": 93, "aws_responsibilities": 21, "checks": len(discover.checks()),
        "customer_responsibilities": 18, "domains": 10, "isms_clauses": 30, "links": 430, "soc2_criteria": 61,
    }  # fmt: skip


def test_controls_list_has_the_responsibilities_with_their_checks(run: Run) -> None:
    data = json.loads(run("controls", "list", "--json").out)
    assert len(data["requirements"]) == 61 + 93 + 30
    bullets = {b["id"]: b for b in data["responsibilities"]}
    assert len(bullets) == 40
    groups = bullets["networking.security-groups-nacls"]
    assert groups["checks"] == sum("networking.security-groups-nacls" in c.bullets for c in discover.checks()) > 0
    assert (groups["side"], groups["kind"], groups["text"]) == ("customer", "customer", "Security groups & NACLs")
    assert bullets["physical-infrastructure.customer-na"]["kind"] == "not applicable"
    said = run("controls", "list", "--framework", "soc2").out
    assert f"networking.security-groups-nacls  customer, checks: {groups['checks']}" in said
    assert "A.8.20" not in said
    assert "CC6.6" in said


def begin(run: Run, tmp_path: Path, *words: str) -> None:
    before = tree(tmp_path)
    mistake(run("collect"), 4, *words)
    assert tree(tmp_path) == before, "a run that could not begin leaves nothing behind"


def test_what_cannot_begin_is_4_and_leaves_nothing_behind(
    aws: Scripted, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.script = lambda heard, _: Say(scripted_error("ExpiredToken", "The token is expired."), 403)
    begin(run, tmp_path, "ExpiredToken: The token is expired.")
    aws.script = lambda heard, _: Say("<html>Sign in to the Wi-Fi</html>")
    begin(run, tmp_path, "web page")
    aws.script = estate
    Path("srm-docs.toml").write_text(TOML.replace("eu-west-1", "eu-wset-1"))
    begin(run, tmp_path, "eu-wset-1", "Did you mean eu-west-1?")
    Path("srm-docs.toml").write_text(TOML + '[[accounts]]\nid = "999999999999"\n')
    begin(run, tmp_path, "lead to account 111122223333")
    Path("srm-docs.toml").write_text(TOML)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    begin(run, tmp_path, "AWS could not be asked")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    begin(run, tmp_path, "AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    begin(run, tmp_path, "'nobody'")
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    begin(run, tmp_path, "No AWS credentials were found.", "build --demo")


def scripted_error(code: str, message: str) -> str:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"


def test_refusals_are_8_unless_they_are_allowed(aws: Scripted, run: Run, tmp_path: Path) -> None:
    said = run("collect", "--json", "--quiet")
    assert said.code == 8
    assert said.err == ""
    data = json.loads(said.out)
    assert data["states"]["denied"] > 50
    assert data["states"]["out of scope"] > 50
    assert data["stopped"] == []
    said = run("collect", "--allow-refusals", "--output", tmp_path / "other")
    assert said.code == 0
    assert "denied" in said.out
    lines = [line for line in said.err.splitlines() if line.startswith("Read ")]
    services = [line.split()[1] for line in lines]
    assert len(services) == len(set(services)) > 30, "one line a service"
    assert lines[-1].endswith(f"({len(services)} of {len(services)} services)")
    assert "\x1b" not in said.err + said.out


def test_who_we_are_is_asked_once(aws: Scripted, run: Run) -> None:
    run("collect", "--quiet")
    assert aws.count("sts.GetCallerIdentity") == 1
    assert aws.count("ec2.DescribeRegions") == 1


def stop_at_ec2(heard: Heard, before: int) -> Say | None:
    if heard.asked.startswith("ec2.DescribeV"):
        return Say("<Response><Errors><Error><Code>ExpiredToken</Code></Error></Errors></Response>", 400)
    return estate(heard, before)


def test_credentials_that_stop_are_4_and_resume_reads_the_rest_once_they_are_renewed(aws: Scripted, run: Run) -> None:
    aws.script = stop_at_ec2
    said = run("collect", "--json", "--quiet", "--allow-refusals")
    assert said.code == 4
    assert "`srm-docs collect --resume` reads the rest" in said.err
    first = json.loads(said.out)
    assert first["stopped"] == [ACCOUNT]
    assert first["states"]["not run"] > 20
    assert not any(h.asked.startswith(("iam.", "s3 ", "kms.")) for h in aws.heard)
    asked = {h.asked for h in aws.heard if not h.asked.startswith(("ec2.DescribeV", "sts."))}
    kept = (Path("output/evidence/snapshots") / f"{first['snapshot']}.json").read_bytes()
    before = tree(Path("output"))

    aws.script = lambda heard, n: Say(b"", 403) if heard.asked.startswith("sts.") else None
    assert run("collect", "--resume", "--quiet").code == 4
    assert tree(Path("output")) == before, "what could not go on leaves nothing behind"

    aws.script = unlocked
    aws.heard.clear()
    said = run("collect", "--resume", "--json", "--quiet", "--allow-refusals")
    assert said.code == 0, said.err
    second = json.loads(said.out)
    assert second["snapshot"] > first["snapshot"]
    assert "not run" not in second["states"]
    again = {h.asked for h in aws.heard} & asked
    # classic and newer load balancers are listed by one name, and of services asked at once either may be first
    shared = {"elasticloadbalancing.DescribeLoadBalancers"}
    assert again - shared <= {"ec2.DescribeRegions"}, "what was read is not read again"
    assert (Path("output/evidence/snapshots") / f"{first['snapshot']}.json").read_bytes() == kept
    assert run("collect", "--resume").code == 2  # nothing is left to read


def packet_of(config: Config) -> Packet:
    """What would be printed of the latest snapshot."""
    kept = open_snapshot(FolderStore(Path("output/evidence")))
    return assemble(pipeline.ingredients(pipeline.catalog(config), kept, config.audit, config))


def test_what_a_run_had_no_time_for_is_8_and_resume_reads_the_rest(
    aws: Scripted, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.script = unlocked
    whole = json.loads(run("collect", "--json", "--quiet", "--allow-refusals", "--output", "whole").out)
    assert whole["late"] == 0
    Path("srm-docs.toml").write_text(f"{TOML}run_minutes = 1\n")
    real = collecting._bounds
    monkeypatch.setattr(collecting, "_bounds", lambda config, spent: replace(real(config, spent=spent), run_seconds=0))
    said = run("collect", "--json", "--quiet")
    assert said.code == 8
    assert "not made, because the time was over" in said.err
    assert "`srm-docs collect --resume` reads the rest" in said.err
    first = json.loads(said.out)
    assert first["late"] > 100
    assert set(first["states"]) == {"not run", "ok", "out of scope", "parent refused"}
    assert real(configuration.load(Path("srm-docs.toml")), spent=7.0).run_seconds == 60
    packet = packet_of(Config(output=Path("output")))
    late = [u for u in packet.unread if u.mend == GO_ON_LATER]
    waiting = [u for u in packet.unread if u.depends_on]
    assert min(len(late), len(waiting)) > 20
    (line,) = unread(packet.unread)  # one reason and one mend: one line, with the number of reads and where
    assert line[0].startswith("accessanalyzer:ListAnalyzers, accessanalyzer:ListFindingsV2 and ")
    assert line[1:] == (
        f"not run, {len(packet.unread)} reads, in {ACCOUNT}/eu-west-1, {ACCOUNT}/account-wide",
        GO_ON_LATER,
    )
    monkeypatch.setattr(collecting, "_bounds", real)
    said = run("collect", "--resume", "--json", "--quiet", "--allow-refusals")
    assert said.code == 0, said.err
    second = json.loads(said.out)
    assert (second["answers"], second["states"], second["late"]) == (whole["answers"], whole["states"], 0)
    assert run("collect", "--resume").code == 2  # nothing is left to read


def test_what_ended_credentials_left_unread_is_one_line(aws: Scripted, run: Run) -> None:
    aws.script = stop_at_ec2
    assert run("collect", "--quiet").code == 4
    packet = packet_of(Config(output=Path("output")))
    together = [u for u in packet.unread if u.code == "ExpiredToken"]
    assert [(u.account, u.region, u.mend) for u in together] == [(ACCOUNT, "credentials stopped working", GO_ON)]
    assert together[0].reads > 100
    assert together[0].affects
    refused = sum(c.shape is Shape.UNREAD for c in packet.coverage)
    assert sum(u.reads for u in packet.unread) == refused
    # what AWS refused before the end is a line of its own, and nothing is "not asked" without a reason
    assert all(u.state == "denied" or u.depends_on for u in packet.unread if u not in together)
    said = [where for _, where, _ in unread(packet.unread) if where.startswith("not run")]
    assert said == [f"not run in {ACCOUNT}/credentials stopped working"]


def test_a_damaged_store_is_5(aws: Scripted, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "can_print", lambda _: None)
    assert run("collect", "--quiet", "--allow-refusals").code == 0
    (path,) = Path("output/evidence/snapshots").glob("*.json")
    body = path.read_text()
    path.write_text(body.replace('"eu-west-1"', '"eu-west-2"'))
    mistake(run("build", "--from", "latest", "--quiet"), 5, "was changed")
    path.write_text(body)
    for kept in Path("output/evidence/objects").glob("*/*"):
        kept.write_text("{}")
    mistake(run("build", "--from", "latest", "--quiet"), 5, "is not what its name says")
    mistake(run("build", "--from", "2026-01-01T000000Z-000000", "--quiet"), 2, "There is no snapshot")
    assert not Path("output/packets").exists()


def test_a_template_with_an_unknown_name_is_6_with_file_and_line(aws: Scripted, run: Run) -> None:
    assert run("collect", "--quiet", "--allow-refusals").code == 0
    Path("mine").mkdir()
    Path("mine/layout.html").write_text("<html>\n{{ no_such_name }}")
    Path("srm-docs.toml").write_text('[paths]\ntemplates = "mine"\n')
    mistake(run("build", "--from", "latest", "--quiet"), 6, "mine/layout.html:2: 'no_such_name' is undefined")
    assert tree(Path("output/packets")) == []


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("layout.html", "<html>\n{{ no_such_name }}", "mine/layout.html:2: 'no_such_name' is undefined"),
        ("parts/soa.html", "<p>\n\n{% if %}", "mine/parts/soa.html:3: Expected an expression"),
        ("cover.html", "{{ packet.meta }}\n{{ packet.metta.organization }}",
         "mine/cover.html:2: 'packet' has no 'metta'; did you mean \"meta\"?"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_6_before_aws_is_asked_for_anything(
    name: str, source: str, says: str, aws: Scripted, run: Run
) -> None:
    path = Path("mine") / name
    path.parent.mkdir(parents=True)
    path.write_text(source)
    Path("srm-docs.toml").write_text(TOML + '[paths]\ntemplates = "mine"\n')
    mistake(run("build", "--quiet"), 6, says)
    assert aws.heard == []
    assert not Path("output").exists()


def stub(monkeypatch: pytest.MonkeyPatch, *, unmet: int, unknown: int, unread: int, demo: bool = False) -> None:
    line = SimpleNamespace(call="kms:ListKeys", account=ACCOUNT, region="eu-west-1", state="denied", code="X\x1b[31m",
                           mend="Allow it, \u202eplease.", reads=1, depends_on="")  # fmt: skip
    summary = SimpleNamespace(met=1, unmet=unmet, unknown=unknown, not_applicable=0, out_of_scope="")
    meta = SimpleNamespace(demo=demo, snapshot="s", as_read="today", mapping_approval="Not approved")
    outcome = SimpleNamespace(summary=summary, meta=meta, unread=[line] * unread, domains=[])
    built = SimpleNamespace(outcome=outcome, path=Path("p"), zip_path=None, already=False, manifest_digest="0")
    monkeypatch.setattr(pipeline, "can_print", lambda _: None)
    monkeypatch.setattr(pipeline, "build", lambda *_, **__: built)


@pytest.mark.parametrize(
    ("unmet", "unknown", "unread", "options", "code"),
    [
        (0, 0, 0, [], 0), (5, 5, 0, [], 0), (1, 0, 0, ["--fail-on", "unmet"], 1),
        (0, 1, 0, ["--fail-on", "unknown"], 1),
        (0, 1, 1, ["--fail-on", "unmet"], 8), (1, 1, 1, ["--fail-on", "unmet"], 1), (0, 0, 1, [], 8),
        (0, 0, 1, ["--allow-refusals"], 0), (1, 0, 1, ["--allow-refusals", "--fail-on", "unmet"], 1),
        (0, 1, 0, ["--fail-on", "unmet", "--fail-on", "unknown"], 1),
    ],
)  # fmt: skip
def test_the_exit_code_of_a_build(
    unmet: int, unknown: int, unread: int, options: list[str], code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub(monkeypatch, unmet=unmet, unknown=unknown, unread=unread)
    assert run("build", "--from", "latest", *options).code == code
    said = run("build", "--from", "latest", "--json", *options)
    assert (said.code, json.loads(said.out)["exit_code"]) == (code, code)


def test_the_demos_refusals_are_allowed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, unmet=0, unknown=0, unread=1, demo=True)
    assert run("build", "--from", "latest").code == 0


def test_a_build_whose_credentials_stopped_is_4_with_its_packet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, unmet=1, unknown=1, unread=1)
    monkeypatch.setattr(pipeline, "collect", lambda *_, **__: SimpleNamespace(snapshot="s", stopped=(ACCOUNT,), late=0))
    said = run("build", "--fail-on", "unmet", "--allow-refusals")
    assert said.code == 4
    assert "Packet: p" in said.out


def test_a_key_pressed_while_a_packet_is_made_names_the_evidence_that_is_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    stub(monkeypatch, unmet=0, unknown=0, unread=0)
    monkeypatch.setattr(pipeline, "collect", lambda *_, **__: SimpleNamespace(snapshot="s-1", stopped=(), late=0))
    monkeypatch.setattr(pipeline, "build", stop)
    said = run("build")
    mistake(said, 130, "Interrupted. The evidence is kept.", "srm-docs build --from s-1")
    assert "--resume" not in said.err


def test_what_aws_says_cannot_steer_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, unmet=0, unknown=0, unread=2)
    said = run("build", "--from", "latest")
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert "<U+202E>please" in said.out
    monkeypatch.setattr(pipeline, "collect", lambda *_, **__: _raise(CannotBegin("No\x1b[2J\x07", hint="\u2066x")))
    said = run("collect")
    assert not set("\x1b\x07\u2066") & set(said.err)
    assert console.harmless("ab\tc\u200d\ud800é漢") == "ab<U+0009>c<U+200D><U+D800>é漢"


def _raise(error: Exception) -> None:
    raise error


def test_verify_is_7_for_a_changed_packet_and_2_for_none(run: Run, tmp_path: Path) -> None:
    sealed = packet_folder.seal(sealed_sample.files(), packets=tmp_path / "packets", name=sealed_sample.NAME)
    assert run("verify", sealed.path).code == 0
    whole = json.loads(run("verify", sealed.path, "--json").out)
    assert isinstance(whole, dict)
    shutil.copytree(sealed.path, tmp_path / "copy")
    shutil.rmtree(tmp_path / "packets", ignore_errors=True)
    victim = next((tmp_path / "copy" / "evidence").rglob("*.json"))
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes() + b" ")
    said = run("verify", tmp_path / "copy")
    assert said.code == 7
    assert victim.name in said.out
    assert run("verify", tmp_path / "nowhere").code == 2


def test_verify_compares_the_digest_that_came_by_another_way(run: Run, tmp_path: Path) -> None:
    sealed = packet_folder.seal(sealed_sample.files(), packets=tmp_path / "packets", name=sealed_sample.NAME)
    digest = hashlib.sha256((sealed.path / "manifest.json").read_bytes()).hexdigest()
    same = run("verify", sealed.path, "--expect", f"SHA256:{digest.upper()}")
    assert (same.code, "has the digest that you gave" in " ".join(same.out.split())) == (0, True)
    other = run("verify", sealed.path, "--expect", digest[:-1] + ("0" if digest[-1] != "0" else "1"))
    assert (other.code, "does not have the digest that you gave" in " ".join(other.out.split())) == (7, True)
    mistake(run("verify", sealed.path, "--expect", "nonsense"), 2, "no SHA-256 digest", "64 hex digits")


def test_init_writes_once(run: Run) -> None:
    said = run("init")
    assert (said.code, Path("srm-docs.toml").exists()) == (0, True)
    mistake(run("init"), 2, "is there already")
    assert run("init", "--force").code == 0
    printed = run("init", "--print").out
    assert printed.startswith("# srm-docs configuration.")
    assert json.loads(run("init", "--print", "--json").out) == {"text": printed.removesuffix("\n")}
    assert json.loads(run("init", "--force", "--json").out) == {"file": "srm-docs.toml"}
    mistake(run("init", "srm-docs.toml/below"), 2, "cannot be written")


@pytest.mark.parametrize(
    "arguments", [["checks", "list"], ["checks", "show", "volumes_are_encrypted"], ["controls", "list"], ["lint"],
                  ["controls", "list", "--framework", "soc2"], ["controls", "show", "CC6.6"],
                  ["controls", "show", "A.8.20"],
                  ["controls", "show", "networking.security-groups-nacls"]], ids=" ".join)  # fmt: skip
def test_json_is_all_there_is_on_stdout_and_text_fits_a_terminal(
    arguments: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(*arguments, "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)
    monkeypatch.setenv("COLUMNS", "80")
    said = run(*arguments)
    assert (said.code, said.err) == (0, "")
    if arguments != ["lint"]:
        assert max(map(len, said.out.splitlines())) <= 80


def test_policy_in_each_format(run: Run) -> None:
    assert json.loads(run("policy", "--format", "cloudformation").out)["Resources"]["Role"]
    assert run("policy", "--format", "terraform").out.endswith("}\n")
    listing = json.loads(run("policy", "--org").out)
    assert listing["Statement"][-1]["Action"] == ["sts:AssumeRole"]
    assert "arn:aws-us-gov:apigateway" in run("policy", "--partition", "aws-us-gov").out
    assert run("policy", "--org", "--format", "terraform").code == 2


def test_policy_comes_in_parts_that_iam_takes(run: Run) -> None:
    said = run("policy")
    documents = json.loads(said.out)
    assert {d["Version"] for d in documents} == {"2012-10-17"}
    assert all(actions.size(d) <= actions.POLICY_LIMIT == 6144 for d in documents)
    whole = actions.policy(role.of_accounts(discover.calls()))
    assert [s for d in documents for s in d["Statement"]] == whole["Statement"]
    assert actions.size(whole) > actions.POLICY_LIMIT, "one document would do"
    assert said.err.startswith(f"{len(documents)} policies, for IAM takes 6,144 characters in one.")
    assert len(documents) <= 10
    assert run("policy", "--json").out == said.out


def test_policy_into_a_folder_is_a_file_a_part(run: Run) -> None:
    folder = Path("made/here")
    folder.mkdir(parents=True)
    (folder / "srm-docs-9.json").write_text("{}")
    (folder / "srm-docs-1.json").write_text("{}")
    said = run("policy", "--output", folder)
    documents = json.loads(run("policy").out)
    assert [json.loads((folder / f"srm-docs-{n}.json").read_text()) for n in range(1, len(documents) + 1)] == documents
    assert said.out.splitlines() == [f"Wrote {folder}/srm-docs-{n}.json" for n in range(1, len(documents) + 1)]
    assert "srm-docs-9.json in that folder is of an earlier run" in said.err
    assert (folder / "srm-docs-9.json").exists()
    assert not list(folder.glob(".*"))
    files = json.loads(run("policy", "--output", folder, "--json").out)["files"]
    assert files == [line.removeprefix("Wrote ") for line in said.out.splitlines()]
    for more, name in (
        (["--format", "cloudformation"], "role.json"), (["--format", "terraform"], "role.tf"), (["--org"], "org.json"),
    ):  # fmt: skip
        assert run("policy", *more, "--output", folder).out == f"Wrote {folder}/srm-docs-{name}\n"
        assert (folder / f"srm-docs-{name}").read_text() == run("policy", *more).out
    Path("file").write_text("x")
    mistake(run("policy", "--output", "file/below"), 2, "cannot be written")
    assert run("policy", "--format", "terraform", "--json").code == 2


# -- other processes ----------------------------------------------------------------------------------------------


def process(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    env |= environment(folder) | KEYS | {"PYTHONPATH": str(CHECKOUT)} | more
    interpreter = [sys.executable, *(["-OO"] if "-OO" in arguments else []), "-m", "srm_docs"]
    return subprocess.Popen([*interpreter, *(a for a in arguments if a != "-OO")], cwd=folder, env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def slow(heard: Heard, before: int) -> Say | None:
    said = unlocked(heard, before)
    return said and Say(said.body, said.status, said.headers, delay=0.01)


@pytest.mark.parametrize("how", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGKILL])
def test_a_run_that_was_ended_is_finished_by_resume(how: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "srm-docs.toml").write_text(TOML)
    with scripted.serve(slow) as server:
        url = {"AWS_ENDPOINT_URL": server.url}
        whole = json.loads(
            process(tmp_path, "collect", "--json", "--quiet", "--output", "whole", **url).communicate()[0]
        )
        asked = len(server.heard)
        server.heard.clear()
        broken = process(tmp_path, "collect", **url)
        assert broken.stderr is not None
        next(line for line in broken.stderr if line.startswith("Read dynamodb"))
        broken.send_signal(how)
        out, err = broken.communicate(timeout=120)
        before = len(server.heard)
        assert before < asked
        assert out == ""
        if how is signal.SIGINT:
            assert broken.returncode == 130
            assert "collect --resume" in err
            assert "Traceback" not in err
        assert [p.suffix for p in (tmp_path / "output/evidence/snapshots").iterdir()] == [".journal"]
        kept = process(tmp_path, "build", "--from", "latest", **url)
        assert "collect --resume" in kept.communicate()[1]
        assert kept.returncode == 2
        resumed = process(tmp_path, "collect", "--resume", "--json", "--quiet", "--allow-refusals", **url)
        out, err = resumed.communicate()
        assert (resumed.returncode, err) == (0, "")
        data = json.loads(out)
        assert (data["answers"], data["states"]) == (whole["answers"], whole["states"])
        # what was being asked when it was killed, and who we are, are asked again; nothing else
        assert asked <= len(server.heard) <= asked + 1 + 4
        again = process(tmp_path, "collect", "--resume", **url)
        assert "no unfinished snapshot" in again.communicate()[1]
        assert again.returncode == 2


MEMBERS = (ACCOUNT, "222233334444", "333344445555", "444455556666")


def organization(heard: Heard, before: int) -> Say | None:
    """Four accounts, one of which cannot be entered; each lists a table of its own."""
    signed = heard.headers.get("authorization", "")
    here = next((number for number in MEMBERS if f"ASIA{number}" in signed), ACCOUNT)
    if heard.asked == "organizations.ListAccounts":
        rows = [{"Id": n, "Name": f"account {n}", "Arn": f"arn:aws:organizations::{ACCOUNT}:account/o-1/{n}",
                 "Status": "ACTIVE"} for n in MEMBERS]  # fmt: skip
        return Say(json.dumps({"Accounts": rows}))
    if heard.asked == "sts.AssumeRole":
        number = heard.form["RoleArn"].split(":")[4]
        if number == MEMBERS[-1]:
            return Say("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", 403)
        given = (f"<AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t"
                 "</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>")  # fmt: skip
        inner = f"<AssumeRoleResult><Credentials>{given}</Credentials></AssumeRoleResult>"
        return Say(f"<AssumeRoleResponse>{inner}</AssumeRoleResponse>")
    if heard.asked == "sts.GetCallerIdentity":
        return scripted.caller(here, f"arn:aws:sts::{here}:assumed-role/srm-docs/srm-docs")
    if heard.asked == "dynamodb.ListTables":
        return Say(json.dumps({"TableNames": [f"table-of-{here}"]}))
    return unlocked(heard, before)


@pytest.mark.slow
def test_an_organization_that_was_killed_is_finished_by_resume_as_if_it_had_not_been(tmp_path: Path) -> None:
    (tmp_path / "srm-docs.toml").write_text(TOML)
    with scripted.serve(organization) as server:
        url = {"AWS_ENDPOINT_URL": server.url}

        def collected(*arguments: str) -> dict[str, Any]:
            done = process(tmp_path, "collect", "--org", "--json", "--quiet", "--allow-refusals", *arguments, **url)
            out, err = done.communicate(timeout=300)
            assert (done.returncode, err) == (0, "")
            found: dict[str, Any] = json.loads(out)
            return found

        whole = collected("--output", "whole")
        assert whole["states"]["not run"] > 100, "an account that cannot be entered"
        broken = process(tmp_path, "collect", "--org", **url)
        assert broken.stderr is not None
        next(line for line in broken.stderr if line.startswith("Read cloudtrail"))
        broken.kill()
        broken.communicate(timeout=120)
        kept = list((tmp_path / "output/evidence/snapshots").glob("*"))
        assert [p.suffix for p in kept] == [".journal"]
        again = collected("--resume")
        assert {k: again[k] for k in ("answers", "states", "out_of_scope")} == {
            k: whole[k] for k in ("answers", "states", "out_of_scope")
        }
    one, two = (open_snapshot(FolderStore(tmp_path / name / "evidence")) for name in ("whole", "output"))
    assert one.header.accounts == two.header.accounts
    assert one.header.organization == two.header.organization
    assert len(two.header.interrupted) == 1


def test_python_without_docstrings_is_2(tmp_path: Path) -> None:
    done = process(tmp_path, "-OO", "checks", "list")
    out, err = done.communicate()
    assert (done.returncode, out) == (2, "")
    assert "-OO" in err
    assert "Traceback" not in err


def test_missing_pango_is_2_with_the_command_that_installs_it(tmp_path: Path) -> None:
    fake = tmp_path / "fake" / "weasyprint"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0': error 0x7e\")\n")
    done = process(tmp_path, "build", PYTHONPATH=f"{fake.parent}{os.pathsep}{CHECKOUT}")
    out, err = done.communicate()
    assert (done.returncode, out) == (2, "")
    assert "apt-get install" in err
    assert "libpango" in err
    assert "Traceback" not in err
    assert not (tmp_path / "output").exists(), "said before AWS is asked for anything"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "arguments", [["--help"], ["checks", "list"], ["checks", "list", "--json"], ["controls", "list"], ["policy"]],
    ids=" ".join,
)  # fmt: skip
def test_a_full_disk_behind_stdout_is_a_sentence_and_2(arguments: list[str], unbuffered: str, tmp_path: Path) -> None:
    env = {**os.environ, **environment(tmp_path), "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-m", "srm_docs", *arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=env, check=False)
        assert done.returncode == 2
        assert "Error: The result could not be written to stdout: No space left on device.\nMend:  " in done.stderr
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        quiet = subprocess.run([*command[:3], "lint", "--controls", "none"], stderr=full, stdout=subprocess.PIPE,
                               env=env, check=False)  # fmt: skip
        assert quiet.returncode == 3, "a full disk behind stderr hides no exit code"


def test_another_full_disk_than_stdouts_is_a_bug(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline, "collect", fail)
    said = run("collect")
    assert said.code == 70
    assert "stdout" not in said.err


def test_a_closed_stdout_is_what_its_caller_wanted(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = f"{sys.executable} -m srm_docs checks list >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], env=env, check=False, cwd=tmp_path).returncode == 0


def test_a_closed_pipe_is_no_complaint(tmp_path: Path) -> None:
    done = process(tmp_path, "policy")
    assert done.stdout is not None
    done.stdout.close()
    assert done.stderr is not None
    assert "Traceback" not in done.stderr.read()
    done.wait()
