"""Every check's docstring examples hold, and no condition in a check is without an example that needs it.

Conditions are turned in the functions of the checks only. What they call (policies, networks, openings, schedules) is
shared by many and proved by unit tests of its own: tests/test_checks_*.py.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

import yaml

from srm_docs.checks import discover
from srm_docs.checks.call import Call
from srm_docs.checks.docstring import Example
from srm_docs.checks.examples import AS_OF, row_of, status_of
from srm_docs.checks.kit import Check, Quantifier
from srm_docs.checks.observation import Status
from srm_docs.checks.row import Given
from srm_docs.checks.verdict import observe
from tests.each import of_each

CHECKS = discover.checks()
FROZEN = Path(__file__).parent / "check_ids.txt"
NOTES = {"met", "unmet", "not_applicable", "unknown"}
every_check = of_each(CHECKS)
OPINION = re.compile(
    r"\b(compliant|satisf(?:y|ies|ied)|pass(?:ed|es)?\b(?! (?:through|on\b|every|any|a role|roles)))", re.IGNORECASE
)


def test_ids_are_promises() -> None:
    """A check that vanishes or is renamed breaks packets that name it: the list changes on purpose or not at all."""
    assert [c.id for c in CHECKS] == FROZEN.read_text().split()


@every_check
def test_a_check_says_what_a_reader_needs(check: Check) -> None:
    assert check.doc.title
    assert check.doc.title[0].isupper()
    assert check.doc.remedy.endswith("."), "no Remedy section"
    assert check.none.note.endswith(".")
    assert check.none.subject is None
    assert all(
        p.fault(list(p.default) if isinstance(p.default, tuple) else p.default) is None for p in check.parameters
    )


@every_check
def test_both_sides_have_an_example(check: Check) -> None:
    expected = {e.expected for e in check.doc.examples}
    assert {"met", "unmet"} <= expected


@every_check
def test_examples_of_a_check_on_several_calls_have_a_block_per_call(check: Check) -> None:
    if check.quantifier is not Quantifier.WHOLE:
        assert len(check.calls) == 1
        return
    for example in check.doc.examples:
        assert set(yaml.safe_load(example.yaml)) == {c.id for c in check.calls}


def _leads_to(call: Call, first: Call) -> bool:
    """Whether a row of `call` is a thing that `first` lists: one of its rows, asked for one, or of its kind by name."""
    named = f" {call.noun}".endswith(f" {first.noun}")  # a classic load balancer is a load balancer
    return named or (call.per is not None and _leads_to(call.per, first))


@every_check
def test_what_is_counted_is_what_is_judged(check: Check) -> None:
    """`23 users` is false where groups and roles are judged too: who judges rows of other lists says what they are."""
    if check.quantifier is not Quantifier.WHOLE or check.counts != (check.call.noun, check.call.nouns):
        return
    others = set()
    for example in check.doc.examples:
        data = yaml.safe_load(example.yaml)
        rows = [tuple(row_of(call, fields) for fields in data[call.id] or ()) for call in check.calls]
        of = {id(row): call for call, some in zip(check.calls, rows, strict=True) for row in some}
        judged = [of[id(o.subject)] for o in observe(check, rows, Given(as_of=AS_OF)) if o.subject is not None]
        others |= {call.id for call in judged if not _leads_to(call, check.call)}
    assert not others, f"counts= is missing: also judged are rows of {sorted(others)}"


def test_what_is_counted_is_named_in_both_numbers() -> None:
    by_id = {check.id: check.counts for check in CHECKS}
    assert by_id["broad_policies_of_aws_are_not_held"] == ("user, group or role", "users, groups and roles")
    assert by_id["databases_stand_in_two_zones"][1] == "database instances and clusters"
    assert by_id["caches_are_encrypted"][1] == "caches"
    assert by_id["use_of_the_root_user_raises_an_alarm"][1] == "alarms"


@every_check
def test_off_is_an_example_only_where_it_is_an_answer(check: Check) -> None:
    """Collecting makes a row of "off" for calls that declare such codes and do not list; no other call has one."""
    for example in check.doc.examples:
        data = yaml.safe_load(example.yaml)
        rows = data if check.quantifier is Quantifier.WHOLE else {check.call.id: [data]}
        for call in check.calls:
            if any(row == "absent" or "_absent" in row for row in rows[call.id] or ()):
                assert call.absent
                assert not call.rows


@of_each((check, example) for check in CHECKS for example in check.doc.examples)
def test_an_example_is_judged_as_it_says(check: Check, example: Example) -> None:
    assert judged(check, example) == example.expected


@every_check
def test_a_reply_without_fields_is_never_met(check: Check) -> None:
    """What AWS did not say must not count in anybody's favour, unless a check has an example that says so."""
    if check.quantifier is Quantifier.WHOLE:
        return
    allowed = {
        Status.UNKNOWN,
        *(Status(e.expected) for e in check.doc.examples if yaml.safe_load(e.yaml) in ({}, None)),
    }
    leaning = {Status.UNMET, Status.NOT_APPLICABLE}
    assert status_of(check, Example(expected="", yaml="{}")) in allowed | leaning


@every_check
def test_each_condition_matters(check: Check) -> None:
    """Turn each condition round: at least one example must then fail, else the condition is untested."""
    tree = _function(check)
    survivors = []
    for index, _ in enumerate(_conditions(tree)):
        mutant, line = _mutant(check, index)
        if all(judged(mutant, e) == e.expected for e in check.doc.examples):
            survivors.append(line)
    assert not survivors, f"no example of {check.id} needs: {survivors}"


def test_the_mutation_is_one() -> None:
    """The test of tests: a turned condition is found where an example needs it, and reported where none does."""
    check = next(c for c in CHECKS if c.id == "volumes_are_encrypted")
    mutant, line = _mutant(check, 0)
    assert line == "volume['Encrypted']"
    assert [judged(mutant, e) for e in check.doc.examples] != [e.expected for e in check.doc.examples]


def judged(check: Check, example: Example) -> str:
    """The status as a word; an exception is one too, so that a broken mutant counts as found."""
    try:
        return str(status_of(check, example))
    except Exception as error:  # noqa: BLE001 - whatever a mutant does
        return f"{type(error).__name__}: {error}"


def _function(check: Check) -> ast.Module:
    tree = ast.parse(textwrap.dedent(inspect.getsource(check.judge)))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    return tree


def _conditions(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where a condition stands: (node, field, index in the field if it is a list). What only words a note is none."""
    for node in _walk_without_notes(tree):
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            yield node, "test", None
        elif isinstance(node, ast.comprehension):
            yield from ((node, "ifs", n) for n in range(len(node.ifs)))
        elif isinstance(node, ast.BoolOp):
            yield from ((node, "values", n) for n in range(len(node.values)))
        elif _asks_any_or_all(node):
            yield node.args[0], "elt", None


def _asks_any_or_all(node: ast.AST) -> TypeGuard[ast.Call]:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"any", "all"}
    return named and bool(node.args) and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp))


def _walk_without_notes(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NOTES:
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk_without_notes(child)


def _mutant(check: Check, index: int) -> tuple[Check, str]:
    tree = _function(check)
    node, field, at = list(_conditions(tree))[index]
    held = getattr(node, field)
    original = held if at is None else held[at]
    turned = ast.UnaryOp(op=ast.Not(), operand=original)
    if at is None:
        setattr(node, field, turned)
    else:
        held[at] = turned
    ast.fix_missing_locations(tree)
    space = dict(check.judge.__globals__)
    exec(compile(tree, f"<mutant of {check.id}>", "exec"), space)
    return replace(check, judge=space[check.judge.__name__]), ast.unparse(original)


@every_check
def test_no_text_of_a_check_has_a_word_of_an_opinion(check: Check) -> None:
    """Title, reason and remedy are printed in the packet, where "pass" or "compliant" would read as a verdict."""
    for text in (check.doc.title, check.doc.reason, check.doc.remedy):
        assert not OPINION.search(text), text
