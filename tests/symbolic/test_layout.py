"""In which order a person writes."""

from __future__ import annotations

import sympy as sp
from alphabet import K, a, b, gamma, k, total, x, y

from nnlib.symbolic import _layout as layout


def test_a_minus_stands_before_a_term():
    assert layout.is_negative(-a) and layout.is_negative(-2 * a * b) and not layout.is_negative(a)
    assert layout.without_sign(-2 * a) == 2 * a
    assert layout.is_negative(sp.Integer(-3)) and layout.without_sign(sp.Integer(-3)) == 3


def test_what_is_taken_away_comes_last():
    assert layout.ordered_terms(1 - gamma) == [1, -gamma]
    assert layout.ordered_terms(-a + b)[0] == b
    terms = layout.ordered_terms(a**2 - a + 1)
    assert sum(terms) == a**2 - a + 1 and len(terms) == 3


def test_bars_start_with_what_is_added():
    assert layout.ordered_terms(layout.inside_bars(gamma - 1))[0] == 1
    assert abs(layout.inside_bars(gamma - 1).subs(gamma, 3)) == 2


def test_a_product_is_a_fraction_and_what_follows():
    parts = layout.parts_of(a * x[k] / K)
    assert sp.Mul(*parts.above, *parts.after) / sp.Mul(*parts.below) == a * x[k] / K
    assert parts.below == [K] and x[k] in parts.above + parts.after
    plain = layout.parts_of(2 * a)
    assert plain.below == [] and sp.Mul(*plain.above, *plain.after) == 2 * a


def test_numbers_come_first_and_sums_last():
    factors = layout.ordered_factors([total(y[k]), x[k], gamma, sp.Integer(2)])
    assert factors == [2, gamma, x[k], total(y[k])]


def test_counting_numbers():
    assert layout.counts(K + k) and not layout.counts(K + a)
