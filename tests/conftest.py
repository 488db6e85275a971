"""Fixtures that cost seconds, made once a test run however many workers there are."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from srm_docs import pipeline
from srm_docs.config import Config
from srm_docs.evidence.snapshot import Snapshot, open_snapshot
from srm_docs.evidence.store import FolderStore


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker fills and the others wait for."""
    shared = factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else factory.getbasetemp()
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.write_text("done")
    return folder


@pytest.fixture(scope="session")
def demo_output(tmp_path_factory: pytest.TempPathFactory, demo_evidence: Path) -> Path:
    """An output folder with the collected demo estate and its packet. Read it, do not change it."""

    def make(folder: Path) -> None:
        shutil.copytree(demo_evidence, folder, dirs_exist_ok=True)  # collected once: that takes as long as printing
        config = Config(output=folder)
        snapshot = open_snapshot(FolderStore(folder / "evidence")).header.id
        built = pipeline.build(config, snapshot)
        (folder / "made.json").write_text(json.dumps({"packet": str(built.path), "snapshot": snapshot}))

    return once(tmp_path_factory, "demo", make)


@pytest.fixture(scope="session")
def demo_evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with the collected demo estate only, for tests that need no documents."""
    return once(
        tmp_path_factory, "evidence", lambda folder: pipeline.collect(Config(output=folder), demo=True) and None
    )


@pytest.fixture(scope="session")
def demo_snapshot(demo_evidence: Path) -> Snapshot:
    """The demo estate's snapshot."""
    return open_snapshot(FolderStore(demo_evidence / "evidence"))


@pytest.fixture(scope="session")
def demo_packet(demo_output: Path) -> Path:
    """The demo packet's folder. Read it, do not change it."""
    return Path(json.loads((demo_output / "made.json").read_text())["packet"])
