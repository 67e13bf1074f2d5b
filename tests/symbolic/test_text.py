"""Formulas in one line of plain text."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, a, b, delta, gamma, half, j, k, total, x

from nnlib.symbolic import to_text
from nnlib.symbolic._text import Text, side_of


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (1 - gamma, "1 − γ"),
        (gamma**T, "γ^T"),
        (x[0], "x₀"),
        (a * b, "a b"),
        (half, "1/2"),
        (total(x[k]) / K, "(Σ_{k=0}^{K−1} x_k)/K"),
        (sp.sqrt(a), "√a"),
        (delta(j, k), "δ_{jk}"),
        (-a, "−a"),
        (sp.oo, "∞"),
    ],
)
def test_small_formulas(expr, text):
    assert to_text(expr) == text == Text().doprint(expr)


def test_brackets_stand_where_a_line_could_be_read_in_two_ways():
    for one, other in (
        ((a + b) * gamma, a + b * gamma),
        (a / (b * gamma), a / b * gamma),
        ((-a) ** K, -(a**K)),
        (total(x[k]) ** 2, total(x[k] ** 2)),
    ):
        assert to_text(one) != to_text(other)


def test_the_side_of_a_limit():
    assert side_of(sp.oo, sp.Symbol("-")) == side_of(sp.oo, sp.Symbol("+"))
    sides = {side_of(sp.S.Zero, sp.Symbol(sign)) for sign in ("+", "-", "+-")}
    assert len(sides) == 3
