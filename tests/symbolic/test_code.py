"""The code of functions, as it ships."""

from __future__ import annotations

from nnlib.averages import half_life
from nnlib.symbolic._code import code_of


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
