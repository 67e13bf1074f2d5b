"""Ranges of sums, narrowed and in another order."""

from __future__ import annotations

import sympy as sp
from alphabet import K, T, a, i, k, n, w, x, y

from nnlib.symbolic import Indicator, equal
from nnlib.symbolic._ranges import entanglement, is_triangle


def test_how_sums_stand_inside_one_another():
    flat = sp.Sum(x[k], (k, 0, K))
    square = sp.Sum(x[k] * sp.Sum(y[i], (i, 0, T)), (k, 0, K))
    triangle = sp.Sum(x[k] * sp.Sum(y[i], (i, 0, k)), (k, 0, K))
    assert entanglement(a) < entanglement(flat) < entanglement(square) < entanglement(triangle)


def test_a_triangle_is_a_sum_whose_bounds_hold_the_index():
    assert is_triangle(x[k] * sp.Sum(y[i], (i, 0, k)), k)
    assert not is_triangle(x[k] * sp.Sum(y[i], (i, 0, K)), k)
    assert not is_triangle(x[k], k)


def test_a_range_is_narrowed_by_an_indicator():
    count = sp.Sum(Indicator(T * i <= n), (i, 0, n))
    assert equal(count, sp.floor(n / T) + 1).status == "proved"
    assert equal(count, sp.floor(n / T)).status == "refuted"


def test_a_triangle_may_be_summed_by_its_columns():
    rows = sp.Sum(sp.Sum(w[i, k], (k, 0, i)), (i, 0, K - 1))
    columns = sp.Sum(sp.Sum(w[i, k], (i, k, K - 1)), (k, 0, K - 1))
    assert equal(rows, columns).status == "proved"
    wrong = sp.Sum(sp.Sum(w[i, k], (i, 0, k)), (k, 0, K - 1))
    assert equal(rows, wrong).status == "refuted"
