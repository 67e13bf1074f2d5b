"""Expectations by declared moments."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, gamma, i, j, k, total, x, y

from nnlib.symbolic import Expectation, Random, Variance, equal
from nnlib.symbolic._expectation import carry_out_expectations

mu = sp.Symbol("mu", real=True)
DRAWS = Random(x[i], mean=mu, variance=gamma**2)


def value(expr, *where):
    return carry_out_expectations(expr, where or (DRAWS,))


@pytest.mark.parametrize(
    ("expr", "result"),
    [
        (Expectation(x[k]), mu),
        (Expectation(a * x[0] + 1), a * mu + 1),
        (Expectation(x[k] ** 2), mu**2 + gamma**2),
        (Expectation(x[0] * x[1]), mu**2),
        (Variance(x[k]), gamma**2),
        (Variance(a * x[0] + x[1]), (a**2 + 1) * gamma**2),
        (Expectation(total(x[k])), K * mu),
        (Variance(total(x[k]) / K), gamma**2 / K),
        (Expectation(a), a),
        (Variance(sp.Integer(3)), 0),
    ],
)
def test_moments_are_put_in(expr, result):
    assert equal(value(expr), result).status == "proved"


def test_entries_of_open_places_may_be_the_same():
    product = value(Expectation(x[i] * x[j]))
    assert equal(product, mu**2 + gamma**2 * sp.KroneckerDelta(i, j)).status == "proved"


def test_a_moment_that_is_not_declared_stays():
    assert value(Expectation(x[0] ** 3)).has(Expectation)
    third = Random(x[i], mean=0, variance=1, moments={3: a})
    assert value(Expectation(x[0] ** 3), third) == a


def test_a_random_range_is_refused():
    size = sp.Symbol("size", integer=True, nonnegative=True)
    law = Random(size, mean=2)
    with pytest.raises(NotImplementedError):
        value(Expectation(sp.Sum(y[k], (k, 0, size))), law)


SHARED = Random(x[i], mean=mu, variance=gamma**2, covariance=a)


def test_entries_that_hang_together():
    assert equal(value(Expectation(x[0] * x[1]), SHARED), mu**2 + a).status == "proved"
    product = value(Expectation(x[i] * x[j]), SHARED)
    apart = (1 - sp.KroneckerDelta(i, j)) * a
    same = sp.KroneckerDelta(i, j) * gamma**2
    assert equal(product, mu**2 + apart + same).status == "proved"
    assert sp.expand(value(Variance(x[0] + x[1]), SHARED) - 2 * gamma**2 - 2 * a) == 0


def test_a_law_that_is_its_own_mirror_image():
    law = Random(x[i], mean=0, variance=gamma**2, symmetric=True)
    half = value(Expectation(sp.Max(x[0], 0) ** 2), law)
    assert sp.simplify(half - gamma**2 / 2) == 0
    assert value(Expectation(x[0] ** 3), law) == 0
