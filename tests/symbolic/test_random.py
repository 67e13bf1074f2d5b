"""What is random, and which moments it has."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, gamma, i, j, x, y

from nnlib.symbolic import Definition, Expectation, Random, Variance, equal

mu = sp.Symbol("mu", real=True)


def test_moments_of_a_family():
    law = Random(x[i], mean=mu, variance=gamma**2)
    assert law.moment(1) == mu and sp.expand(law.moment(2) - mu**2 - gamma**2) == 0
    assert law.moment(3) is None
    hanging = Random(x[i], mean=mu * i, variance=1)
    assert hanging.moment_of(x[j + 1], 1) == mu * (j + 1)


def test_further_moments_are_declared_or_follow():
    assert Random(a, mean=0, moments={4: 3}).moment(4) == 3
    assert Random(a, mean=gamma, binary=True).moment(7) == gamma
    symmetric = Random(a, variance=gamma, symmetric=True)
    assert symmetric.moment(1) == 0 and symmetric.moment(3) == 0


def test_expectation_and_variance_are_real_and_print():
    for kind, letter in ((Expectation, "E"), (Variance, "Var")):
        assert kind(x[i]).is_real and letter in str(kind(x[i]))


def test_a_law_shows_what_it_declares():
    law = Random(x[i], mean=mu, variance=gamma**2)
    assert law.name == x and Random(a, mean=0).name == a
    assert repr(law) == "E[x_i] = μ\nVar(x_i) = γ²\n[definition]"


@pytest.mark.parametrize("wrong", [x[i] + 1, sp.Integer(2), "x"])
def test_only_symbols_and_entries_are_random(wrong):
    with pytest.raises((TypeError, ValueError)):
        Random(wrong, mean=0)


@pytest.mark.parametrize(
    "moments",
    [
        {"mean": 0, "variance": -1},
        {"mean": mu, "variance": -(gamma**2)},
        {"mean": 1, "moments": {2: 0}},
        {"mean": mu, "moments": {2: mu**2 - gamma}},
        {"moments": {2: -1}},
        {"moments": {2: 2, 4: 3}},
        {"symmetric": True, "moments": {4: -gamma}},
        {"mean": 2, "binary": True},
        {"mean": -gamma, "binary": True},
        {"mean": 1 + gamma, "binary": True},
        {"mean": 0, "variance": 1, "covariance": -2},
        {"mean": 0, "variance": gamma, "covariance": 3 * gamma},
    ],
)
def test_moments_that_no_law_has_are_refused(moments):
    with pytest.raises(ValueError, match="E\\[|mean|variance|moments"):
        Random(x[i], **moments)


def test_moments_that_some_law_has_are_taken():
    Random(x[i], mean=mu, variance=0)
    Random(x[i], mean=gamma, binary=True)
    Random(x[i], mean=1, binary=True)
    Random(x[i], mean=1, moments={2: 1, 4: 1})
    Random(x[i], mean=0, variance=1, covariance=-1)
    Random(x[i], mean=i, variance=i**2)


def test_a_moment_is_a_number_and_not_random():
    inner = Random(y[i], mean=0, variance=1)
    with pytest.raises(ValueError, match="which is random itself"):
        equal(Expectation(x[j]), y[j], where=(Random(x[i], mean=y[i]), inner))
    with pytest.raises(ValueError, match="which is random itself"):
        hidden = Definition(a, 2 * y[0])
        equal(Expectation(x[j]), a, where=(Random(x[i], mean=a), hidden, inner))
    with pytest.raises(ValueError, match="which is random itself"):
        equal(Expectation(x[j]), x[j], where=Random(x[i], mean=x[i]))
