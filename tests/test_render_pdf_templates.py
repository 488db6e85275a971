"""Templates: every string passes the sanitizer, and a mistake is a sentence with file and line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import render_sample
from markupsafe import Markup

from srm_docs.errors import TemplateError
from srm_docs.render import filters, html


def printed(tmp_path: Path, source: str, **context: object) -> str:
    (tmp_path / "t.html").write_text(source, "utf-8")
    return html.render("t.html", users=tmp_path, **context).text


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("fine\n{{ nme }}\n", 2, "'nme' is undefined"),
        ("fine\n\n{{ name.titel }}", 3, "titel"),
        ("{% if %}", 1, "Expected an expression"),
        ("\n{% include 'none.html' %}", 2, "none.html"),
        ("{{ missing_fact }}", 1, "NOT PROVIDED"),
        ("{{ name|safe }}", 1, "No filter named 'safe'"),
        ("\n{{ name.__class__ }}", 2, "unsafe"),
        ("{{ '2026-01-01T00:00:00'|moment }}", 1, "no offset"),
        (
            "{% import 'macros/marks.html' as m %}\n{{ m.status('fine', 'x') }}",
            2,
            "macros/marks.html:16): 'dict object' has no attribute 'fine'",
        ),
        (
            "{% import 'macros/tables.html' as t %}\n\n{% call t.table([('A', 8)]) %}{% endcall %}",
            3,
            "12 mm",
        ),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, source: str, line: int, says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        printed(tmp_path, source, name="x", missing_fact=None)
    where, _, what = caught.value.message.partition(f"{tmp_path}/t.html:{line}")
    assert where == ""
    assert what.startswith((": ", " (in templates/packet/macros/"))
    assert says in caught.value.message
    assert caught.value.exit_code == 6


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(TemplateError, match=r"there is no template soc3\.html"):
        html.render("soc3.html")


def test_strings_are_escaped_and_made_visible_wherever_they_are_printed(tmp_path: Path) -> None:
    page = printed(tmp_path, '<p title="{{ s }}">{{ s }}</p>{{ s|id }}{{ s|value }}{{ s|block }}', s='<b>"\u202e')
    assert "\u202e" not in page
    assert page.count("‹U+202E›") == 5
    assert "<b>" not in page


def test_what_was_replaced_is_reported(tmp_path: Path) -> None:
    (tmp_path / "t.html").write_text("{{ s }}{{ s }}")
    (found,) = html.render("t.html", users=tmp_path, s="a\u202e").replaced
    assert (found.times, found.name) == (2, "U+202E RIGHT-TO-LEFT OVERRIDE")


def test_a_string_that_nobody_cut_is_cut(tmp_path: Path) -> None:
    assert "… 28,000 more characters" in printed(tmp_path, "{{ s }}", s="n" * 30_000)


def test_a_users_template_wins_over_ours(tmp_path: Path) -> None:
    (tmp_path / "layout.html").write_text("mine")
    assert html.render("layout.html", users=tmp_path).text == "mine"


def test_every_macro_is_in_the_sample() -> None:
    folder = Path(__file__).parents[1] / "templates" / "packet" / "macros"
    sample = (render_sample.FOLDER / "sample.html").read_text("utf-8")
    for file in folder.glob("*.html"):
        source = file.read_text("utf-8")
        for name in (part.split("(")[0] for part in source.split("{% macro ")[1:]):
            used = f".{name}(" in sample or f"{name}(" in source.replace(f"macro {name}(", "") or name == "given"
            assert used, f"{file.name}: {name} is not looked at"


def test_words() -> None:
    said = html.environment().filters
    assert said["day"]("2026-03-11") == "11 March 2026"
    assert said["moment"](dt.datetime(2026, 7, 3, 6, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))) == (
        "3 July 2026 04:12 UTC"
    )
    assert said["of"](1, 25, "security group") == "1 of 25 security groups"
    assert said["plural"](1, "policy", "policies") == "1 policy"
    assert said["plural"](1204, "policy", "policies") == "1,204 policies"
    assert said["listed"](["a"]) == "a"
    assert said["listed"](["a", "b", "c"]) == "a, b and c"
    assert filters.hashed("ab" * 32).striptags() == "ab" * 32
    assert filters.hashed("ab" * 32).count("<wbr>") == 7


def test_columns_must_fill_the_measure() -> None:
    assert filters.columns([("A", 50), ("B", None, "n")])[1] == ("B", None, "n")
    for wrong in (
        [("A", 11), ("B", None)],
        [("A", 50), ("B", 50)],
        [("A", None), ("B", None)],
        [("A", 165), ("B", None)],
    ):
        with pytest.raises(ValueError, match="mm"):
            filters.columns(wrong)


def test_a_link_holds_plain_text_only() -> None:
    with pytest.raises(ValueError, match="PDF/UA"):
        html.environment().filters["plain"](Markup("<b>x</b>"))
