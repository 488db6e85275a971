"""Text: what cannot be drawn is shown, reversibly, and the coverage file tells the truth about the fonts."""

from __future__ import annotations

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from srm_docs.render import assets, text

ANY = st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"]), st.sampled_from("‹›U+20E \n")))


def drawn(name: str) -> set[int]:
    with (assets.packet_templates() / "fonts" / f"{name}.woff2").open("rb") as file:
        return set(TTFont(file).getBestCmap())


def test_the_coverage_file_is_what_the_fonts_hold() -> None:
    sans = drawn("IBMPlexSans-Light") & drawn("IBMPlexSans-Regular") & drawn("IBMPlexSans-SemiBold")
    assert text.coverage("sans") == sans
    assert text.coverage("mono") == sans | drawn("IBMPlexMono-Regular")
    assert ord("─") in text.coverage("mono") - text.coverage("sans")


@given(ANY, st.sampled_from(["sans", "mono"]), st.booleans())
def test_any_string_can_be_restored(raw: str, face: text.Face, strict: bool) -> None:
    assert text.restore(text.visible(raw, face=face, strict=strict)) == raw


@given(ANY, st.sampled_from(["sans", "mono"]))
def test_nothing_undrawable_or_hidden_is_left(raw: str, face: text.Face) -> None:
    shown = text.visible(raw, face=face)
    assert all(char == "\n" or ord(char) in text.coverage(face) for char in shown)
    assert not {unicodedata.category(char) for char in shown if char != "\n"} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
    }


@given(ANY)
def test_what_was_replaced_is_counted(raw: str) -> None:
    kept = sum(len(part) for part in text._GROUP.split(text.visible(raw))[::2])
    assert sum(text.replaced(raw).values()) == len(raw) - kept


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\u202eb", "a‹U+202E›b"),
        ("שלום", "‹U+05E9 05DC 05D5 05DD›"),
        ("x\ud800", "x‹U+D800›"),
        ("😀", "‹U+1F600›"),
        ("‹U+202E›", "‹U+2039›U+202E›"),
        ("‹quoted›", "‹quoted›"),
        ("Ελληνικά Кириллица Tiếng Việt", "Ελληνικά Кириллица Tiếng Việt"),
        ("e\u0301", "e\u0301"),
        ("\u0301e", "‹U+0301›e"),
        ("e\u0301\u0301\u0301", "e\u0301\u0301‹U+0301›"),
        ("a\u2003b", "a‹U+2003›b"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_notation(raw: str, shown: str) -> None:
    assert text.visible(raw) == shown


def test_strict_shows_what_html_swallows() -> None:
    assert text.visible(" a  b\n", strict=True) == "‹U+0020›a ‹U+0020›b‹U+000A›"
    assert text.visible("a b", strict=True) == "a b"


def test_cut_says_how_much_is_missing_and_where_it_is() -> None:
    assert text.cut("n" * 30_000, 500, "evidence EV-ABCD2345") == (
        "n" * 500 + "… 29,500 more characters; whole in evidence EV-ABCD2345"
    )
    assert text.cut("one two three four five", 9) == "one two… 16 more characters"
    assert text.cut("ab", 2) == "ab"


def test_what_a_cut_would_not_save_is_not_cut() -> None:
    assert text.cut("n" * 61, 60) == "n" * 61
    assert text.cut("word " * 100, 400) == "word " * 100
