"""The whole part of a quotient."""

from __future__ import annotations

import sympy as sp
from alphabet import K, T, a, n

from nnlib.symbolic._facts import Facts
from nnlib.symbolic._floor import split_whole

r = sp.Symbol("r", integer=True, nonnegative=True)


def test_a_known_remainder_is_left_out():
    facts = Facts([r <= K - 1])
    assert split_whole((T * K + r) / K, facts) == (T, 0)
    assert split_whole((T * K + r + K) / K, facts) == (T + 1, 0)
    assert split_whole((T * K + r - K) / K, facts) == (T - 1, 0)


def test_an_unknown_remainder_stays():
    whole, rest = split_whole((T * K + r) / K, Facts())
    assert whole == T and sp.simplify(rest - r / K) == 0
    whole, rest = split_whole(n + a, Facts())
    assert whole == n and rest == a
    assert split_whole(n + 2 * T, Facts()) == (n + 2 * T, 0)
