"""Where an expression has a value."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, a, b, beta, gamma, k, n, total, x, y

from nnlib.symbolic import Definition
from nnlib.symbolic._conditions import (
    divisors_that_may_vanish,
    domain_conditions,
    has_sign,
    is_open,
)
from nnlib.symbolic._facts import Facts


@pytest.mark.parametrize(
    ("expr", "known", "conditions"),
    [
        (1 / a, (), {sp.Ne(a, 0)}),
        (1 / gamma, (), set()),
        (1 / (1 - gamma), (), {sp.Ne(gamma, 1)}),
        (1 / (1 - gamma), (gamma < 1,), set()),
        (sp.log(a), (a > 0,), set()),
        (a * b, (), set()),
        (x[k] / K, (), set()),
    ],
)
def test_conditions_of_a_value(expr, known, conditions):
    assert set(domain_conditions(expr, sp.S.Zero, (), known)) == conditions


def test_divisors_are_named_as_they_are_written():
    assert divisors_that_may_vanish(b / (a - 1) + 1 / gamma, (), ()) == [a - 1]
    assert divisors_that_may_vanish(b / (a - 1), (a > 1,), ()) == []
    q = sp.Symbol("q", real=True)
    assert divisors_that_may_vanish(1 / q, (), (Definition(q, gamma + 1),)) == []


def test_an_index_of_a_sum_makes_it_open():
    d = sp.Dummy("k", integer=True)
    assert is_open(1 / x[d]) and not is_open(1 / x[K])


def test_signs_by_parts():
    facts = Facts()
    assert has_sign(gamma * beta + 1, facts, strict=True)
    assert has_sign(total(y[k] ** 2), facts, strict=False)
    assert has_sign(a**2, facts, strict=False) and not has_sign(a**2, facts, strict=True)
    assert not has_sign(a, facts, strict=False) and not has_sign(gamma - 1, facts, strict=False)
    assert has_sign(n + T, facts, strict=True)
