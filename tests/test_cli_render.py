"""One document by itself, and templates to begin with: what the two commands write, and what they never do."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_cli_commands import Run, Scripted, aws, mistake, run, tree  # noqa: F401 - two of them are fixtures

from srm_docs.cli.render import KINDS
from srm_docs.errors import UsageError
from srm_docs.pipeline import rendering, stages
from srm_docs.render import documents, parallel, precheck

pdfium = pytest.importorskip("pypdfium2")


@pytest.fixture
def kept(aws: Scripted, run: Run) -> Run:  # noqa: F811
    assert run("collect", "--quiet", "--allow-refusals").code == 0
    return run


def first_page(path: str) -> str:
    return str(pdfium.PdfDocument(path)[0].get_textpage().get_text_range())


def test_the_kinds_are_those_of_the_documents() -> None:
    assert set(KINDS) == set(documents.KINDS)


def test_a_document_by_itself_says_that_it_is_not_sealed(kept: Run) -> None:
    said = kept("render", "executive-summary", "--quiet")
    assert said.code == 0, said.err
    assert "Document: executive-summary.pdf" in said.out
    assert "not sealed" in said.out
    assert "Not sealed" in first_page("executive-summary.pdf")
    assert "packets" not in " ".join(tree(Path("output")))
    assert (Path("executive-summary.pdf").stat().st_mode & 0o777) == 0o644 & ~umask()


@pytest.mark.slow
def test_the_same_again_comes_from_the_cache_in_the_same_bytes(kept: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = json.loads(kept("render", "executive-summary", "--quiet", "--json", "--output", "a.pdf").out)
    assert (first["file"], first["packet"], first["size"]) == ("a.pdf", None, Path("a.pdf").stat().st_size)
    assert kept("render", "executive-summary", "--quiet", "--no-cache", "--output", "sub/c.pdf").code == 0
    monkeypatch.setattr(documents.pdf, "write", None)
    assert kept("render", "executive-summary", "--quiet", "--output", "b.pdf").code == 0
    assert Path("a.pdf").read_bytes() == Path("b.pdf").read_bytes() == Path("sub/c.pdf").read_bytes()


def test_where_the_packet_is_built_the_document_is_the_sealed_one(kept: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "composed", lambda _packet, kind, _press: kind)
    monkeypatch.setattr(documents, "whole", lambda kind: f"printed {kind}".encode())
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert kept("build", "--from", "latest", "--quiet", "--allow-refusals").code == 0
    said = json.loads(kept("render", "soc2-packet", "--quiet", "--json").out)
    assert Path("soc2-packet.pdf").read_bytes() == b"printed soc2-packet"
    assert Path(said["packet"]).name == Path("output/packets/latest").resolve().name
    sealed = Path(said["packet"]) / "soc2-packet.pdf"
    sealed.chmod(0o600)
    sealed.write_bytes(b"changed since")
    assert json.loads(kept("render", "soc2-packet", "--quiet", "--json").out)["packet"] is None


def _printed(page: documents.Page) -> bytes:
    return page.html.encode()


def test_a_large_snapshot_is_judged_elsewhere_and_nobody_sees_a_difference(
    kept: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "whole", _printed)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    words = ("build", "--from", "latest", "--json", "--allow-refusals")
    alone: list[bool] = []
    printing = parallel.printing
    monkeypatch.setattr(
        parallel,
        "printing",
        lambda pages, *, one_by_one: (alone.append(one_by_one), printing(pages, one_by_one=False))[1],
    )
    here = kept(*words)
    assert here.code == 0, here.err
    shutil.rmtree("output/packets")
    judged = stages.judged
    monkeypatch.setattr(stages, "judged", None)  # which the other process does not see
    monkeypatch.setattr(stages, "LARGE", 0)
    there = kept(*words)
    assert (there.code, there.out, there.err) == (here.code, here.out, here.err)
    assert alone == [False, True], "two layouts of a large snapshot take 2 GiB"
    assert there.err.index("Judging") < there.err.index("Writing the workbooks") < there.err.index("Printing")
    Path("register").mkdir()
    Path("register/incidents.yaml").write_text("incidents:\n- {id: X}\n")
    wrong = kept("build", "--from", "latest", "--quiet")
    monkeypatch.setattr(stages, "judged", judged)
    monkeypatch.setattr(stages, "LARGE", 10**9)
    assert kept("build", "--from", "latest", "--quiet") == wrong
    assert wrong.code == 3
    assert "register/incidents.yaml:2" in wrong.err


def test_a_document_whose_framework_is_not_in_scope_is_2(kept: Run) -> None:
    with Path("srm-docs.toml").open("a") as file:
        file.write('[audit]\nframeworks = ["soc2"]\n')
    mistake(kept("render", "iso27001-packet", "--quiet"), 2, "its framework is not in scope")


@pytest.mark.parametrize("to", ["output/packets/p/summary.pdf", "output/packets/p/evidence/summary.pdf"])
def test_nothing_is_added_to_a_sealed_packet(to: str, tmp_path: Path) -> None:
    packet = tmp_path / "output" / "packets" / "p"
    packet.mkdir(parents=True)
    for name in ("manifest.json", "SHA256SUMS"):
        (packet / name).write_text("")
    with pytest.raises(UsageError, match="is a sealed packet"):
        rendering._check(tmp_path / to)


def test_what_cannot_be_written_is_2_before_anything_is_judged(kept: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_text("")
    monkeypatch.setattr(rendering, "judged", None)
    mistake(kept("render", "executive-summary", "--quiet", "--output", "file/x.pdf"), 2, "cannot be written")
    mistake(kept("render", "executive-summary", "--quiet", "--output", "output"), 2, "is a folder")
    assert sorted(p.name for p in Path().iterdir()) == ["file", "output", "srm-docs.toml"]


# -- templates ----------------------------------------------------------------------------------------------------


def test_ejected_templates_are_right_as_they_are(run: Run) -> None:  # noqa: F811
    said = run("templates", "eject", "mine")
    assert said.code == 0, said.err
    assert 'templates = "mine"' in said.out
    assert {"layout.html", "css/text.css", "parts/cover.html"} <= set(tree(Path("mine")))
    precheck.check(Path("mine"))


def test_only_those_named_are_copied_and_nothing_is_replaced(run: Run) -> None:  # noqa: F811
    assert json.loads(run("templates", "eject", "mine", "parts/cover.html", "--json").out)["written"] == [
        "parts/cover.html"
    ]
    Path("mine/parts/cover.html").write_text("mine")
    mistake(run("templates", "eject", "mine"), 2, "mine/parts/cover.html is there already")
    assert tree(Path("mine")) == ["parts", "parts/cover.html"]
    assert Path("mine/parts/cover.html").read_text() == "mine"
    mistake(run("templates", "eject", "other", "parts/covr.html"), 2, 'did you mean "parts/cover.html"?')
    assert not Path("other").exists()


def test_the_list_says_what_each_is_and_which_are_yours(run: Run) -> None:  # noqa: F811
    Path("mine/css").mkdir(parents=True)
    Path("mine/css/text.css").write_text("/* mine */")
    Path("mine/extra.html").write_text("x")
    Path("srm-docs.toml").write_text('[paths]\ntemplates = "mine"\n')
    found = {f["name"]: SimpleNamespace(**f) for f in json.loads(run("templates", "list", "--json").out)}
    assert found["css/text.css"].yours
    assert not found["layout.html"].yours
    assert (found["extra.html"].yours, found["extra.html"].about) == (True, "Yours only.")
    assert all(f.about for f in found.values())
    assert "parts/cover.html" in run("templates", "list").out


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
