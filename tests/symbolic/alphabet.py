"""The letters with which tests of the engine write their formulas."""

from __future__ import annotations

from typing import Any

import sympy as sp

i, j, k, m, s = sp.symbols("i j k m s", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
a, b = sp.symbols("a b", real=True)
z = sp.Symbol("z")
gamma, beta = sp.symbols("gamma beta", positive=True)
x, y, w = (sp.IndexedBase(name, real=True) for name in ("x", "y", "w"))
in_range = (j >= 0, j <= K - 1)
delta = sp.KroneckerDelta
half, third = sp.Rational(1, 2), sp.Rational(1, 3)


def total(term: Any, index: Any = k, low: Any = 0, high: Any = K - 1) -> sp.Expr:
    return sp.Sum(term, (index, low, high))


def times(term: Any, index: Any = k, low: Any = 1, high: Any = K) -> sp.Expr:
    return sp.Product(term, (index, low, high))
