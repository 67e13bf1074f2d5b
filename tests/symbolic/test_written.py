"""Expressions as an author wrote them."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, b, gamma, x

from nnlib.symbolic import equal, to_text
from nnlib.symbolic._written import (
    Written,
    fraction,
    group,
    in_order,
    in_powers_of,
    plain,
    product_of,
)

z = sp.Symbol("z", real=True)
WRITTEN = [
    (group(a + b), a + b),
    (in_order(b, -a, 1), b - a + 1),
    (product_of(a + b, a), (a + b) * a),
    (fraction(2 * a, 2 * b), a / b),
    (in_powers_of(z, gamma - (1 + gamma - a) * z + z**2), gamma - (1 + gamma - a) * z + z**2),
    (x[0] + group(a - 1) * 2, x[0] + (a - 1) * 2),
]


@pytest.mark.parametrize(("written", "value"), WRITTEN)
def test_how_it_is_written_changes_nothing(written, value):
    assert sp.expand(plain(written) - value) == 0
    assert equal(written, value).status == "proved"
    assert equal(written, value + 1).status == "refuted"


def test_the_order_and_the_brackets_stay():
    assert to_text(in_order(b, -a, 1)) == "b − a + 1"
    assert to_text(fraction(2 * a, 2 * b)).count("2") == 2
    assert "(" in to_text(x[0] + group(a + b))
    assert to_text(in_powers_of(z, 1 + z + z**2)).startswith("z²")


def test_kinds_of_numbers_are_those_of_the_value():
    assert isinstance(group(a), Written) and group(gamma).is_positive and group(a).is_real
    assert group(a + b).doit() == a + b
