"""Values at a point: how they are drawn, changed, and told apart."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import K, T, a, b, delta, gamma, i, k, times, total, x, y

from nnlib.symbolic._evaluate import Point, same

e, g = sp.exp(a / 2), gamma ** (K / 2)


def test_the_values_of_a_point_are_one_for_each_name():
    point = Point(3, values={K: Fraction(3)})
    drawn = {point.evaluate(e) for e in (x[0], x[1], x[2], y[0], a, b)}
    assert len(drawn) >= 5
    assert point.evaluate(a) == Point(3).evaluate(a)
    many = [Point(seed).evaluate(a) for seed in range(20)]
    assert min(many) < 0 < max(many)


VALUES = {  # at T = 1, a = -7/2
    total(k**2, k, 1, 4): 30,
    times(k + T, k, 1, 3): 24,
    total(k, k, 4, T): -5,  # backwards: -(2 + 3)
    total(k, k, 2, T): 0,
    times(k, k, 4, T): sp.Rational(1, 6),
    sp.Sum(k * i, (i, 0, k), (k, 1, 3)): 25,
    sp.Sum(sp.Sum(i, (i, 0, k)) ** 2, (k, 1, 3)): 46,
    sp.ceiling(a): -3,
    sp.floor(a): -4,
    sp.Mod(2 * a, 3): 2,
    delta(T, 1) + 2 * delta(T, 2): 1,
    sp.Abs(a) + sp.sign(a): sp.Rational(5, 2),
    sp.Piecewise((5, T < 1), (7, T <= 1), (9, True)): 7,
    sp.Piecewise((5, sp.Ne(T, 1)), (7, sp.Eq(T, 1))): 7,
    sp.factorial(T + 3): 24,
}


@pytest.mark.parametrize("expr", VALUES, ids=str)
def test_values_at_a_point(expr):
    point = Point(0, values={T: Fraction(1), a: Fraction(-7, 2)})
    value = sp.Rational(VALUES[expr])
    assert point.evaluate(expr) == Fraction(value.p, value.q)


def test_values_that_differ_in_the_twentieth_digit_are_not_the_same():
    point = Point(0)
    near = [point.evaluate(e) for e in (sp.exp(2), sp.exp(2) + sp.Rational(1, 10**20))]
    assert not same(*near)
    assert same(point.evaluate(sp.exp(1) ** 2), point.evaluate(sp.exp(2)))


def test_a_changed_value_changes_the_sums():
    point = Point(0, values={K: Fraction(3)})
    before = point.evaluate(total(x[k] * a))
    point.change(a, 2 * point.evaluate(a))
    assert point.evaluate(total(x[k] * a)) == 2 * before
