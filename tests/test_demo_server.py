"""The demo as a thing to start and stop: the same estate each time, then gone, one sentence where it cannot be."""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from srm_docs import demo, errors
from srm_docs.demo import server


@pytest.mark.slow
def test_two_seedings_make_the_same_ids_and_leave_nothing_running() -> None:
    with demo.serve() as first:
        place = urlsplit(first.endpoint)
        with socket.create_connection((place.hostname, place.port), timeout=5):
            pass
        with demo.serve() as second:
            assert second.ids == first.ids
            assert second.refusals == first.refusals
            assert second.env["AWS_ACCESS_KEY_ID"] == first.env["AWS_ACCESS_KEY_ID"]
            assert second.endpoint != first.endpoint
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((place.hostname, place.port), timeout=5)


def test_the_child_dies_with_a_parent_that_was_killed() -> None:
    """Nobody calls `_stop` then; the closing of its standard input must do."""
    script = (
        "import os, sys; from srm_docs import demo\n"
        "with demo.serve() as running:\n"
        "    print(running.endpoint, flush=True); os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 9, done.stderr
    place = urlsplit(done.stdout.strip())
    for _ in range(50):
        try:
            socket.create_connection((place.hostname, place.port), timeout=1).close()
        except ConnectionRefusedError:
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("the demo outlived its parent")


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "moto" else found(name))
    with pytest.raises(errors.MissingLibrary, match="moto is not installed") as missing, demo.serve():
        pass
    assert missing.value.hint == 'pip install ".[demo]"'
    assert missing.value.exit_code == 2


def test_a_child_that_cannot_start_is_quoted_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_COMMAND", ("-c", "raise SystemExit('flask is too old')"))
    with pytest.raises(errors.CannotBegin, match="flask is too old"), demo.serve():
        pass


def test_naming_the_demo_loads_neither_moto_nor_botocore() -> None:
    script = "import sys; from srm_docs import demo; print({'moto', 'botocore', 'flask'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"


def test_no_source_file_holds_a_whole_token() -> None:
    """Push protection and secret scanners read sources: every planted token is put together at import."""
    whole = re.compile(
        r"AKIA[A-Z0-9]{16}|ghp_\w{36}|sk_live_\w{16,}|xoxb-[\w-]{20,}|BEGIN RSA PRIVATE KEY|eyJ\w+\.eyJ\w+"
    )
    for path in Path(server.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not whole.search(text), path.name
        assert not [where for where, secret in demo.PLANTED.items() if secret in text], path.name
