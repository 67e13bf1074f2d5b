"""Moduli of complex numbers, roots of what is negative among them."""

from __future__ import annotations

import sympy as sp
from alphabet import a, b, z

from nnlib.symbolic._moduli import real_moduli
from nnlib.symbolic._signs import Signs

D = sp.Symbol("D", real=True)


def test_a_root_of_a_negative_number_is_imaginary():
    signs = Signs((D < 0,))
    assert sp.expand(real_moduli(sp.Abs(a + sp.sqrt(D)), signs) ** 2 - (a**2 - D)) == 0
    assert real_moduli(sp.Abs(a + sp.sqrt(D)), Signs((D > 0,))) == sp.Abs(a + sp.sqrt(D))
    assert real_moduli(sp.Abs(a + sp.sqrt(D)), Signs(())) == sp.Abs(a + sp.sqrt(D))


def test_inside_other_expressions():
    assert real_moduli(2 * sp.Abs(a + sp.I * b) + 1, Signs(())) == 2 * sp.sqrt(a**2 + b**2) + 1
    assert real_moduli(sp.Abs(z + sp.I), Signs(())) == sp.Abs(z + sp.I)
    assert real_moduli(a, Signs(())) == a
