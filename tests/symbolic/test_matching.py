"""Which entries a formula speaks of, and which sizes hide its constants."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, j, k, total, x

from nnlib.symbolic._matching import check_shape, sizes_that_hide


def test_an_output_has_an_entry_for_each_value_of_the_index():
    formula, within = total(x[k]) * x[j], (j >= 0, j <= K - 1)
    check_shape(formula, within, (3,), (j,), 0, {K: 3})
    for shape in ((2,), (4,), (0,)):
        with pytest.raises(ValueError):
            check_shape(formula, within, shape, (j,), 0, {K: 3})


def test_the_range_of_a_sum_over_the_same_axis_counts():
    formula = x[j] - total(x[k]) / K
    check_shape(formula, (), (3,), (j,), 0, {K: 3})
    with pytest.raises(ValueError):
        check_shape(formula, (), (2,), (j,), 0, {K: 3})


def test_sizes_at_which_a_wrong_constant_looks_right():
    assert sizes_that_hide(total(x[k]) / K, {K: 3}) == []
    assert sizes_that_hide(total(x[k]) / K, {K: 1})
    assert sizes_that_hide(total(x[k]) * 2 / K, {K: 2})
    assert sizes_that_hide(total(x[k]) * sp.S.Half / T, {K: 3, T: 3})
