"""Ctrl-C at any moment: a line, 130, and no traceback; a second one ends at once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PRESS = "import os, signal; os.kill(os.getpid(), signal.SIGINT)\n"


def ended(*arguments: str, path: Path | None = None, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    found = os.pathsep.join(str(p) for p in (path, CHECKOUT) if p)
    return subprocess.run(
        [sys.executable, *arguments], env={**os.environ, "PYTHONPATH": found}, text=True, capture_output=True,
        timeout=timeout, check=False,
    )  # fmt: skip


def program(text: str) -> subprocess.CompletedProcess[str]:
    return ended("-c", textwrap.dedent(text))


@pytest.mark.parametrize("module", ["click", "weasyprint", "rfc8785"])
def test_while_something_is_imported(module: str, tmp_path: Path) -> None:
    (tmp_path / f"{module}.py").write_text(PRESS)
    found = ended("-m", "srm_docs", "build", "--output", str(tmp_path / "output"), path=tmp_path)
    assert (found.returncode, found.stdout) == (130, "")
    assert found.stderr.count("Error: Interrupted") == 1
    assert "Traceback" not in found.stderr
    assert "--resume" not in found.stderr, "there is nothing to resume"
    assert not (tmp_path / "output").exists()


def test_an_import_that_makes_another_error_of_it(tmp_path: Path) -> None:
    (tmp_path / "rfc8785.py").write_text(
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    import time; time.sleep(5)\n"
        "except KeyboardInterrupt:\n    raise SystemError('half imported')\n"
    )
    found = ended("-m", "srm_docs", "build", path=tmp_path)
    assert found.returncode == 130
    assert "Traceback" not in found.stderr


def test_one_that_a_destructor_would_swallow_is_raised_again() -> None:
    found = program("""
        import os, signal, time
        from srm_docs import interrupt
        interrupt.arm()
        class Thing:
            def __del__(self):
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.1)
        try:
            thing = Thing()
            del thing
            time.sleep(10)
            print("lost")
        except KeyboardInterrupt:
            print("raised", interrupt.pressed())
    """)
    assert (found.returncode, found.stdout, found.stderr) == (0, "raised True\n", "")


def test_what_breaks_in_a_destructor_is_printed_unless_the_run_was_interrupted() -> None:
    text = """
        import os, signal
        from srm_docs import interrupt
        interrupt.arm()
        class Thing:
            def __del__(self):
                raise ValueError("there is an open writing handle")
        try:
            {}
        except KeyboardInterrupt:
            pass
        Thing()
    """
    assert program(text.format("os.kill(os.getpid(), signal.SIGINT)")).stderr == ""
    assert "open writing handle" in program(text.format("pass")).stderr


def test_a_second_one_ends_at_once() -> None:
    found = program("""
        import os, signal, time
        from srm_docs import interrupt
        interrupt.arm()
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)
            print("waited")
    """)
    assert (found.returncode, found.stdout) == (130, "")
    assert found.stderr == "Interrupted again: ended at once.\n"


def test_who_ignores_it_on_our_behalf_is_obeyed() -> None:
    found = program("""
        import os, signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from srm_docs import interrupt
        interrupt.arm()
        os.kill(os.getpid(), signal.SIGINT)
        print("still here")
    """)
    assert (found.returncode, found.stdout) == (0, "still here\n")


def test_processes_started_for_printing_never_see_it_and_we_see_it_afterwards() -> None:
    found = program("""
        import os, signal, subprocess, sys
        from srm_docs.render.parallel import _without_interrupts

        try:
            with _without_interrupts():
                asks = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()), flush=True)"
                subprocess.run([sys.executable, "-c", asks], check=True)
                os.kill(os.getpid(), signal.SIGINT)
                print("not yet")
        except KeyboardInterrupt:
            print("now")
    """)
    assert found.stdout == "True\nnot yet\nnow\n", found.stderr
