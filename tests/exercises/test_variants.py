"""The same question with other numbers."""

from __future__ import annotations

import pytest
import sympy as sp

from nnlib.exercises import Choice, Number, varied
from nnlib.exercises._variants import Draw
from tests.exercises.made import ASKED


def made(gamma, scale=1):
    return Number(
        sp.Rational(gamma) * scale,
        **ASKED,
        mistakes=[("rest", 1 - sp.Rational(gamma), "The rest.")],
    )


def test_the_book_has_the_first_of_each():
    exercise = varied(gamma=["0.9", "0.8", "0.7"], scale=[1, 2])(made)
    assert exercise.solution == sp.Rational(9, 10) and exercise.varies
    assert exercise.data == {"gamma": "0.9", "scale": 1}


def test_variants_are_drawn_from_the_seed_and_nothing_else():
    exercise = varied(gamma=["0.9", "0.8", "0.7"], scale=[1, 2])(made)
    drawn = [exercise.variant(seed).data for seed in range(30)]
    assert drawn == [exercise.variant(seed).variant(99).variant(seed).data for seed in range(30)]
    assert len({tuple(data.items()) for data in drawn}) == 6
    students = ("ada", "emmy", "grace", "sofia")
    assert len({str(exercise.variant(name).data) for name in students}) > 1
    exercise.name, exercise.chapter = "share", "adam"
    assert (exercise.variant(3).name, exercise.variant(3).chapter) == ("share", "adam")


def test_data_that_make_a_mistake_right_are_drawn_again():
    exercise = varied(gamma=["0.9", "0.5"])(made)  # at one half the rest is the solution
    assert {exercise.variant(seed).data["gamma"] for seed in range(20)} == {"0.9"}
    with pytest.raises(ValueError, match="two values or more"):
        varied(gamma=["0.9"])(made)
    with pytest.raises(ValueError, match="mistakes: rest has the value of the solution"):
        made("0.5")


def test_the_statements_of_a_choice_change_places_with_their_messages():
    exercise = Choice(
        {"a": "A", "b": "B", "c": "C"},
        "a",
        **ASKED,
        mistakes=[("bee", "b", "No bee."), ("sea", "c", "No sea.")],
    )
    orders = set()
    for seed in range(40):
        drawn = exercise.variant(seed)
        orders.add(tuple(drawn.options.values()))
        assert drawn.options[drawn.solution] == "A" and drawn.check(drawn.solution).right
        bee = next(key for key, text in drawn.options.items() if text == "B")
        assert drawn.judge(bee).parts[0].mistake == "bee"
        assert [c["key"] for c in drawn.to_data()["choices"] if c["right"]] == [drawn.solution]
    assert len(orders) == 6
    assert exercise.options == {"a": "A", "b": "B", "c": "C"}


def test_drawing_is_the_same_everywhere():
    draw = Draw(7, "name")
    assert [draw.below(100) for _ in range(5)] == KNOWN
    assert sorted(Draw(1).shuffled("abcd")) == list("abcd")


KNOWN = [85, 42, 14, 78, 18]
