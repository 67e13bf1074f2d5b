"""From typed text to tokens and their tree."""

from __future__ import annotations

import ast

import pytest

from nnlib.symbolic._tokens import InputSize, ParseError, check_order, scan, syntax_tree

SIZE = InputSize()


def kinds(text):
    return [token.text for token in scan(text, SIZE)]


def tree(text, functions=("log",)):
    return syntax_tree(check_order(scan(text, SIZE), len(text), SIZE, functions))[0]


def test_a_text_falls_into_tokens():
    assert kinds("a+12*b") == ["a", "+", "12", "*", "b"]
    columns = [token.column for token in scan("a  + b", SIZE)]
    assert columns == [1, 4, 6]


def test_the_tree_has_the_operations_in_their_order():
    made = tree("a+b*c")
    assert isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add)
    assert isinstance(made.right, ast.BinOp) and isinstance(made.right.op, ast.Mult)


@pytest.mark.parametrize("wrong", ["a+", "*a", "(a", "a)", "a b )", "", "a + * b", "log("])
def test_what_cannot_be_a_formula_is_refused_with_its_place(wrong):
    with pytest.raises(ParseError) as caught:
        tree(wrong)
    assert 1 <= caught.value.column <= len(wrong) + 1


def test_sizes_are_bounded():
    with pytest.raises(ParseError):
        tree("(" * 40 + "a" + ")" * 40)
    assert tree("(" * 20 + "a" + ")" * 20) is not None
    with pytest.raises(ParseError):
        scan("+".join("a" * 300), InputSize(tokens=100))
