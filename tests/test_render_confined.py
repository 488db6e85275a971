"""A user's templates can reach nothing: no file, no network, no secret, and no more time or memory than they get."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import packet_sample
import pytest

from srm_docs.errors import TemplateError
from srm_docs.render import assets, confined, documents, html, languages, parallel, precheck

TIGHT = confined.Limits(seconds=2, wall=60, mebibytes=150)
EVIL = (
    ("{{ packet.__init__.__globals__ }}", "access to attribute '__init__' of 'Packet' object is unsafe"),
    ("{{ plan.__globals__ }}", "access to attribute '__globals__' of 'function' object is unsafe"),
    ("{{ lipsum.__globals__.os.environ }}", "'__globals__' of 'function' object is unsafe"),
    ("{{ cycler.__init__.__globals__ }}", "unsafe"),
    ("{{ packet|attr('__class__') }}", "access to attribute '__class__' of 'Packet' object is unsafe"),
    ("{{ '{0.__class__}'.format(packet) }}", "access to attribute '__class__'"),
    ("{{ range(10**9)|list }}", "Range too big"),
    ("{% include '/etc/passwd' %}", "there is no template /etc/passwd"),
    ("{% include '../../../../etc/passwd' %}", "there is no template ../"),
    ("{{ 'a' * 10**10 }}", "more memory would be needed"),
    ("{{ 'x'|center(10**10) }}", "more memory would be needed"),
    ("{% set n = namespace(s='a'*99) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}", "more memory"),
    ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "maximum recursion depth exceeded"),
    ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "over 2 seconds of processor"),
)


def folder_of(tmp_path: Path, source: str, name: str = "t.html") -> assets.Users:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return assets.read(tmp_path)


def context() -> dict[str, Any]:
    return documents.context(packet_sample.packet(), "responsibility-matrix")


@pytest.mark.parametrize(("source", "says"), EVIL)
def test_an_evil_template_ends_as_one_sentence_with_its_line(tmp_path: Path, source: str, says: str) -> None:
    users = folder_of(tmp_path, "fine\n" + source)
    with pytest.raises(TemplateError) as caught:
        confined.html("t.html", users, limits=TIGHT, **context())
    assert caught.value.message.startswith(f"{tmp_path}/t.html:2: ")
    assert says in caught.value.message
    assert caught.value.exit_code == 6


def test_a_computation_that_hears_no_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    users = folder_of(tmp_path, "{{ (7 ** 99999999) % 3 }}")
    with pytest.raises(TemplateError, match=r"t\.html: over 1 seconds of processor time"):
        confined.html("t.html", users, limits=confined.Limits(seconds=1, wall=120, mebibytes=150))


def test_what_is_not_done_by_the_clock_is_ended(tmp_path: Path) -> None:
    users = folder_of(tmp_path, EVIL[-1][0])
    with pytest.raises(TemplateError, match="not done after 2 seconds"):
        confined.html("t.html", users, limits=confined.Limits(seconds=600, wall=2, mebibytes=150))


@pytest.mark.parametrize("what", ["file", "socket", "program"])
def test_a_template_that_found_a_way_out_can_open_nothing(tmp_path: Path, what: str) -> None:
    """The sandbox of Jinja is one wall. Here it has a hole: a function of Python in the hands of the template."""
    given = {"file": [open, "/etc/hostname"], "socket": [socket.socket], "program": [subprocess.getoutput, "id"]}[what]
    users = folder_of(tmp_path, "\n{{ hole(*more) }}")
    with pytest.raises(TemplateError) as caught:
        confined.html("t.html", users, hole=given[0], more=given[1:])
    assert "Too many open files" in caught.value.message, caught.value.message


def test_what_opens_files_while_it_prints_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
    monkeypatch.setenv("HOME", "/root/planted-home")
    users, seen = folder_of(tmp_path, EVIL[-1][0]), []
    started = subprocess.Popen

    def popen(*args: Any, **kwargs: Any) -> Any:
        child = started(*args, **kwargs)
        deadline = time.monotonic() + 30
        while b"LANG" not in (found := Path(f"/proc/{child.pid}/environ").read_bytes()):
            assert time.monotonic() < deadline
        seen.append(found)
        return child

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(TemplateError):
        confined.html("t.html", users, limits=TIGHT)
    (found,) = seen
    assert b"planted" not in found
    assert {name.partition(b"=")[0].decode() for name in found.split(b"\0") if name} <= {
        "PATH", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", *confined._KEPT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<link rel=stylesheet href='file:///etc/passwd'>", ""),
        ("<style>@import url(http://127.0.0.1:9/x.css)</style>", ""),
        ("<style>p { background: url(file:///etc/passwd) }</style>", "<p>x</p>"),
        ("<style>@font-face { font-family: x; src: url(http://127.0.0.1:9/f) } p { font-family: x }</style>", "<p>x"),
        ("", "<img src='http://127.0.0.1:9/x.png' alt='x'>"),
        ("", "<img src='data:image/svg+xml,<svg/>' alt='x'>"),
        ("", "<a rel=attachment href='file:///etc/passwd'>x</a>"),
    ],
)
def test_layout_fetches_nothing(head: str, body: str) -> None:
    page = f"<!doctype html><html lang=en><head><title>x</title>{head}</head><body>{body}</body></html>"
    with pytest.raises(TemplateError, match=r"asks for .*, which is not bundled"):
        confined.pdf(page, assets=assets.bundled(), label="mine")


def test_layout_that_takes_too_long_is_ended() -> None:
    page = "<!doctype html><title>x</title><p>" + "<div>" * 9 + "word " * 2_000_000
    with pytest.raises(TemplateError, match=r"mine: .*(seconds|memory)"):
        confined.pdf(page, assets={}, label="mine", limits=confined.Limits(seconds=2, wall=60, mebibytes=400))


def test_confined_or_not_the_same_template_prints_the_same(tmp_path: Path) -> None:
    users = folder_of(tmp_path, "not used")
    template, given = documents.KINDS["responsibility-matrix"].template, context()
    assert confined.html(template, users, **given) == html.render(template, **given)


@pytest.mark.parametrize("kind", documents.KINDS)
def test_whoever_replaces_one_part_gets_every_document_with_the_rest_of_ours(tmp_path: Path, kind: str) -> None:
    """What a filter loads at its first use would be missing where nothing can be opened: each must be loaded before."""
    users = folder_of(tmp_path, "{# nobody asks for it #}", "parts/own.html")
    language = languages.read("de")
    given = documents.context(packet_sample.packet(), kind, language=language)
    made = confined.html(documents.KINDS[kind].template, users, language=language, **given)
    assert made.text == html.render(documents.KINDS[kind].template, language=language, **given).text


def test_reading_templates_computes_nothing_here(tmp_path: Path) -> None:
    """Jinja computes constants while it compiles: a bomb would go off before anything is printed."""
    bomb = "{{ 'x'|center(99999999999) }}{{ nme }}"
    (tmp_path / "t.html").write_text(bomb)
    with pytest.raises(TemplateError, match=r"t\.html:1: 'nme' is undefined"):
        precheck.check(tmp_path)


def test_links_pipes_and_large_files_of_the_folder_are_refused(tmp_path: Path) -> None:
    secret, mine = tmp_path / "secret.html", tmp_path / "mine"
    secret.write_text("secret")
    (mine / "css").mkdir(parents=True)
    (mine / "inner.html").symlink_to("there.html")
    (mine / "there.html").write_text("fine")
    assert assets.read(mine).files == {"inner.html": b"fine", "there.html": b"fine"}
    (mine / "out.html").symlink_to(secret)
    with pytest.raises(TemplateError, match=r"out\.html is a link that leads out"):
        assets.read(mine)
    (mine / "out.html").unlink()
    (mine / "parts").symlink_to(tmp_path)
    with pytest.raises(TemplateError, match="parts is a link to a folder"):
        assets.read(mine)
    (mine / "parts").unlink()
    os.mkfifo(mine / "css" / "pipe.css")
    with pytest.raises(TemplateError, match="no plain file"):
        assets.read(mine)
    (mine / "css" / "pipe.css").unlink()
    with (mine / "css" / "large.css").open("wb") as file:
        file.truncate(assets.LARGEST + 1)
    with pytest.raises(TemplateError, match="larger than 8 MiB"):
        assets.read(mine)


def test_a_caller_that_goes_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users, started, pids = folder_of(tmp_path, EVIL[-1][0]), subprocess.Popen, []

    def popen(*args: Any, **kwargs: Any) -> Any:
        child = started(*args, **kwargs)
        pids.append(child.pid)
        threading.Timer(0.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        return child

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(KeyboardInterrupt):
        confined.html("t.html", users)
    assert not Path(f"/proc/{pids[0]}").exists()


def test_a_process_whose_caller_was_killed_ends_too(tmp_path: Path) -> None:
    folder_of(tmp_path, EVIL[-1][0])
    code = (
        "from srm_docs.render import assets, confined; from pathlib import Path\n"
        f"confined.html('t.html', assets.read(Path({str(tmp_path)!r})))"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as caller:
        child = ""
        deadline = time.monotonic() + 60
        while not child and time.monotonic() < deadline:
            child = Path(f"/proc/{caller.pid}/task/{caller.pid}/children").read_text().strip()
        assert child
        time.sleep(1)
        caller.kill()
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not Path(f"/proc/{child}").exists()


def test_a_bomb_in_one_document_is_one_sentence_of_the_whole_build(tmp_path: Path) -> None:
    (tmp_path / "soc2-packet.html").write_text("{{ 'a' * 10**11 }}")
    (tmp_path / "layout.html").write_text("<!doctype html><html lang=en><title>x</title><body>x</body></html>")
    with (
        pytest.raises(TemplateError, match=r"soc2-packet\.html:1: more memory"),
        parallel.printing(
            parallel.composed(packet_sample.packet(), documents.Press(templates=tmp_path)), one_by_one=False
        ) as bodies,
    ):
        list(bodies)
