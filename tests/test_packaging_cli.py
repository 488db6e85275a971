"""The command starts without what it does not need: an auditor's `verify` loads no AWS and no renderer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import srm_docs

CHECKOUT = Path(__file__).resolve().parent.parent
HEAVY = {"boto3", "botocore", "flask", "jinja2", "moto", "openpyxl", "weasyprint"}

# Runs the command in-process and reports, whatever its exit, which modules it loaded.
PROBE = """
import json, sys
sys.argv = ["srm-docs", *sys.argv[1:]]
code = 0
try:
    from srm_docs.cli import main
    code = main()
except SystemExit as stop:
    code = stop.code
finally:
    loaded = sorted({name.split(".")[0] for name in sys.modules})
    print(json.dumps({"code": code, "loaded": loaded}), file=sys.stderr)
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=path, cwd=CHECKOUT)


def loaded_by(arguments: Sequence[str]) -> set[str]:
    done = python("-c", PROBE, *arguments)
    return set(json.loads(done.stderr.splitlines()[-1])["loaded"])


def test_the_command_imports() -> None:
    done = python("-c", "import srm_docs.cli; print(callable(srm_docs.cli.main))")
    assert done.stdout.strip() == "True", done.stderr


def test_version_prints_the_version_and_nothing_on_stderr() -> None:
    done = python(
        "-W",
        "error",
        "-c",
        "import sys; sys.argv[0] = 'srm-docs'; from srm_docs.cli import main; main()",
        "--version",
    )
    assert done.returncode == 0, done.stderr
    assert srm_docs.__version__ in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["verify", "--help"], ["verify", "tests"]],
    ids=" ".join,
)
def test_starting_loads_neither_aws_nor_a_renderer(arguments: list[str]) -> None:
    loaded = loaded_by(arguments)
    assert "srm_docs" in loaded
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_the_probe_sees_a_heavy_import() -> None:
    done = python("-c", "import openpyxl\n" + PROBE, "--version")
    assert "openpyxl" in json.loads(done.stderr.splitlines()[-1])["loaded"]


def test_version_costs_at_most_twice_the_import_of_click() -> None:
    def seconds(code: str) -> float:
        start = time.perf_counter()
        python("-c", code, "--version")
        return time.perf_counter() - start

    # The best of several, taken in turns: a busy machine only ever adds time, and adds it to both.
    turns = [(seconds("from srm_docs.cli import main; main()"), seconds("import click")) for _ in range(9)]
    ours, click = (min(column) for column in zip(*turns, strict=True))
    assert ours <= 2 * click
