"""Whether a line of a derivation says anything new."""

from __future__ import annotations

import pytest
import sympy as sp

from nnlib.exercises._steps import adds_nothing, canonical

a, b = sp.symbols("a b", real=True)
j, k = sp.symbols("j k", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
x = sp.IndexedBase("x", real=True)


def total(term, index=k):
    return sp.Sum(term, (index, 0, K - 1))


@pytest.mark.parametrize(
    ("line", "other", "padding"),
    [
        (a + b, b + a, True),
        (total(x[k]), total(x[j], j), True),
        (total(x[k]) + sp.Add(a, -a, evaluate=False), total(x[k]), True),
        (total(x[k] + a), total(x[k]) + K * a, False),
        (total(x[k]) + a * b * (K + 2) - a * b, total(x[k]) + a * b * (K + 1), True),
        (b + a * (K + 2) - a * (K + 1), b + a, True),
        ((1 - a) * b * (K + 2) - (1 - a) * b * (K + 2) + b, b, True),
        (a * (K + 2) + b * (K + 1), a * K + 2 * a + b * (K + 1), False),
        ((1 - a) ** 2 * b + a * b, (1 - a + a**2) * b, False),
        (a * (K + 1) + a * b, a * (K + 1 + b), False),
        ((a + b) ** 2, a**2 + 2 * a * b + b**2, False),
    ],
)
def test_padding_is_told_from_a_step(line, other, padding):
    assert adds_nothing(line, other) is padding and adds_nothing(other, line) is padding


def test_bound_indices_are_numbered():
    assert canonical(total(x[k])) == canonical(total(x[j], j))
    assert canonical(total(x[k])) != canonical(total(x[k] ** 2))
