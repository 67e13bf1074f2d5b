"""A false statement, shown by the values at which its sides differ."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic import Derivation, FalseStep, equal
from nnlib.symbolic._refutation import Caught, Refutation


def refutation():
    example = equal(a**2, a).counterexample
    return Refutation("the square", a**2, a, example)


def test_the_values_are_those_of_the_counterexample():
    shown = refutation()
    (value,) = (sp.Rational(text) for text in shown.at.values())
    assert value**2 != value
    assert str(value) in shown.example() and str(value**2) in shown.example()


def test_data_for_the_page():
    data = refutation().data("the text")
    assert (data["what"], data["code"], data["formula"]) == ("the square", "a^{2}", "a")
    assert len(data["at"]) == 1 and data["at"][0].startswith("a = ")
    assert [row["who"] for row in data["gives"]] == ["the line before gives", "this line gives"]
    assert data["text"] == "the text"


def test_a_false_step_carries_its_refutation():
    with pytest.raises(FalseStep) as caught:
        Derivation(sp.Symbol("Q"), a * b + gamma).step(a + b + gamma, "wrong")
    assert caught.value.refutation.left == a * b + gamma
    assert isinstance(caught.value.refutation, Refutation)


def test_a_fault_that_was_noticed_says_so():
    shown = Caught(refutation(), "the square")
    assert "the square" in repr(shown)
