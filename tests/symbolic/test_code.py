"""The code of functions, as it ships."""

from __future__ import annotations

import pytest

from nnlib.averages import half_life
from nnlib.symbolic._code import code_of, statements_of


def documented(x):
    """Twice x."""
    return 2 * x  # a comment that stays


def bare(x):
    return x


def test_the_docstring_is_left_out_unless_asked_for():
    assert code_of(documented) == "def documented(x):\n    return 2 * x  # a comment that stays"
    assert '"""Twice x."""' in code_of(documented, doc=True)
    assert code_of(bare) == code_of(bare, doc=True) == "def bare(x):\n    return x"


def test_code_of_the_library():
    assert code_of(half_life).startswith("def half_life(") and "\n\n\n" not in code_of(half_life)


def staged(x):
    """A line for a node."""
    a = 2 * x
    if x > 0:
        a_sum = sum(
            a,
        )
        a = a_sum
    return a


def test_statements_are_found_by_how_they_begin():
    assert statements_of(staged, "a_sum =") == "a_sum = sum(\n    a,\n)"
    assert statements_of(staged, "return", "a =") == "a = 2 * x\na = a_sum\nreturn a"
    with pytest.raises(ValueError, match="no statement of staged begins with 'b ='"):
        statements_of(staged, "a =", "b =")
