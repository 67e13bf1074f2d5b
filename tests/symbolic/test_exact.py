"""Numbers as exactly what they are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from alphabet import a

from nnlib.symbolic._exact import exact, indicator


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (3, 3),
        (True, 1),
        (0.5, sp.Rational(1, 2)),
        (0.1, sp.Rational(1, 10)),
        (Fraction(2, 6), sp.Rational(1, 3)),
        (Decimal("0.25"), sp.Rational(1, 4)),
        (np.float32(0.5), sp.Rational(1, 2)),
        (np.int8(-3), -3),
        (np.array(0.25), sp.Rational(1, 4)),
        (2 + 0.5j, 2 + sp.I / 2),
        (0.5 * a, a / 2),
        (a > 0, None),
    ],
)
def test_each_kind_of_number_is_exact(value, result):
    made = exact(value)
    assert not made.atoms(sp.Float)
    if result is not None:
        assert made == result


@pytest.mark.parametrize("wrong", ["1", None, [1], np.ones(2)])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(TypeError):
        exact(wrong)


def test_the_indicator_of_a_condition():
    assert indicator(True) == 1 and indicator(False) == 0
    one = indicator(a > 2)
    assert one.subs(a, 3) == 1 and one.subs(a, 2) == 0
