"""Formulas as answers: each slip has its sentence, and a counterexample shows both values."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from nnlib.exercises import Formula
from nnlib.exercises._base import Engine
from nnlib.exercises._derived import own_symbols, with_own_symbols
from nnlib.exercises._diagnosis import compare_on_grid, counterexample, diagnose
from nnlib.exercises._feedback import as_plain
from nnlib.symbolic._arrays import sym, symarray
from tests.exercises.made import ASKED, named

A, B = sp.symbols("A B", positive=True)
K, N = sp.symbols("K N", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, y = sp.IndexedBase("x", real=True), sp.IndexedBase("y", real=True)


def engine(given=(), where=(), effort=1.0) -> Engine:
    return Engine(given, where, effort)


def said_of(answer, solution, **options):
    found = diagnose(sp.sympify(answer), sp.sympify(solution), engine(**options))
    return None if found is None else as_plain(found.message)


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
        ((B + 2) / (A + 1), B + 2, "Yours is the right answer divided by A + 1."),
        ((B + 2) / A, (B + 2) * A, "The factor A**2 is missing."),
        ((B + 2) / A**2, (B + 2) / A, "Yours is the right answer divided by A."),
        ((B + 2), (B + 2) / A, "The division by A is missing."),
        (A + 2 * B, A + 2 * B + K**2, "The term K² is missing."),
        (A - B**2 + K, A + B**2 + K, "The term B² has the wrong sign."),
        (A + B * K + 1, A + B * K * N + 1, "The factor N is missing in"),
        (A + B / K + K, A + B + K, "The term B is divided by K, which is too much."),
        (
            1 / (sp.sqrt(A) + B),
            1 / sp.sqrt(A + B),
            "B stands beside the root; it belongs under it.",
        ),
        (
            sp.Sum(x[k], (k, 1, K)),
            sp.Sum(x[k], (k, 0, K - 1)),
            "The sum over k runs from 1 to K, not from 0 to K - 1.",
        ),
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
    said = "This is right for N = 1, but not for N = 2 or N = 3."
    assert said_of(A + B, A + B ** (2**N - 1)) == said
    assert said_of(A + B**3, A + B ** (2**N - 1)) is None
    both = A + B ** (N**2 - 3 * N + 3)  # what is right for 1 and for 2 is not "right for 1"
    assert said_of(A + B, both) is None
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
    return Formula(solution, symbols, **ASKED, mistakes=named(*mistakes), **options)


def test_a_stranger_is_named_first_in_alphabetical_order():
    u, z = sp.symbols("u z")
    assert "The question has no u;" in str(simple().check(z + u + A))
    nothing = (z + u) ** 2 - z**2 - u**2 - 2 * z * u
    assert "but u is not a symbol of the question" in str(simple().check(A + 1 + nothing))


def test_a_family_of_the_question_is_no_stranger():
    total = sp.Sum(x[k], (k, 0, K - 1))
    exercise = simple(total, [x, K], [("K", "m")])
    assert exercise.check(sp.Sum(x[j], (j, 0, K - 1))).right
    assert "The question has no y" in str(exercise.check(sp.Sum(y[j], (j, 0, K - 1))))


def test_the_grid_is_for_formulas_in_its_own_symbols():
    z = sp.Symbol("z")
    exercise = simple(sp.floor(K / 2), [K], [("K", "all of it")], grid={K: range(1, 6)})
    assert exercise.check("floor(K/2)").right
    assert "all of it" in str(exercise.check("K"))
    assert "The question has no z" in str(exercise.check(K + z))
    # What agrees on the grid is right, whatever the engine can prove.
    assert exercise.check("K/2 - (1 - (-1)^K)/4").right
    assert "At K = 1 your answer gives 1/2, the right one 0." in str(exercise.check("K/2"))


def test_a_closed_form_has_no_product_either():
    exercise = simple(A**K, [A, K], [("A", "m")], closed=True)
    assert "without a sum" in str(exercise.check("prod(A, k, 1, K)"))
    assert simple(A**K, [A, K], [("A", "m")]).check("prod(A, k, 1, K)").right


def test_the_answer_is_shown_as_it_was_read():
    assert simple().check("A^2/2").read_as == r"\frac{A^{2}}{2}"
    assert simple().check("A + 1").read_as == "1 + A"


def test_what_is_asked_for_stands_before_the_solution():
    assert simple(lhs=sp.Symbol("S")).check(...).solution == "$$\nS = 1 + A\n$$"
    assert simple(remark="Because.").check(...).solution == "$$\n1 + A\n$$\n\nBecause."


def test_names_may_stand_for_expressions():
    exercise = simple(A**2 + 1, {"a": A, "b": A**2}, [("a", "m")])
    assert exercise.check("b + 1").right and exercise.check("a^2 + 1").right
    assert own_symbols({"a": A, "b": B}) == [A, B] and own_symbols((A, B)) == [A, B]


def test_a_readers_own_symbols_are_those_of_the_question():
    theirs = sp.Symbol("A") + sp.IndexedBase("x")[sp.Symbol("k")] + sp.Symbol("q")
    assert with_own_symbols(theirs, [A, x, k]) == A + x[k] + sp.Symbol("q")


def test_odd_things_are_not_formulas():
    assert "an array of shape (2,)" in str(simple().check(symarray("v", 2)))
    assert simple().check(sym(A + 1)).right
    assert "Type a formula as a text: expected a number" in str(simple().check([1]))


total = sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1))


R = A**K * (1 - A)
HIDDEN = [
    "exp(-100)",
    "exp(-1000)",
    "10^-30",
    "A^K*delta(K, 57)",
    "delta(K, 57)",
    "delta(K, 99991)",
    "floor(K/50)",
    "floor(K/10^9)",
    "max(0, K - 10^6)",
    "prod(K - k, k, 1, 12)",
    "prod(K - k, k, 1, 60)",
    "(K-1)*(K-2)*(K-3)*(K-4)*(K-5)*(K-6)*(K-7)*(K-8)*(K-9)*(K-10)*(K-11)*(K-12)",
    "sum(exp(-900 - k), k, 1, K)",
    "floor(A/10^9)",
]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_differs_only_where_nobody_looks_is_not_right(hidden):
    exercise = Formula(R, [A, K], given=[A < 5], **ASKED, mistakes=[("m", "A", "m")])
    judgement = exercise.judge(f"A^K*(1-A) + {hidden}")
    if hidden == "floor(A/10^9)":  # zero wherever A < 5
        assert judgement.right
    else:
        assert judgement.status in ("wrong", "undecided") and judgement.points == 0


def test_what_stands_in_the_way_of_a_proof_is_named():
    exercise = Formula(R, [A, K], **ASKED, mistakes=[("m", "A", "m")])
    said = str(exercise.check("A^K*(1-A) + floor(K/10^9)"))
    assert said.startswith(
        "I cannot decide this. It agrees wherever it was tried, but with ⌊K/1000"
    )
    assert "K = 57" in str(exercise.check("A^K*(1-A) + delta(K, 57)"))


def test_a_counterexample_has_possible_values():
    share = sp.IndexedBase("p", positive=True)
    given = [sp.Eq(sp.Sum(share[k], (k, 0, K - 1)), 1)]
    exercise = Formula(
        sp.Sum(share[k] ** 2, (k, 0, K - 1)), [share, k, K], given=given, **ASKED, mistakes=[]
    )
    said = str(exercise.check("sum(p_k^2, k, 0, K-1) + p_0^3 - 1/7"))
    shares = [sp.Rational(value) for value in re.findall(r"p\[\d\] = ([\d/]+)", said)]
    assert len(shares) >= 2 and sum(shares) == 1
    single = Formula(
        share[0] * share[1], [share], given=[share[0] + share[1] < 1], **ASKED, mistakes=[]
    )
    said = str(single.check("p_0 + p_1^3"))
    assert (
        all(sp.Rational(v) < 1 for v in re.findall(r"p\[\d\] = ([\d/]+)", said)) and "p[0]" in said
    )


def test_values_that_look_alike_are_shown_with_more_digits():
    said = counterexample(
        A + sp.Rational(1, 10**9), A * sp.sqrt(2) / sp.sqrt(2) + sp.exp(-30), engine()
    )
    yours, right = re.search(r"gives (\S+), the right one (\S+)\.$", said).groups()
    assert yours != right


def test_a_high_power_in_an_answer_takes_no_longer():
    exercise = Formula(sp.exp(2 * A), [A], **ASKED, mistakes=[("m", "A", "m")])
    for typed in ("e^(2A) + log(1 + exp(-999 - A^2))", "e^(2A)*(1 + log(1 + exp(-999 - A^2)))"):
        assert exercise.judge(typed).status in ("wrong", "undecided")
