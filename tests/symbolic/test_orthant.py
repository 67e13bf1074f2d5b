"""Polynomials that are nonnegative by their coefficients."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp
from alphabet import K, T, a, gamma, n

from nnlib.symbolic._orthant import nonnegative_by_shifts

W, p = sp.symbols("W p", integer=True, positive=True)


@pytest.mark.parametrize(
    ("expr", "known", "follows"),
    [
        (K * T - 1, (), True),
        (K * T - 2, (), False),
        (n * K, (), True),
        (K**2 - K, (), True),
        (W - p, (), False),
        (W - p, (W - p,), True),
        ((W - p) * K + T - 1, (W - p,), True),
        (sp.Min(K, T) - 1, (), True),
        (sp.Max(K, T) - T, (), True),
        (sp.Min(K, T) - T, (), False),
        (gamma * K, (), True),
        (a, (), False),
        (sp.Integer(-1), (), False),
        (sp.Integer(0), (), True),
    ],
)
def test_what_follows(expr, known, follows):
    assert nonnegative_by_shifts(expr, known) is follows


def test_nothing_false_follows():
    for c, d, e in itertools.product((-2, -1, 0, 1, 2), repeat=3):
        expr = c * K**2 + d * K + e
        if nonnegative_by_shifts(expr, ()):
            assert all(expr.subs(K, size) >= 0 for size in range(1, 30))
