"""What may be added to what."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, gamma, k, total, x

from nnlib.symbolic import UnitError, units

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
