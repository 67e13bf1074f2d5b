"""One form for equal rational expressions."""

from __future__ import annotations

import sympy as sp
from alphabet import T, a, b, gamma, x, z

from nnlib.symbolic import _rational as rational


def test_one_form_for_equal_fractions():
    for expr, form in (
        (1 / a + 1 / b, (a + b) / (a * b)),
        ((a**2 - b**2) / (a - b), a + b),
        (gamma ** (2 * T) - gamma**T, gamma**T * (gamma**T - 1)),
        (a * b, a * b),
        (a * b + a, a * (b + 1)),
        (sp.exp(a), sp.exp(a)),
    ):
        assert rational.canonical(expr) == form
    for expr, form in (
        (a**2 - b**2, (a - b) * (a + b)),
        (gamma ** (2 * T) - 1, (gamma**T - 1) * (gamma**T + 1)),
        (sp.exp(2 * a) - 1, (sp.exp(a) - 1) * (sp.exp(a) + 1)),
        (a * b * z * x[1] * (gamma**2 - 1), a * b * z * x[1] * (gamma - 1) * (gamma + 1)),
        (a * b * z * x[1] * x[2] * (gamma**2 - 1), a * b * z * x[1] * x[2] * (gamma**2 - 1)),
    ):
        assert rational.canonical(expr, factored=True) == form
