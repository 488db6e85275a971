"""Which exit codes a command can end with, derived from the source: what it reaches, what that raises, and `sys.exit`.

A call graph by names; nothing is run. A class that is reached lends its methods to every attribute of that name, and
what catches an error is not looked at: it takes in too much rather than too little, so that no code is missed.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import srm_docs
from srm_docs.errors import SrmDocsError

_ROOT = Path(srm_docs.__file__).parent
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_RUN = ("annotation", "returns", "decorator_list")


@dataclass(slots=True)
class Module:
    """One file: its definitions by name, and where its imported names come from."""

    defined: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """A definition, or a module where `name` is empty."""

    module: str
    name: str

    @property
    def node(self) -> ast.AST | None:
        """What defines it."""
        return modules()[self.module].defined.get(self.name)


@cache
def modules() -> dict[str, Module]:
    """All of srm_docs."""
    found = {}
    for path in sorted(_ROOT.rglob("*.py")):
        parts = (_ROOT.name, *path.relative_to(_ROOT).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = _module(ast.parse(path.read_text("utf-8")))
    return found


def _module(tree: ast.Module) -> Module:
    made = Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                made.imported[alias.asname or alias.name] = (node.module or "", alias.name)
    for top in tree.body:
        if isinstance(top, (*_FUNCTIONS, ast.ClassDef)):
            made.defined[top.name] = top
        elif isinstance(top, ast.Assign | ast.AnnAssign) and top.value is not None:
            for target in top.targets if isinstance(top, ast.Assign) else [top.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        made.defined[name.id] = top.value
    return made


def _resolve(module: str, name: str) -> Name | None:
    """Where a name of a module is defined in srm_docs, through whatever it is imported by."""
    while module in modules():
        if name in modules()[module].defined:
            return Name(module, name)
        if f"{module}.{name}" in modules() and name not in modules()[module].imported:
            return Name(f"{module}.{name}", "")
        if name not in modules()[module].imported:
            return None
        module, name = modules()[module].imported[name]
        if f"{module}.{name}" in modules():
            return Name(f"{module}.{name}", "")
    return None


def _named(module: str, node: ast.AST) -> Name | None:
    """What `a.b.c` names, if it is something of srm_docs."""
    if isinstance(node, ast.Name):
        return _resolve(module, node.id)
    if isinstance(node, ast.Attribute):
        below = _named(module, node.value)
        if below and not below.name:
            return _resolve(below.module, node.attr)
    return None


def _error(found: Name | None) -> type[SrmDocsError] | None:
    if found is None or not isinstance(found.node, ast.ClassDef) or not found.node.bases:
        return None
    kind = getattr(importlib.import_module(found.module), found.name)
    return kind if inspect.isclass(kind) and issubclass(kind, SrmDocsError) else None


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, but not annotations and what `except` names."""
    stack: list[Any] = [node]
    while stack:
        at = stack.pop()
        yield at
        for name, value in ast.iter_fields(at):
            if name not in _NOT_RUN and not (name == "type" and isinstance(at, ast.ExceptHandler)):
                stack += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, ast.AST)]


@cache
def _uses(module: str, node: ast.AST) -> tuple[list[tuple[int, int]], list[Name], set[str]]:
    """What a piece of code raises (code, line), which definitions it names, and the attributes of anything else."""
    raised, named, attributes = [], [], set()
    for child in _run(node):
        if isinstance(child, ast.Call) and (kind := _error(_named(module, child.func))):
            raised.append((kind.exit_code, child.lineno))
        elif isinstance(child, ast.Name | ast.Attribute):
            found = _named(module, child)
            if found and not _error(found):
                named.append(found)
            elif not found and isinstance(child, ast.Attribute):
                attributes.add(child.attr)
    return raised, named, attributes


class Reach:
    """Everything that is reached from one function: `codes` has the exit codes, each with where it is raised."""

    def __init__(self, module: str, name: str) -> None:
        """Begin there."""
        self.codes: dict[int, set[str]] = {}
        self._seen: set[ast.AST] = set()
        self._methods: dict[str, list[tuple[str, ast.AST]]] = {}
        self._asked: set[str] = set()
        self._todo: list[tuple[str, ast.AST]] = []
        self._add(Name(module, name))
        while self._todo:
            self._read(*self._todo.pop())
        command = Name(module, name).node
        assert command is not None
        for node in ast.walk(command):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit":
                for code in self._numbers(module, command, node.args[0]):
                    self.codes.setdefault(code, set()).add(f"{module}:{node.lineno}")

    def _add(self, found: Name) -> None:
        node = found.node
        if node is None or node in self._seen:
            return
        self._seen.add(node)
        if not isinstance(node, ast.ClassDef):
            self._todo.append((found.module, node))
            return
        self._todo += [(found.module, base) for base in node.bases]
        for child in node.body:
            if not isinstance(child, _FUNCTIONS):
                self._todo.append((found.module, child))
                continue
            self._methods.setdefault(child.name, []).append((found.module, child))
            if child.name in self._asked or child.name.startswith("__"):
                self._todo.append((found.module, child))

    def _read(self, module: str, node: ast.AST) -> None:
        raised, named, attributes = _uses(module, node)
        for code, line in raised:
            self.codes.setdefault(code, set()).add(f"{module}:{line}")
        for found in named:
            self._add(found)
        for name in attributes - self._asked:
            self._asked.add(name)
            self._todo += self._methods.get(name, ())

    def _numbers(self, module: str, within: ast.AST, value: ast.AST) -> Iterator[int]:
        """The numbers that an expression in a function can be: its own, and those that what it calls returns."""
        match value:
            case ast.Constant(value=int(number)):
                yield number
            case ast.IfExp(body=yes, orelse=no):
                yield from (*self._numbers(module, within, yes), *self._numbers(module, within, no))
            case ast.Call(func=function) if (found := _named(module, function)) and found.node is not None:
                yield from self._returned(found.module, found.node)
            case ast.Tuple(elts=parts):
                for part in parts:
                    yield from self._numbers(module, within, part)
            case ast.Name():
                yield from self._held(module, within, value)
            case ast.Attribute(attr=name):
                for at, method in self._methods.get(name, ()):
                    yield from self._returned(at, method)

    def _held(self, module: str, within: ast.AST, variable: ast.Name) -> Iterator[int]:
        found = _named(module, variable)
        if found and found.node is not None:
            yield from self._numbers(found.module, within, found.node)
            return
        for node in ast.walk(within):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == variable.id:
                yield from self._numbers(module, within, node.value)

    def _returned(self, module: str, function: ast.AST) -> Iterator[int]:
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from self._numbers(module, function, node.value)
