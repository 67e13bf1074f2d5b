"""What may be added to what."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, gamma, k, total, x

from nnlib.symbolic import Expectation, Partial, UnitError, Variance, units

W, J = sp.symbols("W J", positive=True)
OF = {a: W, b: W, gamma: J / W, x: W}


@pytest.mark.parametrize(
    ("expr", "unit"),
    [
        (a + b, W),
        (a * gamma, J),
        (a**2 / b, W),
        (sp.sqrt(a * b), W),
        (total(x[k]) / K, W),
        (sp.exp(a / b), 1),
        (3 * a, W),
        (sp.Eq(a, b), W),
        (a < 2 * b, W),
        (Partial(a**2 * gamma, a), J),
        (Variance(a), W**2),
        (Expectation(a**2), W**2),
        (sp.Abs(a) + sp.Max(a, b), W),
        (sp.sign(a) * b, W),
        (sp.Piecewise((a, b > 0), (0, True)), W),
    ],
)
def test_the_unit_of_a_formula(expr, unit):
    assert units(expr, OF) == unit


@pytest.mark.parametrize(
    "wrong", [a + gamma, sp.exp(a), a + 1, sp.Eq(a, gamma), 2**a, sp.log(x[0]), a < a * b], ids=str
)
def test_what_does_not_fit_is_refused(wrong):
    with pytest.raises(UnitError):
        units(wrong, OF)


def test_a_name_needs_a_unit_and_a_size_has_none():
    with pytest.raises(UnitError):
        units(a * sp.Symbol("unknown", real=True), OF)
    assert units(K * a, OF) == W
