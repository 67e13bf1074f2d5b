"""Functions as answers: slips, counterexamples, and functions that go wrong."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pytest

from nnlib.exercises import Function
from nnlib.exercises._function import _is_starter
from nnlib.symbolic._arrays import symarray
from tests.exercises.made import ASKED, named


def values(rng):
    return (rng.integers(1, 9, size=int(rng.integers(3, 6))).astype(float),)


def function(solution, mistakes=(), draw=values, **options) -> Function:
    return Function(solution, draw, **ASKED, mistakes=named(*mistakes), **options)


def tripled(v):
    return 3.0 * v


@pytest.mark.parametrize(
    ("factor", "said"),
    [(2, "2"), (0.5, "1/2"), (3, "3"), (1 / 3, "1/3"), (4, "4"), (0.25, "1/4"), (10, "10"),
     (0.1, "1/10"), (-2, "-2")],
)  # fmt: skip
def test_a_factor_is_named(factor, said):
    exercise = function(tripled)
    feedback = exercise.check(lambda v: factor * 3.0 * v)
    assert str(feedback) == f"Not yet. The result is {said} times the right one."
    assert "times" not in str(exercise.check(lambda v: (1 + factor / 7) * 3.0 * v))


def test_a_mistake_is_named_only_if_it_agrees_everywhere():
    def first_is_small(v):
        return tripled(v) if v[0] > 4 else v + 1

    def small(v):
        return v + 1

    exercise = function(tripled, [(small, "plus one")])
    assert "plus one" in str(exercise.check(small))
    assert "plus one" not in str(exercise.check(first_is_small))


def test_a_mistake_that_cannot_be_run_is_passed_over():
    def failing(v):
        return v[100]

    assert "The sign is flipped." in str(
        function(tripled, [(failing, "m")]).check(lambda v: -3 * v)
    )


def test_the_smallest_counterexample_is_shown():
    lengths = iter([4, 5, 3, 5, 4, 5, 4, 4])
    exercise = function(tripled, draw=lambda rng: (rng.random(next(lengths, 3)),))
    said = str(exercise.check(lambda v: v**2 + np.arange(len(v))))
    assert said[said.index("[") : said.index("]")].count(",") == 2


def test_only_trials_that_fail_are_shown():
    said = str(function(tripled).check(lambda v: tripled(v) if len(v) < 5 else v + 7))
    assert said[said.index("[") : said.index("]")].count(",") == 4


def test_the_function_gets_copies():
    def greedy(v):
        v = np.asarray(v)
        return tripled(v)

    assert function(tripled).check(greedy).right

    def spoiling(v):  # a listed mistake or a solution may change what it gets
        v *= 3.0
        return v

    assert function(spoiling, [(lambda v: -spoiling(v), "negative")]).check(tripled).right
    assert "negative" in str(
        function(spoiling, [(lambda v: -spoiling(v), "negative")]).check(lambda v: -3 * v)
    )


def test_nan_in_an_argument_is_not_a_change():
    exercise = function(tripled, draw=lambda rng: (np.array([np.nan, rng.random()]),))
    assert exercise.check(lambda v: 3 * v).right


def test_the_shape_is_compared_before_the_numbers():
    assert "shape (" in str(function(tripled).check(lambda v: v[:1]))
    assert "the shape (); yours has (1,)" in str(function(lambda v: v.sum()).check(lambda v: v[:1]))


def test_results_are_compared_one_by_one():
    both = function(lambda v: (v, v.sum()))
    assert both.check(lambda v: (v, v.sum())).right
    assert "2 results" in str(both.check(lambda v: (v, v, v)))
    assert "2 results" in str(both.check(lambda v: (v,)))
    assert "is the return missing" in str(both.check(lambda v: (v, None)))
    assert "it should give" in str(both.check(lambda v: (v, 1 + v.sum())))
    assert "it should give" in str(both.check(lambda v: (1 + v, v.sum())))
    # The slips of a single result are not looked for in several.
    assert "sign" not in str(both.check(lambda v: (-v, -v.sum())))


def test_several_numbers_may_come_in_an_array():
    sides = function(lambda v: (float(v[0]), float(v[-1])))
    assert sides.check(lambda v: np.array([v[0], v[-1]])).right
    assert not sides.check(lambda v: np.array([v[-1] + 1, v[0]])).right
    assert "2 results" in str(sides.check(lambda v: np.array([v[0]])))


@pytest.mark.parametrize("result", [True, 1, np.float32(1), 1 + 0j, np.uint8(1)])
def test_numbers_of_every_kind_may_be_given_back(result):
    assert function(lambda v: 1.0).check(lambda v: result).right


def test_tolerances_are_those_of_the_exercise():
    assert function(tripled, rtol=0.1).check(lambda v: 3.2 * v).right
    assert not function(tripled, rtol=0.01).check(lambda v: 3.2 * v).right
    assert function(tripled, atol=30.0).check(lambda v: 4 * v).right


def test_slips_in_a_series_need_more_than_two_entries():
    short = function(tripled, draw=lambda rng: (rng.random(2) + 1,))
    assert "reverse" not in str(short.check(lambda v: 3 * v[::-1]))
    three = function(tripled, draw=lambda rng: (rng.random(3) + 1,))
    assert "reverse order" in str(three.check(lambda v: 3 * v[::-1]))


def test_a_slip_must_be_seen_more_than_once():
    lengths = iter([3, 2, 2, 2, 2, 2, 2, 2])
    mixed = function(tripled, draw=lambda rng: (rng.random(next(lengths)) + 1,))
    assert "reverse" not in str(mixed.check(lambda v: 3 * v[::-1]))


def test_a_scalar_has_no_series():
    assert "it should give `3`".replace("`", "") in str(
        function(lambda v: 3, draw=lambda rng: (int(rng.integers(1, 9)),)).check(lambda v: 17)
    )


def test_the_call_is_named_when_it_fails():
    said = str(function(tripled).check(lambda v: 1 / 0))
    assert said.startswith("Not yet. For v = [")
    assert said.endswith("your function raises ZeroDivisionError: division by zero.")
    assert "raises KeyError: 'a'." in str(function(tripled).check(lambda v: {}["a"]))


def test_warnings_are_kept_from_the_reader(recwarn):
    exercise = function(tripled)
    assert exercise.check(lambda v: 3 * v + 0 * np.nan_to_num(np.log(v - 99))).right
    assert not recwarn.list


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda v: v + v + v, "Right."),
        (
            lambda v: 3 * v if v.dtype == float else (3 * v)[:2],
            "Right. On symbols its result has another shape, so that it was not proved.",
        ),
        (
            lambda v: 3 * v if v.dtype == float else 2 * v,
            "Right. On symbols it takes another way, so that it was not proved.",
        ),
        (lambda v: 3 * v if v.dtype == float else v[7], "Right. On symbols it does not run"),
        (lambda v: [3 * math.sqrt(one**2) for one in v], "Right. On symbols it does not run"),
        (lambda v: [3 * one for one in v], "Right."),
    ],
)
def test_what_is_right_on_numbers_is_right_and_says_what_symbols_add(answer, said):
    exercise = function(tripled, symbols=lambda: (symarray("v", 3),))
    assert exercise.check(answer).right and str(exercise.check(answer)).startswith(said)
    assert str(exercise.check(lambda v: v + v + v)) == "Right."
    pair = function(lambda v: (v, 2 * v), symbols=lambda: (symarray("v", 2),))
    assert str(pair.check(lambda v: [v, v + v])) == "Right."


def test_an_endless_loop_in_the_main_thread_leaves_no_thread_behind():
    before = threading.active_count()
    exercise = function(tripled, time_limit=0.2)

    def sleeping(v):
        time.sleep(5)

    assert "takes longer than 0.2 s; does a loop never end?" in str(exercise.check(sleeping))
    assert threading.active_count() == before


def test_errors_come_through_from_another_thread():
    said = []
    worker = threading.Thread(
        target=lambda: said.extend(
            str(function(tripled).check(f)) for f in (tripled, lambda v: v[9], lambda v: 6 * v)
        )
    )
    worker.start()
    worker.join(20)
    assert said[0] == "Right." and "raises IndexError" in said[1] and "2 times" in said[2]


def test_an_untouched_body_is_told_from_a_short_one():
    def dots(v): ...

    def passing(v):
        pass

    def described(v):
        """What it does."""

    def zero(v):
        return 0

    assert [_is_starter(f) for f in (dots, passing, described)] == [True] * 3
    assert [_is_starter(f) for f in (zero, tripled, np.add, 3, None)] == [False] * 5


def test_a_function_without_a_signature_is_tried():
    assert function(lambda v: np.sqrt(v)).check(np.sqrt).right


def test_wrong_results_in_a_list_are_shown_one_by_one():
    both = function(lambda v: (v, v.sum()))
    assert both.check(lambda v: [v, v.sum()]).right
    listed = str(both.check(lambda v: [v, 2.5 + v.sum()]))
    assert "it should give" in listed
    assert listed == str(both.check(lambda v: (v, 2.5 + v.sum())))


def test_results_are_shown_with_four_digits():
    third = function(lambda v: v.sum() / 3, draw=lambda rng: (np.array([1.0, 1.0]),))
    assert "it should give 0.6667; yours gives 5." in str(third.check(lambda v: 5))
