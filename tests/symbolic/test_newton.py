"""Points at which several equations hold at once."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic._evaluate import Point, Undefined, same
from nnlib.symbolic._newton import solve_together

q = sp.Symbol("q", real=True)


@pytest.mark.parametrize(
    "equations",
    [
        [sp.Eq(a + b, 3)],
        [sp.Eq(a + b, 3), sp.Eq(a - b, 1)],
        [sp.Eq(a**2 + b**2, 25), sp.Eq(a * gamma, 3)],
        [sp.Eq(sp.exp(a), gamma), sp.Eq(a + b + q, 0)],
    ],
    ids=str,
)
def test_values_are_changed_until_all_hold(equations):
    point = Point(2, values={a: Fraction(2), b: Fraction(4), gamma: Fraction(1, 2), q: Fraction(1)})
    changed = solve_together(point, [(equation, {}) for equation in equations])
    assert changed
    for equation in equations:
        gap = point.evaluate(equation.lhs - equation.rhs)
        assert abs(float(gap)) < 1e-20 or same(gap, Fraction(0))


def test_what_cannot_hold_is_said():
    point = Point(0, values={a: Fraction(1)})
    with pytest.raises(Undefined):
        solve_together(point, [(sp.Eq(a**2, -1, evaluate=False), {})])
