"""docs/checks-vs-prowler.md is what the fragments and the checks say, and the tool that proves it can fail."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from srm_docs.checks import discover

CHECKOUT = Path(__file__).resolve().parent.parent
TOOL = CHECKOUT / "tools" / "prowler.py"
KNOWN = frozenset(check.id for check in discover.checks())


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prowler_tool", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load()


def test_the_page_is_current_complete_and_true() -> None:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_line_for_each_check_and_at_least_nine_in_ten_are_answered() -> None:
    lines = tool.fragments()
    assert len(lines) == tool.EXPECTED
    assert sum("by" in said for said in lines.values()) >= 0.9 * len(lines)
    page = tool.DOCUMENT.read_text("utf-8")
    assert all(f"| `{name}` |" in page for name in lines)


def test_what_is_wrong_is_said() -> None:
    right = dict(tool.fragments())
    assert not list(tool.faults(right, KNOWN))
    first = next(iter(right))
    assert list(tool.faults({**right, first: {"by": ["no_such_check"]}}, KNOWN)) == [
        f'{first} is answered by "no_such_check", which is no check'
    ]
    assert len(list(tool.faults({k: v for k, v in right.items() if k != first}, KNOWN))) == 1
    nothing = {name: {"out": "It was not looked at."} for name in right}
    assert list(tool.faults(nothing, KNOWN)) == [f"0 of {len(right)} are answered; at least 90% are asked for"]


@pytest.mark.parametrize("text", ["a_b: {}", "a_b: {by: []}", "a_b: {by: [x], out: y}", "a_b: x", "a_b: {out: ''}"])
def test_a_line_says_one_thing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(SystemExit, match="a_b"):
        tool.fragments(tmp_path)


def test_no_line_is_there_twice(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("a_b: {out: because}")
    with pytest.raises(SystemExit, match="another fragment"):
        tool.fragments(tmp_path)
