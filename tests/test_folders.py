"""Folders that cannot be used are refused before work is done, with path and mend; nothing is written for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from somebody import not_root, open_folder

from srm_docs import folders
from srm_docs.errors import OutputError, UsageError

PARTS = ("evidence", "evidence/objects", "evidence/snapshots")


def test_what_is_not_there_yet_can_be_made_and_is_not_made(tmp_path: Path) -> None:
    for write in (True, False):
        folders.check_output(tmp_path / "deep" / "output", *PARTS, write=write)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("victim", "mode", "write", "said"),
    [
        ("evidence", 0o000, True, "may not be read"),
        ("evidence", 0o000, False, "may not be read"),
        ("evidence/snapshots", 0o000, False, "may not be read"),
        ("evidence/snapshots", 0o300, False, "may not be read"),
        ("evidence/objects", 0o500, True, "may not be written to"),
        ("evidence/objects", 0o500, False, ""),
        ("", 0o500, True, "may not be written to"),
        ("", 0o000, False, "may not be read"),
    ],
)
def test_permissions_are_those_of_who_asks(victim: str, mode: int, write: bool, said: str) -> None:
    with open_folder() as folder, not_root():
        for part in PARTS:
            (folder / "output" / part).mkdir(parents=True)
        path = folder / "output" / victim
        path.chmod(mode)
        try:
            if not said:
                folders.check_output(folder / "output", *PARTS, write=write)
                return
            with pytest.raises(OutputError, match=said) as caught:
                folders.check_output(folder / "output", *PARTS, write=write)
        finally:
            path.chmod(0o700)
        assert f"{path} {said}" in caught.value.message
        assert f"chmod u+rwx {path}" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "said"),
    [("locked/a.pdf", "locked may not be written to"), ("locked/b/a.pdf", "locked may not be written to"),
     ("file/a.pdf", "file is a file"), ("free/a.pdf", ""), ("free/b/c/a.pdf", "")],
)  # fmt: skip
def test_whether_a_file_can_be_written_is_asked_and_nothing_is_made(name: str, said: str) -> None:
    with open_folder() as folder, not_root():
        (folder / "locked").mkdir(mode=0o500)
        (folder / "free").mkdir()
        (folder / "file").write_text("")
        if said:
            with pytest.raises(OutputError, match=f"a.pdf cannot be written: .*/{said}"):
                folders.check_file(folder / name)
        else:
            folders.check_file(folder / name)
        assert list((folder / "free").iterdir()) == []


def test_a_folder_above_need_not_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_folder() as folder, not_root():
        (folder / "home").mkdir(mode=0o300)
        folders.check_output(folder / "home" / "output", *PARTS, write=True)
        (folder / "home").chmod(0o700)


@pytest.mark.parametrize(
    ("kind", "said"), [("file", "is a file"), ("link", "is a link that leads nowhere"), ("pipe", "is no folder")]
)
def test_what_is_no_folder_is_said_so(kind: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "output"
    {"file": Path.touch, "link": lambda p: p.symlink_to("nowhere"), "pipe": os.mkfifo}[kind](path)
    with pytest.raises(OutputError, match=said) as caught:
        folders.check_output(path, *PARTS, write=True)
    assert f"move {path} away" in caught.value.hint


@pytest.mark.parametrize("victim", ["mine", "mine/css", "mine/css/pages.css"])
def test_everything_in_a_folder_of_templates_must_be_readable(victim: str) -> None:
    with open_folder() as folder, not_root():
        (folder / "mine" / "css").mkdir(parents=True)
        (folder / "mine" / "css" / "pages.css").touch()
        folders.check_readable(folder / "mine", "The templates folder")
        path = folder / victim
        path.chmod(0o000)
        with pytest.raises(UsageError, match="may not be read") as caught:
            folders.check_readable(folder / "mine", "The templates folder")
        path.chmod(0o700)
        assert str(path) in caught.value.message
        assert caught.value.hint.startswith("Mend its permissions: chmod")
