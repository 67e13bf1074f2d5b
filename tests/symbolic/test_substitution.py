"""Replacing names: nothing is captured by a bound index."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import K, a, i, j, k, m, s, total, w, x, y

from nnlib.symbolic import Definition, equal
from nnlib.symbolic._evaluate import Point
from nnlib.symbolic._notation import substitute
from nnlib.symbolic._substitution import written_out


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


@pytest.mark.parametrize(
    "expr, terms",
    [
        (total(x[k], k, 0, 2), x[0] + x[1] + x[2]),
        (1 / total(k * x[k], k, i, i + 1), 1 / (i * x[i] + (i + 1) * x[i + 1])),
        (total(x[i] * x[j], i, 0, j), None),
        (sp.Sum(x[i] * x[j], (i, 0, j), (j, 0, 1)), x[0] ** 2 + x[0] * x[1] + x[1] ** 2),
        (total(x[k] * total(x[k], k, 0, 1), k, 1, 2), (x[0] + x[1]) * x[1] + (x[0] + x[1]) * x[2]),
        (total(x[k] * total(y[j], j, k, 2), k, 1, 2), x[1] * (y[1] + y[2]) + x[2] * y[2]),
        (sp.Product(x[k], (k, 1, 3)), x[1] * x[2] * x[3]),
        (sp.Product(x[k], (k, 1, 0)), sp.S.One),
        (total(x[k], k, 3, 1), None),  # which counts backwards
        (total(x[k], k, 0, K), None),
        (total(x[k], k, 1, 65), None),
        (
            total(sp.KroneckerDelta(k, j) * x[k], k, 0, 1),
            sp.KroneckerDelta(0, j) * x[0] + sp.KroneckerDelta(1, j) * x[1],
        ),
    ],
    ids=str,
)
def test_sums_over_a_known_range_are_written_out(expr, terms):
    found = written_out(expr)
    if terms is None:
        assert isinstance(found, sp.Sum) and len(found.limits) == len(expr.limits)
    else:
        assert sp.expand(found - terms) == 0 and not found.has(sp.Sum, sp.Product)
    point = Point(3, values={i: Fraction(2), j: Fraction(1), K: Fraction(3)})
    assert point.evaluate(found) == point.evaluate(expr)
