"""Nothing -> a demo AWS on loopback, in a child process: `with serve() as demo:` gives endpoint, accounts and env."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from srm_docs import errors
from srm_docs.demo.company import ACCOUNTS, ENABLED_REGIONS, EUROPE, NAMES, READER, REGIONS, reader_arn
from srm_docs.demo.planned import PlannedRefusal

_PATIENCE = 180.0
_COMMAND = ("-W", "ignore", "-m", "srm_docs.demo.child")
_NEEDED = ("moto", "flask", "flask_cors", "werkzeug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo. `env`'s credentials belong to the first account; the second is reached by its role."""

    endpoint: str
    accounts: tuple[str, ...] = ACCOUNTS
    account_names: Mapping[str, str] = field(default_factory=lambda: dict(NAMES))
    regions: tuple[str, ...] = REGIONS
    enabled_regions: tuple[str, ...] = ENABLED_REGIONS
    role_name: str = READER
    env: Mapping[str, str]
    refusals: tuple[PlannedRefusal, ...]
    ids: Mapping[str, str]
    """What was made -> its id, as "key payroll 111122223333 eu-west-1" or "instance bastion"."""
    seconds: float
    """Processor time of seeding, without the interpreter's start."""

    def role_arn(self, account: str) -> str | None:
        """The role to assume for `account`; None for the account of `env`'s own credentials."""
        return None if account == self.accounts[0] else reader_arn(account)


@contextmanager
def serve() -> Iterator[Demo]:
    """Start the demo, and end it on leaving. Nothing of this process changes: `env` is for the caller to use.

    Raises `errors.MissingLibrary` without the extra, `errors.CannotBegin` where the child does not come up.
    """
    require()
    with tempfile.TemporaryFile() as complaints:
        child = _start(complaints)
        try:
            ready = _await(child, complaints)
            port = ready["port"]
            yield Demo(
                endpoint=f"http://127.0.0.1:{port}",
                env=_env(port, ready["credentials"]),
                refusals=tuple(PlannedRefusal(**row) for row in ready["refusals"]),
                ids=ready["ids"],
                seconds=ready["seconds"],
            )
        finally:
            _stop(child)


def require() -> None:
    """Raise `errors.MissingLibrary` unless moto's server can be imported."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise errors.MissingLibrary(
            f"The demo needs a pretend AWS, and {missing[0]} is not installed.", hint='pip install ".[demo]"'
        )


def _start(complaints: IO[bytes]) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_", "BOTO_"))}
    # The child must find this very package, wherever it was imported from; where it runs must not show in its answers.
    env |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONHASHSEED": "0", "TZ": "UTC"}
    env |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, *_COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=env,
        text=True,
        process_group=0,  # Ctrl-C is the parent's; the child ends with its pipe
    )


def _await(child: subprocess.Popen[str], complaints: IO[bytes]) -> dict[str, Any]:
    assert child.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    timer = threading.Timer(_PATIENCE, child.kill)
    timer.start()
    try:
        line = child.stdout.readline()
    finally:
        timer.cancel()
    if not line:
        child.wait()
        complaints.seek(0)
        last = complaints.read().decode(errors="replace").strip().splitlines()
        raise errors.CannotBegin(
            f"The demo's AWS did not start: {last[-1] if last else 'no reason given'}.",
            hint='Reinstall it with: pip install --upgrade ".[demo]"',
        )
    ready: dict[str, Any] = json.loads(line)
    return ready


def _env(port: int, credentials: Mapping[str, str]) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        "AWS_REGION": EUROPE,
        "AWS_DEFAULT_REGION": EUROPE,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _stop(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
