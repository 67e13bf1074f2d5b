"""Right answers in many forms, wrong ones, and whether what is said of these is true."""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path

import answers
import pytest
import sympy as sp

from nnlib.exercises import RIGHT, UNDECIDED, exercises_of, self_test

BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTERS = sorted(path.stem for path in (BOOK / "exercises").glob("[!_]*.py"))


def exercises(chapter):
    sys.path.insert(0, str(BOOK))
    try:
        return exercises_of(importlib.import_module(f"exercises.{chapter}"))
    finally:
        sys.path.remove(str(BOOK))


NAMED = [
    (chapter, name, seed)
    for chapter in CHAPTERS
    for name, exercise in exercises(chapter).items()
    for seed in ([None, 1, "ada"] if exercise.varies else [None])
]


def variant(chapter, name, seed):
    exercise = exercises(chapter)[name]
    return exercise if seed is None else exercise.variant(seed)


@pytest.mark.parametrize(("chapter", "name", "seed"), NAMED)
def test_right_answers_are_right_in_every_form(chapter, name, seed):
    exercise = variant(chapter, name, seed)
    forms = answers.right_forms(exercise)
    assert len(forms) >= (3 if exercise.kind == "function" else 5)
    for form in forms:
        judgement = exercise.judge(form)
        assert judgement.status == RIGHT, (form, judgement.message)


@pytest.mark.parametrize(("chapter", "name", "seed"), NAMED)
def test_a_variant_is_an_exercise_that_works(chapter, name, seed):
    exercise = variant(chapter, name, seed)
    if seed is None:
        return
    self_test(exercise)
    again = variant(chapter, name, seed)
    assert again.to_data() == exercise.to_data()
    assert (exercise.name, exercise.chapter) == (name, chapter)
    if exercise.kind == "function":
        assert again.inputs(seed) == exercise.inputs(seed) != exercise.inputs("another")


FORMULAS = [one for one in NAMED if exercises(one[0])[one[1]].kind == "formula"]


@pytest.mark.parametrize(("chapter", "name", "seed"), FORMULAS)
def test_wrong_answers_are_never_right_and_what_is_said_of_them_is_true(chapter, name, seed):
    exercise = variant(chapter, name, seed)
    draw = random.Random(f"{name} {seed}")
    for wrong in answers.wrong_formulas(exercise, draw, 3 if seed is None else 1):
        judgement = exercise.judge(wrong)
        assert judgement.status not in (RIGHT, UNDECIDED), wrong
        named = {mistake.id for mistake in exercise.mistakes}
        if judgement.parts[0].mistake not in named:
            assert answers.claim_is_false(judgement.message, wrong, exercise) == "", wrong


NUMBERS = [one for one in NAMED if exercises(one[0])[one[1]].kind == "number"]


@pytest.mark.parametrize(("chapter", "name", "seed"), NUMBERS)
def test_other_numbers_are_never_right(chapter, name, seed):
    exercise = variant(chapter, name, seed)
    draw = random.Random(f"{name} {seed}")
    right = float(exercise.solution)
    for _ in range(40):
        number = right * draw.choice([-1, 1]) * 10 ** draw.uniform(-3, 3) + draw.choice([0, 1, -1])
        judgement = exercise.judge(number)
        near = abs(number - right) <= exercise.tolerance * (abs(right) or 1)
        assert judgement.right == near, number
        said = judgement.message
        if said == "Your number is too large.":
            assert number > right
        elif said == "Your number is too small.":
            assert number < right
        elif said.startswith("Close"):
            assert abs(number - right) <= 0.05 * abs(right)


def test_symbols_and_numbers_vary_where_they_can():
    fixed = {
        name
        for chapter in CHAPTERS
        for name, exercise in exercises(chapter).items()
        if not exercise.varies
    }
    # Questions about letters, whose answer has no number that could be another.
    assert fixed == {
        *"first_to_later epsilon_for_first longer_steps share_of_square shares by_variance".split(),
        *"update_gamma no_projection keeps_size round_trip largest_rate critical_share".split(),
        *"energy_factor same_steps same_noise plain_mean off_diagonal many_right gap".split(),
        *"assignment to_adagrad".split(),
    }


def test_the_second_look_sees_what_is_false():
    exercise = exercises("momentum")["largest_rate"]
    gamma, L = exercise.symbols
    solution = exercise.solution
    for message, answer in (
        ("The sign is flipped.", solution + 1),
        ("The factor L is too much.", solution / L),
        ("Your answer is 2 times the right one.", 3 * solution),
        ("At L = 3, gamma = 1/2 your answer gives 1, the right one 2.", solution),
        ("gamma and L are exchanged.", solution + gamma),
    ):
        assert answers.claim_is_false(message, answer, exercise)
    assert answers.claim_is_false("The factor L is too much.", solution * L, exercise) == ""
    assert answers.differs(solution + sp.Integer(1), exercise)
    assert not answers.differs(sp.expand(solution), exercise)


@pytest.mark.parametrize(
    ("text", "right"),
    [("d*floor(k/2)", True), ("d*ceil((k-1)/2)", True), ("floor(d*k/2)", False), ("d*k/2", False)],
)
def test_only_odd_kernels_are_asked_for(text, right):
    assert exercises("conv_shapes")["keeps_size"].judge(text).right == right
