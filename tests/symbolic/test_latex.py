"""Formulas as LaTeX."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import T, a, b, gamma, half, j, k, total, w, x

from nnlib.symbolic import to_latex
from nnlib.symbolic._latex import Latex


@pytest.mark.parametrize(
    ("expr", "tex"),
    [
        (1 - gamma, r"1 - \gamma"),
        (gamma**T, r"\gamma^{T}"),
        (a / (b + 1), r"\frac{a}{1 + b}"),
        (sp.sqrt(a + 1), r"\sqrt{1 + a}"),
        (w[j, k], "w_{j k}"),
        (half, r"\frac{1}{2}"),
        (sp.KroneckerDelta(j, k), r"\delta_{j k}"),
        (sp.Symbol("rate") * w[j, k], r"\mathrm{rate} w_{j k}"),  # a word is no product of letters
        (sp.Symbol("rate'") + sp.Symbol("dz"), r"dz + \mathrm{rate}'"),
    ],
)
def test_small_formulas(expr, tex):
    assert Latex().doprint(expr).replace(" ", "") == tex.replace(" ", "")
    assert to_latex(expr).replace(" ", "") == tex.replace(" ", "")


def test_a_sum_has_its_range():
    tex = to_latex(total(x[k] ** 2))
    assert tex.startswith(r"\sum_{k=0}^{K - 1}") and tex.endswith("x_{k}^{2}")


def test_a_sum_is_put_in_brackets_where_it_could_be_read_in_two_ways():
    tex = to_latex(total(x[k]) ** 2)
    assert tex.startswith(r"\left(") and tex.endswith("^{2}")
