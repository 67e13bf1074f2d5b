"""Counterexamples with simple numbers."""

from fractions import Fraction

import mpmath
import sympy as sp

from nnlib.symbolic._shrink import MOST_TRIALS, is_whole, numbers_in, simplest

x = sp.Symbol("x", real=True)
u = sp.Symbol("u", positive=True)
K = sp.Symbol("K", integer=True, positive=True)
X, c = sp.IndexedBase("X", real=True), sp.IndexedBase("c", integer=True)


def test_the_easiest_number_that_will_do():
    assert simplest({x: Fraction(13, 7)}, lambda values: True) == {x: 1}
    assert simplest({x: Fraction(13, 7)}, lambda values: values[x] > 1) == {x: 2}
    assert simplest({x: Fraction(13, 7)}, lambda values: values[x] < 0) == {x: -1}
    assert simplest({x: Fraction(-13, 7)}, lambda values: False) == {x: Fraction(-13, 7)}
    dip = simplest({x: Fraction(1234, 1747)}, lambda values: abs(values[x] ** 2 - 0.5) < 0.01)
    assert dip == {x: Fraction(12, 17)}


def test_no_number_is_made_harder():
    assert simplest({x: Fraction(1)}, lambda values: True) == {x: 1}
    assert simplest({x: Fraction(2)}, lambda values: values[x] != 1) == {x: 2}
    assert simplest({x: mpmath.sqrt(2)}, lambda values: True) == {x: 1}


def test_sizes_come_first():
    order = []

    def note(values):
        order.append(next(key for key in values if values[key] != start[key]))
        return False

    start = {x: Fraction(9, 7), (X, (1,)): Fraction(5, 7), K: Fraction(3)}
    simplest(start, note)
    assert order[0] == K and order[-1] == x


def test_assumptions_are_kept():
    seen = []
    simplest({u: Fraction(9, 7)}, lambda values: seen.append(values[u]))
    assert seen and min(seen) > 0
    sizes = []
    simplest({K: Fraction(4)}, lambda values: sizes.append(values[K]))
    assert sizes == [1, 2, 3]


def test_the_trials_are_counted():
    count = [0]

    def refuse(values):
        count[0] += 1
        return False

    simplest({X[n] if n < 0 else (X, (n,)): Fraction(101, 103) for n in range(50)}, refuse)
    assert count[0] == MOST_TRIALS


def test_entries_are_numbers_and_unknown_functions_are_not():
    f = sp.Function("f")
    values = {x: 1, (X, (0,)): 2, (f, (Fraction(1, 3),)): 3}
    assert numbers_in(values) == {x: 1, (X, (0,)): 2}
    assert is_whole(K) and is_whole((c, (1,))) and not is_whole((X, (1,))) and not is_whole(x)


def test_a_fraction_is_rounded_to_both_sides():
    assert simplest({x: Fraction(201, 2)}, lambda values: values[x] > 100) == {x: 101}
    assert simplest({x: Fraction(201, 2)}, lambda values: 99 < values[x] < 101) == {x: 100}


def test_an_easy_number_is_only_changed_for_an_easier_one():
    tried = []
    simplest({x: Fraction(1, 2)}, lambda values: tried.append(values[x]))
    assert tried == [1, 2, -1, 0]
