"""What NumPy's operations mean on symbols."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic import sym
from nnlib.symbolic._elementwise import condition_of, select
from nnlib.symbolic._exact import indicator


def test_a_choice_is_made_by_its_condition():
    chosen = select(indicator(a > 0), b, -b)
    assert chosen.subs(a, 2) == b and chosen.subs(a, -2) == -b and chosen.subs(a, 0) == -b
    assert select(sp.S.One, a, b) == a and select(sp.S.Zero, a, b) == b


def test_the_condition_of_an_indicator_is_the_one_it_was_made_from():
    assert condition_of(indicator(a > b)) == sp.Gt(a, b)
    assert condition_of(a).subs(a, 3) == sp.true and condition_of(a).subs(a, 0) == sp.false


@pytest.mark.parametrize(
    "name", ["exp", "log", "sqrt", "tanh", "sign", "abs", "square", "expm1", "log1p"]
)
def test_functions_of_numpy_mean_what_they_mean_on_numbers(name):
    function = getattr(np, name)
    on_symbols = function(sym(gamma)).item()
    assert float(on_symbols.subs(gamma, 0.7)) == pytest.approx(float(function(0.7)), rel=1e-14)
