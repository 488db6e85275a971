"""What a user without extras installs stays under its limit, and the measure can fail."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "footprint.py"


def measure(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), *options], capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def installed() -> None:
    try:
        requires("srm-docs")
    except PackageNotFoundError:
        pytest.skip("srm-docs is not installed in this environment: `make unit` installs it")


def test_a_user_without_extras_stays_under_forty_packages_and_170_mb() -> None:
    done = measure()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("limit", [("--most-packages", "10"), ("--most-megabytes", "50")])
def test_the_measure_fails_over_either_limit(limit: tuple[str, str]) -> None:
    done = measure(*limit)
    assert done.returncode == 1
    assert "0002-dependencies" in done.stderr


def test_extras_do_not_count_and_do_not_leak() -> None:
    plain = [line for line in requires("srm-docs") or () if "extra ==" not in line]
    names = {line.split(">")[0].split("[")[0].lower() for line in plain}
    assert names.isdisjoint({"moto", "flask", "jsonschema", "pytest", "pikepdf"})
