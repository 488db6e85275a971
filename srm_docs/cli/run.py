"""Run the command line, and turn every expected error into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from srm_docs import interrupt
from srm_docs.cli.root import cli
from srm_docs.cli.stdout import SIGPIPE, ReaderGone, Stdout, StdoutFull, drop
from srm_docs.errors import Interrupted, MissingLibrary, OutputError, SrmDocsError

_INTERRUPTED = Interrupted("Interrupted.", hint="Nothing half-written stays; repeat the command.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and turn every expected error into a sentence and an exit code. A bug is a traceback and 70."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us, who wants to hear nothing
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    stdout = sys.stdout
    sys.stdout = Stdout(stdout)
    try:
        _run(arguments)
    finally:
        sys.stdout = stdout


def _run(arguments: Sequence[str] | None) -> None:
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="srm-docs", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        _complain(_INTERRUPTED)
    except SrmDocsError as error:
        _complain(error)
    except ReaderGone:
        drop()
        sys.exit(SIGPIPE)
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name == "srm_docs":
            raise
        _complain(MissingLibrary(f"The library {name} is not installed.", hint="pip install srm-docs"))
    except StdoutFull as full:
        drop()
        mend = "Make space, or send stdout elsewhere. What was collected or built is kept."
        _complain(OutputError(f"The result could not be written to stdout: {full}.", hint=mend))
    except Exception:  # noqa: BLE001 - the last line of defence says that it is our bug
        _unforeseen()


def _unforeseen() -> None:
    """Print the error being handled as our bug, unless Ctrl-C came: then a library made another error of it."""
    if interrupt.pressed():
        _complain(_INTERRUPTED)
    click.echo(_told(traceback.format_exc()), err=True)
    click.echo("This is a bug in srm-docs. Please report the lines above.", err=True)
    sys.exit(70)


def _told(trace: str) -> str:
    # Whoever reports a bug pastes these lines, and what tripped the program may have been a reply nobody has redacted.
    from srm_docs.evidence.redact import Redactor

    return Redactor(os.urandom(32)).redact_text(trace.rstrip())


def _complain(error: SrmDocsError) -> None:
    from srm_docs import console

    console.complain(error)
    sys.exit(error.exit_code)
