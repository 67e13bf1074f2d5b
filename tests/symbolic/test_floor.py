"""The whole part of a quotient."""

from __future__ import annotations

import sympy as sp
from alphabet import K, T, a, n

from nnlib.symbolic._facts import Facts
from nnlib.symbolic._floor import floor_of_rest, residues, split_whole

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


def test_one_form_for_the_floor_of_a_quotient():
    facts, floor = Facts(), sp.floor
    assert floor_of_rest(-n / K, facts) == -1 - floor(n / K - 1 / K)
    assert floor_of_rest(n / K, facts) == floor(n / K)
    assert floor_of_rest(-a / K, facts) == floor(-a / K)  # a is no whole number
    assert floor_of_rest(-n / r, facts) == floor(-n / r)  # r may be zero
    assert floor_of_rest(-n / a, Facts([a > 0])) == floor(-n / a)
    assert floor_of_rest(floor(n / T) / K, facts) == floor(n / (K * T))
    two = (floor(n / T) + floor(n / K)) / K
    assert floor_of_rest(two, facts).atoms(floor) >= {floor(n / T), floor(n / K)}
    real = (floor(n / T) + a) / K
    assert floor_of_rest(real, facts).has(floor(n / T))


def test_the_remainders_of_a_division():
    symbol, values = residues(sp.floor(n / 3) + a)
    (m,) = values[0].free_symbols
    assert symbol == n and values == [3 * m, 3 * m + 1, 3 * m + 2]
    assert residues(sp.floor(n / 5)) is None and residues(sp.floor(n / K)) is None
