"""The wording that Python composes, read from its source: every message that a translator must know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HOMES = ("srm_docs.said", "srm_docs.packet.words")
PACKAGE = Path(__file__).parents[1] / "srm_docs"


@dataclass(frozen=True, slots=True)
class Said:
    """One call of say, plural or count: the wording (of one, and of many) and the names of the values given."""

    where: str
    one: str
    many: str
    given: frozenset[str]
    opaque: bool
    """Whether values come by `**`, whose names are not to be seen here."""


class NotLiteral(AssertionError):
    """Wording that is not written out, so that no translator can be given it."""


def messages() -> Iterator[Said]:
    """Every message outside of render, in the order of the files. NotLiteral where one is not written out.

    What render says stands with the wording of the templates, in templates.po.
    """
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.is_relative_to(PACKAGE / "render"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        yield from _of(tree, path.relative_to(PACKAGE.parent).as_posix())


def _speaks(tree: ast.Module) -> frozenset[str]:
    """What a module has of the functions from where they are made; others have functions of these names too."""
    homes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module in _HOMES]
    return frozenset(alias.name for node in homes for alias in node.names)


def _of(tree: ast.Module, name: str) -> Iterator[Said]:
    speaks = {"plural"} if name == "srm_docs/said.py" else _speaks(tree)
    if name == "srm_docs/packet/words.py":
        speaks -= {"plural"}  # count makes its wording of what it is given
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in speaks:
            continue
        where = f"{name}:{node.lineno}"
        given = frozenset(k.arg for k in node.keywords if k.arg)
        opaque = any(k.arg is None for k in node.keywords)
        if node.func.id == "say":
            yield Said(where, _text(node.args[0], where), "", given, opaque)
        elif node.func.id == "plural":
            one, many = (_text(arg, where) for arg in node.args[1:3])
            yield Said(where, one, many, given | {"n"}, opaque)
        elif node.func.id == "count":
            one, many = (_text(arg, where) for arg in node.args[1:3])
            yield Said(where, "{n:,} " + one, "{n:,} " + many, frozenset({"n"}), opaque=False)


def _text(node: ast.expr, where: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(f"{where}: wording must be written out, so that it can be translated: {ast.unparse(node)}")
