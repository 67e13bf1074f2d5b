"""Rounded quotients: one form for floor, ceil and mod, and cases by remainders."""

import pytest
import sympy as sp
from sympy import Mod, ceiling, floor

from nnlib.symbolic import equal

K, M, N, s = sp.symbols("K M N s", integer=True, positive=True)
m, n = sp.symbols("m n", integer=True)
x = sp.Symbol("x", real=True)

TRUE = [
    (ceiling(N / s), floor((N + s - 1) / s), ()),
    (floor((N - 1) / s) + 1, ceiling(N / s), ()),
    (floor((N - M) / s) + 1, ceiling((N - M + 1) / s), ()),
    (floor((M - N) / s) + 1, ceiling((M - N + 1) / s), ()),
    (ceiling(-n / s), -floor(n / s), ()),
    (Mod(-n, s), s * ceiling(n / s) - n, ()),
    (floor(floor(K / M) / N), floor(K / (M * N)), ()),
    (floor((floor(K / M) + 1) / N), floor((K + M) / (M * N)), ()),
    (ceiling((m * s + n) / s), m + 1, (n >= 1, n <= s)),
    (ceiling((m * s - n) / s), m, (n >= 0, n < s)),
    (floor(n / 2) + floor((n + 1) / 2), n, ()),
    (floor(n / 3) + floor((n + 1) / 3) + floor((n + 2) / 3), n, ()),
    (ceiling(n / 2), floor((n + 1) / 2), ()),
    (floor(n * (n + 1) / 2), n * (n + 1) / 2, ()),
    (Mod(n**2, 4) * (1 - Mod(n**2, 4)), 0, ()),
    ((-1) ** n, 1 - 2 * Mod(n, 2), ()),
]
FALSE = [
    (ceiling(N / s), floor((N + s) / s), ()),
    (ceiling(N / s), floor((N + s - 2) / s), ()),
    (ceiling((N - M) / s), floor((N - M + s) / s), ()),
    (ceiling(x / s), floor((x + s - 1) / s), ()),
    (ceiling(n / m), floor((n + m - 1) / m), ()),
    (floor(-x), -1 - floor(x - 1), ()),
    (floor(-n / s), -floor(n / s) - 1, ()),
    (floor(floor(2 * x) / 2), floor(2 * x), ()),
    (floor(2 * floor(K / M) / N), floor(2 * K / (M * N)), ()),
    (floor((floor(K / M) + floor(K / N)) / 2), floor((K / M + K / N) / 2), ()),
    (floor((floor(K / M) + x) / N), floor((K + M * x) / (M * N)), ()),
    (floor(n / 2) + floor((n + 1) / 2), n + Mod(n, 2), ()),
    (floor(n / 3) + floor((n + 1) / 3), n - floor((n + 1) / 3), ()),
]


@pytest.mark.parametrize(("left", "right", "given"), TRUE, ids=str)
def test_true_of_every_whole_number(left, right, given):
    assert equal(left, right, given=given).status == "proved"


@pytest.mark.parametrize(("left", "right", "given"), FALSE, ids=str)
def test_false_of_some(left, right, given):
    assert equal(left, right, given=given).status == "refuted"
