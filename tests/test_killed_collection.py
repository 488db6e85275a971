"""A whole `srm-docs collect` is killed a hundred times, at any moment: the last run has what each had kept."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scripted_server as scripted
from test_cli_commands import TOML, process, unlocked

from srm_docs.evidence.recorder import read_journal
from srm_docs.evidence.snapshot import open_snapshot
from srm_docs.evidence.store import FolderStore

KILLS, IN_A_ROW = 100, 5
"""So many in all; and how often one collection is killed before it may end."""


def kept(store: FolderStore) -> dict[str, str | None]:
    """Question key -> digest of its body: what the unfinished snapshot has on record, each body read and verified."""
    found = {}
    for name in store.unfinished():
        if b"\n" in store.read_journal(name):
            for key, entry in read_journal(store, name)[1].items():
                if entry.digest:
                    store.read(entry.digest)
                found[key] = entry.digest
    return found


def begun(store: FolderStore) -> bool:
    return any(b"\n" in store.read_journal(name) for name in store.unfinished())


@pytest.mark.slow
def test_a_collection_killed_at_a_hundred_moments_loses_nothing_it_kept(tmp_path: Path) -> None:
    chance = random.Random(20261128)
    (tmp_path / "srm-docs.toml").write_text(TOML)
    run = kills = midway = 0
    with scripted.serve(unlocked) as server:
        url = {"AWS_ENDPOINT_URL": server.url}
        began = time.monotonic()
        process(tmp_path, "collect", "--quiet", "--allow-refusals", "--output", "whole", **url).communicate()
        took, asked = time.monotonic() - began, len(server.heard)
        whole = open_snapshot(FolderStore(tmp_path / "whole/evidence"))
        while kills < KILLS:
            run += 1
            assert run <= KILLS, "the children end before they can be killed"
            output = f"output-{run}"
            store = FolderStore(tmp_path / output / "evidence")
            before: dict[str, str | None] = {}
            command = ["collect", "--quiet", "--allow-refusals", "--output", output]
            for _ in range(IN_A_ROW):
                server.heard.clear()
                child = process(tmp_path, *command, *(["--resume"] if begun(store) else []), **url)
                if chance.randrange(4):  # somewhere in what is left to ask
                    first = chance.randrange(max(1, int((asked - len(before)) * 0.9))) + 1
                    while len(server.heard) < first and child.poll() is None:
                        time.sleep(0.001)
                    time.sleep(chance.random() / 50)
                else:  # at any time, before anything is asked too
                    time.sleep(chance.random() * took)
                ended = child.poll() is not None
                child.kill()
                child.communicate()
                if ended or store.snapshots():
                    break
                kills += 1
                now = kept(store)
                assert {k: now.get(k, "lost") for k in before} == before, (run, "a kill lost what was kept before it")
                midway += 0 < len(now) < len(whole.entries)
                before = now
            if not store.snapshots():
                last = process(tmp_path, *command, *(["--resume"] if begun(store) else []), **url)
                _, err = last.communicate()
                assert (last.returncode, err) == (0, ""), run
            final = open_snapshot(store)
            found = {key: entry.digest for key, entry in final.entries.items()}
            assert {k: found.get(k, "lost") for k in before} == before, (run, "the last run lost what was kept")
            assert final.answers == whole.answers, run
            assert not store.unfinished(), run
    assert midway >= kills / 3, "many of them had kept something and not all"
