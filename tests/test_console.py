"""What people read at a terminal: within its width, in columns, grouped, and harmless; whole where a program reads."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srm_docs import console

CHECKOUT = Path(__file__).resolve().parent.parent
HOSTILE = "\x1b[31mred\u202eevil\r" * 8


class Terminal:
    """Stands for a stdout at a terminal."""

    def __init__(self) -> None:
        self.said = ""

    def write(self, text: str) -> int:
        self.said += text
        return len(text)

    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def terminal() -> Iterator[Terminal]:
    """Eighty columns; in the test itself, because pytest puts its own stdout there before."""
    made = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        patch.setattr(sys, "stdout", made)
        yield made


def test_a_line_of_a_list_is_broken_at_a_terminal_and_whole_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    text = "register/controls.yaml:3: " + "word " * 30 + "end\nsecond line"
    with terminal() as shown:
        console.item(text)
    lines = shown.said.splitlines()
    assert max(map(len, lines)) < 80
    assert [line[:4] for line in lines[1:]] == ["    "] * (len(lines) - 1)
    assert lines[-1] == "    second line"
    console.item(text)
    assert capsys.readouterr().out == text + "\n"


def test_columns_are_below_each_other_and_end_visibly(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("A-1", "short"), ("LONGER-1", "word " * 30), ("B", "漢字" * 40), ("C", "two\nlines"), ("D", "")]
    with terminal() as shown:
        console.pairs(rows)
    lines = shown.said.splitlines()
    assert lines[0] == "A-1       short"
    assert lines[1].startswith("LONGER-1  word word")
    assert [line[-1] for line in lines[1:3]] == ["…", "…"]
    assert [len(lines[1]), len(lines[2])] == [79, 10 + 34 + 1]  # a Chinese character takes two columns
    assert lines[3:] == ["C         two lines", "D"]
    console.pairs(rows)
    assert capsys.readouterr().out.splitlines()[1] == "LONGER-1  " + ("word " * 30).strip()


def test_what_stands_for_a_character_is_counted() -> None:
    with terminal() as shown:
        console.item(f"x {HOSTILE} " * 4)
        console.pairs([("A", HOSTILE * 3)])
        console.paragraph("a " + "\u202e " * 40)
    assert "\x1b" not in shown.said
    assert "\u202e" not in shown.said
    assert "<U+001B>[31mred<U+202E>evil" in shown.said
    assert max(len(line) for line in shown.said.splitlines() if not line.strip().startswith("<U+001B>")) < 80


@given(st.text(st.sampled_from("ab 漢\u0301字"), max_size=30), st.integers(min_value=1, max_value=20))
def test_a_line_is_cut_where_it_leaves_a_column_for_the_ellipsis(line: str, room: int) -> None:
    kept = line
    if console._cells(line) > room:
        while console._cells(kept) >= room:
            kept = kept[:-1]
        kept = f"{kept.rstrip()}…"
    assert console._cut(line, room) == kept


def test_a_long_line_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured, cell = [0], console._cell

    def counted(character: str) -> int:
        measured[0] += 1
        return cell(character)

    monkeypatch.setattr(console, "_cell", counted)
    assert console._cut("x" * 2_000, 80) == "x" * 79 + "…"
    assert console._cut("x" * 2_000, 2_000) == "x" * 2_000
    assert measured[0] <= 4_000


def at_a_terminal(folder: Path, *arguments: str) -> str:
    """What a command prints in a terminal of 80 columns."""
    here, there = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "80", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "srm_docs", *arguments],
        stdin=subprocess.DEVNULL, stdout=there, stderr=there, cwd=folder, env=env,
    ) as process:  # fmt: skip
        os.close(there)
        said = b""
        try:
            while piece := os.read(here, 65536):
                said += piece
        except OSError:  # what a terminal says whose other end is closed
            pass
        finally:
            os.close(here)
        assert process.wait() == 0, said.decode()
    return said.decode().replace("\r\n", "\n")


def test_the_register_and_its_notes_fit_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    drafts = [
        f'- id: C-{n}\n  draft: true\n  title: "T{n} {"long " * 30}"\n  description: "\\u2028{"why " * 60}"\n'
        f"  soc2: [CC6.1]\n"
        for n in range(1, 31)
    ]
    (tmp_path / "register" / "controls.yaml").write_text("controls:\n" + "".join(drafts))
    linted = at_a_terminal(tmp_path, "lint")
    assert "Still a draft: 30\n  register/controls.yaml:2: C-1 is still a draft\n" in linted
    assert "  and 27 more in register/controls.yaml\n" in linted
    assert linted.count("is still a draft") == 3
    listed = at_a_terminal(tmp_path, "register", "list", "controls")
    assert listed.splitlines()[8].startswith("C-9   T9 long long")
    assert listed.count("…\n") == 30
    shown = at_a_terminal(tmp_path, "register", "show", "controls", "C-1")
    for said in (linted, listed, shown):
        assert max(map(len, said.splitlines())) <= 80
        assert "\u2028" not in said
    whole = subprocess.run(
        [sys.executable, "-m", "srm_docs", "lint", "--json"],
        capture_output=True, check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    assert sum("still a draft" in note["message"] for note in json.loads(whole.stdout)["notes"]) == 30
