"""Numbers and choices as answers."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from nnlib.exercises import Choice, Number
from tests.exercises.made import ASKED, named

A, B = sp.symbols("A B", positive=True)


def number(solution, mistakes=(), **options) -> Number:
    return Number(solution, **ASKED, mistakes=named(*mistakes), **options)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (-40, "The sign is flipped."),
        (sp.Rational(1, 40), "This is the reciprocal of the right answer."),
        (4000, "100 times too large: is it in percent?"),
        (0.4, "100 times too small: is it in percent?"),
        (-39, "This is one minus the right answer."),
        (41, "This is one too many."),
        (39, "This is one too few."),
        (80, "Twice the right answer."),
        (20, "Half the right answer."),
        (40.3, "Close, but not close enough: an error of 0.5 % is accepted."),
        (38.01, "Close, but not close enough"),
        (37.9, "Your number is too small."),
        (42.1, "Your number is too large."),
        (-7, "The right answer is positive."),
        (0, "Your number is too small."),
    ],
)
def test_each_slip_of_a_number_has_its_sentence(answer, said):
    feedback = number(40).check(answer)
    assert feedback.status == "wrong" and str(feedback).startswith(f"Not yet. {said}")


def test_a_negative_number_and_zero():
    assert "The right answer is negative." in str(number(-40).check(7))
    assert "too large" in str(number(-40).check(-7)) and "too small" in str(number(-40).check(-99))
    zero = number(0)
    assert zero.check(0).right and zero.check(0.004).right
    assert "one minus" in str(zero.check(1)) and "one too few" in str(zero.check(-1))
    assert str(zero.check(0.5)) == "Not yet. Your number is too large."


def test_the_tolerance_is_relative_and_its_edge_belongs_to_it():
    assert number(1000, tolerance=0.01).check(1010).right
    assert number(1000, tolerance=0.01).check(990).right
    assert not number(1000, tolerance=0.01).check(1011).right
    assert not number(0.001, tolerance=0.01).check(0.005).right
    assert number(2, tolerance=0).check(2.0).right


def test_infinity_is_near_to_nothing():
    seven = number(7, [(sp.oo, "It stays finite.")])
    assert str(seven.check(50)) == "Not yet. Your number is too large."


def test_a_slip_is_as_near_as_a_right_answer_has_to_be():
    rough = number(10, tolerance=0.4)
    assert "Twice" in str(rough.check(27)) and "too large" in str(rough.check(33))
    assert "Half" in str(rough.check(4)) and "too small" in str(rough.check(2))


@pytest.mark.parametrize("tolerance", [-0.1, 1, 1.5])
def test_a_tolerance_is_at_least_zero_and_below_one(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        number(3, tolerance=tolerance)


def test_a_solution_is_one_real_number_and_so_is_a_mistake():
    with pytest.raises(ValueError, match="solution: expected a real number"):
        number(sp.I)
    with pytest.raises(ValueError, match="solution: expected a real number"):
        number(A)
    with pytest.raises(TypeError, match="expected a number"):
        number(3, [("three", "m")])


def test_exact_numbers_are_compared_exactly():
    tenth = number(sp.Rational(1, 10), [(0.2, "twice"), (sp.sqrt(2), "root")], tolerance=0)
    assert tenth.check(0.1).right and tenth.check("1/10").right and tenth.check("0.1").right
    assert "twice" in str(tenth.check("2/10")) and "root" in str(tenth.check("sqrt(2)"))
    assert not tenth.check("0.1000000001").right


@pytest.mark.parametrize("answer", [1j, 2 + 1j, np.complex128(2j), float("inf"), float("-inf")])
def test_complex_and_infinite_numbers_are_not_read(answer):
    feedback = number(2).check(answer)
    assert feedback.status == "unreadable" and "One number is expected: got" in str(feedback)


@pytest.mark.parametrize("answer", [True, np.ones(2), sp.I, sp.oo, A, "A", "2 3"])
def test_other_things_are_not_numbers(answer):
    assert number(2).check(answer).status == "unreadable"


@pytest.mark.parametrize(
    "answer", [2, 2.0, np.int64(2), np.float32(2), sp.Integer(2), 2 + 0j, "4/2"]
)
def test_numbers_of_many_kinds_are_read(answer):
    assert number(2, tolerance=0).check(answer).right


def test_a_unit_may_follow():
    steps = number(6, unit="steps")
    assert steps.check("6 steps").right and steps.check("6steps").right
    assert steps.check("6").right and steps.check(" 6 steps  ").right
    assert steps.check("steps 6").status == "unreadable"
    assert steps.check(...).solution == "$$\n6\\;\\text{steps}\n$$"


@pytest.mark.parametrize(
    ("question", "text", "right"),
    [
        ("How many steps does it take?", "6 steps", True),
        ("How many Steps does it take?", "6steps", True),
        ("How many steps does it take?", "6 step", True),
        ("How many whole steps does it take?", "6 steps", True),
        ("After what share of its steps?", "600 percent", True),
        ("How many steps does it take?", "6 pixels", False),
        ("How many steps does it take?", "12 half steps", False),
        ("How many half steps?", "12 half", False),
        ("It grows at every step. How far behind is it?", "6 steps", False),
        ("How many $\\beta$?", "6 beta", False),
    ],
)
def test_what_the_question_counts_may_follow(question, text, right):
    asked = Number(6, title="A number", question=question, hints=["Count."], mistakes=[])
    assert asked.check(text).right == right
    assert right or asked.check(text).status == "unreadable"


def test_another_word_behind_the_number_is_named():
    said = "One number is expected: type it without the word steps."
    assert said in str(number(2).check("1.9 steps"))


def test_what_is_no_number_is_called_by_its_type():
    said = str(number(2).check([2]))
    assert "got a value of the type list" in said and "complex()" not in said


def test_a_number_is_shown_exactly_and_rounded():
    assert number(sp.Rational(2, 3)).check(...).solution == "$$\n\\frac{2}{3} \\approx 0.6667\n$$"
    assert number(12345).check(...).solution == "$$\n12345\n$$"


def test_every_wrong_option_and_no_other_has_its_message():
    options = {"a": "A", "b": "B", "c": "C"}
    for mistakes in ([("x", "b", "m")], named(("b", "m"), ("c", "n"), ("a", "o")), []):
        with pytest.raises(ValueError, match="one for each wrong option"):
            Choice(options, "a", **ASKED, mistakes=mistakes)
    upper = Choice({"I": "A", "II": "B"}, "II", **ASKED, mistakes=[("m1", "I", "m")])
    assert upper.check("ii").right and upper.check(" (II)").right
    assert str(upper.check("i")) == "Not yet. m" and upper.check("").status == "no answer"


@pytest.mark.parametrize("typed", ["log(1 + 9/e)", "log(e + 9) - 1", "log(1 + 9*exp(-1))", 1.4613])
def test_e_is_a_number(typed):
    assert number(sp.log(1 + 9 / sp.E)).check(typed).status == "right"
