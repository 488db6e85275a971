"""`srm-docs evidence`: what it lists, shows, removes and copies, and with which exit codes; what is cited stays."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_cli_commands import Run, mistake, run  # noqa: F401 - run is a fixture
from test_evidence_chain import begin, chained, header, keep, name
from test_evidence_snapshot import LIST, answer, question

from srm_docs.evidence.chain import place_faults, read_chain
from srm_docs.evidence.data import header_to_data
from srm_docs.evidence.part import part
from srm_docs.evidence.snapshot import Snapshot, open_snapshot
from srm_docs.evidence.store import FolderStore
from srm_docs.packet.outputs import to_bytes

HERE = Path("output/evidence")


@pytest.fixture
def store(run: Run) -> FolderStore:  # noqa: F811
    return chained(HERE, 3)


def packet(snapshot: Snapshot, code: str = "0a1b2c3d") -> Path:
    """What `evidence list` reads of a packet: its name and its index."""
    folder = Path("output/packets") / f"{snapshot.header.id}-{code}"
    folder.mkdir(parents=True)
    index = {"header": header_to_data(snapshot.header), "record_digest": snapshot.record}
    (folder / "evidence-index.json").write_bytes(to_bytes(index))
    return folder


def data(said: Any, code: int = 0) -> Any:
    assert said.code == code, said.err
    return json.loads(said.out)


def test_list_of_nothing(run: Run) -> None:  # noqa: F811
    said = data(run("evidence", "list", "--json"))
    assert (said["snapshots"], said["faults"], said["links"], said["head"]) == ([], [], 0, "")
    assert "no chain yet" in run("evidence", "list").out
    assert not Path("output").exists()
    mistake(run("evidence", "show"), 2, "There is no snapshot")
    mistake(run("evidence", "gc"), 2, "There is no evidence")
    mistake(run("evidence", "export", "--to", "x"), 2, "There is no snapshot")
    assert not Path("x").exists()


def test_list_names_each_with_its_state(store: FolderStore, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    packet(open_snapshot(store, name(1)))
    begin(store, header(5)).close()
    assert data(run("evidence", "gc", name(0), "--why", "Wrong account.", "--json"))["removed"] == [name(0)]
    said = data(run("evidence", "list", "--json"))
    first, second, third = said["snapshots"]
    assert (first["state"], first["why"], first["id"]) == ("removed", "Wrong account.", name(0))
    assert (second["state"], second["packets"]) == ("kept", [f"{name(1)}-0a1b2c3d"])
    assert (third["questions"], third["refused"], third["accounts"]) == (5, 2, ["111122223333"])
    assert (said["unfinished"], said["head"]) == ([name(5)], read_chain(store).head)
    monkeypatch.setenv("COLUMNS", "80")
    text = run("evidence", "list")
    assert (text.code, text.err) == (0, "")
    for word in (name(0), "removed", "unfinished", "Wrong account.", "a chain of 4 links", read_chain(store).head):
        assert word in text.out


def test_a_broken_history_is_5_and_named(store: FolderStore, run: Run) -> None:  # noqa: F811
    store.remove_snapshot(name(1))
    said = run("evidence", "list")
    assert said.code == 5
    assert "missing" in said.out
    assert f"Error: The snapshot {name(1)} is missing" in said.err
    assert "Mend:  " in said.err
    assert data(run("evidence", "list", "--json"), 5)["snapshots"][1]["state"] == "missing"
    mistake(run("evidence", "gc", "--keep-last", "1"), 5, "Nothing was removed", name(1), "--lost")
    mistake(run("evidence", "export", "--to", "copy"), 5, "Nothing was copied")
    assert run("evidence", "gc", "--lost", name(1), "--why", "Disk failed.").code == 0
    lost = data(run("evidence", "list", "--json"))["snapshots"][1]
    assert (lost["state"], lost["why"]) == ("lost", "Disk failed.")
    assert run("evidence", "gc", "--lost", name(1), "--why", "Again.").code == 2


def test_a_packet_tells_of_a_history_that_was_cut(store: FolderStore, run: Run) -> None:  # noqa: F811
    packet(open_snapshot(store, name(2)))
    assert run("evidence", "list").code == 0
    (HERE / "chain/000003.json").unlink()
    assert run("evidence", "list").code == 0, "its link is only late"
    store.remove_snapshot(name(2))
    said = run("evidence", "list")
    assert said.code == 5
    assert f"cites the snapshot {name(2)}" in said.err
    mistake(run("evidence", "gc"), 5, "cites the snapshot")
    shutil.rmtree("output/packets")
    assert run("evidence", "list").code == 0


def test_a_packet_of_one_account_anchors_the_whole(store: FolderStore, run: Run) -> None:  # noqa: F811
    whole = open_snapshot(store, name(0))
    other = replace(whole.header.accounts[0], id="444455556666")
    both = replace(whole, header=replace(whole.header, accounts=(*whole.header.accounts, other)))
    assert part(both, ["444455556666"]).header.part is not None
    packet(part(both, ["444455556666"]))
    assert run("evidence", "list").code == 0
    broken = packet(open_snapshot(store, name(1)), "ffffffff") / "evidence-index.json"
    broken.write_text("{")
    said = run("evidence", "list")
    assert said.code == 5
    assert "does not say which snapshot" in said.err
    mistake(run("evidence", "gc"), 5, "does not say which snapshot")


def test_nothing_is_built_from_a_history_that_does_not_hold(store: FolderStore, run: Run) -> None:  # noqa: F811
    (HERE / f"snapshots/{name(0)}.json").unlink()
    assert place_faults(store, name(1)) == (), "another one that is lost is not this one's fault"
    link = HERE / "chain/000002.json"
    body = link.read_bytes()
    link.write_bytes(body.replace(b"kept", b"lost"))
    said = run("build", "--from", name(2), "--quiet")
    mistake(said, 5, "Nothing was built", "does not follow from link 2", "srm-docs evidence list")
    link.write_bytes(body)
    kept = HERE / f"snapshots/{name(3)}.json"
    stranger = FolderStore(Path("other"))
    keep(stranger, 1, 3)
    kept.write_bytes(stranger.read_snapshot(name(3)))
    for body in open_snapshot(stranger).entries.values():
        if body.digest:
            store.write(stranger.read(body.digest))
    mistake(run("build", "--from", name(3), "--quiet"), 5, "is not in the chain")
    assert not Path("output/packets").exists()


def test_gc_lets_go_of_what_was_never_finished_and_says_so(store: FolderStore, run: Run) -> None:  # noqa: F811
    begin(store, header(7)).close()
    with begin(store, header(8)) as recorder:
        recorder.keep(LIST, question(900), answer(900))
    old = json.loads((HERE / "chain/000003.json").read_text())
    assert run("evidence", "gc", "--unfinished", "--keep-last", "2").code == 2
    assert data(run("evidence", "gc", "--unfinished", "--older-than", "99999", "--json"))["removed"] == []
    assert data(run("evidence", "gc", "--unfinished", "--dry-run", "--json"))["removed"] == [name(7), name(8)]
    assert store.unfinished() == (name(7), name(8))
    said = data(run("evidence", "gc", "--unfinished", "--why", "Nobody resumed it.", "--json"))
    assert said["removed"] == [name(7), name(8)]
    assert store.unfinished() == ()
    assert json.loads((HERE / "chain/000003.json").read_text()) == old
    listed = data(run("evidence", "list", "--json"))
    assert (listed["faults"], listed["links"], listed["unfinished"]) == ([], 5, [])
    states = {line["id"]: line["state"] for line in listed["snapshots"]}
    assert [states[name(n)] for n in (0, 7, 8)] == ["kept", "dropped unfinished", "dropped unfinished"]
    for said in (run("evidence", "list"), run("evidence", "show", name(8))):
        assert "Nobody resumed it." in " ".join(said.out.split())
    mistake(run("build", "--from", name(8), "--quiet"), 2, "dropped at", "Nobody resumed it.")
    before = len(list(store.digests()))
    run("evidence", "gc", "--older-than", "99999")
    assert len(list(store.digests())) == before - 1, "what only it needed goes with the next one"
    keep(store, 9)
    assert data(run("evidence", "list", "--json"))["faults"] == []


def test_show_reads_every_reply(store: FolderStore, run: Run) -> None:  # noqa: F811
    said = data(run("evidence", "show", "--json"))
    opened = open_snapshot(store)
    assert (said["id"], said["record"], said["answers"]) == (name(2), opened.record, opened.answers)
    assert (said["link"], said["previous"], said["replies"]) == (3, opened.header.previous, 3)
    assert said["states"] == {"absent": 1, "denied": 1, "empty": 1, "ok": 1, "partial": 1}
    text = run("evidence", "show", name(0))
    assert (text.code, text.err) == (0, "")
    assert "State: kept" in text.out
    mistake(run("evidence", "show", name(9)), 2, "There is no snapshot", "Did you mean")
    run("evidence", "gc", name(0), "--why", "Old.")
    gone = data(run("evidence", "show", name(0), "--json"))
    assert (gone["state"], gone["why"]) == ("removed", "Old.")
    mistake(run("build", "--from", name(0), "--quiet"), 2, "removed at ", "Old.", f"the latest is {name(2)}")
    digest = next(e.digest for e in opened.entries.values() if e.digest)
    (HERE / "objects" / digest[:2] / digest).write_bytes(b"[]")
    mistake(run("evidence", "show"), 5, "is not what its name says")


def test_gc_spares_the_cited_and_tells_before_it_does(store: FolderStore, run: Run) -> None:  # noqa: F811
    packet(open_snapshot(store, name(0)))
    (Path("output/packets") / f"{name(1)}-00000000.zip").write_bytes(b"PK")
    keep(store, 3)
    before = data(run("evidence", "list", "--json"))
    dry = data(run("evidence", "gc", "--keep-last", "1", "--dry-run", "--json"))
    assert (dry["dry_run"], dry["removed"], set(dry["spared"])) == (True, [name(2)], {name(0), name(1)})
    assert data(run("evidence", "list", "--json")) == before
    assert data(run("evidence", "gc", "--json"))["removed"] == [], "nothing is old unless somebody says so"
    Path("srm-docs.toml").write_text("[store]\nkeep_days = 1\nkeep_last = 2\n")
    assert data(run("evidence", "gc", "--json"))["removed"] == []
    said = run("evidence", "gc", "--keep-last", "1")
    assert said.code == 0
    assert f"Removed {name(2)}" in said.out
    assert f"Stays: {name(0)}, cited by the packet {name(0)}-0a1b2c3d" in said.out.replace("\n", " ")
    assert data(run("evidence", "gc", "--keep-last", "1", "--even-cited", "--json"))["removed"] == [name(0), name(1)]
    assert store.snapshots() == (name(3),)
    cited = [line for line in data(run("evidence", "list", "--json"))["snapshots"] if line["id"] == name(0)]
    assert cited[0]["cited"] == [f"{name(0)}-0a1b2c3d"]


@pytest.mark.parametrize(
    "arguments",
    [["gc", name(0)], ["gc", "--lost", name(0)], ["gc", name(0), "--why", "x", "--older-than", "3"],
     ["gc", "--keep-last", "0"], ["export", "--all", name(0), "--to", "x"], ["export"],
     ["gc", "--lost", name(0), name(1), "--why", "x"], ["list", "--at", "nowhere"],
     ["export", "--to", "output/evidence"],
     ["export", "--to", "output"], ["export", "--to", "output/evidence/below"], ["export", "--to", "s3://A"],
     ["gc", name(8), "--why", "x"], ["export", name(8), "--to", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_what_makes_no_sense_is_2(arguments: list[str], store: FolderStore, run: Run) -> None:  # noqa: F811
    before = sorted(Path().rglob("*.json"))
    said = run("evidence", *arguments)
    assert (said.code, said.out) == (2, ""), said.err
    assert "Traceback" not in said.err
    assert sorted(Path().rglob("*.json")) == before


def test_an_exported_copy_is_listed_and_brought_back(store: FolderStore, run: Run) -> None:  # noqa: F811
    done = data(run("evidence", "export", name(1), "--to", "one", "--json"))
    assert (done["snapshots"], done["left_out"], done["links"]) == ([name(1)], [name(0), name(2)], 3)
    said = run("evidence", "export", "--all", "--to", "copy/evidence")
    assert said.code == 0
    assert f"Copied {name(0)}" in said.out
    assert "Reading the copy back" in said.err
    states = [line["state"] for line in data(run("evidence", "list", "--at", "one", "--json"))["snapshots"]]
    assert states == ["not in this copy", "kept", "not in this copy"]
    shutil.rmtree("output")
    Path("copy/evidence/lock").unlink()
    assert run("evidence", "export", "--all", "--at", "copy/evidence", "--to", "output/evidence", "--quiet").err == ""
    assert data(run("evidence", "show", "--json"))["id"] == name(2)
    assert not list(Path().rglob("redaction.key"))
    assert not Path("copy/evidence/lock").exists(), "a copy is only read"


def test_a_reason_cannot_steer_a_terminal_or_break_a_link(store: FolderStore, run: Run) -> None:  # noqa: F811
    assert run("evidence", "gc", name(0), "--why", "a\x1b[2J\udcff\u202eb").code == 0
    assert read_chain(store).tombstones[name(0)].why == "a<U+001B>[2J<U+DCFF><U+202E>b"
    assert run("evidence", "list").code == 0
