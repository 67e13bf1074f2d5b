"""Exercises: right answers pass in any form, slips are named, and nothing a reader types hurts."""

from __future__ import annotations

import re
import threading
import time
from itertools import islice
from types import ModuleType

import numpy as np
import pytest
import sympy as sp

from nnlib import exercises
from nnlib.averages import moving_average
from nnlib.exercises import (
    Choice,
    Exercise,
    Formula,
    Function,
    Number,
    Proof,
    exercises_of,
    self_test,
)
from nnlib.exercises._feedback import as_markdown, as_plain
from nnlib.exercises._judgement import RIGHT, WRONG, Found, judged
from nnlib.exercises._points import agree, points_for
from nnlib.symbolic._arrays import sym, symarray
from nnlib.symbolic._budget import charge
from nnlib.symbolic._derivation import Derivation
from tests.exercises.made import ASKED

gamma = sp.Symbol("gamma", positive=True)
beta = sp.Symbol("beta", positive=True)
T, K = sp.symbols("T K", integer=True, positive=True)
t, k = sp.symbols("t k", integer=True)
c, x = sp.IndexedBase("c", real=True), sp.IndexedBase("x", real=True)


def weights(**options) -> Formula:
    return Formula(
        1 - gamma**T,
        [gamma, T],
        given=[gamma < 1],
        lhs=sp.Symbol("S"),
        title="T",
        question="Q",
        hints=["Sum the *geometric* series of $\\gamma$."],
        mistakes=[
            ("m1", "1 - gamma^(T-1)", "The newest value has the power 0, not 1: `gamma**0`."),
            ("m2", "gamma^T", "This is what is missing, not what is there."),
        ],
        **options,
    )


average = Formula(
    sp.Sum((1 - gamma) * gamma ** (T - t) * c[t], (t, 1, T)),
    [gamma, T, t, c],
    title="T",
    question="Q",
    hints=["Unroll."],
    mistakes=[
        ("m1", "sum(gamma^(T-t)*c[t], t, 1, T)", "The factor 1 − γ of each step is missing.")
    ],
)


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "1 - gamma^T",
        "1-γ**T",
        " (1 - gamma)*sum(gamma^k, k, 0, T-1)",
        "(1 - gamma^(2*T))/(1 + gamma^T)",
        1 - gamma**T,
        1 - sp.Symbol("gamma") ** sp.Symbol("T"),
        sym(1 - gamma**T),
    ],
)
def test_any_equal_formula_is_right(answer):
    feedback = weights().check(answer)
    assert feedback.right and str(feedback) == "Right."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("gamma^T", "Not yet. This is what is missing, not what is there."),
        ("1 - gamma^T/gamma", "Not yet. The newest value has the power 0, not 1: gamma**0."),
        ("gamma^T - 1", "Not yet. The sign is flipped."),
        ("1/(1 - gamma^T)", "Not yet. This is the reciprocal of the right answer."),
        ("1/(gamma^T - 1)", "reciprocal of the right answer, with the sign flipped."),
        ("3 - 3*gamma^T", "Not yet. Your answer is 3 times the right one."),
        ("(1 - gamma^T)/2", "Not yet. Your answer is 1/2 times the right one."),
        ("2 - gamma^T", "Not yet. Your answer is 1 more than the right one, whatever the values."),
        ("1/3 - gamma^T", "Your answer is 2/3 less than the right one"),
        ("(1 - gamma^T)^2", "Not yet. This is the square of the right answer."),
        ("sqrt(1 - gamma^T)", "Not yet. This is the square root of the right answer."),
        ("1 - gamma^(T+1)", "T is off by one: this is the right answer with T + 1 for T."),
        ("T*(1 - gamma^T)", "Not yet. The factor T is too much."),
        ("(1 - gamma^T)/(1 - gamma)", "Not yet. Yours is the right answer divided by 1 - gamma."),
        ("1 - gamma", "Not yet. This is right for T = 1, but not for T = 2 or T = 3."),
        ("exp(-T)", "At T = 3, gamma = 1/2 your answer gives 0.0497871, the right one 7/8."),
        ("1/2", "At T = 3, gamma = 1/2 your answer gives 1/2, the right one 7/8."),
        (sp.Symbol("z") + 1, "The question has no z; the right answer does not depend on it."),
        ("1 - gam^T", "I cannot read this. column 5: 'gam' is not known here; did you mean gamma?"),
        ("1/2gamma", "column 4: what belongs below the line? write a/(b*c) or a/b*c"),
        ([1], "I cannot read this. Type a formula as a text"),
        (symarray("x", 2), "got an array of shape (2,)"),
        (object(), "got object"),
    ],
)
def test_a_wrong_formula_is_told_its_slip(answer, said):
    feedback = weights().check(answer)
    assert not feedback.right
    assert said in str(feedback)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("sum((1-gamma)*gamma^(T-t)*c[t], t, 0, T)", "The sum over t starts one term too early."),
        ("sum((1-gamma)*gamma^(T-t)*c[t], t, 2, T)", "The sum over t starts one term too late."),
        ("sum((1-gamma)*gamma^(T-t)*c[t], t, 1, T-1)", "The sum over t ends one term too early."),
        ("sum((1-gamma)*gamma^(T-t)*c[t], t, 1, T+1)", "The sum over t ends one term too late."),
        ("sum((1-gamma)*gamma^(T-t)*c[t-1], t, 1, T)", "The index of c is off by one."),
        ("sum((1-gamma)*gamma^(T-t)*c[t+1], t, 1, T)", "The index of c is off by one."),
        ("sum(gamma^(T-s)*c[s], s, 1, T)", "The factor 1 − γ of each step is missing."),
        ("(1-gamma)*c[T]", "This is right for T = 1, but not for T = 2 or T = 3."),
        ("sum(gamma^t*c[t], t, 1, T)", "At T = 3, gamma = 1/2, c[1] = 1, c[2] = 3, c[3] = 7 your"),
    ],
)
def test_a_wrong_sum_is_told_its_slip(answer, said):
    assert said in str(average.check(answer))


def test_the_outer_range_of_a_double_sum_is_looked_at():
    double = Formula(
        sp.Sum(x[k] * c[t], (k, 0, t), (t, 1, T)), [x, c, T], **ASKED, mistakes=[("m1", "T", "m")]
    )
    assert "over t starts one term too early" in str(
        double.check("sum(sum(x[k]*c[t], k, 0, t), t, 0, T)")
    )
    assert "over k ends one term too early" in str(
        double.check("sum(sum(x[k]*c[t], k, 0, t-1), t, 1, T)")
    )


def test_exchanged_symbols_are_named():
    ratio = Formula(gamma**2 / beta, [gamma, beta], **ASKED, mistakes=[("m1", "gamma", "m")])
    assert str(ratio.check("beta^2/gamma")) == "Not yet. beta and gamma are exchanged."


def test_the_counterexample_respects_what_is_given():
    small = Formula(gamma, [gamma], given=[gamma < sp.Rational(2, 5)], **ASKED, mistakes=[])
    assert "At gamma = 1/3" in str(small.check("gamma^3 + 1/2"))


def test_the_counterexample_is_one_of_the_symbols_it_speaks_of():
    negative = sp.Symbol("m", negative=True)
    exercise = Formula(negative, [negative], **ASKED, mistakes=[])
    said = str(exercise.check("m^4 + m^2"))
    assert "At m = -1/2 your answer gives 5/16, the right one -1/2." in said


def test_formulas_agree_only_if_they_do_at_every_point():
    points = list(islice(points_for((), (), T), 4))
    assert agree(points, T, T + 0 * gamma) and not agree(points, T, sp.Integer(3))


def test_a_given_equation_is_kept_in_counterexamples():
    probability = Formula(
        sp.Sum(x[k] * gamma, (k, 0, K - 1)),
        [x, k, K, gamma],
        given=[sp.Eq(sp.Sum(x[k], (k, 0, K - 1)), 1)],
        **ASKED,
        mistakes=[("m1", "K*gamma", "m")],
    )
    self_test(probability)
    assert probability.check("gamma").right
    assert "The sign is flipped." in str(probability.check("-gamma"))
    feedback = str(probability.check("gamma + x[0]^2"))
    assert "At K = " in feedback and "your answer gives" in feedback


def test_the_last_resort_is_the_counterexample_of_the_engine():
    exercise = Formula(
        gamma * sp.Sum(x[k], (k, 0, K - 1)),
        [x, k, K, gamma],
        given=[sp.Eq(sp.Sum(x[k], (k, 0, K - 1)), sp.Rational(7, 3))],
        **ASKED,
        mistakes=[("m1", "K*gamma", "m")],
    )
    said = str(exercise.check("7*gamma/3 + x[0]^2*exp(K)/(1 + gamma)"))
    at = dict(pair.split(" = ") for pair in re.findall(r"[\w\[\]]+ = [-\d./]+", said))
    yours, right = re.search(r"your answer gives (\S+), the right one (\S+)\.$", said).groups()
    assert float(sp.Rational(right)) == pytest.approx(float(sp.Rational(at["gamma"]) * 7 / 3), 1e-4)
    assert float(sp.Rational(yours)) != pytest.approx(float(sp.Rational(right)), 1e-4)


def test_what_cannot_be_decided_is_neither_right_nor_wrong():
    exercise = Formula(sp.zeta(gamma), [gamma], **ASKED, mistakes=[("m1", "1", "m")])
    for answer in ("gamma", "gamma^2/(1 + gamma)"):
        feedback = exercise.check(answer)
        assert feedback.status == "undecided" and not feedback.right
        assert "Compare your answer with the solution below." in str(feedback)


def test_a_closed_form_can_be_asked_for():
    exercise = weights(closed=True)
    assert exercise.check("1 - gamma^T").right
    feedback = exercise.check("(1 - gamma)*sum(gamma^k, k, 0, T-1)")
    assert feedback.status == "wrong" and "without a sum" in str(feedback)


def test_right_value_in_other_symbols_is_told():
    exercise = Formula(gamma + 1, [gamma], **ASKED, mistakes=[("m1", "1", "m")])
    z = sp.Symbol("z")
    feedback = exercise.check(gamma + (z + 1) ** 2 - z**2 - 2 * z)
    assert str(feedback) == "Not yet. The value is right, but z is not a symbol of the question."


def test_integer_valued_formulas_are_compared_on_the_whole_grid():
    W, F, S = sp.symbols("W F S", integer=True, positive=True)
    size = Formula(
        sp.floor((W - F) / S) + 1,
        [W, F, S],
        title="T",
        question="Q",
        hints=["Count the places."],
        mistakes=[("m1", "(W - F)/S + 1", "A part of a step does not count: round down.")],
        grid={W: range(5, 12), F: range(1, 5), S: range(1, 4)},
    )
    self_test(size)
    assert size.check("floor((W - F + S)/S)").right
    assert size.check("ceil((W - F + 1)/S)").right
    wrong = size.check("ceil((W - F)/S) + 1")
    assert "At W = 5, F = 1, S = 3 your answer gives 3, the right one 2." in str(wrong)
    assert "has no value" in str(size.check("1/(F - 1)"))


def test_a_derivation_can_be_the_solution():
    total = sp.Sum(gamma**k, (k, 0, T - 1))
    derivation = Derivation(sp.Symbol("S"), total, given=[gamma < 1]).step(
        (1 - gamma**T) / (1 - gamma), "a geometric sum"
    )
    exercise = Formula(
        derivation, [gamma, T], **ASKED, given=[gamma < 1], mistakes=[("m1", "1", "one")]
    )
    self_test(exercise)
    assert "\\begin{aligned}" in exercise.check(...).solution


# --- numbers and choices --------------------------------------------------------------------------

half_life = Number(
    sp.log(sp.Rational(1, 2)) / sp.log(sp.Rational(9, 10)),
    unit="steps",
    title="T",
    question="Q",
    hints=["Solve 0.9^h = 1/2."],
    mistakes=[("m1", 10, "This is 1/(1 − γ), the time constant.")],
)


@pytest.mark.parametrize(
    "answer", ["6.58", "6.58 steps", 6.6, np.float32(6.58), "log(1/2)/log(0.9)"]
)
def test_a_number_near_enough_is_right(answer):
    assert half_life.check(answer).right


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (10, "This is 1/(1 − γ), the time constant."),
        (-6.58, "The sign is flipped."),
        (0.152, "reciprocal"),
        (658, "100 times too large"),
        (0.0658, "100 times too small"),
        (7.58, "one too many"),
        (5.58, "one too few"),
        (13.16, "Twice"),
        (3.29, "Half"),
        (-5.58, "one minus"),
        (6.5, "Close, but not close enough: an error of 0.5 % is accepted."),
        (3, "too small"),
        (30, "too large"),
        (-30, "The right answer is positive."),
        ("six", "'six' is not known here"),
        (1j, "One number is expected"),
        (True, "One number is expected"),
        (float("nan"), "One number is expected"),
        (np.ones(2), "One number is expected"),
        (sp.Symbol("h"), "One number is expected"),
        ("10**10**10", "a number in an exponent may be at most 1000"),
    ],
)
def test_a_wrong_number_is_told_its_slip(answer, said):
    feedback = half_life.check(answer)
    assert not feedback.right and said in str(feedback)


def test_tolerance_zero_asks_for_the_exact_number():
    exact = Number(sp.Rational(1, 3), tolerance=0, **ASKED, mistakes=[("m1", 3, "upside down")])
    assert exact.check("1/3").right and exact.check(1 / 3).right
    assert "give it exactly" in str(exact.check(0.333))
    assert not Number(2, tolerance=0, **ASKED, mistakes=[]).check(2.0000001).right


colors = Choice(
    {"a": "The mean $\\mu$.", "b": "The median.", "c": "The mode."},
    "a",
    title="T",
    question="Q",
    hints=["Which one is linear?"],
    mistakes=[
        ("m1", "b", "The median is not linear."),
        ("m2", "c", "The mode is not even unique."),
    ],
)


def test_choice():
    assert colors.check("a").right and colors.check(" (A) ").right
    assert str(colors.check("b")) == "Not yet. The median is not linear."
    for odd in ("d", 1, ["a"], {"a"}):
        assert str(colors.check(odd)) == 'I cannot read this. Answer with one of "a", "b", "c".'


# --- functions ------------------------------------------------------------------------------------


def exchanged(c, gamma):
    return moving_average(c, 1 - gamma)


def without_factor(c, gamma):
    return moving_average(c, gamma) / (1 - gamma)


averaging = Function(
    moving_average,
    lambda rng: (
        rng.integers(1, 9, size=rng.integers(1, 6)).astype(float),
        float(rng.choice([0.25, 0.75, 0.9])),
    ),
    symbols=lambda: (symarray("c", 3), sym("gamma")),
    title="T",
    question="Q",
    hints=["One line in a loop."],
    mistakes=[
        ("m1", exchanged, "γ and 1 − γ are exchanged."),
        ("m2", without_factor, "The new value needs the factor 1 − γ."),
    ],
)


def right(c, gamma):
    C, out = 0, np.empty_like(c)
    for i in range(len(c)):
        C = gamma * C + (1 - gamma) * c[i]
        out[i] = C
    return out


def changing(c, gamma):
    c += 1
    return c


def endless(c, gamma):
    while True:
        pass


def leaving(c, gamma):
    raise SystemExit


def rounding(c, gamma):
    return moving_average(np.array([float(v) for v in c]), gamma)


def late(c, gamma):
    return np.concatenate([[0], moving_average(c, gamma)[:-1]])


def early(c, gamma):
    return moving_average(np.concatenate([c, [3]]), gamma)[1:]


def special_case(c, gamma):
    C = right(c, gamma)
    return C if C.dtype == float else C + c


def starter(c, gamma): ...


def documented_starter(c, gamma):
    """The moving average."""
    ...


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (right, "Right."),
        (lambda c, gamma: list(moving_average(c, gamma)), "Right."),
        (rounding, "Right. On symbols it does not run, so that it was not proved: TypeError: "),
        (special_case, "Right. On symbols it takes another way, so that it was not proved."),
    ],
)
def test_a_right_function_passes(answer, said):
    assert averaging.check(answer).right and str(averaging.check(answer)).startswith(said)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda c, gamma: right(c, 1 - gamma), "γ and 1 − γ are exchanged."),
        (lambda c, gamma: right(c, gamma) / (1 - gamma), "needs the factor 1 − γ."),
        (lambda c, gamma: -right(c, gamma), "The sign is flipped."),
        (lambda c, gamma: 2 * right(c, gamma), "The result is 2 times the right one."),
        (lambda c, gamma: right(c, gamma) / 3, "The result is 1/3 times the right one."),
        (lambda c, gamma: 1 / right(c, gamma), "This is the reciprocal"),
        (lambda c, gamma: right(c, gamma) ** 2, "This is the square of"),
        (lambda c, gamma: np.sqrt(right(c, gamma)), "This is the square root"),
        (lambda c, gamma: right(c, gamma)[::-1], "reverse order"),
        (lambda c, gamma: (1 - gamma) * c, "Only the first entry is right."),
        (lambda c, gamma: right(c, gamma) + (np.arange(len(c)) == 2), "it should give"),
        (late, "one place too late"),
        (early, "one place too early"),
        (lambda c, gamma: c, "it should give `[".replace("`", "")),
        (lambda c, gamma: c[9], "your function raises IndexError: index 9 is out of bounds"),
        (lambda c, gamma: c.sum(), "should have the shape (3,); yours has ()."),
        (lambda c, gamma: "one", "should give back numbers, not str."),
        (lambda c, gamma: [[1], [1, 2]], "should give back numbers, not list."),
        (lambda c, gamma: print(end=""), "is the return missing?"),
        (lambda c: c, "The function should take the arguments (c, gamma)."),
        (changing, "changes its argument c; work on a copy."),
        (leaving, "raises SystemExit."),
        (3, "A function is expected (def …), not int."),
        (np.add, "it should give"),
    ],
)
def test_a_wrong_function_is_told_its_slip(answer, said):
    feedback = averaging.check(answer)
    assert feedback.status == "wrong"
    assert said in str(feedback)
    assert str(averaging.check(answer)) == str(feedback)


@pytest.mark.parametrize("answer", [starter, documented_starter])
def test_an_untouched_function_is_no_answer(answer):
    assert averaging.check(answer).status == "no answer"


def quick(solution=moving_average, **options):
    draw = lambda rng: (rng.random(3), 0.5)
    return Function(solution, draw, **ASKED, mistakes=[], time_limit=0.2, **options)


def test_an_endless_loop_ends():
    start = time.perf_counter()
    assert "does a loop never end?" in str(quick().check(endless))
    assert time.perf_counter() - start < 2


def test_an_endless_loop_ends_outside_the_main_thread():
    def sleeping(c, gamma):
        time.sleep(5)

    said: list[str] = []
    worker = threading.Thread(target=lambda: said.append(str(quick().check(sleeping))))
    worker.start()
    worker.join(3)
    assert said and "does a loop never end?" in said[0]


def test_several_results():
    def both(c, gamma):
        return c.sum(), gamma * c

    exercise = quick(both)
    self_test_without_mistakes(exercise)
    assert "2 results" in str(exercise.check(lambda c, gamma: c))
    wrong = str(exercise.check(lambda c, gamma: (c.sum(), c)))
    assert "The first result is right. For c = [0.2417, 0.2762, 0.0196], gamma = 0.5 it" in wrong
    assert "it should give 0.5375, [0.1209, 0.1381, 0.009823]; yours gives 0.5375, [0." in wrong
    assert exercise.check(lambda c, gamma: [c.sum(), gamma * c]).right


# --- proofs ---------------------------------------------------------------------------------------

squares = Derivation(sp.Symbol("S"), sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1)))
squares.step(sp.Sum(x[k] ** 2 + 2 * x[k] + 1, (k, 0, K - 1)), "expand the square")
squares.step(
    sp.Sum(x[k] ** 2, (k, 0, K - 1)) + 2 * sp.Sum(x[k], (k, 0, K - 1)) + K, "sum term by term"
)
END = "sum(x[j]^2, j, 0, K-1) + 2*sum(x[i], i, 0, K-1) + K"
expanding = Proof(
    squares,
    [x, k, K],
    title="T",
    question="Q",
    hints=["Expand, then split the sum."],
    mistakes=[
        (
            "m1",
            "sum(x[k]^2, k, 0, K-1) + 2*sum(x[k], k, 0, K-1) + 1",
            "The ones add up to K, not to 1.",
        )
    ],
)


def own_derivation() -> Derivation:
    j = sp.Symbol("j", integer=True)
    mine = Derivation(sp.Symbol("S"), sp.Sum((x[j] + 1) ** 2, (j, 0, K - 1)))
    mine.step(sp.Sum(x[j] ** 2, (j, 0, K - 1)) + sp.Sum(2 * x[j] + 1, (j, 0, K - 1)), "split")
    return mine.step(
        sp.Sum(x[j] ** 2, (j, 0, K - 1)) + 2 * sp.Sum(x[j], (j, 0, K - 1)) + K, "and again"
    )


def with_too_much_given() -> Derivation:
    mine = Derivation(sp.Symbol("S"), sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1)))
    rule = sp.Eq(beta, 1)
    mine.step(sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1)) + beta - 1, "my own rule", given=[rule])
    return mine.step(squares.last + beta - 1, "expand")


@pytest.mark.parametrize(
    "answer",
    [
        squares,
        own_derivation(),
        ["sum(x[k]^2 + 2*x[k] + 1, k, 0, K-1)", END],
        ["sum((x[k] + 1)^2, k, 0, K-1)", "sum(x[k]^2 + 2*x[k], k, 0, K-1) + K", END],
    ],
)
def test_another_true_derivation_is_right(answer):
    assert str(expanding.check(answer)) == "Right."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([END], "write at least 2 lines after the first"),
        (["sum(x[k]^2 + 2*x[k] + 1, k, 0, K-1)"], "All true so far; now go on to K + 2 Σ"),
        (
            ["sum(x[k]^2 + 2*x[k], k, 0, K-1)", END],
            "Line 1 does not follow: Σ_{k=0}^{K−1} (2 x_k + x_k²). At K = 3, x[0] = 2, "
            "x[1] = 1, x[2] = 3 this line gives 26, the line before 29.",
        ),
        (["sum(x[k]^2, k, 0, K-1) + 2*sum(x[k], k, 0, K-1) + 1"], "add up to K, not to 1."),
        (with_too_much_given(), "Line 2 does not follow"),
        (["K*x"], "needs an index"),
        (3, "Give a list of lines, or a Derivation: got int."),
        ([object()], "Give a list of lines, or a Derivation"),
    ],
)
def test_a_wrong_derivation_is_told_its_slip(answer, said):
    feedback = expanding.check(answer)
    assert not feedback.right and said in str(feedback)


# --- all kinds ------------------------------------------------------------------------------------

ALL = {
    "weights": weights(),
    "average": average,
    "half_life": half_life,
    "colors": colors,
    "averaging": averaging,
    "expanding": expanding,
}


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
def test_every_exercise_passes_its_own_test(exercise):
    self_test(exercise)


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
@pytest.mark.parametrize("answer", [..., None, "", "...", " … "])
def test_the_untouched_starter_is_no_answer(exercise, answer):
    feedback = exercise.check(answer)
    assert feedback.status == "no answer" and not feedback.right
    assert str(feedback) == "No answer yet. Put yours in place of ... and run the cell again."


ODD = [
    "__import__('os')",
    "10**10**10",
    "Sum(gamma, (v, 1, 10**9))",
    "sum(sum(sum(gamma, i, 1, 9999), j, 1, 9999), l, 1, 9999)",
    "(" * 10**6,
    b"bytes",
    {},
    np.zeros((2, 2)),
    float("inf"),
    complex(1, 2),
    lambda: 0,
    Exercise,
    sp.Matrix([1]),
    sp.nan,
    sp.zoo,
    sp.true,
    type("Evil", (), {"__len__": lambda self: 1 / 0, "__eq__": lambda self, other: 1 / 0})(),
]


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_odd_answers_get_a_kind_word_and_are_never_right(exercise, answer):
    feedback = exercise.check(answer)
    assert not feedback.right
    assert "Traceback" not in str(feedback) and len(str(feedback)) < 400


def test_an_error_of_the_machinery_does_not_reach_the_reader(monkeypatch):
    exercise = weights()
    monkeypatch.setattr(exercise, "_judge", lambda answer: 1 / 0)
    feedback = exercise.check("gamma")
    assert feedback.status == "undecided"
    assert "ZeroDivisionError: division by zero" in str(feedback)
    assert "Compare your answer with the solution below." in str(feedback)


def test_a_check_that_fails_or_does_not_end_is_undecided():
    class Broken(Choice):
        def _judge(self, answer):
            return 1 / 0

    class Endless(Choice):
        def _judge(self, answer):
            while True:
                charge(1000)

    options = {"a": "A", "b": "B"}
    broken, endless = (
        kind(options, "a", **ASKED, mistakes=[("m1", "b", "no")]).check("a")
        for kind in (Broken, Endless)
    )
    assert broken.status == endless.status == "undecided"
    assert "The check itself stopped" in str(broken) and "takes too much work" in str(endless)


def test_what_agrees_everywhere_is_right_even_without_a_proof():
    exercise = Formula(gamma, [gamma], **ASKED, mistakes=[("m1", "1", "m")])
    assert exercise.check(gamma * (sp.sin(gamma) ** 2 + sp.cos(gamma) ** 2)).right


def test_what_is_shown_is_short_text_and_folded_markdown():
    bundle = weights().check("gamma^T")._repr_mimebundle_()
    assert bundle["text/plain"] == "Not yet. This is what is missing, not what is there."
    assert bundle["text/markdown"] == (
        "**Not yet.** This is what is missing, not what is there.\n\n"
        "Your answer reads $\\displaystyle \\gamma^{T}$.\n\n"
        "<details>\n<summary>Hint</summary>\n\n"
        "Sum the *geometric* series of $\\gamma$.\n\n</details>\n\n"
        "<details>\n<summary>Solution</summary>\n\n$$\nS = 1 - \\gamma^{T}\n$$\n\n</details>"
    )
    assert "Hint" not in weights().check("1 - gamma^T").markdown()
    assert "def moving_average" in averaging.check(...).solution
    assert r"\approx 6.579" in half_life.check(...).solution
    assert colors.check(...).solution == "**a**: The mean $\\mu$."


def test_plain_text_and_markdown_are_inverse():
    for text in ("a*b_c[0] < `x`", "2**x $5 #1 \\x |a| ~b & c"):
        assert as_plain(as_markdown(text)) == text
    assert as_plain("use `x**2` and **not** $y$") == "use x**2 and not y"
    assert as_plain("$\\gamma^T \\le 1$, $\\gammas$") == "γ^T ≤ 1, \\gammas"
    assert as_plain("$\\hat x_k$, $\\hat{C}$, $-\\log(1/M)$") == "x\u0302_k, C\u0302, -log(1/M)"


def self_test_without_mistakes(exercise: Exercise) -> None:
    with pytest.raises(AssertionError, match="^no mistake is listed$"):
        self_test(exercise)


def test_the_self_test_finds_what_is_wrong_with_an_exercise():
    same = [("one", "2*gamma", "first"), ("two", "gamma + gamma", "second")]
    with pytest.raises(AssertionError, match="mistake two is answered by: Judgement"):
        self_test(Formula(gamma, [gamma], **ASKED, mistakes=same))
    with pytest.raises(AssertionError, match="two mistakes have the same message"):
        self_test(Formula(gamma, [gamma], **ASKED, mistakes=[("m1", "1", "m"), ("m2", "2", "m")]))
    with pytest.raises(
        AssertionError, match=r"mistake m1 is answered by: Judgement\(status='right'"
    ):
        self_test(Formula(gamma, [gamma], **ASKED, mistakes=[("m1", "gamma^2/gamma", "m")]))

    class Generous(Choice):
        def check(self, answer):
            found = Found(RIGHT if answer is ... else WRONG)
            return exercises.Feedback(judged(self.parts, [found]), solution="s")

    with pytest.raises(AssertionError, match="the solution does not pass.*; the untouched starter"):
        self_test(Generous({"a": "A", "b": "B"}, "a", **ASKED, mistakes=[("m1", "b", "no")]))


def test_exercises_of_a_module():
    module = ModuleType("chapter")
    module.first, module.other = half_life, 3
    assert exercises_of(module) == {"first": half_life}
    assert (half_life.name, half_life.chapter) == ("first", "chapter")


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Number(1, title="T", question="Q", hints=[" "], mistakes=[]), ValueError, "hint"),
        (lambda: Number(1, title="T", question="Q", hints=[1], mistakes=[]), TypeError, "hint"),
        (lambda: Number(1, **ASKED, mistakes=["x"]), ValueError, "mistakes"),
        (lambda: Number(1, **ASKED, mistakes=[("m1", 2, "")]), ValueError, "mistakes"),
        (lambda: Number(gamma, **ASKED, mistakes=[]), ValueError, "solution"),
        (lambda: Number(1, **ASKED, mistakes=[], tolerance=2), ValueError, "tolerance"),
        (lambda: Choice({"a": "A"}, "b", **ASKED, mistakes=[]), ValueError, "solution"),
        (
            lambda: Choice({"a": "A", "b": "B"}, "a", **ASKED, mistakes=[]),
            ValueError,
            "each wrong",
        ),
        (lambda: Function(1, lambda rng: (), **ASKED, mistakes=[]), TypeError, "function"),
        (lambda: Proof(gamma, [gamma], **ASKED, mistakes=[]), TypeError, "Derivation"),
        (lambda: Formula(gamma, [gamma], **ASKED, mistakes=[("m1", "x", "m")]), ValueError, "'x'"),
        (lambda: Formula("gamma", [gamma], **ASKED, mistakes=[]), TypeError, "str"),
    ],
)
def test_a_badly_made_exercise_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_the_public_names_are_there():
    assert set(exercises.__all__) >= {"Formula", "Number", "Choice", "Function", "Proof"}
