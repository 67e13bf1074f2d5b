"""The small steps of the normal form and of the zero test, each with its result written down."""

from __future__ import annotations

import pytest
import sympy as sp

from nnlib.symbolic import _normal as normal
from nnlib.symbolic._evaluate import Point, same
from nnlib.symbolic._facts import Facts, without_implied
from nnlib.symbolic._normal import NormalForm

i, j, m = sp.symbols("i j m", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
a, b, z = sp.symbols("a b z", real=True)
gamma, beta = sp.symbols("gamma beta", positive=True)
x, y, w = (sp.IndexedBase(name, real=True) for name in ("x", "y", "w"))
k = sp.Dummy("k", integer=True)
delta = sp.KroneckerDelta
half, third = sp.Rational(1, 2), sp.Rational(1, 3)


def in_normal_form(expr, *given):
    return NormalForm(Facts(given))(expr)


# --- indices --------------------------------------------------------------------------------------


# --- terms ----------------------------------------------------------------------------------------


def test_powers_of_powers():
    root = sp.sqrt(a**2 + 1)
    assert normal._nested_power(root, sp.Integer(3)) == (a**2 + 1) ** sp.Rational(3, 2)
    assert normal._nested_power(gamma, T) == gamma**T
    assert normal._nested_power(a**2, half) == sp.Pow(a**2, half)
    assert normal._nested_power(a**T, K) == a ** (T * K)


def test_common_bounds_are_those_of_the_shortest_range():
    bounds = normal.Bounds()
    assert bounds.common(a, (0, 3)) == (0, 3) and bounds.common(a, (1, 5)) == (1, 5)
    assert bounds.learn()
    assert bounds.common(a, (0, 3)) == (1, 3) and bounds.common(a, (1, 5)) == (1, 3)
    assert bounds.common(a, (2, 2)) == (2, 2) and bounds.common(b, (0, 9)) == (0, 9)
    assert bounds.learn() and not bounds.learn()
    assert bounds.common(a, (0, 9)) == (2, 2)


# --- whole expressions ----------------------------------------------------------------------------


def total(term, low, high, kind=sp.Sum):
    return kind(term.xreplace({k: m}), (m, low, high))


@pytest.mark.parametrize(
    ("expr", "form"),
    [
        (sp.exp(a + 2 * b), sp.exp(a) * sp.exp(2 * b)),
        (gamma ** (T + 1), gamma * gamma**T),
        ((2 * a * gamma) ** T, 2**T * a**T * gamma**T),
        ((a * gamma) ** half, sp.sqrt(gamma) * sp.sqrt(a)),
        (sp.exp(a) ** K, sp.exp(a * K)),
        (sp.log(6 * gamma**2 * sp.exp(a)), a + 2 * sp.log(gamma) + sp.log(2) + sp.log(3)),
        (sp.log(gamma / beta), sp.log(gamma) - sp.log(beta)),
        (sp.log(a * gamma), sp.log(gamma) + sp.log(a)),
        (sp.log(total(gamma + k**2, 1, K, sp.Product)), total(sp.log(gamma + k**2), 1, K)),
        (sp.Abs(-gamma * a * beta), gamma * beta * sp.Abs(a)),
        (sp.Abs(-(a**2) - 1), a**2 + 1),
        (sp.factorial(T + 2), (T + 1) * (T + 2) * sp.factorial(T)),
        (sp.factorial(T - 2), sp.factorial(T) / (T * (T - 1))),
        (sp.factorial(T + 17), sp.factorial(T + 17)),
        (sp.factorial(2 * (T + 1) - T), (T + 1) * (T + 2) * sp.factorial(T)),
        (x[2 * (i + 1)], x[2 * i + 2]),
        (delta(T + 1, 1), delta(T, 0)),
        (sp.atan(a * (b + 1)) + 0 * b, sp.atan(a * (b + 1))),
        (total(sp.S.One, 1, T), T),
        (total(a + 0 * k, 3, T), a * (T - 2)),
        (total(k, 1, T), T**2 / 2 + T / 2),
        (total(x[k], 1, 3), x[1] + x[2] + x[3]),
        (total(x[k], 1, 0), 0),
        (total(x[k], T, T + 1), x[T] + x[T + 1]),
        (total(x[k], 1, 3, sp.Product), x[1] * x[2] * x[3]),
        (total(x[k], 1, 0, sp.Product), 1),
        (total(sp.Integer(2) + 0 * k, 1, T, sp.Product), 2**T),
        (total(k, 1, T, sp.Product), sp.factorial(T)),
        (total(2 * k, 1, T, sp.Product), 2**T * sp.factorial(T)),
        (total(k + 1, 0, T, sp.Product), (T + 1) * sp.factorial(T)),
        (total(gamma**k, 1, T, sp.Product), gamma ** (T**2 / 2) * gamma ** (T / 2)),
        (total(a * x[k], 1, T), a * total(x[k], 1, T)),
        (total(delta(k, j) * x[k], j, j + T), x[j]),
        (total(delta(k, j) * x[k], j + 1, j + T), 0),
        (total(delta(k, j) * x[k], j - T, j - 1), 0),
    ],
    ids=str,
)
def test_normal_forms(expr, form):
    assert in_normal_form(expr) == in_normal_form(sp.S.Zero + form)
    if not sp.sympify(form).has(sp.Sum):
        assert sp.expand(in_normal_form(expr) - form) == 0


def test_what_is_written_out_and_what_is_not():
    assert not in_normal_form(total(x[k], 0, 63)).has(sp.Sum)
    assert in_normal_form(total(x[k], 0, 64)).has(sp.Sum)
    assert in_normal_form(total(x[k], 3, 1)).has(sp.Sum)  # reversed
    assert not in_normal_form(total(x[k], 0, 63, sp.Product)).has(sp.Product)
    assert in_normal_form(total(x[k], 0, 64, sp.Product)).has(sp.Product)
    assert in_normal_form(total(x[k], 3, 1, sp.Product)).has(sp.Product)


def test_bounds_that_are_no_whole_numbers_stay():
    for kind in (sp.Sum, sp.Product):
        halves = kind(x[m], (m, 1, (K + 1) / 2))
        assert len(in_normal_form(halves).atoms(kind)) == 1
        assert in_normal_form(halves - halves.xreplace({m: i})) == 0


def test_powers_of_exponentials():
    one = NormalForm(Facts()).power
    assert one(sp.exp(a), T) == sp.exp(a * T) and one(sp.exp(a), half) == sp.exp(a / 2)
    assert in_normal_form(total(sp.exp(a) + 0 * k, 1, T, sp.Product)) == sp.exp(a * T)
    complex_one = sp.Symbol("z")
    assert one(sp.exp(complex_one), T) == sp.exp(complex_one * T)
    root = sp.sqrt(sp.exp(complex_one))  # at z = 2πi this is 1, and exp(z/2) is -1
    assert in_normal_form(root) == root != sp.exp(complex_one / 2)


def test_what_has_no_closed_form_stays_a_sum():
    unknown_ratio = sp.Sum(sp.Sum(i**j, (j, 0, K)), (i, 0, T))  # the ratio may be 1
    assert in_normal_form(unknown_ratio).has(sp.Sum)
    shifted = sp.Sum(x[i] / i, (i, 0, K)) - sp.Sum(x[i] / i, (i, 1, K))  # one term is undefined
    assert not in_normal_form(shifted).has(sp.zoo, sp.nan)
    upper = sp.Sum(x[i] / (i - T), (i, 1, T)) - sp.Sum(x[i] / (i - T), (i, 1, T - 1))
    assert not in_normal_form(upper).has(sp.zoo, sp.nan)


@pytest.mark.parametrize("kind", [sp.Sum, sp.Product])
@pytest.mark.parametrize(
    ("long", "short", "needed"),
    [
        ((j, K), (j + 1, K), j <= K),
        ((j, K), (j + 3, K), j <= K - 2),
        ((j, K + 2), (j + 2, K), j <= K - 1),
        ((j, K + 2), (j, K), j <= K + 1),
        ((j, K), (j + 3, K + 1), j <= K - 2),
        ((j, K), (j - 3, K - 1), j <= K),
    ],
)
def test_terms_are_taken_off_where_the_range_has_them(kind, long, short, needed):
    facts = Facts()
    form = NormalForm(facts)(kind(x[m], (m, *long)) + 5 * kind(x[m], (m, *short)))
    assert len({atom.limits for atom in form.atoms(kind)}) == 1
    assert without_implied(facts.conditions) == [needed]
    with_given = Facts([needed])
    NormalForm(with_given)(kind(x[m], (m, *long)) + 5 * kind(x[m], (m, *short)))
    assert not with_given.conditions


def test_hyperbolic_functions_are_exponentials():
    for function in (sp.sinh, sp.cosh, sp.tanh):
        form = in_normal_form(function(a))
        point = Point(0)
        assert not form.has(function) and form.has(sp.exp)
        assert same(point.evaluate(form), point.evaluate(function(a)))


def test_order_and_names_of_indices_do_not_matter():
    one = sp.Sum(w[i, j] * x[i], (i, 0, K), (j, 1, T))
    other = sp.Sum(w[m, i] * x[m], (i, 1, T), (m, 0, K))
    assert in_normal_form(one) == in_normal_form(other)
    assert in_normal_form(one) != in_normal_form(sp.Sum(w[i, j] * x[j], (i, 0, K), (j, 1, T)))
    square = total(x[k], 0, K) ** 2
    both = sp.Sum(x[i] * x[j], (i, 0, K), (j, 0, K))
    form = NormalForm(Facts())
    assert form(total(square * y[k], 1, T) - total(both * y[k], 1, T)) == 0


# --- atoms of the zero test -----------------------------------------------------------------------
