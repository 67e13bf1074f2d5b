"""One name has one meaning, or the question is refused."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import j, k, total, x, y

from nnlib.symbolic import Definition, equal


def test_an_index_of_a_definition_is_not_captured():
    q = sp.Symbol("q", real=True)
    outside = Definition(q, x[j])
    assert equal(total(q * y[k]), x[j] * total(y[k]), where=outside).status == "proved"
    with pytest.raises(ValueError, match=r"q stands for an expression with j, and is used in"):
        equal(total(q * y[j], j), x[j] * total(y[k]), where=outside)
