"""Moduli, and what is known to be real."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, b, gamma, z

from nnlib.symbolic._complex import is_real, modulus
from nnlib.symbolic._facts import Facts


def test_the_modulus_of_real_and_imaginary_parts():
    facts = Facts()
    assert modulus(a + sp.I * b, facts) == sp.sqrt(a**2 + b**2)
    assert modulus(sp.I * gamma, facts) == sp.sqrt(gamma**2)
    assert modulus(sp.exp(sp.I * a), facts) == 1
    assert modulus(sp.expand((a + sp.I) * (b - sp.I)), facts).subs({a: 2, b: 3}) == sp.sqrt(50)
    assert modulus((a + sp.I * b) ** 3, facts) == (a**2 + b**2) ** sp.Rational(3, 2)
    assert modulus(z + sp.I, facts) == sp.Abs(z + sp.I)  # z may be anything


@pytest.mark.parametrize(
    ("expr", "given", "known"),
    [
        (a * b + gamma, (), True),
        (sp.sqrt(gamma), (), True),
        (sp.sqrt(a), (), False),
        (sp.sqrt(a), (a >= 0,), True),
        (a**-2, (), True),
        (z, (), False),
        (sp.I * a, (), False),
        (z * a, (), False),
    ],
)
def test_what_is_known_to_be_real(expr, given, known):
    assert is_real(expr, Facts(given)) is known
