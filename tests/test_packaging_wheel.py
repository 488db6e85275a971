"""The wheel carries the catalog and the templates, and a user finds them without the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
TREES = ("controls", "templates")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-build-isolation", "--no-deps", "--wheel-dir", str(place), str(CHECKOUT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = place.glob("srm_docs-*.whl")
    return built


@pytest.fixture(scope="module")
def user(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment's Python with our wheel in it; the one running the tests lends dependencies."""
    place = tmp_path_factory.mktemp("user")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    # A path named in a .pth file is searched, but its own .pth files are not read: no editable install.
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (site / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python"]
    pip += [str(place / "bin" / "python"), "install", "--no-deps", "--no-index", "--force-reinstall"]
    done = subprocess.run([*pip, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "bin" / "python"


def ask(python: Path, code: str, folder: Path) -> Any:
    """Run `code` as the user would, away from the checkout; what it prints is JSON."""
    done = subprocess.run([python, "-I", "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names_in_checkout(tree: str) -> set[str]:
    files = (path for path in (CHECKOUT / tree).rglob("*") if path.is_file())
    return {path.relative_to(CHECKOUT).as_posix() for path in files if "__pycache__" not in path.parts}


@pytest.mark.parametrize("tree", TREES)
def test_every_file_of_the_tree_is_in_the_wheel(wheel: Path, tree: str) -> None:
    packed = {name.removeprefix("srm_docs/") for name in zipfile.ZipFile(wheel).namelist()}
    expected = names_in_checkout(tree)
    assert expected
    assert expected <= packed


def test_the_wheel_holds_our_package_and_nothing_beside_it(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"srm_docs"}


def test_no_module_takes_the_name_of_a_tree() -> None:
    assert not [tree for tree in TREES if list((CHECKOUT / "srm_docs").glob(f"{tree}*"))]


def test_a_user_imports_the_installed_package_and_not_the_checkout(user: Path, tmp_path: Path) -> None:
    where = Path(ask(user, "import json, srm_docs; print(json.dumps(srm_docs.__file__))", tmp_path))
    assert not where.is_relative_to(CHECKOUT)


@pytest.mark.parametrize("tree", TREES)
def test_a_user_reads_the_tree_from_the_wheel(user: Path, tmp_path: Path, tree: str) -> None:
    code = f"""
import json
from importlib.resources import as_file, files
with as_file(files("srm_docs") / {tree!r}) as root:
    found = ["{tree}/" + path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
print(json.dumps(found))
"""
    assert set(ask(user, code, tmp_path)) >= names_in_checkout(tree)


def test_a_user_gets_the_console_script(user: Path) -> None:
    assert (user.parent / "srm-docs").is_file()
