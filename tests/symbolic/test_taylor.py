"""Taylor's polynomial of an unknown function."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, b

from nnlib.symbolic._taylor import by_taylor

h, x = sp.symbols("h x", real=True)
f = sp.Function("f", real=True)


@pytest.mark.parametrize("g", [sp.exp, sp.sin, lambda v: v**3 - v])
def test_the_polynomial_is_right_to_the_fourth_power(g):
    written = by_taylor((f(x + a * h) - f(x - b * h)) / h, h)
    known = written.replace(f, lambda v: g(v)).doit()
    exact = (g(x + a * h) - g(x - b * h)) / h
    rest = sp.series(sp.expand(known - exact).subs({x: 1, a: 2, b: 3}), h, 0, 4).removeO()
    assert sp.simplify(rest) == 0


def test_what_is_of_another_form_is_refused():
    for expr in (f(x + h**2) / f(h), 1 / f(x + h), f(x * f(h))):
        with pytest.raises(NotImplementedError):
            by_taylor(expr, h)
