"""What documents say in templates and in the code that renders them -> the catalog of a language, brought up to date.

    python tools/catalogs.py de          adds what is new to srm_docs/locale/de/templates.po, removes what is gone

A message is a literal given to `_`, `ngettext`, `|plural` or `|of` in a template, and to `say` or `plural` in Python.
tests/test_languages.py holds that nothing else is given to them and that the catalogs are complete.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import nodes

from srm_docs.render import assets, html

HERE = Path(__file__).resolve().parents[1]
Message = str | tuple[str, str]
"""A wording, or both wordings of one that depends on a number."""
HEADER = """\
# What documents say in {name}: templates/packet and srm_docs/render.
# Written by tools/catalogs.py, translated by hand."""


def in_templates() -> Iterator[tuple[str, int, Message | None]]:
    """Yield file, line and message of each; None where what is given is no literal."""
    environment = html.environment()
    for name, body in assets.ours().items():
        if name.endswith(".html"):
            tree = environment.parse(body.decode("utf-8"), name)
            for call in tree.find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name in ("_", "ngettext"):
                    yield name, call.lineno, _literal(call.args[: 1 if call.node.name == "_" else 2])
            for used in tree.find_all(nodes.Filter):
                if used.name in ("block", "cut", "value") and len(used.args) > 1:  # where the whole is
                    yield name, used.lineno, _literal(used.args[1:])
                if used.name in ("plural", "of"):
                    nouns = used.args if used.name == "plural" else used.args[1:]
                    before = "{n:,} " if used.name == "plural" else "{count:,} of {n:,} "
                    yield name, used.lineno, _nouns(nouns, before)


def in_code(folder: Path = HERE / "srm_docs" / "render") -> Iterator[tuple[str, int, Message | None]]:
    """Yield the same of Python."""
    for path in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            if isinstance(call, ast.Call) and name in ("say", "plural"):
                given = call.args[:1] if name == "say" else call.args[1:3]
                words = [arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                whole = len(words) == (1 if name == "say" else 2)
                found: Message = words[0] if len(words) == 1 else (words[0], words[1]) if words else ""
                yield path.relative_to(HERE).as_posix(), call.lineno, found if whole else None


IN_CSS = ("Page {page} of {pages}", ", page {page}", "Prepared by management, not audited", "EN")
"""What style sheets print: `phrases.css` says it."""


def messages() -> dict[Message, list[tuple[str, int]]]:
    """Return every message with the places where it is said, in their order."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for name, line, message in (*in_templates(), *in_code()):
        if message is not None:
            found.setdefault(message, []).append((name, line))
    for message in IN_CSS:
        found.setdefault(message, []).append(("srm_docs/render/phrases.py", 1))
    return found


def _literal(args: list[nodes.Expr]) -> Message | None:
    words = [arg.value for arg in args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
    if len(words) != len(args) or not words:
        return None
    return words[0] if len(words) == 1 else (words[0], words[1])


def _nouns(args: list[nodes.Expr], before: str) -> Message | None:
    words = _literal(args)
    if words is None:
        return None
    one, many = words if isinstance(words, tuple) else (words, f"{words}s")
    return f"{before}{one}", f"{before}{many}"


def update(path: Path) -> None:
    """Write the catalog anew: its translations stay, what is gone goes, what is new is empty."""
    name = path.parent.name
    old = read_po(path.open("rb"), locale=name) if path.exists() else Catalog(locale=name)
    head = f"Content-Type: text/plain; charset=utf-8\n|Language: {name}\n|Plural-Forms: {old.plural_forms}\n"
    blocks = [HEADER.format(name=name), 'msgid ""', 'msgstr ""', *(_quoted(line) for line in head.split("|"))]
    for message, places in messages().items():
        known = old.get(message)
        files = sorted({file.removeprefix("srm_docs/render/") for file, _ in places})
        blocks += ["", f"#: {' '.join(files[:3])}"]
        if isinstance(message, str):
            blocks += [f"msgid {_quoted(message)}", f"msgstr {_quoted(known.string if known else '')}"]
            continue
        forms = known.string if known else ("",) * old.num_plurals
        blocks += [f"msgid {_quoted(message[0])}", f"msgid_plural {_quoted(message[1])}"]
        blocks += [f"msgstr[{at}] {_quoted(said)}" for at, said in enumerate(forms)]
    path.write_text("\n".join([*blocks, ""]), "utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    for code in sys.argv[1:]:
        update(HERE / "srm_docs" / "locale" / code / "templates.po")
