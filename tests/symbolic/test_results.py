"""Results that were proved before, used in later proofs; and what they may not be used for."""

import pytest
import sympy as sp

from nnlib.symbolic import (
    Definition,
    Derivation,
    FalseStep,
    Induction,
    Partial,
    Recurrence,
    UnprovedStep,
    equal,
)
from nnlib.symbolic._results import _fits

i, j, k, n, t = sp.symbols("i j k n t", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
gamma = sp.Symbol("gamma", positive=True)
a, m, s, u = sp.symbols("a m s u", real=True)
x, g, c, C, W, V = (sp.IndexedBase(name, real=True) for name in ("x", "g", "c", "C", "W", "V"))

average = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * c[t])
weighted = sp.Sum(gamma ** (T - t) * (1 - gamma) * c[t], (t, 1, T))
unrolled = Induction(average, C[T], weighted, given=gamma < 1)
all_weights = Definition(W[T], sp.Sum(gamma ** (T - t) * (1 - gamma), (t, 1, T)))
weights = Derivation(W[T], 1 - gamma**T, "geometric sum", where=all_weights, given=gamma < 1)


def total(term, index=k):
    return sp.Sum(term, (index, 0, K - 1))


def test_an_induction_is_used_for_other_sequences_and_named_under_the_chain():
    constant = Definition(c[t], a)
    chain = Derivation(
        C[T], a * W[T], "take out $a$", where=(unrolled, constant, all_weights), given=gamma < 1
    )
    assert chain.status == "proved"
    assert "using C_T = Σ_{t=1}^T γ^{T−t} (1 − γ) c_t" in str(chain)
    with pytest.raises(FalseStep):
        chain.step(a, "wrong")


def test_conditions_of_a_result_are_taken_along():
    chain = Derivation(C[3], gamma**2 * (1 - gamma) * c[1] + gamma * (1 - gamma) * c[2]
                       + (1 - gamma) * c[3], "three terms", where=unrolled)  # fmt: skip
    assert chain.conditions == (gamma < 1,)
    shown = chain.data()
    assert shown["given"] == [] and shown["needed"] == [r"\gamma < 1"]


def test_a_result_speaks_of_its_range_only():
    from_two = Derivation(
        C[T], gamma * (gamma * C[T - 2] + (1 - gamma) * c[T - 1]) + (1 - gamma) * c[T], "twice",
        where=average, given=T >= 2,
    )  # fmt: skip
    assert equal(C[1], (1 - gamma) * c[1], where=from_two).status == "proved"
    wrong = gamma**2 * C[-1] + gamma * (1 - gamma) * c[0] + (1 - gamma) * c[1]
    assert equal(C[1], wrong, where=from_two).status != "proved"


def test_a_result_with_names_of_its_own_is_an_equation_for_them():
    total_weight = Derivation(
        sp.Limit(W[T], T, sp.oo), 1, "$\\gamma^T \\to 0$", where=weights, given=gamma < 1
    )
    assert total_weight.status == "proved"
    assert total_weight.data()["rests_on"][0]["tex"] == r"W_{T} = 1 - \gamma^{T}"


def test_a_result_inside_a_sum_needs_its_range_there():
    squares = Recurrence(C[t], C[t - 1] + 2 * t - 1)
    known = Induction(squares, C[T], T**2)
    both = sp.Sum(C[t], (t, 0, K)), sp.Sum(t**2, (t, 0, K))
    assert equal(*both, where=known).status == "proved"
    below = sp.Sum(C[t], (t, -2, K)), sp.Sum(t**2, (t, -2, K))
    assert equal(*below, where=known).status != "proved"


def test_an_index_of_a_sum_does_not_leave_it():
    product = Derivation(x[j] * total(g[k]), total(x[j] * g[k]), "into the sum")
    inside = total(x[k] * total(g[i], i))
    assert equal(inside, total(total(x[k] * g[i], i)), where=product).status == "proved"
    captured = total(total(x[k] * g[k]))
    assert equal(inside, captured, where=product).status == "refuted"


def test_results_and_definitions_may_not_contradict_one_another():
    with pytest.raises(ValueError, match="C is defined twice"):
        Derivation(C[T], 0, "wrong", where=(unrolled, Definition(C[T], 0)))
    other = Recurrence(C[t], C[t - 1] + c[t])
    with pytest.raises(ValueError, match="C is defined twice"):
        equal(C[T], 0, where=(unrolled, other))
    again = Recurrence(C[k], gamma * C[k - 1] + (1 - gamma) * c[k])
    assert equal(C[T], weighted, where=(unrolled, again), given=gamma < 1).status == "proved"


def test_a_derivative_is_not_used_where_more_of_its_names_are_defined():
    loss = Definition(u, m + s)
    by_mean = Derivation(Partial(u, m), 1, "one term", where=loss)
    assert equal(2 * Partial(u, m), 2, where=by_mean).status == "proved"
    with pytest.raises(ValueError, match="was proved with s held fixed"):
        equal(Partial(u, m), 1, where=(by_mean, Definition(s, 2 * m)))
    assert equal(Partial(u, m), 3, where=(loss, Definition(s, 2 * m))).status == "proved"


def test_a_result_does_not_change_what_a_derivative_holds_fixed():
    # u = 2m as values; but ∂u/∂m with s held fixed is 1
    names = (Definition(u, m + s), Definition(s, total(x[k])), Definition(m, total(x[k])))
    twice = Derivation(u, 2 * m, "both are the same sum", where=names)
    assert equal(Partial(u, m), 1, where=twice).status == "proved"
    assert equal(Partial(u, m), 2, where=twice).status == "refuted"


def test_an_equation_is_not_differentiated_where_it_holds_on_a_line_only():
    on_line = Derivation(x[0] * x[1], x[0] ** 2, "equal", given=sp.Eq(x[0], x[1]))
    assert equal(Partial(x[0] * x[1], x[0]), x[1], where=on_line).status == "proved"
    verdict = equal(Partial(x[0] * x[1], x[0]), 2 * x[0], where=on_line)
    assert verdict.status == "refuted"
    edge = Derivation(sp.Abs(a), a, "not negative", given=a >= 0)
    assert equal(Partial(sp.Abs(a), a), 1, where=edge).status != "proved"


def test_an_equation_that_a_result_needs_is_given_or_listed():
    adds_up = sp.Eq(total(g[k]), 1)
    mean = Derivation(total(g[k] * a), a, "weights add up", given=adds_up)
    assert equal(total(g[i] * a, i), a, where=mean, given=adds_up).conditions == ()
    assert equal(total(g[i] * a, i), a, where=mean).conditions == (adds_up,)
    other = sp.Eq(total(g[i], i), 1)
    assert equal(total(g[i] * a, i), a, where=mean, given=other).conditions == ()


def test_only_proved_results_are_used():
    weak = Derivation(sp.sin(1) ** 2 * a, (1 - sp.cos(1) ** 2) * a, "Pythagoras", accept="checked")
    if weak.status != "proved":
        with pytest.raises(ValueError, match="only proved results can be used"):
            equal(a, a, where=weak)
    with pytest.raises(TypeError, match="where must hold definitions, recurrences"):
        equal(a, a, where=a)


def test_what_a_symbol_was_declared_to_be_holds_for_its_values():
    even = sp.Symbol("n", integer=True, even=True)
    below = sp.Symbol("n", integer=True, negative=True)
    assert _fits(even, 2 * j) and _fits(even, even) and _fits(below, -K)
    assert not _fits(even, j) and not _fits(even, 2 * j + 1) and not _fits(below, j)
    squares = Recurrence(C[t], C[t - 1] + 2 * t - 1)
    known = Induction(squares, C[T], T**2)  # T is declared not to be negative
    assert equal(C[j], j**2, where=known).conditions == (j >= 0,)
    assert equal(C[K - 1], (K - 1) ** 2, where=known).conditions == ()


def test_a_chain_that_defines_a_name_brings_the_definition():
    new = Derivation(V[j], (x[j] + 1) ** 2 - 1).step(x[j] ** 2 + 2 * x[j], "multiply out")
    assert equal(V[k] - 2 * x[k], x[k] ** 2, where=new).status == "proved"
    assert equal(V[k], x[k] ** 2, where=new).status == "refuted"


def test_a_false_use_is_refuted_and_an_unknown_one_not_proved():
    with pytest.raises((FalseStep, UnprovedStep)):
        Derivation(W[T], gamma**T, "wrong", where=weights)
    assert equal(W[T + 1], 1 - gamma ** (T + 1), where=weights).conditions == (gamma < 1,)
