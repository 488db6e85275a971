"""The loop over many things is a test: one that fails is told, by name, and the others are tried all the same."""

from __future__ import annotations

import inspect

import pytest

from tests.each import of_each


def test_each_is_tried_and_each_failure_is_told() -> None:
    tried = []

    @of_each([1, 2, 3])
    def test(number: int, limit: int) -> None:
        tried.append(number)
        assert number != limit, f"{number} is the limit"
        if number == 1:
            raise KeyError(number)

    assert list(inspect.signature(test).parameters) == ["limit"], "pytest gives what is left: the fixtures"
    with pytest.raises(AssertionError, match=r"2 of 3\n1: KeyError: 1\n3: 3 is the limit"):
        test(limit=3)
    assert tried == [1, 2, 3]


def test_a_test_of_nothing_is_refused() -> None:
    with pytest.raises(AssertionError, match="nothing"):
        of_each([])
