"""What is random, and which moments it has."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, gamma, i, j, x

from nnlib.symbolic import Expectation, Random, Variance

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
