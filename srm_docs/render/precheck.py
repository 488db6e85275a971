"""The templates, ours and the user's -> nothing, or one TemplateError with every line that cannot be printed.

A build reads AWS for minutes before it prints. What a template's text alone shows to be wrong is said before that:
its syntax, a filter, a template or a name that there is not. What depends on the packet is said when it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2 import nodes

from srm_docs.packet.model import Packet
from srm_docs.render import assets, confined, html, sheets, views
from srm_docs.sourcefile import Fault, near

CONTEXT: Final[Mapping[str, type | None]] = {
    "document": html.Document,
    "packet": Packet,
    "plan": None,
    "view": views.View,
}
"""The names that `documents.context` gives to every template, with the type of those whose parts are known."""
_LENIENT: Final = frozenset({"d", "default", "defined", "undefined"})
"""Tests and filters to which a name may be given that does not exist."""
_OWN: Final = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"})


def check(users: Path | None = None) -> None:
    """Raise TemplateError with every fault of the templates, and of the first wrong description of a workbook."""
    found = faults() if users is None else confined.faults(assets.read(users))
    if found:
        raise html.mistakes(found)
    for book in sheets.BOOKS:
        sheets.read(book, users)


def faults(users: assets.Users | None = None) -> list[Fault]:
    """Return every fault of the templates. Jinja computes constants while it reads: a user's are read confined."""
    environment = html.environment(users=users)
    names = sorted(name for name in {*assets.ours(), *(users.files if users else ())} if name.endswith(".html"))
    wrong: list[Fault] = []
    parsed: dict[str, tuple[nodes.Template, str]] = {}
    for name in names:
        read = _parsed(environment, name)
        if isinstance(read, Fault):
            wrong.append(read)
        else:
            parsed[name] = read
    included = {
        target.value
        for tree, _ in parsed.values()
        for node in _all(tree, nodes.Include)
        for target in _all(node, nodes.Const)
    }
    for name, (tree, where) in parsed.items():
        found = [*_references(tree, names), *_filters(tree, environment)]
        if name not in included:  # an included one may use what the other has set
            found += _unknown(tree, environment.globals)
        wrong += [Fault(file=where, line=line, message=message) for line, message in found]
    return wrong


def _parsed(environment: jinja2.Environment, name: str) -> tuple[nodes.Template, str] | Fault:
    where = name
    try:
        source, file, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]
        where = str(file)
        environment.compile(source, name, where, raw=True)
        return environment.parse(source, name, where), where
    except jinja2.TemplateSyntaxError as exc:
        return Fault(file=where, line=exc.lineno, message=exc.message or "")
    except (ArithmeticError, MemoryError, OSError, RecursionError, ValueError) as exc:
        return Fault(file=where, line=0, message=str(exc) or "it needs more memory than templates get")


Found = Iterator[tuple[int, str]]
"""Line and sentence of each fault."""


def _references(tree: nodes.Template, known: list[str]) -> Found:
    for node in _all(tree, nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include):
        target = node.template
        missing = isinstance(target, nodes.Const) and target.value not in known
        if missing and not getattr(node, "ignore_missing", False):
            yield node.lineno, f"there is no template {target.value}{near(str(target.value), known)}"


def _filters(tree: nodes.Template, environment: jinja2.Environment) -> Found:
    """Find filters and tests that there are not: within a condition, Jinja says so only where they are reached."""
    for kind, word, known in ((nodes.Filter, "filter", environment.filters), (nodes.Test, "test", environment.tests)):
        for node in _all(tree, kind):
            if node.name not in known:
                yield node.lineno, f"No {word} named '{node.name}'{near(node.name, known)}"


def _unknown(tree: nodes.Template, given: Mapping[str, Any]) -> Found:
    """Find names that nothing in the template sets and nobody gives to it, and such parts of what is given."""
    own = {node.name for node in _all(tree, nodes.Name) if node.ctx != "load"}
    own |= {node.name for node in _all(tree, nodes.Macro)}
    for node in _all(tree, nodes.Import, nodes.FromImport):
        names = [node.target] if isinstance(node, nodes.Import) else node.names
        own |= {name[1] if isinstance(name, tuple) else name for name in names}
    for node in _all(tree, nodes.Test, nodes.Filter):
        if node.name in _LENIENT:
            own |= {name.name for name in _all(node, nodes.Name)}
    known = own | _OWN | {*given, *CONTEXT}
    for node in _all(tree, nodes.Name):
        if node.name not in known:
            yield node.lineno, f"'{node.name}' is undefined{near(node.name, known)}"
    for part in _all(tree, nodes.Getattr):
        kind = CONTEXT.get(part.node.name) if isinstance(part.node, nodes.Name) else None
        if kind is not None and part.node.name not in own and not hasattr(kind, part.attr):
            yield part.lineno, f"'{part.node.name}' has no '{part.attr}'{near(part.attr, dir(kind))}"


def _all(tree: nodes.Node, *kinds: type[nodes.Node]) -> Iterator[Any]:
    yield from tree.find_all(kinds)
