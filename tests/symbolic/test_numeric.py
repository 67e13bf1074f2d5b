"""Derived formulas as functions of NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from alphabet import K, T, a, delta, half, i, j, k, times, total, x, y

from nnlib.symbolic import Derivation, Recurrence
from nnlib.symbolic._numeric import numpy_function


def as_function(expr: sp.Expr, **options: Any) -> Any:
    return Derivation(sp.Symbol("Q"), expr).lambdify(**options)


def test_a_function_of_arrays_adds_up_and_multiplies():
    data = np.array([2.0, 3.0, 5.0])
    assert as_function(times(x[k] + a), origin={x: 1})(K=3, a=0.5, x=data) == 2.5 * 3.5 * 5.5
    assert as_function(total(a))(K=3, a=0.5) == 1.5
    assert as_function(total(delta(j, k) * x[k]))(K=3, j=1, x=data) == 3
    assert as_function(total(sp.Abs(x[k] - 3) * k, high=j))(j=2, x=data) == 4
    triangle = as_function(total(total(x[i], i, 0, k) * x[k]))
    assert triangle(K=3, x=data) == 2 * 2 + 5 * 3 + 10 * 5


NUMPY = {
    "exp": (sp.exp(a), np.exp),
    "log": (sp.log(a), np.log),
    "abs": (sp.Abs(a - 1), lambda v: np.abs(v - 1)),
    "sign": (sp.sign(a - 1), lambda v: np.sign(v - 1)),
    "tanh": (sp.tanh(a), np.tanh),
    "sin": (sp.sin(a), np.sin),
    "cos": (sp.cos(a), np.cos),
    "floor": (sp.floor(a), np.floor),
    "ceiling": (sp.ceiling(a), np.ceil),
    "largest": (sp.Max(a, 1, 2 - a), lambda v: np.maximum(np.maximum(v, 1), 2 - v)),
    "smallest": (sp.Min(a, 1, 2 - a), lambda v: np.minimum(np.minimum(v, 1), 2 - v)),
    "numbers": (sp.pi * a + half, lambda v: np.pi * v + 0.5),
    "powers": (a**-2 + sp.sqrt(a) + 2**a, lambda v: v**-2.0 + np.sqrt(v) + 2.0**v),
    "quotients": (a / (a + 1) - a * a, lambda v: v / (v + 1) - v * v),
}


@pytest.mark.parametrize("name", NUMPY)
def test_functions_of_whole_arrays(name):
    expr, expected = NUMPY[name]
    data = np.array([0.25, 0.5, 1.75])
    np.testing.assert_allclose(as_function(expr)(a=data), expected(data), rtol=1e-14)


def test_sums_whose_ranges_depend_on_others():
    data = np.array([1.0, 2.0, 5.0])
    sums = total(total(x[i], i, 0, k) * (k + 1))
    assert as_function(sums)(K=3, x=data) == 1 * 1 + 3 * 2 + 8 * 3
    assert as_function(times(total(x[i], i, 0, k), k, 0, K - 1))(K=3, x=data) == 1 * 3 * 8
    assert as_function(total(total(x[i], i, k, K - 1)))(K=3, x=data) == 8 + 7 + 5
    assert as_function(total(x[j]))(K=4, x=data, j=2) == 20
    assert as_function(total(x[k]))(K=0, x=data) == 0 and as_function(times(a))(K=3, a=2.0) == 8
    both = sp.Sum(x[i] * y[k], (i, 0, 1), (k, 0, 2))
    assert as_function(both)(x=data, y=2 * data) == 3 * 16


def test_a_function_of_arrays_says_what_it_takes():
    function = as_function(a + x[k])
    assert function.__doc__ == "NumPy function of a, k, x for a + x[k]"
    with pytest.raises(TypeError, match=r"takes a, k, x; missing: \['k'\], unknown: \['j'\]"):
        function(a=1, x=[1], j=0)
    with pytest.raises(TypeError, match=r"missing: \[\], unknown: \['j'\]"):
        function(a=1, x=[1], k=0, j=0)
    for unknown, said in ((sp.zeta(a), "for zeta"), (sp.Piecewise((a, a > 0), (0, True)), "cases")):
        with pytest.raises(TypeError, match=said):
            as_function(unknown)(a=2)
    rule = Recurrence(x[k], x[k - 1] + a)
    with pytest.raises(ValueError, match="still holds the sequence"):
        Derivation(sp.Symbol("Q"), x[T] + 1, where=rule).lambdify()
    assert Derivation(sp.Symbol("Q"), a + 1, where=rule).lambdify()(a=1) == 2


def test_a_function_of_arrays_does_not_wrap_around():
    with pytest.raises(IndexError, match="before the first entry"):
        as_function(total(x[k]), origin={x: 1})(K=2, x=np.ones(3))


def test_the_function_of_an_expression_alone():
    function = numpy_function(a**2 + x[j], (), {})
    assert function(a=3.0, x=np.array([1.0, 2.0]), j=1) == 11.0
