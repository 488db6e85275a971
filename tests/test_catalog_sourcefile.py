"""A file's text in, data with lines or faults out: nothing hostile is built, nothing silently dropped."""

from __future__ import annotations

import time

import pytest

from srm_docs.sourcefile import Fault, near, read_toml, read_yaml

YAML = """\
# a comment
id: data
rows:
  - name: one
    links: {A.5.1: [x, y]}
  - name: >-
      folded
      text
    flag: yes
    number: 12
    nothing:
"""

TOML = '''\
title = "brackets [ and # in text"

[audit]
period = [
  "2026-01-01",
]
text = """
[not.a.table]
"""
"a.b".c = 3

[[accounts]]
id = "1"
[accounts.role]
name = "x"
[[accounts]]

id = "2"
[[accounts.tags]]
z = 1
'''


def test_yaml_is_plain_data_with_the_line_of_every_key_and_item() -> None:
    source, faults = read_yaml(YAML, file="f.yaml")
    assert faults == ()
    assert source is not None
    assert source.data == {
        "id": "data",
        "rows": [
            {"name": "one", "links": {"A.5.1": ["x", "y"]}},
            {"name": "folded text", "flag": True, "number": 12, "nothing": None},
        ],
    }
    for path, line in {
        ("id",): 2,
        ("rows",): 3,
        ("rows", 0): 4,
        ("rows", 0, "links", "A.5.1", 1): 5,
        ("rows", 1, "name"): 6,
        ("rows", 1, "number"): 10,
        ("rows", 1, "not there"): 6,
        ("nor", "this"): 2,
    }.items():
        assert source.line_of(path) == line, path


def test_toml_has_the_line_of_every_table_and_key() -> None:
    source, faults = read_toml(TOML, file="f.toml")
    assert faults == ()
    assert source is not None
    assert source.data["accounts"][1] == {"id": "2", "tags": [{"z": 1}]}
    for path, line in {
        ("title",): 1,
        ("audit",): 3,
        ("audit", "period"): 4,
        ("audit", "period", 0): 4,
        ("audit", "text"): 7,
        ("audit", "a.b", "c"): 10,
        ("accounts", 0): 12,
        ("accounts", 0, "role", "name"): 15,
        ("accounts", 1): 16,
        ("accounts", 1, "id"): 18,
        ("accounts", 1, "tags", 0, "z"): 20,
    }.items():
        assert source.line_of(path) == line, path


def test_every_line_of_a_toml_key_names_that_key() -> None:
    source, _ = read_toml(TOML, file="f.toml")
    assert source is not None
    lines = TOML.splitlines()
    for path, line in source.lines.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in lines[line - 1], path


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (BOMB, 1, "anchors and aliases"),
        ("a: 1\nb: &b [*b]\n", 2, "anchors and aliases"),
        ("a: 1\nb: *nowhere\n", 2, "anchors and aliases"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "tags are not allowed"),
        ("a: 1\nb: !local x\n", 2, "tags are not allowed"),
        ("a: 1\nb:\n\tc: 2\n", 3, "tab"),
        ("a: [1, 2\nb: 3\n", 2, "not YAML"),
        ("a: 'never closed\n", 1, "not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("? [a, b]\n: c\n", 1, "a key must be text"),
        ("1: c\n", 1, "a key must be text"),
        ("a: 1\nb: \x00\n", 2, "U+0000"),
        (b"a: 1\nb: \xff\xfe\n", 2, "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", 1, "not UTF-8"),
        ("", 0, "empty"),
        ("# only a comment\n", 0, "empty"),
        ("[" * 200_000, 1, "levels deep"),
        ("- " * 50_000, 1, "levels deep"),
        ("{a: " * 50_000, 1, "levels deep"),
        (b"a" * (2 << 20), 0, "larger than 1 MiB"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_hostile_or_broken_yaml_is_one_fault_with_its_line_and_quickly(
    text: str | bytes, line: int, words: str
) -> None:
    began = time.perf_counter()
    source, faults = read_yaml(text, file="f.yaml")
    assert time.perf_counter() - began < 2
    assert source is None
    assert [fault.line for fault in faults] == [line]
    assert words in faults[0].message


def test_duplicate_keys_are_all_found_and_the_first_value_stays() -> None:
    source, faults = read_yaml("a: 1\nb: {c: 2, c: [3]}\na: {b: 4}\nd: 5\n", file="f.yaml")
    assert source is not None
    assert source.data == {"a": 1, "b": {"c": 2}, "d": 5}
    assert [str(fault) for fault in faults] == [
        'f.yaml:2: duplicate key "c"; it is already on line 2',
        'f.yaml:3: duplicate key "a"; it is already on line 1',
    ]


def test_dates_and_merge_keys_stay_text_and_odd_numbers_are_named() -> None:
    source, faults = read_yaml("a: 2026-01-31\n<<: {b: c}\nd: 12:30:45\n", file="f.yaml")
    assert source is not None
    assert source.data == {"a": "2026-01-31", "<<": {"b": "c"}, "d": "12:30:45"}
    assert [str(fault) for fault in faults] == ['f.yaml:3: "12:30:45" is read as a number: put it in quotes']


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\na = 2\n", 2),
        ("[x\n", 1),
        ("\n\na = \n", 3),
        (b"a = 1\nb = '\xff'\n", 2),
        ("a = [" + "[" * 9_999, 0),
    ],
)
def test_broken_toml_is_one_fault_with_its_line(text: str | bytes, line: int) -> None:
    source, faults = read_toml(text, file="f.toml")
    assert source is None
    assert [fault.line for fault in faults] == [line]


def test_a_fault_prints_so_that_an_editor_can_follow_it() -> None:
    assert str(Fault(file="controls/x.yaml", line=7, message="wrong")) == "controls/x.yaml:7: wrong"
    assert str(Fault(file="controls", line=0, message="wrong")) == "controls: wrong"


def test_a_near_match_ignores_case_and_stays_silent_when_nothing_is_close() -> None:
    assert near("CC6.44", ["CC7.1", "CC6.4"]) == '; did you mean "CC6.4"?'
    assert near("ORGANIZATION", ["organization", "system"]) == '; did you mean "organization"?'
    assert near("zebra", ["organization", "system"]) == ""
