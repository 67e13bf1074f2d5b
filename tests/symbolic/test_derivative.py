"""Derivatives by symbols and by entries of families, rule by rule."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, a, b, delta, i, in_range, j, k, m, s, total, w, x, y

from nnlib.symbolic import Definition, Partial, derivative, equal


def test_derivatives_by_an_entry_with_two_indices():
    quadratic = sp.Sum(w[i, s] * x[i] * y[s], (i, 0, K - 1), (s, 0, K - 1))
    slope = derivative(quadratic, w[j, m])
    ranges = (*in_range, m >= 0, m <= K - 1)
    assert equal(slope, x[j] * y[m], given=ranges).status == "proved"


DERIVATIVES = [
    (a**3 * sp.exp(2 * a), 3 * a**2 * sp.exp(2 * a) + 2 * a**3 * sp.exp(2 * a)),
    (sp.log(1 + a**2), 2 * a / (1 + a**2)),
    (total(a**2 * x[k]), 2 * a * total(x[k])),
    (a * b * (a + 1), b * (2 * a + 1)),
]


@pytest.mark.parametrize(("expr", "slope"), DERIVATIVES)
def test_derivatives_by_a_symbol(expr, slope):
    assert equal(derivative(expr, a), slope).status == "proved"


def test_each_case_is_differentiated():
    cases = derivative(sp.Piecewise((a**2, a > 0), (3 * a, True)), a)
    assert cases == sp.Piecewise((2 * a, a > 0), (3, True))


def test_a_range_that_depends_on_the_variable_is_refused():
    with pytest.raises(NotImplementedError, match="bounds"):
        derivative(total(x[k], k, 0, sp.floor(a)), a)


def test_partial_takes_names_apart_from_the_inside():
    q = sp.Symbol("q", real=True)
    square = Definition(q, a**2)
    assert equal(Partial(q**2, a), 4 * a**3, where=square).status == "proved"
    assert equal(Partial(q**2, q), 2 * a**2, where=square).status == "proved"


@pytest.mark.parametrize(
    ("expr", "slope"),
    [
        (a**a, a**a * sp.log(a) + a**a),
        (sp.Integer(5), 0),
        (x[k] * b, 0),
        (sp.Abs(a), sp.sign(a)),
        (sp.exp(a * b) - b, b * sp.exp(a * b)),
        (total(b * x[k]) - a, -1),
    ],
)
def test_derivatives_rule_by_rule(expr, slope):
    assert derivative(expr, a) == slope


def test_derivatives_by_entries_rule_by_rule():
    assert derivative(w[i, j], w[k, m]) == delta(i, k) * delta(j, m)
    assert derivative(y[j] * a, x[k]) == 0 and derivative(a, x[k]) == 0
    swapped = derivative(w[i, j] * w[j, i], w[k, m])
    assert swapped == delta(i, k) * delta(j, m) * w[j, i] + delta(j, k) * delta(i, m) * w[i, j]


def test_derivatives_that_are_not_known_are_refused():
    for expr, variable, said in (
        (x[a], a, "no derivative by its index a"),
        (delta(i, j), i, "no derivative is known for KroneckerDelta"),
        (sp.Limit(a / T, T, sp.oo), a, "no derivative is known for Limit"),
        (total(x[k], k, 0, sp.floor(x[j])), x[m], "bounds"),
    ):
        with pytest.raises(NotImplementedError, match=said):
            derivative(expr, variable)
    for variable in (a + b, sp.Integer(2)):
        with pytest.raises(TypeError, match="variable must be a Symbol or an Indexed"):
            derivative(a, variable)
        with pytest.raises(TypeError, match="variable must be a Symbol or an Indexed"):
            Partial(a, variable)
    assert Partial(a**2, a).doit() == 2 * a
