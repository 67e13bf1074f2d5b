"""How the term of a sum depends on its index."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import a, b, gamma, half, n, x, y

from nnlib.symbolic import _summands as summands
from nnlib.symbolic._evaluate import Point

k = sp.Dummy("k", integer=True)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (k, (1, 1)),
        (k**2, (2, 1)),
        (gamma**k, (0, gamma)),
        (k**3 * gamma ** (2 * k) * a**k, (3, gamma**2 * a)),
        (k * k**2 * sp.exp(-a * k), (3, sp.exp(-a))),
        (gamma**-k, (0, 1 / gamma)),
        (k**8, (8, 1)),
        (k**9, None),
        (1 / k, None),
        (gamma**k / k, None),
        (k**2 / k**3, None),
        (gamma ** (k + 1), None),
        (gamma ** (k**2), None),
        (gamma ** (k * (k + 1)), None),
        (k**gamma, None),
        (k**k, None),
        (x[k], None),
        (x[k] * gamma**k, None),
        (2 * gamma**k, None),
        ((a + k) ** 2, None),
    ],
)
def test_geometric_terms(term, found):
    assert summands.geometric(term, k) == found


@pytest.mark.parametrize("moment", range(4))
def test_sums_of_powers_with_a_moment(moment):
    point = Point(0, values={gamma: Fraction(3, 5)})
    for length in range(4):
        closed = summands.power_sum(moment, gamma, sp.Integer(length))
        expected = sum(Fraction(3, 5) ** p * Fraction(p) ** moment for p in range(length + 1))
        assert point.evaluate(closed) == expected


@pytest.mark.parametrize(
    ("factor", "found"),
    [
        (k, (1, 0)),
        (2 * k + 4, (2, 2)),
        (k + a, (1, a)),
        (3 - k, (-1, -3)),
        (k / 2 + 1, (half, 2)),
        (2 * (k + n), (2, n)),
        (a * k, None),
        (k**2 + k, None),
        (gamma**k, None),
        (k + x[k], None),
        (a + 1, None),
    ],
)
def test_linear_factors(factor, found):
    assert summands.as_linear(factor, k) == found


def test_terms_and_their_coefficients():
    expr = (2 * x[k] + a * y[k]) * (b + x[k]) - 3 * x[k] - 2 * b * x[k]
    parts = {x[k]: -3, y[k]: a * b, x[k] ** 2: 2, x[k] * y[k]: a}
    assert summands.split_terms(expr, k) == parts
    assert summands.split_terms((x[k] + 1) ** 2, k) == {x[k] ** 2: 1, x[k]: 2, sp.S.One: 1}
    assert summands.split_terms((x[k] + a) ** 3, k) == {
        x[k] ** 3: 1, x[k] ** 2: 3 * a, x[k]: 3 * a**2, sp.S.One: a**3,
    }  # fmt: skip
    assert summands.split_terms(a + b, k) == {sp.S.One: a + b}
    for whole in (1 / (x[k] + 1), (x[k] + 1) ** half, (x[k] + 1) ** k, sp.exp(x[k] + a)):
        assert summands.split_terms(whole, k) == {whole: 1}
    assert summands.split_terms(a * x[k] - x[k] * a, k) == {}
