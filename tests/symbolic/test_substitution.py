"""Replacing names: nothing is captured by a bound index."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from alphabet import K, a, i, j, k, m, s, total, w, x, y

from nnlib.symbolic import Definition, equal
from nnlib.symbolic._evaluate import Point
from nnlib.symbolic._notation import substitute


def test_nothing_is_captured():
    double = sp.Sum(x[i] * y[j] * a, (i, 0, k), (k, 0, K))
    for new in (i, k, K):
        moved = substitute(double, {j: new})
        point = Point(0, values={K: Fraction(3), i: Fraction(2), k: Fraction(1)})
        right = total(x[s], s, 0, m).func(x[s] * y[new] * a, (s, 0, m), (m, 0, K))
        assert point.evaluate(moved) == point.evaluate(right)
    q = Definition(x[j], total(y[k] * w[j, k]))
    assert (
        equal(
            total(x[k] * y[k]), sp.Sum(w[k, i] * y[i] * y[k], (i, 0, K - 1), (k, 0, K - 1)), where=q
        ).status
        == "proved"
    )
