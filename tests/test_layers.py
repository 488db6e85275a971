"""Who may import whom: the contracts hold for our sources, and each of them fails when it should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache", "--no-logo"]
    env = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "120"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env)


def test_every_contract_is_kept() -> None:
    done = check(CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr


def module(place: Path, name: str) -> Path:
    """Find the file of a dotted name below srm_docs, making an empty one where the stage is not built yet."""
    path = place / "srm_docs" / Path(*name.split("."))
    if path.with_suffix(".py").exists():
        return path.with_suffix(".py")
    if "." in name and not path.is_dir():
        return path.with_suffix(".py")
    return path / "__init__.py"


@pytest.mark.parametrize(
    ("where", "line", "contract"),
    [
        ("catalog", "import srm_docs.checks", "The listing is the pipeline"),
        ("findings", "from srm_docs import packet", "The listing is the pipeline"),
        ("errors", "import srm_docs.catalog", "The listing is the pipeline"),
        ("seal", "def later() -> None:\n    import srm_docs.verify", "The listing is the pipeline"),
        ("helpers", "", "The listing is the pipeline"),
        ("collect.run", "import boto3", "Only collect.aws, the store on S3 and the demo speak to AWS"),
        ("cli", "import botocore", "Only collect.aws, the store on S3 and the demo speak to AWS"),
        ("cli", "import moto", "Only the demo needs its extra"),
        ("packet", "import jinja2", "Only render prints"),
        ("pipeline", "import click", "Only cli parses a command line"),
        ("seal.manifest", "import pyhanko", "Only seal.signing and verify.signers"),
        ("verify.open", "import cryptography", "Only seal.signing and verify.signers"),
        ("render", "import rich", "Only console draws on the terminal"),
        ("verify", "import srm_docs.render.through", "An auditor's verify reaches neither"),
        ("checks", "import socket", "Judging and assembling know no clock"),
    ],
)
def test_a_contract_fails_when_broken(tmp_path: Path, where: str, line: str, contract: str) -> None:
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    shutil.copytree(CHECKOUT / "srm_docs", tmp_path / "srm_docs", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "srm_docs" / "render" / "through.py").write_text("import weasyprint\n", encoding="utf-8")
    path = module(tmp_path, where)
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = check(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [row for row in done.stdout.splitlines() if " BROKEN" in row]
    assert [row for row in broken if row.startswith(contract)], done.stdout
