"""The parts of an exercise one by one: what is drawn, compared, said and shown."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from itertools import islice

import mpmath
import numpy as np
import pytest
import sympy as sp

from nnlib.exercises import Choice, Feedback, Formula, Function, Number, Proof, self_test
from nnlib.exercises._base import Engine, first_match
from nnlib.exercises._derived import own_symbols, with_own_symbols
from nnlib.exercises._diagnosis import compare_on_grid, counterexample, diagnose
from nnlib.exercises._feedback import as_markdown, sentence
from nnlib.exercises._function import _is_starter
from nnlib.exercises._points import SmallPoint, agree, describe, free_symbols, points_for, show
from nnlib.exercises._proof import _same_form
from nnlib.symbolic import Definition
from nnlib.symbolic._arrays import sym, symarray
from nnlib.symbolic._derivation import PROVED, Derivation

A, B = sp.symbols("A B", positive=True)
K, N = sp.symbols("K N", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, y = sp.IndexedBase("x", real=True), sp.IndexedBase("y", real=True)


def engine(given=(), where=(), effort=1.0) -> Engine:
    return Engine(given, where, effort)


def first_points(count, *exprs, given=()):
    return list(islice(points_for(given, (), *exprs), count))


def seen(point, *symbols):
    return tuple(point.evaluate(s) for s in symbols)


# --- points ---------------------------------------------------------------------------------------


def test_sizes_and_fractions_are_numbered_each_by_themselves():
    points = first_points(5, A + K + B + N)
    assert [seen(p, A) for p in points] == [(Fraction(v),) for v in ("1/2", "1/3", "2", "3/4", "3")]
    assert [seen(p, K)[0] for p in points] == [3, 2, 4, 1, 5]
    assert seen(points[0], A, B, K, N) == (Fraction(1, 2), Fraction(1, 3), 3, 2)
    assert seen(points[1], B, N) == (Fraction(3, 4), 1)


def test_a_symbol_that_was_not_announced_comes_after_the_others():
    point = SmallPoint(0, (), [A])
    assert seen(point, B, A) == (Fraction(1, 3), Fraction(1, 2))


def test_entries_are_small_and_differ():
    first, second = first_points(2, x[0] + x[1] + x[2])
    assert seen(first, x[0], x[1], x[2]) == (2, 1, 3)
    assert seen(second, x[0], x[1], x[2]) == (1, 3, 7)
    W = sp.IndexedBase("W", real=True)
    assert seen(first_points(1, W[0, 0])[0], W[0, 0], W[1, 0], W[0, 1], W[2, 0]) == (2, 1, 7, 3)


@pytest.mark.parametrize(
    ("assumption", "expected"), [("negative", -1), ("nonpositive", -1), ("nonnegative", 1)]
)
def test_a_point_has_the_sign_of_its_symbol(assumption, expected):
    s = sp.Symbol("s", **{assumption: True})
    assert np.sign(float(seen(first_points(1, s)[0], s)[0])) == expected


def test_points_are_those_at_which_what_is_given_holds():
    assert [seen(p, A)[0] for p in first_points(2, A, given=[A < 1, sp.Rational(1, 3) < A])] == [
        Fraction(1, 2),
        Fraction(3, 4),
    ]
    assert [seen(p, A)[0] for p in first_points(1, A, given=A > 2)] == [3]
    # A point at which an expression has no value is left out.
    assert Fraction(1, 2) not in [seen(p, A)[0] for p in first_points(6, 1 / (2 * A - 1))]
    assert first_points(3, A + K, given=K > 9) == []


def test_what_is_given_and_has_no_value_leaves_a_point_out():
    points = first_points(3, A, given=[1 / (A - sp.Rational(1, 2)) > 0])
    assert all(seen(p, A)[0] > Fraction(1, 2) for p in points) and points


def test_a_point_is_described_by_what_was_looked_up():
    point = SmallPoint(0, (), [A, K])
    assert describe(point) == "Here"
    point.evaluate(x[0] + K * A + x[1])
    assert describe(point) == "At A = 1/2, K = 3, x[0] = 2, x[1] = 1"
    point.evaluate(y[1] + y[0])
    point.evaluate(y[0] * x[2])
    assert describe(point).endswith("x[0] = 2, x[1] = 1, x[2] = 3, y[0] = 2, y[1] = 1")
    turned = SmallPoint(0, (), [])
    turned.evaluate(x[2])
    turned.evaluate(x[0])
    assert describe(turned) == "At x[0] = 2, x[2] = 3"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (Fraction(7, 8), "7/8"),
        (Fraction(99991, 100003), "99991/100003"),
        (Fraction(100001, 100003), "0.99998"),
        (Fraction(-1, 3), "-1/3"),
        (mpmath.mpf(2) / 3, "0.666667"),
    ],
)
def test_values_are_shown_short(value, text):
    assert show(value) == text


def test_names_of_families_are_not_symbols():
    expr = sp.Sum(x[k] * A, (k, 0, K - 1))
    assert free_symbols(expr) == [A, K] and free_symbols(expr, integer=True) == [K]
    assert [str(s) for s in free_symbols(B + A + N)] == ["A", "B", "N"]


def test_formulas_without_a_value_do_not_agree():
    points = first_points(2, A)
    assert agree(points, A, A)
    assert not agree(points, 1 / (A - A.subs(A, sp.Rational(1, 2))), A)
    assert not agree(points, A, 2 * A)
    assert agree([], A, B)


# --- the engine of an exercise --------------------------------------------------------------------


def test_the_engine_uses_what_is_given_and_what_stands_for_what():
    assert engine([A < 1]).verdict(sp.Abs(A - 1), 1 - A).status == PROVED
    assert engine().verdict(sp.Abs(A - 1), 1 - A).status != PROVED
    assert engine(where=[Definition(B, A**2)]).same(B, A**2)
    assert not engine().same(B, A**2)


def test_formulas_that_agree_at_the_first_points_only_are_not_the_same():
    near = A + (A - sp.Rational(1, 2)) * (A - sp.Rational(1, 3)) * (A - 2) * (A - sp.Rational(3, 4))
    assert agree(first_points(4, A), A, near)
    assert not engine().same(near, A)


def test_a_comparison_gets_its_share_of_the_work(monkeypatch):
    asked = []

    def equal(a, b, **options):
        asked.append(options["effort"])
        raise TypeError

    monkeypatch.setattr("nnlib.exercises._base.equal", equal)
    assert not engine(effort=8.0).same(A, A)
    with pytest.raises(TypeError):
        engine(effort=8.0).verdict(A, A)
    assert asked == [4.0, 8.0]


def test_the_first_mistake_that_matches_is_named():
    mistakes = [(1, "one"), (2, "two"), (2, "again")]
    assert first_match(mistakes, lambda wrong: wrong == 2) == "two"
    assert first_match(mistakes, lambda wrong: False) is None


# --- formulas -------------------------------------------------------------------------------------


def said_of(answer, solution, **options):
    return diagnose(sp.sympify(answer), sp.sympify(solution), engine(**options))


@pytest.mark.parametrize(
    ("answer", "solution", "said"),
    [
        (-A - 2, A + 2, "The sign is flipped."),
        (1 / (A + 2), A + 2, "This is the reciprocal of the right answer."),
        (-1 / (A + 2), A + 2, "This is the reciprocal of the right answer, with the sign flipped."),
        (-1 - A, A + 2, "This is one minus the right answer."),
        (5 * A + 10, A + 2, "Your answer is 5 times the right one."),
        (-2 * A - 4, A + 2, "Your answer is -2 times the right one."),
        (A + 7, A + 2, "Your answer is 5 more than the right one, whatever the values."),
        (A - 1, A + 2, "Your answer is 3 less than the right one, whatever the values."),
        ((A + 2) ** 2, A + 2, "This is the square of the right answer."),
        (sp.sqrt(A + 2), A + 2, "This is the square root of the right answer."),
        (A ** (N - 1) + 2, A**N + 2, "N is off by one: this is the right answer with N - 1 for N."),
        (A ** (N + 1) + 2, A**N + 2, "N is off by one: this is the right answer with N + 1 for N."),
        (sp.Sum(x[k - 1] ** 2, (k, 0, 3)), sp.Sum(x[k] ** 2, (k, 0, 3)), "The index of x is off"),
        (A**2 * (B + 2), A * (B + 2), "The factor A is too much."),
        (B + 2, A**2 * (B + 2), "The factor A**2 is missing."),
        ((B + 2) * (1 - A), B + 2, "The factor 1 - A is too much."),
        ((B + 2) * (1 + A), B + 2, "The factor A + 1 is too much."),
        ((B + 2) / (A + 1), B + 2, "The factor A + 1 is missing."),
        ((B + 2) * (A - 1), B + 2, "The factor A - 1 is too much."),
        ((B + 2) * sp.sqrt(A), B + 2, "The factor sqrt(A) is too much."),
        (B / (A + 3), A / (B + 3), "A and B are exchanged."),
        (K + 2 * N + A, N + 2 * K + A, "K and N are exchanged."),
    ],
)
def test_each_slip_has_its_sentence(answer, solution, said):
    assert said_of(answer, solution).startswith(said)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((k, 1, 5), "The product over k starts one term too early."),
        ((k, 3, 5), "The product over k starts one term too late."),
        ((k, 2, 4), "The product over k ends one term too early."),
        ((k, 2, 6), "The product over k ends one term too late."),
    ],
)
def test_a_wrong_range_of_a_product_is_named(limits, said):
    assert said_of(sp.Product(k + A, limits), sp.Product(k + A, (k, 2, 5))) == said


def test_the_last_index_of_a_family_is_the_one_looked_at():
    W = sp.IndexedBase("W", real=True)
    right = sp.Sum(W[k, k + 1], (k, 0, 3))
    assert said_of(sp.Sum(W[k, k + 2], (k, 0, 3)), right) == "The index of W is off by one."
    both = sp.Sum(x[k] * y[k + 1], (k, 0, 3))
    assert said_of(sp.Sum(x[k] * y[k], (k, 0, 3)), both) == "The index of y is off by one."


def test_a_size_and_a_value_are_not_exchanged():
    assert said_of(K + 2 * A + A**2, A + 2 * K + K**2) is None


def test_right_for_one_only():
    assert said_of(A + B, A + B ** (2 * N - 1)) == "This is right for N = 1 only."
    assert said_of(A + B**3, A + B ** (2 * N - 1)) is None
    assert said_of(A + sp.exp(A), A + B) is None


def test_a_factor_that_is_irrational_or_not_the_same_everywhere_is_not_named():
    assert said_of((A + 2) * sp.sqrt(2), A + 2) is None
    assert said_of((A + 2) * sp.exp(A), A + 2) is None
    assert said_of(A + 2 + sp.exp(A), A + 2) is None
    assert said_of(A + 2 + sp.sqrt(2), A + 2) is None
    assert said_of((A + 2) * sp.I, A + 2) is None and said_of(A + 2 + sp.I, A + 2) is None
    assert said_of(sp.exp(A) / 7, sp.exp(A)) == "Your answer is 1/7 times the right one."


def test_a_right_answer_of_zero_somewhere_does_not_stop_the_search():
    zero = A - sp.Rational(1, 2)  # 0 at the first point
    assert (
        said_of(zero + 2, zero) == "Your answer is 2 more than the right one, whatever the values."
    )
    assert said_of(zero * A, zero) == "The factor A is too much."
    assert said_of(1 / zero, zero) == "This is the reciprocal of the right answer."


def test_a_counterexample_shows_both_values():
    assert counterexample(A**2, A, engine()) == (
        "At A = 1/2 your answer gives 1/4, the right one 1/2."
    )
    words = "first {}, then {}"
    assert counterexample(K, 2 * K, engine(), words) == "At K = 3 first 3, then 6."
    assert counterexample(A, A, engine()) is None
    # The first point at which they differ, not the first point.
    assert counterexample(sp.Max(A, 1), sp.S.One, engine()) == (
        "At A = 2 your answer gives 2, the right one 1."
    )


def test_the_grid_is_searched_in_order():
    grid = {K: [1, 2], N: [1, 2, 3]}
    assert compare_on_grid(K + N, N + K, engine(), grid) is None
    assert compare_on_grid(K * N, K + N - 1, engine(), grid) == (
        "At K = 2, N = 2 your answer gives 4, the right one 3."
    )
    assert compare_on_grid(1 / (N - 2), K * 0 + 1, engine(), grid) == (
        "At K = 1, N = 1 your answer gives -1, the right one 1."
    )
    assert compare_on_grid(1 / (N - 2), 1 / (N - 4), engine(), {N: [2]}) == (
        "At N = 2 your answer has no value, the right one is -1/2."
    )


def simple(solution=A + 1, symbols=(A,), mistakes=(("A", "m"),), **options) -> Formula:
    return Formula(solution, symbols, hint="h", mistakes=mistakes, **options)


def test_a_stranger_is_named_first_in_alphabetical_order():
    u, z = sp.symbols("u z")
    assert "The question has no u;" in str(simple().check(z + u + A))
    nothing = (z + u) ** 2 - z**2 - u**2 - 2 * z * u
    assert "but u is not a symbol of the question" in str(simple().check(A + 1 + nothing))


def test_a_family_of_the_question_is_no_stranger():
    total = sp.Sum(x[k], (k, 0, K - 1))
    exercise = simple(total, [x, K], [("K", "m")])
    assert exercise.check(sp.Sum(x[j], (j, 0, K - 1))).correct
    assert "The question has no y" in str(exercise.check(sp.Sum(y[j], (j, 0, K - 1))))


def test_the_grid_is_for_formulas_in_its_own_symbols():
    z = sp.Symbol("z")
    exercise = simple(sp.floor(K / 2), [K], [("K", "all of it")], grid={K: range(1, 6)})
    assert exercise.check("floor(K/2)").correct
    assert "all of it" in str(exercise.check("K"))
    assert "The question has no z" in str(exercise.check(K + z))
    # What agrees on the grid is right, whatever the engine can prove.
    assert exercise.check("K/2 - (1 - (-1)^K)/4").correct
    assert "At K = 1 your answer gives 1/2, the right one 0." in str(exercise.check("K/2"))


def test_a_closed_form_has_no_product_either():
    exercise = simple(A**K, [A, K], [("A", "m")], closed=True)
    assert "without a sum" in str(exercise.check("prod(A, k, 1, K)"))
    assert simple(A**K, [A, K], [("A", "m")]).check("prod(A, k, 1, K)").correct


def test_the_answer_is_shown_as_it_was_read():
    assert simple().check("A^2/2").read_as == r"\frac{A^{2}}{2}"
    assert simple().check("A + 1").read_as == "1 + A"


def test_what_is_asked_for_stands_before_the_solution():
    assert simple(lhs=sp.Symbol("S")).check(...).solution == "$$\nS = 1 + A\n$$"
    assert simple(remark="Because.").check(...).solution == "$$\n1 + A\n$$\n\nBecause."


def test_names_may_stand_for_expressions():
    exercise = simple(A**2 + 1, {"a": A, "b": A**2}, [("a", "m")])
    assert exercise.check("b + 1").correct and exercise.check("a^2 + 1").correct
    assert own_symbols({"a": A, "b": B}) == [A, B] and own_symbols((A, B)) == [A, B]


def test_a_readers_own_symbols_are_those_of_the_question():
    theirs = sp.Symbol("A") + sp.IndexedBase("x")[sp.Symbol("k")] + sp.Symbol("q")
    assert with_own_symbols(theirs, [A, x, k]) == A + x[k] + sp.Symbol("q")


def test_odd_things_are_not_formulas():
    assert "an array of shape (2,)" in str(simple().check(symarray("v", 2)))
    assert simple().check(sym(A + 1)).correct
    assert "Type a formula as a text: expected a number" in str(simple().check([1]))


# --- numbers --------------------------------------------------------------------------------------


def number(solution, mistakes=(), **options) -> Number:
    return Number(solution, hint="h", mistakes=list(mistakes), **options)


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
    assert zero.check(0).correct and zero.check(0.004).correct
    assert "one minus" in str(zero.check(1)) and "one too few" in str(zero.check(-1))
    assert str(zero.check(0.5)) == "Not yet. Your number is too large."


def test_the_tolerance_is_relative_and_its_edge_belongs_to_it():
    assert number(1000, tolerance=0.01).check(1010).correct
    assert number(1000, tolerance=0.01).check(990).correct
    assert not number(1000, tolerance=0.01).check(1011).correct
    assert not number(0.001, tolerance=0.01).check(0.005).correct
    assert number(2, tolerance=0).check(2.0).correct


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
    assert tenth.check(0.1).correct and tenth.check("1/10").correct and tenth.check("0.1").correct
    assert "twice" in str(tenth.check("2/10")) and "root" in str(tenth.check("sqrt(2)"))
    assert not tenth.check("0.1000000001").correct


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
    assert number(2, tolerance=0).check(answer).correct


def test_a_unit_may_follow():
    steps = number(6, unit="steps")
    assert steps.check("6 steps").correct and steps.check("6steps").correct
    assert steps.check("6").correct and steps.check(" 6 steps  ").correct
    assert steps.check("steps 6").status == "unreadable"
    assert steps.check(...).solution == "$$\n6\\;\\text{steps}\n$$"


def test_a_number_is_shown_exactly_and_rounded():
    assert number(sp.Rational(2, 3)).check(...).solution == "$$\n\\frac{2}{3} \\approx 0.6667\n$$"
    assert number(12345).check(...).solution == "$$\n12345\n$$"


# --- choices --------------------------------------------------------------------------------------


def test_every_wrong_option_and_no_other_has_its_message():
    options = {"a": "A", "b": "B", "c": "C"}
    for mistakes in ([("b", "m")], [("b", "m"), ("c", "n"), ("a", "o")], []):
        with pytest.raises(ValueError, match="one for each wrong option"):
            Choice(options, "a", hint="h", mistakes=mistakes)
    upper = Choice({"I": "A", "II": "B"}, "II", hint="h", mistakes=[("I", "m")])
    assert upper.check("ii").correct and upper.check(" (II)").correct
    assert str(upper.check("i")) == "Not yet. m" and upper.check("").status == "no answer"


# --- functions ------------------------------------------------------------------------------------


def values(rng):
    return (rng.integers(1, 9, size=int(rng.integers(3, 6))).astype(float),)


def function(solution, mistakes=(), inputs=values, **options) -> Function:
    return Function(solution, inputs, hint="h", mistakes=list(mistakes), **options)


def tripled(v):
    return 3.0 * v


@pytest.mark.parametrize(
    ("factor", "said"),
    [(2, "2"), (0.5, "0.5"), (3, "3"), (1 / 3, "0.333"), (4, "4"), (0.25, "0.25"), (10, "10"),
     (0.1, "0.1")],
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
    lengths = iter([4, 5, 3, 5, 4, 5])
    exercise = function(tripled, inputs=lambda rng: (rng.random(next(lengths, 3)),))
    exercise._check_signature = lambda answer: None
    said = str(exercise.check(lambda v: v**2 + np.arange(len(v))))
    assert said[said.index("[") : said.index("]")].count(",") == 2


def test_only_trials_that_fail_are_shown():
    said = str(function(tripled).check(lambda v: tripled(v) if len(v) < 5 else v + 7))
    assert said[said.index("[") : said.index("]")].count(",") == 4


def test_fresh_inputs_follow_the_fixed_ones():
    known = {}
    exercise = function(tripled)
    for seed in range(exercise.trials):
        (v,) = values(np.random.default_rng(seed))
        known[v.tobytes()] = tripled(v)
    by_table = lambda v: known.get(v.tobytes(), v * 0 + 1)
    assert not exercise.check(by_table).correct
    calls = []
    assert exercise.check(lambda v: calls.append(v.tobytes()) or tripled(v)).correct
    assert len(calls) == exercise.trials + 2
    assert calls[:6] == list(known) and calls[6] != calls[7]


def test_the_function_gets_copies():
    def greedy(v):
        v = np.asarray(v)
        return tripled(v)

    assert function(tripled).check(greedy).correct

    def spoiling(v):  # a listed mistake or a solution may change what it gets
        v *= 3.0
        return v

    assert function(spoiling, [(lambda v: -spoiling(v), "negative")]).check(tripled).correct
    assert "negative" in str(
        function(spoiling, [(lambda v: -spoiling(v), "negative")]).check(lambda v: -3 * v)
    )


def test_nan_in_an_argument_is_not_a_change():
    exercise = function(tripled, inputs=lambda rng: (np.array([np.nan, rng.random()]),))
    assert exercise.check(lambda v: 3 * v).correct


def test_the_shape_is_compared_before_the_numbers():
    assert "shape (" in str(function(tripled).check(lambda v: v[:1]))
    assert "the shape (); yours has (1,)" in str(function(lambda v: v.sum()).check(lambda v: v[:1]))


def test_results_are_compared_one_by_one():
    both = function(lambda v: (v, v.sum()))
    assert both.check(lambda v: (v, v.sum())).correct
    assert "2 results" in str(both.check(lambda v: (v, v, v)))
    assert "2 results" in str(both.check(lambda v: (v,)))
    assert "is the return missing" in str(both.check(lambda v: (v, None)))
    assert "it should give" in str(both.check(lambda v: (v, 1 + v.sum())))
    assert "it should give" in str(both.check(lambda v: (1 + v, v.sum())))
    # The slips of a single result are not looked for in several.
    assert "sign" not in str(both.check(lambda v: (-v, -v.sum())))


@pytest.mark.parametrize("result", [True, 1, np.float32(1), 1 + 0j, np.uint8(1)])
def test_numbers_of_every_kind_may_be_given_back(result):
    assert function(lambda v: 1.0).check(lambda v: result).correct


def test_tolerances_are_those_of_the_exercise():
    assert function(tripled, rtol=0.1).check(lambda v: 3.2 * v).correct
    assert not function(tripled, rtol=0.01).check(lambda v: 3.2 * v).correct
    assert function(tripled, atol=30.0).check(lambda v: 4 * v).correct


def test_slips_in_a_series_need_more_than_two_entries():
    short = function(tripled, inputs=lambda rng: (rng.random(2) + 1,))
    assert "reverse" not in str(short.check(lambda v: 3 * v[::-1]))
    three = function(tripled, inputs=lambda rng: (rng.random(3) + 1,))
    assert "reverse order" in str(three.check(lambda v: 3 * v[::-1]))


def test_a_slip_must_be_seen_more_than_once():
    lengths = iter([3, 2, 2, 2, 2, 2] * 9)
    mixed = function(tripled, inputs=lambda rng: (rng.random(next(lengths)) + 1,))
    assert "reverse" not in str(mixed.check(lambda v: 3 * v[::-1]))


def test_a_scalar_has_no_series():
    assert "it should give `3`".replace("`", "") in str(
        function(lambda v: 3, inputs=lambda rng: (int(rng.integers(1, 9)),)).check(lambda v: 17)
    )


def test_the_call_is_named_when_it_fails():
    said = str(function(tripled).check(lambda v: 1 / 0))
    assert said.startswith("Not yet. For v = [")
    assert said.endswith("your function raises ZeroDivisionError: division by zero.")
    assert "raises KeyError: 'a'." in str(function(tripled).check(lambda v: {}["a"]))


def test_warnings_are_kept_from_the_reader(recwarn):
    exercise = function(tripled)
    assert exercise.check(lambda v: 3 * v + 0 * np.nan_to_num(np.log(v - 99))).correct
    assert not recwarn.list


def test_symbols_catch_what_numbers_cannot():
    exercise = function(tripled, symbols=lambda: (symarray("v", 3),))
    assert exercise.check(lambda v: v + v + v).correct
    assert "its result on symbols has another shape" in str(
        exercise.check(lambda v: 3 * v if v.dtype == float else (3 * v)[:2])
    )
    assert "on symbols it is another formula" in str(
        exercise.check(lambda v: 3 * v if v.dtype == float else 2 * v)
    )
    assert "does not run on symbols" in str(
        exercise.check(lambda v: 3 * v if v.dtype == float else v[7])
    )
    pair = function(lambda v: (v, 2 * v), symbols=lambda: (symarray("v", 2),))
    assert pair.check(lambda v: [v, v + v]).correct


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
    assert function(lambda v: np.sqrt(v)).check(np.sqrt).correct


def test_results_are_shown_with_four_digits():
    third = function(lambda v: v.sum() / 3, inputs=lambda rng: (np.array([1.0, 1.0]),))
    assert "it should give 0.6667; yours gives 5." in str(third.check(lambda v: 5))


# --- proofs ---------------------------------------------------------------------------------------

total = sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1))
expanded = sp.Sum(x[k] ** 2 + 2 * x[k] + 1, (k, 0, K - 1))
split = sp.Sum(x[k] ** 2, (k, 0, K - 1)) + 2 * sp.Sum(x[k], (k, 0, K - 1)) + K


def proof(steps=2, mistakes=((expanded + 1, "One too many."),), **options) -> Proof:
    derivation = Derivation(sp.Symbol("S"), total).step(expanded, "expand").step(split, "split")
    return Proof(derivation, [x, k, K], hint="h", mistakes=list(mistakes), steps=steps, **options)


def test_the_number_of_lines_that_are_asked_for():
    assert (
        proof().check([expanded, split]).correct and proof().check([total, expanded, split]).correct
    )
    assert "write at least 2 lines after the first" in str(proof().check([split]))
    assert "write at least 2 lines after the first" in str(proof().check([total, split]))
    assert proof(steps=1).check([split]).correct
    three = str(proof(steps=3).check([expanded, split]))
    assert "write at least 3 lines" in three


def test_one_line_is_asked_for_by_one_line():
    lines = [total, expanded, split]
    exercise = proof(steps=1)
    exercise.solution.lines[1:] = []
    assert "write at least one line after the first" in str(exercise.check([]))
    assert proof(steps=1).check(lines).correct


def test_no_lines_are_the_first_line():
    assert "All true so far; now go on to" in str(proof().check([]))


def test_each_line_follows_from_the_one_before():
    assert "Line 2 does not follow" in str(proof().check([expanded + 2, expanded + 2, split]))
    assert "Line 3 does not follow" in str(proof().check([expanded, split + 2, split + 2]))
    # Back on the right track: the line that leaves it is named, not the last.
    assert "Line 2 does not follow" in str(proof().check([expanded + 2, split]))


def test_a_listed_mistake_is_named_at_any_line():
    assert "One too many." in str(proof().check([expanded + 1, split]))
    assert "One too many." in str(proof().check([expanded, split + 1]))


def test_a_line_that_cannot_be_decided_is_neither_right_nor_wrong():
    odd = Derivation(sp.Symbol("S"), sp.zeta(A) + A)
    exercise = Proof(odd, [A], hint="h", mistakes=[], steps=0)
    feedback = exercise.check([A + sp.zeta(A + 1)])
    assert feedback.status == "undecided" and "Compare your answer" in str(feedback)


def test_a_proof_asks_for_lines_proved_for_every_size(monkeypatch):
    exercise = proof()

    class Verdict:
        status = "proved for sizes"

    monkeypatch.setattr(exercise.engine, "verdict", lambda a, b: Verdict)
    said = str(exercise.check([expanded, split]))
    assert "Line 2 is only proved for sizes; make a smaller step." in said
    exercise.solution.accept = "checked"
    assert exercise.check([expanded, split]).correct


def test_the_last_line_is_to_be_written_as_asked():
    other = sp.Sum(x[k] ** 2 + 2 * x[k], (k, 0, K - 1)) + K
    said = str(proof().check([expanded, other]))
    assert said.startswith("Not yet. All true so far; now go on to K + 2*Sum(x[k]")


def test_what_the_solution_was_given_may_be_used():
    given = Derivation(sp.Symbol("S"), sp.Abs(A - 1), given=[A < 1]).step(1 - A, "A below 1")
    exercise = Proof(given, [A], hint="h", mistakes=[("A - 1", "sign")], steps=1)
    assert exercise.check(["1 - A"]).correct and "sign" in str(exercise.check(["A - 1"]))
    assert exercise.shown_solution().startswith("$$\n\\begin{aligned}")


def test_lines_alike_up_to_the_names_of_bound_indices():
    same = sp.Sum(x[j] ** 2, (j, 0, K - 1))
    assert _same_form(sp.Sum(x[k] ** 2, (k, 0, K - 1)), same)
    assert not _same_form(sp.Sum(x[k] ** 2, (k, 0, K)), same)
    assert not _same_form(sp.Sum(x[k] ** 2, (k, 1, K - 1)), same)
    assert not _same_form(sp.Sum(x[k], (k, 0, K - 1)), same)
    double = sp.Sum(x[k] * y[j], (k, 0, j), (j, 0, K - 1))
    assert _same_form(double, sp.Sum(x[j] * y[k], (j, 0, k), (k, 0, K - 1)))
    assert not _same_form(double, sp.Sum(x[j] * y[k], (k, 0, j), (j, 0, K - 1)))
    nested = A * sp.Sum(x[k] * sp.Sum(y[j], (j, 0, k)), (k, 0, K - 1))
    renamed = A * sp.Sum(x[j] * sp.Sum(y[k], (k, 0, j)), (j, 0, K - 1))
    assert _same_form(nested, renamed)
    assert not _same_form(nested, A * sp.Sum(x[j] * sp.Sum(y[k], (k, 0, K)), (j, 0, K - 1)))
    assert not _same_form(sp.Sum(x[k], (k, 0, 3)), sp.Product(x[k], (k, 0, 3)))


# --- what all have in common ----------------------------------------------------------------------


def test_a_sentence_ends_once():
    assert [sentence(t) for t in ("a", "a.", "a?", "a! ", "a,")] == ["a.", "a.", "a?", "a! ", "a,."]


def test_feedback_is_text_and_markdown():
    plain = Feedback("wrong", "See `x` and $\\gamma$.", solution="s")
    assert str(plain) == repr(plain) == "Not yet. See x and γ."
    assert plain.markdown() == (
        "**Not yet.** See `x` and $\\gamma$.\n\n"
        "<details>\n<summary>Solution</summary>\n\ns\n\n</details>"
    )
    assert not plain.correct and Feedback("correct").correct
    assert Feedback("correct").markdown() == "**Right.**"
    assert as_markdown("a_b*c") == "a\\_b\\*c"


def test_the_hint_is_for_those_who_are_not_there_yet():
    exercise = number(2, [(3, "m")], remark="Why.")
    assert exercise.check(2).hint == "" and exercise.check(3).hint == "h"
    assert exercise.check(...).hint == "h"
    assert exercise.check(2).solution == exercise.check(...).solution == "$$\n2\n$$\n\nWhy."
    with pytest.raises(TypeError, match="remark: expected a string, got int"):
        number(2, remark=3)


def test_a_mistake_is_a_pair_with_a_message():
    for mistakes in ([(1, "m", "n")], [[1, "m"]], [(1, "  ")]):
        with pytest.raises(ValueError, match="mistakes: expected"):
            number(2, mistakes)


def test_the_self_test_reports_everything_at_once():
    class Fickle(Choice):
        turn = 0

        def check(self, answer):
            self.turn += 1
            said = dict(self.mistakes).get(answer, "")
            return Feedback("correct" if answer == "a" else "wrong", said + "!" * self.turn)

    fickle = Fickle({"a": "A", "b": "B"}, "a", hint="h", mistakes=[("b", "no")])
    with pytest.raises(AssertionError) as error:
        self_test(fickle)
    said = str(error.value)
    assert "mistake 1 (no) is answered by" in said and "answered first by" in said
    assert "the solution shows nothing" in said and said.count("; ") == 2
    assert "does not pass" not in said and "starter" not in said
