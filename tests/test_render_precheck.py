"""What a template's text alone shows to be wrong is said before anything is collected, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_docs.errors import TemplateError
from srm_docs.render import documents, precheck, sheets


def written(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return path


def test_ours_are_right() -> None:
    precheck.check()


WRONG = (
    ("fine\n{% if %}", 2, "Expected an expression"),
    ("{% for x in [] %}\n", 1, "Unexpected end of template"),
    ("\n\n{{ packet.meta|safe }}", 3, "No filter named 'safe'"),
    ("{% if packet.meta is mett %}{% endif %}", 1, "No test named 'mett'"),
    ("\n{% if packet.meta %}{{ packet.meta|lstied }}{% endif %}", 2, "No filter named 'lstied'"),
    ("\n{{ pakcet.meta }}", 2, "'pakcet' is undefined; did you mean \"packet\"?"),
    ("{% macro a(b) %}{{ b }}{% endmacro %}\n{{ aa(1) }}", 2, "'aa' is undefined"),
    ("\n{% import 'macros/mark.html' as m %}", 2, 'no template macros/mark.html; did you mean "macros/marks.html"?'),
    ("{% extends 'layuot.html' %}", 1, 'there is no template layuot.html; did you mean "layout.html"?'),
    ("{% from 'parts/none.html' import x %}", 1, "there is no template parts/none.html"),
    ("{% include 'none.html' %}", 1, "there is no template none.html"),
    ("\n{{ packet.metta.system }}", 2, "'packet' has no 'metta'; did you mean \"meta\"?"),
    ("{{ view.gruops }}", 1, "'view' has no 'gruops'"),
    ("{{ document.titel }}", 1, "'document' has no 'titel'; did you mean \"title\"?"),
)
RIGHT = (
    "{{ packet.meta.organization }}{{ view }}{{ plan }}{{ document.title }}",
    "{% set a = 1 %}{% for b in [a] %}{{ loop.index }}{{ b }}{% endfor %}",
    "{% macro m(x) %}{{ x }}{{ caller() }}{{ varargs }}{% endmacro %}{% call m(1) %}{% endcall %}",
    "{% from 'macros/marks.html' import status as s, key %}{{ s }}{{ key }}",
    "{% if maybe is defined %}{{ maybe }}{% endif %}{{ perhaps|default('x') }}",
    "{% macro m(packet) %}{{ packet.anything }}{% endmacro %}",
    "{% include 'none.html' ignore missing %}",
    "{% for a, b in [] %}{{ a }}{{ b }}{% endfor %}{% with c = 1 %}{{ c }}{% endwith %}{{ range(3) }}",
    "{% set piece %}x{% endset %}{{ piece }}{% set ns = namespace(n=0) %}{% set ns.n = 1 %}",
    "{% set colour = 1 %}{% include 'piece.html' %}",
)


def test_every_mistake_is_named_at_its_line_and_all_at_once(tmp_path: Path) -> None:
    paths = [written(tmp_path, f"parts/{n:02d}.html", source) for n, (source, _, _) in enumerate(WRONG)]
    with pytest.raises(TemplateError) as caught:
        precheck.check(tmp_path)
    said = caught.value.message.splitlines()
    assert len(said) == len(WRONG)
    for text, path, (_, line, words) in zip(said, paths, WRONG, strict=True):
        assert text.startswith(f"{path}:{line}: "), text
        assert words in text
    assert caught.value.exit_code == 6


def test_what_may_be_right_is_let_through(tmp_path: Path) -> None:
    for n, source in enumerate(RIGHT):
        written(tmp_path, f"{n}.html", source)
    written(tmp_path, "piece.html", "{{ colour }}")
    precheck.check(tmp_path)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match=r"^mine\.html: .*utf-8"):
        precheck.check(tmp_path)


def test_the_description_of_the_workbooks_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sheets, "read", lambda name, _users: asked.append(name))
    precheck.check()
    assert asked == ["workbook", "responsibility-matrix", *sheets.LAYOUTS]


def test_the_names_are_those_that_documents_give() -> None:
    from tests import packet_sample

    given = documents.context(packet_sample.packet(), "soc2-packet")
    assert set(given) == set(precheck.CONTEXT)
    assert all(kind is None or type(given[name]) is kind for name, kind in precheck.CONTEXT.items())
