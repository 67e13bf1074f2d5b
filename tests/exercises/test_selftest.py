"""What an exercise must satisfy, and what is said where it does not."""

from __future__ import annotations

from types import ModuleType

import pytest

from nnlib.exercises import Number
from nnlib.exercises._selftest import exercises_of, self_test
from tests.exercises.made import ASKED, named


def number(*mistakes):
    return Number(40, **ASKED, mistakes=named(*mistakes))


def test_exercises_are_found_by_name_and_know_it():
    module = ModuleType("book.exercises.made")
    one, two = number((3, "Three.")), number((4, "Four."))
    vars(module).update(one=one, two=two, other=3)
    assert exercises_of(module) == {"one": one, "two": two}
    assert (one.name, one.chapter) == ("one", "made")


def test_a_sound_exercise_passes():
    self_test(number((1600, "You squared it.")))


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [([], "no mistake is listed"), ([(40, "You are right.")], "has the value of the solution")],
)
def test_what_is_unsound_is_said(mistakes, said):
    with pytest.raises((AssertionError, ValueError), match=said):
        self_test(number(*mistakes))
